// SPDX-License-Identifier: GPL-2.0-or-later
/* import.c - the neutral form as a site */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/neutral/neutral.h"
#include "ipsec/alg.h"
#include "model/aspect.h"
#include "scenario/yaml.h"

#define LIFE_MAX (10 * 365 * 86400)

struct form {
	struct site *site;
	struct tunnel *tunnel;
	struct child *child;
	const struct yaml_node *root, *at; /* the tunnel's mapping */
	struct err *err;
};

static struct origin form_default(void)
{
	return (struct origin){ .source = "the neutral form's default" };
}

static int one_of(const struct form *f, const struct yaml_node *node, const char *what,
		  const struct neutral_word *words, int *ret_value)
{
	const char *known[8] = { NULL };
	int r = yaml_want(node, YAML_SCALAR, f->err);

	if (r)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(known) - 1 && words[i].word; i++) {
		known[i] = words[i].word;
		if (!str_equal_nocase(words[i].word, node->text))
			continue;
		*ret_value = words[i].value;
		return 0;
	}
	return yaml_unknown(node, what, node->text, known, f->err);
}

/* ------------------------------------------------------------ algorithms */

/* "AES-256 CBC" is aes256cbc: letters and digits only, small. */
static void squeeze(const char *word, char *ret, size_t size)
{
	size_t length = 0;

	for (; *word && length + 1 < size; word++)
		if (isalnum((unsigned char)*word))
			ret[length++] = (char)tolower((unsigned char)*word);
	ret[length] = '\0';
}

/* As people and pages write them, for strongSwan's keyword. */
static const struct {
	enum alg_kind kind;
	const char *word, *keyword;
} spellings[] = {
	{ ALG_KIND_ENCR, "aes128cbc", "aes128" },
	{ ALG_KIND_ENCR, "aes192cbc", "aes192" },
	{ ALG_KIND_ENCR, "aes256cbc", "aes256" },
	{ ALG_KIND_ENCR, "aescbc128", "aes128" },
	{ ALG_KIND_ENCR, "aescbc192", "aes192" },
	{ ALG_KIND_ENCR, "aescbc256", "aes256" },
	{ ALG_KIND_ENCR, "3descbc", "3des" },
	{ ALG_KIND_ENCR, "descbc", "des" },
	{ ALG_KIND_ENCR, "aes128gcm", "aes128gcm16" },
	{ ALG_KIND_ENCR, "aes256gcm", "aes256gcm16" },
	{ ALG_KIND_ENCR, "aesgcm128", "aes128gcm16" },
	{ ALG_KIND_ENCR, "aesgcm256", "aes256gcm16" },
	{ ALG_KIND_INTEG, "sha", "sha1" },
	{ ALG_KIND_INTEG, "hmacsha1", "sha1" },
	{ ALG_KIND_INTEG, "hmacmd5", "md5" },
	{ ALG_KIND_INTEG, "sha2256", "sha256" },
	{ ALG_KIND_INTEG, "sha2384", "sha384" },
	{ ALG_KIND_INTEG, "sha2512", "sha512" },
};

static const struct alg *alg_of(enum alg_kind kind, const char *text)
{
	const struct alg *alg = alg_by_keyword(kind, text);
	char word[32];

	squeeze(text, word, sizeof(word));
	if (!alg)
		alg = alg_by_keyword(kind, word);
	for (size_t i = 0; !alg && i < ARRAY_SIZE(spellings); i++)
		if (spellings[i].kind == kind && str_equal(spellings[i].word, word))
			alg = alg_by_keyword(kind, spellings[i].keyword);
	if (!alg && kind == ALG_KIND_DH && strspn(word, "0123456789") == strlen(word))
		alg = alg_by_group((unsigned int)strtoul(word, NULL, 10));
	return alg;
}

/* A PRF stands among the hashes, as strongSwan writes it: "prfsha256". */
static int add_alg(const struct form *f, const struct yaml_node *node, enum alg_kind kind,
		   struct proposal *proposal)
{
	const struct alg *alg;
	struct proposal_alg item = { .word = node->text, .at = node->at };

	if (yaml_want(node, YAML_SCALAR, f->err))
		return -EINVAL;
	if (kind == ALG_KIND_DH && str_equal_nocase(node->text, "none"))
		return 0;
	alg = alg_of(kind, node->text);
	if (!alg && kind == ALG_KIND_INTEG)
		alg = alg_of(ALG_KIND_PRF, node->text);
	if (!alg)
		return yaml_unknown(node, alg_kind_name(kind), node->text,
				    alg_keywords(kind), f->err);
	item.alg = alg;
	switch (alg->kind) {
	case ALG_KIND_ENCR:
		vec_add(f->site->arena, &proposal->encr, item);
		return 0;
	case ALG_KIND_INTEG:
		vec_add(f->site->arena, &proposal->integ, item);
		return 0;
	case ALG_KIND_PRF:
		vec_add(f->site->arena, &proposal->prf, item);
		return 0;
	case ALG_KIND_DH:
		vec_add(f->site->arena, &proposal->dh, item);
		return 0;
	}
	return 0;
}

