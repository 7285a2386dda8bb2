// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_remote.c - sections `remote` of /etc/config/ipsec */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"
#include "import/words.h"

#define DEFAULT_TRIES	3
#define DEFAULT_REKEY	(4 * 3600)
#define DOCUMENTED_AUTH "psk"

#define BY_SWANCTL READ_BY(GENERATOR_SWANCTL_INIT)

static const struct openwrt_option remote_options[] = {
	{ "enabled", NULL, 0 },
	{ "gateway", NULL, 0 },
	{ "remote_addrs", NULL, 0 },
	{ "local_gateway", NULL, 0 },
	{ "local_ip", NULL, 0 },
	{ "local_addrs", NULL, 0 },
	{ "local_sourceip", NULL, BY_SWANCTL },
	{ "vips", NULL, BY_SWANCTL },
	{ "pre_shared_key", NULL, 0 },
	{ "authentication_method", NULL, 0 },
	{ "local_identifier", NULL, 0 },
	{ "remote_identifier", NULL, 0 },
	{ "my_identifier", NULL, 0 },
	{ "my_identifier_type", NULL, 0 },
	{ "exchange_mode", NULL, 0 },
	{ "p1_proposal", NULL, 0 },
	{ "crypto_proposal", NULL, 0 },
	{ "force_crypto_proposal", NULL, 0 },
	{ "tunnel", NULL, 0 },
	{ "transport", NULL, 0 },
	{ "child", NULL, 0 },
	{ "extra_option", NULL, READ_BY(GENERATOR_WIKI) },
	{ "keyexchange", NULL, 0 },
	{ "keyingtries", NULL, 0 },
	{ "dpddelay", NULL, 0 },
	{ "encap", NULL, 0 },
	{ "inactivity", NULL, BY_SWANCTL },
	{ "fragmentation", NULL, 0 },
	{ "mobike", NULL, 0 },
	{ "rekeytime", NULL, 0 },
	{ "overtime", NULL, 0 },
	{ "send_cert", NULL, BY_SWANCTL },
	{ "send_certreq", NULL, BY_SWANCTL },
	{ "local_cert", NULL, BY_SWANCTL },
	{ "local_key", NULL, BY_SWANCTL },
	{ "ca_cert", NULL, BY_SWANCTL },
	{ "remote_ca_certs", NULL, BY_SWANCTL },
	{ "eap_id", NULL, BY_SWANCTL },
	{ "pools", NULL, BY_SWANCTL },
	{ "firewall", "is not read in a remote", 0 },
	{ "keyingretries", "is written by LuCI by mistake, the option is keyingtries",
	  0 },
	{ "ikelifetime", NULL, 0 },
	{ "lifetime", NULL, 0 },
	{ "dpdaction", NULL, 0 },
	{ "ns_*", "is a note of NethSecurity", 0 },
	{ NULL, NULL, 0 },
};

static const struct {
	const char *word;
	enum auth_method auth;
} auth_words[] = {
	{ "psk", AUTH_PSK },
	{ "pre_shared_key", AUTH_PSK },
	{ "xauth_psk_server", AUTH_XAUTH_PSK },
	{ "pubkey", AUTH_RSA },
	{ "rsasig", AUTH_RSA },
	{ "eap-mschapv2", AUTH_EAP },
	{ "eap-tls", AUTH_EAP },
};

static struct endpoint endpoint_of(const struct text *word)
{
	struct endpoint endpoint = { .kind = ENDPOINT_NAME,
				     .name = word->s,
				     .at = word->at };

	if (!inet_addr_parse(word->s, &endpoint.addr))
		endpoint.kind = ENDPOINT_ADDRESS;
	return endpoint;
}

static bool is_any_word(const char *word)
{
	return str_equal(word, "any") || str_equal(word, "%any") ||
	       str_equal(word, "0.0.0.0");
}

