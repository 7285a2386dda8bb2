/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.h - a device file as plain lines, whatever wrote it
 *
 * Files come from terminals, Windows editors and mail programs. This turns their
 * bytes into text that every importer can read: UTF-16 (by its byte order mark,
 * or when every second byte is zero) becomes UTF-8, a UTF-8 mark is dropped, CR LF
 * and CR alone become LF, NUL bytes become U+FFFD. Other bytes stay as they are,
 * also where they are no UTF-8: a key with Latin-1 letters is these bytes.
 * Line numbers are those an editor shows.
 */
#ifndef TWINSITE_IMPORT_TEXT_H
#define TWINSITE_IMPORT_TEXT_H

#include <stddef.h>

struct buf;

/* Appends to out; never fails, whatever the bytes are. */
void import_text_normalise(const char *bytes, size_t length, struct buf *out);

#endif
