// SPDX-License-Identifier: GPL-2.0-or-later
/* other_wish.c - a tunnel turned round, as what its administrator wants to write */
#include "predict/other_end.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "device/render.h"
#include "model/defaults.h"

#define MARK_WAN_LENGTH WISH_MARK "WAN-PREFIX-LENGTH"
#define MARK_WAN_MASK	WISH_MARK "WAN-NETMASK"
#define MARK_GATEWAY	WISH_MARK "WAN-GATEWAY"
#define MARK_PEER	WISH_MARK "PEER-ADDRESS"
#define MARK_PSK	WISH_MARK "PSK"

#define INVENTED_PEER	"84.112.3.56" /* as a drafted scenario has it (scenario/draft.c) */
#define INVENTED_PSK	"a-key-for-the-rehearsal-only"
#define INVENTED_LENGTH 24

/* Where no file says how long a key lives. */
#define IKE_LIFE_S 28800
#define ESP_LIFE_S 3600

struct making {
	const struct tunnel *tunnel;
	const char *given_name;
	const struct device *device;
	struct arena *arena;
	struct wish *wish;
	struct other_end *other;
	struct err *err;
};

static void add_gap(struct making *m, const char *mark, const char *invented,
		    const char *what)
{
	vec_add(m->arena, &m->other->gaps,
		((struct other_end_gap){ mark, invented, what }));
}

/* ------------------------------------------------------------ algorithms */

/* Has it strongSwan's words, all of them? */
static bool says_all(const struct device *device)
{
	return device->traits.runs_charon || !device->algs;
}

static bool has_group(const struct device *device, const char *keyword)
{
	return says_all(device) ||
	       render_vendor_word(render_group_numbers, keyword) != keyword;
}

static bool can_say(const struct device *device, const struct alg *alg, unsigned int in)
{
	if (!alg)
		return false;
	if (alg->kind == ALG_KIND_DH)
		return has_group(device, alg->keyword);
	return device_alg_word(device->algs, alg->kind, in, alg->keyword) != NULL;
}

/* The first of a list that the device has a word for; NULL: none. */
static const struct alg *first_of(const struct device *device, unsigned int in,
				  const struct proposal_alg *algs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (can_say(device, algs[i].alg, in))
			return algs[i].alg;
	return NULL;
}

static struct wish_words word(const struct alg *alg)
{
	return (struct wish_words){ { alg ? alg->keyword : NULL }, alg ? 1 : 0 };
}

/* A PRF of its own stands behind the hash; "prf" before the hash's word is no other one. */
static void add_prf(struct wish_suite *suite, const struct proposal *proposal)
{
	const struct alg *prf = proposal->prf.count ? proposal->prf.items[0].alg : NULL;
	const char *integ = render_first_word(&suite->integ);

	if (!prf || (integ && str_starts(prf->keyword, "prf") &&
		     str_equal(prf->keyword + strlen("prf"), integ)))
		return;
	suite->integ.items[suite->integ.count++] = prf->keyword;
}

static bool take_proposal(const struct making *m, const struct proposal *proposal,
			  unsigned int in, struct wish_suite *ret_suite)
{
	const struct device *device = m->device;
	const bool is_ike = in == ALG_IN_IKE;
	const struct alg *encr =
		first_of(device, in, proposal->encr.items, proposal->encr.count);
	const struct alg *integ =
		first_of(device, in, proposal->integ.items, proposal->integ.count);
	const struct alg *dh =
		first_of(device, in, proposal->dh.items, proposal->dh.count);

	if (!encr || proposal->is_ah || (!encr->is_aead && !integ) ||
	    (encr->is_aead && is_ike && !says_all(device)) ||
	    (!dh && (is_ike || proposal->dh.count)))
		return false;
	*ret_suite = (struct wish_suite){ word(encr), word(encr->is_aead ? NULL : integ),
					  word(dh) };
	if (is_ike && says_all(device))
		add_prf(ret_suite, proposal);
	return true;
}

static int refuse(const struct making *m, const char *why)
{
	return err_set(m->err, EINVAL, "%s: tunnel '%s' %s", m->given_name,
		       m->tunnel->name, why);
}

static bool has_ah(const struct proposal *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].is_ah)
			return true;
	return false;
}

/* Words that mean nothing to the given device mean nothing to any. */
static bool has_unknown(const struct proposal *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		vec_foreach (encr, &items[i].encr)
			if (!encr->alg)
				return true;
		vec_foreach (integ, &items[i].integ)
			if (!integ->alg)
				return true;
		vec_foreach (dh, &items[i].dh)
			if (!dh->alg)
				return true;
	}
	return false;
}

