/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap_ladder.h - the messages of an IKE SA, as text */
#ifndef TWINSITE_REPORT_PCAP_LADDER_H
#define TWINSITE_REPORT_PCAP_LADDER_H

#include <stdbool.h>

struct buf;
struct ike_story;

/*
 * With what was said and when; of a long life what repeats itself stands once, see
 * pcap_fold.h, unless is_whole.
 */
void pcap_put_ladder(const struct ike_story *story, bool is_whole, struct buf *out);

/* A list of proposals or transforms; of a long one each on a line of its own. */
void pcap_put_list(const char *text, const char *indent, struct buf *out);

#endif
