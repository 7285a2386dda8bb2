/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_conf.h - for tests of conf*.c: a configuration, and what stands in its messages */
#ifndef TWINSITE_CHARON_TEST_CONF_H
#define TWINSITE_CHARON_TEST_CONF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "charon/test_acme_sites.h"
#include "charon/conf.h"

static const struct conf_params params = {
	.plane = CONF_PLANE_LIBIPSEC,
	.vici_socket = "/tmp/home/charon.vici",
	.log_file = "/tmp/home/charon.log",
};

static inline struct conf *conf_of(const struct site *site,
				   const struct conf_params *with)
{
	struct conf *conf = NULL;
	struct err err;

	assert_int_equal(conf_new(site, with, &conf, &err), 0);
	return conf;
}

static inline const struct vici_node *message_of(struct arena *arena,
						 const struct vici_message *message)
{
	struct vici_node *root;
	struct err err;

	assert_int_equal(vici_message_parse(message->bytes.data, message->bytes.length,
					    arena, &root, &err),
			 0);
	return root;
}

/* The items of a list at a path, joined by a blank. */
static inline const char *list_at(struct arena *arena, const struct vici_node *root,
				  const char *path)
{
	struct buf _cleanup_buf_ out = { 0 };
	const struct vici_node *list = vici_node_find(root, path);

	vici_node_foreach(item, list)
		buf_printf(&out, "%s%s", item == list->first ? "" : " ", item->value);
	return arena_strdup(arena, buf_text(&out));
}

#endif
