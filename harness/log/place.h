/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * place.h - where this end's file says what a log may be about
 *
 * A log of one end proves no fault of its file: these are the lines to hold against what
 * the other administrator answers. Pure.
 */
#ifndef TWINSITE_LOG_PLACE_H
#define TWINSITE_LOG_PLACE_H

struct buf;
struct log_answer;
struct site;

/*
 * A line for each place in each tunnel of the site that a class of the answer is about:
 * "  F20 etc/config/ipsec:16: encryption of phase 1, aes128". Nothing when the answer is
 * that IKE is fine. Secrets are not shown.
 */
void log_places(const struct site *site, const struct log_answer *answer,
		struct buf *out);

#endif
