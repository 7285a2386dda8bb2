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
#include "base/machine.h"
#include "base/str.h"
#include "device/scripts.h"
#include "lab/build.h"
#include "lab/build_service.h"
#include "lab/hotplug.h"
#include "lab/script.h"
#include "netns/node.h"

#define REFUSALS_MAX	    32
#define SCRIPT_SECONDS	    10 /* of a script, where it gets its CPU */
#define SCRIPT_SLOWER_MAX   6  /* so many times that, where it does not */
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

/* Without line number `number`; it goes to ret_line, as a command with its table. NULL: only rules may go. */
static char *line_remove(struct lab *lab, const char *rules, unsigned int number,
			 const char **ret_line)
{
	_cleanup_buf_ struct buf left = { 0 };
	const char *removed = NULL, *table = "", *in = "";

	for (unsigned int line = 1; *rules; line++) {
		size_t length = strcspn(rules, "\n");

		if (*rules == '*')
			table = arena_strndup(lab->arena, rules + 1, length - 1);
		if (line == number)
			in = table;
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
	*ret_line = arena_printf(lab->arena, "iptables -t %s %s", in, removed);
	return buf_take(&left);
}

/* A rule's comment has the last part of its file's name, and the line. */
static struct origin origin_of(struct lab *lab, const char *rule)
{
	static const char before[] = "--comment \"";
	const char *at = strstr(rule, before), *colon;
	unsigned long line;

	if (!at)
		return (struct origin){ 0 };
	at += strlen(before);
	colon = at + strcspn(at, ":\" ");
	line = *colon == ':' ? strtoul(colon + 1, NULL, 10) : 0;
	if (!line || line > UINT32_MAX)
		return (struct origin){ 0 };
	return (struct origin){ .file = arena_strndup(lab->arena, at,
						      (size_t)(colon - at)),
				.line = (unsigned int)line };
}

/* Nobody's line is wrong when there is no memory or no descriptor left. */
static bool is_exhausted(const char *message)
{
	static const int codes[] = { EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC };

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (strstr(message, strerror(codes[i])))
			return true;
	return false;
}

/* Lines for a chain that is not there: left out before, with a comment in the text. */
static void absent_add(struct lab *lab, unsigned int node, const char *text)
{
	static const char said[] = "No chain/target/match by that name, as on the device";

	for (; text && *text; text = strchr(text, '\n'), text += text != NULL) {
		const char *name = text + strspn(text, "# "), *colon, *at;
		size_t length = strcspn(text, "\n");

		at = *text == '#' ? memmem(text, length, said, strlen(said)) : NULL;
		colon = at ? memchr(name, ':', (size_t)(at - name)) : NULL;
		if (!colon)
			continue;
		vec_add(lab->arena, &lab->refusals,
			((struct lab_refusal){
				.node = node,
				.rule = arena_strndup(lab->arena, at + strlen(said) + 2,
						      (size_t)(text + length - at) -
							      strlen(said) - 2),
				.message = "No chain/target/match by that name",
				.at = { .file = arena_strndup(lab->arena, name,
							      (size_t)(colon - name)),
					.line = (unsigned int)strtoul(colon + 1, NULL,
								      10) } }));
	}
}

/* The table that ends at line `commit`, with its rules up to line `last` only. */
static void table_until(const char *rules, unsigned int commit, unsigned int last,
			struct buf *out)
{
	for (unsigned int line = 1; *rules && line <= commit; line++) {
		size_t length = strcspn(rules, "\n");

		if (*rules == '*')
			out->length = 0;
		if (*rules != '-' || line <= last)
			buf_printf(out, "%.*s\n", (int)length, rules);
		rules += length + (rules[length] == '\n');
	}
}

/*
 * The kernel refuses a table as a whole: "line 92 failed", its COMMIT. The first rule
 * with which it does, by halving; 0: it is none of them.
 */
static unsigned int refused_rule(struct lab *lab, unsigned int node, const char *rules,
				 unsigned int commit)
{
	unsigned int good = 0, bad = commit;

	while (bad - good > 1) {
		unsigned int middle = good + (bad - good) / 2;
		_cleanup_buf_ struct buf some = { 0 };
		struct err err = { 0 };
		int rc;

		table_until(rules, commit, middle, &some);
		rc = firewall_load(lab->nodes[node], lab->backend, AF_INET,
				   buf_text(&some), &err);
		if (rc && rc != -EINVAL)
			return 0;
		if (rc)
			bad = middle;
		else
			good = middle;
	}
	return good ? bad : 0;
}

static int rules_load(struct lab *lab, unsigned int node, struct err *err)
{
	const char *text = lab->plan->nodes.items[node].iptables;
	_cleanup_free_ char *rules = strdup(text);
	int rc;

	for (size_t refusals = 0; rules; refusals++) {
		const char *line = NULL;
		unsigned int number;
		char *less;

		rc = firewall_load(lab->nodes[node], lab->backend, AF_INET, rules, err);
		if (rc != -EINVAL || refusals == REFUSALS_MAX || is_exhausted(err->text))
			return rc;
		number = failed_line(err->text);
		if (strstr(err->text, "'COMMIT'"))
			number = refused_rule(lab, node, rules, number);
		less = line_remove(lab, rules, number, &line);
		if (!less)
			return rc;
		vec_add(lab->arena, &lab->refusals,
			((struct lab_refusal){
				.node = node,
				.rule = line,
				.message = arena_strdup(lab->arena, err->text),
				.at = origin_of(lab, line) }));
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

double lab_script_slower(void)
{
	double waiting = 1, slower;

	if (getloadavg(&waiting, 1) != 1)
		return 1;
	slower = waiting / machine_cores();
	if (slower < 1)
		return 1;
	return slower < SCRIPT_SLOWER_MAX ? slower : SCRIPT_SLOWER_MAX;
}

int lab_script_seconds(void)
{
	return (int)(SCRIPT_SECONDS * lab_script_slower());
}

/* What it asked for, and what programs of its node were told that they do not do. */
static void ran_read(struct lab *lab, struct lab_script *done)
{
	const char *asked =
		lab_node_text(lab, done->node, DEVICE_NODE_ASKED, DEVICE_ASKED_MAX);
	const struct plan_script *script = done->script;
	VEC(const char *) lines = { 0 };

	vec_foreach (line, &script->lines)
		vec_add(lab->arena, &lines, line->s);
	device_script_read(lab->arena, asked ? asked : "", "", &done->ran);
	device_script_again(lab->arena, script->file ? script->file : "", lines.items,
			    lines.count, &done->ran);
	vec_foreach (missing, &done->ran.missing)
		if (missing->line && missing->line <= script->lines.count)
			missing->line = script->lines.items[missing->line - 1].at.line;
}

/* By the router's shell, with its functions and programs, where it has such scripts. */
static int script_call(struct lab *lab, struct lab_script *done, const char *text,
		       int64_t deadline_us, struct firewall_failure_list *ret_failures,
		       struct err *err)
{
	const struct device_scripts *scripts = lab_scripts_of(lab, done->node);
	struct node *node = lab->nodes[done->node];
	const char *env[DEVICE_ENV_MAX];
	const struct firewall_shell shell = { DEVICE_NODE_SHELL, "ash", env };
	int rc;

	if (!scripts)
		return firewall_script(node, lab->backend, text, deadline_us, lab->arena,
				       ret_failures, &done->status, err);
	scripts->env(lab->arena, NULL, env);
	rc = lab_tools_add(lab, done->node, err);
	if (!rc)
		rc = node_file(node, DEVICE_NODE_ASKED, "", err);
	if (rc)
		return rc;
	rc = firewall_script_by(&shell, node, lab->backend, text, deadline_us, lab->arena,
				ret_failures, &done->status, err);
	ran_read(lab, done);
	return rc;
}

/* A shell runs it. What goes wrong with it is its own result, and the run goes on. */
static void script_run(struct lab *lab, struct lab_script *done)
{
	struct firewall_failure_list failures = { 0 };
	_cleanup_buf_ struct buf text = { 0 };
	struct err err = { 0 };
	int seconds = lab_script_seconds(), rc;

	vec_foreach (line, &done->script->lines)
		buf_printf(&text, "%s\n", line->s);
	rc = script_call(lab, done, buf_text(&text),
			 clock_now_us() + seconds * INT64_C(1000000), &failures, &err);
	if (rc) {
		done->end = rc == -ETIMEDOUT ? LAB_SCRIPT_LATE : LAB_SCRIPT_NOT_RUN;
		done->why = rc == -ETIMEDOUT
				    ? arena_printf(lab->arena,
						   "it did not end within %d s and was "
						   "stopped",
						   seconds)
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
		if (!rc && node->iptables) {
			absent_add(lab, i, node->iptables);
			rc = rules_load(lab, i, err);
		}
		if (!rc)
			scripts_run(lab, i);
	}
	for (unsigned int i = 0; !rc && i < lab->plan->nodes.count; i++)
		if (lab->plan->nodes.items[i].hotplug.count)
			rc = lab_hotplug_boot(lab, i, err);
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
