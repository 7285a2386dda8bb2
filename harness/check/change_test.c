// SPDX-License-Identifier: GPL-2.0-or-later
/* change_test.c - claims about what is said of a WAN change and a late name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "check/check.h"
#include "check/status.h"

#define OUTAGE                                                                     \
	"{\"t\":3000000,\"node\":\"pc\",\"source\":\"probe\",\"kind\":\"outage\"," \
	"\"expectation\":0,\"site\":\"openwrt\",\"from\":\"pc\",\"to\":\"nas\","   \
	"\"old\":\"84.112.3.56\",\"new\":\"84.112.3.57\",\"received_before\":%s,"  \
	"\"sent\":40,\"received\":3,\"lost\":31,\"changed_us\":1000000,"           \
	"\"back_us\":%s,\"watched_us\":2000000,\"is_back\":%s}"
#define BACK	 "2600000", "true"
#define NOT_BACK "-1", "false"

#define SAS                                                                             \
	"{\"t\":1,\"node\":\"openwrt\",\"source\":\"vici\",\"kind\":\"sas\",\"label\":" \
	"\"up\",\"sas\":[{\"Site2Site\":{\"uniqueid\":\"12\",\"state\":\"%s\","         \
	"\"local-host\":\"198.51.100.112\",\"local-id\":\"remotesite.dyndns.org\","     \
	"\"remote-host\":\"203.0.113.56\",\"remote-id\":\"localsite.dyndns.org\","      \
	"\"established\":\"1500\",\"child-sas\":{\"lan-1\":{\"name\":\"lan\","          \
	"\"uniqueid\":\"13\",\"reqid\":\"1\",\"state\":\"INSTALLED\",\"mode\":"         \
	"\"TUNNEL\",\"spi-in\":\"bad70c18\",\"spi-out\":\"fd15f52d\",\"local-ts\":"     \
	"[\"192.168.1.0/24\"],\"remote-ts\":[\"192.168.0.0/24\"]}}}}]}"

struct fixture {
	struct scenario scenario;
	struct timeline timeline;
	struct wire wire;
	struct wire_link link;
	struct plan_link cable;
	struct check_input input;
	struct verdicts verdicts;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct expectation *wanted;

	assert_non_null(f);
	f->input.arena = arena_new();
	f->input.scenario = &f->scenario;
	f->input.timeline = &f->timeline;
	f->input.wire = &f->wire;
	vec_push(f->input.arena, &f->scenario.sites)->name = "openwrt";
	vec_push(f->input.arena, &f->scenario.sites)->name = "fritzbox";
	wanted = vec_push(f->input.arena, &f->scenario.expectations);
	wanted->kind = EXPECT_WAN_CHANGE;
	wanted->from = "openwrt";
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	timeline_done(&f->timeline);
	arena_free(f->input.arena);
	free(f);
	return 0;
}

static void add(struct fixture *f, const char *line)
{
	assert_int_equal(timeline_add_line(&f->timeline, line, strlen(line)), 0);
}

static void add_outage(struct fixture *f, const char *before, const char *back,
		       const char *is_back)
{
	add(f, arena_printf(f->input.arena, OUTAGE, before, back, is_back));
}

static const struct verdict *verdict_of(struct fixture *f)
{
	check_wan_changes(&f->input, &f->verdicts);
	assert_int_equal(f->verdicts.count, 1);
	return &f->verdicts.items[0];
}

static void outage_is_measured_from_the_change(void **state)
{
	const struct verdict *verdict;

	add_outage(*state, "7", BACK);
	verdict = verdict_of(*state);
	assert_int_equal(verdict->kind, VERDICT_OK);
	assert_non_null(strstr(verdict->seen, "after 1.60 s, 31 requests lost"));
}

static void tunnel_that_stays_dead_is_broken(void **state)
{
	const struct verdict *verdict;

	add_outage(*state, "7", NOT_BACK);
	verdict = verdict_of(*state);
	assert_int_equal(verdict->kind, VERDICT_BROKEN);
	assert_non_null(strstr(verdict->seen, "not within 2 s"));
}

static void without_traffic_before_nothing_is_proved(void **state)
{
	add_outage(*state, "0", BACK);
	assert_int_equal(verdict_of(*state)->kind, VERDICT_UNPROVEN);
}

static void run_that_ended_before_proves_nothing(void **state)
{
	assert_int_equal(verdict_of(*state)->kind, VERDICT_UNPROVEN);
}

static void add_late_name(struct fixture *f, const char *second)
{
	add(f, "{\"t\":1,\"node\":\"openwrt\",\"source\":\"vici\",\"kind\":"
	       "\"initiated\",\"ok\":false,\"text\":\"unable to resolve\"}");
	add(f, "{\"t\":2,\"node\":\"internet\",\"source\":\"lab\",\"kind\":\"name\","
	       "\"name\":\"remotesite.dyndns.org\"}");
	add(f, "{\"t\":3,\"node\":\"openwrt\",\"source\":\"lab\",\"kind\":\"quiet\","
	       "\"took_us\":1200000,\"ups\":0}");
	add(f, "{\"t\":4,\"node\":\"openwrt\",\"source\":\"lab\",\"kind\":"
	       "\"started-again\",\"by\":\"traffic\"}");
	add(f, arena_printf(f->input.arena,
			    "{\"t\":5,\"node\":\"openwrt\",\"source\":\"vici\",\"kind\":"
			    "\"initiated\",\"ok\":%s,\"text\":\"\"}",
			    second));
	check_late_names(&f->input, &f->verdicts);
}

static void late_name_says_both_attempts(void **state)
{
	struct fixture *f = *state;

	add_late_name(f, "true");
	assert_int_equal(f->verdicts.count, 1);
	assert_int_equal(f->verdicts.items[0].kind, VERDICT_OK);
	assert_non_null(strstr(f->verdicts.items[0].seen, "unable to resolve"));
	assert_non_null(strstr(f->verdicts.items[0].seen, "again by traffic: up"));
}

static void late_name_that_does_not_help_is_broken(void **state)
{
	struct fixture *f = *state;

	add_late_name(f, "false");
	assert_int_equal(f->verdicts.items[0].kind, VERDICT_BROKEN);
}

/* A packet in clear at that time of a run whose tunnel is in that state from 0.5 s to 9 s. */
static enum verdict_kind leak_of(struct fixture *f, int64_t t_us, const char *state)
{
	struct wire_clear *clear = vec_push(f->input.arena, &f->link.clear);
	struct expectation *wanted = &f->scenario.expectations.items[0];

