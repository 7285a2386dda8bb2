// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * words.c - settings and values in each device's own words, for values and fixes
 *
 * In a template %t is the tunnel's name and %v the value. NULL: this device has no such
 * setting. Where the line is prose, or leaves a name open, edit is what can be written
 * into the file, "": nothing. Sources: devices.md 1.2, 2.2, 3.2, 4.2, 5.1.
 */
#include "predict/words.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"
#include "predict/predict.h"

/* A language: that of a device's own file, or of ipsec.conf on whatever device. */
enum {
	SPEECH_IPSEC_CONF = DEVICE_KINDS,
	SPEECH_RIGHT_LOCAL, /* the same, with right as the own end */
	SPEECHES,
};

static const struct {
	const char *setting, *line;
	const char *edit; /* NULL: the line itself */
} words[SPEECHES][WORD_COUNT] = {
	[DEVICE_OPENWRT] = {
		[WORD_VERSION] = { "keyexchange", "option keyexchange 'ikev%v'" },
		[WORD_MODE] = { "exchange_mode",
				"option exchange_mode '%v' (no init script reads it: "
				"aggressive mode needs `aggressive = yes` in an own "
				"swanctl.conf)", "option exchange_mode '%v'" },
		[WORD_PEER] = { "gateway", "option gateway '%v'" },
		[WORD_LOCAL_ID] = { "local_identifier", "option local_identifier '%v'" },
		[WORD_REMOTE_ID] = { "remote_identifier", "option remote_identifier '%v'" },
		[WORD_AUTH] = { "authentication_method",
				"option authentication_method '%v'" },
		[WORD_SECRET] = { "option pre_shared_key", NULL, "option pre_shared_key '%v'" },
		[WORD_IKE_PROPOSAL] = { "IKE proposal", NULL },
		[WORD_ESP_PROPOSAL] = { "ESP proposal", NULL },
		[WORD_PFS] = { "pfs_group", "option dh_group '%v' in the tunnel's proposal", "" },
		[WORD_NETWORKS] = { "local_subnet, remote_subnet", NULL },
		[WORD_START] = { "startaction",
				 "option startaction 'route' (ipsec.init: option mode "
				 "'route')", "option startaction 'route'" },
		[WORD_IKE_LIFETIME] = { "IKE lifetime", "option rekeytime '%v'" },
		[WORD_CHILD_LIFETIME] = { "lifetime", "option lifetime '%v'" },
		[WORD_DPD] = { "dpdaction",
			       "option dpdaction 'restart' in each tunnel and option "
			       "dpddelay '30s'", "" },
		[WORD_NAT_T] = { "encap", "option encap '1'" },
		[WORD_IPCOMP] = { "ipcomp", "option ipcomp '0'" },
	},
	[DEVICE_FRITZBOX] = {
		[WORD_VERSION] = { "version", NULL },
		[WORD_MODE] = { "mode", "mode = phase1_mode_%v;" },
		[WORD_PEER] = { "remoteip", "remoteip = %v;" },
		[WORD_LOCAL_ID] = { "localid", "localid { %v }" },
		[WORD_REMOTE_ID] = { "remoteid", "remoteid { %v }" },
		[WORD_AUTH] = { "keytype", "keytype = connkeytype_pre_shared; use_xauth = no;", "keytype = connkeytype_pre_shared;\nuse_xauth = no;" },
		[WORD_SECRET] = { "key", NULL, "key = \"%v\";" },
		[WORD_IKE_PROPOSAL] = { "phase1ss", NULL },
		[WORD_ESP_PROPOSAL] = { "phase2ss", NULL },
		[WORD_PFS] = { "phase2ss", NULL },
		[WORD_NETWORKS] = { "phase2localid, phase2remoteid", NULL },
		[WORD_START] = { "always_renew", "always_renew = yes; with a remotehostname", "always_renew = yes;" },
		[WORD_IKE_LIFETIME] = { "lifetime", NULL },
		[WORD_CHILD_LIFETIME] = { "lifetime", NULL },
		[WORD_DPD] = { "keepalive_ip", NULL },
		[WORD_NAT_T] = { "use_nat_t", "use_nat_t = yes;" },
		[WORD_IPCOMP] = { "phase2ss", "phase2ss with comp-no", "" },
	},
	[DEVICE_SCREENOS] = {
		[WORD_VERSION] = { "ike gateway", "set ike gateway %v\"%t\" …", "" },
		[WORD_MODE] = { "Main/Aggr", "set ike gateway \"%t\" … %v …", "%v" },
		[WORD_PEER] = { "address", "set ike gateway \"%t\" address %v …", "address %v" },
		[WORD_LOCAL_ID] = { "local-id", "set ike gateway \"%t\" … local-id \"%v\" …", "local-id \"%v\"" },
		[WORD_REMOTE_ID] = { "id", "set ike gateway \"%t\" address … id \"%v\" …", "id \"%v\"" },
		[WORD_AUTH] = { "preshare", "set ike gateway \"%t\" … preshare KEY …", "" },
		[WORD_SECRET] = { "preshare", NULL, "preshare \"%v\"" },
		[WORD_IKE_PROPOSAL] = { "proposal", NULL },
		[WORD_ESP_PROPOSAL] = { "proposal", NULL },
		[WORD_PFS] = { "proposal", NULL },
		[WORD_NETWORKS] = { "proxy-id", NULL },
		[WORD_START] = { "monitor", "set vpn … monitor rekey, or a fixed address of the "
					    "peer", "" },
		[WORD_IKE_LIFETIME] = { "p1-proposal lifetime",
					"set ike p1-proposal P … second %v", "" },
		[WORD_CHILD_LIFETIME] = { "p2-proposal lifetime",
					  "set ike p2-proposal P … second %v", "" },
		[WORD_DPD] = { "dpd-liveness", "set ike gateway \"%t\" dpd-liveness interval 10" },
		[WORD_NAT_T] = { "nat-traversal", "set ike gateway \"%t\" nat-traversal" },
		[WORD_IPCOMP] = { "ipcomp", NULL },
	},
	[DEVICE_JUNOS] = {
		[WORD_VERSION] = { "version", "set security ike gateway %t version v%v-only" },
		[WORD_MODE] = { "mode", "set security ike policy POLICY mode %v", "" },
		[WORD_PEER] = { "address", "set security ike gateway %t address %v" },
		[WORD_LOCAL_ID] = { "local-identity",
				    "set security ike gateway %t local-identity %v" },
		[WORD_REMOTE_ID] = { "remote-identity",
				     "set security ike gateway %t remote-identity %v" },
		[WORD_AUTH] = { "authentication-method",
				"set security ike proposal P authentication-method "
				"pre-shared-keys", "" },
		[WORD_SECRET] = { "pre-shared-key", NULL },
		[WORD_IKE_PROPOSAL] = { "ike proposal", NULL },
		[WORD_ESP_PROPOSAL] = { "ipsec proposal", NULL },
		[WORD_PFS] = { "perfect-forward-secrecy", NULL },
		[WORD_NETWORKS] = { "proxy-identity", NULL },
		[WORD_START] = { "establish-tunnels",
				 "set security ipsec vpn V establish-tunnels immediately", "" },
		[WORD_IKE_LIFETIME] = { "lifetime-seconds",
					"set security ike proposal P lifetime-seconds %v", "" },
		[WORD_CHILD_LIFETIME] = { "lifetime-seconds",
					  "set security ipsec proposal P lifetime-seconds %v", "" },
		[WORD_DPD] = { "dead-peer-detection",
			       "set security ike gateway %t dead-peer-detection always-send" },
		[WORD_NAT_T] = { "no-nat-traversal",
				 "delete security ike gateway %t no-nat-traversal" },
		[WORD_IPCOMP] = { "ipcomp", NULL },
	},
	[DEVICE_STRONGSWAN] = {
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
	[SPEECH_IPSEC_CONF] = {
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
	[SPEECH_RIGHT_LOCAL] = {
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
};

/* Values that a device spells its own way; all others are written as they are. */
static const struct {
	unsigned int speech;
	enum word word;
	const char *ours, *theirs;
} values[] = {
	{ DEVICE_FRITZBOX, WORD_MODE, "main", "idp" },
	{ DEVICE_SCREENOS, WORD_MODE, "main", "Main" },
	{ DEVICE_SCREENOS, WORD_MODE, "aggressive", "Aggr" },
	{ DEVICE_SCREENOS, WORD_VERSION, "1", "" },
	{ DEVICE_SCREENOS, WORD_VERSION, "2", "ikev2 " },
	{ DEVICE_STRONGSWAN, WORD_MODE, "main", "no" },
	{ DEVICE_STRONGSWAN, WORD_MODE, "aggressive", "yes" },
	{ SPEECH_IPSEC_CONF, WORD_MODE, "main", "no" },
	{ SPEECH_IPSEC_CONF, WORD_MODE, "aggressive", "yes" },
	{ SPEECH_RIGHT_LOCAL, WORD_MODE, "main", "no" },
	{ SPEECH_RIGHT_LOCAL, WORD_MODE, "aggressive", "yes" },
};

/* A router may have its tunnels in strongSwan's own files instead of the device's. */
static unsigned int speech_of(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		switch (tunnel->own_file) {
		case OWN_FILE_NONE:
			break;
		case OWN_FILE_SWANCTL:
			return DEVICE_STRONGSWAN;
		case OWN_FILE_IPSEC_CONF:
			return tunnel->is_right_local ? SPEECH_RIGHT_LOCAL
						      : SPEECH_IPSEC_CONF;
		}
	return site->kind;
}

bool words_are_ipsec_conf(const struct site *site)
{
	return speech_of(site) >= SPEECH_IPSEC_CONF;
}

const char *words_setting(const struct site *site, enum word word)
{
	return words[speech_of(site)][word].setting;
}

static const char *value_of(unsigned int speech, enum word word, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (values[i].speech == speech && values[i].word == word &&
		    str_equal(values[i].ours, value))
			return values[i].theirs;
	return value;
}

static const char *fill(struct arena *arena, const char *template,
			const struct tunnel *tunnel, const char *value)
{
	_cleanup_buf_ struct buf line = { 0 };

	for (const char *at = template; *at; at++) {
		if (at[0] == '%' && at[1] == 't')
			buf_puts(&line, tunnel && tunnel->name ? tunnel->name : "…");
		else if (at[0] == '%' && at[1] == 'v')
			buf_puts(&line, value ? value : "…");
		else {
			buf_putc(&line, *at);
			continue;
		}
		at++;
	}
	return arena_strdup(arena, buf_text(&line));
}

struct words_line words_line(struct arena *arena, const struct site *site,
			     const struct tunnel *tunnel, enum word word,
			     const char *value)
{
	const unsigned int speech = speech_of(site);
	const char *line = words[speech][word].line, *edit = words[speech][word].edit;
	const char *own = value_of(speech, word, value);
	struct words_line ret = { 0 };

	if (!line && !edit)
		return ret;
	if (!edit)
		edit = line;
	ret.text = line ? fill(arena, line, tunnel, own) : NULL;
	/* A name or a value that is not known here leaves the statement open. */
	if (*edit && (own || !strstr(edit, "%v")) &&
	    ((tunnel && tunnel->name) || !strstr(edit, "%t")))
		ret.edit = fill(arena, edit, tunnel, own);
	return ret;
}

void words_advise(const struct predict_input *input, struct finding *finding,
		  const struct site *site, const struct origin *at, const char *text)
{
	if (!text)
		return;
	if (at->file && at->line)
		predict_fix(input, finding, "%s: %s:%u: %s", site->name, at->file,
			    at->line, text);
	else
		predict_fix(input, finding, "%s: %s", site->name, text);
}

void words_fix(const struct predict_input *input, struct finding *finding,
	       const struct site *site, const struct origin *at, struct words_line line)
{
	words_advise(input, finding, site, at, line.text);
	if (line.text && line.edit && at->line)
		predict_edit(input, finding, site, EDIT_IN_BLOCK, *at, "%s", line.edit);
}

/* ------------------------------------------------------------ algorithms */

/* strongSwan's keyword and the words of FritzOS, ScreenOS, Junos IKE, Junos ESP. */
static const struct {
	const char *keyword, *fritz, *screenos, *junos, *junos_esp;
} algs[] = {
	{ "aes128", "aes", "aes128", "aes-128-cbc", "aes-128-cbc" },
	{ "aes192", "aes", "aes192", "aes-192-cbc", "aes-192-cbc" },
	{ "aes256", "aes", "aes256", "aes-256-cbc", "aes-256-cbc" },
	{ "aes128gcm16", NULL, NULL, "aes-128-gcm", "aes-128-gcm" },
	{ "aes192gcm16", NULL, NULL, "aes-192-gcm", "aes-192-gcm" },
	{ "aes256gcm16", NULL, NULL, "aes-256-gcm", "aes-256-gcm" },
	{ "3des", "3des", "3des", "3des-cbc", "3des-cbc" },
	{ "des", "des", "des", "des-cbc", "des-cbc" },
	{ "md5", "md5", "md5", "md5", "hmac-md5-96" },
	{ "sha1", "sha", "sha", "sha1", "hmac-sha1-96" },
	{ "sha256", "sha", "sha2-256", "sha-256", "hmac-sha-256-128" },
	{ "sha384", "sha", NULL, "sha-384", "hmac-sha-384" },
	{ "sha512", "sha", NULL, "sha-512", "hmac-sha-512" },
};

static const char *alg_word(const struct site *site, const struct alg *alg, bool is_esp)
{
	for (size_t i = 0; alg && i < ARRAY_SIZE(algs); i++) {
		if (!str_equal(algs[i].keyword, alg->keyword))
			continue;
		switch (site->kind) {
		case DEVICE_FRITZBOX:
			return algs[i].fritz;
		case DEVICE_SCREENOS:
			return algs[i].screenos;
		case DEVICE_JUNOS:
			return is_esp ? algs[i].junos_esp : algs[i].junos;
		case DEVICE_OPENWRT:
		case DEVICE_STRONGSWAN:
			return alg->keyword;
		}
	}
	return NULL;
}

/* Statements, a line each, as one sentence. */
static void add_statements(const char *statements, const char *between, struct buf *out)
{
	while (*statements) {
		size_t length = strcspn(statements, "\n");

		buf_add(out, statements, length);
		statements += length + (statements[length] == '\n');
		if (*statements)
			buf_puts(out, between);
	}
}

struct words_line words_statement(const char *statement)
{
	return (struct words_line){ .text = statement, .edit = statement };
}

/* What the options are called in that type of section; the last row is for all others. */
static const struct {
	const char *section, *hash, *group;
} openwrt_options[] = {
	{ "p2_proposal", "authentication_algorithm", "pfs_group" },
	{ NULL, "hash_algorithm", "dh_group" },
};

static struct words_line openwrt_lines(struct arena *arena, const struct proposal *own,
				       const struct pair_choice *c, bool is_esp)
{
	const bool is_own = own && own->section;
	_cleanup_buf_ struct buf text = { 0 }, edit = { 0 };
	struct words_line line = { 0 };
	size_t row = 0;

	while (openwrt_options[row].section &&
	       !str_equal(openwrt_options[row].section, own ? own->section : NULL))
		row++;
	if (!is_own)
		buf_printf(&text, "a proposal of its own for %s: ",
			   is_esp ? "the tunnel" : "the remote");
	buf_printf(&edit, "option encryption_algorithm '%s'\n", c->encr->keyword);
	if (c->integ)
		buf_printf(&edit, "option %s '%s'\n", openwrt_options[row].hash,
			   c->integ->keyword);
	if (c->dh)
		buf_printf(&edit, "option %s '%s'\n", openwrt_options[row].group,
			   c->dh->keyword);
	else if (is_esp)
		buf_printf(&edit, "no option %s\n", openwrt_options[row].group);
	add_statements(buf_text(&edit), ", ", &text);
	line.text = arena_strdup(arena, buf_text(&text));
	line.edit = is_own ? arena_strdup(arena, buf_text(&edit)) : NULL;
	return line;
}

/* ipsec.conf adds strongSwan's own proposals where no '!' ends the list. */
static struct words_line strongswan_line(struct arena *arena, const struct pair_choice *c,
					 bool is_esp, bool is_ipsec_conf)
{
	static const char *const names[2][2] = { { "proposals = ", "esp_proposals = " },
						 { "ike=", "esp=" } };

	return words_statement(arena_printf(
		arena, "%s%s%s%s%s%s%s", names[is_ipsec_conf][is_esp], c->encr->keyword,
		c->integ ? "-" : "", c->integ ? c->integ->keyword : "", c->dh ? "-" : "",
		c->dh ? c->dh->keyword : "", is_ipsec_conf ? "!" : ""));
}

/* "def", "alt" and the dhN that strategies are known with (devices.md 2.4). */
static bool fritz_has_group(int group)
{
	static const int groups[] = { 1, 2, 5, 14, 15 };

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

static const char *fritz_line(struct arena *arena, const struct pair_choice *c,
			      bool is_esp, const char *encr, const char *integ)
{
	char group[16];

	if (is_esp)
		return arena_printf(arena, "phase2ss = \"esp-%s-%s/ah-no/comp-no/%s\";",
				    encr, integ, c->dh ? "pfs" : "no-pfs");
	if (!c->dh || !fritz_has_group(c->dh->ikev2))
		return NULL;
	(void)snprintf(group, sizeof(group), "dh%d", c->dh->ikev2);
	return arena_printf(arena, "phase1ss = \"%s/%s/%s\";",
			    c->dh->ikev2 == 1	? "def"
			    : c->dh->ikev2 == 2 ? "alt"
						: group,
			    encr, integ);
}

static struct words_line screenos_line(struct arena *arena, const struct pair_choice *c,
				       bool is_esp, const char *encr, const char *integ)
{
	struct words_line line = { 0 };

	if (is_esp && !c->dh)
		line.edit =
			arena_printf(arena, "proposal \"nopfs-esp-%s-%s\"", encr, integ);
	else if (c->dh)
		line.edit = arena_printf(arena, "proposal \"%sg%d-%s%s-%s\"",
					 is_esp ? "" : "pre-", c->dh->ikev2,
					 is_esp ? "esp-" : "", encr, integ);
	if (line.edit)
		line.text = arena_printf(arena, "set %s … %s",
					 is_esp ? "vpn" : "ike gateway", line.edit);
	return line;
}

static struct words_line junos_lines(struct arena *arena, const struct proposal *own,
				     const struct pair_choice *c, bool is_esp,
				     const char *encr, const char *integ)
{
	const char *what = is_esp ? "ipsec" : "ike";
	bool has_name = own && own->name && !strchr(own->name, ' ');
	bool has_policy = own && own->section;
	const char *name = has_name ? own->name : "PROPOSAL";
	const char *policy = has_policy ? own->section : "POLICY";
	_cleanup_buf_ struct buf edit = { 0 }, text = { 0 };
	struct words_line line = { 0 };

	buf_printf(&edit, "set security %s proposal %s encryption-algorithm %s", what,
		   name, encr);
	if (integ)
		buf_printf(&edit,
			   "\nset security %s proposal %s authentication-algorithm %s",
			   what, name, integ);
	if (is_esp && !c->dh)
		buf_printf(&edit,
			   "\ndelete security ipsec policy %s perfect-forward-secrecy",
			   policy);
	else if (is_esp)
		buf_printf(&edit,
			   "\nset security ipsec policy %s perfect-forward-secrecy keys "
			   "group%d",
			   policy, c->dh->ikev2);
	else if (c->dh)
		buf_printf(&edit, "\nset security ike proposal %s dh-group group%d", name,
			   c->dh->ikev2);
	add_statements(buf_text(&edit), "; ", &text);
	line.text = arena_strdup(arena, buf_text(&text));
	if (has_name && (has_policy || !is_esp))
		line.edit = arena_strdup(arena, buf_text(&edit));
	return line;
}

struct words_line words_proposal(struct arena *arena, const struct site *site,
				 const struct proposal *own,
				 const struct pair_choice *choice, bool is_esp)
{
	const char *encr = alg_word(site, choice->encr, is_esp);
	const char *integ = alg_word(site, choice->integ, is_esp);
	const struct words_line none = { 0 };

	if (!choice->encr)
		return none;
	if (speech_of(site) != site->kind)
		return strongswan_line(arena, choice, is_esp, words_are_ipsec_conf(site));
	switch (site->kind) {
	case DEVICE_OPENWRT:
		return openwrt_lines(arena, own, choice, is_esp);
	case DEVICE_STRONGSWAN:
		return strongswan_line(arena, choice, is_esp, false);
	case DEVICE_FRITZBOX:
		return encr && integ ? words_statement(fritz_line(arena, choice, is_esp,
								  encr, integ))
				     : none;
	case DEVICE_SCREENOS:
		return encr && integ ? screenos_line(arena, choice, is_esp, encr, integ)
				     : none;
	case DEVICE_JUNOS:
		return encr && (integ || !choice->integ)
			       ? junos_lines(arena, own, choice, is_esp, encr, integ)
			       : none;
	}
	return none;
}

/* ------------------------------------------------------------ identities */

/* How each device marks the type; %v is the value. NULL: it cannot be said. */
static const struct {
	enum id_type type;
	const char *formats[SPEECHES];
} types[] = {
	{ ID_TYPE_IPV4_ADDR, { "%v", "ipaddr = %v;", "%v", "inet %v", "%v", "%v" } },
	{ ID_TYPE_FQDN, { "@%v", "fqdn = \"%v\";", "%v", "hostname %v", "@%v", "@%v" } },
	{ ID_TYPE_USER_FQDN,
	  { "%v", "user_fqdn = \"%v\";", "%v", "user-at-hostname %v", "%v", "%v" } },
	{ ID_TYPE_KEY_ID,
	  { "keyid:%v", "key_id = \"%v\";", NULL, NULL, "keyid:%v", "keyid:%v" } },
};

struct words_line words_identity(struct arena *arena, const struct site *site,
				 const struct identity *identity, bool is_local,
				 const struct tunnel *tunnel)
{
	const enum word word = is_local ? WORD_LOCAL_ID : WORD_REMOTE_ID;

	for (size_t i = 0; identity->value && i < ARRAY_SIZE(types); i++) {
		const char *format = types[i].formats[speech_of(site)], *mark;

		if (types[i].type != identity->type || !format)
			continue;
		mark = strstr(format, "%v");
		return words_line(arena, site, tunnel, word,
				  arena_printf(arena, "%.*s%s%s", (int)(mark - format),
					       format, identity->value, mark + 2));
	}
	return (struct words_line){ 0 };
}
