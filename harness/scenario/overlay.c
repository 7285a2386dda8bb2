// SPDX-License-Identifier: GPL-2.0-or-later
/* overlay.c - a scenario as a few edits over another one */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/reveal.h"
#include "base/str.h"
#include "import/text.h"
#include "scenario/read.h"
#include "scenario/scenario.h"

#define SCENARIO_FILE "scenario.yml"
#define SENTENCE_MAX  300

/* ------------------------------------------------------------ the chain of bases */

/* Do both paths name the same file? */
static bool is_same(const char *a, const char *b)
{
	struct stat status_a, status_b;

	return stat(a, &status_a) == 0 && stat(b, &status_b) == 0 &&
	       status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

/* "a/b/../c" as "a/c", but only where that is the same folder (no symbolic link). */
static const char *shorten(struct arena *arena, const char *path)
{
	const char *up;

	while ((up = strstr(path, "/../")) != NULL) {
		const char *start = up, *shorter;

		while (start > path && start[-1] != '/')
			start--;
		if (start == up || str_starts(start, "../") || str_starts(start, "./"))
			break;
		shorter =
			arena_printf(arena, "%.*s%s", (int)(start - path), path, up + 4);
		if (!is_same(path, shorter))
			break;
		path = shorter;
	}
	return path;
}

const char *overlay_folder(struct arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return "";
	return slash == file ? "/" : arena_strndup(arena, file, (size_t)(slash - file));
}

/* The scenario.yml that a path means: the file itself or the one in that folder. */
static const char *yml_path(struct arena *arena, const char *path)
{
	struct stat status;
	size_t length = strlen(path);

	if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
		return path;
	while (length > 1 && path[length - 1] == '/')
		length--;
	return shorten(arena,
		       arena_printf(arena, "%.*s/%s", (int)length, path, SCENARIO_FILE));
}

/*
 * Where a base is looked for. It is the one thing that may stand outside of the folder
 * of the scenario that names it, and only as a scenario: a folder with a scenario.yml,
 * or a *.yml. Inside of the folder nothing leads out, as for every other name.
 */
static int base_path(struct arena *arena, const char *file, const char *base,
		     const char **ret_path, struct err *err)
{
	const char *folder = overlay_folder(arena, file), *path;
	bool is_outside =
		*base == '/' || str_equal(base, "..") || str_starts(base, "../");

	if (!is_outside) {
		int kind = file_kind_below(folder, base, err);

		if (kind < 0)
			return err_wrap(err, "%s: base", file), kind;
	}
	path = *base == '/' || !*folder ? base
					: arena_printf(arena, "%s/%s", folder, base);
	reveal(path);
	path = yml_path(arena, path);
	if (!str_ends(path, ".yml"))
		return err_set(
			err, EINVAL,
			"%s: the base %s is no scenario (a folder with a " SCENARIO_FILE
			", or a file *.yml)",
			file, base);
	*ret_path = path;
	return 0;
}

/* "# One sentence." on the first line; that is what `twinsite list` shows. */
static int read_sentence(struct arena *arena, const char *file, const char *text,
			 const char **ret_sentence, struct err *err)
{
	size_t length = strcspn(text, "\r\n");
	char *sentence;

	if (*text != '#')
		return err_set(err, EINVAL,
			       "%s:1: the first line must be a comment that says in one "
			       "sentence what is rehearsed",
			       file);
	sentence = str_trim(arena_strndup(arena, text + 1, length - 1));
	if (!*sentence || strlen(sentence) > SENTENCE_MAX)
		return err_set(err, EINVAL,
			       "%s:1: the sentence must have 1 to %d characters", file,
			       SENTENCE_MAX);
	*ret_sentence = sentence;
	return 0;
}

/*
 * Below its folder: a scenario.yml that is a link to elsewhere is not read, except where
 * the user named the file itself.
 */
static int read_yml(struct arena *arena, const char *path, bool is_own, char **ret_text,
		    size_t *ret_length, struct err *err)
{
	const char *slash = strrchr(path, '/');

	if (is_own)
		return file_read(path, ret_text, ret_length, err);
	return file_read_below(overlay_folder(arena, path), slash ? slash + 1 : path,
			       FILE_SIZE_MAX, ret_text, ret_length, err);
}

/* Windows' editors begin UTF-8 and UTF-16 with a byte order mark. */
static bool has_mark(const char *bytes, size_t length)
{
	return (length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) ||
	       (length >= 2 &&
		(!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2)));
}

