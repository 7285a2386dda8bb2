/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm_image.h - what a virtual machine has for its files: an initial RAM disk
 *
 * Made from the one table of what a root contains (root.h). A guest kernel cannot bind the
 * machine's folders, so of ROOT_TREE only what is below /etc is copied as a whole; of the
 * others come the programs and parts that the table names, with the libraries that ldd(1)
 * finds for them, and links stay links. What not everybody may read is left out: no key of
 * this machine gets into an image.
 */
#ifndef TWINSITE_NETNS_VM_IMAGE_H
#define TWINSITE_NETNS_VM_IMAGE_H

#include <stdbool.h>

struct buf;
struct err;
struct vm_kernel;

#define VM_PROGRAM "/usr/bin/twinsite"

/*
 * Write the image (cpio, not compressed: the guest would need longer to unpack it) of
 * root_items(), the kernel's modules and this program, as VM_PROGRAM, to a descriptor.
 * ret_list gets a line for each file of the machine that went into it or was looked at:
 * vm_image_is_current() reads them. -ENOSPC and others with a sentence.
 */
int vm_image_write(const struct vm_kernel *kernel, int fd, struct buf *ret_list,
		   struct err *err);

/*
 * Would an image made now be the same, our own program aside? Each file of the list (a
 * text) is as it was, and it has each library that we are linked with.
 */
bool vm_image_is_current(const char *list);

/* Everything in it that is not a file of the machine, for a key: kinds, paths, texts. */
void vm_image_describe(struct buf *text);

#endif
