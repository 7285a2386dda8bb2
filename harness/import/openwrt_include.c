// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_include.c - scripts that /etc/config/firewall includes
 *
 * fw3 runs them at its end. fw4 runs /etc/firewall.user only when its section is marked
 * as compatible, as its iptables chains are gone (devices.md 1.5).
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt.h"
#include "import/openwrt_firewall.h"
#include "import/openwrt_script.h"
#include "model/aspect.h"

#define FIREWALL_USER_NAME "etc/firewall.user" /* as a source */
#define FIREWALL_USER	   "/" FIREWALL_USER_NAME

static const struct openwrt_option include_options[] = {
	{ "path", NULL, 0 },	 { "type", NULL, 0 },	 { "family", NULL, 0 },
	{ "reload", NULL, 0 },	 { "enabled", NULL, 0 }, { "fw4_compatible", NULL, 0 },
	{ "position", NULL, 0 }, { "chain", NULL, 0 },	 { NULL, NULL, 0 },
};

bool openwrt_is_fw4(const struct openwrt *o)
{
	return o->site->firewall == FIREWALL_FW4;
}

/* Said once: what would be different under fw4, when nobody named a firmware. */
void openwrt_remark_assumed_fw3(struct openwrt *o, struct origin at, const char *what)
{
	if (o->release || o->has_assumed_fw3)
		return;
	o->has_assumed_fw3 = true;
	site_remark(
		o->site, REMARK_ASSUMED, at,
		"no firmware is named: the firewall is read as fw3 (OpenWrt 21.02 and "
		"older); fw4 (22.03 and later) would ignore %s",
		what);
}

/* A line of a shell script; comments and blank lines say nothing. */
static bool is_statement(const char *line)
{
	line += strspn(line, " \t\r");
	return *line && *line != '#';
}

static void read_script(struct openwrt *o, const struct import_source *script)
{
	const char *file = arena_strdup(o->site->arena, script->name);
	const size_t first = o->site->firewall_user.count;
	unsigned int number = 0;
	bool has_cr = false;
	size_t offset = 0;
	const char *line;

	while ((line = openwrt_next_line(o, script, &offset))) {
		struct origin at = { .file = file, .line = ++number };
		char *text = arena_strdup(o->site->arena, line);

		/*
		 * A backslash joins the next line, the origin stays the first one; at the
		 * end of a comment it is the comment's.
		 */
		while (is_statement(text) &&
		       (str_ends(text, "\\") || str_ends(text, "\\\r"))) {
			*strrchr(text, '\\') = '\0';
			line = openwrt_next_line(o, script, &offset);
			if (!line)
				break;
			number++;
			text = arena_printf(o->site->arena, "%s%s", text, line);
		}
		if (is_statement(text) && str_ends(text, "\r") && !has_cr) {
			site_unrehearsed(
				o->site, NULL, ASPECT_IKE | ASPECT_WAY | ASPECT_NAT, at,
				"CR LF at line ends (CR is a letter to a shell)");
			has_cr = true;
		}
		if (is_statement(text))
			vec_add(o->site->arena, &o->site->firewall_user,
				((struct firewall_line){ .text = str_trim(text),
							 .at = at }));
	}
	openwrt_script_expand(o->site, first);
}

static void read_include_script(struct openwrt *o, const struct text *path,
				const struct import_source *script)
{
	if (str_equal(path->s, FIREWALL_USER))
		openwrt_remark_assumed_fw3(o, path->at, "this script");
	read_script(o, script);
}

/* What may let in IKE, let pass, or translate. */
#define ASPECTS_OF_RULES (ASPECT_IKE | ASPECT_WAY | ASPECT_NAT | ASPECT_DNS)

