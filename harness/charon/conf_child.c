// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_child.c - the CHILD SAs that a device would negotiate */
#include "base/str.h"
#include "charon/conf_write.h"
#include "model/updown.h"
#include "model/way.h"

/* strongSwan counts the kilobytes of an IKEv1 lifetime in thousands. */
#define BYTES_PER_KILOBYTE 1000

static const char *selector_text(struct arena *arena, const struct selector *selector,
				 bool is_local)
{
	struct inet_prefix network =
		inet_prefix_network(is_local ? &selector->local : &selector->remote);
	unsigned int port = is_local ? selector->local_port : selector->remote_port;
	const char *prefix = network.addr.family
				     ? arena_strdup(arena, inet_prefix_text(&network).s)
				     : "dynamic";

	if (selector->protocol && port)
		return arena_printf(arena, "%s[%u/%u]", prefix, selector->protocol, port);
	if (selector->protocol)
		return arena_printf(arena, "%s[%u]", prefix, selector->protocol);
	return prefix;
}

/* One side of one pair, or with selector NULL of all the child's, each network once. */
static void write_selectors(const struct conf_writer *w, const struct conf_child *entry,
			    bool is_local)
{
	const struct child *child = entry->child;
	const struct selector *items =
		entry->selector ? entry->selector : child->selectors.items;
	size_t count = entry->selector ? 1 : child->selectors.count;
	VEC(const char *) texts = { 0 };

	for (size_t i = 0; i < count; i++) {
		const char *text = selector_text(w->conf->arena, &items[i], is_local);
		bool is_new = true;

		for (size_t j = 0; j < texts.count && is_new; j++)
			is_new = !str_equal(texts.items[j], text);
		if (is_new)
			vec_add(w->conf->arena, &texts, text);
	}
	conf_add_list(w->message, is_local ? "local_ts" : "remote_ts", texts.items,
		      texts.count);
}

/* The life_time is what goes over the wire; jitter would make runs differ. */
static void write_child_lifetimes(const struct conf_writer *w, const struct child *child)
{
	const struct proposal *first =
		child->proposals.count ? child->proposals.items : NULL;
	const struct number *life = conf_lifetime_of(&child->lifetime_s, first, false);
	const struct number *volume = conf_lifetime_of(&child->lifetime_kb, first, true);

	if (life->is_set)
		conf_add_seconds(w->message, "life_time", life->n);
	if (child->rekey_s.is_set)
		conf_add_seconds(w->message, "rekey_time", child->rekey_s.n);
	else if (life->is_set)
		conf_add_seconds(w->message, "rekey_time",
				 life->n - conf_margin_of(life->n));
	conf_add_seconds(w->message, "rand_time", 0);
	if (volume->is_set && volume->n > 0 && volume->n < INT64_MAX / 1024) {
		int64_t bytes = volume->n * BYTES_PER_KILOBYTE;

		conf_add_seconds(w->message, "life_bytes", bytes);
		conf_add_seconds(w->message, "rekey_bytes",
				 bytes - conf_margin_of(bytes));
		conf_add_seconds(w->message, "rand_bytes", 0);
	}
}

/* if_ids, marks, reqid: as the file has them. */
static void write_words(const struct conf_writer *w, const struct child *child)
{
	for (unsigned int i = 0; i < CHILD_WORDS; i++) {
		const char *word = child->words[i].s;

		/* No line of a stranger's, only a script that came with the files. */
		if (word && i == CHILD_WORD_UPDOWN)
			word = child_updown(w->conf->site, child)
				       ? updown_command(w->conf->arena, word)
				       : NULL;
		if (word)
			vici_message_add(w->message, child_word_name((enum child_word)i),
					 word);
	}
}

static const char *action_name(enum dead_peer_action action)
{
	switch (action) {
	case DPD_NONE:
	case DPD_CLEAR:
		break;
	case DPD_HOLD:
		return "trap";
	case DPD_RESTART:
		return "start";
	}
	return "none";
}

