// SPDX-License-Identifier: GPL-2.0-or-later
/* report_test.c - claims about the four reports of one judgement made by hand */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "report/page.h"
#include "report/report.h"
#include "report/terminal.h"
#include "report/text.h"

#define HOSTILE "<b>\"&'\x1b[31m\xff\x01\xe2\x80\xa8]]>"

struct fixture {
	struct judgement judgement;
	struct scenario scenario;
	struct buf out;
};

static struct verdict *add_verdict(struct fixture *f, enum verdict_kind kind,
				   const char *check, const char *claim, const char *seen)
{
	struct verdict *verdict = vec_push(f->judgement.arena, &f->judgement.verdicts);

	*verdict = (struct verdict){ .kind = kind,
				     .check = check,
				     .claim = claim,
				     .seen = seen,
				     .expectation = -1 };
	verdict->at = (struct origin){ .file = "scenario.yml", .line = 12 };
	vec_add(f->judgement.arena, &verdict->proof, "acme-wan.pcapng packet 17");
	return verdict;
}

static struct diagnosis *add_diagnosis(struct fixture *f)
{
	struct diagnosis *diagnosis =
		vec_push(f->judgement.arena, &f->judgement.diagnoses);

	*diagnosis = (struct diagnosis){
		.class = finding_class_of(F63),
		.layer = LAYER_NAT,
		.summary = "home masquerades what goes to 10.1.2.0/24",
		.site = "home",
		.is_in_effect = true,
		.in_effect = "masquerade's counter +4",
	};
	diagnosis->values[0] =
		(struct diagnosis_value){ .site = "home",
					  .setting = "masq",
					  .value = "1",
					  .at = { .file = "etc/config/firewall",
						  .line = 31 } };
	vec_add(f->judgement.arena, &diagnosis->proof, "home-wan.pcapng packet 9");
	vec_add(f->judgement.arena, &diagnosis->sees, "home sees: nothing");
	vec_add(f->judgement.arena, &diagnosis->fixes, "list masq_dest '!10.1.2.0/24'");
	vec_add(f->judgement.arena, &diagnosis->ruled_out, "F65: the rule counted +4");
	return diagnosis;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct judgement *j = &f->judgement;

	j->arena = arena_new();
	j->scenario = &f->scenario;
	f->scenario.name = "acme";
	f->scenario.sentence = "The home LAN reaches ACME.";
	f->scenario.path = "scenarios/acme";
	j->plane = "uml";
	j->plane_why = "the host kernel has no ESP";
	j->folder = "reports/acme/1";
	j->start_us = 1795290600000000; /* 2026-11-21T19:50:00Z */
	j->took_us = 4210000;
	j->outcome_text = "everything as the scenario says";
	add_verdict(f, VERDICT_OK, "ike-sa", "the IKE SA is as configured", "IKEv1");
	add_verdict(f, VERDICT_UNPROVEN, "policy", "selectors are enforced",
		    "libipsec has no policies");
	vec_add(j->arena, &j->figures,
		((struct figure){ "ESP throughput, TCP", "183 Mbit/s",
				  "uml, MTU 1500" }));
	vec_add(j->arena, &j->scripts,
		((struct script_run){ "home", "etc/firewall.user", 6, 9, true, true,
				      "run by a shell, ended well" }));
	vec_add(j->arena, &j->notes, "a leak before the tunnel was up");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_done(&f->out);
	arena_free(f->judgement.arena);
	free(f);
	return 0;
}

static bool has(const struct fixture *f, const char *text)
{
	return strstr(buf_text(&f->out), text) != NULL;
}

static void write_page(struct fixture *f, const struct timeline *timeline)
{
	const struct page page = { .judgement = &f->judgement, .timeline = timeline };

	report_html(&page, &f->out);
}

/* ------------------------------------------------------------ text */

static void hostile_text_is_made_harmless(void **state)
{
	struct fixture *f = *state;

	text_add_plain(&f->out, HOSTILE);
	assert_string_equal(buf_text(&f->out),
			    "<b>\"&'\\u001b[31m\xef\xbf\xbd\\u0001\\u2028]]>");
	buf_done(&f->out);
	text_add_markup(&f->out, HOSTILE);
	assert_string_equal(
		buf_text(&f->out),
		"&lt;b&gt;&quot;&amp;&#39;\\u001b[31m\xef\xbf\xbd\\u0001\\u2028]]&gt;");
}

