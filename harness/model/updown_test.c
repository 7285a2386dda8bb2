// SPDX-License-Identifier: GPL-2.0-or-later
/* updown_test.c - claims: who gives a tunnel's packets their mark */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/inet.h"
#include "base/test_text.h"
#include "model/updown.h"

#define PATH "/etc/notify.sh"
#define VTI  "#!/bin/sh\n# vti\nip tunnel add vti1 mode vti key $PLUTO_MARK_OUT\n"

/* A site whose child has that mark and that updown; text NULL: no such file. */
static struct site *site_with(const char *mark, const char *updown, const char *text)
{
	struct site *site = site_new("home", DEVICE_OPENWRT);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);

	child->words[CHILD_WORD_MARK_OUT].s = mark;
	child->words[CHILD_WORD_UPDOWN].s = updown;
	if (text)
		vec_add(site->arena, &site->updowns,
			((struct updown_script){ .path = PATH, .text = text }));
	return site;
}

static const struct child *child_of(const struct site *site)
{
	return &site->tunnels.items[0].children.items[0];
}

static void with_a_mark_of_charons_own_only_the_script_helps(void **state)
{
	static const struct {
		const char *mark, *updown, *text;
		bool is_unmarked, is_rehearsed;
	} cases[] = {
		{ NULL, NULL, NULL, false, false },
		{ "%unique", NULL, NULL, true, true },
		{ "%unique", PATH, NULL, true, true },
		{ "%unique", PATH " now", VTI, false, true },
		{ "%unique-dir", PATH, VTI, false, true },
		/* Any file of the device may make a VTI with that key. */
		{ "42", NULL, NULL, false, false },
		{ "42", PATH, NULL, false, false },
		{ "42", PATH, VTI, false, true },
		{ "42", PATH, "iptables -A x\n", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site =
			site_with(cases[i].mark, cases[i].updown, cases[i].text);

		if (!child_unmarked(site, child_of(site)) == cases[i].is_unmarked ||
		    child_mark_is_rehearsed(site, child_of(site)) !=
			    cases[i].is_rehearsed)
			fail_msg("case %zu", i);
	}
}

static void a_script_that_nobody_may_execute_marks_nothing(void **state)
{
	_cleanup_(site_freep) struct site *site = site_with("%unique", PATH, VTI);

	(void)state;
	site->updowns.items[0].is_not_executable = true;
	assert_string_equal(child_unmarked(site, child_of(site)),
			    "its updown script is not executable");
}

static void in_transport_mode_a_plugin_may_mark(void **state)
{
	_cleanup_(site_freep) struct site *site = site_with("%unique", NULL, NULL);

	(void)state;
	assert_non_null(child_unmarked(site, child_of(site)));
	site->tunnels.items[0].children.items[0].is_transport = true;
	assert_null(child_unmarked(site, child_of(site)));
	assert_false(child_mark_is_rehearsed(site, child_of(site)));
}

static void a_longer_path_is_another_script(void **state)
{
	(void)state;
	assert_true(updown_names(PATH, PATH));
	assert_true(updown_names(PATH " a b", PATH));
	assert_false(updown_names(PATH ".old", PATH));
	assert_false(updown_names(NULL, PATH));
	assert_false(updown_names(PATH "; rm -rf /", PATH));
	assert_false(updown_names(PATH " $(id)", PATH));
}

static void the_device_is_read_from_the_line_that_makes_it(void **state)
{
	static const struct {
		const char *text, *device;
	} cases[] = {
		{ VTI, "vti1" },
		{ "ip link add name vti-a type vti key 1\n", "vti-a" },
		{ "#!/bin/sh\nVTI_IF=\"vti${PLUTO_UNIQUEID}\"\n"
		  "ip tunnel add \"${VTI_IF}\" mode vti\n",
		  "vti+" },
		{ "\nIF=vti7\nip link add $IF type vti\n", "vti7" },
		{ "# ip tunnel add vti1\n", NULL },
		{ "ip tunnel add \"$1\" mode vti\n", NULL },
		{ "ip tunnel add ${NONE} mode vti\n", NULL },
		{ "", NULL },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct updown_script script = { .text = cases[i].text };
		const char *device = updown_device(arena, &script);

		if (!cases[i].device)
			assert_null(device);
		else
			assert_string_equal(device, cases[i].device);
	}
}

static void a_comment_is_no_line_with_the_word(void **state)
{
	const struct updown_script script = { .text = VTI };

	(void)state;
	assert_int_equal(updown_line_with(&script, "vti"), 3);
	assert_int_equal(updown_line_with(&script, "nothing"), 0);
}

static void the_source_of_a_route_is_what_is_written_out(void **state)
{
	static const struct {
		const char *text, *source;
		unsigned int line;
	} cases[] = {
		{ "ip route add $NET dev vti1 src 192.168.3.1\n", "192.168.3.1", 1 },
		{ "#!/bin/sh\n ip route replace $NET dev vti1 src \"10.0.0.1\"\n",
		  "10.0.0.1", 2 },
		{ "ip route add $NET dev vti1 src \"${addr}\"\n", NULL, 0 },
		{ "# ip route add $NET src 192.168.3.1\n", NULL, 0 },
		{ "ip rule add src 192.168.3.1\n", NULL, 0 },
		{ "ip route add $NET dev vti1", NULL, 0 },
		{ "", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct updown_script script = { .path = PATH,
						      .text = cases[i].text };
		struct inet_addr source;
		unsigned int line = 0;
		bool has = updown_route_source(&script, &source, &line);

		assert_int_equal(has, cases[i].source != NULL);
		if (!has)
			continue;
		assert_string_equal(inet_addr_text(&source).s, cases[i].source);
		assert_int_equal(line, cases[i].line);
	}
}

/* Without the file, with more, and with what a script that wants to stay writes there. */
static void script_gets_the_seconds_of_its_node_and_no_more_than_the_most(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *command = updown_command(arena, "/x.sh");

	(void)state;
	assert_has(command, "timeout -k 1 24 timeout -k 1 $(cat /etc/updown-seconds "
			    "2>/dev/null || echo 4) /x.sh;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_a_mark_of_charons_own_only_the_script_helps),
		cmocka_unit_test(a_script_that_nobody_may_execute_marks_nothing),
		cmocka_unit_test(in_transport_mode_a_plugin_may_mark),
		cmocka_unit_test(a_longer_path_is_another_script),
		cmocka_unit_test(
			script_gets_the_seconds_of_its_node_and_no_more_than_the_most),
		cmocka_unit_test(the_device_is_read_from_the_line_that_makes_it),
		cmocka_unit_test(a_comment_is_no_line_with_the_word),
		cmocka_unit_test(the_source_of_a_route_is_what_is_written_out),
	};

	return cmocka_run_group_tests_name("model/updown", tests, NULL, NULL);
}
