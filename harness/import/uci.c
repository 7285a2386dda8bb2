// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * uci.c - OpenWrt's configuration files (UCI)
 *
 * A cursor walks over the text. A statement is a command word and its arguments; an
 * argument is a run of quoted and bare pieces. A bad statement is skipped to the end
 * of its last line, like libuci does, and the rest is read on. An open quote takes
 * everything up to the end of the file with it: nothing is read twice, so the time
 * is linear in the size.
 *
 * What people paste is often the output of `uci show` (network.lan.proto='static'):
 * a file that begins so is read so.
 */
#include "import/uci.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/text.h"
#include "model/site.h"

#define FAULT_TEXT_MAX 40 /* of the offending word */

struct reader {
	struct uci *uci;
	const char *file; /* in the arena */
	const char *at, *end;
	unsigned int line;
	bool is_export; /* `package` lines count */
	bool is_show;	/* lines of `uci show` */
	struct origin statement;
	struct tree_node *package; /* NULL: none yet */
	struct tree_node *section;
	struct buf word;
	bool is_no_command; /* of the statement that is read */
};

enum word_kind {
	WORD_NONE, /* end of statement */
	WORD_GIVEN,
	WORD_UNTERMINATED,
};

static int at_char(const struct reader *reader)
{
	return reader->at < reader->end ? (unsigned char)*reader->at : -1;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void step(struct reader *reader)
{
	if (*reader->at == '\n')
		reader->line++;
	reader->at++;
}

static void skip_blanks(struct reader *reader)
{
	while (is_blank(at_char(reader)))
		reader->at++;
}

static void skip_line(struct reader *reader)
{
	const char *stop = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));

	reader->at = stop ? stop : reader->end;
}

static void add_fault(struct reader *reader, bool is_strict_only, const char *text)
{
	struct uci_fault *fault;

	if (reader->uci->faults.count >= SITE_REMARKS_MAX) {
		reader->uci->more_faults++;
		return;
	}
	fault = vec_push(reader->uci->arena, &reader->uci->faults);
	*fault = (struct uci_fault){
		.package = reader->package ? reader->package->name : NULL,
		.text = text,
		.is_strict_only = is_strict_only,
		.is_no_command = reader->is_no_command,
		.at = reader->statement,
	};
	reader->is_no_command = false;
}

/* Behind a backslash: newline joins the lines, any other character stands for itself. */
static void read_escape(struct reader *reader)
{
	reader->at++;
	if (at_char(reader) < 0)
		return;
	if (*reader->at != '\n')
		buf_putc(&reader->word, *reader->at);
	step(reader);
}

/* Returns false when the file ends before the quote. */
static bool read_quoted(struct reader *reader)
{
	char quote = *reader->at++;
	int c;

	while ((c = at_char(reader)) >= 0) {
		if (c == quote) {
			reader->at++;
			return true;
		}
		if (c == '\\' && quote == '"') {
			read_escape(reader);
			continue;
		}
		buf_putc(&reader->word, (char)c);
		step(reader);
	}
	return false;
}

/* One argument; reader->word holds it. ret_is_quoted tells '' from nothing. */
static enum word_kind read_word(struct reader *reader)
{
	bool is_given = false;
	int c;

