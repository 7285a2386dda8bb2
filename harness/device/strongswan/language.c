// SPDX-License-Identifier: GPL-2.0-or-later
/* language.c - swanctl.conf and ipsec.conf in words */
#include "device/strongswan/charon.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "ipsec/alg.h"

/* ipsec.conf adds strongSwan's own proposals where no '!' ends the list. */
static struct device_line proposal_line(struct arena *arena, const struct pair_choice *c,
					bool is_esp, bool is_ipsec_conf)
{
	static const char *const names[2][2] = { { "proposals = ", "esp_proposals = " },
						 { "ike=", "esp=" } };

	return language_statement(arena_printf(
		arena, "%s%s%s%s%s%s%s", names[is_ipsec_conf][is_esp], c->encr->keyword,
		c->integ ? "-" : "", c->integ ? c->integ->keyword : "", c->dh ? "-" : "",
		c->dh ? c->dh->keyword : "", is_ipsec_conf ? "!" : ""));
}

static struct device_line swanctl_proposal(struct arena *arena,
					   const struct proposal *own,
					   const struct pair_choice *choice, bool is_esp)
{
	(void)own;
	return proposal_line(arena, choice, is_esp, false);
}

static struct device_line ipsec_conf_proposal(struct arena *arena,
					      const struct proposal *own,
					      const struct pair_choice *choice,
					      bool is_esp)
{
	(void)own;
	return proposal_line(arena, choice, is_esp, true);
}

static const char *swanctl_add_pair(struct arena *arena, bool is_route_based,
				    const char *local, const char *remote)
{
	(void)is_route_based;
	return arena_printf(arena, "a child with local_ts = %s and remote_ts = %s", local,
			    remote);
}

static const char *ipsec_conf_add_pair(struct arena *arena, bool is_route_based,
				       const char *local, const char *remote)
{
	(void)is_route_based;
	return arena_printf(arena, "a conn with leftsubnet=%s and rightsubnet=%s", local,
			    remote);
}

static const struct language_value values[] = {
	{ WORD_MODE, "main", "no" },
	{ WORD_MODE, "aggressive", "yes" },
	{ 0, NULL, NULL },
};

const struct language swanctl_language = {
	.words = {
		[WORD_VERSION] = { "version", "version = %v" },
		[WORD_MODE] = { "aggressive", "aggressive = %v" },
		[WORD_PEER] = { "remote_addrs", "remote_addrs = %v" },
		[WORD_LOCAL_ID] = { "local id", "local { id = %v }" },
		[WORD_REMOTE_ID] = { "remote id", "remote { id = %v }" },
		[WORD_AUTH] = { "auth", "local { auth = %v } remote { auth = %v }", "local { auth = %v }\nremote { auth = %v }" },
		[WORD_SECRET] = { "secret", NULL, "secret = \"%v\"" },
		[WORD_IKE_PROPOSAL] = { "proposals", NULL },
		[WORD_ESP_PROPOSAL] = { "esp_proposals", NULL },
		[WORD_PFS] = { "esp_proposals", NULL },
		[WORD_NETWORKS] = { "local_ts, remote_ts", NULL },
		[WORD_START] = { "start_action", "start_action = trap" },
		[WORD_IKE_LIFETIME] = { "rekey_time", "rekey_time = %vs" },
		[WORD_CHILD_LIFETIME] = { "life_time", "life_time = %vs" },
		[WORD_DPD] = { "dpd_delay", "dpd_delay = 30s and dpd_action = restart", "" },
		[WORD_NAT_T] = { "encap", "encap = yes" },
		[WORD_IPCOMP] = { "ipcomp", "ipcomp = no" },
	},
	.values = values,
	.ids = { [ID_TYPE_IPV4_ADDR] = "%v", [ID_TYPE_FQDN] = "@%v", [ID_TYPE_USER_FQDN] = "%v", [ID_TYPE_KEY_ID] = "keyid:%v" },
	.proposal = swanctl_proposal,
	.prf = "add '-prfsha256'",
	.esn = "-esn",
	.ends = "",
	.tunnel_mode = "mode = tunnel",
	.add_pair = swanctl_add_pair,
};

static const char *right_local_add_pair(struct arena *arena, bool is_route_based,
					const char *local, const char *remote)
{
	return ipsec_conf_add_pair(arena, is_route_based, remote, local);
}

