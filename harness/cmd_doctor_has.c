// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_doctor_has.c - twinsite doctor --has: one plane, or one feature of it, for scripts */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "netns/plane.h"

/* "kernel-ESP" is "kernel ESP": a word of a shell; 0 when there is no such feature. */
static unsigned int feature_parse(const char *word)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s", word);
	for (char *c = text; *c; c++)
		*c = *c == '-' ? ' ' : *c;
	for (unsigned int bit = 1; bit & PLANE_ALL_FEATURES; bit <<= 1)
		if (str_equal(text, plane_feature_name(bit)))
			return bit;
	return 0;
}

static int any_has(unsigned int feature)
{
	for (unsigned int plane = 0; plane < PLANE_COUNT; plane++) {
		struct plane_status status = { 0 };

		plane_probe((enum plane)plane, &status);
		if (status.is_usable && (status.features & feature))
			return EXIT_OK;
	}
	(void)puts("no plane that works here has that");
	return EXIT_MISSING;
}

int doctor_has(const char *what)
{
	struct plane_status status = { 0 };
	struct err err = { 0 };
	unsigned int feature;
	enum plane plane = PLANE_NATIVE;
	char name[64];
	const char *slash = strchr(what, '/');

	(void)snprintf(name, sizeof(name), "%.*s", slash ? (int)(slash - what) : 63,
		       what);
	if ((!slash || !str_equal(name, "any")) && plane_parse(name, &plane, &err))
		return cmd_fail(&err);
	feature = slash ? feature_parse(slash + 1) : 0;
	if (slash && !feature) {
		(void)err_set(&err, EINVAL, "doctor: unknown feature '%s'", slash + 1);
		return cmd_fail(&err);
	}
	if (feature && str_equal(name, "any"))
		return any_has(feature);
	plane_probe(plane, &status);
	if (!status.is_usable || (status.features & feature) != feature) {
		(void)printf("%s\n",
			     status.is_usable ? "it does not have that" : status.reason);
		return EXIT_MISSING;
	}
	return EXIT_OK;
}
