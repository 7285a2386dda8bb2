// SPDX-License-Identifier: GPL-2.0-or-later
/* unproven.c - which checks may stay unproven, and on which plane */
#include "scenario/unproven.h"

#include "base/err.h"
#include "base/str.h"
#include "netns/plane.h"
#include "scenario/read.h"
#include "scenario/scenario.h"

const char *const check_words[] = {
	"ike-sa",	 "identities",	"ike-algorithms", "psk-proof", "child-sa",
	"child-surplus", "rekey",	"reach",	  "blocked",   "exemption",
	"esp",		 "esp-content", "lan-accounted",  "name",      "late-name",
	"leak",		 "mtu",		"throughput",	  "silence",   "wan-change",
	"teardown",	 "kernel-keys", "process",	  "alive",     NULL,
};

bool check_word_is_known(const char *word)
{
	for (size_t i = 0; check_words[i]; i++)
		if (str_equal(word, check_words[i]))
			return true;
	return false;
}

static int read_word(struct scenario *scenario, const char *plane,
		     const struct yaml_node *node, struct err *err)
{
	struct scenario_unproven unproven = { .plane = plane, .at = node->at };
	int ret = yaml_want(node, YAML_SCALAR, err);

	if (ret)
		return ret;
	if (!check_word_is_known(node->text))
		return yaml_unknown(node, "check", node->text, check_words, err);
	unproven.check = node->text;
	vec_add(scenario->arena, &scenario->unproven, unproven);
	return 0;
}

static int read_plane(struct scenario *scenario, const struct yaml_node *node,
		      struct err *err)
{
	const char *planes[PLANE_COUNT + 1] = { NULL };
	bool is_known = false;
	int ret = 0;

	for (unsigned int i = 0; i < PLANE_COUNT; i++) {
		planes[i] = plane_name((enum plane)i);
		is_known |= str_equal(planes[i], node->key);
	}
	if (!is_known)
		return yaml_unknown(node, "plane", node->key, planes, err);
	if (node->kind == YAML_SCALAR)
		return read_word(scenario, node->key, node, err);
	ret = yaml_want(node, YAML_SEQUENCE, err);
	for (size_t i = 0; ret == 0 && i < node->items.count; i++)
		ret = read_word(scenario, node->key, node->items.items[i], err);
	return ret;
}

int unproven_read(struct scenario *scenario, const struct yaml_node *node,
		  struct err *err)
{
	int ret;

	if (!node)
		return 0;
	ret = yaml_want(node, YAML_MAPPING, err);
	for (size_t i = 0; ret == 0 && i < node->items.count; i++)
		ret = read_plane(scenario, node->items.items[i], err);
	return ret;
}

/* In a virtual machine runs what `native` runs, so what that cannot show is the same. */
static bool is_of_plane(const char *listed, const char *plane)
{
	return str_equal(listed, plane) || (str_equal(listed, plane_name(PLANE_NATIVE)) &&
					    str_equal(plane, plane_name(PLANE_VM)));
}

bool scenario_may_be_unproven(const struct scenario *scenario, const char *plane,
			      const char *check)
{
	vec_foreach (unproven, &scenario->unproven)
		if (is_of_plane(unproven->plane, plane) &&
		    str_equal(unproven->check, check))
			return true;
	return false;
}
