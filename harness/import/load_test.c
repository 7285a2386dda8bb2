// SPDX-License-Identifier: GPL-2.0-or-later
/* load_test.c - claims about reading device files from disk, and telling devices apart */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/test_text.h"
#include "device/device.h"
#include "import/import.h"

/* A folder with a router's files; paths are relative to it. */
struct folder {
	char path[64];
	struct arena *arena;
};

static const struct {
	const char *name, *text;
} files[] = {
	{ "etc/config/ipsec", "config remote x\n" },
	{ "etc/config/firewall", "config include\n option path /etc/own.sh\n"
				 "config include\n option path /../../etc/passwd\n"
				 "config include\n option path /etc/missing\n" },
	{ "etc/own.sh", "iptables -L\n" },
	{ "etc/config/wireless", "config wifi-device radio0\n" },
	{ "etc/shadow", "root:x\n" },
};

static const char *const folders[] = { "etc/config", "etc", "" };

static const char *path_of(const struct folder *folder, const char *name)
{
	return arena_printf(folder->arena, "%s/%s", folder->path, name);
}

static int setup(void **state)
{
	struct arena *arena = arena_new();
	struct folder *folder = arena_alloc(arena, sizeof(*folder));

	folder->arena = arena;
	(void)snprintf(folder->path, sizeof(folder->path), "/tmp/twinsite-load-XXXXXX");
	if (!mkdtemp(folder->path) ||
	    file_make_folder(path_of(folder, "etc/config"), NULL))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (file_write(path_of(folder, files[i].name), files[i].text,
			       strlen(files[i].text), NULL))
			return -1;
	}
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	const struct folder *folder = *state;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		(void)unlink(path_of(folder, files[i].name));
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		(void)rmdir(path_of(folder, folders[i]));
	arena_free(folder->arena);
	return 0;
}

static bool has_source(const struct import_sources *sources, const char *name)
{
	vec_foreach (source, &sources->list) {
		if (str_equal(source->name, name))
			return true;
	}
	return false;
}

static void only_files_that_matter_are_read(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(
		import_load(DEVICE_OPENWRT, folder->path, folder->arena, &sources, &err),
		0);
	assert_int_equal(sources.list.count, 3);
	assert_true(has_source(&sources, "etc/config/ipsec"));
	assert_true(has_source(&sources, "etc/config/firewall"));
	assert_true(has_source(&sources, "etc/own.sh"));
}

static void one_file_is_shown_as_it_is_called_on_the_device(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	enum device_kind kind = DEVICE_JUNOS;
	struct err err = { 0 };

	assert_int_equal(import_load_any(path_of(folder, "etc/config/ipsec"),
					 folder->arena, &kind, &sources, &err),
			 0);
	assert_int_equal(kind, DEVICE_OPENWRT);
	assert_int_equal(sources.list.count, 1);
	assert_string_equal(sources.list.items[0].name, "etc/config/ipsec");
}

/* `scp -r router:/etc .`: its files keep the names that they have on the router. */
static void a_routers_etc_is_read_as_its_root_is(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(import_load(DEVICE_OPENWRT, path_of(folder, "etc"),
				     folder->arena, &sources, &err),
			 0);
	assert_true(has_source(&sources, "etc/config/ipsec"));
	assert_true(has_source(&sources, "etc/own.sh"));
	assert_false(has_source(&sources, "etc/shadow"));
	assert_false(has_source(&sources, "shadow"));
}

/* As other-end -o writes it; scenario.yml beside it is none. */
static void a_form_alone_in_a_folder_is_read(void **state)
{
	const struct folder *folder = *state;
	const char *own = path_of(folder, "form");
	const char *form = path_of(folder, "form/site.neutral.yml");
	const char *scenario = path_of(folder, "form/scenario.yml");
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(file_make_folder(own, NULL), 0);
	assert_int_equal(file_write(form, "device: x\n", 10, NULL), 0);
	assert_int_equal(file_write(scenario, "sites: {}\n", 10, NULL), 0);
	assert_int_equal(import_load(DEVICE_NEUTRAL, own, folder->arena, &sources, &err),
			 0);
	assert_int_equal(sources.list.count, 1);
	assert_true(has_source(&sources, "site.neutral.yml"));
	(void)unlink(form);
	(void)unlink(scenario);
	(void)rmdir(own);
}

