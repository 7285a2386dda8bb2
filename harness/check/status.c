// SPDX-License-Identifier: GPL-2.0-or-later
/* status.c - what `ipsec status` would print at an end, from the recorded SAs */
#include "check/status.h"

#include "base/buf.h"
#include "base/str.h"
#include "check/check.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void add_networks(const json_t *list, struct buf *out)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		buf_printf(out, "%s%s", i ? " " : "", json_string_value(item));
}

static void add_child(const json_t *child, struct buf *out)
{
	const char *name = text_of(child, "name"), *id = text_of(child, "uniqueid");

	buf_printf(out, "%14s{%s}:  %s, %s, reqid %s, ESP%s SPIs: %s_i %s_o\n", name, id,
		   text_of(child, "state"), text_of(child, "mode"),
		   text_of(child, "reqid"),
		   str_equal(text_of(child, "encap"), "yes") ? " in UDP" : "",
		   text_of(child, "spi-in"), text_of(child, "spi-out"));
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

	buf_printf(out, "%14s[%s]: %s", name, text_of(sa, "uniqueid"),
		   text_of(sa, "state"));
	if (str_equal(text_of(sa, "state"), "ESTABLISHED"))
		buf_printf(out, " %s seconds ago", text_of(sa, "established"));
	buf_printf(out, ", %s[%s]...%s[%s]\n", text_of(sa, "local-host"),
		   text_of(sa, "local-id"), text_of(sa, "remote-host"),
		   text_of(sa, "remote-id"));
	json_object_foreach (json_object_get(sa, "child-sas"), key, child)
		add_child(child, out);
}

void check_status(const struct check_input *input, unsigned int site, const char *label,
		  struct buf *out)
{
	const json_t *sas = check_sas(input, site, label);
	size_t up = 0, connecting = 0, i;
	json_t *entry, *sa;
	const char *name;

	if (!sas)
		return;
	json_array_foreach (sas, i, entry)
		json_object_foreach (entry, name, sa) {
			const char *state = text_of(sa, "state");

			up += str_equal(state, "ESTABLISHED");
			connecting += str_equal(state, "CONNECTING");
		}
	buf_printf(out, "Security Associations (%zu up, %zu connecting):\n", up,
		   connecting);
	json_array_foreach (sas, i, entry)
		json_object_foreach (entry, name, sa)
			add_sa(name, sa, out);
	if (!json_array_size(sas))
		buf_puts(out, "  none\n");
}
