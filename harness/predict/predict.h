/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * predict.h - what will not work between two sites, before a packet is sent
 *
 * Pure and fast: two models in, findings out, in the order of the layers. Each row of
 * the table in predict.c decides a few classes of failures.md from the files alone; one
 * file per topic. Nothing is guessed: what the files do not say is not found wrong.
 */
#ifndef TWINSITE_PREDICT_PREDICT_H
#define TWINSITE_PREDICT_PREDICT_H

#include "finding/finding.h"

/* Both ends; index 0 and 1 as in the scenario. */
struct predict_input {
	const struct site *sites[2];
	unsigned int initiator; /* which end starts; both are looked at all the same */
	struct arena *arena;	/* findings are taken from it */
	/* Judge every device by strongSwan's manners (it narrows, it answers), not by
	 * those of the device: what a rehearsal with two charons is going to show. */
	bool peer_is_strongswan;
	bool is_behind_nat[2]; /* a NAT router stands before that site */
};

/* All findings. Models are borrowed as long as the findings live. */
void predict_pair(const struct predict_input *given, struct findings *ret_findings);

/*
 * The end that is able to start, as far as the files say. Of two the ends themselves decide
 * (charon's before others, then device, address, name), so that it is the same one
 * whichever stands first.
 */
unsigned int predict_initiator(const struct site *const sites[2]);

/*
 * One device file read twice: as documented, and as a named firmware renders it.
 * Appends a finding (F02, weak) for each difference, all firmwares of it together.
 */
void predict_readings(const struct predict_input *input, const struct site *documented,
		      const struct site *const *rendered, size_t rendered_count,
		      struct findings *findings);

/* ------------------------------------------------------------ for the rows */

/* Append a finding of a class; summary is formatted into the arena. */
struct finding *predict_add(const struct predict_input *input, struct findings *findings,
			    enum class_id class, const char *site, const char *format,
			    ...) __attribute__((format(printf, 5, 6)));
void predict_fix(const struct predict_input *input, struct finding *finding,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));
/*
 * What the last predict_fix() means, as an edit of that site's file; several make one fix.
 * at.file NULL: nothing is added, there is no place to write it to.
 */
