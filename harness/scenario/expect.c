// SPDX-License-Identifier: GPL-2.0-or-later
/* expect.c - expectations, faults and needs: words that an administrator would use */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "scenario/read.h"

/* ------------------------------------------------------------ words */

static const char *const path_words[] = {
	[PATH_ANY] = "any",
	[PATH_TUNNEL] = "tunnel",
	[PATH_INTERNET] = "internet",
	[PATH_LAN] = "lan",
	NULL,
};

static int find_word(const struct yaml_node *node, const char *what,
		     const char *const *words, unsigned int *ret_index, struct err *err)
{
	int ret = yaml_want(node, YAML_SCALAR, err);

	if (ret)
		return ret;
	for (unsigned int i = 0; words[i]; i++)
		if (str_equal(words[i], node->text)) {
			*ret_index = i;
			return 0;
		}
	return yaml_unknown(node, what, node->text, words, err);
}

static int check_host(const struct scenario *scenario, const struct yaml_node *node,
		      const char *name, struct err *err)
{
	const char *names[SCENARIO_HOSTS_MAX + 1];

	if (scenario_host_find(scenario, name, NULL))
		return 0;
	scenario_host_names(scenario, names);
	return yaml_unknown(node, "host", name, names, err);
}

static int check_site(const struct scenario *scenario, const struct yaml_node *node,
		      const char *name, struct err *err)
{
	const char *names[3] = { NULL };

	for (size_t i = 0; i < scenario->sites.count && i < 2; i++) {
		names[i] = scenario->sites.items[i].name;
		if (str_equal(names[i], name))
			return 0;
	}
	return yaml_unknown(node, "site", name, names, err);
}

/* ------------------------------------------------------------ the value of each kind */

struct context {
	struct scenario *scenario;
	const struct yaml_node *node; /* "reach: laptop -> hobbit" */
	struct expectation *expectation;
	struct err *err;
};

static int word_error(const struct context *c, const char *right)
{
	return yaml_error(c->node, c->err, "'%s: %.64s': write %s", c->node->key,
			  c->node->text, right);
}

static int read_tunnel(const struct context *c)
{
	if (!str_equal(c->node->text, "up") && !str_equal(c->node->text, "down"))
		return word_error(c, "'tunnel: up' or 'tunnel: down'");
	c->expectation->to = c->node->text;
	return 0;
}

static int read_leak(const struct context *c)
{
	c->expectation->is_fine_if_seen = str_equal(c->node->text, "yes");
	c->expectation->is_fine_while_down = str_equal(c->node->text, "while down");
	if (!str_equal(c->node->text, "none") && !c->expectation->is_fine_if_seen &&
	    !c->expectation->is_fine_while_down)
		return word_error(c, "'leak: none', 'leak: while down' or 'leak: yes'");
	return 0;
}

static int read_teardown(const struct context *c)
{
	return str_equal(c->node->text, "clean") ? 0 : word_error(c, "'teardown: clean'");
}

static int read_site(const struct context *c)
{
	c->expectation->from = c->node->text;
	return check_site(c->scenario, c->node, c->node->text, c->err);
}

static bool is_host_name(const char *text)
{
	return *text && strlen(text) <= 253 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-_.") == strlen(text);
}

static int read_name(const struct context *c)
{
	const char *text = c->node->text;

	if (!is_host_name(text))
		return word_error(c, "a host name");
	c->expectation->name = text;
	if (!inet_addr_parse(text, &c->expectation->reverse_of) &&
	    c->expectation->reverse_of.family != AF_INET)
		return word_error(c, "an IPv4 address, or a host name");
	return 0;
}

/* "laptop -> hobbit" */
static int read_pair(const struct context *c)
{
	struct arena *arena = c->scenario->arena;
	const char *arrow = strstr(c->node->text, "->");
	const char *from, *to;
	int ret;

	if (!arrow)
		return word_error(c, "two hosts, as in 'laptop -> hobbit'");
	from = str_trim(
		arena_strndup(arena, c->node->text, (size_t)(arrow - c->node->text)));
	to = str_trim(arena_strdup(arena, arrow + 2));
	ret = check_host(c->scenario, c->node, from, c->err);
	if (ret == 0)
		ret = check_host(c->scenario, c->node, to, c->err);
	if (ret)
		return ret;
	if (str_equal(from, to))
		return word_error(c, "two different hosts");
	c->expectation->from = from;
	c->expectation->to = to;
	return 0;
}

