// SPDX-License-Identifier: GPL-2.0-or-later
/* shadow_test.c - claims: the first policy that matches decides, and is named */
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

#define JUNOS_HEAD                                                                        \
	"set security ike proposal P authentication-method pre-shared-keys\n"             \
	"set security ike policy PP proposals P\n"                                        \
	"set security ike policy PP pre-shared-key ascii-text \"made up\"\n"              \
	"set security ike gateway G ike-policy PP\n"                                      \
	"set security ike gateway G address 192.0.2.22\n"                                 \
	"set security ike gateway G external-interface ge-0/0/0.0\n"                      \
	"set security ipsec proposal Q protocol esp\n"                                    \
	"set security ipsec policy QP proposals Q\n"                                      \
	"set security ipsec vpn V ike gateway G\n"                                        \
	"set security ipsec vpn V ike ipsec-policy QP\n"                                  \
	"set security zones security-zone lan interfaces ge-0/0/1.0\n"                    \
	"set security zones security-zone wan interfaces ge-0/0/0.0\n"                    \
	"set security zones security-zone wan host-inbound-traffic system-services ike\n" \
	"set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.11/24\n"              \
	"set interfaces ge-0/0/1 unit 0 family inet address 10.11.0.1/24\n"               \
	"set routing-options static route 0.0.0.0/0 next-hop 192.0.2.1\n"                 \
	"set security address-book global address here 10.11.0.0/24\n"                    \
	"set security address-book global address part 10.11.0.128/25\n"                  \
	"set security address-book global address there 10.22.0.0/24\n"                   \
	"set security address-book global address other 10.33.0.0/24\n"
#define OUT "set security policies from-zone lan to-zone wan policy "
#define IN  "set security policies from-zone wan to-zone lan policy "
#define MATCH(policy, src, dst, app)                                                   \
	policy " match source-address " src "\n" policy                                \
	       " match destination-address " dst "\n" policy " match application " app \
	       "\n"
#define VPN_OUT                                                                      \
	MATCH(OUT "vpn", "here", "there", "any")                                     \
	OUT "vpn then permit tunnel ipsec-vpn V\n" MATCH(IN "back", "there", "here", \
							 "any") IN                   \
		"back then permit tunnel ipsec-vpn V\n"

static const struct {
	const char *claim, *text;
	const char *before; /* the policy that is named; NULL: none */
	enum severity severity;
	const char *word; /* of the sentence */
} rows[] = {
	{ "any any above",
	  JUNOS_HEAD MATCH(OUT "all", "any", "any", "any") OUT
	  "all then permit\n" VPN_OUT,
	  "all", SEVERITY_LEAK, "no packet" },
	{ "any any below",
	  JUNOS_HEAD VPN_OUT MATCH(OUT "all", "any", "any", "any") OUT
	  "all then permit\n",
	  NULL, 0, NULL },
	{ "moved up by insert",
	  JUNOS_HEAD MATCH(OUT "all", "any", "any", "any") OUT
	  "all then permit\n" VPN_OUT
	  "insert security policies from-zone lan to-zone wan policy vpn before policy all\n",
	  NULL, 0, NULL },
	{ "a deny above",
	  JUNOS_HEAD MATCH(OUT "no", "any", "there", "any") OUT "no then deny\n" VPN_OUT,
	  "no", SEVERITY_NO_TRAFFIC, "refuses" },
	{ "for another network",
	  JUNOS_HEAD MATCH(OUT "x", "here", "other", "any") OUT "x then permit\n" VPN_OUT,
	  NULL, 0, NULL },
	{ "a half of the LAN",
	  JUNOS_HEAD MATCH(OUT "half", "part", "any", "any") OUT
	  "half then permit\n" VPN_OUT,
	  "half", SEVERITY_LEAK, "not every packet" },
	{ "one application",
	  JUNOS_HEAD MATCH(OUT "web", "any", "any", "junos-http") OUT
	  "web then permit\n" VPN_OUT,
	  "web", SEVERITY_LEAK, "not every packet" },
	{ "another zone",
	  JUNOS_HEAD MATCH(
		  "set security policies from-zone wan to-zone wan policy all", "any",
		  "any",
		  "any") "set security policies from-zone wan to-zone wan policy all then permit\n" VPN_OUT,
	  NULL, 0, NULL },
	{ "deactivated",
	  JUNOS_HEAD MATCH(OUT "all", "any", "any", "any") OUT
	  "all then permit\n" VPN_OUT
	  "deactivate security policies from-zone lan to-zone wan policy all\n",
	  NULL, 0, NULL },
	{ "behind a global one",
	  JUNOS_HEAD VPN_OUT
	  "set security policies global policy g match source-address any\n"
	  "set security policies global policy g match destination-address any\n"
	  "set security policies global policy g match application any\n"
	  "set security policies global policy g then permit\n",
	  NULL, 0, NULL },
};