static int add_algs(const struct form *f, const struct yaml_node *map, const char *key,
		    enum alg_kind kind, struct proposal *proposal)
{
	const struct yaml_node *node = yaml_get(map, key);
	int r = 0;

	if (!node)
		return 0;
	if (node->kind == YAML_SCALAR)
		return add_alg(f, node, kind, proposal);
	if (yaml_want(node, YAML_SEQUENCE, f->err))
		return -EINVAL;
	vec_foreach (item, &node->items)
		if (!r)
			r = add_alg(f, *item, kind, proposal);
	return r;
}

static int read_number(const struct form *f, const struct yaml_node *map, const char *key,
		       struct number *ret)
{
	const struct yaml_node *node = yaml_get(map, key);
	unsigned int n = 0;
	int r = yaml_get_number(map, key, 0, LIFE_MAX, &n, f->err);

	if (!r && node)
		*ret = (struct number){ .is_set = true, .n = n, .at = node->at };
	return r;
}

static int read_proposal(const struct form *f, const char *key, const char *group,
			 struct proposal *proposal, struct number *lifetime)
{
	const char *const keys[] = { "encryption", "integrity", group, "lifetime", NULL };
	const struct yaml_node *map = yaml_get(f->at, key);
	int r;

	if (!map)
		return yaml_error(f->at, f->err, "'%s' is missing: its algorithms", key);
	proposal->at = map->at;
	r = yaml_want_keys(map, keys, f->err);
	if (!r)
		r = add_algs(f, map, "encryption", ALG_KIND_ENCR, proposal);
	if (!r)
		r = add_algs(f, map, "integrity", ALG_KIND_INTEG, proposal);
	if (!r)
		r = add_algs(f, map, group, ALG_KIND_DH, proposal);
	if (!r)
		r = read_number(f, map, "lifetime", lifetime);
	if (!r && !proposal->encr.count)
		return yaml_error(map, f->err, "'encryption' is missing");
	return r;
}

/* ------------------------------------------------------------ the network */

static void add_interface(struct site *site, const char *name,
			  const struct inet_prefix *own, struct origin at)
{
	struct site_interface *interface = vec_push(site->arena, &site->interfaces);

	*interface = (struct site_interface){
		.name = name,
		.device = name,
		.source = own ? ADDRESS_STATIC : ADDRESS_DYNAMIC,
		.at = at,
	};
	if (own)
		vec_add(site->arena, &interface->addresses,
			((struct prefix_value){ .prefix = *own, .at = at }));
}

static int read_wan(struct form *f)
{
	const struct yaml_node *wan = yaml_get(f->root, "wan");
	const struct yaml_node *gateway = yaml_get(f->root, "gateway");
	struct site_route route = { .destination = { .addr = { .family = AF_INET } },
				    .interface = "wan" };
	struct inet_prefix own = { 0 };
	int r;

	if (!wan)
		return yaml_error(f->root, f->err,
				  "'wan' is missing: an address with its length, or "
				  "dynamic");
	route.at = gateway ? gateway->at : wan->at;
	f->tunnel->local = (struct endpoint){ .kind = ENDPOINT_ANY, .at = wan->at };
	if (wan->kind == YAML_SCALAR && str_equal_nocase(wan->text, "dynamic")) {
		add_interface(f->site, "wan", NULL, wan->at);
	} else {
		r = yaml_get_prefix(f->root, "wan", &own, f->err);
		if (r)
			return r;
		add_interface(f->site, "wan", &own, wan->at);
		f->tunnel->local.kind = ENDPOINT_ADDRESS;
		f->tunnel->local.addr = own.addr;
	}
	r = yaml_get_addr(f->root, "gateway", &route.gateway, f->err);
	vec_add(f->site->arena, &f->site->routes, route);
	return r;
}

static int read_lans(struct form *f)
{
	const struct yaml_node *lan = yaml_get(f->root, "lan");

	if (!lan)
		return 0;
	if (yaml_want(lan, YAML_SEQUENCE, f->err))
		return -EINVAL;
	vec_foreach (item, &lan->items) {
		const struct yaml_node *node = *item;
		struct inet_prefix own;

		if (yaml_want(node, YAML_SCALAR, f->err))
			return -EINVAL;
		if (inet_prefix_parse(node->text, &own))
			return yaml_error(node, f->err,
					  "'%s' is not an address with its length, such "
					  "as 10.1.2.1/24",
					  node->text);
		add_interface(
			f->site,
			arena_printf(f->site->arena, "lan%zu", f->site->interfaces.count),
			&own, node->at);
	}
	return 0;
}