static void utf8_stays_and_cut_utf8_does_not(void **state)
{
	struct fixture *f = *state;

	text_add_plain(&f->out, "Büro → a\tb\nc");
	assert_string_equal(buf_text(&f->out), "Büro → a b c");
	assert_int_equal(text_width("Büro →"), 6);
	buf_done(&f->out);
	text_add_plain(&f->out, "a\xe2\x86");
	assert_string_equal(buf_text(&f->out), "a\xef\xbf\xbd\xef\xbf\xbd");
	buf_done(&f->out);
	text_add_plain(&f->out,
		       "x\xe2\x80\xaey"); // NOLINT(misc-misleading-bidirectional)
	assert_string_equal(buf_text(&f->out), "x\\u202ey");
	buf_done(&f->out);
	text_add_plain(&f->out, "\xc2\x9b");
	assert_string_equal(buf_text(&f->out), "\\u009b");
	buf_done(&f->out);
	text_add_plain(&f->out, NULL);
	assert_int_equal(f->out.length, 0);
}

static void durations_and_times_read_well(void **state)
{
	struct fixture *f = *state;

	text_add_duration(&f->out, 420000);
	buf_putc(&f->out, '|');
	text_add_duration(&f->out, 12340000);
	buf_putc(&f->out, '|');
	text_add_duration(&f->out, 125000000);
	buf_putc(&f->out, '|');
	text_add_time(&f->out, 1795290600000000);
	assert_string_equal(buf_text(&f->out),
			    "0.42 s|12.3 s|2 min 05 s|2026-11-21T19:50:00Z");
}

/* ------------------------------------------------------------ JSON */

static void json_has_the_whole_judgement(void **state)
{
	struct fixture *f = *state;
	json_t *root;

	add_diagnosis(f);
	report_json(&f->judgement, &f->out);
	root = json_loads(buf_text(&f->out), 0, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "outcome")),
			    "as expected");
	assert_int_equal(json_array_size(json_object_get(root, "verdicts")), 2);
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(root, "counts"), "unproven")),
			 1);
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(root, "diagnoses"), 0), "id")),
		"F63");
	json_decref(root);
}

static void json_of_hostile_text_is_json(void **state)
{
	struct fixture *f = *state;
	json_t *root;

	add_verdict(f, VERDICT_BROKEN, HOSTILE, HOSTILE, HOSTILE);
	add_verdict(f, VERDICT_BROKEN, NULL, NULL, NULL);
	report_json(&f->judgement, &f->out);
	root = json_loads(buf_text(&f->out), 0, NULL);
	assert_non_null(root);
	assert_true(json_is_null(json_object_get(
		json_array_get(json_object_get(root, "verdicts"), 3), "claim")));
	json_decref(root);
}

/* ------------------------------------------------------------ JUnit */

static void junit_skips_unproven_with_its_reason(void **state)
{
	struct fixture *f = *state;

	report_junit(&f->judgement, &f->out);
	assert_true(has(f, " file=\"scenario.yml\" line=\"12\" "));
	assert_true(has(f, "<testsuite name=\"acme\" tests=\"2\" failures=\"0\" "
			   "errors=\"0\" skipped=\"1\" time=\"4.210\" "
			   "timestamp=\"2026-11-21T19:50:00Z\">"));
	assert_true(has(f, "<skipped message=\"libipsec has no policies\"/>"));
	assert_true(has(f, "classname=\"acme.ike-sa\" name=\"the IKE SA is as "
			   "configured\""));
	assert_false(has(f, "acme.outcome"));
}

static void junit_fails_what_is_broken(void **state)
{
	struct fixture *f = *state;

	add_verdict(f, VERDICT_BROKEN, "reach", "laptop reaches hobbit", "0 of 10");
	f->judgement.outcome = OUTCOME_UNEXPECTED;
	f->judgement.verdicts.items[2].took_us = 1250400;
	report_junit(&f->judgement, &f->out);
	assert_true(has(f, "tests=\"3\" failures=\"1\""));
	assert_true(has(f, " time=\"1.250\">\n      <failure"));
	assert_true(has(f, "<failure type=\"broken\" message=\"0 of 10\">broken: 0 of "
			   "10\nacme-wan.pcapng packet 17\nscenario.yml:12</failure>"));
}

