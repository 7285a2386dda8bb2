// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ways_test.c - claims: the ways into a route-based tunnel, in the spellings that people use
 *
 * One row each: a healthy scenario of the catalogue with its files changed, and all that is
 * then more than weak. The answer was written before the program was asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "model/aspect.h"
#include "predict/predict.h"
#include "scenario/scenario.h"

#define EDITS_MAX 5

/* In `file` of the scenario `find` becomes `replace`; find NULL: the whole file does. */
struct change {
	const char *file, *find, *replace;
};

struct row {
	const char *claim, *base;
	struct change edits[EDITS_MAX];
	const char *says;     /* classes that weigh more than weak: "F73 F69"; "": none */
	const char *unproven; /* part of what is said of it; NULL: nothing is unproven */
};

#define OFFICE_IPSEC   "office/etc/config/ipsec"
#define OFFICE_NETWORK "office/etc/config/network"
#define SWANCTL	       "branch/etc/swanctl/swanctl.conf"
#define INTERFACES     "branch/etc/network/interfaces"
#define NETWORKD       "branch/etc/systemd/network/"

#define ETH1                                                  \
	{                                                     \
		INTERFACES, NULL,                             \
			"auto eth1\niface eth1 inet static\n" \
			"\taddress 10.20.0.1/24\n"            \
	}
#define NETDEV(more)                                                                    \
	{                                                                               \
		NETWORKD "ipsec0.netdev", NULL,                                         \
			"[NetDev]\nName=ipsec0\nKind=xfrm\n\n[Xfrm]\nInterfaceId=" more \
			"\n"                                                            \
	}
#define WAN(more)                                                            \
	{                                                                    \
		NETWORKD "eth0.network", NULL,                               \
			"[Match]\nName=eth0\n[Network]\n"                    \
			"Address=198.18.20.2/24\nGateway=198.18.20.1\n" more \
	}
#define INNER(more)                                                            \
	{                                                                      \
		NETWORKD "ipsec0.network", NULL, "[Match]\nName=ipsec0\n" more \
	}
#define ROUTE "[Route]\nDestination=10.10.0.0/24\n"

#define ETH0_ETH1                                            \
	"iface eth0 inet static\n\taddress 198.18.20.2/24\n" \
	"\tgateway 198.18.20.1\niface eth1 inet static\n\taddress 10.20.0.1/24\n"
#define VTI(make)                                                             \
	{                                                                     \
		INTERFACES, NULL,                                             \
			ETH0_ETH1 "iface vti0 inet manual\n\tpre-up " make    \
				  "\n\tup ip link set vti0 up\n"              \
				  "\tup ip route add 10.10.0.0/24 dev vti0\n" \
	}
#define ENDS "local 198.18.20.2 remote 198.18.10.2 "
#define NO_ROUTES                                                                        \
	{                                                                                \
		"branch/etc/strongswan.conf", NULL, "charon {\ninstall_routes = no\n}\n" \
	}
#define MARKS(in, out)                                       \
	{ SWANCTL, "if_id_in = 42", "mark_in = " in },       \
	{                                                    \
		SWANCTL, "if_id_out = 42", "mark_out = " out \
	}

#define IPSEC_CONF   "home/etc/ipsec.conf"
#define UPDOWN	     "home/etc/strongswan.d/ipsec-notify.sh"
#define HOME_NETWORK "home/etc/config/network"
#define KEY	     "key \"${PLUTO_MARK_OUT%%/*}\""

#define IN_VPN "\toption zone 'vpn'\n"
#define NETIFD(okey, zone, target)                                                      \
	{ IPSEC_CONF, "mark=%unique", "mark=42" },                                      \
		{ IPSEC_CONF, "\tleftupdown=/etc/strongswan.d/ipsec-notify.sh\n", "" }, \
	{                                                                               \
		HOME_NETWORK, "config interface 'wan'",                                 \
			"config interface 'acme'\n\toption proto 'vti'\n"               \
			"\toption tunlink 'wan'\n\toption peeraddr '7.7.7.7'\n"         \
			"\toption ikey '42'\n\toption okey '" okey "'\n" zone           \
			"config route\n\toption interface 'acme'\n"                     \
			"\toption target '" target "'\nconfig interface 'wan'"          \
	}

#define DHCP   "north/etc/config/dhcp"
#define REBIND "\toption rebind_localhost '1'\n"
#define FORWARD                                  \
	"\tlist rebind_domain 'south.example'\n" \
	"\tlist server '/south.example/10.202.1.53"

