/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongswan_settings.h - the grammar of swanctl.conf and strongswan.conf
 *
 * "section { key = value }", '#' comments, quoted strings, "section : reference { … }".
 * Two things that surprise people are kept as strongSwan does them: an unquoted value
 * ends at '#' and at '}', and its words are joined by single blanks (devices.md 1.2.4).
 * Reading never fails: mistakes are remarked with their line. `include` is followed in
 * place, in whatever section it stands, into the files that were given; one that names
 * none of them is remarked as not rehearsed.
 */
#ifndef TWINSITE_IMPORT_STRONGSWAN_SETTINGS_H
#define TWINSITE_IMPORT_STRONGSWAN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "import/strongswan_files.h"
#include "model/site.h"

#define SETTINGS_DEPTH_MAX 12

struct settings_node {
	const char *name;
	const char *value;	/* NULL: a section */
	size_t length;		/* of the value */
	bool is_cut_by_comment; /* unquoted, and "#" right behind a character */
	struct origin at;
	struct settings_node *parent, *next, *children, *last_child;
	bool is_referred; /* ": name": others take values from it */
};

/*
 * Read one of the files into root; several may be read into one root, later values
 * replace earlier ones, as `include` does. Each that was read is marked so. Remarks go to
 * the site, memory is the site's arena.
 */
void settings_parse(struct site *site, struct strongswan_files *files,
		    struct strongswan_file *file, struct settings_node *root);

struct settings_node *settings_find(const struct settings_node *section,
				    const char *name);

/* Names of the tree look like "ike-acme"; the list of section's children is in order. */
#define settings_foreach(child, section)                                           \
	for (struct settings_node *child = (section) ? (section)->children : NULL; \
	     child; child = child->next)

#endif