/* What the form does not ask for is known only when somebody says that it is right. */
static int read_passing(struct form *f, const char *key, const char *yes,
			unsigned int aspects, const char *word)
{
	const struct neutral_word words[] = { { yes, 1 }, { "unknown", 0 }, { NULL, 0 } };
	const struct yaml_node *node = yaml_get(f->root, key);
	int is_known = 0, r = node ? one_of(f, node, key, words, &is_known) : 0;

	if (!r && !is_known)
		site_unrehearsed(f->site, NULL, aspects, node ? node->at : f->root->at,
				 word);
	return r;
}

/* ------------------------------------------------------------ the tunnel */

static int read_peer(struct form *f)
{
	struct endpoint peer = { .kind = ENDPOINT_ANY };
	const struct yaml_node *node = yaml_get(f->at, "peer");
	const char *text = NULL;
	int r = yaml_get_text(f->at, "peer", &text, f->err);

	if (r)
		return r;
	if (!node)
		return yaml_error(f->at, f->err,
				  "'peer' is missing: an address, a name, or any");
	peer.at = node->at;
	if (!inet_addr_parse(text, &peer.addr)) {
		peer.kind = ENDPOINT_ADDRESS;
	} else if (!str_equal_nocase(text, "any")) {
		peer.kind = ENDPOINT_NAME;
		peer.name = text;
	}
	vec_add(f->site->arena, &f->tunnel->remotes, peer);
	return 0;
}

static int read_id(const struct form *f, const char *key, struct identity *ret)
{
	const char *const keys[] = { "address", "fqdn", "email", "key id", NULL };
	const struct yaml_node *map = yaml_get(f->at, key);

	ret->at = form_default();
	if (!map)
		return 0;
	if (yaml_want_keys(map, keys, f->err))
		return -EINVAL;
	if (map->items.count != 1)
		return yaml_error(map, f->err,
				  "'%s' has one of address, fqdn, email and key id", key);
	for (const struct neutral_word *word = neutral_ids; word->word; word++) {
		const struct yaml_node *node = yaml_get(map, word->word);

		if (!node)
			continue;
		if (yaml_want(node, YAML_SCALAR, f->err))
			return -EINVAL;
		*ret = (struct identity){ .type = (enum id_type)word->value,
					  .value = node->text,
					  .written = node->text,
					  .at = node->at };
	}
	return 0;
}

static int read_modes(struct form *f)
{
	static const struct neutral_word versions[] = {
		{ "IKEv1", 1 }, { "IKEv2", 2 }, { "1", 1 }, { "2", 2 }, { NULL, 0 }
	};
	static const struct neutral_word modes[] = { { "main", EXCHANGE_MAIN },
						     { "aggressive",
						       EXCHANGE_AGGRESSIVE },
						     { NULL, 0 } };
	const struct yaml_node *version = yaml_get(f->at, "version");
	const struct yaml_node *mode = yaml_get(f->at, "mode");
	int value = 0, r;

	if (!version)
		return yaml_error(f->at, f->err, "'version' is missing: IKEv1 or IKEv2");
	r = one_of(f, version, "version", versions, &f->tunnel->version);
	f->tunnel->version_at = version->at;
	f->tunnel->mode_at = form_default();
	if (r || !mode)
		return r;
	r = one_of(f, mode, "mode", modes, &value);
	f->tunnel->mode = (enum exchange_mode)value;
	f->tunnel->mode_at = mode->at;
	return r;
}

static int read_key(struct form *f)
{
	const struct yaml_node *node = yaml_get(f->at, "psk");

	f->tunnel->auth = AUTH_PSK;
	f->tunnel->auth_word = (struct text){ "psk", form_default() };
	if (!node)
		return 0;
	if (yaml_want(node, YAML_SCALAR, f->err))
		return -EINVAL;
	f->tunnel->psk = (struct secret){ .bytes = (const uint8_t *)node->text,
					  .length = strlen(node->text),
					  .is_set = true,
					  .is_readable = true,
					  .at = node->at };
	return 0;
}

static int read_network(struct form *f, const struct yaml_node *map)
{
	static const char *const keys[] = { "local", "remote", NULL };
	struct selector selector = { .local_at = map->at, .remote_at = map->at };
	int r = yaml_want_keys(map, keys, f->err);

	if (!r)
		r = yaml_get_prefix(map, "local", &selector.local, f->err);
	if (!r)
		r = yaml_get_prefix(map, "remote", &selector.remote, f->err);
	if (r)
		return r;
	if (!selector.local.addr.family || !selector.remote.addr.family)
		return yaml_error(map, f->err, "a pair of networks has local and remote");
	vec_add(f->site->arena, &f->child->selectors, selector);
	return 0;
}

