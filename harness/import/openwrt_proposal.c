// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_proposal.c - p1_proposal, p2_proposal and crypto_proposal sections */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"
#include "import/strongswan_proposal.h"
#include "ipsec/meant.h"
#include "model/pair.h"
#include "import/words.h"

#define WORDS_MAX 32 /* of one option; charon would not offer more either */

/* Which option holds which kind of algorithm, by section type. */
static const struct {
	const char *type;
	enum alg_kind kind;
	const char *option;
} parts[] = {
	{ "p1_proposal", ALG_KIND_ENCR, "encryption_algorithm" },
	{ "p1_proposal", ALG_KIND_INTEG, "hash_algorithm" },
	{ "p1_proposal", ALG_KIND_DH, "dh_group" },
	{ "p2_proposal", ALG_KIND_ENCR, "encryption_algorithm" },
	{ "p2_proposal", ALG_KIND_INTEG, "authentication_algorithm" },
	{ "p2_proposal", ALG_KIND_DH, "pfs_group" },
	{ "crypto_proposal", ALG_KIND_ENCR, "encryption_algorithm" },
	{ "crypto_proposal", ALG_KIND_INTEG, "hash_algorithm" },
	{ "crypto_proposal", ALG_KIND_PRF, "prf_algorithm" },
	{ "crypto_proposal", ALG_KIND_DH, "dh_group" },
};

static const struct openwrt_option proposal_options[] = {
	{ "encryption_algorithm", NULL, 0 },
	{ "hash_algorithm", NULL, 0 },
	{ "authentication_algorithm", NULL, 0 },
	{ "dh_group", NULL, 0 },
	{ "pfs_group", NULL, 0 },
	{ "prf_algorithm", NULL, 0 },
	{ "is_esp", "is a note of LuCI, nothing reads it", 0 },
	{ "use_custom_proposal", "is a note of LuCI, nothing reads it", 0 },
	{ "custom_proposal", "is a note of LuCI, nothing reads it", 0 },
	{ "ns_*", "is a note of NethSecurity", 0 },
	{ NULL, NULL, 0 },
};

/* Words of racoon's days that the documentation used before strongSwan's. */
static const struct {
	enum alg_kind kind;
	const char *word, *keyword;
} old_words[] = {
	{ ALG_KIND_ENCR, "rijndael", "aes128" },
	{ ALG_KIND_ENCR, "aes 128", "aes128" },
	{ ALG_KIND_ENCR, "aes 192", "aes192" },
	{ ALG_KIND_ENCR, "aes 256", "aes256" },
	{ ALG_KIND_ENCR, "null_enc", "null" },
	{ ALG_KIND_INTEG, "hmac_sha1", "sha1" },
	{ ALG_KIND_INTEG, "hmac_sha256", "sha256" },
	{ ALG_KIND_INTEG, "hmac_sha384", "sha384" },
	{ ALG_KIND_INTEG, "hmac_sha512", "sha512" },
	{ ALG_KIND_INTEG, "hmac_md5", "md5" },
};

static const char *const no_group_words[] = { "0", "none", "no", "nopfs", "off" };

/* "2", "group2", "g2", "dh2" as the documentation writes groups. */
static const struct alg *group_of(const char *word)
{
	static const char *const prefixes[] = { "", "group", "g", "dh" };
	int64_t group;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (str_starts(word, prefixes[i]) &&
		    !str_to_number(word + strlen(prefixes[i]), 1, UINT16_MAX, &group))
			return alg_by_group((unsigned int)group);
	}
	return NULL;
}

static const struct alg *alg_of(const struct openwrt_dialect *dialect, enum alg_kind kind,
				const char *word)
{
	const struct alg *alg = alg_by_keyword(kind, word);

	if (alg || !dialect->has_group_numbers)
		return alg;
	if (kind == ALG_KIND_DH)
		return group_of(word);
	for (size_t i = 0; i < ARRAY_SIZE(old_words); i++) {
		if (old_words[i].kind == kind && str_equal(word, old_words[i].word))
			return alg_by_keyword(kind, old_words[i].keyword);
	}
	return NULL;
}