static void a_folder_one_too_high_is_told_from_one_with_nothing(void **state)
{
	const struct folder *folder = *state;
	const char *above = path_of(folder, "above");
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(file_make_folder(above, NULL), 0);
	assert_int_equal(
		import_load(DEVICE_OPENWRT, above, folder->arena, &sources, &err),
		-EINVAL);
	assert_has(err.text,
		   "above: no device's files in this folder: a router's are in");
	assert_int_equal(file_make_folder(path_of(folder, "above/x/etc/config"), NULL),
			 0);
	assert_int_equal(
		import_load(DEVICE_OPENWRT, above, folder->arena, &sources, &err),
		-EINVAL);
	assert_has(err.text, "above/x: name that one");
	(void)rmdir(path_of(folder, "above/x/etc/config"));
	(void)rmdir(path_of(folder, "above/x/etc"));
	(void)rmdir(path_of(folder, "above/x"));
	(void)rmdir(above);
}

/* A Debian's own /etc: its passwd and its links to elsewhere are nobody's VPN. */
static void of_a_machines_etc_only_what_is_known_is_read(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(file_make_folder(path_of(folder, "host"), NULL), 0);
	assert_int_equal(file_write(path_of(folder, "host/passwd"), "root:x\n", 7, NULL),
			 0);
	assert_int_equal(
		file_write(path_of(folder, "host/ipsec.conf"), "conn x\n", 7, NULL), 0);
	assert_int_equal(symlink("/usr/lib/os-release", path_of(folder, "host/os")), 0);
	assert_int_equal(import_load(DEVICE_STRONGSWAN, path_of(folder, "host"),
				     folder->arena, &sources, &err),
			 0);
	assert_int_equal(sources.list.count, 1);
	assert_true(has_source(&sources, "ipsec.conf"));
	(void)unlink(path_of(folder, "host/os"));
	(void)unlink(path_of(folder, "host/passwd"));
	(void)unlink(path_of(folder, "host/ipsec.conf"));
	(void)rmdir(path_of(folder, "host"));
}

static void what_is_not_there_is_an_error_with_its_path(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_not_equal(import_load(DEVICE_OPENWRT, path_of(folder, "nothing"),
					 folder->arena, &sources, &err),
			     0);
	assert_non_null(strstr(err.text, "nothing"));
	assert_int_equal(sources.list.count, 0);
}

/* etc/config/NAME as a link during one import_load(). */
static int load_with_link(const struct folder *folder, const char *name,
			  const char *target, struct import_sources *ret_sources,
			  struct err *err)
{
	const char *path = path_of(folder, name);
	int r;

	*ret_sources = (struct import_sources){ 0 };
	*err = (struct err){ 0 };
	assert_int_equal(symlink(target, path), 0);
	r = import_load(DEVICE_OPENWRT, folder->path, folder->arena, ret_sources, err);
	assert_int_equal(unlink(path), 0);
	return r;
}

static void link_out_of_the_folder_is_refused(void **state)
{
	static const struct {
		const char *target;
		int code;
	} rows[] = {
		{ "/etc/passwd", -EXDEV },
		{ "../../../../../etc/passwd", -EXDEV },
		{ "/proc/self/environ", -EXDEV },
		{ "../../etc/../../etc/passwd", -EXDEV },
		{ "ipsec.gone", -ENOLINK },
		{ "dhcp", -ELOOP },
	};
	const struct folder *folder = *state;
	struct import_sources sources;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(load_with_link(folder, "etc/config/dhcp", rows[i].target,
						&sources, &err),
				 rows[i].code);
		assert_has(err.text, "etc/config/dhcp: ");
		assert_has_not(err.text, "root:");
	}
	/* A script that the firewall includes, too. */
	assert_int_equal(
		load_with_link(folder, "etc/missing", "/etc/passwd", &sources, &err),
		-EXDEV);
	assert_has(err.text, "etc/missing: ");
}

