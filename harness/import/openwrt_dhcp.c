// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_dhcp.c - /etc/config/dhcp (dnsmasq's DNS side) and /etc/hosts
 *
 * Mapping of options to dnsmasq.conf: devices.md 1.7.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_reader.h"
#include "import/words.h"

/* Options that become a line of dnsmasq.conf as they are. */
static const struct {
	const char *option;
	const char *line; /* with "=": the value goes behind, else a switch */
} raw_options[] = {
	{ "domainneeded", "domain-needed" },
	{ "boguspriv", "bogus-priv" },
	{ "filterwin2k", "filterwin2k" },
	{ "localise_queries", "localise-queries" },
	{ "expandhosts", "expand-hosts" },
	{ "nonegcache", "no-negcache" },
	{ "strictorder", "strict-order" },
	{ "allservers", "all-servers" },
	{ "cachesize", "cache-size=" },
	{ "address", "address=" },
	{ "bogusnxdomain", "bogus-nxdomain=" },
	{ "alias", "alias=" },
	{ "filter_aaaa", "filter-AAAA" },
	{ "filter_a", "filter-A" },
};

static const struct openwrt_option dnsmasq_options[] = {
	{ "domain", NULL, 0 },
	{ "local", NULL, 0 },
	{ "server", NULL, 0 },
	{ "rebind_protection", NULL, 0 },
	{ "rebind_localhost", NULL, 0 },
	{ "rebind_domain", NULL, 0 },
	{ "port", NULL, 0 },
	{ "domainneeded", NULL, 0 },
	{ "boguspriv", NULL, 0 },
	{ "filterwin2k", NULL, 0 },
	{ "localise_queries", NULL, 0 },
	{ "expandhosts", NULL, 0 },
	{ "nonegcache", NULL, 0 },
	{ "strictorder", NULL, 0 },
	{ "allservers", NULL, 0 },
	{ "cachesize", NULL, 0 },
	{ "address", NULL, 0 },
	{ "rev_server", NULL, 0 },
	{ "bogusnxdomain", NULL, 0 },
	{ "alias", NULL, 0 },
	{ "filter_aaaa", NULL, 0 },
	{ "filter_a", NULL, 0 },
	{ "authoritative", NULL, 0 },
	{ "readethers", NULL, 0 },
	{ "leasefile", NULL, 0 },
	{ "resolvfile", NULL, 0 },
	{ "noresolv", NULL, 0 },
	{ "nonwildcard", NULL, 0 },
	{ "localservice", NULL, 0 },
	{ "interface", NULL, 0 },
	{ "notinterface", NULL, 0 },
	{ "logqueries", NULL, 0 },
	{ "use_stale_cache", NULL, 0 },
	{ "dhcpscript", NULL, 0 },
	{ "localuse", NULL, 0 },
	{ "logfacility", NULL, 0 },
	{ "logdhcp", NULL, 0 },
	{ "ednspacket_max", NULL, 0 },
	{ "quietdhcp", NULL, 0 },
	{ "sequential_ip", NULL, 0 },
	{ "addnhosts", NULL, 0 },
	{ "addnmount", NULL, 0 },
	{ "nohosts", NULL, 0 },
	{ "noping", NULL, 0 },
	{ "enable_tftp", NULL, 0 },
	{ "tftp_root", NULL, 0 },
	{ "dhcp_boot", NULL, 0 },
	{ "dhcpleasemax", NULL, 0 },
	{ "dnsforwardmax", NULL, 0 },
	{ "queryport", NULL, 0 },
	{ "minport", NULL, 0 },
	{ "maxport", NULL, 0 },
	{ "dnssec", NULL, 0 },
	{ "dnsseccheckunsigned", NULL, 0 },
	{ "confdir", NULL, 0 },
	{ "serversfile", NULL, 0 },
	{ "dns_redirect", NULL, 0 },
	{ "ipset", NULL, 0 },
	{ "nftset", NULL, 0 },
	{ "allowed_macs", NULL, 0 },
	{ "add_local_domain", NULL, 0 },
	{ "add_local_hostname", NULL, 0 },
	{ "listen_address", NULL, 0 },
	{ "auth_server", NULL, 0 },
	{ "min_cache_ttl", NULL, 0 },
	{ "max_cache_ttl", NULL, 0 },
	{ "local_ttl", NULL, 0 },
	{ "max_ttl", NULL, 0 },
	{ "ns_*", NULL, 0 },
	{ NULL, NULL, 0 },
};

