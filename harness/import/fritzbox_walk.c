// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_walk.c - the files of a FRITZ!Box as trees, and the walk over their keys */
#include "import/fritzbox_walk.h"

#include "base/buf.h"
#include "base/str.h"
#include "import/fritzbox_export.h"
#include "import/fritzbox_keys.h"
#include "import/text.h"

static void file_add(struct site *site, const char *file, const char *text, size_t length,
		     unsigned int first_line, struct fritzbox_files *files)
{
	vec_add(site->arena, &files->trees,
		vpncfg_tree_parse(site, file, text, length, first_line));
}

static void part_read(struct site *site, const struct fritzbox_part *part,
		      struct fritzbox_files *files)
{
	bool is_wanted =
		str_equal(part->name, "vpn.cfg") || str_equal(part->name, "ar7.cfg");

	if (is_wanted && part->text) {
		file_add(site, part->at.file, part->text, part->length, part->at.line + 1,
			 files);
		if (!part->is_closed)
			site_remark(site, REMARK_INVALID, part->at,
				    "this part has no '**** END OF FILE ****': the "
				    "export is cut");
	} else if (is_wanted) {
		site_remark(site, REMARK_UNKNOWN, part->at,
			    "this part is encrypted or encoded and cannot be read");
	} else {
		site_remark(site, REMARK_IGNORED, part->at, "'%.60s' is not about VPN",
			    part->name);
	}
}

static void container_read(struct site *site, const char *file, const struct buf *text,
			   struct fritzbox_files *files)
{
	struct fritzbox_export export;

	fritzbox_export_parse(site->arena, file, text->data, text->length, &export);
	if (export.model)
		files->model = export.model;
	if (export.firmware)
		files->firmware = export.firmware;
	vec_foreach (part, &export.parts)
		part_read(site, part, files);
	if (!export.is_closed)
		site_remark(site, REMARK_INVALID,
			    (struct origin){ .file = file, .line = 1 },
			    "'**** END OF EXPORT' is missing: the export is cut");
}

void fritzbox_files_read(struct site *site, const struct import_source *sources,
			 size_t count, struct fritzbox_files *ret_files)
{
	*ret_files = (struct fritzbox_files){ 0 };
	for (size_t i = 0; i < count; i++) {
		const char *file = arena_strdup(site->arena, sources[i].name);
		struct buf text = { 0 };

		import_text_normalise(sources[i].bytes, sources[i].length, &text);
		if (!text.data)
			continue;
		if (fritzbox_export_is(text.data, text.length))
			container_read(site, file, &text, ret_files);
		else
			file_add(site, file, text.data, text.length, 1, ret_files);
		buf_done(&text);
	}
}

struct walk {
	struct arena *arena;
	const struct fritzbox_visitor *visitor;
	bool has_connection;
};

/* The keys in a block, whose paths begin below above. */
static void walk_keys(struct walk *walk, const struct tree_node *above,
		      struct tree_node *block, bool is_outside)
{
	for (struct tree_node *node = block; node; node = tree_next(block, node)) {
		if (node->is_block)
			node->is_used = true;
		else
			walk->visitor->key(walk->visitor->user,
					   fritzbox_leaf_path(walk->arena, above, node),
					   node, is_outside);
	}
}

/* Is it a key of connections, found outside of any? Then walk it as one of the last. */
static bool walk_outsider(struct walk *walk, struct tree_node *node)
{
	const struct tree_node *leaf = node;

	while (leaf && leaf->is_block)
		leaf = tree_next(node, leaf);
	if (!walk->has_connection || !leaf ||
	    fritzbox_key_find(fritzbox_leaf_path(walk->arena, node->parent, leaf)) ==
		    FRITZBOX_KEY_COUNT)
		return false;
	walk_keys(walk, node->parent, node, true);
	return true;
}

static void walk_node(struct walk *walk, struct tree_node *node)
{
	if (node->is_block && str_equal(node->name, "connections")) {
		walk->has_connection = true;
		walk->visitor->connection(walk->visitor->user, node);
		walk_keys(walk, node, node, false);
	} else if (!walk_outsider(walk, node)) {
		walk->visitor->other(walk->visitor->user, node);
	}
}

static bool is_vpncfg(const struct tree_node *node)
{
	return node->is_block && str_equal(node->name, "vpncfg");
}

static void walk_children(struct walk *walk, struct tree_node *block)
{
	block->is_used = true;
	tree_foreach (node, block) {
		walk_node(walk, node);
	}
}

void fritzbox_walk(struct arena *arena, struct tree_node *root,
		   const struct fritzbox_visitor *visitor)
{
	struct walk walk = { .arena = arena, .visitor = visitor };

	/* Beside a vpncfg: a fragment, or what a surplus brace pushed out of it. */
	tree_foreach (node, root) {
		if (is_vpncfg(node))
			walk_children(&walk, node);
		else
			walk_node(&walk, node);
	}
	if (walk.has_connection)
		return;
	/* A vpncfg pasted into something else. */
	for (struct tree_node *node = root; node; node = tree_next(root, node)) {
		if (is_vpncfg(node)) {
			walk_children(&walk, node);
			return;
		}
	}
}
