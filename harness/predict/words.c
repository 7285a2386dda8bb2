// SPDX-License-Identifier: GPL-2.0-or-later
/* words.c - lines in the language of a site's device, for values and fixes */
#include "predict/words.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "predict/predict.h"

const char *words_setting(const struct site *site, enum word word)
{
	return language_of(site)->words[word].setting;
}

static const char *value_of(const struct language *language, enum word word,
			    const char *value)
{
	for (const struct language_value *row = language->values; row && row->ours; row++)
		if (row->word == word && str_equal(row->ours, value))
			return row->theirs;
	return value;
}

/* A proposal-set is no section of the file: its name has a blank. */
static const char *section_of(const struct proposal *proposal)
{
	return proposal && proposal->name && !strchr(proposal->name, ' ') ? proposal->name
									  : NULL;
}

/* What stands for %LETTER; NULL: it is not known here. */
static const char *meaning_of(char letter, const struct tunnel *tunnel, const char *value)
{
	const struct proposal *ike =
		tunnel && tunnel->proposals.count ? tunnel->proposals.items : NULL;
	const struct child *child =
		tunnel && tunnel->children.count ? tunnel->children.items : NULL;

	switch (letter) {
	case 't':
		return tunnel ? tunnel->name : NULL;
	case 'v':
		return value;
	case 'p':
		return ike ? ike->section : NULL;
	case 'n':
		return section_of(ike);
	case 'm':
		return section_of(child && child->proposals.count ? child->proposals.items
								  : NULL);
	default:
		return NULL;
	}
}

static const char *fill(struct arena *arena, const char *template,
			const struct tunnel *tunnel, const char *value,
			bool *ret_is_whole)
{
	_cleanup_buf_ struct buf line = { 0 };

	*ret_is_whole = true;
	for (const char *at = template; *at; at++) {
		const bool is_letter = at[0] == '%' && at[1] && strchr("tvpnm", at[1]);
		const char *meaning = is_letter ? meaning_of(at[1], tunnel, value) : NULL;

		if (!is_letter) {
			buf_putc(&line, *at);
			continue;
		}
		*ret_is_whole &= meaning != NULL;
		buf_puts(&line, meaning ? meaning : "…");
		at++;
	}
	return arena_strdup(arena, buf_text(&line));
}

struct device_line words_line(struct arena *arena, const struct site *site,
			      const struct tunnel *tunnel, enum word word,
			      const char *value)
{
	const struct language *language = language_of(site);
	const char *line = language->words[word].line, *edit = language->words[word].edit;
	const char *own = value_of(language, word, value);
	struct device_line ret = { 0 };
	bool is_whole = false;

	if (!line && !edit)
		return ret;
	if (!edit)
		edit = line;
	ret.text = line ? fill(arena, line, tunnel, own, &is_whole) : NULL;
	/* A name or a value that is not known here leaves the statement open. */
	if (*edit)
		ret.edit = fill(arena, edit, tunnel, own, &is_whole);
	if (!is_whole)
		ret.edit = NULL;
	return ret;
}

void words_advise(const struct predict_input *input, struct finding *finding,
		  const struct site *site, const struct origin *at, const char *text)
{
	if (!text)
		return;
	if (at->file && at->line)
		predict_fix(input, finding, "%s: %s:%u: %s", site->name, at->file,
			    at->line, text);
	else
		predict_fix(input, finding, "%s: %s", site->name, text);
}

const struct device_fixes *words_fixes(const struct site *site)
{
	static const struct device_fixes none = { 0 };
	const struct device_fixes *fixes = device_of(site->kind)->fixes;

	return fixes ? fixes : &none;
}

/* What is set below something that is deactivated stays so: what has to be activated. */
static const struct remark *inactive_above(const struct site *site,
					   const struct device_line *line)
{
	vec_foreach (remark, &site->remarks) {
		const bool is_inactive = remark->code == SAYS_INACTIVE ||
					 remark->code == SAYS_INACTIVE_VPN;
		const char *rest;

		if (!is_inactive || !remark->subject || !str_starts(line->text, "set "))
			continue;
		rest = line->text + strlen("set ");
		if (str_starts(rest, remark->subject) &&
		    strchr(" ", rest[strlen(remark->subject)]))
			return remark;
	}
	return NULL;
}

void words_place(const struct predict_input *input, struct finding *finding,
		 const struct site *site, struct device_line line, enum edit_place place,
		 struct origin at)
{
	const struct remark *above;

	if (!line.text)
		return;
	above = inactive_above(site, &line);
	if (above)
		predict_fix(input, finding, "%s: activate %s; %s", site->name,
			    above->subject, line.text);
	else
		predict_fix(input, finding, "%s: %s", site->name, line.text);
	if (above && line.edit)
		predict_edit(input, finding, site, EDIT_IN_BLOCK, above->at,
			     "activate %s", above->subject);
	if (line.edit)
		predict_edit(input, finding, site, place, at, "%s", line.edit);
}

void words_fix(const struct predict_input *input, struct finding *finding,
	       const struct site *site, const struct origin *at, struct device_line line)
{
	words_advise(input, finding, site, at, line.text);
	if (line.text && line.edit && at->line)
		predict_edit(input, finding, site, EDIT_IN_BLOCK, *at, "%s", line.edit);
}

struct device_line words_proposal(struct arena *arena, const struct site *site,
				  const struct proposal *own,
				  const struct pair_choice *choice, bool is_esp)
{
	const struct language *language = language_of(site);

	if (!choice->encr || !language->proposal)
		return (struct device_line){ 0 };
	return language->proposal(arena, own, choice, is_esp);
}

/* ------------------------------------------------------------ identities */

struct device_line words_identity(struct arena *arena, const struct site *site,
				  const struct identity *identity, bool is_local,
				  const struct tunnel *tunnel)
{
	const enum word word = is_local ? WORD_LOCAL_ID : WORD_REMOTE_ID;
	const char *format = identity->type < LANGUAGE_IDS
				     ? language_of(site)->ids[identity->type]
				     : NULL;
	const char *mark;

	if (!identity->value || !format)
		return (struct device_line){ 0 };
	mark = strstr(format, "%v");
	return words_line(arena, site, tunnel, word,
			  arena_printf(arena, "%.*s%s%s", (int)(mark - format), format,
				       identity->value, mark + 2));
}
