// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * firewall_script.c - run a script such as OpenWrt's /etc/firewall.user in a node
 *
 * The shell does not tell which command of a script failed, so what sets up a network
 * (iptables, ip, nft, sysctl, tc) is a function of ours that does. They are defined in the
 * first line of what the shell gets; the lines of the script follow, numbered one too
 * high. A line that begins with one of them, with or without its folder, gets an
 * assignment with its number in front, unless it goes on with what an earlier one began
 * (a backslash, a quote, a here-document):
 *
 *	iptables -A INPUT -p esp -j ACCEPT
 *	twinsite_line=12 iptables -A INPUT -p esp -j ACCEPT
 *
 * What the function tells comes with everything else by stderr:
 *
 *	@begin
 *	iptables: No chain/target/match by that name.
 *	@failed 1 12 iptables -A nosuch -j ACCEPT
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/firewall.h"
#include "netns/firewall_script.h"
#include "netns/guest.h"
#include "netns/node.h"
#include "netns/spawn.h"

/* The kernel takes at most 128 KiB as one argument. */
#define SCRIPT_MAX (100u << 10)

static const char *const tools[] = {
	"iptables", "ip6tables", "ip", "nft", "sysctl", "tc",
};
#define IPTABLES 2 /* so many of the first have a backend */

static const char *const backends[] = {
	[FIREWALL_NFT] = "nft", [FIREWALL_LEGACY] = "legacy"
};

/* -------------------------------------------------- what the shell gets */

/* The words of the function that stands for one tool, all in one line; backend: of iptables. */
static void add_function(struct buf *text, const char *tool, const char *backend)
{
	buf_printf(text, "%s() { echo @begin >&3; ", tool);
	if (backend)
		buf_printf(text, "/usr/sbin/%s-%s", tool, backend);
	else
		buf_printf(text, "command %s", tool);
	buf_puts(text, " \"$@\" 2>&3 || { ");
	buf_printf(
		text,
		"set -- $? \"$@\"; echo \"@failed $1 ${twinsite_line:-0} %s ${*#$1 }\" "
		">&3; ",
		tool);
	buf_puts(text, "unset twinsite_line; return $1; }; unset twinsite_line; }; ");
}

/* Where its name stands in a line that begins with one of the tools; NULL: it does not. */
static const char *tool_of(const char *line)
{
	static const char *const folders[] = { "/usr/sbin/", "/sbin/", "/usr/bin/",
					       "/bin/" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (str_starts(line, folders[i]))
			line += strlen(folders[i]);
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		size_t length = strlen(tools[i]);

		if (str_starts(line, tools[i]) && isblank((unsigned char)line[length]))
			return line;
	}
	return NULL;
}

/* In what of the shell's grammar a line begins: only a plain one begins a command. */
struct place {
	bool is_continued; /* the line before ends with a backslash */
	char quote;	   /* that an earlier line opened */
	char ending[64];   /* of a here-document */
	bool has_tabs;	   /* <<-: tabs may stand before the ending */
};

static bool is_plain(const struct place *place)
{
	return !place->is_continued && !place->quote && !*place->ending;
}

/* Behind "<<": the word that ends the here-document, without quotes. */
static void take_ending(struct place *place, const char *word, size_t length)
{
	size_t used = 0, i = 0;
	char quote = '\0';

	place->has_tabs = length && *word == '-';
	i += place->has_tabs;
	while (i < length && isblank((unsigned char)word[i]))
		i++;
	/* Not "<<<", nor the shift of an arithmetic expression. */
	if (i == length ||
	    (!isalpha((unsigned char)word[i]) && !strchr("_'\"\\", word[i])))
		return;
	for (; i < length && (quote || !strchr(" \t;&|<>()", word[i])); i++)
		if (word[i] == quote)
			quote = '\0';
		else if (!quote && strchr("'\"", word[i]))
			quote = word[i];
		else if (word[i] != '\\' && used < sizeof(place->ending) - 1)
			place->ending[used++] = word[i];
	place->ending[used] = '\0';
}

static void pass_document(struct place *place, const char *line, size_t length)
{
	size_t tabs = place->has_tabs ? strspn(line, "\t") : 0;

	if (length == tabs + strlen(place->ending) &&
	    str_starts(line + tabs, place->ending))
		place->ending[0] = '\0';
}

/* From where a line begins to where the next one does. */
static void pass_line(struct place *place, const char *line, size_t length)
{
	bool was_blank = !place->is_continued, is_escaped = false;

	if (*place->ending) {
		pass_document(place, line, length);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		char c = line[i];

		if (is_escaped)
			is_escaped = false;
		else if (c == '\\' && place->quote != '\'')
			is_escaped = true;
		else if (place->quote)
			place->quote = c == place->quote ? '\0' : place->quote;
		else if (c == '\'' || c == '"')
			place->quote = c;
		else if (c == '#' && was_blank)
			break;
		else if (str_starts(line + i, "<<") && !*place->ending &&
			 (i == 0 || line[i - 1] != '<'))
			take_ending(place, line + i + 2, length - i - 2);
		was_blank = strchr(" \t;&|()", c) != NULL;
	}
	place->is_continued = is_escaped;
}

