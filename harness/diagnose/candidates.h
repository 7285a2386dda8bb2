/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * candidates.h - the marks of the classes that no file shows, for decision.c
 *
 * sights_is_*: the first observations. candidate_*: is it this class? YES by its own
 * mark, with summary, site and proof in the diagnosis; MAYBE when nothing speaks
 * against it.
 */
#ifndef TWINSITE_DIAGNOSE_CANDIDATES_H
#define TWINSITE_DIAGNOSE_CANDIDATES_H

#include "diagnose/sights.h"

enum answer {
	ANSWER_NO,
	ANSWER_MAYBE,
	ANSWER_YES,
};

typedef enum answer candidate_ask(const struct sights *sights,
				  struct diagnosis *diagnosis);

/* Set summary (formatted) and site of the diagnosis. */
void candidate_say(const struct sights *sights, struct diagnosis *diagnosis,
		   const char *site, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* candidates_path.c: the way of IKE */
bool sights_is_unheard(const struct sights *sights);
bool sights_is_unanswered(const struct sights *sights);
bool sights_is_half_open(const struct sights *sights);
bool sights_is_not_known(const struct sights *sights);
candidate_ask candidate_pinned, candidate_private_id;
candidate_ask candidate_kernel, candidate_plugin, candidate_name, candidate_wrong_address,
	candidate_forwarded, candidate_refused, candidate_blocked, candidate_answers,
	candidate_ike_fragments, candidate_nat_t;

/* candidates_traffic.c: the way of packets through the tunnel */
bool sights_is_stale(const struct sights *sights);
bool sights_is_esp_lost(const struct sights *sights);
bool sights_is_dropped(const struct sights *sights);
bool sights_is_not_sent(const struct sights *sights);
/* candidates_script.c: an updown script that stopped */
bool sights_is_script_stopped(const struct sights *sights);
candidate_ask candidate_script;

candidate_ask candidate_late;
candidate_ask candidate_duplicate, candidate_restarted, candidate_large, candidate_esp,
	candidate_forwarding, candidate_filter, candidate_no_way_back, candidate_policy,
	candidate_route;

/* candidates_quiet.c: what works now */
candidate_ask candidate_rekey, candidate_twice, candidate_clear;

#endif
