/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dnsmasq.h - configuration texts for dnsmasq: routers, DNS servers, the provider
 *
 * The texts name no files: lab/build starts dnsmasq in the foreground with its log
 * (`log-queries=extra`, so each line has the asker's address and port) on stderr.
 */
#ifndef TWINSITE_LAB_DNSMASQ_H
#define TWINSITE_LAB_DNSMASQ_H

#include "lab/port.h"

struct dnsmasq_name {
	const char *name;
	struct inet_addr addr;
};
struct dnsmasq_names {
	VEC(struct dnsmasq_name) list;
};

/*
 * A router that serves its LANs (devices.md §1.7). upstream: the provider's server,
 * family 0 for none. names: the public ones; those with addresses for documentation
 * (RFC 5737), which dnsmasq takes for private, are none for its rebind protection.
 */
const char *dnsmasq_router_conf(struct arena *arena, const struct site *site,
				const struct ports *ports,
				const struct inet_addr *upstream,
				const struct dnsmasq_names *names);

/* A host that serves exactly these names, and says NXDOMAIN to all others. */
const char *dnsmasq_host_conf(struct arena *arena, const struct scenario_host *host);

/*
 * The provider's server: names of public hosts. Those of the sites come from a file that
 * may change in a run (struct plan_name), and are cached no longer than DNSMASQ_TTL_S.
 */
#define DNSMASQ_TTL_S 1 /* DynDNS services give 60 s; scaled like all timers */

const char *dnsmasq_provider_conf(struct arena *arena, const struct dnsmasq_names *names);

#endif
