// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt.c - OpenWrt's /etc/config (and its relatives) to struct site */
#include "import/sysctl.h"
#include "import/openwrt.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/openwrt_beside.h"
#include "import/openwrt_reader.h"
#include "import/strongswan.h"
#include "import/surroundings.h"
#include "model/aspect.h"

/* Packages by the section types that only they have. */
static const struct {
	const char *package;
	const char *type; /* NULL: known by its name alone */
	bool is_strict;	  /* read by a program with libuci, not by an init script */
} packages[] = {
	{ "ipsec", "remote", false },	   { "ipsec", "p1_proposal", false },
	{ "ipsec", "p2_proposal", false }, { "ipsec", "crypto_proposal", false },
	{ "ipsec", "ipsec", false },	   { "network", "interface", true },
	{ "network", "globals", true },	   { "firewall", "zone", true },
	{ "firewall", "defaults", true },  { "firewall", "forwarding", true },
	{ "dhcp", "dnsmasq", false },	   { "dhcp", "dhcp", false },
	{ "system", "system", false },	   { "libreswan", "libreswan", false },
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "ipsec", "ipsec.uci" and "ipsec.txt" are the package ipsec; NULL: no known name. */
static const char *package_by_name(const char *name)
{
	const char *base = base_name(name);
	const size_t length = strcspn(base, ".");

	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		const char *package = packages[i].package;

		if (strlen(package) == length && !strncmp(package, base, length))
			return package;
	}
	return NULL;
}

/* By what is in it. ret_is_uci: at least one section was read. */
static const char *package_by_content(const struct import_source *source,
				      bool *ret_is_export, bool *ret_is_uci)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct uci uci = { .arena = arena };

	uci_read(&uci, NULL, source->name, source->bytes, source->length);
	*ret_is_export = uci.root.children != NULL;
	*ret_is_uci = *ret_is_export;
	if (*ret_is_export)
		return NULL;
	uci = (struct uci){ .arena = arena };
	uci_read(&uci, "unknown", source->name, source->bytes, source->length);
	*ret_is_uci = uci.root.children->children != NULL;
	tree_foreach (section, uci.root.children) {
		for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
			if (str_equal(uci_type(section), packages[i].type))
				return packages[i].package;
		}
	}
	return NULL;
}

/* mwan3, qos and sqm have sections `interface` too: the file named network is network. */
static bool is_named_elsewhere(const struct openwrt *o, const char *package)
{
	for (size_t i = 0; i < o->source_count; i++) {
		if (str_equal(package_by_name(o->sources[i].name), package))
			return true;
	}
	return false;
}

/* strongSwan's own files on a router: before 18.06 there was no other way. */
static const char *const strongswan_files[] = {
	"etc/ipsec.conf",
	"etc/ipsec.secrets",
	"etc/swanctl/swanctl.conf",
	"etc/strongswan.conf",
};

/* They have names of UCI packages, too: "ipsec.conf" is no etc/config/ipsec. */
static bool is_strongswan_file(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(strongswan_files); i++)
		if (str_ends(strongswan_files[i], base_name(name)))
			return true;
	return strstr(name, "swanctl/conf.d/") || strstr(name, "ipsec.d/");
}

/*
 * etc/config/swanctl is what etc/config/ipsec becomes with openwrt/packages PR 30504:
 * the same sections, read by that script alone.
 */
static const char *ipsec_alias(struct openwrt *o, const char *package)
{
	if (!str_equal(package, "swanctl"))
		return package;
	site_remark(o->site, REMARK_ASSUMED,
		    (struct origin){ .file = "etc/config/swanctl" },
		    "only a script newer than 25.12 reads this file (openwrt/packages PR "
		    "30504); older releases read etc/config/ipsec");
	return "ipsec";
}

