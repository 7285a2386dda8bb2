// SPDX-License-Identifier: GPL-2.0-or-later
/* scenario_test.c - claims about scenarios, overlays and expectations */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "scenario/read.h"

#define SITES                                    \
	"sites:\n"                               \
	"  home:\n"                              \
	"    device: openwrt\n"                  \
	"    files: home\n"                      \
	"    wan: 203.0.113.56/24\n"             \
	"    hosts: { laptop: 192.168.2.100 }\n" \
	"  acme:\n"                              \
	"    device: screenos\n"                 \
	"    files: acme/firewall.screenos\n"    \
	"    hosts:\n"                           \
	"      hobbit: 10.1.2.42\n"              \
	"      dns:\n"                           \
	"        address: 10.1.2.250\n"          \
	"        names: { hobbit.acme.inc: 10.1.2.42 }\n"
#define EXPECT                          \
	"expect:\n"                     \
	"  - tunnel: up\n"              \
	"  - reach: laptop -> hobbit\n" \
	"    through: tunnel\n"         \
	"    seen as: 192.168.2.100\n"  \
	"    within: 1500ms\n"          \
	"  - name: hobbit.acme.inc\n"   \
	"    asked by: laptop\n"        \
	"    answer: 10.1.2.42\n"       \
	"    from: dns\n"
#define REST                                                                       \
	"internet:\n"                                                              \
	"  hosts: { public: 198.51.100.80 }\n"                                     \
	"  nat: [ home ]\n"                                                        \
	"  impair: { site: home, delay: 20ms, loss: 1%, mtu: 1400, rate: 8000 }\n" \
	"timing: { retransmit: 0.2s, tries: 5 }\n"                                 \
	"fault: { id: F63, site: home, file: etc/firewall.user, line: 4 }\n"       \
	"needs: [ kernel-esp, netem ]\n"

struct fixture {
	struct scenario *scenario;
	struct scenario_files files;
	struct err err;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	scenario_free(f->scenario);
	free(f);
	return 0;
}

static int read_bytes(struct fixture *f, const char *text, size_t length)
{
	struct yaml_node *root = NULL;
	int ret;

	scenario_free(f->scenario);
	f->scenario = scenario_new();
	f->files = (struct scenario_files){ 0 };
	f->err = (struct err){ 0 };
	ret = yaml_parse(f->scenario->arena, "t.yml", text, length, &root, &f->err);
	return ret ? ret : scenario_read(f->scenario, root, &f->files, &f->err);
}

static int read_text(struct fixture *f, const char *text)
{
	return read_bytes(f, text, strlen(text));
}

static void everything_written_is_read(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	assert_int_equal(read_text(f, SITES EXPECT REST), 0);
	s = f->scenario;
	assert_int_equal(s->sites.count, 2);
	assert_string_equal(s->sites.items[0].name, "home");
	assert_int_equal(s->sites.items[0].kind, DEVICE_OPENWRT);
	assert_true(s->sites.items[0].is_behind_nat);
	assert_string_equal(inet_prefix_text(&s->sites.items[0].wan.prefix).s,
			    "203.0.113.56/24");
	assert_int_equal(s->sites.items[0].wan.at.line, 5);
	assert_string_equal(f->files.path[1], "acme/firewall.screenos");
	assert_int_equal(s->sites.items[1].hosts.items[1].names.count, 1);
	assert_int_equal(s->internet.count, 1);
	assert_int_equal(s->impairments.items[0].delay_ms, 20);
	assert_int_equal(s->impairments.items[0].mtu, 1400);
	assert_int_equal(s->retransmit_tries, 5);
	assert_int_equal(s->needs, NEED_KERNEL_ESP | NEED_NETEM);
	assert_string_equal(s->faults.items[0].class->id, "F63");
	assert_int_equal(s->faults.items[0].line, 4);
}

static void a_host_is_asked_by_the_address_of_as(void **state)
{
	struct fixture *f = *state;
	const struct expectation *items;

	assert_int_equal(read_text(f, SITES "expect:\n  - reach: laptop -> hobbit\n"
					    "    as: 10.202.1.42\n"
					    "  - reach: hobbit -> laptop\n"),
			 0);
	items = f->scenario->expectations.items;
	assert_string_equal(inet_addr_text(&items[0].as).s, "10.202.1.42");
	assert_int_equal(items[1].as.family, 0);
}

