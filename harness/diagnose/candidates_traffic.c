// SPDX-License-Identifier: GPL-2.0-or-later
/* candidates_traffic.c - the way of packets through the tunnel and out of it */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "check/sas.h"
#include "diagnose/candidates.h"
#include "predict/forward.h"
#include "model/way.h"

/* ------------------------------------------------------------ stale SAs */

/* The end that has lost its SA while the other still has one; -1. */
static int forgetful(const struct sights *sights)
{
	for (unsigned int site = 0; site < 2; site++)
		if (sights->has_child[site] && !sights->has_child_after[site] &&
		    sights->has_child_after[!site])
			return (int)site;
	return -1;
}

/* The SA of another device, under the peer's identity, is one too: by its address. */
static bool has_peer_sa(const struct sights *sights, unsigned int site)
{
	const struct check_input *input = sights->observe->input;
	struct sas_walk walk = { .sas = check_sas(input, site, "after-traffic") };
	struct inet_text peer =
		inet_addr_text(&scenario_wan(&input->scenario->sites.items[!site])->addr);
	const json_t *sa;

	while ((sa = sas_next(&walk)))
		if (str_equal(json_text(sa, "remote-host"), peer.s))
			return true;
	return false;
}

static const struct log_fact *duplicate_fact(const struct sights *sights,
					     unsigned int site)
{
	static const enum charon_log_fact marks[] = { CHARON_LOG_INITIAL_CONTACT,
						      CHARON_LOG_UNIQUENESS };
	const struct log_facts *log = &sights->observe->input->logs[site];
	const struct log_fact *fact = NULL;

	for (size_t i = 0; !fact && i < ARRAY_SIZE(marks); i++)
		fact = logs_next(log, NULL, marks[i]);
	return fact;
}

/* An end that has thrown the peer's SA away for somebody else's. */
static int unfaithful(const struct sights *sights)
{
	for (unsigned int site = 0; site < 2; site++)
		if (!sights->observe->input->scenario->sites.items[!site].is_behind_nat &&
		    sights->has_ike_after[site] && !has_peer_sa(sights, site))
			return (int)site;
	return -1;
}

bool sights_is_stale(const struct sights *sights)
{
	return forgetful(sights) >= 0 || unfaithful(sights) >= 0;
}

enum answer candidate_duplicate(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;
	int at = unfaithful(sights);
	const struct log_fact *fact;
	const char *victim, *far;
	const struct tunnel *tunnel;

	if (at < 0)
		return ANSWER_NO;
	fact = duplicate_fact(sights, (unsigned int)at);
	far = sights_site(sights, (unsigned int)at);
	victim = sights_site(sights, !at);
	if (fact)
		observe_prove(sights->observe, diagnosis, "%s",
			      logs_quote(&input->logs[at], fact, input->arena));
	observe_prove(sights->observe, diagnosis,
		      "%s has an IKE SA, and none with %s's address any more", far,
		      victim);
	tunnel = sights_tunnel(sights, !at);
	if (tunnel && tunnel->local_id.value)
		diagnosis->values[0] = (struct diagnosis_value){
			.site = victim,
			.setting = "local identity",
			.value = tunnel->local_id.value,
			.at = tunnel->local_id.at,
		};
	candidate_say(sights, diagnosis, victim,
		      "another device comes to %s with %s's identity%s%s%s: %s's SA is "
		      "thrown away for it",
		      far, victim, tunnel && tunnel->local_id.value ? " '" : "",
		      tunnel && tunnel->local_id.value ? tunnel->local_id.value : "",
		      tunnel && tunnel->local_id.value ? "'" : "", victim);
	return fact ? ANSWER_YES : ANSWER_MAYBE;
}

static enum answer say_restarted(const struct sights *sights, bool has_detection,
				 struct diagnosis *diagnosis)
{
	int at = forgetful(sights);
	const char *own, *far;
	const struct tunnel *tunnel;

	if (at < 0)
		return ANSWER_NO;
	tunnel = sights_tunnel(sights, !at);
	if ((tunnel && tunnel_notices_dead_peer(tunnel)) != has_detection)
		return ANSWER_NO;
	far = sights_site(sights, (unsigned int)at);
	own = sights_site(sights, !at);
	observe_prove(sights->observe, diagnosis,
		      "%s had the SA when the tunnel was up and has none after the "
		      "traffic; %s still sends with it (%ld packets out, %ld in)",
		      far, own, sights->out[!at], sights->in[!at]);
	candidate_say(sights, diagnosis, far,
		      "%s has forgotten its SAs (it was restarted) and %s still uses "
		      "them%s",
		      far, own,
		      has_detection ? ", until its dead peer detection is through"
				    : ": dead peer detection is off");
	if (tunnel)
		diagnosis->values[0] = (struct diagnosis_value){
			.site = own,
			.setting = "dead peer detection",
			.value = has_detection ? "on" : "off",
			.at = tunnel->dpd_delay_s.at.file ? tunnel->dpd_delay_s.at
							  : tunnel->at,
		};
	return ANSWER_YES;
}

enum answer candidate_late(const struct sights *sights, struct diagnosis *diagnosis)
{
	return say_restarted(sights, true, diagnosis);
}

