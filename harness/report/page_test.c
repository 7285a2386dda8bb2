// SPDX-License-Identifier: GPL-2.0-or-later
/* page_test.c - claims about the parts of the page about a run */
#include "report/test_hostile.h"

#include <stdlib.h>

#include "lab/plan.h"
#include "report/ladder.h"
#include "report/page.h"
#include "report/test_said.h"

#define KEY "correct-horse"

static const char config[] = "config remote 'acme'\n"
			     "\toption pre_shared_key '" KEY "'\n"
			     "\toption encryption_algorithm 'aes256'\n"
			     "\t\t\tfour\n\n\t\t\t six\n\t\t\tseven\n\t\t\teight\n";

struct fixture {
	struct said said;
	struct page page;
	struct plan plan;
	struct ladder ladder;
	struct buf out;
};

static void add_site(struct fixture *f, const char *name, const char *text)
{
	struct arena *arena = f->said.judgement.arena;
	struct scenario_site *site = vec_push(arena, &f->said.scenario.sites);

	*site = (struct scenario_site){ .name = name, .kind = DEVICE_OPENWRT };
	site->site = site_new(name, DEVICE_OPENWRT);
	vec_add(arena, &site->sources,
		((struct import_source){ .name = "etc/config/ipsec",
					 .bytes = text,
					 .length = strlen(text) }));
}

static void add_ladder(struct fixture *f, const char *text)
{
	struct arena *arena = f->said.judgement.arena;
	struct ladder_sa *sa = vec_push(arena, &f->ladder.sas);

	f->ladder.file = f->ladder.left = f->ladder.right = text;
	*sa = (struct ladder_sa){ .title = text, .outcome = text };
	for (unsigned int kind = RUNG_PLAIN; kind <= RUNG_FAILED; kind++)
		vec_add(arena, &sa->rungs,
			((struct rung){ .kind = (enum rung_kind)kind,
					.frame = 17 + kind,
					.name = text,
					.payloads = text,
					.detail = text,
					.error = text }));
	f->page.ladder = &f->ladder;
}

static void add_node(struct fixture *f, const char *text, enum node_role role, int site)
{
	struct arena *arena = f->said.judgement.arena;
	struct plan_node *node = vec_push(arena, &f->plan.nodes);

	*node = (struct plan_node){ .name = text, .role = role, .site = site };
	vec_add(arena, &node->interfaces,
		((struct plan_interface){ .name = text, .logical = text }));
	vec_add(arena, &node->addresses, ((struct plan_address){ .interface = text }));
	assert_int_equal(
		inet_prefix_parse("10.1.2.1/24", &node->addresses.items[0].prefix), 0);
}

/* Two sites, a fault at home, a ladder, a world; each text the same one. */
static void fill(struct fixture *f, const char *text)
{
	*f = (struct fixture){ 0 };
	said_fill(&f->said, text);
	f->said.judgement.diagnoses.items[0].site = "home";
	f->page = (struct page){ .judgement = &f->said.judgement,
				 .timeline = &f->said.timeline };
	add_site(f, "home", config);
	add_site(f, "acme", "config remote\n\toption encryption_algorithm 'aes128'\n");
	add_ladder(f, text);
	for (int site = -1; site < 2; site++) {
		add_node(f, text, NODE_HOST, site);
		if (site >= 0)
			add_node(f, text, NODE_GATEWAY, site);
	}
	f->said.judgement.plan = &f->plan;
	f->page.diffs[0] = f->page.diffs[1] = text;
	f->page.daemons[0] = f->page.daemons[1] = text;
	vec_add(f->said.judgement.arena, &f->page.cures,
		((struct page_cure){ text, text, text, text }));
	vec_add(f->said.judgement.arena, &f->page.files,
		((struct page_file){ arena_printf(f->said.judgement.arena, "f%s", text),
				     17, false }));
}

static void done(struct fixture *f)
{
	vec_foreach (site, &f->said.scenario.sites)
		site_free(site->site);
	buf_done(&f->out);
	said_done(&f->said);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	fill(f, HARMLESS);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	done(*state);
	free(*state);
	return 0;
}

