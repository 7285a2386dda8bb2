/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session_esp.h - flows of ESP, AH and IPComp, ICMP errors about them; for session.c */
#ifndef TWINSITE_DISSECT_SESSION_ESP_H
#define TWINSITE_DISSECT_SESSION_ESP_H

#include "dissect/session.h"

/*
 * A packet of kind PACKET_ESP, PACKET_UDP_ESP, PACKET_AH or PACKET_IPCOMP. ESP and
 * IPComp behind AH are flows of their own.
 */
void session_add_esp(struct session_set *set, const struct packet *packet,
		     const struct capture_packet *captured);

/* A PACKET_ICMP; kept when it is an error about IKE or ESP. */
void session_add_icmp(struct session_set *set, const struct packet *packet,
		      const struct capture_packet *captured);

#endif
