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

#include "import/strongswan_files.h"
#include "model/site.h"
#include "text/tree.h"

#define SETTINGS_DEPTH_MAX 12

/*
 * Read one of the files into root; several may be read into one root, later values
 * replace earlier ones, as `include` does; names are unique in a section. Each file that was
 * read is marked so, and what others refer to is used. Remarks go to the site, memory is its arena.
 */
void settings_parse(struct site *site, struct strongswan_files *files,
		    struct strongswan_file *file, struct tree_node *root);

#endif
