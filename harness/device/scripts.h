/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scripts.h - the own scripts of a device that has a shell: which run, what they find, what they ask
 *
 * netifd runs what is in /etc/hotplug.d/iface by `hotplug-call iface`, one after the other
 * by name, each read by a shell of its own (no execute bit is needed), with ACTION,
 * INTERFACE and DEVICE in the environment (interface-event.c of netifd). A script cannot
 * do what is ours to do, restart charon: it asks for it, in a file of its node, and so
 * does everything that is told about it. Whatever a script writes there itself is no more
 * than it could have asked for.
 *
 * Nothing in a node pretends: what a device's row does not put there is not there, and the
 * shell says "NAME: not found"; a word that one of our programs does not know is refused
 * and told.
 */
#ifndef TWINSITE_DEVICE_SCRIPTS_H
#define TWINSITE_DEVICE_SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct device_release;
struct import_source;

/* Folder in the node with our programs and files, and where a script's wishes are noted. */
#define DEVICE_NODE	  "/etc/router"
#define DEVICE_NODE_ASKED DEVICE_NODE "/asked"
#define DEVICE_NODE_SHELL "/bin/busybox"
/* "wan eth0.2": an interface and its device a line, of those that the rehearsal made. */
#define DEVICE_NODE_INTERFACES DEVICE_NODE "/interfaces"

struct device_node_file {
	const char *path; /* in the node */
	const char *text;
	bool is_program;
};

struct device_node_files {
	struct device_node_file *items;
	size_t count, room;
};

struct device_places { /* paths in the node */
	const char **items;
	size_t count, room;
};

/* Something happens to an interface. */
struct device_event {
	const char *action;    /* "ifup", "ifdown", "ifupdate" */
	const char *interface; /* "wan" */
	const char *device;    /* "eth0.2" */
	bool has_new_address;  /* of ifupdate: IFUPDATE_ADDRESSES, IFUPDATE_ROUTES */
};

#define DEVICE_ENV_MAX 10 /* with the NULL at the end */

/* Of a device's row; NULL there: it has no scripts. sources: struct scenario_site.sources. */
struct device_scripts {
	const char *folder; /* of those that events run, below `files` */
	const char
		*start; /* the argument of `ash -c` that runs the script with path $0 */
	/*
	 * Everything that its scripts find there; texts are in the arena. release: whose
	 * init script stands for the firmware's; NULL: nobody said, so whichever is called.
	 */
	void (*files)(struct arena *arena, const struct device_release *release,
		      const struct import_source *sources, size_t count,
		      struct device_node_files *ret_files);
	/* The scripts of events, in their order. */
	void (*list)(struct arena *arena, const struct import_source *sources,
		     size_t count, struct device_places *ret_scripts);
	/* The environment, for struct spawn. event NULL: no event. */
	void (*env)(struct arena *arena, const struct device_event *event,
		    const char *ret_env[DEVICE_ENV_MAX]);
	/*
	 * The init scripts of its own that the boot runs, in their order, and the argument
	 * of `ash -c` that boots the service with path $1. One that only passes on what it
	 * is told, without START=, is none: nothing starts it. Those of the firmware's other
	 * services are none either, as long as their text changes nothing of a tunnel. Which of them start IPsec:
	 * device_script_starts().
	 */
	void (*inits)(struct arena *arena, const struct import_source *sources,
		      size_t count, struct device_places *ret_scripts);
	const char *boot;
	/*
	 * What runs when the boot is done, and the argument of `ash -c` that runs it as $0;
	 * NULL: nothing does.
	 */
	const char *last; /* "etc/rc.local" */
	const char *last_start;
	/*
	 * A line of a firewall script as its node's shell shall read it: our places in the
	 * place of the router's. The tools that set up a network keep their names.
	 */
	const char *(*firewall)(struct arena *arena, const char *text);
	/*
	 * What rests on `name` (struct device_missing), which a script with that text called:
	 * enum aspect. NULL: everything.
	 */
	unsigned int (*missing)(struct arena *arena, const char *name, const char *text);
	/* Of which files strongSwan reads what they wrote; in the node; NULL at the end. */
	const char *const *written;
};

enum device_wish {
	DEVICE_WISH_START,
	DEVICE_WISH_STOP,
	DEVICE_WISH_RESTART,
	DEVICE_WISH_UNKNOWN, /* a word of a program of ours that it does not do */
};

struct device_asked {
	enum device_wish wish;
	const char *program; /* "/etc/init.d/ipsec", "ipsec up office" when unknown */
};

/* A command that is not there, or a word that is not understood. */
struct device_missing {
	const char *file;  /* as the shell said it; the script itself, or another */
	unsigned int line; /* 0: not known */
	const char *name;
	bool is_of_daemon; /* "ipsec up office": only what the tunnel does from then on rests on it */
};

struct device_ran {
	VEC(struct device_asked) asked; /* in their order */
	VEC(struct device_missing) missing;
	VEC(const char *) logged;  /* "ipsec: Restarting …" */
	VEC(const char *) refused; /* what a program said that refused its words */
	unsigned int end_line;	   /* the line it ended in; 0: not told */
};

/* How many lines of a script say something. */
unsigned int device_script_lines(const char *text);

/* Does it more than end? As firmwares ship it a script may be comments and `exit 0`. */
bool device_script_does(const char *text);

/* The first line of a script that does something with strongSwan, from 1; 0: none. */
unsigned int device_script_daemon_line(const char *text);

/*
 * Is it an init script that starts IPsec, by its name or by a line that runs one of
 * strongSwan's programs that do? What calls another init script for it is none: a watchdog
 * that may restart the daemon has nothing to do with whether the boot starts it.
 * file: "etc/init.d/ipsec".
 */
bool device_script_starts(const char *file, const char *text);

#define DEVICE_ASKED_MAX (64u << 10) /* bytes that are read of it */

/*
 * What it asked for and missed: asked is the text of DEVICE_NODE_ASKED, errors what it wrote
 * on stderr. Nothing is trusted: lines of no known form are left out, at most 64 of each
 * kind are kept.
 */
void device_script_read(struct arena *arena, const char *asked, const char *errors,
			struct device_ran *ret_ran);

/*
 * Init scripts that the lines of a script up to its end call and that are none of the
 * node's files: what the shell said of them may have gone to /dev/null. Added to
 * ret_ran->missing, unless it is there already. file: its name, for the origin.
 */
void device_script_absent(struct arena *arena, const char *file, const char *text,
			  const struct device_places *there, struct device_ran *ret_ran);

/*
 * A script of the firewall runs again whenever that is loaded, which no rehearsal does: that
 * it stops or restarts the daemon is missing, as its own words are. And of what is missing
 * without a line: the line (of those given, from 1) whose command begins with its words, 0
 * where none is known to. file: its name.
 */
void device_script_again(struct arena *arena, const char *file, const char *const *lines,
			 size_t count, struct device_ran *ret_ran);

/*
 * What comes of several wishes, one after the other, for a daemon that runs: it is
 * restarted, it is stopped, or nothing happens (a start of what runs).
 */
enum device_outcome {
	DEVICE_NOTHING,
	DEVICE_RESTARTED,
	DEVICE_STOPPED,
};
/* before: of what was asked earlier in the same event. */
enum device_outcome device_outcome(enum device_outcome before,
				   const struct device_ran *ran);

#endif
