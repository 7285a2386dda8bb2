/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox.h - an AVM FRITZ!Box's VPN: vpncfg files and full exports (devices.md 2)
 *
 * Sources may be a vpn.cfg (the file of AVM's "configure FRITZ!Box VPN" program or of a
 * generator), a full .export, or the parts of one as files (vpn.cfg, ar7.cfg). A vpncfg
 * says nothing about interfaces: the LAN comes from phase2localid unless ar7.cfg is
 * there. What AVM does not document is marked REMARK_ASSUMED.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_H
#define TWINSITE_IMPORT_FRITZBOX_H

#include <stddef.h>

#include "device/keys.h"
#include "import/import.h"
#include "model/site.h"

struct err;

/*
 * An import_function (import.h). options->firmware ("6.30", "113.07.29") decides
 * whether SHA2-512 is offered where a strategy says "all"; a full export says it itself.
 */
int fritzbox_import(struct site *site, const struct import_source *sources, size_t count,
		    const struct import_options *options, struct err *err);

/* Every key of every vpncfg in the sources, in the order of the files, in the arena. */
void fritzbox_list_keys(struct arena *arena, const struct import_source *sources,
			size_t count, struct key_listings *ret_listings);

#endif
