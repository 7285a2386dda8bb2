// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sees.c - what each administrator reads on the own device when a class of failure strikes
 *
 * Theory of operation. A class belongs to a moment of the exchange; each moment has one
 * row of words for strongSwan (by version and role, all seen in the lab runs of
 * failures.md) and one for every other device. A device without a log line of its own
 * for a moment says what it says of the whole phase.
 */
#include "predict/sees.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"

/* strongSwan 5.9.8, [lab]; first IKEv1, then IKEv2. */
static const struct {
	const char *asking[2], *refusing[2];
} strongswan[MOMENTS] = {
	[MOMENT_PHASE1] = { { "received … error notify", "received … notify error" },
			    { "what was asked for and what is configured, one after the "
			      "other",
			      "what was asked for and what is configured, one after the "
			      "other" } },
	[MOMENT_NO_CONNECTION] = { { "received NO_PROPOSAL_CHOSEN error notify, although "
				     "no proposal is wrong",
				     "received NO_PROPOSAL_CHOSEN notify error, although "
				     "no proposal is wrong" },
				   { "no IKE config found for …, sending "
				     "NO_PROPOSAL_CHOSEN",
				     "no IKE config found for …, sending "
				     "NO_PROPOSAL_CHOSEN" } },
	[MOMENT_MODE] = { { "received AUTHENTICATION_FAILED error notify, which reads "
			    "like a wrong password",
			    "received AUTHENTICATION_FAILED notify error" },
			  { "found 1 matching config, but none allows pre-shared key "
			    "authentication "
			    "using that mode",
			    "no matching peer config found" } },
	[MOMENT_AUTH] = { { "received AUTHENTICATION_FAILED error notify",
			    "received AUTHENTICATION_FAILED notify error" },
			  { "found 1 matching config, but none allows pre-shared key "
			    "authentication",
			    "constraint requires …, but … was used; non-matching "
			    "authentication done" } },
	[MOMENT_IKE_PROPOSAL] = { { "received NO_PROPOSAL_CHOSEN error notify, before "
				    "any IKE_SA is established",
				    "received NO_PROPOSAL_CHOSEN notify error, before "
				    "any IKE_SA is established" },
				  { "received proposals: IKE:… / configured proposals: "
				    "IKE:… / no proposal found",
				    "received proposals: IKE:… / configured proposals: "
				    "IKE:… / received "
				    "proposals unacceptable" } },
	[MOMENT_ID] = { { "received AUTHENTICATION_FAILED error notify",
			  "received AUTHENTICATION_FAILED notify error" },
			{ "looking for pre-shared key peer configs matching …[what "
			  "came] / no peer config found",
			  "looking for peer configs matching …[what came] / no "
			  "matching peer config found" } },
	/* Refused is the responder's identity; in IKEv2 it is asked for beforehand. */
	[MOMENT_PEER_ID] = { { "the peer deletes the IKE_SA as soon as it is there",
			       "looking for peer configs matching …[what was asked "
			       "for]… / no matching peer config found" },
			     { "IDir '…' does not match to '…'",
			       "received AUTHENTICATION_FAILED notify error" } },
	[MOMENT_NO_KEY] = { { "received INVALID_KE_PAYLOAD error notify: no word of a "
			      "key",
			      "received AUTHENTICATION_FAILED notify error" },
			    { "no shared key found for '…' - '…'",
			      "no shared key found for '…' - '…'" } },
	[MOMENT_NO_KEY_CALLER] = { { "ignoring unprotected INFORMATIONAL from … / "
				     "message verification failed",
				     "deleting half open IKE_SA with … after timeout" },
				   { "no shared key found for '…' - '…'",
				     "no shared key found for '…' - '…'" } },
	[MOMENT_KEY_MAIN] = { { "invalid HASH_V1 payload length, decryption failed?, "
				"then retransmits: no "
				"word of a key",
				"received AUTHENTICATION_FAILED notify error" },
			      { "invalid ID_V1 payload length, decryption failed? / "
				"could not decrypt "
				"payloads",
				"tried 1 shared key for …, but MAC mismatched" } },
	/* The initiator checks first: it is the one that refuses. */
	[MOMENT_KEY_AGGRESSIVE] = { { "queueing INFORMATIONAL_V1 request as tasks still "
				      "active, nothing else",
				      "received AUTHENTICATION_FAILED notify error" },
				    { "calculated HASH does not match HASH payload",
				      "tried 1 shared key for …, but MAC mismatched" } },
	[MOMENT_KEY_V2] = { { "received AUTHENTICATION_FAILED error notify",
			      "received AUTHENTICATION_FAILED notify error" },
			    { "calculated HASH does not match HASH payload",
			      "tried 1 shared key for …, but MAC mismatched" } },
	[MOMENT_UNHEARD] = { { "sending retransmit …, then giving up after 5 "
			       "retransmits: 165 s",
			       "sending retransmit …, then giving up after 5 "
			       "retransmits: 165 s" },
			     { "nothing at all", "nothing at all" } },
	[MOMENT_PHASE2] = { { "IKE_SA … established, then received … error notify",
			      "IKE_SA … established, then received …, no CHILD_SA "
			      "built" },
			    { "IKE_SA … established, then what was asked for and what is "
			      "configured",
			      "IKE_SA … established, then failed to establish CHILD_SA, "
			      "keeping IKE_SA" } },
	[MOMENT_CHILD_PROPOSAL] = { { "IKE_SA … established, then received "
				      "NO_PROPOSAL_CHOSEN error notify",
				      "IKE_SA … established, then received "
				      "NO_PROPOSAL_CHOSEN notify, no CHILD_SA "
				      "built" },
				    { "received proposals: ESP:… / configured proposals: "
				      "ESP:… / no matching "
				      "proposal found, sending NO_PROPOSAL_CHOSEN",
				      "received proposals: ESP:… / configured proposals: "
				      "ESP:… / no acceptable "
				      "proposal found / failed to establish CHILD_SA, "
				      "keeping IKE_SA" } },
	[MOMENT_REKEY] = { { "CHILD_SA rekeying failed, trying again in … seconds, again "
			     "and again",
			     "CHILD_SA rekeying failed, trying again in … seconds, again "
			     "and again" },
			   { "received proposals: ESP:… / configured proposals: ESP:… "
			     "/ no acceptable proposal found",
			     "received proposals: ESP:… / configured proposals: ESP:… "
			     "/ no acceptable proposal found" } },
	[MOMENT_SELECTORS] = { { "IKE_SA … established, then received "
				 "INVALID_ID_INFORMATION error notify, "
				 "which means networks, not an identity",
				 "IKE_SA … established, then received TS_UNACCEPTABLE "
				 "notify, no CHILD_SA "
				 "built" },
			       { "no matching CHILD_SA config found for … === …",
				 "traffic selectors … === … unacceptable" } },
	[MOMENT_TRANSPORT] = { { "local traffic selector missing in configuration",
				 "IKE_SA … established, then received TS_UNACCEPTABLE "
				 "notify, no CHILD_SA "
				 "built" },
			       { "IKE_SA … established, then nothing",
				 "traffic selectors  ===  unacceptable, with nothing on "
				 "either side" } },
};

