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

void render_junos(struct render *r, struct import_sources *sources)
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
		   wish->own_addr, render_is_left(wish) ? "10.10.1.1" : "10.20.1.1",
		   render_is_left(wish) ? "203.0.113.1" : "198.51.100.1");
	if (!wish->is_disabled) {
		put_junos_proposals(r);
		put_junos_gateway(r);
	}
	render_finish(r, "srx.junos", sources);
}
