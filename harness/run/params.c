// SPDX-License-Identifier: GPL-2.0-or-later
/* params.c - what the world is told: FOLDER/run.json */
#include "run/params.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"

int run_params_write(const char *folder, const struct run_params *params, struct err *err)
{
	json_t *root = json_of(
		"{s:s, s:s, s:I, s:s, s:b, s:b, s:b, s:b, s:b, s:i, s:s, s:b, s:b, s:I, s:I, s:s}",
		"scenario", params->scenario, "plane", plane_name(params->plane),
		"features", (json_int_t)params->features, "plane_why", params->plane_why,
		"keys", params->has_keys, "quick", params->is_quick, "iperf3",
		params->has_iperf3, "no_scripts", params->has_no_scripts, "keep",
		params->is_kept, "capture_pairs", (int)params->capture_pairs, "plant",
		params->plant ? params->plant : "", "virtual_clock", params->is_virtual,
		"emulated", params->is_emulated, "seed", (json_int_t)params->seed,
		"wall_us", (json_int_t)params->wall_us, "firmware",
		params->firmware ? params->firmware : "");
	_cleanup_free_ char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	char path[PATH_MAX];

	json_decref(root);
	if (!text)
		return err_set(err, EINVAL, "%s: not UTF-8", params->scenario);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, RUN_PARAMS_FILE);
	return file_write(path, text, strlen(text), err);
}

int run_params_copy(const char *from, const char *to, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	size_t length;
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s", from, RUN_PARAMS_FILE);
	r = file_read(path, &text, &length, err);
	(void)snprintf(path, sizeof(path), "%s/%s", to, RUN_PARAMS_FILE);
	r = r ? r : file_write(path, text, length, err);
	return r || !chmod(path, 0644) ? r : err_sys(err, errno, "%s", path);
}

static const char *text_of(const json_t *root, const char *key, struct arena *arena)
{
	const char *text = json_string_value(json_object_get(root, key));

	return arena_strdup(arena, text ? text : "");
}

int run_params_read(const char *folder, struct arena *arena,
		    struct run_params *ret_params, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	struct run_params params = { 0 };
	char path[PATH_MAX];
	size_t length;
	json_t *root;
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, RUN_PARAMS_FILE);
	r = file_read_below(folder, RUN_PARAMS_FILE, FILE_SIZE_MAX, &bytes, &length, err);
	if (r == -ENOENT || r == -ENOTDIR)
		return err_set(err, ENOENT,
			       "%s is no report of a run: there is no " RUN_PARAMS_FILE
			       " in it (`twinsite run` says where its report is; "
			       "reports/SCENARIO/latest is the last one)",
			       folder);
	if (r)
		return r;
	root = json_loadb(bytes, length, 0, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return err_set(err, EINVAL, "%s: not JSON", path);
	}
	params.scenario = text_of(root, "scenario", arena);
	params.plane_why = text_of(root, "plane_why", arena);
	params.plant = text_of(root, "plant", arena);
	params.firmware = text_of(root, "firmware", arena);
	params.has_keys = json_is_true(json_object_get(root, "keys"));
	params.is_quick = json_is_true(json_object_get(root, "quick"));
	params.has_iperf3 = json_is_true(json_object_get(root, "iperf3"));
	params.has_no_scripts = json_is_true(json_object_get(root, "no_scripts"));
	params.is_kept = json_is_true(json_object_get(root, "keep"));
	params.is_virtual = json_is_true(json_object_get(root, "virtual_clock"));
	params.is_emulated = json_is_true(json_object_get(root, "emulated"));
	params.features =
		(unsigned int)json_integer_value(json_object_get(root, "features"));
	params.seed = (unsigned int)json_integer_value(json_object_get(root, "seed"));
	params.wall_us = json_integer_value(json_object_get(root, "wall_us"));
	params.capture_pairs =
		(unsigned int)json_integer_value(json_object_get(root, "capture_pairs"));
	r = plane_parse(text_of(root, "plane", arena), &params.plane, err);
	json_decref(root);
	if (!r)
		*ret_params = params;
	return r;
}
