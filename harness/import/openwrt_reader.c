// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_reader.c - what the parts of the OpenWrt importer share */
#include "import/openwrt_reader.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"

#define WORDS_BYTES_MAX 65536
#define KNOWN_MAX	192	   /* options of one section type */
#define SECONDS_MAX	1000000000 /* three decades; no lifetime is longer */

struct origin openwrt_option_at(const struct openwrt *o, const struct tree_node *section,
				const char *name)
{
	const struct tree_node *option = uci_option_find(&o->uci, section, name);

	return option ? option->at : section->at;
}

const char *openwrt_get(const struct openwrt *o, const struct tree_node *section,
			const char *name)
{
	const char *text = uci_get(&o->uci, section, name);

	return text && *text ? text : NULL;
}

struct text openwrt_text(const struct openwrt *o, const struct tree_node *section,
			 const char *name)
{
	const char *text = openwrt_get(o, section, name);

	if (!text)
		return (struct text){ 0 };
	return (struct text){ .s = text, .at = openwrt_option_at(o, section, name) };
}

struct flag openwrt_flag(const struct openwrt *o, const struct tree_node *section,
			 const char *name, int fallback, const char *source)
{
	const struct text text = openwrt_text(o, section, name);
	int value = text.s ? uci_bool_parse(text.s) : -1;

	if (value >= 0)
		return (struct flag){ .is_set = true, .on = value, .at = text.at };
	if (text.s)
		site_remark(o->site, REMARK_INVALID, text.at,
			    "option '%s' is neither on nor off, the default holds", name);
	return (struct flag){ .is_set = fallback >= 0,
			      .on = fallback > 0,
			      .at = { .source = fallback >= 0 ? source : NULL } };
}

bool openwrt_bool(const struct openwrt *o, const struct tree_node *section,
		  const char *name, bool fallback)
{
	return openwrt_flag(o, section, name, fallback, OPENWRT_DEFAULT).on;
}

struct number openwrt_number(const struct openwrt *o, const struct tree_node *section,
			     const char *name)
{
	const struct text text = openwrt_text(o, section, name);
	struct number number = { .at = text.at };

	if (!text.s)
		return number;
	if (str_to_number(text.s, INT32_MIN, INT32_MAX, &number.n))
		site_remark(o->site, REMARK_INVALID, text.at,
			    "option '%s' is not a number", name);
	else
		number.is_set = true;
	return number;
}

/* Returns false when it is no time. */
static bool parse_seconds(const char *text, int64_t *ret_seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t length = strlen(text);
	int64_t unit = 1;
	char digits[16];

	for (size_t i = 0; length && i < ARRAY_SIZE(units); i++) {
		if (text[length - 1] == units[i].unit) {
			unit = units[i].seconds;
			length--;
			break;
		}
	}
	if (!length || length >= sizeof(digits))
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (str_to_number(digits, 0, SECONDS_MAX, ret_seconds))
		return false;
	*ret_seconds *= unit;
	return true;
}

bool openwrt_is_time(const char *text)
{
	int64_t seconds;

	return parse_seconds(text, &seconds);
}

struct number openwrt_seconds(const struct openwrt *o, const struct tree_node *section,
			      const char *name, const char *fallback, const char *source)
{
	const struct text text = openwrt_text(o, section, name);
	struct number number = { .is_set = true, .at = text.at };

	if (text.s && parse_seconds(text.s, &number.n))
		return number;
	if (text.s)
		site_remark(o->site, REMARK_INVALID, text.at,
			    "option '%s' is not a time such as 30s, 9m, 3h or 1d", name);
	number.at = (struct origin){ .source = source };
	number.is_set = fallback && parse_seconds(fallback, &number.n);
	return number;
}

struct remark *openwrt_remark_once(const struct openwrt *o, enum remark_kind kind,
				   struct origin at, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(o->site->arena, format, args);
	va_end(args);
	if (site_has_remark(o->site, at, text))
		return NULL;
	return site_remark(o->site, kind, at, "%s", text);
}

/*
 * config_list_foreach sees `list` only: an `option` of that name is not there for a
 * script that walks it (openwrt-scripts.md, 3).
 */
static const struct walked {
	unsigned int quirk; /* 0: every script */
	const char *name;
	enum remark_code unread; /* what is missing when it is no list */
} walked[] = {
	{ 0, "tunnel", SAYS_UNREAD_TUNNELS },
	{ 0, "transport", SAYS_UNREAD_TUNNELS },
	{ 0, "child", SAYS_UNREAD_TUNNELS },
	{ QUIRK_P1_LIST, "p1_proposal", SAYS_UNREAD_PROPOSALS },
	{ QUIRK_LISTS_ONLY, "crypto_proposal", SAYS_UNREAD_PROPOSALS },
	{ QUIRK_LISTS_ONLY, "local_subnet", SAYS_UNREAD_NETWORKS },
	{ QUIRK_LISTS_ONLY, "remote_subnet", SAYS_UNREAD_NETWORKS },
	{ QUIRK_NEW_NAMES, "remote_addrs", SAYS_UNREAD_TUNNELS },
	{ QUIRK_NEW_NAMES, "local_addrs", SAYS_UNREAD_TUNNELS },
};

/* NULL: an option will do. */
static const struct walked *walked_find(const struct openwrt *o, const char *name)
{
	for (size_t i = 0; openwrt_is_rendered(o) && i < ARRAY_SIZE(walked); i++)
		if (str_equal(walked[i].name, name) &&
		    (!walked[i].quirk || (o->firmware->quirks & walked[i].quirk)))
			return &walked[i];
	return NULL;
}