/* Of a host with files of its own; branch/ of office has none of its network. */
#define LINUX_RULES "south/etc/iptables/rules.v4"
#define MAPS \
	"-A POSTROUTING -s 192.168.1.0/24 -d 192.168.3.0/24 -j NETMAP --to 10.202.1.0/24\n"
#define MASKS "-A POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE\n"

static const struct row rows[] = {
	{ "ip tunnel add … mode vti, its key the mark",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode vti key 42"), MARKS("42", "42"),
	    NO_ROUTES },
	  "",
	  NULL },
	{ "ip link add … type vti, a key each way, a mask, a sysctl",
	  "xfrmi",
	  { VTI("ip link add vti0 type vti " ENDS "ikey 0x2a okey 0.0.0.42\n\tpre-up "
		"sysctl -w net.ipv4.conf.vti0.disable_policy=1"),
	    MARKS("42/0xffffffff", "0x2a/0xff"), NO_ROUTES },
	  "",
	  NULL },
	{ "another key than the mark",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode vti key 41"), MARKS("42", "42"),
	    NO_ROUTES },
	  "F94",
	  NULL },
	{ "another key of what comes in",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode vti ikey 41 okey 42"), MARKS("42", "42"),
	    NO_ROUTES },
	  "F94",
	  NULL },
	{ "another peer than the tunnel's",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 mode vti local 198.18.20.2 remote 198.18.10.3 key "
		"42"),
	    MARKS("42", "42"), NO_ROUTES },
	  "F94",
	  NULL },
	{ "a key that is the mark of no connection",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode vti key 42"),
	    { SWANCTL, "if_id_in = 42", "" },
	    { SWANCTL, "if_id_out = 42", "" },
	    { SWANCTL, "local_ts = 0.0.0.0/0", "local_ts = 10.20.0.0/24" },
	    { SWANCTL, "remote_ts = 0.0.0.0/0", "remote_ts = 10.10.0.0/24" } },
	  "F54",
	  "mark of no connection" },
	{ "routes of charon's own beside it",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode vti key 42"), MARKS("42", "42") },
	  "F95",
	  NULL },
	{ "a mark that charon chooses is no key of a file",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode vti key 42"),
	    MARKS("%unique", "%unique"), NO_ROUTES },
	  "F92",
	  NULL },
	{ "a tunnel of another kind is not known",
	  "xfrmi",
	  { VTI("ip tunnel add vti0 " ENDS "mode gre key 42"), MARKS("42", "42"),
	    NO_ROUTES },
	  "",
	  "ip tunnel add" },
	{ "networkd's VTI",
	  "xfrmi",
	  { { NETWORKD "vti0.netdev", NULL,
	      "[NetDev]\nName=vti0\nKind=vti\n[Tunnel]\nLocal=198.18.20.2\n"
	      "Remote=198.18.10.2\nKey=42\nIndependent=yes\n" },
	    { INTERFACES, NULL, ETH0_ETH1 "\tup ip route add 10.10.0.0/24 dev vti0\n" },
	    MARKS("42", "42"),
	    NO_ROUTES },
	  "",
	  NULL },
	{ "netifd's VTI", "acme-vti", { NETIFD("42", IN_VPN, "10.1.2.0/24") }, "", NULL },
	{ "… of another key",
	  "acme-vti",
	  { NETIFD("0x42", IN_VPN, "10.1.2.0/24") },
	  "F94",
	  NULL },
	{ "… in no zone", "acme-vti", { NETIFD("42", "", "10.1.2.0/24") }, "F91", NULL },
	{ "… without a route",
	  "acme-vti",
	  { NETIFD("42", IN_VPN, "10.1.9.0/24") },
	  "F69",
	  NULL },
	{ "a mark with its mask, which the script cuts off",
	  "acme-vti",
	  { { IPSEC_CONF, "mark=%unique", "mark=42/0xffffffff" } },
	  "",
	  NULL },
	{ "a mark in hex, the script's key in decimal",
	  "acme-vti",
	  { { IPSEC_CONF, "mark=%unique", "mark=0x2a" }, { UPDOWN, KEY, "key 42" } },
	  "",
	  NULL },
	{ "mark_in and mark_out for mark",
	  "acme-vti",
	  { { IPSEC_CONF, "mark=%unique", "mark_in=42\n\tmark_out=42" } },
	  "",
	  NULL },
	{ "%unique with a mask is chosen by charon all the same",
	  "acme-vti",
	  { { IPSEC_CONF, "mark=%unique", "mark=%unique/0xffffffff" },
	    { UPDOWN, KEY, "key 42" } },
	  "F94",
	  NULL },
	{ "a number that any file may mark with, where none has a VTI",
	  "acme-vti",
	  { { IPSEC_CONF, "mark=%unique", "mark=42" },
	    { IPSEC_CONF, "\tleftupdown=/etc/strongswan.d/ipsec-notify.sh\n", "" } },
	  "",
	  "mark_out" },
	{ "a number in hex is that number",
	  "xfrmi",
	  { { OFFICE_NETWORK, "ifid '42'", "ifid '0x2a'" },
	    { SWANCTL, "if_id_out = 42", "if_id_out = 0x2a" } },
	  "",
	  NULL },
	{ "the same digits in hex are another one, and no exemption from NAT mends that",
	  "xfrmi",
	  { { OFFICE_NETWORK, "ifid '42'", "ifid '0x42'" } },
	  "F73",
	  NULL },
	{ "a number that charon chooses no file knows",
	  "xfrmi",
	  { { SWANCTL, "if_id_in = 42", "if_id_in = %unique" },
	    { SWANCTL, "if_id_out = 42", "if_id_out = %unique" } },
	  "",
	  "charon chooses" },
	{ "an interface whose number no child has, and everything in its networks",
	  "xfrmi",
	  { { SWANCTL, "if_id_in = 42", "" }, { SWANCTL, "if_id_out = 42", "" } },
	  "F73",
	  NULL },
	{ "everything in its networks and no interface at all",
	  "xfrmi",
	  { { SWANCTL, "if_id_in = 42", "" },
	    { SWANCTL, "if_id_out = 42", "" },
	    { INTERFACES, NULL, ETH0_ETH1 } },
	  "F73",
	  NULL },
	{ "the same of an OpenWrt, where no exemption of everything is advised",
	  "xfrmi",
	  { { OFFICE_IPSEC, "\toption if_id '42'\n", "" } },
	  "F73",
	  NULL },
	{ "a gateway that the interface has no network for is no route",
	  "xfrmi",
	  { { OFFICE_NETWORK, "option target '10.20.0.0/24'",
	      "option target '10.20.0.0/24'\n\toption gateway '10.20.0.1'" } },
	  "F69",
	  NULL },
	{ "… unless the route says onlink",
	  "xfrmi",
	  { { OFFICE_NETWORK, "option target '10.20.0.0/24'",
	      "option target '10.20.0.0/24'\n\toption gateway '10.20.0.1'\n"
	      "\toption onlink '1'" } },
	  "",
	  NULL },
	{ "a gateway of the interface's own network is one",
	  "xfrmi",
	  { { INTERFACES, "up ip route add 10.10.0.0/24 dev ipsec0",
	      "up ip addr add 169.254.7.1/30 dev ipsec0\n"
	      "\tup ip route add 10.10.0.0/24 via 169.254.7.2 dev ipsec0" } },
	  "",
	  NULL },
	{ "… and of no network of its own none",
	  "xfrmi",
	  { { INTERFACES, "up ip route add 10.10.0.0/24 dev ipsec0",
	      "up ip route add 10.10.0.0/24 via 10.10.0.1 dev ipsec0" } },
	  "F69",
	  NULL },
	{ "a source that NETMAP shows as one of the tunnel's is carried",
	  "overlap",
	  { { DHCP, REBIND, REBIND FORWARD "@192.168.1.1'\n" } },
	  "",
	  NULL },
	{ "… and without a source there is none that it shows",
	  "overlap",
	  { { DHCP, REBIND, REBIND FORWARD "'\n" } },
	  "F81",
	  NULL },
	{ "a Linux host that maps before it masquerades",
	  "overlap-linux",
	  { { 0 } },
	  "",
	  NULL },
	{ "… and after it",
	  "overlap-linux",
	  { { LINUX_RULES, MAPS MASKS, MASKS MAPS } },
	  "F63",
	  NULL },
	{ "a rule that lets nothing in lets no answer in either",
	  "overlap-linux",
	  { { LINUX_RULES, "COMMIT",
	      "COMMIT\n*filter\n-A INPUT -i eth0 -j DROP\nCOMMIT" } },
	  "F08 F12",
	  NULL },
	{ "up lines of iptables are its rules as well",
	  "xfrmi",
	  { { INTERFACES, NULL,
	      ETH0_ETH1 "\tup iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n"
			"\tup ip link add ipsec0 type xfrm dev eth0 if_id 42\n"
			"\tup ip link set ipsec0 up\n"
			"\tup ip route add 10.10.0.0/24 dev ipsec0\n" } },
	  "",
	  NULL },
	{ "a mark that is set on what left the tunnel's policy changes nothing",
	  "xfrmi",
	  { { SWANCTL, "if_id_out = 42", "if_id_out = 42\nset_mark_out = 7" } },
	  "",
	  NULL },
	{ "networkd makes an interface that one below it names",
	  "xfrmi",
	  { ETH1, NETDEV("42"), WAN("Xfrm=ipsec0\n"), INNER(ROUTE) },
	  "",
	  NULL },
	{ "… or one that stands alone",
	  "xfrmi",
	  { ETH1, NETDEV("0x2a\nIndependent=yes"), WAN(""), INNER(ROUTE) },
	  "",
	  NULL },
	{ "… and no other",
	  "xfrmi",
	  { ETH1, NETDEV("42"), WAN(""), INNER(ROUTE) },
	  "F73",
	  NULL },
	{ "networkd's interface has another number",
	  "xfrmi",
	  { ETH1, NETDEV("43"), WAN("Xfrm=ipsec0\n"), INNER(ROUTE) },
	  "F73",
	  NULL },
	{ "networkd has no route through its interface",
	  "xfrmi",
	  { ETH1, NETDEV("42"), WAN("Xfrm=ipsec0\n"), INNER("") },
	  "F69",
	  NULL },
};

