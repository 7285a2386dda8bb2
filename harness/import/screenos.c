// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos.c - replay a ScreenOS configuration, line by line */
#include "import/screenos.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/screenos_reader.h"
#include "import/text.h"

struct command {
	const char *word;
	void (*run)(struct reader *reader, struct args *args);
	const char *why; /* without run: why it is ignored */
};

static void vrouter_command(struct reader *reader, struct args *args);
static void vsys_command(struct reader *reader, struct args *args);
static void skip_command(struct reader *reader, struct args *args);
static void protocol_command(struct reader *reader, struct args *args);

#define ADMIN	"concerns the administration of the device"
#define INSPECT "inspects contents, which is not rehearsed"
#define CLUSTER "concerns the cluster, which is not rehearsed"

/* The first words of all commands; abbreviations work as long as they are unique. */
static const struct command commands[] = {
	{ "address", sos_address_command, NULL },
	{ "admin", NULL, ADMIN },
	{ "alarm", NULL, ADMIN },
	{ "alg", NULL, INSPECT },
	{ "alias", NULL, ADMIN },
	{ "anti-spam", skip_command, INSPECT },
	{ "arp", NULL, "is a static neighbour" },
	{ "attack", NULL, INSPECT },
	{ "audible-alarm", NULL, ADMIN },
	{ "auth", NULL, "concerns users" },
	{ "auth-server", NULL, "concerns users" },
	{ "av", skip_command, INSPECT },
	{ "bgroup", NULL, "is below our picture of the device" },
	{ "chassis", NULL, ADMIN },
	{ "clock", NULL, ADMIN },
	{ "common-criteria", NULL, ADMIN },
	{ "config", NULL, ADMIN },
	{ "console", NULL, ADMIN },
	{ "core-dump", NULL, ADMIN },
	{ "crypto-policy", skip_command, "restricts the algorithms of the device" },
	{ "dbuf", NULL, ADMIN },
	{ "di", NULL, INSPECT },
	{ "dip", NULL, "concerns source NAT" },
	{ "dns", sos_dns_command, NULL },
	{ "domain", NULL, ADMIN },
	{ "envar", NULL, ADMIN },
	{ "failover", NULL, CLUSTER },
	{ "fips-mode", NULL, ADMIN },
	{ "firewall", NULL, ADMIN },
	{ "flow", NULL, "is a detail of packet handling" },
	{ "ftp", NULL, ADMIN },
	{ "gate", NULL, ADMIN },
	{ "group", sos_group_command, NULL },
	{ "gtp", skip_command, INSPECT },
	{ "hostname", sos_hostname_command, NULL },
	{ "icap", NULL, INSPECT },
	{ "igmp", NULL, "concerns multicast" },
	{ "ike", sos_ike_command, NULL },
	{ "ike-cookie", NULL, ADMIN },
	{ "infranet", NULL, "concerns users" },
	{ "interface", sos_interface_command, NULL },
	{ "ip", NULL, ADMIN },
	{ "ippool", NULL, "concerns dial-up users" },
	{ "ipsec", NULL, ADMIN },
	{ "irdp", NULL, ADMIN },
	{ "key", NULL, ADMIN },
	{ "l2tp", NULL, "is not an IPsec tunnel between sites" },
	{ "lcd", NULL, ADMIN },
	{ "led", NULL, ADMIN },
	{ "license-key", NULL, ADMIN },
	{ "log", NULL, ADMIN },
	{ "mac", NULL, ADMIN },
	{ "mip", NULL, "concerns address translation" },
	{ "modem", NULL, "concerns the modem" },
	{ "multicast-group-policy", NULL, "concerns multicast" },
	{ "nrtp", NULL, CLUSTER },
	{ "nsgp", NULL, INSPECT },
	{ "nsmgmt", NULL, ADMIN },
	{ "nsrp", NULL, CLUSTER },
	{ "ntp", NULL, ADMIN },
	{ "pak", NULL, ADMIN },
	{ "password-policy", NULL, ADMIN },
	{ "pki", NULL, "concerns certificates" },
	{ "policy", sos_policy_command, NULL },
	{ "ppp", skip_command, "concerns the line" },
	{ "pppoa", NULL, "concerns the line" },
	{ "pppoe", sos_pppoe_command, NULL },
	{ "proxy-id", NULL, ADMIN },
	{ "protocol", protocol_command, NULL },
	{ "radius", NULL, "concerns users" },
	{ "remote", NULL, ADMIN },
	{ "report", NULL, ADMIN },
	{ "route", sos_route_command, NULL },
	{ "sat", NULL, ADMIN },
	{ "scheduler", NULL, "limits policies to times" },
	{ "scp", NULL, ADMIN },
	{ "scsp", NULL, INSPECT },
	{ "service", sos_service_command, NULL },
	{ "shared", NULL, ADMIN },
	{ "sip", NULL, INSPECT },
	{ "sm-ctx", NULL, INSPECT },
	{ "snmp", NULL, ADMIN },
	{ "snmpv3", NULL, ADMIN },
	{ "socket", NULL, ADMIN },
	{ "ssh", NULL, ADMIN },
	{ "ssid", NULL, "concerns wireless" },
	{ "ssl", NULL, ADMIN },
	{ "switch", NULL, ADMIN },
	{ "syn-threshold", NULL, ADMIN },
	{ "syslog", NULL, ADMIN },
	{ "task", NULL, ADMIN },
	{ "telnet", NULL, ADMIN },
	{ "tftp", NULL, ADMIN },
	{ "timer", NULL, ADMIN },
	{ "traffic-shaping", NULL, "shapes traffic, which is not rehearsed" },
	{ "url", skip_command, INSPECT },
	{ "usb-device", NULL, ADMIN },
	{ "user", NULL, "concerns users" },
	{ "user-group", NULL, "concerns users" },
	{ "vip", NULL, "concerns address translation" },
	{ "voip", NULL, INSPECT },
	{ "vpn", sos_vpn_command, NULL },
	{ "vpn-group", NULL, "groups VPNs for redundancy, which is not rehearsed" },
	{ "vpnmonitor", NULL, "tunes VPN monitoring" },
	{ "vrouter", vrouter_command, NULL },
	{ "vsys", vsys_command, NULL },
	{ "vsys-profile", NULL, ADMIN },
	{ "web", NULL, ADMIN },
	{ "webauth", NULL, "concerns users" },
	{ "webtrends", NULL, ADMIN },
	{ "wlan", NULL, "concerns wireless" },
	{ "xauth", NULL, "concerns users" },
	{ "xlate", NULL, ADMIN },
	{ "zone", sos_zone_command, NULL },
};

