/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process.h - a charon that runs in a node
 *
 * One charon a gateway: /usr/lib/ipsec/charon, in the node's namespaces, with its own
 * STRONGSWAN_CONF, log and VICI socket, and a private /run (charon's pid file and the
 * sockets of other plugins are compiled in). It is started through a private path,
 * because distributions confine the installed path with AppArmor. Nothing sleeps: that
 * the socket is there is an inotify event, that charon died is its pidfd.
 */
#ifndef TWINSITE_CHARON_PROCESS_H
#define TWINSITE_CHARON_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct charon;
struct conf;
struct err;
struct node;

#define CHARON_PROGRAM "/usr/lib/ipsec/charon"

/* In its folder, where the text says so. */
#define CHARON_LOG  "charon.log"
#define CHARON_KEYS "keys.log"

/* What charon is to run with. All borrowed for the call only. */
struct charon_params {
	struct node *node;
	const char *name;   /* for sentences: "home" */
	const char *folder; /* existing, private, seen alike inside and outside the node:
			       gets strongswan.conf, charon.out, charon.vici */
	const char *strongswan_conf; /* text */
	const char *vici_socket;     /* the path in that text, a file in folder */
	const char *log_file;	     /* likewise; read when charon ends early; or NULL */
	/*
	 * Files elsewhere, or NULL, that charon finds in the folder as CHARON_LOG and
	 * CHARON_KEYS. They are made when they are not there; keys are the owner's alone.
	 */
	const char *outside_log, *outside_keys;
};

/*
 * 0 when the programs and plugins for this are installed; else -ENOTSUP with the
 * Debian package that has them. is_libipsec asks for kernel-libipsec too.
 */
int charon_check_installed(bool is_libipsec, struct err *err);

/* Start it; returns at once. -ENOTSUP as above, -errno when it cannot be started. */
int charon_start(const struct charon_params *params, struct charon **ret_charon,
		 struct err *err);

/*
 * Wait until its VICI socket takes connections. -ETIMEDOUT, or -ECHILD when it ended
 * before: the sentence has its exit status and the last line it printed.
 */
int charon_wait_ready(struct charon *charon, int64_t deadline_us, struct err *err);

/* How starved this machine was while charon got ready (base/patience.h); 1: not at all. */
double charon_starvation(const struct charon *charon);

/*
 * Replace its strongswan.conf; charon reads it again on the VICI request
 * "reload-settings". For other log levels: see struct conf, strongswan_quiet.
 */
int charon_settings_write(struct charon *charon, const char *strongswan_conf,
			  struct err *err);

/* Where to vici_open() it from outside the node; borrowed. */
const char *charon_vici_path(const struct charon *charon);

/* Has it ended? Then with what: "exited with status 2", "killed by signal 9". */
bool charon_has_ended(struct charon *charon, const char **ret_how);

/* Ask it to end (SIGTERM) and go on: charon_stop() then waits. */
void charon_stop_begin(struct charon *charon);

/* Ask it to end (SIGTERM), wait, and kill it when the deadline has passed. */
int charon_stop(struct charon *charon, int64_t deadline_us, struct err *err);

/* Kill it (SIGKILL) and nothing else: what follows from it is to be seen. NULL is fine. */
void charon_kill(struct charon *charon);

/* Kills it if it still runs. NULL is fine. */
void charon_free(struct charon *charon);
static inline void charon_freep(struct charon **charon)
{
	charon_free(*charon);
}

#endif
