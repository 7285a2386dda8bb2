// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * proposals.c - F20-F24, F40-F43: algorithms of both phases
 *
 * When no proposal of one end fits one of the other, the kind of algorithm that has
 * nothing in common over all proposals is named; when each kind has, the combinations
 * differ. Advice is the proposal of the other end that is nearest to the own ones.
 */
#include "predict/proposals.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"
#include "predict/predict.h"
#include "predict/words.h"

#define SHOWN_MAX 6 /* algorithms in a value */

/* One comparison: what both ends have, by site index. */
struct compare {
	const struct predict_input *input;
	struct findings *findings;
	const struct tunnel *tunnel; /* of the initiator */
	struct proposals ends[2];
	struct origin at[2]; /* where an end would write a proposal */
	bool is_esp, has_dh;
	int version;
};

struct alg_list {
	VEC(const struct alg *) list;
	struct origin at; /* of the first */
};

static void take(struct arena *arena, struct alg_list *list,
		 const struct proposal_alg *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool is_known = !items[i].alg;

		if (!list->at.file && !list->at.source)
			list->at = items[i].at;
		vec_foreach (known, &list->list)
			is_known |= *known == items[i].alg;
		if (!is_known)
			vec_add(arena, &list->list, items[i].alg);
	}
}

/* All algorithms of a kind that an end has in any proposal. */
static struct alg_list algs_of(const struct compare *compare, unsigned int end,
			       enum alg_kind kind)
{
	struct arena *arena = compare->input->arena;
	struct alg_list list = { 0 };

	vec_foreach (proposal, &compare->ends[end].list) {
		switch (kind) {
		case ALG_KIND_ENCR:
			take(arena, &list, proposal->encr.items, proposal->encr.count);
			break;
		case ALG_KIND_INTEG:
			take(arena, &list, proposal->integ.items, proposal->integ.count);
			break;
		case ALG_KIND_PRF:
			take(arena, &list, proposal->prf.items, proposal->prf.count);
			break;
		case ALG_KIND_DH:
			take(arena, &list, proposal->dh.items, proposal->dh.count);
			break;
		}
	}
	return list;
}

static bool have_common(const struct alg_list *a, const struct alg_list *b)
{
	if (!a->list.count && !b->list.count)
		return true;
	vec_foreach (one, &a->list)
		vec_foreach (other, &b->list)
			if (*one == *other)
				return true;
	return false;
}

static const char *list_text(struct arena *arena, const struct alg_list *list,
			     const char *none)
{
	_cleanup_buf_ struct buf text = { 0 };

	for (size_t i = 0; i < list->list.count && i < SHOWN_MAX; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", list->list.items[i]->name);
	if (list->list.count > SHOWN_MAX)
		buf_puts(&text, ", …");
	return text.length ? arena_strdup(arena, buf_text(&text)) : none;
}

/* ------------------------------------------------------------ the nearest setting */

static bool has_alg(const struct proposal_alg *items, size_t count, const struct alg *alg)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].alg == alg)
			return true;
	return !alg && !count;
}

static const struct alg *pick(const struct proposal_alg *own, size_t own_count,
			      const struct proposal_alg *others, size_t other_count)
{
	for (size_t i = 0; i < other_count; i++)
		if (has_alg(own, own_count, others[i].alg))
			return others[i].alg;
	/* Nothing in common: the strongest that the other end has. */
	for (enum alg_strength strength = ALG_STRENGTH_FINE;
	     strength <= ALG_STRENGTH_BROKEN; strength++)
		for (size_t i = 0; i < other_count; i++)
			if (others[i].alg && others[i].alg->strength == strength)
				return others[i].alg;
	return NULL;
}

#define PICK(kind) \
	pick(own->kind.items, own->kind.count, other->kind.items, other->kind.count)

static unsigned int closeness(const struct proposal *own,
			      const struct pair_choice *choice)
{
	return 4u * has_alg(own->encr.items, own->encr.count, choice->encr) +
	       4u * has_alg(own->integ.items, own->integ.count, choice->integ) +
	       4u * has_alg(own->dh.items, own->dh.count, choice->dh) +
	       (choice->encr && choice->encr->strength == ALG_STRENGTH_FINE) +
	       (!choice->dh || choice->dh->strength == ALG_STRENGTH_FINE);
}

