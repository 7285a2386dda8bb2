// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as the packages of UCI */
#include "device/render.h"

#include <string.h>

#include "base/str.h"
#include "device/openwrt/openwrt.h"
#include "device/strongswan/charon.h"

/* Single quotes, as `uci export` writes them: 'it'\''s'. */
static void put_uci(struct render *r, const char *option, const char *value)
{
	buf_printf(&r->out, "\toption %s '", option);
	for (; *value; value++) {
		if (*value == '\'')
			buf_puts(&r->out, "'\\''");
		else
			buf_putc(&r->out, *value);
	}
	buf_puts(&r->out, "'\n");
}

static void put_uci_words(struct render *r, const char *option,
			  const struct wish_words *words, const char *typo)
{
	for (unsigned int i = 0; i < words->count; i++)
		buf_printf(&r->out,
			   words->count > 1 ? "\tlist %s '%s'\n" : "\toption %s '%s'\n",
			   option, typo && !i ? typo : words->items[i]);
}

static void put_uci_suites(struct render *r, const char *type, const char *prefix,
			   const struct wish_suites *suites, const char *typo)
{
	const char *integ = "hash_algorithm", *dh = "dh_group";

	if (str_equal(type, "p2_proposal")) {
		integ = "authentication_algorithm";
		dh = "pfs_group";
	}

	for (unsigned int i = 0; i < suites->count; i++) {
		const struct wish_suite *suite = &suites->items[i];

		buf_printf(&r->out, "config %s '%s%u'\n", type, prefix, i);
		put_uci_words(r, "encryption_algorithm", &suite->encr, i ? NULL : typo);
		put_uci_words(r, integ, &suite->integ, NULL);
		put_uci_words(r, dh, &suite->dh, NULL);
	}
}

static void put_uci_remote(struct render *r)
{
	const struct wish *wish = r->wish;

	buf_puts(&r->out, "config remote 'peer'\n");
	put_uci(r, "enabled", wish->is_disabled ? "0" : "1");
	put_uci(r, "gateway", wish->is_peer_any ? "any" : wish->peer_addr);
	put_uci(r, "exchange_mode", wish->is_aggressive ? "aggressive" : "main");
	put_uci(r, "keyexchange", wish->version == 1 ? "ikev1" : "ikev2");
	if (wish->auth != AUTH_UNKNOWN)
		put_uci(r, "authentication_method",
			wish->auth == AUTH_PSK ? "psk" : "pubkey");
	if (wish->psk)
		put_uci(r, "pre_shared_key", wish->psk);
	for (unsigned int i = 0; i < 2; i++) {
		const struct wish_id *id = i ? &wish->peer_id : &wish->own_id;

		if (id->type == ID_TYPE_NONE)
			continue;
		buf_printf(&r->out, "\toption %s '",
			   i ? "remote_identifier" : "local_identifier");
		charon_render_id(r, id);
		buf_puts(&r->out, "'\n");
	}
	if (wish->is_nat_t_forced)
		put_uci(r, "encap", "1");
	for (unsigned int i = 0; i < wish->ike.count; i++)
		buf_printf(&r->out, "\tlist %s 'ike%u'\n",
			   wish->is_new_schema ? "crypto_proposal" : "p1_proposal", i);
	for (unsigned int i = 0; i < wish->pair_count; i++)
		buf_printf(&r->out, "\tlist %s 'net%u'\n",
			   wish->is_transport ? "transport" : "tunnel", i);
}

static void put_uci_tunnel(struct render *r, unsigned int i)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out, "config %s 'net%u'\n",
		   wish->is_transport ? "transport" : "tunnel", i);
	put_uci(r, "local_subnet", wish->pairs[i].local);
	put_uci(r, "remote_subnet", wish->pairs[i].remote);
	for (unsigned int j = 0; j < wish->esp.count; j++)
		buf_printf(&r->out, "\tlist %s 'esp%u'\n",
			   wish->is_new_schema ? "crypto_proposal" : "p2_proposal", j);
	buf_printf(&r->out, "\toption ikelifetime '%us'\n\toption lifetime '%us'\n",
		   wish->ike_life_s, wish->esp_life_s);
	put_uci(r, "startaction", wish->is_at_once ? "start" : "route");
}

void render_openwrt(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out,
		   "config interface 'lan'\n\toption device 'br-lan'\n"
		   "\toption proto 'static'\n\toption ipaddr '%s'\n"
		   "\toption netmask '255.255.255.0'\n"
		   "config interface 'wan'\n\toption device 'eth0.2'\n"
		   "\toption proto 'static'\n\toption ipaddr '%s'\n"
		   "\toption netmask '255.255.255.0'\n\toption gateway '%s'\n",
		   render_is_left(wish) ? "10.10.1.1" : "10.20.1.1", wish->own_addr,
		   render_is_left(wish) ? "203.0.113.1" : "198.51.100.1");
	render_finish(r, "etc/config/network", sources);
	buf_puts(&r->out, "config ipsec\n\toption zone 'vpn'\n");
	put_uci_remote(r);
	put_uci_suites(r, wish->is_new_schema ? "crypto_proposal" : "p1_proposal", "ike",
		       &wish->ike, wish->typo);
	for (unsigned int i = 0; i < wish->pair_count; i++)
		put_uci_tunnel(r, i);
	put_uci_suites(r, wish->is_new_schema ? "crypto_proposal" : "p2_proposal", "esp",
		       &wish->esp, wish->esp_typo);
	render_finish(r, "etc/config/ipsec", sources);
}
