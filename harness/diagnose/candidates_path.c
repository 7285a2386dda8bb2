// SPDX-License-Identifier: GPL-2.0-or-later
/* candidates_path.c - the way of IKE: names, ports, answers, and our own machine */
#include <netinet/ip_icmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/candidates.h"
#include "predict/words.h"

#define PORT_IKE   500
#define PORT_NAT_T 4500

void candidate_say(const struct sights *sights, struct diagnosis *diagnosis,
		   const char *site, const char *format, ...)
{
	char text[700];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	diagnosis->summary = arena_strdup(sights->observe->input->arena, text);
	diagnosis->site = site;
}

static void quote(const struct sights *sights, struct diagnosis *diagnosis,
		  unsigned int site, const struct log_fact *fact)
{
	const struct check_input *input = sights->observe->input;

	observe_prove(sights->observe, diagnosis, "%s",
		      logs_quote(&input->logs[site], fact, input->arena));
}

/* ------------------------------------------------------------ our own machine */

/*
 * What the kernel answered, just before charon says that there is no SA. Earlier ones
 * are about something else: strongSwan 6.0 tries at its start whether the kernel has
 * XFRM interfaces.
 */
static const struct log_fact *kernel_answer(const struct log_facts *log,
					    const struct log_fact *refused)
{
	const struct log_fact *fact = NULL, *last = NULL;

	while ((fact = logs_next(log, fact, CHARON_LOG_KERNEL_NETLINK_ERROR)) &&
	       fact->line < refused->line)
		last = fact;
	return last && last->line + 1 == refused->line ? last : NULL;
}

