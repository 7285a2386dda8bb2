/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - the one place that says which version this is; the Makefile and packages read it here */
#ifndef TWINSITE_BASE_VERSION_H
#define TWINSITE_BASE_VERSION_H

#define TWINSITE_VERSION "0.9"
#define TWINSITE_DATE	 "November 29, 2026" /* of the manual, as mdoc(7) writes it */

/*
 * "0.9 (sources 3f2a91c0d4e5)": the version, and the beginning of a SHA-256 of all that the
 * program is compiled of. Two builds of one tree say the same, of two trees not.
 */
const char *version_text(void);

#endif
