// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_beside_test.c - claims: a file that is not rehearsed is named by what it may touch */
#include "import/openwrt_beside.h"

#include <string.h>

#include "import/test_import.h"
#include "model/aspect.h"

static void what_a_file_may_touch_is_named_with_its_line(void **state)
{
	static const struct {
		const char *name, *text;
		unsigned int aspects, line; /* 0: nothing is said */
	} cases[] = {
		{ "etc/dnsmasq.conf", "# as shipped\n\n  # listen-address=\n", 0, 0 },
		{ "etc/dnsmasq.conf", "# x\nserver=/a.example/10.0.0.1\n", ASPECT_DNS,
		  2 },
		{ "etc/dnsmasq.d/own", "port=0\r\n", ASPECT_DNS, 1 },
		{ "etc/rc.local", "# Put your custom commands here\n\nexit 0\n", 0, 0 },
		{ "etc/rc.local", "logger up\nip route add 10.0.0.0/8 dev x\nexit 0\n",
		  ASPECT_WAY | ASPECT_IKE, 2 },
		{ "etc/rc.local", "logger x\n/etc/init.d/ipsec restart\n", 0, 0 },
		/* There nothing starts it afterwards. */
		{ "etc/rc.local", "logger x\n/etc/init.d/ipsec stop\n", ASPECT_IKE, 2 },
		{ "etc/rc.local", "ipsec down office\n", ASPECT_IKE, 1 },
		{ "etc/rc.local", "swanctl --terminate --ike a\n", ASPECT_IKE, 1 },
		{ "etc/rc.local", "swanctl --unload-conn a\n", ASPECT_IKE, 1 },
		{ "etc/rc.local", "ipsec purgeike\n", ASPECT_IKE, 1 },
		/* A name of the firmware's is no word for what the text does. */
		{ "etc/init.d/log", "START=12\nstart() {\n\tlogger a\n}\n", 0, 0 },
		{ "etc/init.d/log", "START=12\nstart() {\n\tiptables -F\n}\n", ASPECT_WAY,
		  3 },
		{ "etc/init.d/cron", "echo 0 > /proc/sys/net/ipv4/ip_forward\n",
		  ASPECT_WAY, 1 },
		/* It is run, and what it asks for is done. */
		{ "etc/hotplug.d/iface/90-x",
		  "[ \"$ACTION\" = ifup ] || exit 0\nlogger x\n/etc/init.d/ipsec restart\n",
		  0, 0 },
		{ "etc/init.d/ipsec-custom", "#!/bin/sh\n/etc/init.d/ipsec \"$@\"\n", 0,
		  0 },
		{ "etc/init.d/ipsec-custom", "#!/bin/sh\nipsec starter\nip route add x\n",
		  ASPECTS_TRAFFIC, 3 },
		{ "etc/hotplug.d/iface/90-x", "ipsec restart\niptables -F\nlogger x\n",
		  ASPECT_NAT, 2 },
		{ "etc/hotplug.d/iface/90-x", "echo 'never closed\n", ASPECT_WAY, 1 },
		{ "etc/hotplug.d/iface/90-x", ". /lib/functions/network.sh\nlogger x\n",
		  0, 0 },
		{ "etc/hotplug.d/iface/90-x", "logger x\n. /etc/own.sh\n", ASPECT_WAY,
		  2 },
		{ "etc/hotplug.d/iface/90-x", "F=$1\nsource \"$F\"\n", ASPECT_WAY, 2 },
		{ "etc/rc.local", "echo x\necho 0 > /proc/sys/net/ipv4/ip_forward\n",
		  ASPECT_WAY, 2 },
		{ "etc/rc.local", "echo x > /tmp/state 2>/dev/null\n", 0, 0 },
		{ "etc/crontabs/root", "0 4 * * * reboot\n", ASPECT_LIFE, 1 },
		{ "home/etc/init.d/ipsec", "#!/bin/sh /etc/rc.common\nSTART=90\n",
		  ASPECT_AUTH, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_OPENWRT);
		const struct remark *said;

		assert_true(openwrt_is_beside(cases[i].name));
		openwrt_beside_read(site, cases[i].name, cases[i].text);
		said = site_touching(site, NULL, ~0u);
		if (!cases[i].line) {
			assert_null(said);
			/* What is run is listed all the same. */
			assert_int_equal(site->remarks.count,
					 strstr(cases[i].text, "ipsec") != NULL);
			continue;
		}
		assert_non_null(said);
		assert_string_equal(said->at.file, cases[i].name);
		assert_int_equal(said->at.line, cases[i].line);
		assert_int_equal(said->aspects & cases[i].aspects, cases[i].aspects);
	}
}

/* Restarting it is no doubt about what is up now. */
static void a_restart_touches_no_traffic(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_OPENWRT);

	(void)state;
	openwrt_beside_read(site, "etc/crontabs/root",
			    "5 4 * * * /etc/init.d/ipsec restart\n");
	assert_non_null(site_touching(site, NULL, ASPECT_LIFE));
	assert_null(site_touching(site, NULL, ASPECTS_TRAFFIC | ASPECT_DNS));
}

static void other_files_are_left_to_their_readers(void **state)
{
	(void)state;
	assert_false(openwrt_is_beside("etc/config/dnsmasq.conf.orig"));
	assert_false(openwrt_is_beside("etc/firewall.user"));
	assert_false(openwrt_is_beside("etc/crontabs/other"));
	assert_false(openwrt_is_beside("myetc/rc.local"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_file_may_touch_is_named_with_its_line),
		cmocka_unit_test(a_restart_touches_no_traffic),
		cmocka_unit_test(other_files_are_left_to_their_readers),
	};

	return cmocka_run_group_tests_name("import/openwrt_beside", tests, NULL, NULL);
}
