/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl.h - the kernel settings of a router that is Linux: does it forward at all?
 *
 * /etc/sysctl.conf and /etc/sysctl.d/NAME.conf (sysctl.conf(5)). Of their keys only forwarding
 * matters here; the others are not ours and are passed over.
 */
#ifndef TWINSITE_IMPORT_SYSCTL_H
#define TWINSITE_IMPORT_SYSCTL_H

#include <stdbool.h>

struct site;

/* Is the file one of them, by its name? */
bool sysctl_is(const char *name);

/*
 * Take over what a file says; a later call overrides an earlier one. The name is kept
 * for origins and borrowed, the text may go.
 */
void sysctl_read(struct site *site, const char *name, const char *text);

#endif