static bool read_source(struct openwrt *o, const struct import_source *source)
{
	const char *package = NULL;
	bool is_export = false, is_uci = true;

	if (sysctl_is(source->name)) {
		sysctl_read(o->site, arena_strdup(o->site->arena, source->name),
			    arena_strndup(o->site->arena, source->bytes, source->length));
		return false;
	}
	if (openwrt_is_beside(source->name)) {
		openwrt_beside_read(
			o->site, source->name,
			arena_strndup(o->site->arena, source->bytes, source->length));
		return false;
	}
	if (is_strongswan_file(source->name))
		return false;
	if (str_ends(source->name, ".nft")) {
		site_unrehearsed(o->site, NULL, ASPECT_WAY | ASPECT_NAT,
				 (struct origin){ .file = arena_strdup(o->site->arena,
								       source->name) },
				 "rules for nftables");
		return false;
	}
	if (strstr(source->name, "etc/config/"))
		package = ipsec_alias(o, base_name(source->name));
	else if (!str_ends(source->name, "etc/hosts") &&
		 !str_ends(source->name, "firewall.user"))
		package = package_by_name(source->name);
	else
		return false;
	if (!package)
		package = package_by_content(source, &is_export, &is_uci);
	if (!package_by_name(source->name) && !strstr(source->name, "etc/config/") &&
	    package && is_named_elsewhere(o, package))
		package = NULL;
	if (!package && !is_export) {
		if (is_uci)
			site_remark(o->site, REMARK_UNKNOWN,
				    (struct origin){ .file = arena_strdup(o->site->arena,
									  source->name) },
				    "none of OpenWrt's packages that matter here");
		return false;
	}
	uci_read(&o->uci, package, source->name, source->bytes, source->length);
	return true;
}

static bool is_strict_package(const char *package)
{
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		if (str_equal(package, packages[i].package))
			return packages[i].is_strict;
	}
	return false;
}

static void remark_faults(struct openwrt *o)
{
	vec_foreach (fault, &o->uci.faults) {
		struct remark *remark;
		const char *package = fault->package ? fault->package : "the file";

		if (is_strict_package(package))
			remark = site_remark(
				o->site, REMARK_INVALID, fault->at,
				"%s: OpenWrt refuses the whole file %s because of it",
				fault->text, package);
		else
			remark = site_remark(
				o->site, REMARK_INVALID, fault->at,
				"%s: 'uci show %s' refuses the whole file, the init "
				"script %s",
				fault->text, package,
				fault->is_strict_only ? "uses the line all the same"
						      : "skips the line without a word");
		if (fault->is_no_command)
			remark_says(remark, SAYS_NO_COMMAND, MEND_LINE, NULL);
	}
	o->site->remarks_left_out += o->uci.more_faults;
}

/* The starter reads ipsec.conf, swanctl the others; a release has the one or the other. */
static bool is_read_by(const struct openwrt *o, const char *name)
{
	const bool is_starters = str_ends(name, "ipsec.conf") || strstr(name, "ipsec.d/");

	if (o->site->reading != READING_RENDERED)
		return true;
	if (o->firmware->generator == GENERATOR_SWANCTL_INIT)
		return !is_starters;
	return is_starters;
}

/* The daemon has both then, and which answers a peer depends on their order. */
static void remark_own_connections(struct openwrt *o, const struct import_source *files,
				   size_t count)
{
	_cleanup_(site_freep) struct site *own = site_new(o->site->name, DEVICE_OPENWRT);
	bool has_any = false;

	strongswan_import_tunnels(own, files, count);
	vec_foreach (tunnel, &own->tunnels) {
		if (!is_read_by(o, tunnel->at.file))
			continue;
		has_any = true;
		site_unrehearsed(
			o->site, NULL, ASPECTS_TRAFFIC | ASPECT_LIFE,
			(struct origin){
				.file = arena_strdup(o->site->arena, tunnel->at.file),
				.line = tunnel->at.line },
			arena_printf(o->site->arena,
				     "connection %.60s beside those of etc/config/ipsec",
				     tunnel->name));
	}
	for (size_t i = 0; i < count && !has_any; i++)
		site_remark(o->site, REMARK_IGNORED,
			    (struct origin){
				    .file = arena_strdup(o->site->arena, files[i].name) },
			    "is not read, because etc/config/ipsec has remotes");
}

