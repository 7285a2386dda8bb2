/* SPDX-License-Identifier: GPL-2.0-or-later */
/* own_kernel.h - settings of a kernel that is one rehearsal's own: a guest's, of uml and of vm */
#ifndef TWINSITE_NETNS_OWN_KERNEL_H
#define TWINSITE_NETNS_OWN_KERNEL_H

/* Write them; each that the kernel did not take is told to `complain`, by its path. */
void own_kernel_set(void (*complain)(const char *path));

#endif
