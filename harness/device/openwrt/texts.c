// SPDX-License-Identifier: GPL-2.0-or-later
/* texts.c - the programs and functions of an OpenWrt node, as text */
#include "device/openwrt/texts.h"

#include "device/scripts.h"

#define ASKED " >>" DEVICE_NODE_ASKED "\n"
/* What one of ours does not do. */
#define UNKNOWN                                      \
	"\techo \"unknown ${0##*/}${*:+ $*}\"" ASKED \
	"\techo \"${0##*/}: $*: not rehearsed\" >&2; exit 127\n"

const char openwrt_text_functions[] =
	"# The functions that OpenWrt's scripts call, on what the reader made of UCI.\n"
	"N='\n"
	"'\n"
	"config_load() {\n"
	"	[ -f \"" DEVICE_NODE "/uci/$1\" ] || return 1\n"
	"	CONFIG_SECTIONS= CONFIG_SECTION= CONFIG_COUNT=0\n"
	"	. \"" DEVICE_NODE "/uci/$1\"\n"
	"}\n"
	"package() { :; }\n"
	"config() {\n"
	"	CONFIG_COUNT=$((CONFIG_COUNT + 1))\n"
	"	CONFIG_SECTION=${2:-cfg$CONFIG_COUNT}\n"
	"	CONFIG_SECTIONS=\"$CONFIG_SECTIONS $CONFIG_SECTION\"\n"
	"	config_set \"$CONFIG_SECTION\" TYPE \"$1\"\n"
	"}\n"
	"option() { config_set \"$CONFIG_SECTION\" \"$1\" \"$2\"; }\n"
	"list() {\n"
	"	local have all\n"
	"	config_get have \"$CONFIG_SECTION\" \"${1}_LENGTH\" 0\n"
	"	have=$((have + 1))\n"
	"	config_set \"$CONFIG_SECTION\" \"${1}_ITEM$have\" \"$2\"\n"
	"	config_set \"$CONFIG_SECTION\" \"${1}_LENGTH\" \"$have\"\n"
	"	config_get all \"$CONFIG_SECTION\" \"$1\"\n"
	"	config_set \"$CONFIG_SECTION\" \"$1\" \"${all:+$all }$2\"\n"
	"}\n"
	"config_set() { eval \"CONFIG_${1}_${2}=\\$3\"; }\n"
	"config_get() {\n"
	"	case ${3:+x} in\n"
	"	x) eval \"$1=\\\"\\${CONFIG_${2}_${3}:-\\$4}\\\"\" ;;\n"
	"	*) eval \"echo \\\"\\${CONFIG_${1}_${2}}\\\"\" ;;\n"
	"	esac\n"
	"}\n"
	"get_bool() {\n"
	"	case $1 in\n"
	"	1 | on | true | yes | enabled) echo 1 ;;\n"
	"	0 | off | false | no | disabled) echo 0 ;;\n"
	"	*) echo \"$2\" ;;\n"
	"	esac\n"
	"}\n"
	"config_get_bool() {\n"
	"	local ___word\n"
	"	config_get ___word \"$2\" \"$3\"\n"
	"	export -n \"$1=$(get_bool \"$___word\" \"$4\")\"\n"
	"}\n"
	"config_foreach() {\n"
	"	local ___call=$1 ___type=$2 ___section ___kind\n"
	"	shift; [ $# -gt 0 ] && shift\n"
	"	for ___section in $CONFIG_SECTIONS; do\n"
	"		config_get ___kind \"$___section\" TYPE\n"
	"		[ -n \"$___type\" ] && [ \"$___kind\" != \"$___type\" ] && continue\n"
	"		eval \"$___call \\\"\\$___section\\\" \\\"\\$@\\\"\"\n"
	"	done\n"
	"}\n"
	"config_list_foreach() {\n"
	"	local ___section=$1 ___name=$2 ___call=$3 ___n=1 ___have ___item\n"
	"	shift 3\n"
	"	config_get ___have \"$___section\" \"${___name}_LENGTH\" 0\n"
	"	while [ $___n -le $___have ]; do\n"
	"		config_get ___item \"$___section\" \"${___name}_ITEM$___n\"\n"
	"		eval \"$___call \\\"\\$___item\\\" \\\"\\$@\\\"\"\n"
	"		___n=$((___n + 1))\n"
	"	done\n"
	"}\n"
	"append() { eval \"$1=\\\"\\${$1:+\\${$1}\\${3:- }}\\$2\\\"\"; }\n"
	"include() {\n"
	"	local ___file\n"
	"	for ___file in \"$1\"/*.sh; do [ -e \"$___file\" ] && . \"$___file\"; done\n"
	"}\n"
	"list_contains() {\n"
	"	local all\n"
	"	eval \"all=\\\" \\$$1 \\\"\"\n"
	"	case $all in *\" $2 \"*) return 0 ;; esac\n"
	"	return 1\n"
	"}\n";