/* The devices in whose place strongSwan stands in a rehearsal: by role. */
struct device_words {
	const char *asking, *refusing;
};

static const struct device_words screenos[MOMENTS] = {
	[MOMENT_PHASE1] = { "get event: phase 1 is sent again and again; get ike "
			    "cookies has no entry of the peer",
			    "get event: a phase 1 packet of the peer is rejected" },
	[MOMENT_NO_CONNECTION] = { NULL, "get event: Rejected an IKE packet … because an "
					 "initial Phase 1 packet arrived from an "
					 "unrecognized peer gateway" },
	[MOMENT_ID] = { NULL,
			"get event: Rejected an IKE packet … because an initial Phase 1 "
			"packet arrived from an unrecognized peer gateway" },
	[MOMENT_UNHEARD] = { NULL, "get event: nothing" },
	[MOMENT_PHASE2] = { "get ike cookies has the peer; get sa shows the VPN "
			    "inactive, get event a quick mode without an answer",
			    "get ike cookies has the peer; get sa shows the VPN "
			    "inactive, get event a rejected phase 2" },
	[MOMENT_REKEY] = { "get sa: active until its lifetime ends, then inactive",
			   "get sa: active until its lifetime ends, then inactive" },
	[MOMENT_SELECTORS] = { NULL,
			       "get ike cookies has the peer; get sa shows the VPN "
			       "inactive, get event a proxy-id that no policy has" },
};