static bool has(struct fixture *f, const char *text)
{
	if (!f->out.length)
		report_html(&f->page, &f->out);
	return strstr(buf_text(&f->out), text) != NULL;
}

/* ------------------------------------------------------------ the verdict of the VPN */

static void set_verdicts(struct fixture *f, enum verdict_kind kind)
{
	vec_foreach (verdict, &f->said.judgement.verdicts)
		verdict->kind = kind;
}

static void assert_vpn(struct fixture *f, const char *words, const char *class)
{
	const struct page_vpn vpn = page_vpn(&f->said.judgement);
	_cleanup_buf_ struct buf said = { 0 };

	buf_printf(&said, "%s%s", vpn.words, vpn.wanted);
	assert_string_equal(buf_text(&said), words);
	assert_string_equal(vpn.class, class);
}

static void broken_vpn_of_a_wanted_fault_is_broken_as_this_test_wants(void **state)
{
	struct fixture *f = *state;

	vec_add(f->said.judgement.arena, &f->said.scenario.faults, (struct fault){ 0 });
	f->said.judgement.outcome = OUTCOME_AS_EXPECTED;
	set_verdicts(f, VERDICT_BROKEN);
	assert_vpn(f, "broken, as this test wants", "broken");
	assert_true(has(f, "VPN: broken, as this test wants"));
}

static void only_a_vpn_without_faults_works(void **state)
{
	struct fixture *f = *state;
	struct judgement *judgement = &f->said.judgement;

	judgement->outcome = OUTCOME_AS_EXPECTED;
	set_verdicts(f, VERDICT_OK);
	assert_vpn(f, "faulty, though each check holds today, as expected", "broken");
	judgement->diagnoses.count = 0;
	assert_vpn(f, "works, as expected", "ok");
	judgement->verdicts.items[0].kind = VERDICT_UNPROVEN;
	assert_vpn(f, "works, though not all was proved, as expected", "ok");
	judgement->outcome = OUTCOME_UNEXPECTED;
	assert_vpn(f,
		   "works, though not all was proved, which is not what this test wants",
		   "broken");
	set_verdicts(f, VERDICT_UNPROVEN);
	judgement->outcome = OUTCOME_AS_EXPECTED;
	assert_vpn(f, "unproven, as expected", "unproven");
	set_verdicts(f, VERDICT_OK);
	judgement->outcome = OUTCOME_LAB_FAILED;
	assert_vpn(f, "unproven: the rehearsal itself broke off", "unproven");
	judgement->outcome = OUTCOME_CONTRADICTION;
	assert_vpn(f, "unproven: twinsite disagrees with itself", "unproven");
	judgement->outcome = OUTCOME_NOT_RUN;
	assert_vpn(f, "not rehearsed", "unproven");
}

static void tunnel_that_shall_be_down_does_not_work(void **state)
{
	struct fixture *f = *state;

	set_verdicts(f, VERDICT_OK);
	f->said.judgement.diagnoses.count = 0;
	f->said.judgement.outcome = OUTCOME_AS_EXPECTED;
	vec_add(f->said.judgement.arena, &f->said.scenario.expectations,
		((struct expectation){ .kind = EXPECT_TUNNEL, .to = "down" }));
	assert_vpn(f, "down, as this test wants", "unproven");
}

/* ------------------------------------------------------------ lines, links, secrets */

static void point_at(struct fixture *f, size_t value, const char *site, unsigned int line)
{
	f->said.judgement.diagnoses.items[0].values[value] = (struct diagnosis_value){
		.site = site,
		.setting = "encryption",
		.value = "AES",
		.at = { .file = "etc/config/ipsec", .line = line },
	};
}

static void both_lines_are_quoted_and_linked(void **state)
{
	struct fixture *f = *state;

	point_at(f, 0, "home", 3);
	point_at(f, 1, "acme", 2);
	assert_true(has(f, "<b><span class=\"n\">   3  </span> option "
			   "encryption_algorithm &#39;aes256&#39;</b>"));
	assert_true(has(f, "<b><span class=\"n\">   2  </span> option "
			   "encryption_algorithm &#39;aes128&#39;</b>"));
	assert_true(has(f, "href=\"#home-etc-config-ipsec-L3\""));
	assert_true(has(f, "id=\"home-etc-config-ipsec-L3\""));
}

