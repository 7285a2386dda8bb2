// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak.c - F70: packets for the far network that leave in clear while there is no tunnel
 *
 * An IPsec policy is there only while the tunnel is: before and after it the packet is
 * like any other, and what decides is whether the device lets it out to the Internet.
 */
#include "device/device.h"
#include "import/host_rules.h"
#include "model/aspect.h"
#include "model/way.h"
#include "predict/forward.h"
#include "predict/predict.h"
#include "predict/user_rules.h"
#include "predict/words.h"

/* What the owner's scripts do to a packet that goes out in clear. */
static struct user_answer ask_scripts(const struct predict_input *input,
				      const struct site *site,
				      const struct inet_prefix *local,
				      const struct inet_prefix *remote)
{
	struct inet_addr from = predict_sample(local);
	const struct packet_kind kind = { .src = *local,
					  .dst = *remote,
					  .protocol = PACKET_PROTOCOL_ALL,
					  .in = user_rules_device(
						  site_interface_for(site, &from)),
					  .out = user_rules_device(site_wan(site)) };
	const struct zone *zones[1];
	size_t count = forward_zones(site, &from, false, zones, 1);
	struct user_answer answer;

	user_rules_ask(user_rules_read(input->arena, site), USER_FORWARD, false,
		       count ? zones[0]->name : NULL, &kind, &answer);
	return answer;
}

/* A route that takes the packets when the one through the tunnel interface is gone. */
static bool has_null_route(const struct site *site, const struct inet_prefix *remote)
{
	vec_foreach (route, &site->routes)
		if (route->is_blackhole && route->destination.length &&
		    route->destination.length <= remote->length &&
		    inet_prefix_has(&route->destination, &remote->addr))
			return true;
	return false;
}

static bool firewall_holds_back(const struct site *site, const struct tunnel *tunnel,
				const struct inet_prefix *remote)
{
	switch (site->firewall) {
	case FIREWALL_FW3:
	case FIREWALL_FW4:
		return !site->zones.count || tunnel->bind_interface;
	case FIREWALL_ACCESS_LIST:
		return tunnel->rejects_clear.on;
	case FIREWALL_OPEN:
		return tunnel->start == START_ON_TRAFFIC || tunnel->bind_interface ||
		       has_null_route(site, remote);
	case FIREWALL_POLICY:
		/* A policy that names the tunnel lets nothing pass beside it. A route
		 * through st0.0, or a tunnel.1 that is monitored, is gone while that is
		 * down. */
		return !tunnel->bind_interface || has_null_route(site, remote) ||
		       tunnel_keeps_route(site, tunnel, remote);
	}
	return true;
}

/* Does anything keep such packets inside while the tunnel is down? */
static bool is_held_back(const struct site *site, const struct tunnel *tunnel,
			 const struct inet_prefix *remote)
{
	/*
	 * A trap is there from the load on, and keeps packets waiting; an XFRM interface
	 * or VTI stays when its SA goes, and with it the route: nothing leaves.
	 */
	return tunnel_has_trap(site, tunnel) ||
	       firewall_holds_back(site, tunnel, remote) || site_has_way_to(site, remote);
}

/* A host that filters by nft is told so in nft's words, for the file that it has. */
static bool is_nft(const struct site *site)
{
	vec_foreach (line, &site->firewall_user)
		if (line->at.file && host_rules_are_nft(line->at.file))
			return true;
	return false;
}

static void say_fix(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct tunnel *tunnel,
		    const char *remote)
{
	switch (site->firewall) {
	case FIREWALL_FW3:
		predict_fix(input, finding,
			    "%s: /etc/firewall.user: iptables -A forwarding_rule -d %s "
			    "-m policy --dir out --pol none -j REJECT",
			    site->name, remote);
		predict_edit(input, finding, site, EDIT_AT_END,
			     (struct origin){ .file = "etc/firewall.user" },
			     "iptables -A forwarding_rule -d %s -m policy --dir out "
			     "--pol none -j REJECT",
			     remote);
		return;
	case FIREWALL_FW4:
		predict_fix(input, finding,
			    "%s: /etc/nftables.d: a rule in the forward chain that "
			    "rejects ip daddr %s unless `rt ipsec exists`",
			    site->name, remote);
		return;
	case FIREWALL_ACCESS_LIST:
		predict_fix(input, finding,
			    "%s: %s:%u: reject_not_encrypted = yes; (it cuts the LAN off "
			    "from the rest of the Internet too)",
			    site->name,
			    tunnel->rejects_clear.at.file ? tunnel->rejects_clear.at.file
							  : tunnel->at.file,
			    tunnel->rejects_clear.at.file ? tunnel->rejects_clear.at.line
							  : tunnel->at.line);
		return;
	case FIREWALL_OPEN:
		if (is_nft(site))
			predict_fix(
				input, finding,
				"%s: nftables.conf, first in the chain of hook forward: ip "
				"daddr %s rt ipsec missing reject",
				site->name, remote);
		else
			predict_fix(input, finding,
				    "%s: iptables -I FORWARD -d %s -m policy --dir out "
				    "--pol none -j REJECT",
				    site->name, remote);
		/* A trap policy for anybody cannot be installed. */
		if (predict_knows_peer(tunnel))
			words_fix(
				input, finding, site, &tunnel->start_at,
				words_line(input->arena, site, tunnel, WORD_START, NULL));
		return;
	case FIREWALL_POLICY:
		if (!words_fixes(site)->null_route)
			predict_fix(input, finding,
				    "%s: a route that discards what is for %s",
				    site->name, remote);
		else
			words_place(input, finding, site,
				    words_fixes(site)->null_route(input->arena, remote),
				    EDIT_IN_BLOCK, tunnel->at);
		return;
	}
}

