// SPDX-License-Identifier: GPL-2.0-or-later
/* reading.c - by whose rules a device's files were read, in a sentence */
#include "predict/reading.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "predict/predict.h"

/* The generators read no more than these: the firewall is the same in all readings. */
static size_t ipsec_sources(const struct import_source *sources, size_t count,
			    struct import_source *ret_sources)
{
	size_t found = 0;

	for (size_t i = 0; i < count && found < IMPORT_SOURCES_MAX; i++)
		if (count == 1 || str_ends(sources[i].name, "config/ipsec") ||
		    str_ends(sources[i].name, "config/swanctl") ||
		    str_ends(sources[i].name, "config/network"))
			ret_sources[found++] = sources[i];
	return found;
}

struct site *predict_read_as(enum device_kind kind, const struct import_source *sources,
			     size_t count, const char *name, const char *firmware)
{
	const struct import_options options = import_options_of(firmware);
	struct import_source own[IMPORT_SOURCES_MAX];
	const size_t own_count = ipsec_sources(sources, count, own);
	struct site *site = NULL;
	struct err err = { 0 };

	/* A reading that fails is left out: the one that was asked for did not. */
	if (!own_count || site_import(kind, name, own, own_count, &options, &site, &err))
		return NULL;
	return site;
}

static bool is_as_documented(struct arena *arena, const struct site *documented,
			     const struct site *rendered)
{
	const struct predict_input input = { .arena = arena };
	struct findings findings = { 0 };

	predict_readings(&input, documented, &rendered, 1, &findings);
	return !findings.count;
}

/* The firmwares that do what the words mean, ", " between them. */
static const char *firmwares_as_documented(struct arena *arena,
					   const struct import_source *sources,
					   size_t count, const struct site *site)
{
	_cleanup_(site_freep) struct site *documented =
		predict_read_as(site->kind, sources, count, site->name, "documented");
	_cleanup_buf_ struct buf names = { 0 };

	for (const char *const *name = device_of(site->kind)->releases();
	     documented && *name; name++) {
		_cleanup_(site_freep) struct site *rendered =
			predict_read_as(site->kind, sources, count, site->name, *name);

		if (rendered && is_as_documented(arena, documented, rendered))
			buf_printf(&names, "%s%s", names.length ? ", " : "", *name);
	}
	return names.length ? arena_strdup(arena, buf_text(&names)) : NULL;
}

static const char *as_documented(struct arena *arena, const struct import_source *sources,
				 size_t count, const struct site *site)
{
	const char *names = firmwares_as_documented(arena, sources, count, site);

	if (!names)
		return arena_printf(arena,
				    "%s is read as documented; no firmware does this",
				    site->name);
	return arena_printf(arena, "%s is read as documented; so do the scripts of %s",
			    site->name, names);
}

const char *predict_reading(struct arena *arena, const struct import_source *sources,
			    size_t count, const struct site *site)
{
	_cleanup_buf_ struct buf others = { 0 };

	const bool is_rendered = device_of(site->kind)->releases != NULL;

	if (!is_rendered || !site->tunnels.count)
		return site->firmware && !is_rendered
			       ? arena_printf(arena, "%s is a %s with %s", site->name,
					      device_of(site->kind)->name, site->firmware)
			       : NULL;
	if (site->tunnels.items[0].own_file != OWN_FILE_NONE)
		return NULL;
	if (site->reading == READING_DOCUMENTED)
		return as_documented(arena, sources, count, site);
	vec_foreach (name, &site->also_fits)
		buf_printf(&others, "%s%s", others.length ? ", " : "", *name);
	return arena_printf(arena, "%s is read as the scripts of %s read it%s%s%s",
			    site->name, site->firmware,
			    others.length ? " (the newest that its files fit; so do "
					  : "",
			    buf_text(&others), others.length ? ")" : "");
}

bool predict_loads_nowhere(enum device_kind kind, const struct import_source *sources,
			   size_t count, const char *name)
{
	for (const char *const *firmware = device_of(kind)->releases(); *firmware;
	     firmware++) {
		_cleanup_(site_freep) struct site *site =
			predict_read_as(kind, sources, count, name, *firmware);

		if (site && predict_has_tunnel(site))
			return false;
	}
	return true;
}
