// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_script.c - the plain part of shell in firewall scripts */
#include "import/openwrt_script.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"
#include "model/site.h"

#define VALUE_MAX 4096 /* bytes of a line after expansion */

/* Long names of options as iptables(8) has them. */
static const struct {
	const char *name, *letter;
} options[] = {
	{ "--table", "-t" },
	{ "--append", "-A" },
	{ "--insert", "-I" },
	{ "--destination", "-d" },
	{ "--dst", "-d" },
	{ "--source", "-s" },
	{ "--src", "-s" },
	{ "--jump", "-j" },
	{ "--in-interface", "-i" },
	{ "--out-interface", "-o" },
	{ "--protocol", "-p" },
	{ "--proto", "-p" },
	{ "--match", "-m" },
	{ "--destination-port", "--dport" },
	{ "--source-port", "--sport" },
};

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	if (!is_name_start(*text))
		return 0;
	while (is_name_start(text[length]) || isdigit((unsigned char)text[length]))
		length++;
	return length;
}

static const char *assignment_of(const char *line)
{
	return str_starts(line, "export ") ? line + strlen("export ") : line;
}

static bool is_assignment(const char *line)
{
	const char *name = assignment_of(line);
	size_t length = name_length(name);

	/* "A=1 iptables …" is a command with an environment. */
	return length && name[length] == '=' &&
	       (strpbrk(name + length, "'\"") || !strpbrk(name + length, " \t"));
}

static bool is_command(const char *line)
{
	static const char *const words[] = { "iptables ", "iptables\t", "ip6tables " };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts(line, words[i]))
			return true;
	return str_equal(line, "exit 0") || str_equal(line, "exit");
}

/* Nothing that only a shell could tell. */
static bool is_plain(const char *line)
{
	return (is_assignment(line) || is_command(line)) && !strpbrk(line, "`;|&<>()") &&
	       !strstr(line, "$(");
}

/* Where a comment begins: '#' at the start of a word, outside of quotes. */
static size_t code_length(const char *line)
{
	char quote = '\0';

	for (size_t i = 0; line[i]; i++) {
		if (quote ? line[i] == quote : line[i] == '\'' || line[i] == '"')
			quote = quote ? '\0' : line[i];
		else if (!quote && line[i] == '#' &&
			 (!i || line[i - 1] == ' ' || line[i - 1] == '\t'))
			return i;
	}
	return strlen(line);
}

struct shell {
	struct site *site;
	struct map values; /* name to text */
	const char *unset; /* the first variable that has none; NULL */
};

/* "$NAME", "${NAME}"; returns what is behind it. */
static const char *put_variable(struct shell *shell, const char *at, struct buf *out)
{
	bool has_brace = at[1] == '{';
	const char *start = at + 1 + has_brace;
	size_t length = name_length(start);
	const char *name, *value;

	if (!length || (has_brace && start[length] != '}')) {
		buf_putc(out, *at);
		return at + 1;
	}
	name = arena_strndup(shell->site->arena, start, length);
	value = map_get(&shell->values, NULL, name);
	if (value)
		buf_puts(out, value);
	else if (!shell->unset)
		shell->unset = name;
	return start + length + has_brace;
}

static const char *expand(struct shell *shell, const char *text)
{
	_cleanup_buf_ struct buf out = { 0 };
	bool is_literal = false;

	while (*text && out.length < VALUE_MAX) {
		if (*text == '\'')
			is_literal = !is_literal;
		if (*text == '$' && !is_literal)
			text = put_variable(shell, text, &out);
		else
			buf_putc(&out, *text++);
	}
	return arena_strdup(shell->site->arena, buf_text(&out));
}

static void assign(struct shell *shell, const char *line)
{
	struct arena *arena = shell->site->arena;
	const char *name = assignment_of(line);
	size_t length = name_length(name), end;
	char *value = arena_strdup(arena, expand(shell, name + length + 1));

	end = strlen(value);
	if (end > 1 && (*value == '"' || *value == '\'') && value[end - 1] == *value) {
		value[end - 1] = '\0';
		value++;
	}
	shell->unset = NULL; /* empty, and no command yet that misses it */
	map_put(arena, &shell->values, NULL, arena_strndup(arena, name, length), value);
}

static const char *shorten(struct arena *arena, const char *line)
{
	_cleanup_buf_ struct buf out = { 0 };

	while (*line) {
		size_t blanks = strspn(line, " \t"), length;
		const char *word = line + blanks, *letter = NULL;

		length = strcspn(word, " \t=");
		for (size_t i = 0; i < ARRAY_SIZE(options); i++)
			if (strlen(options[i].name) == length &&
			    !strncmp(options[i].name, word, length))
				letter = options[i].letter;
		buf_add(&out, line, blanks);
		if (letter) {
			buf_puts(&out, letter);
			if (word[length] == '=') {
				buf_putc(&out, ' ');
				length++;
			}
		} else {
			buf_add(&out, word, length);
			if (word[length] == '=')
				buf_putc(&out, word[length++]);
		}
		line = word + length;
	}
	return arena_strdup(arena, buf_text(&out));
}

/* false: the line is taken out. */
static bool take(struct shell *shell, struct firewall_line *line)
{
	const char *text;

	if (is_assignment(line->text)) {
		assign(shell, line->text);
		return false;
	}
	shell->unset = NULL;
	text = expand(shell, line->text);
	if (shell->unset) {
		site_remark(shell->site, REMARK_INVALID, line->at,
			    "nothing in this script sets '$%.40s': iptables refuses the "
			    "command, it has no effect",
			    shell->unset);
		return false;
	}
	line->text = shorten(shell->site->arena, text);
	return is_command(text) && !str_starts(text, "exit");
}

void openwrt_script_expand(struct site *site, size_t first)
{
	struct shell shell = { .site = site };
	size_t kept = first;

	for (size_t i = first; i < site->firewall_user.count; i++) {
		struct firewall_line *line = &site->firewall_user.items[i];

		line->text = str_trim(
			arena_strndup(site->arena, line->text, code_length(line->text)));
		if (!is_plain(line->text))
			return;
	}
	for (size_t i = first; i < site->firewall_user.count; i++) {
		struct firewall_line *line = &site->firewall_user.items[i];

		if (take(&shell, line))
			site->firewall_user.items[kept++] = *line;
	}
	site->firewall_user.count = kept;
}
