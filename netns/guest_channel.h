/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_channel.h - what both sides of a guest call the files between them */
#ifndef TWINSITE_NETNS_GUEST_CHANNEL_H
#define TWINSITE_NETNS_GUEST_CHANNEL_H

/* In the environment of the guest's init, by the kernel's command line: the folder. */
#define GUEST_VARIABLE "TWINSITE_GUEST"

/* Likewise, when nothing outside keeps the guest from writing to the machine's files. */
#define GUEST_OPEN_VARIABLE "TWINSITE_GUEST_OPEN"

/* In the folder. */
#define GUEST_SEED "guest.seed" /* random bytes; the guest deletes it */
#define GUEST_KEEP "guest.keep" /* paths to keep visible, a line each */
#define GUEST_EXIT "guest.exit" /* exit status, decimal; before: written each second */
#define GUEST_LOG  "guest.log"	/* console */
#define GUEST_UML  "guest.uml"	/* its management socket, without a world */

/* Where the package puts them; /lib/modules need not exist. */
#define GUEST_MODULES "/usr/lib/uml/modules"

#define GUEST_SEED_LENGTH 64

#endif
