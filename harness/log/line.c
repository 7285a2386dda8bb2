// SPDX-License-Identifier: GPL-2.0-or-later
/* line.c - one line of a log, as people paste it: its header first */
#include "log/line.h"

#include <string.h>

#include "base/cleanup.h"

/* ------------------------------------------------------------ what a paste adds */

static const struct entity {
	const char *name;
	char c;
} entities[] = {
	{ "&lt;", '<' },
	{ "&gt;", '>' },
	{ "&amp;", '&' },
	{ "&quot;", '"' },
	{ "&#39;", '\'' },
	{ "&apos;", '\'' },
	{ "&nbsp;", ' ' },
	{ "&#x27;", '\'' },
	{ "&#34;", '"' },
	{ "&#91;", '[' },
	{ "&#93;", ']' },
	{ "&#160;", ' ' },
	/* what an editor makes of quotes, dashes and blanks, in UTF-8 */
	{ "\xe2\x80\x98", '\'' },
	{ "\xe2\x80\x99", '\'' },
	{ "\xe2\x80\x9c", '"' },
	{ "\xe2\x80\x9d", '"' },
	{ "\xe2\x80\x9e", '"' },
	{ "\xe2\x80\x93", '-' },
	{ "\xe2\x80\x94", '-' },
	{ "\xe2\x80\xa6", '.' },
	{ "\xc2\xa0", ' ' },
};

/* Of a page: what stands between words, and what only dresses them. */
static const struct tag {
	const char *name;
	bool is_inline;
} tags[] = {
	{ "br", false },  { "td", false },    { "tr", false },	{ "pre", false },
	{ "p", false },	  { "div", false },   { "li", false },	{ "code", true },
	{ "span", true }, { "strong", true }, { "font", true }, { "em", true },
};

