// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * firewall_legacy.c - counters of iptables-legacy, from the kernel's own tables
 *
 * What iptables-legacy-save asks the kernel, asked here: IPT_SO_GET_INFO and
 * IPT_SO_GET_ENTRIES (linux/netfilter_ipv4/ip_tables.h). Two programs for each look cost
 * a tenth of a whole run in a guest kernel.
 *
 * A table is a row of entries. A built-in chain begins where hook_entry says, and ends
 * with its policy, at underflow. A chain that somebody made begins with an ERROR target
 * that has its name, and ends with an entry of libiptc's that returns; so does the table,
 * with an ERROR of its own.
 */
#include "netns/firewall_legacy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/xt_comment.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/inet.h"
#include "base/str.h"
#include "netns/firewall.h"
#include "netns/node.h"

#define TABLES_BYTES 512
#define ALIGNMENT    __alignof__(struct ipt_entry)
#define TRIES	     8 /* a table that changes while it is read */

/* A table, and where we are in it. */
struct reading {
	struct arena *arena;
	const struct ipt_getinfo *info;
	const uint8_t *bytes;
	size_t size;
	const char *chain;
	bool is_own; /* the chain is not a built-in one */
	struct firewall_counter_list *counters;
};

static const char *const hooks[NF_INET_NUMHOOKS] = {
	[NF_INET_PRE_ROUTING] = "PREROUTING",	[NF_INET_LOCAL_IN] = "INPUT",
	[NF_INET_FORWARD] = "FORWARD",		[NF_INET_LOCAL_OUT] = "OUTPUT",
	[NF_INET_POST_ROUTING] = "POSTROUTING",
};

/* ------------------------------------------------------------ entries */

/* The entry at an offset; NULL: it is not whole. */
static const struct ipt_entry *entry_at(const struct reading *reading, size_t at)
{
	const struct ipt_entry *entry;

	if (at > reading->size || reading->size - at < sizeof(*entry))
		return NULL;
	entry = (const void *)(reading->bytes + at);
	if (entry->next_offset > reading->size - at || entry->next_offset % ALIGNMENT ||
	    entry->target_offset % ALIGNMENT || entry->target_offset < sizeof(*entry) ||
	    entry->target_offset + sizeof(struct xt_entry_target) > entry->next_offset)
		return NULL;
	return entry;
}

static const struct xt_entry_target *target_of(const struct ipt_entry *entry)
{
	return (const void *)((const uint8_t *)entry + entry->target_offset);
}

/* What a target has behind its head, when there is as much. */
static const void *target_data(const struct ipt_entry *entry, size_t length)
{
	const struct xt_entry_target *target = target_of(entry);

	return entry->target_offset + sizeof(*target) + length <= entry->next_offset
		       ? target->data
		       : NULL;
}

static bool is_error(const struct ipt_entry *entry)
{
	return entry && !strncmp(target_of(entry)->u.user.name, XT_ERROR_TARGET,
				 XT_EXTENSION_MAXNAMELEN);
}

static const char *error_name(const struct reading *reading,
			      const struct ipt_entry *entry)
{
	const char *name = target_data(entry, XT_FUNCTION_MAXNAMELEN);

	return name ? arena_strndup(reading->arena, name,
				    strnlen(name, XT_FUNCTION_MAXNAMELEN))
		    : "?";
}

/* The chain whose first rule stands at this offset: its name stands before. */
static const char *chain_at(const struct reading *reading, size_t wanted)
{
	const struct ipt_entry *entry;

	for (size_t at = 0; (entry = entry_at(reading, at)); at += entry->next_offset)
		if (is_error(entry) && at + entry->next_offset == wanted)
			return error_name(reading, entry);
	return "?";
}

static const char *verdict_name(int verdict)
{
	switch (verdict) {
	case -NF_ACCEPT - 1:
		return "ACCEPT";
	case -NF_DROP - 1:
		return "DROP";
	case -NF_QUEUE - 1:
		return "QUEUE";
	case XT_RETURN:
		return "RETURN";
	default:
		return "?";
	}
}

/* NULL: a rule that only counts. */
static const char *target_name(const struct reading *reading, size_t at,
			       const struct ipt_entry *entry)
{
	const char *name = target_of(entry)->u.user.name;
	const int *verdict;

	if (*name)
		return arena_strndup(reading->arena, name,
				     strnlen(name, XT_EXTENSION_MAXNAMELEN));
	verdict = target_data(entry, sizeof(*verdict));
	if (!verdict)
		return "?";
	if (*verdict < 0)
		return verdict_name(*verdict);
	return (size_t)*verdict == at + entry->next_offset
		       ? NULL
		       : chain_at(reading, (size_t)*verdict);
}

