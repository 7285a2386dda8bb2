// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_proposal.c - Junos IKE and IPsec proposals, and the predefined sets of them */
#include <assert.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/algs.h"
#include "device/device.h"
#include "import/junos_reader.h"
#include "ipsec/alg.h"

#define LIFETIME_1_S 28800
#define LIFETIME_2_S 3600

/* What a statement is about: the device's words (device/algs.h) of a kind, in a place. */
struct alg_kind_rows {
	enum alg_kind kind;
	unsigned int in;
	const char *keyword, *what;
};

static const struct alg_kind_rows cipher_rows = { ALG_KIND_ENCR, ALG_ANYWHERE,
						  "encryption-algorithm", "cipher" };
static const struct alg_kind_rows hash_rows = { ALG_KIND_INTEG, ALG_IN_IKE,
						"authentication-algorithm", "hash" };
static const struct alg_kind_rows hmac_rows = { ALG_KIND_INTEG, ALG_IN_ESP,
						"authentication-algorithm",
						"authentication" };

#define WORDS_MAX 16

static const struct device_algs *algs_of(const struct junos *junos)
{
	return device_of(junos->site->kind)->algs;
}

static const char *spelling_hint(const struct junos *junos, const char *word,
				 const struct alg_kind_rows *rows)
{
	const char *words[WORDS_MAX];

	device_alg_list(algs_of(junos), rows->kind, rows->in, words, ARRAY_SIZE(words));
	return site_hint(junos->site, word, words);
}

/* ------------------------------------------------------------ one proposal */

static void alg_read(struct junos *junos, struct proposal *proposal,
		     const struct junos_node *node, const struct alg_kind_rows *rows)
{
	const struct junos_node *value = junos_value(&junos->tree, node, rows->keyword);
	struct proposal_alg added = { 0 };
	const char *keyword;

	if (!value)
		return;
	keyword = device_alg_keywords(algs_of(junos), rows->kind, rows->in, value->name);
	if (!keyword)
		site_remark(junos->site, REMARK_INVALID, value->at,
			    "proposal '%s': unknown %s '%s'%s", node->name, rows->what,
			    value->name, spelling_hint(junos, value->name, rows));
	added.word = value->name;
	added.at = value->at;
	if (keyword)
		added.alg = alg_by_keyword(rows->kind, keyword);
	if (rows->kind == ALG_KIND_ENCR)
		vec_add(junos->arena, &proposal->encr, added);
	else
		vec_add(junos->arena, &proposal->integ, added);
}

/* "group2"; NULL with a remark when it is none */
static void group_add(struct junos *junos, struct proposal *proposal,
		      const struct junos_node *value)
{
	struct proposal_alg added = { .word = value->name, .at = value->at };
	int64_t number;

	if (str_starts(value->name, "group") &&
	    str_to_number(value->name + 5, 1, 31, &number) == 0)
		added.alg = alg_by_group((unsigned int)number);
	if (!added.alg)
		site_remark(junos->site, REMARK_INVALID, value->at,
			    "unknown Diffie-Hellman group '%s'", value->name);
	vec_add(junos->arena, &proposal->dh, added);
}

static struct number lifetime_default(int phase)
{
	return (struct number){ true, phase == 1 ? LIFETIME_1_S : LIFETIME_2_S,
				junos_default() };
}

static void missing_check(struct junos *junos, const struct proposal *proposal, int phase)
{
	const char *missing = NULL;
	bool is_aead = proposal->encr.count && proposal->encr.items[0].alg &&
		       proposal->encr.items[0].alg->is_aead;

	if (!proposal->encr.count && !proposal->is_ah)
		missing = "encryption-algorithm";
	else if (!proposal->integ.count && !is_aead)
		missing = "authentication-algorithm";
	else if (phase == 1 && !proposal->dh.count)
		missing = "dh-group";
	if (missing)
		site_remark(junos->site, REMARK_INVALID, proposal->at,
			    "proposal '%s' has no %s", proposal->name, missing);
}

static void proposal_read(struct junos *junos, int phase, const struct junos_node *node,
			  struct junos_proposals *proposals)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *group = junos_value(tree, node, "dh-group");
	const struct junos_node *protocol = junos_value(tree, node, "protocol");
	const struct junos_node *method =
		junos_value(tree, node, "authentication-method");
	struct proposal *proposal = vec_push(junos->arena, &proposals->list);

	proposal->name = node->name;
	proposal->at = node->at;
	proposal->is_ah = protocol && str_equal(protocol->name, "ah");
	alg_read(junos, proposal, node, &cipher_rows);
	alg_read(junos, proposal, node, phase == 1 ? &hash_rows : &hmac_rows);
	if (group && phase == 1)
		group_add(junos, proposal, group);
	proposal->lifetime_s = junos_number(junos, node, "lifetime-seconds");
	proposal->lifetime_kb = junos_number(junos, node, "lifetime-kilobytes");
	if (!proposal->lifetime_s.is_set)
		proposal->lifetime_s = lifetime_default(phase);
	if (method && !proposals->auth) {
		proposals->auth = method->name;
		proposals->auth_at = method->at;
	}
	missing_check(junos, proposal, phase);
}

/* ------------------------------------------------------------ proposal sets */

#define SET_MAX 4

/* Keywords of strongSwan; NULL: none. devices.md 4.3; prime and suiteb after Juniper. */
struct set_row {
	const char *encr, *integ;
};