static int load_yml(struct arena *arena, const char *path, bool is_own,
		    struct yaml_node **ret_root, const char **ret_sentence,
		    struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	size_t length;
	int ret = read_yml(arena, path, is_own, &bytes, &length, err);

	if (ret)
		return ret;
	if (has_mark(bytes, length))
		import_text_normalise(bytes, length, &text);
	else
		buf_add(&text, bytes, length);
	ret = yaml_parse(arena, path, buf_text(&text), text.length, ret_root, err);
	if (ret)
		return ret;
	ret = read_sentence(arena, path, buf_text(&text), ret_sentence, err);
	return ret ? ret : yaml_want(*ret_root, YAML_MAPPING, err);
}

/* Put this file's edits before those of the files that lie over it. */
static int collect_edits(struct arena *arena, const struct yaml_node *root,
			 struct overlay_tree *tree, struct err *err)
{
	const struct yaml_node *edit = yaml_get(root, "edit");
	struct overlay_tree all = { 0 };
	int ret;

	if (!edit)
		return 0;
	ret = yaml_want(edit, YAML_SEQUENCE, err);
	if (ret)
		return ret;
	vec_foreach (item, &edit->items)
		vec_add(arena, &all.edits, *item);
	vec_foreach (item, &tree->edits)
		vec_add(arena, &all.edits, *item);
	tree->edits.items = all.edits.items;
	tree->edits.count = all.edits.count;
	tree->edits.room = all.edits.room;
	return 0;
}

/* Lay what was gathered so far over one more file; *path becomes its base or NULL. */
static int add_layer(struct arena *arena, const char **path, bool is_own,
		     struct overlay_tree *tree, struct err *err)
{
	const char *sentence = NULL, *base = NULL;
	struct yaml_node *root = NULL;
	int ret = load_yml(arena, *path, is_own, &root, &sentence, err);

	if (ret)
		return ret;
	ret = yaml_get_text(root, "base", &base, err);
	if (ret)
		return ret;
	ret = collect_edits(arena, root, tree, err);
	if (ret)
		return ret;
	if (!tree->sentence)
		tree->sentence = sentence;
	vec_add(arena, &tree->folders, overlay_folder(arena, *path));
	tree->root = yaml_merge(
		arena, yaml_without(arena, yaml_without(arena, root, "edit"), "base"),
		tree->root);
	if (base)
		return base_path(arena, *path, base, path, err);
	*path = NULL;
	return 0;
}

/* What people name when they mean the files of a device. */
static bool is_other_folder(const char *path)
{
	char inside[PATH_MAX];
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode) &&
	       snprintf(inside, sizeof(inside), "%s/" SCENARIO_FILE, path) <
		       (int)sizeof(inside) &&
	       lstat(inside, &status) && errno == ENOENT;
}

static bool is_other_file(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISREG(status.st_mode) &&
	       !str_ends(path, ".yml") && !str_ends(path, ".yaml");
}

bool scenario_is_device(const char *path)
{
	return is_other_folder(path) || is_other_file(path);
}

const char *scenario_misnamed(const char *path)
{
	/* Windows shows neither a second ending nor case. */
	static const char *const names[] = { SCENARIO_FILE ".txt", "scenario.yaml",
					     "Scenario.yml", "scenario.yaml.txt" };
	struct stat status;
	char file[PATH_MAX];

	for (size_t i = 0; is_other_folder(path) && i < ARRAY_SIZE(names); i++)
		if (snprintf(file, sizeof(file), "%s/%s", path, names[i]) <
			    (int)sizeof(file) &&
		    !stat(file, &status) && S_ISREG(status.st_mode))
			return names[i];
	return NULL;
}

int overlay_tree(struct arena *arena, const char *path, struct overlay_tree *ret_tree,
		 struct err *err)
{
	struct overlay_tree tree = { 0 };
	const char *first = yml_path(arena, path), *next = first, *from = NULL;
	struct stat status;
	int ret;

