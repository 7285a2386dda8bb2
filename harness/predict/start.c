// SPDX-License-Identifier: GPL-2.0-or-later
/* start.c - F04, F07, F30, F61: does anybody begin, and does it reach the other? */
#include <sys/socket.h>

#include "base/str.h"
#include "device/device.h"
#include "predict/predict.h"
#include "predict/words.h"

/* Why an end that cannot start does not. */
static const char *start_word(const struct tunnel *tunnel)
{
	return !tunnel->children.count ? "never: it has no child"
	       : tunnel->start == START_NEVER
		       ? "never"
		       : "not possible: it does not know its peer's address";
}

/*
 * Started once, so many tries, and nobody else does: swanctl.conf's trap|start is not told
 * from start, so only OpenWrt's word counts.
 */
static void check_tries(const struct predict_input *input,
			const struct tunnel *const tunnels[2], unsigned int end,
			struct findings *findings)
{
	const struct site *site = input->sites[end];
	const struct tunnel *tunnel = tunnels[end];
	const struct number *tries = &tunnel->keyingtries;
	struct finding *finding;

	if (!device_of(site->kind)->traits.gives_up ||
	    tunnel->start != START_IMMEDIATELY || !tries->is_set || tries->n <= 0 ||
	    !predict_can_start(tunnel) || predict_can_start(tunnels[!end]))
		return;
	finding = predict_add(input, findings, F61, site->name,
			      "%s starts the tunnel once and gives up after %d %s of 165 "
			      "s; %s cannot start it",
			      site->name, (int)tries->n, tries->n == 1 ? "try" : "tries",
			      input->sites[!end]->name);
	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "when the peer is away for longer, the tunnel stays down until "
		    "somebody starts it by hand");
	predict_value(input, finding, 0, site->name, "keyingtries", tries->at, "%d",
		      (int)tries->n);
	predict_sees(input, finding,
		     "%s: giving up after 5 retransmits, and then nothing", site->name);
	words_fix(input, finding, site, tries->at.file ? &tries->at : &tunnel->at,
		  language_statement("option keyingtries '0'"));
}

void predict_start(const struct predict_input *input,
		   const struct tunnel *const tunnels[2], struct findings *findings)
{
	struct finding *finding;

	for (unsigned int end = 0; end < 2; end++)
		check_tries(input, tunnels, end, findings);
	if (predict_can_start(tunnels[0]) || predict_can_start(tunnels[1]))
		return;
	finding = predict_add(input, findings, F04, NULL,
			      "neither end starts the tunnel: %s: %s, %s: %s",
			      input->sites[0]->name, start_word(tunnels[0]),
			      input->sites[1]->name, start_word(tunnels[1]));
	finding->tunnel = tunnels[input->initiator];
	predict_why(input, finding, "each waits for the other, no packet is ever sent");
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];

		predict_value(input, finding, end, site->name,
			      words_setting(site, WORD_START), tunnels[end]->start_at,
			      "%s", start_word(tunnels[end]));
		if (tunnels[end]->children.count)
			words_fix(input, finding, site, &tunnels[end]->start_at,
				  words_line(input->arena, site, tunnels[end], WORD_START,
					     NULL));
		else
			predict_fix(input, finding,
				    "%s: the networks of the tunnel, and that it starts: "
				    "without a child there is nothing to ask for",
				    site->name);
		predict_sees(input, finding, "%s: nothing, not even a log line",
			     site->name);
	}
}

/* ------------------------------------------------------------ addresses */

/* The address that the tunnel is said to be at; NULL: none is said. */
static const struct inet_addr *said_address(const struct tunnel *tunnel)
{
	static const struct inet_addr any = { .family = AF_INET };
	const struct endpoint *local = &tunnel->local;

	return local->kind == ENDPOINT_ADDRESS && local->addr.family == AF_INET &&
			       !inet_addr_equal(&local->addr, &any)
		       ? &local->addr
		       : NULL;
}

/*
 * Of several addresses any may be the one: 1 when it is, 0 when none can be, -1: of one of
 * them it is not known what it is (a name, a network, an address behind NAT).
 */
static int is_among_locals(const struct tunnel *tunnel, const struct inet_addr *addr)
{
	const struct inet_addr *said = said_address(tunnel);
	int found =
		said && inet_addr_is_private(said) != inet_addr_is_private(addr) ? -1 : 0;

	if (said && inet_addr_equal(said, addr))
		return 1;
	vec_foreach (local, &tunnel->more_locals) {
		if (local->kind == ENDPOINT_ADDRESS &&
		    inet_addr_equal(&local->addr, addr))
			return 1;
		if (local->kind != ENDPOINT_ADDRESS ||
		    (local->addr.family == AF_INET &&
		     inet_addr_is_private(&local->addr) != inet_addr_is_private(addr)))
			found = -1;
	}
	return found;
}

