// SPDX-License-Identifier: GPL-2.0-or-later
/* apply_test.c - statements into texts, as each language takes them */
#include "fix/apply.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "base/test_text.h"

#define UCI                                                                          \
	"config remote 'a'\n\toption 'gateway' '1.1.1.1' # old\n\tlist tunnel 'x'\n" \
	"\nconfig tunnel 'x'\n"
#define SWANCTL                                                                    \
	"connections {\n  a {\n    version = 1 # one\n    local {\n      id = a\n" \
	"    }\n    remote { auth = psk }\n  }\n}\n"
#define AVM                                                                          \
	"vpncfg {\n        connections {\n                mode = phase1_mode_idp;\n" \
	"                localid {\n                        ipaddr = 1.2.3.4;\n"     \
	"                }\n        }\n}\n"
#define CONN "conn a\n  left=1.1.1.1\n\tauto=add\n\nconn b\n  left=2.2.2.2\n"
#define SCREENOS                                                                 \
	"set ike gateway \"g\" address 1.1.1.1 Main outgoing-interface \"e 1\" " \
	"preshare \"a b\" proposal \"pre-g2-des-sha\"\r\n"
#define JUNOS                                                                        \
	"security {\n    ike {\n        gateway g {\n            version v1-only;\n" \
	"        }\n    }\n}\n"

