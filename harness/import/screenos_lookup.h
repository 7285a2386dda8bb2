/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screenos_lookup.h - the names of a policy, looked up in address and service books
 *
 * Part of the ScreenOS importer, see screenos_reader.h.
 */
#ifndef TWINSITE_IMPORT_SCREENOS_LOOKUP_H
#define TWINSITE_IMPORT_SCREENOS_LOOKUP_H

#include "import/screenos_reader.h"

/* The source or the destination of a policy, looked up. */
struct sos_side {
	VEC(struct prefix_value) prefixes;
	VEC(struct text) names;
	bool is_any;
	bool has_group;
	bool is_wrong; /* a name is not there: the device refuses the policy */
};

/* What the services of a policy are made of. */
struct sos_services {
	VEC(struct sos_service_entry) entries;
	bool is_any;
	bool is_wrong;
};

/* A policy with all its names resolved. */
struct sos_lookup {
	const struct sos_policy *policy;
	struct sos_side src, dest;
	struct sos_services services;
};

/*
 * False, with a remark, when the device refuses the policy because a name is not there,
 * or when no network is left: an empty vector would mean any address in a rule.
 */
bool sos_policy_lookup(struct reader *reader, const struct sos_policy *policy,
		       struct sos_lookup *ret_lookup);

/* Add a service, or all of a group, to depth SCREENOS_GROUP_DEPTH; begin with 0. */
void sos_services_add(struct reader *reader, struct sos_services *services,
		      const struct text *name, unsigned int depth);

#endif