/* "10.1.2.250", "10.1.2.250#5353"; returns false when it is no address. */
static bool parse_server(char *text, struct inet_addr *ret_addr, uint16_t *ret_port)
{
	char *hash = strchr(text, '#');
	int64_t port = 0;

	if (hash)
		*hash++ = '\0';
	if (inet_addr_parse(text, ret_addr))
		return false;
	if (hash && str_to_number(hash, 0, UINT16_MAX, &port))
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* The part behind '@': a source address (with port) or an interface. */
static void parse_source(char *text, struct dns_forward *forward)
{
	uint16_t port;

	if (!parse_server(text, &forward->source, &port))
		forward->source_interface = text;
}

/* "/a/b/SERVER" to the text behind the last slash; domains go to ret_domains. */
static char *split_domains(struct openwrt *o, char *text,
			   struct openwrt_words *ret_domains)
{
	char *slash;

	if (*text != '/')
		return text;
	text++;
	while ((slash = strchr(text, '/'))) {
		*slash = '\0';
		vec_add(o->site->arena, &ret_domains->list, ((struct text){ .s = text }));
		text = slash + 1;
	}
	return text;
}

/* dnsmasq's --server: [/domain/…/][address[#port][@source[#port]]]. */
static void read_server(struct openwrt *o, const struct tree_value *value)
{
	struct dns_forward forward = { .at = value->at };
	char *text = arena_strdup(o->site->arena, value->text), *source;
	struct openwrt_words domains = { 0 };

	text = str_trim(text);
	if (!*text)
		return;
	text = split_domains(o, text, &domains);
	source = strchr(text, '@');
	if (source) {
		*source++ = '\0';
		parse_source(source, &forward);
	}
	/* Nothing: local only. "#": the standard servers, as if it were not written. */
	if (*text && !str_equal(text, "#") &&
	    !parse_server(text, &forward.server, &forward.port)) {
		site_remark(o->site, REMARK_INVALID, forward.at,
			    "'%s' is not a DNS server that dnsmasq would take",
			    value->text);
		return;
	}
	if (str_equal(text, "#") || (!domains.list.count && !forward.server.family))
		return;
	if (!domains.list.count)
		vec_add(o->site->arena, &o->site->dns.forwards, forward);
	vec_foreach (domain, &domains.list) {
		forward.domain = domain->s;
		vec_add(o->site->arena, &o->site->dns.forwards, forward);
	}
}

static void read_servers(struct openwrt *o, const struct tree_node *section,
			 const char *name)
{
	const struct tree_node *option = uci_option_find(&o->uci, section, name);

	for (size_t i = 0; option && i < option->values.count; i++)
		read_server(o, &option->values.items[i]);
}

static void read_raw(struct openwrt *o, const struct tree_node *section)
{
	for (size_t i = 0; i < ARRAY_SIZE(raw_options); i++) {
		const char *line = raw_options[i].line;
		struct openwrt_words words;

		if (!str_ends(line, "=")) {
			struct flag flag =
				openwrt_flag(o, section, raw_options[i].option, -1, NULL);
			if (flag.on)
				vec_add(o->site->arena, &o->site->dns.raw,
					((struct text){ .s = line, .at = flag.at }));
			continue;
		}
		words = openwrt_words(o, section, raw_options[i].option, "");
		vec_foreach (word, &words.list)
			vec_add(o->site->arena, &o->site->dns.raw,
				((struct text){ .s = arena_printf(o->site->arena, "%s%s",
								  line, word->s),
						.at = word->at }));
	}
}

/*
 * dnsmasq's --rev-server=net/length,server: a forward of the net's reverse zone. A length
 * inside of an octet is several zones: dnsmasq gets the line as it is.
 */
static void read_reverse(struct openwrt *o, const struct tree_node *section)
{
	const struct openwrt_words words = openwrt_words(o, section, "rev_server", "");

	vec_foreach (word, &words.list) {
		struct dns_forward forward = { .at = word->at };
		char *net = arena_strdup(o->site->arena, word->s), *server, *source;
		struct inet_prefix prefix;

		server = strchr(net, ',');
		if (server)
			*server++ = '\0';
		source = server ? strchr(server, '@') : NULL;
		if (source) {
			*source++ = '\0';
			parse_source(source, &forward);
		}
		if (!server || inet_prefix_parse(net, &prefix) ||
		    prefix.addr.family != AF_INET || prefix.length % 8 ||
		    !prefix.length ||
		    !parse_server(server, &forward.server, &forward.port)) {
			vec_add(o->site->arena, &o->site->dns.raw,
				((struct text){ arena_printf(o->site->arena,
							     "rev-server=%s", word->s),
						word->at }));
			continue;
		}
		forward.domain =
			arena_strdup(o->site->arena, inet_reverse_text(&prefix).s);
		vec_add(o->site->arena, &o->site->dns.forwards, forward);
	}
}

static void read_dnsmasq(struct openwrt *o, const struct tree_node *section)
{
	struct site_dns *dns = &o->site->dns;
	const struct number port = openwrt_number(o, section, "port");
	const struct openwrt_words domains =
		openwrt_words(o, section, "rebind_domain", "/");

	dns->is_served = !port.is_set || port.n != 0;
	dns->rebind_protection =
		openwrt_flag(o, section, "rebind_protection", 1, OPENWRT_DEFAULT);
	dns->rebind_localhost =
		openwrt_flag(o, section, "rebind_localhost", 0, OPENWRT_DEFAULT);
	vec_foreach (domain, &domains.list)
		vec_add(o->site->arena, &dns->rebind_domains, *domain);
	dns->local_domain = openwrt_text(o, section, "domain");
	read_servers(o, section, "server");
	read_servers(o, section, "local");
	read_raw(o, section);
	read_reverse(o, section);
	openwrt_check(o, section, dnsmasq_options);
}

static void add_record(struct openwrt *o, const char *name, const char *address,
		       struct origin at)
{
	struct dns_record record = { .name = name, .at = at };

	if (inet_addr_parse(address, &record.addr))
		site_remark(o->site, REMARK_INVALID, at, "'%s' is not an address",
			    address);
	else
		vec_add(o->site->arena, &o->site->dns.records, record);
}

/* `config domain`: a name with its address. */
static void read_domain(struct openwrt *o, const struct tree_node *section)
{
	const struct text ip = openwrt_text(o, section, "ip");
	const char *name = openwrt_get(o, section, "name");

	if (name && ip.s)
		add_record(o, name, ip.s, ip.at);
}

/* `config host` gives a lease; only with `dns 1` also a name of its own. */
static void read_host(struct openwrt *o, const struct tree_node *section)
{
	const struct text ip = openwrt_text(o, section, "ip");
	const char *name = openwrt_get(o, section, "name");

	if (!openwrt_bool(o, section, "dns", false)) {
		site_remark(o->site, REMARK_IGNORED, section->at,
			    "a DHCP lease has no part in a rehearsal");
		return;
	}
	if (name && ip.s && !str_equal(ip.s, "ignore"))
		add_record(o, name, ip.s, ip.at);
}

static void read_cname(struct openwrt *o, const struct tree_node *section)
{
	const char *cname = openwrt_get(o, section, "cname");
	const char *target = openwrt_get(o, section, "target");

	if (cname && target)
		vec_add(o->site->arena, &o->site->dns.raw,
			((struct text){ .s = arena_printf(o->site->arena, "cname=%s,%s",
							  cname, target),
					.at = section->at }));
}

static void read_hosts_file(struct openwrt *o)
{
	const struct import_source *hosts = openwrt_source(o, "etc/hosts");
	unsigned int number = 0;
	size_t offset = 0;
	const char *line;

	while (hosts && (line = openwrt_next_line(o, hosts, &offset))) {
		const struct origin at = {
			.file = arena_strdup(o->site->arena, hosts->name),
			.line = ++number,
		};
		char *copy = arena_strdup(o->site->arena, line), *save = NULL;
		const char *address, *name;

		copy[strcspn(copy, "#")] = '\0';
		address = strtok_r(copy, " \t\r", &save);
		while (address && (name = strtok_r(NULL, " \t\r", &save)))
			add_record(o, name, address, at);
	}
}

static const struct {
	const char *type;
	void (*read)(struct openwrt *o, const struct tree_node *section);
} section_readers[] = {
	{ "dnsmasq", read_dnsmasq },
	{ "domain", read_domain },
	{ "host", read_host },
	{ "cname", read_cname },
};

/* Codes of DHCP options (RFC 2132 3.17, RFC 3397), and how dnsmasq may name them. */
#define DOMAIN_NAME   0
#define DOMAIN_SEARCH 1
#define DOMAIN_CODES  2
static const char *const domain_options[][DOMAIN_CODES] = {
	{ "15", "119" },
	{ "option:domain-name", "option:domain-search" },
};

/* "119,acme.inc,lan": the domains, in order. */
static void read_domains(struct openwrt *o, struct dhcp_network *network, char *text,
			 struct origin at)
{
	char *save = NULL;

	for (char *domain = strtok_r(text, ",", &save); domain;
	     domain = strtok_r(NULL, ",", &save))
		if (*str_trim(domain))
			vec_add(o->site->arena, &network->domains,
				((struct text){ str_trim(domain), at }));
}

static bool read_dhcp_option(struct openwrt *o, struct dhcp_network *network,
			     unsigned int code, const struct text *option)
{
	for (size_t i = 0; i < ARRAY_SIZE(domain_options); i++) {
		const char *name = domain_options[i][code];
		size_t length = strlen(name);

		if (!strncmp(option->s, name, length) && option->s[length] == ',') {
			read_domains(o, network,
				     arena_strdup(o->site->arena, option->s + length + 1),
				     option->at);
			return true;
		}
	}
	return false;
}

/*
 * What `config dhcp` tells hosts: the search list (119), else the domain (15). dnsmasq
 * tells its own domain as 15 where no option says another.
 */
static void read_dhcp(struct openwrt *o, const struct tree_node *section)
{
	static const char *const lists[] = { "dhcp_option", "dhcp_option_force" };
	struct dhcp_network network = { .interface = openwrt_get(o, section, "interface"),
					.at = section->at };
	bool is_found = false;

	if (!network.interface || openwrt_bool(o, section, "ignore", false))
		return;
	for (unsigned int code = DOMAIN_CODES; code-- > 0 && !is_found;)
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			const struct openwrt_words options =
				openwrt_words(o, section, lists[i], "");

			vec_foreach (option, &options.list)
				is_found |= read_dhcp_option(o, &network, code, option);
		}
	vec_add(o->site->arena, &o->site->dns.dhcp, network);
}