/* Does the site answer at the address? -1: its files do not say which ones it has. */
static int owns(const struct site *site, const struct tunnel *tunnel,
		const struct inet_addr *addr)
{
	const struct inet_addr *said = said_address(tunnel);
	const struct site_interface *wan = site_wan(site);

	if (tunnel->more_locals.count)
		return is_among_locals(tunnel, addr);
	if (said && inet_addr_equal(said, addr))
		return 1;
	/* At another one of its own there is no connection, unless NAT leads to it. */
	if (said && inet_addr_is_private(said) == inet_addr_is_private(addr))
		return 0;
	if (!wan || wan->source != ADDRESS_STATIC || !wan->addresses.count)
		return -1;
	if (site_has_address(site, addr))
		return 1;
	return inet_addr_is_private(&wan->addresses.items[0].prefix.addr) &&
			       !inet_addr_is_private(addr)
		       ? -1 /* behind NAT: the address is the other router's */
		       : 0;
}

static const struct inet_addr *known_address(const struct site *site,
					     const struct tunnel *tunnel)
{
	const struct site_interface *wan = site_wan(site);

	if (said_address(tunnel))
		return said_address(tunnel);
	return wan && wan->addresses.count ? &wan->addresses.items[0].prefix.addr : NULL;
}

/* Another tunnel of the site has the address that is meant here. */
static void say_crossed(const struct predict_input *input, struct finding *finding,
			unsigned int end, const struct tunnel *tunnel,
			const struct inet_addr *meant)
{
	const struct site *site = input->sites[end];
	const struct inet_addr *here = &tunnel->remotes.items[0].addr;

	vec_foreach (other, &site->tunnels) {
		const struct endpoint *remote =
			other->remotes.count ? other->remotes.items : NULL;

		if (other == tunnel || !remote || remote->kind != ENDPOINT_ADDRESS ||
		    !inet_addr_equal(&remote->addr, meant))
			continue;
		predict_why(input, finding,
			    "the addresses of '%s' and '%s' are crossed: networks, key "
			    "and proposals of '%s' are those of %s",
			    tunnel->name, other->name, tunnel->name,
			    input->sites[!end]->name);
		words_fix(input, finding, site, &remote->at,
			  words_line(input->arena, site, other, WORD_PEER,
				     inet_addr_text(here).s));
		return;
	}
}

static void say_own(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct tunnel *tunnel,
		    const struct inet_addr *own)
{
	const struct site_interface *wan = site_wan(site);
	const struct prefix_value *first =
		wan && wan->addresses.count ? wan->addresses.items : NULL;
	const bool is_first = first && inet_addr_equal(&first->prefix.addr, own);

	predict_value(
		input, finding, 1, site->name, is_first ? "WAN address" : "own address",
		is_first ? first->at : tunnel->local.at, "%s", inet_addr_text(own).s);
}

static void report_wrong(const struct predict_input *input, struct findings *findings,
			 unsigned int end, const struct tunnel *const tunnels[2])
{
	const struct site *site = input->sites[end], *other = input->sites[!end];
	const struct endpoint *remote = &tunnels[end]->remotes.items[0];
	const struct inet_addr *own = known_address(other, tunnels[!end]);
	const struct inet_text text =
		own ? inet_addr_text(own) : (struct inet_text){ "?" };
	bool is_starter = end == input->initiator;
	struct finding *finding = predict_add(
		input, findings, is_starter ? F07 : F30, site->name,
		is_starter ? "%s calls %s, %s has %s"
			   : "%s expects its peer at %s, %s has %s",
		site->name, inet_addr_text(&remote->addr).s, other->name, text.s);

	finding->tunnel = tunnels[end];
	predict_why(input, finding,
		    is_starter ? "its packets go to nobody or to somebody else"
			       : "packets from any other address belong to no connection "
				 "there");
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_PEER),
		      remote->at, "%s", inet_addr_text(&remote->addr).s);
	if (own)
		say_own(input, finding, other, tunnels[!end], own);
	words_fix(input, finding, site, &remote->at,
		  words_line(input->arena, site, tunnels[end], WORD_PEER, text.s));
	if (own)
		say_crossed(input, finding, end, tunnels[end], own);
	predict_sees_refusal(input, finding,
			     tunnels[input->initiator]->version == 1 ? 1 : 2,
			     is_starter ? !end : end);
}

bool predict_is_peer_wrong(const struct predict_input *input, unsigned int end,
			   const struct tunnel *const tunnels[2])
{
	vec_foreach (remote, &tunnels[end]->remotes)
		if (remote->kind != ENDPOINT_ADDRESS || !remote->addr.family ||
		    owns(input->sites[!end], tunnels[!end], &remote->addr) != 0)
			return false;
	return tunnels[end]->remotes.count > 0;
}

void predict_addresses(const struct predict_input *input,
		       const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		if (predict_is_peer_wrong(input, end, tunnels))
			report_wrong(input, findings, end, tunnels);
}
