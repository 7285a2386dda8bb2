// SPDX-License-Identifier: GPL-2.0-or-later
/* folder.c - a scenario with cured files, in a folder of its own, to be rehearsed */
#include "fix/folder.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "scenario/scenario.h"

static int write_below(struct arena *arena, const char *folder, const char *name,
		       const char *bytes, size_t length, struct err *err)
{
	const char *path = arena_printf(arena, "%s/%s", folder, name);
	int r = file_make_secret_folder(dirname(arena_strdup(arena, path)), err);

	return r ? r : file_write_secret(path, bytes, length, err);
}

/* What stands behind `files:`, below the folder of the scenario. */
static const char *files_of(const struct scenario *root, const char *site,
			    const char *folder)
{
	vec_foreach (item, &root->sites)
		if (str_equal(item->name, site) && item->files &&
		    str_starts(item->files, folder))
			return item->files + strlen(folder) + 1;
	return NULL;
}

static int write_site(const struct fix_pair *cured, const struct fix_end *end,
		      const char *files, const char *folder, struct err *err)
{
	int r = 0;

	if (!files)
		return err_set(err, -EINVAL, "%s: its files are not below its scenario",
			       end->name);
	for (size_t i = 0; i < end->sources.list.count && !r; i++) {
		const struct import_source *source = &end->sources.list.items[i];
		/* `files:` may name the one file itself. */
		const char *name =
			end->sources.list.count == 1 && str_ends(files, source->name)
				? files
				: arena_printf(cured->arena, "%s/%s", files,
					       source->name);

		r = write_below(cured->arena, folder, name, source->bytes, source->length,
				err);
	}
	return r;
}

int fix_make_folder(const struct scenario *scenario, const struct fix_pair *cured,
		    const char *folder, struct err *err)
{
	const char *base = scenario->folders.items[scenario->folders.count - 1];
	_cleanup_(scenario_freep) struct scenario *root = NULL;
	_cleanup_free_ char *yml = NULL;
	size_t length = 0;
	int r = scenario_load(*base ? base : ".", &root, err);

	if (!r)
		r = file_read_below(*base ? base : ".", "scenario.yml", FILE_SIZE_MAX,
				    &yml, &length, err);
	if (!r)
		r = file_make_secret_folder(folder, err);
	for (size_t i = 0; i < 2 && !r; i++) {
		const struct fix_end *end = &cured->ends[i];

		r = write_site(cured, end, files_of(root, end->name, *base ? base : "."),
			       folder, err);
	}
	return r ? r
		 : write_below(cured->arena, folder, "scenario.yml", yml, length, err);
}
