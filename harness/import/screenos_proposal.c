// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * screenos_proposal.c - ScreenOS phase 1 and phase 2 proposals
 *
 * The name of a predefined proposal is its recipe: pre-g2-aes128-sha,
 * g2-esp-aes128-sha, nopfs-esp-3des-md5 (devices.md 3.3). Phase 1 lives 28800 s,
 * phase 2 3600 s.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/algs.h"
#include "device/device.h"
#include "import/screenos_reader.h"
#include "ipsec/alg.h"
#include "model/aspect.h"

#define LIFETIME_1_S 28800
#define LIFETIME_2_S 3600
#define NAME_PARTS   5

static const struct {
	const char *word; /* in predefined names */
	const char *long_word;
	enum auth_method auth;
} methods[] = {
	{ "pre", "preshare", AUTH_PSK },
	{ "rsa", "rsa-sig", AUTH_RSA },
	{ "dsa", "dsa-sig", AUTH_UNKNOWN },
	{ "ecdsa", "ecdsa-sig", AUTH_ECDSA },
};

static const unsigned int groups[] = { 2, 1, 5, 14, 19, 20, 24 };

/* "g2", "group2" or "Group2" */
static const struct alg *group_of(const char *word)
{
	const char *keyword;
	char name[8];
	int64_t number;

	if (!strncasecmp(word, "group", strlen("group")))
		word += strlen("group");
	else if (*word == 'g' || *word == 'G')
		word += 1;
	else
		return NULL;
	if (str_to_number(word, 1, 31, &number) != 0)
		return NULL;
	(void)snprintf(name, sizeof(name), "g%u", (unsigned int)number);
	keyword = device_alg_keywords(device_of(DEVICE_SCREENOS)->algs, ALG_KIND_DH,
				      ALG_IN_NAME, name);
	return keyword ? alg_by_keyword(ALG_KIND_DH, keyword) : NULL;
}

static struct sos_proposal *proposal_new(struct reader *reader, int phase,
					 const char *name)
{
	struct sos_proposal *made = arena_alloc(reader->arena, sizeof(*made));

	made->proposal.name = name;
	made->proposal.at = reader->at;
	made->proposal.lifetime_s = (struct number){
		.is_set = true,
		.n = phase == 1 ? LIFETIME_1_S : LIFETIME_2_S,
		.at = { .source = "ScreenOS default" },
	};
	return made;
}

static bool alg_add(struct reader *reader, struct sos_proposal *made, enum alg_kind kind,
		    const char *word)
{
	const char *keyword = device_alg_keywords(device_of(reader->site->kind)->algs,
						  kind, ALG_ANYWHERE, word);
	struct proposal_alg added = { .word = word, .at = reader->at };

	if (!keyword)
		return false;
	added.alg = alg_by_keyword(kind, keyword);
	if (kind == ALG_KIND_ENCR)
		vec_add(reader->arena, &made->proposal.encr, added);
	else
		vec_add(reader->arena, &made->proposal.integ, added);
	return true;
}

static bool group_add(struct reader *reader, struct sos_proposal *made, const char *word)
{
	const struct alg *alg = group_of(word);

	if (alg)
		vec_add(reader->arena, &made->proposal.dh,
			((struct proposal_alg){ alg, word, reader->at }));
	return alg != NULL;
}

static bool method_set(struct sos_proposal *made, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		if (!str_equal_nocase(word, methods[i].word) &&
		    !str_equal_nocase(word, methods[i].long_word))
			continue;
		made->auth = methods[i].auth;
		made->auth_word = word;
		return true;
	}
	return false;
}

/* ------------------------------------------------------------ predefined */

/* Split at '-'; the last part keeps what follows ("sha2-256"). 0: too long. */
static size_t name_split(struct reader *reader, const char *name, size_t max,
			 const char *parts[static NAME_PARTS])
{
	size_t count = 0;

	while (count < max) {
		const char *dash = count + 1 < max ? strchr(name, '-') : NULL;

		if (!dash) {
			parts[count++] = arena_strdup(reader->arena, name);
			break;
		}
		parts[count++] =
			arena_strndup(reader->arena, name, (size_t)(dash - name));
		name = dash + 1;
	}
	return count;
}

