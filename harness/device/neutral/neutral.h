/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * neutral.h - a form for any device (harness/doc/neutral.md); private to the folder
 *
 * Nobody's file: an administrator types in what the pages of a device show that has no
 * importer. A key that the form has not is an error, as it would be typed in vain.
 */
#ifndef TWINSITE_DEVICE_NEUTRAL_H
#define TWINSITE_DEVICE_NEUTRAL_H

#include "import/import.h"

struct render;

import_function neutral_import;
void render_neutral(struct render *render, struct import_sources *sources);

extern const char neutral_form[]; /* filled in with examples, each line explained */

/* Values of the form, by the model's enumerators; the last row has NULL. */
struct neutral_word {
	const char *word;
	int value;
};
extern const struct neutral_word neutral_ids[];	   /* enum id_type: "fqdn" */
extern const struct neutral_word neutral_starts[]; /* enum start_condition: "at once" */
/* The word of a value; NULL: none. */
const char *neutral_word_of(const struct neutral_word *words, int value);

/* Of the two keys that say what the form does not ask for rule by rule. */
#define NEUTRAL_FIREWALL_YES "passes the tunnel"
#define NEUTRAL_NAT_YES	     "exempt"

#endif
