// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as the files of its device */
#include "agree/render.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"

struct render {
	const struct wish *wish;
	struct arena *arena;
	struct buf out;
};

static void finish(struct render *r, const char *name, struct import_sources *sources)
{
	struct import_source *source = vec_push(r->arena, &sources->list);

	source->name = name;
	source->length = r->out.length;
	source->bytes = arena_strdup(r->arena, buf_text(&r->out));
	r->out.length = 0;
}

/* Text with a backslash before each of the given characters, then in quotes. */
static void put_quoted(struct render *r, const char *text, const char *escaped)
{
	buf_putc(&r->out, '"');
	for (; *text; text++) {
		if (strchr(escaped, *text))
			buf_putc(&r->out, '\\');
		buf_putc(&r->out, *text);
	}
	buf_putc(&r->out, '"');
}

static const char *first_word(const struct wish_words *words)
{
	return words->count ? words->items[0] : NULL;
}

/* One vendor's word for strongSwan's; the same one when it is not in the table. */
struct word_row {
	const char *word, *vendor;
};

static const char *vendor_word(const struct word_row *rows, const char *word)
{
	for (; rows->word; rows++)
		if (str_equal(rows->word, word))
			return rows->vendor;
	return word;
}

static const struct word_row group_numbers[] = {
	{ "modp1024", "2" }, { "modp1536", "5" }, { "modp2048", "14" },
	{ "ecp256", "19" },  { "ecp384", "20" },  { NULL, NULL },
};

static struct inet_prefix prefix_of(const char *text)
{
	struct inet_prefix prefix = { 0 };

	(void)inet_prefix_parse(text, &prefix);
	return prefix;
}

static const char *mask_of(struct arena *arena, unsigned int length)
{
	uint32_t bits = length ? ~0u << (32 - length) : 0;

	return arena_printf(arena, "%u.%u.%u.%u", bits >> 24, bits >> 16 & 255,
			    bits >> 8 & 255, bits & 255);
}

static bool is_left(const struct wish *wish)
{
	return str_equal(wish->own_addr, AGREE_WAN_0);
}

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
		put_quoted(r, key, "\"\\");
	else
		buf_puts(&r->out, key);
	buf_puts(&r->out, "\n\t}\n}\n");
}

static void render_swanctl(struct render *r, struct import_sources *sources)
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
	finish(r, "swanctl.conf", sources);
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

static void render_openwrt(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out,
		   "config interface 'lan'\n\toption device 'br-lan'\n"
		   "\toption proto 'static'\n\toption ipaddr '%s'\n"
		   "\toption netmask '255.255.255.0'\n"
		   "config interface 'wan'\n\toption device 'eth0.2'\n"
		   "\toption proto 'static'\n\toption ipaddr '%s'\n"
		   "\toption netmask '255.255.255.0'\n\toption gateway '%s'\n",
		   is_left(wish) ? "10.10.1.1" : "10.20.1.1", wish->own_addr,
		   is_left(wish) ? "203.0.113.1" : "198.51.100.1");
	finish(r, "etc/config/network", sources);
	buf_puts(&r->out, "config ipsec\n\toption zone 'vpn'\n");
	put_uci_remote(r);
	put_uci_suites(r, wish->is_new_schema ? "crypto_proposal" : "p1_proposal", "ike",
		       &wish->ike, wish->typo);
	for (unsigned int i = 0; i < wish->pair_count; i++)
		put_uci_tunnel(r, i);
	put_uci_suites(r, wish->is_new_schema ? "crypto_proposal" : "p2_proposal", "esp",
		       &wish->esp, wish->esp_typo);
	finish(r, "etc/config/ipsec", sources);
}

/* ------------------------------------------------------------ ScreenOS */

static const struct word_row sos_ciphers[] = { { "aes128gcm16", "aes128" },
					       { NULL, NULL } };
static const struct word_row sos_hashes[] = { { "sha1", "sha-1" },
					      { "sha256", "sha2-256" },
					      { "sha384", "sha2-256" },
					      { "sha512", "sha2-256" },
					      { NULL, NULL } };

