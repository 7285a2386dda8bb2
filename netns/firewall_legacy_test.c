// SPDX-License-Identifier: GPL-2.0-or-later
/* firewall_legacy_test.c - claims: a table of the kernel's is read as iptables-save has it */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "netns/firewall.h"
#include "netns/firewall_legacy.h"

#define TABLE_MAX   4096
#define COMMENT_MAX 256

struct table {
	_Alignas(16) uint8_t bytes[TABLE_MAX];
	size_t size;
	struct ipt_getinfo info;
};

static void set_text(void *to, const char *text)
{
	memcpy(to, text, strlen(text) + 1);
}

/* An entry whose target has as much data; the caller fills it. */
static struct ipt_entry *add(struct table *table, const char *comment, const char *name,
			     size_t length, void **ret_data)
{
	struct ipt_entry *entry = (void *)(table->bytes + table->size);
	struct xt_entry_match *match = (void *)entry->elems;
	struct xt_entry_target *target;

	entry->target_offset = sizeof(*entry);
	if (comment) {
		match->u.match_size = XT_ALIGN(sizeof(*match) + COMMENT_MAX);
		set_text(match->u.user.name, "comment");
		set_text(match->data, comment);
		entry->target_offset += match->u.match_size;
	}
	target = (void *)((uint8_t *)entry + entry->target_offset);
	set_text(target->u.user.name, name);
	target->u.target_size = (uint16_t)XT_ALIGN(sizeof(*target) + length);
	entry->next_offset = (uint16_t)(entry->target_offset + target->u.target_size);
	*ret_data = target->data;
	table->size += entry->next_offset;
	return entry;
}

static struct ipt_entry *add_verdict(struct table *table, const char *comment,
				     int verdict)
{
	void *data;
	struct ipt_entry *entry = add(table, comment, "", sizeof(int), &data);

	*(int *)data = verdict;
	return entry;
}

static void add_head(struct table *table, const char *chain)
{
	void *data;

	(void)add(table, NULL, XT_ERROR_TARGET, XT_FUNCTION_MAXNAMELEN, &data);
	set_text(data, chain);
}

/*
 * :FORWARD DROP [7:700]
 * [3:300] -A FORWARD -s 10.1.2.0/24 ! -i eth0 -m comment --comment "a b" -j own
 * [2:200] -A FORWARD
 * [1:100] -A own -j MASQUERADE
 */
static void fill(struct table *table)
{
	struct ipt_entry *jump, *entry;
	void *data;

	memset(table, 0, sizeof(*table));
	set_text(table->info.name, "filter");
	table->info.valid_hooks = 1 << NF_INET_FORWARD;
	jump = add_verdict(table, "a b", 0);
	jump->counters = (struct xt_counters){ 3, 300 };
	jump->ip.src.s_addr = htonl(0x0a010200);
	jump->ip.smsk.s_addr = htonl(0xffffff00);
	set_text(jump->ip.iniface, "eth0");
	memset(jump->ip.iniface_mask, 0xff, 5);
	jump->ip.invflags = IPT_INV_VIA_IN;
	entry = add_verdict(table, NULL, 0);
	entry->counters = (struct xt_counters){ 2, 200 };
	*(int *)((uint8_t *)entry + entry->target_offset +
		 sizeof(struct xt_entry_target)) = (int)table->size;
	table->info.underflow[NF_INET_FORWARD] = (unsigned int)table->size;
	entry = add_verdict(table, NULL, -NF_DROP - 1);
	entry->counters = (struct xt_counters){ 7, 700 };
	add_head(table, "own");
	*(int *)((uint8_t *)jump + jump->target_offset + sizeof(struct xt_entry_target)) =
		(int)table->size;
	entry = add(table, NULL, "MASQUERADE", 8, &data);
	entry->counters = (struct xt_counters){ 1, 100 };
	(void)add_verdict(table, NULL, XT_RETURN);
	add_head(table, XT_ERROR_TARGET);
}

static void rules_and_policies_have_their_chain_and_counters(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct firewall_counter_list list = { 0 };
	struct table table;

	(void)state;
	fill(&table);
	firewall_legacy_read(&table.info, table.bytes, table.size, arena, &list);
	assert_int_equal(list.count, 4);
	assert_null(list.items[0].rule);
	assert_string_equal(list.items[0].chain, "FORWARD");
	assert_string_equal(list.items[0].target, "DROP");
	assert_int_equal(list.items[0].packets, 7);
	assert_string_equal(list.items[1].chain, "FORWARD");
	assert_string_equal(
		list.items[1].rule,
		"-s 10.1.2.0/24 ! -i eth0 -m comment --comment \"a b\" -j own");
	assert_string_equal(list.items[1].comment, "a b");
	assert_string_equal(list.items[1].target, "own");
	assert_int_equal(list.items[1].packets, 3);
	assert_int_equal(list.items[1].bytes, 300);
	assert_null(list.items[2].target);
	assert_non_null(list.items[2].rule);
	assert_string_equal(list.items[3].chain, "own");
	assert_string_equal(list.items[3].target, "MASQUERADE");
	assert_string_equal(list.items[3].table, "filter");
}

/* Of whatever length: what is not whole is not read. */
static void a_table_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
	struct table table;

	(void)state;
	fill(&table);
	for (size_t size = 0; size < table.size; size++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_free_ uint8_t *bytes = malloc(size ? size : 1);
		struct firewall_counter_list list = { 0 };

		memcpy(bytes, table.bytes, size);
		firewall_legacy_read(&table.info, bytes, size, arena, &list);
		assert_true(list.count <= 5);
	}
}

/* Lengths that lie, one byte after the other. */
static void no_byte_makes_it_read_beyond_the_table(void **state)
{
	struct table table;

	(void)state;
	fill(&table);
	for (size_t at = 0; at < table.size; at++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_free_ uint8_t *bytes = malloc(table.size);
		struct firewall_counter_list list = { 0 };

		memcpy(bytes, table.bytes, table.size);
		bytes[at] ^= 0xff;
		firewall_legacy_read(&table.info, bytes, table.size, arena, &list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_and_policies_have_their_chain_and_counters),
		cmocka_unit_test(a_table_cut_anywhere_is_read_as_far_as_it_goes),
		cmocka_unit_test(no_byte_makes_it_read_beyond_the_table),
	};

	return cmocka_run_group_tests_name("netns/firewall_legacy", tests, NULL, NULL);
}
