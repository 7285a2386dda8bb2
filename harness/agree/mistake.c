// SPDX-License-Identifier: GPL-2.0-or-later
/* mistake.c - what an administrator gets wrong, one thing at a time */
#include "agree/mistake.h"

#include "base/str.h"
#include "device/device.h"

struct mistake {
	struct chance *chance;
	struct arena *arena;
	struct wish *wish, *other; /* whose mistake it is */
};

static const struct device_traits *traits_of(const struct wish *wish)
{
	return &device_of(wish->kind)->traits;
}

static void mistake_version(struct mistake *m)
{
	m->wish->version = traits_of(m->wish)->is_ikev1_only ? 1 : 3 - m->wish->version;
}

static void mistake_mode(struct mistake *m)
{
	m->wish->is_aggressive = !m->wish->is_aggressive;
}

/* Another word of the table; it may happen to be among the other end's. */
static void change_word(struct mistake *m, struct wish_suites *suites,
			struct wish_words *(*part)(struct wish_suite *),
			const char *const *words, size_t count)
{
	const char *word = words[chance_below(m->chance, count)];

	for (unsigned int i = 0; i < suites->count; i++) {
		struct wish_words *list = part(&suites->items[i]);

		if (list->count)
			*list = draw_word(word);
	}
}

static struct wish_words *part_encr(struct wish_suite *suite)
{
	return suite->integ.count ? &suite->encr : &suite->integ;
}

static struct wish_words *part_integ(struct wish_suite *suite)
{
	return &suite->integ;
}

static struct wish_words *part_dh(struct wish_suite *suite)
{
	return &suite->dh;
}

static void mistake_ike_cipher(struct mistake *m)
{
	change_word(m, &m->wish->ike, part_encr, draw_ciphers, ARRAY_SIZE(draw_ciphers));
}

static void mistake_ike_hash(struct mistake *m)
{
	change_word(m, &m->wish->ike, part_integ, draw_hashes, ARRAY_SIZE(draw_hashes));
}

static void mistake_ike_group(struct mistake *m)
{
	change_word(m, &m->wish->ike, part_dh, draw_groups, ARRAY_SIZE(draw_groups));
}

static void mistake_esp_cipher(struct mistake *m)
{
	change_word(m, &m->wish->esp, part_encr, draw_ciphers, ARRAY_SIZE(draw_ciphers));
}

static void mistake_esp_hash(struct mistake *m)
{
	change_word(m, &m->wish->esp, part_integ, draw_hashes, ARRAY_SIZE(draw_hashes));
}

static void mistake_pfs(struct mistake *m)
{
	const char *group =
		chance_is(m->chance, 50) ? NULL : DRAW_ONE(m->chance, draw_groups);

	for (unsigned int i = 0; i < m->wish->esp.count; i++)
		m->wish->esp.items[i].dh = draw_word(group);
}

/* Each algorithm is known to both, but not together. */
static void mistake_combination(struct mistake *m)
{
	struct wish_suite *own = &m->wish->ike.items[0], *other = &m->other->ike.items[0];

	m->wish->ike.count = m->other->ike.count = 2;
	*own = (struct wish_suite){ draw_word("aes128"), draw_word("sha1"),
				    draw_word("modp1024") };
	own[1] = (struct wish_suite){ draw_word("aes256"), draw_word("sha256"),
				      draw_word("modp1024") };
	*other = (struct wish_suite){ draw_word("aes128"), draw_word("sha256"),
				      draw_word("modp1024") };
	other[1] = (struct wish_suite){ draw_word("aes256"), draw_word("sha1"),
					draw_word("modp1024") };
}

static void mistake_no_ike_proposal(struct mistake *m)
{
	if (draw_is_linux(m->wish->kind))
		m->wish->ike.count = 0;
}

static void mistake_no_esp_proposal(struct mistake *m)
{
	if (draw_is_linux(m->wish->kind))
		m->wish->esp.count = 0;
}

static void mistake_key(struct mistake *m)
{
	m->wish->psk = "anotherpassword";
}

static void mistake_no_key(struct mistake *m)
{
	m->wish->psk = NULL;
}

static void mistake_own_id(struct mistake *m)
{
	m->wish->own_id = (struct wish_id){ ID_TYPE_FQDN, "somebody.else" };
}

static void mistake_peer_id(struct mistake *m)
{
	m->wish->peer_id = (struct wish_id){ ID_TYPE_FQDN, "somebody.else" };
}

static void mistake_id_type(struct mistake *m)
{
	if (m->wish->own_id.type == ID_TYPE_FQDN)
		m->wish->own_id.type = ID_TYPE_KEY_ID;
	else
		m->wish->own_id = (struct wish_id){ ID_TYPE_FQDN, m->wish->own_addr };
}

static void mistake_no_own_id(struct mistake *m)
{
	m->wish->own_id = (struct wish_id){ ID_TYPE_NONE, NULL };
}

static void mistake_no_peer_id(struct mistake *m)
{
	m->wish->peer_id = (struct wish_id){ ID_TYPE_NONE, NULL };
}

static void mistake_id_case(struct mistake *m)
{
	if (m->wish->own_id.type == ID_TYPE_FQDN)
		m->wish->own_id.value = "BratWurst";
}

