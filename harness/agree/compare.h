/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.h - what was predicted for a pair of charons, what they did, what differs
 *
 * Pure. A prediction is made of predict's findings (what does not come up, and of which
 * class that is) and of both models (what comes up then, with which algorithms and
 * networks); an observation of charon's list-sas and log. Networks and children are
 * those of the end that initiates.
 */
#ifndef TWINSITE_AGREE_COMPARE_H
#define TWINSITE_AGREE_COMPARE_H

#include "charon/conf.h"
#include "charon/log.h"
#include "charon/vici_message.h"
#include "model/pair.h"
#include "predict/predict.h"

struct agree_networks {
	struct inet_prefix *items;
	size_t count, room;
};

struct agree_child {
	const char *name; /* as in conf_child */
	bool is_up;
	struct agree_networks local, remote;
	struct pair_choice esp; /* dh: PFS, NULL for none */
};

struct agree_outcome {
	bool is_ike_up;
	struct pair_choice ike; /* prf is not compared */
	VEC(struct agree_child) children;
	VEC(const struct finding_class *)
	classes; /* of findings that keep something down; predicted */
	bool has_fact[CHARON_LOG_FACT_COUNT]; /* in either log; observed */
	bool is_discarded; /* one end had no connection to load; observed */
};

/* The wanted end, unless only the other one knows whom to call. */
unsigned int agree_initiator(const struct site *const sites[2], unsigned int wanted);

/* What predict said, for the children of the initiator's configuration. */
void agree_predict(const struct predict_input *input, const struct findings *findings,
		   const struct conf *const confs[2], struct agree_outcome *ret_outcome);

/*
 * Take over one list-sa event. The children are those of the initiator; of the
 * responder only whether it has the IKE SA and the same number of children counts.
 */
void agree_observe_sa(const struct vici_node *message, struct arena *arena,
		      struct agree_outcome *outcome);
void agree_observe_line(const char *line, size_t length, struct agree_outcome *outcome);

/* Append a line for each difference; their number. */
unsigned int agree_compare(const struct agree_outcome *predicted,
			   const struct agree_outcome *observed, struct buf *out);

#endif
