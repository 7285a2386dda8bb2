// SPDX-License-Identifier: GPL-2.0-or-later
/* event.c - `events`: what happens to a tunnel while `alive` is watched */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "scenario/read.h"

#define EVERY_MIN_S 60

static const struct form {
	const char *key;
	enum event_kind kind;
	const char *length;  /* the key of its length; NULL: it has none */
	const char *keys[7]; /* all of them */
} forms[] = {
	{ "wan change", EVENT_WAN_CHANGE, NULL, { "wan change", "at", "every", NULL } },
	{ "disconnect",
	  EVENT_DISCONNECT,
	  "for",
	  { "disconnect", "at", "every", "for", NULL } },
	{ "restart", EVENT_RESTART, NULL, { "restart", "at", "every", NULL } },
	{ "loss", EVENT_LOSS, "for", { "loss", "between", "at", "every", "for", NULL } },
	{ "reorder",
	  EVENT_REORDER,
	  "for",
	  { "reorder", "between", "at", "every", "for", NULL } },
	{ "rekey", EVENT_REKEY, NULL, { "rekey", "at", "every", NULL } },
	{ "dns",
	  EVENT_DNS_STALE,
	  "stale for",
	  { "dns", "at", "every", "stale for", NULL } },
};

const struct expectation *scenario_alive(const struct scenario *scenario,
					 size_t *ret_index)
{
	for (size_t i = 0; i < scenario->expectations.count; i++) {
		if (scenario->expectations.items[i].kind != EXPECT_ALIVE)
			continue;
		if (ret_index)
			*ret_index = i;
		return &scenario->expectations.items[i];
	}
	return NULL;
}

bool scenario_has_event(const struct scenario *scenario, enum event_kind kind,
			unsigned int site)
{
	vec_foreach (event, &scenario->events)
		if (event->kind == kind && (kind == EVENT_LOSS || kind == EVENT_REORDER ||
					    event->is_both || event->site == site))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct scenario_moment *one = a, *other = b;

	if (one->at_s != other->at_s)
		return one->at_s < other->at_s ? -1 : 1;
	return one->event < other->event ? -1 : one->event > other->event;
}

void scenario_moments(const struct scenario *scenario, struct arena *arena,
		      struct scenario_moment **ret_moments, size_t *ret_count)
{
	const struct expectation *alive = scenario_alive(scenario, NULL);
	VEC(struct scenario_moment) moments = { 0 };

	for (size_t i = 0; alive && i < scenario->events.count; i++) {
		const struct scenario_event *event = &scenario->events.items[i];

		for (unsigned int at_s = event->at_s;
		     at_s + event->for_s < alive->alive_s &&
		     moments.count < SCENARIO_EVENTS_MAX;
		     at_s += event->every_s) {
			struct scenario_moment moment = { i, at_s, at_s + event->for_s };

			vec_add(arena, &moments, moment);
			if (!event->every_s)
				break;
		}
	}
	if (moments.count)
		qsort(moments.items, moments.count, sizeof(*moments.items), compare);
	*ret_moments = moments.items;
	*ret_count = moments.count;
}

static int want_site(const struct scenario *scenario, const struct yaml_node *node,
		     unsigned int *ret_site, struct err *err)
{
	const char *names[3] = { NULL };
	int ret = yaml_want(node, YAML_SCALAR, err);

	for (unsigned int i = 0; ret == 0 && i < 2; i++) {
		names[i] = scenario->sites.items[i].name;
		if (str_equal(names[i], node->text)) {
			*ret_site = i;
			return 0;
		}
	}
	return ret ? ret : yaml_unknown(node, "site", node->text, names, err);
}

/* `between: [home, acme]`: the two sites, in either order. */
static int read_between(const struct scenario *scenario, const struct yaml_node *item,
			const char *key, struct err *err)
{
	const struct yaml_node *between = yaml_get(item, "between");
	unsigned int sites[2] = { 0 };
	int ret = 0;

	if (!between)
		return yaml_error(item, err, "'%s' needs `between:`, the two sites", key);
	ret = yaml_want(between, YAML_SEQUENCE, err);
	if (ret == 0 && between->items.count != 2)
		return yaml_error(between, err, "'between' has the two sites");
	for (size_t i = 0; ret == 0 && i < 2; i++)
		ret = want_site(scenario, between->items.items[i], &sites[i], err);
	if (ret == 0 && sites[0] == sites[1])
		return yaml_error(between, err, "'between' has the same site twice");
	return ret;
}

