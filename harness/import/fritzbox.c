// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fritzbox.c - an AVM FRITZ!Box's VPN: vpncfg files and full exports
 *
 * The way of a file: container and braces (fritzbox_walk), keys sorted by enum
 * (fritzbox_keys, fritzbox_connection_take), then one function per matter makes a tunnel
 * of them (fritzbox_connection), and fritzbox_lan puts a router around the tunnels.
 */
#include "import/fritzbox.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "import/fritzbox_connection.h"
#include "import/fritzbox_release.h"
#include "import/fritzbox_keys.h"
#include "import/fritzbox_lan.h"
#include "import/fritzbox_walk.h"
#include "model/aspect.h"

#define CONNECTIONS_MAX 12000 /* a box has 12 at most; a limit to memory */

/* ------------------------------------------------------------ import */

struct importer {
	struct fritzbox_context context;
	struct fritzbox_connection connection;
	const struct tree_node *forward_rules;
	size_t left_out; /* connections beyond CONNECTIONS_MAX */
};

static void connection_done(struct importer *importer)
{
	struct site *site = importer->context.site;
	const struct tree_node *block = importer->connection.block;

	if (block && site->tunnels.count < CONNECTIONS_MAX)
		fritzbox_connection_import(&importer->context, &importer->connection);
	else if (block && importer->left_out++ == 0)
		site_capped(site, block->at, "only the first %d connections are read",
			    CONNECTIONS_MAX);
	memset(&importer->connection, 0, sizeof(importer->connection));
}

static void import_connection(void *user, const struct tree_node *block)
{
	struct importer *importer = user;

	connection_done(importer);
	if (!block->children)
		return; /* `connections { }`, of a box that has none */
	importer->connection.block = block;
	importer->context.has_connection = true;
}

static void import_key(void *user, const char *path, struct tree_node *leaf,
		       bool is_outside)
{
	struct importer *importer = user;

	if (is_outside)
		site_remark(importer->context.site, REMARK_INVALID, leaf->at,
			    "'%.80s' stands outside of the connection that starts on "
			    "line %u (a surplus '}' before it?); it is taken as its own",
			    path, importer->connection.block->at.line);
	fritzbox_connection_take(&importer->context, &importer->connection, path, leaf);
}

/* `global { wg_private_key = …; wg_listen_port = …; }` beside the connections, 7.50 on. */
static bool is_wireguards(const struct tree_node *node)
{
	return node->is_block ? str_equal(node->name, "global") && node->parent &&
					str_equal(node->parent->name, "vpncfg")
			      : str_starts(node->name, "wg_");
}

static void import_other(void *user, struct tree_node *node)
{
	struct importer *importer = user;
	struct site *site = importer->context.site;

	if (!node->is_block && str_equal(node->name, "ike_forward_rules")) {
		importer->forward_rules = node;
		node->is_used = true;
	} else if (node->is_block && str_equal(node->name, "ar7cfg")) {
		fritzbox_lan_take(site, node);
		site_remark(
			site, REMARK_IGNORED, node->at,
			"of block 'ar7cfg' only the bridges' addresses are about VPN");
		tree_use_all(node);
	} else if (is_wireguards(node)) {
		site_remark(site, REMARK_IGNORED, node->at, "is WireGuard's");
		tree_use_all(node);
	} else if (node->is_block && node->parent && !node->parent->parent) {
		site_remark(site, REMARK_IGNORED, node->at,
			    "block '%.60s' is not about VPN", node->name);
		tree_use_all(node);
	}
}

/* What nobody knew. */
static void name_unused(struct site *site, const struct tree_node *root)
{
	for (struct tree_node *node = tree_unused(root, NULL); node;
	     node = tree_unused(root, node)) {
		const struct tree_node *above = node->parent;
		const char *path;

		while (above->parent && !str_equal(above->name, "connections") &&
		       !str_equal(above->name, "vpncfg"))
			above = above->parent;
		path = fritzbox_leaf_path(site->arena, above, node);
		site_remark(site, REMARK_UNKNOWN, node->at, "unknown %s '%.80s'%s",
			    node->is_block ? "block" : "key", path,
			    node->is_block ? "" : fritzbox_key_hint(site, path));
	}
}

/* What the box makes of words that stand anywhere nobody says. */
static void name_strays(struct site *site)
{
	const size_t count = site_remarks_count(site);

	for (size_t i = 0; i < count; i++)
		if (site->remarks.items[i].kind == REMARK_UNKNOWN) {
			site_unrehearsed(site, NULL, ASPECTS_TRAFFIC,
					 site->remarks.items[i].at,
					 "what is not understood there");
			return;
		}
}

/*
 * Many connections assume the same things: the first says it, with the number of the
 * others. Mistakes stay one by one.
 */
static void fold_remarks(struct site *site)
{
	struct map seen = { 0 };
	struct remark *kept = site->remarks.items;
	size_t *counts, count = 0;

	if (!site_remarks_count(site))
		return;
	counts = arena_alloc(site->arena, site->remarks.count * sizeof(*counts));
	vec_foreach (remark, &site->remarks) {
		bool is_folded =
			remark->kind == REMARK_ASSUMED || remark->kind == REMARK_IGNORED;
		size_t *first = is_folded ? map_get(&seen, NULL, remark->text) : NULL;

		if (first) {
			(*first)++;
			continue;
		}
		kept[count] = *remark;
		if (is_folded)
			map_put(site->arena, &seen, NULL, kept[count].text,
				&counts[count]);
		count++;
	}
	for (size_t i = 0; i < count; i++)
		if (counts[i])
			kept[i].text = arena_printf(site->arena, "%s (%zu times)",
						    kept[i].text, counts[i] + 1);
	site->remarks.count = count;
}

