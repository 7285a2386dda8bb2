// SPDX-License-Identifier: GPL-2.0-or-later
/* annotate.c - the captures of a judged run, made ready for Wireshark */
#include "run/annotate.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "capture/file.h"
#include "capture/pcapng_edit.h"
#include "diagnose/judgement.h"
#include "dissect/ip.h"

#define ALL	     "all"
#define MESSAGES_MAX 4096 /* IKE messages that are told apart in all.pcapng */

/* A packet that proves something. */
struct note {
	const char *link; /* of its capture */
	uint32_t frame;	  /* there */
	int64_t time_ns;  /* read from there */
	uint64_t digest;  /* of an IKE message; 0: it is none */
	bool is_put;	  /* into all.pcapng */
	const char *text;
};

/* How often an IKE message was seen on the link where it was seen most often. */
struct message {
	uint32_t kept;
	uint32_t seen[16]; /* by interface */
};

struct annotator {
	struct arena *arena;
	const char *folder;
	VEC(struct note) notes;
	const char *link; /* the file under way */
	struct map messages;
	uint32_t count;
	VEC(const char *) interfaces; /* of all.pcapng, by index */
};

static const char *path_of(const struct annotator *annotator, const char *link)
{
	return arena_printf(annotator->arena, "%s/%s.pcapng", annotator->folder, link);
}

/* ------------------------------------------------------------ what verdicts say */

/* "acme-wan.pcapng packet 17" */
static bool read_proof(struct annotator *annotator, const char *proof, struct note *ret)
{
	static const char middle[] = ".pcapng packet ";
	const char *at = strstr(proof, middle);
	const char *number = at ? at + strlen(middle) : NULL;
	unsigned int frame;

	if (!at || !str_take_number(&number, &frame) || *number)
		return false;
	ret->link = arena_strndup(annotator->arena, proof, (size_t)(at - proof));
	ret->frame = frame;
	return true;
}

static void add_notes(struct annotator *annotator, const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->verdicts.count; i++) {
		const struct verdict *verdict = &judgement->verdicts.items[i];

		vec_foreach (proof, &verdict->proof) {
			struct note note = { 0 };

			if (!read_proof(annotator, *proof, &note))
				continue;
			note.text = arena_printf(annotator->arena, "%s: %s: %s",
						 verdict_kind_name(verdict->kind),
						 verdict->claim,
						 verdict->seen ? verdict->seen : "");
			vec_add(annotator->arena, &annotator->notes, note);
		}
	}
}

static void put_text(const struct note *note, struct buf *comment)
{
	buf_printf(comment, "%s%s", comment->length ? "\n" : "", note->text);
}

/* ------------------------------------------------------------ the capture of a link */

/* Of an IKE message, wherever it is seen; 0: it is none. */
static uint64_t digest_of(const struct capture_packet *captured)
{
	uint64_t hash = 0xcbf29ce484222325ULL; /* FNV-1a */
	struct packet packet;
	struct slice bytes;

	(void)packet_dissect(captured->link_type, captured->bytes, captured->captured,
			     captured->length, &packet);
	if (packet.kind != PACKET_IKE)
		return 0;
	bytes = packet.payload;

	for (size_t i = 0; i < bytes.length; i++)
		hash = (hash ^ bytes.bytes[i]) * 0x100000001b3ULL;
	return hash ? hash : 1;
}

static bool edit_link(void *user, const struct capture_packet *packet,
		      struct buf *comment)
{
	struct annotator *annotator = user;

	vec_foreach (note, &annotator->notes) {
		if (note->frame != packet->frame ||
		    !str_equal(note->link, annotator->link))
			continue;
		note->time_ns = packet->time_ns;
		note->digest = digest_of(packet);
		put_text(note, comment);
	}
	return true;
}

static int annotate_links(struct annotator *annotator, struct err *err)
{
	vec_foreach (note, &annotator->notes) {
		int r;

		if (note->time_ns)
			continue; /* done with another one of that link */
		annotator->link = note->link;
		r = pcapng_edit(path_of(annotator, note->link), edit_link, annotator,
				err);
		if (r)
			return r;
	}
	return 0;
}

/* ------------------------------------------------------------ all of them */

/*
 * Sent three times and seen on two links, a message stands there three times: the n-th
 * time on any link is a new one when no link has had n of it before.
 */
static bool is_first_sight(struct annotator *annotator, uint64_t digest,
			   const struct capture_packet *captured)
{
	struct message *message;
	const char *name;

	if (!digest || captured->interface >= ARRAY_SIZE(message->seen))
		return true;
	name = arena_printf(annotator->arena, "%016llx", (unsigned long long)digest);
	message = map_get(&annotator->messages, NULL, name);
	if (!message && annotator->count == MESSAGES_MAX)
		return true;
	if (!message) {
		message = arena_alloc(annotator->arena, sizeof(*message));
		map_put(annotator->arena, &annotator->messages, NULL, name, message);
		annotator->count++;
	}
	if (++message->seen[captured->interface] <= message->kept)
		return false;
	message->kept++;
	return true;
}

static bool edit_all(void *user, const struct capture_packet *packet, struct buf *comment)
{
	struct annotator *annotator = user;
	const char *name = packet->interface < annotator->interfaces.count
				   ? annotator->interfaces.items[packet->interface]
				   : "";

	uint64_t digest = digest_of(packet);

	if (!is_first_sight(annotator, digest, packet))
		return false;
	vec_foreach (note, &annotator->notes) {
		bool is_it = note->digest ? note->digest == digest
					  : note->time_ns == packet->time_ns &&
						    str_equal(note->link, name);

		if (!is_it || note->is_put)
			continue;
		note->is_put = true;
		put_text(note, comment);
	}
	return true;
}

/* Names of all interfaces stand before the first packet. */
static int read_interfaces(struct annotator *annotator, struct err *err)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	int r = capture_file_open(path_of(annotator, ALL), &file, err);

	if (!r)
		r = capture_file_next(file, &packet, err);
	if (r <= 0)
		return r;
	for (unsigned int i = 0; i < capture_file_interfaces(file); i++)
		vec_add(annotator->arena, &annotator->interfaces,
			arena_strdup(annotator->arena, capture_file_interface(file, i)));
	return 1;
}

int annotate_captures(const char *folder, const struct judgement *judgement,
		      struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct annotator annotator = { .arena = arena, .folder = folder };
	struct stat st;
	int r;

	if (stat(path_of(&annotator, ALL), &st))
		return 0;
	add_notes(&annotator, judgement);
	r = annotate_links(&annotator, err);
	if (!r)
		r = read_interfaces(&annotator, err);
	return r > 0 ? pcapng_edit(path_of(&annotator, ALL), edit_all, &annotator, err)
		     : r;
}