static int read_times(const struct yaml_node *item, const struct form *form,
		      struct scenario_event *event, struct err *err)
{
	int ret;

	if (!yaml_get(item, "at"))
		return yaml_error(item, err, "'%s' needs `at:`, as in `at: 3h`",
				  form->key);
	if (form->length && !yaml_get(item, form->length))
		return yaml_error(item, err, "'%s' needs `%s:`, as in `%s: 45s`",
				  form->key, form->length, form->length);
	ret = yaml_get_duration(item, "at", &event->at_s, err);
	if (ret == 0)
		ret = yaml_get_duration(item, "every", &event->every_s, err);
	if (ret == 0 && form->length)
		ret = yaml_get_duration(item, form->length, &event->for_s, err);
	if (ret == 0 && event->every_s && event->every_s < EVERY_MIN_S)
		return yaml_error(item, err, "'every' must be at least %ds", EVERY_MIN_S);
	if (ret == 0 && event->every_s && event->every_s <= event->for_s)
		return yaml_error(item, err, "'every' must be longer than '%s'",
				  form->length);
	return ret;
}

/* All of it lies within the life: what begins and does not end there shows nothing. */
static int check_times(const struct scenario *scenario, const struct yaml_node *item,
		       const struct scenario_event *event, size_t *times, struct err *err)
{
	const struct expectation *alive = scenario_alive(scenario, NULL);

	if (!alive)
		return yaml_error(
			item, err,
			"an event happens while `alive:` is watched, and nothing "
			"expects that: add `- alive: 48h` to `expect:`");
	if (event->at_s + event->for_s >= alive->alive_s)
		return yaml_error(
			item, err,
			"it is over after %u s, and `alive:` is watched for %u s "
			"only",
			event->at_s + event->for_s, alive->alive_s);
	*times +=
		event->every_s ? 1 + (alive->alive_s - event->at_s) / event->every_s : 1;
	if (*times > SCENARIO_EVENTS_MAX)
		return yaml_error(item, err, "more than %d events in one life",
				  SCENARIO_EVENTS_MAX);
	return 0;
}

static int find_form(const struct yaml_node *item, const struct form **ret_form,
		     struct err *err)
{
	static const char *const times[] = { "at", "every", "for", "stale for",
					     "between" };
	const char *words[ARRAY_SIZE(forms) + 1] = { NULL }, *unknown = "";
	int ret = yaml_want(item, YAML_MAPPING, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		words[i] = forms[i].key;
		if (yaml_get(item, forms[i].key)) {
			*ret_form = &forms[i];
			return yaml_want_keys(item, forms[i].keys, err);
		}
	}
	vec_foreach (key, &item->items) { /* which is it that shall say what happens? */
		bool is_time = false;

		for (size_t i = 0; i < ARRAY_SIZE(times); i++)
			is_time |= str_equal((*key)->key, times[i]);
		unknown = is_time ? unknown : (*key)->key;
	}
	return yaml_unknown(item, "event", unknown, words, err);
}

/* `dns: localsite.dyndns.org`: whose name is it? */
static int want_name(const struct scenario *scenario, const struct yaml_node *node,
		     unsigned int *ret_site, struct err *err)
{
	const char *names[3] = { NULL };
	size_t count = 0;

	for (unsigned int i = 0; i < 2; i++) {
		const char *name = scenario->sites.items[i].dns_name;

		if (str_equal_nocase(name, node->text)) {
			*ret_site = i;
			return 0;
		}
		if (name)
			names[count++] = name;
	}
	return yaml_unknown(node, "`dns name` of a site", node->text, names, err);
}

static int read_what(struct scenario *scenario, const struct yaml_node *item,
		     const struct form *form, struct scenario_event *event,
		     struct err *err)
{
	const struct yaml_node *value = yaml_get(item, form->key);
	int ret = yaml_want(value, YAML_SCALAR, err);

