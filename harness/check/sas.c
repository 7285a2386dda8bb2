// SPDX-License-Identifier: GPL-2.0-or-later
/* sas.c - a walk over the SAs of an end, as charon listed them */
#include "check/sas.h"

const json_t *sas_next(struct sas_walk *walk)
{
	json_t *entry;

	walk->child_at = NULL;
	walk->sa = NULL;
	while ((entry = json_array_get(walk->sas, walk->entry))) {
		walk->at = walk->at ? json_object_iter_next(entry, walk->at)
				    : json_object_iter(entry);
		if (walk->at) {
			walk->name = json_object_iter_key(walk->at);
			walk->sa = json_object_iter_value(walk->at);
			return walk->sa;
		}
		walk->entry++;
	}
	return NULL;
}

const json_t *sas_next_child(struct sas_walk *walk)
{
	do {
		json_t *children = json_object_get(walk->sa, "child-sas");

		walk->child_at = walk->child_at
					 ? json_object_iter_next(children, walk->child_at)
					 : json_object_iter(children);
		if (walk->child_at)
			return json_object_iter_value(walk->child_at);
	} while (sas_next(walk));
	return NULL;
}
