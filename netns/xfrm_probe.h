/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xfrm_probe.h - can the kernel carry ESP? For plane.c only. */
#ifndef TWINSITE_NETNS_XFRM_PROBE_H
#define TWINSITE_NETNS_XFRM_PROBE_H

struct err;

/*
 * Install an ESP tunnel (AES-CBC, HMAC-SHA-1) and a policy for it in the calling
 * thread's network namespace, which is to be thrown away. -ENOTSUP with the missing
 * kernel option.
 */
int xfrm_probe_sa(struct err *err);
int xfrm_probe_policy(struct err *err);

#endif
