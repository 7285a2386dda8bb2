// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_log.c - twinsite log: what one end's log says */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/plain.h"
#include "base/str.h"
#include "cmd.h"
#include "device/device.h"
#include "import/import.h"
#include "import/settle.h"
#include "log/answer.h"
#include "log/ladder.h"
#include "log/place.h"
#include "log/print.h"
#include "log/redact.h"
#include "predict/one_end.h"
#include "report/findings.h"
#include "report/log_json.h"

struct log_command {
	bool is_signature, is_classes, is_redact, is_json;
	const char *firmware;
	struct log_reader *reader,
		*other; /* other: of the other end; NULL: no log of it */
	struct arena *arena;
	struct site *sites[2], *needed;
};

static void command_done(struct log_command *command)
{
	log_reader_free(command->reader);
	log_reader_free(command->other);
	site_free(command->sites[0]);
	site_free(command->sites[1]);
	site_free(command->needed);
	arena_free(command->arena);
}

/* ------------------------------------------------------------ the log */

/* A line without secrets, made harmless; as long as it was, or cut with a mark. */
static void redact_line(const char *bytes, size_t length)
{
	static char text[4 * LOG_LINE_MAX];
	_cleanup_buf_ struct buf out = { 0 };
	struct plain plain = { .flags = PLAIN_LINES };

	(void)log_redact(bytes, length, text, sizeof(text));
	plain_add(&plain, text, strlen(text), &out);
	plain_end(&plain, &out);
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
	(void)putchar('\n');
}

/* Bytes of a log in pieces: printed line by line. What is longer than a line goes on as
 * another one; a NUL ends nothing. */
static void redact(char *line, size_t *length, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n' || *length == LOG_LINE_MAX) {
			redact_line(line, *length);
			*length = 0;
		}
		if (bytes[i] != '\n' && bytes[i] != '\0')
			line[(*length)++] = bytes[i];
	}
}

/*
 * The beginning is kept, and read as a whole when it is all: its newest line may stand
 * first. A longer log is a file of a daemon, and its lines are in their order.
 */
struct kept {
	char bytes[4 << 20];
	size_t length;
	bool is_over;
};

static void keep(struct log_reader *reader, struct kept *kept, const char *bytes,
		 size_t count)
{
	if (!kept->is_over && kept->length + count <= sizeof(kept->bytes)) {
		memcpy(kept->bytes + kept->length, bytes, count);
		kept->length += count;
		return;
	}
	if (!kept->is_over)
		log_reader_add(reader, kept->bytes, kept->length);
	kept->is_over = true;
	log_reader_add(reader, bytes, count);
}

/* reader: NULL: the log is printed without its keys. */
static int read_log(struct log_reader *reader, const char *path, struct err *err)
{
	static char bytes[1 << 16], line[LOG_LINE_MAX];
	static struct kept kept;
	_cleanup_close_ int fd = -1;
	size_t length = 0;
	ssize_t got;

	kept.length = 0;
	kept.is_over = false;
	fd = str_equal(path, "-") ? dup(STDIN_FILENO)
				  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "%s", path);
		if (reader)
			keep(reader, &kept, bytes, (size_t)got);
		else
			redact(line, &length, bytes, (size_t)got);
	}
	if (length)
		redact_line(line, length);
	if (!reader)
		return 0;
	if (!kept.is_over)
		log_reader_add_whole(reader, kept.bytes, kept.length);
	log_reader_end(reader);
	return 0;
}

/* A file behind the log is the other end's log where a line of it is one of a log. */
static void take_other_log(struct log_command *command, const char *path)
{
	struct err err = { 0 };
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return; /* files of a device; import has the sentence */
	command->other = log_reader_new();
	if (read_log(command->other, path, &err) == 0 && command->other->known)
		return;
	log_reader_free(command->other);
	command->other = NULL;
}

/* ------------------------------------------------------------ the files */

static int load_site(struct log_command *command, unsigned int index, const char *path,
		     struct err *err)
{
	static const char *const names[] = { "this end", "the other end" };
	struct import_options options;
	struct import_sources sources = { 0 };
	enum device_kind kind;
	int r = import_load_any(path, command->arena, &kind, &sources, err);