/* ------------------------------------------------------------ a rule as text */

static void say_address(struct buf *text, const char *option, const struct in_addr *addr,
			const struct in_addr *mask, bool is_inverse)
{
	uint32_t bits = ntohl(mask->s_addr);
	struct inet_addr address = { .family = AF_INET };

	if (!bits)
		return;
	memcpy(address.bytes, addr, sizeof(*addr));
	buf_printf(text, "%s%s %s/%d ", is_inverse ? "! " : "", option,
		   inet_addr_text(&address).s, __builtin_popcount(bits));
}

static void say_interface(struct buf *text, const char *option, const char *name,
			  const unsigned char *mask, bool is_inverse)
{
	size_t length = strnlen(name, IFNAMSIZ);

	if (length)
		buf_printf(text, "%s%s %.*s%s ", is_inverse ? "! " : "", option,
			   (int)length, name,
			   length < IFNAMSIZ && !mask[length] ? "+" : "");
}

static void say_range(struct buf *text, const char *option, const uint16_t ports[2])
{
	if (ports[0] == 0 && ports[1] == UINT16_MAX)
		return;
	buf_printf(text, "%s %u", option, ports[0]);
	if (ports[1] != ports[0])
		buf_printf(text, ":%u", ports[1]);
	buf_putc(text, ' ');
}

static bool is_match(const struct xt_entry_match *match, const char *name)
{
	return strncmp(match->u.user.name, name, XT_EXTENSION_MAXNAMELEN) == 0;
}

/* Matches for TCP and UDP begin alike: source and destination ports. */
static void say_ports(const struct xt_entry_match *match, struct buf *text)
{
	const uint16_t *ports = (const void *)match->data;

	if ((!is_match(match, "tcp") && !is_match(match, "udp")) ||
	    match->u.match_size < sizeof(*match) + sizeof(struct xt_udp))
		return;
	say_range(text, "--sport", ports);
	say_range(text, "--dport", ports + 2);
}

/* The matches by name, and what the comment is. */
static const char *say_matches(const struct reading *reading,
			       const struct ipt_entry *entry, struct buf *text)
{
	const char *comment = NULL;
	const struct xt_entry_match *match;

	for (size_t at = sizeof(*entry); at + sizeof(*match) <= entry->target_offset;
	     at += match->u.match_size) {
		match = (const void *)((const uint8_t *)entry + at);
		if (match->u.match_size < sizeof(*match) ||
		    match->u.match_size % ALIGNMENT ||
		    match->u.match_size > entry->target_offset - at)
			break;
		buf_printf(text, "-m %.*s ", XT_EXTENSION_MAXNAMELEN, match->u.user.name);
		say_ports(match, text);
		if (!is_match(match, "comment") ||
		    match->u.match_size < sizeof(*match) + XT_MAX_COMMENT_LEN)
			continue;
		comment = arena_strndup(
			reading->arena, (const char *)match->data,
			strnlen((const char *)match->data, XT_MAX_COMMENT_LEN));
		buf_printf(text, "--comment \"%s\" ", comment);
	}
	return comment;
}

static const char *say_rule(const struct reading *reading, const struct ipt_entry *entry,
			    const char *target, const char **ret_comment)
{
	const struct ipt_ip *ip = &entry->ip;
	_cleanup_buf_ struct buf text = { 0 };

	say_address(&text, "-s", &ip->src, &ip->smsk, ip->invflags & IPT_INV_SRCIP);
	say_address(&text, "-d", &ip->dst, &ip->dmsk, ip->invflags & IPT_INV_DSTIP);
	say_interface(&text, "-i", ip->iniface, ip->iniface_mask,
		      ip->invflags & IPT_INV_VIA_IN);
	say_interface(&text, "-o", ip->outiface, ip->outiface_mask,
		      ip->invflags & IPT_INV_VIA_OUT);
	if (ip->proto)
		buf_printf(&text, "%s-p %u ", ip->invflags & XT_INV_PROTO ? "! " : "",
			   ip->proto);
	*ret_comment = say_matches(reading, entry, &text);
	if (target)
		buf_printf(&text, "%s %s", ip->flags & IPT_F_GOTO ? "-g" : "-j", target);
	return arena_strdup(reading->arena,
			    str_trim(text.data ? text.data : (char[1]){ 0 }));
}

/* ------------------------------------------------------------ a table */