static void change(const char *folder, const struct change *edit)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_buf_ struct buf out = { 0 };
	struct err err = { 0 };
	char path[256];
	const char *at;
	size_t length;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, edit->file);
	if (edit->find) {
		assert_int_equal(file_read(path, &text, &length, NULL), 0);
		at = strstr(text, edit->find);
		if (!at)
			fail_msg("%s: no '%s'", path, edit->find);
		buf_add(&out, text, (size_t)(at - text));
		buf_puts(&out, edit->replace);
		buf_puts(&out, at + strlen(edit->find));
	} else {
		buf_puts(&out, edit->replace);
	}
	if (file_write(path, buf_text(&out), out.length, &err))
		fail_msg("%s", err.text);
}

static void run(const char *program, const char *option, const char *a, const char *b)
{
	pid_t child = fork();
	int status;

	if (!child) {
		(void)execlp(program, program, option, a, b, NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void check(const struct row *row, const char *folder)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf says = { 0 };
	struct predict_input input = { .arena = arena };
	struct findings findings = { 0 };
	bool is_unproven = false;
	struct err err = { 0 };

	if (scenario_load(folder, &scenario, &err))
		fail_msg("%s: %s", row->claim, err.text);
	for (unsigned int end = 0; end < 2; end++)
		input.sites[end] = scenario->sites.items[end].site;
	input.initiator = predict_initiator(input.sites);
	predict_pair(&input, &findings);
	vec_foreach (finding, &findings)
		if (finding->severity != SEVERITY_WEAK)
			buf_printf(&says, "%s%s", says.length ? " " : "",
				   finding->class->id);
	if (!str_equal(buf_text(&says), row->says))
		fail_msg("%s: '%s', not '%s'", row->claim, buf_text(&says), row->says);
	for (unsigned int end = 0; end < 2; end++) {
		const struct remark *remark =
			site_touching(input.sites[end], NULL, ASPECT_WAY);

		if (remark && (!row->unproven || !strstr(remark->text, row->unproven)))
			fail_msg("%s: unproven: %s", row->claim, remark->text);
		is_unproven |= remark != NULL;
	}
	vec_foreach (unproven, &findings.unproven) {
		if (!row->unproven)
			fail_msg("%s: unproven: %s", row->claim, unproven->text);
		is_unproven |= strstr(unproven->text, row->unproven) != NULL;
	}
	assert_int_equal(is_unproven, row->unproven != NULL);
}

static void a_way_in_is_read_as_its_daemon_reads_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char folder[] = "/tmp/twinsite-ways-XXXXXX", copy[64], base[64],
		     networkd[128];

		assert_non_null(mkdtemp(folder));
		(void)snprintf(copy, sizeof(copy), "%s/s", folder);
		(void)snprintf(base, sizeof(base), "scenarios/%s", rows[i].base);
		(void)snprintf(networkd, sizeof(networkd), "%s/" NETWORKD, copy);
		run("cp", "-r", base, copy);
		run("mkdir", "-p", networkd, NULL);
		if (str_equal(rows[i].base, "overlap-linux"))
			run("cp", "-r", "scenarios/overlap", folder);
		for (size_t j = 0; j < EDITS_MAX && rows[i].edits[j].file; j++)
			change(copy, &rows[i].edits[j]);
		check(&rows[i], copy);
		run("rm", "-r", folder, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_way_in_is_read_as_its_daemon_reads_it),
	};

	return cmocka_run_group_tests_name("predict/ways", tests, NULL, NULL);
}
