// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_command.c - what a command of a router's own script may change of a tunnel */
#include "import/openwrt_command.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "text/shell.h"

#define INIT_FOLDER "/etc/init.d/"
#define DEPTH_MAX   8 /* "$(a $(b))" */

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
	{ KIND_SPEED, " ethtool iwconfig iw iwinfo tc cpufreq-set renice taskset nice " },
	{ KIND_COPIES, " touch mkdir rm ln cp mv chmod chown mktemp tee " },
};

/* What a service of the firmware changes when a script restarts it, by its init script. */
static const struct {
	enum kind kind;
	const char *words;
} services[] = {
	{ KIND_RESTARTS, " ipsec swanctl strongswan " },
	{ KIND_NAMES, " dnsmasq odhcpd " },
	/* Packages: what they do the tunnel does not see. Others may be another VPN. */
	{ KIND_NAMES,
	  " adblock adblock-fast https-dns-proxy named simple-adblock smartdns "
	  "stubby unbound " },
	{ KIND_TALKS,
	  " apinger autossh chrony chronyd lighttpd minidlna miniupnpd mosquitto "
	  "nginx nlbwmon nut-monitor nut-server ntpd openntpd privoxy "
	  "prometheus-node-exporter-lua smartd syslog-ng "
	  "transmission vsftpd watchcat zabbix_agentd " },
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
	static const char files[] =
		" /lib/functions.sh /lib/functions/network.sh /lib/functions/procd.sh "
		"/lib/functions/service.sh /lib/functions/system.sh "
		"/lib/functions/uci-defaults.sh /lib/functions/leds.sh "
		"/lib/functions/ipv4.sh /lib/config/uci.sh /lib/network/config.sh "
		"/lib/network/switch.sh /usr/share/libubox/jshn.sh ";

	return command->words.count > 1 && command->words.items[1].is_known &&
	       is_of(files, word_at(command, 1));
}

/* "ipsec.conf", and the folders that OpenWrt's init scripts write it to. */
static bool is_of_daemon(const char *path)
{
	return strstr(path, "ipsec/") || strstr(path, "ipsec.conf") ||
	       strstr(path, "ipsec.secrets") || strstr(path, "swanctl/") ||
	       strstr(path, "swanctl.conf") || strstr(path, "strongswan") ||
	       str_ends(path, "/ipsec") || str_ends(path, "/swanctl");
}

