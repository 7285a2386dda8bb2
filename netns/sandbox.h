/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sandbox.h - what a program in a node may do
 *
 * Every program that runs in a node, ours or a stranger's, is confined before it is
 * executed: three capabilities at most, no way to gain more (no_new_privs), a filter
 * of system calls, bounds. What it sees and whom it can reach is the node's business
 * (node.h): a small root, a network and a pid namespace of its own.
 *
 * The filter answers EPERM to mounting (both interfaces), making or entering namespaces,
 * ptrace and the memory of other processes, bpf, keys, file handles, io_uring,
 * userfaultfd, performance events, kernel modules, kexec and reboot, to typing into
 * a terminal (TIOCSTI) and to its line disciplines; sockets are of the families that a
 * router has. In a node nothing gets memory that belongs to no process either
 * (memfd_create, shmget, mq_open): charon runs scripts of others, too. It cannot read the flags of clone3(2), which is answered with
 * ENOSYS, so that libraries fall back to clone(2); there, namespaces are refused.
 */
#ifndef TWINSITE_NETNS_SANDBOX_H
#define TWINSITE_NETNS_SANDBOX_H

struct err;

enum sandbox_rights {
	/* Ours: NET_ADMIN, NET_RAW, NET_BIND_SERVICE. */
	SANDBOX_PROGRAM,
	/*
	 * A stranger's script: the same without NET_BIND_SERVICE, so that the memory of a
	 * daemon is none of its business either, with bounds on processes, memory, file
	 * size, descriptors and processor time, and behind everybody else in the queue.
	 */
	SANDBOX_SCRIPT,
	/* A stranger's script that may start daemons: as SCRIPT, with NET_BIND_SERVICE. */
	SANDBOX_SCRIPT_WITH_DAEMONS,
	/* Not for a node: ourselves, while we read what is not trusted. No capability. */
	SANDBOX_READER,
};

/* Bounds of a script. RLIMIT_NPROC counts all processes and threads of a world. */
#define SANDBOX_PROCESSES_MAX	512
#define SANDBOX_MEMORY_MAX	(512u << 20) /* bytes of address space, each process */
#define SANDBOX_FILE_MAX	(16u << 20)  /* bytes */
#define SANDBOX_DESCRIPTORS_MAX 256
#define SANDBOX_CPU_MAX		20	     /* seconds, each process */
#define SANDBOX_LOG_MAX		(256u << 20) /* bytes of a file that a daemon writes */
/* Bytes of its own memory for who reads: 20,000 tunnels are some 200 MiB. */
#define SANDBOX_READER_MEMORY_MAX (4ull << 30)
/* Seconds of processor time for who reads, each process: a guest of 48 virtual hours takes 1,800. */
#define SANDBOX_READER_CPU_MAX 7200

/*
 * Compile the filter, once; sandbox_apply() needs it. -ENOTSUP when this kernel has no
 * seccomp filters: then nothing that is not trusted may run.
 */
int sandbox_prepare(struct err *err);

/*
 * Confine the calling process for good. Only for a child that is about to execute a
 * program; async-signal-safe. 0 or negative errno.
 */
int sandbox_apply(enum sandbox_rights rights);

#endif