/*
 * What `end` would have to write so that the other end takes it, and instead of which
 * proposal; NULL: nothing will do.
 */
static const struct proposal *nearest(const struct compare *compare, unsigned int end,
				      struct pair_choice *ret_choice)
{
	const struct proposal *found = NULL;
	unsigned int best = 0;

	vec_foreach (own, &compare->ends[end].list) {
		vec_foreach (other, &compare->ends[!end].list) {
			struct pair_choice choice = { PICK(encr), PICK(integ), NULL,
						      PICK(dh) };
			unsigned int points = 1 + closeness(own, &choice);

			if (choice.encr && !other->is_ah && points > best) {
				best = points;
				found = own;
				*ret_choice = choice;
			}
		}
	}
	return found;
}

static void say_fixes(const struct compare *compare, struct finding *finding)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = compare->input->sites[end];
		struct pair_choice choice;
		const struct proposal *own = nearest(compare, end, &choice);

		if (own)
			words_fix(compare->input, finding, site,
				  own->at.file ? &own->at : &compare->at[end],
				  words_proposal(compare->input->arena, site, own,
						 &choice, compare->is_esp));
	}
}

/* ------------------------------------------------------------ findings */

static const struct {
	enum alg_kind kind;
	enum class_id ike, esp;
	const char *ike_name, *esp_name;
} kinds[] = {
	{ ALG_KIND_ENCR, F20, F40, "phase 1 encryption", "phase 2 encryption" },
	{ ALG_KIND_INTEG, F21, F41, "phase 1 hash", "phase 2 hash" },
	{ ALG_KIND_PRF, F21, F41, "phase 1 PRF", "phase 2 PRF" },
	{ ALG_KIND_DH, F22, F42, "phase 1 group", "phase 2 PFS group" },
};

/* What every finding of a comparison says of itself. */
static void mark(const struct compare *compare, struct finding *finding)
{
	finding->tunnel = compare->tunnel;
	finding->is_phase2 = compare->is_esp;
}

/* What the device of that end calls a proposal of this phase. */
static const char *setting_of(const struct compare *compare, unsigned int end)
{
	return words_setting(compare->input->sites[end],
			     compare->is_esp ? WORD_ESP_PROPOSAL : WORD_IKE_PROPOSAL);
}

static struct finding *report_kind(struct compare *compare, enum class_id class,
				   const char *what, const struct alg_list lists[2])
{
	const struct predict_input *input = compare->input;
	struct arena *arena = input->arena;
	unsigned int from = input->initiator;
	struct finding *finding = predict_add(
		input, compare->findings, class, NULL,
		"%s differs: %s offers %s, %s accepts %s", what, input->sites[from]->name,
		list_text(arena, &lists[from], "none"), input->sites[!from]->name,
		list_text(arena, &lists[!from], "none"));

	mark(compare, finding);
	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name, what,
			      lists[end].list.count ? lists[end].at : compare->at[end],
			      "%s", list_text(arena, &lists[end], "none"));
	say_fixes(compare, finding);
	return finding;
}

/* The end that does not call refuses; class as in predict_sees_as. */
static void say_sees(const struct compare *compare, struct finding *finding,
		     enum class_id class)
{
	predict_sees_as(compare->input, finding, class, compare->version,
			!compare->input->initiator);
}

static struct finding *report_combination(struct compare *compare, enum class_id class,
					  const char *what)
{
	const struct predict_input *input = compare->input;
	struct finding *finding = predict_add(
		input, compare->findings, class, NULL,
		"%s: no proposal of %s fits one of %s, although each algorithm alone is "
		"known to both",
		what, input->sites[0]->name, input->sites[1]->name);

	mark(compare, finding);
	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name,
			      setting_of(compare, end), compare->at[end], "%zu proposals",
			      compare->ends[end].list.count);
	say_fixes(compare, finding);
	return finding;
}

