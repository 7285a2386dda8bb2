// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * order.c - packets of a capture in the order of their times
 *
 * The held packets stand in a ring that is kept sorted: nearly all arrive in order, so
 * a new one is nearly always the last. A jump of the clock by more than the window ends a
 * stretch: it is given out whole before the next one begins.
 */
#include "capture/order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct held {
	struct capture_packet packet; /* its bytes are in room */
	uint8_t *room;
	size_t size; /* of room */
};

struct capture_order {
	struct capture_file *file; /* borrowed */
	struct held *ring[CAPTURE_ORDER_PACKETS + 1];
	struct held slots[CAPTURE_ORDER_PACKETS + 1];
	unsigned int first, count;
	size_t bytes;
	struct held *next;  /* of the next stretch: read, not yet taken in */
	struct held *given; /* whose bytes the caller has */
	int status;	    /* of the last read: 1 while it goes on */
	struct err err;	    /* of that read */
};

struct capture_order *capture_order_new(struct capture_file *file)
{
	struct capture_order *order = calloc(1, sizeof(*order));

	if (!order)
		return NULL;
	order->file = file;
	order->status = 1;
	for (unsigned int i = 0; i <= CAPTURE_ORDER_PACKETS; i++)
		order->ring[i] = &order->slots[i];
	return order;
}

void capture_order_free(struct capture_order *order)
{
	if (!order)
		return;
	for (unsigned int i = 0; i <= CAPTURE_ORDER_PACKETS; i++)
		free(order->slots[i].room);
	free(order);
}

static struct held **place(struct capture_order *order, unsigned int index)
{
	return &order->ring[(order->first + index) % (CAPTURE_ORDER_PACKETS + 1)];
}

/* A copy of a packet in the slot behind the last one. */
static bool hold(struct held *held, const struct capture_packet *packet)
{
	if (held->size < packet->captured) {
		uint8_t *room = realloc(held->room, packet->captured);

		if (!room)
			return false;
		held->room = room;
		held->size = packet->captured;
	}
	held->packet = *packet;
	if (packet->captured)
		memcpy(held->room, packet->bytes, packet->captured);
	held->packet.bytes = held->room;
	return true;
}

/* The last one to its place among those before it. */
static void sort_in(struct capture_order *order)
{
	for (unsigned int i = order->count - 1; i; i--) {
		struct held **here = place(order, i), **before = place(order, i - 1);
		struct held *moved = *here;

		if ((*before)->packet.time_ns <= moved->packet.time_ns)
			return;
		*here = *before;
		*before = moved;
	}
}

static void take_in(struct capture_order *order)
{
	order->bytes += order->next->packet.captured;
	order->next = NULL;
	order->count++;
	sort_in(order);
}

/* Does it belong to what is held, by its time? */
static bool is_near(struct capture_order *order, const struct capture_packet *packet)
{
	int64_t oldest, newest;

	if (!order->count)
		return true;
	oldest = (*place(order, 0))->packet.time_ns;
	newest = (*place(order, order->count - 1))->packet.time_ns;
	return packet->time_ns >= oldest - CAPTURE_ORDER_NS &&
	       packet->time_ns >= newest - CAPTURE_ORDER_NS;
}

static bool is_full(const struct capture_order *order)
{
	return order->count == CAPTURE_ORDER_PACKETS ||
	       order->bytes >= CAPTURE_ORDER_BYTES;
}

/* Is the first one safe: nothing that still comes may stand before it? */
static bool is_ripe(struct capture_order *order)
{
	if (!order->count)
		return false;
	return order->status <= 0 || order->next || is_full(order) ||
	       (*place(order, order->count - 1))->packet.time_ns -
			       (*place(order, 0))->packet.time_ns >
		       CAPTURE_ORDER_NS;
}

static int read_one(struct capture_order *order)
{
	struct held *held = *place(order, order->count);
	struct capture_packet packet;
	int status = capture_file_next(order->file, &packet, &order->err);

	if (status <= 0)
		return status;
	if (!hold(held, &packet))
		return err_sys(&order->err, ENOMEM, "packet %u", packet.frame);
	order->next = held;
	return 1;
}

int capture_order_next(struct capture_order *order, struct capture_packet *ret_packet,
		       struct err *err)
{
	while (!is_ripe(order) && order->status > 0) {
		if (!order->next)
			order->status = read_one(order);
		if (order->next && is_near(order, &order->next->packet))
			take_in(order);
	}
	if (!order->count) {
		if (order->status < 0 && err)
			*err = order->err;
		return order->status;
	}
	/* The slot of what is given out is used again only behind all others. */
	order->given = *place(order, 0);
	*ret_packet = order->given->packet;
	order->first = (order->first + 1) % (CAPTURE_ORDER_PACKETS + 1);
	order->count--;
	order->bytes -= ret_packet->captured;
	return 1;
}