static const struct {
	const char *name;
	int phase;
	unsigned int group; /* of phase 1, or PFS that comes with the set; 0: none */
	const char *auth;
	struct set_row rows[SET_MAX];
} sets[] = {
	{ "basic", 1, 1, "pre-shared-keys", { { "des", "sha1" }, { "des", "md5" } } },
	{ "compatible",
	  1,
	  2,
	  "pre-shared-keys",
	  { { "3des", "sha1" },
	    { "3des", "md5" },
	    { "des", "sha1" },
	    { "des", "md5" } } },
	{ "standard",
	  1,
	  2,
	  "pre-shared-keys",
	  { { "3des", "sha1" }, { "aes128", "sha1" } } },
	{ "prime-128", 1, 19, "ecdsa-signatures-256", { { "aes128gcm16", NULL } } },
	{ "prime-256", 1, 20, "ecdsa-signatures-384", { { "aes256gcm16", NULL } } },
	{ "suiteb-gcm-128", 1, 19, "ecdsa-signatures-256", { { "aes128", "sha256" } } },
	{ "suiteb-gcm-256", 1, 20, "ecdsa-signatures-384", { { "aes256", "sha384" } } },
	{ "basic", 2, 0, NULL, { { "des", "sha1" }, { "des", "md5" } } },
	{ "compatible",
	  2,
	  0,
	  NULL,
	  { { "3des", "sha1" },
	    { "3des", "md5" },
	    { "des", "sha1" },
	    { "des", "md5" } } },
	{ "standard", 2, 2, NULL, { { "3des", "sha1" }, { "aes128", "sha1" } } },
	{ "prime-128", 2, 19, NULL, { { "aes128gcm16", NULL } } },
	{ "prime-256", 2, 20, NULL, { { "aes256gcm16", NULL } } },
	{ "suiteb-gcm-128", 2, 19, NULL, { { "aes128gcm16", NULL } } },
	{ "suiteb-gcm-256", 2, 20, NULL, { { "aes256gcm16", NULL } } },
};

static void set_proposal_add(struct junos *junos, const struct junos_node *value,
			     size_t set, const struct set_row *row,
			     struct junos_proposals *proposals)
{
	struct proposal *proposal = vec_push(junos->arena, &proposals->list);

	proposal->name =
		arena_printf(junos->arena, "%s %s%s%s", value->name, row->encr,
			     row->integ ? "-" : "", row->integ ? row->integ : "");
	proposal->at = value->at;
	proposal->lifetime_s = lifetime_default(sets[set].phase);
	vec_add(junos->arena, &proposal->encr,
		((struct proposal_alg){ alg_by_keyword(ALG_KIND_ENCR, row->encr),
					row->encr, value->at }));
	if (row->integ)
		vec_add(junos->arena, &proposal->integ,
			((struct proposal_alg){
				alg_by_keyword(ALG_KIND_INTEG, row->integ), row->integ,
				value->at }));
	if (sets[set].group)
		vec_add(junos->arena, &proposal->dh,
			((struct proposal_alg){ alg_by_group(sets[set].group),
						value->name, value->at }));
}

static void set_read(struct junos *junos, int phase, const struct junos_node *value,
		     struct junos_proposals *proposals)
{
	const char *words[ARRAY_SIZE(sets) + 1];
	bool is_assumed =
		str_starts(value->name, "prime-") || str_starts(value->name, "suiteb-");

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		words[i] = sets[i].name;
		if (sets[i].phase != phase || !str_equal(sets[i].name, value->name))
			continue;
		if (sets[i].auth) {
			proposals->auth = sets[i].auth;
			proposals->auth_at = value->at;
		}
		for (size_t row = 0; row < SET_MAX && sets[i].rows[row].encr; row++)
			set_proposal_add(junos, value, i, &sets[i].rows[row], proposals);
		if (is_assumed)
			site_remark(junos->site, REMARK_ASSUMED, value->at,
				    "the contents of proposal-set '%s' are not confirmed",
				    value->name);
		return;
	}
	words[ARRAY_SIZE(sets)] = NULL;
	site_remark(junos->site, REMARK_INVALID, value->at, "unknown proposal-set '%s'%s",
		    value->name, site_hint(junos->site, value->name, words));
}

/* ------------------------------------------------------------ of a policy */

static void pfs_apply(struct junos *junos, const struct junos_node *policy,
		      struct junos_proposals *proposals)
{
	const struct junos_node *keys = junos_value(
		&junos->tree, junos_get(&junos->tree, policy, "perfect-forward-secrecy"),
		"keys");

	for (size_t i = 0; keys && i < proposals->list.count; i++) {
		proposals->list.items[i].dh.count = 0;
		group_add(junos, &proposals->list.items[i], keys);
	}
}

void junos_proposals_read(struct junos *junos, int phase, const struct junos_node *policy,
			  struct junos_proposals *proposals)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *known = junos_path(
		tree, junos->security, phase == 1 ? "ike proposal" : "ipsec proposal");
	const struct junos_node *names = junos_get(tree, policy, "proposals");
	const struct junos_node *set = junos_value(tree, policy, "proposal-set");

	junos_foreach (name, names) {
		const struct junos_node *found = junos_get(tree, known, name->name);

		if (!junos_is_expansion_left(junos, name->at))
			return;
		if (found)
			proposal_read(junos, phase, found, proposals);
		else
			site_remark(junos->site, REMARK_INVALID, name->at,
				    "%s policy '%s': unknown proposal '%s'%s",
				    phase == 1 ? "IKE" : "IPsec", policy->name,
				    name->name,
				    junos_hint_child(tree, name->name, known));
	}
	if (set && !names)
		set_read(junos, phase, set, proposals);
	if (!set && !junos_first(names))
		site_remark(junos->site, REMARK_INVALID, policy->at,
			    "%s policy '%s' has no proposals",
			    phase == 1 ? "IKE" : "IPsec", policy->name);
	if (phase == 2)
		pfs_apply(junos, policy, proposals);
	for (size_t i = 0; i < proposals->list.count; i++)
		proposals->list.items[i].section = policy->name;
}
