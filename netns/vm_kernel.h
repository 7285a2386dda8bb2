/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_kernel.h - the stock kernel that a virtual machine boots */
#ifndef TWINSITE_NETNS_VM_KERNEL_H
#define TWINSITE_NETNS_VM_KERNEL_H

#include <limits.h>
#include <stdbool.h>

struct err;

struct vm_kernel {
	char image[PATH_MAX];	/* …/vmlinuz-VERSION */
	char modules[PATH_MAX]; /* …/lib/modules/VERSION */
	char version[128];
};

/*
 * The user's choice (--kernel), borrowed for ever: vmlinuz-VERSION with its modules in
 * ../lib/modules or /lib/modules, or a folder with boot/ and lib/modules/ as `dpkg-deb -x`
 * makes it. NULL: find one.
 */
void vm_kernel_use(const char *path);

/*
 * The one to boot: the user's, else that of the cache (CACHE/kernel/default, a link, or the newest
 * CACHE/kernel/PACKAGE), else
 * that of the running machine when we may read it. -ENOTSUP with one sentence: there is
 * none, it has no ESP, its modules are not listed (depmod); -EINVAL: the user's is none,
 * or one for another architecture.
 */
int vm_kernel_find(struct vm_kernel *ret_kernel, struct err *err);

/* Where the modules of an image are that has them beside it, ../lib/modules/VERSION; false: it has none. */
bool vm_kernel_modules(const char *image, char ret_folder[PATH_MAX]);

/*
 * What it will offer (enum plane_feature), as its modules and their lists say: before it
 * was booted nothing better is known.
 */
unsigned int vm_kernel_offers(const struct vm_kernel *kernel);

#endif