	/* It is for the end that has releases which read differently. */
	options = import_options_of(!r && device_of(kind)->releases ? command->firmware
								    : NULL);
	return r ? r
		 : site_import(kind, names[index], sources.list.items, sources.list.count,
			       &options, &command->sites[index], err);
}

/* first: the operand that is a file of this end. */
static int load_sites(struct log_command *command, const struct operands *operands,
		      unsigned int first, struct err *err)
{
	int r = 0;

	if (operands->count > first + 2)
		return err_set(
			err, EINVAL,
			"%s: one log and the files of both ends, or two logs and the "
			"files of both ends; this is one more",
			operands->items[first + 2]);
	for (unsigned int i = 0; i < 2 && first + i < operands->count && !r; i++)
		r = load_site(command, i, operands->items[first + i], err);
	if (!r && operands->count > first + 1)
		import_settle(command->sites,
			      (const struct inet_addr[2]){ { 0 }, { 0 } });
	return r;
}

/* What the files say of the classes that the log may come from. */
static void find(struct log_command *command, const struct log_answer *answer,
		 struct findings *ret_findings)
{
	struct predict_input input = { .sites = { command->sites[0], command->sites[1] },
				       .arena = command->arena };
	struct findings all;
	size_t kept = 0;

	if (command->sites[1]) {
		input.initiator = predict_initiator(input.sites);
		predict_pair(&input, &all);
	} else {
		predict_one_end(&input, &all, &command->needed);
	}
	for (size_t i = 0; i < all.count; i++)
		if (answer->may_be[all.items[i].class->number])
			all.items[kept++] = all.items[i];
	all.count = kept;
	all.unproven.count = 0;
	findings_order(&all);
	*ret_findings = all;
}

/* ------------------------------------------------------------ */

static int status_of(const struct log_reader *reader, const struct log_answer *answer)
{
	if (!reader->known)
		return EXIT_NOTHING_RAN;
	return answer->is_healthy || !answer->count ? EXIT_OK : EXIT_UNEXPECTED;
}

/* What is known of the classes that the log, or both, may be about. */
struct said {
	struct log_answer answer, other, both;
	enum log_join join;
	struct log_ladder *ladder; /* NULL: there is one log */
	struct findings findings;
};

static void answer(struct log_command *command, struct said *said)
{
	log_answer(command->reader, &said->answer);
	if (command->other) {
		said->ladder = calloc(1, sizeof(*said->ladder));
		if (!said->ladder)
			exit_without_memory();
		log_answer(command->other, &said->other);
		log_ladder_build(command->reader, command->other, said->ladder);
		said->join = log_ladder_join(said->ladder, &said->answer, &said->other,
					     &said->both);
	}
	if (command->sites[0])
		find(command, said->join ? &said->both : &said->answer, &said->findings);
}

static void print_text(struct log_command *command, struct said *said, struct buf *text)
{
	const struct findings *findings = command->sites[0] ? &said->findings : NULL;

	if (said->ladder)
		buf_puts(text, "this end's log\n\n");
	log_print(command->reader, &said->answer, said->ladder ? NULL : findings, text);
	if (said->ladder) {
		buf_puts(text, "\nthe other end's log\n\n");
		log_print(command->other, &said->other, NULL, text);
		buf_puts(text, "\nboth logs\n\n");
		log_ladder_print(said->ladder, &said->answer, &said->other, text);
		log_print_findings(findings, text);
	}
	if (!findings)
		return;
	if (findings->count)
		report_findings_text(findings, text);
	log_places(command->sites[0], &said->answer, text);
}

