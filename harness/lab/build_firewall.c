// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * build_firewall.c - the firewalls of a lab
 *
 * Words that device files give to iptables verbatim (`extra`, firewall.user) may be
 * wrong. The device then lacks that rule and has all others, so we do the same: the
 * refused line is taken out, noted, and the rest is loaded.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "lab/build.h"
#include "lab/build_service.h"

#define REFUSALS_MAX	    8
#define SCRIPT_DEADLINE_US  (10 * INT64_C(1000000))
#define SCRIPT_REFUSALS_MAX 64

static const char open_rules[] =
	"*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
	"COMMIT\n"
	"*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
	":POSTROUTING ACCEPT [0:0]\nCOMMIT\n";

/* The number in "… firewall rules:12: …", 0: none. */
static unsigned int failed_line(const char *sentence)
{
	static const char before[] = "firewall rules:";
	const char *at = strstr(sentence, before);
	unsigned long line = at ? strtoul(at + strlen(before), NULL, 10) : 0;

	return line > 0 && line < UINT32_MAX ? (unsigned int)line : 0;
}

/* Without line number `number`; it goes to ret_line. NULL: only rules may go. */
static char *line_remove(struct lab *lab, const char *rules, unsigned int number,
			 const char **ret_line)
{
	_cleanup_buf_ struct buf left = { 0 };
	const char *removed = NULL;

	for (unsigned int line = 1; *rules; line++) {
		size_t length = strcspn(rules, "\n");

		if (line == number)
			removed = arena_strndup(lab->arena, rules, length);
		else
			buf_add(&left, rules, length);
		if (line != number)
			buf_putc(&left, '\n');
		rules += length + (rules[length] == '\n');
	}
	if (!removed || (!str_starts(removed, "-A ") && !str_starts(removed, "-I ")))
		return NULL;
	*ret_line = removed;
	return buf_take(&left);
}

static int rules_load(struct lab *lab, unsigned int node, struct err *err)
{
	const char *text = lab->plan->nodes.items[node].iptables;
	_cleanup_free_ char *rules = strdup(text);
	int rc;

	for (size_t refusals = 0; rules; refusals++) {
		const char *line = NULL;
		char *less;

		rc = firewall_load(lab->nodes[node], lab->backend, AF_INET, rules, err);
		if (rc != -EINVAL || refusals == REFUSALS_MAX)
			return rc;
		less = line_remove(lab, rules, failed_line(err->text), &line);
		if (!less)
			return rc;
		vec_add(lab->arena, &lab->refusals,
			((struct lab_refusal){
				.node = node,
				.rule = line,
				.message = arena_strdup(lab->arena, err->text) }));
		free(rules);
		rules = less;
	}
	return -ENOMEM;
}

/* What the program refused; a script of a stranger may say more than anybody reads. */
static void refusals_add(struct lab *lab, unsigned int node,
			 const struct plan_script *script,
			 const struct firewall_failure_list *failures)
{
	for (size_t i = 0; i < failures->count && i < SCRIPT_REFUSALS_MAX; i++) {
		const struct firewall_failure *failure = &failures->items[i];
		struct lab_refusal refusal = { .node = node,
					       .rule = failure->command,
					       .message = failure->message };

		if (failure->line && failure->line <= script->lines.count)
			refusal.at = script->lines.items[failure->line - 1].at;
		vec_add(lab->arena, &lab->refusals, refusal);
	}
}

/* A shell runs it. What goes wrong with it is its own result, and the run goes on. */
static void script_run(struct lab *lab, struct lab_script *done)
{
	struct firewall_failure_list failures = { 0 };
	_cleanup_buf_ struct buf text = { 0 };
	struct err err = { 0 };
	int rc;

	vec_foreach (line, &done->script->lines)
		buf_printf(&text, "%s\n", line->s);
	rc = firewall_script(lab->nodes[done->node], lab->backend, buf_text(&text),
			     clock_now_us() + SCRIPT_DEADLINE_US, lab->arena, &failures,
			     &done->status, &err);
	if (rc) {
		done->end = rc == -ETIMEDOUT ? LAB_SCRIPT_LATE : LAB_SCRIPT_NOT_RUN;
		done->why = rc == -ETIMEDOUT
				    ? arena_printf(lab->arena,
						   "it did not end within %d s and was "
						   "stopped",
						   (int)(SCRIPT_DEADLINE_US / 1000000))
				    : arena_strdup(lab->arena, err.text);
	}
	refusals_add(lab, done->node, done->script, &failures);
}

static void scripts_run(struct lab *lab, unsigned int node)
{
	vec_foreach (script, &lab->plan->nodes.items[node].scripts) {
		struct lab_script done = {
			.node = node, .script = script, .end = LAB_SCRIPT_RAN, .why = ""
		};

		if (script->is_rules) {
			done.end = LAB_SCRIPT_RULES;
		} else if (lab->plan->no_scripts) {
			done.end = LAB_SCRIPT_NOT_RUN;
			done.why = lab->plan->no_scripts;
		} else {
			script_run(lab, &done);
		}
		vec_add(lab->arena, &lab->scripts, done);
	}
}

int lab_firewalls_load(struct lab *lab, struct err *err)
{
	int rc = 0;

	for (unsigned int i = 0; !rc && i < lab->plan->nodes.count; i++) {
		const struct plan_node *node = &lab->plan->nodes.items[i];

		if (!node->iptables && !node->scripts.count)
			continue;
		if (!lab->has_backend)
			rc = firewall_probe(&lab->backend, err);
		lab->has_backend = !rc;
		if (!rc && node->iptables)
			rc = rules_load(lab, i, err);
		if (!rc)
			scripts_run(lab, i);
	}
	return rc;
}

int lab_firewalls_open(struct lab *lab, struct err *err)
{
	int rc = 0;

	for (unsigned int i = 0; !rc && i < lab->plan->nodes.count; i++) {
		const struct plan_node *node = &lab->plan->nodes.items[i];

		if (node->role == NODE_GATEWAY && node->iptables)
			rc = firewall_load(lab->nodes[i], lab->backend, AF_INET,
					   open_rules, err);
	}
	return rc;
}

int lab_firewalls_restore(struct lab *lab, struct err *err)
{
	int rc = 0;

	for (unsigned int i = 0; !rc && i < lab->plan->nodes.count; i++) {
		const struct plan_node *node = &lab->plan->nodes.items[i];

		if (node->role == NODE_GATEWAY && node->iptables)
			rc = rules_load(lab, i, err);
	}
	return rc;
}