/* strongSwan's own proposals against a device of their grandparents' time. */
static void report_default(struct compare *compare, unsigned int end)
{
	const struct predict_input *input = compare->input;
	const struct site *site = input->sites[end];
	_cleanup_buf_ struct buf kinds_text = { 0 };
	struct finding *finding;

	/* A child that is not loaded without one is F01; that of a connection has many reasons. */
	vec_foreach (said, compare->findings)
		if (compare->is_esp && said->class->number == F01 &&
		    said->values[0].at.file &&
		    origin_same_line(&said->values[0].at, &compare->at[end]))
			return;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct alg_list a = algs_of(compare, end, kinds[i].kind);
		struct alg_list b = algs_of(compare, !end, kinds[i].kind);

		if (kinds[i].kind != ALG_KIND_PRF && !have_common(&a, &b))
			buf_printf(&kinds_text, "%s%s", kinds_text.length ? " and " : "",
				   list_text(input->arena, &b, "none"));
	}
	finding = predict_add(
		input, compare->findings, F24, site->name,
		"%s has no proposal of its own for phase %d, and strongSwan's do not "
		"have what %s wants: %s",
		site->name, compare->is_esp ? 2 : 1, input->sites[!end]->name,
		kinds_text.length ? buf_text(&kinds_text) : "its combination");
	mark(compare, finding);
	predict_why(input, finding,
		    "strongSwan's own proposals have no modp1024, modp1536, "
		    "MD5 and DES");
	predict_value(input, finding, 0, site->name,
		      compare->is_esp ? "ESP proposal" : "IKE proposal", compare->at[end],
		      "none written");
	predict_value(input, finding, 1, input->sites[!end]->name,
		      setting_of(compare, !end), compare->at[!end], "%s",
		      kinds_text.length ? buf_text(&kinds_text) : "another combination");
	say_fixes(compare, finding);
	say_sees(compare, finding, finding->class->number);
}

static bool meet(const struct proposals *a, const struct proposals *b, bool has_dh)
{
	struct pair_choice choice;

	return pair_choose(a->list.items, a->list.count, b->list.items, b->list.count,
			   has_dh, &choice);
}

/* Which kinds have nothing in common? Returns whether one was reported. */
static bool report_kinds(struct compare *compare)
{
	bool is_reported = false;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct alg_list lists[2] = { algs_of(compare, 0, kinds[i].kind),
					     algs_of(compare, 1, kinds[i].kind) };
		enum class_id class;

		if (kinds[i].kind == ALG_KIND_DH && !compare->has_dh)
			continue;
		if (kinds[i].kind == ALG_KIND_PRF &&
		    (!lists[0].list.count || !lists[1].list.count))
			continue;
		if (have_common(&lists[0], &lists[1]))
			continue;
		/* AEAD at one end only: the cipher is the difference, the hash follows. */
		if (kinds[i].kind == ALG_KIND_INTEG && is_reported &&
		    (!lists[0].list.count || !lists[1].list.count))
			continue;
		is_reported = true;
		class = compare->is_esp ? kinds[i].esp : kinds[i].ike;
		say_sees(compare,
			 report_kind(compare, class,
				     compare->is_esp ? kinds[i].esp_name
						     : kinds[i].ike_name,
				     lists),
			 class);
	}
	return is_reported;
}

/* Does every proposal of that end offer it, or none? -1: some do. */
static int esn_of(const struct compare *compare, unsigned int end)
{
	size_t with = 0, without = 0;

	vec_foreach (proposal, &compare->ends[end].list) {
		with += proposal->has_esn;
		without += proposal->has_no_esn || !proposal->has_esn;
	}
	return with && without ? -1 : with > 0;
}

/* The line of the other kind; no text: that device has no word for it. */
static struct device_line esn_line(const struct compare *compare, unsigned int end,
				   bool is_wanted)
{
	const struct site *site = compare->input->sites[end];
	const struct language *language = language_of(site);
	struct device_line line = { 0 };
	struct pair_choice choice;
	const struct proposal *own = nearest(compare, end, &choice);
	const char *text;

	if (!language->esn || !own)
		return line;
	text = words_proposal(compare->input->arena, site, own, &choice, true).text;
	text = arena_printf(compare->input->arena, "%.*s%s%s",
			    (int)(strlen(text) - strlen(language->ends)), text,
			    is_wanted ? language->esn : "", language->ends);
	return language_statement(text);
}

