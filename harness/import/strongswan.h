/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongswan.h - swanctl.conf, ipsec.conf and ipsec.secrets, strongswan.conf
 *
 * For a host that runs strongSwan directly. It has no firewall of its own in these files
 * (FIREWALL_OPEN), and no interfaces: the LAN is taken from the first local network.
 */
#ifndef TWINSITE_IMPORT_STRONGSWAN_H
#define TWINSITE_IMPORT_STRONGSWAN_H

#include "import/import.h"

/* An import_function (import.h). */
int strongswan_import(struct site *site, const struct import_source *sources,
		      size_t count, const struct import_options *options,
		      struct err *err);

/*
 * The tunnels alone, added to a site whose network and firewall another importer has
 * read: an OpenWrt router with an ipsec.conf of its own.
 */
void strongswan_import_tunnels(struct site *site, const struct import_source *sources,
			       size_t count);

#endif