static void add_selector(struct fixture *f, const char *local)
{
	struct site *site = f->said.scenario.sites.items[0].site;
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);
	struct selector *selector = vec_push(site->arena, &child->selectors);

	*selector = (struct selector){ 0 };
	if (local)
		assert_int_equal(inet_prefix_parse(local, &selector->local), 0);
}

/* NETMAP, a MIP: both LANs are 192.168.1.0/24 in the picture, and the tunnel has others. */
static void a_network_that_is_mapped_into_the_tunnel_is_in_the_picture(void **state)
{
	struct fixture *f = *state;

	add_selector(f, NULL);		/* the own address */
	add_selector(f, "10.1.2.0/24"); /* the gateway's own */
	add_selector(f, "10.202.1.0/24");
	assert_true(has(f, "in the tunnel 10.202.1.0/24"));
	assert_false(has(f, "in the tunnel 10.1.2.0"));
	assert_false(has(f, "in the tunnel <"));
}

/* A FRITZ!Box indents its words by 32 blanks: a phone has 40. */
static void what_all_quoted_lines_begin_with_is_left_out(void **state)
{
	struct fixture *f = *state;

	point_at(f, 0, "home", 6);
	assert_true(has(f, "<b><span class=\"n\">   6  </span> six</b>"));
	assert_true(has(f, "<span class=\"n\">   7  </span>seven\n"));
}

static void keys_of_the_files_are_not_shown(void **state)
{
	struct fixture *f = *state;

	point_at(f, 0, "home", 2);
	assert_true(has(f, "pre_shared_key"));
	assert_false(has(f, KEY));
}

static void one_administrator_sees_only_his_own_side(void **state)
{
	struct fixture *f = *state;

	point_at(f, 0, "home", 3);
	point_at(f, 1, "acme", 2);
	f->page.only = "acme";
	f->page.diffs[0] = "-his secret";
	f->page.diffs[1] = "-mine";
	assert_true(has(f, "for the administrator of acme"));
	assert_true(has(f, "aes128"));
	assert_false(has(f, "aes256"));
	assert_true(has(f, "-mine"));
	assert_false(has(f, "-his secret"));
	assert_false(has(f, "home-etc-config-ipsec"));
	assert_true(has(f, "stays with whoever rehearsed it"));
}

/* A check names the initiator's line; the other end's page has no use for it. */
static void a_check_names_no_line_of_the_other_end(void **state)
{
	struct fixture *f = *state;
	struct verdict *verdict = &f->said.judgement.verdicts.items[0];

	point_at(f, 0, "home", 3);
	verdict->at = (struct origin){ .file = "etc/config/ipsec", .line = 25 };
	f->said.scenario.sites.items[1].sources.items[0].name = "firewall.screenos";
	f->page.only = "acme";
	assert_false(has(f, "etc/config/ipsec:25"));
	buf_done(&f->out);
	f->out = (struct buf){ 0 };
	f->page.only = "home";
	assert_true(has(f, "etc/config/ipsec:25"));
}

/* On a phone the card with the quoted lines is below the first screen. */
static void both_lines_are_named_before_anything_is_scrolled(void **state)
{
	struct fixture *f = *state;
	const char *top, *card;

	point_at(f, 0, "home", 3);
	point_at(f, 1, "acme", 2);
	assert_true(has(f, "<p class=\"where\"><strong>home</strong>"));
	top = strstr(buf_text(&f->out), "<p class=\"where\"><strong>acme</strong>");
	card = strstr(buf_text(&f->out), "<dl>");
	assert_non_null(top);
	assert_non_null(card);
	assert_true(top < card);
}

static void set_fixes(struct fixture *f, const char *const fixes[], size_t count)
{
	struct diagnosis *first = &f->said.judgement.diagnoses.items[0];

	first->fixes.count = f->page.cures.count = 0;
	for (size_t i = 0; i < count; i++)
		vec_add(f->said.judgement.arena, &first->fixes, fixes[i]);
}

