// SPDX-License-Identifier: GPL-2.0-or-later
/* generator.c - random pairs of configurations, healthy or broken in a place or two */
#include "agree/generator.h"

#include <string.h>

#include "agree/render.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt.h"

#define HEALTHY_PERCENT	     30
#define TWO_MISTAKES_PERCENT 25

/* ------------------------------------------------------------ chance */

/* splitmix64 (Steele, Lea, Flood 2014): small, and the same on every machine. */
struct chance {
	uint64_t state;
};

static uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static unsigned int chance_below(struct chance *chance, size_t limit)
{
	return (unsigned int)(chance_next(chance) % limit);
}

static bool chance_is(struct chance *chance, unsigned int percent)
{
	return chance_below(chance, 100) < percent;
}

#define ONE_OF(chance, table) ((table)[chance_below((chance), ARRAY_SIZE(table))])

/* ------------------------------------------------------------ what there is */

static const enum device_kind kinds[][2] = {
	{ DEVICE_STRONGSWAN, DEVICE_STRONGSWAN }, { DEVICE_OPENWRT, DEVICE_SCREENOS },
	{ DEVICE_OPENWRT, DEVICE_FRITZBOX },	  { DEVICE_OPENWRT, DEVICE_JUNOS },
	{ DEVICE_STRONGSWAN, DEVICE_JUNOS },	  { DEVICE_STRONGSWAN, DEVICE_SCREENOS },
	{ DEVICE_OPENWRT, DEVICE_STRONGSWAN },	  { DEVICE_OPENWRT, DEVICE_OPENWRT },
	{ DEVICE_STRONGSWAN, DEVICE_FRITZBOX },	  { DEVICE_SCREENOS, DEVICE_JUNOS },
};

/* Words that every device has; the last two columns only some. */
static const char *const ciphers[] = { "aes128", "aes192", "aes256", "3des" };
static const char *const hashes[] = { "sha1", "md5", "sha256" };
static const char *const groups[] = { "modp1024", "modp1536", "modp2048" };
static const char *const more_hashes[] = { "sha384", "sha512", "sha256" };
static const char *const more_groups[] = { "ecp256", "ecp384", "modp1024", "modp2048" };

/* Bytes that do not survive everybody's quoting, see failures.md F03. */
static const char *const keys[] = {
	"yourpasswordhere",
	"wBN4HKbOL4SrbQf9MCa2HLWh6raiPi",
	"two words",
	"wBN4#KbOL4",
	"hash #behind a blank",
	"a\"b\"c",
	"0x616263",
	"0x6162636",
	"0sYWJj",
	" leading",
	"trailing ",
	"two  blanks",
	"cash$money",
	"semi;colon",
	"it's",
	"back\\slash",
	"pa}x{y",
	"ends=with=",
	"tab\there",
	"gr\xc3\xbc\xc3\x9f",
	"x",
};

static const struct wish_id names[2][4] = {
	{ { ID_TYPE_FQDN, "bratwurst" },
	  { ID_TYPE_FQDN, "home.example.org" },
	  { ID_TYPE_USER_FQDN, "vpn@home.example.org" },
	  { ID_TYPE_IPV4_ADDR, AGREE_WAN_0 } },
	{ { ID_TYPE_FQDN, "acme" },
	  { ID_TYPE_FQDN, "gw.acme.example" },
	  { ID_TYPE_USER_FQDN, "it@acme.example" },
	  { ID_TYPE_IPV4_ADDR, AGREE_WAN_1 } },
};

/* ------------------------------------------------------------ two that fit */

static bool is_own(enum device_kind kind)
{
	return kind == DEVICE_STRONGSWAN || kind == DEVICE_OPENWRT;
}

static struct wish_words one_word(const char *word)
{
	return (struct wish_words){ { word }, word ? 1 : 0 };
}

static struct wish_suite draw_suite(struct chance *chance, bool is_modern, bool is_esp)
{
	bool is_more = is_modern && chance_is(chance, 40);
	struct wish_suite suite = {
		.encr = one_word(ONE_OF(chance, ciphers)),
		.integ = one_word(is_more ? ONE_OF(chance, more_hashes)
					  : ONE_OF(chance, hashes)),
		.dh = one_word(is_more ? ONE_OF(chance, more_groups)
				       : ONE_OF(chance, groups)),
	};

