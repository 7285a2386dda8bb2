// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_command.c - what a command of a router's own script may change of a tunnel */
#include "import/openwrt_command.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "text/shell.h"

#define INIT_FOLDER "/etc/init.d/"

/* ------------------------------------------------------------ kinds */

enum kind {
	KIND_TALKS, /* says, waits, or is the shell's own: its status decides nothing */
	KIND_ASKS,  /* what comes of its answer the script says */
	KIND_RESTARTS, /* the daemon */
	KIND_NAMES,    /* the router's DNS server */
	KIND_SPEED,    /* how fast packets go, not where */
	KIND_COPIES,   /* files: it depends on which */
	KIND_ANY,      /* whatever it does */
};

/* Words with a blank on each side; what is in none is KIND_ANY. */
static const struct {
	enum kind kind;
	const char *words;
} kinds[] = {
	{ KIND_TALKS,
	  " : true false exit return echo logger printf sleep cd export local "
	  "shift set unset read trap wait readonly date uptime lock sync clear "
	  "reset_cb config_load config_get config_get_bool config_set "
	  "config_foreach config_list_foreach append json_load json_init "
	  "json_select json_add_string json_close_object ntpd hwclock "
	  "led_set blink beep mail sendmail msmtp break continue umask " },
	{ KIND_ASKS,
	  " [ [[ test cat grep egrep fgrep sed awk cut tr head tail wc sort uniq "
	  "ping ping6 arping traceroute pgrep pidof ps ubus ifstatus jsonfilter "
	  "nslookup host dig logread basename dirname expr seq which type hostname "
	  "id df free uname readlink stat ls find md5sum sha256sum cmp diff wget "
	  "curl uclient-fetch nc netstat ss ipcalc.sh json_get_var json_get_type "
	  "json_get_values json_is_a opkg jshn network_flush_cache "
	  "network_get_device network_get_physdev network_get_ipaddr "
	  "network_get_ipaddrs network_get_ipaddr6 network_get_subnet "
	  "network_get_subnets network_get_gateway network_get_gateway6 "
	  "network_get_dnsserver network_get_protocol network_get_uptime "
	  "procd_open_instance procd_set_param procd_append_param "
	  "procd_close_instance procd_add_reload_trigger "
	  "procd_add_interface_trigger network_is_up network_find_wan network_find_wan6 list_contains " },
	{ KIND_RESTARTS, " ipsec swanctl charon " },
	{ KIND_SPEED, " ethtool iwconfig iw iwinfo tc cpufreq-set renice taskset " },
	{ KIND_COPIES, " touch mkdir rm ln cp mv chmod chown mktemp tee " },
};

/* What a service of the firmware changes when a script restarts it, by its init script. */
static const struct {
	enum kind kind;
	const char *words;
} services[] = {
	{ KIND_RESTARTS, " ipsec swanctl strongswan " },
	{ KIND_NAMES, " dnsmasq odhcpd " },
	{ KIND_TALKS,
	  " atd avahi-daemon boot bootcount collectd cron dbus ddns done dropbear "
	  "fstab gpio_switch haveged led lldpd log luci_statistics "
	  "packet_steering rngd rpcd samba4 snmpd sysfixtime sysntpd sysstat "
	  "system ucitrack uhttpd umount urandom_seed urngd usbmode vnstat zram " },
	{ KIND_ANY, " firewall network sysctl wpad " },
};

static bool is_of(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *at = words;

	while (length && (at = strstr(at, word))) {
		if (at > words && at[-1] == ' ' && at[length] == ' ')
			return true;
		at += length;
	}
	return false;
}

/* -1: no service of the firmware. */
static int service_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (!strchr(name, ' ') && is_of(services[i].words, name))
			return (int)services[i].kind;
	return -1;
}

bool openwrt_is_firmware_service(const char *name)
{
	const char *at = strstr(name, INIT_FOLDER + 1);
	int kind;

	if (!at || (at != name && at[-1] != '/'))
		return false;
	kind = service_kind(at + strlen(INIT_FOLDER) - 1);
	return kind >= 0 && kind != KIND_RESTARTS;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static enum kind kind_of(const char *word)
{
	static const char *const folders[] = { "/bin/", "/sbin/", "/usr/bin/",
					       "/usr/sbin/" };
	int service = -1;

	if (str_starts(word, INIT_FOLDER)) {
		service = service_kind(word + strlen(INIT_FOLDER));
		/* ipsec-custom: what it does besides, its own text says. */
		if (service < 0 && (str_starts(word, INIT_FOLDER "ipsec") ||
				    str_starts(word, INIT_FOLDER "swanctl")))
			return KIND_RESTARTS;
		return service < 0 ? KIND_ANY : (enum kind)service;
	}
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (str_starts(word, folders[i]) &&
		    !strchr(word + strlen(folders[i]), '/'))
			word = last_part(word);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strchr(word, ' ') && is_of(kinds[i].words, word))
			return kinds[i].kind;
	return KIND_ANY;
}

static unsigned int aspects_of(enum kind kind)
{
	switch (kind) {
	case KIND_TALKS:
	case KIND_ASKS:
		return 0;
	case KIND_RESTARTS:
		return OPENWRT_TOUCHES_RESTART;
	case KIND_NAMES:
		return ASPECT_DNS;
	case KIND_SPEED:
		return ASPECT_THROUGHPUT;
	case KIND_COPIES:
	case KIND_ANY:
		break;
	}
	return OPENWRT_TOUCHES_ALL;
}

/* ------------------------------------------------------------ one command */

static const char *word_at(const struct shell_command *command, size_t i)
{
	return i < command->words.count ? command->words.items[i].text : "";
}