/* One is enough: the first that the device can say. */
static int take_suite(const struct making *m, const struct proposal *items, size_t count,
		      bool has_defaults, bool is_esp, struct wish_suites *ret_suites)
{
	const unsigned int in = is_esp ? ALG_IN_ESP : ALG_IN_IKE;
	struct proposal defaults[STRONGSWAN_DEFAULTS];

	ret_suites->count = 1;
	for (size_t i = 0; i < count; i++)
		if (take_proposal(m, &items[i], in, &ret_suites->items[0]))
			return 0;
	strongswan_defaults(m->arena, is_esp, defaults);
	for (size_t i = 0; (has_defaults || !count) && i < STRONGSWAN_DEFAULTS; i++)
		if (take_proposal(m, &defaults[i], in, &ret_suites->items[0]))
			return 0;
	if (has_ah(items, count))
		return refuse(m, "carries AH, which other-end does not write");
	if (has_unknown(items, count))
		return err_set(
			m->err, EINVAL,
			"%s: tunnel '%s' has a word for %s that its device does not "
			"know: twinsite predict says which",
			m->given_name, m->tunnel->name, is_esp ? "ESP" : "IKE");
	return err_set(
		m->err, EINVAL, "%s: %s has no word for any %s proposal of tunnel '%s'",
		m->given_name, m->device->title, is_esp ? "ESP" : "IKE", m->tunnel->name);
}

static unsigned int life_of(const struct number *own, const struct proposal *proposals,
			    size_t count, unsigned int fallback)
{
	int64_t n = own->is_set				      ? own->n
		    : count && proposals[0].lifetime_s.is_set ? proposals[0].lifetime_s.n
							      : 0;

	return n > 0 && n < UINT32_MAX ? (unsigned int)n : fallback;
}

static int take_algorithms(const struct making *m)
{
	const struct tunnel *t = m->tunnel;
	const struct child *c = &t->children.items[0];
	int r = take_suite(m, t->proposals.items, t->proposals.count,
			   t->has_default_proposals, false, &m->wish->ike);

	if (!r)
		r = take_suite(m, c->proposals.items, c->proposals.count,
			       c->has_default_proposals, true, &m->wish->esp);
	m->wish->ike_life_s = life_of(&t->lifetime_s, t->proposals.items,
				      t->proposals.count, IKE_LIFE_S);
	m->wish->esp_life_s = life_of(&c->lifetime_s, c->proposals.items,
				      c->proposals.count, ESP_LIFE_S);
	return r;
}

/* ------------------------------------------------------------ networks */

static bool has_pair(const struct wish *wish, const struct wish_pair *pair)
{
	for (unsigned int i = 0; i < wish->pair_count; i++)
		if (str_equal(wish->pairs[i].local, pair->local) &&
		    str_equal(wish->pairs[i].remote, pair->remote))
			return true;
	return false;
}

static int take_selector(const struct making *m, const struct selector *s)
{
	struct wish *wish = m->wish;
	struct inet_prefix local = inet_prefix_network(&s->local);
	struct inet_prefix remote = inet_prefix_network(&s->remote);
	struct wish_pair pair = {
		arena_strdup(m->arena, inet_prefix_text(&local).s),
		arena_strdup(m->arena, inet_prefix_text(&remote).s),
	};

	if (!s->local.addr.family || !s->remote.addr.family)
		return refuse(m, "carries an end's own address, which is in no "
				 "file");
	if (s->local.addr.family != AF_INET || s->remote.addr.family != AF_INET)
		return refuse(m, "carries IPv6, which other-end does not write");
	if (!s->local.length)
		return refuse(m, "carries everything (route-based): the other "
				 "end's networks are in no file");
	if (s->protocol || s->local_port || s->remote_port)
		return refuse(m, "carries one protocol only, which other-end "
				 "does not write");
	if (has_pair(wish, &pair))
		return 0;
	if (wish->pair_count == WISH_PAIRS_MAX)
		return refuse(m, "carries more pairs of networks than other-end "
				 "writes");
	wish->pairs[wish->pair_count++] = pair;
	return 0;
}

/* The gateway is its networks' first host, where it can be. */
static void add_lan(const struct making *m, const char *network)
{
	struct wish_place *place = &m->wish->place;
	struct inet_prefix own = render_prefix(network);

	if (own.length > 30)
		return;
	for (unsigned int i = 0; i < place->lan_count; i++) {
		struct inet_prefix other = render_prefix(place->lans[i]);

		if (inet_prefix_overlaps(&own, &other))
			return;
	}
	own.addr = inet_prefix_nth(&own, 1);
	place->lans[place->lan_count++] =
		arena_strdup(m->arena, inet_prefix_text(&own).s);
}

