// SPDX-License-Identifier: GPL-2.0-or-later
/* language.c - which language a site's tunnels stand in */
#include "device/language.h"

#include <string.h>

#include "base/buf.h"
#include "device/device.h"

/* Of a device that we cannot write for: the standards' words, and no lines. */
static const struct language unknown = {
	.words = {
		[WORD_VERSION] = { .setting = "IKE version" },
		[WORD_MODE] = { .setting = "exchange mode" },
		[WORD_PEER] = { .setting = "peer address" },
		[WORD_LOCAL_ID] = { .setting = "own identity" },
		[WORD_REMOTE_ID] = { .setting = "peer identity" },
		[WORD_AUTH] = { .setting = "authentication" },
		[WORD_SECRET] = { .setting = "pre-shared key" },
		[WORD_IKE_PROPOSAL] = { .setting = "IKE proposal" },
		[WORD_ESP_PROPOSAL] = { .setting = "ESP proposal" },
		[WORD_PFS] = { .setting = "PFS group" },
		[WORD_NETWORKS] = { .setting = "networks" },
		[WORD_START] = { .setting = "start" },
		[WORD_IKE_LIFETIME] = { .setting = "IKE lifetime" },
		[WORD_CHILD_LIFETIME] = { .setting = "ESP lifetime" },
		[WORD_DPD] = { .setting = "dead peer detection" },
		[WORD_NAT_T] = { .setting = "NAT traversal" },
		[WORD_IPCOMP] = { .setting = "IPComp" },
	},
};

const struct language *language_of(const struct site *site)
{
	const struct device *device = device_of(site->kind);
	const struct tunnel *tunnel = device->own_languages ? site_own_file(site) : NULL;

	if (tunnel) {
		const struct language *own = device->own_languages[tunnel->own_file];

		return tunnel->is_right_local && own->mirrored ? own->mirrored : own;
	}
	return device->language ? device->language : &unknown;
}

void language_join(const char *statements, const char *between, struct buf *out)
{
	while (*statements) {
		size_t length = strcspn(statements, "\n");

		buf_add(out, statements, length);
		statements += length + (statements[length] == '\n');
		if (*statements)
			buf_puts(out, between);
	}
}