static void expectations_keep_text_and_line(void **state)
{
	struct fixture *f = *state;
	const struct expectation *e;

	assert_int_equal(read_text(f, SITES EXPECT REST), 0);
	assert_int_equal(f->scenario->expectations.count, 3);
	e = &f->scenario->expectations.items[1];
	assert_int_equal(e->kind, EXPECT_REACH);
	assert_string_equal(e->text, "reach: laptop -> hobbit");
	assert_string_equal(e->from, "laptop");
	assert_string_equal(e->to, "hobbit");
	assert_int_equal(e->path, PATH_TUNNEL);
	assert_int_equal(e->within_s, 2);
	assert_int_equal(e->at.line, 17);
	e = &f->scenario->expectations.items[2];
	assert_string_equal(e->server, "dns");
	assert_string_equal(inet_addr_text(&e->answer).s, "10.1.2.42");
}

#define BOTH_NAMES(name)                         \
	"sites:\n"                               \
	"  home:\n"                              \
	"    device: openwrt\n"                  \
	"    files: home\n"                      \
	"    dns name: " name "\n"               \
	"    hosts: { laptop: 192.168.2.100 }\n" \
	"  acme: { device: screenos, files: a, hosts: { hobbit: 10.1.2.42 } }\n"
#define TUNNEL_UP "expect: [ { tunnel: up } ]\n"

static void name_may_appear_late(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_text(f, BOTH_NAMES("home.dyndns.org") TUNNEL_UP), 0);
	assert_string_equal(f->scenario->sites.items[0].dns_name, "home.dyndns.org");
	assert_false(f->scenario->sites.items[0].is_dns_late);
	assert_int_equal(
		read_text(f, BOTH_NAMES("{ name: home.dyndns.org, appears: after start }")
				     TUNNEL_UP),
		0);
	assert_string_equal(f->scenario->sites.items[0].dns_name, "home.dyndns.org");
	assert_true(f->scenario->sites.items[0].is_dns_late);
}

static void late_name_is_read_strictly(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_text(f, BOTH_NAMES("{ appears: after start }") TUNNEL_UP),
			 -EINVAL);
	assert_non_null(strstr(f->err.text, "t.yml:5"));
	assert_int_equal(
		read_text(f, BOTH_NAMES("{ name: a.b, appears: after stat }") TUNNEL_UP),
		-EINVAL);
	assert_non_null(strstr(f->err.text, "after start"));
	/* It becomes a line of a hosts file. */
	assert_int_equal(read_text(f, BOTH_NAMES("\"a.b\\n1.2.3.4 c.d\"") TUNNEL_UP),
			 -EINVAL);
}

static void wan_change_may_say_where_to(void **state)
{
	struct fixture *f = *state;
	const struct expectation *e;

	assert_int_equal(read_text(f, SITES "expect:\n"
					    "  - wan change: home\n"
					    "    to: 203.0.114.9/24\n"
					    "    within: 30s\n"
					    "timing: { faster: 30 }\n"),
			 0);
	e = &f->scenario->expectations.items[0];
	assert_int_equal(e->kind, EXPECT_WAN_CHANGE);
	assert_string_equal(e->from, "home");
	assert_string_equal(inet_prefix_text(&e->wan).s, "203.0.114.9/24");
	assert_int_equal(e->within_s, 30);
	assert_int_equal(f->scenario->faster, 30);
	assert_int_equal(read_text(f, SITES "expect: [ { wan change: hobbit } ]\n"),
			 -EINVAL);
}

static void hosts_are_found_with_their_side(void **state)
{
	struct fixture *f = *state;
	int site = 7;

	assert_int_equal(read_text(f, SITES EXPECT REST), 0);
	assert_non_null(scenario_host_find(f->scenario, "hobbit", &site));
	assert_int_equal(site, 1);
	assert_non_null(scenario_host_find(f->scenario, "public", &site));
	assert_int_equal(site, -1);
	assert_null(scenario_host_find(f->scenario, "nobody", &site));
	assert_int_equal(site, -1);
}