	if (is_esp && is_modern && chance_is(chance, 15)) {
		suite.encr = one_word("aes128gcm16");
		suite.integ = one_word(NULL);
	}
	return suite;
}

static bool has_word(const struct wish_words *words, const char *word)
{
	for (unsigned int i = 0; i < words->count; i++)
		if (str_equal(words->items[i], word))
			return true;
	return false;
}

static void add_word(struct chance *chance, struct wish_words *words, const char *word)
{
	unsigned int at = chance_below(chance, words->count + 1);

	if (words->count == WISH_WORDS_MAX || has_word(words, word))
		return;
	memmove(&words->items[at + 1], &words->items[at],
		(words->count - at) * sizeof(words->items[0]));
	words->items[at] = word;
	words->count++;
}

/* Alternatives inside of a proposal; an AEAD cipher stays alone. */
static void widen_suite(struct chance *chance, struct wish_suite *suite)
{
	if (!suite->integ.count)
		return;
	if (chance_is(chance, 50))
		add_word(chance, &suite->encr, ONE_OF(chance, ciphers));
	if (chance_is(chance, 40))
		add_word(chance, &suite->integ, ONE_OF(chance, hashes));
	if (suite->dh.count && chance_is(chance, 40))
		add_word(chance, &suite->dh, ONE_OF(chance, groups));
}

static void add_suite(struct chance *chance, struct wish_suites *suites,
		      const struct wish_suite *suite)
{
	unsigned int at = chance_below(chance, suites->count + 1);

	if (suites->count == WISH_SUITES_MAX)
		return;
	memmove(&suites->items[at + 1], &suites->items[at],
		(suites->count - at) * sizeof(suites->items[0]));
	suites->items[at] = *suite;
	suites->count++;
}

/* The shared suite, and what each end offers besides it. */
static void draw_suites(struct chance *chance, struct wish wishes[2], bool is_modern,
			bool is_esp, bool has_dh)
{
	struct wish_suite shared = draw_suite(chance, is_modern, is_esp);

	if (!has_dh)
		shared.dh = one_word(NULL);
	for (unsigned int end = 0; end < 2; end++) {
		struct wish_suites *suites = is_esp ? &wishes[end].esp : &wishes[end].ike;
		struct wish_suite own = shared;

		if (is_own(wishes[end].kind) && chance_is(chance, 20))
			widen_suite(chance, &own);
		add_suite(chance, suites, &own);
		while (chance_is(chance, 25)) {
			own = draw_suite(chance, is_modern, is_esp);
			/* Junos and ScreenOS have one PFS group for all. */
			if (is_esp)
				own.dh = shared.dh;
			add_suite(chance, suites, &own);
			if (suites->count == WISH_SUITES_MAX)
				break;
		}
	}
}

static void draw_pairs(struct chance *chance, struct arena *arena, struct wish wishes[2])
{
	bool is_single =
		wishes[0].kind == DEVICE_FRITZBOX || wishes[1].kind == DEVICE_FRITZBOX;
	unsigned int count = is_single ? 1 : 1 + chance_below(chance, 3);
	bool is_one_child = chance_is(chance, 25);

	for (unsigned int i = 0; i < count; i++) {
		const char *left = arena_printf(arena, "10.10.%u.0/24",
						chance_is(chance, 60) ? 1 : i + 1);
		const char *right = arena_printf(arena, "10.20.%u.0/24", i + 1);

		wishes[0].pairs[i] = (struct wish_pair){ left, right };
		wishes[1].pairs[i] = (struct wish_pair){ right, left };
	}
	for (unsigned int end = 0; end < 2; end++) {
		wishes[end].pair_count = count;
		wishes[end].is_one_child = is_one_child;
	}
}

static void draw_identities(struct chance *chance, struct wish wishes[2], bool is_named)
{
	for (unsigned int end = 0; end < 2; end++) {
		struct wish_id id = ONE_OF(chance, names[end]);

		if (!is_named && chance_is(chance, 50))
			id = (struct wish_id){ ID_TYPE_NONE, NULL };
		wishes[end].own_id = id;
		wishes[!end].peer_id = id;
		/* The FRITZ!Box and ScreenOS take what comes when nothing is written. */
		if (is_own(wishes[!end].kind) && chance_is(chance, 5))
			wishes[!end].peer_id = (struct wish_id){ ID_TYPE_NONE, NULL };
	}
}

