// SPDX-License-Identifier: GPL-2.0-or-later
/* folder.c - a scenario with cured files, in a folder of its own, to be rehearsed */
#include "fix/folder.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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

/* The nearest base that is healthy, without edits of its own, and no outermost; NULL. */
static const char *healthy_base(const struct scenario *scenario)
{
	for (size_t i = 1; i + 1 < scenario->folders.count; i++) {
		const char *folder = scenario->folders.items[i];
		_cleanup_(scenario_freep) struct scenario *base = NULL;

		if (!scenario_load(*folder ? folder : ".", &base, NULL) &&
		    !base->faults.count && !base->edits.count)
			return folder;
	}
	return NULL;
}

/* An overlay of that base with the cured files, each site's in a folder of its name. */
static int write_overlay(const struct fix_pair *cured, const char *base,
			 const char *folder, struct err *err)
{
	_cleanup_free_ char *real = realpath(*base ? base : ".", NULL);
	_cleanup_buf_ struct buf yml = { 0 };
	int r = real ? 0 : err_sys(err, errno, "%s", base);

	buf_printf(&yml,
		   "# The cured files, with what its base expects.\nbase: %s\nsites:\n",
		   real ? real : "");
	for (size_t i = 0; i < 2 && !r; i++) {
		const char *name = cured->ends[i].name;

		buf_printf(&yml, "  %s: { files: %s }\n", name, name);
		r = write_site(cured, &cured->ends[i], name, folder, err);
	}
	return r ? r
		 : write_below(cured->arena, folder, "scenario.yml", buf_text(&yml),
			       yml.length, err);
}

int fix_make_folder(const struct scenario *scenario, const struct fix_pair *cured,
		    const char *folder, struct err *err)
{
	const char *base = scenario->folders.items[scenario->folders.count - 1];
	_cleanup_(scenario_freep) struct scenario *root = NULL;
	_cleanup_free_ char *yml = NULL;
	const char *healthy = healthy_base(scenario);
	size_t length = 0;
	int r = healthy ? file_make_secret_folder(folder, err)
			: scenario_load(*base ? base : ".", &root, err);

	if (healthy)
		return r ? r : write_overlay(cured, healthy, folder, err);
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
