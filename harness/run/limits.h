/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * limits.h - what the plane of a run cannot do of what the files ask for
 *
 * A limit of ours is never a fault of the files: what rests on it is unproven, by name.
 */
#ifndef TWINSITE_RUN_LIMITS_H
#define TWINSITE_RUN_LIMITS_H

struct scenario;

/*
 * Judge side, of a run without kernel ESP: kernel-libipsec installs SAs in tunnel mode
 * only, so of a child that both ends want in transport mode it refuses the SA
 * (strongSwan: src/libipsec/ipsec_sa.c). Where one end alone wants it both settle on
 * tunnel mode, and nothing is taken back.
 */
void limits_without_kernel(struct scenario *scenario, const char *plane);

#endif
