// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak.c - F70: packets for the far network that leave in clear while there is no tunnel
 *
 * An IPsec policy is there only while the tunnel is: before and after it the packet is
 * like any other, and what decides is whether the device lets it out to the Internet.
 */
#include <string.h>

#include "base/str.h"
#include "predict/forward.h"
#include "predict/predict.h"
#include "predict/words.h"

static struct inet_addr sample(const struct inet_prefix *net)
{
	unsigned int bits = net->addr.family == AF_INET6 ? 128 : 32;

	return inet_prefix_nth(net, bits - net->length >= 3 ? 5 : 0);
}

/* Does the line's `-d NET` cover the network? One without -d covers all. */
static bool line_covers(const char *text, const struct inet_prefix *remote)
{
	const char *at = strstr(text, " -d ");
	struct inet_prefix net;
	char word[64];
	size_t length;

	if (!at)
		return true;
	at += strlen(" -d ");
	at += strspn(at, " ");
	length = strcspn(at, " \t");
	if (length >= sizeof(word))
		return false;
	memcpy(word, at, length);
	word[length] = '\0';
	return !inet_prefix_parse(word, &net) && net.length <= remote->length &&
	       inet_prefix_has(&net, &remote->addr);
}

/* A line of the user's own script that holds back what is not going into a tunnel. */
static bool has_guard(const struct site *site, const struct inet_prefix *remote)
{
	vec_foreach (line, &site->firewall_user)
		if (strstr(line->text, "--pol none") &&
		    !strstr(line->text, "-j ACCEPT") && !strstr(line->text, "output") &&
		    line_covers(line->text, remote))
			return true;
	return false;
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

/* Does anything keep such packets inside while the tunnel is down? */
static bool is_held_back(const struct site *site, const struct tunnel *tunnel,
			 const struct inet_prefix *remote)
{
	/* It is there from the load on, and keeps packets waiting. */
	if (tunnel_has_trap(site, tunnel))
		return true;
	switch (site->firewall) {
	case FIREWALL_FW3:
	case FIREWALL_FW4:
		return !site->zones.count || tunnel->bind_interface ||
		       has_guard(site, remote);
	case FIREWALL_FRITZ:
		return tunnel->rejects_clear.on;
	case FIREWALL_OPEN:
		return tunnel->start == START_ON_TRAFFIC || tunnel->bind_interface ||
		       has_null_route(site, remote);
	case FIREWALL_POLICY:
		/* A policy that names the tunnel lets nothing pass beside it. A route
		 * through tunnel.1 or st0.0 is gone while that is down. */
		return !tunnel->bind_interface || has_null_route(site, remote);
	}
	return true;
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
		return;
	case FIREWALL_FW4:
		predict_fix(input, finding,
			    "%s: /etc/nftables.d: a rule in the forward chain that "
			    "rejects ip daddr %s unless `rt ipsec exists`",
			    site->name, remote);
		return;
	case FIREWALL_FRITZ:
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
		predict_fix(
			input, finding,
			"%s: iptables -I FORWARD -d %s -m policy --dir out --pol none "
			"-j REJECT; or %s",
			site->name, remote,
			words_line(input->arena, site, tunnel, WORD_START, NULL));
		return;
	case FIREWALL_POLICY:
		predict_fix(
			input, finding,
			site->kind == DEVICE_JUNOS
				? "%s: set routing-options static route … discard, for "
				  "a wider network than %s"
				: "%s: set route %s interface null metric 10",
			site->name, remote);
		return;
	}
}

/* Which line it is that lets them out. */
static void say_cause(const struct predict_input *input, struct finding *finding,
		      const struct site *site, const struct tunnel *tunnel,
		      const struct forward_answer *answer)
{
	if (site->firewall == FIREWALL_FRITZ)
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
	struct forward_question question = { .src = sample(&local),
					     .dst = sample(&remote) };
	struct forward_answer answer;
	struct inet_text net = inet_prefix_text(&remote);
	struct finding *finding;

	if (is_held_back(site, tunnel, &remote))
		return;
	answer = forward_ask(site, &question);
	if (answer.target != TARGET_ACCEPT)
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

void predict_leak(const struct predict_input *input,
		  const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		vec_foreach (child, &tunnels[end]->children)
			predict_foreach_selector (selector, child)
				if (selector->local.addr.family &&
				    selector->remote.length)
					check_pair(input, findings, input->sites[end],
						   tunnels[end], selector);
}