static const struct device_words junos[MOMENTS] = {
	[MOMENT_PHASE1] = { "show security ike security-associations: none, or State "
			    "DOWN; show log kmd: IKE negotiation failed with error",
			    "show log kmd: IKE negotiation failed with error" },
	[MOMENT_IKE_PROPOSAL] = { "show log kmd: IKE negotiation failed with error: No "
				  "proposal chosen",
				  "show log kmd: IKE negotiation failed with error: No "
				  "proposal chosen" },
	[MOMENT_NO_CONNECTION] = { "show log kmd: IKE negotiation failed with error: No "
				   "proposal chosen",
				   "show log kmd: IKE negotiation failed with error: No "
				   "proposal chosen" },
	[MOMENT_KEY_V2] = { NULL, "show log kmd: IKE negotiation failed with error: "
				  "Authentication failed" },
	[MOMENT_UNHEARD] = { NULL, "show log kmd: nothing" },
	[MOMENT_PHASE2] = { "show security ike security-associations: UP, show "
			    "security ipsec security-associations: none; show log kmd: "
			    "IKE Phase-2 Failure",
			    "show security ike security-associations: UP, show "
			    "security ipsec security-associations: none; show log kmd: "
			    "IKE Phase-2 Failure" },
	[MOMENT_REKEY] = { "show security ipsec security-associations: there until the "
			   "lifetime ends, then none",
			   "show security ipsec security-associations: there until the "
			   "lifetime ends, then none" },
	[MOMENT_SELECTORS] = { NULL,
			       "show security ike security-associations: UP; show log "
			       "kmd: IKE Phase-2: Failed to match the peer's proxy ids "
			       "(IKEv2: KMD_VPN_TS_MISMATCH)" },
};

/* It says the same of everything, and codes that no source of ours explains. */
static const struct device_words fritzbox[MOMENTS] = {
	[MOMENT_PHASE1] = { "System > Events: nothing, or a VPN error after a time-out",
			    "System > Events: nothing, or a VPN error after a time-out" },
	[MOMENT_UNHEARD] = { NULL, "System > Events: nothing" },
	[MOMENT_PHASE2] = { "System > Events: a VPN error after a time-out, the same as "
			    "if nobody had answered",
			    "System > Events: nothing, or a VPN error: the connection "
			    "is not shown as up" },
	[MOMENT_REKEY] = { "System > Events: the connection goes down after its lifetime",
			   "System > Events: the connection goes down after its "
			   "lifetime" },
};

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

static const char *device_word(const struct device_words *words, enum moment moment,
			       enum sees_role role)
{
	enum moment whole = moment >= MOMENT_PHASE2 ? MOMENT_PHASE2 : MOMENT_PHASE1;
	const char *word =
		role == SEES_ASKING ? words[moment].asking : words[moment].refusing;

	if (word)
		return word;
	return role == SEES_ASKING ? words[whole].asking : words[whole].refusing;
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
	const char *word = NULL;

	switch (kind) {
	case DEVICE_SCREENOS:
		return device_word(screenos, moment, role);
	case DEVICE_JUNOS:
		return device_word(junos, moment, role);
	case DEVICE_FRITZBOX:
		return device_word(fritzbox, moment, role);
	case DEVICE_OPENWRT:
	case DEVICE_STRONGSWAN:
		if (role == SEES_ASKING && of->is_refuser_silent)
			word = unanswered(moment);
		if (word)
			return word;
		return role == SEES_ASKING
			       ? strongswan[moment].asking[of->version != 1]
			       : strongswan[moment].refusing[of->version != 1];
	}
	return "";
}

const char *sees_common(const struct sees_case *of)
{
	enum moment moment = moment_of(of);

	if (moment == MOMENT_REKEY)
		return "everything works until the keys are renewed, after an hour or so";
	return of->is_phase2 ? "the first phase is up, no network goes through" : NULL;
}