	reader->word.length = 0;
	buf_add(&reader->word, "", 0);
	skip_blanks(reader);
	while ((c = at_char(reader)) >= 0 && !is_blank(c) && c != '\n' && c != ';') {
		if (c == '#') {
			skip_line(reader);
			break;
		}
		is_given = true;
		if (c == '\'' || c == '"') {
			if (!read_quoted(reader))
				return WORD_UNTERMINATED;
		} else if (c == '\\') {
			read_escape(reader);
		} else {
			buf_putc(&reader->word, (char)c);
			reader->at++;
		}
	}
	return is_given ? WORD_GIVEN : WORD_NONE;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static bool is_name(const char *text)
{
	for (; *text; text++) {
		if (!is_name_char(*text))
			return false;
	}
	return true;
}

static bool is_package_name(const char *text)
{
	for (; *text; text++) {
		if (!is_name_char(*text) && *text != '-')
			return false;
	}
	return true;
}

static bool is_type(const char *text)
{
	for (; *text; text++) {
		if (*text < 33 || *text > 126)
			return false;
	}
	return true;
}

/* The fault of an argument that must be there, or NULL; its text goes to *ret_text. */
static const char *read_argument(struct reader *reader, bool is_required,
				 bool (*is_valid)(const char *), const char *what,
				 const char **ret_text)
{
	enum word_kind kind = read_word(reader);

	*ret_text = "";
	if (kind == WORD_UNTERMINATED)
		return "EOF with unterminated quote";
	if (is_required && !reader->word.length)
		return "insufficient arguments";
	if (is_valid && !is_valid(buf_text(&reader->word)))
		return arena_printf(reader->uci->arena, "invalid character in %s field",
				    what);
	*ret_text = arena_strndup(reader->uci->arena, buf_text(&reader->word),
				  reader->word.length);
	return NULL;
}

/* More words than wanted: only the strict reader minds. */
static const char *read_end(struct reader *reader)
{
	switch (read_word(reader)) {
	case WORD_UNTERMINATED:
		return "EOF with unterminated quote";
	case WORD_GIVEN:
		add_fault(reader, true, "too many arguments");
		skip_line(reader);
		break;
	case WORD_NONE:
		break;
	}
	return NULL;
}

static struct tree_node *package_of(struct uci *uci, const char *name)
{
	struct tree_node *package = map_get(&uci->names, NULL, name);

	if (package)
		return package;
	package = tree_add(uci->arena, &uci->root, arena_strdup(uci->arena, name),
			   (struct origin){ 0 });
	package->is_block = true;
	map_put(uci->arena, &uci->names, NULL, package->name, package);
	return package;
}

static const char *read_package(struct reader *reader)
{
	const char *name;
	const char *fault = read_argument(reader, true, is_package_name, "name", &name);

	if (!fault)
		fault = read_end(reader);
	if (fault || !reader->is_export)
		return fault;
	reader->package = package_of(reader->uci, name);
	reader->section = NULL;
	return NULL;
}

static void add_value(struct reader *reader, struct tree_node *node, const char *text)
{
	vec_add(reader->uci->arena, &node->values,
		((struct tree_value){
			.text = text, .length = strlen(text), .at = reader->statement }));
}

/* name "": an anonymous one. */
static struct tree_node *add_section(struct reader *reader, const char *type,
				     const char *name)
{
	struct arena *arena = reader->uci->arena;
	struct tree_node *package = reader->package, *section;

	if (!*name) {
		/* "@type[n]": n counts those of the type, in a map of their own. */
		size_t *count = map_get(&reader->uci->names, &package->values, type);

		if (!count) {
			count = arena_alloc(arena, sizeof(*count));
			map_put(arena, &reader->uci->names, &package->values, type,
				count);
		}
		name = arena_printf(arena, "@%s[%zu]", type, (*count)++);
	}
	section = tree_add(arena, package, name, reader->statement);
	section->is_block = true;
	add_value(reader, section, type);
	map_put(arena, &reader->uci->names, package, name, section);
	return section;
}

static const char *read_config(struct reader *reader)
{
	const char *type, *name, *fault;
	struct tree_node *section;

	if (!reader->package)
		return "attempting to import a file without a package name";
	fault = read_argument(reader, true, is_type, "type", &type);
	if (!fault)
		fault = read_argument(reader, false, is_name, "name", &name);
	if (!fault)
		fault = read_end(reader);
	if (fault)
		return fault;
	section = *name ? map_get(&reader->uci->names, reader->package, name) : NULL;
	if (!section) {
		reader->section = add_section(reader, type, name);
		return NULL;
	}
	if (!str_equal(uci_type(section), type))
		add_fault(reader, true,
			  "section of different type overwrites prior section with same "
			  "name");
	section->values.count = 0;
	add_value(reader, section, type);
	reader->section = section;
	return NULL;
}

static struct tree_node *option_of(struct reader *reader, const char *name)
{
	struct tree_node *option = map_get(&reader->uci->names, reader->section, name);

