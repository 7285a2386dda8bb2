// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * detect.c - which device wrote a file
 *
 * Every line is compared with the words of each device's row (device/device.h) that only
 * it begins lines with. The device with the greatest weight wins; one strong line is
 * enough for a file that is a fragment.
 */
#include "import/import.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "import/foreign.h"
#include "import/text.h"

#define DETECT_LINES_MAX 20000 /* a large export says what it is long before */

#define FOLDER_WEIGHT 20 /* as a name that says it even when the content is cut */

static unsigned int weight_of_line(const struct device *device, const char *line,
				   size_t length)
{
	unsigned int weight = 0;

	for (const struct device_sign *sign = device->lines; sign && sign->text; sign++) {
		size_t start = strlen(sign->text);

		if (length >= start &&
		    (device->has_lines_in_any_case ? !strncasecmp(line, sign->text, start)
						   : !memcmp(line, sign->text, start)))
			weight += sign->weight;
	}
	return weight;
}

static void weigh_line(const char *line, size_t length, unsigned int *weights)
{
	while (length && (*line == ' ' || *line == '\t')) {
		line++;
		length--;
	}
	for (size_t i = 0; i < DEVICE_KINDS; i++)
		weights[i] +=
			weight_of_line(device_of((enum device_kind)i), line, length);
}

static unsigned int weight_of_name(const struct device *device, const char *name)
{
	unsigned int weight = 0;

	for (const struct device_sign *sign = device->names; sign && sign->text; sign++)
		if (str_ends(name, sign->text))
			weight += sign->weight;
	if (device->folder && strstr(name, device->folder))
		weight += FOLDER_WEIGHT;
	return weight;
}

static void weigh_text(const struct import_source *source, unsigned int *weights)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *at, *end;

	/* As the importers read it: Windows editors like UTF-16. */
	import_text_normalise(source->bytes, source->length, &text);
	at = buf_text(&text);
	end = at + text.length;
	for (unsigned int lines = 0; at < end && lines < DETECT_LINES_MAX; lines++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			stop = end;
		weigh_line(at, (size_t)(stop - at), weights);
		at = stop + 1;
	}
}

static void weigh_source(const struct import_source *source, unsigned int *weights)
{
	for (size_t i = 0; i < DEVICE_KINDS; i++)
		weights[i] +=
			weight_of_name(device_of((enum device_kind)i), source->name);
	weigh_text(source, weights);
}

#define SURE_WEIGHT 9 /* of one file's lines: one that nobody else writes, or two */

/* Whose file it is by its lines, with nearly nothing of anybody else's; or NULL. */
static const struct device *surely_of(const struct import_source *source)
{
	unsigned int weights[DEVICE_KINDS] = { 0 }, all = 0;
	size_t best = 0;

	weigh_text(source, weights);
	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		all += weights[i];
		if (weights[i] > weights[best])
			best = i;
	}
	return weights[best] >= SURE_WEIGHT && weights[best] * 4 > all * 3
		       ? device_of((enum device_kind)best)
		       : NULL;
}

/* A router runs strongSwan, and has its files beside its own. */
static bool is_one_machine(const struct device *a, const struct device *b)
{
	return a == b || (a->traits.runs_charon && b->traits.runs_charon);
}

int import_refuse_mixture(const char *path, const struct import_source *sources,
			  size_t count, struct err *err)
{
	const struct import_source *first = NULL;
	const struct device *of_first = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct device *device = surely_of(&sources[i]);

		if (!device)
			continue;
		if (first && !is_one_machine(of_first, device))
			return err_set(
				err, EINVAL,
				"%s has files of two devices, %s (%s) and %s (%s): "
				"name each of them as its own end",
				path, first->name, of_first->title, sources[i].name,
				device->title);
		first = &sources[i];
		of_first = device;
	}
	return 0;
}

