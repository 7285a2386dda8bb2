// SPDX-License-Identifier: GPL-2.0-or-later
/* one_end_test.c - claims: one end alone tells its own faults, and nothing of the other's */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ipsec/alg.h"
#include "model/mirror.h"
#include "predict/one_end.h"
#include "predict/test_world.h"

struct alone {
	struct world world;
	struct site *other;
	struct predict_input input;
};

static void alone_done(struct alone *alone)
{
	site_free(alone->other);
	world_done(&alone->world);
}

static void read_alone(struct alone *alone, const struct test_pair *pair,
		       unsigned int end, const struct mistake *mistake)
{
	*alone = (struct alone){ .world.arena = arena_new() };
	load(&alone->world, pair->devices[end], end,
	     mistake && mistake->end == end ? mistake : NULL);
	alone->input = (struct predict_input){ .sites = { alone->world.sites[end] },
					       .arena = alone->world.arena };
	predict_one_end(&alone->input, &alone->world.findings, &alone->other);
}

static bool is_serious(const struct finding *finding)
{
	return finding->severity != SEVERITY_WEAK && finding->severity != SEVERITY_LATER;
}

/* The counterpart fits, whatever device it is made from: predict finds nothing against it. */
static void a_healthy_end_and_its_counterpart_work(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (unsigned int end = 0; end < 2; end++) {
			_cleanup_(alone_done) struct alone alone;
			struct findings both;

			read_alone(&alone, &pairs[i], end, NULL);
			predict_pair(&alone.input, &both);
			vec_foreach (finding, &both)
				if (is_serious(finding))
					fail_msg("%s, end %u: %s: %s", pairs[i].name, end,
						 finding->class->id, finding->summary);
		}
}

/* What is said of the end with the mistake is that mistake, or nothing. */
static void a_mistake_is_named_as_what_it_is_or_not_at_all(void **state)
{
	unsigned int named = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		_cleanup_(alone_done) struct alone alone;

		read_alone(&alone, &pairs[mistake->pair], mistake->end, mistake);
		vec_foreach (finding, &alone.world.findings) {
			if (!is_serious(finding))
				continue;
			if (!str_equal(finding->class->id, mistake->id))
				fail_msg("%s: %s: %s", mistake->claim, finding->class->id,
					 finding->summary);
			named++;
		}
	}
	assert_true(named > 18);
}

/* Nothing is claimed of an end that nobody gave, however broken this one is. */
static void no_value_and_no_place_is_the_other_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_(alone_done) struct alone alone;

		read_alone(&alone, &pairs[mistakes[i].pair], mistakes[i].end,
			   &mistakes[i]);
		vec_foreach (finding, &alone.world.findings) {
			assert_false(str_equal(finding->site, OTHER_END));
			assert_null(strstr(finding->summary, OTHER_END " cannot"));
			vec_foreach (sees, &finding->sees)
				assert_false(str_starts(*sees, OTHER_END));
			for (size_t j = 0; j < ARRAY_SIZE(finding->values); j++)
				assert_false(
					str_equal(finding->values[j].site, OTHER_END));
		}
	}
}

/* What both would settle on is the other end's to choose, as soon as this one offers more. */
static void nobody_knows_what_both_would_settle_on(void **state)
{
	unsigned int weak = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (unsigned int more = 0; more < 2; more++) {
			_cleanup_(alone_done) struct alone alone = {
				.world.arena = arena_new()
			};
			struct tunnel *tunnel;

			load(&alone.world, pairs[i].devices[ACME], ACME, NULL);
			alone.input = (struct predict_input){
				.sites = { alone.world.sites[ACME] },
				.arena = alone.world.arena
			};
			tunnel = &alone.world.sites[ACME]->tunnels.items[0];
			tunnel->has_default_proposals |= more;
			predict_one_end(&alone.input, &alone.world.findings,
					&alone.other);
			vec_foreach (finding, &alone.world.findings) {
				assert_null(strstr(finding->summary, "settles on"));
				if (strstr(finding->summary, "phase 1 offers nothing"))
					assert_false(more);
				weak += strstr(finding->summary, "phase 1") != NULL;
			}
		}
	assert_true(weak > 1);
}

