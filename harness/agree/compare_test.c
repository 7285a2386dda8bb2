// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_test.c - what list-sas says, what predict says, and what differs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "agree/compare.h"
#include "agree/generator.h"
#include "device/render.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "ipsec/alg.h"

/* ------------------------------------------------------------ two ends */

struct pair {
	struct arena *arena;
	struct wish wishes[2];
	struct site *sites[2];
	struct conf *confs[2];
	struct agree_outcome predicted;
};

static struct wish_words one(const char *word)
{
	return (struct wish_words){ { word }, 1 };
}

static void pair_init(struct pair *pair)
{
	*pair = (struct pair){ .arena = arena_new() };
	for (unsigned int end = 0; end < 2; end++) {
		struct wish *wish = &pair->wishes[end];

		*wish = (struct wish){
			.kind = DEVICE_STRONGSWAN,
			.version = 2,
			.own_addr = end ? AGREE_WAN_1 : AGREE_WAN_0,
			.peer_addr = end ? AGREE_WAN_0 : AGREE_WAN_1,
			.psk = "secret",
			.pairs = { { end ? "10.20.1.0/24" : "10.10.1.0/24",
				     end ? "10.10.1.0/24" : "10.20.1.0/24" } },
			.pair_count = 1,
			.ike_life_s = 3600,
			.esp_life_s = 3600,
			.auth = AUTH_PSK,
		};
		wish->ike.items[0] = (struct wish_suite){ one("aes128"), one("sha256"),
							  one("modp2048") };
		wish->esp.items[0] = (struct wish_suite){ one("aes256"), one("sha1"),
							  one("modp1024") };
		wish->ike.count = wish->esp.count = 1;
	}
}

static void pair_predict(struct pair *pair)
{
	struct predict_input input = { .arena = pair->arena, .peer_is_strongswan = true };
	struct findings findings;
	struct err err = { 0 };

	for (unsigned int end = 0; end < 2; end++) {
		const struct conf_params params = { .plane = CONF_PLANE_LIBIPSEC,
						    .vici_socket = "/tmp/vici",
						    .log_file = "/tmp/log" };
		struct import_sources sources = { 0 };

		render_wish(&pair->wishes[end], pair->arena, &sources);
		if (site_import(pair->wishes[end].kind, end ? "right" : "left",
				sources.list.items, sources.list.count, NULL,
				&pair->sites[end], &err) ||
		    conf_new(pair->sites[end], &params, &pair->confs[end], &err))
			fail_msg("%s", err.text);
		input.sites[end] = pair->sites[end];
	}
	predict_pair(&input, &findings);
	agree_predict(&input, &findings,
		      (const struct conf *const[]){ pair->confs[0], pair->confs[1] },
		      &pair->predicted);
}

static void pair_done(struct pair *pair)
{
	for (unsigned int end = 0; end < 2; end++) {
		conf_free(pair->confs[end]);
		site_free(pair->sites[end]);
	}
	arena_free(pair->arena);
}

/* ------------------------------------------------------------ a list-sa event */

static void add_list(struct vici_message *message, const char *name, const char *item)
{
	vici_message_list(message, name);
	vici_message_item(message, item);
	vici_message_list_end(message);
}

static void observe(struct arena *arena, const char *remote, const char *state,
		    struct agree_outcome *ret_outcome)
{
	_cleanup_vici_message_ struct vici_message message = { 0 };
	struct vici_node *root;
	struct err err = { 0 };

	vici_message_section(&message, "peer");
	vici_message_add(&message, "state", state);
	vici_message_add(&message, "encr-alg", "AES_CBC");
	vici_message_add(&message, "encr-keysize", "128");
	vici_message_add(&message, "integ-alg", "HMAC_SHA2_256_128");
	vici_message_add(&message, "dh-group", "MODP_2048");
	vici_message_section(&message, "child-sas");
	vici_message_section(&message, "net0-1");
	vici_message_add(&message, "name", "net0");
	vici_message_add(&message, "state", "INSTALLED");
	vici_message_add(&message, "encr-alg", "AES_CBC");
	vici_message_add(&message, "encr-keysize", "256");
	vici_message_add(&message, "integ-alg", "HMAC_SHA1_96");
	add_list(&message, "local-ts", "10.10.1.0/24");
	add_list(&message, "remote-ts", remote);
	vici_message_section_end(&message);
	vici_message_section_end(&message);
	vici_message_section_end(&message);
	*ret_outcome = (struct agree_outcome){ 0 };
	if (vici_message_parse(message.bytes.data, message.bytes.length, arena, &root,
			       &err))
		fail_msg("%s", err.text);
	agree_observe_sa(root, arena, ret_outcome);
}

static void check_difference(const struct pair *pair,
			     const struct agree_outcome *observed, const char *wanted)
{
	_cleanup_buf_ struct buf text = { 0 };
	unsigned int count = agree_compare(&pair->predicted, observed, &text);

	assert_int_equal(count > 0, *wanted != '\0');
	if (*wanted && !strstr(buf_text(&text), wanted))
		fail_msg("'%s' is not in: %s", wanted, buf_text(&text));
}

/* ------------------------------------------------------------ claims */

