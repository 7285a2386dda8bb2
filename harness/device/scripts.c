// SPDX-License-Identifier: GPL-2.0-or-later
/* scripts.c - what a device's own script asked for, and what it missed */
#include "device/scripts.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "text/shell.h"

#define KEPT_MAX 64

/* ------------------------------------------------------------ what it asked for */

static const struct {
	const char *word;
	enum device_wish wish;
} wishes[] = {
	{ "start ", DEVICE_WISH_START },
	{ "stop ", DEVICE_WISH_STOP },
	{ "restart ", DEVICE_WISH_RESTART },
	{ "unknown ", DEVICE_WISH_UNKNOWN },
};

/* Its own programs, with a word that ours do not carry out. */
static bool is_of_daemon(const char *command)
{
	return str_starts(command, "ipsec ") || str_starts(command, "swanctl ");
}

static void read_asked(struct arena *arena, const char *line, struct device_ran *ran)
{
	const char *number = line + strlen("end ");

	if (str_starts(line, "log ") && ran->logged.count < KEPT_MAX)
		vec_add(arena, &ran->logged, line + strlen("log "));
	else if (str_starts(line, "refused ") && ran->refused.count < KEPT_MAX)
		vec_add(arena, &ran->refused, line + strlen("refused "));
	else if (str_starts(line, "end "))
		(void)str_take_number(&number, &ran->end_line);
	for (size_t i = 0; i < ARRAY_SIZE(wishes); i++) {
		struct device_asked asked = { wishes[i].wish,
					      line + strlen(wishes[i].word) };

		if (!str_starts(line, wishes[i].word) || !*asked.program ||
		    ran->asked.count == KEPT_MAX)
			continue;
		vec_add(arena, &ran->asked, asked);
		if (asked.wish == DEVICE_WISH_UNKNOWN)
			vec_add(arena, &ran->missing,
				((struct device_missing){
					.file = "",
					.name = asked.program,
					.is_of_daemon = is_of_daemon(asked.program) }));
	}
}

/* "FILE: .: line 2: can't open 'PATH': No such file …": there it ends. */
static bool read_library(struct arena *arena, const char *line, struct device_ran *ran)
{
	static const char before[] = ": .: line ", after[] = ": can't open '";
	const char *at = strstr(line, before), *path = strstr(line, after), *number, *end;
	struct device_missing missing = { .file = "" };

	if (!at || !path || path < at || ran->missing.count == KEPT_MAX)
		return false;
	number = at + strlen(before);
	path += strlen(after);
	end = strchr(path, '\'');
	if (!end || !str_take_number(&number, &missing.line))
		return false;
	missing.name = arena_printf(arena, ". %s",
				    arena_strndup(arena, path, (size_t)(end - path)));
	missing.file = arena_strndup(arena, line + (*line == '/'),
				     (size_t)(at - line) - (*line == '/'));
	vec_add(arena, &ran->missing, missing);
	return true;
}

/* "FILE: line 6: NAME: not found", of busybox' shell; before FILE the shell's own name. */
static void read_error(struct arena *arena, char *line, struct device_ran *ran)
{
	static const char before[] = ": line ", after[] = ": not found";
	char *at = strstr(line, before), *file = line, *blank;
	struct device_missing missing = { 0 };
	const char *number;
	size_t length;

	if (!at || !str_ends(line, after) || ran->missing.count == KEPT_MAX)
		return;
	*at = '\0';
	while ((blank = strstr(file, ": ")))
		file = blank + 2;
	number = at + strlen(before);
	if (!str_take_number(&number, &missing.line) || !str_starts(number, ": "))
		return;
	number += 2;
	length = strlen(number);
	if (length <= strlen(after))
		return;
	missing.file = *file == '/' ? file + 1 : file;
	missing.name = arena_strndup(arena, number, length - strlen(after));
	vec_add(arena, &ran->missing, missing);
}

