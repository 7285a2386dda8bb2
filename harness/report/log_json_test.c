// SPDX-License-Identifier: GPL-2.0-or-later
/* log_json_test.c - claims: what a log says, for programs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "log/answer.h"
#include "log/ladder.h"
#include "report/log_json.h"

static json_t *json_of_log(const char *text)
{
	struct log_reader *reader = log_reader_new();
	_cleanup_buf_ struct buf out = { 0 };
	struct log_answer answer;
	json_t *root;

	log_reader_add(reader, text, strlen(text));
	log_reader_end(reader);
	log_answer(reader, &answer);
	report_log_json(reader, &answer, NULL, &(struct log_pair){ NULL }, &out);
	log_reader_free(reader);
	root = json_loads(buf_text(&out), 0, NULL);
	assert_non_null(root);
	return root;
}

static const char *string_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void a_refused_group_has_both_values_and_its_line(void **state)
{
	json_t *root = json_of_log(
		"05[IKE] <1> 192.0.2.7 is initiating an IKE_SA\n"
		"05[CFG] <1> received proposals: "
		"IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n"
		"05[CFG] <1> configured proposals: "
		"IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256\n"
		"05[IKE] <1> received proposals unacceptable\n");
	const json_t *attempt = json_array_get(json_object_get(root, "attempts"), 0);
	const json_t *value = json_array_get(json_object_get(attempt, "values"), 0);
	const json_t *class = json_array_get(json_object_get(root, "classes"), 0);

	(void)state;
	assert_string_equal(string_at(root, "verdict"), "one");
	assert_string_equal(string_at(class, "id"), "F22");
	assert_string_equal(string_at(attempt, "role"), "responder");
	assert_string_equal(string_at(value, "peer"), "MODP_2048");
	assert_string_equal(string_at(value, "own"), "ECP_256");
	assert_int_equal(
		json_integer_value(json_object_get(
			json_array_get(json_object_get(attempt, "quotes"), 0), "line")),
		2);
	json_decref(root);
}

static void what_nobody_reads_and_what_proves_nothing_differ(void **state)
{
	json_t *noise = json_of_log("eth0: link up\n"),
	       *piece = json_of_log("05[CFG] selected proposal: ESP:AES_GCM_16_256\n"
				    "05[CFG] received proposals: ESP:AES_GCM_16_256\n");

	(void)state;
	assert_string_equal(string_at(noise, "verdict"), "not-read");
	assert_true(json_is_null(json_object_get(noise, "maker")));
	assert_string_equal(string_at(piece, "verdict"), "cannot-tell");
	json_decref(noise);
	json_decref(piece);
}

static void bytes_of_others_make_no_broken_document(void **state)
{
	json_t *root = json_of_log("05[IKE] <a\"\xff|1> initiating IKE_SA a[1] to "
				   "\xe4\x01\"}\n"
				   "05[IKE] <a\"\xff|1> received NO_PROPOSAL_CHOSEN "
				   "notify error\n");

	(void)state;
	assert_string_equal(string_at(root, "verdict"), "several");
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_group_has_both_values_and_its_line),
		cmocka_unit_test(what_nobody_reads_and_what_proves_nothing_differ),
		cmocka_unit_test(bytes_of_others_make_no_broken_document),
	};

	return cmocka_run_group_tests_name("report/log_json", tests, NULL, NULL);
}