static void junit_of_a_fault_asks_only_for_the_fault(void **state)
{
	struct fixture *f = *state;

	vec_add(f->judgement.arena, &f->scenario.faults,
		((struct fault){ .class = finding_class_of(F63) }));
	add_verdict(f, VERDICT_BROKEN, "reach", "laptop reaches hobbit", "0 of 10");
	add_diagnosis(f);
	report_junit(&f->judgement, &f->out);
	assert_true(has(f, "tests=\"4\" failures=\"0\""));
	assert_true(has(f, "<system-out>expected fault: broken: 0 of 10"));
	assert_true(has(f, "classname=\"acme.outcome\""));
	buf_done(&f->out);
	f->judgement.outcome = OUTCOME_UNEXPECTED;
	report_junit(&f->judgement, &f->out);
	assert_true(has(f, "tests=\"4\" failures=\"1\""));
	assert_true(has(f, "F63 home masquerades"));
}

static void junit_says_when_nothing_ran(void **state)
{
	struct fixture *f = *state;

	f->judgement.verdicts.count = 0;
	f->judgement.outcome = OUTCOME_NOT_RUN;
	f->judgement.outcome_text = "libipsec has no kernel ESP";
	report_junit(&f->judgement, &f->out);
	assert_true(has(f, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\""));
	assert_true(has(f, "<skipped message=\"libipsec has no kernel ESP\"></skipped>"));
	buf_done(&f->out);
	f->judgement.outcome = OUTCOME_LAB_FAILED;
	report_junit(&f->judgement, &f->out);
	assert_true(has(f, "errors=\"1\""));
}

/* Wherever one looks first stands why, once, and that there is more that is not there. */
static void a_run_that_broke_off_says_why_first(void **state)
{
	static const char reason[] = "the rehearsal broke off: traffic: out of memory";
	struct fixture *f = *state;
	struct terminal terminal = { 0 };

	add_verdict(f, VERDICT_UNPROVEN, "reach", "laptop reaches hobbit", "not seen");
	f->judgement.outcome = OUTCOME_LAB_FAILED;
	f->judgement.broke_off = "traffic: out of memory";
	f->judgement.outcome_text = reason;
	terminal_report(&terminal, &f->judgement, &f->out);
	assert_true(str_starts(buf_text(&f->out) + 1, "acme: the rehearsal broke off: "
						      "traffic: out of memory\n"));
	assert_true(has(f, "this report is partial"));
	assert_null(strstr(strstr(buf_text(&f->out), "memory") + 1, "memory"));
	f->out.length = 0;
	report_json(&f->judgement, &f->out);
	assert_true(has(f, "\"broke_off\": \"traffic: out of memory\""));
	assert_true(has(f, "\"partial\": true"));
	f->out.length = 0;
	report_junit(&f->judgement, &f->out);
	assert_true(has(f, "failures=\"0\" errors=\"1\""));
	assert_true(strstr(buf_text(&f->out), "<error message") <
		    strstr(buf_text(&f->out), "laptop reaches hobbit"));
	f->out.length = 0;
	write_page(f, NULL);
	assert_true(strstr(buf_text(&f->out), reason) <
		    strstr(buf_text(&f->out), "laptop reaches hobbit"));
}

/* Every < opens or closes one of our elements, and they nest. */
static void assert_nested(const char *xml)
{
	const char *stack[32] = { NULL };
	size_t depth = 0;

	for (const char *at = strchr(xml, '<'); at; at = strchr(at + 1, '<')) {
		const char *end = strchr(at, '>');
		size_t length = strcspn(at + 1, " />");

		assert_non_null(end);
		if (at[1] == '?' || at[1] == '!' || end[-1] == '/')
			continue;
		if (at[1] == '/') {
			assert_true(depth > 0);
			length = strcspn(at + 2, ">");
			assert_memory_equal(stack[--depth], at + 2, length);
			continue;
		}
		if (length == 2 && memcmp(at + 1, "br", 2) == 0)
			continue;
		if (length == 4 && memcmp(at + 1, "meta", 4) == 0)
			continue;
		assert_true(depth < 32);
		stack[depth++] = at + 1;
	}
	assert_int_equal(depth, 0);
}

