// SPDX-License-Identifier: GPL-2.0-or-later
/* route_based_test.c - claims: a pair of everything is no reason to open everything */
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
#include "model/site_index.h"
#include "predict/predict.h"

#define SRX(vpn, more)                                                                    \
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
	"set security ipsec vpn V bind-interface st0.0\n" vpn                             \
	"set security zones security-zone lan interfaces ge-0/0/1.0\n"                    \
	"set security zones security-zone wan interfaces ge-0/0/0.0\n"                    \
	"set security zones security-zone vpn interfaces st0.0\n"                         \
	"set security zones security-zone wan host-inbound-traffic system-services ike\n" \
	"set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.11/24\n"              \
	"set interfaces ge-0/0/1 unit 0 family inet address 10.11.0.1/24\n"               \
	"set interfaces st0 unit 0 family inet\n"                                         \
	"set routing-options static route 0.0.0.0/0 next-hop 192.0.2.1\n" more
#define TS                                                                    \
	"set security ipsec vpn V traffic-selector T local-ip 10.11.0.0/24\n" \
	"set security ipsec vpn V traffic-selector T remote-ip 10.22.0.0/24\n"
#define ROUTE "set routing-options static route 10.22.0.0/24 next-hop st0.0\n"
#define PEER(local, remote)                                             \
	"connections { c {\n version = 1\n local_addrs = 192.0.2.22\n"  \
	" remote_addrs = 192.0.2.11\n local { auth = psk\n }\n"         \
	" remote { auth = psk\n }\n children { n {\n local_ts = " local \
	"\n remote_ts = " remote "\n start_action = trap\n } } } }\n"   \
	"secrets { ike { secret = \"made up\"\n } }\n"

#define PERMIT(to)                                                                     \
	"set security policies from-zone lan to-zone " to                              \
	" policy P match source-address any destination-address any application any\n" \
	"set security policies from-zone lan to-zone " to " policy P then permit\n"

static const struct {
	const char *claim, *srx, *peer;
	const char *ids[3]; /* that must not be there */
	const char *wanted; /* that must; NULL */
} rows[] = {
	{ "everything, without a policy",
	  SRX("", ROUTE),
	  PEER("0.0.0.0/0", "0.0.0.0/0"),
	  { "F65", "F66", "F85" },
	  NULL },
	{ "traffic selectors bring their routes",
	  SRX(TS, ""),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F69" },
	  NULL },
	{ "a proxy identity does not",
	  SRX("", ""),
	  PEER("0.0.0.0/0", "0.0.0.0/0"),
	  { "F65" },
	  "F69" },
	{ "a route of a part of the far network is said",
	  SRX("", "set routing-options static route 10.22.0.0/25 next-hop st0.0\n"),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F65" },
	  "F69" },
	{ "two halves are the whole",
	  SRX("", "set routing-options static route 10.22.0.0/25 next-hop st0.0\n"
		  "set routing-options static route 10.22.0.128/25 next-hop st0.0\n"),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F69" },
	  NULL },
	{ "an interface that is disabled has no route",
	  SRX(TS, "set interfaces st0 unit 0 disable\n"),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F63" },
	  "F69" },
	{ "of a real pair the missing policy is said",
	  SRX(TS, ""),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F69" },
	  "F66" },
	{ "while it is down its packets go to the Internet, which no policy lets them",
	  SRX(TS, PERMIT("vpn")),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F70" },
	  NULL },
	{ "… or one does",
	  SRX(TS, PERMIT("vpn") PERMIT("wan")),
	  PEER("10.22.0.0/24", "10.11.0.0/24"),
	  { "F69" },
	  "F70" },
};

static struct site *import(enum device_kind kind, const char *name, const char *text)
{
	const struct import_source source = { name, text, strlen(text) };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(kind, name, &source, 1, NULL, &site, &err))
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

static void routes_decide_what_goes_into_a_route_based_tunnel(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *srx =
			import(DEVICE_JUNOS, "srx", rows[i].srx);
		_cleanup_(site_freep) struct site *peer =
			import(DEVICE_STRONGSWAN, "swanctl.conf", rows[i].peer);
		const struct predict_input input = { .sites = { peer, srx },
						     .arena = arena };
		struct findings findings;

		predict_pair(&input, &findings);
		for (size_t j = 0; j < ARRAY_SIZE(rows[i].ids); j++)
			if (rows[i].ids[j] && has(&findings, rows[i].ids[j]))
				fail_msg("%s: %s", rows[i].claim, rows[i].ids[j]);
		if (rows[i].wanted && !has(&findings, rows[i].wanted))
			fail_msg("%s: no %s", rows[i].claim, rows[i].wanted);
		vec_foreach (finding, &findings)
			vec_foreach (fix, &finding->fixes)
				if (strstr(*fix, "0.0.0.0/0"))
					fail_msg("%s: %s", rows[i].claim, *fix);
	}
}

