// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile_files_test.c - one hostile string in device files, captures and what a charon lists
 *
 * Beside hostile_test.c, which has the reports of a run: what `import` says of a site, what
 * `pcap` says of a capture and of its comparison with a scenario, the status of an end.
 */
#include "report/test_hostile.h"

#include "base/json.h"
#include "check/answer.h"
#include "check/check.h"
#include "check/interop.h"
#include "check/status.h"
#include "dissect/test_reading.h"
#include "dissect/test_stand_in.h"
#include "ipsec/alg.h"
#include "report/pcap.h"
#include "report/site_json.h"
#include "report/site_text.h"

/* ------------------------------------------------------------ a device's files */

static struct origin at(const char *text)
{
	return (struct origin){ .file = text, .line = 1, .source = text };
}

static struct text text_of(const char *text)
{
	return (struct text){ text, at(text) };
}

static struct identity identity_of(const char *text)
{
	return (struct identity){
		.type = ID_TYPE_FQDN, .value = text, .written = text, .at = at(text)
	};
}

static struct proposal proposal_of(struct arena *arena, const char *text)
{
	struct proposal proposal = { .name = text, .section = text, .at = at(text) };
	const struct proposal_alg word = { NULL, text, at(text) };

	vec_add(arena, &proposal.encr, word);
	vec_add(arena, &proposal.integ, word);
	vec_add(arena, &proposal.prf, word);
	vec_add(arena, &proposal.dh, word);
	return proposal;
}

static void fill_tunnel(struct site *site, const char *text)
{
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);
	const struct endpoint end = { .kind = ENDPOINT_NAME,
				      .name = text,
				      .at = at(text) };

	tunnel->name = tunnel->left_out = tunnel->bind_interface = text;
	tunnel->at = tunnel->version_at = tunnel->mode_at = at(text);
	tunnel->local = end;
	vec_add(site->arena, &tunnel->remotes, end);
	tunnel->local_id = tunnel->remote_id = identity_of(text);
	tunnel->auth = AUTH_UNKNOWN;
	tunnel->auth_word = text_of(text);
	tunnel->psk = (struct secret){ .is_set = true, .at = at(text) };
	vec_add(site->arena, &tunnel->proposals, proposal_of(site->arena, text));
	*child = (struct child){ .name = text, .rule_id = text, .at = at(text) };
	vec_add(site->arena, &child->proposals, proposal_of(site->arena, text));
	vec_add(site->arena, &child->selectors,
		((struct selector){ .local_at = at(text), .remote_at = at(text) }));
}

static void fill_firewall(struct site *site, const char *text)
{
	struct zone *zone = vec_push(site->arena, &site->zones);
	struct rule *rule = vec_push(site->arena, &site->rules);

	*zone = (struct zone){ .name = text,
			       .extra_src = text_of(text),
			       .extra_dest = text_of(text),
			       .at = at(text) };
	vec_add(site->arena, &zone->interfaces, text_of(text));
	vec_add(site->arena, &zone->devices, text_of(text));
	vec_add(site->arena, &site->forwardings,
		((struct zone_forwarding){ text, text, at(text) }));
	*rule = (struct rule){ .name = text,
			       .id = text,
			       .src_zone = text,
			       .dest_zone = text,
			       .extra = text_of(text),
			       .tunnel = text_of(text),
			       .target = TARGET_TUNNEL,
			       .pair = text,
			       .at = at(text) };
	vec_add(site->arena, &rule->protocols, text_of(text));
	vec_add(site->arena, &rule->src_names, text_of(text));
	vec_add(site->arena, &rule->icmp_types, text_of(text));
	vec_add(site->arena, &site->nat,
		((struct nat_rule){
			.src_zone = text, .dest_zone = text, .at = at(text) }));
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){ text, at(text) }));
}

static void fill_network(struct site *site, const char *text)
{
	vec_add(site->arena, &site->interfaces,
		((struct site_interface){ .name = text,
					  .device = text,
					  .zone = text,
					  .routing = text,
					  .at = at(text) }));
	vec_add(site->arena, &site->routes,
		((struct site_route){ .interface = text, .at = at(text) }));
	site->dns.local_domain = text_of(text);
	vec_add(site->arena, &site->dns.raw, text_of(text));
	vec_add(site->arena, &site->dns.rebind_domains, text_of(text));
	vec_add(site->arena, &site->dns.records,
		((struct dns_record){ .name = text, .at = at(text) }));
	vec_add(site->arena, &site->dns.forwards,
		((struct dns_forward){
			.domain = text, .source_interface = text, .at = at(text) }));
}

