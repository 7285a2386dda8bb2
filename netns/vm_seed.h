/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_seed.h - what is the same whenever a run on a virtual clock is repeated */
#ifndef TWINSITE_NETNS_VM_SEED_H
#define TWINSITE_NETNS_VM_SEED_H

#include <stdint.h>

#include "netns/vm_window.h"

/* All random numbers of the guest follow from these bytes, which follow from the seed. */
void vm_seed_fill(uint64_t seed, uint8_t ret_bytes[VM_SEED_LENGTH]);

/*
 * The date in there: the coming midnight (UTC), so that it is the same all day and every
 * certificate made today is valid; SOURCE_DATE_EPOCH (seconds, as in
 * reproducible-builds.org's specification) says another one. µs since the epoch.
 */
int64_t vm_seed_wall_us(int64_t now_us);

#endif
