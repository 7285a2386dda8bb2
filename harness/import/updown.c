// SPDX-License-Identifier: GPL-2.0-or-later
/* updown.c - the scripts that `updown` of a tunnel names, among a device's files */
#include "import/updown.h"

#include <string.h>

#include "base/str.h"
#include "model/site.h"
#include "model/updown.h"
#include "model/way.h"

#define PATHS_MAX 16

static const struct updown_script *known(const struct site *site, const char *path)
{
	vec_foreach (script, &site->updowns)
		if (str_equal(script->path, path))
			return script;
	return NULL;
}

/* "etc/x.sh" is the device's /etc/x.sh; a file that stands alone has its last name. */
static const struct import_source *source_of(const struct import_source *sources,
					     size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (*path == '/' && str_equal(sources[i].name, path + 1))
			return &sources[i];
	return NULL;
}

static void take(struct site *site, const char *command,
		 const struct import_source *sources, size_t count)
{
	const char *path = arena_strndup(site->arena, command, strcspn(command, " \t"));
	const struct import_source *source = source_of(sources, count, path);

	if (!source || known(site, path) || site->updowns.count >= PATHS_MAX)
		return;
	vec_add(site->arena, &site->updowns,
		((struct updown_script){
			.path = path,
			.text = arena_strndup(site->arena, source->bytes, source->length),
			.file = arena_strdup(site->arena, source->name),
		}));
}

/* "vti+" of a zone's `list device` is every name that begins so, as for iptables. */
static const char *zone_of_device(const struct site *site, const char *device)
{
	vec_foreach (zone, &site->zones)
		vec_foreach (listed, &zone->devices) {
			size_t length = strlen(listed->s);

			if (str_equal(listed->s, device) ||
			    (length && listed->s[length - 1] == '+' &&
			     !strncmp(listed->s, device, length - 1)))
				return zone->name;
		}
	return NULL;
}

/* The VTI that the script makes is where the tunnel's packets go in and come out. */
static void bind_vti(struct site *site, struct tunnel *tunnel,
		     const struct updown_script *script)
{
	const char *device = updown_device(site->arena, script);
	unsigned int line = updown_line_with(script, "vti key");
	struct site_interface *interface;

	if (!device || tunnel->bind_interface)
		return;
	tunnel->bind_interface = device;
	if (site_interface_find(site, device))
		return;
	interface = vec_push(site->arena, &site->interfaces);
	*interface = (struct site_interface){
		.name = device,
		.device = device,
		.zone = zone_of_device(site, device),
		.is_tunnel = true,
		.routing = updown_routes(script) ? "updown" : NULL,
		.at = { .file = script->file,
			.line = line ? line : updown_line_with(script, "vti") },
	};
}

void import_updowns(struct site *site, const struct import_source *sources, size_t count)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children) {
			const struct updown_script *script;

			if (child->words[CHILD_WORD_UPDOWN].s)
				take(site, child->words[CHILD_WORD_UPDOWN].s, sources,
				     count);
			script = child_updown(site, child);
			if (script && child_has_mark(child) &&
			    updown_line_with(script, "vti"))
				bind_vti(site, tunnel, script);
		}
}

void import_give_modes(struct site *site, const char *const *names, size_t count)
{
	vec_foreach (script, &site->updowns)
		for (size_t i = 0; i < count; i++)
			script->is_not_executable |= str_equal(script->file, names[i]);
}

/* The path behind "updown" of a line, whatever stands between: '=', quotes, spaces. */
static const char *path_in(struct arena *arena, const char *line, size_t length)
{
	const char *word = memmem(line, length, "updown", strlen("updown"));
	const char *end = line + length, *path;
	size_t rest;

	if (!word)
		return NULL;
	path = word + strlen("updown");
	while (path < end && strchr(" \t='\"", *path))
		path++;
	rest = (size_t)(end - path);
	path = arena_strndup(arena, path, rest);
	path = arena_strndup(arena, path, strcspn(path, " \t\r'\"#;"));
	return path[0] == '/' && path[1] && !strstr(path, "..") ? path : NULL;
}

const char *const *import_updown_paths(const struct import_source *source,
				       struct arena *arena, size_t *ret_count)
{
	const char *line = source->bytes, *end = line + source->length;
	VEC(const char *) paths = { 0 };

	while (line < end && paths.count < PATHS_MAX) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((stop ? stop : end) - line);
		const char *path = path_in(arena, line, length);

		if (path)
			vec_add(arena, &paths, path);
		line += length + 1;
	}
	*ret_count = paths.count;
	return paths.items;
}
