/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * err.h - a sentence that says what went wrong
 *
 * Functions that can fail return 0 or a negative errno and, as their last
 * parameter, take a struct err that lives on the caller's stack. Nothing is to
 * be freed. What an error means for the whole program is its kind: most often its
 * code tells (-EINVAL: bad input), and who knows better marks it (base/exit.h has the
 * exit status of each kind).
 */
#ifndef TWINSITE_BASE_ERR_H
#define TWINSITE_BASE_ERR_H

#define ERR_TEXT_MAX 768

enum err_kind {
	ERR_BY_CODE, /* nobody said: err_kind_of() goes by the code */
	ERR_INPUT,   /* files, arguments: what somebody gave us is wrong */
	ERR_BROKE,   /* ours or the machine's fault: no memory, a full disk, a bug */
	ERR_MISSING, /* a capability that was probed before anything was done is not here */
};

#define ERR_WORD_MAX 48

struct err {
	int code; /* negative errno, 0 when nothing was set */
	enum err_kind kind;
	char missing[ERR_WORD_MAX]; /* of ERR_MISSING, see err_missing(); "": not said */
	char text[ERR_TEXT_MAX];    /* one sentence, no newline, no full stop needed */
};

/*
 * Set the sentence and return -code, so that a function fails in one line:
 *	return err_set(err, EINVAL, "%s:%u: unknown option '%s'", file, line, word);
 * code is an errno; either sign is understood. err may be NULL.
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

/*
 * Say what kind of error was set before: by who writes output, or carries out what
 * cannot be the user's fault. Returns its code. err may be NULL.
 */
int err_mark(struct err *err, enum err_kind kind);

/*
 * As err_mark(ERR_MISSING), with the word by which harness/capability.sh probes for what
 * is not here: "native", "libipsec/netem". A skip is believed only if it has one.
 */
int err_missing(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * As marked, else by the code: what can be wrong with a path or a file's content is
 * ERR_INPUT, everything else ERR_BROKE. Never ERR_BY_CODE.
 */
enum err_kind err_kind_of(const struct err *err);

#endif