/* netifd's answers: the interfaces that the rehearsal made, and what the kernel says. */
const char openwrt_text_network[] =
	"network_flush_cache() { :; }\n"
	"network_get_device() {\n"
	"	local ___name ___device\n"
	"	export -n \"$1=\"\n"
	"	while read -r ___name ___device; do\n"
	"		[ \"$___name\" = \"$2\" ] && export -n \"$1=$___device\" && return 0\n"
	"	done <" DEVICE_NODE_INTERFACES "\n"
	"	return 1\n"
	"}\n"
	"network_get_physdev() { network_get_device \"$@\"; }\n"
	"network_get_ipaddr() {\n"
	"	local ___at ___all\n"
	"	network_get_device ___at \"$2\" || return 1\n"
	"	___all=$(ip -4 -o addr show dev \"$___at\" | sed -n "
	"'1s,.* inet \\([0-9.]*\\).*,\\1,p')\n"
	"	export -n \"$1=$___all\"\n"
	"	[ -n \"$___all\" ]\n"
	"}\n"
	"network_get_ipaddrs() { network_get_ipaddr \"$@\"; }\n"
	"network_get_subnet() {\n"
	"	local ___at ___all\n"
	"	network_get_device ___at \"$2\" || return 1\n"
	"	___all=$(ip -4 -o addr show dev \"$___at\" | sed -n "
	"'1s,.* inet \\([0-9./]*\\).*,\\1,p')\n"
	"	export -n \"$1=$___all\"\n"
	"	[ -n \"$___all\" ]\n"
	"}\n"
	"network_get_gateway() {\n"
	"	local ___at ___all\n"
	"	network_get_device ___at \"$2\" || return 1\n"
	"	___all=$(ip -4 route show default dev \"$___at\" | sed -n "
	"'1s,.*via \\([0-9.]*\\).*,\\1,p')\n"
	"	export -n \"$1=$___all\"\n"
	"	[ -n \"$___all\" ]\n"
	"}\n"
	"network_is_up() {\n"
	"	local ___at\n"
	"	network_get_device ___at \"$1\" && ip link show dev \"$___at\" up | grep -q .\n"
	"}\n"
	"network_find_wan() {\n"
	"	local ___name ___device ___route\n"
	"	export -n \"$1=\"\n"
	"	___route=$(ip -4 route show default)\n"
	"	while read -r ___name ___device; do\n"
	"		case \"$___route \" in *\" dev $___device \"*)\n"
	"			export -n \"$1=$___name\"; return 0 ;;\n"
	"		esac\n"
	"	done <" DEVICE_NODE_INTERFACES "\n"
	"	return 1\n"
	"}\n";

/*
 * With what a service tells procd: its command is what starts, the rest says when it would
 * be restarted by itself. A command that is not strongSwan is not started, and named.
 */
const char openwrt_text_rc_common[] =
	". " OPENWRT_LIB "\n"
	"initscript=$1 action=${2:-help}\n"
	"shift; [ $# -gt 0 ] && shift\n"
	"start() { :; }\n"
	"stop() { :; }\n"
	"boot() { start \"$@\"; }\n"
	"restart() { stop \"$@\"; start \"$@\"; }\n"
	"reload() { restart \"$@\"; }\n"
	"enabled() { :; }\n"
	"___has() { type \"$1\" >/dev/null 2>&1; }\n"
	"___unknown() { echo \"unknown $*\"" ASKED "}\n"
	"procd_open_instance() { ___command=; }\n"
	"procd_set_param() {\n"
	"	local what=$1\n"
	"	shift\n"
	"	case $what in\n"
	"	command) ___command=$* ;;\n"
	"	error) ___unknown \"procd error $*\" ;;\n"
	"	file | respawn | stdout | stderr | limits | term_timeout | pidfile) ;;\n"
	"	*) ___unknown \"procd_set_param $what\" ;;\n"
	"	esac\n"
	"}\n"
	"procd_append_param() {\n"
	"	case $1 in\n"
	"	command) shift; ___command=\"$___command $*\" ;;\n"
	"	*) procd_set_param \"$@\" ;;\n"
	"	esac\n"
	"}\n"
	"procd_close_instance() {\n"
	"	case \"$___command \" in\n"
	"	*/ipsec/starter\\ * | */ipsec/charon\\ * | */charon-systemd\\ * | */swanctl\\ *)\n"
	"		echo \"start $initscript\"" ASKED "		;;\n"
	"	*) ___unknown \"procd's $___command\" ;;\n"
	"	esac\n"
	"}\n"
	". \"$initscript\"\n"
	"[ -z \"$USE_PROCD\" ] || {\n"
	"	start() { start_service \"$@\"; ___has service_started && service_started; }\n"
	"	stop() {\n"
	"		___has stop_service && stop_service \"$@\"\n"
	"		echo \"stop $initscript\"" ASKED
	"		___has service_stopped && service_stopped\n"
	"	}\n"
	"	reload() { if ___has reload_service; then reload_service \"$@\"; "
	"else start \"$@\"; fi; }\n"
	"	___has service_running && running() { service_running \"$@\"; }\n"
	"}\n"
	"case \" boot start stop restart reload enabled running $EXTRA_COMMANDS \" in\n"
	"*\" $action \"*) $action \"$@\" ;;\n"
	"*) echo \"Syntax: $initscript start|stop|restart|reload\"; exit 1 ;;\n"
	"esac\n";