/* Only swanctl.conf and ipsec.conf have the word; all others never offer it. */
static bool report_esn(struct compare *compare)
{
	const struct predict_input *input = compare->input;
	unsigned int from = input->initiator;
	int esn[2] = { esn_of(compare, 0), esn_of(compare, 1) };
	struct finding *finding;

	if (!compare->is_esp || esn[0] < 0 || esn[1] < 0 || esn[0] == esn[1])
		return false;
	finding = predict_add(input, compare->findings, F44, NULL,
			      "%s offers ESP %s extended sequence numbers, %s only %s",
			      input->sites[from]->name, esn[from] ? "with" : "without",
			      input->sites[!from]->name, esn[!from] ? "with" : "without");
	mark(compare, finding);
	for (unsigned int end = 0; end < 2; end++) {
		predict_value(input, finding, end, input->sites[end]->name,
			      setting_of(compare, end), compare->at[end], "%s",
			      esn[end] ? "esn" : "no esn");
		words_fix(input, finding, input->sites[end], &compare->at[end],
			  esn_line(compare, end, esn[!end]));
	}
	say_sees(compare, finding, F44);
	return true;
}

/* How many CHILD SAs the tunnel is made of. */
static size_t child_sas(const struct tunnel *tunnel)
{
	size_t count = 0;

	vec_foreach (child, &tunnel->children)
		count += child->is_one_sa || !child->selectors.count
				 ? 1
				 : child->selectors.count;
	return count;
}

/* In IKEv2 the first CHILD SA takes its keys from the IKE SA: PFS is asked at rekey. */
static void check_rekey_group(struct compare *compare)
{
	struct alg_list lists[2] = { algs_of(compare, 0, ALG_KIND_DH),
				     algs_of(compare, 1, ALG_KIND_DH) };
	struct finding *finding;

	if (meet(&compare->ends[0], &compare->ends[1], true))
		return;
	finding = have_common(&lists[0], &lists[1])
			  ? report_combination(compare, F43, "phase 2 with its PFS group")
			  : report_kind(compare, F43,
					child_sas(compare->tunnel) > 1
						? "PFS group (of the second CHILD SA)"
						: "PFS group (at rekey)",
					lists);
	if (child_sas(compare->tunnel) > 1) {
		finding->severity = SEVERITY_NO_TRAFFIC;
		predict_why(compare->input, finding,
			    "the first CHILD SA comes without a group of its own, each "
			    "further one asks for it at once and is refused, as is the "
			    "first rekeying");
		say_sees(compare, finding, F42);
		return;
	}
	predict_why(
		compare->input, finding,
		"the first keys come without a group of their own; the first rekeying "
		"is refused, and the tunnel dies with its lifetime");
	say_sees(compare, finding, F43);
}

/* What is sent of lists that would do, if they were sent whole. */
static bool check_first_only(struct compare *compare)
{
	const struct predict_input *input = compare->input;
	unsigned int from = input->initiator;
	const struct site *site = input->sites[from];
	struct proposals first;
	struct compare sent;
	struct finding *finding;

	if (compare->version != 1 || !predict_is_strongswan(site))
		return false;
	proposals_cut(input->arena, &compare->ends[from], &first);
	if (meet(&first, &compare->ends[!from], compare->has_dh))
		return false;
	if (compare->ends[from].is_default) {
		report_default(compare, from);
		return true;
	}
	finding = predict_add(
		input, compare->findings, F23, site->name,
		"in IKEv1 %s sends only the first algorithm of each kind in a "
		"proposal, and %s does not take that",
		site->name, input->sites[!from]->name);
	mark(compare, finding);
	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name,
			      setting_of(compare, end), compare->at[end], "%s",
			      end == from ? "several algorithms in one proposal"
					  : "one of the later ones");
	sent = *compare; /* the other end would have to take what is really sent */
	sent.ends[from] = first;
	say_fixes(&sent, finding);
	predict_fix(input, finding, "%s: or write one proposal for each combination",
		    site->name);
	say_sees(compare, finding, finding->class->number);
	return true;
}

/* true when both ends will agree on something. */
static bool run_compare(struct compare *compare)
{
	const enum class_id class = compare->is_esp ? F40 : F20;

	if (!compare->ends[0].list.count || !compare->ends[1].list.count)
		return false;
	if (meet(&compare->ends[0], &compare->ends[1], compare->has_dh)) {
		if (check_first_only(compare))
			return false;
		if (!compare->has_dh)
			check_rekey_group(compare);
		return true;
	}
	for (unsigned int end = 0; end < 2; end++) {
		if (compare->ends[end].is_default && !compare->ends[!end].is_default) {
			report_default(compare, end);
			return false;
		}
	}
	if (!report_kinds(compare) && !report_esn(compare)) {
		say_sees(compare,
			 report_combination(compare, class,
					    compare->is_esp ? "phase 2" : "phase 1"),
			 class);
	}
	return false;
}