	if (ret)
		return ret;
	event->kind = form->kind;
	event->text = arena_printf(scenario->arena, "%s: %s", form->key, value->text);
	if (form->kind == EVENT_DNS_STALE)
		return want_name(scenario, value, &event->site, err);
	if (form->kind == EVENT_REKEY && str_equal(value->text, "both")) {
		event->is_both = true;
		return 0;
	}
	if (form->kind != EVENT_LOSS && form->kind != EVENT_REORDER)
		return want_site(scenario, value, &event->site, err);
	ret = yaml_get_percent(item, form->key, &event->percent, err);
	if (ret == 0 && event->percent <= 0)
		return yaml_error(value, err, "'%s' must be more than 0%%", form->key);
	if (ret == 0 && form->kind == EVENT_REORDER && scenario->impairments.count)
		return yaml_error(
			value, err,
			"'reorder' takes the place of what `impair` says of the "
			"line: one of them");
	if (form->kind == EVENT_REORDER)
		scenario->needs |= NEED_NETEM;
	return ret ? ret : read_between(scenario, item, form->key, err);
}

static int read_event(struct scenario *scenario, const struct yaml_node *item,
		      size_t *times, struct err *err)
{
	struct scenario_event event = { .from = item->at };
	const struct form *form = NULL;
	int ret = find_form(item, &form, err);

	if (ret == 0)
		ret = read_what(scenario, item, form, &event, err);
	if (ret == 0)
		ret = read_times(item, form, &event, err);
	if (ret == 0)
		ret = check_times(scenario, item, &event, times, err);
	if (ret)
		return ret;
	vec_add(scenario->arena, &scenario->events, event);
	return 0;
}

/* Somebody asks, and no more often than the captures and what is remembered of them bear. */
static int want_traffic(const struct scenario *scenario, struct err *err)
{
	const struct expectation *alive = scenario_alive(scenario, NULL);
	uint64_t pairs = 0, questions;

	if (!alive)
		return 0;
	vec_foreach (wanted, &scenario->expectations)
		pairs += wanted->kind == EXPECT_REACH && wanted->path == PATH_TUNNEL;
	questions = pairs * (alive->alive_s / alive->each_s);
	if (!pairs)
		return err_set(err, EINVAL,
			       "%s:%u: 'alive' needs a `reach` with `through: tunnel`, "
			       "whose hosts go on asking",
			       alive->at.file, alive->at.line);
	if (questions > SCENARIO_QUESTIONS_MAX)
		return err_set(err, EINVAL,
			       "%s:%u: that is %llu questions, and %d are the most: a "
			       "longer `each:`",
			       alive->at.file, alive->at.line,
			       (unsigned long long)questions, SCENARIO_QUESTIONS_MAX);
	return 0;
}

/* Whose outage would it be, and which line would be whole again? */
static int check_overlaps(const struct scenario *scenario, struct err *err)
{
	const struct scenario_moment *before = NULL;
	struct scenario_moment *moments;
	size_t count;

	scenario_moments(scenario, scenario->arena, &moments, &count);
	for (size_t i = 0; i < count; i++) {
		const struct scenario_event *other =
			&scenario->events.items[moments[i].event];
		const struct scenario_event *one;

		/* It cuts no line: what it makes worse is another event's. */
		if (other->kind == EVENT_DNS_STALE)
			continue;
		one = before ? &scenario->events.items[before->event] : NULL;
		if (one && moments[i].at_s <= before->until_s)
			return err_set(err, EINVAL,
				       "%s:%u: '%s' happens after %u s, when '%s' of "
				       "line %u is not over; one at a time",
				       other->from.file, other->from.line, other->text,
				       moments[i].at_s, one->text, one->from.line);
		before = &moments[i];
	}
	return 0;
}

static int read_events(struct scenario *scenario, const struct yaml_node *node,
		       struct err *err)
{
	size_t times = 0;
	int ret = 0;

	if (!node || (node->kind == YAML_SCALAR && str_equal(node->text, "none")))
		return 0;
	if (node->kind != YAML_SEQUENCE)
		return read_event(scenario, node, &times, err);
	vec_foreach (item, &node->items) {
		ret = read_event(scenario, *item, &times, err);
		if (ret)
			break;
	}
	return ret;
}

int event_read(struct scenario *scenario, const struct yaml_node *node, struct err *err)
{
	int ret = want_traffic(scenario, err);

	if (ret == 0)
		ret = read_events(scenario, node, err);
	return ret ? ret : check_overlaps(scenario, err);
}