static void a_healthy_pair_comes_up_as_predicted(void **state)
{
	struct agree_outcome observed;
	struct pair pair;

	(void)state;
	pair_init(&pair);
	pair_predict(&pair);
	assert_true(pair.predicted.is_ike_up);
	assert_int_equal(pair.predicted.children.count, 1);
	/* IKEv2's first CHILD SA has no group of its own. */
	assert_null(pair.predicted.children.items[0].esp.dh);
	observe(pair.arena, "10.20.1.0/24", "ESTABLISHED", &observed);
	check_difference(&pair, &observed, "");
	pair_done(&pair);
}

static void what_differs_is_said_with_both_values(void **state)
{
	struct agree_outcome observed;
	struct pair pair;

	(void)state;
	pair_init(&pair);
	pair_predict(&pair);
	observe(pair.arena, "10.20.1.128/25", "ESTABLISHED", &observed);
	check_difference(&pair, &observed,
			 "net0: remote: predicted 10.20.1.0/24, charon took "
			 "10.20.1.128/25");
	observe(pair.arena, "10.20.1.0/24", "CONNECTING", &observed);
	check_difference(&pair, &observed, "IKE SA: predicted up, is down");
	observe(pair.arena, "10.20.1.0/24", "ESTABLISHED", &observed);
	observed.ike.encr = alg_by_keyword(ALG_KIND_ENCR, "3des");
	check_difference(&pair, &observed, "IKE SA: cipher: predicted AES-128");
	observed.children.count = 0;
	check_difference(&pair, &observed, "net0: predicted up, is down");
	pair_done(&pair);
}

static void networks_are_narrowed_to_what_both_want(void **state)
{
	struct agree_outcome observed;
	struct pair pair;

	(void)state;
	pair_init(&pair);
	pair.wishes[1].pairs[0].local = "10.20.1.128/25";
	pair_predict(&pair);
	observe(pair.arena, "10.20.1.128/25", "ESTABLISHED", &observed);
	check_difference(&pair, &observed, "");
	pair_done(&pair);
}

static void a_child_with_an_equal_pair_is_taken_before_a_narrower_one(void **state)
{
	struct agree_outcome observed;
	struct pair pair;

	(void)state;
	pair_init(&pair);
	for (unsigned int end = 0; end < 2; end++) {
		pair.wishes[end].pairs[1] =
			(struct wish_pair){ end ? "10.20.2.0/24" : "10.10.1.0/24",
					    end ? "10.10.1.0/24" : "10.20.2.0/24" };
		pair.wishes[end].pair_count = 2;
	}
	pair.wishes[0].is_one_child = true;
	pair.wishes[1].pairs[0].local = "10.20.1.128/25";
	pair_predict(&pair);
	observe(pair.arena, "10.20.2.0/24", "ESTABLISHED", &observed);
	check_difference(&pair, &observed, "");
	pair_done(&pair);
}

static void the_marks_of_the_one_class_must_be_there(void **state)
{
	static const char line[] = "2026-11-21 21:35:04.169 09[IKE] <1> tried 1 shared "
				   "key for 'a' - 'b', but MAC mismatched";
	struct agree_outcome observed = { 0 };
	struct pair pair;

	(void)state;
	pair_init(&pair);
	pair.wishes[1].psk = "another";
	pair_predict(&pair);
	assert_false(pair.predicted.is_ike_up);
	check_difference(&pair, &observed, "F29: predicted, and no log has its marks");
	agree_observe_line(line, strlen(line), &observed);
	check_difference(&pair, &observed, "");
	pair_done(&pair);
}

static void the_second_child_of_ikev2_needs_the_group(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair);
	for (unsigned int end = 0; end < 2; end++) {
		pair.wishes[end].pairs[1] = (struct wish_pair){
			end ? "10.20.2.0/24" : "10.10.1.0/24",
			end ? "10.10.1.0/24" : "10.20.2.0/24",
		};
		pair.wishes[end].pair_count = 2;
	}
	pair.wishes[1].esp.items[0].dh = one("modp1536");
	pair_predict(&pair);
	assert_true(pair.predicted.is_ike_up);
	assert_true(pair.predicted.children.items[0].is_up);
	assert_false(pair.predicted.children.items[1].is_up);
	pair_done(&pair);
}

static void what_only_the_other_end_can_begin_stops_this_one(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair);
	pair.wishes[0].version = 0;
	pair.wishes[1].version = 1;
	pair_predict(&pair);
	assert_false(pair.predicted.is_ike_up);
	pair_done(&pair);
	pair_init(&pair);
	pair.wishes[0].version = 1;
	pair.wishes[1].version = 0;
	pair_predict(&pair);
	assert_true(pair.predicted.is_ike_up);
	pair_done(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_pair_comes_up_as_predicted),
		cmocka_unit_test(what_differs_is_said_with_both_values),
		cmocka_unit_test(networks_are_narrowed_to_what_both_want),
		cmocka_unit_test(
			a_child_with_an_equal_pair_is_taken_before_a_narrower_one),
		cmocka_unit_test(the_marks_of_the_one_class_must_be_there),
		cmocka_unit_test(the_second_child_of_ikev2_needs_the_group),
		cmocka_unit_test(what_only_the_other_end_can_begin_stops_this_one),
	};

	return cmocka_run_group_tests_name("agree/compare", tests, NULL, NULL);
}
