// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm_image.c - what a virtual machine has for its files: an initial RAM disk
 *
 * An entry is added by its path as the machine's programs use it. On the way there each
 * link is added as a link and followed, so that all names of a file lead to one copy.
 */
#include "netns/vm_image.h"

#include <archive.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "netns/root.h"
#include "netns/spawn.h"
#include "netns/vm_archive.h"
#include "netns/vm_kernel.h"

#define LINKS_MAX 40 /* as path_resolution(7) */
#define DEPTH_MAX 16
/* A line of the list: a program that the table names and this machine does not have. */
#define ABSENT "absent "
/* Likewise: how long its path is, the path, and where it leads to. */
#define LINK   "link "
#define LDD_US 60000000

struct image {
	struct archive *out;
	struct arena *arena;
	struct map seen;	    /* paths that are in it */
	VEC(const char *) programs; /* ELF files, whose libraries are wanted */
	struct buf *list;
	int depth;
};

/* ------------------------------------------------------------ entries */

/* True the first time. */
static bool see(struct image *image, const char *path)
{
	if (map_get(&image->seen, NULL, path))
		return false;
	map_put(image->arena, &image->seen, NULL, arena_strdup(image->arena, path),
		image);
	return true;
}

static void note(struct image *image, const char *path, const struct stat *status)
{
	buf_printf(image->list, "%lld %lld.%09ld %u %s\n", (long long)status->st_size,
		   (long long)status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
		   (unsigned int)status->st_mode, path);
}

/*
 * A link is where it leads to, whenever it was made: a world, whose root has /bin and /lib
 * made anew each time, finds the machine of the world before it.
 */
static void note_link(struct image *image, const char *path, const char *link)
{
	buf_printf(image->list, LINK "%zu %s%s\n", strlen(path), path, link);
}

static int put_header(struct image *image, const char *path, unsigned int mode,
		      const char *link, struct err *err)
{
	return vm_archive_put(image->out, path, mode, 0, link, err);
}

static int put_file(struct image *image, const char *from, const char *path,
		    struct err *err)
{
	bool is_elf = false;
	int ret = vm_archive_put_file(image->out, from, path, &is_elf, err);

	if (!ret && is_elf && !str_ends(path, ".ko"))
		*vec_push(image->arena, &image->programs) =
			arena_strdup(image->arena, from);
	return ret;
}

/* A text of our own, or an empty folder. */
static int put_own(struct image *image, const char *path, unsigned int mode,
		   const char *text, struct err *err)
{
	return see(image, path) ? vm_archive_put_text(image->out, path, mode, text, err)
				: 0;
}

/* ------------------------------------------------------------ paths */

/* In place: the path without "." , ".." and doubled slashes. */
static void tidy(char *path)
{
	char *to = path, *rest = path, *part;
	char copy[PATH_MAX];

	(void)snprintf(copy, sizeof(copy), "%s", path);
	rest = copy;
	while ((part = strsep(&rest, "/"))) {
		if (!*part || str_equal(part, "."))
			continue;
		if (str_equal(part, "..")) {
			while (to > path && *--to != '/')
				;
			continue;
		}
		*to++ = '/';
		memcpy(to, part, strlen(part));
		to += strlen(part);
	}
	*to = '\0';
}

/* The link at the first `length` bytes of path leads elsewhere: path says where. */
static int follow(char *path, size_t length, const char *link)
{
	char fresh[PATH_MAX];
	size_t folder = length;

	while (folder && path[folder - 1] != '/')
		folder--;
	if (snprintf(fresh, sizeof(fresh), "%.*s%s%s", link[0] == '/' ? 0 : (int)folder,
		     path, link, path + length) >= (int)sizeof(fresh))
		return -ENAMETOOLONG;
	memcpy(path, fresh, sizeof(fresh));
	tidy(path);
	return 0;
}

static int put_folder(struct image *image, const char *path, struct err *err);

/*
 * Folders and links on the way; path becomes the real one. 1: there is nothing, or nothing
 * that everybody may read.
 */
static int put_way(struct image *image, char path[PATH_MAX], struct stat *ret_status,
		   struct err *err)
{
	unsigned int links = 0;
	int ret = 0;

	for (size_t at = 1; !ret;) {
		size_t length = at + strcspn(path + at, "/");
		char part[PATH_MAX], link[PATH_MAX];
		ssize_t got;

		(void)snprintf(part, sizeof(part), "%.*s", (int)length, path);
		if (lstat(part, ret_status))
			return 1;
		if (S_ISLNK(ret_status->st_mode)) {
			got = readlink(part, link, sizeof(link) - 1);
			if (got < 0 || ++links > LINKS_MAX)
				return 1;
			link[got] = '\0';
			if (see(image, part)) {
				note_link(image, part, link);
				ret = put_header(image, part, S_IFLNK | 0777, link, err);
			}
			if (!ret && follow(path, length, link))
				return 1;
			at = 1;
			continue;
		}
		if (!path[length])
			return ret;
		if (see(image, part))
			ret = put_header(image, part, S_IFDIR | 0755, NULL, err);
		at = length + 1;
	}
	return ret;
}

