/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - the version of this program, for --version and for what it writes */
#ifndef TWINSITE_BASE_VERSION_H
#define TWINSITE_BASE_VERSION_H

#define TWINSITE_VERSION "0.1"

#endif
