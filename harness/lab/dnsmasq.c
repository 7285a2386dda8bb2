// SPDX-License-Identifier: GPL-2.0-or-later
/* dnsmasq.c - configuration texts for dnsmasq: routers, DNS servers, the provider */
#include "lab/dnsmasq.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

/*
 * Options that device files may set. Everything that names files, scripts or users is
 * not among them: a configuration from elsewhere must not reach our machine.
 */
static const char *const fine_options[] = {
	"address",
	"alias",
	"all-servers",
	"bogus-nxdomain",
	"bogus-priv",
	"cache-size",
	"cname",
	"dns-forward-max",
	"domain",
	"domain-needed",
	"edns-packet-max",
	"expand-hosts",
	"filter-A",
	"filter-AAAA",
	"filterwin2k",
	"host-record",
	"interface-name",
	"local",
	"local-ttl",
	"localise-queries",
	"max-cache-ttl",
	"max-ttl",
	"min-cache-ttl",
	"mx-host",
	"mx-target",
	"neg-ttl",
	"no-negcache",
	"ptr-record",
	"query-port",
	"rebind-domain-ok",
	"rebind-localhost-ok",
	"rev-server",
	"server",
	"srv-host",
	"stop-dns-rebind",
	"strict-order",
	"txt-record",
	"min-port",
	"max-port",
	"synth-domain",
};

static bool is_printable(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

/* May this line of a device's files stand in a dnsmasq.conf? DNS options only. */
static bool line_is_fine(const char *line)
{
	size_t length = strcspn(line, "= \t");

	if (!is_printable(line))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(fine_options); i++) {
		if (strlen(fine_options[i]) == length &&
		    !strncmp(line, fine_options[i], length))
			return true;
	}
	return false;
}

/* Names and domains end up between slashes and commas. */
static bool is_name(const char *text)
{
	return text && *text && strlen(text) <= 253 && is_printable(text) &&
	       !strpbrk(text, "/,@ \"'=");
}

static void common(struct buf *out)
{
	/* As root in a user namespace: there is no other user to become. */
	buf_puts(out, "user=root\ngroup=root\nport=53\nno-hosts\nno-resolv\nno-poll\n"
		      "log-queries=extra\n");
}

static void record_add(struct buf *out, const char *name, const struct inet_addr *addr)
{
	if (is_name(name) && addr->family)
		buf_printf(out, "host-record=%s,%s\n", name, inet_addr_text(addr).s);
}

/*
 * Of /etc/hosts and `config domain`, which OpenWrt makes a hosts file of: with
 * expand-hosts a name without a dot is there with the own domain as well.
 */
static void own_record_add(struct buf *out, const struct site_dns *dns,
			   const struct dns_record *record)
{
	bool is_expanded = false;

	vec_foreach (line, &dns->raw)
		is_expanded |= str_equal(line->s, "expand-hosts");
	if (is_expanded && is_name(record->name) && !strchr(record->name, '.') &&
	    is_name(dns->local_domain.s) && record->addr.family)
		buf_printf(out, "host-record=%s.%s,%s,%s\n", record->name,
			   dns->local_domain.s, record->name,
			   inet_addr_text(&record->addr).s);
	else
		record_add(out, record->name, &record->addr);
}

/* server=/acme.inc/10.1.2.250#53@192.168.2.82 */
static void forward_add(struct buf *out, const struct ports *ports,
			const struct dns_forward *forward)
{
	const struct port *port = NULL;

	if (forward->domain && !is_name(forward->domain))
		return;
	if (!forward->domain && !forward->server.family)
		return;
	buf_puts(out, "server=");
	if (forward->domain)
		buf_printf(out, "/%s/", forward->domain);
	if (forward->server.family) {
		buf_puts(out, inet_addr_text(&forward->server).s);
		if (forward->port)
			buf_printf(out, "#%u", forward->port);
	}
	if (forward->server.family && forward->source.family)
		buf_printf(out, "@%s", inet_addr_text(&forward->source).s);
	if (forward->server.family && forward->source_interface)
		port = port_find(ports, forward->source_interface);
	if (port)
		buf_printf(out, "@%s", port->device);
	buf_putc(out, '\n');
}

