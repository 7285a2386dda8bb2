// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ruleset_libipsec.c - rules written for kernel ESP, rewritten for the TUN device ipsec0
 *
 * In a kernel that carries ESP a packet that is to be encrypted leaves by the WAN
 * device, and one that was decrypted came in by it; `-m policy` tells which. With
 * kernel-libipsec both use the device ipsec0 and no policy ever matches
 * (devices.md §0, failures.md §5). A rule is read into the parts that differ,
 * and written again once for each device that it means.
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "lab/ruleset.h"

#define TUN_DEVICE   "ipsec0"
#define PROTOCOL_ESP 50

/* What a rule says about the two directions, and all the rest of it. */
struct parts {
	struct packet_side in, out;
	bool is_esp;
	const char *rest, *rest_of_esp;
};

static void word_append(struct buf *out, const char *word)
{
	buf_printf(out, "%s%s", out->length ? " " : "", word);
}

static const char *with_protocol(struct arena *arena, const char *protocol,
				 const char *rest)
{
	return arena_printf(arena, "%s%s%s", protocol, *rest ? " " : "", rest);
}

/* Matches that cannot be read or written again stay as they are, for iptables to refuse. */
static void parts_read(struct arena *arena, const char *matches, struct parts *parts)
{
	struct packet_rule rule;

	if (!packet_rule_read_matches(arena, matches, &rule) || !rule.rest) {
		parts->rest = parts->rest_of_esp = matches;
		return;
	}
	parts->in = rule.in;
	parts->out = rule.out;
	parts->is_esp = rule.protocol == PROTOCOL_ESP && !rule.is_protocol_negated;
	parts->rest = parts->rest_of_esp = rule.rest;
	if (!parts->is_esp)
		return;
	parts->rest = with_protocol(arena, "-p esp", rule.rest);
	parts->rest_of_esp =
		with_protocol(arena, "-p udp -m udp --dport 4500", rule.rest);
}

/* "eth0+" and "eth0.2" both mean the WAN device eth0.2. */
static bool is_wan(const char *device, const char *wan)
{
	size_t length;

	if (!device || !wan)
		return false;
	length = strlen(device);
	if (length && device[length - 1] == '+')
		return !strncmp(device, wan, length - 1);
	return !strcmp(device, wan);
}

/* The variants of one direction: up to two texts, TUN device first. */
static size_t side_variants(struct arena *arena, const struct packet_side *side,
			    const char *option, const char *wan, const char *texts[2])
{
	const char *tun = arena_printf(arena, "%s " TUN_DEVICE, option);
	const char *own = !side->device ? ""
					: arena_printf(arena, "%s%s %s",
						       side->is_negated ? "! " : "",
						       option, side->device);

	switch (side->policy) {
	case POLICY_IPSEC:
		/* A device other than the WAN never carries ESP: the rule cannot match.
		 */
		if (side->device && is_wan(side->device, wan) == side->is_negated)
			return 0;
		texts[0] = tun;
		return 1;
	case POLICY_NONE:
		texts[0] = *own ? own : arena_printf(arena, "! %s", tun);
		return 1;
	case POLICY_NOT_SAID:
		break;
	}
	if (is_wan(side->device, wan) && !side->is_negated) {
		texts[0] = tun;
		texts[1] = own;
		return 2;
	}
	texts[0] = own;
	return 1;
}

static bool is_masquerade(const char *target)
{
	return str_equal(target, "MASQUERADE") || str_starts(target, "MASQUERADE ");
}

static void variant_add(struct arena *arena, const struct ruleset_rule *rule,
			const char *const texts[3], const char *target,
			struct ruleset_rules *out)
{
	_cleanup_buf_ struct buf matches = { 0 };
	struct ruleset_rule *variant = vec_push(arena, out);

	for (size_t i = 0; i < 3; i++) {
		if (*texts[i])
			word_append(&matches, texts[i]);
	}
	*variant = *rule;
	variant->matches = arena_strdup(arena, buf_text(&matches));
	variant->target = target;
}

/* One device pair: the SNAT that stands for MASQUERADE, ESP's double. */
static void pair_add(struct arena *arena, const struct ruleset_rule *rule,
		     const struct parts *parts, const char *in, const char *out_text,
		     const struct inet_addr *wan_addr, struct ruleset_rules *out)
{
	const char *tun = "-o " TUN_DEVICE;
	const char *target = rule->target;

	if (is_masquerade(target) && wan_addr->family == AF_INET) {
		const char *snat = arena_printf(arena, "SNAT --to-source %s",
						inet_addr_text(wan_addr).s);

		if (!*out_text)
			variant_add(arena, rule,
				    (const char *const[3]){ in, tun, parts->rest }, snat,
				    out);
		else if (str_equal(out_text, tun))
			target = snat;
	}
	if (parts->is_esp)
		variant_add(arena, rule,
			    (const char *const[3]){ in, out_text, parts->rest_of_esp },
			    target, out);
	variant_add(arena, rule, (const char *const[3]){ in, out_text, parts->rest },
		    target, out);
}

void ruleset_rule_translate(struct arena *arena, const struct ruleset_rule *rule,
			    const char *wan_device, const struct inet_addr *wan_addr,
			    struct ruleset_rules *ret_rules)
{
	const char *in[2] = { "", "" }, *out[2] = { "", "" };
	struct parts parts = { 0 };
	size_t ins, outs;

	parts_read(arena, rule->matches, &parts);
	ins = side_variants(arena, &parts.in, "-i", wan_device, in);
	outs = side_variants(arena, &parts.out, "-o", wan_device, out);
	for (size_t i = 0; i < ins; i++) {
		for (size_t o = 0; o < outs; o++)
			pair_add(arena, rule, &parts, in[i], out[o], wan_addr, ret_rules);
	}
}

void ruleset_translate_libipsec(struct ruleset *set, const char *wan_device,
				const struct inet_addr *wan_addr)
{
	for (size_t t = 0; t < RULESET_TABLES; t++) {
		struct ruleset_rules translated = { 0 };

		vec_foreach (rule, &set->tables[t].rules)
			ruleset_rule_translate(set->arena, rule, wan_device, wan_addr,
					       &translated);
		set->tables[t].rules.items = translated.items;
		set->tables[t].rules.count = translated.count;
		set->tables[t].rules.room = translated.room;
	}
}
