/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm_cache.h - where kernels and saved machines are kept
 *
 * $XDG_CACHE_HOME/twinsite, else ~/.cache/twinsite (the user's home is known without HOME,
 * too), 0700, ours alone:
 *
 *	kernel/PACKAGE/		unpacked by .ci/packages --vm
 *	machine-KEY.state	a machine that waits for its work; KEY says of which qemu,
 *				kernel, accelerator and table of contents it is
 *	machine-KEY.list	every file of this machine that went into it, as it was;
 *				how long the state is, and its checksum
 *	lock			held by who makes or removes a machine
 *	reader/			root's: the same once more, for the one who reads in its
 *				place (run/reader.h) and sees it as its cache
 */
#ifndef TWINSITE_NETNS_VM_CACHE_H
#define TWINSITE_NETNS_VM_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct err;

#define VM_CACHE_MACHINES_MAX 4 /* in each folder */
#define VM_CACHE_READER	      "reader"

/* CACHE/name (""; the folder itself), which is made when it is not there. */
int vm_cache_path(const char *name, char *ret_path, size_t room, struct err *err);

/* Wait for the lock: a descriptor that holds it until it is closed, or negative. */
int vm_cache_lock(struct err *err);

/*
 * With the lock held: remove all but the `keep` machines that were used last, and what was
 * left half-written. Who runs one has it open, and is not disturbed. Kernels stay. Returns
 * the bytes that were freed, or a negative errno.
 */
int64_t vm_cache_clean(unsigned int keep, struct err *err);

/*
 * Remove all machines of CACHE/reader, in which somebody else can write: nothing there is
 * waited for. The bytes that were freed, -EBUSY: one is being made.
 */
int64_t vm_cache_clean_reader(struct err *err);

/* How many machines there are, and the bytes that they take, those of readers too. */
void vm_cache_size(unsigned int *ret_machines, uint64_t *ret_bytes);

#endif