static struct site *site_filled(const char *text)
{
	struct site *site = site_new(text, DEVICE_OPENWRT);

	site->model = site->firmware = site->hostname = text;
	fill_network(site, text);
	fill_firewall(site, text);
	fill_tunnel(site, text);
	for (unsigned int kind = 0; kind <= REMARK_NOT_REHEARSED; kind++)
		vec_add(site->arena, &site->remarks,
			((struct remark){ .kind = (enum remark_kind)kind,
					  .text = text,
					  .word = text,
					  .tunnel = text,
					  .at = at(text) }));
	return site;
}

static void write_site_json(const struct site *site, struct buf *out)
{
	json_t *root = site_json(site, NULL);
	char *text = json_dumps(root, JSON_INDENT(1));

	buf_puts(out, text);
	free(text);
	json_decref(root);
}

static void what_is_imported_does_not_let_it_out(void **state)
{
	static const struct {
		const char *name;
		enum format format;
		void (*write)(const struct site *site, struct buf *out);
	} formats[] = { { "import", LINES, site_text },
			{ "remarks of import", LINES, site_text_remarks },
			{ "import as JSON", JSON, write_site_json } };
	struct site *harmless = site_filled(HARMLESS), *hostile = site_filled(HOSTILE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		_cleanup_buf_ struct buf wanted = { 0 }, found = { 0 };

		formats[i].write(harmless, &wanted);
		formats[i].write(hostile, &found);
		holds_no_hostile(formats[i].name, formats[i].format, &wanted, &found);
	}
	site_free(harmless);
	site_free(hostile);
}

/* ------------------------------------------------------------ a capture */

#define PEER	      "ike-scan@example.net" /* the identity in the capture, so long: */
#define HARMLESS_PEER HARMLESS "-word-word-word-"
#define HOSTILE_PEER  "\n::\x1b[3\xff\xc2\x9b:: error::x"

struct told {
	struct interop interop;
	struct replay replay;
	struct pcap_report report;
	struct test_reading reading;
};

static void fill_answer(struct arena *arena, struct answer *answer, const char *text)
{
	answer->summary = answer->refused_here = answer->refused_there = text;
	for (unsigned int kind = 0; kind <= ANSWER_ONLY_HERE; kind++)
		vec_add(arena, &answer->lines,
			((struct answer_line){ (enum answer_kind)kind, true, text, text,
					       text }));
}

static void fill_comparison(struct told *told, const char *text)
{
	struct arena *arena = told->reading.arena;
	struct replay_result *result = vec_push(arena, &told->replay.results);

	told->interop.arena = told->replay.arena = arena;
	for (unsigned int kind = 0; kind <= INTEROP_NOTE; kind++)
		vec_add(arena, &told->interop.lines,
			((struct interop_line){ (enum interop_kind)kind, 0, text, text,
						text, text, at(text) }));
	for (unsigned int end = 0; end <= TALK_UNTOLD; end++) {
		struct replay_talk *talk = vec_push(arena, &told->replay.talks);

		*talk = (struct replay_talk){ .site = text,
					      .tunnel = text,
					      .end = (enum talk_end)end,
					      .text = text,
					      .cause = text };
		vec_add(arena, &talk->remarks, text_of(text));
	}
	vec_add(arena, &told->interop.verdicts,
		((struct interop_verdict){ .site = text,
					   .tunnel = text,
					   .as_responder = INTEROP_TAKES,
					   .as_initiator = INTEROP_REFUSES,
					   .why_responder = text,
					   .why_initiator = text,
					   .live = text,
					   .talk_responder = told->replay.talks.items,
					   .is_contradicted = true }));
	*result = (struct replay_result){ .site = text,
					  .identity = text,
					  .is_answered = true,
					  .again = text,
					  .here = text,
					  .recorded = text };
	fill_answer(arena, &result->answer, text);
	vec_add(arena, &told->replay.remarks, text_of(text));
}

static void told_fill(struct told *told, const char *text, const char *peer)
{
	_cleanup_buf_ struct buf capture = { 0 };
	char *place;

	memset(told, 0, sizeof(*told));
	assert_int_equal(strlen(peer), strlen(PEER));
	reading_begin(&told->reading, NULL);
	stand_in_make(&told->reading, "screenos-5.4.0-aggressive-sha1", &capture);
	place = memmem(capture.data, capture.length, PEER, strlen(PEER));
	assert_non_null(place);
	memcpy(place, peer, strlen(PEER));
	assert_true(reading_take_bytes(&told->reading, capture.data, capture.length));
	fill_comparison(told, text);
	told->report = (struct pcap_report){ .name = text,
					     .set = told->reading.set,
					     .end = text,
					     .scenario = text,
					     .interop = &told->interop,
					     .replay = &told->replay };
}

