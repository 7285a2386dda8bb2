// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_log.c - twinsite log: what one end's log says */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/plain.h"
#include "base/str.h"
#include "cmd.h"
#include "device/device.h"
#include "import/import.h"
#include "import/settle.h"
#include "log/answer.h"
#include "log/place.h"
#include "log/print.h"
#include "log/redact.h"
#include "predict/one_end.h"
#include "report/findings.h"
#include "report/log_json.h"

struct log_command {
	bool is_signature, is_classes, is_redact, is_json;
	const char *firmware;
	struct log_reader *reader;
	struct arena *arena;
	struct site *sites[2], *needed;
};

static void command_done(struct log_command *command)
{
	log_reader_free(command->reader);
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

static void keep(struct log_command *command, struct kept *kept, const char *bytes,
		 size_t count)
{
	if (!kept->is_over && kept->length + count <= sizeof(kept->bytes)) {
		memcpy(kept->bytes + kept->length, bytes, count);
		kept->length += count;
		return;
	}
	if (!kept->is_over)
		log_reader_add(command->reader, kept->bytes, kept->length);
	kept->is_over = true;
	log_reader_add(command->reader, bytes, count);
}

static int read_log(struct log_command *command, const char *path, struct err *err)
{
	static char bytes[1 << 16], line[LOG_LINE_MAX];
	static struct kept kept;
	_cleanup_close_ int fd = -1;
	size_t length = 0;
	ssize_t got;

	fd = str_equal(path, "-") ? dup(STDIN_FILENO)
				  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "%s", path);
		if (command->is_redact)
			redact(line, &length, bytes, (size_t)got);
		else
			keep(command, &kept, bytes, (size_t)got);
	}
	if (length)
		redact_line(line, length);
	if (!kept.is_over)
		log_reader_add_whole(command->reader, kept.bytes, kept.length);
	log_reader_end(command->reader);
	return 0;
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

static int load_sites(struct log_command *command, const struct operands *operands,
		      struct err *err)
{
	int r = 0;

	for (unsigned int i = 1; i < 3 && i < operands->count && !r; i++)
		r = load_site(command, i - 1, operands->items[i], err);
	if (!r && operands->count > 2)
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

static int print(struct log_command *command)
{
	char signature[LOG_KINDS * LOG_SIGNATURE_MAX];
	_cleanup_buf_ struct buf text = { 0 };
	struct findings findings = { 0 };
	struct log_answer answer;

	log_answer(command->reader, &answer);
	if (command->is_signature) {
		log_reader_signature(command->reader, signature, sizeof(signature));
		buf_printf(&text, "%s\n", signature);
	} else if (command->is_classes) {
		log_print_classes(&answer, &text);
	} else if (command->is_json) {
		if (command->sites[0])
			find(command, &answer, &findings);
		report_log_json(command->reader, &answer,
				command->sites[0] ? &findings : NULL, &text);
	} else if (command->sites[0]) {
		find(command, &answer, &findings);
		log_print(command->reader, &answer, &findings, &text);
		if (findings.count)
			report_findings_text(&findings, &text);
		log_places(command->sites[0], &answer, &text);
	} else {
		log_print(command->reader, &answer, NULL, &text);
	}
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	return status_of(command->reader, &answer);
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
	.usage = "[OPTION …] LOG [FILES-OF-THIS-END [FILES-OF-THE-OTHER]]",
	.about =
		"Reads the log of one end (-: standard input), as logread, journalctl, syslog, "
		"a file, docker or the page of a firewall has it, cut, coloured, quoted or "
		"anonymised. Says how far each attempt got, what each end said, the "
		"parameter with both values, and all the faults that write such a log, no "
		"other. Many faults write the same: then it says so, and the one question to "
		"ask the other administrator. With the files of one end or both, the line of "
		"the setting and the fix.",
	.options = log_rows,
	.after = "Keys are never printed.",
	.examples =
		"logread | twinsite log -\ton the router, or through ssh\n"
		"twinsite log charon.log home office.cfg\twith both ends' files: which line",
	.statuses =
		"0 no fault that IKE sees, or nothing is proved\n"
		"1 a fault is in the log\n"
		"2 a file is not what it should be, or the call is not; the sentence says which\n"
		"3 no line was understood",
	.operands_min = 1,
	.operands_max = 3,
};

int cmd_log(int argc, char **argv)
{
	struct log_command command = { 0 };
	struct operands operands;
	struct err err = { 0 };
	int r = options_parse(&cmd_log_line, argc, argv, &command, &operands, &err);

	if (r)
		return cmd_fail(&err);
	command.arena = arena_new();
	command.reader = log_reader_new();
	r = read_log(&command, operands.items[0], &err);
	if (!r)
		r = load_sites(&command, &operands, &err);
	if (r)
		r = cmd_fail(&err);
	else if (!command.is_redact)
		r = print(&command);
	command_done(&command);
	return r;
}
