// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * strongswan_ipsec_conf.c - ipsec.conf and ipsec.secrets
 *
 * Sections begin in the first column, their keys are indented. A conn takes its values
 * from itself, then from also= (the first that has one), then from conn %default.
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"
#include "import/strongswan_conn.h"
#include "model/aspect.h"
#include "import/words.h"

#define ALSO_DEPTH_MAX 8
#define IGNORED	       (-1)
#define NOT_REHEARSED  (-2)
#define IN_CHILD       CONN_KEY_COUNT /* added to keys of the child */

/*
 * A word fills a key, has no effect here (IGNORED, with the reason), or touches aspects
 * without being rehearsed, unless its value is the inert one.
 */
struct word {
	const char *word;
	int key;
	const char *why;
	unsigned int aspects;
	const char *inert;
};

#define KEY(key)	       (key), NULL, 0, NULL
#define NONE(why)	       IGNORED, (why), 0, NULL
#define TOUCHES(aspects)       NOT_REHEARSED, NULL, (aspects), NULL
#define UNLESS(inert, aspects) NOT_REHEARSED, NULL, (aspects), (inert)
/* The same word of both ends. */
#define BOTH(word, effect)           \
	{ "left" word, effect },     \
	{                            \
		"right" word, effect \
	}

static const char of_auth[] = "counts only with an authentication that is named itself";
static const char of_renewal[] = "only spreads rekeying";
static const char of_old[] = "belongs to strongSwan 4, 5 knows it no more";
static const char of_vips[] = "counts only with addresses that one end gives the other";
static const char of_firewall[] =
	"lets packets pass, which no firewall of these files refuses";

