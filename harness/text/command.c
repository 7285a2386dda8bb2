// SPDX-License-Identifier: GPL-2.0-or-later
/* command.c - a command of a stranger's script, as a report may show it */
#include "text/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

#define HIDDEN	"…"
#define KEY_MIN 16 /* hexadecimal digits: 64 bits; marks and addresses of IPv4 have 8 */

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (str_equal(*words, word))
			return true;
	return false;
}

static bool is_of_network(const char *program)
{
	static const char *const programs[] = { "iptables",	"ip6tables", "ip",
						"nft",		"tc",	     "sysctl",
						"ebtables",	"ipset",     "route",
						"ifconfig",	"brctl",     "conntrack",
						"dnsmasq.conf", NULL };

	const char *slash = strrchr(program, '/');

	return is_one_of(slash ? slash + 1 : program, programs);
}

static bool has_secret_behind(const char *option)
{
	static const char *const options[] = {
		"-u",	    "--user", "-p",	  "--password", "--proxy-user",
		"--passwd", "-H",     "--header", "-d",		"--data",
		"--pass",   "-U",     NULL,
	};

	return is_one_of(option, options);
}

/* A word ends at a blank outside of quotes. */
static size_t word_length(const char *text)
{
	char quote = '\0';
	size_t length = 0;

	for (; text[length] && (quote || !strchr(" \t\n", text[length])); length++)
		if (quote && text[length] == quote)
			quote = '\0';
		else if (!quote && strchr("'\"", text[length]))
			quote = text[length];
	return length;
}

static bool is_key(const char *word)
{
	const char *at = strstr(word, "0x");

	return at && strspn(at + 2, "0123456789abcdefABCDEF") >= KEY_MIN;
}

/* "http://user:word@host/" without both. */
static bool add_url(struct buf *out, const char *word)
{
	const char *user = strstr(word, "://"), *end;

	end = user ? strchr(user, '@') : NULL;
	if (!end || memchr(user + 3, '/', (size_t)(end - user - 3)))
		return false;
	buf_add(out, word, (size_t)(user + 3 - word));
	buf_puts(out, HIDDEN);
	buf_puts(out, end);
	return true;
}

static void add_word(struct buf *out, const char *word, bool is_plain)
{
	const char *equal = strchr(word, '=');

	if (is_key(word))
		buf_puts(out, HIDDEN);
	else if (!is_plain && equal && equal > word && equal[1])
		buf_printf(out, "%.*s" HIDDEN, (int)(equal + 1 - word), word);
	else if (is_plain || !add_url(out, word))
		buf_puts(out, word);
}

const char *command_shown(struct arena *arena, const char *command)
{
	_cleanup_buf_ struct buf out = { 0 };
	bool is_plain = false, is_behind = false;

	for (size_t number = 0; *command; number++) {
		size_t blanks = strspn(command, " \t\n"), length;
		_cleanup_free_ char *word = NULL;

		buf_add(&out, command, blanks);
		command += blanks;
		length = word_length(command);
		word = strndup(command, length);
		if (!word)
			break;
		if (!number)
			is_plain = is_of_network(word);
		if (is_behind && length)
			buf_puts(&out, HIDDEN);
		else
			add_word(&out, word, is_plain);
		is_behind = !is_plain && !is_behind && has_secret_behind(word);
		command += length;
	}
	return arena_strdup(arena, buf_text(&out));
}
