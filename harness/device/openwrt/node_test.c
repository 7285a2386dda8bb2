// SPDX-License-Identifier: GPL-2.0-or-later
/* node_test.c - claims about what an OpenWrt router's scripts find in its node */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/test_text.h"
#include "device/openwrt/node.h"
#include "device/release.h"
#include "import/import.h"
#include "netns/spawn.h"

static int set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static const char network[] =
	"config interface 'loopback'\n\toption ifname 'lo'\n"
	"config interface wan\n\toption ifname eth0.2\n\toption proto dhcp\n"
	"\tlist dns 192.0.2.1\n\tlist dns 192.0.2.2\n"
	"config route\n\toption target \"it's\"\n";

static struct device_node_files files_for(struct arena *arena,
					  const struct device_release *release,
					  const char *name, const char *text)
{
	const struct import_source source = { .name = name,
					      .bytes = text,
					      .length = strlen(text) };
	struct device_node_files files;

	openwrt_scripts.files(arena, release, &source, 1, &files);
	return files;
}

static struct device_node_files files_of(struct arena *arena, const char *name,
					 const char *text)
{
	return files_for(arena, NULL, name, text);
}

static const struct device_node_file *find(const struct device_node_files *files,
					   const char *path)
{
	vec_foreach (file, files)
		if (str_equal(file->path, path))
			return file;
	return NULL;
}

static void folders_own_init_script_takes_the_place_of_the_models(void **state)
{
	struct device_node_files files =
		files_of(*state, "etc/init.d/ipsec", "#!/bin/sh\n. /lib/functions.sh\n");

	assert_string_equal(find(&files, "/etc/init.d/ipsec")->text,
			    "#!/etc/router/bin/sh\n. /etc/router/lib/functions.sh\n");
	assert_true(find(&files, "/etc/init.d/ipsec")->is_program);
	assert_has(find(&files, "/etc/init.d/swanctl")->text, "modelled");
	files = files_of(*state, "etc/init.d/../../tmp/x", "x");
	assert_null(find(&files, "/etc/init.d/../../tmp/x"));
}

/* A wrapper that only passes on what it is told is started by nobody. */
static void scripts_with_a_start_number_boot_in_its_order(void **state)
{
	static const char *const files[][2] = {
		{ "etc/init.d/ipsec", "#!/bin/sh /etc/rc.common\nSTOP=1\nSTART=90\n" },
		{ "etc/init.d/ipsec-wait", "#!/bin/sh\n/etc/init.d/ipsec \"$@\"\n" },
		{ "etc/init.d/swanctl", "#!/bin/sh /etc/rc.common\nSTART=60 # early\n" },
		{ "etc/init.d/ipsec-none", "#!/bin/sh /etc/rc.common\n" },
		{ "etc/hotplug.d/iface/1", "#!/bin/sh /etc/rc.common\nSTART=1\n" },
		/* One of the firmware's services, which are modelled, and one of one's own. */
		{ "etc/init.d/dnsmasq", "#!/bin/sh /etc/rc.common\nSTART=19\n" },
		{ "etc/init.d/watchdog", "#!/bin/sh /etc/rc.common\nSTART=99\n" },
	};
	struct import_source sources[7];
	struct device_places inits;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		sources[i] = (struct import_source){ files[i][0], files[i][1],
						     strlen(files[i][1]) };
	openwrt_scripts.inits(*state, sources, ARRAY_SIZE(files), &inits);
	assert_int_equal(inits.count, 3);
	assert_string_equal(inits.items[2], "/etc/init.d/watchdog");
	assert_string_equal(inits.items[0], "/etc/init.d/swanctl");
	assert_string_equal(inits.items[1], "/etc/init.d/ipsec");
}

/* What the router does not have is not there, and is named when a script calls it. */
static void only_the_releases_own_init_script_is_modelled(void **state)
{
	const struct device_release swanctl = { .name = "23.05", .is_swanctl = true };
	const struct device_release starter = { .name = "19.07" };
	struct device_node_files files = files_for(*state, &swanctl, "etc/hosts", "");

	assert_non_null(find(&files, "/etc/init.d/swanctl"));
	assert_null(find(&files, "/etc/init.d/ipsec"));
	assert_has(find(&files, DEVICE_NODE "/bin/ipsec")->text, "not rehearsed");
	files = files_for(*state, &starter, "etc/hosts", "");
	assert_null(find(&files, "/etc/init.d/swanctl"));
	assert_has(find(&files, "/etc/init.d/ipsec")->text, "modelled");
}

static void only_whole_paths_of_ours_are_changed_and_no_line(void **state)
{
	assert_string_equal(openwrt_script_text(*state, "#!/bin/sh\n/bin/shx /x/bin/sh "
							"\"/sbin/uci\" /sbin/uci-x\n"),
			    "#!/etc/router/bin/sh\n/bin/shx /x/bin/sh "
			    "\"/etc/router/bin/uci\" /sbin/uci-x\n");
}

