// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_kernel.c - the stock kernel that a virtual machine boots */
#include "netns/vm_kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/plane.h"
#include "netns/vm_cache.h"

#define IMAGE "vmlinuz-"

static const char *chosen;

void vm_kernel_use(const char *path)
{
	chosen = path;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

/* ROOT/lib/modules/VERSION or, from Debian 13 on, ROOT/usr/lib/modules/VERSION. */
static bool find_modules(const char *root, struct vm_kernel *kernel)
{
	static const char *const places[] = { "lib/modules", "usr/lib/modules" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (snprintf(kernel->modules, sizeof(kernel->modules), "%s/%s/%s", root,
			     places[i], kernel->version) < (int)sizeof(kernel->modules) &&
		    is_folder(kernel->modules))
			return true;
	}
	return false;
}

/* An image of that path, with the version that its name has. */
static bool take_image(const char *path, struct vm_kernel *kernel)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	if (!str_starts(name, IMAGE) ||
	    snprintf(kernel->image, sizeof(kernel->image), "%s", path) >=
		    (int)sizeof(kernel->image))
		return false;
	(void)snprintf(kernel->version, sizeof(kernel->version), "%s",
		       name + strlen(IMAGE));
	return true;
}

/* The newest kernel of ROOT/boot that has modules in ROOT. */
static bool find_in(const char *root, struct vm_kernel *ret_kernel)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool is_found = false;
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s/boot", root) >= (int)sizeof(path))
		return false;
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		struct vm_kernel kernel;

		if (snprintf(path, sizeof(path), "%s/boot/%s", root, entry->d_name) >=
			    (int)sizeof(path) ||
		    !take_image(path, &kernel) || !find_modules(root, &kernel))
			continue;
		if (!is_found || strverscmp(kernel.version, ret_kernel->version) > 0)
			*ret_kernel = kernel;
		is_found = true;
	}
	if (dir)
		closedir(dir);
	return is_found;
}

/* The one that `default` leads to, else the newest of all packages in the cache. */
static bool find_in_cache(struct vm_kernel *ret_kernel, struct err *err)
{
	char cache[PATH_MAX - 280], root[PATH_MAX];
	struct dirent *entry;
	bool is_found = false;
	DIR *dir;

	if (vm_cache_path("kernel", cache, sizeof(cache), err))
		return false;
	(void)snprintf(root, sizeof(root), "%s/default", cache);
	if (find_in(root, ret_kernel))
		return true;
	dir = opendir(cache);
	while (dir && (entry = readdir(dir))) {
		struct vm_kernel kernel;

		(void)snprintf(root, sizeof(root), "%s/%s", cache, entry->d_name);
		if (entry->d_name[0] == '.' || !find_in(root, &kernel))
			continue;
		if (!is_found || strverscmp(kernel.version, ret_kernel->version) > 0)
			*ret_kernel = kernel;
		is_found = true;
	}
	if (dir)
		closedir(dir);
	return is_found;
}

/* That of the running machine; Ubuntu keeps it from everybody but root. */
static bool find_running(struct vm_kernel *ret_kernel)
{
	char path[PATH_MAX];
	struct utsname name;

	if (uname(&name))
		return false;
	(void)snprintf(path, sizeof(path), "/boot/" IMAGE "%s", name.release);
	return !access(path, R_OK) && take_image(path, ret_kernel) &&
	       find_modules("", ret_kernel);
}

/* Modules of an image that are beside it: /…/boot/vmlinuz-VERSION, /…/lib/modules/VERSION. */
static bool find_beside(const char *image, char root[PATH_MAX], struct vm_kernel *kernel)
{
	(void)snprintf(root, PATH_MAX, "%s", image);
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(root, '/');

		if (slash)
			*slash = '\0';
	}
	return find_modules(root, kernel);
}

bool vm_kernel_modules(const char *image, char ret_folder[PATH_MAX])
{
	char root[PATH_MAX];
	struct vm_kernel kernel;

	if (!take_image(image, &kernel) || !find_beside(image, root, &kernel))
		return false;
	memcpy(ret_folder, kernel.modules, PATH_MAX);
	return true;
}

static int find_chosen(struct vm_kernel *ret_kernel, struct err *err)
{
	char root[PATH_MAX], real[PATH_MAX];

	if (!realpath(chosen, real))
		return err_sys(err, errno, "--kernel: %s", chosen);
	if (is_folder(real))
		return find_in(real, ret_kernel)
			       ? 0
			       : err_set(err, EINVAL,
					 "--kernel: %s: no boot/" IMAGE
					 "VERSION with lib/modules/VERSION in there",
					 chosen);
	if (!take_image(real, ret_kernel))
		return err_set(err, EINVAL,
			       "--kernel: %s: a folder, or a file called " IMAGE
			       "VERSION is needed",
			       chosen);
	if (access(real, R_OK))
		return err_sys(err, errno, "--kernel: %s", chosen);
	return find_beside(real, root, ret_kernel) || find_modules("", ret_kernel)
		       ? 0
		       : err_set(err, EINVAL,
				 "--kernel: %s: its modules are neither in "
				 "%s/lib/modules/%s nor in /lib/modules",
				 chosen, root, ret_kernel->version);
}

