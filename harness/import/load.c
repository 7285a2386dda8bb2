// SPDX-License-Identifier: GPL-2.0-or-later
/* load.c - read a device's files from disk */
#include "device/device.h"
#include "import/import.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "import/archive.h"
#include "import/openwrt.h"
#include "import/updown.h"

/* What OpenWrt keeps of our interest, as paths below the root of its file system. */
static const char *const openwrt_files[] = {
	"etc/config/ipsec",	    "etc/config/network",  "etc/config/firewall",
	"etc/config/dhcp",	    "etc/config/system",   "etc/config/libreswan",
	"etc/config/swanctl",	    "etc/hosts",	   "etc/firewall.user",
	"etc/openwrt_release",	    "etc/ipsec.conf",	   "etc/ipsec.secrets",
	"etc/swanctl/swanctl.conf", "etc/strongswan.conf", "etc/dnsmasq.conf",
	"etc/sysctl.conf",	    "etc/rc.local",	   "etc/crontabs/root",
	"etc/init.d/ipsec",	    "etc/init.d/swanctl",
};

/* And all files of these: scripts have no ending. */
static const char *const openwrt_folders[] = { "etc/dnsmasq.d", "etc/hotplug.d/iface",
					       "etc/sysctl.d" };

/* Where the files are: names are looked up below top and never leave it. */
struct load {
	const char *top;  /* folder, the user's own path */
	const char *name; /* what is loaded, below it: a file or a folder */
	const char *path; /* both, for sentences */
	bool is_etc;	  /* it is a router's /etc itself: etc/config is config there */
	struct arena *arena;
	struct import_sources *sources;
	struct err *err;
};

static int add_file(const struct load *load, const char *bytes, size_t length,
		    const char *name)
{
	struct import_source source = { .length = length };

	if (load->sources->list.count >= IMPORT_SOURCES_MAX)
		return err_set(load->err, EINVAL, "%s: more than %d files", load->path,
			       IMPORT_SOURCES_MAX);
	if (import_archive_is(bytes, length))
		return import_archive_read(name, bytes, length, load->arena,
					   load->sources, load->err);
	source.name = arena_strdup(load->arena, name);
	source.bytes = arena_memdup(load->arena, bytes, length + 1);
	vec_add(load->arena, &load->sources->list, source);
	return 0;
}

/* May anybody execute it? Where that cannot be asked, yes. */
static bool has_mode_x(const struct load *load, const char *path)
{
	_cleanup_close_ int fd =
		file_open_below(load->top, path, FILE_IS_REGULAR, load->err);
	struct stat status;

	return fd < 0 || fstat(fd, &status) ||
	       status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
}

/* A file by its name below top, shown as another. */
static int load_file(const struct load *load, const char *path, const char *name)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length, before = load->sources->list.count;
	int r = file_read_below(load->top, path, FILE_SIZE_MAX, &bytes, &length,
				load->err);

	if (!r)
		r = add_file(load, bytes, length, name);
	if (!r && load->sources->list.count == before + 1 && !has_mode_x(load, path))
		vec_add(load->arena, &load->sources->not_executable,
			load->sources->list.items[before].name);
	return r;
}

static bool has_source(const struct load *load, const char *name)
{
	vec_foreach (source, &load->sources->list) {
		if (str_equal(source->name, name))
			return true;
	}
	return false;
}

/* Where in the folder a name stands that is relative to the device's root. */
static const char *place_of(const struct load *load, const char *name)
{
	if (load->is_etc && str_starts(name, "etc/"))
		name += strlen("etc/");
	return str_equal(load->name, ".")
		       ? name
		       : arena_printf(load->arena, "%s/%s", load->name, name);
}

/*
 * A file of the folder when it is there; name is relative to it. Folders are none; what
 * is no regular file is said, as nobody would miss it otherwise.
 */
static int load_if_there(const struct load *load, const char *name)
{
	const char *path = place_of(load, name);
	int kind;

	if (has_source(load, name))
		return 0;
	kind = file_kind_below(load->top, path, load->err);
	if (kind == FILE_IS_NOTHING || kind == FILE_IS_FOLDER)
		return 0;
	return kind < 0 ? kind : load_file(load, path, name);
}

