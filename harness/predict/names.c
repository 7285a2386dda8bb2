// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * names.c - F06: will the peer's name have an address when the tunnel is started?
 *
 * Only what the files tell: names that no public DNS has, names that are asked through
 * the very tunnel they are needed for, and daemons that ask once and never again.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "predict/predict.h"
#include "predict/words.h"

/* RFC 6761, 6762: not in the DNS of the Internet. */
static const char *const private_domains[] = { ".invalid", ".localhost", ".local" };

static bool is_in_hosts(const struct site *site, const char *name)
{
	vec_foreach (record, &site->dns.records)
		if (str_equal_nocase(record->name, name))
			return true;
	return false;
}

/* Why nobody outside knows the name; NULL: somebody may. */
static const char *private_name(const struct site *site, const char *name)
{
	if (is_in_hosts(site, name))
		return NULL;
	if (!strchr(name, '.'))
		return "has no domain";
	for (size_t i = 0; i < ARRAY_SIZE(private_domains); i++)
		if (str_ends(name, private_domains[i]))
			return "is of a domain that the Internet's DNS does not have";
	return NULL;
}

static bool is_in_domain(const char *name, const char *domain)
{
	size_t length = strlen(name), end = domain ? strlen(domain) : 0;

	return end && length >= end && str_equal_nocase(name + length - end, domain) &&
	       (length == end || name[length - end - 1] == '.');
}

static bool is_behind(const struct tunnel *tunnel, const struct inet_addr *addr)
{
	vec_foreach (child, &tunnel->children)
		predict_foreach_selector (selector, child)
			if (selector->remote.length &&
			    inet_prefix_has(&selector->remote, addr))
				return true;
	return false;
}

/* The forwarding of its domain to a server behind the tunnel itself; NULL. */
static const struct dns_forward *circular(const struct site *site,
					  const struct tunnel *tunnel, const char *name)
{
	vec_foreach (forward, &site->dns.forwards)
		if (forward->server.family && is_in_domain(name, forward->domain) &&
		    is_behind(tunnel, &forward->server) && !is_in_hosts(site, name))
			return forward;
	return NULL;
}

static struct finding *report(const struct predict_input *input,
			      struct findings *findings, unsigned int end,
			      const struct tunnel *const tunnels[2],
			      const struct endpoint *remote, const char *why)
{
	const struct site *site = input->sites[end];
	struct finding *finding =
		predict_add(input, findings, F06, site->name,
			    "%s cannot find an address for its peer '%s': "
			    "%s",
			    site->name, remote->name, why);

	finding->tunnel = tunnels[end];
	if (predict_can_start(tunnels[!end]))
		finding->severity = SEVERITY_LATER;
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_PEER),
		      remote->at, "%s", remote->name);
	predict_sees(input, finding, "%s: unable to resolve %s, initiate aborted",
		     site->name, remote->name);
	predict_sees(input, finding, "%s: nothing at all", input->sites[!end]->name);
	return finding;
}

/* charon asks once for each initiate, and a start happens once. */
static void check_once(const struct predict_input *input, struct findings *findings,
		       unsigned int end, const struct tunnel *const tunnels[2],
		       const struct endpoint *remote)
{
	const struct site *site = input->sites[end];
	struct finding *finding;

	if (!predict_is_strongswan(site) || tunnels[end]->start != START_IMMEDIATELY)
		return;
	finding =
		report(input, findings, end, tunnels, remote,
		       "not when the DNS is not there yet at its start, and it does not "
		       "ask again");
	finding->severity = SEVERITY_WEAK;
	predict_why(
		input, finding,
		"strongSwan resolves the name when it initiates; keyingtries does not "
		"repeat that");
	words_fix(input, finding, site, &tunnels[end]->start_at,
		  words_line(input->arena, site, tunnels[end], WORD_START, NULL));
	predict_fix(
		input, finding,
		"%s: or /etc/strongswan.conf: charon { retry_initiate_interval = 60 }",
		site->name);
}

static void check_name(const struct predict_input *input, struct findings *findings,
		       unsigned int end, const struct tunnel *const tunnels[2],
		       const struct endpoint *remote)
{
	const struct site *site = input->sites[end];
	const char *why = private_name(site, remote->name);
	const struct dns_forward *forward = circular(site, tunnels[end], remote->name);
	struct finding *finding;

	if (forward) {
		finding = report(input, findings, end, tunnels, remote,
				 "its domain is asked from a server behind this tunnel");
		predict_value(input, finding, 1, site->name, "server", forward->at,
			      "/%s/%s", forward->domain,
			      inet_addr_text(&forward->server).s);
		predict_fix(input, finding,
			    "%s: %s:%u: give the name its address here, or a server "
			    "outside: /%s/#",
			    site->name, forward->at.file ? forward->at.file : "?",
			    forward->at.line, remote->name);
	} else if (why) {
		finding = report(input, findings, end, tunnels, remote,
				 arena_printf(input->arena, "it %s", why));
		predict_fix(input, finding,
			    "%s: %s:%u: give %s the public name or address of %s",
			    site->name, remote->at.file ? remote->at.file : "?",
			    remote->at.line, words_setting(site, WORD_PEER),
			    input->sites[!end]->name);
	} else {
		check_once(input, findings, end, tunnels, remote);
	}
}

void predict_peer_names(const struct predict_input *input,
			const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		vec_foreach (remote, &tunnels[end]->remotes)
			if (remote->kind == ENDPOINT_NAME &&
			    tunnels[end]->start != START_NEVER)
				check_name(input, findings, end, tunnels, remote);
}