/* As a module, however it is compressed, or built in. */
static bool has_esp(const struct vm_kernel *kernel)
{
	static const char *const endings[] = { "", ".xz", ".zst", ".gz" };
	_cleanup_free_ char *builtin = NULL;
	char path[PATH_MAX + 64];
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		(void)snprintf(path, sizeof(path), "%s/kernel/net/ipv4/esp4.ko%s",
			       kernel->modules, endings[i]);
		if (!access(path, R_OK))
			return true;
	}
	(void)snprintf(path, sizeof(path), "%s/modules.builtin", kernel->modules);
	return !file_read(path, &builtin, &length, NULL) &&
	       strstr(builtin, "/esp4.ko") != NULL;
}

/* Files that name each module by its path: what is loaded, and what is built in. */
static const char *const module_files[] = { "modules.dep.bin", "modules.builtin" };

struct text {
	char *bytes; /* may have NULs */
	size_t length;
};

/* "/NAME.ko", of itself, and not as what another one needs ("…: kernel/…"). */
static bool has_module(const struct text *text, const char *name)
{
	const char *at = text->bytes, *end = at + text->length;
	char word[64];
	size_t length = (size_t)snprintf(word, sizeof(word), "/%s.ko", name);

	while (at && (at = memmem(at, (size_t)(end - at), word, length))) {
		const char *before = at;

		while (before > text->bytes && (unsigned char)before[-1] > ' ')
			before--;
		/* The first word of its line, or of its value in the index. */
		if (before == text->bytes || before[-1] != ' ')
			return true;
		at += length;
	}
	return false;
}

unsigned int vm_kernel_offers(const struct vm_kernel *kernel)
{
	static const struct {
		const char *module;
		unsigned int feature;
	} offers[] = {
		{ "esp4", PLANE_KERNEL_ESP },
		{ "xfrm_user", PLANE_POLICIES },
		{ "sch_netem", PLANE_NETEM },
		{ "iptable_nat", PLANE_NAT }, /* by one of these two backends */
		{ "nft_compat", PLANE_NAT },
		{ "ip_vti", PLANE_VTI },
		{ "xfrm_interface", PLANE_XFRM_INTERFACE },
		{ "xt_policy", PLANE_POLICY_MATCH },
	};
	unsigned int features = 0;
	char path[PATH_MAX + 64];

	for (size_t i = 0; i < ARRAY_SIZE(module_files); i++) {
		struct text text = { 0 };

		(void)snprintf(path, sizeof(path), "%s/%s", kernel->modules,
			       module_files[i]);
		if (file_read(path, &text.bytes, &text.length, NULL))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(offers); j++)
			if (has_module(&text, offers[j].module))
				features |= offers[j].feature;
		free(text.bytes);
	}
	return features;
}

/* Of which architecture an image says that it is; NULL: it does not (ELF, gzip, EFI's zboot). */
static const char *architecture_of(const char *image)
{
	static const struct {
		const char *name; /* as of uname(2) */
		off_t at;
		char bytes[5];
	} marks[] = {
		/* Documentation/arch/x86/boot.rst, Documentation/arch/arm64/booting.rst */
		{ "x86_64", 0x202, "HdrS" },
		{ "aarch64", 56, "ARM\x64" },
	};
	_cleanup_close_ int fd = open(image, O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		char bytes[4];

		if (pread(fd, bytes, sizeof(bytes), marks[i].at) == sizeof(bytes) &&
		    !memcmp(bytes, marks[i].bytes, sizeof(bytes)))
			return marks[i].name;
	}
	return NULL;
}

static int check(const struct vm_kernel *kernel, struct err *err)
{
	const char *architecture = architecture_of(kernel->image);
	char path[PATH_MAX + 64];
	struct utsname name;

	if (architecture && !uname(&name) && !str_equal(architecture, name.machine))
		return err_set(err, EINVAL,
			       "%s is a kernel for %s, and this machine is %s",
			       kernel->image, architecture, name.machine);

	if (!has_esp(kernel))
		return err_set(err, ENOTSUP,
			       "the kernel %s has no ESP (CONFIG_INET_ESP): there is no "
			       "esp4 in %s",
			       kernel->version, kernel->modules);
	(void)snprintf(path, sizeof(path), "%s/modules.dep.bin", kernel->modules);
	if (access(path, R_OK))
		return err_set(
			err, ENOTSUP,
			"the modules of %s are not listed yet: depmod -b "
			"%.*s %s",
			kernel->version,
			(int)(strstr(kernel->modules, "/lib/modules/") - kernel->modules),
			kernel->modules, kernel->version);
	return 0;
}

int vm_kernel_find(struct vm_kernel *ret_kernel, struct err *err)
{
	struct err cache = { 0 };
	struct vm_kernel kernel;
	int ret;

	if (chosen) {
		ret = find_chosen(&kernel, err);
		if (ret)
			return ret;
	} else if (!find_in_cache(&kernel, &cache) && !find_running(&kernel)) {
		/* Fetching one would not help. */
		if (cache.code)
			return err_set(err, ENOTSUP, "there is no kernel for it: %.400s",
				       cache.text);
		return err_set(err, ENOTSUP,
			       "there is no kernel for it: .ci/packages --vm fetches "
			       "one into the cache (27 MB), or --kernel FILE names one");
	}
	ret = check(&kernel, err);
	if (!ret)
		*ret_kernel = kernel;
	return ret;
}
