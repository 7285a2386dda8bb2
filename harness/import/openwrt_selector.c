// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_selector.c - the networks of a tunnel's section, as the scripts write them */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"
#include "model/aspect.h"

#define SELECTORS_MAX 65536 /* of all children */

/*
 * Subnets of one side. Until 23.05 ipsec.init (and the older scripts, and swanctl.init
 * 21.02) write the items of a list with blanks between them, of which strongSwan takes
 * the first.
 */
static struct openwrt_words read_subnets(struct openwrt_ipsec *ipsec,
					 const struct tree_node *section,
					 const char *name)
{
	struct openwrt *o = ipsec->o;
	struct openwrt_words words = openwrt_words(o, section, name, ",");
	const char *text;

	if (words.list.count < 2 || !openwrt_has_quirk(o, QUIRK_JOINS_BY_BLANK))
		return words;
	text = uci_get(&o->uci, section, name);
	if (!strchr(text, ' '))
		return words;
	site_remark(o->site, REMARK_INVALID, openwrt_option_at(o, section, name),
		    "%s writes several subnets with blanks between them ('%s'), of which "
		    "strongSwan reads only the first; write one value with commas",
		    o->firmware->source, text);
	words.list.count = 1;
	return words;
}

/* "10.0.0.0/24[tcp/80]", "10.0.0.1-10.0.0.9": swanctl takes them, no rehearsal does. */
static struct text plain_network(struct openwrt_ipsec *ipsec, const char *tunnel,
				 const struct text *word)
{
	struct openwrt *o = ipsec->o;
	struct text plain = *word;
	const size_t length = strcspn(word->s, "[-");

	if (!word->s[length])
		return plain;
	plain.s = arena_strndup(o->site->arena, word->s, length);
	site_unrehearsed(o->site, tunnel, ASPECT_SELECTORS | ASPECT_WAY, word->at,
			 word->s);
	return plain;
}

/* "10.0.0.0/33" and "/255.255.255.0" are taken for the address alone. */
static struct text as_charon_reads(struct openwrt_ipsec *ipsec, const struct text *word)
{
	struct openwrt *o = ipsec->o;
	const char *slash = strchr(word->s, '/');
	const bool is_ipv6 = strchr(word->s, ':') != NULL;
	struct text text = *word;
	int64_t length;

	if (!slash || !openwrt_is_rendered(o) ||
	    !str_to_number(slash + 1, 0, is_ipv6 ? 128 : 32, &length))
		return text;
	text.s = arena_strndup(o->site->arena, word->s, (size_t)(slash - word->s));
	remark_says(site_remark(o->site, REMARK_INVALID, word->at,
				"'%s' is no length of a network: strongSwan ignores it "
				"and takes %s alone",
				slash, text.s),
		    SAYS_NO_EFFECT, MEND_LINE, NULL);
	return text;
}

static void add_selector(struct openwrt_ipsec *ipsec, struct child *child,
			 const struct prefix_value *local,
			 const struct prefix_value *remote)
{
	if (ipsec->selectors++ >= SELECTORS_MAX)
		return;
	vec_add(ipsec->o->site->arena, &child->selectors,
		((struct selector){
			.local = local->prefix,
			.remote = remote->prefix,
			.local_at = local->at,
			.remote_at = remote->at,
		}));
}

struct prefixes {
	VEC(struct prefix_value) list;
};

#define PREFIXES_MAX 64 /* of one side; a product of more is no site-to-site tunnel */

/* Nothing written: the own or the peer's address alone; family 0 when it is not known. */
static struct prefixes parse_subnets(struct openwrt_ipsec *ipsec,
				     const struct openwrt_words *words,
				     struct tunnel *tunnel, bool is_local)
{
	const struct endpoint *endpoint = is_local		  ? &tunnel->local
					  : tunnel->remotes.count ? tunnel->remotes.items
								  : NULL;
	struct prefixes prefixes = { 0 };