static void mistakes_are_sentences_with_lines(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{ SITES, "t.yml:1: nothing is expected: add `expect:`" },
		{ "sites: { a: { device: openwrt, files: a } }\nexpect: [ { tunnel: up } ]\n",
		  "t.yml:1: a scenario has exactly two sites, not 1" },
		{ "sites: { a: { device: openwrt, files: a, hotplug: yes }, b: { device: junos, files: b } }\n",
		  "t.yml:1: hotplug: is no longer a switch: put the device's own script into etc/hotplug.d/iface/ among its other files, it is run; without one nothing happens. Then leave this line out" },
		{ "sites: { a: { device: fritzbox, files: a, hotplug: yes }, b: { device: junos, files: b } }\n",
		  "t.yml:1: a fritzbox has no hotplug scripts; if it starts its tunnels anew with a new address, write `restarts itself: yes`" },
		{ "sites: { a: { device: openwrt, files: a, restarts itself: yes }, b: { device: junos, files: b } }\n",
		  "t.yml:1: what restarts the tunnels of this device stands in its files: put the script into etc/hotplug.d/iface/" },
		{ SITES "expect:\n  - tunel: up\n",
		  "t.yml:16: unknown expectation 'tunel', did you mean 'tunnel'?" },
		{ SITES "expect:\n  - tunnel: open\n",
		  "t.yml:16: 'tunnel: open': write 'tunnel: up' or 'tunnel: down'" },
		{ SITES "expect:\n  - reach: laptop -> hobit\n",
		  "t.yml:16: unknown host 'hobit', did you mean 'hobbit'?" },
		{ SITES "expect:\n  - reach: laptop\n",
		  "t.yml:16: 'reach: laptop': write two hosts, as in 'laptop -> hobbit'" },
		{ SITES "expect:\n  - tunnel: up\n    through: tunnel\n",
		  "t.yml:17: unknown key 'through'; there is: tunnel" },
		{ SITES "expect:\n  - reach: laptop -> hobbit\n    through: tunel\n",
		  "t.yml:17: unknown path 'tunel', did you mean 'tunnel'?" },
		{ SITES "expect:\n  - name: a.b\n    asked by: laptop\n    answer: none\n    from: hobbit\n",
		  "t.yml:19: 'hobbit' is no DNS server: it has no `names:`" },
		{ SITES "expect:\n  - name: 10.1.2.42\n    asked by: laptop\n    answer: 10.1.2.42\n",
		  "t.yml:18: 'name' is an address: `answer:` is its host name" },
		{ SITES EXPECT "fault: { id: 63 }\n",
		  "t.yml:25: a fault needs `id:`, an F-number such as F63" },
		{ SITES EXPECT "fault: { id: F63, site: hom }\n",
		  "t.yml:25: unknown site 'hom', did you mean 'home'?" },
		{ SITES EXPECT "needs: kernel_esp\n",
		  "t.yml:25: unknown need 'kernel_esp', did you mean 'kernel-esp'?" },
		{ SITES EXPECT "internet: { hosts: { dns: 1.2.3.4 } }\n",
		  "t.yml:25: there are two hosts 'dns'" },
		{ SITES EXPECT "internet: { hosts: { internet: 1.2.3.4 } }\n",
		  "t.yml:25: the name 'internet' is reserved" },
		{ SITES EXPECT "internet: { hosts: { x: 1.2.3 } }\n",
		  "t.yml:25: 'x': '1.2.3' is not an IP address" },
		{ SITES EXPECT "internet: { hosts: { x: {} } }\n",
		  "t.yml:25: host 'x' needs an address" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(read_text(f, rows[i].text), -EINVAL);
		assert_string_equal(f->err.text, rows[i].sentence);
	}
}

static void judge(struct fixture *f, const char *text, size_t length)
{
	int ret = read_bytes(f, text, length);

	assert_true(ret == 0 || ret == -EINVAL);
	assert_true(ret == 0 || f->err.text[0]);
}

static void cut_anywhere_is_a_sentence_or_a_scenario(void **state)
{
	static const char text[] = SITES EXPECT REST;

	for (size_t length = 0; length < sizeof(text); length++) {
		_cleanup_free_ char *copy = malloc(length ? length : 1);

		memcpy(copy, text, length);
		judge(*state, copy, length);
	}
}

static void each_byte_flipped_is_a_sentence_or_a_scenario(void **state)
{
	static const unsigned char masks[] = { 0x01, 0x04, 0x20, 0xff };
	char copy[] = SITES EXPECT REST;

	for (size_t i = 0; i < sizeof(copy) - 1; i++)
		for (size_t m = 0; m < sizeof(masks); m++) {
			copy[i] = (char)(copy[i] ^ masks[m]);
			judge(*state, copy, sizeof(copy) - 1);
			copy[i] = (char)(copy[i] ^ masks[m]);
		}
}