/* Libraries of functions, which do nothing when they are read; another file may do all. */
static bool is_library(const struct shell_command *command)
{
	static const char *const places[] = { "/lib/functions", "/lib/config/",
					      "/lib/network", "/usr/share/libubox/" };
	const char *file = command->words.count > 1 && command->words.items[1].is_known
				   ? command->words.items[1].text
				   : "";

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (str_starts(file, places[i]))
			return true;
	return false;
}

static bool is_led(const char *path)
{
	return str_starts(path, "/sys/class/leds/") || str_starts(path, "/proc/uptime");
}

/* "echo 0 > /proc/sys/net/ipv4/ip_forward" says it to the kernel. */
static bool is_written(const char *line)
{
	static const char *const places[] = { "/proc/", "/sys/", "/etc/", "/var/ipsec",
					      "/var/swanctl" };
	const char *at = strchr(line, '>');

	for (size_t i = 0; at && i < ARRAY_SIZE(places); i++) {
		const char *place = strstr(at, places[i]);

		if (place && !is_led(place))
			return true;
	}
	return false;
}

/* "uci get", "uci -q show": the others change what the model was read from. */
static bool is_question(const struct shell_command *command)
{
	size_t i = 1;

	while (*word_at(command, i) == '-')
		i++;
	return is_of(" get show export ", word_at(command, i));
}

/* "ip -4 addr show", "iptables -C …": no more than a look. */
static bool is_look(const struct shell_command *command, const char *looks,
		    const char *changes)
{
	bool is_one = false;

	for (size_t i = 1; i < command->words.count; i++) {
		is_one |= is_of(looks, word_at(command, i));
		if (is_of(changes, word_at(command, i)))
			return false;
	}
	return is_one;
}

/* Files of its own: state, logs, locks. */
static bool is_own_file(const struct shell_command *command)
{
	static const char *const places[] = { "/tmp/", "/var/lock", "/var/run/",
					      "/var/log" };

	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i);
		bool is_own = *word == '-' || !strchr(word, '/');

		if (!command->words.items[i].is_known)
			return false;
		for (size_t j = 0; j < ARRAY_SIZE(places); j++)
			is_own |= str_starts(word, places[j]);
		if (!is_own || strstr(word, "ipsec") || strstr(word, "swanctl"))
			return false;
	}
	return true;
}

static bool is_daemons(const struct shell_command *command)
{
	for (size_t i = 1; i < command->words.count; i++)
		if (strstr(word_at(command, i), "charon") ||
		    strstr(word_at(command, i), "starter"))
			return true;
	return false;
}

static enum kind command_kind(const struct shell_command *command)
{
	const char *word = word_at(command, 0);

	if (str_equal(word, ".") || str_equal(word, "source") ||
	    str_equal(word, "include"))
		return is_library(command) ? KIND_TALKS : KIND_ANY;
	/* The same rules from the same files, see the node's own. */
	if ((str_equal(word, INIT_FOLDER "firewall") || str_equal(word, "fw3") ||
	     str_equal(word, "fw4")) &&
	    str_equal(word_at(command, 1), "reload"))
		return KIND_TALKS;
	if (str_equal(word, "uci"))
		return is_question(command) ? KIND_ASKS : KIND_ANY;
	if (str_equal(last_part(word), "ip"))
		return is_look(command, " show list ls get ",
			       " add del delete replace change append flush set ")
			       ? KIND_ASKS
			       : KIND_ANY;
	if (str_equal(last_part(word), "iptables"))
		return is_look(command, " -C --check -L --list -S -nL -nvL -vnL ",
			       " -A -I -D -F -X -P -N -R -Z ")
			       ? KIND_ASKS
			       : KIND_ANY;
	if (str_equal(word, "service")) {
		int kind = service_kind(word_at(command, 1));

		return kind < 0 ? KIND_ANY : (enum kind)kind;
	}
	if (str_equal(word, "kill") || str_equal(word, "killall"))
		return is_daemons(command) ? KIND_RESTARTS : KIND_ANY;
	if (kind_of(word) == KIND_COPIES)
		return is_own_file(command) ? KIND_TALKS : KIND_ANY;
	return kind_of(word);
}

unsigned int openwrt_command_touches(const struct shell_command *command,
				     const char *line)
{
	enum kind kind;

	if (!command->words.count)
		return 0;
	kind = command_kind(command);
	if ((kind == KIND_TALKS || kind == KIND_ASKS) && is_written(line))
		return OPENWRT_TOUCHES_ALL;
	return aspects_of(kind);
}

/* ------------------------------------------------------------ a script */

unsigned int openwrt_script_touches(struct arena *arena, const char *text)
{
	VEC(const char *) lines = { 0 };
	struct shell_commands commands = { 0 };
	unsigned int touches = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");

		vec_add(arena, &lines, arena_strndup(arena, text, length));
		text += length + (text[length] == '\n');
	}
	shell_read(arena, lines.items, lines.count, &commands);
	vec_foreach (command, &commands)
		touches |= openwrt_command_touches(
			command,
			command->line < lines.count ? lines.items[command->line] : "");
	return touches |
	       (commands.is_damaged || commands.is_cut ? OPENWRT_TOUCHES_ALL : 0);
}

unsigned int openwrt_missing_touches(struct arena *arena, const char *name,
				     const char *text)
{
	const char *program = arena_strndup(arena, name, strcspn(name, " "));
	enum kind kind = kind_of(program);

	/* A library without which the script ended: all that it would do. */
	if (str_equal(program, ".") || kind == KIND_ASKS)
		return openwrt_script_touches(arena, text);
	return aspects_of(kind);
}