#define PEER                                                                    \
	"connections { c {\n version = 1\n local_addrs = 192.0.2.22\n"          \
	" remote_addrs = 192.0.2.11\n local { auth = psk\n }\n"                 \
	" remote { auth = psk\n }\n children { n {\n local_ts = 10.22.0.0/24\n" \
	" remote_ts = 10.11.0.0/24\n start_action = trap\n } } } }\n"           \
	"secrets { ike { secret = \"made up\"\n } }\n"

static struct site *import(enum device_kind kind, const char *name, const char *text)
{
	const struct import_source source = { name, text, strlen(text) };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(kind, kind == DEVICE_STRONGSWAN ? "peer" : "srx", &source, 1,
			NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static const struct finding *find(const struct findings *findings)
{
	vec_foreach (finding, findings)
		if (str_equal(finding->class->id, "F89"))
			return finding;
	return NULL;
}

static void check(const char *claim, struct site *site, const char *before,
		  enum severity severity, const char *word)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *own = site;
	_cleanup_(site_freep) struct site *peer =
		import(DEVICE_STRONGSWAN, "swanctl.conf", PEER);
	const struct predict_input input = { .sites = { own, peer }, .arena = arena };
	const struct finding *finding;
	struct findings findings;

	predict_pair(&input, &findings);
	finding = find(&findings);
	if (!before && finding)
		fail_msg("%s: %s", claim, finding->summary);
	if (!before)
		return;
	if (!finding)
		fail_msg("%s: not found", claim);
	if (!strstr(finding->values[0].value, before) || finding->severity != severity ||
	    !strstr(finding->summary, word) || !finding->fixes.count)
		fail_msg("%s: %s", claim, finding->summary);
}

static void the_policy_that_stands_before_the_tunnels_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(rows[i].claim, import(DEVICE_JUNOS, "srx.conf", rows[i].text),
		      rows[i].before, rows[i].severity, rows[i].word);
}

#define SSG(policies)                                                                           \
	"set interface ethernet0/0 zone Untrust\nset interface ethernet0/0 ip "                 \
	"192.0.2.11/24\nset interface ethernet0/1 zone Trust\n"                                 \
	"set interface ethernet0/1 ip 10.11.0.1/24\n"                                           \
	"set address Trust here 10.11.0.0 255.255.255.0\n"                                      \
	"set address Untrust there 10.22.0.0 255.255.255.0\n"                                   \
	"set ike gateway G address 192.0.2.22 Main outgoing-interface ethernet0/0 "             \
	"preshare \"made up\" proposal pre-g2-aes128-sha\n"                                     \
	"set vpn V gateway G no-replay tunnel idletime 0 proposal g2-esp-aes128-sha\n" policies \
	"set route 0.0.0.0/0 interface ethernet0/0 gateway 192.0.2.1\n"
#define ALL "set policy id 1 from Trust to Untrust any any any permit\n"
#define VPN                                                                        \
	"set policy id 9 from Trust to Untrust here there any tunnel vpn V id 1\n" \
	"set policy id 10 from Untrust to Trust there here any tunnel vpn V id 1\n"

static void screenos_evaluates_from_the_top_as_well(void **state)
{
	(void)state;
	check("ssg above", import(DEVICE_SCREENOS, "ssg.cfg", SSG(ALL VPN)), "policy 1",
	      SEVERITY_LEAK, "no packet");
	check("ssg below", import(DEVICE_SCREENOS, "ssg.cfg", SSG(VPN ALL)), NULL, 0,
	      NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_policy_that_stands_before_the_tunnels_is_named),
		cmocka_unit_test(screenos_evaluates_from_the_top_as_well),
	};

	return cmocka_run_group_tests_name("predict/shadow", tests, NULL, NULL);
}