/* A file, or a folder with all that is in it. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int put_path(struct image *image, const char *name, struct err *err)
{
	char path[PATH_MAX];
	struct stat status;
	int ret;

	if (snprintf(path, sizeof(path), "%s", name) >= (int)sizeof(path))
		return 0;
	ret = put_way(image, path, &status, err);
	if (ret)
		return ret < 0 ? ret : 0;
	if (S_ISDIR(status.st_mode) && (status.st_mode & 05) == 05) {
		if (see(image, path)) {
			ret = put_header(image, path, S_IFDIR | 0755, NULL, err);
			note(image, path, &status);
		}
		return ret ? ret : put_folder(image, path, err);
	}
	if (!S_ISREG(status.st_mode) || !(status.st_mode & S_IROTH) || !see(image, path))
		return 0;
	note(image, path, &status);
	return put_file(image, path, path, err);
}

/* In a folder that is wanted as a whole, a link is one; where it leads to is not asked. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int put_inside(struct image *image, const char *path, struct err *err)
{
	char link[PATH_MAX];
	struct stat status;
	ssize_t length;

	if (lstat(path, &status))
		return 0;
	if (!S_ISLNK(status.st_mode))
		return put_path(image, path, err);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0 || !see(image, path))
		return 0;
	link[length] = '\0';
	note_link(image, path, link);
	return put_header(image, path, S_IFLNK | 0777, link, err);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int put_folder(struct image *image, const char *path, struct err *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char inside[PATH_MAX];
	int ret = 0;

	image->depth++;
	while (dir && !ret && image->depth < DEPTH_MAX && (entry = readdir(dir)))
		if (!str_equal(entry->d_name, ".") && !str_equal(entry->d_name, "..") &&
		    snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name) <
			    (int)sizeof(inside))
			ret = put_inside(image, inside, err);
	image->depth--;
	if (dir)
		closedir(dir);
	return ret;
}

/* ------------------------------------------------------------ the table */

static int put_program(struct image *image, const char *name, struct err *err)
{
	_cleanup_free_ char *path = name[0] == '/' ? strdup(name) : process_find(name);

	if (!path || access(path, F_OK))
		buf_printf(image->list, ABSENT "%s\n", name);
	return path ? put_path(image, path, err) : 0;
}

/* Of a folder outside of /etc, only that it is a link to another one. */
static int put_tree(struct image *image, const char *path, struct err *err)
{
	char way[PATH_MAX];
	struct stat status;
	int ret;

	if (str_starts(path, "/etc/"))
		return put_path(image, path, err);
	(void)snprintf(way, sizeof(way), "%s", path);
	ret = put_way(image, way, &status, err);
	return ret < 0 ? ret : 0;
}

static int put_parents(struct image *image, const char *path, struct err *err)
{
	char folder[PATH_MAX];
	int ret = 0;

	for (const char *slash = strchr(path + 1, '/'); !ret && slash;
	     slash = strchr(slash + 1, '/')) {
		(void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		ret = put_own(image, folder, S_IFDIR | 0755, NULL, err);
	}
	return ret;
}

static int put_item(struct image *image, const struct root_item *item, struct err *err)
{
	int ret;

	switch (item->kind) {
	case ROOT_TREE:
		return put_tree(image, item->path, err);
	case ROOT_FILE:
	case ROOT_PART:
		return put_path(image, item->path, err);
	case ROOT_PROGRAM:
		return put_program(image, item->path, err);
	case ROOT_DEVICE: /* the guest's kernel makes them */
		return 0;
	case ROOT_FOLDER:
	case ROOT_LINK:
	case ROOT_TEXT:
		break;
	}
	ret = put_parents(image, item->path, err);
	if (ret || str_starts(item->path, "/dev/"))
		return ret;
	if (item->kind == ROOT_FOLDER)
		return put_own(image, item->path, S_IFDIR | 0755, NULL, err);
	if (item->kind == ROOT_TEXT)
		return put_own(image, item->path, S_IFREG | 0644, item->text, err);
	return see(image, item->path)
		       ? put_header(image, item->path, S_IFLNK | 0777, item->text, err)
		       : 0;
}

/* ------------------------------------------------------------ libraries */

/* "\tlibc.so.6 => /lib/…/libc.so.6 (0x…)" or "\t/lib64/ld-linux-x86-64.so.2 (0x…)". */
static int put_library(struct image *image, char *line, struct err *err)
{
	char *path = strstr(line, "=> /");

	path = path ? path + 3 : str_trim(line);
	if (*path != '/')
		return 0;
	path[strcspn(path, " ")] = '\0';
	return path[strlen(path) - 1] == ':' ? 0 : put_path(image, path, err);
}

static int put_libraries(struct image *image, struct err *err)
{
	size_t count = image->programs.count;
	const char **argv = arena_alloc(image->arena, (count + 2) * sizeof(*argv));
	const struct spawn spawn = { .argv = argv };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	char *rest, *line;
	int status, ret;

	argv[0] = "ldd";
	for (size_t i = 0; i < count; i++)
		argv[i + 1] = image->programs.items[i];
	ret = process_run(&spawn, NULL, clock_now_us() + LDD_US, &output, &errors,
			  &status, err);
	rest = output; /* its status is not 0 for a program that is linked statically */
	while (!ret && (line = strsep(&rest, "\n")))
		ret = put_library(image, line, err);
	return ret;
}

static int add_own_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct image *image = arg;

	(void)size;
	if (info->dlpi_name[0] == '/')
		*vec_push(image->arena, &image->programs) =
			arena_strdup(image->arena, info->dlpi_name);
	return 0;
}

