/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * apply.h - an edit made in the text of a device's file
 *
 * Pure: text in, text out. What is not changed stays byte for byte, line ends included.
 * Each language takes a statement the way its administrators write it:
 *
 *	UCI		option K 'V'	replaces K in the section of the line, else stands
 *					below the section's head; list K 'V' is one more
 *					entry; no option K takes it away
 *	swanctl.conf	K = V		the same in the innermost block of the line;
 *	vpn.cfg		K = V;		P { K = V } in its block P, which is made if missing
 *	ipsec.conf	K=V		in the conn of the line
 *	ScreenOS	set …, unset …	a line behind all others (the device takes commands
 *					in order); K V: the word after K on that line
 *	Junos		set …, delete …,	a line behind all others in a file of set commands;
 *			activate …	a file with braces is walked down the same path,
 *					and activate takes `inactive:` out of the line
 */
#ifndef TWINSITE_FIX_APPLY_H
#define TWINSITE_FIX_APPLY_H

#include <stddef.h>

#include "device/language.h"
#include "finding/edit.h"

struct buf;
struct err;

/* The language of a device's file, by its name and, for Junos, its text. */
enum edit_language edit_language(enum device_kind kind, const char *file,
				 const char *text);

/*
 * out: the changed text. Returns 0, or -EINVAL with a sentence (without file and line)
 * when the statement is none of that language or its place is not in the text; out is
 * undefined then.
 */
int edit_apply(enum edit_language language, const struct edit *edit, const char *text,
	       struct buf *out, struct err *err);

#endif
