// SPDX-License-Identifier: GPL-2.0-or-later
/* language.c - /etc/config/ipsec in words */
#include "device/openwrt/openwrt.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"

/* What the options are called in that type of section; the last row is for all others. */
static const struct {
	const char *section, *hash, *group;
} options[] = {
	{ "p2_proposal", "authentication_algorithm", "pfs_group" },
	{ NULL, "hash_algorithm", "dh_group" },
};

static struct device_line proposal_lines(struct arena *arena, const struct proposal *own,
					 const struct pair_choice *c, bool is_esp)
{
	const bool is_own = own && own->section;
	_cleanup_buf_ struct buf text = { 0 }, edit = { 0 };
	struct device_line line = { 0 };
	size_t row = 0;

	while (options[row].section &&
	       !str_equal(options[row].section, own ? own->section : NULL))
		row++;
	if (!is_own)
		buf_printf(&text, "a proposal of its own for %s: ",
			   is_esp ? "the tunnel" : "the remote");
	buf_printf(&edit, "option encryption_algorithm '%s'\n", c->encr->keyword);
	if (c->integ)
		buf_printf(&edit, "option %s '%s'\n", options[row].hash,
			   c->integ->keyword);
	if (c->dh)
		buf_printf(&edit, "option %s '%s'\n", options[row].group, c->dh->keyword);
	else if (is_esp)
		buf_printf(&edit, "no option %s\n", options[row].group);
	language_join(buf_text(&edit), ", ", &text);
	line.text = arena_strdup(arena, buf_text(&text));
	line.edit = is_own ? arena_strdup(arena, buf_text(&edit)) : NULL;
	return line;
}

static const char *add_pair(struct arena *arena, bool is_route_based, const char *local,
			    const char *remote)
{
	(void)is_route_based;
	return arena_printf(arena,
			    "a section `config tunnel` with option local_subnet '%s' and "
			    "option remote_subnet '%s'",
			    local, remote);
}

static const char *if_id(struct arena *arena, const char *value)
{
	return arena_printf(arena, "option if_id '%s'", value);
}

const struct language openwrt_language = {
	.words = {
		[WORD_VERSION] = { "keyexchange", "option keyexchange 'ikev%v'" },
		[WORD_MODE] = { "exchange_mode",
				"option exchange_mode '%v' (no init script reads it: "
				"aggressive mode needs `aggressive = yes` in an own "
				"swanctl.conf)", "option exchange_mode '%v'" },
		[WORD_PEER] = { "gateway", "option gateway '%v'" },
		[WORD_LOCAL_ID] = { "local_identifier", "option local_identifier '%v'" },
		[WORD_REMOTE_ID] = { "remote_identifier", "option remote_identifier '%v'" },
		[WORD_AUTH] = { "authentication_method",
				"option authentication_method '%v'" },
		[WORD_SECRET] = { "option pre_shared_key", NULL, "option pre_shared_key '%v'" },
		[WORD_IKE_PROPOSAL] = { "IKE proposal", NULL },
		[WORD_ESP_PROPOSAL] = { "ESP proposal", NULL },
		[WORD_PFS] = { "pfs_group", "option dh_group '%v' in the tunnel's proposal", "" },
		[WORD_NETWORKS] = { "local_subnet, remote_subnet", NULL },
		[WORD_START] = { "startaction",
				 "option startaction 'route' (ipsec.init: option mode "
				 "'route')", "option startaction 'route'" },
		[WORD_IKE_LIFETIME] = { "IKE lifetime", "option rekeytime '%v'" },
		[WORD_CHILD_LIFETIME] = { "lifetime", "option lifetime '%v'" },
		[WORD_DPD] = { "dpdaction",
			       "option dpdaction 'restart' in each tunnel and option "
			       "dpddelay '30s'", "" },
		[WORD_NAT_T] = { "encap", "option encap '1'" },
		[WORD_IPCOMP] = { "ipcomp", "option ipcomp '0'" },
	},
	.ids = { [ID_TYPE_IPV4_ADDR] = "%v", [ID_TYPE_FQDN] = "@%v", [ID_TYPE_USER_FQDN] = "%v", [ID_TYPE_KEY_ID] = "keyid:%v" },
	.proposal = proposal_lines,
	.prf = "option prf_algorithm 'prfsha256'",
	.if_id = if_id,
	.add_pair = add_pair,
};
