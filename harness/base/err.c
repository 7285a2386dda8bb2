// SPDX-License-Identifier: GPL-2.0-or-later
/* err.c - a sentence that says what went wrong */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One line, whatever the words in it are: nobody's file adds a line of its own. */
static void flatten(struct err *err)
{
	for (char *c = err->text; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
}

/* A new error, of no kind yet; an errno is meant, whichever sign it is given with. */
static int begin(struct err *err, int code)
{
	code = code < 0 ? code : -code;
	if (err) {
		err->code = code;
		err->kind = ERR_BY_CODE;
		err->missing[0] = '\0';
	}
	return code;
}

int err_set(struct err *err, int code, const char *format, ...)
{
	va_list ap;

	code = begin(err, code);
	if (!err)
		return code;
	va_start(ap, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	flatten(err);
	return code;
}

int err_sys(struct err *err, int code, const char *format, ...)
{
	va_list ap;
	size_t used;

	code = begin(err, code);
	if (!err)
		return code;
	va_start(ap, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	flatten(err);
	used = strlen(err->text);
	(void)snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		       strerror(-code));
	return code;
}

int err_wrap(struct err *err, const char *format, ...)
{
	char inner[ERR_TEXT_MAX];
	va_list ap;
	size_t used;

	if (!err)
		return -1;
	memcpy(inner, err->text, sizeof(inner));
	va_start(ap, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	flatten(err);
	used = strlen(err->text);
	(void)snprintf(err->text + used, sizeof(err->text) - used, ": %s", inner);
	return err->code;
}

int err_mark(struct err *err, enum err_kind kind)
{
	if (!err)
		return -1;
	err->kind = kind;
	return err->code;
}

int err_missing(struct err *err, const char *format, ...)
{
	va_list arguments;

	if (!err)
		return -1;
	va_start(arguments, format);
	(void)vsnprintf(err->missing, sizeof(err->missing), format, arguments);
	va_end(arguments);
	/* A word of a shell, and of a list: "kernel ESP" is "kernel-ESP". */
	for (char *c = err->missing; *c; c++)
		*c = *c == ' ' ? '-' : *c;
	return err_mark(err, ERR_MISSING);
}

enum err_kind err_kind_of(const struct err *err)
{
	if (err->kind != ERR_BY_CODE)
		return err->kind;
	switch (-err->code) {
	case EINVAL:
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EEXIST:
	case EACCES:
	case ELOOP:
	case ENAMETOOLONG:
	case E2BIG:
	case EFBIG:
	case EBADMSG:
		return ERR_INPUT;
	default:
		return ERR_BROKE;
	}
}