/* The same network with another length, on either side of the pair. */
static void change_length(struct mistake *m, unsigned int length)
{
	struct wish_pair *pair =
		&m->wish->pairs[chance_below(m->chance, m->wish->pair_count)];
	const char **side = chance_is(m->chance, 50) ? &pair->local : &pair->remote;
	struct inet_prefix prefix;

	if (inet_prefix_parse(*side, &prefix))
		return;
	prefix.length = length;
	prefix = inet_prefix_network(&prefix);
	*side = arena_strdup(m->arena, inet_prefix_text(&prefix).s);
}

static void mistake_narrower(struct mistake *m)
{
	change_length(m, 25 + chance_below(m->chance, 4));
}

static void mistake_wider(struct mistake *m)
{
	change_length(m, 16);
}

static void mistake_everything(struct mistake *m)
{
	struct wish_pair *pair = &m->wish->pairs[0];

	*(chance_is(m->chance, 50) ? &pair->local : &pair->remote) = "0.0.0.0/0";
	m->wish->pair_count = 1;
}

static void mistake_disjoint(struct mistake *m)
{
	struct wish_pair *pair =
		&m->wish->pairs[chance_below(m->chance, m->wish->pair_count)];
	const char **side = chance_is(m->chance, 50) ? &pair->local : &pair->remote;

	*side = str_starts(*side, "10.10.") ? "10.11.1.0/24" : "10.21.1.0/24";
}

static void mistake_swapped(struct mistake *m)
{
	struct wish_pair *pair =
		&m->wish->pairs[chance_below(m->chance, m->wish->pair_count)];

	*pair = (struct wish_pair){ pair->remote, pair->local };
}

static void mistake_missing_pair(struct mistake *m)
{
	if (m->wish->pair_count > 1)
		m->wish->pair_count--;
}

static void mistake_extra_pair(struct mistake *m)
{
	bool is_left = str_equal(m->wish->own_addr, AGREE_WAN_0);

	if (m->wish->pair_count < WISH_PAIRS_MAX && !traits_of(m->wish)->has_one_pair)
		m->wish->pairs[m->wish->pair_count++] = (struct wish_pair){
			is_left ? "10.11.2.0/24" : "10.21.2.0/24",
			is_left ? "10.20.1.0/24" : "10.10.1.0/24",
		};
}

/* Where the other file does not say its address, nobody could tell. */
static void mistake_address(struct mistake *m)
{
	if (traits_of(m->other)->has_address && !m->wish->is_peer_any)
		m->wish->peer_addr = AGREE_NOBODY;
}

static void mistake_auth_missing(struct mistake *m)
{
	m->wish->auth = AUTH_UNKNOWN;
}

static void mistake_auth(struct mistake *m)
{
	m->wish->auth = AUTH_RSA;
}

static void mistake_disabled(struct mistake *m)
{
	m->wish->is_disabled = traits_of(m->wish)->has_switch;
}

static void mistake_typo(struct mistake *m)
{
	if (draw_is_linux(m->wish->kind))
		m->wish->typo = "aes-128";
}

static void mistake_esp_typo(struct mistake *m)
{
	if (draw_is_linux(m->wish->kind))
		m->wish->esp_typo = "aes512";
}

static void mistake_transport(struct mistake *m)
{
	if (draw_is_linux(m->wish->kind))
		m->wish->is_transport = true;
}

static void mistake_lifetimes(struct mistake *m)
{
	m->wish->ike_life_s = 7200;
	m->wish->esp_life_s = 7200;
}

static void mistake_both_versions(struct mistake *m)
{
	if (traits_of(m->wish)->takes_both_versions)
		m->wish->version = 0;
}

static const struct {
	const char *name;
	void (*make)(struct mistake *mistake);
} mistakes[] = {
	{ "version", mistake_version },
	{ "mode", mistake_mode },
	{ "ike cipher", mistake_ike_cipher },
	{ "ike hash", mistake_ike_hash },
	{ "ike group", mistake_ike_group },
	{ "esp cipher", mistake_esp_cipher },
	{ "esp hash", mistake_esp_hash },
	{ "pfs", mistake_pfs },
	{ "combination", mistake_combination },
	{ "no ike proposal", mistake_no_ike_proposal },
	{ "no esp proposal", mistake_no_esp_proposal },
	{ "key", mistake_key },
	{ "no key", mistake_no_key },
	{ "own id", mistake_own_id },
	{ "peer id", mistake_peer_id },
	{ "id type", mistake_id_type },
	{ "id letters", mistake_id_case },
	{ "no own id", mistake_no_own_id },
	{ "no peer id", mistake_no_peer_id },
	{ "narrower network", mistake_narrower },
	{ "wider network", mistake_wider },
	{ "any network", mistake_everything },
	{ "disjoint network", mistake_disjoint },
	{ "swapped networks", mistake_swapped },
	{ "missing pair", mistake_missing_pair },
	{ "extra pair", mistake_extra_pair },
	{ "peer address", mistake_address },
	{ "auth missing", mistake_auth_missing },
	{ "auth", mistake_auth },
	{ "disabled", mistake_disabled },
	{ "unknown ike word", mistake_typo },
	{ "unknown esp word", mistake_esp_typo },
	{ "transport mode", mistake_transport },
	{ "lifetimes", mistake_lifetimes },
	{ "both versions", mistake_both_versions },
};

const char *mistake_make(struct chance *chance, struct arena *arena, struct wish *wish,
			 struct wish *other)
{
	size_t i = chance_below(chance, ARRAY_SIZE(mistakes));
	struct mistake mistake = {
		.chance = chance, .arena = arena, .wish = wish, .other = other
	};

	mistakes[i].make(&mistake);
	return mistakes[i].name;
}
