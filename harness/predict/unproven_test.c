// SPDX-License-Identifier: GPL-2.0-or-later
/* unproven_test.c - claims: nothing is concluded from a word that is not rehearsed */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/import.h"
#include "predict/predict.h"

/* Both ends; CONN and CHILD go where they belong at the first, ID is its identity. */
#define A(auth, id, conn, child)                                                     \
	"connections {\n s2s {\n  local_addrs = 203.0.113.1\n  remote_addrs = "      \
	"198.51.100.2\n" conn "  local {\n   auth = " auth "\n   id = " id "\n  }\n" \
	"  remote {\n   auth = " auth                                                \
	"\n   id = b.example\n  }\n  children {\n   lan {\n"                         \
	"    local_ts = 10.1.0.0/24\n    remote_ts = 10.2.0.0/24\n" child            \
	"   }\n  }\n }\n}\nsecrets {\n ike-1 {\n  secret = \"made up\"\n }\n}\n"
#define B(auth, ts)                                                                  \
	"connections {\n s2s {\n  local_addrs = 198.51.100.2\n  remote_addrs = "     \
	"203.0.113.1\n  local {\n   auth = " auth                                    \
	"\n   id = b.example\n  }\n  remote {\n   auth = " auth                      \
	"\n   id = a.example\n  }\n  children {\n   lan {\n    local_ts = " ts       \
	"\n    remote_ts = 10.1.0.0/24\n    start_action = trap\n   }\n  }\n }\n}\n" \
	"secrets {\n ike-1 {\n  secret = \"made up\"\n }\n}\n"

static const struct row {
	const char *a, *b;
	const char *taken_back; /* F-number, or what the unproven word is; NULL: none */
	const char *word;
	const char *kept;
} rows[] = {
	/* What stays when nothing is touched. */
	{ A("psk", "wrong.example", "", ""), B("psk", "10.2.0.0/24"), NULL, NULL, "F31" },
	{ A("psk", "a.example", "", ""), B("psk", "10.9.0.0/24"), NULL, NULL, "F45" },
	/* Identities of certificates are in the certificates. */
	{ A("pubkey", "wrong.example", "", ""), B("pubkey", "10.2.0.0/24"), "F31",
	  "authentication by certificates or public keys", NULL },
	/* What does not rest on them stays. */
	{ A("pubkey", "a.example", "", ""), B("pubkey", "10.9.0.0/24"), NULL,
	  "authentication by certificates or public keys", "F45" },
	/* One end with a key, the other with certificates needs no rehearsal. */
	{ A("psk", "a.example", "", ""), B("pubkey", "10.2.0.0/24"), NULL, NULL, "F25" },
	{ A("psk", "a.example", "", "    mark_out = 42\n"), B("psk", "10.2.0.0/24"),
	  "F70", "mark_out", NULL },
	{ A("psk", "a.example", "  if_id_out = 42\n", ""), B("psk", "10.2.0.0/24"), "F70",
	  "if_id_out, whose XFRM interface no file shows", NULL },
	{ A("psk", "a.example", "", "    updown = /x.sh\n"), B("psk", "10.2.0.0/24"),
	  "F70", "updown", NULL },
	/* The script that strongSwan ships, where no firewall is; with its mark or words not. */
	{ A("psk", "a.example", "", "    updown = /usr/lib/ipsec/_updown iptables\n"),
	  B("psk", "10.2.0.0/24"), NULL, NULL, "F70" },
	{ A("psk", "a.example", "", "    updown = ipsec _updown iptables\n"),
	  B("psk", "10.2.0.0/24"), NULL, NULL, "F70" },
	{ A("psk", "a.example", "",
	    "    updown = /usr/lib/ipsec/_updown iptables; /x.sh\n"),
	  B("psk", "10.2.0.0/24"), "F70", "updown", NULL },
	{ A("psk", "a.example", "", "    updown = /etc/swanctl/_updown iptables\n"),
	  B("psk", "10.2.0.0/24"), "F70", "updown", NULL },
	{ A("psk", "a.example", "", "    updown = /etc/my_updown iptables\n"),
	  B("psk", "10.2.0.0/24"), "F70", "updown", NULL },
	{ A("psk", "a.example", "  vips = 0.0.0.0\n", ""), B("psk", "10.9.0.0/24"), "F45",
	  "vips", NULL },
	{ A("psk", "a.example", "", "    ah_proposals = sha256\n"),
	  B("psk", "10.2.0.0/24"), "F40", "AH", NULL },
	/* What is not there could say anything of its own end, and of what both agree on. */
	{ A("psk", "wrong.example", "", "") "include peers/*.conf\n",
	  B("psk", "10.9.0.0/24"), "F31",
	  "include peers/*.conf, no such file is among these: give it as well, or an "
	  "empty one",
	  NULL },
	{ A("psk", "a.example", "", "") "include x.conf\n", B("psk", "10.9.0.0/24"),
	  "F45",
	  "include x.conf, no such file is among these: give it as well, or an empty one",
	  NULL },
	/* … even which authentication it has, which needs no rehearsal otherwise. */
	{ A("psk", "a.example", "", "") "include x.conf\n", B("pubkey", "10.2.0.0/24"),
	  "F25",
	  "include x.conf, no such file is among these: give it as well, or an empty one",
	  NULL },
	{ A("psk", "a.example", "", "") "include conf.d/*.conf\n",
	  B("psk", "10.9.0.0/24"), NULL, NULL, "F45" },
	/* What the daemon refuses is no matter of rehearsing. */
	{ A("psk", "a.example", "", "    start_action = add\n"), B("psk", "10.2.0.0/24"),
	  NULL, NULL, "F01" },
	{ A("psk", "a.example", "  enabled = yes\n", ""), B("psk", "10.2.0.0/24"), NULL,
	  NULL, "F01" },
	/* A word with the value that changes nothing touches nothing. */
	{ A("psk", "a.example", "  if_id_out = 0\n", ""), B("psk", "10.9.0.0/24"), NULL,
	  NULL, "F45" },
};

static struct site *import(const char *name, const char *text)
{
	const struct import_source source = { "swanctl.conf", text, strlen(text) };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(DEVICE_STRONGSWAN, name, &source, 1, NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static bool has(const struct findings *findings, const char *id)
{
	vec_foreach (finding, findings)
		if (str_equal(finding->class->id, id))
			return true;
	return false;
}

static bool has_word(const struct findings *findings, const char *word)
{
	vec_foreach (unproven, &findings->unproven)
		if (str_equal(unproven->remark->word, word))
			return true;
	return false;
}

static void what_rests_on_a_dropped_word_is_unproven_and_the_rest_is_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *a = import("a", rows[i].a);
		_cleanup_(site_freep) struct site *b = import("b", rows[i].b);
		const struct predict_input input = { .sites = { a, b }, .arena = arena };
		struct findings findings;

		predict_pair(&input, &findings);
		if (rows[i].taken_back && has(&findings, rows[i].taken_back))
			fail_msg("row %zu: %s was concluded", i, rows[i].taken_back);
		if (rows[i].kept && !has(&findings, rows[i].kept))
			fail_msg("row %zu: %s is gone", i, rows[i].kept);
		if (!rows[i].word && findings.unproven.count)
			fail_msg("row %zu: %s", i, findings.unproven.items[0].text);
		if (rows[i].word && !has_word(&findings, rows[i].word))
			fail_msg("row %zu: '%s' is not named", i, rows[i].word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_rests_on_a_dropped_word_is_unproven_and_the_rest_is_not),
	};

	return cmocka_run_group_tests_name("predict/unproven", tests, NULL, NULL);
}
