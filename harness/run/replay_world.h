/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay_world.h - the charons of a scenario in a small world, and datagrams to them
 *
 * For replay.c only. One cable a site: the charon at one end, at the other a socket on
 * UDP 500 with the address of the site's peer.
 *
 *	peer's address, UDP 500 ──── site's WAN address, charon
 */
#ifndef TWINSITE_RUN_REPLAY_WORLD_H
#define TWINSITE_RUN_REPLAY_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/inet.h"
#include "scenario/scenario.h"

#define REPLAY_BYTES_MAX 4096 /* of a datagram */
#define REPLAY_ROOM	 128  /* questions of all sites */
#define REPLAY_TEXT_MAX	 512

/* One datagram and its answer, told apart by the initiator's SPI. */
struct replay_question {
	unsigned int site;
	unsigned int round;		/* of asking; only the last one's answer counts */
	uint16_t length, answer_length; /* 0: no answer */
	char again[160];		/* why it was asked once more; "": it was not */
	uint8_t bytes[REPLAY_BYTES_MAX], answer[REPLAY_BYTES_MAX];
};

/* Lies in memory that the world shares with us. */
struct replay_shared {
	const struct scenario *scenario; /* borrowed; the world is a forked copy */
	struct inet_addr peers[2];	 /* who asks each site */
	bool is_over;			 /* everything was asked */
	struct err err;
	char refused[2][REPLAY_TEXT_MAX]; /* what a charon would not load; "": nothing */
	uint32_t count;
	struct replay_question questions[REPLAY_ROOM];
};

/* For world_start(); arg is the struct replay_shared. */
int replay_world_main(void *arg);

#endif