const char openwrt_text_uci[] = OPENWRT_SH
	"quiet=\n"
	"while :; do\n"
	"	case $1 in\n"
	"	-q) quiet=1 ;;\n"
	"	-S | -n | -X | -P/var/state | -p/var/state) ;;\n"
	"	*) break ;;\n"
	"	esac\n"
	"	shift\n"
	"done\n"
	"missing() { [ \"$quiet\" ] || echo 'uci: Entry not found' >&2; exit 1; }\n"
	"package=${2%%.*}\n"
	"[ \"$1\" = get ] || [ \"$1\" = show ] || [ \"$1\" = export ] || {\n" UNKNOWN
	"}\n"
	"[ -f \"" DEVICE_NODE "/uci/$package\" ] || missing\n"
	"case $1 in\n"
	"export) cat \"" DEVICE_NODE "/uci/$package\" ;;\n"
	"get | show) exec /bin/busybox awk -v verb=\"$1\" -v want=\"$2\" -v quiet=\"$quiet\" '\n"
	"function matches(name) {\n"
	"	if (verb == \"get\" || index(want, \".\") == 0 || name == want)\n"
	"		return name == want || verb == \"show\"\n"
	"	return index(name, want \".\") == 1\n"
	"}\n"
	"{\n"
	"	at = index($0, \"=\"); name = substr($0, 1, at - 1); value = substr($0, at + 1)\n"
	"	parts = split(name, part, \".\")\n"
	"	if (parts == 2) {\n"
	"		n = seen[value]++\n"
	"		other = part[1] \".@\" value \"[\" n \"]\"; section = name\n"
	"	}\n"
	"	alias = parts == 2 ? other : other \".\" part[3]\n"
	"	if (!matches(name) && !matches(alias)) next\n"
	"	found = 1\n"
	"	if (verb == \"show\") { print; next }\n"
	"	if (substr(value, 1, 1) == \"\\047\") {\n"
	"		value = substr(value, 2, length(value) - 2)\n"
	"		gsub(/\\047 \\047/, \" \", value)\n"
	"		gsub(/\\047\\\\\\047\\047/, \"\\047\", value)\n"
	"	}\n"
	"	print value\n"
	"}\n"
	"END {\n"
	"	if (!found && !quiet) print \"uci: Entry not found\" >\"/dev/stderr\"\n"
	"	exit !found\n"
	"}' \"" DEVICE_NODE "/uci/$package.show\" ;;\n"
	"esac\n";

const char openwrt_text_logger[] = OPENWRT_SH
	"tag=root say=\n"
	"while getopts st:p: word; do\n"
	"	case $word in\n"
	"	s) say=1 ;;\n"
	"	t) tag=$OPTARG ;;\n"
	"	p) ;;\n"
	"	*) exit 1 ;;\n"
	"	esac\n"
	"done\n"
	"shift $((OPTIND - 1))\n"
	"[ $# -gt 0 ] && set -- \"$*\" || set -- \"$(cat)\"\n"
	"[ \"$say\" ] && echo \"$tag: $1\" >&2\n"
	"echo \"log $tag: $1\"" ASKED "echo \"$tag: $1\" >>" DEVICE_NODE "/log\n";

/* Only what scripts have logged is there; charon's words are not. */
const char openwrt_text_logread[] =
	OPENWRT_SH "pattern=. lines=100000\n"
		   "while getopts e:l: word 2>/dev/null; do\n"
		   "	case $word in\n"
		   "	e) pattern=$OPTARG ;;\n"
		   "	l) lines=$OPTARG ;;\n"
		   "	*)\n" UNKNOWN "	;;\n"
		   "	esac\n"
		   "done\n"
		   "[ -f " DEVICE_NODE "/log ] && grep -e \"$pattern\" " DEVICE_NODE
		   "/log | tail -n \"$lines\"\n"
		   "exit 0\n";