static int print(struct log_command *command)
{
	char signature[LOG_KINDS * LOG_SIGNATURE_MAX];
	_cleanup_buf_ struct buf text = { 0 };
	struct said said = { 0 };
	int status;

	answer(command, &said);
	if (command->is_signature) {
		log_reader_signature(command->reader, signature, sizeof(signature));
		buf_printf(&text, "%s\n", signature);
	} else if (command->is_classes) {
		log_print_classes(&said.answer, &text);
	} else if (command->is_json) {
		report_log_json(command->reader, &said.answer,
				command->sites[0] ? &said.findings : NULL,
				&(struct log_pair){ command->other, &said.other,
						    &said.both, said.join, said.ladder },
				&text);
	} else {
		print_text(command, &said, &text);
	}
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	status = status_of(command->reader, &said.answer);
	if (command->other && status != EXIT_UNEXPECTED)
		status = status_of(command->other, &said.other);
	free(said.ladder);
	return status;
}

static const struct option_row log_rows[] = {
	{ FIRMWARE_OPTION(struct log_command, firmware),
	  .excludes = "redact signature classes" },
	{ .name = "json",
	  .letter = 'J',
	  OPTION_AT(struct log_command, is_json),
	  .excludes = "redact signature classes",
	  .help = "the same for programs (harness/doc/log.md has the keys)" },
	{ .name = "redact",
	  OPTION_AT(struct log_command, is_redact),
	  .excludes = "signature classes",
	  .operands = 1,
	  .help = "print the log itself without its keys: rows of hex dumps, long hex "
		  "numbers and what stands behind psk, secret or password. Addresses and "
		  "names stay" },
	{ .name = "classes",
	  OPTION_AT(struct log_command, is_classes),
	  .excludes = "signature",
	  .operands = 1,
	  .help = "only the ids of the faults it can be, in one line; OK: none that IKE "
		  "sees" },
	{ .name = "signature",
	  OPTION_AT(struct log_command, is_signature),
	  .operands = 1,
	  .help = "only what the answer is looked up by (harness/log/sets.def)" },
	{ 0 },
};

const struct command_line cmd_log_line = {
	.name = "log",
	.summary =
		"what one end's log says: which setting, and what to ask the other end",
	.usage = "[OPTION …] LOG [LOG-OF-THE-OTHER-END] [FILES-OF-THIS-END "
		 "[FILES-OF-THE-OTHER]]",
	.about =
		"Reads the log of one end (-: standard input), as logread, journalctl, syslog, "
		"a file, docker or the page of a firewall has it, cut, coloured, quoted or "
		"anonymised. Says how far each attempt got, what each end said, the "
		"parameter with both values, and all the faults that write such a log, no "
		"other. Many faults write the same: then it says so, and the one question to "
		"ask the other administrator. With the files of one end or both, the line of "
		"the setting and the fix. Two logs become one ladder: their messages side by "
		"side, how much the clocks differ, and what both logs say of one attempt.",
	.options = log_rows,
	.after = "Keys are never printed.",
	.examples =
		"logread | twinsite log -\ton the router, or through ssh\n"
		"twinsite log charon.log home office.cfg\twith both ends' files: which line\n"
		"twinsite log home.log office.log\tboth ends' logs, message by message",
	.statuses =
		"0 no fault that IKE sees, or nothing is proved\n"
		"1 a fault is in the log\n"
		"2 a file is not what it should be, or the call is not; the sentence says which, "
		"after what the log says by itself\n"
		"3 no line was understood",
	.operands_min = 1,
	.operands_max = 4,
};

int cmd_log(int argc, char **argv)
{
	struct log_command command = { 0 };
	struct operands operands;
	struct err err = { 0 };
	int r = options_parse(&cmd_log_line, argc, argv, &command, &operands, &err);
	int files = 0;

	if (r)
		return cmd_fail(&err);
	command.arena = arena_new();
	command.reader = log_reader_new();
	r = read_log(command.is_redact ? NULL : command.reader, operands.items[0], &err);
	if (!r && operands.count > 1)
		take_other_log(&command, operands.items[1]);
	if (!r)
		files = load_sites(&command, &operands, command.other ? 2 : 1, &err);
	if (!r && !command.is_redact)
		r = print(&command);
	else if (r)
		r = cmd_fail(&err);
	if (files) /* what the log says does not depend on them */
		r = cmd_fail(&err);
	command_done(&command);
	return r;
}