/* ------------------------------------------------------------ remarks */

void sos_remark(struct reader *reader, enum remark_kind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)site_vremark(reader->site, kind, reader->at, format, args);
	va_end(args);
}

void sos_ignore(struct reader *reader, const char *word, const char *why)
{
	/* The map holds index + 1: the vector moves when it grows. */
	uintptr_t index = (uintptr_t)map_get(&reader->ignored_map, why, word);
	struct sos_ignored *ignored;

	site_line_is(reader->site, reader->at, LINE_NO_EFFECT);
	if (index) {
		reader->ignored.items[index - 1].count++;
		return;
	}
	ignored = vec_push(reader->arena, &reader->ignored);
	*ignored = (struct sos_ignored){
		.word = arena_strdup(reader->arena, word),
		.why = why,
		.count = 1,
		.at = reader->at,
	};
	map_put(reader->arena, &reader->ignored_map, why, ignored->word,
		(void *)(uintptr_t)reader->ignored.count);
}

bool sos_work(struct reader *reader, size_t count)
{
	bool was_fine = reader->work <= SCREENOS_WORK_MAX;

	reader->work += count;
	if (reader->work <= SCREENOS_WORK_MAX)
		return true;
	if (was_fine)
		site_capped(
			reader->site, reader->at,
			"the file is too large: this line and further ones like it are "
			"not taken over");
	return false;
}

struct text sos_text(const struct reader *reader, const char *word)
{
	return (struct text){ .s = word, .at = reader->at };
}

/* ------------------------------------------------------------ contexts */

static enum sos_context context_now(const struct reader *reader)
{
	return reader->depth ? reader->contexts[reader->depth - 1] : CONTEXT_TOP;
}

static void context_enter(struct reader *reader, enum sos_context context)
{
	if (reader->depth == SCREENOS_CONTEXTS_MAX) {
		sos_remark(reader, REMARK_INVALID,
			   "contexts nested deeper than %d levels: an 'exit' is missing",
			   SCREENOS_CONTEXTS_MAX);
		return;
	}
	reader->context_at[reader->depth] = reader->at;
	reader->contexts[reader->depth++] = context;
}

static void vrouter_command(struct reader *reader, struct args *args)
{
	bool is_new = args_accept(args, "name");
	const char *name = args_take(args);

	if (!name || is_new || reader->is_unset)
		return;
	if (args_end(args)) {
		context_enter(reader, CONTEXT_VROUTER);
		return;
	}
	if (args_accept(args, "route")) {
		sos_route_command(reader, args);
		return;
	}
	if (args_accept(args, "protocol")) {
		protocol_command(reader, args);
		return;
	}
	sos_ignore(reader, "vrouter",
		   "tunes a virtual router; all routers are read as one");
}

static void vsys_command(struct reader *reader, struct args *args)
{
	(void)args;
	if (reader->is_unset)
		return;
	sos_ignore(reader, "vsys",
		   "is a virtual system; all systems of the file are read as one device");
	context_enter(reader, CONTEXT_VSYS);
}

