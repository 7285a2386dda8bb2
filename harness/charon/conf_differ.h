/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_differ.h - what two configurations would tell charon differently
 *
 * Child by child, each with all that its connection says: one connection with two children
 * and two connections with one each are the same. Names, the own address (which of two
 * may be that of another moment) and secrets are not compared.
 */
#ifndef TWINSITE_CHARON_CONF_DIFFER_H
#define TWINSITE_CHARON_CONF_DIFFER_H

#include "charon/conf.h"

struct conf_difference {
	const char *
		key; /* "version", "child.mode", "local-1.id"; NULL: one of them has no such child */
	const char *a, *b; /* values; NULL: not said */
};

struct conf_differences {
	struct conf_difference *items;
	size_t count, room;
};

/* Texts are in the arena. */
void conf_differ(const struct conf *a, const struct conf *b, struct arena *arena,
		 struct conf_differences *ret_differences);

#endif