static void rebind(struct buf *out, const struct site_dns *dns)
{
	if (dns->rebind_protection.on)
		buf_puts(out, "stop-dns-rebind\n");
	if (dns->rebind_localhost.on)
		buf_puts(out, "rebind-localhost-ok\n");
	vec_foreach (domain, &dns->rebind_domains) {
		const char *name = domain->s;
		size_t length = strlen(name);

		/* "/acme.inc/" and "acme.inc" mean the same. */
		if (length > 2 && *name == '/' && name[length - 1] == '/' &&
		    is_printable(name))
			buf_printf(out, "rebind-domain-ok=%.*s\n", (int)length, name);
		else if (is_name(name))
			buf_printf(out, "rebind-domain-ok=/%s/\n", name);
	}
}

static void raw_add(struct buf *out, const struct text *line)
{
	if (!line->s)
		return;
	if (line_is_fine(line->s))
		buf_printf(out, "%s\n", line->s);
	else if (is_printable(line->s))
		buf_printf(out, "# left out: %s\n", line->s);
}

/* RFC 5737: nobody has these; who shows a file of his writes them for what he has. */
static bool is_documentation(const struct inet_addr *addr)
{
	static const char *const networks[] = { "192.0.2.0/24", "198.51.100.0/24",
						"203.0.113.0/24" };
	struct inet_prefix network;

	for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
		if (!inet_prefix_parse(networks[i], &network) &&
		    inet_prefix_has(&network, addr))
			return true;
	return false;
}

static void allow_documentation(struct buf *out, const struct site_dns *dns,
				const struct dnsmasq_names *names)
{
	bool is_first = true;

	vec_foreach (name, &names->list) {
		if (!dns->rebind_protection.on || !is_name(name->name) ||
		    !is_documentation(&name->addr))
			continue;
		if (is_first)
			buf_puts(out, "# an address for documentation stands for a "
				      "public one\n");
		buf_printf(out, "rebind-domain-ok=/%s/\n", name->name);
		is_first = false;
	}
}

const char *dnsmasq_router_conf(struct arena *arena, const struct site *site,
				const struct ports *ports,
				const struct inet_addr *upstream,
				const struct dnsmasq_names *names)
{
	const struct site_dns *dns = &site->dns;
	_cleanup_buf_ struct buf out = { 0 };

	common(&out);
	/* Only askers of the own networks; bound when asked, addresses may come late. */
	buf_puts(&out, "local-service\nbind-dynamic\n");
	rebind(&out, dns);
	allow_documentation(&out, dns, names);
	if (is_name(dns->local_domain.s))
		buf_printf(&out, "domain=%s\n", dns->local_domain.s);
	vec_foreach (forward, &dns->forwards)
		forward_add(&out, ports, forward);
	vec_foreach (record, &dns->records)
		own_record_add(&out, dns, record);
	vec_foreach (line, &dns->raw)
		raw_add(&out, line);
	if (upstream->family)
		buf_printf(&out, "server=%s\n", inet_addr_text(upstream).s);
	return arena_strdup(arena, buf_text(&out));
}

const char *dnsmasq_host_conf(struct arena *arena, const struct scenario_host *host)
{
	_cleanup_buf_ struct buf out = { 0 };

	common(&out);
	vec_foreach (record, &host->names)
		record_add(&out, record->name, &record->addr);
	/* The rest of the world's names do not exist: no upstream to ask. */
	buf_puts(&out, "local=//\naddress=/#/\n");
	return arena_strdup(arena, buf_text(&out));
}

const char *dnsmasq_provider_conf(struct arena *arena, const struct dnsmasq_names *names)
{
	_cleanup_buf_ struct buf out = { 0 };

	common(&out);
	buf_printf(&out, "local-ttl=%d\n", DNSMASQ_TTL_S);
	vec_foreach (name, &names->list)
		record_add(&out, name->name, &name->addr);
	buf_puts(&out, "local=//\naddress=/#/\n");
	return arena_strdup(arena, buf_text(&out));
}