	wanted->kind = EXPECT_LEAK;
	wanted->is_fine_while_down = true;
	clear->time_us = t_us;
	f->cable.is_internet = true;
	f->link.link = &f->cable;
	f->link.packets = f->link.clear_count = 1;
	f->wire.links = &f->link;
	f->wire.count = 1;
	add(f, arena_printf(f->input.arena, SAS, state));
	add(f, "{\"t\":500000,\"node\":\"\",\"source\":\"phase\",\"kind\":\"end\","
	       "\"name\":\"tunnel\"}");
	add_outage(f, "7", BACK);
	add(f, "{\"t\":9000000,\"node\":\"\",\"source\":\"phase\",\"kind\":\"end\","
	       "\"name\":\"teardown\"}");
	check_leaks(&f->input, &f->verdicts);
	return f->verdicts.items[0].kind;
}

static enum verdict_kind leak_at(struct fixture *f, int64_t t_us)
{
	return leak_of(f, t_us, "ESTABLISHED");
}

static void of_a_tunnel_that_never_was_nothing_is_said(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(leak_of(f, 700000, "CONNECTING"), VERDICT_UNPROVEN);
	assert_non_null(
		strstr(f->verdicts.items[0].seen, "never was a tunnel; 1 packets"));
}

static void tunnel_is_down_during_an_outage(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(leak_at(f, 2000000), VERDICT_OK);
	/* Two sentences that do not contradict each other. */
	assert_non_null(strstr(f->verdicts.items[0].claim, "while the tunnel is up"));
}

static void tunnel_is_up_again_after_an_outage(void **state)
{
	assert_int_equal(leak_at(*state, 2700000), VERDICT_LEAK);
}

/* The article's own output, but for the age that it has in minutes. */
static void status_is_what_the_article_shows(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct fixture *f = *state;

	add(f, arena_printf(f->input.arena, SAS, "ESTABLISHED"));
	check_status(&f->input, 0, "up", &text);
	assert_string_equal(
		buf_text(&text),
		"Security Associations (1 up, 0 connecting):\n"
		"     Site2Site[12]: ESTABLISHED 1500 seconds ago, "
		"198.51.100.112[remotesite.dyndns.org]...203.0.113.56[localsite.dyndns."
		"org]\n"
		"           lan{13}:  INSTALLED, TUNNEL, reqid 1, ESP SPIs: bad70c18_i "
		"fd15f52d_o\n"
		"           lan{13}:   192.168.1.0/24 === 192.168.0.0/24\n");
}

static void half_open_is_not_up(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct fixture *f = *state;

	add(f, arena_printf(f->input.arena, SAS, "CONNECTING"));
	assert_false(check_has_tunnel(&f->input, 0, "up"));
	check_status(&f->input, 0, "up", &text);
	assert_non_null(strstr(buf_text(&text), "(0 up, 1 connecting)"));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest claims[] = {
		CLAIM(outage_is_measured_from_the_change),
		CLAIM(tunnel_that_stays_dead_is_broken),
		CLAIM(without_traffic_before_nothing_is_proved),
		CLAIM(run_that_ended_before_proves_nothing),
		CLAIM(late_name_says_both_attempts),
		CLAIM(late_name_that_does_not_help_is_broken),
		CLAIM(of_a_tunnel_that_never_was_nothing_is_said),
		CLAIM(tunnel_is_down_during_an_outage),
		CLAIM(tunnel_is_up_again_after_an_outage),
		CLAIM(status_is_what_the_article_shows),
		CLAIM(half_open_is_not_up),
	};

	return cmocka_run_group_tests_name("check/change", claims, NULL, NULL);
}