static int take_networks(const struct making *m)
{
	vec_foreach (child, &m->tunnel->children) {
		vec_foreach (selector, &child->selectors) {
			int r = take_selector(m, selector);

			if (r)
				return r;
		}
		m->wish->is_one_child |= child->is_one_sa;
		m->wish->is_transport |= child->is_transport;
	}
	if (!m->wish->pair_count)
		return refuse(m, "has no networks");
	if (m->wish->pair_count > 1 && m->device->traits.has_one_pair)
		return err_set(
			m->err, EINVAL,
			"%s: tunnel '%s' carries %u pairs of networks, a tunnel of "
			"a %s has one",
			m->given_name, m->tunnel->name, m->wish->pair_count,
			m->device->title);
	for (unsigned int i = 0; i < m->wish->pair_count; i++)
		add_lan(m, m->wish->pairs[i].local);
	return 0;
}

/* ------------------------------------------------------------ addresses, names, the key */

static void take_own_address(struct making *m)
{
	struct wish_place *place = &m->wish->place;
	struct inet_prefix wan = { m->tunnel->local.addr, INVENTED_LENGTH };
	struct inet_addr gateway;

	if (m->tunnel->local.kind != ENDPOINT_ADDRESS)
		return; /* the provider gives it */
	m->wish->own_addr = arena_strdup(m->arena, inet_addr_text(&wan.addr).s);
	gateway = inet_prefix_nth(&wan, 1);
	if (inet_addr_equal(&gateway, &wan.addr))
		gateway = inet_prefix_nth(&wan, 2);
	place->wan_length = "24";
	place->wan_mask = render_mask(m->arena, INVENTED_LENGTH);
	place->gateway = arena_strdup(m->arena, inet_addr_text(&gateway).s);
	add_gap(m, MARK_WAN_LENGTH, place->wan_length,
		"the length of the WAN's network, from the provider");
	add_gap(m, MARK_WAN_MASK, place->wan_mask,
		"the netmask of the WAN, from the provider");
	add_gap(m, MARK_GATEWAY, place->gateway,
		"the default gateway, from the provider");
}

/* In main mode the key is asked for before the identity: by the address (RFC 2409 5.4). */
static bool takes_anybody(const struct making *m)
{
	return m->wish->version == 2 || m->wish->is_aggressive ||
	       m->device->traits.runs_charon;
}

static void take_peer(struct making *m)
{
	const struct endpoint *peer = &m->tunnel->remotes.items[0];
	struct wish *wish = m->wish;

	if (peer->kind == ENDPOINT_ADDRESS)
		wish->peer_addr = arena_strdup(m->arena, inet_addr_text(&peer->addr).s);
	if (peer->kind == ENDPOINT_NAME)
		wish->peer_addr = peer->name;
	wish->is_peer_name = peer->kind == ENDPOINT_NAME;
	if (wish->peer_addr)
		return;
	wish->is_peer_any = m->tunnel->start == START_NEVER && takes_anybody(m);
	if (wish->is_peer_any)
		return;
	wish->peer_addr = INVENTED_PEER;
	add_gap(m, MARK_PEER, INVENTED_PEER,
		arena_printf(
			m->arena,
			"the WAN address (or name) of %s, which its files do not say",
			m->given_name));
}

static struct wish_id id_of(struct arena *arena, const struct identity *id)
{
	if (id->is_any || !id->value)
		return (struct wish_id){ ID_TYPE_NONE, NULL };
	return (struct wish_id){ id->type, id->type == ID_TYPE_KEY_ID
						   ? id_key_id_text(arena, id->value)
						   : id->value };
}

static int take_ids(struct making *m)
{
	m->wish->own_id = id_of(m->arena, &m->tunnel->local_id);
	m->wish->peer_id = id_of(m->arena, &m->tunnel->remote_id);
	for (unsigned int i = 0; i < 2; i++) {
		enum id_type type = i ? m->wish->peer_id.type : m->wish->own_id.type;

		if (type != ID_TYPE_NONE && type != ID_TYPE_IPV4_ADDR &&
		    type != ID_TYPE_FQDN && type != ID_TYPE_USER_FQDN &&
		    type != ID_TYPE_KEY_ID)
			return err_set(
				m->err, EINVAL,
				"%s: tunnel '%s' has an identity of type %s, which "
				"other-end does not write",
				m->given_name, m->tunnel->name, id_type_name((int)type));
	}
	return 0;
}