static void put_sos_proposals(struct render *r)
{
	const struct wish *wish = r->wish;

	for (unsigned int i = 0; i < wish->ike.count; i++) {
		const struct wish_suite *suite = &wish->ike.items[i];

		buf_printf(&r->out,
			   "set ike p1-proposal \"ike%u\" %s Group%s esp %s %s second "
			   "%u\n",
			   i, wish->auth == AUTH_RSA ? "RSA-sig" : "preshare",
			   vendor_word(group_numbers, first_word(&suite->dh)),
			   vendor_word(sos_ciphers, first_word(&suite->encr)),
			   vendor_word(sos_hashes, first_word(&suite->integ)),
			   wish->ike_life_s);
	}
	for (unsigned int i = 0; i < wish->esp.count; i++) {
		const struct wish_suite *suite = &wish->esp.items[i];

		buf_printf(&r->out,
			   "set ike p2-proposal \"esp%u\" %s%s esp %s %s second "
			   "%u\n",
			   i, suite->dh.count ? "group" : "no-pfs",
			   suite->dh.count
				   ? vendor_word(group_numbers, first_word(&suite->dh))
				   : "",
			   vendor_word(sos_ciphers, first_word(&suite->encr)),
			   vendor_word(sos_hashes, first_word(&suite->integ)),
			   wish->esp_life_s);
	}
}

static void put_sos_gateway(struct render *r)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out, "set ike gateway %s\"gw\" address %s",
		   wish->version == 2 ? "ikev2 " : "",
		   wish->is_peer_any ? "0.0.0.0" : wish->peer_addr);
	if (wish->peer_id.type != ID_TYPE_NONE)
		buf_printf(&r->out, " id \"%s\"", wish->peer_id.value);
	if (wish->version == 1)
		buf_puts(&r->out, wish->is_aggressive ? " Aggr" : " Main");
	if (wish->own_id.type != ID_TYPE_NONE)
		buf_printf(&r->out, " local-id \"%s\"", wish->own_id.value);
	buf_puts(&r->out, " outgoing-interface \"ethernet0/0\"");
	if (wish->psk)
		buf_printf(&r->out, " preshare \"%s\"", wish->psk);
	buf_puts(&r->out, " proposal");
	for (unsigned int i = 0; i < wish->ike.count; i++)
		buf_printf(&r->out, " \"ike%u\"", i);
	buf_printf(&r->out, "\nset vpn \"vpn\" gateway \"gw\" replay tunnel idletime 0 "
			    "proposal");
	for (unsigned int i = 0; i < wish->esp.count; i++)
		buf_printf(&r->out, " \"esp%u\"", i);
	buf_putc(&r->out, '\n');
}

static void put_sos_pair(struct render *r, unsigned int i)
{
	const struct inet_prefix local = prefix_of(r->wish->pairs[i].local);
	const struct inet_prefix remote = prefix_of(r->wish->pairs[i].remote);
	const char *trust = arena_printf(r->arena, "L%u", i);
	const char *untrust = arena_printf(r->arena, "R%u", i);

	buf_printf(&r->out, "set address \"Trust\" \"%s\" %s %s\n", trust,
		   inet_addr_text(&local.addr).s, mask_of(r->arena, local.length));
	buf_printf(&r->out, "set address \"Untrust\" \"%s\" %s %s\n", untrust,
		   inet_addr_text(&remote.addr).s, mask_of(r->arena, remote.length));
	buf_printf(&r->out,
		   "set policy id %u from \"Untrust\" to \"Trust\" \"%s\" \"%s\" \"ANY\" "
		   "tunnel vpn \"vpn\" pair-policy %u\n",
		   10 + 2 * i, untrust, trust, 11 + 2 * i);
	buf_printf(&r->out,
		   "set policy id %u from \"Trust\" to \"Untrust\" \"%s\" \"%s\" \"ANY\" "
		   "tunnel vpn \"vpn\" pair-policy %u\n",
		   11 + 2 * i, trust, untrust, 10 + 2 * i);
}

