/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet_rule_read.h - the readers of the two languages, for packet_rule.c alone */
#ifndef TWINSITE_TEXT_PACKET_RULE_READ_H
#define TWINSITE_TEXT_PACKET_RULE_READ_H

#include "text/packet_rule.h"

/*
 * The words behind the program's name. is_command false: matches alone, without chain
 * and target.
 */
enum packet_rule_reading iptables_read(struct arena *arena,
				       const struct shell_command *command,
				       bool is_command, struct packet_rule *rule,
				       const char **ret_why);
enum packet_rule_reading nft_read(struct arena *arena,
				  const struct shell_command *command,
				  struct packet_rule *rule, const char **ret_why);

/* "500", "500:501", "isakmp"; separator ':' or '-'. False: not a port. */
bool packet_port_parse(const char *text, char separator, struct packet_port *ret_range);

/* Keep a match by name; the next words that are not understood belong to it. */
void packet_rule_unknown(struct arena *arena, struct packet_rule *rule, const char *text);

#endif