void predict_edit(const struct predict_input *input, struct finding *finding,
		  const struct site *site, enum edit_place place, struct origin at,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The last edit holds a key. */
void predict_edit_is_secret(struct finding *finding);
void predict_sees(const struct predict_input *input, struct finding *finding,
		  const char *format, ...) __attribute__((format(printf, 3, 4)));
void predict_why(const struct predict_input *input, struct finding *finding,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Fill one of the two values; value is formatted. */
void predict_value(const struct predict_input *input, struct finding *finding,
		   unsigned int index, const char *site, const char *setting,
		   struct origin at, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

/*
 * The pairs of networks of a child, not more than is worth saying: a hostile file has
 * thousands, and each is looked for among the other end's.
 */
#define PREDICT_SELECTORS_MAX 256
#define predict_foreach_selector(selector, child)                                 \
	for (const struct selector *selector = (child)->selectors.items;          \
	     selector &&                                                          \
	     selector < (child)->selectors.items +                                \
				((child)->selectors.count < PREDICT_SELECTORS_MAX \
					 ? (child)->selectors.count               \
					 : PREDICT_SELECTORS_MAX);                \
	     selector++)

/* How the device of that end behaves, see peer_is_strongswan. */
const struct device_traits *predict_traits(const struct predict_input *input,
					   unsigned int end);
/* Does charon run there? */
bool predict_is_strongswan(const struct site *site);
/* Is there an address or a name that this end could call? */
bool predict_knows_peer(const struct tunnel *tunnel);
/* Does it take whoever calls: no address, no name? */
bool predict_takes_anybody(const struct tunnel *tunnel);
/* Is a tunnel of the site loaded? */
bool predict_has_tunnel(const struct site *site);
/* An address in the middle of a network, that is nobody's special one. */
struct inet_addr predict_sample(const struct inet_prefix *net);
/* Is this end able to begin: it knows its peer and some condition starts it? */
bool predict_can_start(const struct tunnel *tunnel);
/* Does that end look for its peer at an address that the peer does not have? */
bool predict_is_peer_wrong(const struct predict_input *input, unsigned int end,
			   const struct tunnel *const tunnels[2]);
/* The version of an exchange that `from` begins, 0 when the other end has not got it. */
int predict_version_of(const struct tunnel *const tunnels[2], unsigned int from);
/* The version that both end up with, whoever is able to begin; 0 when there is none. */
int predict_version(const struct predict_input *input,
		    const struct tunnel *const tunnels[2]);

/*
 * A generator that loads nothing hides all that comes after: the same site as if what
 * keeps its tunnels away were mended already. In the arena; the site itself when it has
 * a tunnel.
 */
const struct site *predict_as_if_loaded(const struct predict_input *input,
					const struct site *site);

/*
 * What each administrator sees when `refuser` does not take what the other end sends, in
 * an exchange of that version; _as: in the words of another class.
 */
void predict_sees_refusal(const struct predict_input *input, struct finding *finding,
			  int version, unsigned int refuser);
void predict_sees_as(const struct predict_input *input, struct finding *finding,
		     enum class_id class, int version, unsigned int refuser);

/*
 * A row looks at one site, or at two tunnels that belong together; tunnels[0] is of
 * sites[0]. The sites have an index (model/site_index.h).
 */
typedef void predict_site(const struct predict_input *input, unsigned int end,
			  struct findings *findings);
typedef void predict_tunnels(const struct predict_input *input,
			     const struct tunnel *const tunnels[2],
			     struct findings *findings);

/* Nothing is configured, or nothing is loaded; before all rows. */
void predict_loaded(const struct predict_input *input, struct findings *findings);
predict_site predict_words;	   /* words that the device does not know */
predict_site predict_ignored;	   /* what a generator did not read */
predict_tunnels predict_start;	   /* who begins */
predict_tunnels predict_addresses; /* peers' addresses */
predict_tunnels predict_peer_names;
predict_tunnels predict_inbound; /* IKE and ESP let in */
predict_tunnels predict_nat_t;
predict_tunnels predict_mode; /* version and exchange mode */
predict_tunnels predict_ike_proposals;
predict_tunnels predict_auth;
predict_tunnels predict_identities;
predict_tunnels predict_secrets;
predict_tunnels predict_selectors;
predict_tunnels predict_children; /* what the CHILD SAs are made of */
predict_tunnels predict_lifetimes;
predict_tunnels predict_life; /* dead peers, changed addresses */
predict_site predict_same_peer;
predict_tunnels predict_exemption;
predict_site predict_forwarding; /* does the kernel forward at all? */
predict_tunnels predict_forward;
predict_site predict_shadows; /* policies that stand before the tunnel's */
/* Does F89 name that rule of the site, as one that stands before? NULL: no. */
bool predict_is_shadow(const struct predict_input *input, unsigned int end,
		       const struct rule *rule);
predict_site predict_behind; /* … that name the wrong side of a MIP or static NAT */
predict_site predict_wide_rules;
predict_site predict_zones;
predict_tunnels predict_way; /* XFRM interfaces */
predict_tunnels predict_vti; /* marks */
/*
 * Does the site show another network of its own under that one (NETMAP, local_nat, static
 * NAT)? Then its packets have it only behind the NAT, which reading rules does not follow.
 */
bool predict_is_mapped(struct arena *arena, const struct site *site,
		       const struct inet_prefix *shown);
/*
 * The network that a script's rule shows as that one behind POSTROUTING (NETMAP); false: no
 * rule says it.
 */
bool predict_shown_from(struct arena *arena, const struct site *site,
			const struct inet_prefix *shown, struct inet_prefix *ret_from,
			struct origin *ret_at);
/* Does it turn what that address of the site sends into that network (NETMAP)? */
bool predict_is_shown(struct arena *arena, const struct site *site,
		      const struct inet_addr *addr, const struct inet_prefix *shown);
/*
 * The line that maps what goes to that network onto another one (NETMAP), where no source
 * is the tunnel's: whatever stands behind it is not asked any more. NULL: none does.
 */
const struct origin *predict_mapping_towards(struct arena *arena, const struct site *site,
					     const struct inet_prefix *remote);
predict_tunnels predict_routes;
predict_tunnels predict_overlap;
/* F69, F72: a network that a site shows in the tunnel, and that is not behind it. */
predict_tunnels predict_own_networks;
predict_tunnels predict_leak;
predict_tunnels predict_packets; /* sizes, offloading */
predict_site predict_dns;
predict_tunnels predict_weak;

#endif
