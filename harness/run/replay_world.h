/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay_world.h - the charons of a scenario in a small world, and datagrams to them
 *
 * For replay.c only. One cable a site: the charon at one end, at the other sockets on UDP
 * 500 and 4500 with the address of the site's peer.
 *
 *	peer's address, UDP 500, 4500 ──── site's WAN address, charon
 */
#ifndef TWINSITE_RUN_REPLAY_WORLD_H
#define TWINSITE_RUN_REPLAY_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/inet.h"
#include "peer/peer.h"
#include "run/talk_says.h"
#include "scenario/scenario.h"

#define REPLAY_BYTES_MAX 4096 /* of a datagram */
#define REPLAY_ROOM	 128  /* questions of all sites */
#define REPLAY_TEXT_MAX	 512
#define REPLAY_TALKS	 32
#define REPLAY_PASSWORD	 "twinsite" /* where a file does not show it */

/* How one of the peers of talk_says.h came off. */
struct replay_attempt {
	bool is_tried;
	enum peer_state state;
	enum peer_stage stage;
	unsigned int children; /* that came up */
	char why[240];
};

/* One recorded end and one site, gone on with to the end of the first children. */
struct replay_talk_shared {
	unsigned int site;
	uint32_t sa;
	int version;
	bool is_site_initiator;
	const char *tunnel;
	const struct talk_says *says; /* borrowed */
	char failure[160];	      /* what of ours did not work; "": nothing */
	struct replay_attempt attempts[TALK_VARIANTS];
};

/* One datagram and its answer, told apart by the initiator's SPI. */
struct replay_question {
	unsigned int site;
	uint32_t sa;			/* of the capture */
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
	struct crypto *crypto; /* borrowed; NULL: nothing is gone on with */
	uint32_t talk_count;
	struct replay_talk_shared talks[REPLAY_TALKS];
};

/* For world_start(); arg is the struct replay_shared. */
int replay_world_main(void *arg);

#endif