static int read_alive(const struct context *c)
{
	if (scenario_alive(c->scenario, NULL))
		return yaml_error(c->node, c->err, "'alive' stands there twice");
	return 0; /* its times: read_alive_keys() */
}

/* clang-format off */
static const struct expect_row {
	const char *word;
	enum expect_kind kind;
	int (*read)(const struct context *c);
	const char *keys[8]; /* further keys; NULL ends */
} rows[] = {
	{ "tunnel", EXPECT_TUNNEL, read_tunnel, { NULL } },
	{ "reach", EXPECT_REACH, read_pair, { "through", "as", "seen as", "within", NULL } },
	{ "blocked", EXPECT_BLOCKED, read_pair, { NULL } },
	{ "name", EXPECT_NAME, read_name,
	  { "asked by", "answer", "from", "seen as", "through", NULL } },
	{ "leak", EXPECT_LEAK, read_leak, { NULL } },
	{ "teardown", EXPECT_TEARDOWN, read_teardown, { NULL } },
	{ "throughput", EXPECT_THROUGHPUT, read_pair, { NULL } },
	{ "mtu", EXPECT_MTU, read_pair, { NULL } },
	{ "wan change", EXPECT_WAN_CHANGE, read_site, { "to", "within", NULL } },
	{ "alive", EXPECT_ALIVE, read_alive, { "each", "gap", NULL } },
};
/* clang-format on */

/* ------------------------------------------------------------ further keys */

static int read_answer(const struct context *c, const struct yaml_node *item)
{
	const struct yaml_node *node = yaml_get(item, "answer");

	if (!node)
		return yaml_error(item, c->err,
				  "'name' needs `answer:`, an address or none");
	if (node->kind == YAML_SCALAR && str_equal(node->text, "none")) {
		c->expectation->has_no_answer = true;
		return 0;
	}
	if (!c->expectation->reverse_of.family)
		return yaml_get_addr(item, "answer", &c->expectation->answer, c->err);
	if (node->kind != YAML_SCALAR || !is_host_name(node->text) ||
	    !inet_addr_parse(node->text, &c->expectation->answer))
		return yaml_error(node, c->err,
				  "'name' is an address: `answer:` is its host name");
	c->expectation->answer_name = node->text;
	return 0;
}

static int read_server(const struct context *c, const struct yaml_node *item)
{
	struct expectation *expectation = c->expectation;
	const struct scenario_host *host;
	int ret = yaml_get_text(item, "from", &expectation->server, c->err);

	if (ret || !expectation->server || str_equal(expectation->server, "nobody"))
		return ret;
	ret = check_host(c->scenario, yaml_get(item, "from"), expectation->server,
			 c->err);
	if (ret)
		return ret;
	host = scenario_host_find(c->scenario, expectation->server, NULL);
	if (!host->names.count)
		return yaml_error(yaml_get(item, "from"), c->err,
				  "'%s' is no DNS server: it has no `names:`",
				  expectation->server);
	return 0;
}

static int read_name_keys(const struct context *c, const struct yaml_node *item)
{
	const struct yaml_node *asked_by = yaml_get(item, "asked by");
	int ret;

	if (!asked_by)
		return yaml_error(item, c->err, "'name' needs `asked by:`, a host");
	ret = yaml_get_text(item, "asked by", &c->expectation->from, c->err);
	if (ret == 0)
		ret = check_host(c->scenario, asked_by, c->expectation->from, c->err);
	if (ret == 0)
		ret = read_answer(c, item);
	return ret ? ret : read_server(c, item);
}

#define ALIVE_EACH_S 300
#define ALIVE_GAP_S  30

