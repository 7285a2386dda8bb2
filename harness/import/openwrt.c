// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt.c - OpenWrt's /etc/config (and its relatives) to struct site */
#include "import/sysctl.h"
#include "import/openwrt.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/openwrt_reader.h"
#include "import/strongswan.h"
#include "import/surroundings.h"
#include "model/aspect.h"

#define RELEASE_NFT 2203

/* devices.md 1.2. A release without a suffix means what its menu shows: swanctl. */
static const struct openwrt_firmware firmwares[] = {
	{ "wiki", "wiki init script", 1505, GENERATOR_WIKI },
	{ "technicolor", "Technicolor init script", 1505, GENERATOR_TECHNICOLOR },
	{ "18.06", "ipsec.init 18.06", 1806, GENERATOR_IPSEC_INIT },
	{ "19.07", "ipsec.init 19.07", 1907, GENERATOR_IPSEC_INIT },
	{ "21.02", "swanctl.init 21.02", 2102, GENERATOR_SWANCTL_INIT },
	{ "21.02-ipsec", "ipsec.init 21.02", 2102, GENERATOR_IPSEC_INIT },
	{ "21.02-swanctl", "swanctl.init 21.02", 2102, GENERATOR_SWANCTL_INIT },
	{ "22.03", "swanctl.init 22.03", 2203, GENERATOR_SWANCTL_INIT },
	{ "22.03-ipsec", "ipsec.init 22.03", 2203, GENERATOR_IPSEC_INIT },
	{ "22.03-swanctl", "swanctl.init 22.03", 2203, GENERATOR_SWANCTL_INIT },
	{ "23.05", "swanctl.init 23.05", 2305, GENERATOR_SWANCTL_INIT },
	{ "23.05-ipsec", "ipsec.init 23.05", 2305, GENERATOR_IPSEC_INIT },
	{ "23.05-swanctl", "swanctl.init 23.05", 2305, GENERATOR_SWANCTL_INIT },
	{ "24.10", "swanctl.init 24.10", 2410, GENERATOR_SWANCTL_INIT },
	{ "24.10-ipsec", "ipsec.init 24.10", 2410, GENERATOR_IPSEC_INIT },
	{ "24.10-swanctl", "swanctl.init 24.10", 2410, GENERATOR_SWANCTL_INIT },
	{ "25.12", "swanctl.init 25.12", 2512, GENERATOR_SWANCTL_INIT },
	{ "master", "swanctl.init of master", 2700, GENERATOR_SWANCTL_INIT },
};

static const struct openwrt_firmware documented = { .generator = GENERATOR_NONE };

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

const char *const *openwrt_firmwares(void)
{
	static const char *const names[] = {
		"wiki",
		"technicolor",
		"18.06",
		"19.07",
		"21.02",
		"21.02-ipsec",
		"21.02-swanctl",
		"22.03",
		"22.03-ipsec",
		"22.03-swanctl",
		"23.05",
		"23.05-ipsec",
		"23.05-swanctl",
		"24.10",
		"24.10-ipsec",
		"24.10-swanctl",
		"25.12",
		"master",
		NULL,
	};

	_Static_assert(ARRAY_SIZE(names) == ARRAY_SIZE(firmwares) + 1,
		       "one name for each firmware");
	return names;
}

/*
 * Names of releases as people write them. Before 18.06 the package had no generator of
 * its own; the wiki's script is what was used (openwrt-scripts.md).
 */
static const struct {
	const char *name, *known;
} aliases[] = {
	{ "14.07", "wiki" },
	{ "15.05", "wiki" },
	{ "17.01", "wiki" },
	{ "SNAPSHOT", "master" },
	{ "snapshot", "master" },
	{ "main", "master" },
	{ "25.12-ipsec", "24.10-ipsec" },
	{ "25.12-swanctl", "25.12" },
	{ "master-ipsec", "24.10-ipsec" },
	{ "Chaos Calmer", "wiki" },
	{ "Barrier Breaker", "wiki" },
};

/* "v23.05.3", "OpenWrt 23.05.3": what is before the number says nothing. */
static const char *without_maker(const char *name)
{
	static const char *const makers[] = { "OpenWrt ", "openwrt-", "openwrt ",
					      "OpenWrt-", "v",	      "V" };

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++)
		if (str_starts(name, makers[i]))
			return name + strlen(makers[i]);
	return name;
}

/* Exactly, or with a patch level behind ("19.07.7"). */
static const struct openwrt_firmware *firmware_find(const char *name)
{
	name = without_maker(name);
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		const size_t length = strlen(aliases[i].name);

		if (str_equal(name, aliases[i].name) ||
		    (str_starts(name, aliases[i].name) && name[length] == '.'))
			return firmware_find(aliases[i].known);
	}
	for (size_t i = 0; i < ARRAY_SIZE(firmwares); i++) {
		const size_t length = strlen(firmwares[i].name);

		if (str_equal(name, firmwares[i].name) ||
		    (str_starts(name, firmwares[i].name) && name[length] == '.'))
			return &firmwares[i];
	}
	return NULL;
}

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
	*ret_is_export = uci.packages.count > 0;
	*ret_is_uci = *ret_is_export;
	if (*ret_is_export)
		return NULL;
	uci = (struct uci){ .arena = arena };
	uci_read(&uci, "unknown", source->name, source->bytes, source->length);
	*ret_is_uci = uci.packages.items[0]->sections.count > 0;
	vec_foreach (section, &uci.packages.items[0]->sections) {
		for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
			if (str_equal((*section)->type, packages[i].type))
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
		const char *package = fault->package ? fault->package : "the file";

		if (is_strict_package(package))
			site_remark(o->site, REMARK_INVALID, openwrt_at(&fault->at),
				    "%s: OpenWrt refuses the whole file %s because of it",
				    fault->text, package);
		else
			site_remark(o->site, REMARK_INVALID, openwrt_at(&fault->at),
				    "%s: 'uci show %s' refuses the whole file, the init "
				    "script %s",
				    fault->text, package,
				    fault->is_strict_only
					    ? "uses the line all the same"
					    : "skips the line without a word");
	}
}