	vec_foreach (word, &words->list) {
		struct prefix_value value;
		struct text text;

		if (str_equal(word->s, "dynamic") ||
		    (str_equal(word->s, "%dynamic") && !openwrt_is_rendered(ipsec->o)))
			continue;
		text = plain_network(ipsec, tunnel->name, word);
		text = as_charon_reads(ipsec, &text);
		if (prefixes.list.count >= PREFIXES_MAX)
			break;
		if (openwrt_prefix(ipsec->o, &text, &value)) {
			vec_add(ipsec->o->site->arena, &prefixes.list, value);
			continue;
		}
		remark_advise(openwrt_drop(ipsec, tunnel, word->at,
					   "'%s' is no traffic selector", word->s),
			      "write the network itself, as 192.168.1.0/24");
		if (openwrt_is_rendered(ipsec->o)) /* there, yet not known */
			vec_add(ipsec->o->site->arena, &prefixes.list,
				((struct prefix_value){ .at = word->at }));
	}
	if (!prefixes.list.count) {
		struct prefix_value *value =
			vec_push(ipsec->o->site->arena, &prefixes.list);

		value->at.source = STRONGSWAN_DEFAULT ", the address";
		if (endpoint && endpoint->kind == ENDPOINT_ADDRESS)
			value->prefix = inet_prefix_host(&endpoint->addr);
	}
	return prefixes;
}

/* local_nat: the LAN appears under another network (NETMAP). */
static struct openwrt_words read_local_nat(struct openwrt_ipsec *ipsec,
					   const struct tree_node *section,
					   struct openwrt_words locals,
					   const struct openwrt_words *remotes)
{
	struct openwrt *o = ipsec->o;
	struct text nat = openwrt_text(o, section, "local_nat"); /* a list: the first */
	struct nat_rule rule = { .kind = NAT_NETMAP, .at = nat.at };
	struct openwrt_words words = { 0 };
	struct prefix_value value;

	if (!nat.s)
		return locals;
	nat.s = arena_strndup(o->site->arena, nat.s, strcspn(nat.s, " \t,"));
	if (!openwrt_prefix(o, &nat, &value))
		return locals;
	rule.to = value.prefix;
	vec_foreach (word, &locals.list) {
		if (openwrt_prefix(o, word, &value))
			vec_add(o->site->arena, &rule.src, value);
	}
	vec_foreach (word, &remotes->list) {
		if (openwrt_prefix(o, word, &value))
			vec_add(o->site->arena, &rule.dest, value);
	}
	/* Only the documentation has it done; the scripts leave it to the firewall. */
	if (!openwrt_is_rendered(o))
		vec_add(o->site->arena, &o->site->nat, rule);
	vec_add(o->site->arena, &words.list, nat);
	return words;
}

void openwrt_read_selectors(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			    struct tunnel *tunnel, struct child *child)
{
	struct openwrt *o = ipsec->o;
	struct openwrt_words remotes = read_subnets(ipsec, section, "remote_subnet");
	struct openwrt_words locals = read_local_nat(
		ipsec, section, read_subnets(ipsec, section, "local_subnet"), &remotes);
	const struct prefixes local = parse_subnets(ipsec, &locals, tunnel, true);
	const struct prefixes remote = parse_subnets(ipsec, &remotes, tunnel, false);

	if (!locals.list.count && !remotes.list.count)
		return; /* host to host: no selectors */
	vec_foreach (l, &local.list) {
		vec_foreach (r, &remote.list)
			add_selector(ipsec, child, l, r);
	}
	/* As documented, every pair is wanted, also where IKEv1 needs an SA for each. */
	child->is_one_sa = tunnel->version != 1 || openwrt_is_rendered(o);
	if (tunnel->version == 1 && child->selectors.count > 1 && openwrt_is_rendered(o))
		remark_says(site_remark(o->site, REMARK_INVALID, child->at,
					"tunnel '%s' has %zu pairs of subnets: IKEv1 "
					"negotiates only the first one; write one "
					"section for each",
					child->name, child->selectors.count),
			    SAYS_NO_EFFECT, MEND_LINE, NULL);
}