static void read_remotes(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			 struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	const bool is_new = openwrt_has_quirk(o, QUIRK_NEW_NAMES);
	const char *const names[] = {
		is_new ? NULL : "gateway",
		is_new || !openwrt_is_rendered(o) ? "remote_addrs" : NULL,
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct openwrt_words words = { 0 };

		if (names[i])
			words = openwrt_words(o, section, names[i], ",");
		/* config_get joins them, and no address has a blank. */
		if (words.list.count > 1 && openwrt_is_rendered(o) && !is_new &&
		    strchr(uci_get(&o->uci, section, names[i]), ' ')) {
			site_remark(o->site, REMARK_INVALID, words.list.items[0].at,
				    "%s writes the gateways as one: '%s' is no address",
				    o->firmware->source,
				    uci_get(&o->uci, section, names[i]));
			words.list.items[0].s = uci_get(&o->uci, section, names[i]);
			words.list.count = 1;
		}
		vec_foreach (word, &words.list) {
			if (!is_any_word(word->s))
				vec_add(o->site->arena, &tunnel->remotes,
					endpoint_of(word));
		}
	}
	vec_foreach (remote, &tunnel->remotes) {
		if (ipsec->dialect->has_starter && remote->kind == ENDPOINT_NAME &&
		    !tunnel->local_id.value)
			site_remark(
				o->site, REMARK_ASSUMED, remote->at,
				"%s asks 'ip route get %s' for the own address, which "
				"fails for a name: the key is stored without one",
				o->firmware->source, remote->name);
	}
}

static void read_local(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		       struct tunnel *tunnel)
{
	static const struct {
		enum openwrt_generator generator;
		const char *option;
	} options[] = {
		{ GENERATOR_NONE, "local_gateway" },
		{ GENERATOR_NONE, "local_ip" },
		{ GENERATOR_NONE, "local_addrs" },
		{ GENERATOR_WIKI, "local_gateway" },
		{ GENERATOR_SWANCTL_INIT, "local_leftip" },
		{ GENERATOR_SWANCTL_INIT, "local_ip" },
		{ GENERATOR_SWANCTL_INIT, "local_addrs" },
	};
	const struct openwrt *o = ipsec->o;
	const char *const own = openwrt_has_quirk(o, QUIRK_NEW_NAMES)  ? "local_addrs"
				: openwrt_has_quirk(o, QUIRK_LOCAL_IP) ? "local_ip"
				: openwrt_has_quirk(o, QUIRK_LENIENT)  ? "local_leftip"
								       : "";

	tunnel->local = (struct endpoint){ .kind = ENDPOINT_ANY,
					   .at = { .source = OPENWRT_DEFAULT } };
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		struct openwrt_words words;

		if (options[i].generator != ipsec->dialect->generator ||
		    (options[i].generator == GENERATOR_SWANCTL_INIT &&
		     !str_equal(options[i].option, own)))
			continue;
		words = openwrt_words(ipsec->o, section, options[i].option, ",");
		if (words.list.count && !is_any_word(words.list.items[0].s))
			tunnel->local = endpoint_of(&words.list.items[0]);
	}
}

static struct identity read_identity(struct openwrt *o, const struct tree_node *section,
				     const char *name)
{
	const struct text text = openwrt_text(o, section, name);
	struct identity id = { .type = ID_TYPE_NONE, .at = text.at };

	if (!text.s) {
		id.at = (struct origin){ .source = STRONGSWAN_DEFAULT ", the address" };
		return id;
	}
	id.written = text.s;
	id.type = id_type_of_strongswan_text(text.s, &id.value);
	if (id.type == ID_TYPE_KEY_ID && str_starts(text.s, "@#"))
		id.value = id_key_id_text(o->site->arena, id.value);
	if (id.type == ID_TYPE_NONE) {
		id.value = NULL;
		id.is_any = true;
	}
	return id;
}

/* Only warned about, and strongSwan's default taken. */
static bool is_lenient(const struct openwrt_ipsec *ipsec)
{
	return openwrt_has_quirk(ipsec->o, QUIRK_LENIENT);
}

