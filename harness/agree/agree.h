/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agree.h - random cases, each predicted and then negotiated by two real charons
 *
 * All jobs are in one world; each has two gateways of its own, and whoever is done takes
 * the next case. What
 * differs is tried once more with fresh daemons, so that a disagreement is one of the
 * configurations and not of the case before; then both ends' files, what was predicted
 * and what the daemons logged are kept in a folder.
 */
#ifndef TWINSITE_AGREE_AGREE_H
#define TWINSITE_AGREE_AGREE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct err;

enum agree_verdict {
	AGREE_SAME,
	AGREE_DIFFERS,
	AGREE_BROKEN, /* could not be tried; text says why */
};

#define AGREE_TEXT_MAX 2048

struct agree_result {
	unsigned int number;
	enum agree_verdict verdict;
	bool is_up;		   /* the IKE SA, as predicted */
	unsigned int children;	   /* up, as predicted */
	unsigned int restarts;	   /* times that fresh daemons were needed for it */
	char text[AGREE_TEXT_MAX]; /* what differs; both devices, mistakes made */
};

#define AGREE_JOBS_MAX 256

struct agree_options {
	uint64_t seed;
	unsigned int first, count; /* the numbers of the cases */
	unsigned int jobs;	   /* 1 to AGREE_JOBS_MAX; more are not taken */
	bool is_kept;		   /* keep each case, not only those that differ */
	const char *folder;	   /* existing; gets case-N/ */
	void (*on_result)(void *user, const struct agree_result *result);
	void *user;
	/* A descriptor that becomes readable when no more cases are wanted (a signal came);
	   what is being tried then has no result. 0: none. */
	int interrupt;
};

/*
 * -ENOTSUP when this machine cannot run charons in a world. Whether it was interrupted is
 * seen from the results: there are fewer. No world is left when it returns.
 */
int agree_run(const struct agree_options *options, struct err *err);

/*
 * Only what predict says of each case, with its number and what it is; no daemon, no
 * world, any machine. For holding one release against another.
 */
int agree_foretell(const struct agree_options *options, struct buf *out, struct err *err);

#endif
