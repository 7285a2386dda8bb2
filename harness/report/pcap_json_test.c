// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcap_json_test.c - the JSON of a capture says whatever its text says
 *
 * The text is taken word by word. Each word must stand somewhere in a string of the
 * JSON, or be a number that is there too (rounded as the text rounds it), or be one of
 * the words that the text is laid out with. So nobody can tell people a fact and
 * forget the programs.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "capture/shared_pcaps.h"
#include "check/answer.h"
#include "check/interop.h"
#include "dissect/test_reading.h"
#include "report/pcap.h"
#include "scenario/scenario.h"

/* What the layout of the text is made of; facts do not belong here. */
static const char *const layout[] = {
	/* overview */
	"overview",
	"DNS",
	"problem",
	"problems",
	"shown",
	"SAs",
	"more",
	/* head, peers */
	"packets",
	"packet",
	"in",
	"s",
	"IKE",
	"SA",
	"SPIs",
	"port",
	"because",
	"of",
	"identity",
	"proof",
	"offers",
	"NAT-T",
	"DPD",
	"XAUTH",
	"offered",
	"chosen",
	"outcome",
	"child",
	"rekeying",
	"PFS",
	"with",
	"group",
	"by",
	"the",
	"KE",
	"payload",
	"messages",
	"%",
	"unknown",
	"===",
	/* proofs: a sentence for each verdict */
	"pre-shared",
	"key",
	"is",
	"one",
	"uses",
	"another",
	"than",
	"what",
	"was",
	"given",
	"no",
	"--psk",
	"KEY",
	/* behind_nat true, false */
	"behind",
	"a",
	"NAT",
	"hash",
	"its",
	"address",
	"not",
	"that",
	"seen",
	"here",
	"or",
	"it",
	"asks",
	"for",
	"UDP",
	"encapsulation",
	"between",
	"and",
	"this",
	"capture",
	/* the ladder: from, response, state, repeats, copies, silence_before */
	"i",
	"r",
	"──▶",
	"◀──",
	"request",
	"response",
	"decrypted",
	"encrypted",
	"WRONG",
	"ICV",
	"does",
	"fit",
	"beginning",
	"captured",
	"fragment",
	"bytes",
	"sent",
	"again",
	"time",
	"times",
	"last",
	"later",
	"at",
	"once",
	"on",
	"more",
	"interface",
	"interfaces",
	"…",
	"silence",
	/* notes, by level */
	"!",
	"?",
	"·",
	/* flows */
	"ESP",
	"AH",
	"SPI",
	"→",
	"ports",
	"kbit/s",
	"sequence",
	"to",
	"missing",
	"in",
	"the",
	"end",
	"or",
	"gone",
	"another",
	"address",
	"with",
	"that",
	"captured",
	"once",
	"more",
	"late",
	"repeated",
	"inside",
	"are",
	"outside",
	"SA's",
	"selectors",
	"first",
	/* against a scenario */
	"Against",
	"scenario",
	"would",
	"peers",
	"understand",
	"recorded",
	"ones",
	"tunnel",
	"fits",
	"DIFFERS",
	"note",
	"Verdict",
	"they",
	"do",
	"tell",
};

/* All strings of a JSON tree, a line each, and all its numbers. */
struct facts {
	struct buf strings;
	double numbers[65536];
	size_t count;
};

static void collect(const json_t *json, struct facts *facts)
{
	const char *key;
	json_t *value;
	size_t index;

	if (json_is_string(json)) {
		buf_puts(&facts->strings, json_string_value(json));
		buf_putc(&facts->strings, '\n');
	} else if (json_is_number(json) && facts->count < ARRAY_SIZE(facts->numbers)) {
		facts->numbers[facts->count++] = json_number_value(json);
	} else if (json_is_array(json)) {
		json_array_foreach (json, index, value)
			collect(value, facts);
	} else if (json_is_object(json)) {
		/* ESP's status and the kinds of packets are keys. */
		json_object_foreach ((json_t *)(uintptr_t)json, key, value) {
			buf_puts(&facts->strings, key);
			buf_putc(&facts->strings, '\n');
			collect(value, facts);
		}
	}
}

static bool is_layout(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(layout); i++)
		if (str_equal(layout[i], word))
			return true;
	return false;
}

/* 0.072 is there as 0.0718…; a message id may be written in hex. */
static bool is_number(const struct facts *facts, const char *word)
{
	const char *dot = strchr(word, '.');
	double half = dot ? 0.51 : 0;
	char *end, *hex_end;
	double value = strtod(word, &end);
	unsigned long hex = strtoul(word, &hex_end, 16);

	for (const char *digit = dot; digit && digit[1]; digit++)
		half /= 10;
	for (size_t i = 0; i < facts->count; i++) {
		double off = facts->numbers[i] - value;

		if (!*end && off <= half && off >= -half)
			return true;
		if (!*hex_end && strlen(word) == 8 &&
		    facts->numbers[i] == (double)hex) /* NOLINT: whole numbers */
			return true;
	}
	return false;
}

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

/* As a whole word: "2" is not told by "192.168.1.2". */
static bool is_in_strings(const struct facts *facts, const char *word)
{
	const char *text = buf_text(&facts->strings), *at = text;
	size_t length = strlen(word);

	for (; (at = strstr(at, word)); at++)
		if ((at == text || !is_part(at[-1]) || !is_part(*word)) &&
		    (!is_part(at[length]) || !is_part(word[length - 1]) ||
		     (at[length] == '.' && isspace((unsigned char)at[length + 1]))))
			return true;
	return false;
}

static bool is_told(const struct facts *facts, const char *word)
{
	return !*word || is_layout(word) || is_number(facts, word) ||
	       is_in_strings(facts, word);
}

