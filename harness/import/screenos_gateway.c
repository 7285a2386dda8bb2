// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_gateway.c - `set ike gateway …` of ScreenOS */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"
#include "model/aspect.h"
#include "import/words.h"

#define PROPOSALS_MAX 4 /* the device takes no more */

struct sos_gateway *sos_gateway_find(const struct reader *reader, const char *name)
{
	struct sos_gateway *gateway = map_get(&reader->gateway_map, NULL, name);

	return gateway && !gateway->is_unset ? gateway : NULL;
}

static struct sos_gateway *gateway_get(struct reader *reader, const char *name)
{
	struct sos_gateway *gateway = sos_gateway_find(reader, name);
	struct tunnel *tunnel;

	if (gateway)
		return gateway;
	gateway = arena_alloc(reader->arena, sizeof(*gateway));
	gateway->dpd_retry = 5;
	tunnel = &gateway->tunnel;
	tunnel->name = name;
	tunnel->at = reader->at;
	tunnel->version = 1;
	tunnel->version_at = tunnel->mode_at =
		(struct origin){ .source = "ScreenOS default" };
	tunnel->mode = EXCHANGE_MAIN;
	tunnel->nat_t = NAT_T_OFF;
	tunnel->nat_t_at = (struct origin){ .source = "ScreenOS default" };
	tunnel->local_id.at = tunnel->remote_id.at = reader->at;
	map_put(reader->arena, &reader->gateway_map, NULL, name, gateway);
	*reader->gateways_end = gateway;
	reader->gateways_end = &gateway->next;
	return gateway;
}

/* With '@' a U-FQDN, an address IPv4, anything else FQDN (devices.md 3.4). */
static struct identity identity_read(const struct reader *reader, const char *word)
{
	struct identity identity = { .value = word, .written = word, .at = reader->at };
	struct inet_addr addr;

	if (inet_addr_parse(word, &addr) == 0)
		identity.type =
			addr.family == AF_INET ? ID_TYPE_IPV4_ADDR : ID_TYPE_IPV6_ADDR;
	else if (strchr(word, '='))
		identity.type = ID_TYPE_DER_ASN1_DN;
	else if (strchr(word, '@'))
		identity.type = ID_TYPE_USER_FQDN;
	else
		identity.type = ID_TYPE_FQDN;
	return identity;
}

/* ------------------------------------------------------------ the options */

static void peer_any(struct reader *reader, struct sos_gateway *gateway)
{
	gateway->tunnel.remotes.count = 0;
	vec_add(reader->arena, &gateway->tunnel.remotes,
		((struct endpoint){ .kind = ENDPOINT_ANY, .at = reader->at }));
}

/* address A | address host.name; 0.0.0.0: any peer */
static void option_address(struct reader *reader, struct sos_gateway *gateway,
			   struct args *args)
{
	struct endpoint peer = { .kind = ENDPOINT_ADDRESS, .at = reader->at };
	const char *word = args_take(args);

	if (!word) {
		sos_remark(reader, REMARK_INVALID, "'address' without an address");
		return;
	}
	if (inet_addr_parse(word, &peer.addr) != 0) {
		peer.kind = ENDPOINT_NAME;
		peer.name = word;
	} else if (peer.addr.family == AF_INET &&
		   memcmp(peer.addr.bytes, "\0\0\0", 4) == 0) {
		peer_any(reader, gateway);
		return;
	}
	gateway->tunnel.remotes.count = 0;
	vec_add(reader->arena, &gateway->tunnel.remotes, peer);
}

static void option_id(struct reader *reader, struct sos_gateway *gateway,
		      struct args *args)
{
	const char *word = args_take(args);

	if (word)
		gateway->tunnel.remote_id = identity_read(reader, word);
}

/* dynamic [fqdn|u-fqdn|ip|asn1-dn] ID */
static void option_dynamic(struct reader *reader, struct sos_gateway *gateway,
			   struct args *args)
{
	static const struct {
		const char *word;
		enum id_type type;
	} types[] = {
		{ "fqdn", ID_TYPE_FQDN },     { "u-fqdn", ID_TYPE_USER_FQDN },
		{ "ip", ID_TYPE_IPV4_ADDR },  { "asn1-dn", ID_TYPE_DER_ASN1_DN },
		{ "key-id", ID_TYPE_KEY_ID },
	};
	enum id_type type = ID_TYPE_NONE;

