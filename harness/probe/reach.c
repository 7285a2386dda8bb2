// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reach.c - who reaches whom, seen from both ends, all questions at once
 *
 * One ICMP socket per node, one poll loop. A request that got an ICMP error is
 * settled: it will not arrive any more, so nobody needs to wait for it.
 */
#include "probe/reach.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/patience.h"
#include "probe/icmp.h"

#define REACH_ROUNDS 4 /* so often is asked, within a task's window */

struct reach_run {
	struct reach_task *tasks;
	size_t count;
	struct reach_patience *patience;
	struct patience clock; /* what is "now" here is what it has counted */
	struct node *nodes[2 * REACH_TASKS_MAX];
	struct pollfd fds[2 * REACH_TASKS_MAX];
	size_t node_count;
	int64_t resend_us;
};

static int run_add_node(struct reach_run *run, struct node *node, struct err *err)
{
	int fd;

	for (size_t i = 0; i < run->node_count; i++)
		if (run->nodes[i] == node)
			return 0;
	fd = icmp_open(node, err);
	if (fd < 0)
		return fd;
	run->nodes[run->node_count] = node;
	run->fds[run->node_count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	return 0;
}

static int run_open(struct reach_run *run, struct err *err)
{
	for (size_t i = 0; i < run->count; i++) {
		struct reach_task *task = &run->tasks[i];
		int r = run_add_node(run, task->from, err);

		if (!r && task->to)
			r = run_add_node(run, task->to, err);
		if (r)
			return r;
	}
	return 0;
}

static void run_close(struct reach_run *run)
{
	for (size_t i = 0; i < run->node_count; i++)
		close(run->fds[i].fd);
}

static int fd_of(const struct reach_run *run, const struct node *node)
{
	for (size_t i = 0; i < run->node_count; i++)
		if (run->nodes[i] == node)
			return run->fds[i].fd;
	return -1;
}

static void task_send(const struct reach_run *run, struct reach_task *task,
		      unsigned int more)
{
	for (unsigned int i = 0; i < more; i++) {
		const struct icmp_request request = {
			.flow = task->flow,
			.task = task->id,
			.sequence = (uint16_t)task->sent,
			.size = ICMP_SIZE_MIN,
		};
		int r = icmp_send(fd_of(run, task->from), &task->dst, &request);

		task->send_errno = -r;
		if (r)
			return;
		task->sent++;
	}
}

/* Has every request of the task met its fate, one way or the other? */
static bool task_is_settled(const struct reach_task *task)
{
	if (task->received >= task->count)
		return true;
	if (task->is_negative)
		return task->send_errno || task->error_count >= task->sent;
	return task->error_count >= task->sent && task->sent >= 2 * task->count;
}

int64_t reach_window_us(const struct reach_patience *patience, unsigned int least_ms)
{
	int64_t own_us = patience->slowest_us - patience->delay_us;
	int64_t us = 2 * patience->delay_us + REACH_TIMES * (own_us > 0 ? own_us : 0);
	int64_t least_us = (int64_t)least_ms * 1000;

	return us > least_us ? us : least_us;
}

static int64_t window_us(const struct reach_run *run, bool is_negative)
{
	return reach_window_us(run->patience, is_negative ? run->patience->negative_ms
							  : run->patience->positive_ms);
}

static void task_see(struct reach_task *task, const struct inet_addr *from)
{
	task->arrived++;
	for (unsigned int i = 0; i < task->seen_count; i++)
		if (inet_addr_equal(&task->seen_as[i], from))
			return;
	if (task->seen_count < REACH_SEEN_MAX)
		task->seen_as[task->seen_count++] = *from;
}

static struct reach_task *find_task(const struct reach_run *run, uint16_t id)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->tasks[i].id == id)
			return &run->tasks[i];
	return NULL;
}

static void run_take(struct reach_run *run, const struct node *node,
		     const struct icmp_sighting *sighting)
{
	struct reach_task *task = find_task(run, sighting->task);
	int64_t took;

	if (!task)
		return;
	switch (sighting->kind) {
	case ICMP_SIGHT_REQUEST:
		if (node == task->to)
			task_see(task, &sighting->from);
		break;
	case ICMP_SIGHT_REPLY:
		if (node != task->from)
			break;
		task->received++;
		took = clock_now_us() - sighting->sent_us;
		if (task->rtt_us < 0 || took < task->rtt_us)
			task->rtt_us = took;
		if (took > run->patience->slowest_us)
			run->patience->slowest_us = took;
		break;
	case ICMP_SIGHT_ERROR:
		if (node != task->from)
			break;
		if (task->error_count < REACH_ERRORS_MAX)
			task->errors[task->error_count] =
				(struct reach_error){ sighting->type, sighting->code,
						      sighting->from };
		task->error_count++;
		break;
	}
}

