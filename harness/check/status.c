// SPDX-License-Identifier: GPL-2.0-or-later
/* status.c - what `ipsec status` would print at an end, from the recorded SAs */
#include "check/status.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/plain.h"
#include "base/str.h"
#include "check/check.h"
#include "check/sas.h"

/* Names and identities come from files and from the other end: what they may hold is shown. */
static void put(struct buf *out, const char *before, const char *text)
{
	buf_puts(out, before);
	plain_text(text, 0, out);
}

static void put_of(struct buf *out, const char *before, const json_t *object,
		   const char *key)
{
	put(out, before, json_text(object, key));
}

/* "          acme{1}", the name on the right. */
static void put_name(struct buf *out, const char *name, const char *open,
		     const json_t *object, const char *close)
{
	_cleanup_buf_ struct buf shown = { 0 };

	plain_text(name, 0, &shown);
	buf_printf(out, "%14s", buf_text(&shown));
	put_of(out, open, object, "uniqueid");
	buf_puts(out, close);
}

static void add_networks(const char *before, const json_t *list, struct buf *out)
{
	json_t *item;
	size_t i;

	buf_puts(out, before);
	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item);

		put(out, i ? " " : "", text ? text : "");
	}
}

static void add_child(const json_t *child, struct buf *out)
{
	const char *name = json_text(child, "name");

	put_name(out, name, "{", child, "}:  ");
	put_of(out, "", child, "state");
	put_of(out, ", ", child, "mode");
	put_of(out, ", reqid ", child, "reqid");
	buf_puts(out, ", ESP");
	buf_puts(out, str_equal(json_text(child, "encap"), "yes") ? " in UDP" : "");
	put_of(out, " SPIs: ", child, "spi-in");
	put_of(out, "_i ", child, "spi-out");
	buf_puts(out, "_o\n");
	put_name(out, name, "{", child, "}:   ");
	add_networks("", json_object_get(child, "local-ts"), out);
	add_networks(" === ", json_object_get(child, "remote-ts"), out);
	buf_putc(out, '\n');
}

static void add_sa(const char *name, const json_t *sa, struct buf *out)
{
	json_t *child;
	const char *key;

	put_name(out, name, "[", sa, "]: ");
	put_of(out, "", sa, "state");
	if (check_is_established(sa)) {
		put_of(out, " ", sa, "established");
		buf_puts(out, " seconds ago");
	}
	put_of(out, ", ", sa, "local-host");
	put_of(out, "[", sa, "local-id");
	put_of(out, "]...", sa, "remote-host");
	put_of(out, "[", sa, "remote-id");
	buf_puts(out, "]\n");
	json_object_foreach (json_object_get(sa, "child-sas"), key, child)
		add_child(child, out);
}

void check_status(const struct check_input *input, unsigned int site, const char *label,
		  struct buf *out)
{
	const json_t *sas = check_sas(input, site, label), *sa;
	struct sas_walk count = { .sas = sas }, walk = { .sas = sas };
	size_t up = 0, connecting = 0;

	if (!sas)
		return;
	while ((sa = sas_next(&count))) {
		const char *state = json_text(sa, "state");

		up += str_equal(state, "ESTABLISHED");
		connecting += str_equal(state, "CONNECTING");
	}
	buf_printf(out, "Security Associations (%zu up, %zu connecting):\n", up,
		   connecting);
	while ((sa = sas_next(&walk)))
		add_sa(walk.name, sa, out);
	if (!json_array_size(sas))
		buf_puts(out, "  none\n");
}