/* Scripts that etc/config/firewall includes; its paths are absolute on the device. */
static int load_includes(const struct load *load)
{
	const size_t count = load->sources->list.count;

	for (size_t i = 0; i < count; i++) {
		const struct import_source source = load->sources->list.items[i];
		const char *const *paths;
		size_t path_count;

		if (!str_ends(source.name, "config/firewall"))
			continue;
		paths = openwrt_firewall_includes(&source, load->arena, &path_count);
		for (size_t j = 0; j < path_count; j++) {
			int r = load_if_there(load, paths[j] + 1);

			if (r)
				return r;
		}
	}
	return 0;
}

/* Scripts that a tunnel's updown names; paths of the device, absolute as well. */
static int load_updowns(const struct load *load)
{
	const size_t count = load->sources->list.count;

	for (size_t i = 0; i < count; i++) {
		const struct import_source source = load->sources->list.items[i];
		const char *const *paths;
		size_t path_count;

		if (!str_ends(source.name, ".conf") &&
		    !str_ends(source.name, "config/ipsec"))
			continue;
		paths = import_updown_paths(&source, load->arena, &path_count);
		for (size_t j = 0; j < path_count; j++) {
			int r = load_if_there(load, paths[j] + 1);

			if (r)
				return r;
		}
	}
	return 0;
}

/* strongSwan's own files, as paths below a root, /etc, or the folder they are in. */
static const char *const strongswan_files[] = {
	"ipsec.conf",
	"ipsec.secrets",
	"strongswan.conf",
	"swanctl/swanctl.conf",
	"strongswan/ipsec.conf",
	"strongswan/ipsec.secrets",
	"swanctl.conf",
	"strongswan/swanctl.conf",
	"strongswan/swanctl/swanctl.conf",
	"sysctl.conf",
	"network/interfaces",
	"iptables/rules.v4",
	"sysconfig/iptables",
	"nftables.conf",
};

/* Folders that those include, as distributions have them. */
static const char *const strongswan_folders[] = {
	"swanctl/conf.d",     "conf.d",		 "ipsec.d", "strongswan/swanctl/conf.d",
	"strongswan/ipsec.d", "systemd/network",
};

static int is_included_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       (str_ends(entry->d_name, ".conf") || str_ends(entry->d_name, ".secrets") ||
		str_ends(entry->d_name, ".nft") || str_ends(entry->d_name, ".netdev") ||
		str_ends(entry->d_name, ".network"));
}

static int is_no_hidden_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !str_ends(entry->d_name, "~");
}

/* The scripts that may start IPsec, under whatever name: /etc/init.d/ipsec-custom. */
static int is_ipsec_script(const struct dirent *entry)
{
	return is_no_hidden_file(entry) && (str_starts(entry->d_name, "ipsec") ||
					    str_starts(entry->d_name, "swanctl"));
}

