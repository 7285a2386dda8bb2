// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_access.c - the accesslist of a connection as rules */
#include "import/fritzbox_access.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define WORDS_MAX    12
#define ENTRY_MAX    256 /* bytes */
#define ENTRIES_MAX  256
#define PROTOCOL_ANY "ip"
#define PORT_MAX     65535
#define BLANKS	     " \t\r\n"

static size_t split(char *text, char *words[static WORDS_MAX])
{
	size_t count = 0;
	char *state = NULL;

	for (char *word = strtok_r(text, BLANKS, &state); word && count < WORDS_MAX;
	     word = strtok_r(NULL, BLANKS, &state))
		words[count++] = word;
	return count;
}

/* "any", "host A", "NET MASK". Returns how many words it took, or 0. */
static size_t network_parse(char *const *words, size_t count, bool *ret_has,
			    struct inet_prefix *ret_prefix)
{
	struct inet_prefix prefix;
	struct inet_addr addr;

	*ret_has = false;
	if (count >= 1 && str_equal_nocase(words[0], "any"))
		return 1;
	*ret_has = true;
	if (count >= 2 && str_equal_nocase(words[0], "host") &&
	    inet_addr_parse(words[1], &addr) == 0) {
		*ret_prefix = inet_prefix_host(&addr);
		return 2;
	}
	if (count >= 2 && inet_addr_parse(words[0], &addr) == 0 &&
	    inet_mask_length(words[1], &prefix.length) == 0 && addr.family == AF_INET) {
		prefix.addr = addr;
		*ret_prefix = inet_prefix_network(&prefix);
		return 2;
	}
	return 0;
}

/* "eq 53", "range 6000 6010" behind a network. Returns how many words it took. */
static size_t ports_parse(char *const *words, size_t count, struct port_range *ret_ports)
{
	bool is_range = count >= 3 && str_equal_nocase(words[0], "range");
	bool is_equal = count >= 2 && str_equal_nocase(words[0], "eq");
	int64_t first, last;

	*ret_ports = (struct port_range){ 0, PORT_MAX };
	if ((!is_range && !is_equal) || str_to_number(words[1], 0, PORT_MAX, &first) < 0)
		return 0;
	last = first;
	if (is_range && str_to_number(words[2], first, PORT_MAX, &last) < 0)
		return 0;
	*ret_ports = (struct port_range){ (uint16_t)first, (uint16_t)last };
	return is_range ? 3 : 2;
}

/* Returns false for a word that is no verdict. */
static bool target_parse(const char *word, enum verdict_target *ret_target)
{
	static const struct {
		const char *word;
		enum verdict_target target;
	} targets[] = {
		{ "permit", TARGET_TUNNEL },
		{ "deny", TARGET_DROP },
		{ "reject", TARGET_REJECT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		if (str_equal_nocase(word, targets[i].word)) {
			*ret_target = targets[i].target;
			return true;
		}
	}
	return false;
}

int fritzbox_access_parse(struct arena *arena, const char *text,
			  struct fritzbox_access *ret_access)
{
	struct fritzbox_access access = { 0 };
	char *words[WORDS_MAX];
	size_t count, at = 2, taken;

	if (strlen(text) > ENTRY_MAX)
		return -EINVAL;
	count = split(arena_strdup(arena, text), words);
	if (count < 4 || !target_parse(words[0], &access.target))
		return -EINVAL;
	access.protocol = words[1];
	taken = network_parse(words + at, count - at, &access.has_src, &access.src);
	if (!taken)
		return -EINVAL;
	at += taken;
	at += ports_parse(words + at, count - at, &access.src_ports);
	taken = network_parse(words + at, count - at, &access.has_dest, &access.dest);
	if (!taken)
		return -EINVAL;
	at += taken;
	at += ports_parse(words + at, count - at, &access.dest_ports);
	if (at != count)
		return -EINVAL;
	*ret_access = access;
	return 0;
}

static void rule_add(struct site *site, const struct fritzbox_access *access,
		     const char *tunnel, struct origin at)
{
	struct rule *rule = vec_push(site->arena, &site->rules);

	rule->src_zone = rule->dest_zone = "*";
	rule->family = AF_INET;
	rule->target = access->target;
	rule->at = at;
	rule->tunnel = (struct text){ tunnel, at };
	if (!str_equal_nocase(access->protocol, PROTOCOL_ANY))
		vec_add(site->arena, &rule->protocols,
			((struct text){ access->protocol, at }));
	if (access->src_ports.last != PORT_MAX)
		vec_add(site->arena, &rule->src_ports, access->src_ports);
	if (access->dest_ports.last != PORT_MAX)
		vec_add(site->arena, &rule->dest_ports, access->dest_ports);
	if (access->has_src)
		vec_add(site->arena, &rule->src,
			((struct prefix_value){ .prefix = access->src, .at = at }));
	if (access->has_dest)
		vec_add(site->arena, &rule->dest,
			((struct prefix_value){ .prefix = access->dest, .at = at }));
}

/* What an entry sends into the tunnel against what phase 2 negotiated for it. */
static void compare(struct site *site, const struct fritzbox_access *access,
		    const struct inet_prefix *phase2, struct origin at)
{
	struct inet_prefix all = { .addr.family = AF_INET };
	const struct inet_prefix *dest = access->has_dest ? &access->dest : &all;

	if (inet_prefix_equal(dest, phase2))
		return;
	if (inet_prefix_covers(phase2, dest))
		site_remark(site, REMARK_INVALID, at,
			    "accesslist sends only %s into the tunnel, phase2remoteid is "
			    "%s: the rest of it is not reached",
			    inet_prefix_text(dest).s, inet_prefix_text(phase2).s);
	else
		site_remark(site, REMARK_INVALID, at,
			    "accesslist sends %s into the tunnel, but phase2remoteid is "
			    "%s: the peer expects nothing else in it",
			    inet_prefix_text(dest).s, inet_prefix_text(phase2).s);
}

void fritzbox_access_import(struct site *site, const struct tree_node *list,
			    const char *tunnel, const struct inet_prefix *phase2)
{
	size_t count = 0;

	vec_foreach (value, &list->values) {
		struct fritzbox_access access;

		if (count++ == ENTRIES_MAX) {
			site_remark(
				site, REMARK_IGNORED, value->at,
				"accesslist: only the first %u of %zu entries are read",
				ENTRIES_MAX, list->values.count);
			return;
		}
		if (fritzbox_access_parse(site->arena, value->text, &access) < 0) {
			site_remark(site, REMARK_UNKNOWN, value->at,
				    "accesslist: '%.80s' is not understood, expected "
				    "'permit ip any 192.168.1.0 255.255.255.0'",
				    value->text);
			continue;
		}
		rule_add(site, &access, tunnel, value->at);
		if (phase2 && access.target == TARGET_TUNNEL)
			compare(site, &access, phase2, value->at);
	}
}
