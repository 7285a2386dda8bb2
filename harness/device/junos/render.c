// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as `show configuration | display set` of Junos */
#include "device/render.h"
#include "device/junos/junos.h"

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
			   render_vendor_word(render_group_numbers,
					      render_first_word(&suite->dh)),
			   render_alg(r, ALG_KIND_INTEG, ALG_IN_IKE, &suite->integ),
			   render_alg(r, ALG_KIND_ENCR, ALG_ANYWHERE, &suite->encr),
			   wish->ike_life_s);
		buf_printf(&r->out, "set security ike policy pol proposals ike%u\n", i);
	}
	for (unsigned int i = 0; i < wish->esp.count; i++) {
		const struct wish_suite *suite = &wish->esp.items[i];

		buf_printf(&r->out, "set security ipsec proposal esp%u protocol esp\n",
			   i);
		if (suite->integ.count)
			buf_printf(
				&r->out,
				"set security ipsec proposal esp%u "
				"authentication-algorithm %s\n",
				i,
				render_alg(r, ALG_KIND_INTEG, ALG_IN_ESP, &suite->integ));
		buf_printf(&r->out,
			   "set security ipsec proposal esp%u encryption-algorithm %s "
			   "lifetime-seconds %u\n",
			   i, render_alg(r, ALG_KIND_ENCR, ALG_ANYWHERE, &suite->encr),
			   wish->esp_life_s);
		buf_printf(&r->out, "set security ipsec policy pol proposals esp%u\n", i);
	}
	if (wish->esp.count && wish->esp.items[0].dh.count)
		buf_printf(&r->out,
			   "set security ipsec policy pol perfect-forward-secrecy keys "
			   "group%s\n",
			   render_vendor_word(render_group_numbers,
					      render_first_word(&wish->esp.items[0].dh)));
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
		render_quoted(r, wish->psk, "\"\\");
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

static void put_junos_network(struct render *r)
{
	const struct wish_place *place = &r->wish->place;

	buf_puts(&r->out, "set system host-name srx\n"
			  "set interfaces ge-0/0/0 unit 0 family inet ");
	if (r->wish->own_addr)
		buf_printf(&r->out, "address %s/%s\n", r->wish->own_addr,
			   place->wan_length);
	else
		buf_puts(&r->out, "dhcp\n");
	for (unsigned int i = 0; i < place->lan_count; i++)
		buf_printf(&r->out,
			   "set interfaces ge-0/0/%u unit 0 family inet address %s\n",
			   i + 1, place->lans[i]);
	buf_puts(&r->out,
		 "set interfaces st0 unit 0 family inet\n"
		 "set security zones security-zone untrust interfaces ge-0/0/0.0 "
		 "host-inbound-traffic system-services ike\n");
	if (!r->wish->own_addr)
		buf_puts(&r->out,
			 "set security zones security-zone untrust interfaces "
			 "ge-0/0/0.0 host-inbound-traffic system-services dhcp\n");
	for (unsigned int i = 0; i < place->lan_count; i++)
		buf_printf(
			&r->out,
			"set security zones security-zone trust interfaces ge-0/0/%u.0\n",
			i + 1);
	buf_puts(&r->out, "set security zones security-zone vpn interfaces st0.0\n");
	if (r->wish->own_addr)
		buf_printf(&r->out,
			   "set routing-options static route 0.0.0.0/0 next-hop %s\n",
			   place->gateway);
}

/* Both ways, for the networks of the pairs and no others. */
static void put_junos_policies(struct render *r)
{
	static const char *const ways[2][2] = { { "trust", "vpn" }, { "vpn", "trust" } };

	for (unsigned int i = 0; i < r->wish->pair_count; i++) {
		buf_printf(&r->out,
			   "set security address-book global address local%u %s\n"
			   "set security address-book global address remote%u %s\n",
			   i, r->wish->pairs[i].local, i, r->wish->pairs[i].remote);
		for (unsigned int way = 0; way < 2; way++) {
			const char *policy = arena_printf(
				r->arena,
				"set security policies from-zone %s to-zone %s policy "
				"%s%u",
				ways[way][0], ways[way][1], way ? "in" : "out", i);

			buf_printf(&r->out,
				   "%s match source-address %s%u\n"
				   "%s match destination-address %s%u\n"
				   "%s match application any\n%s then permit\n",
				   policy, way ? "remote" : "local", i, policy,
				   way ? "local" : "remote", i, policy, policy);
		}
	}
}

void render_junos(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	put_junos_network(r);
	if (!wish->is_disabled) {
		put_junos_proposals(r);
		put_junos_gateway(r);
	}
	if (wish->place.is_whole)
		put_junos_policies(r);
	render_finish(r, "srx.junos", sources);
}