/* `| display xml`, exports of other firewalls, templates of cloud portals. */
static bool is_xml(const struct import_source *source)
{
	_cleanup_buf_ struct buf text = { 0 };

	import_text_normalise(source->bytes, source->length, &text);
	return str_starts(buf_text(&text), "<?xml");
}

/* `| display json`, backups of routers' pages. */
static bool is_json(const struct import_source *source)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *at;

	import_text_normalise(source->bytes, source->length, &text);
	at = buf_text(&text);
	return *at == '{' && at[1 + strspn(at + 1, " \t\r\n")] == '"';
}

static bool is_empty(const struct import_source *source)
{
	_cleanup_buf_ struct buf text = { 0 };

	import_text_normalise(source->bytes, source->length, &text);
	return buf_text(&text)[strspn(buf_text(&text), " \t\r\n")] == '\0';
}

/* By its first bytes, what people attach instead of a configuration. */
static const char *document_of(const struct import_source *source)
{
	static const struct {
		const char *first, *name;
	} rows[] = {
		{ "\xff\xd8\xff", "a picture (JPEG)" },
		{ "\x89PNG", "a picture (PNG)" },
		{ "GIF8", "a picture (GIF)" },
		{ "%PDF", "a PDF document" },
		{ "\xd0\xcf\x11\xe0", "an office document" },
		{ "{\\rtf", "an RTF document" },
		{ "<!DOCTYPE html", "a web page (HTML)" },
		{ "<html", "a web page (HTML)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t length = strlen(rows[i].first);

		if (source->length >= length &&
		    !strncasecmp(source->bytes, rows[i].first, length))
			return rows[i].name;
	}
	return NULL;
}

int import_refuse_document(const char *name, const char *document, struct err *err)
{
	return err_set(err, EINVAL,
		       "%s: %s, and no configuration that a device wrote: its export or "
		       "the text of its pages is wanted",
		       name, document);
}

/* What no device of ours writes as its configuration, but others do. */
static int refuse_language(const struct import_source *sources, size_t count,
			   struct err *err)
{
	int r = import_foreign(sources, count, err);

	return r ? r
		 : err_set(err, EINVAL,
			   "%s:1: %s, which no device of ours writes as its configuration "
			   "(Junos: show configuration | display set)",
			   sources[0].name,
			   is_xml(&sources[0]) ? "an XML document" : "JSON");
}

int import_detect(const struct import_source *sources, size_t count,
		  enum device_kind *ret_kind, struct err *err)
{
	unsigned int weights[DEVICE_KINDS] = { 0 };
	size_t best = 0;

	if (count && (is_json(&sources[0]) || is_xml(&sources[0])))
		return refuse_language(sources, count, err);
	for (size_t i = 0; i < count; i++)
		weigh_source(&sources[i], weights);
	for (size_t i = 1; i < ARRAY_SIZE(weights); i++) {
		if (weights[i] > weights[best])
			best = i;
	}
	/* Of a file that looks like one of ours site_import() asks that. */
	if (!weights[best] && import_foreign(sources, count, err))
		return -EINVAL;
	if (!weights[best] && count && is_empty(&sources[0]))
		return err_set(err, EINVAL, "%s: nothing is in it", sources[0].name);
	if (!weights[best] && count && document_of(&sources[0]))
		return import_refuse_document(sources[0].name, document_of(&sources[0]),
					      err);
	if (!weights[best]) {
		_cleanup_buf_ struct buf known = { 0 };

		for (size_t i = 0; i < DEVICE_KINDS; i++)
			buf_printf(&known, "%s%s", i ? ", " : "",
				   device_of((enum device_kind)i)->title);
		return err_set(
			err, EINVAL,
			"%s: not a file of a device that twinsite knows (%s); what "
			"another device's pages show can be typed into the form that "
			"`twinsite new --neutral` prints",
			count ? sources[0].name : "no file", buf_text(&known));
	}
	*ret_kind = (enum device_kind)best;
	return 0;
}
