/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * annotate.h - the captures of a judged run, made ready for Wireshark
 *
 * Packets that prove a verdict carry it as their comment, in the capture of their link
 * and in all.pcapng. There an IKE message stands once, where it was seen first: from each
 * link that it passes it would be a repetition, by which Wireshark loses the chain of
 * IKEv1's IVs and calls what follows malformed.
 */
#ifndef TWINSITE_RUN_ANNOTATE_H
#define TWINSITE_RUN_ANNOTATE_H

struct err;
struct judgement;

/* 0 when there is nothing to annotate, too. */
int annotate_captures(const char *folder, const struct judgement *judgement,
		      struct err *err);

#endif
