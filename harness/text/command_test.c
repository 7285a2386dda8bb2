// SPDX-License-Identifier: GPL-2.0-or-later
/* command_test.c - claims about what of a stranger's command is shown */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "text/command.h"

static void shows(const char *command, const char *shown)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	assert_string_equal(command_shown(arena, command), shown);
}

static void secrets_of_a_command_are_not_shown(void **state)
{
	(void)state;
	shows("uci set network.wg0.private_key=hush",
	      "uci set network.wg0.private_key=…");
	shows("uci set x.y='a b' z", "uci set x.y=… z");
	shows("curlx -u admin:hush http://dyn/", "curlx -u … http://dyn/");
	shows("curl --user 'ad min:hush' x", "curl --user … x");
	shows("wget --password=hush", "wget --password=…");
	shows("wget -q http://me:hush@dyn/a", "wget -q http://…@dyn/a");
	shows("wget 'http://dyn/?key=hush'", "wget 'http://dyn/?key=…");
	shows("ip xfrm state add enc aes 0x00112233445566778899aabbccddeeff",
	      "ip xfrm state add enc aes …");
}

static void what_is_no_secret_is_shown_as_it_is(void **state)
{
	static const char *const commands[] = {
		"",
		"nosuch",
		"a script  with blanks ",
		"iptables -t nat -A x -p udp -m mark --mark 0x10/0x10 -u y",
		"/usr/sbin/iptables -A x -p udp",
		"sysctl -w net.ipv4.ip_forward=1",
		"ipsec up office",
		"procd's /usr/bin/watch.sh 10",
		"wget http://dyn/a@b",
		"[ a = b ]",
		"x 'not closed",
		"curl -u",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		shows(commands[i], commands[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_of_a_command_are_not_shown),
		cmocka_unit_test(what_is_no_secret_is_shown_as_it_is),
	};

	return cmocka_run_group_tests_name("text/command", tests, NULL, NULL);
}