	if (option)
		return option;
	option = tree_add(reader->uci->arena, reader->section, name, reader->statement);
	map_put(reader->uci->arena, &reader->uci->names, reader->section, name, option);
	return option;
}

static const char *read_value(struct reader *reader, bool is_list)
{
	const char *name, *value, *fault;
	struct tree_node *option;

	if (!reader->section)
		return "option/list command found before the first section";
	fault = read_argument(reader, true, is_name, "name", &name);
	if (!fault)
		fault = read_argument(reader, false, NULL, "value", &value);
	if (!fault)
		fault = read_end(reader);
	if (fault)
		return fault;
	option = option_of(reader, name);
	option->at = reader->statement;
	option->is_list = is_list;
	if (!is_list)
		option->values.count = 0; /* the last one holds; '' unsets */
	if (is_list || *value)
		add_value(reader, option, value);
	return NULL;
}

static const char *read_option(struct reader *reader)
{
	return read_value(reader, false);
}

static const char *read_list(struct reader *reader)
{
	return read_value(reader, true);
}

static const struct {
	const char *word;
	const char *(*read)(struct reader *reader); /* returns the fault or NULL */
} commands[] = {
	{ "package", read_package },
	{ "config", read_config },
	{ "option", read_option },
	{ "list", read_list },
};

/* The command word ends at a blank and knows no quotes; one letter is enough. */
static const char *read_command(struct reader *reader)
{
	const char *start = reader->at;
	size_t length;

	while (reader->at < reader->end && *reader->at != ' ' && *reader->at != '\t' &&
	       *reader->at != '\n')
		reader->at++;
	length = (size_t)(reader->at - start);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const char *word = commands[i].word;

		if ((length == 1 && *start == *word) ||
		    (length == strlen(word) && !memcmp(start, word, length)))
			return commands[i].read(reader);
	}
	reader->is_no_command = true;
	return arena_printf(reader->uci->arena, "invalid command '%.*s'",
			    (int)(length < FAULT_TEXT_MAX ? length : FAULT_TEXT_MAX),
			    start);
}

/* The length of "network.lan.proto" in front of a '=', or 0 when it is no such line. */
static size_t show_path_length(const struct reader *reader)
{
	const char *stop = memchr(reader->at, '=', (size_t)(reader->end - reader->at));
	size_t dots = 0;

	if (!stop)
		return 0;
	for (const char *at = reader->at; at < stop; at++) {
		if (*at == '.')
			dots++;
		else if (!is_name_char(*at) && !strchr("-@[]", *at))
			return 0;
	}
	return dots == 1 || dots == 2 ? (size_t)(stop - reader->at) : 0;
}

/* package.section=type */
static const char *show_section(struct reader *reader, const char *name)
{
	struct tree_node *section = map_get(&reader->uci->names, reader->package, name);
	const char *type;
	const char *fault = read_argument(reader, true, is_type, "type", &type);

	if (fault)
		return fault;
	if (!section)
		section = add_section(reader, type, *name == '@' ? "" : name);
	reader->section = section;
	return read_end(reader);
}

/* package.section.option='value' 'value' */
static const char *show_option(struct reader *reader, const char *section,
			       const char *name)
{
	struct tree_node *option;

	reader->section = map_get(&reader->uci->names, reader->package, section);
	if (!reader->section)
		return "option of a section that was not shown before";
	option = option_of(reader, name);
	option->at = reader->statement;
	option->values.count = 0;
	for (;;) {
		switch (read_word(reader)) {
		case WORD_UNTERMINATED:
			return "EOF with unterminated quote";
		case WORD_NONE:
			option->is_list = option->values.count > 1;
			return NULL;
		case WORD_GIVEN:
			add_value(reader, option,
				  arena_strndup(reader->uci->arena,
						buf_text(&reader->word),
						reader->word.length));
			break;
		}
	}
}