static const char *draw_key(struct chance *chance, const struct wish wishes[2])
{
	for (;;) {
		const char *key = chance_is(chance, 60) ? keys[0] : ONE_OF(chance, keys);
		bool is_fine = true;

		/* There is no way to write these in the file of such a device. */
		for (unsigned int end = 0; end < 2; end++)
			is_fine &= wishes[end].kind != DEVICE_SCREENOS ||
				   !strpbrk(key, "\"\\\t");
		if (is_fine)
			return key;
	}
}

static void draw_healthy(struct chance *chance, struct arena *arena,
			 struct wish wishes[2], unsigned int initiator)
{
	const enum device_kind *pair = ONE_OF(chance, kinds);
	bool is_swapped = chance_is(chance, 30);
	bool is_v1 = pair[1] == DEVICE_FRITZBOX || chance_is(chance, 60);
	bool is_modern = is_own(pair[0]) && is_own(pair[1]);
	bool is_aggressive = is_v1 && chance_is(chance, 40), has_pfs;
	const char *key;

	for (unsigned int end = 0; end < 2; end++)
		wishes[end] = (struct wish){
			.kind = pair[is_swapped ? !end : end],
			.version = is_v1 ? 1 : 2,
			.is_aggressive = is_aggressive,
			.own_addr = end ? AGREE_WAN_1 : AGREE_WAN_0,
			.peer_addr = end ? AGREE_WAN_0 : AGREE_WAN_1,
			.is_psk_quoted = chance_is(chance, 50),
			.ike_life_s = chance_is(chance, 50) ? 28800 : 3600,
			.esp_life_s = chance_is(chance, 50) ? 3600 : 1800,
			.is_new_schema = chance_is(chance, 50),
			.is_nat_t_forced = chance_is(chance, 20),
			.is_at_once = chance_is(chance, 50),
			.auth = AUTH_PSK,
		};
	key = draw_key(chance, wishes);
	wishes[0].psk = wishes[1].psk = key;
	has_pfs = chance_is(chance, 60);
	draw_suites(chance, wishes, is_modern, false, true);
	draw_suites(chance, wishes, is_modern, true, has_pfs);
	draw_pairs(chance, arena, wishes);
	wishes[!initiator].is_peer_any =
		(!is_v1 || is_aggressive) && chance_is(chance, 20);
	draw_identities(chance, wishes, wishes[!initiator].is_peer_any);
}

/* ------------------------------------------------------------ mistakes */

struct mistake {
	struct chance *chance;
	struct arena *arena;
	struct wish *wish, *other; /* whose mistake it is */
};

static void mistake_version(struct mistake *m)
{
	m->wish->version = m->wish->kind == DEVICE_FRITZBOX ? 1 : 3 - m->wish->version;
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
			*list = one_word(word);
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
	change_word(m, &m->wish->ike, part_encr, ciphers, ARRAY_SIZE(ciphers));
}

static void mistake_ike_hash(struct mistake *m)
{
	change_word(m, &m->wish->ike, part_integ, hashes, ARRAY_SIZE(hashes));
}

static void mistake_ike_group(struct mistake *m)
{
	change_word(m, &m->wish->ike, part_dh, groups, ARRAY_SIZE(groups));
}

static void mistake_esp_cipher(struct mistake *m)
{
	change_word(m, &m->wish->esp, part_encr, ciphers, ARRAY_SIZE(ciphers));
}

static void mistake_esp_hash(struct mistake *m)
{
	change_word(m, &m->wish->esp, part_integ, hashes, ARRAY_SIZE(hashes));
}

static void mistake_pfs(struct mistake *m)
{
	const char *group = chance_is(m->chance, 50) ? NULL : ONE_OF(m->chance, groups);

	for (unsigned int i = 0; i < m->wish->esp.count; i++)
		m->wish->esp.items[i].dh = one_word(group);
}

/* Each algorithm is known to both, but not together. */
static void mistake_combination(struct mistake *m)
{
	struct wish_suite *own = &m->wish->ike.items[0], *other = &m->other->ike.items[0];

	m->wish->ike.count = m->other->ike.count = 2;
	*own = (struct wish_suite){ one_word("aes128"), one_word("sha1"),
				    one_word("modp1024") };
	own[1] = (struct wish_suite){ one_word("aes256"), one_word("sha256"),
				      one_word("modp1024") };
	*other = (struct wish_suite){ one_word("aes128"), one_word("sha256"),
				      one_word("modp1024") };
	other[1] = (struct wish_suite){ one_word("aes256"), one_word("sha1"),
					one_word("modp1024") };
}

