// SPDX-License-Identifier: GPL-2.0-or-later
/* generator.c - random pairs of configurations, healthy or broken in a place or two */
#include "agree/generator.h"

#include <string.h>

#include "agree/mistake.h"
#include "device/render.h"
#include "base/str.h"
#include "device/device.h"

#define HEALTHY_PERCENT	     30
#define TWO_MISTAKES_PERCENT 25

/* ------------------------------------------------------------ what there is */

/* Words that only some devices have. */
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

static struct wish_suite draw_suite(struct chance *chance, bool is_modern, bool is_esp)
{
	bool is_more = is_modern && chance_is(chance, 40);
	struct wish_suite suite = {
		.encr = draw_word(DRAW_ONE(chance, draw_ciphers)),
		.integ = draw_word(is_more ? DRAW_ONE(chance, more_hashes)
					   : DRAW_ONE(chance, draw_hashes)),
		.dh = draw_word(is_more ? DRAW_ONE(chance, more_groups)
					: DRAW_ONE(chance, draw_groups)),
	};

	if (is_esp && is_modern && chance_is(chance, 15)) {
		suite.encr = draw_word("aes128gcm16");
		suite.integ = draw_word(NULL);
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
		add_word(chance, &suite->encr, DRAW_ONE(chance, draw_ciphers));
	if (chance_is(chance, 40))
		add_word(chance, &suite->integ, DRAW_ONE(chance, draw_hashes));
	if (suite->dh.count && chance_is(chance, 40))
		add_word(chance, &suite->dh, DRAW_ONE(chance, draw_groups));
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
		shared.dh = draw_word(NULL);
	for (unsigned int end = 0; end < 2; end++) {
		struct wish_suites *suites = is_esp ? &wishes[end].esp : &wishes[end].ike;
		struct wish_suite own = shared;

		if (draw_is_linux(wishes[end].kind) && chance_is(chance, 20))
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
	bool is_single = device_of(wishes[0].kind)->traits.has_one_pair ||
			 device_of(wishes[1].kind)->traits.has_one_pair;
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
		struct wish_id id = DRAW_ONE(chance, names[end]);

		if (!is_named && chance_is(chance, 50))
			id = (struct wish_id){ ID_TYPE_NONE, NULL };
		wishes[end].own_id = id;
		wishes[!end].peer_id = id;
		/* Others take what comes when nothing is written. */
		if (draw_is_linux(wishes[!end].kind) && chance_is(chance, 5))
			wishes[!end].peer_id = (struct wish_id){ ID_TYPE_NONE, NULL };
	}
}

static const char *draw_key(struct chance *chance, const struct wish wishes[2])
{
	for (;;) {
		const char *key =
			chance_is(chance, 60) ? keys[0] : DRAW_ONE(chance, keys);
		bool is_fine = true;

		/* There is no way to write these in the file of such a device. */
		for (unsigned int end = 0; end < 2; end++) {
			const char *unwritable = device_of(wishes[end].kind)->unwritable;

			is_fine &= !unwritable || !strpbrk(key, unwritable);
		}
		if (is_fine)
			return key;
	}
}

/* Each end has one network of its own, whatever the tunnel is to carry. */
static struct wish_place place_of(unsigned int end)
{
	return (struct wish_place){
		.wan_length = "24",
		.wan_mask = "255.255.255.0",
		.gateway = end ? "198.51.100.1" : "203.0.113.1",
		.lans = { end ? "10.20.1.1/24" : "10.10.1.1/24" },
		.lan_count = 1,
	};
}

static void draw_healthy(struct chance *chance, struct arena *arena,
			 struct wish wishes[2], unsigned int initiator)
{
	const enum device_kind *pair = device_pairs[chance_below(chance, DEVICE_PAIRS)];
	bool is_swapped = chance_is(chance, 30);
	bool is_v1 = device_of(pair[1])->traits.is_ikev1_only || chance_is(chance, 60);
	bool is_modern = draw_is_linux(pair[0]) && draw_is_linux(pair[1]);
	bool is_aggressive = is_v1 && chance_is(chance, 40), has_pfs;
	const char *key;

	for (unsigned int end = 0; end < 2; end++)
		wishes[end] = (struct wish){
			.kind = pair[is_swapped ? !end : end],
			.version = is_v1 ? 1 : 2,
			.is_aggressive = is_aggressive,
			.own_addr = end ? AGREE_WAN_1 : AGREE_WAN_0,
			.peer_addr = end ? AGREE_WAN_0 : AGREE_WAN_1,
			.place = place_of(end),
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

/* ------------------------------------------------------------ a case */

/* The same file as a named firmware's scripts render it. */
static struct import_options draw_firmware(struct chance *chance, enum device_kind kind)
{
	const char *const *firmwares = device_of(kind)->releases();
	size_t count = 0;

	while (firmwares[count])
		count++;
	return (struct import_options){ .reading = READING_RENDERED,
					.firmware =
						firmwares[chance_below(chance, count)] };
}

static void make_mistake(struct chance *chance, struct arena *arena,
			 struct wish wishes[2], struct agree_case *ret_case)
{
	unsigned int end = chance_below(chance, 2);
	const char *name = mistake_make(chance, arena, &wishes[end], &wishes[!end]);

	vec_add(arena, &ret_case->mistakes,
		arena_printf(arena, "%s: %s", ret_case->ends[end].name, name));
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
		if (device_of(wishes[end].kind)->releases && chance_is(&chance, 30))
			ret_case->ends[end].options =
				draw_firmware(&chance, wishes[end].kind);
		render_wish(&wishes[end], arena, &ret_case->ends[end].sources);
	}
}