static bool is_plain(const char *key, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isprint((unsigned char)key[i]))
			return false;
	return length && key[0] != ' ' && key[length - 1] != ' ';
}

/* strongSwan reads 0x and 0s as encoded; hex is what each of its files takes. */
static const char *key_of_charon(struct arena *arena, const struct secret *psk)
{
	const char *key = arena_strndup(arena, (const char *)psk->bytes, psk->length);
	char *hex, *at;

	if (is_plain(key, psk->length) && !strpbrk(key, "\"'\\#$`{}=;") &&
	    !str_starts(key, "0x") && !str_starts(key, "0s"))
		return key;
	at = hex = arena_alloc(arena, 2 * psk->length + 3);
	*at++ = '0';
	*at++ = 'x';
	for (size_t i = 0; i < psk->length; i++) {
		*at++ = "0123456789abcdef"[psk->bytes[i] >> 4];
		*at++ = "0123456789abcdef"[psk->bytes[i] & 15];
	}
	*at = '\0';
	return hex;
}

static int take_key(struct making *m)
{
	const struct secret *psk = &m->tunnel->psk;
	const char *key;

	if (!psk->is_set && m->tunnel->peer_secrets.count)
		return refuse(m, "has a key for each peer, by who calls: who the "
				 "other end is stands in no file");
	if (!psk->is_set || !psk->is_readable || !psk->length) {
		m->wish->psk = m->other->psk = INVENTED_PSK;
		add_gap(m, MARK_PSK, INVENTED_PSK,
			arena_printf(m->arena,
				     "the key of %s, which its files do not show",
				     m->given_name));
		return 0;
	}
	add_gap(m, MARK_PSK, NULL,
		arena_printf(m->arena, "the key of %s, not shown here", m->given_name));
	if (m->device->traits.runs_charon) {
		m->wish->psk = key_of_charon(m->arena, psk);
		return 0;
	}
	key = arena_strndup(m->arena, (const char *)psk->bytes, psk->length);
	m->wish->psk = key;
	if (is_plain(key, psk->length) &&
	    !(m->device->unwritable && strpbrk(key, m->device->unwritable)))
		return 0;
	return err_set(m->err, EINVAL,
		       "%s: the key of tunnel '%s' has a character that a file of %s "
		       "cannot hold",
		       m->given_name, m->tunnel->name, m->device->title);
}

int other_end_wish(const struct tunnel *tunnel, const char *given_name,
		   enum device_kind kind, struct arena *arena, struct wish *ret_wish,
		   struct other_end *other, struct err *err)
{
	struct making m = { tunnel, given_name, device_of(kind), arena, ret_wish,
			    other,  err };
	int r;

	*ret_wish = (struct wish){
		.kind = kind,
		.version = m.device->traits.is_ikev1_only || tunnel->version == 1 ? 1 : 2,
		.is_new_schema = true,
		.is_psk_quoted = true,
		.is_at_once = tunnel->start == START_IMMEDIATELY,
		.auth = AUTH_PSK,
		.place.is_whole = true,
	};
	ret_wish->is_aggressive =
		ret_wish->version == 1 && tunnel->mode == EXCHANGE_AGGRESSIVE;
	if (tunnel->auth != AUTH_PSK && tunnel->auth != AUTH_UNKNOWN)
		return refuse(&m, "is not authenticated by a pre-shared key, "
				  "and other-end writes nothing else");
	if (m.device->traits.is_ikev1_only && tunnel->version == 2)
		return refuse(&m,
			      arena_printf(arena,
					   "is IKEv2 alone, and a %s speaks only IKEv1",
					   m.device->title));
	if (!tunnel->children.count)
		return refuse(&m, "has no networks");
	r = take_networks(&m);
	if (!r)
		r = take_algorithms(&m);
	if (!r)
		r = take_ids(&m);
	if (!r)
		r = take_key(&m);
	take_own_address(&m);
	take_peer(&m);
	return r;
}

struct wish other_end_marked(const struct wish *wish, bool with_secret)
{
	struct wish marked = *wish;

	if (marked.own_addr) {
		marked.place.wan_length = MARK_WAN_LENGTH;
		marked.place.wan_mask = MARK_WAN_MASK;
		marked.place.gateway = MARK_GATEWAY;
	}
	if (str_equal(marked.peer_addr, INVENTED_PEER))
		marked.peer_addr = MARK_PEER;
	if (!with_secret || str_equal(marked.psk, INVENTED_PSK))
		marked.psk = MARK_PSK;
	return marked;
}
