// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sees.c - what each administrator reads on the own device when a class of failure strikes
 *
 * Theory of operation. A class belongs to a moment of the exchange; each moment has one
 * row of words in each device's sees.c: for strongSwan by version and role, all seen in
 * the lab runs of failures.md. A device without a log line of its own for a moment says
 * what it says of the whole phase.
 */
#include "predict/sees.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"

static enum moment moment_of(const struct sees_case *of)
{
	enum moment fallback = of->is_phase2 ? MOMENT_PHASE2 : MOMENT_PHASE1;
	enum moment moment = finding_class_of(of->class)->moment;

	/* F23 and F24 are of either phase. */
	if (of->is_phase2 && moment == MOMENT_IKE_PROPOSAL)
		return MOMENT_CHILD_PROPOSAL;
	/* In IKEv1 it ends before a request, so it is not phase 2 there. */
	if (moment == MOMENT_TRANSPORT)
		return moment;
	if ((moment >= MOMENT_PHASE2) != of->is_phase2)
		return fallback;
	if (of->is_refuser_initiator && moment == MOMENT_ID)
		return MOMENT_PEER_ID;
	if (of->is_refuser_initiator && moment == MOMENT_NO_KEY)
		return MOMENT_NO_KEY_CALLER;
	return moment;
}

static const char *word_at(const struct device_sees *at, enum sees_role role, bool is_v2)
{
	const char *const *words = role == SEES_ASKING ? at->asking : at->refusing;

	return is_v2 && words[1] ? words[1] : words[0];
}

static const char *device_word(const struct device *device, enum moment moment,
			       enum sees_role role, bool is_v2)
{
	enum moment whole = moment >= MOMENT_PHASE2 ? MOMENT_PHASE2 : MOMENT_PHASE1;
	const char *word;

	if (!device->sees)
		return "what it logs is not known";
	word = word_at(&device->sees[moment], role, is_v2);
	return word ? word : word_at(&device->sees[whole], role, is_v2);
}

/* A device that drops what it does not like leaves strongSwan with its retransmits. */
static const char *unanswered(enum moment moment)
{
	switch (moment) {
	case MOMENT_PHASE2:
	case MOMENT_CHILD_PROPOSAL:
	case MOMENT_SELECTORS:
		return "IKE_SA … established, then sending retransmit … of the quick "
		       "mode request and giving up; a device that answers gets an "
		       "error notify logged here instead";
	case MOMENT_REKEY:
	case MOMENT_TRANSPORT:
	case MOMENT_PEER_ID:
	case MOMENT_NO_KEY_CALLER:
	case MOMENT_KEY_AGGRESSIVE:
	case MOMENTS:
		return NULL;
	case MOMENT_PHASE1:
	case MOMENT_NO_CONNECTION:
	case MOMENT_MODE:
	case MOMENT_AUTH:
	case MOMENT_IKE_PROPOSAL:
	case MOMENT_ID:
	case MOMENT_NO_KEY:
	case MOMENT_KEY_MAIN:
	case MOMENT_KEY_V2:
	case MOMENT_UNHEARD:
		return "sending retransmit …, then giving up after 5 retransmits: 165 "
		       "s and no reason";
	}
	return NULL;
}

const char *sees_words(const struct sees_case *of, enum device_kind kind,
		       enum sees_role role)
{
	enum moment moment = moment_of(of);
	const struct device *device = device_of(kind);
	const char *word = NULL;

	if (device->traits.runs_charon && role == SEES_ASKING && of->is_refuser_silent)
		word = unanswered(moment);
	return word ? word : device_word(device, moment, role, of->version != 1);
}

const char *sees_common(const struct sees_case *of)
{
	enum moment moment = moment_of(of);

	if (moment == MOMENT_REKEY)
		return "everything works until the keys are renewed, after an hour or so";
	return of->is_phase2 ? "the first phase is up, no network goes through" : NULL;
}
