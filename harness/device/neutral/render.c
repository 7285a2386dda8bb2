// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as a neutral form */
#include "device/neutral/neutral.h"
#include "device/render.h"

/* Groups by their numbers, as most pages show them. */
static void put_word(struct render *r, const char *word)
{
	const struct alg *group = alg_by_keyword(ALG_KIND_DH, word);

	if (group && group->ikev2 != ALG_NUMBER_NONE)
		buf_printf(&r->out, "%d", group->ikev2);
	else
		buf_puts(&r->out, word);
}

static void put_words(struct render *r, const char *key, const struct wish_words *words)
{
	if (!words->count)
		return;
	buf_printf(&r->out, ", %s: ", key);
	if (words->count == 1) {
		put_word(r, words->items[0]);
		return;
	}
	for (unsigned int i = 0; i < words->count; i++) {
		buf_puts(&r->out, i ? ", " : "[ ");
		put_word(r, words->items[i]);
	}
	buf_puts(&r->out, " ]");
}

/* One suite: the form has one proposal, of lists. */
static void put_suite(struct render *r, const char *key, const struct wish_suites *suites,
		      const char *group, unsigned int life_s)
{
	const struct wish_suite *suite = &suites->items[0];

	buf_printf(&r->out, "  %s: { lifetime: %u", key, life_s);
	if (suites->count) {
		put_words(r, "encryption", &suite->encr);
		put_words(r, "integrity", &suite->integ);
		put_words(r, group, &suite->dh);
	}
	buf_puts(&r->out, " }\n");
}

static void put_id(struct render *r, const char *key, const struct wish_id *id)
{
	const char *word = neutral_word_of(neutral_ids, (int)id->type);

	if (!word)
		return;
	buf_printf(&r->out, "  %s: { %s: ", key, word);
	render_quoted(r, id->value, "\"\\");
	buf_puts(&r->out, " }\n");
}

static void put_place(struct render *r)
{
	const struct wish_place *place = &r->wish->place;

	buf_puts(&r->out, "device: neutral\n");
	if (r->wish->own_addr)
		buf_printf(&r->out, "wan: %s/%s\ngateway: %s\n", r->wish->own_addr,
			   place->wan_length, place->gateway);
	else
		buf_puts(&r->out, "wan: dynamic\n");
	for (unsigned int i = 0; i < place->lan_count; i++)
		buf_printf(&r->out, "%s%s", i ? ", " : "lan: [ ", place->lans[i]);
	buf_puts(&r->out, place->lan_count ? " ]\n" : "");
	buf_puts(&r->out,
		 "firewall: " NEUTRAL_FIREWALL_YES "\nnat: " NEUTRAL_NAT_YES "\n");
}

void render_neutral(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	put_place(r);
	buf_printf(&r->out, "tunnel:\n  peer: %s\n  version: IKEv%d\n",
		   wish->is_peer_any ? "any" : wish->peer_addr, wish->version);
	if (wish->version == 1)
		buf_printf(&r->out, "  mode: %s\n",
			   wish->is_aggressive ? "aggressive" : "main");
	put_id(r, "local id", &wish->own_id);
	put_id(r, "remote id", &wish->peer_id);
	if (wish->psk) {
		buf_puts(&r->out, "  psk: ");
		render_quoted(r, wish->psk, "\"\\");
		buf_putc(&r->out, '\n');
	}
	put_suite(r, "ike", &wish->ike, "dh group", wish->ike_life_s);
	put_suite(r, "esp", &wish->esp, "pfs group", wish->esp_life_s);
	buf_puts(&r->out, "  networks:\n");
	for (unsigned int i = 0; i < wish->pair_count; i++)
		buf_printf(&r->out, "    - { local: %s, remote: %s }\n",
			   wish->pairs[i].local, wish->pairs[i].remote);
	buf_printf(&r->out, "  starts: %s\n  nat traversal: %s\n",
		   neutral_word_of(neutral_starts, wish->is_at_once ? START_IMMEDIATELY
								    : START_ON_TRAFFIC),
		   wish->is_nat_t_forced ? "forced" : "yes");
	render_finish(r, "site.neutral.yml", sources);
}
