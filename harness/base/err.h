/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * err.h - a sentence that says what went wrong
 *
 * Functions that can fail return 0 or a negative errno and, as their last
 * parameter, take a struct err that lives on the caller's stack. Nothing is to
 * be freed. Bad input of a user is -EINVAL (exit status 2); something that this
 * machine cannot do is -ENOTSUP (exit status 75).
 */
#ifndef TWINSITE_BASE_ERR_H
#define TWINSITE_BASE_ERR_H

#define ERR_TEXT_MAX 768

struct err {
	int code;		 /* negative errno, 0 when nothing was set */
	char text[ERR_TEXT_MAX]; /* one sentence, no newline, no full stop needed */
};

/*
 * Set the sentence and return -code, so that a function fails in one line:
 *	return err_set(err, EINVAL, "%s:%u: unknown option '%s'", file, line, word);
 * code is a positive errno. err may be NULL.
 */
int err_set(struct err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set(), with ": " and strerror(code) behind the sentence. */
int err_sys(struct err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Put "prefix: " before the sentence that is already there ("outer: inner").
 * Returns the code that was set before.
 */
int err_wrap(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
