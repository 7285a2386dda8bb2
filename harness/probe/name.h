/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * name.h - ask for names, and see which server the question reaches and from where
 *
 * Asks as a host would (c-ares, type A, RFC 1035) and watches all DNS servers of the
 * world at the same time: whether the question came through the tunnel with the right
 * source is seen where it arrives, not believed.
 */
#ifndef TWINSITE_PROBE_NAME_H
#define TWINSITE_PROBE_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"

struct err;
struct node;

#define NAME_TASKS_MAX	 32
#define NAME_ANSWERS_MAX 8
#define NAME_SIGHTS_MAX	 8

struct name_sight { /* a question for the name arrived at a server */
	const struct node *server;
	struct inet_addr from;
};

struct name_task {
	struct node *asker;
	struct inet_addr resolver; /* whom it asks */
	const char *name;

	/* what came out */
	int status; /* ARES_SUCCESS, ARES_ENODATA (NOERROR without one), ARES_ETIMEOUT */
	struct inet_addr answers[NAME_ANSWERS_MAX];
	size_t answer_count;
	struct name_sight sights[NAME_SIGHTS_MAX];
	size_t sight_count;
	int64_t took_us;
};

/*
 * Ask all questions at once, watching the servers. An unanswered one is asked twice
 * more and given up after patience_ms in which this process was served
 * (base/patience.h). Returns 0 whatever came out.
 */
int name_run(struct name_task *tasks, size_t count, struct node *const *servers,
	     size_t server_count, unsigned int patience_ms, struct err *err);

/* "NOERROR", "NXDOMAIN", "no answer at all" … for a task's status. */
const char *name_status_text(int status);

/*
 * Does this IPv4/UDP packet (from a raw socket, with its IP header) hold a DNS question
 * for the name? For any bytes.
 */
int name_question_matches(const uint8_t *packet, size_t length, const char *name);

#endif