static void uci_has_what_our_reader_read(void **state)
{
	struct device_node_files files = files_of(*state, "etc/config/network", network);

	assert_has(find(&files, "/etc/router/uci/network.show")->text,
		   "network.wan.dns='192.0.2.1' '192.0.2.2'\n");
	assert_has(find(&files, "/etc/router/uci/network.show")->text,
		   "network.@route[0].target='it'\\''s'\n");
	assert_has(find(&files, "/etc/router/uci/network")->text,
		   "\nconfig 'interface' 'wan'\n\toption 'ifname' 'eth0.2'\n");
	/* What is no name of UCI's would be run by a shell. */
	files = files_of(*state, "etc/config/network",
			 "config interface 'a$(reboot)'\n\toption x 1\n");
	assert_false(strstr(find(&files, "/etc/router/uci/network")->text, "reboot"));
}

#define SERVICE                                                        \
	"USE_PROCD=1; start_service() { procd_open_instance; "         \
	"procd_set_param command ${PROG:-/usr/lib/ipsec/starter} -n; " \
	"procd_set_param respawn; procd_close_instance; }"

/* The files below a folder of ours in place of DEVICE_NODE, and a script run with them. */
static char *run(struct arena *arena, const char *script, const char *const *env)
{
	char folder[] = "/tmp/twinsite-openwrt.XXXXXX";
	struct device_node_files files = files_of(arena, "etc/config/network", network);
	_cleanup_buf_ struct buf text = { 0 };
	const char *argv[] = { DEVICE_NODE_SHELL, "ash", "-c", NULL, NULL };
	struct spawn spawn = { .argv = argv, .env = env };
	char *output = NULL, *errors = NULL;
	struct err err = { 0 };
	int status;

	assert_non_null(mkdtemp(folder));
	buf_printf(&text, "cd %s && mkdir -p bin lib uci && : >asked\n", folder);
	buf_puts(&text, "fill() { sed \"s,/etc/router,$PWD,g\" >$1; chmod 755 $1; }\n");
	vec_foreach (file, &files)
		if (str_starts(file->path, DEVICE_NODE "/"))
			buf_printf(&text, "fill .%s <<'TWINSITE'\n%sTWINSITE\n",
				   file->path + strlen(DEVICE_NODE), file->text);
		else if (str_equal(file->path, "/etc/rc.common"))
			buf_printf(&text, "fill rc.common <<'TWINSITE'\n%sTWINSITE\n",
				   file->text);
	buf_printf(&text, "fill start <<'TWINSITE'\n%s\nTWINSITE\n",
		   openwrt_scripts.start);
	buf_printf(&text,
		   "fill boot <<'TWINSITE'\n%s\nTWINSITE\n"
		   "fill last <<'TWINSITE'\n%s\nTWINSITE\n"
		   "boot() { bin/sh -c \"$(sed \"s,/etc/rc,$PWD/rc,\" boot)\" rc.common "
		   "$PWD/$1 boot; }\n"
		   "last() { bin/sh -c \"$(cat last)\" $PWD/$1; }\n",
		   openwrt_scripts.boot, openwrt_scripts.last_start);
	buf_printf(&text,
		   "ln -s " DEVICE_NODE_SHELL " bin/sh\nPATH=$PWD/bin:$PATH\n"
		   "echo wan eth0.2 >interfaces\n"
		   "start() { sh -c \"$(cat start)\" $PWD/$1; }\n"
		   "mkservice() { { echo \"#!$PWD/bin/sh $PWD/rc.common\"; echo '" SERVICE
		   "'; } >x; chmod 755 x; }\n"
		   ". $PWD/lib/functions.sh\n%s\ncat asked; cd /; rm -rf %s\n",
		   script, folder);
	argv[3] = buf_text(&text);
	assert_int_equal(process_run(&spawn, NULL, clock_now_us() + 20 * INT64_C(1000000),
				     &output, &errors, &status, &err),
			 0);
	free(errors);
	return output;
}

