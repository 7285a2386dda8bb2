/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * junos_secret.h - Junos' "$9$" form of secrets
 *
 * Not a cipher: everybody can read it. Each character is written as the distances
 * between neighbours in a fixed alphabet of 65 letters; the first letter says how
 * many random letters follow it.
 */
#ifndef TWINSITE_IMPORT_JUNOS_SECRET_H
#define TWINSITE_IMPORT_JUNOS_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decode text ("$9$…") into bytes, which have room for strlen(text). Returns 0 and
 * the number of bytes, or -EINVAL when the text is not in this form.
 */
int junos_secret_decode(const char *text, uint8_t *bytes, size_t *ret_length);

/*
 * The other way: a text that junos_secret_decode() reads. salt chooses one of the
 * possible spellings. text has room for JUNOS_SECRET_ROOM(length). Returns its length.
 */
size_t junos_secret_encode(const uint8_t *bytes, size_t length, unsigned int salt,
			   char *text);

#define JUNOS_SECRET_ROOM(length) ((length)*4 + 8)

#endif