/* ------------------------------------------------------------ the kernel, the program */

/* What is in these folders of the kernel's modules is wanted; the rest is for hardware. */
static const char *const module_folders[] = {
	"kernel/net",	      "kernel/crypto",
	"kernel/lib",	      "kernel/arch",
	"kernel/drivers/net", "kernel/drivers/crypto",
	"kernel/drivers/ptp", "kernel/drivers/char/hw_random",
};
static const char *const module_left_out[] = { "/kvm",	      "/ethernet/", "/hyperv/",
					       "/bluetooth/", "/wwan/",	    "/sunrpc/",
					       "/9p/",	      "/ceph/" };
static const char *const module_lists[] = {
	"modules.dep.bin",     "modules.alias.bin", "modules.symbols.bin",
	"modules.builtin.bin", "modules.softdep",   "modules.devname",
	"modules.order",       "modules.builtin",   "modules.builtin.alias.bin",
	"modules.dep",	       "modules.alias",	    "modules.builtin.modinfo",
};

/* A file of the kernel's modules' folder, which the guest has in /lib/modules/VERSION. */
static int put_module_file(struct image *image, const struct vm_kernel *kernel,
			   const char *below, struct err *err)
{
	char from[PATH_MAX * 2], path[PATH_MAX + 64];
	struct stat status;
	int ret;

	(void)snprintf(from, sizeof(from), "%s/%s", kernel->modules, below);
	(void)snprintf(path, sizeof(path), "/usr/lib/modules/%s/%s", kernel->version,
		       below);
	if (stat(from, &status) || !S_ISREG(status.st_mode) || !see(image, path))
		return 0;
	ret = put_parents(image, path, err);
	note(image, from, &status);
	return ret ? ret : put_file(image, from, path, err);
}

static bool is_left_out(const char *below)
{
	for (size_t i = 0; i < ARRAY_SIZE(module_left_out); i++)
		if (strstr(below, module_left_out[i]))
			return true;
	return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int put_modules(struct image *image, const struct vm_kernel *kernel,
		       const char *below, struct err *err)
{
	char path[PATH_MAX * 2];
	struct dirent *entry;
	DIR *dir;
	int ret = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", kernel->modules, below);
	dir = is_left_out(below) ? NULL : opendir(path);
	image->depth++;
	while (dir && !ret && image->depth < DEPTH_MAX && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || snprintf(path, sizeof(path), "%s/%s",
							below, entry->d_name) >= PATH_MAX)
			continue;
		ret = entry->d_type == DT_DIR ? put_modules(image, kernel, path, err)
					      : put_module_file(image, kernel, path, err);
	}
	image->depth--;
	if (dir)
		closedir(dir);
	return ret;
}

static int put_kernel(struct image *image, const struct vm_kernel *kernel,
		      struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(module_folders); i++)
		ret = put_modules(image, kernel, module_folders[i], err);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(module_lists); i++)
		ret = put_module_file(image, kernel, module_lists[i], err);
	return ret;
}

static int put_self(struct image *image, struct err *err)
{
	int ret;

	(void)see(image, VM_PROGRAM);
	ret = put_file(image, "/proc/self/exe", VM_PROGRAM, err);
	image->programs.count -= !ret; /* what it needs is loaded */
	(void)dl_iterate_phdr(add_own_library, image);
	return ret;
}