static void hostile_text_does_not_break_markup(void **state)
{
	struct fixture *f = *state;
	const struct finding_class hostile = { .id = HOSTILE, .name = HOSTILE };
	struct diagnosis *diagnosis = add_diagnosis(f);

	add_verdict(f, VERDICT_LEAK, HOSTILE, HOSTILE, HOSTILE);
	add_verdict(f, VERDICT_UNPROVEN, NULL, NULL, NULL);
	diagnosis->summary = diagnosis->values[0].value = HOSTILE;
	diagnosis->class = &hostile;
	diagnosis->fixes.items[0] = HOSTILE;
	f->scenario.name = HOSTILE;
	report_junit(&f->judgement, &f->out);
	assert_nested(buf_text(&f->out));
	assert_null(strchr(buf_text(&f->out), 0x1b));
	buf_done(&f->out);
	write_page(f, NULL);
	assert_nested(buf_text(&f->out));
	assert_null(strstr(buf_text(&f->out), "<b>"));
	assert_null(strchr(buf_text(&f->out), 0x1b));
}

/* ------------------------------------------------------------ HTML */

static const char *const run_lines[] = {
	"{\"t\":0,\"node\":null,\"source\":\"phase\",\"kind\":\"begin\",\"name\":"
	"\"build\"}",
	"{\"t\":210000,\"node\":null,\"source\":\"phase\",\"kind\":\"end\",\"name\":"
	"\"build\",\"ok\":true}",
	"{\"t\":220000,\"node\":null,\"source\":\"phase\",\"kind\":\"begin\",\"name\":"
	"\"tunnel\"}",
	"{\"t\":300000,\"node\":\"home\",\"source\":\"process\",\"kind\":\"ended\","
	"\"name\":\"charon\",\"status\":\"killed by signal 11\",\"expected\":false}",
	"{\"t\":320000,\"node\":\"laptop\",\"source\":\"probe\",\"kind\":\"reach\","
	"\"from\":\"laptop\",\"to\":\"<hobbit>\",\"sent\":10,\"received\":9}",
	"{\"t\":900000,\"node\":null,\"source\":\"phase\",\"kind\":\"end\",\"name\":"
	"\"tunnel\",\"ok\":false,\"text\":\"no answer\"}",
};

static void load_run(struct timeline *timeline)
{
	for (size_t i = 0; i < ARRAY_SIZE(run_lines); i++)
		assert_int_equal(
			timeline_add_line(timeline, run_lines[i], strlen(run_lines[i])),
			0);
}

static void html_is_one_page_with_everything(void **state)
{
	struct fixture *f = *state;
	struct timeline timeline = { 0 };

	add_diagnosis(f);
	load_run(&timeline);
	write_page(f, &timeline);
	timeline_done(&timeline);
	assert_nested(buf_text(&f->out));
	assert_true(has(f, "The home LAN reaches ACME."));
	assert_true(has(f, "nat-exemption-missing"));
	assert_true(has(f, "etc/config/firewall:31"));
	assert_true(has(f, "list masq_dest &#39;!10.1.2.0/24&#39;"));
	assert_true(has(f, "183 Mbit/s"));
	assert_true(has(f, "<svg"));
	assert_true(has(f, "&lt;hobbit&gt;"));
	assert_true(has(f, "9 of 10"));
	assert_false(has(f, "http")); /* nothing from elsewhere */
	assert_false(has(f, "<script"));
}

/* ------------------------------------------------------------ terminal */

static void pipe_gets_plain_lines(void **state)
{
	struct fixture *f = *state;
	struct terminal terminal = { 0 };
	struct timeline timeline = { 0 };

	load_run(&timeline);
	for (size_t i = 0; i < timeline.count; i++) {
		terminal_event(&terminal, &timeline.events[i], &f->out);
		terminal_tick(&terminal, timeline.events[i].t_us, &f->out);
	}
	timeline_done(&timeline);
	assert_string_equal(
		buf_text(&f->out),
		"   0.21 s  build                   0.21 s\n"
		"   0.30 s  home: charon ended unexpectedly: killed by signal 11\n"
		"   0.90 s  tunnel                  0.68 s  failed: no answer\n");
}

static void terminal_rewrites_its_line(void **state)
{
	struct fixture *f = *state;
	struct terminal terminal = { .is_tty = true, .width = 80 };
	struct timeline timeline = { 0 };

	load_run(&timeline);
	terminal_event(&terminal, &timeline.events[0], &f->out);
	terminal_tick(&terminal, 100000, &f->out);
	terminal_tick(&terminal, 200000, &f->out);
	terminal_event(&terminal, &timeline.events[1], &f->out);
	timeline_done(&timeline);
	assert_string_equal(buf_text(&f->out),
			    "   0.10 s  build …"
			    "\r\033[K   0.20 s  build …"
			    "\r\033[K   0.21 s  build                   "
			    "0.21 s\n");
}