static void write_comparison(const struct pcap_report *report, struct buf *out)
{
	pcap_interop_text(report->interop, report->scenario, out);
	pcap_verdict_text(report->interop, report->scenario, out);
	pcap_replay_text(report->replay, report->scenario, out);
}

/* Values are for programs, as they are; what is printed goes through base/out.h. */
static void print_json(const struct pcap_report *report, struct buf *out)
{
	_cleanup_buf_ struct buf json = { 0 };

	pcap_json(report, &json);
	plain_text(buf_text(&json), PLAIN_LINES, out);
}

static void what_a_capture_tells_does_not_let_it_out(void **state)
{
	static const struct {
		const char *name;
		enum format format;
		void (*write)(const struct pcap_report *report, struct buf *out);
	} formats[] = { { "pcap", LINES, pcap_text },
			{ "comparison of pcap", LINES, write_comparison },
			{ "pcap as JSON", JSON, print_json } };
	struct told harmless, hostile;

	(void)state;
	told_fill(&harmless, HARMLESS, HARMLESS_PEER);
	told_fill(&hostile, HOSTILE, HOSTILE_PEER);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		_cleanup_buf_ struct buf wanted = { 0 }, found = { 0 };

		formats[i].write(&harmless.report, &wanted);
		formats[i].write(&hostile.report, &found);
		holds_no_hostile(formats[i].name, formats[i].format, &wanted, &found);
	}
	reading_done(&harmless.reading);
	reading_done(&hostile.reading);
}

/* ------------------------------------------------------------ what a charon lists */

/* An SA whose every word is the text, as charon's list is recorded. */
static void add_sas(struct timeline *timeline, const char *text)
{
	static const char *const words[] = { "uniqueid",    "local-host", "local-id",
					     "remote-host", "remote-id",  "established" };
	static const char *const child_words[] = { "name",   "uniqueid", "state",
						   "mode",   "reqid",	 "encap",
						   "spi-in", "spi-out" };
	json_t *child = json_object(), *sa = json_of("{s:s}", "state", "ESTABLISHED");
	json_t *children = json_object(), *named = json_object(), *list = json_array();
	json_t *networks = json_array(), *event;
	char *line;

	json_array_append_new(networks, json_kept(text));
	for (size_t i = 0; i < ARRAY_SIZE(child_words); i++)
		json_add(child, child_words[i], json_kept(text));
	json_add(child, "local-ts", json_incref(networks));
	json_add(child, "remote-ts", networks);
	json_add(children, text, child);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		json_add(sa, words[i], json_kept(text));
	json_add(sa, "child-sas", children);
	json_add(named, text, sa);
	json_array_append_new(list, named);
	event = json_of("{s:i, s:s, s:s, s:s, s:s, s:o}", "t", 1, "node", "here",
			"source", "vici", "kind", "sas", "label", "up", "sas", list);
	line = json_dumps(event, JSON_COMPACT);
	assert_int_equal(timeline_add_line(timeline, line, strlen(line)), 0);
	free(line);
	json_decref(event);
}

static void status_of(const char *text, struct buf *out)
{
	struct arena *arena = arena_new();
	struct scenario scenario = { .name = "x" };
	struct timeline timeline = { 0 };
	struct check_input input = { .scenario = &scenario, .timeline = &timeline };

	vec_add(arena, &scenario.sites, ((struct scenario_site){ .name = "here" }));
	add_sas(&timeline, text);
	check_status(&input, 0, "up", out);
	timeline_done(&timeline);
	arena_free(arena);
}

static void the_status_of_an_end_does_not_let_it_out(void **state)
{
	_cleanup_buf_ struct buf wanted = { 0 }, found = { 0 };

	(void)state;
	status_of(HARMLESS, &wanted);
	status_of(HOSTILE, &found);
	holds_no_hostile("status", LINES, &wanted, &found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_imported_does_not_let_it_out),
		cmocka_unit_test(what_a_capture_tells_does_not_let_it_out),
		cmocka_unit_test(the_status_of_an_end_does_not_let_it_out),
	};

	return cmocka_run_group_tests_name("report/hostile_files", tests, NULL, NULL);
}