/* pre-g2-aes128-sha */
static struct sos_proposal *predefined_phase1(struct reader *reader, const char *name)
{
	struct sos_proposal *made = proposal_new(reader, 1, name);
	const char *parts[NAME_PARTS];

	if (name_split(reader, name, 4, parts) == 4 && method_set(made, parts[0]) &&
	    group_add(reader, made, parts[1]) &&
	    alg_add(reader, made, ALG_KIND_ENCR, parts[2]) &&
	    alg_add(reader, made, ALG_KIND_INTEG, parts[3]))
		return made;
	return NULL;
}

/* g2-esp-aes128-sha, nopfs-esp-3des-md5, g2-ah-sha */
static struct sos_proposal *predefined_phase2(struct reader *reader, const char *name)
{
	struct sos_proposal *made = proposal_new(reader, 2, name);
	const char *parts[NAME_PARTS];
	bool is_ah = name_split(reader, name, 3, parts) == 3 &&
		     str_equal_nocase(parts[1], "ah");

	made->proposal.is_ah = is_ah;
	if (name_split(reader, name, is_ah ? 3 : 4, parts) != (is_ah ? 3 : 4))
		return NULL;
	if (!str_equal_nocase(parts[0], "nopfs") && !group_add(reader, made, parts[0]))
		return NULL;
	if (is_ah)
		return alg_add(reader, made, ALG_KIND_INTEG, parts[2]) ? made : NULL;
	if (str_equal_nocase(parts[1], "esp") &&
	    alg_add(reader, made, ALG_KIND_ENCR, parts[2]) &&
	    alg_add(reader, made, ALG_KIND_INTEG, parts[3]))
		return made;
	return NULL;
}

/* A predefined one is made anew for each use: its origin is the line that names it. */
static const struct sos_proposal *proposal_find(struct reader *reader, int phase,
						const char *name)
{
	const struct sos_proposal *found =
		map_get(&reader->proposal_map[phase - 1], NULL, name);

	if (found || strlen(name) > 64)
		return found;
	return phase == 1 ? predefined_phase1(reader, name)
			  : predefined_phase2(reader, name);
}

/* The n-th predefined name in an order where the likelier stand first; NULL: no more. */
static const char *predefined_name(const struct reader *reader, struct arena *arena,
				   int phase, size_t n)
{
	const struct device_algs *algs = device_of(reader->site->kind)->algs;
	const char *hashes[3], *ciphers[6], *hash, *cipher;
	size_t g = n / 10 % ARRAY_SIZE(groups), more = n / 10 / ARRAY_SIZE(groups);

	if (more > 1)
		return NULL;
	device_alg_list(algs, ALG_KIND_INTEG, ALG_IN_NAME, hashes, ARRAY_SIZE(hashes));
	device_alg_list(algs, ALG_KIND_ENCR, ALG_IN_NAME, ciphers, ARRAY_SIZE(ciphers));
	hash = hashes[n % 2];
	cipher = ciphers[n / 2 % 5];
	if (phase == 1)
		return arena_printf(arena, "%s-g%u-%s-%s", methods[more].word, groups[g],
				    cipher, hash);
	if (more)
		return g ? NULL : arena_printf(arena, "nopfs-esp-%s-%s", cipher, hash);
	return arena_printf(arena, "g%u-esp-%s-%s", groups[g], cipher, hash);
}

/* Every name that would be known, for "did you mean". */
static const char *proposal_hint(struct reader *reader, int phase, const char *name)
{
	VEC(const char *) names = { 0 };
	const char *known, *hint;
	struct arena *arena;

	if (!site_remark_wanted(reader->site))
		return "";
	arena = arena_new();
	for (size_t n = 0; (known = predefined_name(reader, arena, phase, n)); n++)
		vec_add(arena, &names, known);
	for (size_t i = 0; i < reader->proposal_names[phase - 1].count && i < 1000; i++)
		vec_add(arena, &names, reader->proposal_names[phase - 1].items[i]);
	vec_add(arena, &names, NULL);
	hint = site_hint(reader->site, name, names.items);
	arena_free(arena);
	return hint;
}