/* ------------------------------------------------------------ overlays */

static void add_source(struct fixture *f, size_t site, const char *name, const char *text)
{
	struct import_source source = { .name = name,
					.bytes = text,
					.length = strlen(text) };

	vec_add(f->scenario->arena, &f->scenario->sites.items[site].sources, source);
}

/* Apply one edit to home/etc/hosts = "one two one\n" and acme/firewall.screenos. */
static int edit(struct fixture *f, const char *text)
{
	struct yaml_node *root = NULL;

	assert_int_equal(read_text(f, SITES EXPECT), 0);
	add_source(f, 0, "etc/hosts", "one two one\n");
	add_source(f, 1, "firewall.screenos", "set x");
	assert_int_equal(yaml_parse(f->scenario->arena, "o.yml", text, strlen(text),
				    &root, &f->err),
			 0);
	return overlay_apply(f->scenario, &f->files, root, &f->err);
}

static const char *source_text(const struct fixture *f, size_t site, size_t index)
{
	const struct scenario_site *s = &f->scenario->sites.items[site];

	assert_true(index < s->sources.count);
	assert_int_equal(strlen(s->sources.items[index].bytes),
			 s->sources.items[index].length);
	return s->sources.items[index].bytes;
}

static void edits_change_the_text(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(edit(f, "file: home/etc/hosts\nfind: two\nreplace: 2\n"), 0);
	assert_string_equal(source_text(f, 0, 0), "one 2 one\n");
	assert_int_equal(
		edit(f, "file: home/etc/hosts\nfind: one\ntimes: 2\nreplace: \"\"\n"), 0);
	assert_string_equal(source_text(f, 0, 0), " two \n");
	assert_int_equal(edit(f, "file: acme/firewall.screenos\nappend: \"set y\\n\"\n"),
			 0);
	assert_string_equal(source_text(f, 1, 0), "set x\nset y\n");
	assert_int_equal(edit(f, "file: home/etc/new\ncreate: \"text\"\n"), 0);
	assert_string_equal(source_text(f, 0, 1), "text");
	assert_string_equal(f->scenario->sites.items[0].sources.items[1].name, "etc/new");
	assert_int_equal(edit(f, "file: home/etc/hosts\ndelete: yes\n"), 0);
	assert_int_equal(f->scenario->sites.items[0].sources.count, 0);
	assert_int_equal(f->scenario->edits.count, 1);
	assert_null(f->scenario->edits.items[0].replace);
}

static void edits_that_do_not_fit_are_sentences(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{ "file: home/etc/hosts\nfind: three\nreplace: 3\n",
		  "o.yml:2: the text to find is 0 times in home/etc/hosts, not 1 time: 'three'" },
		{ "file: home/etc/hosts\nfind: one\nreplace: 1\n",
		  "o.yml:2: the text to find is 2 times in home/etc/hosts, not 1 time: 'one'" },
		{ "file: home/etc/host\nfind: one\nreplace: 1\n",
		  "o.yml:1: unknown file 'home/etc/host', did you mean 'home/etc/hosts'?" },
		{ "file: home/etc/hosts\ncreate: x\n", "o.yml:1: 'home/etc/hosts' exists already" },
		{ "file: elsewhere\ncreate: x\n",
		  "o.yml:1: 'elsewhere' is in the folder of neither site" },
		{ "file: home/etc/hosts\n",
		  "o.yml:1: an edit needs find and replace, append, delete, "
		  "create or executable" },
		{ "file: home/etc/hosts\nfind: one\n", "o.yml:1: 'find' and 'replace' go together" },
		{ "file: home/etc/hosts\nfind: one\nreplace: 1\nappend: x\n",
		  "o.yml:1: either 'find' or 'append', not both" },
		{ "find: one\nreplace: 1\n", "o.yml:1: an edit needs `file: …`" },
		{ "file: home/etc/hosts\ndelete: no\n", "o.yml:1: 'delete' can only be yes" },
		{ "file: home/etc/hosts\nfind: \"\"\nreplace: x\n", "o.yml:2: 'find' has no value" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(edit(f, rows[i].text), -EINVAL);
		assert_string_equal(f->err.text, rows[i].sentence);
	}
}

