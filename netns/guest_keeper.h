/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_keeper.h - hold a guest kernel where there are no namespaces; for guest.c */
#ifndef TWINSITE_NETNS_GUEST_KEEPER_H
#define TWINSITE_NETNS_GUEST_KEEPER_H

struct err;
struct guest;

/*
 * Run run(arg), which becomes the guest kernel, below a keeper process: ret_guest gets
 * its pid, pidfd and lifeline. In the end the keeper removes uml_folder, which it made.
 */
int guest_keeper_start(int (*run)(void *arg), void *arg, const char *uml_folder,
		       struct guest *ret_guest, struct err *err);

/* Let go of it, and wait until all of the guest is gone. */
void guest_keeper_stop(struct guest *guest);

#endif