enum answer candidate_restarted(const struct sights *sights, struct diagnosis *diagnosis)
{
	return say_restarted(sights, false, diagnosis);
}

/* ------------------------------------------------------------ ESP on the way */

/* Sent by `from`, and the peer's SAs have received nothing. */
static bool is_lost_from(const struct sights *sights, unsigned int from)
{
	return sights->out[from] > 0 && !sights->in[!from];
}

bool sights_is_esp_lost(const struct sights *sights)
{
	for (unsigned int from = 0; from < 2; from++)
		if (is_lost_from(sights, from) ||
		    sights->esp[from].arrived < sights->esp[from].left)
			return true;
	return false;
}

/* Bytes of the outer packet that a hole lets pass are less than what was sent. */
enum answer candidate_large(const struct sights *sights, struct diagnosis *diagnosis)
{
	for (unsigned int from = 0; from < 2; from++) {
		const struct sight *esp = &sights->esp[from];

		if (!esp->arrived || esp->arrived_largest >= esp->left_largest)
			continue;
		observe_prove(
			sights->observe, diagnosis,
			"ESP of %s: %llu left, the largest with %zu bytes (%s); %llu "
			"arrived, the largest with %zu (%s)",
			sights_site(sights, from), (unsigned long long)esp->left,
			esp->left_largest, esp->left_file,
			(unsigned long long)esp->arrived, esp->arrived_largest,
			esp->arrived_file);
		candidate_say(sights, diagnosis, NULL,
			      "small packets pass and large ones are dropped on the way "
			      "from %s without a word: ESP of %zu bytes arrives, of %zu "
			      "does not",
			      sights_site(sights, from), esp->arrived_largest,
			      esp->left_largest);
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

static void say_esp_lost(const struct sights *sights, unsigned int from,
			 struct diagnosis *diagnosis)
{
	const struct sight *esp = &sights->esp[from];
	const char *own = sights_site(sights, from), *far = sights_site(sights, !from);

	observe_prove(sights->observe, diagnosis,
		      "ESP of %s: %llu left (%s), %llu arrived (%s); SAs: %ld out at %s, "
		      "%ld in at %s",
		      own, (unsigned long long)esp->left,
		      esp->left_file ? esp->left_file : "no capture has one",
		      (unsigned long long)esp->arrived,
		      esp->arrived_file ? esp->arrived_file : "no capture has one",
		      sights->out[from], own, sights->in[!from], far);
	if (!esp->left)
		candidate_say(sights, diagnosis, own,
			      "%s drops its own ESP: the SA counts packets and none "
			      "leaves",
			      own);
	else if (!esp->arrived)
		candidate_say(sights, diagnosis, NULL,
			      "ESP from %s is dropped on the way: it leaves %s and never "
			      "arrives at %s",
			      own, own, far);
	else
		candidate_say(sights, diagnosis, far,
			      "%s drops ESP: it arrives at its WAN and its SA counts "
			      "nothing",
			      far);
}

enum answer candidate_esp(const struct sights *sights, struct diagnosis *diagnosis)
{
	for (unsigned int i = 0; i < 2; i++) {
		unsigned int from = i ? sights->to : sights->from;

		if (!is_lost_from(sights, from))
			continue;
		say_esp_lost(sights, from, diagnosis);
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

/* ------------------------------------------------------------ out of the tunnel */

/* The first question whose request came out of the tunnel and was not seen further. */
static const struct sight_lost *dropped(const struct sights *sights)
{
	vec_foreach (lost, &sights->lost)
		if (sights->in[lost->to] > 0 &&
		    (lost->has_arrived ||
		     !observe_left_behind(sights->observe, lost->from, lost->host_from)))
			return lost;
	return NULL;
}

bool sights_is_dropped(const struct sights *sights)
{
	return dropped(sights) != NULL;
}

static void prove_dropped(const struct sights *sights, const struct sight_lost *lost,
			  struct diagnosis *diagnosis)
{
	observe_prove(sights->observe, diagnosis,
		      "%s > %s: %s's SAs received %ld packets and sent %ld, the target "
		      "saw %s",
		      lost->host_from, lost->host_to, sights_site(sights, lost->to),
		      sights->in[lost->to], sights->out[lost->to],
		      lost->has_arrived ? "the request" : "nothing");
}

enum answer candidate_forwarding(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct sight_lost *lost = dropped(sights);
	const struct event *settings = sights->settings[lost->to];

	if (lost->has_arrived || !settings ||
	    !str_equal(event_text(settings, "ip_forward"), "0"))
		return ANSWER_NO;
	prove_dropped(sights, lost, diagnosis);
	observe_prove(sights->observe, diagnosis, "%s: net.ipv4.ip_forward = 0",
		      sights_site(sights, lost->to));
	candidate_say(
		sights, diagnosis, sights_site(sights, lost->to),
		"%s does not forward packets at all (net.ipv4.ip_forward = 0): what "
		"comes out of the tunnel ends there",
		sights_site(sights, lost->to));
	return ANSWER_YES;
}

enum answer candidate_filter(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct sight_lost *lost = dropped(sights);
	const struct event *settings = sights->settings[lost->to];
	int64_t drops = settings ? event_number(settings, "reverse_path_drops", 0) : 0;

	if (lost->has_arrived || drops <= 0)
		return ANSWER_NO;
	prove_dropped(sights, lost, diagnosis);
	observe_prove(sights->observe, diagnosis,
		      "%s: TcpExtIPReversePathFilter counted %lld, rp_filter = %s",
		      sights_site(sights, lost->to), (long long)drops,
		      event_text(settings, "rp_filter"));
	candidate_say(sights, diagnosis, sights_site(sights, lost->to),
		      "the reverse path filter of %s (rp_filter = %s) drops what comes "
		      "out of the tunnel: the way back is over another interface",
		      sights_site(sights, lost->to), event_text(settings, "rp_filter"));
	return ANSWER_YES;
}

enum answer candidate_no_way_back(const struct sights *sights,
				  struct diagnosis *diagnosis)
{
	const struct sight_lost *lost = dropped(sights);
	uint64_t answers;

	if (!lost->has_arrived)
		return ANSWER_NO;
	answers = sights_echoes(sights, lost->to, lost->host_to, lost->host_from, true);
	prove_dropped(sights, lost, diagnosis);
	observe_prove(
		sights->observe, diagnosis,
		"on the LAN of %s: %llu requests to %s, %llu answers to the gateway",
		sights_site(sights, lost->to),
		(unsigned long long)sights_echoes(sights, lost->to, lost->host_from,
						  lost->host_to, false),
		lost->host_to, (unsigned long long)answers);
	candidate_say(sights, diagnosis, sights_site(sights, lost->to),
		      "%s gets the request and answers to another router: it has no way "
		      "back to %s by %s",
		      lost->host_to, lost->host_from, sights_site(sights, lost->to));
	return answers ? ANSWER_NO : ANSWER_YES;
}

/* Which line of the far gateway's firewall would refuse it. */
static void name_line(const struct sights *sights, const struct sight_lost *lost,
		      struct diagnosis *diagnosis)
{
	const struct scenario *scenario = sights->observe->input->scenario;
	const struct scenario_host *from =
		scenario_host_find(scenario, lost->host_from, NULL);
	const struct scenario_host *to =
		scenario_host_find(scenario, lost->host_to, NULL);
	const struct forward_question question = { .src = from->addr,
						   .dst = to->addr,
						   .is_in_ipsec = true };
	struct forward_answer answer =
		forward_ask(sights->observe->input->arena,
			    scenario->sites.items[lost->to].site, &question);

	if (answer.target != TARGET_REJECT && answer.target != TARGET_DROP)
		return;
	diagnosis->values[0] = (struct diagnosis_value){
		.site = sights_site(sights, lost->to),
		.setting = answer.reason,
		.value = "refuses",
		.at = answer.at,
	};
}

enum answer candidate_policy(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct sight_lost *lost = dropped(sights);

	if (lost->has_arrived)
		return ANSWER_NO;
	prove_dropped(sights, lost, diagnosis);
	name_line(sights, lost, diagnosis);
	candidate_say(sights, diagnosis, sights_site(sights, lost->to),
		      "%s refuses what comes out of the tunnel for %s",
		      sights_site(sights, lost->to), lost->host_to);
	return ANSWER_MAYBE;
}

/* ------------------------------------------------------------ into the tunnel */

bool sights_is_not_sent(const struct sights *sights)
{
	vec_foreach (lost, &sights->lost)
		if (!sights->out[lost->from] && !lost->has_arrived)
			return true;
	return false;
}

/* charon's own table, read after the traffic; -1: not read. */
static long routes_of(const struct sights *sights, unsigned int site)
{
	const struct event *event = NULL;
	long count = -1;

	while ((event = timeline_next(sights->observe->input->timeline, event, "kernel",
				      "routes")))
		if (str_equal(event->node, sights_site(sights, site)) &&
		    str_equal(event_text(event, "label"), "after-traffic"))
			count = (long)json_array_size(
				json_object_get(event->facts, "routes"));
	return count;
}

/* Of an XFRM interface table 220 says nothing: its routes are in the main one. */
static bool has_if_id(const struct sights *sights, unsigned int end)
{
	const struct site *site = sights->observe->input->scenario->sites.items[end].site;

	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			if (!tunnel->is_disabled && child_has_if_id(child))
				return true;
	return false;
}

enum answer candidate_route(const struct sights *sights, struct diagnosis *diagnosis)
{
	vec_foreach (lost, &sights->lost) {
		const char *own = sights_site(sights, lost->from);

		if (sights->out[lost->from] || has_if_id(sights, lost->from) ||
		    routes_of(sights, lost->from) != 0)
			continue;
		observe_prove(sights->observe, diagnosis,
			      "%s: SAs are installed, none has sent a packet, and table "
			      "220 has no route",
			      own);
		candidate_say(sights, diagnosis, own,
			      "%s has no route into the tunnel: packets for %s take the "
			      "default route",
			      own, lost->host_to);
		return ANSWER_YES;
	}
	return ANSWER_NO;
}