/* `set protocol bgp 65000` opens a context; one-line forms have more words. */
static void protocol_command(struct reader *reader, struct args *args)
{
	const char *name = args_take(args);
	size_t left = args->count - args->next;

	if (!name || reader->is_unset)
		return;
	sos_remark(reader, REMARK_IGNORED,
		   "the routing protocol %s is not rehearsed: routes that it would learn "
		   "are missing",
		   name);
	if (context_now(reader) == CONTEXT_VROUTER ? left <= 1 : left == 0)
		context_enter(reader, CONTEXT_SKIP);
}

/* `set av profile "x"`, `set crypto-policy`: contexts that are not rehearsed. */
static void skip_command(struct reader *reader, struct args *args)
{
	const char *word = args->words[1].s;
	size_t left = args->count - args->next;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (str_equal_nocase(commands[i].word, word))
			sos_ignore(reader, commands[i].word, commands[i].why);
	}
	if (!reader->is_unset && (left == 0 || args_is(args, "profile") ||
				  (args_is(args, "protocol") && left == 2)))
		context_enter(reader, str_starts("crypto-policy", word) ? CONTEXT_CRYPTO
									: CONTEXT_SKIP);
}

/*
 * Commands that only exist outside of contexts. A script that forgot `exit` is read
 * as if it had said it: the device would refuse every line that follows.
 */
static bool is_top_only(const struct args *args)
{
	static const char *const words[] = { "interface", "zone",  "address",
					     "ike",	  "vpn",   "policy",
					     "vrouter",	  "clock", NULL };
	struct args copy = *args;

	for (size_t i = 0; words[i]; i++) {
		if (args_accept(&copy, words[i]))
			return copy.count >= 4 || i == 6;
	}
	return false;
}

static void contexts_leave(struct reader *reader, const struct args *args)
{
	while (reader->depth && context_now(reader) != CONTEXT_VSYS &&
	       is_top_only(args)) {
		struct origin at = reader->context_at[--reader->depth];

		sos_remark(
			reader, REMARK_INVALID,
			"'exit' is missing before this line: the context of line %u is "
			"still open",
			at.line);
	}
}

/* ------------------------------------------------------------ lines */

static const struct command *command_find(const char *word)
{
	const struct command *found = NULL;
	size_t length = strlen(word);

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (str_equal_nocase(commands[i].word, word))
			return &commands[i];
	}
	for (size_t i = 0; length >= 2 && i < ARRAY_SIZE(commands); i++) {
		if (strncasecmp(commands[i].word, word, length) != 0)
			continue;
		if (found)
			return NULL; /* ambiguous */
		found = &commands[i];
	}
	return found;
}

