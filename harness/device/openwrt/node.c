// SPDX-License-Identifier: GPL-2.0-or-later
/* node.c - what the scripts of an OpenWrt router find in its node */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/openwrt/node.h"
#include "device/openwrt/texts.h"
#include "device/release.h"
#include "import/import.h"
#include "import/openwrt_command.h"
#include "import/uci.h"

#define HOTPLUG		"etc/hotplug.d/iface"
#define PATH_OF_SCRIPTS DEVICE_NODE "/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* ------------------------------------------------------------ paths of ours */

static const struct {
	const char *theirs, *ours;
} places[] = {
	{ "/lib/functions.sh", OPENWRT_LIB },
	{ "/lib/functions/network.sh", DEVICE_NODE "/lib/network.sh" },
	{ "/lib/functions/service.sh", DEVICE_NODE "/lib/service.sh" },
	{ "/sbin/uci", DEVICE_NODE "/bin/uci" },
	{ "/usr/bin/logger", DEVICE_NODE "/bin/logger" },
	{ "/sbin/logread", DEVICE_NODE "/bin/logread" },
	{ "/usr/sbin/ipsec", DEVICE_NODE "/bin/ipsec" },
	{ "/usr/sbin/swanctl", DEVICE_NODE "/bin/swanctl" },
	{ "/sbin/fw3", DEVICE_NODE "/bin/fw3" },
	{ "/sbin/fw4", DEVICE_NODE "/bin/fw4" },
	{ "/sbin/service", DEVICE_NODE "/bin/service" },
	{ "/usr/bin/nslookup", DEVICE_NODE "/bin/nslookup" },
	{ "/bin/opkg", DEVICE_NODE "/bin/opkg" },
	{ "/bin/ash", DEVICE_NODE "/bin/sh" },
	{ "/bin/sh", DEVICE_NODE "/bin/sh" },
	/* Those that firewall_script() puts functions in the place of are the last. */
	{ "/usr/sbin/iptables", DEVICE_NODE "/bin/iptables" },
	{ "/sbin/ip", DEVICE_NODE "/bin/ip" },
	{ "/usr/sbin/ip", DEVICE_NODE "/bin/ip" },
};
#define PLACES_OF_TOOLS 3