static bool top_has(struct fixture *f, const char *text)
{
	const char *found;

	buf_done(&f->out);
	f->out = (struct buf){ 0 };
	found = has(f, text) ? strstr(buf_text(&f->out), text) : NULL;
	return found && found < strstr(buf_text(&f->out), "</header>");
}

#define TITLED(title, text)                                                        \
	"<p class=\"where\"><strong>" title "</strong> <span class=\"mono\">" text \
	"</span>"
#define FIX(text) TITLED("Fix", text)

/* What was proved is what shall be written; of what was not the first that each end has. */
static void the_fix_is_named_before_anything_is_scrolled(void **state)
{
	static const char *const fixes[] = { "home: a:1: write b", "home: or c",
					     "acme: d:2: write e" };
	struct fixture *f = *state;

	set_fixes(f, fixes, ARRAY_SIZE(fixes));
	assert_true(top_has(f, FIX("home: a:1: write b")));
	assert_true(top_has(f, TITLED("or", "acme: d:2: write e")));
	assert_false(top_has(f, FIX("home: or c")));
	vec_add(f->said.judgement.arena, &f->page.cures,
		((struct page_cure){ .id = f->said.judgement.diagnoses.items[0].class->id,
				     .sentence = "home: or c" }));
	assert_true(top_has(f, FIX("home: or c") " <a href=\"#fix\">as a diff</a>"));
	assert_false(top_has(f, "acme: d:2: write e"));
	f->page.only = "acme";
	assert_false(top_has(f, FIX("home: or c")));
	assert_true(top_has(f, FIX("acme: d:2: write e")));
}

static void proof_links_to_the_file_beside_the_page(void **state)
{
	struct fixture *f = *state;

	vec_add(f->said.judgement.arena, &f->page.files,
		((struct page_file){ "a b&%.pcapng", 17, false }));
	f->said.judgement.diagnoses.items[0].proof.items[0] = "x.pcapng packet 9";
	page_add_proof(&f->out, &f->page, "x.pcapng packet 9");
	assert_string_equal(buf_text(&f->out), "<code>x.pcapng packet 9</code>");
	vec_add(f->said.judgement.arena, &f->page.files,
		((struct page_file){ "x.pcapng", 17, false }));
	f->out.length = 0;
	page_add_proof(&f->out, &f->page, "x.pcapng packet 9");
	assert_string_equal(buf_text(&f->out),
			    "<code><a href=\"./x.pcapng\">x.pcapng</a> "
			    "packet 9</code>");
	f->out.length = 0;
	assert_true(has(f, "href=\"./a%20b%26%25.pcapng\""));
}

static void nothing_comes_from_elsewhere(void **state)
{
	struct fixture *f = *state;

	assert_false(has(f, "http"));
	assert_false(has(f, "<script"));
	assert_false(has(f, "src="));
}

/* ------------------------------------------------------------ the ladder */

static void message_of_a_log_is_read_with_its_payloads(void **state)
{
	struct fixture *f = *state;
	struct ladder_log log = { 0 };

	ladder_learn(
		f->said.judgement.arena,
		"x 09[ENC] <acme|1> generating QUICK_MODE request 17 [ HASH SA No ]\n"
		"x 09[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n"
		"x 09[ENC] generating nonsense\n"
		"x 09[ENC] parsed QUICK_MODE request 17 [ HASH ]\n",
		&log);
	assert_int_equal(log.list.count, 2);
	assert_int_equal(log.list.items[0].id, 17);
	assert_string_equal(log.list.items[0].payloads, "HASH SA No");
	assert_string_equal(log.list.items[1].exchange, "IKE_AUTH");
	assert_true(log.list.items[1].is_response);
}