static const struct language ipsec_conf_right_local = {
	.words = {
		[WORD_VERSION] = { "keyexchange", "keyexchange=ikev%v" },
		[WORD_MODE] = { "aggressive", "aggressive=%v" },
		[WORD_PEER] = { "left", "left=%v" },
		[WORD_LOCAL_ID] = { "rightid", "rightid=%v" },
		[WORD_REMOTE_ID] = { "leftid", "leftid=%v" },
		[WORD_AUTH] = { "authby", "authby=%v" },
		[WORD_SECRET] = { "ipsec.secrets", NULL },
		[WORD_IKE_PROPOSAL] = { "ike", NULL },
		[WORD_ESP_PROPOSAL] = { "esp", NULL },
		[WORD_PFS] = { "esp", NULL },
		[WORD_NETWORKS] = { "rightsubnet, leftsubnet", NULL },
		[WORD_START] = { "auto", "auto=route" },
		[WORD_IKE_LIFETIME] = { "ikelifetime", "ikelifetime=%vs" },
		[WORD_CHILD_LIFETIME] = { "lifetime", "lifetime=%vs" },
		[WORD_DPD] = { "dpddelay", "dpddelay=30s and dpdaction=restart", "dpddelay=30s\ndpdaction=restart" },
		[WORD_NAT_T] = { "forceencaps", "forceencaps=yes" },
		[WORD_IPCOMP] = { "compress", "compress=no" },
	},
	.values = values,
	.ids = { [ID_TYPE_IPV4_ADDR] = "%v", [ID_TYPE_FQDN] = "@%v", [ID_TYPE_USER_FQDN] = "%v", [ID_TYPE_KEY_ID] = "keyid:%v" },
	.proposal = ipsec_conf_proposal,
	.prf = "add '-prfsha256'",
	.esn = "-esn",
	.ends = "!",
	.tunnel_mode = "type=tunnel",
	.add_pair = right_local_add_pair,
};

const struct language ipsec_conf_language = {
	.words = {
		[WORD_VERSION] = { "keyexchange", "keyexchange=ikev%v" },
		[WORD_MODE] = { "aggressive", "aggressive=%v" },
		[WORD_PEER] = { "right", "right=%v" },
		[WORD_LOCAL_ID] = { "leftid", "leftid=%v" },
		[WORD_REMOTE_ID] = { "rightid", "rightid=%v" },
		[WORD_AUTH] = { "authby", "authby=%v" },
		[WORD_SECRET] = { "ipsec.secrets", NULL },
		[WORD_IKE_PROPOSAL] = { "ike", NULL },
		[WORD_ESP_PROPOSAL] = { "esp", NULL },
		[WORD_PFS] = { "esp", NULL },
		[WORD_NETWORKS] = { "leftsubnet, rightsubnet", NULL },
		[WORD_START] = { "auto", "auto=route" },
		[WORD_IKE_LIFETIME] = { "ikelifetime", "ikelifetime=%vs" },
		[WORD_CHILD_LIFETIME] = { "lifetime", "lifetime=%vs" },
		[WORD_DPD] = { "dpddelay", "dpddelay=30s and dpdaction=restart", "dpddelay=30s\ndpdaction=restart" },
		[WORD_NAT_T] = { "forceencaps", "forceencaps=yes" },
		[WORD_IPCOMP] = { "compress", "compress=no" },
	},
	.values = values,
	.ids = { [ID_TYPE_IPV4_ADDR] = "%v", [ID_TYPE_FQDN] = "@%v", [ID_TYPE_USER_FQDN] = "%v", [ID_TYPE_KEY_ID] = "keyid:%v" },
	.proposal = ipsec_conf_proposal,
	.prf = "add '-prfsha256'",
	.esn = "-esn",
	.ends = "!",
	.tunnel_mode = "type=tunnel",
	.add_pair = ipsec_conf_add_pair,
	.mirrored = &ipsec_conf_right_local,
};

const struct language *const charon_languages[] = {
	[OWN_FILE_NONE] = NULL, /* the device's own */
	[OWN_FILE_SWANCTL] = &swanctl_language,
	[OWN_FILE_IPSEC_CONF] = &ipsec_conf_language,
};