/* Which line it is that lets them out. */
static void say_cause(const struct predict_input *input, struct finding *finding,
		      const struct site *site, const struct tunnel *tunnel,
		      const struct forward_answer *answer)
{
	if (site->firewall == FIREWALL_ACCESS_LIST)
		predict_value(input, finding, 0, site->name, "reject_not_encrypted",
			      tunnel->rejects_clear.at, "no");
	else if (site->firewall == FIREWALL_OPEN)
		predict_value(input, finding, 0, site->name,
			      words_setting(site, WORD_START),
			      tunnel->start_at.file ? tunnel->start_at : tunnel->at,
			      "no trap policy");
	else
		predict_value(input, finding, 0, site->name, answer->reason, answer->at,
			      "accepted");
}

static void check_pair(const struct predict_input *input, struct findings *findings,
		       const struct site *site, const struct tunnel *tunnel,
		       const struct selector *selector)
{
	struct inet_prefix local = inet_prefix_network(&selector->local);
	struct inet_prefix remote = inet_prefix_network(&selector->remote);
	struct forward_question question = { .src = predict_sample(&local),
					     .dst = predict_sample(&remote),
					     .is_out_wan = true };
	struct forward_answer answer;
	struct user_answer scripts;
	struct inet_text net = inet_prefix_text(&remote);
	struct finding *finding;
	bool is_leak;

	if (is_held_back(site, tunnel, &remote))
		return;
	answer = forward_ask(input->arena, site, &question);
	scripts = ask_scripts(input, site, &local, &remote);
	if (scripts.says[USER_ACCEPTS])
		answer = (struct forward_answer){ .target = TARGET_ACCEPT,
						  .at = scripts.at[USER_ACCEPTS],
						  .reason = "the user's rule" };
	if (!scripts.says[USER_ACCEPTS] && answer.doubt.what) {
		user_doubt_say(input, site, &answer.doubt, ASPECT_WAY, findings);
		return;
	}
	is_leak = scripts.says[USER_ACCEPTS] ||
		  ((scripts.says[USER_NOTHING] || scripts.says[USER_LEAVES_ZONE]) &&
		   answer.target == TARGET_ACCEPT);
	if (scripts.doubts[is_leak ? USER_DROPS : USER_ACCEPTS].what) {
		user_doubt_say(input, site,
			       &scripts.doubts[is_leak ? USER_DROPS : USER_ACCEPTS],
			       ASPECT_WAY, findings);
		return;
	}
	if (!is_leak)
		return;
	finding = predict_add(input, findings, F70, site->name,
			      "while the tunnel is down %s sends packets for %s into the "
			      "Internet in clear",
			      site->name, net.s);
	finding->severity = SEVERITY_WEAK;
	finding->tunnel = tunnel;
	finding->selector = selector;
	say_cause(input, finding, site, tunnel, &answer);
	predict_value(input, finding, 1, site->name, "remote network",
		      selector->remote_at, "%s", net.s);
	predict_sees(input, finding,
		     "%s: nothing; the packets go to the provider, "
		     "masqueraded or not",
		     site->name);
	say_fix(input, finding, site, tunnel, net.s);
}

/* A form says that the tunnel's packets pass; what else does stands nowhere. */
static bool is_asked(const struct site *site)
{
	return !device_of(site->kind)->form;
}

void predict_leak(const struct predict_input *input,
		  const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		vec_foreach (child, &tunnels[end]->children)
			predict_foreach_selector (selector, child)
				if (is_asked(input->sites[end]) &&
				    selector->local.addr.family &&
				    selector->remote.length)
					check_pair(input, findings, input->sites[end],
						   tunnels[end], selector);
}