/* ipsec.conf loses one connection; swanctl.init starts nothing at all. */
static void drop_tunnel(struct openwrt_ipsec *ipsec, struct tunnel *tunnel,
			struct origin at, enum remark_mend mend, const char *advice,
			const char *why)
{
	struct remark *remark;

	if (is_lenient(ipsec)) {
		site_remark(ipsec->o->site, REMARK_INVALID, at,
			    "%s: only a warning of %s", why, ipsec->o->firmware->source);
		return;
	}
	tunnel->is_disabled = true;
	if (ipsec->dialect->auth == DIALECT_AUTH_FATAL) {
		remark_advise(openwrt_fatal_mend(ipsec, at, mend, "%s", why), advice);
		return;
	}
	remark = site_remark(
		ipsec->o->site, REMARK_INVALID, at,
		openwrt_is_rendered(ipsec->o) ? "%s: the connection is dropped" : "%s",
		why);
	if (openwrt_is_rendered(ipsec->o))
		remark_says(remark, SAYS_NOT_LOADED, mend, NULL);
	remark_advise(remark, advice);
}

static bool is_eap_read(const struct openwrt *o, const char *word)
{
	if (str_equal(word, "eap-mschapv2"))
		return openwrt_has_quirk(o, QUIRK_EAP_MSCHAPV2);
	return openwrt_has_quirk(o, QUIRK_EAP_TLS);
}

/* The words of swanctl.init are psk and pubkey, those of strongSwan are others. */
static bool is_auth_known(const struct openwrt_ipsec *ipsec, enum auth_method auth,
			  const char *word)
{
	if (openwrt_is_rendered(ipsec->o) && auth == AUTH_PSK && !str_equal(word, "psk"))
		return false;
	if (ipsec->dialect->generator == GENERATOR_SWANCTL_INIT && auth == AUTH_EAP)
		return is_eap_read(ipsec->o, word);
	if (ipsec->dialect->generator == GENERATOR_SWANCTL_INIT && auth == AUTH_RSA)
		return str_equal(word, "pubkey");
	switch (auth) {
	case AUTH_PSK:
		return true;
	case AUTH_XAUTH_PSK:
		return ipsec->dialect->generator == GENERATOR_WIKI ||
		       ipsec->dialect->generator == GENERATOR_NONE;
	case AUTH_RSA:
	case AUTH_EAP:
		return ipsec->dialect->generator == GENERATOR_SWANCTL_INIT ||
		       ipsec->dialect->generator == GENERATOR_NONE;
	case AUTH_ECDSA:
	case AUTH_UNKNOWN:
		return false;
	}
	return false;
}

static void read_auth(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		      struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;

	tunnel->auth_word = openwrt_text(o, section, "authentication_method");
	tunnel->auth = AUTH_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(auth_words); i++) {
		if (str_equal(auth_words[i].word, tunnel->auth_word.s))
			tunnel->auth = auth_words[i].auth;
	}
	if (!tunnel->auth_word.s && ipsec->dialect->auth == DIALECT_AUTH_ASSUMED) {
		tunnel->auth = AUTH_PSK;
		tunnel->auth_word = (struct text){ .s = DOCUMENTED_AUTH,
						   .at = { .source = OPENWRT_DEFAULT } };
	}
	if (is_auth_known(ipsec, tunnel->auth, tunnel->auth_word.s) ||
	    tunnel->is_disabled)
		return;
	if (is_lenient(ipsec))
		tunnel->auth = AUTH_RSA; /* swanctl's own, pubkey */
	if (!openwrt_is_rendered(o)) {
		site_remark(o->site, REMARK_UNKNOWN, tunnel->auth_word.at,
			    "authentication_method '%s' is not known",
			    tunnel->auth_word.s);
		return;
	}
	if (!tunnel->auth_word.s) {
		drop_tunnel(ipsec, tunnel, tunnel->at, MEND_AUTH_METHOD, NULL,
			    arena_printf(o->site->arena,
					 "%s needs option authentication_method 'psk', "
					 "which is missing",
					 o->firmware->source));
		return;
	}
	drop_tunnel(ipsec, tunnel, tunnel->auth_word.at, MEND_LINE,
		    "option authentication_method 'psk'",
		    arena_printf(o->site->arena, "%s knows no authentication_method '%s'",
				 o->firmware->source, tunnel->auth_word.s));
}

