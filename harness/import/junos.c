// SPDX-License-Identifier: GPL-2.0-or-later
/* junos.c - from Junos configuration files to a site */
#include "import/junos.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/junos_reader.h"

struct origin junos_default(void)
{
	return (struct origin){ .source = "Junos default" };
}

struct text junos_text(const struct junos_node *node)
{
	return (struct text){ .s = node->name, .at = node->at };
}

struct number junos_number(struct junos *junos, const struct junos_node *node,
			   const char *keyword)
{
	const struct junos_node *value = junos_value(&junos->tree, node, keyword);
	struct number number = { 0 };

	if (!value)
		return number;
	if (str_to_number(value->name, 0, UINT32_MAX, &number.n) != 0) {
		site_remark(junos->site, REMARK_INVALID, value->at,
			    "%s: '%s' is not a number", keyword, value->name);
		return number;
	}
	number.is_set = true;
	number.at = value->at;
	return number;
}

bool junos_is_expansion_left(struct junos *junos, struct origin at)
{
	if (junos->expanded++ < JUNOS_EXPANSION_MAX)
		return true;
	if (junos->expanded == JUNOS_EXPANSION_MAX + 1)
		site_capped(junos->site, at,
			    "policies and zones name more than %d addresses and "
			    "services: the rest is left out",
			    JUNOS_EXPANSION_MAX);
	return false;
}

/* Is there anything that only Junos has at the top? */
static bool is_junos(const struct junos_tree *tree)
{
	static const char *const words[] = {
		"security",	  "interfaces", "system",	"routing-options",
		"groups",	  "version",	"applications", "protocols",
		"policy-options", "firewall",	"chassis",	"routing-instances",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (junos_get(tree, tree->root, words[i]))
			return true;
	}
	return false;
}

/* A block copied from within `security { … }` begins at `ike` or `ipsec`. */
static const struct junos_node *security_find(struct junos_tree *tree)
{
	static const char *const words[] = { "ike", "ipsec", "zones", "policies" };
	const struct junos_node *security = junos_get(tree, tree->root, "security");

	for (size_t i = 0; !security && i < ARRAY_SIZE(words); i++) {
		const struct junos_node *node = junos_get(tree, tree->root, words[i]);

		if (!node)
			continue;
		site_remark(tree->site, REMARK_ASSUMED, node->at,
			    "'%s' at the top is read as part of 'security'", words[i]);
		security = tree->root;
	}
	return security;
}

static void site_build(struct junos *junos)
{
	struct site *site = junos->site;
	const struct junos_node *name = junos_value(
		&junos->tree, junos_path(&junos->tree, junos->tree.root, "system"),
		"host-name");

	site->firewall = FIREWALL_POLICY;
	site->default_input = TARGET_DROP;
	site->default_forward = TARGET_DROP;
	site->default_output = TARGET_ACCEPT;
	site->hostname = name ? name->name : NULL;
	junos_books_build(junos);
	junos_network_build(junos);
	junos_gateways_build(junos);
	junos_vpns_build(junos);
	junos_inbound_build(junos);
	junos_policies_build(junos);
	junos_vpns_finish(junos);
	junos_nat_build(junos);
	for (struct junos_gateway *g = junos->gateways; g; g = g->next)
		vec_add(junos->arena, &site->tunnels, g->tunnel);
}

int junos_import(struct site *site, const struct import_source *sources, size_t count,
		 const struct import_options *options, struct err *err)
{
	struct junos junos = { .site = site, .arena = site->arena };
	size_t statements = 0, read;

	(void)options; /* one reading: the device runs what is written */
	junos.gateways_end = &junos.gateways;
	junos.vpns_end = &junos.vpns;
	junos_tree_init(&junos.tree, site);
	for (size_t i = 0; i < count; i++) {
		junos_text_read(&junos.tree, &sources[i], &read);
		statements += read;
	}
	junos_groups_apply(&junos.tree);
	if (statements)
		junos.security = security_find(&junos.tree);
	if (!junos.security && !is_junos(&junos.tree))
		return err_set(
			err, EINVAL,
			"%s: this is no Junos configuration: no statement of it is known",
			sources[0].name);
	site_build(&junos);
	junos_check(&junos);
	return 0;
}
