/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_machine.h - a virtual machine that has booted and waits for its work, in the cache */
#ifndef TWINSITE_NETNS_VM_MACHINE_H
#define TWINSITE_NETNS_VM_MACHINE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "netns/qemu.h"
#include "netns/vm_kernel.h"
#include "netns/world.h"

struct err;

struct vm_machine {
	char program[PATH_MAX]; /* qemu */
	struct vm_kernel kernel;
	bool has_kvm, is_virtual;
	int image;  /* the kernel, a copy that anybody may open; -1 */
	int initrd; /* -1 */
	int state;  /* to be loaded from its start; -1: there is none yet */
	uint64_t bytes;
	uint32_t checksum; /* of the state: CRC-32 as zlib has it */
	unsigned int features;
};

/* qemu, kernel and accelerator are found; nothing is opened. -ENOTSUP, -EINVAL. */
int vm_machine_find(bool is_virtual, struct vm_machine *ret_machine, struct err *err);

struct vm_options;

/*
 * Open the saved one, making it when there is none that is current. is_fresh: make it in
 * any case. on_note and interrupt of the options are used; NULL: none. -ENOTSUP with one sentence when it cannot be made here.
 */
int vm_machine_open(struct vm_machine *machine, bool is_fresh,
		    const struct vm_options *options, struct err *err);
void vm_machine_close(struct vm_machine *machine);

/*
 * Does a machine boot by KVM here? Makes one when it is not known yet; that it did not is
 * remembered until the host boots again.
 */
bool vm_machine_proves_kvm(void);

/* Cheaper, and only a hint: /dev/kvm can be used, and runs one instruction. */
bool vm_may_have_kvm(void);

/* The features of the saved machine, when there is one that is current; else 0. */
unsigned int vm_machine_features(const struct vm_machine *machine);

/* Is the saved state as it was saved? Reads all of it: 0.2 s. */
bool vm_machine_is_sound(const struct vm_machine *machine);

/* What qemu is started with for this machine; window and console are the caller's. */
struct qemu_options vm_machine_qemu(const struct vm_machine *machine, int window,
				    int console);

/* The world that it is run in. */
struct world_options vm_machine_world(const struct vm_machine *machine);

/* A file without a name, in memory, that anybody may open by its descriptor. */
int vm_memory_file(const char *name, uint64_t bytes, struct err *err);

#endif
