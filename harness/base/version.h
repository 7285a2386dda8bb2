/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - the one place that says which version this is; the Makefile and packages read it here */
#ifndef TWINSITE_BASE_VERSION_H
#define TWINSITE_BASE_VERSION_H

#define TWINSITE_VERSION "0.9"
#define TWINSITE_DATE	 "November 29, 2026" /* of the manual, as mdoc(7) writes it */

#endif