	if (scenario_misnamed(path))
		return err_set(err, ENOENT, "%s/%s must be called " SCENARIO_FILE, path,
			       scenario_misnamed(path));
	if (scenario_is_device(path))
		return err_set(err, ENOENT,
			       "%s is no scenario (a folder with a " SCENARIO_FILE
			       ", or a file *.yml); of both ends' files `twinsite new "
			       "NAME FILES-OF-ONE-END FILES-OF-THE-OTHER` makes one",
			       path);
	/* A link to what cannot be seen is refused when it is opened, with the reason. */
	if (lstat(path, &status))
		return err_sys(err, errno, "%s", path);
	if (lstat(first, &status))
		return err_sys(err, errno, "no scenario: %s", first);
	for (unsigned int depth = 0; next; depth++) {
		if (depth == OVERLAY_DEPTH_MAX)
			return err_set(err, EINVAL,
				       "%s: more than %d bases one over the other, "
				       "or a circle of them",
				       first, OVERLAY_DEPTH_MAX);
		if (lstat(next, &status))
			return err_set(err, EINVAL, "%s: the base %s does not exist",
				       from, next);
		from = next;
		ret = add_layer(arena, &next, next == path, &tree, err);
		if (ret)
			return ret;
	}
	*ret_tree = tree;
	return 0;
}

/* ------------------------------------------------------------ edits */

struct target {
	struct scenario_site *site;
	size_t index; /* of its sources */
};

/* A source's path below the base's folder: "home/etc/hosts", "acme/firewall.screenos". */
static const char *source_path(struct arena *arena, const char *files, const char *name)
{
	size_t length = strlen(files);

	while (length > 1 && files[length - 1] == '/')
		length--;
	if (length >= strlen(name) && str_equal(files + length - strlen(name), name))
		return files;
	return arena_printf(arena, "%.*s/%s", (int)length, files, name);
}

static int find_target(struct scenario *scenario, const struct scenario_files *files,
		       const struct yaml_node *edit, const char *file,
		       struct target *ret_target, struct err *err)
{
	VEC(const char *) paths = { 0 };

	for (size_t s = 0; s < scenario->sites.count; s++) {
		struct scenario_site *site = &scenario->sites.items[s];

		for (size_t i = 0; i < site->sources.count; i++) {
			const char *path = source_path(scenario->arena, files->path[s],
						       site->sources.items[i].name);

			if (str_equal(path, file)) {
				*ret_target = (struct target){ .site = site, .index = i };
				return 0;
			}
			vec_add(scenario->arena, &paths, path);
		}
	}
	vec_add(scenario->arena, &paths, NULL);
	return yaml_unknown(edit, "file", file, paths.items, err);
}

static size_t count_text(const struct import_source *source, const char *find)
{
	const char *at = source->bytes, *end = source->bytes + source->length;
	size_t length = strlen(find), count = 0;

	while ((at = memmem(at, (size_t)(end - at), find, length)) != NULL) {
		count++;
		at += length;
	}
	return count;
}

static void set_bytes(struct scenario *scenario, struct import_source *source,
		      const struct buf *text)
{
	source->bytes = arena_memdup(scenario->arena, buf_text(text), text->length + 1);
	source->length = text->length;
}

static void replace_text(struct scenario *scenario, struct import_source *source,
			 const char *find, const char *replace)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *at = source->bytes, *end = source->bytes + source->length, *hit;
	size_t length = strlen(find);

	while ((hit = memmem(at, (size_t)(end - at), find, length)) != NULL) {
		buf_add(&text, at, (size_t)(hit - at));
		buf_puts(&text, replace);
		at = hit + length;
	}
	buf_add(&text, at, (size_t)(end - at));
	set_bytes(scenario, source, &text);
}

static void append_text(struct scenario *scenario, struct import_source *source,
			const char *more)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_add(&text, source->bytes, source->length);
	if (source->length && source->bytes[source->length - 1] != '\n')
		buf_putc(&text, '\n');
	buf_puts(&text, more);
	set_bytes(scenario, source, &text);
}

static void delete_source(const struct target *target)
{
	struct scenario_site *site = target->site;
	struct import_source *source = &site->sources.items[target->index];

	memmove(source, source + 1,
		(site->sources.count - target->index - 1) * sizeof(*source));
	site->sources.count--;
}

static int create_source(struct scenario *scenario, const struct scenario_files *files,
			 const struct yaml_node *edit, const char *file, const char *text,
			 struct err *err)
{
	struct target there;

	if (find_target(scenario, files, edit, file, &there, NULL) == 0)
		return yaml_error(edit, err, "'%.200s' exists already", file);
	for (size_t s = 0; s < scenario->sites.count; s++) {
		const char *folder = arena_printf(scenario->arena, "%s/", files->path[s]);
		struct import_source source = { .bytes = text, .length = strlen(text) };

		if (!str_starts(file, folder) || strlen(file) == strlen(folder))
			continue;
		source.name = file + strlen(folder);
		vec_add(scenario->arena, &scenario->sites.items[s].sources, source);
		return 0;
	}
	return yaml_error(edit, err, "'%.200s' is in the folder of neither site", file);
}

