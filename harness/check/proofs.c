// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * proofs.c - both ends proved the pre-shared key on the wire: HASH_I, HASH_R, AUTH
 *
 * They were tried while the run still had its keys (run/proofs.c), on each link and for
 * each IKE SA; here the best sight of each end becomes one verdict. An established SA
 * does not say which key it was: this does, and of a refused one it says whose.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"

/* What is known of one end of one IKE SA; larger ranks count more. */
enum rank {
	RANK_UNKNOWN, /* could not be checked */
	RANK_SHARED,  /* made with the key that both files have */
	RANK_OTHER,   /* made with the key of one file, or of none */
};

struct end_proof {
	enum rank rank;
	const struct event *event;
};

struct sa_proof {
	const char *spi;
	struct end_proof ends[2]; /* initiator, responder */
};

struct sa_proofs {
	struct sa_proof *items;
	size_t count, room;
};

static enum rank rank_of(const struct event *event)
{
	size_t owners = json_array_size(json_object_get(event->facts, "of"));
	const char *verdict = event_text(event, "verdict");

	if (str_equal(verdict, "does not verify"))
		return RANK_OTHER;
	if (!str_equal(verdict, "verified"))
		return RANK_UNKNOWN;
	return owners == 2 ? RANK_SHARED : RANK_OTHER;
}

static struct sa_proof *sa_of(struct sa_proofs *sas, struct arena *arena, const char *spi)
{
	struct sa_proof *sa;

	vec_foreach (known, sas)
		if (str_equal(known->spi, spi))
			return known;
	sa = vec_push(arena, sas);
	sa->spi = spi;
	return sa;
}

static void collect(const struct check_input *input, struct sa_proofs *ret_sas)
{
	for (const struct event *event = NULL;
	     (event = timeline_next(input->timeline, event, "packet", "proof"));) {
		struct sa_proof *sa =
			sa_of(ret_sas, input->arena, event_text(event, "spi"));
		bool is_responder = str_equal(event_text(event, "end"), "responder");
		struct end_proof *end = &sa->ends[is_responder];
		enum rank rank = rank_of(event);

		/* One link may have what another lost; the nearest to a proof counts. */
		if (!end->event || rank > end->rank)
			*end = (struct end_proof){ rank, event };
	}
}

/* Is some site's key unknown to us, so that "not of that file" could be wrong? */
static const char *unreadable_site(const struct check_input *input)
{
	vec_foreach (site, &input->scenario->sites) {
		if (!site->site)
			continue;
		vec_foreach (tunnel, &site->site->tunnels)
			if (!tunnel->is_disabled && tunnel->psk.is_set &&
			    !tunnel->psk.is_readable)
				return site->name;
	}
	return NULL;
}

static void prove(const struct check_input *input, struct verdict *verdict,
		  const struct event *event)
{
	if (event_number(event, "frame", 0))
		check_proof(input, verdict, "%s.pcapng packet %lld",
			    event_text(event, "link"),
			    (long long)event_number(event, "frame", 0));
}

static bool has_any_key(const struct site *site)
{
	if (site)
		vec_foreach (tunnel, &site->tunnels)
			if (!tunnel->is_disabled && tunnel->psk.is_set)
				return true;
	return false;
}

/* "was made with the pre-shared key that acme has, and home has another" */
static void say_other(const struct check_input *input, struct verdict *verdict,
		      const struct event *event)
{
	const char *owner =
		json_string_value(json_array_get(json_object_get(event->facts, "of"), 0));
	const struct scenario_site *other = NULL;

	vec_foreach (site, &input->scenario->sites)
		if (owner && !str_equal(site->name, owner))
			other = site;
	if (other)
		check_seen(input, verdict,
			   "the %s's %s was made with the pre-shared key that %s has, "
			   "and %s has %s",
			   event_text(event, "end"), event_text(event, "payload"), owner,
			   other->name, has_any_key(other->site) ? "another" : "none");
	else
		check_seen(input, verdict,
			   "the %s's %s was made with a pre-shared key that neither file "
			   "has",
			   event_text(event, "end"), event_text(event, "payload"));
	prove(input, verdict, event);
}

static const char CLAIM[] = "both ends proved the pre-shared key of both files";