static size_t quotes_in(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += text[i] == '"';
	return count;
}

static void read_psk(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		     struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	const struct tree_node *option =
		uci_option_find(&o->uci, section, "pre_shared_key");
	const struct tree_value *value = option ? &option->values.items[0] : NULL;

	if (!value || !*value->text) {
		if (tunnel->auth == AUTH_PSK)
			site_remark(o->site, REMARK_INVALID, tunnel->at,
				    "remote '%s' has no pre_shared_key", tunnel->name);
		return;
	}
	ipsec->dialect->read_secret(o, value, &tunnel->psk);
	if (ipsec->dialect->generator != GENERATOR_SWANCTL_INIT || tunnel->is_disabled ||
	    tunnel->auth != AUTH_PSK)
		return;
	if (memchr(value->text, '}', strcspn(value->text, "#")))
		remark_advise(openwrt_fatal(ipsec, value->at,
					    "a '}' in the key ends the section: swanctl "
					    "refuses the whole file"),
			      "take a key without '}', at both ends");
	if (quotes_in(value->text, strcspn(value->text, "#")) % 2)
		remark_advise(
			openwrt_fatal(ipsec, value->at,
				      "a '\"' in the key begins a string that never "
				      "ends: swanctl refuses the whole file"),
			"take a key without '\"', at both ends");
	/* packages PR 15890 mended master in June 2021; the branch never. */
	if (openwrt_has_quirk(o, QUIRK_UNCLOSED))
		openwrt_fatal_mend(ipsec, value->at, MEND_RELEASE,
				   "swanctl.init of 21.02 never closes the section of a "
				   "pre-shared key: swanctl refuses the whole file");
}

/*
 * Characters of an identity that the written file does not survive (openwrt-scripts.md,
 * 9). secret: it is written a second time, without quotes, among the secrets.
 */
static void check_identity(struct openwrt_ipsec *ipsec, struct tunnel *tunnel,
			   const struct identity *id, bool secret)
{
	struct openwrt *o = ipsec->o;
	const char *text = id->written;

	if (!text || !openwrt_is_rendered(o) || tunnel->is_disabled)
		return;
	if (strchr(text, '"'))
		remark_advise(openwrt_fatal(ipsec, id->at,
					    "a '\"' in an identity breaks the file that "
					    "%s writes",
					    o->firmware->source),
			      "take an identity without '\"', at both ends");
	if (strchr(text, '=') && openwrt_has_quirk(o, QUIRK_ID_EQUALS))
		remark_advise(openwrt_fatal(ipsec, id->at,
					    "a '=' in an identity breaks the file that "
					    "%s writes",
					    o->firmware->source),
			      "take an identity without '=', at both ends");
	if (ipsec->dialect->generator != GENERATOR_SWANCTL_INIT)
		return;
	if (secret && strchr(text, '}'))
		remark_advise(openwrt_fatal(ipsec, id->at,
					    "a '}' in an identity ends the section of "
					    "the key: swanctl refuses the whole file"),
			      "take an identity without '}', at both ends");
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80) {
			remark_advise(openwrt_drop(ipsec, tunnel, id->at,
						   "an identity that is not ASCII is no "
						   "id to strongSwan"),
				      "take an identity in ASCII, at both ends");
			return;
		}
}

/* Main Mode unless the documentation's exchange_mode says otherwise. */
static void read_mode(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		      struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	const struct text mode = openwrt_text(o, section, "exchange_mode");

	tunnel->mode = EXCHANGE_MAIN;
	tunnel->mode_at =
		(struct origin){ .source = openwrt_is_rendered(o) ? o->firmware->source
								  : OPENWRT_DEFAULT };
	if (!mode.s)
		return;
	if (!ipsec->dialect->has_mode) {
		remark_says(site_remark(o->site, REMARK_IGNORED, mode.at,
					"%s ignores exchange_mode '%s'%s",
					o->firmware->source, mode.s,
					str_starts(mode.s, "aggressive")
						? ", it never writes aggressive=yes"
						: ""),
			    SAYS_NO_EFFECT, MEND_LINE, NULL);
		return;
	}
	tunnel->mode_at = mode.at;
	/* racoon took a list: the first one is initiated, the others are accepted. */
	if (str_starts(mode.s, "aggressive"))
		tunnel->mode = EXCHANGE_AGGRESSIVE;
	else if (!str_starts(mode.s, "main"))
		site_remark(o->site, REMARK_INVALID, mode.at,
			    "exchange_mode '%s' is neither main nor aggressive", mode.s);
	tunnel->accepts_both_modes =
		strstr(mode.s, "main") && strstr(mode.s, "aggressive");
}

