// SPDX-License-Identifier: GPL-2.0-or-later
/* language.c - vpn.cfg in words */
#include "base/arena.h"
#include "base/cleanup.h"
#include "device/fritzbox/fritzbox.h"
#include "device/render.h"
#include "ipsec/alg.h"

/* Written are the words of AVM's own lists of strategies (devices.md 2.4, 2.5); true: it is only
 * read. */
static const struct device_alg algs[] = {
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "all", "aes256 aes192 aes128 3des des",
	  true },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes", "aes256 aes192 aes128", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes256", "aes256", true },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes192", "aes192", true },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes128", "aes128", true },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "3des", "3des", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "des", "des", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "all-no-aes", "3des des", true },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-3des", "aes256 3des", true },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "null", "null", true },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "all", "sha512 sha1 md5", true },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha", "sha1", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha1", "sha1", true },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "md5", "md5", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha256", "sha256", true },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha384", "sha384", true },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha512", "sha512", true },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha2", "sha512", true },
	{ ALG_KIND_DH, ALG_IN_IKE, "def", "modp768", false },
	{ ALG_KIND_DH, ALG_IN_IKE, "alt", "modp1024", false },
	{ ALG_KIND_DH, ALG_IN_IKE, "all", "modp1024", true },
	{ .word = NULL },
};

const struct device_algs fritzbox_algs = { algs, false };

static const char *word_of(enum alg_kind kind, const struct alg *alg, unsigned int in)
{
	return alg ? device_alg_word(&fritzbox_algs, kind, in, alg->keyword) : NULL;
}

/* "def", "alt" and the dhN that strategies are known with (devices.md 2.4). */
static bool fritz_has_group(int group)
{
	static const int groups[] = { 1, 2, 5, 14, 15 };

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

static const char *fritz_line(struct arena *arena, const struct pair_choice *c,
			      bool is_esp, const char *encr, const char *integ)
{
	const char *group;

	if (is_esp)
		return arena_printf(arena, "phase2ss = \"esp-%s-%s/ah-no/comp-no/%s\";",
				    encr, integ, c->dh ? "pfs" : "no-pfs");
	if (!c->dh || !fritz_has_group(c->dh->ikev2))
		return NULL;
	group = word_of(ALG_KIND_DH, c->dh, ALG_IN_IKE);
	if (!group)
		group = arena_printf(arena, "dh%d", c->dh->ikev2);
	return arena_printf(arena, "phase1ss = \"%s/%s/%s\";", group, encr, integ);
}

static struct device_line proposal_line(struct arena *arena, const struct proposal *own,
					const struct pair_choice *c, bool is_esp)
{
	const unsigned int in = is_esp ? ALG_IN_ESP : ALG_IN_IKE;
	const char *encr = word_of(ALG_KIND_ENCR, c->encr, in);
	const char *integ = word_of(ALG_KIND_INTEG, c->integ, in);

	(void)own;
	if (!encr || !integ)
		return (struct device_line){ 0 };
	return language_statement(fritz_line(arena, c, is_esp, encr, integ));
}

static const char *add_pair(struct arena *arena, bool is_route_based, const char *local,
			    const char *remote)
{
	struct inet_prefix net;

	(void)is_route_based;
	if (inet_prefix_parse(remote, &net))
		return NULL;
	return arena_printf(arena,
			    "phase2localid %s, phase2remoteid %s, and accesslist = "
			    "\"permit ip any %s %s\"",
			    local, remote, inet_addr_text(&net.addr).s,
			    render_mask(arena, net.length));
}

static const struct language_value values[] = {
	{ WORD_MODE, "main", "idp" },
	{ 0, NULL, NULL },
};

const struct language fritzbox_language = {
	.words = {
		[WORD_VERSION] = { "version", NULL },
		[WORD_MODE] = { "mode", "mode = phase1_mode_%v;" },
		[WORD_PEER] = { "remoteip", "remoteip = %v;" },
		[WORD_LOCAL_ID] = { "localid", "localid { %v }" },
		[WORD_REMOTE_ID] = { "remoteid", "remoteid { %v }" },
		[WORD_AUTH] = { "keytype", "keytype = connkeytype_pre_shared; use_xauth = no;", "keytype = connkeytype_pre_shared;\nuse_xauth = no;" },
		[WORD_SECRET] = { "key", NULL, "key = \"%v\";" },
		[WORD_IKE_PROPOSAL] = { "phase1ss", NULL },
		[WORD_ESP_PROPOSAL] = { "phase2ss", NULL },
		[WORD_PFS] = { "phase2ss", NULL },
		[WORD_NETWORKS] = { "phase2localid, phase2remoteid", NULL },
		[WORD_START] = { "always_renew", "always_renew = yes; with a remotehostname", "always_renew = yes;" },
		[WORD_IKE_LIFETIME] = { "lifetime", NULL },
		[WORD_CHILD_LIFETIME] = { "lifetime", NULL },
		[WORD_DPD] = { "keepalive_ip", NULL },
		[WORD_NAT_T] = { "use_nat_t", "use_nat_t = yes;" },
		[WORD_IPCOMP] = { "phase2ss", "phase2ss with comp-no", "" },
	},
	.values = values,
	.ids = { [ID_TYPE_IPV4_ADDR] = "ipaddr = %v;", [ID_TYPE_FQDN] = "fqdn = \"%v\";", [ID_TYPE_USER_FQDN] = "user_fqdn = \"%v\";", [ID_TYPE_KEY_ID] = "key_id = \"%v\";" },
	.proposal = proposal_line,
	.add_pair = add_pair,
};
