/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet_rule.h - one command of iptables, ip6tables or nft, as what it does to packets
 *
 * The only reader of such commands: the lab writes what it reads into the rules of a
 * node, predict asks which packets it is about. Pure; from words that text/shell.h has
 * made, or from a text of matches alone, as fw3's `option extra` has them.
 *
 * iptables(8) and iptables-extensions(8) 1.8: long options by any prefix that only one
 * has, "--opt=value", "-dNET", lists "-d A,B", "! -d NET", options of the target behind
 * the matches and the other way round. nft(8) 1.0: `add rule` and `insert rule` of one
 * line, sets in braces. What is not understood is kept by name, never taken for a match
 * or for none.
 */
#ifndef TWINSITE_TEXT_PACKET_RULE_H
#define TWINSITE_TEXT_PACKET_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/inet.h"
#include "text/shell.h"

enum ruleset_table {
	TABLE_FILTER,
	TABLE_NAT,
	TABLE_MANGLE,
	TABLE_OTHER, /* raw, security, a table of nft with its own name */
};

enum packet_rule_does {
	RULE_ADDS,	  /* -A */
	RULE_INSERTS,	  /* -I */
	RULE_DELETES,	  /* -D with a rule, not with a number */
	RULE_CHECKS,	  /* -C: changes nothing */
	RULE_FLUSHES,	  /* -F; chain NULL: all of the table */
	RULE_MAKES_CHAIN, /* -N */
	RULE_DROPS_CHAIN, /* -X */
	RULE_SETS_POLICY, /* -P; the verdict is the policy */
	RULE_LISTS,	  /* -L, -S, nft list: changes nothing */
};

/* `-m policy`: is the packet, on this side, inside of IPsec? */
enum packet_policy {
	POLICY_NOT_SAID,
	POLICY_IPSEC,
	POLICY_NONE,
};

enum packet_verdict {
	VERDICT_NONE, /* counts, marks, logs: the next rule is asked */
	VERDICT_ACCEPT,
	VERDICT_DROP, /* or REJECT */
	VERDICT_RETURN,
	VERDICT_SOURCE,	     /* MASQUERADE, SNAT, NETMAP: another source address */
	VERDICT_DESTINATION, /* DNAT, REDIRECT */
	VERDICT_JUMP,	     /* to the chain `jump` */
	VERDICT_GOTO,
	VERDICT_UNKNOWN,
};

struct packet_nets {
	VEC(struct inet_prefix) list; /* none: any */
	bool is_negated;	      /* none of the list */
};

struct packet_port {
	uint16_t first, last;
};

struct packet_ports {
	VEC(struct packet_port) list; /* none: any */
	bool is_negated;
};

struct packet_side {
	const char *device; /* "eth0", "ppp+"; NULL: any */
	bool is_negated;
	enum packet_policy policy;
};

struct packet_rule {
	enum packet_rule_does does;
	int family; /* AF_INET, AF_INET6, AF_UNSPEC: both (nft's inet) */
	bool is_nft;
	enum ruleset_table table;
	const char *nft_table; /* "fw4"; NULL: iptables */
	const char *chain;
	unsigned int place; /* of an insertion, from 1 */

	struct packet_nets src, dst;
	int protocol; /* IANA's number, PACKET_PROTOCOL_ALL */
	bool is_protocol_negated;
	struct packet_ports sports, dports;
	struct packet_side in, out;
	bool is_old_only; /* a connection state that no new connection has */
	bool is_partial;  /* some packets of those above only: -m limit, --syn, … */
	VEC(const char *) unknown; /* matches by name, "-m set --match-set vpn dst" */

	enum packet_verdict verdict;
	const char *jump;

	/*
	 * For iptables-restore: as written, in the order written, without what is in
	 * the fields does, table and chain; NULL when a word cannot be written there.
	 * For `rest` also without devices, `-m policy`, and `-p esp`.
	 */
	const char *matches, *target, *rest;
};

enum packet_rule_reading {
	RULE_READ,
	RULE_IS_OTHER,	 /* another program's command */
	RULE_IS_REFUSED, /* the program would refuse it: no effect; *ret_why says why */
	RULE_NOT_READ,	 /* an effect that is not understood; *ret_why */
};

/*
 * why: a part of a sentence, "'-Z' is not understood". A rule that is refused for a value,
 * "10.1.2.0/62", is given all the same, to be shown to the program itself.
 */
enum packet_rule_reading packet_rule_read(struct arena *arena,
					  const struct shell_command *command,
					  struct packet_rule *ret_rule,
					  const char **ret_why);

/* Matches alone, "-m policy --dir in --pol ipsec"; false: not understood (quotes). */
bool packet_rule_read_matches(struct arena *arena, const char *matches,
			      struct packet_rule *ret_rule);

/* One line, one command, nothing for a shell: RULE_READ or why not. */
enum packet_rule_reading packet_rule_read_line(struct arena *arena, const char *line,
					       struct packet_rule *ret_rule,
					       const char **ret_why);

#define PACKET_PROTOCOL_ALL	(-1)
#define PACKET_PROTOCOL_UNKNOWN (-2)

/* IANA's number of "esp", "50", "ESP", or one of the two above. */
int packet_protocol(const char *word);

/* ------------------------------------------------------------ which packets */

/* A kind of packet: the first of a new connection. */
struct packet_kind {
	struct inet_prefix src, dst; /* all between them; family 0: not known */
	int protocol;		     /* PACKET_PROTOCOL_ALL: of every one */
	uint16_t port;		     /* destination; 0: of every one */
	const char *in, *out;	     /* devices; NULL: not known */
	bool is_in_ipsec, is_out_ipsec;
};

enum packet_match {
	MATCH_NONE,
	MATCH_SOME, /* of the packets of that kind */
	MATCH_ALL,
	MATCH_UNKNOWN, /* a match that is not understood, a device not known */
};

enum packet_match packet_rule_match(const struct packet_rule *rule,
				    const struct packet_kind *kind);

#endif
