// SPDX-License-Identifier: GPL-2.0-or-later
/* render_strongswan.c - a wish as swanctl.conf, or as OpenWrt's packages */
#include <string.h>

#include "agree/render_parts.h"
#include "base/str.h"

/* ------------------------------------------------------------ swanctl.conf */

static void put_swanctl_words(struct render *r, const struct wish_words *words,
			      const char *typo)
{
	for (unsigned int i = 0; i < words->count; i++)
		buf_printf(&r->out, "%s%s", i ? "-" : "",
			   typo && !i ? typo : words->items[i]);
}

static void put_swanctl_suites(struct render *r, const char *key,
			       const struct wish_suites *suites, const char *typo)
{
	if (!suites->count)
		return;
	buf_printf(&r->out, "%s = ", key);
	for (unsigned int i = 0; i < suites->count; i++) {
		const struct wish_suite *suite = &suites->items[i];

		buf_puts(&r->out, i ? ", " : "");
		put_swanctl_words(r, &suite->encr, i ? NULL : typo);
		buf_puts(&r->out, suite->integ.count ? "-" : "");
		put_swanctl_words(r, &suite->integ, NULL);
		buf_puts(&r->out, suite->dh.count ? "-" : "");
		put_swanctl_words(r, &suite->dh, NULL);
	}
	buf_putc(&r->out, '\n');
}

/* "@#hex" is how ipsec and swanctl take a key id; others by their looks. */
static void put_strongswan_id(struct render *r, const struct wish_id *id)
{
	struct inet_addr addr;

	if (id->type == ID_TYPE_KEY_ID)
		buf_printf(&r->out, "keyid:%s", id->value);
	else if (id->type == ID_TYPE_FQDN && !inet_addr_parse(id->value, &addr))
		buf_printf(&r->out, "fqdn:%s", id->value);
	else
		buf_puts(&r->out, id->value);
}

static void put_swanctl_end(struct render *r, const char *section,
			    const struct wish_id *id)
{
	static const char *const methods[] = {
		[AUTH_PSK] = "psk", [AUTH_RSA] = "pubkey", [AUTH_UNKNOWN] = NULL
	};
	const char *method = methods[r->wish->auth];

	buf_printf(&r->out, "\t\t%s {\n", section);
	if (method)
		buf_printf(&r->out, "\t\t\tauth = %s\n", method);
	if (id->type != ID_TYPE_NONE) {
		buf_puts(&r->out, "\t\t\tid = ");
		put_strongswan_id(r, id);
		buf_putc(&r->out, '\n');
	}
	buf_puts(&r->out, "\t\t}\n");
}

static void put_swanctl_child(struct render *r, unsigned int first, unsigned int count)
{
	buf_printf(&r->out, "\t\t\tnet%u {\n\t\t\t\tlocal_ts = ", first);
	for (unsigned int i = 0; i < count; i++)
		buf_printf(&r->out, "%s%s", i ? ", " : "",
			   r->wish->pairs[first + i].local);
	buf_puts(&r->out, "\n\t\t\t\tremote_ts = ");
	for (unsigned int i = 0; i < count; i++)
		buf_printf(&r->out, "%s%s", i ? ", " : "",
			   r->wish->pairs[first + i].remote);
	buf_puts(&r->out, "\n\t\t\t\t");
	put_swanctl_suites(r, "esp_proposals", &r->wish->esp, r->wish->esp_typo);
	if (r->wish->is_transport)
		buf_puts(&r->out, "\n\t\t\t\tmode = transport\n");
	buf_printf(&r->out,
		   "\t\t\t\tlife_time = %us\n\t\t\t\trekey_time = %us\n"
		   "\t\t\t\tstart_action = %s\n\t\t\t}\n",
		   r->wish->esp_life_s, r->wish->esp_life_s * 9 / 10,
		   r->wish->is_at_once ? "start" : "trap");
}

static void put_swanctl_secret(struct render *r)
{
	const char *key = r->wish->psk;

	if (!key)
		return;
	buf_puts(&r->out, "secrets {\n\tike-peer {\n\t\tsecret = ");
	/* A '}' or a backslash without quotes would break the whole file. */
	if (r->wish->is_psk_quoted || strpbrk(key, "}{\\="))
		render_quoted(r, key, "\"\\");
	else
		buf_puts(&r->out, key);
	buf_puts(&r->out, "\n\t}\n}\n");
}

void render_swanctl(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out, "connections {\n");
	buf_printf(&r->out, "\tpeer {\n\t\tversion = %d\n", wish->version);
	if (wish->is_aggressive)
		buf_puts(&r->out, "\t\taggressive = yes\n");
	buf_printf(&r->out, "\t\tlocal_addrs = %s\n", wish->own_addr);
	if (!wish->is_peer_any)
		buf_printf(&r->out, "\t\tremote_addrs = %s\n", wish->peer_addr);
	buf_puts(&r->out, "\t\t");
	put_swanctl_suites(r, "proposals", &wish->ike, wish->typo);
	buf_printf(&r->out, "\n\t\tencap = %s\n", wish->is_nat_t_forced ? "yes" : "no");
	if (wish->version == 1)
		buf_printf(&r->out, "\t\treauth_time = %us\n", wish->ike_life_s);
	else
		buf_printf(&r->out, "\t\trekey_time = %us\n", wish->ike_life_s);
	put_swanctl_end(r, "local", &wish->own_id);
	put_swanctl_end(r, "remote", &wish->peer_id);
	buf_puts(&r->out, "\t\tchildren {\n");
	if (wish->is_one_child && wish->version == 2)
		put_swanctl_child(r, 0, wish->pair_count);
	else
		for (unsigned int i = 0; i < wish->pair_count; i++)
			put_swanctl_child(r, i, 1);
	buf_puts(&r->out, "\t\t}\n\t}\n}\n");
	put_swanctl_secret(r);
	render_finish(r, "swanctl.conf", sources);
}

/* ------------------------------------------------------------ OpenWrt */

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
		put_strongswan_id(r, id);
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
