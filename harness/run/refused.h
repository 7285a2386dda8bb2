/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * refused.h - what a device's file says and a program would not take
 *
 * A rule or a line of firewall.user that iptables, ip, nft, sysctl or tc refuses, an
 * option that dnsmasq refuses: the rest is loaded without it, as on the device. What rests
 * on it is unproven. So is what rests on a route of the files that a kernel would refuse.
 * Where the line itself is wrong that is a finding with file and line; where this machine
 * lacks something (a match, memory), or the rule is ours, made of what the file says, it
 * is not the user's fault. A route of the files that a kernel would refuse is not
 * planned, and what rests on it is unproven, too.
 */
#ifndef TWINSITE_RUN_REFUSED_H
#define TWINSITE_RUN_REFUSED_H

#include <stdbool.h>

#include "diagnose/judgement.h"
#include "evidence/evidence.h"

struct plan;
struct scenario;

/* Do these words of a program say that the line is wrong, and not that this machine lacks
 * something? */
bool refused_is_wrong_line(const char *rule, const char *message);

/* Before the checks: what each refused line touches is not rehearsed in its site. */
void refused_judge(const struct timeline *timeline, const struct plan *plan,
		   struct scenario *scenario);

/* After the diagnosis: F90 for each wrong line, a few of each site. */
void refused_diagnose(const struct timeline *timeline, const struct plan *plan,
		      const struct scenario *scenario, struct judgement *judgement);

#endif