static void render_screenos(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out,
		   "set hostname fw\n"
		   "set interface \"ethernet0/0\" zone \"Untrust\"\n"
		   "set interface \"ethernet0/1\" zone \"Trust\"\n"
		   "set interface ethernet0/0 ip %s/24\n"
		   "set interface ethernet0/0 route\n"
		   "set interface ethernet0/1 ip %s/24\n"
		   "set interface ethernet0/1 route\n",
		   wish->own_addr, is_left(wish) ? "10.10.1.1" : "10.20.1.1");
	put_sos_proposals(r);
	if (!wish->is_disabled) {
		put_sos_gateway(r);
		for (unsigned int i = 0; i < wish->pair_count; i++)
			put_sos_pair(r, i);
	}
	buf_printf(&r->out, "set route 0.0.0.0/0 interface ethernet0/0 gateway %s\n",
		   is_left(wish) ? "203.0.113.1" : "198.51.100.1");
	finish(r, "firewall.screenos", sources);
}

/* ------------------------------------------------------------ Junos */

static const struct word_row junos_ciphers[] = {
	{ "aes128", "aes-128-cbc" },	  { "aes192", "aes-192-cbc" },
	{ "aes256", "aes-256-cbc" },	  { "3des", "3des-cbc" },
	{ "aes128gcm16", "aes-128-gcm" }, { NULL, NULL },
};
static const struct word_row junos_hashes[] = { { "sha256", "sha-256" },
						{ "sha384", "sha-384" },
						{ "sha512", "sha-512" },
						{ NULL, NULL } };
static const struct word_row junos_hmacs[] = {
	{ "md5", "hmac-md5-96" },	  { "sha1", "hmac-sha1-96" },
	{ "sha256", "hmac-sha-256-128" }, { "sha384", "hmac-sha-384" },
	{ "sha512", "hmac-sha-512" },	  { NULL, NULL }
};

static void put_junos_proposals(struct render *r)
{
	const struct wish *wish = r->wish;

	for (unsigned int i = 0; i < wish->ike.count; i++) {
		const struct wish_suite *suite = &wish->ike.items[i];

		buf_printf(&r->out,
			   "set security ike proposal ike%u authentication-method %s "
			   "dh-group group%s authentication-algorithm %s "
			   "encryption-algorithm %s lifetime-seconds %u\n",
			   i,
			   wish->auth == AUTH_RSA ? "rsa-signatures" : "pre-shared-keys",
			   vendor_word(group_numbers, first_word(&suite->dh)),
			   vendor_word(junos_hashes, first_word(&suite->integ)),
			   vendor_word(junos_ciphers, first_word(&suite->encr)),
			   wish->ike_life_s);
		buf_printf(&r->out, "set security ike policy pol proposals ike%u\n", i);
	}
	for (unsigned int i = 0; i < wish->esp.count; i++) {
		const struct wish_suite *suite = &wish->esp.items[i];

		buf_printf(&r->out, "set security ipsec proposal esp%u protocol esp\n",
			   i);
		if (suite->integ.count)
			buf_printf(&r->out,
				   "set security ipsec proposal esp%u "
				   "authentication-algorithm %s\n",
				   i,
				   vendor_word(junos_hmacs, first_word(&suite->integ)));
		buf_printf(&r->out,
			   "set security ipsec proposal esp%u encryption-algorithm %s "
			   "lifetime-seconds %u\n",
			   i, vendor_word(junos_ciphers, first_word(&suite->encr)),
			   wish->esp_life_s);
		buf_printf(&r->out, "set security ipsec policy pol proposals esp%u\n", i);
	}
	if (wish->esp.count && wish->esp.items[0].dh.count)
		buf_printf(
			&r->out,
			"set security ipsec policy pol perfect-forward-secrecy keys "
			"group%s\n",
			vendor_word(group_numbers, first_word(&wish->esp.items[0].dh)));
}

static void put_junos_id(struct render *r, const char *what, const struct wish_id *id)
{
	static const char *const words[] = { [ID_TYPE_IPV4_ADDR] = "inet",
					     [ID_TYPE_FQDN] = "hostname",
					     [ID_TYPE_USER_FQDN] = "user-at-hostname",
					     [ID_TYPE_KEY_ID] = "key-id" };

	if (id->type == ID_TYPE_NONE)
		return;
	buf_printf(&r->out, "set security ike gateway gw %s %s %s\n", what,
		   words[id->type], id->value);
}

