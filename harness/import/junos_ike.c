// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_ike.c - Junos IKE gateways with their policies */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/junos_reader.h"
#include "import/junos_secret.h"

#define DPD_INTERVAL_S 10
#define DPD_THRESHOLD  5

/* ------------------------------------------------------------ keys */

/* What tools put where a key was: nothing can be compared with it. */
static bool is_scrubbed(const char *text)
{
	static const char *const starts[] = { "$8$",  "<",    "***", "/*",
					      "$ABC", "xxxx", "XXXX" };

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (str_starts(text, starts[i]))
			return true;
	}
	return *text == '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place; false: no hexadecimal text. */
static bool hex_decode(uint8_t *bytes, size_t *length)
{
	if (*length % 2)
		return false;
	for (size_t i = 0; i < *length; i += 2) {
		int high = hex_digit((char)bytes[i]), low = hex_digit((char)bytes[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*length /= 2;
	return true;
}

static void key_decode(struct junos *junos, const struct junos_node *value, bool is_hex,
		       struct secret *psk)
{
	size_t length = strlen(value->name);
	uint8_t *bytes = arena_memdup(junos->arena, value->name, length + 1);

	if (is_scrubbed(value->name) ||
	    (str_starts(value->name, "$9$") &&
	     junos_secret_decode(value->name, bytes, &length) != 0) ||
	    (is_hex && !hex_decode(bytes, &length))) {
		site_remark(junos->site, REMARK_IGNORED, value->at,
			    "the pre-shared key cannot be read from the file, so it "
			    "cannot be compared with the peer's");
		return;
	}
	psk->bytes = bytes;
	psk->length = length;
	psk->is_readable = true;
}

static struct secret psk_read(struct junos *junos, const struct junos_node *policy)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *key = junos_get(tree, policy, "pre-shared-key");
	const struct junos_node *text = junos_value(tree, key, "ascii-text");
	const struct junos_node *hex = junos_value(tree, key, "hexadecimal");
	struct secret psk = { 0 };

	if (!key)
		return psk;
	psk.is_set = true;
	psk.at = text ? text->at : hex ? hex->at : key->at;
	if (text || hex)
		key_decode(junos, text ? text : hex, !text, &psk);
	else
		site_remark(junos->site, REMARK_IGNORED, key->at,
			    "the pre-shared key was taken out of the file");
	return psk;
}

/* ------------------------------------------------------------ identities */

static const struct {
	const char *word;
	enum id_type type;
} identity_words[] = {
	{ "hostname", ID_TYPE_FQDN },
	{ "inet", ID_TYPE_IPV4_ADDR },
	{ "inet6", ID_TYPE_IPV6_ADDR },
	{ "user-at-hostname", ID_TYPE_USER_FQDN },
	{ "distinguished-name", ID_TYPE_DER_ASN1_DN },
	{ "key-id", ID_TYPE_KEY_ID },
};

/* hostname X | inet A | user-at-hostname X | distinguished-name … */
static bool identity_read(const struct junos *junos, const struct junos_node *node,
			  struct identity *ret_identity)
{
	for (size_t i = 0; i < ARRAY_SIZE(identity_words); i++) {
		const struct junos_node *found =
			junos_get(&junos->tree, node, identity_words[i].word);
		const struct junos_node *value =
			junos_value(&junos->tree, node, identity_words[i].word);

		if (!found)
			continue;
		/* distinguished-name { container "CN=x"; } */
		if (value && junos_first(value))
			value = junos_first(value);
		*ret_identity = (struct identity){
			.type = identity_words[i].type,
			.value = value ? value->name : "",
			.written = value ? value->name : NULL,
			.at = value ? value->at : found->at,
		};
		return true;
	}
	return false;
}

/* ------------------------------------------------------------ gateways */

static void policy_read(struct junos *junos, const struct junos_node *policy,
			struct tunnel *tunnel)
{
	static const struct {
		const char *start;
		enum auth_method auth;
	} methods[] = {
		{ "pre-shared-keys", AUTH_PSK },    { "rsa-signatures", AUTH_RSA },
		{ "ecdsa-signatures", AUTH_ECDSA }, { "dsa-signatures", AUTH_UNKNOWN },
		{ "certificates", AUTH_RSA },
	};
	const struct junos_node *mode = junos_value(&junos->tree, policy, "mode");
	struct junos_proposals proposals = { 0 };

	if (mode) {
		tunnel->mode_at = mode->at;
		if (str_equal(mode->name, "aggressive"))
			tunnel->mode = EXCHANGE_AGGRESSIVE;
		else if (!str_equal(mode->name, "main"))
			site_remark(junos->site, REMARK_INVALID, mode->at,
				    "unknown mode '%s': expected 'main' or 'aggressive'",
				    mode->name);
	}
	tunnel->psk = psk_read(junos, policy);
	junos_proposals_read(junos, 1, policy, &proposals);
	memcpy(&tunnel->proposals, &proposals.list, sizeof(tunnel->proposals));
	if (tunnel->proposals.count)
		tunnel->lifetime_s = tunnel->proposals.items[0].lifetime_s;
	if (!proposals.auth)
		return;
	tunnel->auth = AUTH_UNKNOWN;
	tunnel->auth_word = (struct text){ proposals.auth, proposals.auth_at };
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		if (str_starts(proposals.auth, methods[i].start))
			tunnel->auth = methods[i].auth;
	}
}

static void remotes_read(struct junos *junos, const struct junos_node *node,
			 struct tunnel *tunnel)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *dynamic = junos_get(tree, node, "dynamic");

	junos_foreach (address, junos_get(tree, node, "address")) {
		struct endpoint peer = { .kind = ENDPOINT_ADDRESS, .at = address->at };

		if (inet_addr_parse(address->name, &peer.addr) != 0) {
			peer.kind = ENDPOINT_NAME;
			peer.name = address->name;
		}
		vec_add(junos->arena, &tunnel->remotes, peer);
	}
	if (dynamic) {
		vec_add(junos->arena, &tunnel->remotes,
			((struct endpoint){ .kind = ENDPOINT_ANY, .at = dynamic->at }));
		if (!identity_read(junos, dynamic, &tunnel->remote_id))
			tunnel->remote_id.is_any = true;
	}
	if (!tunnel->remotes.count)
		site_remark(junos->site, REMARK_INVALID, node->at,
			    "gateway '%s' has no peer (address or dynamic)", node->name);
	(void)identity_read(junos, junos_get(tree, node, "remote-identity"),
			    &tunnel->remote_id);
	if (junos_get(tree, node, "general-ikeid"))
		tunnel->remote_id.is_any = true;
}