/* They count when /etc/config/ipsec has no remote. */
static void read_strongswan_files(struct openwrt *o)
{
	VEC(struct import_source) files = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(strongswan_files); i++) {
		const struct import_source *source =
			openwrt_source(o, strongswan_files[i]);

		if (source && source->length)
			vec_add(o->site->arena, &files, *source);
	}
	for (size_t i = 0; i < o->source_count; i++)
		if (strstr(o->sources[i].name, "etc/swanctl/conf.d/") ||
		    strstr(o->sources[i].name, "etc/ipsec.d/"))
			vec_add(o->site->arena, &files, o->sources[i]);
	if (!o->site->tunnels.count) {
		strongswan_import_tunnels(o->site, files.items, files.count);
		return;
	}
	remark_own_connections(o, files.items, files.count);
}

/* A few files of a router, without etc/config/network: what its tunnels say. */
static void add_surroundings(struct openwrt *o)
{
	const struct selector *selector;

	if (o->site->interfaces.count || !o->site->tunnels.count ||
	    o->site->tunnels.items[0].own_file == OWN_FILE_NONE)
		return;
	selector = surroundings_lan_add(o->site);
	if (selector)
		site_remark(o->site, REMARK_ASSUMED, selector->local_at,
			    "etc/config/network is not among the files: the LAN is taken "
			    "to be %s",
			    inet_prefix_text(&selector->local).s);
	surroundings_wan_add(o->site, (struct origin){ .source = OPENWRT_DEFAULT });
	o->site->is_ike_open = true;
}

/* `option zone` of a tunnel's interface: netifd tells the firewall, which adds it. */
static void join_zones(struct site *site)
{
	vec_foreach (interface, &site->interfaces) {
		struct zone *zone =
			interface->zone ? site_zone_find(site, interface->zone) : NULL;
		bool is_there = !zone;

		if (zone)
			vec_foreach (listed, &zone->interfaces)
				is_there |= str_equal(listed->s, interface->name);
		if (!is_there)
			vec_add(site->arena, &zone->interfaces,
				((struct text){ interface->name, interface->at }));
		interface->zone = NULL;
	}
}

static void count_lines(const struct openwrt *o)
{
	tree_foreach (package, &o->uci.root)
		tree_foreach (section, package) {
			const struct origin at = section->at;

			site_statement(o->site, at);
			tree_foreach (option, section) {
				const struct origin own = option->at;

				site_statement_in(o->site, own, at);
				if (!option->is_used &&
				    site_line_state(o->site, own) == LINE_READ)
					site_line_is(o->site, own, LINE_NOT_UNDERSTOOD);
				vec_foreach (value, &option->values)
					site_statement_in(o->site, value->at, own);
			}
		}
}

int openwrt_import(struct site *site, const struct import_source *sources, size_t count,
		   const struct import_options *options, struct err *err)
{
	struct openwrt o = {
		.site = site,
		.uci = { .arena = site->arena },
		.sources = sources,
		.source_count = count,
	};
	size_t read = 0;
	int r;

	for (size_t i = 0; i < count; i++)
		read += read_source(&o, &sources[i]);
	for (size_t i = 0; i < count; i++)
		read += str_ends(sources[i].name, "firewall.user");
	if (!read)
		return err_set(err, EINVAL,
			       "%s: no OpenWrt configuration (no 'config' section of a "
			       "known package)",
			       count ? sources[0].name : "no file");
	r = openwrt_release_choose(&o, options, err);
	if (r)
		return r;
	remark_faults(&o);
	openwrt_read_system(&o);
	openwrt_read_network(&o);
	openwrt_read_firewall(&o);
	join_zones(o.site);
	openwrt_read_dhcp(&o);
	r = openwrt_read_ipsec(&o, err);
	if (r)
		return r;
	read_strongswan_files(&o);
	add_surroundings(&o);
	count_lines(&o);
	return 0;
}
