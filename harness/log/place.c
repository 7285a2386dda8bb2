// SPDX-License-Identifier: GPL-2.0-or-later
/* place.c - where this end's file says what a log may be about */
#include "log/place.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/plain.h"
#include "log/answer.h"
#include "model/site.h"

#define PLACES_MAX 24

struct places {
	const struct log_answer *answer;
	struct buf *out;
	char last[160]; /* several pairs of networks may stand in one line */
	unsigned int count;
};

/* word: the value as it is written; NULL: it is not shown. */
static void say(struct places *places, enum class_id class, const char *what,
		const struct origin *at, const char *word)
{
	_cleanup_buf_ struct buf line = { 0 };

	if (!places->answer->may_be[class] || !at->file || !at->line ||
	    places->count == PLACES_MAX)
		return;
	buf_printf(&line, "  %s ", finding_class_of(class)->id);
	origin_format(at, &line);
	buf_printf(&line, ": %s", what);
	if (word)
		buf_printf(&line, ", %s", word);
	if (strncmp(buf_text(&line), places->last, sizeof(places->last) - 1) == 0)
		return;
	(void)snprintf(places->last, sizeof(places->last), "%s", buf_text(&line));
	if (!places->count++)
		buf_puts(places->out, "\nwhere this end's file says it:\n");
	plain_text(buf_text(&line), 0, places->out);
	buf_putc(places->out, '\n');
}

static void say_proposals(struct places *places, const struct tunnel *tunnel)
{
	vec_foreach (proposal, &tunnel->proposals) {
		vec_foreach (alg, &proposal->encr)
			say(places, F20, "encryption of phase 1", &alg->at, alg->word);
		vec_foreach (alg, &proposal->integ)
			say(places, F21, "hash of phase 1", &alg->at, alg->word);
		vec_foreach (alg, &proposal->dh) {
			say(places, F22, "group of phase 1", &alg->at, alg->word);
			say(places, F23, "group of phase 1", &alg->at, alg->word);
		}
	}
}

static void say_child(struct places *places, const struct child *child)
{
	static const enum class_id networks[] = { F45, F46, F47, F48 };

	vec_foreach (proposal, &child->proposals) {
		vec_foreach (alg, &proposal->encr)
			say(places, F40, "encryption of phase 2", &alg->at, alg->word);
		vec_foreach (alg, &proposal->integ)
			say(places, F41, "hash of phase 2", &alg->at, alg->word);
		vec_foreach (alg, &proposal->dh) {
			say(places, F42, "PFS group", &alg->at, alg->word);
			say(places, F43, "PFS group", &alg->at, alg->word);
		}
	}
	vec_foreach (selector, &child->selectors)
		for (size_t i = 0; i < sizeof(networks) / sizeof(*networks); i++) {
			say(places, networks[i], "local network", &selector->local_at,
			    inet_prefix_text(&selector->local).s);
			say(places, networks[i], "remote network", &selector->remote_at,
			    inet_prefix_text(&selector->remote).s);
		}
}

static void say_peer(struct places *places, const struct tunnel *tunnel)
{
	static const enum class_id addresses[] = { F06, F07, F30 };
	static const enum class_id keys[] = { F03, F05, F27, F28, F29 };
	static const enum class_id ids[] = { F31, F32, F33, F34 };

	say(places, F17, "IKE version", &tunnel->version_at, NULL);
	say(places, F18, "exchange mode", &tunnel->mode_at, NULL);
	say(places, F19, "exchange mode", &tunnel->mode_at, NULL);
	say(places, F25, "authentication", &tunnel->auth_word.at, tunnel->auth_word.s);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
		vec_foreach (remote, &tunnel->remotes)
			say(places, addresses[i], "the peer", &remote->at, remote->name);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		say(places, keys[i], "pre-shared key", &tunnel->psk.at, NULL);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		say(places, ids[i], "identity of this end", &tunnel->local_id.at,
		    tunnel->local_id.written);
		say(places, ids[i], "identity of the peer", &tunnel->remote_id.at,
		    tunnel->remote_id.written);
	}
}

void log_places(const struct site *site, const struct log_answer *answer, struct buf *out)
{
	struct places places = { .answer = answer, .out = out };

	if (answer->is_healthy)
		return;
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		say_peer(&places, tunnel);
		say_proposals(&places, tunnel);
		vec_foreach (child, &tunnel->children)
			say_child(&places, child);
	}
}
