// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conf_modules.c - which parts of a guest kernel a configuration's CHILD SAs may need
 *
 * The table has what people use. A proposal with anything else, a default, AH or IPComp
 * gets all modules: that costs a tenth of a second, a missing one would look like a
 * refusal of the peer.
 */
#include "charon/conf_modules.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "charon/conf.h"
#include "ipsec/alg.h"
#include "netns/guest.h"

#define MODULES_MAX 5

static const struct {
	enum alg_kind kind;
	const char *keyword;
	const char *modules[MODULES_MAX];
} rows[] = {
	/* Built in, or always loaded. */
	{ ALG_KIND_ENCR, "aes128", { NULL } },
	{ ALG_KIND_ENCR, "aes192", { NULL } },
	{ ALG_KIND_ENCR, "aes256", { NULL } },
	{ ALG_KIND_INTEG, "sha1", { NULL } },
	{ ALG_KIND_INTEG, "sha256", { NULL } },
	{ ALG_KIND_ENCR, "3des", { "des_generic" } },
	{ ALG_KIND_ENCR, "des", { "des_generic" } },
	{ ALG_KIND_INTEG, "md5", { "md5" } },
	{ ALG_KIND_INTEG, "sha384", { "sha512_generic" } },
	{ ALG_KIND_INTEG, "sha512", { "sha512_generic" } },
	{ ALG_KIND_ENCR, "aes128gcm16", { "gcm", "ctr", "ghash-generic", "seqiv" } },
	{ ALG_KIND_ENCR, "aes256gcm16", { "gcm", "ctr", "ghash-generic", "seqiv" } },
};

const char *const *conf_modules_of(const struct alg *alg)
{
	for (size_t i = 0; alg && i < ARRAY_SIZE(rows); i++)
		if (rows[i].kind == alg->kind && str_equal(rows[i].keyword, alg->keyword))
			return rows[i].modules;
	return NULL;
}

typedef bool take_alg(const struct alg *alg, void *user);

static bool give_all(const struct proposal_alg *items, size_t count, take_alg *take,
		     void *user)
{
	for (size_t i = 0; i < count; i++)
		if (!items[i].alg || !take(items[i].alg, user))
			return false;
	return true;
}

static bool give_proposal(const struct proposal *proposal, take_alg *take, void *user)
{
	bool is_aead = proposal->encr.count > 0;

	vec_foreach (item, &proposal->encr)
		is_aead &= item->alg && item->alg->is_aead;
	/* What is not written is somebody's default. */
	if (proposal->is_ah || proposal->has_esn || !proposal->encr.count ||
	    (!is_aead && !proposal->integ.count))
		return false;
	return give_all(proposal->encr.items, proposal->encr.count, take, user) &&
	       give_all(proposal->integ.items, proposal->integ.count, take, user);
}

bool conf_foreach_esp_alg(const struct conf *conf, take_alg *take, void *user)
{
	vec_foreach (connection, &conf->connections)
		vec_foreach (child, &connection->tunnel->children) {
			if (!child->proposals.count || child->has_default_proposals ||
			    child->ipcomp.on)
				return false;
			vec_foreach (proposal, &child->proposals)
				if (!give_proposal(proposal, take, user))
					return false;
		}
	return true;
}

static bool load_alg(const struct alg *alg, void *user)
{
	const char *const *modules = conf_modules_of(alg);

	(void)user;
	guest_load_modules(modules);
	return modules;
}

void conf_load_modules(const struct conf *conf)
{
	if (conf->params.plane != CONF_PLANE_KERNEL ||
	    !conf_foreach_esp_alg(conf, load_alg, NULL))
		guest_load_modules(guest_modules_all);
}
