/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysctl.h - the kernel settings of a router that is Linux: does it forward at all?
 *
 * /etc/sysctl.conf and /etc/sysctl.d/NAME.conf (sysctl.conf(5)). Forwarding is
 * rehearsed; a strict reverse path filter, and keys that take an interface out of IPsec, are
 * named as what is not; the others are not ours and are passed over.
 */
#ifndef TWINSITE_IMPORT_SYSCTL_H
#define TWINSITE_IMPORT_SYSCTL_H

#include <stdbool.h>

struct site;

/* Is the file one of them, by its name? */
bool sysctl_is(const char *name);

/*
 * Take over what a file says; a later call overrides an earlier one, but sysctl.conf all of
 * sysctl.d. The name is kept
 * for origins and borrowed, the text may go.
 */
void sysctl_read(struct site *site, const char *name, const char *text);

#endif
