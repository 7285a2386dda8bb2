// SPDX-License-Identifier: GPL-2.0-or-later
/* words.c - every word that an importer knows, and its effect */
#include "import/words.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"

/* In the order of the page. */
static void (*const lists[])(struct import_words *) = {
	openwrt_words_list,
	openwrt_remote_words_list,
	openwrt_child_words_list,
	openwrt_proposal_words_list,
	openwrt_firewall_words_list,
	openwrt_network_words_list,
	openwrt_dhcp_words_list,
	fritzbox_words_list,
	screenos_touch_words_list,
	screenos_ike_words_list,
	screenos_gateway_words_list,
	screenos_vpn_words_list,
	junos_words_list,
	strongswan_swanctl_words_list,
	strongswan_ipsec_conf_words_list,
};

void import_words_add(struct import_words *words, struct import_word word)
{
	vec_add(words->arena, &words->list, word);
}

static void put_effect(const struct import_word *word, struct buf *out)
{
	if (word->aspects) {
		buf_puts(out, "not rehearsed: ");
		aspects_format(word->aspects, out);
		if (word->inert)
			buf_printf(out, "; `%s` has no effect", word->inert);
	} else if (word->why) {
		buf_printf(out, "none: %s", word->why);
	} else {
		buf_puts(out, "rehearsed");
	}
}

void import_words_format(struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_words words = { .arena = arena };
	const char *device = NULL, *place = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		lists[i](&words);
	buf_puts(
		out,
		"# The words that are known, and their effects\n\n"
		"Made by `twinsite import --words`; a test holds this page equal. A word is "
		"rehearsed, has no\neffect, or is not rehearsed: then what it touches is "
		"unproven. Any other word is said as unknown.\n");
	vec_foreach (word, &words.list) {
		if (!str_equal(device, word->device))
			buf_printf(out, "\n## %s\n", word->device);
		if (!str_equal(device, word->device) || !str_equal(place, word->place))
			buf_printf(out, "\n### %s\n\n| word | effect |\n|---|---|\n",
				   word->place);
		device = word->device;
		place = word->place;
		buf_printf(out, "| `%s` | ", word->word);
		put_effect(word, out);
		buf_puts(out, " |\n");
	}
}