void firewall_script_prepare(const char *script, enum firewall_backend backend,
			     struct buf *text)
{
	struct place place = { 0 };
	unsigned int number = 1;

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		add_function(text, tools[i], i < IPTABLES ? backends[backend] : NULL);
	/* busybox counts the lines of an argument from 0, others from 1 or do not say. */
	buf_puts(text, "exec 3>&2; echo \"@first ${LINENO:-1}\" >&3\n");
	for (; *script; number++) {
		size_t blanks = strspn(script, " \t");
		size_t length = strcspn(script, "\n");
		const char *tool = is_plain(&place) ? tool_of(script + blanks) : NULL;
		const char *from = tool ? tool : script + blanks;

		buf_add(text, script, blanks);
		if (tool)
			buf_printf(text, "twinsite_line=%u ", number);
		buf_add(text, from, length - (size_t)(from - script));
		buf_putc(text, '\n');
		pass_line(&place, script, length);
		script += length + (script[length] == '\n');
	}
}

/* -------------------------------------------------- what it said */

/* Line number of the script, from 1, as text without blanks around it. */
static const char *script_line(const char *script, unsigned int number,
			       struct arena *arena)
{
	char *line;

	for (; number > 1 && *script; number--) {
		script += strcspn(script, "\n");
		script += *script == '\n';
	}
	line = arena_strndup(arena, script, strcspn(script, "\n"));
	return str_trim(line);
}

/* "STATUS LINE COMMAND…" after "@failed " */
static void add_failed(const char *text, const char *message, struct arena *arena,
		       struct firewall_failure_list *failures)
{
	struct firewall_failure *failure;
	unsigned int line, status;

	if (!str_take_number(&text, &status) || *text++ != ' ' ||
	    !str_take_number(&text, &line) || *text++ != ' ')
		return;
	failure = vec_push(arena, failures);
	failure->line = line;
	failure->status = (int)status;
	failure->command = arena_strdup(arena, text);
	failure->message = arena_strdup(arena, message);
}

/*
 * "sh: 13: nosuch: not found", "sh: 3: Syntax error: …" of dash; bash and busybox say
 * "line 13", busybox also "sh: .: line 3: can't open …". first: the number of the line
 * before the script's.
 */
static bool add_shell_error(const char *text, const char *script, unsigned int first,
			    struct arena *arena, struct firewall_failure_list *failures)
{
	struct firewall_failure *failure;
	const char *name = "";
	unsigned int line;

	if (!str_starts(text, "sh: "))
		return false;
	text += strlen("sh: ");
	if (str_starts(text, ".: ")) {
		text += strlen(".: ");
		name = ".: ";
	}
	if (str_starts(text, "line "))
		text += strlen("line ");
	if (!str_take_number(&text, &line) || line <= first || !str_starts(text, ": "))
		return false;
	text += strlen(": ");
	failure = vec_push(arena, failures);
	failure->line = line - first;
	failure->status = strstr(text, "not found") ? 127 : 2;
	failure->command = script_line(script, line - first, arena);
	failure->message = arena_printf(arena, "%s%s", name, text);
	return true;
}

void firewall_script_read(const char *errors, const char *script, struct arena *arena,
			  struct firewall_failure_list *failures)
{
	static const char counts[] = "@first ";
	_cleanup_buf_ struct buf message = { 0 };
	unsigned int first = 1;

	while (*errors) {
		size_t length = strcspn(errors, "\n");
		const char *line = arena_strndup(arena, errors, length);

		if (str_starts(line, "@failed ")) {
			add_failed(line + strlen("@failed "), buf_text(&message), arena,
				   failures);
			buf_done(&message);
		} else if (str_equal(line, "@begin")) {
			buf_done(&message);
		} else if (str_starts(line, counts)) {
			const char *number = line + strlen(counts);

			(void)str_take_number(&number, &first);
		} else if (!add_shell_error(line, script, first, arena, failures) &&
			   length) {
			buf_printf(&message, "%s%s", message.length ? "; " : "", line);
		}
		errors += length + (errors[length] == '\n');
	}
}

int firewall_script(const struct node *node, enum firewall_backend backend,
		    const char *script, int64_t deadline_us, struct arena *arena,
		    struct firewall_failure_list *ret_failures, int *ret_status,
		    struct err *err)
{
	return firewall_script_by(NULL, node, backend, script, deadline_us, arena,
				  ret_failures, ret_status, err);
}

int firewall_script_by(const struct firewall_shell *shell, const struct node *node,
		       enum firewall_backend backend, const char *script,
		       int64_t deadline_us, struct arena *arena,
		       struct firewall_failure_list *ret_failures, int *ret_status,
		       struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	struct firewall_failure_list failures = { 0 };
	const char *argv[6] = { shell ? shell->path : "/bin/sh" };
	struct spawn spawn = { .node = node,
			       .argv = argv,
			       .env = shell ? shell->env : NULL,
			       .rights = SANDBOX_SCRIPT };
	size_t used = 1;
	int ret, status;

	firewall_script_prepare(script, backend, &text);
	if (text.length > SCRIPT_MAX)
		return err_set(err, EFBIG, "node %s: firewall script: above %u KiB",
			       node_name(node), SCRIPT_MAX >> 10);
	if (shell)
		argv[used++] = shell->name;
	argv[used++] = "-c";
	argv[used++] = buf_text(&text);
	argv[used] = "sh";
	guest_load_firewall();
	ret = process_run(&spawn, NULL, deadline_us, &output, &errors, &status, err);
	if (errors)
		firewall_script_read(errors, script, arena, &failures);
	*ret_failures = failures;
	if (ret)
		return err_wrap(err, "node %s: firewall script", node_name(node));
	if (ret_status)
		*ret_status = status;
	return 0;
}