/* Without what punctuation the layout puts around it. */
static char *trim(char *word)
{
	size_t length;

	while (*word && strchr("#([", *word))
		word++;
	length = strlen(word);
	while (length && strchr(",:;)]?", word[length - 1]) && word[length - 1] != '\0')
		word[--length] = '\0';
	if (str_ends(word, "'s"))
		word[length - 2] = '\0';
	return word;
}

/*
 * Which part of the JSON a line of the text is about: so that a cipher of one flow is
 * not taken for told because another flow has the same.
 */
struct section {
	json_t *root;
	const json_t *now; /* borrowed */
	size_t sas, flows;
	bool is_in_flows;
};

static const json_t *section_next(struct section *section, const char *line)
{
	if (str_starts(line, "IKE SA "))
		return json_array_get(json_object_get(section->root, "ike_sas"),
				      section->sas++);
	if (str_starts(line, "ESP and AH") || str_starts(line, "Against "))
		section->is_in_flows = *line == 'E';
	if (str_starts(line, "Against "))
		return json_object_get(section->root, "comparison");
	if (section->is_in_flows && str_starts(line, "  ? "))
		return json_object_get(section->root, "notes");
	if (section->is_in_flows && str_starts(line, "  ") && line[2] != ' ')
		return json_array_get(json_object_get(section->root, "esp_flows"),
				      section->flows++);
	return section->now;
}

static unsigned int line_is_in(const char *name, char *line, const struct facts *facts)
{
	unsigned int missing = 0;
	char *state, *word;

	for (word = strtok_r(line, " ", &state); word;
	     word = strtok_r(NULL, " ", &state)) {
		/* As it stands, or without the punctuation around it. */
		if (is_told(facts, word) || is_told(facts, trim(word)))
			continue;
		print_error("%s: '%s' is not in the JSON\n", name, word);
		missing++;
	}
	return missing;
}

static void text_is_in_json(const char *name, const struct buf *text,
			    const struct buf *json)
{
	static struct facts facts;
	json_error_t error;
	struct section section = { .root = json_loads(buf_text(json), 0, &error) };
	const json_t *before = NULL;
	unsigned int missing = 0;
	char *line, *next;

	if (!section.root)
		fail_msg("%s: no single JSON document: %s", name, error.text);
	section.now = section.root;
	for (line = text->data; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		section.now = section_next(&section, line);
		if (section.now != before) {
			facts.count = facts.strings.length = 0;
			collect(section.now, &facts);
			before = section.now;
		}
		missing += line_is_in(name, line, &facts);
	}
	buf_done(&facts.strings);
	json_decref(section.root);
	assert_int_equal(missing, 0);
}

static void compare_both(const char *path, const char *keys, const char *psk,
			 const char *scenario_path)
{
	_cleanup_reading_ struct test_reading reading;
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_buf_ struct buf text = { 0 }, json = { 0 };
	struct interop interop = { 0 };
	struct pcap_report report = { .name = path };

	reading_begin(&reading, psk);
	reading_keys(&reading, keys);
	reading_take(&reading, path, UINT_MAX);
	interop.arena = reading.arena;
	report.set = reading.set;
	report.end = capture_file_end_text(reading.file);
	report.file = reading.file;
	if (scenario_path) {
		assert_int_equal(scenario_load(scenario_path, &scenario, NULL), 0);
		interop_compare(reading.set, scenario, &interop);
		report.scenario = scenario->name;
		report.interop = &interop;
	}
	pcap_text(&report, &text);
	pcap_json(&report, &json);
	text_is_in_json(path, &text, &json);
}

static void every_fact_of_the_reference_texts_is_in_their_json(void **state)
{
	(void)state;
	compare_both("pcaps/acme.pcapng", "pcaps/acme.keys", "yourpasswordhere",
		     "scenarios/acme");
	compare_both("pcaps/acme.pcapng", NULL, "other", "scenarios/office");
	compare_both("pcaps/fritzbox.pcapng", "pcaps/fritzbox.keys", "other",
		     "scenarios/fritzbox");
	compare_both("pcaps/ikev2.pcapng", "pcaps/ikev2.keys", "correct-horse-battery",
		     "scenarios/office");
	compare_both("pcaps/ikev2-gcm.pcapng", "pcaps/ikev2-gcm.keys",
		     "correct-horse-battery", "scenarios/office-gcm");
	compare_both("pcaps/ikev2-chacha.pcapng", "pcaps/ikev2-chacha.keys", "other",
		     "scenarios/office");
}

static void compare_shared(const char *name, const char *path, void *user)
{
	(void)name;
	(void)user;
	compare_both(path, NULL, "garibaldi", "scenarios/acme");
}

static void every_fact_about_a_shared_capture_is_in_its_json(void **state)
{
	unsigned int count = shared_pcaps_each(compare_shared, NULL);

	(void)state;
	if (!count)
		shared_pcaps_skip();
	assert_true(count > 20);
}

static void a_fact_that_only_the_text_has_is_found_missing(void **state)
{
	static struct facts facts;

	(void)state;
	buf_puts(&facts.strings, "AES-128-CBC, SHA-1");
	facts.numbers[facts.count++] = 0.07184;
	assert_true(is_told(&facts, "SHA-1"));
	assert_true(is_told(&facts, "0.072"));
	assert_false(is_told(&facts, "0.073"));
	assert_false(is_told(&facts, "SHA2-256"));
	assert_false(is_told(&facts, "42"));
	buf_done(&facts.strings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fact_of_the_reference_texts_is_in_their_json),
		cmocka_unit_test(every_fact_about_a_shared_capture_is_in_its_json),
		cmocka_unit_test(a_fact_that_only_the_text_has_is_found_missing),
	};

	return cmocka_run_group_tests_name("report/pcap_json", tests, NULL, NULL);
}
