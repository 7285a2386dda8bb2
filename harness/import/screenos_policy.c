// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * screenos_policy.c - ScreenOS policies, in their order
 *
 * They are a list: the first that matches decides. `top`, `before` and `move` change
 * the order. A context (`set policy id 5` … `exit`) adds members to a policy.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"
#include "model/aspect.h"

/* ------------------------------------------------------------ the list */

static void policy_unlink(struct reader *reader, struct sos_policy *policy)
{
	if (policy->prev)
		policy->prev->next = policy->next;
	else
		reader->policies = policy->next;
	if (policy->next)
		policy->next->prev = policy->prev;
	else
		reader->policies_last = policy->prev;
	policy->prev = policy->next = NULL;
}

/* Behind after; NULL: first. */
static void policy_link(struct reader *reader, struct sos_policy *policy,
			struct sos_policy *after)
{
	policy->prev = after;
	policy->next = after ? after->next : reader->policies;
	if (policy->next)
		policy->next->prev = policy;
	else
		reader->policies_last = policy;
	if (after)
		after->next = policy;
	else
		reader->policies = policy;
}

static struct sos_policy *policy_find(const struct reader *reader, const char *id)
{
	return map_get(&reader->policy_map, NULL, id);
}

static void policy_move(struct reader *reader, struct sos_policy *policy,
			const char *where, const char *id)
{
	struct sos_policy *other = id ? policy_find(reader, id) : NULL;

	if (!other || other == policy) {
		sos_remark(reader, REMARK_INVALID, "there is no policy '%s' to stand %s",
			   id ? id : "", where);
		return;
	}
	policy_unlink(reader, policy);
	policy_link(reader, policy,
		    str_equal_nocase(where, "before") ? other->prev : other);
}

/* ------------------------------------------------------------ one policy */

struct policy_head {
	const char *id, *name, *where, *other;
	bool is_top, is_global;
};

/* What stands before `from`. */
static void head_take(struct args *args, struct policy_head *head)
{
	for (;;) {
		if (args_accept(args, "id"))
			head->id = args_take(args);
		else if (args_accept(args, "name"))
			head->name = args_take(args);
		else if (args_accept(args, "global"))
			head->is_global = true;
		else if (args_accept(args, "top"))
			head->is_top = true;
		else if (args_is(args, "before") || args_is(args, "after")) {
			head->where = args_take(args);
			head->other = args_take(args);
		} else
			return;
	}
}

static const char *zone_canonical(struct reader *reader, const char *word)
{
	const struct sos_zone *zone = sos_zone_get(reader, word);

	return str_equal(zone->name, "Global") ? "*" : zone->name;
}

/* nat src [dip-id N | fix-port] [dst ip A [B] [port N]] */
static void action_nat(struct reader *reader, struct sos_policy *policy,
		       struct args *args)
{
	struct inet_addr addr;
	int64_t port;

	policy->is_source_nat |= args_accept(args, "src");
	for (;;) {
		if (args_accept(args, "dip-id") && !args_end(args)) {
			policy->dip = sos_text(reader, args_take(args));
		} else if (args_accept(args, "fix-port")) {
			continue;
		} else if (args_accept(args, "dst")) {
			args_accept(args, "ip");
		} else if (args_accept(args, "port") && !args_end(args)) {
			if (str_to_number(args_take(args), 1, 65535, &port) == 0)
				policy->nat_port = port;
		} else if (!args_end(args) &&
			   inet_addr_parse(args_peek(args), &addr) == 0) {
			if (!policy->nat_dest.family)
				policy->nat_dest = addr;
			args_take(args);
		} else {
			return;
		}
	}
}

/* tunnel vpn V [id 0xN] | tunnel vpn-group N | tunnel l2tp L */
static void action_tunnel(struct reader *reader, struct sos_policy *policy,
			  struct args *args)
{
	if (!args_accept(args, "vpn") || args_end(args)) {
		site_unrehearsed(
			reader->site, NULL, ASPECT_SELECTORS | ASPECT_WAY, reader->at,
			arena_printf(reader->arena, "tunnel %s of policy %s",
				     args_end(args) ? "" : args_peek(args), policy->id));
		policy->target = TARGET_DROP;
		return;
	}
	policy->target = TARGET_TUNNEL;
	policy->vpn = sos_text(reader, args_take(args));
	if (args_accept(args, "id"))
		args_take(args);
}