	peer_any(reader, gateway);
	for (size_t i = 0; i < ARRAY_SIZE(types) && args->next + 1 < args->count; i++) {
		if (args_accept(args, types[i].word))
			type = types[i].type;
	}
	if (type == ID_TYPE_DER_ASN1_DN) {
		args_accept(args, "container");
		args_accept(args, "wildcard");
	}
	option_id(reader, gateway, args);
	if (type != ID_TYPE_NONE)
		gateway->tunnel.remote_id.type = type;
}

static void option_dialup(struct reader *reader, struct sos_gateway *gateway,
			  struct args *args)
{
	args_take(args);
	peer_any(reader, gateway);
	gateway->is_dialup = true;
	gateway->tunnel.remote_id.is_any = true;
	sos_remark(reader, REMARK_IGNORED,
		   "gateway '%s' is for dial-up users, not for a site",
		   gateway->tunnel.name);
}

static void option_local_id(struct reader *reader, struct sos_gateway *gateway,
			    struct args *args)
{
	const char *word = args_take(args);

	if (word)
		gateway->tunnel.local_id = identity_read(reader, word);
}

static void option_main(struct reader *reader, struct sos_gateway *gateway,
			struct args *args)
{
	(void)args;
	gateway->tunnel.mode = EXCHANGE_MAIN;
	gateway->tunnel.mode_at = reader->at;
}

static void option_aggressive(struct reader *reader, struct sos_gateway *gateway,
			      struct args *args)
{
	(void)args;
	gateway->tunnel.mode = EXCHANGE_AGGRESSIVE;
	gateway->tunnel.mode_at = reader->at;
}

static void option_outgoing_interface(struct reader *reader, struct sos_gateway *gateway,
				      struct args *args)
{
	const char *word = args_take(args);

	if (!word)
		return;
	gateway->outgoing = sos_interface_name(reader, word);
	if (gateway->tunnel.local.kind == ENDPOINT_ADDRESS)
		return;
	gateway->tunnel.local = (struct endpoint){ .kind = ENDPOINT_INTERFACE,
						   .name = gateway->outgoing,
						   .at = reader->at };
}

static void option_outgoing_zone(struct reader *reader, struct sos_gateway *gateway,
				 struct args *args)
{
	const char *word = args_take(args);

	if (word)
		gateway->outgoing_zone = sos_zone_get(reader, word)->name;
}

static void option_local_address(struct reader *reader, struct sos_gateway *gateway,
				 struct args *args)
{
	struct endpoint local = { .kind = ENDPOINT_ADDRESS, .at = reader->at };
	const char *word = args_take(args);

	if (word && inet_addr_parse(word, &local.addr) == 0)
		gateway->tunnel.local = local;
	else
		sos_remark(reader, REMARK_INVALID,
			   "the local address of gateway '%s' is none",
			   gateway->tunnel.name);
}

/*
 * Ciphertext of `get config` is Base64 of one byte and blocks of eight. Most lengths
 * need padding; 33, 57, 81 bytes... do not, and are told from keys that somebody
 * typed by their length and by the mixture of letters.
 */
