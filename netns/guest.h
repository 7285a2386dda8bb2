/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - run this same program as the init of a guest kernel
 *
 * Today the guest is User-Mode Linux: the machine's files are its root (hostfs), with
 * the rights of the user who started it; no privilege is needed. The folder given to
 * guest_start() is the only channel between the two: the caller puts its arguments
 * there before, the program in the guest appends its evidence there, and the exit
 * status comes back in FOLDER/guest.exit.
 *
 *   host                               guest
 *   guest_start() ── boots ──►  main(): if (guest_is_init()) guest_run(…)
 *                                        mounts, modules, random seed, fork
 *                                        run(folder, arg) as its child
 *   guest_wait()  ◄── guest.exit ──  power off, if it is let
 */
#ifndef TWINSITE_NETNS_GUEST_H
#define TWINSITE_NETNS_GUEST_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "netns/world.h"

struct err;
struct root_view;

struct guest_options {
	const char *folder;	 /* absolute, exists, writable: the channel */
	unsigned int memory_mib; /* 0: 512 */
	/*
	 * Absolute paths, NULL-terminated (or NULL), that must stay visible and writable
	 * in the guest. The folder always is, and the program is visible.
	 */
	const char *const *keep;
	/*
	 * CPUs it may run on; NULL: all that we may use. The guest has one CPU, and gets
	 * the least busy of these for good: its kernel and the processes that it traces
	 * take turns, and where the two are on different CPUs each system call in the
	 * guest costs four times as much (63 µs against 15).
	 */
	const cpu_set_t *cpus;
	const struct root_view *views; /* more of the machine, read-only; or NULL */
	bool is_trusted;	       /* as of a world */
	/* Descriptor that gets the guest's console output; 0: FOLDER/guest.log. */
	int console;
	int line; /* a socket that is the guest's serial line, see guest_line_open(); 0: none */
};

struct guest {
	/* The world that the guest kernel runs in, or only its keeper (see guest.c). */
	struct world world;
	int lifeline; /* closing it ends a keeper; -1: in a world */
};

/*
 * Boot a guest. -ENOTSUP when kernel or modules are missing (package
 * user-mode-linux) or it cannot run here. User namespaces are not needed. Dies with the
 * calling thread's process as a world does; leaves nothing but files in the folder.
 */
int guest_start(const struct guest_options *options, struct guest *ret_guest,
		struct err *err);

/*
 * The exit status of run(), which the guest writes last, when all else is in the folder: there
 * is nothing to wait for any more, and guest_stop() is faster than its kernel's way down.
 */
bool guest_has_result(const char *folder, int *ret_status);

/*
 * Wait until it has powered off or has a result: 0 and the exit status of run();
 * -ETIMEDOUT; -EIO when the guest kernel ended without one (the sentence quotes its last
 * words).
 */
int guest_wait(struct guest *guest, const char *folder, int64_t deadline_us,
	       int *ret_status, struct err *err);
/*
 * A number that changes every second or so while the guest lives: one that stands still
 * is the pulse of a guest that hangs. 0: it has not booted yet.
 */
int64_t guest_pulse(const char *folder);

/*
 * Why it ended, as its console has it, cut to fit a sentence: the line that says so, else
 * the last one (behind a panic stand registers).
 */
void guest_last_words(const char *folder, char *text, size_t room);

/* The same of a console's text, NUL-terminated, which is changed. */
void guest_words_of(char *log, size_t length, char *text, size_t room);

void guest_stop(struct guest *guest); /* kill what is left of it; repeatable */

/* Are we the init of a guest kernel that guest_start() booted? */
bool guest_is_init(void);

/*
 * In the guest, as its init: mount /proc, /sys, /run, /tmp, /dev, load these modules
 * (NULL-terminated names; one that is missing is not an error here, the probes find
 * out), seed the random numbers, run run(folder, arg) in a child, reap orphans, power
 * off. Never returns.
 */
_Noreturn void guest_run(const char *const *modules,
			 int (*run)(const char *folder, void *arg), void *arg);

/*
 * What each scenario needs: veth esp4 authenc cbc …; and, for who does not know what it is
 * going to need, the rest of what IPsec and interfaces want. One module takes 4 ms.
 */
extern const char *const guest_modules_always[];
extern const char *const guest_modules_all[];
extern const char *const guest_modules_firewall[]; /* iptables-legacy, as people use it */

/*
 * Load modules of FOLDER/RELEASE (NULL-terminated names) with what they need. 0 when all
 * are loaded, else the error of the last that is not. For who boots without knowing for
 * what; see the lists above.
 */
int guest_modules_insert(const char *folder, const char *const *names);

/*
 * In a guest: the line that guest_options said, for any bytes; the caller closes it.
 */
int guest_line_open(struct err *err);

/*
 * In a guest, outside of worlds with their own user namespace: load one more module, by
 * its name or by another that the kernel would ask for ("ipt_SNAT"); nothing happens
 * when that was done before. -EOPNOTSUPP when we are not in a guest; the file system
 * error when there is no such module. Any thread may.
 */
int guest_load_module(const char *name);

/* Several, NULL-terminated; what is missing is for others to find out. */
void guest_load_modules(const char *const *names);

/* What a text for iptables-restore needs; or what any rules of people's scripts do. */
void guest_load_for_rules(const char *rules);
void guest_load_firewall(void);

/* The guest kernel and its modules' folder on this machine, or the missing thing. */
int guest_probe(struct err *err);

#endif
