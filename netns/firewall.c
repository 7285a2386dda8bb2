// SPDX-License-Identifier: GPL-2.0-or-later
/* firewall.c - load a rule set into a node, and read its counters */
#include "netns/firewall.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/firewall_legacy.h"
#include "netns/guest.h"
#include "netns/node.h"
#include "netns/spawn.h"

/* A rule set of thousands of rules loads in well under a second even in a guest. */
#define FIREWALL_TIMEOUT_US 20000000

/* Debian calls them all by backend; the generic names are a matter of alternatives. */
static const struct {
	const char *restore[2]; /* IPv4, IPv6 */
	const char *save[2];
} programs[] = {
	[FIREWALL_NFT] = { { "iptables-nft-restore", "ip6tables-nft-restore" },
			   { "iptables-nft-save", "ip6tables-nft-save" } },
	[FIREWALL_LEGACY] = { { "iptables-legacy-restore", "ip6tables-legacy-restore" },
			      { "iptables-legacy-save", "ip6tables-legacy-save" } },
};

static int run(const struct node *node, const char *const *argv, const char *input,
	       char **ret_output, char **ret_errors, int *ret_status, struct err *err)
{
	struct spawn spawn = { .node = node, .argv = argv };
	int ret = process_run(&spawn, input, clock_now_us() + FIREWALL_TIMEOUT_US,
			      ret_output, ret_errors, ret_status, err);

	if (ret == -ENOENT)
		return err_set(err, ENOTSUP, "there is no %s (package iptables)",
			       argv[0]);
	return ret;
}

/* The number behind "line" in a complaint of iptables-restore; 0: none. */
static unsigned int find_line_number(const char *complaint)
{
	const char *at = complaint;

	while ((at = strstr(at, "line"))) {
		unsigned int number;

		at += strlen("line");
		at += strspn(at, ": ");
		if (str_take_number(&at, &number))
			return number;
	}
	return 0;
}

/* The n-th line of text (from 1) as a borrowed piece. */
static const char *find_line(const char *text, unsigned int number, int *ret_length)
{
	while (number > 1 && *text) {
		text += strcspn(text, "\n");
		text += *text == '\n';
		number--;
	}
	*ret_length = (int)strcspn(text, "\n");
	return text;
}

/*
 * iptables-nft finds that a chain does not exist only when it has read further, and
 * then names the line where it is. So if a complaint quotes a word that is not in
 * that line, the nearest line above that has it is meant.
 */
static unsigned int correct_line(const char *rules, const char *complaint,
				 unsigned int number)
{
	const char *start = strpbrk(complaint, "'`");
	const char *end = start ? strchr(start + 1, '\'') : NULL;
	_cleanup_free_ char *word = NULL;

	if (!end || end == start + 1)
		return number;
	word = strndup(start + 1, (size_t)(end - start - 1));
	for (unsigned int i = number; word && i > 0; i--) {
		int length;
		const char *line = find_line(rules, i, &length);

		if (memmem(line, (size_t)length, word, strlen(word)))
			return i;
	}
	return number;
}

/* The first line of a complaint, which says what; the rest is advice on usage. */
static int refused(const struct node *node, const char *rules, char *complaint,
		   struct err *err)
{
	unsigned int number = find_line_number(complaint);
	const char *line;
	int length;

	complaint = str_trim(complaint);
	complaint[strcspn(complaint, "\n")] = '\0';
	if (!number)
		return err_set(err, EINVAL, "node %s: firewall rules: %s",
			       node_name(node), complaint);
	number = correct_line(rules, complaint, number);
	line = find_line(rules, number, &length);
	return err_set(err, EINVAL, "node %s: firewall rules:%u: '%.*s': %s",
		       node_name(node), number, length > 200 ? 200 : length, line,
		       complaint);
}

int firewall_load(const struct node *node, enum firewall_backend backend, int family,
		  const char *rules, struct err *err)
{
	const char *const argv[] = { programs[backend].restore[family == AF_INET6],
				     NULL };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	int ret, status;

	guest_load_for_rules(rules);
	ret = run(node, argv, rules, &output, &errors, &status, err);
	if (ret)
		return ret;
	if (status == 0)
		return 0;
	if (!*errors)
		return err_set(err, EIO, "node %s: %s %s", node_name(node), argv[0],
			       process_status_text(status).s);
	return refused(node, rules, errors, err);
}

int firewall_counters(const struct node *node, enum firewall_backend backend, int family,
		      struct arena *arena, struct firewall_counter_list *ret_counters,
		      struct err *err)
{
	const char *const argv[] = { programs[backend].save[family == AF_INET6], "-c",
				     NULL };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	int ret, status;

	if (backend == FIREWALL_LEGACY && family == AF_INET)
		return firewall_legacy_counters(node, arena, ret_counters, err);
	ret = run(node, argv, NULL, &output, &errors, &status, err);
	if (ret)
		return ret;
	if (status)
		return err_set(err, EIO, "node %s: %s %s: %.300s", node_name(node),
			       argv[0], process_status_text(status).s, str_trim(errors));
	ret = firewall_counters_parse(output, arena, ret_counters, err);
	if (ret)
		err_wrap(err, "node %s", node_name(node));
	return ret;
}
