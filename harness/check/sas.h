/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sas.h - a walk over the SAs of an end, as charon listed them
 *
 * What VICI's list-sas says is kept as an array of objects, each with IKE SAs by the
 * name of their connection, each with CHILD SAs under "child-sas". Everything is
 * borrowed from that array; what is missing or of another type is passed over.
 *
 *	struct sas_walk walk = { .sas = check_sas(input, site, "up") };
 *	while ((sa = sas_next(&walk)))
 */
#ifndef TWINSITE_CHECK_SAS_H
#define TWINSITE_CHECK_SAS_H

#include <jansson.h>
#include <stddef.h>

struct sas_walk {
	const json_t *sas; /* the list; NULL is an empty one */

	/* Where the walk stands; the name is NULL before the first SA. */
	const char *name; /* the connection of that IKE SA */
	const json_t *sa;
	size_t entry;
	void *at, *child_at; /* iterators of jansson */
};

/* The next IKE SA; NULL: that was the last. */
const json_t *sas_next(struct sas_walk *walk);

/* The next CHILD SA, of whichever IKE SA it is; NULL: that was the last. */
const json_t *sas_next_child(struct sas_walk *walk);

#endif