static void run_receive(struct reach_run *run)
{
	for (size_t i = 0; i < run->node_count; i++) {
		struct icmp_sighting sighting;
		int got;

		while ((got = icmp_receive(run->fds[i].fd, &sighting)) >= 0)
			if (got)
				run_take(run, run->nodes[i], &sighting);
	}
}

/* Ask again for what is missing; until when the window is open, 0: nothing is left. */
static int64_t run_next(struct reach_run *run)
{
	int64_t now = run->clock.passed_us, until = 0;
	bool is_resend = now >= run->resend_us;

	if (is_resend)
		run->resend_us = now + window_us(run, false) / REACH_ROUNDS;
	for (size_t i = 0; i < run->count; i++) {
		struct reach_task *task = &run->tasks[i];
		int64_t deadline = window_us(run, task->is_negative);

		if (task_is_settled(task) || now >= deadline)
			continue;
		if (is_resend && !task->is_negative)
			task_send(run, task, task->count - task->received);
		if (deadline > until)
			until = deadline;
	}
	return until;
}

static void run_loop(struct reach_run *run)
{
	int64_t until;

	for (size_t i = 0; i < run->count; i++) {
		run->tasks[i].rtt_us = -1;
		task_send(run, &run->tasks[i], run->tasks[i].count);
	}
	run->clock = patience_for(0);
	run->resend_us = window_us(run, false) / REACH_ROUNDS;
	while ((until = run_next(run))) {
		run->clock.window_us = until;
		(void)poll(run->fds, run->node_count, patience_nap_ms(&run->clock));
		patience_pass(&run->clock);
		run_receive(run);
	}
	patience_end(&run->clock);
	run_receive(run);
}

int reach_run(struct reach_task *tasks, size_t count, struct reach_patience *patience,
	      struct err *err)
{
	struct reach_run run = { .tasks = tasks, .count = count, .patience = patience };
	int r;

	if (count > REACH_TASKS_MAX)
		return err_set(err, E2BIG, "more than %d questions at once",
			       REACH_TASKS_MAX);
	r = run_open(&run, err);
	if (!r)
		run_loop(&run);
	run_close(&run);
	return r;
}

/* One round: is a packet of that size answered? An ICMP error settles it at once. */
static bool mtu_try(int fd, const struct inet_addr *dst, unsigned int bytes,
		    uint16_t sequence, unsigned int patience_ms)
{
	struct patience patience = patience_for((int64_t)patience_ms * 1000);
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	const struct icmp_request request = { .flow = UINT16_MAX,
					      .task = UINT16_MAX,
					      .sequence = sequence,
					      .size = bytes,
					      .is_whole = true };

	if (icmp_send(fd, dst, &request))
		return false;
	for (;;) {
		struct icmp_sighting sighting;
		int got = icmp_receive(fd, &sighting);

		if (got == 1 && sighting.task == UINT16_MAX &&
		    sighting.sequence == sequence && sighting.kind != ICMP_SIGHT_REQUEST)
			return sighting.kind == ICMP_SIGHT_REPLY;
		if (got >= 0)
			continue;
		if (patience_is_over(&patience) ||
		    poll(&pollfd, 1, patience_nap_ms(&patience)) < 0)
			break;
		patience_pass(&patience);
	}
	patience_end(&patience);
	return false;
}

int mtu_probe(struct node *from, const struct inet_addr *dst, unsigned int max_bytes,
	      unsigned int patience_ms, unsigned int *ret_bytes, struct err *err)
{
	unsigned int works = 0, fails = max_bytes + 1, bytes = max_bytes;
	uint16_t sequence = 0;
	int fd = icmp_open(from, err);

	if (fd < 0)
		return fd;
	while (bytes > works && bytes < fails) {
		if (mtu_try(fd, dst, bytes, sequence++, patience_ms))
			works = bytes;
		else
			fails = bytes;
		if (!works && sequence == 2) /* not even the smallest passes */
			break;
		bytes = works ? works + (fails - works) / 2 : ICMP_SIZE_MIN;
	}
	close(fd);
	*ret_bytes = works;
	return 0;
}