static void mistake_no_ike_proposal(struct mistake *m)
{
	if (is_own(m->wish->kind))
		m->wish->ike.count = 0;
}

static void mistake_no_esp_proposal(struct mistake *m)
{
	if (is_own(m->wish->kind))
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

	if (m->wish->pair_count < WISH_PAIRS_MAX && m->wish->kind != DEVICE_FRITZBOX)
		m->wish->pairs[m->wish->pair_count++] = (struct wish_pair){
			is_left ? "10.11.2.0/24" : "10.21.2.0/24",
			is_left ? "10.20.1.0/24" : "10.10.1.0/24",
		};
}

/* The file of a FRITZ!Box does not say its address, so nobody could tell. */
static void mistake_address(struct mistake *m)
{
	if (m->other->kind != DEVICE_FRITZBOX && !m->wish->is_peer_any)
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
	/* swanctl.conf has no such switch. */
	m->wish->is_disabled = m->wish->kind != DEVICE_STRONGSWAN;
}

static void mistake_typo(struct mistake *m)
{
	if (is_own(m->wish->kind))
		m->wish->typo = "aes-128";
}

static void mistake_esp_typo(struct mistake *m)
{
	if (is_own(m->wish->kind))
		m->wish->esp_typo = "aes512";
}

static void mistake_transport(struct mistake *m)
{
	if (is_own(m->wish->kind))
		m->wish->is_transport = true;
}

static void mistake_lifetimes(struct mistake *m)
{
	m->wish->ike_life_s = 7200;
	m->wish->esp_life_s = 7200;
}

static void mistake_both_versions(struct mistake *m)
{
	if (m->wish->kind == DEVICE_STRONGSWAN)
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

static void make_mistake(struct chance *chance, struct arena *arena,
			 struct wish wishes[2], struct agree_case *ret_case)
{
	unsigned int end = chance_below(chance, 2);
	size_t i = chance_below(chance, ARRAY_SIZE(mistakes));
	struct mistake mistake = { .chance = chance,
				   .arena = arena,
				   .wish = &wishes[end],
				   .other = &wishes[!end] };

	mistakes[i].make(&mistake);
	vec_add(arena, &ret_case->mistakes,
		arena_printf(arena, "%s: %s", ret_case->ends[end].name,
			     mistakes[i].name));
}

/* ------------------------------------------------------------ a case */

/* The same file as a named firmware's scripts render it. */
static struct import_options draw_firmware(struct chance *chance)
{
	const char *const *firmwares = openwrt_firmwares();
	size_t count = 0;

	while (firmwares[count])
		count++;
	return (struct import_options){ .reading = READING_RENDERED,
					.firmware =
						firmwares[chance_below(chance, count)] };
}

void agree_generate(uint64_t seed, unsigned int number, struct arena *arena,
		    struct agree_case *ret_case)
{
	struct chance chance = { seed * 0x2545f4914f6cdd1du + number };
	struct wish wishes[2];
	unsigned int count;

	*ret_case = (struct agree_case){ .seed = seed, .number = number };
	ret_case->ends[0].name = "left";
	ret_case->ends[1].name = "right";
	(void)chance_next(&chance); /* neighbours begin alike */
	ret_case->initiator = chance_below(&chance, 2);
	draw_healthy(&chance, arena, wishes, ret_case->initiator);
	count = chance_is(&chance, HEALTHY_PERCENT)	   ? 0
		: chance_is(&chance, TWO_MISTAKES_PERCENT) ? 2
							   : 1;
	for (unsigned int i = 0; i < count; i++)
		make_mistake(&chance, arena, wishes, ret_case);
	for (unsigned int end = 0; end < 2; end++) {
		ret_case->ends[end].wish = wishes[end];
		if (wishes[end].kind == DEVICE_OPENWRT && chance_is(&chance, 30))
			ret_case->ends[end].options = draw_firmware(&chance);
		render_wish(&wishes[end], arena, &ret_case->ends[end].sources);
	}
}