static void action_take(struct reader *reader, struct sos_policy *policy,
			struct args *args)
{
	static const struct {
		const char *word;
		enum verdict_target target;
	} actions[] = {
		{ "permit", TARGET_ACCEPT },
		{ "deny", TARGET_DROP },
		{ "reject", TARGET_REJECT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!policy->has_action && args_accept(args, actions[i].word)) {
			policy->target = actions[i].target;
			policy->has_action = true;
			return;
		}
	}
	if (args_accept(args, "nat")) {
		action_nat(reader, policy, args);
	} else if (args_accept(args, "tunnel")) {
		policy->has_action = true;
		action_tunnel(reader, policy, args);
	} else if (args_accept(args, "pair-policy")) {
		policy->pair = args_take(args);
	} else if (args_accept(args, "schedule")) {
		args_take(args);
		site_unrehearsed(
			reader->site, NULL, ASPECT_WAY, reader->at,
			arena_printf(reader->arena, "schedule of policy %s", policy->id));
	} else if (args_accept(args, "auth") || args_accept(args, "webauth") ||
		   args_accept(args, "infranet-auth")) {
		site_unrehearsed(reader->site, NULL, ASPECT_WAY, reader->at,
				 arena_printf(reader->arena,
					      "authentication of policy %s",
					      policy->id ? policy->id : "?"));
	} else {
		args_take(args); /* log, count, traffic, attack, … */
	}
}

/* from Z to Z SRC DST SERVICE ACTION … */
static bool body_take(struct reader *reader, struct sos_policy *policy, struct args *args)
{
	if (args_accept(args, "from")) {
		const char *from = args_take(args);
		bool has_to = args_accept(args, "to");
		const char *to = args_take(args);

		if (!from || !has_to || !to)
			return false;
		policy->from = zone_canonical(reader, from);
		policy->to = zone_canonical(reader, to);
	} else {
		policy->from = policy->to = "*";
	}
	if (args->next + 4 > args->count)
		return false;
	vec_add(reader->arena, &policy->src, sos_text(reader, args_take(args)));
	vec_add(reader->arena, &policy->dest, sos_text(reader, args_take(args)));
	vec_add(reader->arena, &policy->services, sos_text(reader, args_take(args)));
	while (!args_end(args))
		action_take(reader, policy, args);
	return policy->has_action;
}

static const char *policy_id_next(struct reader *reader, const char *written)
{
	int64_t id;

	if (!written)
		return arena_printf(reader->arena, "%lld",
				    (long long)++reader->policy_id_max);
	if (str_to_number(written, 0, INT32_MAX, &id) == 0 && id > reader->policy_id_max)
		reader->policy_id_max = id;
	return written;
}

static void policy_define(struct reader *reader, const struct policy_head *head,
			  struct args *args)
{
	struct sos_policy *policy = arena_alloc(reader->arena, sizeof(*policy)), *old;

	policy->id = policy_id_next(reader, head->id);
	policy->name = head->name;
	policy->at = reader->at;
	if (!body_take(reader, policy, args)) {
		sos_remark(
			reader, REMARK_INVALID,
			"policy %s is not complete: expected 'from ZONE to ZONE SOURCE "
			"DESTINATION SERVICE ACTION'",
			policy->id);
		return;
	}
	old = policy_find(reader, policy->id);
	if (old) {
		policy_link(reader, policy, old); /* a change keeps the place */
		policy_unlink(reader, old);
	} else {
		policy_link(reader, policy, head->is_top ? NULL : reader->policies_last);
	}
	map_put(reader->arena, &reader->policy_map, NULL, policy->id, policy);
	if (head->where)
		policy_move(reader, policy, head->where, head->other);
}

/* ------------------------------------------------------------ the command */

static void policy_enter(struct reader *reader, const char *id)
{
	reader->policy = policy_find(reader, id);
	if (!reader->policy)
		sos_remark(reader, REMARK_INVALID, "there is no policy with the id %s",
			   id);
	if (reader->depth < SCREENOS_CONTEXTS_MAX) {
		reader->context_at[reader->depth] = reader->at;
		reader->contexts[reader->depth++] = CONTEXT_POLICY;
	}
}

