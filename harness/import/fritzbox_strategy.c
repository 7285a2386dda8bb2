// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_strategy.c - phase1ss and phase2ss as proposals */
#include "import/fritzbox_strategy.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/algs.h"
#include "device/device.h"
#include "ipsec/alg.h"

#define LIFETIME_8H 28800 /* seconds */

/* The device's words of one kind (device/algs.h); what an unknown one is called. */
struct dictionary {
	enum alg_kind kind;
	const char *what;
};

static const struct dictionary cipher_words = { ALG_KIND_ENCR, "cipher" };
static const struct dictionary hash_words = { ALG_KIND_INTEG, "hash" };
static const struct dictionary group_words = { ALG_KIND_DH, "Diffie-Hellman group" };

#define WORDS_MAX 16
struct strategy {
	struct site *site;
	const char *key; /* "phase1ss" */
	struct origin at;
	bool has_sha2;
};

static const struct device_algs *algs_of(const struct strategy *strategy)
{
	return device_of(strategy->site->kind)->algs;
}

static const char *word_find(const struct strategy *strategy,
			     const struct dictionary *dictionary, const char *word)
{
	return device_alg_keywords(algs_of(strategy), dictionary->kind, ALG_ANYWHERE,
				   word);
}

/* One keyword of the list at a time, in the arena; NULL at the end. */
static const char *keyword_next(struct arena *arena, const char **keywords)
{
	size_t length;

	*keywords += strspn(*keywords, " ");
	length = strcspn(*keywords, " ");
	*keywords += length;
	return length ? arena_strndup(arena, *keywords - length, length) : NULL;
}

static bool is_offered(const struct strategy *strategy, const char *word,
		       const char *keyword)
{
	return strategy->has_sha2 || !str_equal_nocase(word, "all") ||
	       !str_equal(keyword, "sha512");
}

/* How the lists of struct proposal are filled: one function for any of them. */
struct alg_list {
	VEC(struct proposal_alg) algs;
};

static void list_add(const struct strategy *strategy, enum alg_kind kind,
		     const char *word, const char *keywords, struct alg_list *list)
{
	struct arena *arena = strategy->site->arena;
	const char *keyword;

	while ((keyword = keyword_next(arena, &keywords)))
		if (is_offered(strategy, word, keyword))
			vec_add(arena, &list->algs,
				((struct proposal_alg){
					.alg = alg_by_keyword(kind, keyword),
					.word = word,
					.at = strategy->at }));
}

static void unknown_word(const struct strategy *strategy, const char *what,
			 const char *word, const char *hint)
{
	site_remark(strategy->site, REMARK_UNKNOWN, strategy->at,
		    "%s: unknown %s '%.40s'%s", strategy->key, what, word, hint);
}

static void unknown_in(const struct strategy *strategy,
		       const struct dictionary *dictionary, const char *word)
{
	const char *words[WORDS_MAX + 1] = { NULL };

	device_alg_list(algs_of(strategy), dictionary->kind, ALG_ANYWHERE, words,
			ARRAY_SIZE(words));
	unknown_word(strategy, dictionary->what, word,
		     site_hint(strategy->site, word, words));
}

/* What a word of the dictionary stands for; keywords NULL: it is none. */
static void word_add(const struct strategy *strategy, const struct dictionary *dictionary,
		     const char *word, const char *keywords, struct alg_list *list)
{
	if (keywords)
		list_add(strategy, dictionary->kind, word, keywords, list);
	else
		unknown_in(strategy, dictionary, word);
}

/* "aes-3des" is one word; "aes256-3des" and whatever else AVM joins are several. */
static void ciphers_add(const struct strategy *strategy, const char *text,
			struct alg_list *list)
{
	const char *keywords = word_find(strategy, &cipher_words, text);

