/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * silence.h - a legacy peer is not polite: it drops where strongSwan notifies
 *
 * A FRITZ!Box or a ScreenOS firewall says nothing to a peer whose proposal, identity or
 * exchange mode it does not like (failures.md H); the charon that plays it would send
 * a notify. Rules at the simulated device's own output take these away:
 *  - informational exchanges that are not encrypted, so every refusal of phase 1;
 *  - answers in an exchange mode (main, aggressive) that none of its tunnels has.
 * The rules' counters tell what strongSwan would have said.
 */
#ifndef TWINSITE_LAB_SILENCE_H
#define TWINSITE_LAB_SILENCE_H

struct ruleset;
struct site;

/* Start of the rules' comments; what was dropped follows. */
#define SILENCE_COMMENT		   "silent device"
#define SILENCE_COMMENT_NOTIFY	   SILENCE_COMMENT ", no notify"
#define SILENCE_COMMENT_MAIN	   SILENCE_COMMENT ", no answer in main mode"
#define SILENCE_COMMENT_AGGRESSIVE SILENCE_COMMENT ", no answer in aggressive mode"

/* Nothing for devices that are not silent. */
void silence_generate(struct ruleset *set, const struct site *site);

#endif