static void remark_word(struct openwrt_ipsec *ipsec, enum alg_kind kind,
			const struct text *word)
{
	const struct openwrt *o = ipsec->o;
	_cleanup_buf_ struct buf better = { 0 };
	const char *words[ALG_MEANT_MAX];

	alg_meant_format(words, alg_meant(kind, word->s, words), &better);
	site_remark(o->site, REMARK_INVALID, word->at,
		    "%s%s '%s' is no %s that strongSwan knows%s%s%s%s",
		    o->firmware->source ? o->firmware->source : "",
		    o->firmware->source ? " writes it as it is:" : "", word->s,
		    alg_kind_name(kind), better.length ? ", did you mean " : "",
		    buf_text(&better), better.length ? "?" : "",
		    openwrt_is_rendered(o) ? " The whole connection is not loaded" : "");
}

static bool is_no_group(const struct openwrt_dialect *dialect, enum alg_kind kind,
			const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(no_group_words); i++) {
		if (kind == ALG_KIND_DH && dialect->has_group_numbers &&
		    str_equal_nocase(word, no_group_words[i]))
			return true;
	}
	return false;
}

static void add_alg(struct openwrt_ipsec *ipsec, struct proposal *proposal,
		    enum alg_kind kind, const struct text *word, bool is_first)
{
	struct arena *arena = ipsec->o->site->arena;
	const struct proposal_alg alg = {
		.alg = alg_of(ipsec->dialect, kind, word->s),
		.word = word->s,
		.at = word->at,
	};

	if (is_no_group(ipsec->dialect, kind, word->s))
		return;
	if (!alg.alg && is_first)
		remark_word(ipsec, kind, word);
	switch (kind) {
	case ALG_KIND_ENCR:
		vec_add(arena, &proposal->encr, alg);
		break;
	case ALG_KIND_INTEG:
		vec_add(arena, &proposal->integ, alg);
		break;
	case ALG_KIND_PRF:
		vec_add(arena, &proposal->prf, alg);
		break;
	case ALG_KIND_DH:
		vec_add(arena, &proposal->dh, alg);
		break;
	}
}

static struct openwrt_words part_words(struct openwrt *o, const struct tree_node *section,
				       enum alg_kind kind, const char *option)
{
	struct openwrt_words words = openwrt_words(o, section, option, ",");
	struct text text;

	if (words.list.count > WORDS_MAX) {
		site_remark(o->site, REMARK_INVALID,
			    openwrt_option_at(o, section, option),
			    "option '%s' has more than %d words, the rest is left out",
			    option, WORDS_MAX);
		words.list.count = WORDS_MAX;
	}
	/* racoon's "aes 256" is one word. */
	if (kind == ALG_KIND_ENCR && words.list.count == 2 &&
	    str_equal(words.list.items[0].s, "aes")) {
		text = openwrt_text(o, section, option);
		words.list.items[0].s = text.s;
		words.list.count = 1;
	}
	return words;
}

static bool is_aead(const struct proposal *proposal)
{
	vec_foreach (alg, &proposal->encr) {
		if (alg->alg && alg->alg->is_aead)
			return true;
	}
	return false;
}

/* swanctl.init refuses a hash beside an AEAD cipher; strongSwan itself ignores it. */
static void check_aead(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		       struct proposal *proposal, bool is_first)
{
	if (!proposal->integ.count || !is_aead(proposal))
		return;
	if (ipsec->dialect->generator == GENERATOR_SWANCTL_INIT) {
		if (!openwrt_has_quirk(ipsec->o, QUIRK_LENIENT))
			remark_advise(
				openwrt_fatal(ipsec, section->at, "Can't have %s with %s",
					      proposal->integ.items[0].word,
					      proposal->encr.items[0].word),
				"take option hash_algorithm out of this proposal: the "
				"cipher authenticates by itself");
		proposal->integ.count = 0;
		return;
	}
	if (is_first)
		site_remark(ipsec->o->site, REMARK_IGNORED, section->at,
			    "'%s' authenticates by itself, the hash has no effect",
			    proposal->encr.items[0].word);
}