static void link_that_stays_in_the_folder_is_read(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources;
	struct err err;

	assert_int_equal(load_with_link(folder, "etc/config/dhcp", "../config/ipsec",
					&sources, &err),
			 0);
	assert_true(has_source(&sources, "etc/config/dhcp"));
}

/* On the command line a link is the user's own; below a scenario's folder it is not. */
static void link_that_the_user_names_is_his_own(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(symlink("etc/config", path_of(folder, "mine")), 0);
	assert_int_equal(symlink("/etc/passwd", path_of(folder, "his")), 0);
	assert_int_equal(import_load(DEVICE_OPENWRT, path_of(folder, "mine/ipsec"),
				     folder->arena, &sources, &err),
			 0);
	assert_int_equal(import_load_below(DEVICE_SCREENOS, folder->path, "his",
					   folder->arena, &sources, &err),
			 -EXDEV);
	assert_int_equal(import_load_below(DEVICE_SCREENOS, path_of(folder, "etc"),
					   "../his", folder->arena, &sources, &err),
			 -EXDEV);
	assert_int_equal(import_load_below(DEVICE_OPENWRT, folder->path, "mine/ipsec",
					   folder->arena, &sources, &err),
			 0);
	assert_int_equal(unlink(path_of(folder, "mine")), 0);
	assert_int_equal(unlink(path_of(folder, "his")), 0);
}

static void fifo_among_the_files_is_named_unopened(void **state)
{
	const struct folder *folder = *state;
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(mkfifo(path_of(folder, "etc/config/dhcp"), 0600), 0);
	assert_int_equal(
		import_load(DEVICE_OPENWRT, folder->path, folder->arena, &sources, &err),
		-EINVAL);
	assert_has(err.text, "etc/config/dhcp: not a regular file");
	assert_int_equal(unlink(path_of(folder, "etc/config/dhcp")), 0);
}

