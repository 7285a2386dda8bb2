// SPDX-License-Identifier: GPL-2.0-or-later
/* interop_network_test.c - recorded networks against the pairs of a tunnel */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "check/interop_pair.h"

struct row {
	int version;
	const char *i[2], *r[2]; /* first and last address */
	uint8_t protocol;
	enum interop_kind kind;
};

static struct story_networks networks(struct arena *arena, const char *const ends[2],
				      uint8_t protocol)
{
	struct story_network network = { .protocol = protocol, .last_port = 65535 };
	struct story_networks ret = { 0 };

	assert_int_equal(inet_addr_parse(ends[0], &network.first), 0);
	assert_int_equal(inet_addr_parse(ends[1], &network.last), 0);
	vec_add(arena, &ret.list, network);
	return ret;
}

/* Against 10.1.2.0/24 here and 192.168.5.0/24 there. */
static enum interop_kind judge(const struct row *row)
{
	struct arena *arena = arena_new();
	struct story_child recorded = { .selector_i = "i", .selector_r = "r" };
	struct child child = { 0 };
	struct selector selector = { 0 };
	struct tunnel tunnel = { .name = "t" };
	struct ike_session session = { .version = (uint8_t)row->version };
	struct ike_story story = { 0 };
	struct interop interop = { .arena = arena };
	struct pair pair = { .interop = &interop,
			     .session = &session,
			     .story = &story,
			     .tunnel = &tunnel };
	enum interop_kind kind;

	recorded.networks_i = networks(arena, row->i, row->protocol);
	recorded.networks_r = networks(arena, row->r, row->protocol);
	vec_add(arena, &story.children, recorded);
	/* As written in a file, with the bits of a host. */
	assert_int_equal(inet_prefix_parse("10.1.2.1/24", &selector.local), 0);
	assert_int_equal(inet_prefix_parse("192.168.5.0/24", &selector.remote), 0);
	vec_add(arena, &child.selectors, selector);
	vec_add(arena, &tunnel.children, child);
	interop_compare_networks(&pair);
	assert_int_equal(interop.lines.count, 1);
	kind = interop.lines.items[0].kind;
	arena_free(arena);
	return kind;
}

#define LAN "10.1.2.0", "10.1.2.255"
#define FAR "192.168.5.0", "192.168.5.255"

static void networks_are_compared_as_addresses_not_as_text(void **state)
{
	static const struct row rows[] = {
		{ 1, { LAN }, { FAR }, 0, INTEROP_FITS },
		{ 1, { FAR }, { LAN }, 0, INTEROP_FITS }, /* the other way round */
		{ 1, { LAN }, { LAN }, 0, INTEROP_DIFFERS },
		/* "110.1.2.0/24" ends as "10.1.2.0/24" does */
		{ 1, { "110.1.2.0", "110.1.2.255" }, { FAR }, 0, INTEROP_DIFFERS },
		{ 1, { "10.1.2.0", "10.1.2.127" }, { FAR }, 0, INTEROP_DIFFERS },
		{ 2, { "10.1.2.0", "10.1.2.127" }, { FAR }, 0, INTEROP_FITS },
		{ 2, { "0.0.0.0", "255.255.255.255" }, { FAR }, 0, INTEROP_FITS },
		{ 2, { "10.1.3.0", "10.1.3.255" }, { FAR }, 0, INTEROP_DIFFERS },
		{ 1, { LAN }, { FAR }, 6, INTEROP_DIFFERS },
		{ 2, { LAN }, { FAR }, 6, INTEROP_FITS },
		{ 2, { "2001:db8::", "2001:db8::ffff" }, { FAR }, 0, INTEROP_DIFFERS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (judge(&rows[i]) != rows[i].kind)
			fail_msg("row %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_are_compared_as_addresses_not_as_text),
	};

	return cmocka_run_group_tests_name("check/interop_network", tests, NULL, NULL);
}