#define NAT(then)                                                                         \
	"set security nat source rule-set R from zone lan\n"                              \
	"set security nat source rule-set R to zone vpn\n"                                \
	"set security nat source rule-set R rule X match source-address 0.0.0.0/0\n"      \
	"set security nat source rule-set R rule X match destination-address 0.0.0.0/0\n" \
	"set security nat source rule-set R rule X then source-nat " then "\n"

static void nat_into_the_tunnel_interface_is_a_doubt(void **state)
{
	static const struct {
		const char *srx;
		bool is_doubt;
	} nats[] = {
		{ SRX(TS, NAT("interface")), true },
		{ SRX(TS, NAT("off")), false },
		{ SRX(TS, ""), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nats); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *srx =
			import(DEVICE_JUNOS, "srx", nats[i].srx);
		_cleanup_(site_freep) struct site *peer =
			import(DEVICE_STRONGSWAN, "swanctl.conf",
			       PEER("10.22.0.0/24", "10.11.0.0/24"));
		const struct predict_input input = { .sites = { peer, srx },
						     .arena = arena };
		struct findings findings;
		bool is_doubt = false;

		predict_pair(&input, &findings);
		vec_foreach (unproven, &findings.unproven)
			is_doubt |= strstr(unproven->text, "NAT at the tunnel") != NULL;
		assert_int_equal(is_doubt, nats[i].is_doubt);
	}
}

#define SHOWN                                                                  \
	"set security nat static rule-set t from zone vpn\n"                   \
	"set security nat static rule-set t rule r match destination-address " \
	"10.99.0.0/24\n"                                                       \
	"set security nat static rule-set t rule r then static-nat prefix 10.11.0.0/24\n"
#define ROUTE_TO(net) "set routing-options static route " net " next-hop st0.0\n"

