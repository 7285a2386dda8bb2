// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as `get config` of ScreenOS */
#include "device/render.h"
#include "device/screenos/screenos.h"

/* What it has no word for is written as the nearest. */
static const struct render_word sos_nearest[] = { { "aes128gcm16", "aes128" },
						  { "sha384", "sha256" },
						  { "sha512", "sha256" },
						  { NULL, NULL } };

static const char *sos_alg(const struct render *r, enum alg_kind kind,
			   const struct wish_words *words)
{
	const struct wish_words nearest = {
		{ render_vendor_word(sos_nearest, render_first_word(words)) },
		words->count
	};

	return render_alg(r, kind, ALG_IN_IKE | ALG_IN_ESP, &nearest);
}

static void put_sos_proposals(struct render *r)
{
	const struct wish *wish = r->wish;

	for (unsigned int i = 0; i < wish->ike.count; i++) {
		const struct wish_suite *suite = &wish->ike.items[i];

		buf_printf(&r->out,
			   "set ike p1-proposal \"ike%u\" %s Group%s esp %s %s second "
			   "%u\n",
			   i, wish->auth == AUTH_RSA ? "RSA-sig" : "preshare",
			   render_vendor_word(render_group_numbers,
					      render_first_word(&suite->dh)),
			   sos_alg(r, ALG_KIND_ENCR, &suite->encr),
			   sos_alg(r, ALG_KIND_INTEG, &suite->integ), wish->ike_life_s);
	}
	for (unsigned int i = 0; i < wish->esp.count; i++) {
		const struct wish_suite *suite = &wish->esp.items[i];

		buf_printf(&r->out,
			   "set ike p2-proposal \"esp%u\" %s%s esp %s %s second "
			   "%u\n",
			   i, suite->dh.count ? "group" : "no-pfs",
			   suite->dh.count
				   ? render_vendor_word(render_group_numbers,
							render_first_word(&suite->dh))
				   : "",
			   sos_alg(r, ALG_KIND_ENCR, &suite->encr),
			   sos_alg(r, ALG_KIND_INTEG, &suite->integ), wish->esp_life_s);
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
	const struct inet_prefix local = render_prefix(r->wish->pairs[i].local);
	const struct inet_prefix remote = render_prefix(r->wish->pairs[i].remote);
	const char *trust = arena_printf(r->arena, "L%u", i);
	const char *untrust = arena_printf(r->arena, "R%u", i);

	buf_printf(&r->out, "set address \"Trust\" \"%s\" %s %s\n", trust,
		   inet_addr_text(&local.addr).s, render_mask(r->arena, local.length));
	buf_printf(&r->out, "set address \"Untrust\" \"%s\" %s %s\n", untrust,
		   inet_addr_text(&remote.addr).s, render_mask(r->arena, remote.length));
	buf_printf(&r->out,
		   "set policy id %u from \"Untrust\" to \"Trust\" \"%s\" \"%s\" \"ANY\" "
		   "tunnel vpn \"vpn\" pair-policy %u\n",
		   10 + 2 * i, untrust, trust, 11 + 2 * i);
	buf_printf(&r->out,
		   "set policy id %u from \"Trust\" to \"Untrust\" \"%s\" \"%s\" \"ANY\" "
		   "tunnel vpn \"vpn\" pair-policy %u\n",
		   11 + 2 * i, trust, untrust, 10 + 2 * i);
}

static void put_sos_network(struct render *r)
{
	const struct wish_place *place = &r->wish->place;

	buf_puts(&r->out, "set hostname fw\n"
			  "set interface \"ethernet0/0\" zone \"Untrust\"\n");
	for (unsigned int i = 1; i <= place->lan_count; i++)
		buf_printf(&r->out, "set interface \"ethernet0/%u\" zone \"Trust\"\n", i);
	if (r->wish->own_addr)
		buf_printf(&r->out, "set interface ethernet0/0 ip %s/%s\n",
			   r->wish->own_addr, place->wan_length);
	else
		buf_puts(&r->out, "set interface ethernet0/0 dhcp client enable\n");
	buf_puts(&r->out, "set interface ethernet0/0 route\n");
	for (unsigned int i = 1; i <= place->lan_count; i++)
		buf_printf(&r->out,
			   "set interface ethernet0/%u ip %s\n"
			   "set interface ethernet0/%u route\n",
			   i, place->lans[i - 1], i);
}

void render_screenos(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	put_sos_network(r);
	put_sos_proposals(r);
	if (!wish->is_disabled) {
		put_sos_gateway(r);
		for (unsigned int i = 0; i < wish->pair_count; i++)
			put_sos_pair(r, i);
	}
	if (wish->own_addr)
		buf_printf(&r->out,
			   "set route 0.0.0.0/0 interface ethernet0/0 gateway %s\n",
			   wish->place.gateway);
	render_finish(r, "firewall.screenos", sources);
}