/*
 * Aggressive Mode sends the public value with the offer, so it is one of the first
 * proposal's group; whoever chooses another group cannot use it.
 */
static void check_aggressive_group(struct compare *compare,
				   const struct tunnel *const tunnels[2])
{
	const struct predict_input *input = compare->input;
	unsigned int from = input->initiator;
	const struct proposals_way way = proposals_way_of(input, tunnels);
	const struct proposal_alg *first = NULL;
	struct pair_choice choice;
	struct finding *finding;

	if (compare->version != 1 || tunnels[from]->mode != EXCHANGE_AGGRESSIVE)
		return;
	if (compare->ends[from].list.count && compare->ends[from].list.items[0].dh.count)
		first = compare->ends[from].list.items[0].dh.items;
	if (!first ||
	    !proposals_settle_ike(input->arena, tunnels[from], tunnels[!from], &way,
				  &choice) ||
	    choice.dh == first->alg)
		return;
	finding = report_kind(
		compare, F22, "phase 1 group",
		(const struct alg_list[]){ algs_of(compare, 0, ALG_KIND_DH),
					   algs_of(compare, 1, ALG_KIND_DH) });
	predict_why(input, finding,
		    "in aggressive mode the first proposal's group is used before the "
		    "other end can choose, and it would choose %s: offer one group only",
		    choice.dh ? choice.dh->name : "none");
	say_sees(compare, finding, F22);
}

struct proposals_way proposals_way_of(const struct predict_input *input,
				      const struct tunnel *const tunnels[2])
{
	unsigned int from = input->initiator;
	struct proposals_way way = {
		.version = predict_version(input, tunnels),
		.are_strongswan = { predict_is_strongswan(input->sites[from]),
				    predict_is_strongswan(input->sites[!from]) },
	};
	struct pair_choice choice;

	if (proposals_settle_ike(input->arena, tunnels[from], tunnels[!from], &way,
				 &choice))
		way.ike_group = choice.dh;
	return way;
}

void predict_ike_proposals(const struct predict_input *input,
			   const struct tunnel *const tunnels[2],
			   struct findings *findings)
{
	struct compare compare = { .input = input,
				   .findings = findings,
				   .tunnel = tunnels[input->initiator],
				   .has_dh = true,
				   .version = predict_version(input, tunnels) };

	for (unsigned int end = 0; end < 2; end++) {
		const struct tunnel *tunnel = tunnels[end];

		if (proposals_are_spoiled(input->sites[end], tunnel->proposals.items,
					  tunnel->proposals.count, false))
			return;
		proposals_of(input->arena, tunnel->proposals.items,
			     tunnel->proposals.count, tunnel->has_default_proposals,
			     false, &compare.ends[end]);
		compare.at[end] = tunnel->proposals.count ? tunnel->proposals.items[0].at
							  : tunnel->at;
	}
	if (run_compare(&compare))
		check_aggressive_group(&compare, tunnels);
}

void proposals_compare_children(const struct predict_input *input,
				const struct tunnel *const tunnels[2],
				const struct child *const children[2],
				struct findings *findings)
{
	struct compare compare = { .input = input,
				   .findings = findings,
				   .tunnel = tunnels[input->initiator],
				   .is_esp = true,
				   .version = predict_version(input, tunnels) };

	compare.has_dh = compare.version != 2;
	for (unsigned int end = 0; end < 2; end++) {
		const struct child *child = children[end];

		if (proposals_are_spoiled(input->sites[end], child->proposals.items,
					  child->proposals.count, true))
			return;
		proposals_of(input->arena, child->proposals.items, child->proposals.count,
			     child->has_default_proposals, true, &compare.ends[end]);
		compare.at[end] =
			child->proposals.count ? child->proposals.items[0].at : child->at;
	}
	if (compare.version == 1) {
		const struct proposals_way way = proposals_way_of(input, tunnels);

		proposals_one_group(input->arena, way.ike_group,
				    &compare.ends[input->initiator]);
	}
	(void)run_compare(&compare);
}
