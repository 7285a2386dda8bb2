// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as the vpn.cfg of a FRITZ!Box */
#include "base/str.h"
#include "device/fritzbox/fritzbox.h"
#include "device/render.h"

static const struct render_word fritz_groups[] = { { "modp1024", "dh2" },
						   { "modp1536", "dh5" },
						   { "modp2048", "dh14" },
						   { NULL, NULL } };

/* A box that is to be used takes only AVM's own words. */
static const char *fritz_cipher(const struct render *r, const struct wish_words *words)
{
	return r->wish->place.is_whole
		       ? render_alg(r, ALG_KIND_ENCR, ALG_IN_IKE | ALG_IN_ESP, words)
		       : render_first_word(words);
}

/* One strategy holds all suites; AVM's sets where they fit. */
static void put_fritz_strategies(struct render *r)
{
	const struct wish_suite *ike = &r->wish->ike.items[0];
	const struct wish_suite *esp = &r->wish->esp.items[0];
	bool is_all = r->wish->is_at_once && !r->wish->typo && !r->wish->place.is_whole;

	if (is_all && str_equal(render_first_word(&ike->dh), "modp1024"))
		buf_puts(&r->out, "\t\tphase1ss = \"all/all/all\";\n");
	else
		buf_printf(&r->out, "\t\tphase1ss = \"%s/%s/%s\";\n",
			   render_vendor_word(fritz_groups, render_first_word(&ike->dh)),
			   fritz_cipher(r, &ike->encr),
			   render_alg(r, ALG_KIND_INTEG, ALG_ANYWHERE, &ike->integ));
	if (is_all)
		buf_printf(&r->out,
			   "\t\tphase2ss = \"esp-all-all/ah-none/comp-all/%s\";\n",
			   esp->dh.count ? "pfs" : "no-pfs");
	else
		buf_printf(&r->out, "\t\tphase2ss = \"esp-%s-%s/ah-no/comp-no/%s\";\n",
			   fritz_cipher(r, &esp->encr),
			   render_alg(r, ALG_KIND_INTEG, ALG_ANYWHERE, &esp->integ),
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
		render_quoted(r, id->value, "\"\\");
	buf_puts(&r->out, ";\n\t\t}\n");
}

static void put_fritz_net(struct render *r, const char *section, const char *network)
{
	struct inet_prefix prefix = render_prefix(network);

	buf_printf(&r->out,
		   "\t\t%s {\n\t\t\tipnet {\n\t\t\t\tipaddr = %s;\n"
		   "\t\t\t\tmask = %s;\n\t\t\t}\n\t\t}\n",
		   section, inet_addr_text(&prefix.addr).s,
		   render_mask(r->arena, prefix.length));
}

void render_fritzbox(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;
	struct inet_prefix remote = render_prefix(wish->pairs[0].remote);
	const bool has_address = !wish->is_peer_any && !wish->is_peer_name;

	buf_printf(&r->out,
		   "vpncfg {\n\tconnections {\n\t\tenabled = %s;\n"
		   "\t\tconn_type = conntype_lan;\n\t\tname = \"peer\";\n"
		   "\t\talways_renew = %s;\n\t\treject_not_encrypted = no;\n"
		   "\t\tlocalip = 0.0.0.0;\n\t\tremoteip = %s;\n",
		   wish->is_disabled ? "no" : "yes", wish->is_at_once ? "yes" : "no",
		   has_address ? wish->peer_addr : "0.0.0.0");
	if (wish->is_peer_name)
		buf_printf(&r->out, "\t\tremotehostname = \"%s\";\n", wish->peer_addr);
	put_fritz_id(r, "localid", &wish->own_id);
	put_fritz_id(r, "remoteid", &wish->peer_id);
	buf_printf(&r->out, "\t\tmode = phase1_mode_%s;\n",
		   wish->is_aggressive ? "aggressive" : "idp");
	put_fritz_strategies(r);
	buf_puts(&r->out, "\t\tkeytype = connkeytype_pre_shared;\n");
	if (wish->psk) {
		buf_puts(&r->out, "\t\tkey = ");
		render_quoted(r, wish->psk, "\"\\");
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
		   inet_addr_text(&remote.addr).s, render_mask(r->arena, remote.length));
	render_finish(r, "vpn.cfg", sources);
}