/* Each end has its words twice, as left… and right…: '<' is ours, '>' the peer's. */
/* clang-format off */
static const struct word words[] = {
	{ "keyexchange", KEY(CONN_VERSION) }, { "left", KEY(CONN_LOCAL_ADDRS) },
	{ "right", KEY(CONN_REMOTE_ADDRS) }, { "aggressive", KEY(CONN_AGGRESSIVE) },
	{ "ike", KEY(CONN_PROPOSALS) }, { "ikelifetime", KEY(CONN_LIFETIME) },
	{ "dpddelay", KEY(CONN_DPD_DELAY) }, { "dpdtimeout", KEY(CONN_DPD_TIMEOUT) },
	{ "keyingtries", KEY(CONN_KEYINGTRIES) }, { "mobike", KEY(CONN_MOBIKE) },
	{ "fragmentation", KEY(CONN_FRAGMENTATION) }, { "forceencaps", KEY(CONN_ENCAP) },
	{ "leftauth", KEY(CONN_LOCAL_AUTH) }, { "leftid", KEY(CONN_LOCAL_ID) },
	{ "rightauth", KEY(CONN_REMOTE_AUTH) }, { "rightid", KEY(CONN_REMOTE_ID) },
	{ "authby", KEY(CONN_AUTHBY) }, { "auto", KEY(CONN_AUTO) },
	{ "leftsubnet", KEY(IN_CHILD + CHILD_LOCAL_TS) },
	{ "rightsubnet", KEY(IN_CHILD + CHILD_REMOTE_TS) },
	{ "leftprotoport", KEY(IN_CHILD + CHILD_LOCAL_PROTOPORT) },
	{ "rightprotoport", KEY(IN_CHILD + CHILD_REMOTE_PROTOPORT) },
	{ "esp", KEY(IN_CHILD + CHILD_ESP) },
	{ "ah", KEY(IN_CHILD + CHILD_AH) }, { "type", KEY(IN_CHILD + CHILD_MODE) },
	{ "dpdaction", KEY(IN_CHILD + CHILD_DPD_ACTION) },
	{ "closeaction", KEY(IN_CHILD + CHILD_CLOSE_ACTION) },
	{ "lifetime", KEY(IN_CHILD + CHILD_LIFE_TIME) },
	{ "keylife", KEY(IN_CHILD + CHILD_LIFE_TIME) },
	{ "margintime", KEY(IN_CHILD + CHILD_MARGIN_TIME) },
	{ "rekeymargin", KEY(IN_CHILD + CHILD_MARGIN_TIME) },
	{ "compress", KEY(IN_CHILD + CHILD_IPCOMP) },
	{ "replay_window", KEY(IN_CHILD + CHILD_REPLAY_WINDOW) },
	{ "rekeyfuzz", NONE(of_renewal) }, { "reauth", NONE(of_renewal) },
	{ "rekey", UNLESS("yes", ASPECT_LIFE) },
	{ "inactivity", TOUCHES(ASPECT_LIFE) },
	{ "installpolicy", UNLESS("yes", ASPECT_WAY) },
	{ "mark", KEY(IN_CHILD + CHILD_MARK) },
	{ "mark_in", KEY(IN_CHILD + CHILD_WORD_0 + CHILD_WORD_MARK_IN) },
	{ "mark_out", KEY(IN_CHILD + CHILD_WORD_0 + CHILD_WORD_MARK_OUT) },
	{ "reqid", KEY(IN_CHILD + CHILD_WORD_0 + CHILD_WORD_REQID) },
	{ "tfc", UNLESS("0", ASPECT_THROUGHPUT) },
	{ "lifebytes", UNLESS("0", ASPECT_LIFE) },
	{ "lifepackets", UNLESS("0", ASPECT_LIFE) },
	{ "marginbytes", NONE(of_renewal) }, { "marginpackets", NONE(of_renewal) },
	BOTH("sourceip", TOUCHES(ASPECT_SELECTORS | ASPECT_WAY)),
	BOTH("dns", TOUCHES(ASPECT_DNS)),
	/* Which script of strongSwan's own is run, see strongswan_children.c. */
	{ "leftfirewall", KEY(IN_CHILD + CHILD_WORD_0 + CHILD_WORD_UPDOWN) },
	{ "rightfirewall", NONE(of_firewall) }, BOTH("hostaccess", NONE(of_firewall)),
	{ "leftupdown", KEY(IN_CHILD + CHILD_WORD_0 + CHILD_WORD_UPDOWN) },
	{ "rightupdown", TOUCHES(ASPECT_WAY | ASPECT_NAT | ASPECT_DNS) },
	BOTH("cert", NONE(of_auth)), BOTH("cert2", NONE(of_auth)),
	BOTH("ca", NONE(of_auth)), BOTH("ca2", NONE(of_auth)),
	BOTH("certpolicy", NONE(of_auth)), BOTH("sendcert", NONE(of_auth)),
	BOTH("sigkey", NONE(of_auth)), BOTH("groups", NONE(of_auth)),
	BOTH("groups2", NONE(of_auth)), BOTH("id2", NONE(of_auth)),
	BOTH("rsasigkey", NONE(of_auth)),
	BOTH("auth2", TOUCHES(ASPECT_AUTH)),
	BOTH("ikeport", UNLESS("500", ASPECT_IKE)),
	BOTH("allowany", UNLESS("no", ASPECT_IKE)),
	BOTH("nexthop", NONE(of_old)),
	{ "ikedscp", NONE("marks IKE's packets, which nobody here sorts") },
	{ "eap_identity", NONE(of_auth) }, { "aaa_identity", NONE(of_auth) },
	{ "eap", NONE(of_old) }, { "xauth", NONE(of_auth) },
	{ "xauth_identity", NONE(of_auth) }, { "modeconfig", NONE(of_vips) },
	{ "me_peerid", TOUCHES(ASPECT_IKE) },
	{ "mediation", UNLESS("no", ASPECT_IKE) },
	{ "mediated_by", TOUCHES(ASPECT_IKE) },
	{ "sha256_96", UNLESS("no", ASPECT_WAY) },
	{ "uniqueids", NONE("belongs into config setup") },
	{ "pfs", NONE(of_old) }, { "pfsgroup", NONE(of_old) },
	{ "plutostart", NONE(of_old) }, { "nat_traversal", NONE(of_old) },
};
/* clang-format on */

struct unrehearsed {
	const struct word *word;
	struct origin at;
	bool is_inert;
};

/* One "conn" as written. */
struct section {
	const char *name;
	struct origin at;
	struct text values[CONN_KEY_COUNT];
	struct text child_values[CHILD_KEY_COUNT];
	VEC(struct text) also;
	VEC(struct unrehearsed) unrehearsed;
};

struct reader {
	struct site *site;
	struct strongswan_files *files;
	VEC(struct section) sections;
	struct map names; /* name to index + 1 */
	size_t current;	  /* index of the conn that is open */
	bool is_in_conn, is_in_setup;
	struct text unique;  /* uniqueids of config setup */
	bool is_string_open; /* a '"' that nothing closes */
};

static void file_walk(void *user, struct strongswan_file *file);
static char *unquote(char *text);