/* keyexchange is in the remote (swanctl.init) or in the tunnels (ipsec.init). */
static struct text keyexchange_of(struct openwrt_ipsec *ipsec,
				  const struct tree_node *section)
{
	struct openwrt *o = ipsec->o;
	struct text text = { 0 };
	struct openwrt_words tunnels;

	if (ipsec->dialect->generator != GENERATOR_IPSEC_INIT)
		text = openwrt_text(o, section, "keyexchange");
	if (text.s || ipsec->dialect->generator == GENERATOR_SWANCTL_INIT)
		return text;
	tunnels = openwrt_section_names(ipsec, section, "tunnel");
	vec_foreach (name, &tunnels.list) {
		const struct tree_node *tunnel =
			uci_section_find(&o->uci, ipsec->package, NULL, name->s);

		if (tunnel && !text.s)
			text = openwrt_text(o, tunnel, "keyexchange");
	}
	return text;
}

static void read_version(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			 struct tunnel *tunnel)
{
	static const struct {
		const char *word;
		int version;
	} words[] = { { "ike", 0 }, { "ikev1", 1 }, { "ikev2", 2 } };
	struct openwrt *o = ipsec->o;
	struct text text;

	tunnel->version_at =
		(struct origin){ .source = openwrt_is_rendered(o) ? o->firmware->source
								  : OPENWRT_DEFAULT };
	tunnel->version = ipsec->dialect->fixed_version;
	if (tunnel->version)
		return;
	text = keyexchange_of(ipsec, section);
	/* The old schema is older than IKEv2 in OpenWrt. */
	tunnel->version =
		!openwrt_is_rendered(o) && (uci_get(&o->uci, section, "p1_proposal") ||
					    uci_get(&o->uci, section, "exchange_mode"))
			? 1
			: 2;
	if (!text.s)
		return;
	tunnel->version_at = text.at;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_equal(text.s, words[i].word)) {
			tunnel->version = words[i].version;
			return;
		}
	}
	drop_tunnel(ipsec, tunnel, text.at, MEND_LINE, "write one of: ikev2, ikev1, ike",
		    arena_printf(o->site->arena, "keyexchange '%s' is not supported",
				 text.s));
}

void openwrt_read_tries(struct openwrt *o, const struct tree_node *section,
			struct number *ret_tries)
{
	const struct text text = openwrt_text(o, section, "keyingtries");

	*ret_tries = (struct number){ .is_set = true,
				      .n = DEFAULT_TRIES,
				      .at = { .source = OPENWRT_DEFAULT } };
	if (str_equal(text.s, "%forever"))
		*ret_tries = (struct number){ .is_set = true, .n = 0, .at = text.at };
	else if (text.s)
		*ret_tries = openwrt_number(o, section, "keyingtries");
}