/* The release that is asked for, at the end that has releases; the other one has none. */
static void ends_are_read_as_the_release_that_is_asked_for(void **state)
{
	_cleanup_(scenario_freep) struct scenario *as = NULL, *own = NULL;
	struct fixture *f = *state;

	assert_int_equal(scenario_load_as("scenarios/acme", "19.07", &as, &f->err), 0);
	assert_string_equal(as->sites.items[0].firmware, "19.07");
	assert_int_equal(as->sites.items[0].site->reading, READING_RENDERED);
	assert_null(as->sites.items[1].firmware);
	assert_int_equal(scenario_load_as("scenarios/acme", "", &own, &f->err), 0);
	assert_string_equal(own->sites.items[0].firmware, "documented");
	assert_int_equal(scenario_load_as("scenarios/acme", "99", &own, &f->err),
			 -EINVAL);
}

/* Scenario folders below a temporary one; written anew by each test. */
static void write_yml(const char *top, const char *name, const char *text)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(file_make_folder(path, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/%s/scenario.yml", top, name);
	assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

static void remove_ymls(const char *top, const char *const *names)
{
	char path[256];

	for (size_t i = 0; names[i]; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s/scenario.yml", top, names[i]);
		(void)unlink(path);
		(void)snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		(void)rmdir(path);
	}
	(void)rmdir(top);
}

static void bases_are_merged_from_below(void **state)
{
	static const char *const names[] = { "base", "middle", "top", NULL };
	char top[] = "/tmp/scenario_test.XXXXXX", path[64];
	struct fixture *f = *state;
	struct overlay_tree tree = { 0 };

	assert_non_null(mkdtemp(top));
	write_yml(top, "base", "# Base.\na: { b: 1, c: 2 }\nedit: [ first ]\n");
	write_yml(top, "middle",
		  "# Middle.\nbase: ../base\nedit: [ second ]\na: { c: 3 }\n");
	write_yml(top, "top", "# Top one. \nbase: ../middle/\nedit: [ third ]\n");
	f->scenario = scenario_new();
	(void)snprintf(path, sizeof(path), "%s/top/", top);
	assert_int_equal(overlay_tree(f->scenario->arena, path, &tree, &f->err), 0);
	assert_string_equal(tree.sentence, "Top one.");
	assert_string_equal(yaml_get(yaml_get(tree.root, "a"), "b")->text, "1");
	assert_string_equal(yaml_get(yaml_get(tree.root, "a"), "c")->text, "3");
	assert_int_equal(tree.edits.count, 3);
	assert_string_equal(tree.edits.items[0]->text, "first");
	assert_string_equal(tree.edits.items[2]->text, "third");
	(void)snprintf(path, sizeof(path), "%s/base/scenario.yml", top);
	assert_string_equal(tree.edits.items[0]->at.file, path);
	remove_ymls(top, names);
}

static void circle_of_bases_ends(void **state)
{
	static const char *const names[] = { "a", "b", NULL };
	char top[] = "/tmp/scenario_test.XXXXXX", path[64];
	struct fixture *f = *state;
	struct overlay_tree tree;

	assert_non_null(mkdtemp(top));
	write_yml(top, "a", "# A.\nbase: ../b\n");
	write_yml(top, "b", "# B.\nbase: ../a\n");
	f->scenario = scenario_new();
	(void)snprintf(path, sizeof(path), "%s/a", top);
	assert_int_equal(overlay_tree(f->scenario->arena, path, &tree, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.text, "circle"));
	remove_ymls(top, names);
}

static void first_line_must_be_a_sentence(void **state)
{
	static const char *const names[] = { "a", NULL };
	char top[] = "/tmp/scenario_test.XXXXXX", path[64];
	struct fixture *f = *state;
	struct overlay_tree tree;

	assert_non_null(mkdtemp(top));
	f->scenario = scenario_new();
	(void)snprintf(path, sizeof(path), "%s/a", top);
	assert_int_equal(overlay_tree(f->scenario->arena, path, &tree, &f->err), -ENOENT);
	write_yml(top, "a", "sites: {}\n# Late.\n");
	assert_int_equal(overlay_tree(f->scenario->arena, path, &tree, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.text, "scenario.yml:1: the first line"));
	write_yml(top, "a", "# \nsites: {}\n");
	assert_int_equal(overlay_tree(f->scenario->arena, path, &tree, &f->err), -EINVAL);
	remove_ymls(top, names);
}

/* ------------------------------------------------------------ whole scenarios */

#define SHIPPED "scenarios" /* tests run at the top of the tree */

static void shipped_scenarios_load(void **state)
{
	struct fixture *f = *state;
	DIR *folder = opendir(SHIPPED);
	const struct dirent *entry;
	unsigned int loaded = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		struct scenario *scenario = NULL;
		char path[sizeof(SHIPPED) + sizeof(entry->d_name) + 1];

		if (entry->d_name[0] == '.' || str_ends(entry->d_name, ".md"))
			continue;
		(void)snprintf(path, sizeof(path), SHIPPED "/%s", entry->d_name);
		if (scenario_load(path, &scenario, &f->err))
			fail_msg("%s", f->err.text);
		assert_string_equal(scenario->name, entry->d_name);
		assert_int_equal(scenario->sites.count, 2);
		scenario_free(scenario);
		loaded++;
	}
	(void)closedir(folder);
	assert_true(loaded > 0);
}

static void acme_is_what_its_files_say(void **state)
{
	struct fixture *f = *state;
	const struct scenario_site *home, *acme;

	assert_int_equal(scenario_load(SHIPPED "/acme", &f->scenario, &f->err), 0);
	home = &f->scenario->sites.items[0];
	acme = &f->scenario->sites.items[1];
	assert_int_equal(f->scenario->initiator, 0); /* acme waits for anybody */
	assert_string_equal(inet_prefix_text(scenario_wan(home)).s, "203.0.113.56/24");
	assert_string_equal(inet_prefix_text(scenario_wan(acme)).s, "7.7.7.7/24");
	assert_int_equal(home->site->tunnels.count, 1);
	assert_int_equal(home->site->tunnels.items[0].mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(home->site->tunnels.items[0].children.count, 2);
}

/* acme with one more overlay that changes the scenario itself. */
static int load_variant(struct fixture *f, const char *overlay)
{
	static const char *const names[] = { "variant", NULL };
	char top[] = "/tmp/scenario_test.XXXXXX", text[1024], path[64], here[512];
	int ret;

	assert_non_null(mkdtemp(top));
	assert_non_null(getcwd(here, sizeof(here)));
	(void)snprintf(text, sizeof(text), "# V.\nbase: %s/" SHIPPED "/acme\n%s", here,
		       overlay);
	write_yml(top, "variant", text);
	(void)snprintf(path, sizeof(path), "%s/variant", top);
	ret = scenario_load(path, &f->scenario, &f->err);
	remove_ymls(top, names);
	return ret;
}

static void addresses_must_fit_the_files(void **state)
{
	/* clang-format off */
	static const struct {
		const char *overlay, *sentence;
	} rows[] = {
		{ "sites: { home: { hosts: { laptop: 192.168.9.1 } } }\n",
		  "host 'laptop' 192.168.9.1 is in no network of site home "
		  "(192.168.2.82/26, 192.168.3.1/24)" },
		{ "sites: { home: { hosts: { laptop: 192.168.2.82 } } }\n",
		  "host 'laptop' has the router's own address 192.168.2.82" },
		{ "sites: { home: { hosts: { laptop: 192.168.3.100 } } }\n",
		  "host 'guest' has the address of 'laptop', 192.168.3.100" },
		{ "sites: { acme: { wan: 7.7.7.8/24 } }\n",
		  "site acme: `wan: 7.7.7.8/24`, but firewall.screenos:15 says 7.7.7.7/24" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(load_variant(f, rows[i].overlay), -EINVAL);
		assert_non_null(strstr(f->err.text, rows[i].sentence));
	}
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(everything_written_is_read),
		TEST(a_host_is_asked_by_the_address_of_as),
		TEST(expectations_keep_text_and_line),
		TEST(name_may_appear_late),
		TEST(late_name_is_read_strictly),
		TEST(wan_change_may_say_where_to),
		TEST(hosts_are_found_with_their_side),
		TEST(mistakes_are_sentences_with_lines),
		TEST(cut_anywhere_is_a_sentence_or_a_scenario),
		TEST(each_byte_flipped_is_a_sentence_or_a_scenario),
		TEST(edits_change_the_text),
		TEST(edits_that_do_not_fit_are_sentences),
		TEST(ends_are_read_as_the_release_that_is_asked_for),
		TEST(bases_are_merged_from_below),
		TEST(circle_of_bases_ends),
		TEST(first_line_must_be_a_sentence),
		TEST(shipped_scenarios_load),
		TEST(acme_is_what_its_files_say),
		TEST(addresses_must_fit_the_files),
	};

	return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
