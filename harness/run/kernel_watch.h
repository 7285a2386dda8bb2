/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_watch.h - the keys of the SAs that both gateways' kernels had during a run
 *
 * Where the kernel carries ESP it has the keys, too. They are taken from its own events
 * as SAs are installed, so that rekeyed ones are not missed; charon's log stays the base,
 * and whether both agree is evidence "kernel" "keys". Secrets: they live in memory that is
 * wiped, and are written only with --keys, as `ip xfrm state` would print them.
 */
#ifndef TWINSITE_RUN_KERNEL_WATCH_H
#define TWINSITE_RUN_KERNEL_WATCH_H

#include "run/rehearsal.h"

struct keyring;
struct kernel_watch;
struct xfrm_sa;
struct buf;

/* Begin to watch both gateways, before their charons are started. A plane or a kernel
 * without XFRM is not watched. */
void kernel_watch_start(struct rehearsal *rehearsal);

/* Read what happened since; often enough that no queue overflows. */
void kernel_watch_collect(struct rehearsal *rehearsal);

/*
 * Hold the kernels' keys against charons' (of their logs) as evidence, then add them to
 * these. With --keys each gateway's go into SITE.kernel.keys in the report's folder.
 */
void kernel_watch_finish(struct rehearsal *rehearsal, struct keyring *keyring);
void kernel_watch_free(struct kernel_watch *watch); /* NULL is fine; wipes */

/* One SA as `ip xfrm state` prints it; nothing of one without keys or of IPComp. */
void kernel_watch_format(const struct xfrm_sa *sa, struct buf *out);

struct kernel_agreement {
	size_t sas;	 /* directions of SAs that the kernel had */
	size_t same;	 /* charon logged those very keys for it */
	size_t differ;	 /* charon logged others */
	size_t unlogged; /* charon logged none */
};

/* Hold keys of a kernel against those that logs gave. */
struct kernel_agreement kernel_watch_compare(const struct keyring *kernel,
					     const struct keyring *logged);

#endif