/* Security levels: names of predefined proposals (devices.md 3.3). */
static const char *const *sec_level(int phase, const char *level)
{
	static const struct {
		const char *level;
		const char *const names[2][5];
	} levels[] = {
		{ "standard",
		  { { "pre-g2-3des-sha", "pre-g2-aes128-sha" },
		    { "g2-esp-3des-sha", "g2-esp-aes128-sha" } } },
		{ "compatible",
		  { { "pre-g2-3des-sha", "pre-g2-3des-md5", "pre-g2-des-sha",
		      "pre-g2-des-md5" },
		    { "nopfs-esp-3des-sha", "nopfs-esp-3des-md5", "nopfs-esp-des-sha",
		      "nopfs-esp-des-md5" } } },
		{ "basic",
		  { { "pre-g1-des-sha", "pre-g1-des-md5" },
		    { "nopfs-esp-des-sha", "nopfs-esp-des-md5" } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (str_equal_nocase(levels[i].level, level))
			return levels[i].names[phase - 1];
	}
	return NULL;
}

/* ------------------------------------------------------------ written */

/* second N | minute N | hour N | day N | kbyte N, also in plural and shortened */
static void lifetime_take(struct reader *reader, struct sos_proposal *made,
			  struct args *args)
{
	static const struct {
		const char *word;
		int64_t seconds; /* 0: kilobytes */
	} units[] = {
		{ "second", 1 },   { "seconds", 1 },  { "sec", 1 },	{ "minute", 60 },
		{ "minutes", 60 }, { "min", 60 },     { "hour", 3600 }, { "hours", 3600 },
		{ "day", 86400 },  { "days", 86400 }, { "kbyte", 0 },	{ "kbytes", 0 },
	};

	while (!args_end(args)) {
		const char *word = args_take(args);
		size_t i = 0;
		int64_t n;

		while (i < ARRAY_SIZE(units) && !str_equal_nocase(units[i].word, word))
			i++;
		if (i == ARRAY_SIZE(units) || args_end(args) ||
		    str_to_number(args_peek(args), 0, UINT32_MAX, &n) != 0) {
			sos_remark(reader, REMARK_UNKNOWN,
				   "unknown word '%s' in a proposal: expected a lifetime "
				   "('second 3600', 'kbyte 64000')",
				   word);
			return;
		}
		args_take(args);
		if (n == 0)
			continue; /* unlimited */
		if (units[i].seconds)
			made->proposal.lifetime_s =
				(struct number){ true, n * units[i].seconds, reader->at };
		else
			made->proposal.lifetime_kb =
				(struct number){ true, n, reader->at };
	}
}

static void proposal_invalid(struct reader *reader, const char *name, const char *what,
			     const char *word)
{
	sos_remark(reader, REMARK_INVALID, "proposal '%s': %s '%s'", name, what,
		   word ? word : "");
}

static bool group_take(struct reader *reader, struct sos_proposal *made, const char *word)
{
	if (word && group_add(reader, made, word))
		return true;
	proposal_invalid(reader, made->proposal.name, "unknown Diffie-Hellman group",
			 word);
	return false;
}

/* what: how it is called when the word is none, "unknown cipher". */
static bool alg_take(struct reader *reader, struct sos_proposal *made, enum alg_kind kind,
		     const char *what, const char *word)
{
	if (word && alg_add(reader, made, kind, word))
		return true;
	proposal_invalid(reader, made->proposal.name, what, word);
	return false;
}

/* preshare group2 esp aes128 sha-1 [second N] */
static bool phase1_take(struct reader *reader, struct sos_proposal *made,
			struct args *args)
{
	const char *word = args_take(args);

	if (!word || !method_set(made, word)) {
		proposal_invalid(reader, made->proposal.name, "unknown authentication",
				 word);
		return false;
	}
	if (!group_take(reader, made, args_take(args)))
		return false;
	args_accept(args, "esp");
	return alg_take(reader, made, ALG_KIND_ENCR, "unknown cipher", args_take(args)) &&
	       alg_take(reader, made, ALG_KIND_INTEG, "unknown hash", args_take(args));
}

/* group2|no-pfs esp aes128 sha-1 | ah sha-1 [second N] [kbyte N] */
static bool phase2_take(struct reader *reader, struct sos_proposal *made,
			struct args *args)
{
	const char *word = args_take(args);
	bool is_pfs = !word || (!str_equal_nocase(word, "no-pfs") &&
				!str_equal_nocase(word, "nopfs"));

	if (is_pfs && !group_take(reader, made, word))
		return false;
	made->proposal.is_ah = args_accept(args, "ah");
	if (!made->proposal.is_ah) {
		args_accept(args, "esp");
		if (!alg_take(reader, made, ALG_KIND_ENCR, "unknown cipher",
			      args_take(args)))
			return false;
	}
	word = args_take(args);
	if (word && str_equal_nocase(word, "null"))
		return true; /* encryption without authentication */
	return alg_take(reader, made, ALG_KIND_INTEG, "unknown authentication", word);
}

void sos_proposal_command(struct reader *reader, struct args *args, int phase)
{
	const char *name = args_take(args);
	struct sos_proposal *made;
	bool is_fine;

	if (!name) {
		sos_remark(reader, REMARK_INVALID, "a proposal without a name");
		return;
	}
	if (reader->is_unset) {
		map_put(reader->arena, &reader->proposal_map[phase - 1], NULL, name,
			NULL);
		return;
	}
	made = proposal_new(reader, phase, name);
	is_fine = phase == 1 ? phase1_take(reader, made, args)
			     : phase2_take(reader, made, args);
	if (!is_fine)
		return;
	lifetime_take(reader, made, args);
	map_put(reader->arena, &reader->proposal_map[phase - 1], NULL, name, made);
	vec_add(reader->arena, &reader->proposal_names[phase - 1], name);
}

/* ------------------------------------------------------------ use */

static void level_resolve(struct reader *reader, int phase, const char *what,
			  const struct text *level, sos_proposal_add *add, void *to)
{
	static const char *const levels[] = { "standard", "compatible", "basic", NULL };
	const char *const *names = sec_level(phase, level->s);

	reader->at = level->at;
	if (!names)
		sos_remark(reader, REMARK_INVALID, "%s: unknown security level '%s'%s",
			   what, level->s, site_hint(reader->site, level->s, levels));
	for (; names && *names; names++)
		add(reader, to, proposal_find(reader, phase, *names));
}

void sos_proposals_resolve(struct reader *reader, const struct sos_proposal_use *use,
			   sos_proposal_add *add, void *to)
{
	if (use->count == 0 && use->sec_level.s) {
		level_resolve(reader, use->phase, use->what, &use->sec_level, add, to);
		return;
	}
	if (use->count == 0)
		site_remark(reader->site, REMARK_INVALID, use->at, "%s has no proposal",
			    use->what);
	for (size_t i = 0; i < use->count; i++) {
		const struct text *word = &use->words[i];
		const struct sos_proposal *found;

		reader->at = word->at;
		found = proposal_find(reader, use->phase, word->s);
		if (found) {
			add(reader, to, found);
			continue;
		}
		sos_remark(reader, REMARK_INVALID, "unknown proposal '%s'%s", word->s,
			   proposal_hint(reader, use->phase, word->s));
		/* An excerpt without its line, or a name that no device takes. */
		site_unrehearsed(
			reader->site, NULL,
			use->phase == 1 ? ASPECT_IKE | ASPECT_SELECTORS
					: ASPECT_SELECTORS,
			word->at,
			arena_printf(reader->arena,
				     "proposal %.60s, which is not in these files",
				     word->s));
	}
}