/* In the first column; what it includes stands in its place. */
static void include_take(struct reader *reader, char *pattern, struct origin at)
{
	strongswan_include(reader->site, reader->files, unquote(str_trim(pattern)), at, 0,
			   file_walk, reader);
}

/* A conn of a name that was there goes on: what it says now replaces what it said. */
static void open_conn(struct reader *reader, const char *name, struct origin at)
{
	uintptr_t index = (uintptr_t)map_get(&reader->names, NULL, name);
	struct section *section;

	if (index) {
		site_remark(reader->site, REMARK_ASSUMED, at,
			    "there is another conn '%.60s': both are one", name);
		reader->current = index - 1;
		return;
	}
	if (reader->sections.count >= 2 * STRONGSWAN_CONNS_MAX) {
		reader->is_in_conn = false;
		return;
	}
	section = vec_push(reader->site->arena, &reader->sections);
	section->name = name;
	section->at = at;
	reader->current = reader->sections.count - 1;
	map_put(reader->site->arena, &reader->names, NULL, name,
		(void *)(uintptr_t)reader->sections.count);
}

/* As starter's grammar has it: one such line, and no conn of the file is loaded. */
static void refuse(struct reader *reader, struct origin at, const char *why,
		   const char *word, const char *advice)
{
	struct remark *remark;

	remark = site_remark(reader->site, REMARK_INVALID, at,
			     "%s '%.60s': strongSwan loads nothing of this file", why,
			     word);
	remark_says(remark, SAYS_NONE_LOADED, MEND_LINE, NULL);
	remark_advise(remark, advice);
}

static void section_open(struct reader *reader, char *line, struct origin at)
{
	char *name = line + strcspn(line, " \t");
	bool is_conn;

	if (*name)
		*name++ = '\0';
	name = str_trim(name);
	site_statement(reader->site, at);
	if (str_equal(line, "include")) {
		include_take(reader, name, at);
		return;
	}
	is_conn = str_equal(line, "conn");
	reader->is_in_conn = is_conn && *name;
	reader->is_in_setup = str_equal(line, "config") && str_equal(name, "setup");
	if (!is_conn && !str_equal(line, "config") && !str_equal(line, "ca") &&
	    !str_starts(line, "version"))
		refuse(reader, at, "no section of ipsec.conf begins with", line,
		       "a line of a conn begins with a blank; its section with conn, "
		       "config or ca");
	else if (is_conn && !*name)
		refuse(reader, at, "there is no name behind", line,
		       "conn and a name for it");
	if (!reader->is_in_conn)
		return;
	open_conn(reader, name, at);
}

static void unknown_word(struct reader *reader, const char *word, struct origin at)
{
	const char *names[ARRAY_SIZE(words) + 1] = { NULL };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		names[i] = words[i].word;
	site_remark(reader->site, REMARK_UNKNOWN, at, "unknown key '%.60s'%s", word,
		    site_hint(reader->site, word, names));
}

/* It may be inherited: whose it is in the end says section_done(). */
static void take_unrehearsed(struct reader *reader, const struct word *word,
			     const struct text *text)
{
	struct section *section = &reader->sections.items[reader->current];
	const struct unrehearsed taken = { word, text->at,
					   !text->s || str_equal(text->s, word->inert) };

	if (section->unrehearsed.count < ARRAY_SIZE(words))
		vec_add(reader->site->arena, &section->unrehearsed, taken);
}

static void key_take(struct reader *reader, const char *word, const char *value,
		     struct origin at)
{
	struct section *section = &reader->sections.items[reader->current];
	struct text text = { *value ? value : NULL, at };

	if (str_equal(word, "also")) {
		if (section->also.count < ALSO_DEPTH_MAX)
			vec_add(reader->site->arena, &section->also, text);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!str_equal(word, words[i].word))
			continue;
		if (words[i].key == IGNORED)
			site_remark(reader->site, REMARK_IGNORED, at, "'%s': %s",
				    words[i].word, words[i].why);
		else if (words[i].key == NOT_REHEARSED)
			take_unrehearsed(reader, &words[i], &text);
		else if (words[i].key >= IN_CHILD)
			section->child_values[words[i].key - IN_CHILD] = text;
		else
			section->values[words[i].key] = text;
		return;
	}
	unknown_word(reader, word, at);
}

