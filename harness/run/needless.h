/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * needless.h - what a program refused, and the device's would refuse alike without harm
 *
 * "iptables -D …" before the same is added, "ip rule add" of a rule that is there. But a
 * rule that a script takes away and nobody adds is one of the device's own: when the
 * rehearsal has none like it, it is not known what the device has left.
 */
#ifndef TWINSITE_RUN_NEEDLESS_H
#define TWINSITE_RUN_NEEDLESS_H

#include <stdbool.h>

struct plan_node;
struct site;

/*
 * rule: the command, "iptables -D FORWARD …"; message: what the program said of it; node: whose
 * scripts they are; site: what its files say.
 */
bool refusal_is_needless(const struct plan_node *node, const struct site *site,
			 const char *rule, const char *message);

#endif