static int read_alive_keys(const struct context *c, const struct yaml_node *item)
{
	struct expectation *wanted = c->expectation;
	int ret;

	wanted->each_s = ALIVE_EACH_S;
	wanted->gap_s = ALIVE_GAP_S;
	ret = yaml_get_duration(item, "alive", &wanted->alive_s, c->err);
	if (ret == 0)
		ret = yaml_get_duration(item, "each", &wanted->each_s, c->err);
	if (ret == 0)
		ret = yaml_get_duration(item, "gap", &wanted->gap_s, c->err);
	if (ret == 0 && wanted->each_s > wanted->alive_s) {
		if (yaml_get(item, "each"))
			return yaml_error(item, c->err,
					  "'each' is longer than 'alive': nothing would "
					  "ever be asked");
		wanted->each_s = wanted->alive_s;
	}
	return ret;
}

static int read_keys(const struct context *c, const struct yaml_node *item)
{
	const struct yaml_node *through = yaml_get(item, "through");
	double within = 0;
	unsigned int path = 0;
	int ret = yaml_get_addr(item, "seen as", &c->expectation->seen_as, c->err);

	if (ret == 0)
		ret = yaml_get_addr(item, "as", &c->expectation->as, c->err);
	if (ret == 0 && through)
		ret = find_word(through, "path", path_words, &path, c->err);
	if (ret == 0)
		ret = yaml_get_prefix(item, "to", &c->expectation->wan, c->err);
	if (ret == 0)
		ret = yaml_get_seconds(item, "within", &within, c->err);
	if (ret)
		return ret;
	c->expectation->path = (enum path_kind)path;
	c->expectation->within_s = (unsigned int)(within + 0.999);
	if (c->expectation->kind == EXPECT_ALIVE)
		return read_alive_keys(c, item);
	return c->expectation->kind == EXPECT_NAME ? read_name_keys(c, item) : 0;
}

/* ------------------------------------------------------------ one expectation */

static int find_row(const struct yaml_node *item, const struct expect_row **ret_row,
		    struct err *err)
{
	const char *words[ARRAY_SIZE(rows) + 1] = { NULL };
	int ret = yaml_want(item, YAML_MAPPING, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		words[i] = rows[i].word;
		if (yaml_get(item, rows[i].word)) {
			*ret_row = &rows[i];
			return 0;
		}
	}
	if (!item->items.count)
		return yaml_error(item, err, "an empty expectation");
	return yaml_unknown(item->items.items[0], "expectation",
			    item->items.items[0]->key, words, err);
}

static int want_row_keys(const struct yaml_node *item, const struct expect_row *row,
			 struct err *err)
{
	const char *keys[ARRAY_SIZE(row->keys) + 1] = { row->word };

	for (size_t i = 0; row->keys[i]; i++)
		keys[i + 1] = row->keys[i];
	return yaml_want_keys(item, keys, err);
}

static int read_expectation(struct scenario *scenario, const struct yaml_node *item,
			    struct err *err)
{
	const struct expect_row *row = NULL;
	struct expectation expectation = { 0 };
	struct context c = { .scenario = scenario,
			     .expectation = &expectation,
			     .err = err };
	int ret = find_row(item, &row, err);

	if (ret == 0)
		ret = want_row_keys(item, row, err);
	if (ret)
		return ret;
	c.node = yaml_get(item, row->word);
	ret = yaml_want(c.node, YAML_SCALAR, err);
	if (ret)
		return ret;
	expectation.kind = row->kind;
	expectation.at = c.node->at;
	expectation.text =
		arena_printf(scenario->arena, "%s: %s", row->word, c.node->text);
	ret = row->read(&c);
	if (ret == 0)
		ret = read_keys(&c, item);
	if (ret)
		return ret;
	vec_add(scenario->arena, &scenario->expectations, expectation);
	return 0;
}

/* ------------------------------------------------------------ faults and needs */