/* Is it one of the words of "aes128-aes256,aes128"? */
static bool has_word(const char *text, const char *word)
{
	const size_t length = strlen(word);

	while (*text) {
		const size_t own = strcspn(text, "-, ");

		if (own == length && !strncmp(text, word, length))
			return true;
		text += own + (text[own] != '\0');
	}
	return false;
}

/* Where a word of what the script wrote stands in the section. */
static struct origin word_at(const struct openwrt *o, const struct tree_node *section,
			     const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *text = NULL;

		if (str_equal(parts[i].type, uci_type(section)))
			text = uci_get(&o->uci, section, parts[i].option);
		if (text && has_word(text, word))
			return openwrt_option_at(o, section, parts[i].option);
	}
	return section->at;
}

static void place_words(const struct openwrt *o, const struct tree_node *section,
			struct proposal *proposal)
{
	proposal->name = section->name;
	proposal->section = uci_type(section);
	proposal->at = section->at;
	vec_foreach (item, &proposal->encr)
		item->at = word_at(o, section, item->word);
	vec_foreach (item, &proposal->integ)
		item->at = word_at(o, section, item->word);
	vec_foreach (item, &proposal->prf)
		item->at = word_at(o, section, item->word);
	vec_foreach (item, &proposal->dh)
		item->at = word_at(o, section, item->word);
}

static void remark_words(struct openwrt_ipsec *ipsec, const struct proposal *proposal)
{
	const struct {
		enum alg_kind kind;
		const struct proposal_alg *items;
		size_t count;
	} lists[] = {
		{ ALG_KIND_ENCR, proposal->encr.items, proposal->encr.count },
		{ ALG_KIND_INTEG, proposal->integ.items, proposal->integ.count },
		{ ALG_KIND_PRF, proposal->prf.items, proposal->prf.count },
		{ ALG_KIND_DH, proposal->dh.items, proposal->dh.count },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (size_t j = 0; j < lists[i].count; j++)
			if (!lists[i].items[j].alg)
				remark_word(ipsec, lists[i].kind,
					    &(struct text){ lists[i].items[j].word,
							    lists[i].items[j].at });
}

static bool has_word_of(const struct openwrt *o, const struct tree_node *section,
			enum alg_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].kind == kind &&
		    str_equal(parts[i].type, uci_type(section)) &&
		    openwrt_get(o, section, parts[i].option))
			return true;
	return false;
}

/* The scripts put the options' words together with '-' and strongSwan reads the result. */
static const char *written(const struct openwrt_ipsec *ipsec,
			   const struct tree_node *section, bool is_esp)
{
	const struct openwrt *o = ipsec->o;
	const char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *word;

		if (!str_equal(parts[i].type, uci_type(section)) ||
		    (parts[i].kind == ALG_KIND_PRF &&
		     (is_esp || ipsec->dialect->generator != GENERATOR_SWANCTL_INIT)))
			continue;
		word = openwrt_get(o, section, parts[i].option);
		if (word)
			text = text ? arena_printf(o->site->arena, "%s-%s", text, word)
				    : word;
	}
	return text;
}

/* swanctl.init compares the written word: only these are AEAD to it. */
static void refuse_aead(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			struct proposal *proposal)
{
	if (ipsec->dialect->generator == GENERATOR_SWANCTL_INIT &&
	    has_word_of(ipsec->o, section, ALG_KIND_INTEG))
		check_aead(ipsec, section, proposal, false);
}