void device_script_read(struct arena *arena, const char *asked, const char *errors,
			struct device_ran *ret_ran)
{
	const char *const texts[] = { asked, errors };

	*ret_ran = (struct device_ran){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		for (const char *text = texts[i]; *text; text += *text == '\n') {
			size_t length = strcspn(text, "\n");
			char *line = arena_strndup(arena, text, length);

			if (!i)
				read_asked(arena, line, ret_ran);
			else if (!read_library(arena, line, ret_ran))
				read_error(arena, line, ret_ran);
			text += length;
		}
}

static bool is_missing(const struct device_ran *ran, const char *name)
{
	vec_foreach (missing, &ran->missing)
		if (str_equal(missing->name, name))
			return true;
	return false;
}

static bool is_there(const struct device_places *there, const char *path)
{
	vec_foreach (place, there)
		if (str_equal(*place, path))
			return true;
	return false;
}

void device_script_absent(struct arena *arena, const char *file, const char *text,
			  const struct device_places *there, struct device_ran *ret_ran)
{
	VEC(const char *) lines = { 0 };
	struct shell_commands commands = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n");

		vec_add(arena, &lines, arena_strndup(arena, text, length));
		text += length + (text[length] == '\n');
	}
	shell_read(arena, lines.items, lines.count, &commands);
	vec_foreach (command, &commands) {
		const struct shell_word *word = command->words.items;

		if (!command->words.count || !word->is_known ||
		    command->line >= ret_ran->end_line ||
		    !str_starts(word->text, "/etc/init.d/") ||
		    is_there(there, word->text) || is_missing(ret_ran, word->text) ||
		    ret_ran->missing.count == KEPT_MAX)
			continue;
		vec_add(arena, &ret_ran->missing,
			((struct device_missing){ .file = file,
						  .line = (unsigned int)command->line + 1,
						  .name = word->text }));
	}
}

/* Does the command begin with these words, parted by single blanks? */
static bool begins_with(const struct shell_command *command, const char *words)
{
	for (size_t i = 0; *words && i < command->words.count; i++) {
		const struct shell_word *word = &command->words.items[i];
		size_t length = strlen(word->text);

		if (!word->is_known || !str_starts(words, word->text) ||
		    (words[length] && words[length] != ' '))
			return false;
		words += length + (words[length] == ' ');
	}
	return !*words;
}

static unsigned int line_of_words(const struct shell_commands *commands,
				  const char *words)
{
	vec_foreach (command, commands)
		if (begins_with(command, words))
			return (unsigned int)command->line + 1;
	return 0;
}

void device_script_again(struct arena *arena, const char *file, const char *const *lines,
			 size_t count, struct device_ran *ret_ran)
{
	struct shell_commands commands = { 0 };

	vec_foreach (asked, &ret_ran->asked) {
		bool is_stop = asked->wish == DEVICE_WISH_STOP;

		if ((!is_stop && asked->wish != DEVICE_WISH_RESTART) ||
		    ret_ran->missing.count == KEPT_MAX)
			continue;
		vec_add(arena, &ret_ran->missing,
			((struct device_missing){
				.file = "",
				.name = arena_printf(arena, "%.*s %s",
						     (int)strcspn(asked->program, " "),
						     asked->program,
						     is_stop ? "stop" : "restart"),
				.is_of_daemon = true }));
	}
	shell_read(arena, lines, count, &commands);
	vec_foreach (missing, &ret_ran->missing) {
		if (!missing->line)
			missing->line = line_of_words(&commands, missing->name);
		if (!*missing->file)
			missing->file = file;
	}
}

unsigned int device_script_lines(const char *text)
{
	unsigned int count = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");
		size_t blanks = strspn(text, " \t\r");

		count += blanks < length && text[blanks] != '#';
		text += length + (text[length] == '\n');
	}
	return count;
}