/*
 * Starter's lexer: '#' begins a comment wherever it stands, but not in a string nor as
 * "@#", a key id; a string may hold line ends. Returns how long the line is before its
 * comment; ret_whole: with it.
 */
static size_t line_length(const char *text, size_t *ret_whole, bool *ret_is_open)
{
	size_t length = 0;

	*ret_is_open = false;
	while (text[length] && text[length] != '\n') {
		const char *c = text + length, *end = c;

		if (*c == '#' && !(length >= 2 && c[-1] == '@' && strchr("= \t", c[-2])))
			break;
		if (*c == '"') {
			for (end++; *end && *end != '"'; end++)
				end += *end == '\\' && end[1];
			if (!*end) {
				*ret_is_open = true;
				end = c;
			}
		}
		length += (size_t)(end - c) + 1;
	}
	*ret_whole = length + strcspn(text + length, "\n");
	return length;
}

/* '=' within a value is a token of its own, which no rule of the grammar has. */
static bool has_equals(const char *value)
{
	bool is_quoted = false;

	for (; *value; value++) {
		is_quoted ^= *value == '"';
		if (*value == '=' && !is_quoted)
			return true;
	}
	return false;
}

static char *unquote(char *text)
{
	size_t length = strlen(text);

	if (length < 2 || text[0] != '"' || text[length - 1] != '"')
		return text;
	text[length - 1] = '\0';
	return text + 1;
}

static void line_take(struct reader *reader, char *line, struct origin at)
{
	bool is_indented = *line == ' ' || *line == '\t';
	char *equals, *word;

	word = str_trim(line);
	if (!*word)
		return;
	if (!is_indented) {
		section_open(reader, word, at);
		return;
	}
	if (str_starts(word, "include ") || str_starts(word, "include\t")) {
		include_take(reader, word + strlen("include"), at);
		return;
	}
	if (str_starts(word, "version"))
		return;
	equals = strchr(word, '=');
	if (reader->is_string_open)
		refuse(reader, at, "a string that never ends in", word,
		       "end it with '\"'");
	else if (!equals)
		refuse(reader, at, "there is no '=' in", word,
		       "write name=value, or take the line out");
	else if (has_equals(equals + 1))
		refuse(reader, at, "a value with '=' wants to be quoted:", word,
		       "put the value between '\"'");
	if (!equals)
		return;
	*equals = '\0';
	word = str_trim(word);
	site_statement(reader->site, at);
	if (reader->is_in_setup && str_equal(word, "uniqueids"))
		reader->unique = (struct text){ unquote(str_trim(equals + 1)), at };
	else if (!reader->is_in_conn)
		site_remark(reader->site, REMARK_IGNORED, at,
			    "'%.60s' is in no conn and not rehearsed", word);
	else
		key_take(reader, word, unquote(str_trim(equals + 1)), at);
}

/* One line after the other, each in the arena; what it calls may keep its parts. */
static void file_walk(void *user, struct strongswan_file *file)
{
	struct reader *reader = user;
	struct origin at = { .file = file->name };
	const char *text = file->text;

	while (*text) {
		size_t whole, length = line_length(text, &whole, &reader->is_string_open);

		at.line++;
		line_take(reader, arena_strndup(reader->site->arena, text, length), at);
		for (size_t i = 0; i < whole; i++)
			at.line += text[i] == '\n';
		text += whole + (text[whole] == '\n');
	}
}

static void inherit(struct text *values, const struct text *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!values[i].s)
			values[i] = from[i];
}

static bool has_word(const struct section *section, const struct word *word)
{
	vec_foreach (unrehearsed, &section->unrehearsed)
		if (unrehearsed->word == word)
			return true;
	return false;
}

/* Only the one that is named takes part: also= of also= is followed a few steps. */
static void merge(struct reader *reader, struct section *into, const struct section *from,
		  unsigned int depth)
{
	inherit(into->values, from->values, CONN_KEY_COUNT);
	inherit(into->child_values, from->child_values, CHILD_KEY_COUNT);
	vec_foreach (unrehearsed, &from->unrehearsed)
		if (!has_word(into, unrehearsed->word))
			vec_add(reader->site->arena, &into->unrehearsed, *unrehearsed);
	if (depth >= 3)
		return;
	vec_foreach (also, &from->also) {
		uintptr_t index = (uintptr_t)map_get(&reader->names, NULL, also->s);

		if (index)
			merge(reader, into, &reader->sections.items[index - 1],
			      depth + 1);
		else
			site_remark(reader->site, REMARK_INVALID, also->at,
				    "also=%.60s: there is no such conn", also->s);
	}
}