/* MD5 first, and SHA-256 behind it: it takes MD5, and has something better. */
static void a_better_hash_is_something_better(void **state)
{
	_cleanup_(alone_done) struct alone alone = { .world.arena = arena_new() };
	struct proposal *proposal;
	struct proposal_alg other;
	unsigned int taken = 0;

	(void)state;
	load(&alone.world, pairs[OPENWRT_SCREENOS].devices[ACME], ACME, NULL);
	alone.input = (struct predict_input){ .sites = { alone.world.sites[ACME] },
					      .arena = alone.world.arena };
	proposal = &alone.world.sites[ACME]->tunnels.items[0].proposals.items[0];
	other = proposal->integ.items[0];
	proposal->integ.items[0].alg = alg_by_keyword(ALG_KIND_INTEG, "md5");
	other.alg = alg_by_keyword(ALG_KIND_INTEG, "sha256");
	vec_add(alone.world.arena, &proposal->integ, other);
	predict_one_end(&alone.input, &alone.world.findings, &alone.other);
	vec_foreach (finding, &alone.world.findings) {
		taken += strstr(finding->summary, "phase 1 takes MD5") != NULL;
		assert_null(strstr(finding->summary, "offers nothing better than MD5"));
	}
	assert_int_equal(taken, 1);
}

static void what_is_asked_for_has_the_line_that_asks(void **state)
{
	_cleanup_(alone_done) struct alone alone;
	const struct tunnel *given, *other;

	(void)state;
	read_alone(&alone, &pairs[OPENWRT_SCREENOS], ACME, NULL);
	given = &alone.world.sites[ACME]->tunnels.items[0];
	other = &alone.other->tunnels.items[0];
	assert_int_equal(other->children.count, given->children.count);
	assert_true(
		inet_prefix_equal(&other->children.items[0].selectors.items[0].local,
				  &given->children.items[0].selectors.items[0].remote));
	assert_int_equal(other->children.items[0].selectors.items[0].local_at.line,
			 given->children.items[0].selectors.items[0].remote_at.line);
	assert_string_equal(other->local_id.value, given->remote_id.value);
	assert_ptr_equal(other->psk.bytes, given->psk.bytes);
	assert_int_equal(other->psk.at.line, given->psk.at.line);
}

/* The same file in both modes: a LAN is overlapped by a tunnel to it, not by two neighbours. */
static void hosts_of_one_lan_in_transport_mode_do_not_overlap(void **state)
{
	static const char *const modes[] = { "tunnel", "transport" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct arena *arena = arena_new();
		struct import_source source = {
			.name = "swanctl.conf",
			.bytes = arena_printf(
				arena,
				"connections { c {\n local_addrs = 192.168.90.100\n"
				" remote_addrs = 192.168.90.20\n local { auth = psk }\n"
				" remote { auth = psk }\n children { n {\n mode = %s\n"
				" local_ts = 192.168.90.100/32\n"
				" remote_ts = 192.168.90.0/24\n } } } }\n",
				modes[i]),
		};
		struct alone alone = { .world.arena = arena };
		unsigned int overlaps = 0;

		source.length = strlen(source.bytes);
		assert_int_equal(site_import(DEVICE_STRONGSWAN, "s", &source, 1, NULL,
					     &alone.world.sites[0], NULL),
				 0);
		alone.input = (struct predict_input){ .sites = { alone.world.sites[0] },
						      .arena = arena };
		predict_one_end(&alone.input, &alone.world.findings, &alone.other);
		vec_foreach (finding, &alone.world.findings)
			overlaps += !strcmp(finding->class->id, "F72");
		assert_int_equal(overlaps, i == 0);
		alone_done(&alone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_end_and_its_counterpart_work),
		cmocka_unit_test(a_mistake_is_named_as_what_it_is_or_not_at_all),
		cmocka_unit_test(no_value_and_no_place_is_the_other_ends),
		cmocka_unit_test(nobody_knows_what_both_would_settle_on),
		cmocka_unit_test(a_better_hash_is_something_better),
		cmocka_unit_test(what_is_asked_for_has_the_line_that_asks),
		cmocka_unit_test(hosts_of_one_lan_in_transport_mode_do_not_overlap),
	};

	return cmocka_run_group_tests_name("predict/one_end", tests, NULL, NULL);
}
