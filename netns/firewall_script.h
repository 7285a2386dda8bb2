/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewall_script.h - the pure parts of firewall_script(), for its test */
#ifndef TWINSITE_NETNS_FIREWALL_SCRIPT_H
#define TWINSITE_NETNS_FIREWALL_SCRIPT_H

#include "netns/firewall.h"

struct arena;
struct buf;

/* What the shell is given to run instead of script, added to text. */
void firewall_script_prepare(const char *script, enum firewall_backend backend,
			     struct buf *text);

/* Find the failures in what it wrote on stderr. */
void firewall_script_read(const char *errors, const char *script, struct arena *arena,
			  struct firewall_failure_list *failures);

#endif