/* "Missing mandatory statement: 'external-interface'" */
static void no_external(struct junos *junos, const struct junos_node *node,
			struct tunnel *tunnel)
{
	struct remark *remark = site_remark(
		junos->site, REMARK_INVALID, node->at,
		"gateway '%s' has no external-interface: Junos does not commit it",
		node->name);

	if (junos->tree.lacks_group)
		return;
	tunnel->is_disabled = true;
	remark_says(remark, SAYS_UNCOMMITTED, MEND_LINE, node->name);
	remark_advise(remark, arena_printf(junos->site->arena,
					   "set security ike gateway %s "
					   "external-interface INTERFACE.UNIT, the one "
					   "towards the peer",
					   node->name));
}

static void local_read(struct junos *junos, const struct junos_node *node,
		       struct junos_gateway *gateway)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *external = junos_value(tree, node, "external-interface");
	const struct junos_node *address = junos_value(tree, node, "local-address");
	struct endpoint *local = &gateway->tunnel.local;

	if (external) {
		gateway->external = junos_interface_name(junos, external->name);
		*local = (struct endpoint){ .kind = ENDPOINT_INTERFACE,
					    .name = gateway->external,
					    .at = external->at };
		if (!strchr(external->name, '.'))
			site_remark(
				junos->site, REMARK_ASSUMED, external->at,
				"gateway '%s': external-interface '%s' names no unit and "
				"is read as '%s'",
				node->name, external->name, gateway->external);
	} else {
		no_external(junos, node, &gateway->tunnel);
	}
	if (address && inet_addr_parse(address->name, &local->addr) == 0) {
		local->kind = ENDPOINT_ADDRESS;
		local->at = address->at;
	}
	(void)identity_read(junos, junos_get(tree, node, "local-identity"),
			    &gateway->tunnel.local_id);
}