static bool looks_encrypted(const char *key)
{
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	size_t length = strlen(key), body = strspn(key, base64);

	if (length < 16 || length % 4 != 0 || length - body > 2 ||
	    strspn(key + body, "=") != length - body)
		return false;
	if (body < length)
		return true;
	return length >= 44 && length / 4 * 3 % 8 == 1 &&
	       strpbrk(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
	       strpbrk(key, "abcdefghijklmnopqrstuvwxyz");
}

static void option_preshare(struct reader *reader, struct sos_gateway *gateway,
			    struct args *args)
{
	struct secret *psk = &gateway->tunnel.psk;
	const char *key = args_take(args);

	if (!key) {
		sos_remark(reader, REMARK_INVALID, "'preshare' without a key");
		return;
	}
	*psk = (struct secret){ .is_set = true, .at = reader->at };
	if (looks_encrypted(key)) {
		sos_remark(reader, reader->is_listing ? REMARK_IGNORED : REMARK_ASSUMED,
			   "the pre-shared key of gateway '%s' is %s encrypted by the "
			   "device and cannot be compared with the peer's",
			   gateway->tunnel.name, reader->is_listing ? "" : "probably");
		return;
	}
	if (reader->is_listing)
		sos_remark(reader, REMARK_ASSUMED,
			   "the pre-shared key of gateway '%s' is read as clear text, "
			   "although the device prints keys encrypted",
			   gateway->tunnel.name);
	psk->is_readable = true;
	psk->bytes = (const uint8_t *)key;
	psk->length = strlen(key);
}

static void option_seed_preshare(struct reader *reader, struct sos_gateway *gateway,
				 struct args *args)
{
	args_take(args);
	gateway->tunnel.psk = (struct secret){ .is_set = true, .at = reader->at };
	sos_remark(reader, REMARK_IGNORED,
		   "gateway '%s' derives a key for each user from a seed, which is not "
		   "rehearsed",
		   gateway->tunnel.name);
}

static bool is_gateway_word(const struct args *args);

static void option_proposal(struct reader *reader, struct sos_gateway *gateway,
			    struct args *args)
{
	gateway->proposals.count = 0;
	while (!args_end(args) && !is_gateway_word(args)) {
		const char *word = args_take(args);

		if (gateway->proposals.count < PROPOSALS_MAX)
			vec_add(reader->arena, &gateway->proposals,
				sos_text(reader, word));
		else
			sos_remark(reader, REMARK_INVALID,
				   "proposal '%s' is one too many: a gateway takes %d",
				   word, PROPOSALS_MAX);
	}
}

static void option_sec_level(struct reader *reader, struct sos_gateway *gateway,
			     struct args *args)
{
	const char *word = args_take(args);

	if (word)
		gateway->sec_level = sos_text(reader, word);
	gateway->proposals.count = 0;
}

static void option_nat_traversal(struct reader *reader, struct sos_gateway *gateway,
				 struct args *args)
{
	gateway->tunnel.nat_t_at = reader->at;
	if (args_accept(args, "udp-checksum"))
		return;
	if (args_accept(args, "keepalive-frequency") || args_accept(args, "keepalive")) {
		args_take(args);
		return;
	}
	gateway->tunnel.nat_t = reader->is_unset ? NAT_T_OFF : NAT_T_AUTO;
}

static void option_dpd(struct reader *reader, struct sos_gateway *gateway,
		       struct args *args)
{
	int64_t n;

	while (!args_end(args)) {
		bool is_retry = args_is(args, "retry");

		if (!args_accept(args, "interval") && !args_accept(args, "retry")) {
			args_take(args); /* always-send, reconnect N */
			continue;
		}
		if (args_end(args) || str_to_number(args_take(args), 0, 86400, &n) != 0) {
			if (!reader->is_unset)
				sos_remark(reader, REMARK_INVALID,
					   "dpd-liveness wants a number");
			return;
		}
		if (is_retry)
			gateway->dpd_retry = n;
		else
			gateway->tunnel.dpd_delay_s =
				(struct number){ !reader->is_unset, n, reader->at };
	}
	if (reader->is_unset)
		gateway->tunnel.dpd_delay_s.is_set = false;
}

static void option_heartbeat(struct reader *reader, struct sos_gateway *gateway,
			     struct args *args)
{
	(void)gateway;
	args->next = args->count;
	sos_ignore(reader, "gateway … heartbeat",
		   "is Juniper's own liveness check, which other devices do not answer");
}

static void option_xauth(struct reader *reader, struct sos_gateway *gateway,
			 struct args *args)
{
	args->next = args->count;
	gateway->tunnel.auth = AUTH_XAUTH_PSK;
	gateway->tunnel.auth_word = sos_text(reader, "xauth");
}

static void option_rest(struct reader *reader, struct sos_gateway *gateway,
			struct args *args)
{
	(void)gateway;
	args->next = args->count;
	sos_ignore(reader, "gateway", "has settings that do not matter here");
}

/* auth-method self|peer preshare|…: IKEv2 */
static void option_auth_method(struct reader *reader, struct sos_gateway *gateway,
			       struct args *args)
{
	(void)gateway;
	while (args_accept(args, "self") || args_accept(args, "peer") ||
	       args_accept(args, "preshare"))
		;
	if (!args_end(args) && !is_gateway_word(args))
		sos_remark(reader, REMARK_IGNORED,
			   "authentication by '%s' is not rehearsed", args_take(args));
}

/* What can follow the name of a gateway, in any order. */
static const struct {
	const char *word;
	void (*read)(struct reader *reader, struct sos_gateway *gateway,
		     struct args *args);
	const char *why;      /* has no effect, because; NULL */
	unsigned int aspects; /* not rehearsed: what it touches */
} gateway_options[] = {
	{ "address", option_address, NULL, 0 },
	{ "ip", option_address, NULL, 0 },
	{ "id", option_id, NULL, 0 },
	{ "peer-id", option_id, NULL, 0 },
	{ "dynamic", option_dynamic, NULL, 0 },
	{ "dialup", option_dialup, NULL, 0 },
	{ "local-id", option_local_id, NULL, 0 },
	{ "Main", option_main, NULL, 0 },
	{ "Aggr", option_aggressive, NULL, 0 },
	{ "Aggressive", option_aggressive, NULL, 0 },
	{ "outgoing-interface", option_outgoing_interface, NULL, 0 },
	{ "outgoing-zone", option_outgoing_zone, NULL, 0 },
	{ "local-address", option_local_address, NULL, 0 },
	{ "preshare", option_preshare, NULL, 0 },
	{ "seed-preshare", option_seed_preshare, NULL, 0 },
	{ "proposal", option_proposal, NULL, 0 },
	{ "sec-level", option_sec_level, NULL, 0 },
	{ "nat-traversal", option_nat_traversal, NULL, 0 },
	{ "dpd-liveness", option_dpd, NULL, 0 },
	{ "dpd", option_dpd, NULL, 0 },
	{ "heartbeat", option_heartbeat, NULL, ASPECT_LIFE },
	{ "xauth", option_xauth, NULL, ASPECT_AUTH },
	{ "auth-method", option_auth_method, NULL, 0 },
	{ "cert", option_rest, NULL, ASPECT_AUTH },
	{ "modecfg", option_rest, NULL, ASPECT_SELECTORS | ASPECT_WAY },
	{ "acvpn-dynamic", option_rest, NULL, ASPECT_IKE | ASPECT_WAY },
	{ "acvpn-profile", option_rest, NULL, ASPECT_IKE | ASPECT_WAY },
	{ "user-idle", option_rest, NULL, ASPECT_LIFE },
	{ "fragment", option_rest, "only cuts large certificates", 0 },
	{ "modp", option_rest, "tunes a computation", 0 },
};

static bool is_gateway_word(const struct args *args)
{
	for (size_t i = 0; i < ARRAY_SIZE(gateway_options); i++) {
		if (args_is(args, gateway_options[i].word))
			return true;
	}
	return false;
}

static const char *gateway_hint(const struct reader *reader, const char *word)
{
	const char *words[ARRAY_SIZE(gateway_options) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(gateway_options); i++)
		words[i] = gateway_options[i].word;
	words[ARRAY_SIZE(gateway_options)] = NULL;
	return site_hint(reader->site, word, words);
}

static bool gateway_option_read(struct reader *reader, struct sos_gateway *gateway,
				struct args *args)
{
	for (size_t i = 0; i < ARRAY_SIZE(gateway_options); i++) {
		if (args_accept(args, gateway_options[i].word)) {
			/* XAuth is named by the kind of authentication. */
			if (gateway_options[i].aspects & ~ASPECT_AUTH &&
			    !reader->is_unset)
				site_unrehearsed(reader->site, gateway->tunnel.name,
						 gateway_options[i].aspects, reader->at,
						 gateway_options[i].word);
			gateway_options[i].read(reader, gateway, args);
			return true;
		}
	}
	sos_remark(reader, REMARK_UNKNOWN, "gateway '%s': unknown word '%s'%s",
		   gateway->tunnel.name, args_peek(args),
		   gateway_hint(reader, args_peek(args)));
	return false;
}

/* gateway [ikev2] NAME option… */
void sos_gateway_command(struct reader *reader, struct args *args)
{
	struct args ahead = *args;
	struct sos_gateway *gateway;
	const char *name;
	bool is_v2 = args_accept(&ahead, "ikev2") && !args_end(&ahead) &&
		     !is_gateway_word(&ahead);

	if (is_v2)
		*args = ahead;
	name = args_take(args);
	if (!name) {
		sos_remark(reader, REMARK_INVALID, "'gateway' without a name");
		return;
	}
	gateway = sos_gateway_find(reader, name);
	if (reader->is_unset && (!gateway || args_end(args))) {
		if (gateway)
			gateway->is_unset = true;
		return;
	}
	gateway = gateway_get(reader, name);
	if (is_v2) {
		gateway->tunnel.version = 2;
		gateway->tunnel.version_at = reader->at;
	}
	while (!args_end(args)) {
		if (!gateway_option_read(reader, gateway, args))
			return;
	}
}

void screenos_gateway_words_list(struct import_words *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(gateway_options); i++)
		import_words_add(words, (struct import_word){
						.device = "ScreenOS",
						.place = "set ike gateway",
						.word = gateway_options[i].word,
						.why = gateway_options[i].why,
						.aspects = gateway_options[i].aspects,
					});
}