static const struct {
	const char *claim;
	enum edit_language language;
	enum edit_place place;
	unsigned int line;
	const char *text, *before, *after; /* after NULL: it is refused */
} rows[] = {
	{ "an_option_is_replaced_in_its_own_spelling", EDIT_UCI, EDIT_IN_BLOCK, 3,
	  "option gateway '2.2.2.2'", UCI,
	  "config remote 'a'\n\toption 'gateway' '2.2.2.2'\n\tlist tunnel 'x'\n"
	  "\nconfig tunnel 'x'\n" },
	{ "an_option_that_is_not_there_stands_below_the_head", EDIT_UCI, EDIT_IN_BLOCK, 1,
	  "option enabled '1'", UCI,
	  "config remote 'a'\n\toption enabled '1'\n\toption 'gateway' '1.1.1.1' # old\n"
	  "\tlist tunnel 'x'\n\nconfig tunnel 'x'\n" },
	{ "a_list_gets_one_more_entry", EDIT_UCI, EDIT_IN_BLOCK, 2, "list tunnel 'y'",
	  UCI,
	  "config remote 'a'\n\toption 'gateway' '1.1.1.1' # old\n\tlist tunnel 'x'\n"
	  "\tlist tunnel 'y'\n\nconfig tunnel 'x'\n" },
	{ "an_option_goes", EDIT_UCI, EDIT_IN_BLOCK, 1, "no option gateway", UCI,
	  "config remote 'a'\n\tlist tunnel 'x'\n\nconfig tunnel 'x'\n" },
	{ "an_empty_section_takes_one", EDIT_UCI, EDIT_IN_BLOCK, 5, "option a 'b'", UCI,
	  "config remote 'a'\n\toption 'gateway' '1.1.1.1' # old\n\tlist tunnel 'x'\n"
	  "\nconfig tunnel 'x'\n\toption a 'b'\n" },
	{ "a_section_before_another", EDIT_UCI, EDIT_BEFORE_BLOCK, 5,
	  "config b\n\tlist c 'd'", "config a\n\nconfig e\n\nconfig f\n\toption g 'h'\n",
	  "config a\n\nconfig e\n\nconfig b\n\tlist c 'd'\n\nconfig f\n\toption g 'h'\n" },
	{ "prose_is_no_statement_of_uci", EDIT_UCI, EDIT_IN_BLOCK, 1,
	  "option a 'b' in each tunnel", UCI, NULL },
	{ "a_line_that_is_not_there", EDIT_UCI, EDIT_IN_BLOCK, 50, "option a 'b'", UCI,
	  NULL },
	{ "a_value_of_swanctl", EDIT_SWANCTL, EDIT_IN_BLOCK, 3, "version = 2", SWANCTL,
	  "connections {\n  a {\n    version = 2 # one\n    local {\n      id = a\n"
	  "    }\n    remote { auth = psk }\n  }\n}\n" },
	{ "a_new_value_of_swanctl_has_its_block's_indentation", EDIT_SWANCTL,
	  EDIT_IN_BLOCK, 2, "aggressive = yes", SWANCTL,
	  "connections {\n  a {\n    aggressive = yes\n    version = 1 # one\n"
	  "    local {\n      id = a\n    }\n    remote { auth = psk }\n  }\n}\n" },
	{ "a_block_named_at_a_line_in_it", EDIT_SWANCTL, EDIT_IN_BLOCK, 5,
	  "local { id = b }", SWANCTL,
	  "connections {\n  a {\n    version = 1 # one\n    local {\n      id = b\n"
	  "    }\n    remote { auth = psk }\n  }\n}\n" },
	{ "a_new_value_has_the_file's_line_ends", EDIT_SWANCTL, EDIT_IN_BLOCK, 2,
	  "aggressive = yes", "connections {\r\n  a {\r\n    version = 1\r\n  }\r\n}\r\n",
	  "connections {\r\n  a {\r\n    aggressive = yes\r\n    version = 1\r\n  }\r\n"
	  "}\r\n" },
	{ "a_new_value_before_another_on_the_brace's_line", EDIT_SWANCTL, EDIT_IN_BLOCK,
	  2, "local { id = b }", "a {\n  local { auth = psk }\n}\n",
	  "a {\n  local {\n      id = b\n  auth = psk }\n}\n" },
	{ "a_new_value_of_a_box_before_another", EDIT_VPNCFG, EDIT_IN_BLOCK, 1, "b = 2;",
	  "a { c = 1; }\n", "a {\n    b = 2;\nc = 1; }\n" },
	{ "a_new_value_of_no_block_stands_first", EDIT_SWANCTL, EDIT_IN_BLOCK, 1, "b = 2",
	  "c = 1\n", "b = 2\nc = 1\n" },
	{ "its_brother_on_one_line", EDIT_SWANCTL, EDIT_IN_BLOCK, 5,
	  "remote { auth = pubkey }", SWANCTL,
	  "connections {\n  a {\n    version = 1 # one\n    local {\n      id = a\n"
	  "    }\n    remote { auth = pubkey }\n  }\n}\n" },
	{ "a_value_of_a_box", EDIT_VPNCFG, EDIT_IN_BLOCK, 3,
	  "mode = phase1_mode_aggressive;", AVM,
	  "vpncfg {\n        connections {\n                mode = "
	  "phase1_mode_aggressive;\n                localid {\n"
	  "                        ipaddr = 1.2.3.4;\n                }\n        }\n}\n" },
	{ "an_identity_of_a_box_is_one_value", EDIT_VPNCFG, EDIT_IN_BLOCK, 5,
	  "localid { fqdn = \"a.b\"; }", AVM,
	  "vpncfg {\n        connections {\n                mode = phase1_mode_idp;\n"
	  "                localid { fqdn = \"a.b\"; }\n        }\n}\n" },
	{ "a_word_of_a_conn", EDIT_IPSEC_CONF, EDIT_IN_BLOCK, 2, "auto=route", CONN,
	  "conn a\n  left=1.1.1.1\n  auto=route\n\nconn b\n  left=2.2.2.2\n" },
	{ "a_new_word_of_the_second_conn", EDIT_IPSEC_CONF, EDIT_IN_BLOCK, 6, "auto=add",
	  CONN,
	  "conn a\n  left=1.1.1.1\n\tauto=add\n\nconn b\n  auto=add\n  left=2.2.2.2\n" },
	{ "the_word_behind_a_word", EDIT_COMMANDS, EDIT_IN_BLOCK, 1,
	  "proposal \"pre-g2-aes128-sha\"", SCREENOS,
	  "set ike gateway \"g\" address 1.1.1.1 Main outgoing-interface \"e 1\" preshare "
	  "\"a b\" proposal \"pre-g2-aes128-sha\"\r\n" },
	{ "the_mode_stands_alone", EDIT_COMMANDS, EDIT_IN_BLOCK, 1, "Aggr", SCREENOS,
	  "set ike gateway \"g\" address 1.1.1.1 Aggr outgoing-interface \"e 1\" preshare "
	  "\"a b\" proposal \"pre-g2-des-sha\"\r\n" },
	{ "a_command_comes_last_with_the_file's_line_ends", EDIT_COMMANDS, EDIT_IN_BLOCK,
	  1, "set ike gateway \"g\" nat-traversal", "set a\r\n",
	  "set a\r\nset ike gateway \"g\" nat-traversal\r\n" },
	{ "a_value_between_braces_of_junos", EDIT_BRACES, EDIT_IN_BLOCK, 0,
	  "set security ike gateway g version v2-only", JUNOS,
	  "security {\n    ike {\n        gateway g {\n            version v2-only;\n"
	  "        }\n    }\n}\n" },
	{ "a_value_of_junos_goes", EDIT_BRACES, EDIT_IN_BLOCK, 0,
	  "delete security ike gateway other version", JUNOS, NULL },
	{ "several_statements_one_after_the_other", EDIT_UCI, EDIT_IN_BLOCK, 2,
	  "option a 'b'\nno option gateway\n", UCI,
	  "config remote 'a'\n\toption a 'b'\n\tlist tunnel 'x'\n\nconfig tunnel 'x'\n" },
	{ "a_line_at_the_end_without_a_line_end", EDIT_LINES, EDIT_AT_END, 0, "b", "a",
	  "a\nb\n" },
	{ "a_new_file", EDIT_LINES, EDIT_AT_END, 0, "b", "", "b\n" },
	{ "a_line_as_a_whole", EDIT_UCI, EDIT_LINE, 3, "list tunnel 'z'", UCI,
	  "config remote 'a'\n\toption 'gateway' '1.1.1.1' # old\n\tlist tunnel 'z'\n"
	  "\nconfig tunnel 'x'\n" },
	{ "what_is_deactivated_is_activated_behind_it", EDIT_SET_PATHS, EDIT_IN_BLOCK, 1,
	  "activate interfaces st0", "deactivate interfaces st0\n",
	  "deactivate interfaces st0\nactivate interfaces st0\n" },
	{ "inactive_is_taken_out_of_its_line", EDIT_BRACES, EDIT_IN_BLOCK, 2,
	  "activate interfaces st0", "interfaces {\n    inactive: st0 {\n    }\n}\n",
	  "interfaces {\n    st0 {\n    }\n}\n" },
	{ "two_on_one_line_are_one_too_many", EDIT_BRACES, EDIT_IN_BLOCK, 1, "activate a",
	  "inactive: a; inactive: b;\n", NULL },
	{ "a_word_that_stands_once", EDIT_LINES, EDIT_WORD, 1, "10.1.2.0/24\n10.1.3.0/24",
	  "x 110.1.2.0/24 10.1.2.0/24\n", "x 110.1.2.0/24 10.1.3.0/24\n" },
	{ "a_word_that_stands_twice", EDIT_LINES, EDIT_WORD, 1, "a\nb", "a a\n", NULL },
};