static const char *start_action(const struct conf *conf, const struct child *child)
{
	/* kernel-libipsec never sees the packet that would trigger: devices.md §0 */
	bool is_trap = conf->params.is_trap && conf->params.plane == CONF_PLANE_KERNEL &&
		       child->start == START_ON_TRAFFIC;

	return is_trap ? "trap" : "none";
}

static bool write_child(const struct conf_writer *w, const struct conf_child *entry)
{
	const struct child *child = entry->child;

	vici_message_section(w->message, entry->name);
	write_selectors(w, entry, true);
	write_selectors(w, entry, false);
	if (!conf_write_proposals(w, CONF_PROTOCOL_CHILD, child->proposals.items,
				  child->proposals.count, child->has_default_proposals,
				  &child->at))
		return false;
	vici_message_add(w->message, "mode",
			 child->is_transport ? "transport" : "tunnel");
	write_child_lifetimes(w, child);
	vici_message_add(w->message, "start_action", start_action(w->conf, child));
	vici_message_add(w->message, "dpd_action", action_name(child->dpd_action));
	vici_message_add(w->message, "close_action", action_name(child->close_action));
	if (child->ipcomp.is_set)
		conf_add_flag(w->message, "ipcomp", child->ipcomp.on);
	if (child->replay_protection.is_set && !child->replay_protection.on)
		vici_message_add(w->message, "replay_window", "0");
	write_words(w, child);
	vici_message_section_end(w->message);
	return true;
}

static bool is_name_taken(const struct conf_connection *connection, const char *name)
{
	vec_foreach (child, &connection->children) {
		if (str_equal(child->name, name))
			return true;
	}
	return false;
}

/* number 0: the plain name, if nobody has it. */
static const char *child_name(const struct conf_writer *w, const char *base,
			      unsigned int number)
{
	const char *name = base;

	if (number > 0)
		name = arena_printf(w->conf->arena, "%s-%u", base, number);
	while (is_name_taken(w->connection, name))
		name = arena_printf(w->conf->arena, "%s-%u", base, ++number);
	return name;
}

/* Which CHILD SAs the device would negotiate for this child. */
static void plan_child(const struct conf_writer *w, const struct child *child)
{
	const char *base = conf_name_clean(w->conf, child->name, "child");
	bool is_one_sa = child->is_one_sa;
	unsigned int number = child->selectors.count > 1 ? 1 : 0;

	/*
	 * What a generator really writes for IKEv1 is one child with all networks, of
	 * which only the first pair comes up; what the options mean is all pairs.
	 */
	if (is_one_sa && w->tunnel->version == 1 && child->selectors.count > 1) {
		if (w->conf->site->reading == READING_RENDERED)
			conf_remark_add(w->conf, &child->at,
					"with IKEv1 only the first pair of networks is "
					"negotiated");
		else
			is_one_sa = false;
	}
	if (is_one_sa || child->selectors.count == 0) {
		struct conf_child *entry = NULL;
		const char *name = child_name(w, base, 0);

		entry = vec_push(w->conf->arena, &w->connection->children);
		*entry = (struct conf_child){ .name = name, .child = child };
		return;
	}
	vec_foreach (selector, &child->selectors) {
		const char *name = child_name(w, base, number);
		struct conf_child *entry =
			vec_push(w->conf->arena, &w->connection->children);

		*entry = (struct conf_child){ .name = name,
					      .child = child,
					      .selector = selector };
		number++;
	}
}

bool conf_write_children(const struct conf_writer *w)
{
	vec_foreach (child, &w->tunnel->children)
		plan_child(w, child);
	vici_message_section(w->message, "children");
	vec_foreach (entry, &w->connection->children) {
		if (!write_child(w, entry))
			return false;
	}
	vici_message_section_end(w->message);
	return true;
}
