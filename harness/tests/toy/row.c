// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * row.c - a device that nobody makes, and one that is only a name
 *
 * Its file has four lines: "toybox", "peer ADDRESS", "key WORD" and "nets LOCAL REMOTE".
 */
#include "device/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "device/algs.h"
#include "import/import.h"

extern const struct device device_toy, device_scribe;

static const struct device_sign lines[] = { { 50, "toybox" }, { 0, NULL } };

static const struct device_alg rows[] = {
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "TOY-AES", "aes128", false },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "TOY-SHA", "sha1", false },
	{ .word = NULL },
};

static const struct device_algs algs = { rows, true };

static void add_proposal(struct site *site, struct proposal *proposal)
{
	const char *encr =
		device_alg_keywords(&algs, ALG_KIND_ENCR, ALG_IN_IKE, "TOY-AES");
	const char *integ =
		device_alg_keywords(&algs, ALG_KIND_INTEG, ALG_IN_IKE, "TOY-SHA");

	vec_add(site->arena, &proposal->encr,
		((struct proposal_alg){ .alg = alg_by_keyword(ALG_KIND_ENCR, encr) }));
	vec_add(site->arena, &proposal->integ,
		((struct proposal_alg){ .alg = alg_by_keyword(ALG_KIND_INTEG, integ) }));
	vec_add(site->arena, &proposal->dh,
		((struct proposal_alg){ .alg = alg_by_group(14) }));
}

static void read_line(struct site *site, struct tunnel *tunnel, const char *line,
		      struct origin at)
{
	char first[64], second[64];

	if (sscanf(line, "peer %63s", first) == 1) {
		struct endpoint remote = { .kind = ENDPOINT_ADDRESS, .at = at };

		(void)inet_addr_parse(first, &remote.addr);
		vec_add(site->arena, &tunnel->remotes, remote);
	} else if (sscanf(line, "key %63s", first) == 1) {
		tunnel->psk = (struct secret){ (const uint8_t *)arena_strdup(site->arena,
									     first),
					       strlen(first), true, true, at };
	} else if (sscanf(line, "nets %63s %63s", first, second) == 2) {
		struct selector selector = { .local_at = at, .remote_at = at };

		(void)inet_prefix_parse(first, &selector.local);
		(void)inet_prefix_parse(second, &selector.remote);
		vec_add(site->arena, &tunnel->children.items[0].selectors, selector);
	}
}

static int toy_import(struct site *site, const struct import_source *sources,
		      size_t count, const struct import_options *options, struct err *err)
{
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);
	const char *at = sources[0].bytes, *end = at + sources[0].length;

	(void)options;
	(void)count;
	(void)err;
	tunnel->name = child->name = "toy";
	tunnel->version = 2;
	tunnel->auth = AUTH_PSK;
	tunnel->at = child->at = (struct origin){ .file = sources[0].name, .line = 1 };
	tunnel->start = START_IMMEDIATELY;
	add_proposal(site, vec_push(site->arena, &tunnel->proposals));
	add_proposal(site, vec_push(site->arena, &child->proposals));
	for (unsigned int line = 1; at < end; line++) {
		size_t length = strcspn(at, "\n");

		read_line(site, tunnel, arena_strndup(site->arena, at, length),
			  (struct origin){ .file = sources[0].name, .line = line });
		at += length + 1;
	}
	return 0;
}

const struct device device_toy = {
	.name = "toy",
	.title = "Toy",
	.lines = lines,
	.import = toy_import,
	.algs = &algs,
	.traits = { .is_silent = true, .wants_equal_selectors = true },
};

const struct device device_scribe = { .name = "scribe", .title = "Scribe" };