/* rekeytime is when charon begins; the lifetime that peers are told is a tenth longer. */
static void read_rekey_time(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			    struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	const struct number rekey = openwrt_seconds(o, section, "rekeytime", NULL, NULL);
	const struct number over = openwrt_seconds(o, section, "overtime", NULL, NULL);

	if (!rekey.is_set && !openwrt_is_rendered(o))
		return; /* the tunnels' ikelifetime may say it */
	tunnel->lifetime_s = rekey;
	if (!rekey.is_set)
		tunnel->lifetime_s =
			(struct number){ .is_set = true,
					 .n = DEFAULT_REKEY,
					 .at = { .source = STRONGSWAN_DEFAULT } };
	tunnel->lifetime_s.n += over.is_set ? over.n : tunnel->lifetime_s.n / 10;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* What swanctl.init or charon make of odd values of a remote. */
static void check_values(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			 struct tunnel *tunnel)
{
	static const char *const fragmentation[] = { "yes",   "no", "accept",
						     "force", "0",  "1" };
	static const char *const times[] = { "rekeytime", "overtime", "dpddelay" };
	struct openwrt *o = ipsec->o;
	struct text text = openwrt_text(o, section, "fragmentation");
	bool is_known = !text.s;

	if (!openwrt_is_rendered(o) || tunnel->is_disabled)
		return;
	for (size_t i = 0; text.s && i < ARRAY_SIZE(fragmentation); i++)
		is_known |= str_equal(text.s, fragmentation[i]);
	if (!is_known && !is_lenient(ipsec))
		remark_advise(openwrt_fatal(ipsec, text.at,
					    "fragmentation '%s' is not supported",
					    text.s),
			      "write one of: yes, no, accept, force");
	text = openwrt_text(o, section, "keyingtries");
	if (text.s && !is_number(text.s) && !str_equal(text.s, "%forever"))
		remark_advise(openwrt_drop(ipsec, tunnel, text.at,
					   "keyingtries '%s' is no number", text.s),
			      "write a number; '0' or '%forever' never gives up");
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		text = openwrt_text(o, section, times[i]);
		if (text.s && !openwrt_is_time(text.s))
			remark_advise(openwrt_drop(ipsec, tunnel, text.at,
						   "%s '%s' is no time", times[i],
						   text.s),
				      OPENWRT_ADVICE_TIME);
	}
}

/* What swanctl.init reads in the remote; the documentation means both scripts. */
static void read_swanctl_settings(struct openwrt_ipsec *ipsec,
				  const struct tree_node *section, struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	struct flag encap = { 0 };

	tunnel->nat_t = NAT_T_AUTO;
	tunnel->nat_t_at = (struct origin){ .source = STRONGSWAN_DEFAULT };
	if (ipsec->dialect->generator != GENERATOR_SWANCTL_INIT &&
	    ipsec->dialect->generator != GENERATOR_NONE)
		return;
	if (!openwrt_is_rendered(o) || openwrt_has_quirk(o, QUIRK_ENCAP))
		encap = openwrt_flag(o, section, "encap", 0, OPENWRT_DEFAULT);
	if (encap.on) {
		tunnel->nat_t = NAT_T_FORCED;
		tunnel->nat_t_at = encap.at;
	}
	tunnel->mobike = openwrt_flag(o, section, "mobike", 1, OPENWRT_DEFAULT);
	tunnel->fragmentation =
		openwrt_flag(o, section, "fragmentation", 1, OPENWRT_DEFAULT);
	tunnel->dpd_delay_s =
		openwrt_seconds(o, section, "dpddelay", "30s", OPENWRT_DEFAULT);
	openwrt_read_tries(o, section, &tunnel->keyingtries);
	read_rekey_time(ipsec, section, tunnel);
	check_values(ipsec, section, tunnel);
}

static void read_ike_proposals(struct openwrt_ipsec *ipsec,
			       const struct tree_node *section, struct tunnel *tunnel)
{
	const struct openwrt_proposals proposals =
		openwrt_read_proposals(ipsec, section, false);
	const bool is_forced =
		openwrt_bool(ipsec->o, section, "force_crypto_proposal", false);

	vec_foreach (proposal, &proposals.list) {
		vec_add(ipsec->o->site->arena, &tunnel->proposals, *proposal);
		if (proposal->lifetime_s.is_set && !tunnel->lifetime_s.is_set)
			tunnel->lifetime_s = proposal->lifetime_s;
	}
	/* Without '!' starter's connections offer strongSwan's own behind them. */
	tunnel->has_default_proposals =
		!proposals.list.count || (ipsec->dialect->has_starter && !is_forced);
	if (!proposals.list.count)
		site_remark(
			ipsec->o->site, REMARK_ASSUMED, tunnel->at,
			"no IKE proposal is read, strongSwan's own are offered (without "
			"modp1024, MD5 and DES)");
}

