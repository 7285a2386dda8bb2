/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap_json_wire.h - messages, flows and errors of a capture as JSON; for pcap_json.c */
#ifndef TWINSITE_REPORT_PCAP_JSON_WIRE_H
#define TWINSITE_REPORT_PCAP_JSON_WIRE_H

#include <jansson.h>

#include "dissect/story.h"
#include "report/pcap.h"

/* The ladder of an IKE SA: each message with its payloads and what came of its checks. */
json_t *pcap_json_messages(const struct ike_story *story);

/* ESP and AH flows with their rates, and the ICMP errors about any of them. */
json_t *pcap_json_flows(const struct pcap_report *report);
json_t *pcap_json_icmp(const struct session_set *set);

/* What is held against a scenario: an array; see pcap_compare.c. */
json_t *pcap_json_comparison(const struct pcap_report *report);

/* NULL and what is no UTF-8 (a file's name) become null. */
json_t *json_text_or_null(const char *text);
json_t *json_address(const struct inet_addr *addr);
json_t *json_number(uint64_t value);

#endif