/* fw3 takes `restore`, fw4 `nftables`; the other one skips such a section. */
static void remark_other_type(struct openwrt *o, const struct text *path,
			      const char *type)
{
	const char *read = openwrt_is_fw4(o) ? "nftables" : "restore";

	if (str_equal(type, read) ||
	    (!o->release && (str_equal(type, "nftables") || str_equal(type, "restore"))))
		site_unrehearsed(o->site, NULL, ASPECTS_OF_RULES, path->at,
				 arena_printf(o->site->arena, "%s, rules of type %s",
					      path->s, type));
	else
		site_remark(o->site, REMARK_IGNORED, path->at,
			    "%s is a file of type '%s', it is not read", path->s, type);
}

/* Scripts of packages, which touch no tunnel's packets. */
static const char *const of_packages[] = {
	"/usr/share/miniupnpd/firewall.include",
};

static void remark_absent(struct openwrt *o, const struct text *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_packages); i++) {
		if (!str_equal(path->s, of_packages[i]))
			continue;
		site_remark(o->site, REMARK_IGNORED, path->at,
			    "%s is not among the files; its package opens ports, no "
			    "tunnel",
			    path->s);
		return;
	}
	site_unrehearsed(o->site, NULL, ASPECTS_OF_RULES, path->at,
			 arena_printf(o->site->arena,
				      "%s, which is not among these files: give it as "
				      "well, or an empty one",
				      path->s));
}

void openwrt_read_include(struct openwrt *o, const struct tree_node *section)
{
	const struct text path = openwrt_text(o, section, "path");
	const char *type = openwrt_get(o, section, "type");
	const bool is_on = openwrt_bool(o, section, "enabled", true);
	const struct import_source *script;

	if (!path.s || !is_on)
		return;
	script = openwrt_source(o, path.s + (*path.s == '/'));
	if (openwrt_is_fw4(o) && str_equal(path.s, FIREWALL_USER) &&
	    !openwrt_bool(o, section, "fw4_compatible", false))
		site_remark(o->site, REMARK_IGNORED, path.at,
			    "%s is not marked as compatible with fw4, it is never run",
			    path.s);
	else if (type && !str_equal(type, "script"))
		remark_other_type(o, &path, type);
	else if (!script)
		remark_absent(o, &path);
	else
		read_include_script(o, &path, script);
	openwrt_check(o, section, include_options);
}

/* Without a firewall configuration nothing says whether the script runs: it does. */
void openwrt_read_firewall_user_alone(struct openwrt *o)
{
	const struct import_source *script = openwrt_source(o, FIREWALL_USER_NAME);

	if (!script)
		return;
	site_remark(o->site, REMARK_ASSUMED,
		    (struct origin){ .file = arena_strdup(o->site->arena, script->name) },
		    "there is no etc/config/firewall; the script is taken as included");
	read_script(o, script);
}

void openwrt_remark_orphan_script(struct openwrt *o, const struct tree_node *package)
{
	const struct import_source *script = openwrt_source(o, FIREWALL_USER_NAME);

	tree_foreach (section, package) {
		const char *path = uci_get(&o->uci, section, "path");

		if (str_equal(uci_type(section), "include") &&
		    str_equal(path, FIREWALL_USER))
			return;
	}
	if (script)
		site_remark(o->site, REMARK_IGNORED,
			    (struct origin){
				    .file = arena_strdup(o->site->arena, script->name) },
			    "no `config include` of etc/config/firewall names this "
			    "script, it is never run");
}

/* Below the root, without "..": the path comes from the device's file. */
static bool is_safe_path(const char *path)
{
	return path && path[0] == '/' && path[1] && !strstr(path, "..");
}

const char *const *openwrt_firewall_includes(const struct import_source *firewall,
					     struct arena *arena, size_t *ret_count)
{
	struct uci uci = { .arena = arena };
	VEC(const char *) paths = { 0 };

	uci_read(&uci, "firewall", firewall->name, firewall->bytes, firewall->length);
	tree_foreach (section, uci_package_find(&uci, "firewall")) {
		const char *path = str_equal(uci_type(section), "include")
					   ? uci_get(&uci, section, "path")
					   : NULL;

		if (is_safe_path(path))
			vec_add(arena, &paths, path);
	}
	*ret_count = paths.count;
	return paths.items;
}
