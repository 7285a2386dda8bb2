/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu.h - a qemu process: its command line, and the words that are exchanged with it
 *
 * It is given nothing but descriptors, runs in a world of its own (no network, nothing of
 * the machine but what the table of roots has, read-only) and behind its own filter of
 * system calls. That filter forbids it to start programs, so a machine is saved to and
 * loaded from descriptors, never by `exec:`.
 */
#ifndef TWINSITE_NETNS_QEMU_H
#define TWINSITE_NETNS_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

struct qemu_options {
	const char *program; /* full path */
	bool has_kvm;
	bool is_virtual; /* a clock that counts instructions; one CPU, no KVM */
	bool is_incoming;
	unsigned int cpus, memory_mib;
	const char *append; /* the kernel's command line */
	/* All borrowed; kernel and initrd can be opened again by whoever qemu is. */
	int kernel, initrd, window, console;
};

struct qemu {
	pid_t pid;
	int words;  /* QMP */
	char *rest; /* a part of a line */
	size_t length;
};

/* "qemu-system-x86_64" on this machine's architecture; full path, malloc()ed; NULL. */
char *qemu_find(void);
const char *qemu_package(void); /* "qemu-system-x86" */

/* Start it, stopped, and greet it. The caller ends it with qemu_stop(). */
int qemu_start(const struct qemu_options *options, struct qemu *ret_qemu,
	       int64_t deadline_us, struct err *err);

/* Let it go on, or make it stand still. */
int qemu_continue(struct qemu *qemu, int64_t deadline_us, struct err *err);
int qemu_pause(struct qemu *qemu, int64_t deadline_us, struct err *err);

/* Save it, paused, to a file; load one that was started with is_incoming. */
int qemu_save(struct qemu *qemu, int file, int64_t deadline_us, struct err *err);
int qemu_load(struct qemu *qemu, int file, int64_t deadline_us, struct err *err);

void qemu_stop(struct qemu *qemu); /* kill it; repeatable */

#endif
