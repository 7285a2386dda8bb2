/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewall_legacy.h - counters of iptables-legacy, from the kernel's own tables (IPv4) */
#ifndef TWINSITE_NETNS_FIREWALL_LEGACY_H
#define TWINSITE_NETNS_FIREWALL_LEGACY_H

#include <stddef.h>

struct arena;
struct err;
struct firewall_counter_list;
struct ipt_getinfo;
struct node;

/*
 * As firewall_counters(). Of a rule's text there are addresses, interfaces, protocol,
 * ports, the names of other matches, comment and target. No table is made that is not there.
 */
int firewall_legacy_counters(const struct node *node, struct arena *arena,
			     struct firewall_counter_list *ret_counters, struct err *err);

/*
 * The entries of one table, as the kernel hands them out (suitably aligned). Appends to
 * counters, policies first as iptables-save does; info is borrowed as long as they live. What is cut off ends it.
 */
void firewall_legacy_read(const struct ipt_getinfo *info, const void *bytes, size_t size,
			  struct arena *arena, struct firewall_counter_list *counters);

#endif