/* As written in the scripts that come with OpenWrt's strongSwan. */
static void functions_and_uci_answer_as_openwrts_do(void **state)
{
	static const struct {
		const char *script, *wanted;
	} cases[] = {
		{ "config_load network; config_get d wan ifname; echo $d", "eth0.2\n" },
		{ "config_load network; config_get wan proto", "dhcp\n" },
		{ "config_load network; config_get d wan none fallback; echo $d",
		  "fallback\n" },
		{ "config_load network; config_get d wan dns; echo $d",
		  "192.0.2.1 192.0.2.2\n" },
		{ "each() { echo \"$1,$2\"; }; config_load network; "
		  "config_list_foreach wan dns each x",
		  "192.0.2.1,x\n192.0.2.2,x\n" },
		{ "each() { type=1 section=2 echo $1; }; config_load network; "
		  "config_foreach each interface",
		  "loopback\nwan\n" },
		{ "config_load network; config_get_bool b wan none 1; echo $b", "1\n" },
		{ "config_load nosuch || echo none", "none\n" },
		{ ". $PWD/lib/network.sh; network_get_device d wan; echo $d",
		  "eth0.2\n" },
		{ ". $PWD/lib/network.sh; network_get_device d nosuch; echo \"$?$d\"",
		  "1\n" },
		/* As an event's script is run: its line, and what it left behind. */
		{ "echo '(sleep 0; ipsec restart) &\n[ a = b ] || exit 0\necho never' >s; "
		  "start s | cat",
		  "end 2\nrestart ipsec restart (modelled)\n" },
		{ "mkservice; ./x restart", "stop ./x\nstart ./x\n" },
		/* As at the boot: the line of the script's own exit, also in a function. */
		{ "printf 'start() {\n  ( exit 3 )\n  [ a = b ] || exit 1\n}\n' >x; boot x",
		  "end 3\n" },
		{ "printf 'start() {\n  return 1\n}\n' >x; boot x", "" },
		/* When it is done: no functions.sh. */
		{ "printf 'type config_load >/dev/null || logger none 2>/dev/null\n\nexit 1\n' >x; last x",
		  "log root: none\nend 3\n" },
		{ "mkservice; ./x nosuch", "Syntax: ./x start|stop|restart|reload\n" },
		{ "mkservice; PROG=/usr/bin/other ./x start",
		  "unknown procd's /usr/bin/other -n\n" },
		{ "append a x; append a y; append a z ,; echo $a", "x y,z\n" },
		{ "uci get network.wan.ifname", "eth0.2\n" },
		{ "uci -q get network.wan.none; echo $?", "1\n" },
		{ "uci get network.@interface[1].proto", "dhcp\n" },
		{ "uci get network.wan.dns", "192.0.2.1 192.0.2.2\n" },
		{ "uci get network.wan", "interface\n" },
		{ "uci get network.@route[0].target", "it's\n" },
		{ "uci show network.wan.proto", "network.wan.proto='dhcp'\n" },
		{ "uci set network.wan.proto=x || echo refused",
		  "refused\nunknown uci set network.wan.proto=x\n" },
		{ "ipsec restart; ipsec up x", "restart ipsec restart (modelled)\n"
					       "unknown ipsec up x\n" },
		{ "logger -t ipsec up again 2>/dev/null", "log ipsec: up again\n" },
		{ "swanctl --load-all", "unknown swanctl --load-all\n" },
	};

	if (access(DEVICE_NODE_SHELL, X_OK)) {
		print_message("SKIP: no " DEVICE_NODE_SHELL "\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *said = run(*state, cases[i].script, NULL);

		if (!str_equal(said, cases[i].wanted))
			fail_msg("%s: %s", cases[i].script, said);
	}
}

static void only_netifds_scripts_run_and_by_name(void **state)
{
	static const struct import_source sources[] = {
		{ .name = "etc/hotplug.d/iface/90-b" },
		{ .name = "etc/hotplug.d/usb/10-x" },
		{ .name = "etc/hotplug.d/iface/100-a" },
		{ .name = "etc/rc.local" },
	};
	struct device_places scripts;

	openwrt_scripts.list(*state, sources, ARRAY_SIZE(sources), &scripts);
	assert_int_equal(scripts.count, 2);
	/* As the shell sorts a pattern: 100 before 90. */
	assert_string_equal(scripts.items[0], "/etc/hotplug.d/iface/100-a");
	assert_string_equal(scripts.items[1], "/etc/hotplug.d/iface/90-b");
}

static bool has_env(const char *const *env, const char *wanted)
{
	for (; *env; env++)
		if (str_equal(*env, wanted))
			return true;
	return false;
}

static void event_is_in_the_environment_as_netifd_puts_it(void **state)
{
	const struct device_event up = { "ifup", "wan", "eth0.2", false };
	const struct device_event update = { "ifupdate", "wan", "eth0.2", true };
	const char *env[DEVICE_ENV_MAX];

	openwrt_scripts.env(*state, &up, env);
	assert_true(has_env(env, "ACTION=ifup"));
	assert_true(has_env(env, "INTERFACE=wan"));
	assert_true(has_env(env, "DEVICE=eth0.2"));
	assert_false(has_env(env, "IFUPDATE_ADDRESSES=1"));
	openwrt_scripts.env(*state, &update, env);
	assert_true(has_env(env, "ACTION=ifupdate"));
	assert_true(has_env(env, "IFUPDATE_ADDRESSES=1"));
	assert_true(str_starts(env[0], "PATH=/etc/router/bin:"));
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(folders_own_init_script_takes_the_place_of_the_models),
		TEST(scripts_with_a_start_number_boot_in_its_order),
		TEST(only_the_releases_own_init_script_is_modelled),
		TEST(only_whole_paths_of_ours_are_changed_and_no_line),
		TEST(uci_has_what_our_reader_read),
		TEST(only_netifds_scripts_run_and_by_name),
		TEST(event_is_in_the_environment_as_netifd_puts_it),
		TEST(functions_and_uci_answer_as_openwrts_do),
	};

	return cmocka_run_group_tests_name("device/openwrt/node", tests, NULL, NULL);
}