/* DISTRIB_RELEASE='19.07.7' of etc/openwrt_release; 0: unknown. */
static unsigned int release_of_files(const struct openwrt *o)
{
	const struct import_source *source = openwrt_source(o, "etc/openwrt_release");
	size_t offset = 0;
	const char *line;

	while (source && (line = openwrt_next_line(o, source, &offset))) {
		const char *digits = line + strlen("DISTRIB_RELEASE=");

		if (!str_starts(line, "DISTRIB_RELEASE="))
			continue;
		digits += strspn(digits, "'\"");
		if (strspn(digits, "0123456789") == 2 && digits[2] == '.' &&
		    strspn(digits + 3, "0123456789") >= 2)
			return (unsigned int)((digits[0] - '0') * 1000 +
					      (digits[1] - '0') * 100 +
					      (digits[3] - '0') * 10 + digits[4] - '0');
	}
	return 0;
}

static bool has_section(const struct openwrt *o, const char *type, const char *option)
{
	const struct uci_package *package = uci_package_find(&o->uci, "ipsec");

	for (size_t i = 0; package && i < package->sections.count; i++) {
		const struct uci_section *section = package->sections.items[i];

		if (!str_equal(section->type, type))
			continue;
		if (!option || map_get(&o->uci.names, section, option))
			return true;
	}
	return false;
}

/* The generator that a rendered reading means when none is named. */
static const struct openwrt_firmware *guess_firmware(const struct openwrt *o)
{
	const unsigned int release = release_of_files(o);

	for (size_t i = 0; release && i < ARRAY_SIZE(firmwares); i++) {
		if (firmwares[i].release == release)
			return &firmwares[i];
	}
	if (has_section(o, "remote", "remote_addrs"))
		return firmware_find("master");
	return firmware_find(has_section(o, "p1_proposal", NULL) ? "wiki" : "25.12");
}

static int choose_firmware(struct openwrt *o, const struct import_options *options,
			   struct err *err)
{
	const char *nearest;

	o->release = release_of_files(o);
	/* Only fw4 reads /etc/nftables.d: 22.03 or later. */
	for (size_t i = 0; !o->release && i < o->source_count; i++)
		if (str_ends(o->sources[i].name, ".nft"))
			o->release = RELEASE_NFT;
	o->firmware = &documented;
	if (options->firmware) {
		const struct openwrt_firmware *named = firmware_find(options->firmware);

		if (!named) {
			nearest = str_nearest(options->firmware, openwrt_firmwares());
			return err_set(err, EINVAL, "unknown firmware '%s'%s%s%s",
				       options->firmware,
				       nearest ? ", did you mean '" : "",
				       nearest ? nearest : "", nearest ? "'?" : "");
		}
		o->release = named->release;
		if (options->reading == READING_RENDERED)
			o->firmware = named;
	} else if (options->reading == READING_RENDERED) {
		o->firmware = guess_firmware(o);
		o->release = o->firmware->release;
		site_remark(o->site, REMARK_ASSUMED, (struct origin){ 0 },
			    "no firmware was named, '%s' is assumed", o->firmware->name);
	}
	o->site->firmware = o->firmware->name ? o->firmware->name : options->firmware;
	o->site->reading = options->reading;
	return 0;
}

/*
 * They count when /etc/config/ipsec has no remote. Beside remotes they only would
 * make both unclear: the init scripts include the one or the other.
 */
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
		if (strstr(o->sources[i].name, "etc/swanctl/conf.d/"))
			vec_add(o->site->arena, &files, o->sources[i]);
	if (!o->site->tunnels.count) {
		strongswan_import_tunnels(o->site, files.items, files.count);
		return;
	}
	vec_foreach (file, &files)
		site_remark(o->site, REMARK_IGNORED,
			    (struct origin){
				    .file = arena_strdup(o->site->arena, file->name) },
			    "is not read, because etc/config/ipsec has remotes");
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

int openwrt_import(struct site *site, const struct import_source *sources, size_t count,
		   const struct import_options *options, struct err *err)
{
	struct openwrt o = {
		.site = site,
		.uci = { .arena = site->arena },
		.sources = sources,
		.source_count = count,
		.idle = OPENWRT_IDLE,
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
	r = choose_firmware(&o, options, err);
	if (r)
		return r;
	remark_faults(&o);
	openwrt_read_system(&o);
	openwrt_read_network(&o);
	openwrt_read_firewall(&o);
	openwrt_read_dhcp(&o);
	r = openwrt_read_ipsec(&o, err);
	if (r)
		return r;
	read_strongswan_files(&o);
	add_surroundings(&o);
	return 0;
}