static int read_networks(struct form *f)
{
	const struct yaml_node *networks = yaml_get(f->at, "networks");
	int r = 0;

	if (!networks)
		return yaml_error(
			f->at, f->err,
			"'networks' is missing: a list of { local: …, remote: … }");
	if (yaml_want(networks, YAML_SEQUENCE, f->err))
		return -EINVAL;
	vec_foreach (item, &networks->items)
		if (!r)
			r = read_network(f, *item);
	return r;
}

static int read_habits(struct form *f)
{
	static const struct neutral_word nat_ts[] = { { "yes", NAT_T_AUTO },
						      { "no", NAT_T_OFF },
						      { "forced", NAT_T_FORCED },
						      { NULL, 0 } };
	const struct yaml_node *starts = yaml_get(f->at, "starts");
	const struct yaml_node *nat_t = yaml_get(f->at, "nat traversal");
	int start = START_IMMEDIATELY, traversal = NAT_T_AUTO, r = 0;

	if (starts)
		r = one_of(f, starts, "start", neutral_starts, &start);
	if (!r && nat_t)
		r = one_of(f, nat_t, "nat traversal", nat_ts, &traversal);
	f->tunnel->start = f->child->start = (enum start_condition)start;
	f->tunnel->start_at = f->child->start_at = starts ? starts->at : form_default();
	f->tunnel->nat_t = (enum nat_t_mode)traversal;
	f->tunnel->nat_t_at = nat_t ? nat_t->at : form_default();
	if (!r)
		r = read_number(f, f->at, "dead peer detection", &f->tunnel->dpd_delay_s);
	if (f->tunnel->dpd_delay_s.n)
		f->child->dpd_action =
			start == START_IMMEDIATELY ? DPD_RESTART : DPD_CLEAR;
	return r;
}

static int read_tunnel(struct form *f)
{
	static const char *const keys[] = {
		"peer",	     "version", "mode",		 "local id",
		"remote id", "psk",	"ike",		 "esp",
		"networks",  "starts",	"nat traversal", "dead peer detection",
		NULL
	};
	int r = yaml_want_keys(f->at, keys, f->err);

	f->tunnel->name = f->child->name = "tunnel";
	f->tunnel->at = f->child->at = f->at->at;
	f->child->has_own_routes = true;
	if (!r)
		r = read_peer(f);
	if (!r)
		r = read_modes(f);
	if (!r)
		r = read_id(f, "local id", &f->tunnel->local_id);
	if (!r)
		r = read_id(f, "remote id", &f->tunnel->remote_id);
	if (!r)
		r = read_key(f);
	if (!r)
		r = read_proposal(f, "ike", "dh group",
				  vec_push(f->site->arena, &f->tunnel->proposals),
				  &f->tunnel->lifetime_s);
	if (!r)
		r = read_proposal(f, "esp", "pfs group",
				  vec_push(f->site->arena, &f->child->proposals),
				  &f->child->lifetime_s);
	if (!r)
		r = read_networks(f);
	return r ? r : read_habits(f);
}

static void open_site(struct site *site)
{
	const struct flag on = { .is_set = true, .on = true, .at = form_default() };

	site->firewall = FIREWALL_OPEN;
	site->default_input = site->default_forward = site->default_output =
		TARGET_ACCEPT;
	site->is_ike_open = true;
	site->install_routes = site->forwarding = on;
}

int neutral_import(struct site *site, const struct import_source *sources, size_t count,
		   const struct import_options *options, struct err *err)
{
	static const char *const keys[] = { "device",	"wan", "gateway", "lan",
					    "firewall", "nat", "tunnel",  NULL };
	struct form f = { .site = site, .err = err };
	struct yaml_node *root;
	int r;

	(void)options;
	if (count != 1)
		return err_set(err, EINVAL, "%s: a neutral form is one file, of %zu",
			       sources[0].name, count);
	r = yaml_parse(site->arena, arena_strdup(site->arena, sources[0].name),
		       sources[0].bytes, sources[0].length, &root, err);
	if (!r)
		r = yaml_want_keys(root, keys, err);
	if (r)
		return r;
	f.root = root;
	f.at = yaml_get(root, "tunnel");
	if (!f.at)
		return yaml_error(root, err, "'tunnel' is missing");
	f.tunnel = vec_push(site->arena, &site->tunnels);
	f.child = vec_push(site->arena, &f.tunnel->children);
	open_site(site);
	r = read_wan(&f);
	if (!r)
		r = read_lans(&f);
	if (!r)
		r = read_passing(&f, "firewall", NEUTRAL_FIREWALL_YES, ASPECT_WAY,
				 "its firewall, which the form does not ask for");
	if (!r)
		r = read_passing(&f, "nat", NEUTRAL_NAT_YES, ASPECT_NAT,
				 "its NAT, which the form does not ask for");
	return r ? r : read_tunnel(&f);
}