static void report_ends_with_what_matters(void **state)
{
	struct fixture *f = *state;
	struct terminal terminal = { 0 };

	add_diagnosis(f);
	terminal_report(&terminal, &f->judgement, &f->out);
	assert_string_equal(
		buf_text(&f->out),
		"\n"
		"  ok        the IKE SA is as configured: IKEv1\n"
		"  unproven  selectors are enforced: libipsec has no policies\n"
		"\n"
		"  ESP throughput, TCP  183 Mbit/s  uml, MTU 1500\n"
		"\n"
		"  script: home: etc/firewall.user (9 commands): run by a shell, ended "
		"well\n\n"
		"  note: a leak before the tunnel was up\n"
		"\n"
		"  F63 nat-exemption-missing (NAT)\n"
		"    home masquerades what goes to 10.1.2.0/24\n"
		"    home  masq  1  etc/config/firewall:31\n"
		"    proof       home-wan.pcapng packet 9\n"
		"    in effect   masquerade's counter +4\n"
		"    seen by     home sees: nothing\n"
		"    fix         list masq_dest '!10.1.2.0/24'\n"
		"    ruled out   F65: the rule counted +4\n"
		"\n"
		"acme: everything as the scenario says\n"
		"4.21 s on uml: 1 ok, 1 unproven\n"
		"report: reports/acme/1\n");
}

/* What is copied stays whole, and what is no terminal gets whole lines. */
static void a_narrow_terminal_wraps_all_but_the_folder(void **state)
{
	struct fixture *f = *state;
	struct terminal terminal = { .is_tty = true, .width = 40 };

	f->judgement.folder = "/a/folder with blanks/reports/acme/2026-01-01T00-00-00";
	add_diagnosis(f);
	terminal_report(&terminal, &f->judgement, &f->out);
	assert_true(has(f, "  unproven  selectors are enforced:\n            libipsec"));
	assert_true(has(f, "\nreport: /a/folder with blanks/reports/acme/2026"));
}

static void colours_only_where_asked(void **state)
{
	struct fixture *f = *state;
	struct terminal terminal = { .has_colour = true };

	add_verdict(f, VERDICT_LEAK, "leak", HOSTILE, HOSTILE);
	terminal_report(&terminal, &f->judgement, &f->out);
	assert_true(has(f, "\033[32mok"));
	assert_true(has(f, "\033[31mleak"));
	buf_done(&f->out);
	terminal.has_colour = false;
	terminal_report(&terminal, &f->judgement, &f->out);
	assert_null(strchr(buf_text(&f->out), 0x1b));
}

static void no_colour_and_pipes_are_respected(void **state)
{
	struct terminal terminal = { .is_tty = true, .has_colour = true };

	(void)state;
	terminal_init(&terminal, -1);
	assert_false(terminal.is_tty);
	assert_false(terminal.has_colour);
}

/* "Which scripts of mine did it run?", whatever report one reads. */
static void scripts_are_listed_by_file_in_each_report(void **state)
{
	struct fixture *f = *state;

	report_json(&f->judgement, &f->out);
	assert_true(has(f, "\"file\": \"etc/firewall.user\""));
	assert_true(has(f, "\"how\": \"run by a shell, ended well\""));
	buf_done(&f->out);
	write_page(f, &(struct timeline){ 0 });
	assert_true(has(f, "Scripts of the devices"));
	assert_true(has(f, "home: etc/firewall.user (9 commands): run by a shell"));
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(hostile_text_is_made_harmless),
		TEST(utf8_stays_and_cut_utf8_does_not),
		TEST(durations_and_times_read_well),
		TEST(json_has_the_whole_judgement),
		TEST(json_of_hostile_text_is_json),
		TEST(junit_skips_unproven_with_its_reason),
		TEST(junit_fails_what_is_broken),
		TEST(junit_of_a_fault_asks_only_for_the_fault),
		TEST(junit_says_when_nothing_ran),
		TEST(a_run_that_broke_off_says_why_first),
		TEST(hostile_text_does_not_break_markup),
		TEST(html_is_one_page_with_everything),
		TEST(pipe_gets_plain_lines),
		TEST(terminal_rewrites_its_line),
		TEST(scripts_are_listed_by_file_in_each_report),
		TEST(report_ends_with_what_matters),
		TEST(a_narrow_terminal_wraps_all_but_the_folder),
		TEST(colours_only_where_asked),
		TEST(no_colour_and_pipes_are_respected),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
