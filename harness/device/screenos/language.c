// SPDX-License-Identifier: GPL-2.0-or-later
/* language.c - `get config` in words */
#include "device/screenos/screenos.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "ipsec/alg.h"

/* The name of a predefined proposal has words of its own (devices.md 3.3). true: it is only read. */
static const struct device_alg algs[] = {
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "aes128", "aes128", false },
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "aes192", "aes192", false },
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "aes256", "aes256", false },
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "3des", "3des", false },
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "des", "des", false },
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "null", "null", true },
	{ ALG_KIND_ENCR, ALG_ANYWHERE, "aes", "aes128", true },
	{ ALG_KIND_INTEG, ALG_IN_NAME, "sha", "sha1", false },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "md5", "md5", false },
	{ ALG_KIND_INTEG, ALG_IN_IKE | ALG_IN_ESP, "sha-1", "sha1", false },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha1", "sha1", true },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha2-256", "sha256", false },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha256", "sha256", true },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha-256", "sha256", true },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha384", "sha384", true },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha2-384", "sha384", true },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha512", "sha512", true },
	{ ALG_KIND_INTEG, ALG_ANYWHERE, "sha2-512", "sha512", true },
	/* Groups that it has; of 6.3 the last three. */
	{ ALG_KIND_DH, ALG_ANYWHERE, "g2", "modp1024", false },
	{ ALG_KIND_DH, ALG_ANYWHERE, "g1", "modp768", false },
	{ ALG_KIND_DH, ALG_ANYWHERE, "g5", "modp1536", false },
	{ ALG_KIND_DH, ALG_ANYWHERE, "g14", "modp2048", false },
	{ ALG_KIND_DH, ALG_ANYWHERE, "g19", "ecp256", false },
	{ ALG_KIND_DH, ALG_ANYWHERE, "g20", "ecp384", false },
	{ ALG_KIND_DH, ALG_ANYWHERE, "g24", "modp2048s256", false },
	{ .word = NULL },
};

const struct device_algs screenos_algs = { algs, false };

static const char *word_of(enum alg_kind kind, const struct alg *alg, unsigned int in)
{
	return alg ? device_alg_word(&screenos_algs, kind, in, alg->keyword) : NULL;
}

static struct device_line screenos_line(struct arena *arena, const struct pair_choice *c,
					bool is_esp, const char *encr, const char *integ)
{
	const char *group = word_of(ALG_KIND_DH, c->dh, ALG_IN_NAME);
	struct device_line line = { 0 };

	if (is_esp && !c->dh)
		line.edit =
			arena_printf(arena, "proposal \"nopfs-esp-%s-%s\"", encr, integ);
	else if (group)
		line.edit = arena_printf(arena, "proposal \"%s%s-%s%s-%s\"",
					 is_esp ? "" : "pre-", group,
					 is_esp ? "esp-" : "", encr, integ);
	if (line.edit)
		line.text = arena_printf(arena, "set %s … %s",
					 is_esp ? "vpn" : "ike gateway", line.edit);
	return line;
}

static struct device_line proposal_line(struct arena *arena, const struct proposal *own,
					const struct pair_choice *c, bool is_esp)
{
	const char *encr = word_of(ALG_KIND_ENCR, c->encr, ALG_IN_NAME);
	const char *integ = word_of(ALG_KIND_INTEG, c->integ, ALG_IN_NAME);

	(void)own;
	if (!encr || !integ)
		return (struct device_line){ 0 };
	return screenos_line(arena, c, is_esp, encr, integ);
}

static const char *add_pair(struct arena *arena, bool is_route_based, const char *local,
			    const char *remote)
{
	if (is_route_based)
		return arena_printf(arena,
				    "set vpn V proxy-id local-ip %s remote-ip %s ANY",
				    local, remote);
	return arena_printf(arena,
			    "a policy with this tunnel for each direction between "
			    "address objects of exactly %s and %s",
			    local, remote);
}

static const struct language_value values[] = {
	{ WORD_MODE, "main", "Main" },
	{ WORD_MODE, "aggressive", "Aggr" },
	{ WORD_VERSION, "1", "" },
	{ WORD_VERSION, "2", "ikev2 " },
	{ 0, NULL, NULL },
};

const struct language screenos_language = {
	.words = {
		[WORD_VERSION] = { "ike gateway", "set ike gateway %v\"%t\" …", "" },
		[WORD_MODE] = { "Main/Aggr", "set ike gateway \"%t\" … %v …", "%v" },
		[WORD_PEER] = { "address", "set ike gateway \"%t\" address %v …", "address %v" },
		[WORD_LOCAL_ID] = { "local-id", "set ike gateway \"%t\" … local-id \"%v\" …", "local-id \"%v\"" },
		[WORD_REMOTE_ID] = { "id", "set ike gateway \"%t\" address … id \"%v\" …", "id \"%v\"" },
		[WORD_AUTH] = { "preshare", "set ike gateway \"%t\" … preshare KEY …", "" },
		[WORD_SECRET] = { "preshare", NULL, "preshare \"%v\"" },
		[WORD_IKE_PROPOSAL] = { "proposal", NULL },
		[WORD_ESP_PROPOSAL] = { "proposal", NULL },
		[WORD_PFS] = { "proposal", NULL },
		[WORD_NETWORKS] = { "proxy-id", NULL },
		[WORD_START] = { "monitor", "set vpn … monitor rekey, or a fixed address of the "
					    "peer", "" },
		[WORD_IKE_LIFETIME] = { "p1-proposal lifetime",
					"set ike p1-proposal P … second %v", "" },
		[WORD_CHILD_LIFETIME] = { "p2-proposal lifetime",
					  "set ike p2-proposal P … second %v", "" },
		[WORD_DPD] = { "dpd-liveness", "set ike gateway \"%t\" dpd-liveness interval 10" },
		[WORD_NAT_T] = { "nat-traversal", "set ike gateway \"%t\" nat-traversal" },
		[WORD_IPCOMP] = { "ipcomp", NULL },
	},
	.values = values,
	.ids = { [ID_TYPE_IPV4_ADDR] = "%v", [ID_TYPE_FQDN] = "%v", [ID_TYPE_USER_FQDN] = "%v" },
	.proposal = proposal_line,
	.add_pair = add_pair,
};