/* One script runs at a time: whoever wants a lock has it. */
const char openwrt_text_lock[] = OPENWRT_SH "case $1 in\n"
					    "-u) rm -f \"$2\" ;;\n"
					    "-n | -s) : >>\"$2\" ;;\n"
					    "-*)\n" UNKNOWN "	;;\n"
					    "*) : >>\"$1\" ;;\n"
					    "esac\n";

/*
 * Reading the same files again makes the same rules, and leaves what scripts have put into
 * chains of their own. A restart empties those.
 */
const char openwrt_text_firewall[] =
	OPENWRT_SH "case $1 in\n"
		   "reload | enabled) ;;\n"
		   "-q) [ \"$2\" = reload ] || {\n" UNKNOWN "	} ;;\n"
		   "*)\n" UNKNOWN "	;;\n"
		   "esac\n";

/* Its functions start what is no service of procd's; a script that calls one says which. */
const char openwrt_text_services[] = ":\n";

/*
 * As the iproute2 of a router says it: without a user behind a route, and in the words of
 * its time for what is no address. What it refuses is told even where a script has sent it
 * to /dev/null.
 */
const char openwrt_text_ip[] = OPENWRT_SH
	"case \" $* \" in *\" route get \"*) ;; *) exec /sbin/ip \"$@\" ;; esac\n"
	"said=$(/sbin/ip \"$@\" 2>&1); status=$?\n"
	"[ $status -eq 0 ] || {\n"
	"	said=$(echo \"$said\" | sed -e 's/any valid prefix is expected/an inet prefix "
	"is expected/' -e 's/: inet prefix is/: an inet prefix is/')\n"
	"	echo \"$said\" >&2\n"
	"	echo \"refused ip $*: $said\"" ASKED "	exit $status\n"
	"}\n"
	"echo \"$said\" | sed 's/ uid [0-9]*//'\n";

const char openwrt_text_nslookup[] = OPENWRT_SH
	"said=$(/bin/busybox nslookup -type=a \"$@\" 2>&1) || {\n"
	"	echo \"nslookup: can't resolve '$1'\" >&2\n"
	"	echo \"refused nslookup $*: can't resolve '$1'\"" ASKED "	exit 1\n"
	"}\n"
	"echo \"$said\" | /bin/busybox awk '\n"
	"/^Server:/ { printf \"Server:    %s\\n\", $2; next }\n"
	"/^Name:/ { if (!named++) printf \"\\nName:      %s\\n\", $2; next }\n"
	"/^Address/ {\n"
	"	sub(/:53$/, \"\", $NF)\n"
	"	if (named) count++\n"
	"	printf \"Address %d: %s\\n\", named ? count : 1, $NF\n"
	"}'\n";

/* The model takes all that strongSwan needs of a firmware to be there. */
const char openwrt_text_opkg[] = OPENWRT_SH
	"case $1 in list | list-installed) ;; *)\n" UNKNOWN "	;; esac\n"
	"case $2 in kmod-* | strongswan* | ip | ip-*) echo \"$2 - 1\" ;; *)\n" UNKNOWN
	"	;; esac\n";

const char openwrt_text_service[] =
	OPENWRT_SH "[ -x \"/etc/init.d/$1\" ] || {\n"
		   "	echo \"unknown service $*\"" ASKED
		   "	echo \"service: $1: not found\" >&2; exit 127\n"
		   "}\n"
		   "name=$1; shift\n"
		   "exec \"/etc/init.d/$name\" \"$@\"\n";

/* Version 14 does not come to an end with this. */
/* clang-format off */
const char openwrt_text_ipsec[] =
	OPENWRT_SH
	"case $1 in\n"
	"start | starter) echo \"start ipsec $1 (modelled)\"" ASKED "	;;\n"
	"stop | restart) echo \"$1 ipsec $1 (modelled)\"" ASKED "	;;\n"
	"*)\n" UNKNOWN "	;;\n"
	"esac\n";
/* clang-format on */

const char openwrt_text_init[] =
	OPENWRT_SH "# Stands for the firmware's: the model does what it would.\n"
		   "case $1 in\n"
		   "start | stop | restart) echo \"$1 $0 (modelled)\"" ASKED "	;;\n"
		   "enabled) ;;\n"
		   "*)\n" UNKNOWN "	;;\n"
		   "esac\n";

const char openwrt_text_refused[] = OPENWRT_SH UNKNOWN;
