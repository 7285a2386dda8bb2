/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openwrt_command.h - what a command of a router's own script may change of a tunnel
 *
 * Nothing is run here. A command that we know to ask, to talk or to keep a file of its own
 * touches nothing, one that starts or ends IPsec touches what happens later, and whatever
 * is not known may do anything.
 */
#ifndef TWINSITE_IMPORT_OPENWRT_COMMAND_H
#define TWINSITE_IMPORT_OPENWRT_COMMAND_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/aspect.h"

struct shell_command;

/* Starts or ends the daemon, and no more: that happens at other times. */
#define OPENWRT_TOUCHES_RESTART (ASPECT_LIFE | ASPECT_TEARDOWN)
#define OPENWRT_TOUCHES_ALL	(ASPECTS_TRAFFIC | ASPECT_DNS | OPENWRT_TOUCHES_RESTART)

/*
 * Aspects that a command, and what it writes to, may change: all, unless it is known to
 * look only, or to write to files of its own.
 */
unsigned int openwrt_command_touches(const struct shell_command *command);

/* All that a script's text may change by what stands in it. */
unsigned int openwrt_script_touches(struct arena *arena, const char *text);

/*
 * What rests on a command that is not there, and that a script called ("ubus",
 * "/etc/init.d/cron"): what it would do itself, and where a script asks it something,
 * whatever the script may do with the answer. text: of the script.
 */
unsigned int openwrt_missing_touches(struct arena *arena, const char *name,
				     const char *text);

/*
 * Is it the init script of a service that the firmware has besides IPsec
 * ("etc/init.d/dnsmasq"), with nothing in its text that may change a tunnel? What it does
 * at the boot is modelled, or has nothing to do with one. A text that does more is one's
 * own, whatever its name.
 */
bool openwrt_is_firmware_service(struct arena *arena, const char *name, const char *text);

#endif
