/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live.h - capture on many interfaces of many network namespaces into one pcapng
 *
 * Use: live_new(), then for each wire enter its node (node_run()) and live_add()
 * there; opening is all that has to happen inside the namespace. live_start()
 * forks one process that pumps all handles from one poll loop, so the caller may
 * go on entering namespaces and forking as it likes. live_stop() reads what is left,
 * writes it with the drop counters, and reaps the process.
 *
 * Packets are written in order of time across all interfaces. When the caller
 * dies, the process notices (its control pipe closes), writes the rest and ends.
 */
#ifndef TWINSITE_CAPTURE_LIVE_H
#define TWINSITE_CAPTURE_LIVE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct live;
struct node;

#define LIVE_SNAPLEN_FULL 262144u /* more than any packet has */
#define LIVE_HANDLES_MAX  128

struct live_options {
	uint32_t snaplen;    /* bytes kept of each packet; 0: LIVE_SNAPLEN_FULL */
	uint32_t ring_bytes; /* kernel ring; 0: none, see live_source.h */
	const char *
		path; /* a file for this interface alone, besides the common one; NULL. It
			  has what is cut to its snaplen, which the common one then lacks */
};

struct live_statistics {
	uint64_t received; /* packets that passed the filter */
	uint64_t dropped;  /* lost or cut for want of room in the kernel: should be 0 */
	uint64_t written;  /* packets in the file */
	int64_t cpu_us;	   /* time of the process that pumps; only in live_stop()'s sum */
};

int live_new(const char *path, struct live **ret_live, struct err *err);

/*
 * Open an interface of the *current* network namespace. label is its name in the
 * file, e.g. "home:wan". Needs CAP_NET_RAW there: -EPERM otherwise. options may be
 * NULL. Returns the index of the interface within the file (0, 1, …).
 */
int live_add(struct live *live, const char *interface, const char *label,
	     const struct live_options *options, struct err *err);

/* One wire to capture: an interface of a node. All borrowed for the call only. */
struct live_point {
	const struct node *node;
	const char *interface, *label;
	struct live_options options;
};

/*
 * As live_add() for each point, all at once: the kernel waits a grace period (10 to
 * 25 ms) for each ring that is made, and these waits overlap in threads. The points
 * get the indices 0, 1, … in their order. On failure the first one's sentence.
 */
int live_add_all(struct live *live, const struct live_point *points, size_t count,
		 struct err *err);

/* Start pumping. Nothing can be added afterwards. */
int live_start(struct live *live, struct err *err);

/*
 * Change at any time how much of each packet is kept, by a kernel filter that
 * takes effect with the next packet: LIVE_SNAPLEN_FULL, at most 80 bytes of headers (of
 * which a ring holds most), or 0 to pause (the kernel then discards before it copies). index -1: all interfaces.
 */
int live_set_snaplen(struct live *live, int index, uint32_t snaplen, struct err *err);

/*
 * Drain, write everything out, end the process. ret_statistics: the sum over all
 * interfaces, may be NULL. Harmless when not started. The file is complete on disk
 * when this returns 0.
 */
int live_stop(struct live *live, struct live_statistics *ret_statistics, struct err *err);

/* The same for one interface, after live_stop(). */
struct live_statistics live_statistics_of(const struct live *live, int index);

/*
 * After live_stop(): begin to close the sockets. Those with rings take a grace period of the
 * kernel each, which live_free() waits for; all at once, and beside what is done until then.
 */
void live_close_begin(struct live *live);

/* Stops if need be; frees. NULL is fine. */
void live_free(struct live *live);

static inline void live_freep(struct live **live)
{
	live_free(*live);
}

#endif
