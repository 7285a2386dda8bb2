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

static const struct row rows[] = {
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