static struct verdict *add(const struct check_input *input, struct verdicts *verdicts,
			   enum verdict_kind kind)
{
	return check_add(input, verdicts, kind, "psk-proof", CLAIM);
}

static bool say_broken(const struct check_input *input, const struct sa_proofs *sas,
		       struct verdicts *verdicts)
{
	const char *unreadable = unreadable_site(input);
	struct verdict *verdict;

	vec_foreach (sa, sas) {
		for (int i = 0; i < 2; i++) {
			if (sa->ends[i].rank != RANK_OTHER)
				continue;
			verdict = add(input, verdicts,
				      unreadable ? VERDICT_UNPROVEN : VERDICT_BROKEN);
			if (unreadable)
				check_seen(input, verdict,
					   "the key in %s's file is encrypted",
					   unreadable);
			else
				say_other(input, verdict, sa->ends[i].event);
			return true;
		}
	}
	return false;
}

static bool say_ok(const struct check_input *input, const struct sa_proofs *sas,
		   struct verdicts *verdicts)
{
	const struct sa_proof *first = NULL;
	struct verdict *verdict;
	unsigned int proved = 0;

	vec_foreach (sa, sas) {
		if (sa->ends[0].rank != RANK_SHARED || sa->ends[1].rank != RANK_SHARED)
			continue;
		first = first ? first : sa;
		proved++;
	}
	if (!first)
		return false;
	verdict = add(input, verdicts, VERDICT_OK);
	check_seen(input, verdict,
		   "%s (initiator) and %s (responder) of %u IKE SA%s verify",
		   event_text(first->ends[0].event, "payload"),
		   event_text(first->ends[1].event, "payload"), proved,
		   proved == 1 ? "" : "s");
	prove(input, verdict, first->ends[0].event);
	prove(input, verdict, first->ends[1].event);
	return true;
}

/* "initiator: message #5 is encrypted and its key is not known; responder: …" */
static void say_unproven(const struct check_input *input, const struct sa_proof *sa,
			 struct verdicts *verdicts)
{
	struct verdict *verdict = add(input, verdicts, VERDICT_UNPROVEN);
	const char *texts[2];

	for (int i = 0; i < 2; i++) {
		const struct event *event = sa->ends[i].event;
		const char *reason = event ? event_text(event, "reason") : "";

		texts[i] = sa->ends[i].rank == RANK_SHARED
				   ? "proved it"
				   : (*reason ? reason : "no key to try it with");
	}
	if (str_equal(texts[0], texts[1]))
		check_seen(input, verdict, "of both ends: %s", texts[0]);
	else
		check_seen(input, verdict, "initiator: %s; responder: %s", texts[0],
			   texts[1]);
}

/* The IKE SA that got furthest. */
static const struct sa_proof *furthest(const struct sa_proofs *sas)
{
	vec_foreach (sa, sas)
		if (sa->ends[0].rank == RANK_SHARED || sa->ends[1].rank == RANK_SHARED)
			return sa;
	return sas->items;
}

/* A key in use that its file does not show: the run had another, invented. */
static const struct tunnel *with_hidden_key(const struct check_input *input,
					    const char **ret_site)
{
	vec_foreach (site, &input->scenario->sites)
		vec_foreach (tunnel, &site->site->tunnels)
			if (!tunnel->is_disabled && tunnel->auth == AUTH_PSK &&
			    tunnel->psk.is_set && !tunnel->psk.is_readable) {
				*ret_site = site->name;
				return tunnel;
			}
	return NULL;
}

void check_proofs(const struct check_input *input, struct verdicts *verdicts)
{
	const char *site;
	const struct tunnel *hidden = with_hidden_key(input, &site);
	struct sa_proofs sas = { 0 };

	collect(input, &sas);
	if (hidden && sas.count) {
		_cleanup_buf_ struct buf at = { 0 };

		origin_format(&hidden->psk.at, &at);
		check_seen(input, add(input, verdicts, VERDICT_UNPROVEN),
			   "%s does not show its key (%s): the run had an invented one",
			   site, buf_text(&at));
		return;
	}
	if (sas.count && !say_broken(input, &sas, verdicts) &&
	    !say_ok(input, &sas, verdicts))
		say_unproven(input, furthest(&sas), verdicts);
}