static bool is_of_a_path(char c)
{
	return c && (strchr("/._-", c) || (c >= '0' && c <= '9') ||
		     (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

/* Which of them begins there: nothing of a longer path. -1: none. */
static int place_at(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_starts(text, places[i].theirs) &&
		    !is_of_a_path(text[strlen(places[i].theirs)]))
			return (int)i;
	return -1;
}

static const char *script_text(struct arena *arena, const char *text, size_t count)
{
	/* Where an image is built it names its folder; on a router it is empty. */
	static const char root[] = "$IPKG_INSTROOT";
	_cleanup_buf_ struct buf out = { 0 };
	bool is_begun = true; /* a path may begin here */

	while (*text) {
		int place = is_begun && *text == '/' ? place_at(text, count) : -1;
		size_t length = place < 0 ? 1 : strlen(places[place].theirs);

		if (str_starts(text, root))
			length = strlen(root);
		if (place < 0)
			buf_add(&out, text, length);
		else
			buf_puts(&out, places[place].ours);
		is_begun = length > 1 ? place < 0 : !is_of_a_path(*text);
		text += length;
	}
	return arena_strdup(arena, buf_text(&out));
}

const char *openwrt_script_text(struct arena *arena, const char *text)
{
	return script_text(arena, text, ARRAY_SIZE(places));
}

static const char *firewall_text(struct arena *arena, const char *text)
{
	return script_text(arena, text, ARRAY_SIZE(places) - PLACES_OF_TOOLS);
}

/* ------------------------------------------------------------ uci */

static void quote(struct buf *out, const char *text)
{
	buf_putc(out, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *text);
	buf_putc(out, '\'');
}

/* libuci takes no other letters in a name; a shell would, and run them. */
static bool is_name(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c != '_' && !is_of_a_path(*c))
			return false;
	return *text && !strpbrk(text, "/.");
}

static void export_section(const struct tree_node *section, struct buf *out)
{
	buf_puts(out, "\nconfig ");
	quote(out, uci_type(section));
	if (!uci_is_anonymous(section)) {
		buf_putc(out, ' ');
		quote(out, section->name);
	}
	buf_putc(out, '\n');
	tree_foreach (option, section) {
		vec_foreach (value, &option->values) {
			if (!is_name(option->name))
				continue;
			buf_printf(out, "\t%s ", option->is_list ? "list" : "option");
			quote(out, option->name);
			buf_putc(out, ' ');
			quote(out, value->text);
			buf_putc(out, '\n');
		}
	}
}

static void show_section(const char *package, const struct tree_node *section,
			 struct buf *out)
{
	buf_printf(out, "%s.%s=%s\n", package, section->name, uci_type(section));
	tree_foreach (option, section) {
		const char *between = "";

		if (!is_name(option->name) || !option->values.count)
			continue;
		buf_printf(out, "%s.%s.%s=", package, section->name, option->name);
		vec_foreach (value, &option->values) {
			buf_puts(out, between);
			quote(out, value->text);
			between = " ";
		}
		buf_putc(out, '\n');
	}
}

static void file_add(struct arena *arena, struct device_node_files *files,
		     const char *path, const char *text, bool is_program)
{
	vec_add(arena, files, ((struct device_node_file){ path, text, is_program }));
}

static void add_package(struct arena *arena, const char *name,
			const struct import_source *source,
			struct device_node_files *files)
{
	_cleanup_buf_ struct buf exported = { 0 }, shown = { 0 };
	struct uci uci = { .arena = arena };

	uci_read(&uci, name, source->name, source->bytes, source->length);
	buf_printf(&exported, "package %s\n", name);
	tree_foreach (package, &uci.root)
		tree_foreach (section, package) {
			if (!is_name(uci_type(section)) ||
			    (!uci_is_anonymous(section) && !is_name(section->name)))
				continue;
			export_section(section, &exported);
			show_section(name, section, &shown);
		}
	file_add(arena, files, arena_printf(arena, DEVICE_NODE "/uci/%s", name),
		 arena_strdup(arena, buf_text(&exported)), false);
	file_add(arena, files, arena_printf(arena, DEVICE_NODE "/uci/%s.show", name),
		 arena_strdup(arena, buf_text(&shown)), false);
}

/* ------------------------------------------------------------ all */

/* /etc/init.d/done, START=95, has a shell run it. */
static const char script_last[] = "etc/rc.local";

static bool has_file(const struct device_node_files *files, const char *path)
{
	vec_foreach (file, files)
		if (str_equal(file->path, path))
			return true;
	return false;
}

/* A file of the router at its place; what is a script is changed as said above. */
static void add_own(struct arena *arena, const struct import_source *source,
		    struct device_node_files *files)
{
	static const char config[] = "etc/config/";
	static const char *const scripts[] = { "etc/init.d/", "etc/hotplug.d/" };
	const char *text = arena_strndup(arena, source->bytes, source->length);
	const char *path = arena_printf(arena, "/%s", source->name);

	if (str_starts(source->name, config) && is_name(source->name + strlen(config))) {
		file_add(arena, files, path, text, false);
		add_package(arena, source->name + strlen(config), source, files);
	}
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		if (str_starts(source->name, scripts[i]) && !strstr(source->name, ".."))
			file_add(arena, files, path, openwrt_script_text(arena, text),
				 true);
	if (str_equal(source->name, script_last))
		file_add(arena, files, path, openwrt_script_text(arena, text), false);
	if (str_equal(source->name, "etc/openwrt_release"))
		file_add(arena, files, path, text, false);
}

/* ------------------------------------------------------------ init scripts */

/* START= of a script of rc.common's; -1: it is none, or has none. */
static int start_of(const struct import_source *source)
{
	_cleanup_free_ char *text = strndup(source->bytes, source->length);
	const char *line = text;
	unsigned int start;

	if (!text || !str_starts(source->name, "etc/init.d/") ||
	    !str_starts(text, "#!/bin/sh /etc/rc.common"))
		return -1;
	while (*line) {
		const char *number = line + strlen("START=");

		if (str_starts(line, "START=") && str_take_number(&number, &start))
			return (int)start;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return -1;
}

struct init {
	int start;
	const char *path;
};

/* As their links in /etc/rc.d are sorted: S60ipsec. */
static int by_start(const void *a, const void *b)
{
	const struct init *left = a, *right = b;

	return left->start == right->start ? strcmp(left->path, right->path)
					   : left->start - right->start;
}

static void inits_list(struct arena *arena, const struct import_source *sources,
		       size_t count, struct device_places *ret_scripts)
{
	VEC(struct init) inits = { 0 };

	*ret_scripts = (struct device_places){ 0 };
	for (size_t i = 0; i < count; i++) {
		int start = start_of(&sources[i]);

		if (start >= 0 &&
		    !openwrt_is_firmware_service(
			    arena, sources[i].name,
			    arena_strndup(arena, sources[i].bytes, sources[i].length)))
			vec_add(arena, &inits,
				((struct init){ start, arena_printf(arena, "/%s",
								    sources[i].name) }));
	}
	if (inits.count)
		qsort(inits.items, inits.count, sizeof(*inits.items), by_start);
	vec_foreach (init, &inits)
		vec_add(arena, ret_scripts, init->path);
}

/* What starts strongSwan stands for the firmware's, where it is known which it has. */
static void add_starters(struct arena *arena, const struct device_release *release,
			 bool has_starter, struct device_node_files *files)
{
	static const struct {
		const char *path;
		bool is_swanctl;
	} inits[] = { { "/etc/init.d/ipsec", false }, { "/etc/init.d/swanctl", true } };
	const char *program = DEVICE_NODE "/bin/ipsec";

	for (size_t i = 0; i < ARRAY_SIZE(inits); i++)
		if ((!release || release->is_swanctl == inits[i].is_swanctl) &&
		    !has_file(files, inits[i].path))
			file_add(arena, files, inits[i].path, openwrt_text_init, true);
	/* A script of the folder that starts it says itself that the program is there. */
	file_add(arena, files, program,
		 release && release->is_swanctl && !has_starter ? openwrt_text_refused
								: openwrt_text_ipsec,
		 true);
	/* Busybox says an address in another way since 1.30, which came with 21.02. */
	if (!release || release->number < 2102)
		file_add(arena, files, DEVICE_NODE "/bin/nslookup", openwrt_text_nslookup,
			 true);
}

static bool has_starter(struct arena *arena, const struct import_source *sources,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (start_of(&sources[i]) >= 0 &&
		    device_script_starts(
			    sources[i].name,
			    arena_strndup(arena, sources[i].bytes, sources[i].length)))
			return true;
	return false;
}

static void node_files(struct arena *arena, const struct device_release *release,
		       const struct import_source *sources, size_t count,
		       struct device_node_files *ret_files)
{
	static const struct device_node_file ours[] = {
		{ OPENWRT_LIB, openwrt_text_functions, false },
		{ DEVICE_NODE "/lib/network.sh", openwrt_text_network, false },
		{ DEVICE_NODE "/lib/service.sh", openwrt_text_services, false },
		{ "/etc/rc.common", openwrt_text_rc_common, false },
		{ DEVICE_NODE "/bin/uci", openwrt_text_uci, true },
		{ DEVICE_NODE "/bin/logger", openwrt_text_logger, true },
		{ DEVICE_NODE "/bin/logread", openwrt_text_logread, true },
		{ DEVICE_NODE "/bin/service", openwrt_text_service, true },
		{ DEVICE_NODE "/bin/ip", openwrt_text_ip, true },
		{ DEVICE_NODE "/bin/opkg", openwrt_text_opkg, true },
		/* The machine has a program of that name, which would ask no charon. */
		{ DEVICE_NODE "/bin/swanctl", openwrt_text_refused, true },
		{ DEVICE_NODE "/bin/fw3", openwrt_text_firewall, true },
		{ DEVICE_NODE "/bin/fw4", openwrt_text_firewall, true },
		{ "/etc/init.d/firewall", openwrt_text_firewall, true },
		{ DEVICE_NODE "/bin/lock", openwrt_text_lock, true },
	};

	*ret_files = (struct device_node_files){ 0 };
	for (size_t i = 0; i < count; i++)
		add_own(arena, &sources[i], ret_files);
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (!has_file(ret_files, ours[i].path))
			vec_add(arena, ret_files, ours[i]);
	add_starters(arena, release, has_starter(arena, sources, count), ret_files);
}

/* ------------------------------------------------------------ which, and how */

static const char hotplug_folder[] = HOTPLUG "/";

static bool is_hotplug(const struct import_source *source)
{
	return str_starts(source->name, hotplug_folder) &&
	       source->name[strlen(hotplug_folder)];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void scripts_list(struct arena *arena, const struct import_source *sources,
			 size_t count, struct device_places *ret_scripts)
{
	*ret_scripts = (struct device_places){ 0 };
	for (size_t i = 0; i < count; i++)
		if (is_hotplug(&sources[i]))
			vec_add(arena, ret_scripts,
				arena_printf(arena, "/%s", sources[i].name));
	if (ret_scripts->count)
		qsort(ret_scripts->items, ret_scripts->count, sizeof(char *), by_name);
}

static void script_env(struct arena *arena, const struct device_event *event,
		       const char *ret_env[DEVICE_ENV_MAX])
{
	size_t used = 0;

	ret_env[used++] = "PATH=" PATH_OF_SCRIPTS;
	ret_env[used++] = "USER=root";
	ret_env[used++] = "LOGNAME=root";
	ret_env[used++] = "HOME=/tmp";
	if (event) {
		ret_env[used++] = arena_printf(arena, "ACTION=%s", event->action);
		ret_env[used++] = arena_printf(arena, "INTERFACE=%s", event->interface);
		ret_env[used++] = arena_printf(arena, "DEVICE=%s", event->device);
	}
	if (event && event->has_new_address) {
		ret_env[used++] = "IFUPDATE_ADDRESSES=1";
		ret_env[used++] = "IFUPDATE_ROUTES=1";
	}
	ret_env[used] = NULL;
}

/*
 * hotplug-call reads functions.sh before. The trap tells in which line it ended, and waits
 * for what it left in the background: `(sleep 5; /etc/init.d/ipsec restart) &` is usual.
 */
static const char script_start[] =
	". " OPENWRT_LIB "; trap 'echo \"end $LINENO\" >>" DEVICE_NODE_ASKED
	"; wait' EXIT; . \"$0\"";

static const char last_start[] =
	"trap 'echo \"end $LINENO\" >>" DEVICE_NODE_ASKED "; wait' EXIT; . \"$0\"";

/*
 * In a function the trap's own LINENO is the caller's: `exit` itself says its line. An
 * assignment before it stands wherever a command may.
 */
static const char service_boot[] =
	"alias exit='___end=$LINENO exit'; trap '[ -z \"$___end\" ] || echo \"end $___end\""
	" >>" DEVICE_NODE_ASKED "' EXIT; . /etc/rc.common";

/* Scripts make the ones in /etc include or link those in /var. */
static const char *const written[] = {
	"/etc/ipsec.conf",
	"/etc/ipsec.secrets",
	"/etc/strongswan.conf",
	"/etc/swanctl/swanctl.conf",
	"/var/ipsec/ipsec.conf",
	"/var/ipsec/ipsec.secrets",
	"/var/ipsec/strongswan.conf",
	"/var/swanctl/swanctl.conf",
	NULL,
};

const struct device_scripts openwrt_scripts = {
	.folder = HOTPLUG,
	.start = script_start,
	.files = node_files,
	.list = scripts_list,
	.env = script_env,
	.inits = inits_list,
	.boot = service_boot,
	.last = script_last,
	.last_start = last_start,
	.firewall = firewall_text,
	.missing = openwrt_missing_touches,
	.written = written,
};