/* set policy id N disable|before M|name S|… on a policy that is there */
static void policy_change(struct reader *reader, const struct policy_head *head,
			  struct args *args)
{
	struct sos_policy *policy = policy_find(reader, head->id);

	if (!policy) {
		if (!reader->is_unset)
			sos_remark(reader, REMARK_INVALID,
				   "there is no policy with the id %s", head->id);
		return;
	}
	if (head->where)
		policy_move(reader, policy, head->where, head->other);
	else if (head->name)
		policy->name = head->name;
	else if (args_accept(args, "disable"))
		policy->is_disabled = !reader->is_unset;
	else
		sos_ignore(reader, "policy", "has settings that do not matter here");
}

static void policy_remove(struct reader *reader, const char *id)
{
	struct sos_policy *policy = id ? policy_find(reader, id) : NULL;

	if (!policy)
		return;
	policy_unlink(reader, policy);
	map_put(reader->arena, &reader->policy_map, NULL, policy->id, NULL);
}

static void policy_move_command(struct reader *reader, struct args *args)
{
	const char *id = args_take(args), *where = args_take(args),
		   *other = args_take(args);
	struct sos_policy *policy = id ? policy_find(reader, id) : NULL;

	if (policy && where)
		policy_move(reader, policy, where, other);
	else
		sos_remark(reader, REMARK_INVALID, "there is no policy '%s' to move",
			   id ? id : "");
}

void sos_policy_command(struct reader *reader, struct args *args)
{
	struct policy_head head = { 0 };

	if (args_accept(args, "default-permit-all")) {
		reader->site->default_forward =
			reader->is_unset ? TARGET_DROP : TARGET_ACCEPT;
		return;
	}
	if (args_accept(args, "move")) {
		policy_move_command(reader, args);
		return;
	}
	head_take(args, &head);
	if (reader->is_unset) {
		if (!head.id)
			head.id = args_take(args);
		if (args_end(args))
			policy_remove(reader, head.id);
		else if (head.id)
			policy_change(reader, &head, args);
	} else if (args_is(args, "from") ||
		   (head.is_global && args->count >= args->next + 4)) {
		policy_define(reader, &head, args);
	} else if (head.id && args_end(args) && !head.where && !head.name) {
		policy_enter(reader, head.id);
	} else if (head.id) {
		policy_change(reader, &head, args);
	} else {
		sos_remark(reader, REMARK_UNKNOWN,
			   "this policy command is not understood");
	}
}

static void members_change(struct reader *reader, struct args *args, struct text **items,
			   size_t *count, size_t *room, bool *is_negated)
{
	size_t kept = 0;

	if (args_accept(args, "negate")) {
		if (is_negated)
			*is_negated = !reader->is_unset;
		return;
	}
	if (args_end(args))
		return;
	if (!reader->is_unset) {
		struct text *added = arena_vec_push_(reader->arena, (void **)items, count,
						     room, sizeof(**items));

		*added = sos_text(reader, args_take(args));
		return;
	}
	if (!sos_work(reader, *count))
		return;
	for (size_t i = 0; i < *count; i++) {
		if (!str_equal((*items)[i].s, args_peek(args)))
			(*items)[kept++] = (*items)[i];
	}
	*count = kept;
}

void sos_policy_line(struct reader *reader, struct args *args)
{
	struct sos_policy *policy = reader->policy;

	if (!policy)
		return;
	if (args_accept(args, "src-address"))
		members_change(reader, args, &policy->src.items, &policy->src.count,
			       &policy->src.room, &policy->is_src_negated);
	else if (args_accept(args, "dst-address"))
		members_change(reader, args, &policy->dest.items, &policy->dest.count,
			       &policy->dest.room, &policy->is_dest_negated);
	else if (args_accept(args, "service"))
		members_change(reader, args, &policy->services.items,
			       &policy->services.count, &policy->services.room, NULL);
	else if (args_accept(args, "name"))
		policy->name = args_take(args);
	else if (args_accept(args, "disable"))
		policy->is_disabled = !reader->is_unset;
	else
		sos_ignore(reader, "policy", "has settings that do not matter here");
}