/* A file of its own: state, logs, locks; of one that is not known as far as it is. */
static bool is_own_path(const char *path)
{
	static const char *const places[] = { "/tmp/", "/var/lock", "/var/run/",
					      "/var/log" };
	/* Read by the router's DNS server. */
	static const char *const others[] = { "/../", "resolv.conf", "dnsmasq", "hosts" };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strstr(path, others[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (str_starts(path, places[i]))
			return !is_of_daemon(path);
	return false;
}

/* "echo 0 > /proc/sys/net/ipv4/ip_forward" says it to the kernel. */
static bool is_harmless_target(const struct shell_word *file)
{
	static const char exact[] = " /dev/null /dev/console /dev/kmsg /dev/stdout "
				    "/dev/stderr /dev/tty /proc/uptime ";

	if (file->is_known && is_of(exact, file->text))
		return true;
	return is_own_path(file->text) || (str_starts(file->text, "/sys/class/leds/") &&
					   !strstr(file->text, "/../"));
}

/* "uci get", "uci -q show": the others change what the model was read from. */
static bool is_question(const struct shell_command *command)
{
	size_t i = 1;

	while (*word_at(command, i) == '-')
		i++;
	return is_of(" get show export ", word_at(command, i));
}

/* "ip -4 addr show dev x", "ip route get", "ip a". */
static bool is_ip_look(const struct shell_command *command)
{
	static const char objects[] = " a addr address l link r ro route ru rule n neigh "
				      "neighbour maddr tunnel ";
	size_t i = 1;

	for (; *word_at(command, i) == '-'; i++)
		if (str_starts(word_at(command, i), "-b"))
			return false;
	return is_of(objects, word_at(command, i)) &&
	       (i + 1 >= command->words.count ||
		is_of(" show list ls get s sh lst ", word_at(command, i + 1)));
}

/* A letter of it that a look has: 'L'; one that a change has: 'F'; 0: neither. */
static char short_option(const char *word)
{
	/* Behind one that takes a value stands that value. */
	for (const char *c = word + 1; *c; c++) {
		if (strchr("AIDFXPNRZE", *c))
			return 'F';
		if (strchr("LSC", *c))
			return 'L';
		if (strchr("jgpsdiotmcMWU", *c))
			break;
	}
	return 0;
}

/* getopt takes the beginning of a long option for the whole of it. */
static char long_option(const char *word)
{
	static const char *const changes[] = {
		"--append",	  "--insert",	    "--delete",	      "--flush",
		"--delete-chain", "--policy",	    "--new-chain",    "--replace",
		"--zero",	  "--rename-chain", "--delete-table",
	};

	/* Of -m policy: its direction's neighbour. */
	if (str_equal(word, "--pol"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		if (strlen(word) > strlen("--") && str_starts(changes[i], word))
			return 'F';
	return is_of(" --list --list-rules --check ", word) ? 'L' : 0;
}

/* "iptables -nvL", "iptables -C …", and nothing that changes beside it. */
static bool is_tables_look(const struct shell_command *command)
{
	bool is_one = false;

	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i);
		char option = 0;

		if (str_starts(word, "--"))
			option = long_option(word);
		else if (*word == '-')
			option = short_option(word);
		if (option == 'F')
			return false;
		is_one |= option == 'L';
	}
	return is_one;
}

/* cp, mv, rm …: all in places of its own; a relative name is in any. */
static bool is_own_file(const struct shell_command *command)
{
	bool is_making =
		is_of(" touch mkdir mktemp chmod chown ", last_part(word_at(command, 0)));

	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i);
		bool has_slash = strchr(word, '/') != NULL;

		if (!command->words.items[i].is_known)
			return false;
		if (!is_own_path(word) && !str_equal(word, "/dev/null") &&
		    (has_slash || (*word != '-' && !is_making)))
			return false;
		if (strstr(word, "ipsec") || strstr(word, "swanctl"))
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

/* ------------------------------------------------------------ questions that do more */

static size_t behind_options(const struct shell_command *command, size_t i)
{
	while (*word_at(command, i) == '-')
		i++;
	return i;
}

static bool has_word(const struct shell_command *command, const char *words)
{
	for (size_t i = 1; i < command->words.count; i++)
		if (is_of(words, word_at(command, i)))
			return true;
	return false;
}

static bool asks_ubus(const struct shell_command *command)
{
	size_t i = 1;

	for (; *word_at(command, i) == '-'; i++)
		i += is_of(" -t -s ", word_at(command, i));
	if (is_of(" list wait_for ", word_at(command, i)))
		return true;
	return str_equal(word_at(command, i), "call") &&
	       is_of(" status list dump board info ", word_at(command, i + 2));
}

static bool asks_opkg(const struct shell_command *command)
{
	const char *verb = word_at(command, behind_options(command, 1));

	return str_starts(verb, "list") || is_of(" status info files find ", verb);
}

/* What it fetches goes to where it is read, or to a file of its own. */
static bool fetches_only(const struct shell_command *command)
{
	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i), *file = NULL;

		if (str_starts(word, "--output") || str_starts(word, "--remote-name")) {
			const char *equal = strchr(word, '=');

			file = equal ? equal + 1 : word_at(command, i + 1);
		} else if (*word == '-' && word[1] != '-' && strpbrk(word, "oOP")) {
			file = strpbrk(word, "oOP") + 1;
			file = *file ? file : word_at(command, i + 1);
		}
		if (file && !is_of(" - /dev/null ", file) && !is_own_path(file))
			return false;
	}
	return true;
}

static bool reads_sed(const struct shell_command *command)
{
	bool is_in_place = false, has_script = false;

	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i);

		if (strstr(word, "w /")) /* its command w */
			return false;
		is_in_place |= str_starts(word, "--in-place") ||
			       (*word == '-' && word[1] != '-' && strchr(word, 'i'));
	}
	for (size_t i = 1; is_in_place && i < command->words.count; i++) {
		const char *word = word_at(command, i);

		if (is_of(" -e -f ", word)) {
			has_script = true;
			i++;
		} else if (*word == '-') {
			continue;
		} else if (!has_script) {
			has_script = true;
		} else if (!is_own_path(word)) {
			return false;
		}
	}
	return true;
}

static bool reads_awk(const struct shell_command *command)
{
	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i);

		if (str_equal(word, "-f") || str_starts(word, "-i") ||
		    strstr(word, "system") || strstr(word, ">\"") || strstr(word, "> \""))
			return false;
		/* A pipe; "||" is none. */
		for (const char *c = word; (c = strchr(c, '|')); c++) {
			if (c[1] != '|')
				return false;
			c++;
		}
	}
	return true;
}

static bool reads_sort(const struct shell_command *command)
{
	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = word_at(command, i);

		if (str_starts(word, "--o") ||
		    (*word == '-' && word[1] != '-' && strchr(word, 'o')))
			return false;
	}
	return true;
}

/* Programs that ask, unless they are told to do something. */
static bool only_asks(const struct shell_command *command)
{
	const char *name = last_part(word_at(command, 0));

	if (str_equal(name, "ubus"))
		return asks_ubus(command);
	if (str_equal(name, "opkg"))
		return asks_opkg(command);
	if (is_of(" wget curl uclient-fetch ", name))
		return fetches_only(command);
	if (str_equal(name, "sed"))
		return reads_sed(command);
	if (str_equal(name, "awk"))
		return reads_awk(command);
	if (str_equal(name, "sort"))
		return reads_sort(command);
	if (str_equal(name, "find"))
		return !has_word(command, " -exec -execdir -ok -okdir -delete -fprint "
					  "-fprintf -fls -fprint0 ");
	if (str_equal(name, "nc"))
		return !has_word(command, " -e ");
	return true;
}

