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

#define WORDS_MAX  256
#define TUN_DEVICE "ipsec0"

enum policy {
	POLICY_NOT_SAID,
	POLICY_IPSEC,
	POLICY_NONE,
};

/* What a rule says about one direction. */
struct side {
	const char *device; /* after -i or -o; NULL: any */
	bool is_negated;
	enum policy policy;
};

struct parts {
	struct side in, out;
	bool is_esp;
	const char *rest; /* all other words */
	const char *rest_of_esp;
};

struct words {
	char *items[WORDS_MAX];
	size_t count;
};

/* Split at blanks; quoted text stays one word with its quotes. */
static void words_split(struct arena *arena, const char *text, struct words *words)
{
	while (words->count < WORDS_MAX) {
		const char *start;
		char quote = 0;

		text += strspn(text, " \t");
		if (!*text)
			return;
		for (start = text; *text && (quote || !strchr(" \t", *text)); text++) {
			if (quote && *text == quote)
				quote = 0;
			else if (!quote && (*text == '"' || *text == '\''))
				quote = *text;
		}
		words->items[words->count++] =
			arena_strndup(arena, start, (size_t)(text - start));
	}
}

static bool word_is(const struct words *words, size_t i, const char *a, const char *b)
{
	return i < words->count &&
	       (str_equal(words->items[i], a) || str_equal(words->items[i], b));
}

/* Words of the policy match, each with a value or not. */
static const struct {
	const char *word;
	bool has_value;
} policy_words[] = {
	{ "--dir", true },	  { "--pol", true },   { "--policy", true },
	{ "--strict", false },	  { "--reqid", true }, { "--spi", true },
	{ "--proto", true },	  { "--mode", true },  { "--tunnel-src", true },
	{ "--tunnel-dst", true }, { "--next", false },
};

/* Number of words of the option at i that belong to the policy match, 0: none. */
static size_t policy_option(const struct words *words, size_t i)
{
	size_t skip = word_is(words, i, "!", NULL) ? 1 : 0;

	for (size_t p = 0; p < ARRAY_SIZE(policy_words); p++) {
		if (!word_is(words, i + skip, policy_words[p].word, NULL))
			continue;
		if (!policy_words[p].has_value)
			return skip + 1;
		return i + skip + 1 < words->count ? skip + 2 : skip + 1;
	}
	return 0;
}

/* Read "-m policy …" whose options start at i; returns the first word behind it. */
static size_t policy_read(const struct words *words, size_t i, struct parts *parts)
{
	struct side *side = &parts->in;
	enum policy policy = POLICY_NOT_SAID;
	size_t length;

	for (; (length = policy_option(words, i)); i += length) {
		const char *option = words->items[i],
			   *value = words->items[i + length - 1];

		if (str_equal(option, "--dir"))
			side = str_equal(value, "out") ? &parts->out : &parts->in;
		if (str_equal(option, "--pol") || str_equal(option, "--policy"))
			policy = str_equal(value, "none") ? POLICY_NONE : POLICY_IPSEC;
	}
	side->policy = policy;
	return i;
}

static void word_append(struct buf *out, const char *word)
{
	buf_printf(out, "%s%s", out->length ? " " : "", word);
}

static void parts_read(struct arena *arena, const char *matches, struct parts *parts)
{
	_cleanup_buf_ struct buf rest = { 0 };
	_cleanup_buf_ struct buf rest_of_esp = { 0 };
	struct words words = { .count = 0 };

	words_split(arena, matches, &words);
	for (size_t i = 0; i < words.count;) {
		size_t skip = word_is(&words, i, "!", NULL) ? 1 : 0;
		bool is_in = word_is(&words, i + skip, "-i", "--in-interface");
		bool is_out = word_is(&words, i + skip, "-o", "--out-interface");
		bool is_protocol = !skip && word_is(&words, i, "-p", "--protocol");

		if (word_is(&words, i, "-m", "--match") &&
		    word_is(&words, i + 1, "policy", NULL)) {
			i = policy_read(&words, i + 2, parts);
		} else if ((is_in || is_out) && i + skip + 1 < words.count) {
			*(is_in ? &parts->in : &parts->out) = (struct side){
				words.items[i + skip + 1], skip == 1,
				(is_in ? &parts->in : &parts->out)->policy
			};
			i += skip + 2;
		} else if (is_protocol && word_is(&words, i + 1, "esp", "50")) {
			parts->is_esp = true;
			word_append(&rest, "-p esp");
			word_append(&rest_of_esp, "-p udp -m udp --dport 4500");
			i += 2;
		} else {
			word_append(&rest, words.items[i]);
			word_append(&rest_of_esp, words.items[i++]);
		}
	}
	parts->rest = arena_strdup(arena, buf_text(&rest));
	parts->rest_of_esp = arena_strdup(arena, buf_text(&rest_of_esp));
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
static size_t side_variants(struct arena *arena, const struct side *side,
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
