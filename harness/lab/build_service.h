/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build_service.h - firewalls and daemons of a lab; only for build*.c */
#ifndef TWINSITE_LAB_BUILD_SERVICE_H
#define TWINSITE_LAB_BUILD_SERVICE_H

struct err;
struct lab;
struct lab_service;
struct node;
struct plan_node;

/* The place of what a node's server will be given; NULL: nothing. */
const char *lab_service_place(const struct plan_node *plan);

int lab_services_start(struct lab *lab, const char *folder, struct err *err);

/* Until each has bound its sockets; -ETIMEDOUT, or the last line of one that ended. */
int lab_services_wait(struct lab *lab, struct err *err);

/*
 * Servers of a node that ran and have ended since (a script killed them) run again, as those
 * of procd with `respawn` do; dnsmasq's script has it. Returns how many, when they answer;
 * one that does not is in lab->refusals.
 */
unsigned int lab_services_revive(struct lab *lab, unsigned int node);

/*
 * Write the names that a server has beside its configuration, and have it read them
 * again when it runs already; returns when it has.
 */
int lab_names_serve(struct lab *lab, const struct lab_service *service, struct err *err);

/*
 * How long a script may take, in seconds. It stands behind everybody else in the queue, so
 * where several wait for each CPU it is given as many times longer.
 */
int lab_script_seconds(void);
/* So many times longer, 1 to 6; of the load of the machine. */
double lab_script_slower(void);

int lab_firewalls_load(struct lab *lab, struct err *err);

#endif
