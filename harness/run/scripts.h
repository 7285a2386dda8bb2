/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scripts.h - the device's own scripts: which ran, how they ended, what did not run
 *
 * The world records them as evidence (source "script"); when a run is judged they are
 * listed by file, and what rests on one that did not run to its end is unproven.
 */
#ifndef TWINSITE_RUN_SCRIPTS_H
#define TWINSITE_RUN_SCRIPTS_H

#include "device/scripts.h"
#include "diagnose/judgement.h"
#include "evidence/evidence.h"
#include "lab/build.h"

struct rehearsal;
struct scenario;
struct site;

/* World side: one event a script, and one for each line that a program refused. */
void scripts_record(struct rehearsal *rehearsal);

/*
 * The runs of hotplug scripts from lab->hotplugs[first] on: one event a run, one for each
 * command that was not there. Returned is what all of them together ask of the IKE
 * daemon; ret_by: the last who asked, borrowed from the lab; NULL: nobody.
 */
enum device_outcome scripts_record_hotplug(struct rehearsal *rehearsal, size_t first,
					   const struct device_asked **ret_by);

/*
 * Judge side, before the checks: list them in the judgement, and call what did not run
 * to its end not rehearsed in its site, with all that a script can change.
 */
void scripts_judge(const struct timeline *timeline, struct scenario *scenario,
		   struct judgement *judgement);

/*
 * Judge side, of a run without kernel ESP, when all scripts are listed: there no `-m policy`
 * ever matches, and only what is a rule of a file is rewritten (lab/user_rules.h).
 */
void scripts_without_policies(struct scenario *scenario,
			      const struct judgement *judgement);

/* Of a run of a script in the evidence: what it did to its router's servers; "" mostly. */
const char *scripts_revived_text(const struct event *event);

/* The site whose node it is, by the node's index in the plan; NULL: the Internet's. */
const struct site *scripts_site(const struct rehearsal *rehearsal, size_t node);

/*
 * `ipsec up NAME` of a tunnel of the site, `swanctl --load-all` of its own files: what a
 * boot runs of these, the rehearsal loads and starts itself.
 */
bool scripts_is_begun_anyhow(const struct site *site, const char *name);

/* Of the evidence: how a script ended. */
const char *scripts_end_word(enum lab_script_end end);
json_t *scripts_texts(const char *const *items, size_t count);

/* What its lines might have done was said when they were read: it is done, and was seen. */
void scripts_take_back(struct site *site, const char *file);

#endif