bool device_script_does(const char *text)
{
	while (*text) {
		const char *line = text + strspn(text, " \t\r");
		size_t length = strcspn(line, "\n");

		if (length && *line != '#' && strcspn(line, "\r\n") != 0 &&
		    (!str_starts(line, "exit") || memchr(line, ';', length)))
			return true;
		text = line + length;
		text += *text == '\n';
	}
	return false;
}

static bool is_daemon(const char *line, size_t length)
{
	static const char *const names[] = { "ipsec", "swanctl", "strongswan" };
	static const char *const talk[] = { "#", "logger ", "echo " };

	for (size_t i = 0; i < ARRAY_SIZE(talk); i++)
		if (str_starts(line, talk[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (memmem(line, length, names[i], strlen(names[i])))
			return true;
	return false;
}

unsigned int device_script_daemon_line(const char *text)
{
	for (unsigned int number = 1; *text; number++) {
		size_t blanks = strspn(text, " \t"), length;

		text += blanks;
		length = strcspn(text, "\n");
		if (is_daemon(text, length))
			return number;
		text += length + (text[length] == '\n');
	}
	return 0;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "/usr/lib/ipsec/starter", "…/charon", "charon-systemd": the daemon, or what starts it. */
static bool is_daemon_path(const char *path)
{
	return str_ends(path, "ipsec/starter") || str_ends(path, "ipsec/charon") ||
	       str_equal(last_part(path), "charon-systemd");
}

/* "ipsec start", "swanctl --load-all", the daemon itself; not /etc/init.d/ipsec. */
static bool runs_daemon(const struct shell_word *words, size_t count)
{
	const char *name, *verb = count > 1 ? words[1].text : "";

	if (count > 2 &&
	    (str_equal(words->text, "procd_set_param") ||
	     str_equal(words->text, "procd_append_param")) &&
	    str_equal(verb, "command"))
		return runs_daemon(words + 2, count - 2) || is_daemon_path(words[2].text);
	while (count > 1 &&
	       (str_equal(words->text, "!") || str_equal(words->text, "exec") ||
		str_equal(words->text, "nohup"))) {
		words++;
		count--;
	}
	if (str_equal(words->text, "start-stop-daemon") ||
	    str_equal(words->text, "service_start"))
		for (size_t i = 1; i < count; i++)
			if (is_daemon_path(words[i].text))
				return true;
	name = last_part(words->text);
	verb = count > 1 ? words[1].text : "";
	if (strstr(words->text, "init.d/"))
		return false;
	if (count > 2 && str_equal(verb, "-c") &&
	    (str_equal(name, "sh") || str_equal(name, "ash")))
		return device_script_starts("", words[2].text);
	if (str_equal(name, "ipsec"))
		return str_starts(verb, "start") || str_starts(verb, "restart");
	if (str_equal(name, "swanctl"))
		return str_starts(verb, "--load-") || str_equal(verb, "-q");
	return is_daemon_path(words->text);
}

bool device_script_starts(const char *file, const char *text)
{
	static const char *const names[] = { "etc/init.d/ipsec", "etc/init.d/swanctl",
					     "etc/init.d/strongswan" };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct shell_commands commands = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal(file, names[i]))
			return true;
	shell_read(arena, &text, 1, &commands);
	vec_foreach (command, &commands)
		if (command->words.count &&
		    runs_daemon(command->words.items, command->words.count))
			return true;
	return false;
}

enum device_outcome device_outcome(enum device_outcome before,
				   const struct device_ran *ran)
{
	enum device_outcome now = before;

	vec_foreach (asked, &ran->asked)
		switch (asked->wish) {
		case DEVICE_WISH_RESTART:
			now = DEVICE_RESTARTED;
			break;
		case DEVICE_WISH_STOP:
			now = DEVICE_STOPPED;
			break;
		case DEVICE_WISH_START:
			if (now == DEVICE_STOPPED)
				now = DEVICE_RESTARTED;
			break;
		case DEVICE_WISH_UNKNOWN:
			break;
		}
	return now;
}