static int apply_find(struct scenario *scenario, const struct target *target,
		      const struct yaml_node *edit, const struct scenario_edit *what,
		      struct err *err)
{
	struct import_source *source = &target->site->sources.items[target->index];
	unsigned int times = 1;
	size_t found;
	int ret = yaml_get_number(edit, "times", 1, 10000, &times, err);

	if (ret)
		return ret;
	found = count_text(source, what->find);
	if (found != times)
		return yaml_error(yaml_get(edit, "find"), err,
				  "the text to find is %zu times in %s, not %u %s: "
				  "'%.120s'",
				  found, what->file, times, times == 1 ? "time" : "times",
				  what->find);
	replace_text(scenario, source, what->find, what->replace);
	return 0;
}

/* What an edit does, by the key it has; exactly one of them. */
static const char *const actions[] = { "find",	 "append",     "delete",
				       "create", "executable", NULL };

static int read_action(const struct yaml_node *edit, const char **ret_action,
		       struct err *err)
{
	static const char *const keys[] = { "file",    "find",	     "times",
					    "replace", "append",     "delete",
					    "create",  "executable", NULL };
	const char *action = NULL;
	int ret = yaml_want_keys(edit, keys, err);

	if (ret)
		return ret;
	for (size_t i = 0; actions[i]; i++) {
		if (!yaml_get(edit, actions[i]))
			continue;
		if (action)
			return yaml_error(edit, err, "either '%s' or '%s', not both",
					  action, actions[i]);
		action = actions[i];
	}
	if (!yaml_get(edit, "file"))
		return yaml_error(edit, err, "an edit needs `file: …`");
	if (!action)
		return yaml_error(
			edit, err,
			"an edit needs find and replace, append, delete, create or "
			"executable");
	if (str_equal(action, "find") != (yaml_get(edit, "replace") != NULL))
		return yaml_error(edit, err, "'find' and 'replace' go together");
	*ret_action = action;
	return 0;
}

/* A text that may be empty, unlike yaml_get_text()'s. */
static const char *text_of(const struct yaml_node *edit, const char *key)
{
	const struct yaml_node *node = yaml_get(edit, key);

	return node && node->kind == YAML_SCALAR ? node->text : "";
}

static int read_edit(const struct yaml_node *edit, const char **ret_action,
		     struct scenario_edit *ret_edit, struct err *err)
{
	struct scenario_edit read = { .at = edit->at };
	bool is_deleted = true, is_executable = false;
	int ret = read_action(edit, ret_action, err);

	if (ret)
		return ret;
	vec_foreach (item, &edit->items) {
		ret = yaml_want(*item, YAML_SCALAR, err);
		if (ret)
			return ret;
	}
	ret = yaml_get_text(edit, "file", &read.file, err);
	if (ret == 0)
		ret = yaml_get_text(edit, "find", &read.find, err);
	if (ret == 0)
		ret = yaml_get_flag(edit, "delete", &is_deleted, err);
	if (ret == 0)
		ret = yaml_get_flag(edit, "executable", &is_executable, err);
	if (ret)
		return ret;
	if (!is_deleted)
		return yaml_error(edit, err, "'delete' can only be yes");
	if (is_executable)
		return yaml_error(edit, err, "'executable' can only be no");
	if (read.find)
		read.replace = text_of(edit, "replace");
	else if (!str_equal(*ret_action, "delete"))
		read.replace = text_of(edit, *ret_action);
	*ret_edit = read;
	return 0;
}

int overlay_apply(struct scenario *scenario, const struct scenario_files *files,
		  const struct yaml_node *edit, struct err *err)
{
	struct scenario_edit what = { 0 };
	struct target target = { 0 };
	const char *action = NULL;
	int ret = read_edit(edit, &action, &what, err);

	if (ret)
		return ret;
	vec_add(scenario->arena, &scenario->edits, what);
	if (str_equal(action, "create"))
		return create_source(scenario, files, edit, what.file, what.replace, err);
	ret = find_target(scenario, files, edit, what.file, &target, err);
	if (ret)
		return ret;
	if (str_equal(action, "find"))
		return apply_find(scenario, &target, edit, &what, err);
	if (str_equal(action, "delete"))
		delete_source(&target);
	else if (str_equal(action, "executable"))
		vec_add(scenario->arena, &target.site->not_executable,
			target.site->sources.items[target.index].name);
	else
		append_text(scenario, &target.site->sources.items[target.index],
			    what.replace);
	return 0;
}