/* ------------------------------------------------------------ one command, as a whole */

/* Where the command begins that this one runs ("nice -n 5 tc …"); 0: it runs none. */
static size_t wrapped_at(const struct shell_command *command)
{
	const char *name = last_part(word_at(command, 0));
	size_t i = 1;

	if (is_of(" ! nohup ", name))
		return i < command->words.count ? i : 0;
	if (str_equal(name, "nice"))
		i += 2 * (size_t)str_equal(word_at(command, i), "-n");
	else if (!str_equal(name, "taskset") || has_word(command, " -p -ap -pc --pid "))
		return 0;
	i = behind_options(command, i);
	i += str_equal(name, "taskset"); /* the mask */
	return i < command->words.count ? i : 0;
}

static enum kind command_kind(const struct shell_command *command)
{
	const char *word = word_at(command, 0), *name = last_part(word);
	enum kind kind = kind_of(word);

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
	if (str_equal(name, "ip"))
		return is_ip_look(command) ? KIND_ASKS : KIND_ANY;
	if (str_equal(name, "iptables"))
		return is_tables_look(command) ? KIND_ASKS : KIND_ANY;
	if (str_equal(word, "service")) {
		int service = service_kind(word_at(command, 1));

		return service < 0 ? KIND_ANY : (enum kind)service;
	}
	if (str_equal(word, "kill") || str_equal(word, "killall"))
		return is_daemons(command) ? KIND_RESTARTS : KIND_ANY;
	if (kind == KIND_COPIES)
		return is_own_file(command) ? KIND_TALKS : KIND_ANY;
	if (kind == KIND_ASKS)
		return only_asks(command) ? kind : KIND_ANY;
	/* Not how fast only: whether. */
	if (str_equal(name, "tc") &&
	    has_word(command, " netem filter drop mirred police action actions "))
		return KIND_ANY;
	return kind;
}

/* "trap 'rm /tmp/x' EXIT": what it runs is a script. */
static unsigned int trap_touches(const struct shell_command *command)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *text = word_at(command, 1);

	if (command->words.count < 2 || !*text || str_equal(text, "-"))
		return 0;
	return command->words.items[1].is_known ? openwrt_script_touches(arena, text)
						: OPENWRT_TOUCHES_ALL;
}

unsigned int openwrt_command_touches(const struct shell_command *command)
{
	struct shell_command inner = *command;
	unsigned int touches = 0;
	size_t wrapped;

	vec_foreach (file, &command->writes)
		if (!is_harmless_target(file))
			return OPENWRT_TOUCHES_ALL;
	while (inner.words.count && (wrapped = wrapped_at(&inner))) {
		if (kind_of(word_at(&inner, 0)) == KIND_SPEED)
			touches |= ASPECT_THROUGHPUT;
		inner.words.items += wrapped;
		inner.words.count -= wrapped;
	}
	if (!inner.words.count)
		return touches;
	if (!inner.words.items[0].is_known)
		return OPENWRT_TOUCHES_ALL;
	if (str_equal(word_at(&inner, 0), "trap"))
		return touches | trap_touches(&inner);
	return touches | aspects_of(command_kind(&inner));
}

/* ------------------------------------------------------------ a script */

static unsigned int script_touches(struct arena *arena, const char *text,
				   unsigned int depth)
{
	struct shell_commands commands = { 0 };
	unsigned int touches = 0;

	if (depth > DEPTH_MAX)
		return OPENWRT_TOUCHES_ALL;
	shell_read(arena, &text, 1, &commands);
	vec_foreach (command, &commands)
		touches |= openwrt_command_touches(command);
	vec_foreach (inner, &commands.substitutions)
		touches |= script_touches(arena, inner->text, depth + 1);
	return touches |
	       (commands.is_damaged || commands.is_cut ? OPENWRT_TOUCHES_ALL : 0);
}

unsigned int openwrt_script_touches(struct arena *arena, const char *text)
{
	return script_touches(arena, text, 0);
}

unsigned int openwrt_missing_touches(struct arena *arena, const char *name,
				     const char *text)
{
	const char *program = arena_strndup(arena, name, strcspn(name, " "));
	enum kind kind = kind_of(program);

	/* A library without which the script ended: all that it would do. */
	if (str_equal(program, ".") || kind == KIND_ASKS || str_equal(program, "tc") ||
	    str_equal(program, "taskset") || str_equal(program, "nice"))
		return openwrt_script_touches(arena, text);
	return aspects_of(kind);
}

bool openwrt_is_firmware_service(struct arena *arena, const char *name, const char *text)
{
	const char *at = strstr(name, INIT_FOLDER + 1);
	int kind;

	if (!at || (at != name && at[-1] != '/'))
		return false;
	kind = service_kind(at + strlen(INIT_FOLDER) - 1);
	return kind >= 0 && kind != KIND_RESTARTS && !openwrt_script_touches(arena, text);
}