static const char *read_show(struct reader *reader)
{
	const size_t length = show_path_length(reader);
	char *section, *option;
	char *path;

	if (!length)
		return "not a line of 'uci show'";
	path = arena_strndup(reader->uci->arena, reader->at, length);
	reader->at += length + 1;
	section = strchr(path, '.');
	*section++ = '\0';
	option = strchr(section, '.');
	if (option)
		*option++ = '\0';
	reader->package = package_of(reader->uci, path);
	return option ? show_option(reader, section, option)
		      : show_section(reader, section);
}

static void read_statement(struct reader *reader)
{
	const char *fault;

	skip_blanks(reader);
	if (at_char(reader) == '\n' || at_char(reader) == ';') {
		step(reader);
		return;
	}
	if (at_char(reader) == '#') {
		skip_line(reader);
		return;
	}
	if (at_char(reader) < 0)
		return;
	reader->statement = (struct origin){ .file = reader->file, .line = reader->line };
	fault = reader->is_show ? read_show(reader) : read_command(reader);
	if (fault) {
		add_fault(reader, false, fault);
		skip_line(reader);
	}
}

void uci_read(struct uci *uci, const char *package, const char *file, const char *bytes,
	      size_t length)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct reader reader = {
		.uci = uci,
		.file = arena_strdup(uci->arena, file),
		.line = 1,
		.is_export = !package,
		.package = package ? package_of(uci, package) : NULL,
	};

	import_text_normalise(bytes, length, &text);
	reader.at = buf_text(&text);
	reader.end = reader.at + text.length;
	/* On a device, such a file would be as good as empty. */
	reader.is_show = !strstr(file, "etc/config/") && show_path_length(&reader);
	while (reader.at < reader.end)
		read_statement(&reader);
	buf_done(&reader.word);
}

struct tree_node *uci_package_find(const struct uci *uci, const char *name)
{
	return map_get(&uci->names, NULL, name);
}

struct tree_node *uci_section_find(const struct uci *uci, const struct tree_node *package,
				   const char *type, const char *name)
{
	struct tree_node *section = package ? map_get(&uci->names, package, name) : NULL;

	return section && (!type || str_equal(uci_type(section), type)) ? section : NULL;
}

struct tree_node *uci_option_find(const struct uci *uci, const struct tree_node *section,
				  const char *name)
{
	struct tree_node *option = map_get(&uci->names, section, name);

	if (!option)
		return NULL;
	option->is_used = true;
	return option->values.count ? option : NULL;
}

const char *uci_get(const struct uci *uci, const struct tree_node *section,
		    const char *name)
{
	const struct tree_node *option = uci_option_find(uci, section, name);
	_cleanup_buf_ struct buf text = { 0 };

	if (!option)
		return NULL;
	if (option->values.count == 1)
		return option->values.items[0].text;
	vec_foreach (value, &option->values) {
		if (value != option->values.items)
			buf_putc(&text, ' ');
		buf_puts(&text, value->text);
	}
	return arena_strdup(uci->arena, buf_text(&text));
}

const char *uci_type(const struct tree_node *section)
{
	return tree_text(section);
}

/* No name of a file has an '@'. */
bool uci_is_anonymous(const struct tree_node *section)
{
	return *section->name == '@';
}

int uci_bool_parse(const char *text)
{
	static const char *const words[] = { "0",    "1",  "off", "on",	      "false",
					     "true", "no", "yes", "disabled", "enabled" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_equal(text, words[i]))
			return (int)(i % 2);
	}
	return -1;
}