/* Two LANs of the same addresses: nobody routes the far one by its own. */
static void a_lan_that_is_here_as_well_is_routed_by_what_it_is_shown_as(void **state)
{
	static const struct {
		const char *here, *there;
		size_t count;
	} cases[] = {
		{ SRX("", ROUTE_TO("10.99.0.0/24")), SRX("", SHOWN), 0 },
		{ SRX("", ROUTE_TO("10.77.0.0/24")), SRX("", SHOWN), 1 },
		{ SRX("", ROUTE_TO("10.99.0.0/24")), SRX("", ""), 0 },
		{ SRX("", ""), SRX("", ""), 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *here =
			import(DEVICE_JUNOS, "here", cases[i].here);
		_cleanup_(site_freep) struct site *there =
			import(DEVICE_JUNOS, "there", cases[i].there);
		const struct site *sites[] = { site_indexed(arena, here),
					       site_indexed(arena, there) };
		const struct predict_input input = { .arena = arena,
						     .sites = { sites[0], sites[1] } };
		const struct tunnel *const tunnels[2] = { sites[0]->tunnels.items,
							  sites[1]->tunnels.items };
		struct findings findings = { 0 };
		size_t count = 0;

		predict_routes(&input, tunnels, &findings);
		vec_foreach (finding, &findings)
			count += str_equal(finding->site, sites[0]->name);
		assert_int_equal(count, cases[i].count);
	}
}

/* One direction alone: a policy of everything without if_id takes all interfaces' packets. */
static void an_if_id_of_one_direction_is_named_where_the_pair_is_everything(void **state)
{
	static const struct {
		const char *in, *out, *remote;
		size_t count;
	} cases[] = {
		{ NULL, "42", "0.0.0.0/0", 1 },	  { "42", NULL, "0.0.0.0/0", 1 },
		{ "0x2a", "42", "0.0.0.0/0", 0 }, { NULL, "42", "10.22.0.0/24", 0 },
		{ NULL, NULL, "0.0.0.0/0", 0 },	  { "%unique", "42", "0.0.0.0/0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site =
			site_new("a", DEVICE_STRONGSWAN);
		struct site_interface *interface =
			vec_push(site->arena, &site->interfaces);
		struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
		struct child *child = vec_push(site->arena, &tunnel->children);
		struct selector *pair = vec_push(site->arena, &child->selectors);
		const struct predict_input input = { .arena = site->arena,
						     .sites = { site, site } };
		const struct tunnel *const tunnels[2] = { tunnel, tunnel };
		struct findings findings = { 0 };

		*interface =
			(struct site_interface){ .name = "ipsec0", .if_id = { "42" } };
		child->words[CHILD_WORD_IF_ID_IN].s = cases[i].in;
		child->words[CHILD_WORD_IF_ID_OUT].s = cases[i].out;
		assert_int_equal(inet_prefix_parse(cases[i].remote, &pair->remote), 0);
		predict_way(&input, tunnels, &findings);
		/* Of both ends, which are the same here. */
		assert_int_equal(findings.count, 2 * cases[i].count);
	}
}

#define SCREENOS(monitor, route)                                                         \
	"set interface \"ethernet0/0\" zone \"Untrust\"\n"                               \
	"set interface \"ethernet0/1\" zone \"Trust\"\n"                                 \
	"set interface \"tunnel.1\" zone \"Untrust\"\n"                                  \
	"set interface ethernet0/0 ip 192.0.2.11/24\n"                                   \
	"set interface ethernet0/1 ip 10.11.0.1/24\n"                                    \
	"set interface tunnel.1 ip unnumbered interface ethernet0/0\n"                   \
	"set ike gateway \"g\" address 192.0.2.22 Main outgoing-interface "              \
	"\"ethernet0/0\" preshare \"made up\" proposal \"pre-g14-aes128-sha\"\n"         \
	"set vpn \"v\" gateway \"g\" tunnel idletime 0 proposal "                        \
	"\"g14-esp-aes128-sha\"\n" monitor                                               \
	"set vpn \"v\" id 1 bind interface tunnel.1\n"                                   \
	"set vpn \"v\" proxy-id local-ip 10.11.0.0/24 remote-ip 10.22.0.0/24 \"ANY\"\n"  \
	"set policy id 1 from \"Trust\" to \"Untrust\" \"Any\" \"Any\" \"ANY\" permit\n" \
	"set route 0.0.0.0/0 interface ethernet0/0 gateway 192.0.2.1\n" route

/* https://kb.juniper.net/KB6221: READY without an SA, DOWN only with monitor and rekey. */
static void
a_tunnel_interface_of_screenos_keeps_its_route_unless_it_is_monitored(void **state)
{
	static const struct {
		const char *screenos;
		bool leaves_clear;
	} cases[] = {
		{ SCREENOS("", "set route 10.22.0.0/24 interface tunnel.1\n"), false },
		{ SCREENOS("set vpn \"v\" monitor\n",
			   "set route 10.22.0.0/24 interface tunnel.1\n"),
		  false },
		{ SCREENOS("set vpn \"v\" monitor rekey\n",
			   "set route 10.22.0.0/24 interface tunnel.1\n"),
		  true },
		{ SCREENOS("set vpn \"v\" monitor rekey\n",
			   "set route 10.0.0.0/8 interface tunnel.1\n"
			   "set route 10.22.0.0/24 interface null\n"),
		  false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *screenos =
			import(DEVICE_SCREENOS, "ssg", cases[i].screenos);
		_cleanup_(site_freep) struct site *peer =
			import(DEVICE_STRONGSWAN, "swanctl.conf",
			       PEER("10.22.0.0/24", "10.11.0.0/24"));
		const struct predict_input input = { .sites = { peer, screenos },
						     .arena = arena };
		struct findings findings;
		bool is_said = false;

		predict_pair(&input, &findings);
		vec_foreach (finding, &findings)
			is_said |= finding->class->number == F70 &&
				   str_equal(finding->site, "ssg");
		if (is_said != cases[i].leaves_clear)
			fail_msg("%zu: F70 is %ssaid", i, is_said ? "" : "not ");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_tunnel_interface_of_screenos_keeps_its_route_unless_it_is_monitored),
		cmocka_unit_test(nat_into_the_tunnel_interface_is_a_doubt),
		cmocka_unit_test(
			a_lan_that_is_here_as_well_is_routed_by_what_it_is_shown_as),
		cmocka_unit_test(
			an_if_id_of_one_direction_is_named_where_the_pair_is_everything),
		cmocka_unit_test(routes_decide_what_goes_into_a_route_based_tunnel),
	};

	return cmocka_run_group_tests_name("predict/route_based", tests, NULL, NULL);
}