/* Of all conns, whichever file says it; "yes" is the word for it when none does. */
static struct text unique_of(struct reader *reader)
{
	static const char *const known[] = { "yes", "no", "never", "replace", "keep" };
	struct text *unique = &reader->unique;

	for (size_t i = 0; unique->s && i < ARRAY_SIZE(known); i++)
		if (str_equal_nocase(unique->s, known[i]))
			return (struct text){ i ? known[i] : "replace", unique->at };
	if (unique->s)
		site_remark(
			reader->site, REMARK_INVALID, unique->at,
			"uniqueids=%.40s: starter takes no such word, and 'yes' counts",
			unique->s);
	*unique = (struct text){ NULL, { .source = "ipsec.conf default" } };
	return (struct text){ "replace", unique->at };
}

static void section_done(struct reader *reader, const struct section *section,
			 const struct strongswan_taker *taker)
{
	struct section merged = { .name = section->name, .at = section->at };
	uintptr_t base = (uintptr_t)map_get(&reader->names, NULL, "%default");
	struct strongswan_conn conn = { .dialect = DIALECT_IPSEC_CONF,
					.name = section->name,
					.at = section->at };
	struct strongswan_child *child;

	merge(reader, &merged, section, 0);
	if (base)
		merge(reader, &merged, &reader->sections.items[base - 1], 0);
	memcpy(conn.values, merged.values, sizeof(conn.values));
	conn.values[CONN_UNIQUE] = unique_of(reader);
	child = vec_push(reader->site->arena, &conn.children);
	child->name = section->name;
	child->at = section->at;
	memcpy(child->values, merged.child_values, sizeof(child->values));
	vec_foreach (unrehearsed, &merged.unrehearsed)
		if (!unrehearsed->is_inert)
			site_unrehearsed(reader->site, section->name,
					 unrehearsed->word->aspects, unrehearsed->at,
					 unrehearsed->word->word);
	taker->take(taker->user, &conn);
}

/* A section that others only take values from: no auto=, but somebody's also=. */
static bool is_only_base(const struct reader *reader, const struct section *section)
{
	if (str_equal(section->name, "%default"))
		return true;
	if (section->values[CONN_AUTO].s)
		return false;
	vec_foreach (other, &reader->sections) {
		vec_foreach (also, &other->also) {
			if (str_equal(also->s, section->name))
				return true;
		}
	}
	return false;
}

/* "conn %defualt": a conn like any other, and no other takes its values. */
static bool is_default_by_mistake(const struct reader *reader,
				  const struct section *section)
{
	if (section->name[0] != '%' || is_only_base(reader, section) ||
	    section->values[CONN_AUTO].s)
		return false;
	site_remark(
		reader->site, REMARK_INVALID, section->at,
		"conn %.60s: only conn %%default gives others its values; nothing reads "
		"these",
		section->name);
	return true;
}

void strongswan_ipsec_conf_read(struct site *site, struct strongswan_files *files,
				const struct strongswan_taker *taker)
{
	struct reader reader = { .site = site, .files = files };

	strongswan_files_read(site, files, FILE_IPSEC_CONF, "ipsec.conf", file_walk,
			      &reader);
	vec_foreach (section, &reader.sections) {
		if (is_default_by_mistake(&reader, section))
			continue;
		if (!is_only_base(&reader, section))
			section_done(&reader, section, taker);
	}
	if (reader.sections.count >= 2 * STRONGSWAN_CONNS_MAX)
		site_capped(site, reader.sections.items[reader.sections.count - 1].at,
			    "only the first %d conns are read", 2 * STRONGSWAN_CONNS_MAX);
}

/* ------------------------------------------------------------ ipsec.secrets */

/* The bytes between the quotes, or the word. NULL: neither. */
static const char *secret_text(char *text, size_t *ret_length)
{
	char quote = *text == '"' || *text == '\'' ? *text : '\0';
	const char *start = quote ? text + 1 : text;
	const char *end = quote ? strchr(start, quote) : start + strcspn(start, " \t#");

	if (!end)
		return NULL;
	*ret_length = (size_t)(end - start);
	return start;
}

static bool is_other_kind(const char *kind)
{
	static const char *const kinds[] = { "RSA",   "ECDSA", "PKCS8", "P12",
					     "PIN",   "EAP",   "NTLM",	"XAUTH",
					     "BLISS", "PPK",   "EDDSA", "ED25519" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_equal(kind, kinds[i]))
			return true;
	return false;
}

