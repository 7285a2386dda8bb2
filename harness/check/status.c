// SPDX-License-Identifier: GPL-2.0-or-later
/* status.c - what `ipsec status` would print at an end, from the recorded SAs */
#include "check/status.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "check/check.h"
#include "check/sas.h"

static void add_networks(const json_t *list, struct buf *out)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		buf_printf(out, "%s%s", i ? " " : "", json_string_value(item));
}

static void add_child(const json_t *child, struct buf *out)
{
	const char *name = json_text(child, "name"), *id = json_text(child, "uniqueid");

	buf_printf(out, "%14s{%s}:  %s, %s, reqid %s, ESP%s SPIs: %s_i %s_o\n", name, id,
		   json_text(child, "state"), json_text(child, "mode"),
		   json_text(child, "reqid"),
		   str_equal(json_text(child, "encap"), "yes") ? " in UDP" : "",
		   json_text(child, "spi-in"), json_text(child, "spi-out"));
	buf_printf(out, "%14s{%s}:   ", name, id);
	add_networks(json_object_get(child, "local-ts"), out);
	buf_puts(out, " === ");
	add_networks(json_object_get(child, "remote-ts"), out);
	buf_putc(out, '\n');
}

static void add_sa(const char *name, const json_t *sa, struct buf *out)
{
	json_t *child;
	const char *key;

	buf_printf(out, "%14s[%s]: %s", name, json_text(sa, "uniqueid"),
		   json_text(sa, "state"));
	if (str_equal(json_text(sa, "state"), "ESTABLISHED"))
		buf_printf(out, " %s seconds ago", json_text(sa, "established"));
	buf_printf(out, ", %s[%s]...%s[%s]\n", json_text(sa, "local-host"),
		   json_text(sa, "local-id"), json_text(sa, "remote-host"),
		   json_text(sa, "remote-id"));
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