static void tell_own_domain(struct site *site)
{
	vec_foreach (network, &site->dns.dhcp)
		if (!network->domains.count && site->dns.local_domain.s)
			vec_add(site->arena, &network->domains, site->dns.local_domain);
}

static void read_section(struct openwrt *o, const struct tree_node *section)
{
	for (size_t i = 0; i < ARRAY_SIZE(section_readers); i++) {
		if (str_equal(uci_type(section), section_readers[i].type)) {
			section_readers[i].read(o, section);
			return;
		}
	}
	if (str_equal(uci_type(section), "dhcp"))
		read_dhcp(o, section);
	site_remark(o->site, REMARK_IGNORED, section->at,
		    str_equal(uci_type(section), "dhcp")
			    ? "of section '%s' only the search domains have a part in a "
			      "rehearsal"
			    : "section '%s' has no part in a rehearsal",
		    uci_type(section));
}

void openwrt_read_dhcp(struct openwrt *o)
{
	const struct tree_node *package = uci_package_find(&o->uci, "dhcp");

	read_hosts_file(o);
	if (!package)
		return;
	tree_foreach (section, package)
		read_section(o, section);
	tell_own_domain(o->site);
}

void openwrt_dhcp_words_list(struct import_words *words)
{
	openwrt_options_list(words, "dhcp, section dnsmasq", dnsmasq_options);
}