static void put_junos_gateway(struct render *r)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out, "set security ike policy pol mode %s\n",
		   wish->is_aggressive ? "aggressive" : "main");
	if (wish->psk) {
		buf_puts(&r->out, "set security ike policy pol pre-shared-key "
				  "ascii-text ");
		put_quoted(r, wish->psk, "\"\\");
		buf_putc(&r->out, '\n');
	}
	buf_puts(&r->out, "set security ike gateway gw ike-policy pol\n"
			  "set security ike gateway gw external-interface ge-0/0/0.0\n");
	if (!wish->is_peer_any) {
		buf_printf(&r->out, "set security ike gateway gw address %s\n",
			   wish->peer_addr);
		put_junos_id(r, "remote-identity", &wish->peer_id);
	} else {
		put_junos_id(r, "dynamic", &wish->peer_id);
	}
	put_junos_id(r, "local-identity", &wish->own_id);
	buf_printf(&r->out, "set security ike gateway gw version v%d-only\n",
		   wish->version);
	buf_puts(&r->out, "set security ipsec vpn vpn ike gateway gw\n"
			  "set security ipsec vpn vpn ike ipsec-policy pol\n"
			  "set security ipsec vpn vpn bind-interface st0.0\n");
	buf_printf(&r->out, "set security ipsec vpn vpn establish-tunnels %s\n",
		   wish->is_at_once ? "immediately" : "on-traffic");
	for (unsigned int i = 0; i < wish->pair_count; i++)
		buf_printf(&r->out,
			   "set security ipsec vpn vpn traffic-selector ts%u local-ip %s "
			   "remote-ip %s\n",
			   i, wish->pairs[i].local, wish->pairs[i].remote);
}

static void render_junos(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out,
		   "set system host-name srx\n"
		   "set interfaces ge-0/0/0 unit 0 family inet address %s/24\n"
		   "set interfaces ge-0/0/1 unit 0 family inet address %s/24\n"
		   "set interfaces st0 unit 0 family inet\n"
		   "set security zones security-zone untrust interfaces ge-0/0/0.0 "
		   "host-inbound-traffic system-services ike\n"
		   "set security zones security-zone trust interfaces ge-0/0/1.0\n"
		   "set security zones security-zone vpn interfaces st0.0\n"
		   "set routing-options static route 0.0.0.0/0 next-hop %s\n",
		   wish->own_addr, is_left(wish) ? "10.10.1.1" : "10.20.1.1",
		   is_left(wish) ? "203.0.113.1" : "198.51.100.1");
	if (!wish->is_disabled) {
		put_junos_proposals(r);
		put_junos_gateway(r);
	}
	finish(r, "srx.junos", sources);
}

/* ------------------------------------------------------------ FRITZ!Box */

static const struct word_row fritz_groups[] = { { "modp1024", "dh2" },
						{ "modp1536", "dh5" },
						{ "modp2048", "dh14" },
						{ NULL, NULL } };
static const struct word_row fritz_hashes[] = { { "sha1", "sha" }, { NULL, NULL } };

/* One strategy holds all suites; AVM's sets where they fit. */
static void put_fritz_strategies(struct render *r)
{
	const struct wish_suite *ike = &r->wish->ike.items[0];
	const struct wish_suite *esp = &r->wish->esp.items[0];
	bool is_all = r->wish->is_at_once && !r->wish->typo;

	if (is_all && str_equal(first_word(&ike->dh), "modp1024"))
		buf_puts(&r->out, "\t\tphase1ss = \"all/all/all\";\n");
	else
		buf_printf(&r->out, "\t\tphase1ss = \"%s/%s/%s\";\n",
			   vendor_word(fritz_groups, first_word(&ike->dh)),
			   first_word(&ike->encr),
			   vendor_word(fritz_hashes, first_word(&ike->integ)));
	if (is_all)
		buf_printf(&r->out,
			   "\t\tphase2ss = \"esp-all-all/ah-none/comp-all/%s\";\n",
			   esp->dh.count ? "pfs" : "no-pfs");
	else
		buf_printf(&r->out, "\t\tphase2ss = \"esp-%s-%s/ah-no/comp-no/%s\";\n",
			   first_word(&esp->encr),
			   vendor_word(fritz_hashes, first_word(&esp->integ)),
			   esp->dh.count ? "pfs" : "no-pfs");
}