static void read_remote(struct openwrt_ipsec *ipsec, const struct tree_node *section)
{
	struct openwrt *o = ipsec->o;
	struct tunnel *tunnel = vec_push(o->site->arena, &o->site->tunnels);
	const struct flag enabled =
		openwrt_flag(o, section, "enabled", 0, OPENWRT_DEFAULT);

	tunnel->name = ipsec->only ? arena_printf(o->site->arena, "%s-%s", section->name,
						  ipsec->only)
				   : section->name;
	tunnel->at = section->at;
	tunnel->is_disabled = !enabled.on;
	if (!enabled.on)
		remark_says(site_remark(o->site, REMARK_IGNORED,
					enabled.at.file ? enabled.at : tunnel->at,
					"remote '%s' is not enabled%s, nothing is built "
					"for it",
					section->name,
					enabled.at.file ? ""
							: " (option enabled is missing)"),
			    SAYS_NOT_ENABLED, MEND_ENABLE, tunnel->name);
	tunnel->local_id = read_identity(o, section, "local_identifier");
	tunnel->remote_id = read_identity(o, section, "remote_identifier");
	read_remotes(ipsec, section, tunnel);
	read_local(ipsec, section, tunnel);
	read_auth(ipsec, section, tunnel);
	read_psk(ipsec, section, tunnel);
	read_version(ipsec, section, tunnel);
	read_mode(ipsec, section, tunnel);
	read_swanctl_settings(ipsec, section, tunnel);
	read_ike_proposals(ipsec, section, tunnel);
	check_identity(ipsec, tunnel, &tunnel->local_id, tunnel->auth == AUTH_PSK);
	check_identity(ipsec, tunnel, &tunnel->remote_id,
		       tunnel->auth == AUTH_PSK && tunnel->local_id.written);
	ipsec->has_dpd_off = false;
	openwrt_read_children(ipsec, section, tunnel);
	openwrt_name_unrehearsed(o, section, tunnel->name);
	openwrt_check(o, section, remote_options);
}

/* A first look, which does not count as reading it. */
static const char *peek(const struct openwrt *o, const struct tree_node *section,
			const char *name)
{
	const struct tree_node *option = map_get(&o->uci.names, section, name);

	return option && option->values.count ? option->values.items[0].text : NULL;
}

/* Two sections of a remote that ipsec.init makes different connections of. */
static bool is_split(struct openwrt_ipsec *ipsec, const struct openwrt_words *names)
{
	static const char *const options[] = { "keyexchange", "dpdaction", "dpddelay",
					       "ikelifetime", "local_leftip" };
	struct openwrt *o = ipsec->o;
	const struct tree_node *first = NULL;

	vec_foreach (name, &names->list) {
		const struct tree_node *section =
			uci_section_find(&o->uci, ipsec->package, NULL, name->s);

		if (!first)
			first = section;
		for (size_t i = 0; first && section && i < ARRAY_SIZE(options); i++)
			if (!str_equal(peek(o, first, options[i]),
				       peek(o, section, options[i])))
				return true;
	}
	return false;
}

/* ipsec.init writes one connection for each section, with its keyexchange and DPD. */
void openwrt_read_remote(struct openwrt_ipsec *ipsec, const struct tree_node *section)
{
	struct openwrt_words names = { 0 };

	if (ipsec->dialect->generator == GENERATOR_IPSEC_INIT)
		names = openwrt_section_names(ipsec, section, "tunnel");
	if (!is_split(ipsec, &names)) {
		read_remote(ipsec, section);
		return;
	}
	vec_foreach (name, &names.list) {
		if (ipsec->o->site->tunnels.count >= OPENWRT_THINGS_MAX)
			break;
		ipsec->only = name->s;
		read_remote(ipsec, section);
	}
	ipsec->only = NULL;
}

void openwrt_remote_words_list(struct import_words *words)
{
	openwrt_options_list(words, "ipsec, section remote", remote_options);
}
