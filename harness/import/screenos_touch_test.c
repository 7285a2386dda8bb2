// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_touch_test.c - claims: ScreenOS commands that are known, but not rehearsed, prove nothing */
#include "import/screenos.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/test_import.h"
#include "model/aspect.h"

#define NETWORK                                                                       \
	"set interface ethernet0/0 zone Untrust\n"                                    \
	"set interface ethernet0/0 ip 192.0.2.2/24\n"                                 \
	"set interface ethernet0/1 zone Trust\n"                                      \
	"set interface ethernet0/1 ip 10.0.0.1/24\n"                                  \
	"set ike gateway g address 198.51.100.7 Main outgoing-interface ethernet0/0 " \
	"preshare k sec-level standard\n"

static const struct row {
	const char *text;
	enum aspect aspect;
	const char *word; /* NULL: the aspect is touched by nothing */
} rows[] = {
	{ "", ASPECT_WAY, NULL },
	{ "set vpn-group id 1 vpn a weight 2\n", ASPECT_WAY, "vpn-group" },
	{ "set crypto-policy\nexit\n", ASPECT_IKE, NULL },
	{ "set crypto-policy\nset encrypt-alg aes256\nexit\n", ASPECT_IKE,
	  "crypto-policy encrypt-alg" },
	{ "set vsys blue\nexit\n", ASPECT_NAT, "vsys" },
	{ "unset vpn-group id 1\n", ASPECT_WAY, NULL },
	{ "set policy id 9 from Trust to Untrust Any Any ANY tunnel vpn-group 1\n",
	  ASPECT_WAY, "tunnel vpn-group of policy 9" },
	/* By policy, where it is bound. */
	{ "set zone Trust pbr x\n", ASPECT_WAY, "zone Trust pbr" },
	{ "set int e0/1 pbr x\n", ASPECT_WAY, "interface e0/1 pbr" },
	{ "SET VR trust-vr PBR x\n", ASPECT_WAY, "vrouter trust-vr pbr" },
	{ "set vrouter trust-vr\nset pbr x\nexit\n", ASPECT_WAY, "vrouter pbr" },
	{ "set vrouter trust-vr pbr policy name x\n", ASPECT_WAY, NULL },
	/* The defaults, as every listing has them. */
	{ "set flow reverse-route clear-text prefer\n", ASPECT_WAY, NULL },
	{ "set flow reverse-route tunnel never\n", ASPECT_WAY,
	  "flow reverse-route tunnel" },
	{ "set zone Trust vrouter trust-vr\n", ASPECT_WAY, NULL },
	{ "set zone Untrust vrouter untrust-vr\n", ASPECT_WAY,
	  "zone Untrust in vrouter untrust-vr" },
	{ "set zone MGT vrouter mgt-vr\nset interface mgt zone MGT\n"
	  "set interface mgt ip 10.9.0.1/24\n",
	  ASPECT_WAY, NULL },
};

static void what_is_known_and_not_rehearsed_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		const char *text = arena_printf(arena, "%s%s", NETWORK, rows[i].text);
		_cleanup_(site_freep) struct site *site =
			test_import(DEVICE_SCREENOS,
				    &(struct import_source){ "x", text, strlen(text) });
		const struct remark *remark = site_touching(site, NULL, rows[i].aspect);

		if (!str_equal(remark ? remark->word : NULL, rows[i].word))
			fail_msg("%s: '%s' instead of '%s'", rows[i].text,
				 remark ? remark->word : "nothing",
				 rows[i].word ? rows[i].word : "nothing");
	}
}

static void a_file_in_capitals_is_known(void **state)
{
	static const char text[] = "SET ZONE \"Untrust\" VROUTER \"trust-vr\"\n"
				   "SET INTERFACE ethernet0/0 IP 192.0.2.2/24\n";
	const struct import_source source = { "x", text, strlen(text) };
	enum device_kind kind;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(import_detect(&source, 1, &kind, &err), 0);
	assert_int_equal(kind, DEVICE_SCREENOS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_and_not_rehearsed_is_named),
		cmocka_unit_test(a_file_in_capitals_is_known),
	};

	return cmocka_run_group_tests_name("import/screenos_touch", tests, NULL, NULL);
}
