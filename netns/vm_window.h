/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm_window.h - the memory that a virtual machine and its host share
 *
 * In the guest it is the second resource of an ivshmem device, so nobody there waits for
 * the host's disk: input lies in memory, evidence is written to memory. Without that, a
 * virtual clock would run while the host reads, a little differently each time.
 *
 *	0		struct vm_window
 *	VM_INPUT_AT	an archive (cpio): program, scenario, what the run is told
 *	VM_RING_AT	a ring of frames: "append these bytes to that file"
 *
 * The host believes nothing that it reads here: lengths are checked on a copy.
 */
#ifndef TWINSITE_NETNS_VM_WINDOW_H
#define TWINSITE_NETNS_VM_WINDOW_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* Changes when a saved machine of an older program could not be talked to any more, or is set otherwise. */
#define VM_PROTOCOL 4

#define VM_WINDOW_BYTES (64u << 20)
#define VM_INPUT_AT	(64u << 10)
#define VM_INPUT_MAX	(40u << 20)
#define VM_RING_AT	(VM_INPUT_AT + VM_INPUT_MAX)
#define VM_RING_BYTES	(VM_WINDOW_BYTES - VM_RING_AT)
#define VM_NAME_MAX	255u
#define VM_CHUNK_MAX	(64u << 10)
#define VM_SEED_LENGTH	64

enum vm_state {
	VM_BOOTING,
	VM_READY,   /* modules are loaded, the kernel is probed: it may be saved */
	VM_RUNNING, /* it has taken its input */
	VM_ENDED,   /* status is there, and everything is in the ring */
};

struct vm_window {
	uint32_t state; /* enum vm_state; the guest's */
	uint32_t status;
	uint32_t beat;	   /* counts up, each second of the guest's clock */
	uint32_t features; /* enum plane_feature, at VM_READY */
	char kernel[65];
	char reason[512];   /* why native cannot be used there; "": it can */
	uint32_t has_input; /* the host's, from here on */
	uint32_t is_virtual;
	uint64_t input_length;
	int64_t wall_us;
	uint8_t seed[VM_SEED_LENGTH];
	uint64_t head; /* of the ring: bytes that the guest has written so far */
	uint64_t tail; /* bytes that the host has taken */
};

/*
 * In the guest: append bytes to a file. Waits (for the host) only when the ring is full.
 * -ENAMETOOLONG.
 */
int vm_window_put(struct vm_window *window, const char *name, const void *bytes,
		  size_t length);

/*
 * On the host: the next frame, appended to both buffers. 1: there was one, 0: none yet,
 * -EBADMSG: what is there is none, and nothing more is to be expected.
 */
int vm_window_take(struct vm_window *window, struct buf *name, struct buf *bytes);

#endif
