/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.h - what `ipsec status` would print at an end, from the recorded SAs */
#ifndef TWINSITE_CHECK_STATUS_H
#define TWINSITE_CHECK_STATUS_H

struct buf;
struct check_input;

/*
 * "Security Associations (1 up, 0 connecting):" and the lines below it, as strongSwan's
 * `ipsec status` has them, for the SAs that were listed under the label ("up"). Adds
 * nothing when they never were.
 */
void check_status(const struct check_input *input, unsigned int site, const char *label,
		  struct buf *out);

#endif
