// SPDX-License-Identifier: GPL-2.0-or-later
/* evidence.c - append facts as JSON lines, and read them back */
#include "evidence/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"

#define EVIDENCE_SIZE_MAX (256u << 20) /* bytes; a run writes a few hundred kB */

int evidence_open(const char *folder, struct evidence *ret_evidence, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, EVIDENCE_FILE);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	*ret_evidence = (struct evidence){ .fd = fd, .start_us = clock_now_us() };
	return 0;
}

void evidence_close(struct evidence *evidence)
{
	if (evidence->fd >= 0)
		close(evidence->fd);
	evidence->fd = -1;
}

/* One write() a line: with O_APPEND lines of several writers never mix. */
static int write_line(int fd, const char *line)
{
	_cleanup_free_ char *text = NULL;
	size_t length = strlen(line);
	ssize_t put;

	text = malloc(length + 2);
	if (!text)
		return -ENOMEM;
	memcpy(text, line, length);
	text[length++] = '\n';
	put = write(fd, text, length);
	if (put < 0)
		return -errno;
	return (size_t)put == length ? 0 : -ENOSPC;
}

void evidence_add(struct evidence *evidence, const char *node, const char *source,
		  const char *kind, json_t *facts)
{
	json_t *event = json_object();
	_cleanup_free_ char *line = NULL;
	int error;

	json_object_set_new(event, "t",
			    json_integer(clock_now_us() - evidence->start_us));
	json_object_set_new(event, "node", json_kept(node));
	json_object_set_new(event, "source", json_kept(source));
	json_object_set_new(event, "kind", json_kept(kind));
	if (facts)
		json_object_update(event, facts);
	json_decref(facts);
	line = json_dumps(event, JSON_COMPACT);
	json_decref(event);
	error = line ? write_line(evidence->fd, line) : -EINVAL;
	if (error && !evidence->error)
		evidence->error = error;
}

static struct event *timeline_push(struct timeline *timeline)
{
	if (timeline->count == timeline->room) {
		size_t room = timeline->room ? timeline->room * 2 : 64;
		struct event *grown = realloc(timeline->events, room * sizeof(*grown));

		if (!grown)
			return NULL;
		timeline->events = grown;
		timeline->room = room;
	}
	return &timeline->events[timeline->count];
}

int timeline_add_line(struct timeline *timeline, const char *line, size_t length)
{
	json_t *facts = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	struct event *event;

	if (!json_is_object(facts)) {
		json_decref(facts);
		return -EINVAL;
	}
	event = timeline_push(timeline);
	if (!event) {
		json_decref(facts);
		return -ENOMEM;
	}
	*event = (struct event){
		.t_us = json_integer_value(json_object_get(facts, "t")),
		.node = json_text(facts, "node"),
		.source = json_text(facts, "source"),
		.kind = json_text(facts, "kind"),
		.facts = facts,
	};
	timeline->count++;
	return 0;
}

static int timeline_add_text(struct timeline *timeline, const char *path,
			     const char *bytes, size_t length, struct err *err)
{
	unsigned int number = 0;

	for (size_t at = 0; at < length;) {
		const char *end = memchr(bytes + at, '\n', length - at);

		if (!end) /* cut off while it was written */
			break;
		number++;
		if (timeline_add_line(timeline, bytes + at, (size_t)(end - bytes) - at))
			return err_set(err, EINVAL, "%s:%u: not an evidence line", path,
				       number);
		at = (size_t)(end - bytes) + 1;
	}
	return 0;
}

int timeline_load(const char *folder, struct timeline *ret_timeline, struct err *err)
{
	struct timeline timeline = { 0 };
	_cleanup_free_ char *bytes = NULL;
	char path[PATH_MAX];
	size_t length;
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, EVIDENCE_FILE);
	r = file_read_below(folder, EVIDENCE_FILE, EVIDENCE_SIZE_MAX, &bytes, &length,
			    err);
	if (r)
		return r;
	r = timeline_add_text(&timeline, path, bytes, length, err);
	if (r) {
		timeline_done(&timeline);
		return r;
	}
	*ret_timeline = timeline;
	return 0;
}

void timeline_done(struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->count; i++)
		json_decref(timeline->events[i].facts);
	free(timeline->events);
	*timeline = (struct timeline){ 0 };
}

const struct event *timeline_next(const struct timeline *timeline,
				  const struct event *after, const char *source,
				  const char *kind)
{
	size_t i = after ? (size_t)(after - timeline->events) + 1 : 0;

	for (; i < timeline->count; i++)
		if (!strcmp(timeline->events[i].source, source) &&
		    !strcmp(timeline->events[i].kind, kind))
			return &timeline->events[i];
	return NULL;
}

const char *event_text(const struct event *event, const char *key)
{
	return json_text(event->facts, key);
}

int64_t event_number(const struct event *event, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(event->facts, key);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool event_bool(const struct event *event, const char *key)
{
	return json_is_true(json_object_get(event->facts, key));
}