static void render_proposals(struct openwrt_ipsec *ipsec, struct tree_node *section,
			     bool is_esp, struct openwrt_proposals *proposals)
{
	struct openwrt *o = ipsec->o;
	const bool is_first = !section->is_used;
	const char *list = NULL, *text;

	section->is_used = true;
	if (openwrt_get(o, section, "encryption_algorithm"))
		list = written(ipsec, section, is_esp);
	if (!list && is_first)
		site_remark(o->site, REMARK_INVALID, section->at,
			    "proposal '%s' has no encryption_algorithm, it is left out",
			    section->name);
	while (list && (text = strongswan_proposal_next(o->site->arena, &list))) {
		struct proposal proposal;

		strongswan_proposal_parse(o->site->arena, text, section->at, &proposal);
		place_words(o, section, &proposal);
		if (is_first)
			remark_words(ipsec, &proposal);
		refuse_aead(ipsec, section, &proposal);
		pair_proposal_settle(o->site->arena, &proposal, !is_esp);
		if (proposals->list.count < WORDS_MAX)
			vec_add(o->site->arena, &proposals->list, proposal);
	}
	if (is_first)
		openwrt_check(o, section, proposal_options);
}

static bool read_proposal(struct openwrt_ipsec *ipsec, struct tree_node *section,
			  bool is_esp, struct proposal *ret_proposal)
{
	struct openwrt *o = ipsec->o;
	struct proposal proposal = {
		.name = section->name,
		.section = uci_type(section),
		.at = section->at,
	};
	/* Several tunnels share a section: what is wrong in it is said once. */
	const bool is_first = !section->is_used;

	section->is_used = true;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct openwrt_words words;

		if (!str_equal(parts[i].type, uci_type(section)) ||
		    (is_esp && parts[i].kind == ALG_KIND_PRF))
			continue;
		words = part_words(o, section, parts[i].kind, parts[i].option);
		vec_foreach (word, &words.list)
			add_alg(ipsec, &proposal, parts[i].kind, word, is_first);
	}
	if (ipsec->dialect->has_group_numbers) {
		proposal.lifetime_s = openwrt_seconds(o, section, "lifetime", NULL, NULL);
		if (!proposal.lifetime_s.is_set)
			proposal.lifetime_s =
				openwrt_seconds(o, section, "life_time", NULL, NULL);
	}
	check_aead(ipsec, section, &proposal, is_first);
	pair_proposal_settle(o->site->arena, &proposal, !is_esp);
	if (is_first)
		openwrt_check(o, section, proposal_options);
	*ret_proposal = proposal;
	if (proposal.encr.count || !is_first)
		return proposal.encr.count > 0;
	site_remark(o->site, REMARK_INVALID, proposal.at,
		    "proposal '%s' has no encryption_algorithm, it is left out",
		    section->name);
	return false;
}

struct openwrt_proposals openwrt_read_proposals(struct openwrt_ipsec *ipsec,
						const struct tree_node *section,
						bool is_esp)
{
	static const char *const old_ike[] = { "p1_proposal", NULL };
	static const char *const old_esp[] = { "p2_proposal", NULL };
	static const char *const crypto[] = { "crypto_proposal", NULL };
	const struct {
		bool is_read;
		const char *const *types;
	} sets[] = {
		{ ipsec->dialect->has_p1, is_esp ? old_esp : old_ike },
		{ ipsec->dialect->has_crypto, crypto },
	};
	struct openwrt_proposals proposals = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		struct openwrt_words names;

		if (!sets[i].is_read)
			continue;
		names = openwrt_words(ipsec->o, section, sets[i].types[0], ",");
		if (names.list.count > WORDS_MAX)
			names.list.count = WORDS_MAX;
		vec_foreach (name, &names.list) {
			struct tree_node *found =
				openwrt_reference(ipsec, name, sets[i].types, "proposal");
			struct proposal proposal;

			if (found && openwrt_is_rendered(ipsec->o))
				render_proposals(ipsec, found, is_esp, &proposals);
			else if (found && read_proposal(ipsec, found, is_esp, &proposal))
				vec_add(ipsec->o->site->arena, &proposals.list, proposal);
		}
	}
	return proposals;
}

void openwrt_proposal_words_list(struct import_words *words)
{
	openwrt_options_list(words, "ipsec, sections of proposals", proposal_options);
}