enum answer candidate_kernel(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;

	for (unsigned int site = 0; site < 2; site++) {
		const struct log_fact *answer,
			*refused = logs_next(&input->logs[site], NULL,
					     CHARON_LOG_KERNEL_SAD_FAILED);

		if (!refused)
			continue;
		answer = kernel_answer(&input->logs[site], refused);
		if (answer)
			quote(sights, diagnosis, site, answer);
		quote(sights, diagnosis, site, refused);
		candidate_say(
			sights, diagnosis, sights_site(sights, site),
			"the kernel of %s refuses the SA that both ends have agreed "
			"on: ESP or its algorithm is missing there, no setting is "
			"wrong",
			sights_site(sights, site));
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

/* "DH group MODP_2048 unacceptable, requesting MODP_2048": it does not have it. */
static bool say_absurd_group(const struct sights *sights, struct diagnosis *diagnosis)
{
	for (unsigned int site = 0; site < 2; site++) {
		const struct log_fact *fact =
			logs_next(&sights->observe->input->logs[site], NULL,
				  CHARON_LOG_DH_UNACCEPTABLE);

		if (!fact || !fact->capture[0] ||
		    !str_equal(fact->capture[0], fact->capture[1]))
			continue;
		quote(sights, diagnosis, site, fact);
		candidate_say(
			sights, diagnosis, sights_site(sights, site),
			"%s asks for the group %s that it has just refused: its IKE "
			"daemon lacks the plugin (package) for it",
			sights_site(sights, site), fact->capture[0]);
		return true;
	}
	return false;
}

enum answer candidate_plugin(const struct sights *sights, struct diagnosis *diagnosis)
{
	static const enum charon_log_fact marks[] = { CHARON_LOG_DH_UNSUPPORTED,
						      CHARON_LOG_CIPHER_UNSUPPORTED,
						      CHARON_LOG_KDF_UNSUPPORTED };

	if (say_absurd_group(sights, diagnosis))
		return ANSWER_YES;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		unsigned int site = 0;
		const struct log_fact *fact = sights_fact(sights, marks[i], &site);

		if (!fact)
			continue;
		quote(sights, diagnosis, site, fact);
		candidate_say(sights, diagnosis, sights_site(sights, site),
			      "%s's IKE daemon does not have %s, which its own "
			      "configuration names: a plugin (package) is missing",
			      sights_site(sights, site),
			      fact->capture[0] ? fact->capture[0] : "an algorithm");
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

/* ------------------------------------------------------------ names */

enum answer candidate_name(const struct sights *sights, struct diagnosis *diagnosis)
{
	unsigned int site = sights->from;
	const struct log_fact *fact = logs_next(&sights->observe->input->logs[site], NULL,
						CHARON_LOG_RESOLVE_FAILED);
	const struct tunnel *tunnel = sights_tunnel(sights, site);
	const char *name = fact && fact->capture[0] ? fact->capture[0] : "the peer";

	if (!fact || sights->ike[site].left)
		return ANSWER_NO;
	quote(sights, diagnosis, site, fact);
	candidate_say(sights, diagnosis, sights_site(sights, site),
		      "%s cannot find an address for '%s': no packet is sent",
		      sights_site(sights, site), name);
	if (tunnel)
		vec_foreach (remote, &tunnel->remotes)
			if (remote->kind == ENDPOINT_NAME)
				diagnosis->values[0] = (struct diagnosis_value){
					.site = sights_site(sights, site),
					.setting = "peer",
					.value = remote->name,
					.at = remote->at
				};
	return ANSWER_YES;
}

/* ------------------------------------------------------------ who calls */

bool sights_is_not_known(const struct sights *sights)
{
	const struct log_facts *log = &sights->observe->input->logs[sights->to];

	return logs_next(log, NULL, CHARON_LOG_NO_IKE_CONFIG) ||
	       logs_next(log, NULL, CHARON_LOG_NO_PEER_CONFIG);
}

/* The responder's connection is for one address, and the caller comes from another. */
enum answer candidate_pinned(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct log_fact *fact = logs_next(&sights->observe->input->logs[sights->to],
						NULL, CHARON_LOG_NO_IKE_CONFIG);
	const struct tunnel *tunnel = sights_tunnel(sights, sights->to);
	const char *own = sights_site(sights, sights->from);
	const char *far = sights_site(sights, sights->to);
	const struct endpoint *remote;
	const char *line;
	struct inet_text text;

	if (!fact || !fact->capture[1] || !tunnel || tunnel->remotes.count != 1)
		return ANSWER_NO;
	remote = &tunnel->remotes.items[0];
	text = inet_addr_text(&remote->addr);
	if (remote->kind != ENDPOINT_ADDRESS || str_equal(text.s, fact->capture[1]))
		return ANSWER_NO;
	quote(sights, diagnosis, sights->to, fact);
	diagnosis->values[0] = (struct diagnosis_value){
		.site = far,
		.setting = "peer address",
		.value = arena_strdup(sights->observe->input->arena, text.s),
		.at = remote->at,
	};
	line = words_line(sights->observe->input->arena,
			  sights->observe->input->scenario->sites.items[sights->to].site,
			  tunnel, WORD_PEER, fact->capture[1])
		       .text;
	if (line && remote->at.file)
		vec_add(sights->observe->input->arena, &diagnosis->fixes,
			arena_printf(sights->observe->input->arena, "%s: %s:%u: %s", far,
				     remote->at.file, remote->at.line, line));
	candidate_say(sights, diagnosis, far,
		      "%s's connection is for the address %s, and %s calls from %s", far,
		      text.s, own, fact->capture[1]);
	return ANSWER_YES;
}

/* "A...B[C]": without an identity of its own it says C, its address before the NAT. */
enum answer candidate_private_id(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;
	const struct log_facts *log = &input->logs[sights->to];
	const struct log_fact *refused = logs_next(log, NULL, CHARON_LOG_NO_PEER_CONFIG);
	const struct log_fact *looking =
		logs_next(log, NULL, CHARON_LOG_LOOKING_FOR_PEER);
	const struct tunnel *tunnel = sights_tunnel(sights, sights->from);
	const char *own = sights_site(sights, sights->from);
	struct inet_text inside = inet_addr_text(
		&scenario_wan(&input->scenario->sites.items[sights->from])->addr);
	const char *id = arena_printf(input->arena, "[%s]", inside.s);
	const char *whole = arena_printf(input->arena, "...%s%s", inside.s, id);

	if (!refused || !looking || !tunnel || tunnel->local_id.type != ID_TYPE_NONE ||
	    !strstr(looking->text, id) || strstr(looking->text, whole))
		return ANSWER_NO;
	quote(sights, diagnosis, sights->to, looking);
	quote(sights, diagnosis, sights->to, refused);
	diagnosis->values[0] = (struct diagnosis_value){
		.site = own,
		.setting = "own identity",
		.value = "not set",
		.at = tunnel->at,
	};
	candidate_say(sights, diagnosis, own,
		      "%s is behind a NAT and has no identity of its own: it introduces "
		      "itself with its private address %s, which %s does not know",
		      own, inside.s, sights_site(sights, sights->to));
	return ANSWER_YES;
}

/* ------------------------------------------------------------ requests */

bool sights_is_unheard(const struct sights *sights)
{
	return !sights->has_heard[sights->to] &&
	       (sights->ike[sights->from].left ||
		logs_next(&sights->observe->input->logs[sights->from], NULL,
			  CHARON_LOG_INITIATING));
}

static void prove_sight(const struct sights *sights, struct diagnosis *diagnosis,
			const struct sight *sight, const char *what)
{
	observe_prove(sights->observe, diagnosis, "%s: %llu left (%s), %llu arrived (%s)",
		      what, (unsigned long long)sight->left,
		      sight->left_file ? sight->left_file : "no capture has one",
		      (unsigned long long)sight->arrived,
		      sight->arrived_file ? sight->arrived_file : "no capture has one");
}

/* A mark that is on no capture: it may have been on the one that is missing. */
static enum answer unseen(const struct sights *sights)
{
	return sights->is_blind ? ANSWER_MAYBE : ANSWER_NO;
}

enum answer candidate_wrong_address(const struct sights *sights,
				    struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;
	const struct inet_addr *peer =
		&scenario_wan(&input->scenario->sites.items[sights->to])->addr;

	if (input->scenario->sites.items[sights->to].is_behind_nat)
		return ANSWER_NO;
	for (size_t i = 0; i < input->wire->count; i++) {
		const struct wire_link *link = &input->wire->links[i];

		if (!link->link->is_internet || link->link->site != (int)sights->from)
			continue;
		vec_foreach (flow, &link->ike_flows) {
			const struct inet_addr *own =
				&scenario_wan(&input->scenario->sites.items[sights->from])
					 ->addr;

			if (!inet_addr_equal(&flow->src, own) ||
			    inet_addr_equal(&flow->dst, peer))
				continue;
			observe_prove(sights->observe, diagnosis,
				      "%s packet %llu goes to %s", link->file,
				      (unsigned long long)flow->first,
				      inet_addr_text(&flow->dst).s);
			candidate_say(
				sights, diagnosis, sights_site(sights, sights->from),
				"%s calls %s, and %s is at %s",
				sights_site(sights, sights->from),
				inet_addr_text(&flow->dst).s,
				sights_site(sights, sights->to), inet_addr_text(peer).s);
			return ANSWER_YES;
		}
	}
	return unseen(sights);
}

enum answer candidate_forwarded(const struct sights *sights, struct diagnosis *diagnosis)
{
	const char *far = sights_site(sights, sights->to);
	const struct wire_link *link = NULL;
	const struct wire_ike *flow = sights_ike_inside(sights, sights->to, &link);

	if (!flow)
		return unseen(sights);
	observe_prove(sights->observe, diagnosis, "%s packet %llu: IKE %s > %s",
		      link->file, (unsigned long long)flow->first,
		      inet_addr_text(&flow->src).s, inet_addr_text(&flow->dst).s);
	candidate_say(sights, diagnosis, far,
		      "%s forwards UDP 500 to %s behind it: its own IKE daemon never "
		      "sees the request",
		      far, inet_addr_text(&flow->dst).s);
	return ANSWER_YES;
}

enum answer candidate_refused(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;
	const char *far = sights_site(sights, sights->to);
	const struct wire_link *link = NULL;
	const struct wire_refusal *refusal =
		sights_refusal(sights, sights->to, PORT_IKE, &link);
	bool is_peer;

	if (!refusal)
		return unseen(sights);
	is_peer = inet_addr_equal(
		&refusal->from,
		&scenario_wan(&input->scenario->sites.items[sights->to])->addr);
	observe_prove(sights->observe, diagnosis,
		      "%s packet %llu: ICMP %u/%u from %s, about UDP 500 of %s",
		      link->file, (unsigned long long)refusal->first, refusal->type,
		      refusal->code, inet_addr_text(&refusal->from).s,
		      inet_addr_text(&refusal->wanted).s);
	prove_sight(sights, diagnosis, &sights->ike[sights->from], "requests");
	if (!is_peer)
		candidate_say(sights, diagnosis, NULL,
			      "%s on the way to %s rejects UDP 500",
			      inet_addr_text(&refusal->from).s, far);
	else if (sights->is_running[sights->to])
		candidate_say(
			sights, diagnosis, far,
			"%s's own firewall rejects UDP 500: its IKE daemon runs and "
			"never hears of it",
			far);
	else
		candidate_say(sights, diagnosis, far,
			      "%s answers 'port unreachable': no IKE daemon listens on "
			      "UDP 500",
			      far);
	return ANSWER_YES;
}

/* Which hop: the last that has seen it is named. */
enum answer candidate_blocked(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct sight *request = &sights->ike[sights->from];
	const char *own = sights_site(sights, sights->from);
	const char *far = sights_site(sights, sights->to);

	if (sights->is_blind)
		return ANSWER_MAYBE;
	prove_sight(sights, diagnosis, request, "requests");
	if (!request->left) {
		candidate_say(sights, diagnosis, own,
			      "%s itself drops UDP 500: its daemon sends, nothing leaves",
			      own);
		return ANSWER_YES;
	}
	if (!request->arrived) {
		candidate_say(sights, diagnosis, NULL,
			      "UDP 500 from %s is dropped on the way: it leaves %s and "
			      "never arrives at %s",
			      own, own, far);
		return ANSWER_YES;
	}
	candidate_say(sights, diagnosis, far,
		      "%s drops UDP 500: it arrives at its WAN and its IKE daemon never "
		      "hears of it",
		      far);
	return sights->is_running[sights->to] ? ANSWER_YES : ANSWER_MAYBE;
}

/* ------------------------------------------------------------ answers */

static bool has_given_up(const struct sights *sights)
{
	const struct log_facts *log = &sights->observe->input->logs[sights->from];

	return logs_next(log, NULL, CHARON_LOG_RETRANSMIT) ||
	       logs_next(log, NULL, CHARON_LOG_GAVE_UP);
}

/* It has got nothing at all out of the answers. */
bool sights_is_unanswered(const struct sights *sights)
{
	const struct log_facts *log = &sights->observe->input->logs[sights->from];

	return sights->has_heard[sights->to] && has_given_up(sights) &&
	       !sights->nat_t[sights->from].left && !sights->has_ike[sights->from] &&
	       !logs_next(log, NULL, CHARON_LOG_PROPOSAL_SELECTED);
}

enum answer candidate_answers(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct sight *answer = &sights->ike[sights->to];
	const char *own = sights_site(sights, sights->from);
	const char *far = sights_site(sights, sights->to);
	const struct log_fact *fact = logs_next(&sights->observe->input->logs[sights->to],
						NULL, CHARON_LOG_RETRANSMIT_RECEIVED);

	prove_sight(sights, diagnosis, answer, "answers");
	if (fact)
		quote(sights, diagnosis, sights->to, fact);
	if (!answer->left)
		candidate_say(sights, diagnosis, far,
			      "%s hears the requests, and its answers do not leave it",
			      far);
	else if (!answer->arrived)
		candidate_say(sights, diagnosis, NULL,
			      "%s's answers from UDP 500 are dropped on the way to %s",
			      far, own);
	else
		candidate_say(sights, diagnosis, own,
			      "%s drops the answers: they arrive at its WAN and its IKE "
			      "daemon never hears of them",
			      own);
	return ANSWER_YES;
}

/* ------------------------------------------------------------ UDP 4500 */

bool sights_is_half_open(const struct sights *sights)
{
	const struct log_facts *log = &sights->observe->input->logs[sights->from];

	/* IKEv1 never repeats its last message of phase 1: no retransmit then. */
	return sights->has_heard[sights->to] && !sights->has_ike[sights->to] &&
	       (sights->nat_t[sights->from].left ||
		(has_given_up(sights) &&
		 logs_next(log, NULL, CHARON_LOG_PROPOSAL_SELECTED)));
}

enum answer candidate_ike_fragments(const struct sights *sights,
				    struct diagnosis *diagnosis)
{
	const struct sight *pieces = &sights->fragments[sights->from];

	if (!pieces->left || pieces->arrived >= pieces->left)
		return ANSWER_NO;
	prove_sight(sights, diagnosis, pieces, "IP fragments");
	candidate_say(sights, diagnosis, NULL,
		      "IKE messages of %s are larger than a packet and their fragments "
		      "are dropped on the way",
		      sights_site(sights, sights->from));
	return ANSWER_YES;
}

enum answer candidate_nat_t(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct sight *there = &sights->nat_t[sights->from];
	const struct sight *back = &sights->nat_t[sights->to];
	const char *own = sights_site(sights, sights->from);
	const char *far = sights_site(sights, sights->to);
	const struct wire_link *link = NULL;
	const struct wire_refusal *refusal =
		sights_refusal(sights, sights->to, PORT_NAT_T, &link);

	prove_sight(sights, diagnosis, &sights->ike[sights->from], "UDP 500 there");
	prove_sight(sights, diagnosis, &sights->ike[sights->to], "UDP 500 back");
	prove_sight(sights, diagnosis, there, "UDP 4500 there");
	prove_sight(sights, diagnosis, back, "UDP 4500 back");
	if (refusal)
		observe_prove(sights->observe, diagnosis,
			      "%s packet %llu: ICMP %u/%u from %s about UDP 4500",
			      link->file, (unsigned long long)refusal->first,
			      refusal->type, refusal->code,
			      inet_addr_text(&refusal->from).s);
	if (there->left && !there->arrived)
		candidate_say(sights, diagnosis, NULL,
			      "UDP 500 passes between %s and %s, UDP 4500 from %s is "
			      "dropped on the way",
			      own, far, own);
	else if (!there->left)
		candidate_say(sights, diagnosis, own,
			      "UDP 500 passes, and UDP 4500 does not leave %s", own);
	else if (back->left && !back->arrived)
		candidate_say(sights, diagnosis, NULL,
			      "UDP 500 passes between %s and %s, UDP 4500 from %s is "
			      "dropped on the way",
			      own, far, far);
	else if (!back->left)
		candidate_say(sights, diagnosis, far,
			      "%s drops UDP 4500: it arrives at its WAN and is not "
			      "answered, while UDP 500 is",
			      far);
	else
		return ANSWER_NO;
	return ANSWER_YES;
}
