/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inits.h - where the folder has an init script, what it writes decides, not the model
 *
 * Theory of operation. The script runs in the router's node, as at its boot. What it wrote
 * into strongSwan's files is read by our reader of these files (the one for a host with
 * strongSwan), and compared with the tunnels of the model, child by child. Where both say
 * the same the model stays: its lines are the ones that people write. Where not, the
 * tunnels are those of the script's files, in the world and for whoever judges. A script
 * that ends without starting the daemon starts nothing: no tunnel is loaded, and the
 * reason is the script's.
 *
 * In evidence no secret stands: ipsec.secrets is not recorded, a `secret` of swanctl.conf
 * is blank, and a key is hidden wherever else it stands; of each tunnel it is said whose key of the model it has.
 */
#ifndef TWINSITE_RUN_INITS_H
#define TWINSITE_RUN_INITS_H

#include "diagnose/judgement.h"
#include "evidence/evidence.h"

struct conf_params;
struct err;
struct rehearsal;
struct scenario;

/* World side, when the DNS servers answer and before the daemons start. */
int inits_run(struct rehearsal *rehearsal, struct err *err);

/*
 * World side, before the daemon of that site starts once more: whoever asked for it may
 * have had the script write anew. Nothing for a site without.
 */
void inits_take(struct rehearsal *rehearsal, unsigned int site);

/* Where a script decided: the own address is what it wrote, else any. */
void inits_local(const struct rehearsal *rehearsal, unsigned int site,
		 struct conf_params *params);

/* Judge side, before anything else is: the same for the judge's models, and listed. */
void inits_judge(const struct timeline *timeline, struct scenario *scenario,
		 struct judgement *judgement);

#endif