static const char *command_hint(const struct reader *reader, const char *word)
{
	const char *words[ARRAY_SIZE(commands) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		words[i] = commands[i].word;
	words[ARRAY_SIZE(commands)] = NULL;
	return site_hint(reader->site, word, words);
}

static void top_line(struct reader *reader, struct args *args)
{
	const char *word = args_take(args);
	const struct command *command = command_find(word);

	if (!command) {
		sos_remark(reader, REMARK_UNKNOWN, "unknown command '%s %s'%s",
			   args->words[0].s, word, command_hint(reader, word));
		return;
	}
	reader->understood++;
	sos_touch(reader, command->word, args);
	if (command->run)
		command->run(reader, args);
	else
		sos_ignore(reader, command->word, command->why);
}

/* In a virtual router only routes and protocols matter. */
static void vrouter_line(struct reader *reader, struct args *args)
{
	reader->understood++;
	sos_touch(reader, NULL, args);
	if (args_accept(args, "route")) {
		sos_route_command(reader, args);
	} else if (args_accept(args, "protocol")) {
		protocol_command(reader, args);
	} else if ((args_accept(args, "access-list") || args_accept(args, "route-map") ||
		    args_accept(args, "pbr")) &&
		   !args_end(args)) {
		/* `set route-map name "x" permit 10` opens a context of its own. */
		sos_ignore(reader, "route-map", "tunes routing");
		if (args->words[args->next - 1].s[0] == 'r' && !reader->is_unset)
			context_enter(reader, CONTEXT_SKIP);
	} else {
		sos_ignore(reader, "vrouter",
			   "tunes a virtual router; all routers are read as one");
	}
}

static void set_line(struct reader *reader, struct args *args)
{
	contexts_leave(reader, args);
	if (args_end(args)) {
		sos_remark(reader, REMARK_INVALID, "'%s' without a command",
			   args->words[0].s);
		return;
	}
	switch (context_now(reader)) {
	case CONTEXT_TOP:
	case CONTEXT_VSYS:
		top_line(reader, args);
		return;
	case CONTEXT_VROUTER:
		vrouter_line(reader, args);
		return;
	case CONTEXT_POLICY:
		reader->understood++;
		sos_policy_line(reader, args);
		return;
	case CONTEXT_CRYPTO:
		reader->understood++;
		sos_touch(reader, "crypto-policy", args);
		return;
	case CONTEXT_SKIP:
		reader->understood++;
		if (!reader->is_unset && args_is(args, "protocol"))
			context_enter(reader, CONTEXT_SKIP);
		return;
	}
}

/* Words of a session that change nothing. */
static bool is_session_word(const char *word)
{
	static const char *const words[] = { "get",	    "save",	 "ping",
					     "trace-route", "clear",	 "exec",
					     "undebug",	    "debug",	 "reset",
					     "login:",	    "password:", "y",
					     "n",	    "end",	 NULL };

	for (size_t i = 0; words[i]; i++) {
		if (str_equal_nocase(word, words[i]))
			return true;
	}
	return false;
}

static void line_run(struct reader *reader, const struct screenos_line *line)
{
	struct args args = { .words = line->words.items, .count = line->words.count };

	reader->is_listing |= line->is_listing;
	if (line->is_unclosed)
		sos_remark(reader, REMARK_INVALID, "a quotation mark is not closed");
	if (args.count == 0)
		return;
	site_statement(reader->site, reader->at);
	if (args_accept(&args, "exit")) {
		reader->depth -= reader->depth > 0;
		return;
	}
	reader->is_unset = args_is(&args, "unset");
	if (args_accept(&args, "set") || args_accept(&args, "unset")) {
		set_line(reader, &args);
		return;
	}
	if (is_session_word(args.words[0].s)) {
		site_line_is(reader->site, reader->at, LINE_NO_EFFECT);
		return;
	}
	sos_remark(
		reader, REMARK_UNKNOWN,
		"this line is no command: it begins neither with 'set' nor with 'unset'");
}

static void source_read(struct reader *reader, const struct import_source *source)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct screenos_line line = { 0 };
	const char *start, *end;

	import_text_normalise(source->bytes, source->length, &text);
	reader->at = (struct origin){ .file = arena_strdup(reader->arena, source->name) };
	reader->depth = 0;
	end = buf_text(&text) + text.length;
	for (start = buf_text(&text); start < end;) {
		const char *stop = memchr(start, '\n', (size_t)(end - start));

		if (!stop)
			stop = end;
		reader->at.line++;
		screenos_line_split(reader->arena, start, (size_t)(stop - start), &line);
		line_run(reader, &line);
		start = stop + 1;
	}
	if (text.data)
		explicit_bzero(text.data, text.length); /* keys in clear text */
}

static void remarks_finish(struct reader *reader)
{
	vec_foreach (ignored, &reader->ignored) {
		if (ignored->count > 1)
			site_remark(reader->site, REMARK_IGNORED, ignored->at,
				    "'%s' %s (%zu lines)", ignored->word, ignored->why,
				    ignored->count);
		else
			site_remark(reader->site, REMARK_IGNORED, ignored->at, "'%s' %s",
				    ignored->word, ignored->why);
	}
}

/* "6.2.0r18", "ScreenOS 5.4"; not known is the last one, 6.3. */
static bool is_before_6_3(const char *firmware)
{
	unsigned long major, minor;
	char *rest;

	if (!firmware)
		return false;
	major = strtoul(firmware + strcspn(firmware, "0123456789"), &rest, 10);
	if (*rest != '.')
		return false;
	minor = strtoul(rest + 1, NULL, 10);
	return major < 6 || (major == 6 && minor < 3);
}

int screenos_import(struct site *site, const struct import_source *sources, size_t count,
		    const struct import_options *options, struct err *err)
{
	struct reader reader = {
		.site = site,
		.arena = site->arena,
		.zone_map.is_nocase = true,
		.interface_map.is_nocase = true,
		.service_map.is_nocase = true,
		.proposal_map[0].is_nocase = true,
		.proposal_map[1].is_nocase = true,
	};

	reader.has_one_proxy_id = options && is_before_6_3(options->firmware);
	site->default_forward = TARGET_DROP;
	reader.zones_end = &reader.zones;
	reader.interfaces_end = &reader.interfaces;
	reader.gateways_end = &reader.gateways;
	reader.vpns_end = &reader.vpns;
	for (size_t i = 0; i < count; i++)
		source_read(&reader, &sources[i]);
	if (!reader.understood)
		return err_set(
			err, EINVAL,
			"%s: this is no ScreenOS configuration: not one of %u lines is "
			"a known 'set' or 'unset' command",
			sources[0].name, reader.at.line);
	sos_build(&reader);
	remarks_finish(&reader);
	return 0;
}