static void put_fritz_id(struct render *r, const char *section, const struct wish_id *id)
{
	static const char *const words[] = { [ID_TYPE_IPV4_ADDR] = "ipaddr",
					     [ID_TYPE_FQDN] = "fqdn",
					     [ID_TYPE_USER_FQDN] = "user_fqdn",
					     [ID_TYPE_KEY_ID] = "key_id" };

	if (id->type == ID_TYPE_NONE)
		return;
	buf_printf(&r->out, "\t\t%s {\n\t\t\t%s = ", section, words[id->type]);
	if (id->type == ID_TYPE_IPV4_ADDR)
		buf_puts(&r->out, id->value);
	else
		put_quoted(r, id->value, "\"\\");
	buf_puts(&r->out, ";\n\t\t}\n");
}

static void put_fritz_net(struct render *r, const char *section, const char *network)
{
	struct inet_prefix prefix = prefix_of(network);

	buf_printf(&r->out,
		   "\t\t%s {\n\t\t\tipnet {\n\t\t\t\tipaddr = %s;\n"
		   "\t\t\t\tmask = %s;\n\t\t\t}\n\t\t}\n",
		   section, inet_addr_text(&prefix.addr).s,
		   mask_of(r->arena, prefix.length));
}

static void render_fritzbox(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;
	struct inet_prefix remote = prefix_of(wish->pairs[0].remote);

	buf_printf(&r->out,
		   "vpncfg {\n\tconnections {\n\t\tenabled = %s;\n"
		   "\t\tconn_type = conntype_lan;\n\t\tname = \"peer\";\n"
		   "\t\talways_renew = %s;\n\t\treject_not_encrypted = no;\n"
		   "\t\tlocalip = 0.0.0.0;\n\t\tremoteip = %s;\n",
		   wish->is_disabled ? "no" : "yes", wish->is_at_once ? "yes" : "no",
		   wish->is_peer_any ? "0.0.0.0" : wish->peer_addr);
	put_fritz_id(r, "localid", &wish->own_id);
	put_fritz_id(r, "remoteid", &wish->peer_id);
	buf_printf(&r->out, "\t\tmode = phase1_mode_%s;\n",
		   wish->is_aggressive ? "aggressive" : "idp");
	put_fritz_strategies(r);
	buf_puts(&r->out, "\t\tkeytype = connkeytype_pre_shared;\n");
	if (wish->psk) {
		buf_puts(&r->out, "\t\tkey = ");
		put_quoted(r, wish->psk, "\"\\");
		buf_puts(&r->out, ";\n");
	}
	buf_puts(&r->out, "\t\tuse_nat_t = yes;\n\t\tuse_xauth = no;\n"
			  "\t\tuse_cfgmode = no;\n");
	put_fritz_net(r, "phase2localid", wish->pairs[0].local);
	put_fritz_net(r, "phase2remoteid", wish->pairs[0].remote);
	buf_printf(&r->out,
		   "\t\taccesslist = \"permit ip any %s %s\";\n\t}\n"
		   "\tike_forward_rules = \"udp 0.0.0.0:500 0.0.0.0:500\",\n"
		   "\t\"udp 0.0.0.0:4500 0.0.0.0:4500\";\n}\n",
		   inet_addr_text(&remote.addr).s, mask_of(r->arena, remote.length));
	finish(r, "vpn.cfg", sources);
}

void render_wish(const struct wish *wish, struct arena *arena,
		 struct import_sources *sources)
{
	struct render r = { .wish = wish, .arena = arena };

	switch (wish->kind) {
	case DEVICE_OPENWRT:
		render_openwrt(&r, sources);
		break;
	case DEVICE_FRITZBOX:
		render_fritzbox(&r, sources);
		break;
	case DEVICE_SCREENOS:
		render_screenos(&r, sources);
		break;
	case DEVICE_JUNOS:
		render_junos(&r, sources);
		break;
	case DEVICE_STRONGSWAN:
		render_swanctl(&r, sources);
		break;
	}
	buf_done(&r.out);
}
