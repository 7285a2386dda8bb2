/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf_modules.h - which parts of a guest kernel a configuration's CHILD SAs may need */
#ifndef TWINSITE_CHARON_CONF_MODULES_H
#define TWINSITE_CHARON_CONF_MODULES_H

#include <stdbool.h>

struct conf;
struct alg;

/*
 * In a guest, load what the kernel needs for whatever may be negotiated: what the written
 * ESP proposals name where they name all, else everything. Elsewhere nothing happens.
 */
void conf_load_modules(const struct conf *conf);

/*
 * Is all known that CHILD SAs of this configuration may consist of? take() is called with
 * each algorithm; false as soon as it is not.
 */
bool conf_foreach_esp_alg(const struct conf *conf,
			  bool (*take)(const struct alg *alg, void *user), void *user);

/* The modules for an algorithm beyond those that are always there; NULL: not known. */
const char *const *conf_modules_of(const struct alg *alg);

#endif
