/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd.h - the subcommands, one file each: harness/cmd_NAME.c
 *
 * Each takes its own argv (argv[0] is the subcommand's name) and returns the exit
 * status (base/exit.h). What it printed to stdout is flushed and checked by main(). These files glue modules together and print; they hold no logic.
 */
#ifndef TWINSITE_CMD_H
#define TWINSITE_CMD_H

#include <stdbool.h>

#include "base/exit.h"
#include "base/options.h"

struct err;
struct judgement;

/*
 * A row of options that has the release of a firmware: .name to .words, the field and the
 * sentence; behind it what else the command has (.excludes …).
 */
#define FIRMWARE_OPTION(type, field)                                                        \
	.name = "firmware", .letter = 'f', .kind = OPTION_TEXT,                             \
	.words = device_releases, OPTION_AT(type, field), .argument = "RELEASE",            \
	.help = "the release that reads the files, of a device whose releases differ; "     \
		"default: as its scenario says, else as they look, of several the newest. " \
		"\"documented\": what the words mean, whatever is done"

/* Print "twinsite: sentence" to stderr and return the exit status that fits its kind. */
int cmd_fail(const struct err *err);

/*
 * From now on SIGINT, SIGTERM and SIGHUP do not end the program (unless they were ignored
 * before; another one, more than a second later, does): the first is remembered, and its number can be read from the
 * pipe. SIGPIPE is no end either: what cannot be printed is noticed by cmd_flush().
 */
void cmd_signals_catch(void);
int cmd_signal(void);	   /* the first that came; 0: none */
int cmd_signal_pipe(void); /* 0: nothing is caught */

/* The exit status of a judged run. */
int cmd_status(const struct judgement *judgement);

/*
 * Flush stdout; when anything that was printed could not be written: a sentence on
 * stderr, and the worse of status and EXIT_BROKE.
 */
int cmd_flush(int status);

/* What --plane can be: "auto" and the planes, a NULL behind; in cmd_run.c. */
const char *const *cmd_planes(void);
/* What --clock can be: real, virtual; in cmd_run.c. */
const char *const *cmd_clocks(void);

/*
 * Add the pre-shared keys of a file, "-": of standard input, one a line, to a keyring; as
 * on the command line, but nobody sees them in the list of processes or in a history.
 */
struct keyring;
int cmd_read_psks(const char *path, struct keyring *keyring, struct err *err);

/* Read a whole capture into a set, packets in the order of their times. */
struct capture_file;
struct session_set;
int cmd_read_capture(const char *path, struct session_set *set,
		     struct capture_file **ret_file, struct err *err);

/*
 * A scenario of one end's files (path, "-": standard input) and the other end that is made
 * by them, in a folder; how: the words of its options. ret_said: what is invented in it.
 */
struct buf;
struct new_other {
	const char *path, *firmware, *tunnel;
	int kind; /* enum device_kind; -1: not said */
};
int cmd_new_of_one(const char *folder, const struct new_other *how, struct buf *said,
		   struct err *err);

/* `pcap --left A --right B`, see cmd_pcap_two.c. */
int cmd_pcap_two(const char *left, const char *right, bool is_json,
		 enum exit_status *ret_exit, struct err *err);

/* The folder that `twinsite list` takes when none is given: ./scenarios, else the installed one. */
const char *cmd_list_folder(void);

/* `doctor --has PLANE[/FEATURE]` or any/FEATURE: EXIT_OK, or EXIT_MISSING and the reason on stdout. */
int doctor_has(const char *what);
void doctor_print_vm(void); /* cmd_doctor_vm.c */
int doctor_clean(void);

/*
 * Carry `command` out now, and again whenever something changes in what argv names, until a
 * signal ends it; `--watch` is taken out of argv, which is that of main().
 */
int cmd_watch(int argc, char **argv, int (*command)(int argc, char **argv));
/*
 * `report --for SITE RUN`, `report --share FOLDER RUN`, cmd_report_page.c: the page of one
 * recorded run on stdout, or a folder to be given away. Returns the exit status.
 */
struct report_page {
	const char *side;  /* of one administrator; NULL: both */
	const char *share; /* the folder; NULL: print the page */
	bool hides_addresses;
};
int cmd_report_page(const struct report_page *options, const char *folder);

/* A row per subcommand in main.c, which answers --help; two declarations each. What is wrong
 * with a command line is cmd_fail()'s, with the sentence of options_parse(). */
int cmd_agree(int argc, char **argv);
int cmd_soak(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_log(int argc, char **argv);
int cmd_other_end(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_pcap(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_shell(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_fix(int argc, char **argv);
int cmd_why(int argc, char **argv);
int cmd_version(int argc, char **argv);

extern const struct command_line cmd_agree_line;
extern const struct command_line cmd_soak_line;
extern const struct command_line cmd_diff_line;
extern const struct command_line cmd_doctor_line;
extern const struct command_line cmd_explain_line;
extern const struct command_line cmd_fix_line;
extern const struct command_line cmd_import_line;
extern const struct command_line cmd_list_line;
extern const struct command_line cmd_log_line;
extern const struct command_line cmd_new_line;
extern const struct command_line cmd_other_end_line;
extern const struct command_line cmd_pcap_line;
extern const struct command_line cmd_plan_line;
extern const struct command_line cmd_predict_line;
extern const struct command_line cmd_report_line;
extern const struct command_line cmd_run_line;
extern const struct command_line cmd_shell_line;
extern const struct command_line cmd_why_line;
extern const struct command_line cmd_version_line;

#endif
