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
	/* As lists, which every release reads: the newest walk them as nothing else. */
	buf_printf(&r->out,
		   wish->place.is_whole ? "\tlist local_subnet '%s'\n"
					  "\tlist remote_subnet '%s'\n"
					: "\toption local_subnet '%s'\n"
					  "\toption remote_subnet '%s'\n",
		   wish->pairs[i].local, wish->pairs[i].remote);
	for (unsigned int j = 0; j < wish->esp.count; j++)
		buf_printf(&r->out, "\tlist %s 'esp%u'\n",
			   wish->is_new_schema ? "crypto_proposal" : "p2_proposal", j);
	buf_printf(&r->out, "\toption ikelifetime '%us'\n\toption lifetime '%us'\n",
		   wish->ike_life_s, wish->esp_life_s);
	put_uci(r, "startaction", wish->is_at_once ? "start" : "route");
}

/* "lan", "lan2" … */
static const char *uci_lan(const struct render *r, unsigned int i)
{
	return i ? arena_printf(r->arena, "lan%u", i + 1) : "lan";
}

static void put_uci_network(struct render *r)
{
	const struct wish_place *place = &r->wish->place;

	for (unsigned int i = 0; i < place->lan_count; i++) {
		const struct inet_prefix own = render_prefix(place->lans[i]);

		buf_printf(&r->out,
			   "config interface '%s'\n\toption device 'br-%s'\n"
			   "\toption proto 'static'\n\toption ipaddr '%s'\n"
			   "\toption netmask '%s'\n",
			   uci_lan(r, i), uci_lan(r, i), inet_addr_text(&own.addr).s,
			   render_mask(r->arena, own.length));
	}
	buf_puts(&r->out, "config interface 'wan'\n\toption device 'eth0.2'\n");
	if (r->wish->own_addr)
		buf_printf(&r->out,
			   "\toption proto 'static'\n\toption ipaddr '%s'\n"
			   "\toption netmask '%s'\n\toption gateway '%s'\n",
			   r->wish->own_addr, place->wan_mask, place->gateway);
	else
		buf_puts(&r->out, "\toption proto 'dhcp'\n");
}

static void put_uci_rule(struct render *r, const char *name, const char *rest)
{
	buf_printf(&r->out,
		   "config rule\n\toption name '%s'\n\toption src 'wan'\n%s"
		   "\toption target 'ACCEPT'\n",
		   name, rest);
}

/* What each pair of networks needs: in from the tunnel, and out without masquerading. */
static void put_uci_pair(struct render *r, const struct wish_pair *pair)
{
	put_uci_rule(r, "VPN-in",
		     arena_printf(r->arena,
				  "\toption src_ip '%s'\n\toption dest 'lan'\n"
				  "\toption dest_ip '%s'\n\toption proto 'all'\n",
				  pair->remote, pair->local));
	buf_printf(&r->out,
		   "config nat\n\toption name 'VPN-not-masqueraded'\n"
		   "\toption src 'wan'\n\toption src_ip '%s'\n"
		   "\toption dest_ip '%s'\n\toption proto 'all'\n"
		   "\toption target 'ACCEPT'\n",
		   pair->local, pair->remote);
}

/* Words that fw3 and fw4 read alike. */
static void put_uci_firewall(struct render *r)
{
	buf_puts(&r->out,
		 "config defaults\n\toption input 'REJECT'\n\toption output 'ACCEPT'\n"
		 "\toption forward 'REJECT'\nconfig zone\n\toption name 'lan'\n");
	for (unsigned int i = 0; i < r->wish->place.lan_count; i++)
		buf_printf(&r->out, "\tlist network '%s'\n", uci_lan(r, i));
	buf_puts(&r->out, "\toption input 'ACCEPT'\n\toption output 'ACCEPT'\n"
			  "\toption forward 'ACCEPT'\nconfig zone\n\toption name 'wan'\n"
			  "\tlist network 'wan'\n\toption input 'REJECT'\n"
			  "\toption output 'ACCEPT'\n\toption forward 'REJECT'\n"
			  "\toption masq '1'\n\toption mtu_fix '1'\n");
	buf_puts(&r->out, "config forwarding\n\toption src 'lan'\n"
			  "\toption dest 'wan'\n");
	put_uci_rule(r, "IKE", "\toption proto 'udp'\n\toption dest_port '500 4500'\n");
	put_uci_rule(r, "ESP", "\toption proto 'esp'\n");
	for (unsigned int i = 0; i < r->wish->pair_count; i++)
		put_uci_pair(r, &r->wish->pairs[i]);
}

void render_openwrt(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	put_uci_network(r);
	render_finish(r, "etc/config/network", sources);
	if (wish->place.is_whole) {
		put_uci_firewall(r);
		render_finish(r, "etc/config/firewall", sources);
	}
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
