// SPDX-License-Identifier: GPL-2.0-or-later
/* language.c - `show configuration` in words */
#include "device/junos/junos.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "ipsec/alg.h"

/* true: it is only read (devices.md 4.2). */
static const struct device_alg algs[] = {
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "des-cbc", "des", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "3des-cbc", "3des", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-128-cbc", "aes128", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-192-cbc", "aes192", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-256-cbc", "aes256", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-128-gcm", "aes128gcm16", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-192-gcm", "aes192gcm16", false },
	{ ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, "aes-256-gcm", "aes256gcm16", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE, "md5", "md5", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE, "sha1", "sha1", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE, "sha-256", "sha256", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE, "sha-384", "sha384", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE, "sha-512", "sha512", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-md5-96", "md5", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha1-96", "sha1", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-256-128", "sha256", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-256-96", "sha256_96", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-256", "sha256", true },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-384", "sha384", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-512", "sha512", false },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-384-192", "sha384", true },
	{ ALG_KIND_INTEG, ALG_IN_ESP, "hmac-sha-512-256", "sha512", true },
	{ .word = NULL },
};

const struct device_algs junos_algs = { algs, true };

static const char *word_of(enum alg_kind kind, const struct alg *alg, unsigned int in)
{
	return alg ? device_alg_word(&junos_algs, kind, in, alg->keyword) : NULL;
}

/* Of a proposal-set nothing can be changed: the policy gets a proposal of its own instead. */
static void replace_set(struct buf *edit, const char *what, const char *policy,
			const char *name, bool is_esp)
{
	buf_printf(edit,
		   "\nset security %s proposal %s %s\n"
		   "delete security %s policy %s proposal-set\n"
		   "set security %s policy %s proposals %s",
		   what, name,
		   is_esp ? "protocol esp" : "authentication-method pre-shared-keys",
		   what, policy, what, policy, name);
}

static void put_group(struct buf *edit, const struct pair_choice *c, const char *policy,
		      const char *name, bool is_esp)
{
	if (is_esp && !c->dh)
		buf_printf(edit,
			   "\ndelete security ipsec policy %s perfect-forward-secrecy",
			   policy);
	else if (is_esp)
		buf_printf(edit,
			   "\nset security ipsec policy %s perfect-forward-secrecy keys "
			   "group%d",
			   policy, c->dh->ikev2);
	else if (c->dh)
		buf_printf(edit, "\nset security ike proposal %s dh-group group%d", name,
			   c->dh->ikev2);
}

static struct device_line junos_lines(struct arena *arena, const struct proposal *own,
				      const struct pair_choice *c, bool is_esp,
				      const char *encr, const char *integ)
{
	const char *what = is_esp ? "ipsec" : "ike";
	const bool has_policy = own && own->section;
	const bool is_set = has_policy && own->name && strchr(own->name, ' ');
	const char *policy = has_policy ? own->section : "…";
	const char *name = is_set	      ? arena_printf(arena, "%s-own", policy)
			   : own && own->name ? own->name
					      : "…";
	_cleanup_buf_ struct buf edit = { 0 }, text = { 0 };
	struct device_line line = { 0 };

	buf_printf(&edit, "set security %s proposal %s encryption-algorithm %s", what,
		   name, encr);
	if (integ)
		buf_printf(&edit,
			   "\nset security %s proposal %s authentication-algorithm %s",
			   what, name, integ);
	put_group(&edit, c, policy, name, is_esp);
	if (is_set)
		replace_set(&edit, what, policy, name, is_esp);
	language_join(buf_text(&edit), "; ", &text);
	line.text = arena_strdup(arena, buf_text(&text));
	if (own && own->name && (has_policy || !is_esp))
		line.edit = arena_strdup(arena, buf_text(&edit));
	return line;
}

static struct device_line proposal_lines(struct arena *arena, const struct proposal *own,
					 const struct pair_choice *c, bool is_esp)
{
	const unsigned int in = is_esp ? ALG_IN_ESP : ALG_IN_IKE;
	const char *encr = word_of(ALG_KIND_ENCR, c->encr, in);
	const char *integ = word_of(ALG_KIND_INTEG, c->integ, in);

	if (!encr || (!integ && c->integ))
		return (struct device_line){ 0 };
	return junos_lines(arena, own, c, is_esp, encr, integ);
}

static const char *add_pair(struct arena *arena, bool is_route_based, const char *local,
			    const char *remote)
{
	if (is_route_based)
		return arena_printf(arena,
				    "set security ipsec vpn V traffic-selector T "
				    "local-ip %s remote-ip %s",
				    local, remote);
	return arena_printf(arena,
			    "a policy with this tunnel for each direction between "
			    "addresses of exactly %s and %s",
			    local, remote);
}

const struct language junos_language = {
	.words = {
		[WORD_VERSION] = { "version", "set security ike gateway %t version v%v-only" },
		[WORD_MODE] = { "mode", "set security ike policy %p mode %v" },
		[WORD_PEER] = { "address", "set security ike gateway %t address %v" },
		[WORD_LOCAL_ID] = { "local-identity",
				    "set security ike gateway %t local-identity %v" },
		[WORD_REMOTE_ID] = { "remote-identity",
				     "set security ike gateway %t remote-identity %v" },
		[WORD_AUTH] = { "authentication-method",
				"set security ike proposal %n authentication-method "
				"pre-shared-keys" },
		[WORD_SECRET] = { "pre-shared-key", NULL },
		[WORD_IKE_PROPOSAL] = { "ike proposal", NULL },
		[WORD_ESP_PROPOSAL] = { "ipsec proposal", NULL },
		[WORD_PFS] = { "perfect-forward-secrecy", NULL },
		[WORD_NETWORKS] = { "proxy-identity", NULL },
		[WORD_START] = { "establish-tunnels",
				 "set security ipsec vpn V establish-tunnels immediately", "" },
		[WORD_IKE_LIFETIME] = { "lifetime-seconds",
					"set security ike proposal %n lifetime-seconds %v" },
		[WORD_CHILD_LIFETIME] = { "lifetime-seconds",
					  "set security ipsec proposal %m lifetime-seconds %v" },
		[WORD_DPD] = { "dead-peer-detection",
			       "set security ike gateway %t dead-peer-detection always-send" },
		[WORD_NAT_T] = { "no-nat-traversal",
				 "delete security ike gateway %t no-nat-traversal" },
		[WORD_IPCOMP] = { "ipcomp", NULL },
	},
	.ids = { [ID_TYPE_IPV4_ADDR] = "inet %v", [ID_TYPE_FQDN] = "hostname %v", [ID_TYPE_USER_FQDN] = "user-at-hostname %v" },
	.proposal = proposal_lines,
	.add_pair = add_pair,
};