static void devices_are_told_by_their_words(void **state)
{
	static const struct {
		const char *text;
		enum device_kind kind;
	} cases[] = {
		{ "\nconfig 'remote' 'x'\n", DEVICE_OPENWRT },
		{ "network.lan=interface\nnetwork.lan.proto='static'\n", DEVICE_OPENWRT },
		{ "vpncfg {\n", DEVICE_FRITZBOX },
		{ "set zone \"Trust\" vrouter x\nset ike gateway a\n", DEVICE_SCREENOS },
		{ "set security ike gateway g\nset interfaces ge-0/0/0\n", DEVICE_JUNOS },
		{ "set groups node0 system host-name a\nset apply-groups \"${node}\"\n",
		  DEVICE_JUNOS },
		{ "system {\n    host-name branch;\n}\ninterfaces {\n", DEVICE_JUNOS },
		{ "conn acme\n\tright=7.7.7.7\n", DEVICE_STRONGSWAN },
		{ "connections {\n a {\n remote_addrs = 7.7.7.7\n", DEVICE_STRONGSWAN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct import_source source = { "x", cases[i].text,
						      strlen(cases[i].text) };
		enum device_kind kind;

		assert_int_equal(import_detect(&source, 1, &kind, NULL), 0);
		assert_string_equal(device_of(kind)->name,
				    device_of(cases[i].kind)->name);
	}
}

static void xml_is_refused_with_a_hint(void **state)
{
	static const char text[] = "<?xml version=\"1.0\"?>\n<x>\nset security ike a\n";
	const struct import_source source = { "a.cfg", text, sizeof(text) - 1 };
	enum device_kind kind;
	struct err err = { 0 };

	(void)state;
	assert_int_not_equal(import_detect(&source, 1, &kind, &err), 0);
	assert_non_null(strstr(err.text, "a.cfg:1: an XML document"));
}

static void strangers_are_no_device(void **state)
{
	static const struct import_source none = { 0 };
	const struct import_source source = { "letter.txt", "Dear Sir,\n", 10 };
	enum device_kind kind;
	struct err err = { 0 };

	(void)state;
	assert_int_not_equal(import_detect(&source, 1, &kind, &err), 0);
	assert_non_null(strstr(err.text, "letter.txt"));
	assert_int_not_equal(import_detect(&none, 0, &kind, &err), 0);
}

static void what_is_no_configuration_is_called_by_its_kind(void **state)
{
	static const struct {
		const char *bytes, *said;
	} rows[] = {
		{ "", "x: nothing is in it" },
		{ " \r\n\t\n", "x: nothing is in it" },
		{ "\xff\xd8\xff\xe0JFIF", "a picture (JPEG)" },
		{ "%PDF-1.4\n", "a PDF document" },
		{ "\xd0\xcf\x11\xe0\xa1\xb1", "an office document" },
		{ "<!doctype html>\n", "a web page (HTML)" },
		{ "hello\n", "not a file of a device" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct import_source source = { .name = "x",
						.bytes = rows[i].bytes,
						.length = strlen(rows[i].bytes) };
		struct err err = { 0 };
		enum device_kind kind;

		assert_int_not_equal(import_detect(&source, 1, &kind, &err), 0);
		if (!strstr(err.text, rows[i].said))
			fail_msg("%s, not %s", err.text, rows[i].said);
	}
}

#define SWANCTL_FILE "connections {\n a {\n  remote_addrs = 1.2.3.4\n"

/* Both ends' files in one folder are two ends; a router's own strongSwan is one. */
static void two_devices_in_one_place_are_refused_by_name(void **state)
{
	static const struct {
		struct import_source sources[2];
		bool is_mixture;
	} rows[] = {
		{ { { "a.conf", SWANCTL_FILE, 0 },
		    { "b.txt", "security {\n ike {\n", 0 } },
		  true },
		{ { { "a.conf", SWANCTL_FILE, 0 },
		    { "etc/config/x", "config a\nconfig b\nconfig c\n", 0 } },
		  false },
		{ { { "a.conf", SWANCTL_FILE, 0 }, { "b.conf", SWANCTL_FILE, 0 } },
		  false },
		{ { { "a.conf", SWANCTL_FILE, 0 }, { "notes", "system {\n", 0 } },
		  false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct import_source sources[2] = { rows[i].sources[0],
						    rows[i].sources[1] };
		struct err err = { 0 };

		for (size_t j = 0; j < 2; j++)
			sources[j].length = strlen(sources[j].bytes);
		if (!import_refuse_mixture("both", sources, 2, &err) ==
		    rows[i].is_mixture)
			fail_msg("row %zu: '%s'", i, err.text);
		if (rows[i].is_mixture)
			assert_has(err.text, "both has files of two devices, a.conf "
					     "(strongSwan) and b.txt (Junos)");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_files_that_matter_are_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			one_file_is_shown_as_it_is_called_on_the_device, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_not_there_is_an_error_with_its_path, setup, teardown),
		cmocka_unit_test_setup_teardown(a_routers_etc_is_read_as_its_root_is,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_form_alone_in_a_folder_is_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_folder_one_too_high_is_told_from_one_with_nothing, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			of_a_machines_etc_only_what_is_known_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(link_out_of_the_folder_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(link_that_stays_in_the_folder_is_read,
						setup, teardown),
		cmocka_unit_test_setup_teardown(link_that_the_user_names_is_his_own,
						setup, teardown),
		cmocka_unit_test_setup_teardown(fifo_among_the_files_is_named_unopened,
						setup, teardown),
		cmocka_unit_test(two_devices_in_one_place_are_refused_by_name),
		cmocka_unit_test(what_is_no_configuration_is_called_by_its_kind),
		cmocka_unit_test(devices_are_told_by_their_words),
		cmocka_unit_test(xml_is_refused_with_a_hint),
		cmocka_unit_test(strangers_are_no_device),
	};

	return cmocka_run_group_tests_name("import/load", tests, NULL, NULL);
}