/* Two days of renewals: how it began, how it stands, what went wrong; the rest is a line each. */
static void of_many_ike_sas_the_first_the_last_and_the_odd_are_drawn(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = f->said.judgement.arena;

	f->ladder.sas.count = 0;
	for (unsigned int i = 0; i < 20; i++) {
		struct ladder_sa *sa = vec_push(arena, &f->ladder.sas);

		*sa = (struct ladder_sa){ .title = arena_printf(arena, "sa-%u.", i),
					  .outcome = "what came",
					  .is_up = i != 9 };
		vec_add(arena, &sa->rungs,
			((struct rung){ .frame = 100 + i, .name = "x" }));
	}
	for (unsigned int i = 0; i < 20; i++) {
		const bool is_drawn = i < 3 || i == 9 || i > 16;

		assert_true(has(
			f, arena_printf(arena,
					is_drawn ? "<h3>sa-%u.</h3>" : "<td>sa-%u.</td>",
					i)));
	}
	assert_true(has(f, "<summary>13 IKE SAs more, a line each</summary>"));
	assert_true(has(f, "<td class=\"num\">#116</td>"));
	f->ladder.sas.count = 8;
	buf_done(&f->out);
	f->out = (struct buf){ 0 };
	assert_false(has(f, "more, a line each"));
	assert_true(has(f, "<h3>sa-5.</h3>"));
}

static void each_message_has_its_packet_and_its_word(void **state)
{
	struct fixture *f = *state;

	assert_true(has(f, "#17</text>"));
	assert_true(has(f, "offered"));
	assert_true(has(f, "chosen"));
	assert_true(has(f, "refused"));
	assert_true(has(f, "<desc>"));
}

/* ------------------------------------------------------------ hostile text */

static void no_part_of_the_page_lets_a_hostile_string_out(void **state)
{
	struct fixture harmless, hostile;

	(void)state;
	fill(&harmless, HARMLESS);
	fill(&hostile, HOSTILE);
	/* A diff is as many elements as it has lines. */
	harmless.page.diffs[0] = harmless.page.diffs[1] = NULL;
	hostile.page.diffs[0] = hostile.page.diffs[1] = NULL;
	report_html(&harmless.page, &harmless.out);
	report_html(&hostile.page, &hostile.out);
	holds_no_hostile("page", MARKUP, &harmless.out, &hostile.out);
	done(&harmless);
	done(&hostile);
}

static void page_of_a_capture_lets_no_hostile_string_out(void **state)
{
	struct fixture harmless, hostile;

	(void)state;
	fill(&harmless, HARMLESS);
	fill(&hostile, HOSTILE);
	page_exchange(&harmless.ladder, &harmless.out);
	page_exchange(&hostile.ladder, &hostile.out);
	holds_no_hostile("capture", MARKUP, &harmless.out, &hostile.out);
	assert_non_null(strstr(buf_text(&harmless.out), "<svg"));
	done(&harmless);
	done(&hostile);
}

static void no_line_of_a_diff_lets_a_hostile_string_out(void **state)
{
	struct fixture f;

	(void)state;
	fill(&f, HOSTILE);
	report_html(&f.page, &f.out);
	assert_null(strstr(buf_text(&f.out), "</b><!--"));
	assert_null(strchr(buf_text(&f.out), 0x1b));
	done(&f);
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(broken_vpn_of_a_wanted_fault_is_broken_as_this_test_wants),
		TEST(only_a_vpn_without_faults_works),
		TEST(tunnel_that_shall_be_down_does_not_work),
		TEST(both_lines_are_quoted_and_linked),
		TEST(a_network_that_is_mapped_into_the_tunnel_is_in_the_picture),
		TEST(what_all_quoted_lines_begin_with_is_left_out),
		TEST(keys_of_the_files_are_not_shown),
		TEST(one_administrator_sees_only_his_own_side),
		TEST(a_check_names_no_line_of_the_other_end),
		TEST(both_lines_are_named_before_anything_is_scrolled),
		TEST(proof_links_to_the_file_beside_the_page),
		TEST(the_fix_is_named_before_anything_is_scrolled),
		TEST(of_many_ike_sas_the_first_the_last_and_the_odd_are_drawn),
		TEST(nothing_comes_from_elsewhere),
		TEST(message_of_a_log_is_read_with_its_payloads),
		TEST(each_message_has_its_packet_and_its_word),
		cmocka_unit_test(no_part_of_the_page_lets_a_hostile_string_out),
		cmocka_unit_test(page_of_a_capture_lets_no_hostile_string_out),
		cmocka_unit_test(no_line_of_a_diff_lets_a_hostile_string_out),
	};

	return cmocka_run_group_tests_name("report/page", tests, NULL, NULL);
}
