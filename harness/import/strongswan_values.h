/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongswan_values.h - the values of strongSwan's files: times, switches, proposals
 *
 * Inner layer of import/strongswan. An unset text gives the fallback with its origin.
 */
#ifndef TWINSITE_IMPORT_STRONGSWAN_VALUES_H
#define TWINSITE_IMPORT_STRONGSWAN_VALUES_H

#include <stdbool.h>

#include "import/strongswan_conn.h"

/* "4h", "30m", "3600s", "3600" in seconds; fallback NULL: not set. Wrong: remarked. */
struct number strongswan_time(struct site *site, const struct text *text,
			      const char *fallback, struct origin fallback_at);

/* yes, no and their synonyms. */
struct flag strongswan_flag(struct site *site, const struct text *text, bool fallback,
			    struct origin fallback_at);

/*
 * The list of proposals to walk with strongswan_proposal_take(), NULL when there is
 * none. ipsec.conf adds the defaults unless the list ends with '!'.
 */
const char *strongswan_proposal_text(struct site *site, const struct text *text,
				     enum strongswan_dialect dialect, bool *has_default);

/*
 * The next proposal; false: the end. One that strongSwan does not accept is remarked and
 * stays in the list, with a word that has no algorithm: swanctl discards the connection
 * with it, and so does charon for starter (5.9.8 logs "skipped invalid proposal string"
 * and adds no such connection, even when other proposals of the list are good).
 */
bool strongswan_proposal_take(struct site *site, const char **list,
			      enum strongswan_dialect dialect, struct origin at,
			      bool *has_default, struct proposal *ret_proposal);

/*
 * A key or a value for which the connection is discarded: vici refuses it, and the starter
 * ignores a conn with a parsing error.
 */
void strongswan_discards(struct remark *remark, const char *advice);

#endif
