/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * redact.h - take the keys out of a line of a log
 *
 * Daemons at their highest level write session keys, pre-shared keys and whole messages,
 * and people paste that. What is taken out is told by its form, whoever wrote it:
 *
 *	rows of a hex dump, "   0: 8C 3B 11 …", "|   8c 3b …"	the bytes
 *	16 bytes or more in hex digits, also "ab:cd:…", "abcd1234 …"	the digits
 *	a value behind psk, secret, password, pre-shared-key …	the value
 *	"0s" and base64 behind it				the value
 *
 * Times, addresses, names, cookies and SPIs stay: they are what a log is read for.
 */
#ifndef TWINSITE_LOG_REDACT_H
#define TWINSITE_LOG_REDACT_H

#include <stddef.h>

/* The line without secrets, cut where ret_text is full. Returns what is taken out, 0: nothing. */
size_t log_redact(const char *bytes, size_t length, char *ret_text, size_t size);

#endif