/* The files of a folder that a filter wants, when it is there. */
static int load_filtered(const struct load *load, const char *folder,
			 int (*is_wanted)(const struct dirent *entry))
{
	const char *path = place_of(load, folder);
	_cleanup_close_ int fd = -1;
	struct dirent **entries;
	int count, r = 0;

	if (file_kind_below(load->top, path, load->err) != FILE_IS_FOLDER)
		return 0;
	fd = file_open_below(load->top, path, FILE_IS_FOLDER, load->err);
	if (fd < 0)
		return fd;
	count = scandirat(fd, ".", &entries, is_wanted, alphasort);
	if (count < 0)
		return err_sys(load->err, errno, "%s", load->path);
	for (int i = 0; i < count; i++) {
		if (!r)
			r = load_if_there(load, arena_printf(load->arena, "%s/%s", folder,
							     entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int load_included(const struct load *load, const char *folder)
{
	return load_filtered(load, folder, is_included_file);
}

static int load_strongswan(const struct load *load)
{
	static const char *const roots[] = { "etc/", "" };

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		int r = 0;

		for (size_t j = 0; j < ARRAY_SIZE(strongswan_files) && !r; j++)
			r = load_if_there(load,
					  arena_printf(load->arena, "%s%s", roots[i],
						       strongswan_files[j]));
		for (size_t j = 0; j < ARRAY_SIZE(strongswan_folders) && !r; j++)
			r = load_included(load,
					  arena_printf(load->arena, "%s%s", roots[i],
						       strongswan_folders[j]));
		if (r)
			return r;
	}
	return 0;
}

/* strongSwan's files alone are anybody's: a Debian has them in the same places. */
static bool is_openwrt(const struct load *load)
{
	vec_foreach (source, &load->sources->list)
		if (str_starts(source->name, "etc/config/") ||
		    str_starts(source->name, "etc/openwrt_release") ||
		    str_starts(source->name, "etc/firewall.user"))
			return true;
	return false;
}

static int load_openwrt_root(const struct load *load)
{
	for (size_t i = 0; i < ARRAY_SIZE(openwrt_files); i++) {
		int r = load_if_there(load, openwrt_files[i]);

		if (r)
			return r;
	}
	/* A backup has what was changed: the stock swanctl.conf, which includes it, is not. */
	if (has_source(load, "etc/swanctl/swanctl.conf") || is_openwrt(load)) {
		int r = load_included(load, "etc/swanctl/conf.d");

		if (r)
			return r;
	}
	if (has_source(load, "etc/config/firewall")) {
		int r = load_included(load, "etc/nftables.d");

		if (r)
			return r;
	}
	for (size_t i = 0; is_openwrt(load) && i < ARRAY_SIZE(openwrt_folders); i++) {
		int r = load_filtered(load, openwrt_folders[i], is_no_hidden_file);

		if (r)
			return r;
	}
	if (is_openwrt(load)) {
		int r = load_filtered(load, "etc/init.d", is_ipsec_script);

		if (r)
			return r;
	}
	return load_includes(load);
}

/* A form is YAML, as our own scenarios are; its name says that it is a device's. */
static bool is_name_of_device(const char *name)
{
	for (size_t i = 0; i < DEVICE_KINDS; i++)
		for (const struct device_sign *sign =
			     device_of((enum device_kind)i)->names;
		     sign && sign->text; sign++)
			if (str_ends(name, sign->text))
				return true;
	return false;
}

static int is_plain_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !str_ends(entry->d_name, "~") &&
	       (!str_ends(entry->d_name, ".yml") || is_name_of_device(entry->d_name)) &&
	       !str_ends(entry->d_name, ".md") && !str_ends(entry->d_name, ".pcap") &&
	       !str_ends(entry->d_name, ".pcapng");
}

/* All files of a folder, in the order of their names. */
static int load_folder(const struct load *load)
{
	_cleanup_close_ int folder =
		file_open_below(load->top, load->name, FILE_IS_FOLDER, load->err);
	struct dirent **entries;
	int count, r = 0;

	if (folder < 0)
		return folder;
	count = scandirat(folder, ".", &entries, is_plain_file, alphasort);
	if (count < 0)
		return err_sys(load->err, errno, "%s", load->path);
	for (int i = 0; i < count; i++) {
		if (!r)
			r = load_if_there(load, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return r;
}

/* "…/home/etc/config/ipsec" is shown as "etc/config/ipsec", others by their last name. */
static const char *shown_name(const char *path)
{
	const char *etc = strstr(path, "etc/config/");
	const char *slash = strrchr(path, '/');

	if (etc && (etc == path || etc[-1] == '/'))
		return etc;
	return slash ? slash + 1 : path;
}

static bool has(const struct load *load, const char *name, enum file_kind kind)
{
	return file_kind_below(load->top, place_of(load, name), NULL) == (int)kind;
}

/* `scp -r router:/etc home`: what is below home is named as on the router all the same. */
static bool is_router_etc(const struct load *load)
{
	return !has(load, "etc/config", FILE_IS_FOLDER) &&
	       (has(load, "config/ipsec", FILE_IS_REGULAR) ||
		has(load, "config/network", FILE_IS_REGULAR) ||
		has(load, "config/firewall", FILE_IS_REGULAR));
}

bool import_is_etc(const char *folder)
{
	const struct load load = { .top = folder, .name = "." };

	return is_router_etc(&load);
}

/* A machine's own /, or its /etc: not every file there is one of its VPN's. */
static bool is_whole_system(const struct load *load)
{
	return has(load, "passwd", FILE_IS_REGULAR) ||
	       has(load, "etc/passwd", FILE_IS_REGULAR);
}

static int is_folder(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
}

/* Of a folder with nothing to read: is it one too high? Then the one below is named. */
static int refuse_folder(const struct load *load)
{
	const char *below = NULL;
	_cleanup_close_ int fd =
		file_open_below(load->top, load->name, FILE_IS_FOLDER, load->err);
	struct dirent **entries;
	int count = fd < 0 ? -1 : scandirat(fd, ".", &entries, is_folder, alphasort);

	for (int i = 0; i < count; i++) {
		if (!below &&
		    has(load,
			arena_printf(load->arena, "%s/etc/config", entries[i]->d_name),
			FILE_IS_FOLDER))
			below = arena_strdup(load->arena, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	if (below)
		return err_set(load->err, EINVAL,
			       "%s: no device's files in this folder, but a router's in "
			       "%s/%s: name that one",
			       load->path, load->path, below);
	return err_set(
		load->err, EINVAL,
		"%s: no device's files in this folder: a router's are in etc/config "
		"below it, strongSwan's are swanctl.conf or ipsec.conf, another "
		"device's one file in whatever name",
		load->path);
}

static int load_root(enum device_kind kind, const struct load *load)
{
	int r = 0;

	/* Its copies of what the daemons loaded look like a device's files. */
	if (has(load, "evidence.jsonl", FILE_IS_REGULAR) &&
	    has(load, "run.json", FILE_IS_REGULAR))
		return err_set(load->err, EINVAL,
			       "%s is the report of a run, and no device's files: "
			       "`twinsite explain` judges it again",
			       load->path);

	if (kind == DEVICE_OPENWRT) {
		struct load root = *load;

		root.is_etc = is_router_etc(load);
		r = load_openwrt_root(&root);
		if (r)
			return r;
		if (is_openwrt(&root))
			return load_updowns(&root);
	}
	if (kind == DEVICE_OPENWRT || kind == DEVICE_STRONGSWAN) {
		r = load_strongswan(load);
		if (!r)
			r = load_updowns(load);
		if (r)
			return r;
	}
	if (!is_whole_system(load))
		r = load_folder(load);
	if (!r && !load->sources->list.count)
		return refuse_folder(load);
	return r;
}

/* A file that the user named: a link to it is his own. */
static int load_own_file(const struct load *load)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length;
	int r = file_read(load->path, &bytes, &length, load->err);

	return r ? r : add_file(load, bytes, length, shown_name(load->path));
}

/* What another program writes: `ssh router 'sysupgrade -b -' | twinsite import -`. */
static int load_input(struct arena *arena, struct import_sources *sources,
		      struct err *err)
{
	const struct load load = {
		.path = IMPORT_STDIN_NAME, .arena = arena, .sources = sources, .err = err
	};
	_cleanup_free_ char *bytes = NULL;
	size_t length;
	int r = file_read_stream(STDIN_FILENO, IMPORT_STDIN_NAME, FILE_SIZE_MAX, &bytes,
				 &length, err);

	if (!r && !length)
		return err_set(err, EINVAL, "nothing comes from standard input");
	return r ? r : add_file(&load, bytes, length, IMPORT_STDIN_NAME);
}

int import_load(enum device_kind kind, const char *path, struct arena *arena,
		struct import_sources *ret_sources, struct err *err)
{
	struct import_sources sources = { 0 };
	const struct load load = { .top = path,
				   .name = ".",
				   .path = path,
				   .arena = arena,
				   .sources = &sources,
				   .err = err };
	struct stat status;
	int r;

	if (str_equal(path, "-")) {
		r = load_input(arena, &sources, err);
		if (!r)
			*ret_sources = sources;
		return r;
	}
	if (stat(path, &status))
		return err_sys(err, errno, "%s", path);
	r = S_ISDIR(status.st_mode) ? load_root(kind, &load) : load_own_file(&load);
	if (!r)
		*ret_sources = sources;
	return r;
}

int import_load_below(enum device_kind kind, const char *folder, const char *name,
		      struct arena *arena, struct import_sources *ret_sources,
		      struct err *err)
{
	struct import_sources sources = { 0 };
	const struct load load = {
		.top = folder,
		.name = name,
		.path = *folder ? arena_printf(arena, "%s/%s", folder, name) : name,
		.arena = arena,
		.sources = &sources,
		.err = err
	};
	int kind_there = file_kind_below(folder, name, err), r;

	if (kind_there < 0)
		return kind_there;
	if (kind_there == FILE_IS_FOLDER)
		r = load_root(kind, &load);
	else
		r = load_file(&load, name, shown_name(load.path));
	if (!r)
		*ret_sources = sources;
	return r;
}

int import_load_any(const char *path, struct arena *arena, enum device_kind *ret_kind,
		    struct import_sources *ret_sources, struct err *err)
{
	struct import_sources sources = { 0 };
	enum device_kind kind;
	/* For a folder, OpenWrt's files are looked for first, then all its files. */
	int r = import_load(DEVICE_OPENWRT, path, arena, &sources, err);

	if (!r)
		r = import_refuse_mixture(path, sources.list.items, sources.list.count,
					  err);
	if (!r)
		r = import_detect(sources.list.items, sources.list.count, &kind, err);
	if (r)
		return r;
	*ret_kind = kind;
	*ret_sources = sources;
	return 0;
}