static bool starts(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

/* "\033[1;31m" and its like, also where the escape byte itself was lost: "[0m". */
static size_t colour_length(const char *at, const char *end)
{
	const char *from = at;

	if (*at == '\033')
		at++;
	if (at >= end || *at != '[')
		return at > from ? 1 : 0;
	at++;
	while (at < end && ((*at >= '0' && *at <= '9') || *at == ';' || *at == '?'))
		at++;
	if (at >= end)
		return *from == '\033' ? (size_t)(at - from) : 0;
	if (*from == '\033')
		return (size_t)(at + 1 - from);
	return *at == 'm' && at > from + 1 ? (size_t)(at + 1 - from) : 0;
}

#define TAG_MAX \
	256 /* octets, with its attributes; behind them nobody looks for its end */

/* "<br/>", "</td>", "<span class=…>"; not "<home|1>" or "<7>". */
static size_t tag_length(const char *at, const char *end, char *ret_c)
{
	const char *name = at + 1 + (end - at > 1 && at[1] == '/');
	const size_t room = (size_t)(end - at);
	const char *close = memchr(at, '>', room < TAG_MAX ? room : TAG_MAX);

	for (size_t i = 0; close && i < ARRAY_SIZE(tags); i++) {
		const size_t length = strlen(tags[i].name);

		if (!starts(name, end, tags[i].name) || !strchr(" />", name[length]))
			continue;
		*ret_c = tags[i].is_inline ? '\0' : ' ';
		return (size_t)(close + 1 - at);
	}
	return 0;
}

/* ret_c: what stands for it, '\0': nothing. */
static size_t entity_length(const char *at, const char *end, char *ret_c)
{
	const bool may_be = *at == '&' || *at == '\xe2' || *at == '\xc2';

	for (size_t i = 0; may_be && i < ARRAY_SIZE(entities); i++)
		if (starts(at, end, entities[i].name)) {
			*ret_c = entities[i].c;
			return strlen(entities[i].name);
		}
	return *at == '<' ? tag_length(at, end, ret_c) : 0;
}

/* "**bold**" and "`code`" of a thread; Cisco's single "*" is its clock's. */
static bool is_markup(const char *at, const char *end)
{
	return starts(at, end, "**") || starts(at, end, "`");
}

static void clean(const char *bytes, const char *end, struct log_line *line)
{
	const char *at = bytes;

	line->length = 0;
	if (starts(at, end, "\xef\xbb\xbf"))
		at += 3;
	while (end - at >= 2 && at[0] == '>' && at[1] == ' ')
		at += 2;
	if (at < end && *at == '`' && memchr(at + 1, '`', (size_t)(end - at - 1)))
		end = memchr(at + 1, '`', (size_t)(end - at - 1));
	while (at < end && is_markup(at, end))
		at++;
	while (end - at >= 2 && (end[-1] == '`' || (end[-1] == '*' && end[-2] == '*')))
		end -= end[-1] == '`' ? 1 : 2;
	if (end > at && at > bytes && at[-1] == '*' && *at == '*')
		at++;
	while (at < end && line->length < LOG_LINE_MAX) {
		char c = *at;
		size_t skip = c == '\033' || c == '[' ? colour_length(at, end) : 0;

		if (skip) {
			at += skip;
			continue;
		}
		skip = entity_length(at, end, &c);
		at += skip ? skip : 1;
		if (c == '\t')
			c = ' ';
		if ((unsigned char)c >= ' ' && c != 0x7f)
			line->text[line->length++] = c;
	}
	while (line->length && line->text[line->length - 1] == ' ')
		line->length--;
	line->text[line->length] = '\0';
}

/* ------------------------------------------------------------ parts */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The message of charon: behind "07[IKE] ", also "07[IKE1] " of log_level. */
static const char *find_marker(struct log_line *line)
{
	const char *end = line->text + line->length;

	for (const char *at = line->text; end - at >= 7; at++) {
		size_t length = 5;

		if (!is_digit(at[0]) || !is_digit(at[1]) || at[2] != '[' || at[3] < 'A' ||
		    at[3] > 'Z' || at[4] < 'A' || at[4] > 'Z' || at[5] < 'A' ||
		    at[5] > 'Z')
			continue;
		length = 6 + (is_digit(at[6]) ? 1 : 0);
		if ((size_t)(end - at) < length + 2 || at[length] != ']' ||
		    at[length + 1] != ' ')
			continue;
		memcpy(line->subsystem, at + 3, 3);
		return at + length + 2;
	}
	return NULL;
}

/* charon-systemd writes to the journal without thread and subsystem. */
static const char *find_daemon(const struct log_line *line)
{
	static const char *const names[] = { "charon-systemd[", "charon[", "charon-nm[",
					     "charon: ", "ipsec_starter[" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *at = strstr(line->text, names[i]);

		if (at && names[i][strlen(names[i]) - 1] == ' ')
			return at + strlen(names[i]);
		at = at ? strstr(at, "]: ") : NULL;
		if (at)
			return at + 3;
	}
	return NULL;
}

/* Of a line that nobody signed: behind "[12:34:56]", "[IKE] " (swanctl), or
 * "NetworkManager[1147]: ". */
static const char *behind_header(const struct log_line *line)
{
	const char *at = line->text, *colon = strstr(at, "]: ");

	if (line->time.s == at + 1 && at[0] == '[' && at[9] == ']')
		at += at[10] == ' ' ? 11 : 10;
	if (at[0] == '[' && strlen(at) > 6 && at[4] == ']' && at[5] == ' ')
		return at + 6;

	return colon && colon > at && is_digit(colon[-1]) ? colon + 3 : at;
}

/* "<home|1> " or "<1> " */
static void take_sa(const char **at, const char *end, struct log_line *line)
{
	const char *close = **at == '<' ? memchr(*at, '>', (size_t)(end - *at)) : NULL;
	const char *number = *at + 1, *bar;
	unsigned int sa = 0;

	if (!close || close + 1 >= end || close[1] != ' ')
		return;
	bar = memrchr(number, '|', (size_t)(close - number));
	if (bar)
		line->name = (struct charon_log_span){ number, (size_t)(bar - number) };
	for (number = bar ? bar + 1 : number; number < close; number++) {
		if (!is_digit(*number) || sa > 100000000) {
			line->name = (struct charon_log_span){ 0 };
			return;
		}
		sa = sa * 10 + (unsigned int)(*number - '0');
	}
	line->sa = sa;
	*at = close + 2;
}

/* The first "12:34:56" and what is of the same word or before it in the header. */
static void find_time(struct log_line *line, const char *header_end)
{
	for (const char *at = line->text; header_end - at >= 8; at++)
		if (is_digit(at[0]) && is_digit(at[1]) && at[2] == ':' &&
		    is_digit(at[3]) && is_digit(at[4]) && at[5] == ':' &&
		    is_digit(at[6]) && is_digit(at[7])) {
			line->time = (struct charon_log_span){ at, 8 };
			return;
		}
}

void log_line_read(const char *bytes, size_t length, struct log_line *ret_line)
{
	const char *message, *end;

	ret_line->time = ret_line->name = (struct charon_log_span){ 0 };
	ret_line->sa = 0;
	memset(ret_line->subsystem, 0, sizeof(ret_line->subsystem));
	clean(bytes, bytes + length, ret_line);
	end = ret_line->text + ret_line->length;
	message = find_marker(ret_line);
	if (!message)
		message = find_daemon(ret_line);
	ret_line->is_charon = message;
	find_time(ret_line, message ? message : end);
	if (!message)
		message = behind_header(ret_line);
	else if (message < end)
		take_sa(&message, end, ret_line);
	ret_line->message = (struct charon_log_span){ message, (size_t)(end - message) };
}

static int64_t number_at(const char *at, size_t digits)
{
	int64_t number = 0;

	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (is_digit(at[i]) ? at[i] - '0' : 0);
	return number;
}

int64_t log_line_ms(const struct log_line *line)
{
	const char *at = line->time.s;
	int64_t ms;

	if (!line->time.length)
		return -1;
	ms = 1000 *
	     (3600 * number_at(at, 2) + 60 * number_at(at + 3, 2) + number_at(at + 6, 2));
	/* The text ends with a NUL: behind a point it may be short, never absent. */
	if ((at[8] == '.' || at[8] == ',') && is_digit(at[9]) && is_digit(at[10]) &&
	    is_digit(at[11]))
		ms += number_at(at + 9, 3);
	return ms;
}
