/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap_json_wire.h - messages, flows and errors of a capture as JSON; for pcap_json.c */
#ifndef TWINSITE_REPORT_PCAP_JSON_WIRE_H
#define TWINSITE_REPORT_PCAP_JSON_WIRE_H

#include <jansson.h>

#include "dissect/story.h"
#include "report/pcap.h"
#include "report/pcap_filter.h"

struct buf;

/*
 * Jansson's values take ten times the room of their text: gigabytes, with a capture made
 * for it. So what may be long becomes text piece by piece. Both take the value.
 */
void pcap_json_put(json_t *value, struct buf *out);
/* An object that ends with one member more: `{ …, "key": ` */
void pcap_json_open(json_t *object, const char *key, struct buf *out);

/* The ladder of an IKE SA: each message with its payloads and what came of its checks. */
void pcap_json_put_messages(const struct ike_story *story, struct buf *out);

/* ESP and AH flows with their rates, and the ICMP errors about any of them. */
void pcap_json_put_flows(const struct pcap_report *report, struct buf *out);
json_t *pcap_json_icmp(const struct session_set *set);

/* What is held against a scenario: an array; see pcap_compare.c. */
json_t *pcap_json_comparison(const struct pcap_report *report);

json_t *json_address(const struct inet_addr *addr);
json_t *json_number(uint64_t value);

#endif
