/* SPDX-License-Identifier: GPL-2.0-or-later */
/* strongswan_children.h - the CHILD SAs of a strongSwan connection (inner layer) */
#ifndef TWINSITE_IMPORT_STRONGSWAN_CHILDREN_H
#define TWINSITE_IMPORT_STRONGSWAN_CHILDREN_H

#include "import/strongswan_conn.h"

/* Add conn's children to the tunnel, and say when the tunnel starts. */
void strongswan_children_import(struct site *site, const struct strongswan_conn *conn,
				struct tunnel *tunnel);

#endif
