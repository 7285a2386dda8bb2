// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_text_test.c - strongswan.conf and swanctl.conf, whatever a device's file holds */
#include <errno.h>
#include <string.h>

#include "charon/test_conf.h"

static void quiet_settings_differ_in_the_level_of_esp(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = conf_of(site, &params);

	(void)state;
	assert_non_null(strstr(conf->strongswan, "esp = 2"));
	assert_null(strstr(conf->strongswan_quiet, "esp = 2"));
	assert_non_null(strstr(conf->strongswan_quiet, "esp = 1"));
	assert_int_equal(strlen(conf->strongswan), strlen(conf->strongswan_quiet));
}

/* It is written again long after conf_new(), when the caller's texts are gone. */
static void a_slowed_down_conf_still_has_its_paths(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;
	char log[] = "/tmp/home/own.log", socket[] = "/tmp/home/own.vici";
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	with.log_file = log;
	with.vici_socket = socket;
	conf = conf_of(site, &with);
	memset(log, 'x', sizeof(log) - 1);
	memset(socket, 'x', sizeof(socket) - 1);
	conf_slow_down(conf, 2.0);
	assert_non_null(strstr(conf->strongswan, "retransmit_timeout = 1.000\n"));
	assert_non_null(strstr(conf->strongswan, "path = \"/tmp/home/own.log\"\n"));
	assert_non_null(
		strstr(conf->strongswan, "socket = \"unix:///tmp/home/own.vici\"\n"));
}

static void strongswan_conf_is_exactly_this(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	with.key_log_file = "/tmp/home/keys.log";
	site->install_routes = (struct flag){ true, false, { 0 } };
	conf = conf_of(site, &with);
	assert_string_equal(
		conf->strongswan,
		"# written by twinsite\n"
		"charon {\n"
		"\tload = random nonce kdf openssl aes sha1 sha2 md5 hmac xcbc cmac gcm "
		"ccm"
		" ctr kernel-libipsec kernel-netlink socket-default vici\n"
		"\tinstall_routes = no\n"
		"\tinstall_virtual_ip = no\n"
		"\tretransmit_timeout = 0.500\n"
		"\tretransmit_base = 1.800\n"
		"\tretransmit_tries = 3\n"
		"\tplugins {\n"
		"\t\tvici {\n"
		"\t\t\tsocket = \"unix:///tmp/home/charon.vici\"\n"
		"\t\t}\n"
		"\t}\n"
		"\tfilelog {\n"
		"\t\tmain {\n"
		"\t\t\tpath = \"/tmp/home/charon.log\"\n"
		"\t\t\ttime_format = \"%Y-%m-%d %H:%M:%S\"\n"
		"\t\t\ttime_add_ms = yes\n"
		"\t\t\tflush_line = yes\n"
		"\t\t\tike_name = yes\n"
		"\t\t\tdefault = 1\n"
		"\t\t\tcfg = 3\n"
		"\t\t\tesp = 2\n"
		"\t\t}\n"
		"\t\tkeys {\n"
		"\t\t\tpath = \"/tmp/home/keys.log\"\n"
		"\t\t\ttime_format = \"%Y-%m-%d %H:%M:%S\"\n"
		"\t\t\ttime_add_ms = yes\n"
		"\t\t\tflush_line = yes\n"
		"\t\t\tike_name = yes\n"
		"\t\t\tdefault = 0\n"
		"\t\t\tike = 4\n"
		"\t\t\tchd = 4\n"
		"\t\t\tcfg = 2\n"
		"\t\t}\n"
		"\t}\n"
		"}\n"
		"swanctl {\n"
		"\tload = random openssl\n"
		"\tsocket = \"unix:///tmp/home/charon.vici\"\n"
		"}\n");
}