static bool is_hook(const struct reading *reading, const unsigned int *offsets, size_t at,
		    size_t *ret_hook)
{
	for (size_t hook = 0; hook < NF_INET_NUMHOOKS; hook++)
		if (reading->info->valid_hooks & 1u << hook && offsets[hook] == at) {
			*ret_hook = hook;
			return true;
		}
	return false;
}

static void read_entry(struct reading *reading, size_t at, const struct ipt_entry *entry,
		       bool are_policies)
{
	struct firewall_counter counter = { .table = reading->info->name,
					    .packets = entry->counters.pcnt,
					    .bytes = entry->counters.bcnt };
	size_t hook;

	if (is_hook(reading, reading->info->hook_entry, at, &hook)) {
		reading->chain = hooks[hook];
		reading->is_own = false;
	}
	if (is_error(entry)) {
		reading->chain = error_name(reading, entry);
		reading->is_own = true;
		return;
	}
	/* It returns to who called the chain; nobody wrote it. */
	if (reading->is_own && is_error(entry_at(reading, at + entry->next_offset)))
		return;
	counter.chain = reading->chain ? reading->chain : "?";
	counter.target = target_name(reading, at, entry);
	if (is_hook(reading, reading->info->underflow, at, &hook) != are_policies)
		return;
	if (!are_policies)
		counter.rule = say_rule(reading, entry, counter.target, &counter.comment);
	vec_add(reading->arena, reading->counters, counter);
}

void firewall_legacy_read(const struct ipt_getinfo *info, const void *bytes, size_t size,
			  struct arena *arena, struct firewall_counter_list *counters)
{
	struct reading reading = { .arena = arena,
				   .info = info,
				   .bytes = bytes,
				   .size = size,
				   .counters = counters };
	const struct ipt_entry *entry;

	for (size_t at = 0; (entry = entry_at(&reading, at)); at += entry->next_offset)
		read_entry(&reading, at, entry, true);
	for (size_t at = 0; (entry = entry_at(&reading, at)); at += entry->next_offset)
		read_entry(&reading, at, entry, false);
}

/* ------------------------------------------------------------ the kernel */

/* Called in the node's network namespace: the tables that are in use there. */
static int read_names(void *arg)
{
	char *text = arg;
	_cleanup_fclose_ FILE *file =
		fopen("/proc/thread-self/net/ip_tables_names", "re");
	size_t got;

	if (!file)
		return -errno;
	got = fread(text, 1, TABLES_BYTES - 1, file);
	text[got] = '\0';
	return 0;
}

/* -EAGAIN: it changed meanwhile. */
static int get_entries(int fd, const struct ipt_getinfo *info, struct arena *arena,
		       struct firewall_counter_list *counters)
{
	socklen_t length = (socklen_t)(sizeof(struct ipt_get_entries) + info->size);
	_cleanup_free_ struct ipt_get_entries *entries = calloc(1, length);

	if (!entries)
		return -ENOMEM;
	(void)snprintf(entries->name, sizeof(entries->name), "%s", info->name);
	entries->size = info->size;
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, entries, &length))
		return -errno;
	firewall_legacy_read(info, entries->entrytable, info->size, arena, counters);
	return 0;
}

static int read_table(int fd, const char *name, struct arena *arena,
		      struct firewall_counter_list *counters)
{
	struct ipt_getinfo *info = arena_alloc(arena, sizeof(*info));
	int ret = -EAGAIN;

	for (int i = 0; ret == -EAGAIN && i < TRIES; i++) {
		socklen_t length = sizeof(*info);

		*info = (struct ipt_getinfo){ 0 };
		(void)snprintf(info->name, sizeof(info->name), "%s", name);
		if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, info, &length))
			return -errno;
		ret = get_entries(fd, info, arena, counters);
	}
	return ret;
}

int firewall_legacy_counters(const struct node *node, struct arena *arena,
			     struct firewall_counter_list *ret_counters, struct err *err)
{
	_cleanup_close_ int fd = node_socket(node, AF_INET, SOCK_RAW, IPPROTO_RAW);
	struct firewall_counter_list counters = { 0 };
	char names[TABLES_BYTES] = "", *rest = names, *name;
	int ret = node_run(node, read_names, names);

	if (fd < 0)
		return err_sys(err, -fd, "node %s: firewall counters", node_name(node));
	if (ret && ret != -ENOENT)
		return err_sys(err, -ret, "node %s: /proc/net/ip_tables_names",
			       node_name(node));
	while ((name = strsep(&rest, "\n"))) {
		if (!*name)
			continue;
		ret = read_table(fd, name, arena, &counters);
		if (ret)
			return err_sys(err, -ret, "node %s: table %s", node_name(node),
				       name);
	}
	*ret_counters = counters;
	return 0;
}