static void version_read(struct junos *junos, const struct junos_node *node,
			 struct tunnel *tunnel)
{
	const struct junos_node *version = junos_value(&junos->tree, node, "version");

	tunnel->version = 1;
	tunnel->version_at = junos_default();
	if (!version)
		return;
	tunnel->version_at = version->at;
	if (str_equal(version->name, "v2-only"))
		tunnel->version = 2;
	else if (!str_equal(version->name, "v1-only"))
		site_remark(junos->site, REMARK_INVALID, version->at,
			    "unknown version '%s': expected 'v1-only' or 'v2-only'",
			    version->name);
}

static void liveness_read(struct junos *junos, const struct junos_node *node,
			  struct tunnel *tunnel)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *dpd = junos_get(tree, node, "dead-peer-detection");
	const struct junos_node *off = junos_get(tree, node, "no-nat-traversal");
	struct number interval, threshold;

	tunnel->nat_t = off ? NAT_T_OFF : NAT_T_AUTO;
	tunnel->nat_t_at = off ? off->at : junos_default();
	if (!dpd)
		return;
	interval = junos_number(junos, dpd, "interval");
	threshold = junos_number(junos, dpd, "threshold");
	if (!interval.is_set)
		interval = (struct number){ true, DPD_INTERVAL_S, junos_default() };
	if (!threshold.is_set)
		threshold = (struct number){ true, DPD_THRESHOLD, junos_default() };
	tunnel->dpd_delay_s = interval;
	tunnel->dpd_timeout_s = threshold;
	tunnel->dpd_timeout_s.n *= interval.n;
}

static void gateway_build(struct junos *junos, const struct junos_node *node)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *name = junos_value(tree, node, "ike-policy");
	const struct junos_node *policies =
		junos_path(tree, junos->security, "ike policy");
	const struct junos_node *policy =
		name ? junos_get(tree, policies, name->name) : NULL;
	struct junos_gateway *gateway = arena_alloc(junos->arena, sizeof(*gateway));
	struct tunnel *tunnel = &gateway->tunnel;

	tunnel->name = node->name;
	tunnel->at = node->at;
	tunnel->mode_at = junos_default();
	tunnel->local_id.at = tunnel->remote_id.at = node->at;
	version_read(junos, node, tunnel);
	remotes_read(junos, node, tunnel);
	local_read(junos, node, gateway);
	liveness_read(junos, node, tunnel);
	if (policy)
		policy_read(junos, policy, tunnel);
	else
		site_remark(junos->site, REMARK_INVALID, name ? name->at : node->at,
			    "gateway '%s': there is no IKE policy '%s'%s", node->name,
			    name ? name->name : "",
			    name ? junos_hint_child(tree, name->name, policies) : "");
	if (junos_get(tree, node, "xauth"))
		tunnel->auth = AUTH_XAUTH_PSK;
	if (tunnel->auth == AUTH_PSK && !tunnel->psk.is_set && policy)
		site_remark(junos->site, REMARK_INVALID, policy->at,
			    "IKE policy '%s' has no pre-shared key", policy->name);
	map_put(junos->arena, &junos->gateway_map, NULL, tunnel->name, gateway);
	*junos->gateways_end = gateway;
	junos->gateways_end = &gateway->next;
}

void junos_gateways_build(struct junos *junos)
{
	junos_foreach (gateway, junos_path(&junos->tree, junos->security, "ike gateway"))
		gateway_build(junos, gateway);
}
