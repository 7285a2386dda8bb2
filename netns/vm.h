/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm.h - run this same program in a virtual machine with a stock kernel
 *
 * A machine boots once for each qemu and kernel: it loads its modules, sees what its kernel
 * can, says that it is ready, and is saved (vm_cache.h). Each run is a copy of it, which
 * is given this program, the scenario and what the run is told, and does in there what it
 * would do on a machine of its own whose plane is `native`, walls included.
 *
 *	host				      guest, PID 1
 *	vm_start()   loads, writes input ──►  vm_boot() unpacks it and executes the new
 *	  │			      program: vm_run() ── world ── run(folder, arg)
 *	  └ a world: qemu, and what takes ◄── evidence as it is appended; the other files
 *	    evidence into the folder	      when the world has ended
 */
#ifndef TWINSITE_NETNS_VM_H
#define TWINSITE_NETNS_VM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct guest;
struct root_view;

struct vm_options {
	const char *folder; /* absolute, the channel, as guest_options has it */
	/* What goes in: files and folders of the machine, at the same paths. */
	const struct root_view *views;
	const char *told;     /* name in the folder of the file that says what to do */
	const char *evidence; /* name in the folder of what is handed out as it grows */
	unsigned int needed_features; /* enum plane_feature; 0: none */
	bool is_trusted;
	bool is_virtual;
	uint64_t seed; /* of all random numbers in there, with a virtual clock */
	int interrupt; /* readable: break it off, -EINTR; not read here. 0: none */
	/* Called when something takes a while, with a sentence; may be NULL. */
	void (*on_note)(void *user, const char *text);
	void *user;
};

struct vm_status {
	bool has_kvm;
	bool has_booted;       /* there is a saved machine, whose kernel was probed */
	unsigned int features; /* as it was probed, else as the kernel's modules say */
	char kernel[128];
	char qemu[256];
};

/*
 * Can there be a virtual machine? Nothing is started. -ENOTSUP and the missing thing with
 * its package, or what is wrong with --kernel.
 */
int vm_probe(struct vm_status *ret_status, struct err *err);

/* Does the processor virtualise for us? A program of one instruction is run to see it. */
bool vm_has_kvm(void);

/*
 * Start a run; then guest_wait(), guest_pulse(), guest_stop() serve. The machine is made
 * first when there is none of this qemu and kernel, or when the one there is broken; two
 * who want it at once wait for one another. -ENOTSUP: it cannot be had here (a kernel
 * without ESP or without what is needed, no room for it).
 */
int vm_start(const struct vm_options *options, struct guest *ret_guest, struct err *err);

/* ------------------------------------------------------------ inside */

/*
 * Has this program's main() asked vm_is_booting()? Only then it can be the init of a
 * machine: others (tests) have no plane vm.
 */
bool vm_is_possible(void);

/* Are we the init of a machine that is to be saved? Then vm_boot(), which never returns. */
bool vm_is_booting(void);
_Noreturn void vm_boot(void);

/* Are we the program that a saved machine was given? Then vm_run(), likewise. */
bool vm_is_running(void);
_Noreturn void vm_run(int (*run)(const char *folder, void *arg), void *arg);

#endif