/* The lines that say the same as a list, an entry for each word. */
static const char *as_list(struct arena *arena, const struct tree_node *option)
{
	_cleanup_buf_ struct buf lines = { 0 };

	vec_foreach (value, &option->values) {
		_cleanup_free_ char *words = strdup(value->text);
		char *state = NULL;

		for (char *word = strtok_r(words, " \t", &state); word;
		     word = strtok_r(NULL, " \t", &state))
			buf_printf(&lines, "%slist %s '%s'", lines.length ? "\n\t" : "",
				   option->name, word);
	}
	return arena_strdup(arena, buf_text(&lines));
}

struct openwrt_words openwrt_words(const struct openwrt *o,
				   const struct tree_node *section, const char *name,
				   const char *separators)
{
	const struct tree_node *option = uci_option_find(&o->uci, section, name);
	const struct walked *walk = walked_find(o, name);
	struct openwrt_words words = { 0 };
	char delimiters[16] = " \t\r\n";
	size_t bytes = 0;

	if (option && !option->is_list && option->values.count && walk) {
		remark_says(openwrt_remark_once(
				    o, REMARK_INVALID, option->at,
				    "option '%s' of '%s' is not read by %s, which walks "
				    "a `list %s`: write list instead of option",
				    name, section->name, o->firmware->source, name),
			    walk->unread, MEND_LINE, as_list(o->site->arena, option));
		return words;
	}

	if (!option)
		return words;
	strncat(delimiters, separators, sizeof(delimiters) - strlen(delimiters) - 1);
	vec_foreach (value, &option->values) {
		const size_t length = strlen(value->text);
		char *copy = arena_strdup(o->site->arena, value->text), *save = NULL;

		bool is_negated = false;

		/* Sections are read once for each tunnel that names them. */
		bytes += length + 1;
		if (bytes > WORDS_BYTES_MAX) {
			site_remark(
				o->site, REMARK_INVALID, value->at,
				"option '%s' is longer than %d bytes, the rest is left "
				"out",
				name, WORDS_BYTES_MAX);
			break;
		}

		for (char *word = strtok_r(copy, delimiters, &save); word;
		     word = strtok_r(NULL, delimiters, &save)) {
			/* "! 10.0.0.0/8" is "!10.0.0.0/8" */
			if (str_equal(word, "!")) {
				is_negated = true;
				continue;
			}
			if (is_negated)
				word = arena_printf(o->site->arena, "!%s", word);
			is_negated = false;
			vec_add(o->site->arena, &words.list,
				((struct text){ .s = word, .at = value->at }));
		}
	}
	return words;
}

bool openwrt_prefix(const struct openwrt *o, const struct text *word,
		    struct prefix_value *ret_prefix)
{
	struct prefix_value value = { .at = word->at };
	const char *text = word->s;

	if (*text == '!') {
		value.is_negated = true;
		text++;
	}
	if (inet_prefix_parse(text, &value.prefix)) {
		site_remark(o->site, REMARK_INVALID, word->at,
			    "'%s' is not an address or network", word->s);
		return false;
	}
	*ret_prefix = value;
	return true;
}

static bool name_matches(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '*')
		return !strncmp(pattern, name, length - 1);
	return str_equal(pattern, name);
}

/* Does this release's script not know it? As documented, nobody is asked. */
static bool is_unread(const struct openwrt *o, const struct openwrt_option *known)
{
	return !known->why && !(known->readers & READ_BY(o->firmware->generator)) &&
	       o->idle;
}

static const char *why_unused(const struct openwrt *o, const struct openwrt_option *known)
{
	if (known->why)
		return known->why;
	return is_unread(o, known) ? o->idle : OPENWRT_IDLE;
}

static void check_option(const struct openwrt *o, const struct tree_node *section,
			 const struct tree_node *option,
			 const struct openwrt_option *known)
{
	const char *names[KNOWN_MAX + 1] = { 0 };
	const struct origin at = option->at;
	struct remark *remark;
	size_t count = 0;

	if (*option->name == '_') {
		site_remark(o->site, REMARK_IGNORED, at,
			    "option '%s' is a note of a user interface", option->name);
		return;
	}
	for (; known->name; known++) {
		if (name_matches(known->name, option->name)) {
			remark =
				site_remark(o->site, REMARK_IGNORED, at, "option '%s' %s",
					    option->name, why_unused(o, known));
			if (is_unread(o, known))
				remark_says(remark, SAYS_NO_EFFECT, MEND_LINE, NULL);
			return;
		}
		if (count < KNOWN_MAX)
			names[count++] = known->name;
	}
	site_remark(o->site, REMARK_UNKNOWN, at,
		    "unknown option '%s' in a section '%s'%s", option->name,
		    uci_type(section), site_hint(o->site, option->name, names));
}

void openwrt_check(const struct openwrt *o, const struct tree_node *section,
		   const struct openwrt_option *known)
{
	for (struct tree_node *option = NULL; (option = tree_unused(section, option));)
		check_option(o, section, option, known);
}

const struct import_source *openwrt_source(const struct openwrt *o, const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < o->source_count; i++) {
		const char *name = o->sources[i].name;
		size_t name_length = strlen(name);

		if (str_ends(name, path) &&
		    (name_length == length || name[name_length - length - 1] == '/'))
			return &o->sources[i];
	}
	return NULL;
}

const char *openwrt_next_line(const struct openwrt *o, const struct import_source *source,
			      size_t *offset)
{
	const char *start = source->bytes + *offset, *stop;
	size_t left = source->length - *offset;

	if (!left)
		return NULL;
	stop = memchr(start, '\n', left);
	*offset += stop ? (size_t)(stop - start) + 1 : left;
	return arena_strndup(o->site->arena, start, stop ? (size_t)(stop - start) : left);
}
