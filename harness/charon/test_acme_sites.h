/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_acme_sites.h - both ends of the article's tunnel, built by hand for tests
 *
 * As documented (devices.md §3.5): home is an OpenWrt router that starts IKEv1
 * aggressive mode as "bratwurst"; ACME's ScreenOS firewall answers at 7.7.7.7. Only for
 * *_test.c of this folder.
 */
#ifndef TWINSITE_CHARON_ACME_SITES_H
#define TWINSITE_CHARON_ACME_SITES_H

#include <string.h>

#include "ipsec/alg.h"
#include "model/site.h"

static inline struct inet_addr acme_addr(const char *text)
{
	struct inet_addr addr = { 0 };

	(void)inet_addr_parse(text, &addr);
	return addr;
}

static inline struct inet_prefix acme_prefix(const char *text)
{
	struct inet_prefix prefix = { 0 };

	(void)inet_prefix_parse(text, &prefix);
	return prefix;
}

/* "aes128", "sha1", "modp1024"; NULL for none. */
static inline struct proposal acme_proposal(struct arena *arena, const char *encr,
					    const char *integ, const char *dh,
					    struct origin at)
{
	struct proposal proposal = { .at = at };

	vec_add(arena, &proposal.encr,
		((struct proposal_alg){ alg_by_keyword(ALG_KIND_ENCR, encr), encr, at }));
	if (integ)
		vec_add(arena, &proposal.integ,
			((struct proposal_alg){ alg_by_keyword(ALG_KIND_INTEG, integ),
						integ, at }));
	if (dh)
		vec_add(arena, &proposal.dh,
			((struct proposal_alg){ alg_by_keyword(ALG_KIND_DH, dh), dh,
						at }));
	return proposal;
}

static inline struct identity acme_fqdn(const char *value, struct origin at)
{
	return (struct identity){
		.type = ID_TYPE_FQDN, .value = value, .written = value, .at = at
	};
}

static inline struct secret acme_secret(const char *text, struct origin at)
{
	return (struct secret){ .bytes = (const uint8_t *)text,
				.length = strlen(text),
				.is_set = true,
				.is_readable = true,
				.at = at };
}

/* One child with one pair. */
static inline void acme_child(struct site *site, struct tunnel *tunnel, const char *name,
			      const char *local, const char *remote, struct origin at)
{
	struct child *child = vec_push(site->arena, &tunnel->children);

	child->name = name;
	child->at = at;
	vec_add(site->arena, &child->selectors,
		((struct selector){ .local = acme_prefix(local),
				    .remote = acme_prefix(remote),
				    .local_at = at,
				    .remote_at = at }));
	vec_add(site->arena, &child->proposals,
		acme_proposal(site->arena, "aes128", "sha1", "modp1024", at));
	child->lifetime_s = (struct number){ true, 3600, at };
}

static inline struct tunnel *acme_tunnel(struct site *site, const char *name,
					 struct origin at)
{
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);

	tunnel->name = name;
	tunnel->at = at;
	tunnel->version = 1;
	tunnel->mode = EXCHANGE_AGGRESSIVE;
	tunnel->auth = AUTH_PSK;
	tunnel->psk = acme_secret("yourpasswordhere", at);
	vec_add(site->arena, &tunnel->proposals,
		acme_proposal(site->arena, "aes128", "sha1", "modp1024", at));
	tunnel->lifetime_s = (struct number){ true, 28800, at };
	tunnel->nat_t = NAT_T_AUTO;
	return tunnel;
}

/* The caller frees both with site_free(). */
static inline struct site *acme_home_new(void)
{
	struct origin at = { "home/etc/config/ipsec", 10, NULL };
	struct site *site = site_new("home", DEVICE_OPENWRT);
	struct tunnel *tunnel = acme_tunnel(site, "acme", at);

	vec_add(site->arena, &tunnel->remotes,
		((struct endpoint){ ENDPOINT_ADDRESS, acme_addr("7.7.7.7"), NULL, at }));
	tunnel->local_id = acme_fqdn("bratwurst", at);
	acme_child(site, tunnel, "acme_lan", "192.168.2.64/26", "10.1.2.0/24", at);
	acme_child(site, tunnel, "acme_dmz", "192.168.2.64/26", "66.77.88.192/26", at);
	return site;
}

static inline struct site *acme_firewall_new(void)
{
	struct origin at = { "acme/firewall.screenos", 14, NULL };
	struct site *site = site_new("acme", DEVICE_SCREENOS);
	struct tunnel *tunnel = acme_tunnel(site, "home-gw", at);

	tunnel->local =
		(struct endpoint){ ENDPOINT_ADDRESS, acme_addr("7.7.7.7"), NULL, at };
	vec_add(site->arena, &tunnel->remotes,
		((struct endpoint){ ENDPOINT_ANY, { 0 }, NULL, at }));
	tunnel->remote_id = acme_fqdn("bratwurst", at);
	acme_child(site, tunnel, "home-vpn_10", "10.1.2.0/24", "192.168.2.64/26", at);
	acme_child(site, tunnel, "home-vpn_12", "66.77.88.192/26", "192.168.2.64/26", at);
	return site;
}

#endif