/* Not in the table: what no node sees of its own, but the guest's kernel runs. */
static const struct root_item for_guest[] = {
	{ ROOT_FOLDER, "/proc", NULL }, { ROOT_FOLDER, "/dev", NULL },
	{ ROOT_FOLDER, "/tmp", NULL },	{ ROOT_FOLDER, "/root", NULL },
	{ ROOT_PROGRAM, "kmod", NULL }, { ROOT_PROGRAM, "modprobe", NULL },
	{ ROOT_FOLDER, NULL, NULL },
};

static int put_all(struct image *image, const struct vm_kernel *kernel, struct err *err)
{
	int ret = 0;

	for (const struct root_item *item = root_items(); !ret && item->path; item++)
		ret = put_item(image, item, err);
	for (const struct root_item *item = for_guest; !ret && item->path; item++)
		ret = put_item(image, item, err);
	if (!ret)
		ret = put_kernel(image, kernel, err);
	if (!ret)
		ret = put_self(image, err);
	for (size_t i = 0; !ret && i < image->programs.count; i++)
		ret = put_path(image, image->programs.items[i], err);
	return ret ? ret : put_libraries(image, err);
}

int vm_image_write(const struct vm_kernel *kernel, int fd, struct buf *ret_list,
		   struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct image image = { .out = archive_write_new(),
			       .arena = arena,
			       .list = ret_list };
	int ret;

	if (!image.out)
		return err_sys(err, ENOMEM, "an image");
	if (archive_write_set_format_cpio_newc(image.out) ||
	    archive_write_set_bytes_per_block(image.out, 1 << 20) ||
	    archive_write_open_fd(image.out, fd))
		ret = err_set(err, EIO, "an image: %s", archive_error_string(image.out));
	else
		ret = put_all(&image, kernel, err);
	if (!ret && archive_write_close(image.out))
		ret = err_set(err, archive_errno(image.out) ?: EIO, "an image: %s",
			      archive_error_string(image.out));
	archive_write_free(image.out);
	return ret;
}

/* ------------------------------------------------------------ is it current? */

static bool is_absent(const char *name)
{
	_cleanup_free_ char *path = name[0] == '/' ? NULL : process_find(name);

	return name[0] == '/' ? access(name, F_OK) != 0 : path == NULL;
}

/* "LENGTH PATHTARGET" */
static bool is_link_current(char *text)
{
	char path[PATH_MAX], link[PATH_MAX];
	char *name;
	unsigned long length = strtoul(text, &name, 10);
	ssize_t got;

	if (*name++ != ' ' || length >= sizeof(path) || length > strlen(name))
		return false;
	(void)snprintf(path, sizeof(path), "%.*s", (int)length, name);
	got = readlink(path, link, sizeof(link) - 1);
	link[got > 0 ? got : 0] = '\0';
	return got > 0 && str_equal(link, name + length);
}

static bool is_line_current(char *line)
{
	long long size, seconds;
	struct stat status;
	long nanoseconds;
	unsigned int mode;
	int at = 0;

	if (str_starts(line, ABSENT))
		return is_absent(line + strlen(ABSENT));
	if (str_starts(line, LINK))
		return is_link_current(line + strlen(LINK));
	/* NOLINTNEXTLINE(cert-err34-c): our own file, and what does not fit is not it */
	if (sscanf(line, "%lld %lld.%9ld %u %n", &size, &seconds, &nanoseconds, &mode,
		   &at) != 4 ||
	    !at)
		return false;
	return !lstat(line + at, &status) && status.st_size == size &&
	       status.st_mtim.tv_sec == seconds &&
	       status.st_mtim.tv_nsec == nanoseconds && status.st_mode == mode;
}

static int find_own_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	char real[PATH_MAX], line[PATH_MAX + 2];

	(void)size;
	if (info->dlpi_name[0] != '/' || !realpath(info->dlpi_name, real))
		return 0;
	(void)snprintf(line, sizeof(line), " %s\n", real);
	return strstr(arg, line) == NULL;
}

bool vm_image_is_current(const char *list)
{
	_cleanup_free_ char *copy = strdup(list);
	char *rest = copy, *line;

	while (copy && (line = strsep(&rest, "\n")))
		if (*line && !is_line_current(line))
			return false;
	return copy && !dl_iterate_phdr(find_own_library, (void *)(uintptr_t)list);
}

void vm_image_describe(struct buf *text)
{
	for (const struct root_item *item = root_items(); item->path; item++)
		buf_printf(text, "%d %s %s\n", (int)item->kind, item->path,
			   item->text ? item->text : "");
	for (size_t i = 0; i < ARRAY_SIZE(module_left_out); i++)
		buf_printf(text, "without %s\n", module_left_out[i]);
}