	if (keywords) {
		word_add(strategy, &cipher_words, text, keywords, list);
		return;
	}
	while (*text) {
		size_t length = strcspn(text, "-");
		const char *word = arena_strndup(strategy->site->arena, text, length);

		word_add(strategy, &cipher_words, word,
			 word_find(strategy, &cipher_words, word), list);
		text += length + (text[length] == '-');
	}
}

static void hash_add(const struct strategy *strategy, const char *word,
		     struct alg_list *list)
{
	word_add(strategy, &hash_words, word, word_find(strategy, &hash_words, word),
		 list);
}

static void group_add(const struct strategy *strategy, const char *word,
		      struct alg_list *list)
{
	const char *keywords = word_find(strategy, &group_words, word);
	const struct alg *group = NULL;
	int64_t number;

	if (str_starts(word, "dh") && str_to_number(word + 2, 1, 31, &number) == 0)
		group = alg_by_group((unsigned int)number);
	word_add(strategy, &group_words, word, group ? group->keyword : keywords, list);
}

/* "LT8h/" before a strategy: its lifetime. Returns what is behind it. */
static const char *lifetime_take(const struct strategy *strategy, const char *text,
				 int64_t *ret_lifetime_s)
{
	size_t length = strcspn(text, "/");

	*ret_lifetime_s = 0;
	if (!str_starts(text, "LT") || text[length] != '/')
		return text;
	if (length == 4 && strncmp(text, "LT8h", 4) == 0) {
		*ret_lifetime_s = LIFETIME_8H;
		site_remark(strategy->site, REMARK_ASSUMED, strategy->at,
			    "%s: LT8h is taken as a lifetime of 8 hours (widely quoted, "
			    "not documented)",
			    strategy->key);
	} else {
		unknown_word(strategy, "lifetime",
			     arena_strndup(strategy->site->arena, text, length),
			     ", did you mean 'LT8h'?");
	}
	return text + length + 1;
}

/* The part up to the next '/', in the arena; NULL at the end. *text moves on. */
static char *part_next(struct arena *arena, const char **text)
{
	size_t length;
	char *part;

	if (!*text)
		return NULL;
	length = strcspn(*text, "/");
	part = arena_strndup(arena, *text, length);
	*text = (*text)[length] ? *text + length + 1 : NULL;
	return str_trim(part);
}

#define LIST_MOVE(to, list)                       \
	do {                                      \
		(to)->items = (list)->algs.items; \
		(to)->count = (list)->algs.count; \
		(to)->room = (list)->algs.room;   \
	} while (0)

int fritzbox_phase1_parse(struct site *site, const char *text, struct origin at,
			  bool has_sha2, struct fritzbox_phase1 *ret_phase1)
{
	struct strategy strategy = { site, "phase1ss", at, has_sha2 };
	struct alg_list group = { 0 }, encr = { 0 }, hash = { 0 };
	struct fritzbox_phase1 phase1 = { .proposal = { .at = at } };
	const char *rest = lifetime_take(&strategy, text, &phase1.lifetime_s), *part;

	part = part_next(site->arena, &rest);
	if (part)
		group_add(&strategy, part, &group);
	part = part_next(site->arena, &rest);
	if (part)
		ciphers_add(&strategy, part, &encr);
	part = part_next(site->arena, &rest);
	if (part)
		hash_add(&strategy, part, &hash);
	if (rest)
		unknown_word(&strategy, "part", rest, "");
	if (!group.algs.count || !encr.algs.count || !hash.algs.count) {
		site_remark(site, REMARK_INVALID, at,
			    "phase1ss must be group/ciphers/hashes, such as "
			    "'all/all/all' or 'dh14/aes/sha'");
		return -EINVAL;
	}
	phase1.proposal.name = arena_strdup(site->arena, text);
	LIST_MOVE(&phase1.proposal.dh, &group);
	LIST_MOVE(&phase1.proposal.encr, &encr);
	LIST_MOVE(&phase1.proposal.integ, &hash);
	*ret_phase1 = phase1;
	return 0;
}