/* F63, F66b */
static bool is_fault_id(const char *id)
{
	size_t digits = *id == 'F' ? strspn(id + 1, "0123456789") : 0;
	const char *rest = id + 1 + digits;

	return digits >= 1 && digits <= 3 &&
	       (!*rest || (islower((unsigned char)*rest) && !rest[1]));
}

static int read_fault(struct scenario *scenario, const struct yaml_node *node,
		      struct err *err)
{
	static const char *const keys[] = { "id", "site", "file", "line", NULL };
	struct fault fault = { .at = node->at };
	const char *id = NULL;
	int ret = yaml_want_keys(node, keys, err);

	if (ret == 0)
		ret = yaml_get_text(node, "id", &id, err);
	if (ret == 0)
		ret = yaml_get_text(node, "site", &fault.site, err);
	if (ret == 0)
		ret = yaml_get_text(node, "file", &fault.file, err);
	if (ret == 0)
		ret = yaml_get_number(node, "line", 1, 10000000, &fault.line, err);
	if (ret == 0 && fault.site)
		ret = check_site(scenario, yaml_get(node, "site"), fault.site, err);
	if (ret)
		return ret;
	if (!id || !is_fault_id(id))
		return yaml_error(node, err,
				  "a fault needs `id:`, an F-number such as %s",
				  finding_class_of(F63)->id);
	fault.class = finding_class_find(id);
	if (!fault.class)
		return yaml_error(node, err,
				  "there is no fault %s; failures.md has them all", id);
	if (!(fault.class->told_by & TOLD_RUN))
		return yaml_error(node, err, "no rehearsal shows %s, %s: %s", id,
				  fault.class->name,
				  fault.class->no_scenario ? fault.class->no_scenario
							   : "only the files do");
	vec_add(scenario->arena, &scenario->faults, fault);
	return 0;
}

static int read_faults(struct scenario *scenario, const struct yaml_node *node,
		       struct err *err)
{
	int ret = 0;

	if (!node || (node->kind == YAML_SCALAR && str_equal(node->text, "none")))
		return 0;
	if (node->kind != YAML_SEQUENCE)
		return read_fault(scenario, node, err);
	vec_foreach (item, &node->items) {
		ret = read_fault(scenario, *item, err);
		if (ret)
			break;
	}
	return ret;
}

const struct scenario_need scenario_need_words[] = {
	{ "kernel-esp", NEED_KERNEL_ESP },
	{ "netem", NEED_NETEM },
	{ "libipsec", NEED_LIBIPSEC },
	{ "xfrm-interfaces", NEED_XFRM_INTERFACE },
	{ "vti", NEED_VTI },
	{ NULL, 0 },
};

static int read_need(struct scenario *scenario, const struct yaml_node *node,
		     struct err *err)
{
	const char *words[ARRAY_SIZE(scenario_need_words)];
	unsigned int index = 0;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = scenario_need_words[i].word;
	ret = find_word(node, "need", words, &index, err);
	if (ret == 0)
		scenario->needs |= scenario_need_words[index].need;
	return ret;
}

static int read_needs(struct scenario *scenario, const struct yaml_node *node,
		      struct err *err)
{
	int ret = 0;

	if (!node)
		return 0;
	if (node->kind != YAML_SEQUENCE)
		return read_need(scenario, node, err);
	vec_foreach (item, &node->items) {
		ret = read_need(scenario, *item, err);
		if (ret)
			break;
	}
	return ret;
}

int expect_read(struct scenario *scenario, const struct yaml_node *root, struct err *err)
{
	const struct yaml_node *expect = yaml_get(root, "expect");
	int ret;

	if (!expect)
		return yaml_error(root, err, "nothing is expected: add `expect:`");
	ret = yaml_want(expect, YAML_SEQUENCE, err);
	if (ret)
		return ret;
	if (!expect->items.count)
		return yaml_error(expect, err, "nothing is expected");
	vec_foreach (item, &expect->items) {
		ret = read_expectation(scenario, *item, err);
		if (ret)
			return ret;
	}
	ret = read_faults(scenario, yaml_get(root, "fault"), err);
	return ret ? ret : read_needs(scenario, yaml_get(root, "needs"), err);
}
