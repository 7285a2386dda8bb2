// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_window.c - the memory that a virtual machine and its host share */
#include "netns/vm_window.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"

#define FRAME_MAGIC 0x54575331u

struct frame {
	uint32_t magic;
	uint32_t name_length;
	uint32_t length;
};

static uint8_t *ring(struct vm_window *window)
{
	return (uint8_t *)window + VM_RING_AT;
}

static uint64_t load(const uint64_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

/* ------------------------------------------------------------ the guest writes */

static void ring_write(struct vm_window *window, uint64_t at, const void *bytes,
		       size_t length)
{
	size_t offset = at % VM_RING_BYTES;
	size_t first = length < VM_RING_BYTES - offset ? length : VM_RING_BYTES - offset;

	memcpy(ring(window) + offset, bytes, first);
	memcpy(ring(window), (const uint8_t *)bytes + first, length - first);
}

static void wait_for_room(struct vm_window *window, uint64_t head, size_t needed)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	while (head + needed - load(&window->tail) > VM_RING_BYTES)
		(void)nanosleep(&moment, NULL);
}

static void put_frame(struct vm_window *window, const char *name, const void *bytes,
		      size_t length)
{
	const struct frame frame = { FRAME_MAGIC, (uint32_t)strlen(name),
				     (uint32_t)length };
	uint64_t head = window->head;

	wait_for_room(window, head, sizeof(frame) + frame.name_length + length);
	ring_write(window, head, &frame, sizeof(frame));
	ring_write(window, head + sizeof(frame), name, frame.name_length);
	ring_write(window, head + sizeof(frame) + frame.name_length, bytes, length);
	__atomic_store_n(&window->head, head + sizeof(frame) + frame.name_length + length,
			 __ATOMIC_RELEASE);
}

int vm_window_put(struct vm_window *window, const char *name, const void *bytes,
		  size_t length)
{
	const uint8_t *from = bytes;

	if (strlen(name) > VM_NAME_MAX)
		return -ENAMETOOLONG;
	do { /* also for an empty file: once */
		size_t part = length < VM_CHUNK_MAX ? length : VM_CHUNK_MAX;

		put_frame(window, name, from, part);
		from += part;
		length -= part;
	} while (length);
	return 0;
}

/* ------------------------------------------------------------ the host reads */

static void ring_read(struct vm_window *window, uint64_t at, void *bytes, size_t length)
{
	size_t offset = at % VM_RING_BYTES;
	size_t first = length < VM_RING_BYTES - offset ? length : VM_RING_BYTES - offset;

	memcpy(bytes, ring(window) + offset, first);
	memcpy((uint8_t *)bytes + first, ring(window), length - first);
}

static void ring_add(struct vm_window *window, uint64_t at, size_t length,
		     struct buf *buf)
{
	char bytes[VM_CHUNK_MAX];

	ring_read(window, at, bytes, length);
	buf_add(buf, bytes, length);
}

int vm_window_take(struct vm_window *window, struct buf *name, struct buf *bytes)
{
	uint64_t head = load(&window->head), tail = window->tail;
	struct frame frame;

	if (head == tail)
		return 0;
	if (head - tail > VM_RING_BYTES || head - tail < sizeof(frame))
		return -EBADMSG;
	ring_read(window, tail, &frame, sizeof(frame));
	if (frame.magic != FRAME_MAGIC || !frame.name_length ||
	    frame.name_length > VM_NAME_MAX || frame.length > VM_CHUNK_MAX ||
	    head - tail < sizeof(frame) + frame.name_length + frame.length)
		return -EBADMSG;
	tail += sizeof(frame);
	ring_add(window, tail, frame.name_length, name);
	tail += frame.name_length;
	ring_add(window, tail, frame.length, bytes);
	__atomic_store_n(&window->tail, tail + frame.length, __ATOMIC_RELEASE);
	return 1;
}