/* What the stroke plugin does with a line that it does not understand. */
static bool stop(struct site *site, struct strongswan_secrets *secrets, struct origin at,
		 const char *why, const char *better)
{
	struct remark *remark =
		site_remark(site, REMARK_INVALID, at,
			    "%s: strongSwan stops reading this file here", why);

	remark_says(remark, SAYS_SECRETS_END, MEND_LINE, why);
	if (remark)
		remark->better = better;
	if (!secrets->end.file)
		secrets->end = at;
	return false;
}

/* The separator has a blank on each side, but where no id stands before it. */
static char *separator_of(char *line)
{
	return str_starts(line, ": ") ? line : strstr(line, " : ");
}

/* "%any 192.0.2.1 : PSK …" is for 192.0.2.1 alone: charon leaves out what is anybody. */
static void drop_any(struct strongswan_secret *secret)
{
	const char *value;
	size_t kept = 0;

	vec_foreach (id, &secret->ids)
		if (id_type_of_strongswan_text(id->s, &value) != ID_TYPE_NONE)
			secret->ids.items[kept++] = *id;
	if (kept)
		secret->ids.count = kept;
}

/* False: what follows in the file is not read. */
static bool secret_line(struct site *site, struct strongswan_secrets *secrets, char *line,
			struct origin at)
{
	char *colon = separator_of(line), *state = NULL, *kind, *value;
	struct strongswan_secret secret = { 0 };
	const char *text;
	size_t length;

	if (!colon)
		return stop(site, secrets, at,
			    "there is no ' : ' between identities and secret",
			    strchr(line, ':') ? NULL : "PSK\n: PSK");
	colon += *colon == ' ';
	*colon = '\0';
	kind = str_trim(colon + 1);
	value = kind + strcspn(kind, " ");
	if (*value)
		*value++ = '\0';
	if (is_other_kind(kind)) {
		site_remark(site, REMARK_IGNORED, at, "only PSK secrets are rehearsed");
		return true;
	}
	if (!str_equal(kind, "PSK"))
		return stop(site, secrets, at,
			    "neither PSK nor another kind stands behind ' : '", NULL);
	text = secret_text(str_trim(value), &length);
	if (!text)
		return stop(site, secrets, at, "a secret without closing quote", NULL);
	strongswan_secret_decode(site, text, length, at, &secret.secret);
	for (char *id = strtok_r(line, " \t", &state); id && secret.ids.count < 16;
	     id = strtok_r(NULL, " \t", &state))
		vec_add(site->arena, &secret.ids, ((struct text){ unquote(id), at }));
	drop_any(&secret);
	vec_add(site->arena, &secrets->list, secret);
	return true;
}

struct secrets_reader {
	struct site *site;
	struct strongswan_files *files;
	struct strongswan_secrets *secrets;
};

static void secrets_walk(void *user, struct strongswan_file *file)
{
	const struct secrets_reader *reader = user;
	struct origin at = { .file = file->name };
	const char *text = file->text;

	while (*text && reader->secrets->list.count < STRONGSWAN_SECRETS_MAX) {
		size_t length = strcspn(text, "\n");
		char *line = str_trim(arena_strndup(reader->site->arena, text, length));

		at.line++;
		text += length + (text[length] == '\n');
		if (str_starts(line, "include ") || str_starts(line, "include\t"))
			strongswan_include(reader->site, reader->files,
					   unquote(str_trim(line + strlen("include "))),
					   at, ASPECT_AUTH, secrets_walk, user);
		else if (*line && *line != '#' &&
			 !secret_line(reader->site, reader->secrets, line, at))
			return;
	}
}

void strongswan_ipsec_secrets_read(struct site *site, struct strongswan_files *files,
				   struct strongswan_secrets *secrets)
{
	struct secrets_reader reader = { site, files, secrets };

	strongswan_files_read(site, files, FILE_IPSEC_SECRETS, "ipsec.secrets",
			      secrets_walk, &reader);
}

void strongswan_ipsec_conf_words_list(struct import_words *list)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		import_words_add(list, (struct import_word){ .device = "strongSwan",
							     .place = "ipsec.conf",
							     .word = words[i].word,
							     .why = words[i].why,
							     .aspects = words[i].aspects,
							     .inert = words[i].inert });
}