static void each_language_takes_its_statements(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct edit edit = { .place = rows[i].place,
					   .at = { .file = "f", .line = rows[i].line },
					   .text = rows[i].text };
		_cleanup_buf_ struct buf out = { 0 };
		struct err err = { 0 };
		int r = edit_apply(rows[i].language, &edit, rows[i].before, &out, &err);

		if ((r == 0) != (rows[i].after != NULL))
			fail_msg("%s: %d %s", rows[i].claim, r, err.text);
		if (!r && !str_equal(buf_text(&out), rows[i].after))
			fail_msg("%s:\n%s", rows[i].claim, buf_text(&out));
		if (r && !err.text[0])
			fail_msg("%s: no sentence", rows[i].claim);
	}
}

static void no_cut_text_is_read_past_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t length = 0; length < strlen(rows[i].before); length++) {
			_cleanup_free_ char *text = strndup(rows[i].before, length);
			const struct edit edit = { .place = rows[i].place,
						   .at = { .line = rows[i].line },
						   .text = rows[i].text };
			_cleanup_buf_ struct buf out = { 0 };
			struct err err = { 0 };

			(void)edit_apply(rows[i].language, &edit, text, &out, &err);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_language_takes_its_statements),
		cmocka_unit_test(no_cut_text_is_read_past_its_end),
	};

	return cmocka_run_group_tests_name("fix/apply", tests, NULL, NULL);
}
