/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd.h - the subcommands, one file each: harness/cmd_NAME.c
 *
 * Each takes its own argv (argv[0] is the subcommand's name) and returns the exit
 * status. These files glue modules together and print; they hold no logic.
 */
#ifndef TWINSITE_CMD_H
#define TWINSITE_CMD_H

enum exit_status {
	EXIT_OK = 0,	     /* all as expected */
	EXIT_UNEXPECTED = 1, /* a verdict differs from what was expected */
	EXIT_BAD_INPUT = 2,  /* bad input, bad usage */
	EXIT_NOTHING_RAN = 3,
	EXIT_MACHINE = 75, /* this machine cannot do it (EX_TEMPFAIL) */
};

struct err;

/* Print "twinsite: sentence" to stderr and return the exit status that fits its code. */
int cmd_fail(const struct err *err);

/* Print a subcommand's help to stderr: it was used wrongly. Returns EXIT_BAD_INPUT. */
int cmd_usage(const char *help);

/* `doctor --has PLANE[/FEATURE]`: EXIT_OK, or EXIT_MACHINE and the reason on stdout. */
int doctor_has(const char *what);

/* A row per subcommand in main.c, which answers --help; two declarations each. */
int cmd_agree(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_pcap(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_shell(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_version(int argc, char **argv);

extern const char cmd_agree_help[];
extern const char cmd_doctor_help[];
extern const char cmd_explain_help[];
extern const char cmd_import_help[];
extern const char cmd_list_help[];
extern const char cmd_new_help[];
extern const char cmd_pcap_help[];
extern const char cmd_plan_help[];
extern const char cmd_predict_help[];
extern const char cmd_run_help[];
extern const char cmd_shell_help[];
extern const char cmd_version_help[];

#endif
