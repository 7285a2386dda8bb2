// SPDX-License-Identifier: GPL-2.0-or-later
/* exit.c - the exit status of every subcommand: one table */
#include "base/exit.h"

#include <stddef.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"

#define EXIT_ROW(name, number, text) { name, text },
static const struct exit_row {
	int status;
	const char *text;
} rows[] = { EXIT_STATUSES(EXIT_ROW) };
#undef EXIT_ROW

int exit_of_err(const struct err *err)
{
	if (!err->code)
		return EXIT_OK;
	switch (err_kind_of(err)) {
	case ERR_INPUT:
		return EXIT_BAD_INPUT;
	case ERR_MISSING:
		return EXIT_MISSING;
	case ERR_BY_CODE:
	case ERR_BROKE:
		break;
	}
	return EXIT_BROKE;
}

void exit_without_memory(void)
{
	static const char sentence[] = "twinsite: out of memory\n";

	(void)!write(STDERR_FILENO, sentence, sizeof(sentence) - 1);
	_exit(EXIT_BROKE);
}

/* The place in the table, from 1; 0: not in it, as a signal. */
static size_t rank(int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].status == status)
			return i + 1;
	return 0;
}

int exit_worst(int a, int b)
{
	return rank(b) < rank(a) ? b : a;
}

void exit_help(struct buf *out)
{
	buf_puts(out, "\nExit status:\n");
	/* As one looks for them: by the number. */
	for (int status = EXIT_OK; status < EXIT_SIGNAL; status++)
		if (rank(status))
			buf_printf(out, "  %-4d%s\n", status,
				   rows[rank(status) - 1].text);
	buf_puts(out, "  128+N ended by signal N\n"
		      "Of several results the first of");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		buf_printf(out, "%s %d", i ? "," : "", rows[i].status);
	buf_puts(out, " counts.\n");
}
