// SPDX-License-Identifier: GPL-2.0-or-later
/* draft_test.c - claims about `twinsite new`: what it writes loads, and is judged alike
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "predict/predict.h"
#include "predict/test_pairs.h"
#include "scenario/draft.h"
#include "scenario/scenario.h"

static const struct {
	const char *name;
	const struct test_device *devices[2];
} pairs[] = {
	{ "openwrt-screenos", { &openwrt, &screenos } },
	{ "openwrt-fritzbox", { &openwrt_for_box, &fritzbox } },
	{ "junos-openwrt", { &junos, &openwrt_v2 } },
	{ "swanctl-junos", { &swanctl, &junos } },
	{ "swanctl-screenos", { &swanctl_v1, &screenos } },
};

/* A folder with both ends' files; paths are remembered to be removed. */
struct folder {
	char path[64];
	struct arena *arena;
	VEC(const char *) files, folders;
};

static void folder_open(struct folder *folder)
{
	(void)snprintf(folder->path, sizeof(folder->path), "/tmp/twinsite-draft-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	folder->arena = arena_new();
}

static void folder_done(struct folder *folder)
{
	vec_foreach (file, &folder->files)
		(void)unlink(*file);
	for (size_t i = folder->folders.count; i > 0; i--)
		(void)rmdir(folder->folders.items[i - 1]);
	(void)rmdir(folder->path);
	arena_free(folder->arena);
}

static void put(struct folder *folder, const char *name, const char *text)
{
	char *path = arena_printf(folder->arena, "%s/%s", folder->path, name);
	struct err err = { 0 };

	for (char *slash = strchr(path + strlen(folder->path) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (file_make_folder(path, &err))
			fail_msg("%s", err.text);
		vec_add(folder->arena, &folder->folders,
			arena_strdup(folder->arena, path));
		*slash = '/';
	}
	if (file_write(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	vec_add(folder->arena, &folder->files, path);
}

static struct site *import_end(const struct test_device *device, const char *name)
{
	struct import_source sources[TEST_FILES_MAX];
	struct site *site = NULL;
	struct err err = { 0 };
	size_t count = 0;

	for (; count < TEST_FILES_MAX && device->files[count].name; count++)
		sources[count] =
			(struct import_source){ device->files[count].name,
						device->files[count].text,
						strlen(device->files[count].text) };
	if (site_import(device->kind, name, sources, count, NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

/* Writes the scenario as cmd_new does and loads it. */
static struct scenario *make(struct folder *folder,
			     const struct test_device *const devices[2])
{
	static const char *const names[2] = { "left", "right" };
	struct draft_site drafts[2];
	struct site *sites[2];
	_cleanup_buf_ struct buf text = { 0 };
	struct scenario *scenario = NULL;
	struct err err = { 0 };

	for (size_t i = 0; i < 2; i++) {
		const struct test_device *device = devices[i];
		bool is_one = !device->files[1].name;

		for (size_t j = 0; j < TEST_FILES_MAX && device->files[j].name; j++)
			put(folder,
			    arena_printf(folder->arena, "%s/%s", names[i],
					 device->files[j].name),
			    device->files[j].text);
		sites[i] = import_end(device, names[i]);
		drafts[i] = (struct draft_site){
			names[i],
			is_one ? arena_printf(folder->arena, "%s/%s", names[i],
					      device->files[0].name)
			       : names[i],
			sites[i],
			false,
			NULL,
		};
	}
	scenario_draft(drafts, &text);
	put(folder, "scenario.yml", buf_text(&text));
	for (size_t i = 0; i < 2; i++)
		site_free(sites[i]);
	if (scenario_load(folder->path, &scenario, &err))
		fail_msg("%s\n%s", err.text, buf_text(&text));
	return scenario;
}

#define _cleanup_folder_ _cleanup_(folder_done)

static void what_is_written_loads_for_every_pair(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_folder_ struct folder folder = { 0 };
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		size_t reaches = 0;

		folder_open(&folder);
		scenario = make(&folder, pairs[i].devices);
		vec_foreach (expectation, &scenario->expectations)
			reaches += expectation->kind == EXPECT_REACH;
		assert_true(reaches > 0);
		vec_foreach (site, &scenario->sites)
			assert_true(site->hosts.count > 0);
	}
}

static void a_healthy_pair_is_still_healthy(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_folder_ struct folder folder = { 0 };
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct findings findings;

		folder_open(&folder);
		scenario = make(&folder, pairs[i].devices);
		predict_pair(
			&(struct predict_input){
				.sites = { scenario->sites.items[0].site,
					   scenario->sites.items[1].site },
				.initiator = scenario->initiator,
				.arena = folder.arena },
			&findings);
		vec_foreach (finding, &findings)
			if (finding->severity != SEVERITY_WEAK)
				fail_msg("%s: %s", pairs[i].name, finding->summary);
	}
}

static void invented_hosts_are_marked(void **state)
{
	_cleanup_folder_ struct folder folder = { 0 };
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;

	(void)state;
	folder_open(&folder);
	scenario = make(&folder, pairs[0].devices);
	vec_foreach (site, &scenario->sites)
		vec_foreach (host, &site->hosts)
			assert_true(host->is_invented || host->names.count);
}

static void a_dns_server_that_a_file_names_is_no_invention(void **state)
{
	_cleanup_folder_ struct folder folder = { 0 };
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	const struct scenario_host *dns;

	(void)state;
	folder_open(&folder);
	scenario = make(&folder, pairs[0].devices);
	dns = scenario_host_find(scenario, "right-dns", NULL);
	assert_non_null(dns);
	assert_string_equal(inet_addr_text(&dns->addr).s, "10.1.2.250");
	assert_string_equal(dns->names.items[0].name, "host.acme.inc");
}

static void the_peers_name_is_registered(void **state)
{
	_cleanup_folder_ struct folder folder = { 0 };
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;

	(void)state;
	folder_open(&folder);
	scenario = make(&folder, pairs[1].devices);
	assert_string_equal(scenario->sites.items[1].dns_name, "box.example");
	assert_true(scenario->sites.items[1].wan.prefix.addr.family);
}

static void any_word_becomes_a_name(void **state)
{
	static const struct {
		const char *word, *name;
	} cases[] = {
		{ "home", "home" },
		{ "my router (old)", "myrouterold" },
		{ "--x", "x" },
		{ "", "site" },
		{ "internet", "site" },
		{ "backup-OpenWrt-2024-01-01", "backup-OpenWrt-2" },
		{ "\xc3\xa4\xc3\xb6", "site" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[17];

		scenario_draft_name(cases[i].word, name);
		assert_string_equal(name, cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_loads_for_every_pair),
		cmocka_unit_test(a_healthy_pair_is_still_healthy),
		cmocka_unit_test(invented_hosts_are_marked),
		cmocka_unit_test(a_dns_server_that_a_file_names_is_no_invention),
		cmocka_unit_test(the_peers_name_is_registered),
		cmocka_unit_test(any_word_becomes_a_name),
	};

	return cmocka_run_group_tests_name("predict/draft", tests, NULL, NULL);
}
