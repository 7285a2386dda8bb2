/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.h - root is given away before anything of a stranger is read
 *
 * What reads other people's files (scenarios, device files, captures, reports) may be
 * taken over by what it reads. So when the machine's root calls us, a command that does is
 * carried out by a reader: a world (netns/world.h) whose root is an id that nobody on the
 * machine uses. It sees programs and libraries, and of everything else only what the
 * command line names, read-only; it has no network, and sees no process but its own. What
 * starts no worlds has no capability either, and a filter of system calls.
 *
 *	keeper (root) ──starts──► reader ──starts──► the worlds of its runs
 *	   ▲   asks: show me, give me a folder, it is complete   │
 *	   └─────────────────────────────────────────────────────┘
 *
 * The keeper never reads a file's content for its meaning. What it does for a reader:
 *
 *	reveal	show a scenario that lies elsewhere: a folder with a scenario.yml, or a *.yml
 *	report	make a report folder below the one that the command line says, and give it
 *	latest	that report is complete: take it back, and let `latest` lead to it
 *	output	a folder that the command line says will be written
 *	replace	files that the command line names, or below a folder that it names, get new
 *		texts, where it says so (`fix --apply`)
 *
 * What was given is taken back in the end: regular files and folders, as root's; anything
 * else in there is removed.
 */
#ifndef TWINSITE_RUN_READER_H
#define TWINSITE_RUN_READER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct err;
struct replace;

struct reader {
	int argc; /* the command's own: argv[0] is its name */
	char **argv;
	int (*main)(int argc, char **argv); /* its return value is the exit status */
	bool has_worlds;		    /* it starts some */
	/*
	 * What it writes: the options that say the folder or the file ("--output -o"), a space
	 * between them; "" when it is a word of its own; NULL: nothing.
	 */
	const char *output;
	const char *fallback; /* the word that it takes when none is given; or NULL */
	bool replaces; /* files that the command line names, or that are below its folders */
	/* Files that may be written into the folder of --reports itself, a '/' between
	 * them (reader_summary()); NULL: none. */
	const char *summary;
	const char *sees; /* a file that is seen besides; NULL: none */
};

/*
 * Carry a command out in a reader: 0 and its exit status. -ENOTSUP when there can be
 * none: we are not the machine's root (then nothing is to be given away), or the sentence
 * says what the machine lacks.
 */
int reader_run(const struct reader *reader, int *ret_status, struct err *err);

/*
 * Where there can be none, for a command that writes nothing and starts no worlds: be
 * nobody from here on, if nobody may read what the command line names. -EACCES, and still
 * who we were, with the path, when not.
 */
int reader_become(const struct reader *reader, struct err *err);

/* In a reader, or not: */

/*
 * A folder for a report: reports/NAME/2026-11-21T19-50-00, with a number behind it when
 * that exists.
 */
int reader_report(const char *reports, const char *name, bool has_secrets,
		  char ret_folder[PATH_MAX], struct err *err);

/* Its report is complete: `latest` beside it leads to it. ERR_BROKE when it cannot. */
int reader_latest(const char *folder, struct err *err);

/*
 * The folder is going to be written, with all that is below: from now on it looks empty,
 * until in the end what stands in it replaces what was there.
 */
int reader_output(const char *folder, bool has_secrets, struct err *err);

/* The same of one file. */
int reader_output_file(const char *path, struct err *err);

/* base/replace.h's replace_files(), by who may. */
int reader_replace(const struct replace *files, size_t count, struct err *err);
/*
 * The files of struct reader's `summary` are going to be written into the folder of
 * --reports, which is made; from now on it looks empty, and no report can be made in it.
 */
int reader_summary(const char *reports, struct err *err);

#endif