/* "aes256-3des-sha": ciphers, and behind the last '-' the hash. */
static void esp_parse(const struct strategy *strategy, char *text,
		      struct fritzbox_phase2 *phase2)
{
	struct alg_list encr = { 0 }, integ = { 0 };
	char *last = strrchr(text, '-');

	if (last) {
		*last = '\0';
		hash_add(strategy, last + 1, &integ);
	}
	ciphers_add(strategy, text, &encr);
	LIST_MOVE(&phase2->esp.encr, &encr);
	LIST_MOVE(&phase2->esp.integ, &integ);
}

static void ah_parse(const struct strategy *strategy, char *text,
		     struct fritzbox_phase2 *phase2)
{
	struct alg_list integ = { 0 };
	char *last = strrchr(text, '-');

	if (str_equal_nocase(text, "no") || str_equal_nocase(text, "none"))
		return;
	hash_add(strategy, last ? last + 1 : text, &integ);
	LIST_MOVE(&phase2->ah.integ, &integ);
	phase2->has_ah = integ.algs.count > 0;
	if (phase2->has_ah)
		site_remark(strategy->site, REMARK_ASSUMED, strategy->at,
			    "phase2ss: ah-%s is taken as AH offered besides ESP", text);
}

static void comp_parse(const struct strategy *strategy, char *text,
		       struct fritzbox_phase2 *phase2)
{
	if (str_equal_nocase(text, "no") || str_equal_nocase(text, "none"))
		return;
	if (str_equal_nocase(text, "all") || str_starts(text, "deflate")) {
		phase2->is_ipcomp = true;
		site_remark(strategy->site, REMARK_ASSUMED, strategy->at,
			    "phase2ss: comp-%s offers compression, and also ESP without "
			    "it",
			    text);
	} else if (str_starts(text, "lzjh") || str_starts(text, "lzs")) {
		site_remark(strategy->site, REMARK_IGNORED, strategy->at,
			    "phase2ss: only FritzBoxes know the compression '%s', it is "
			    "not rehearsed",
			    text);
	} else {
		unknown_word(strategy, "compression", text, "");
	}
}

static void phase2_part(const struct strategy *strategy, char *part,
			struct fritzbox_phase2 *phase2)
{
	static const struct {
		const char *prefix;
		void (*parse)(const struct strategy *strategy, char *text,
			      struct fritzbox_phase2 *phase2);
	} prefixes[] = {
		{ "esp-", esp_parse },
		{ "ah-", ah_parse },
		{ "comp-", comp_parse },
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (str_starts(part, prefixes[i].prefix)) {
			prefixes[i].parse(strategy, part + strlen(prefixes[i].prefix),
					  phase2);
			return;
		}
	}
	if (str_equal_nocase(part, "pfs"))
		phase2->is_pfs = true;
	else if (!str_equal_nocase(part, "no-pfs") && !str_equal_nocase(part, "nopfs"))
		unknown_word(strategy, "part", part, "");
}

int fritzbox_phase2_parse(struct site *site, const char *text, struct origin at,
			  bool has_sha2, struct fritzbox_phase2 *ret_phase2)
{
	struct strategy strategy = { site, "phase2ss", at, has_sha2 };
	struct fritzbox_phase2 phase2 = { .esp.at = at,
					  .ah = { .is_ah = true, .at = at } };
	const char *rest = lifetime_take(&strategy, text, &phase2.lifetime_s);
	char *part;

	while ((part = part_next(site->arena, &rest)))
		phase2_part(&strategy, part, &phase2);
	if (!phase2.esp.encr.count || !phase2.esp.integ.count) {
		site_remark(site, REMARK_INVALID, at,
			    "phase2ss must begin with esp-ciphers-hashes, such as "
			    "'esp-all-all/ah-none/comp-all/pfs'");
		return -EINVAL;
	}
	phase2.esp.name = phase2.ah.name = arena_strdup(site->arena, text);
	*ret_phase2 = phase2;
	return 0;
}