/* A box without a connection: `vpncfg { }`. */
static bool has_vpncfg(const struct fritzbox_files *files)
{
	vec_foreach (tree, &files->trees)
		if (tree_find(*tree, "vpncfg"))
			return true;
	return false;
}

static bool is_blank(const struct import_source *sources, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sources[i].length; k++)
			if (!strchr(" \t\r\n", sources[i].bytes[k]))
				return false;
	return true;
}

int fritzbox_import(struct site *site, const struct import_source *sources, size_t count,
		    const struct import_options *options, struct err *err)
{
	struct importer importer = { .context.site = site };
	const struct fritzbox_visitor visitor = { &importer, import_connection,
						  import_key, import_other };
	const struct fritzbox_release *release;
	struct fritzbox_files files;

	fritzbox_files_read(site, sources, count, &files);
	site->model = files.model ? files.model : "FRITZ!Box";
	release = fritzbox_release_of(options->firmware ? options->firmware
							: files.firmware);
	/* Of an unknown release all that any has: what does not fit is not blamed on it. */
	importer.context.has_sha2 = !release || release->offers_sha2;
	name_strays(site);
	vec_foreach (tree, &files.trees) {
		fritzbox_walk(site->arena, *tree, &visitor);
		connection_done(&importer);
		name_unused(site, *tree);
		import_count_tree(site, *tree);
	}
	if (!importer.context.has_connection && !has_vpncfg(&files) &&
	    !is_blank(sources, count))
		return err_set(err, EINVAL,
			       "%s: no VPN connection in it: 'vpncfg { connections { … } "
			       "}' is missing",
			       count ? sources[0].name : "fritzbox");
	fritzbox_forward_rules(site, importer.forward_rules);
	fritzbox_surroundings(site);
	fold_remarks(site);
	return 0;
}

/* ------------------------------------------------------------ listing */

struct lister {
	struct arena *arena;
	struct key_listings *listings;
	const char *connection;
};

static void list_connection(void *user, const struct tree_node *block)
{
	const char *name = tree_text(tree_find(block, "name"));
	struct lister *lister = user;

	lister->connection = name ? name
				  : arena_printf(lister->arena, "connection on line %u",
						 block->at.line);
}

static const char *shown_value(struct lister *lister, const struct tree_node *leaf,
			       bool is_secret)
{
	const struct tree_value *first = tree_first(leaf);
	const char *text = first ? first->text : "";

	if (is_secret && str_starts(text, "$$$$"))
		return "set, encrypted";
	if (is_secret)
		return *text ? arena_printf(lister->arena, "set, %zu bytes",
					    first->length)
			     : "not set";
	for (size_t i = 1; i < leaf->values.count && i < 8; i++)
		text = arena_printf(lister->arena, "%s, %s", text,
				    leaf->values.items[i].text);
	return text;
}

/* What is not understood may be a mistyped 'key': its value is not shown. */
static void list_key(void *user, const char *path, struct tree_node *leaf,
		     bool is_outside)
{
	enum fritzbox_key key = fritzbox_key_find(path);
	struct lister *lister = user;
	struct key_listing listing = { .connection = lister->connection,
				       .path = path,
				       .at = leaf->at };

	(void)is_outside;
	if (key != FRITZBOX_KEY_COUNT) {
		const struct fritzbox_key_row *row = fritzbox_key_row(key);

		listing.meaning = row->meaning;
		listing.ignored = row->ignored;
		listing.value =
			shown_value(lister, leaf, row->value == FRITZBOX_VALUE_SECRET);
	} else {
		listing.value = shown_value(lister, leaf, true);
	}
	vec_add(lister->arena, &lister->listings->list, listing);
}

static void list_other(void *user, struct tree_node *node)
{
	struct lister *lister = user;
	struct key_listing listing = { .path = node->name, .at = node->at };

	if (node->is_block)
		return;
	if (str_equal(node->name, "ike_forward_rules")) {
		listing.value = shown_value(lister, node, false);
		listing.meaning = "ports on which the box answers IKE from the Internet";
	} else {
		listing.value = shown_value(lister, node, true);
	}
	vec_add(lister->arena, &lister->listings->list, listing);
}

void fritzbox_list_keys(struct arena *arena, const struct import_source *sources,
			size_t count, struct key_listings *ret_listings)
{
	struct lister lister = { .arena = arena, .listings = ret_listings };
	const struct fritzbox_visitor visitor = { &lister, list_connection, list_key,
						  list_other };
	struct site site = { .arena = arena }; /* whose remarks nobody reads */
	struct fritzbox_files files;

	*ret_listings = (struct key_listings){ 0 };
	fritzbox_files_read(&site, sources, count, &files);
	vec_foreach (tree, &files.trees)
		fritzbox_walk(arena, *tree, &visitor);
}
