// SPDX-License-Identifier: GPL-2.0-or-later
/* inject.c - `inject`: the faults that no edit of a device file can make */
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "scenario/read.h"

/* What `at:` names, and what the first word's value is. */
enum place {
	PLACE_NONE,
	PLACE_SITE,
	PLACE_SITE_OR_INTERNET,
	PLACE_HOST,
};
enum value {
	VALUE_WORD,    /* exactly the row's word */
	VALUE_BLOCK,   /* one of block_words */
	VALUE_SITE,    /* a site, which is also where */
	VALUE_OF_SITE, /* a site */
	VALUE_HOST,
	VALUE_ADDR,
	VALUE_ANY,
};

static const struct form {
	const char *key;
	enum inject_kind kind;
	enum value value;
	const char *word;
	enum place place;
} forms[] = {
	{ "block", INJECT_BLOCK, VALUE_BLOCK, NULL, PLACE_SITE_OR_INTERNET },
	{ "daemon", INJECT_DAEMON_OFF, VALUE_WORD, "off", PLACE_SITE },
	{ "restart", INJECT_RESTART, VALUE_SITE, NULL, PLACE_NONE },
	{ "forwarding", INJECT_FORWARDING_OFF, VALUE_WORD, "off", PLACE_SITE },
	{ "vti", INJECT_VTI_OFF, VALUE_WORD, "off", PLACE_SITE },
	{ "rp_filter", INJECT_RP_FILTER, VALUE_SITE, NULL, PLACE_NONE },
	{ "routes", INJECT_ROUTES_MISSING, VALUE_WORD, "missing", PLACE_SITE },
	{ "gateway", INJECT_GATEWAY, VALUE_ADDR, NULL, PLACE_HOST },
	{ "forward", INJECT_FORWARD, VALUE_HOST, NULL, PLACE_SITE },
	{ "kernel esp", INJECT_KERNEL_ESP_OFF, VALUE_WORD, "off", PLACE_SITE },
	{ "without", INJECT_WITHOUT, VALUE_ANY, NULL, PLACE_SITE },
	{ "clone", INJECT_CLONE, VALUE_OF_SITE, NULL, PLACE_HOST },
	{ "initiate", INJECT_BOTH_INITIATE, VALUE_WORD, "both", PLACE_NONE },
};

static const char *const block_words[] = { "ike",	"nat-t", "esp", "icmp",
					   "fragments", "large", NULL };

static const struct form *form_of(const struct yaml_node *item,
				  const struct yaml_node **ret_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		*ret_value = yaml_get(item, forms[i].key);
		if (*ret_value)
			return &forms[i];
	}
	return NULL;
}

static int want_word(const struct yaml_node *node, const char *what,
		     const char *const *words, unsigned int *ret_index, struct err *err)
{
	int ret = yaml_want(node, YAML_SCALAR, err);

	if (ret)
		return ret;
	for (unsigned int i = 0; words[i]; i++) {
		if (str_equal(words[i], node->text)) {
			*ret_index = i;
			return 0;
		}
	}
	return yaml_unknown(node, what, node->text, words, err);
}

static int want_site(const struct scenario *scenario, const struct yaml_node *node,
		     bool has_internet, const char **ret_site, struct err *err)
{
	const char *names[] = { scenario->sites.items[0].name,
				scenario->sites.items[1].name,
				has_internet ? "internet" : NULL, NULL };
	unsigned int index = 0;
	int ret = want_word(node, has_internet ? "place" : "site", names, &index, err);

	if (ret == 0)
		*ret_site = names[index];
	return ret;
}

static int want_host(const struct scenario *scenario, const struct yaml_node *node,
		     const char **ret_host, struct err *err)
{
	const char *names[SCENARIO_HOSTS_MAX + 1];
	unsigned int index = 0;
	int ret;

	scenario_host_names(scenario, names);
	ret = want_word(node, "host", names, &index, err);
	if (ret == 0)
		*ret_host = names[index];
	return ret;
}

static int read_value(const struct scenario *scenario, const struct form *form,
		      const struct yaml_node *item, const struct yaml_node *value,
		      struct scenario_injection *ret, struct err *err)
{
	const char *const words[] = { form->word, NULL };
	unsigned int index = 0;
	int rc = 0;

	switch (form->value) {
	case VALUE_WORD:
		return want_word(value, "word", words, &index, err);
	case VALUE_BLOCK:
		rc = want_word(value, "block", block_words, &index, err);
		ret->what = (enum block_what)index;
		return rc;
	case VALUE_SITE:
		return want_site(scenario, value, false, &ret->at, err);
	case VALUE_OF_SITE:
		return want_site(scenario, value, false, &ret->word, err);
	case VALUE_HOST:
		return want_host(scenario, value, &ret->word, err);
	case VALUE_ADDR:
		return yaml_get_addr(item, form->key, &ret->addr, err);
	case VALUE_ANY:
		return yaml_get_text(item, form->key, &ret->word, err);
	}
	return rc;
}

static int read_place(const struct scenario *scenario, const struct form *form,
		      const struct yaml_node *item, struct scenario_injection *ret,
		      struct err *err)
{
	const struct yaml_node *at = yaml_get(item, "at");

	if (form->place == PLACE_NONE)
		return at ? yaml_error(at, err, "'%s' takes no `at:`", form->key) : 0;
	if (!at)
		return yaml_error(item, err, "'%s' needs `at:`", form->key);
	if (form->place == PLACE_HOST)
		return want_host(scenario, at, &ret->at, err);
	return want_site(scenario, at, form->place == PLACE_SITE_OR_INTERNET, &ret->at,
			 err);
}

static int read_injection(struct scenario *scenario, const struct yaml_node *item,
			  struct err *err)
{
	static const char *const block_keys[] = { "block", "at", "to", "how", NULL };
	static const char *const hows[] = { "drop", "reject", NULL };
	struct scenario_injection injection = { .from = item->at };
	const struct yaml_node *value = NULL;
	const struct form *form = form_of(item, &value);
	const char *const keys[] = { form ? form->key : "block", "at", NULL };
	unsigned int how = 0;
	int ret = yaml_want_keys(
		item, form && form->kind == INJECT_BLOCK ? block_keys : keys, err);

	if (ret)
		return ret;
	if (!form)
		return yaml_error(item, err, "an injection says what: `block: esp`");
	injection.kind = form->kind;
	ret = read_value(scenario, form, item, value, &injection, err);
	if (ret == 0)
		ret = read_place(scenario, form, item, &injection, err);
	if (ret == 0 && yaml_get(item, "to"))
		ret = want_site(scenario, yaml_get(item, "to"), false, &injection.to,
				err);
	if (ret == 0 && yaml_get(item, "how"))
		ret = want_word(yaml_get(item, "how"), "way", hows, &how, err);
	if (ret)
		return ret;
	injection.is_rejected = how == 1;
	injection.text = arena_printf(scenario->arena, "%s: %s", form->key, value->text);
	vec_add(scenario->arena, &scenario->injections, injection);
	return 0;
}

int inject_read(struct scenario *scenario, const struct yaml_node *node, struct err *err)
{
	int ret = 0;

	if (!node || (node->kind == YAML_SCALAR && str_equal(node->text, "none")))
		return 0;
	if (node->kind != YAML_SEQUENCE)
		return read_injection(scenario, node, err);
	vec_foreach (item, &node->items) {
		ret = read_injection(scenario, *item, err);
		if (ret)
			break;
	}
	return ret;
}