static void swanctl_conf_says_what_charon_was_told(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct buf _cleanup_buf_ out = { 0 };

	(void)state;
	site->tunnels.items[0].children.count = 1;
	conf = conf_of(site, &params);
	conf_swanctl_format(conf, false, &out);
	assert_string_equal(
		buf_text(&out),
		"# What the charon of acme was told, for reading.\n"
		"connections {\n"
		"\thome-gw {\n"
		"\t\tversion = 1\n"
		"\t\taggressive = yes\n"
		"\t\tlocal_addrs = 7.7.7.7\n"
		"\t\tremote_addrs = %any\n"
		"\t\tproposals = aes128-sha1-modp1024\n"
		"\t\treauth_time = 25920\n"
		"\t\tover_time = 2880\n"
		"\t\trand_time = 0\n"
		"\t\tmobike = no\n"
		"\t\tfragmentation = no\n"
		"\t\tunique = replace\n"
		"\t\tlocal-1 {\n"
		"\t\t\tauth = psk\n"
		"\t\t\tid = 7.7.7.7\n"
		"\t\t}\n"
		"\t\tremote-1 {\n"
		"\t\t\tauth = psk\n"
		"\t\t\tid = fqdn:bratwurst\n"
		"\t\t}\n"
		"\t\tchildren {\n"
		"\t\t\thome-vpn_10 {\n"
		"\t\t\t\tlocal_ts = 10.1.2.0/24\n"
		"\t\t\t\tremote_ts = 192.168.2.64/26\n"
		"\t\t\t\tesp_proposals = aes128-sha1-modp1024\n"
		"\t\t\t\tmode = tunnel\n"
		"\t\t\t\tlife_time = 3600\n"
		"\t\t\t\trekey_time = 3240\n"
		"\t\t\t\trand_time = 0\n"
		"\t\t\t\tstart_action = none\n"
		"\t\t\t\tdpd_action = none\n"
		"\t\t\t\tclose_action = none\n"
		"\t\t\t}\n"
		"\t\t}\n"
		"\t}\n"
		"}\n"
		"secrets {\n"
		"\tike-home-gw {\n"
		"\t\tid-1 = \"fqdn:bratwurst\"\n"
		"\t\tid-2 = \"7.7.7.7\"\n"
		"\t\t# the secret is not shown, see acme/firewall.screenos:14\n"
		"\t}\n"
		"}\n");
}

static void texts_of_a_device_cannot_break_out_of_swanctl_conf(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct buf _cleanup_buf_ out = { 0 };

	(void)state;
	site->tunnels.items[0].local_id.value = "x\"\n}\nevil { # \\";
	site->tunnels.items[0].remotes.items[0] =
		(struct endpoint){ ENDPOINT_NAME, { 0 }, "h\n}\nevil {", { 0 } };
	conf = conf_of(site, &params);
	conf_swanctl_format(conf, false, &out);
	assert_null(strstr(buf_text(&out), "\nevil"));
	assert_null(strstr(buf_text(&out), "\n}\nevil"));
	assert_non_null(
		strstr(buf_text(&out), "id = \"fqdn:x\\\"\\n}\\nevil { # \\\\\""));
}

static void paths_that_cannot_be_written_are_refused(void **state)
{
	static const char *const paths[] = { "relative", "/a\"b", "/a\nb",
					     "/a#b",	 "",	  NULL };
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf *conf;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct conf_params with = params;

		with.log_file = paths[i];
		assert_int_equal(conf_new(site, &with, &conf, &err), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slowed_down_conf_still_has_its_paths),
		cmocka_unit_test(quiet_settings_differ_in_the_level_of_esp),
		cmocka_unit_test(strongswan_conf_is_exactly_this),
		cmocka_unit_test(swanctl_conf_says_what_charon_was_told),
		cmocka_unit_test(texts_of_a_device_cannot_break_out_of_swanctl_conf),
		cmocka_unit_test(paths_that_cannot_be_written_are_refused),
	};

	return cmocka_run_group_tests_name("charon/conf_text", tests, NULL, NULL);
}
