// SPDX-License-Identifier: GPL-2.0-or-later
/* outage.c - how long nothing gets through: echo requests at a steady pace */
#include "probe/outage.h"

#include <unistd.h>

#include "base/clock.h"
#include "probe/icmp.h"

#define OUTAGE_TASK 0xfffe
#define FLOW_FIRST  0x4000 /* away from the echo identifiers of other probes */
#define FLOW_MASK   0x0fff

int outage_open(struct outage *outage, struct node *from, const struct inet_addr *dst,
		unsigned int interval_ms, struct err *err)
{
	int fd = icmp_open(from, err);

	*outage = (struct outage){ .fd = fd,
				   .dst = *dst,
				   .interval_us = (int64_t)interval_ms * 1000,
				   .next_us = clock_now_us() };
	return fd < 0 ? fd : 0;
}

void outage_close(struct outage *outage)
{
	if (outage->fd >= 0)
		close(outage->fd);
	outage->fd = -1;
}

void outage_mark(struct outage *outage)
{
	outage->mark_us = clock_now_us();
	outage->mark_sequence = outage->sequence;
}

static void send_one(struct outage *outage)
{
	const struct icmp_request request = {
		.flow = (uint16_t)(FLOW_FIRST + (outage->sequence & FLOW_MASK)),
		.task = OUTAGE_TASK,
		.sequence = outage->sequence,
		.size = ICMP_SIZE_MIN,
	};

	/* A node that cannot send has no path either: the request is as good as lost. */
	(void)icmp_send(outage->fd, &outage->dst, &request);
	outage->sequence++;
	if (outage->mark_us)
		outage->sent++;
	else
		outage->sent_before++;
}

static void take_one(struct outage *outage, const struct icmp_sighting *sighting)
{
	bool is_after = outage->mark_us && sighting->sent_us >= outage->mark_us;

	if (sighting->kind != ICMP_SIGHT_REPLY || sighting->task != OUTAGE_TASK)
		return;
	if (!is_after) {
		outage->received_before++;
		outage->last_us = clock_now_us();
		return;
	}
	outage->received++;
	if (outage->back_us)
		return;
	outage->back_us = clock_now_us();
	outage->lost = (uint16_t)(sighting->sequence - outage->mark_sequence);
}

void outage_step(struct outage *outage)
{
	struct icmp_sighting sighting;
	int64_t now = clock_now_us();
	int got;

	while ((got = icmp_receive(outage->fd, &sighting)) >= 0)
		if (got)
			take_one(outage, &sighting);
	if (now < outage->next_us)
		return;
	send_one(outage);
	/* A late step is not made up for: no burst after a pause. */
	outage->next_us += outage->interval_us;
	if (outage->next_us <= now)
		outage->next_us = now + outage->interval_us;
}
