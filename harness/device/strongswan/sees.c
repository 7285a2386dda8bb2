// SPDX-License-Identifier: GPL-2.0-or-later
/* sees.c - what the administrator of a charon reads in its log */
#include "device/strongswan/charon.h"

#include "finding/class.h"

/* strongSwan 5.9.8, [lab]; first IKEv1, then IKEv2. */
const struct device_sees charon_sees[MOMENTS] = {
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
