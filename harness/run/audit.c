// SPDX-License-Identifier: GPL-2.0-or-later
/* audit.c - open every ESP packet that was captured, while the keys are still there */
#include "run/audit.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "capture/file.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "dissect/session.h"
#include "run/account.h"
#include "run/kernel_watch.h"
#include "run/proofs.h"

#define WIRESHARK_FOLDER "wireshark"

/* What a link's ESP flows come to. */
struct tally {
	uint64_t packets, status[ESP_STATUS_COUNT], outside, backward;
	uint32_t first_bad; /* packet number, 0: none */
	uint32_t first_outside;
	struct account *account; /* of the site, or NULL */
};

static bool is_opened(enum esp_status status)
{
	return status == ESP_OPENED;
}

static void note_inner(void *user, const struct inner_packet *inner)
{
	struct tally *tally = user;

	if (is_opened(inner->esp->status) && tally->account && inner->packet)
		account_remember(tally->account, inner->packet, inner->time_ns);
	if (!is_opened(inner->esp->status) && inner->esp->status != ESP_CUT &&
	    !tally->first_bad)
		tally->first_bad = inner->frame;
}

static void sum_flows(const struct session_set *set, struct tally *tally)
{
	vec_foreach (flow, &set->flows) {
		if (flow->kind == PACKET_AH || flow->kind == PACKET_IPCOMP)
			continue;
		tally->packets += flow->packets;
		tally->outside += flow->inside ? flow->inside->outside : 0;
		tally->backward += flow->backward;
		if (flow->inside && flow->inside->outside && !tally->first_outside)
			tally->first_outside = flow->inside->outside_frame;
		for (int i = 0; i < ESP_STATUS_COUNT; i++)
			tally->status[i] += flow->status[i];
	}
}

static int read_link(struct rehearsal *rehearsal, const struct plan_link *link,
		     struct crypto *crypto, struct keyring *keyring, struct tally *tally,
		     struct err *err)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(crypto, keyring);
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	char path[PATH_MAX];
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s.pcapng", rehearsal->folder, link->name);
	r = capture_file_open(path, &file, err);

	if (r)
		return r;
	set->on_inner = note_inner;
	set->on_inner_user = tally;
	while ((r = capture_file_next(file, &packet, err)) > 0)
		session_set_add(set, &packet);
	sum_flows(set, tally);
	proofs_record(rehearsal, link->name, set);
	return r;
}

static void audit_link(struct rehearsal *rehearsal, const struct plan_link *link,
		       struct crypto *crypto, struct keyring *keyring,
		       struct account *account)
{
	struct tally tally = { .account = account };
	struct err err = { 0 };
	int r = read_link(rehearsal, link, crypto, keyring, &tally, &err);

	evidence_add(&rehearsal->evidence, NULL, "packet", "esp",
		     json_of("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:s}",
			     "link", link->name, "packets", (json_int_t)tally.packets,
			     "opened", (json_int_t)tally.status[ESP_OPENED], "cut",
			     (json_int_t)tally.status[ESP_CUT], "no_key",
			     (json_int_t)tally.status[ESP_NO_KEY], "bad_icv",
			     (json_int_t)tally.status[ESP_BAD_ICV], "outside",
			     (json_int_t)tally.outside, "backward",
			     (json_int_t)tally.backward, "first_bad",
			     (int)tally.first_bad, "first_outside",
			     (int)tally.first_outside, "text", r < 0 ? err.text : ""));
}

/* The packets of one LAN, against what was inside ESP on the site's WAN. */
static void account_link(struct rehearsal *rehearsal, const struct plan_link *link,
			 const struct keyring *keyring, struct account *account)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet captured;
	struct packet packet;
	uint32_t frame = 0;
	char path[PATH_MAX];

	account->found = account->without_sa = account->too_big = account->missing = 0;
	account->cut = account->first_missing = 0;
	(void)snprintf(path, sizeof(path), "%s/%s.pcapng", rehearsal->folder, link->name);
	if (capture_file_open(path, &file, NULL))
		return;
	while (capture_file_next(file, &captured, NULL) > 0) {
		(void)packet_dissect(captured.link_type, captured.bytes,
				     captured.captured, captured.length, &packet);
		account_look_up(account, keyring, &packet, ++frame, captured.time_ns);
	}
	evidence_add(&rehearsal->evidence, NULL, "packet", "lan",
		     json_of("{s:s, s:I, s:I, s:I, s:I, s:I, s:i, s:b}", "link",
			     link->name, "found", (json_int_t)account->found,
			     "without_sa", (json_int_t)account->without_sa, "too_big",
			     (json_int_t)account->too_big, "missing",
			     (json_int_t)account->missing, "cut",
			     (json_int_t)account->cut, "first_missing",
			     (int)account->first_missing, "full", account->is_full));
}

/* The networks that the site's gateway routes into its XFRM interfaces. */
static void find_routed(const struct rehearsal *rehearsal, unsigned int site,
			struct plan_prefixes *ret_routed)
{
	const struct plan *plan = rehearsal->plan;
	const struct plan_node *gateway = &plan->nodes.items[plan_gateway(plan, site)];

	vec_foreach (route, &gateway->routes)
		vec_foreach (xfrm, &gateway->xfrms)
			if (str_equal(route->interface, xfrm->name))
				vec_add(rehearsal->arena, ret_routed, route->destination);
}

static void audit_site(struct rehearsal *rehearsal, int site, struct crypto *crypto,
		       struct keyring *keyring)
{
	struct account account;
	bool has_account = !account_init(&account);
	struct plan_prefixes routed = { 0 };

	find_routed(rehearsal, (unsigned int)site, &routed);
	if (routed.count)
		account.routed = &routed;
	account.taken_down_ns = rehearsal->taken_down_us * 1000;
	account.gaps = rehearsal->gaps.items;
	account.gap_count = rehearsal->gaps.count;
	vec_foreach (link, &rehearsal->plan->links) {
		if (link->capture_end >= 0 && link->is_internet && link->site == site)
			audit_link(rehearsal, link, crypto, keyring,
				   has_account ? &account : NULL);
	}
	vec_foreach (link, &rehearsal->plan->links) {
		if (link->capture_end >= 0 && !link->is_internet && link->site == site &&
		    has_account)
			account_link(rehearsal, link, keyring, &account);
	}
	account_done(&account);
}

static void read_keys(const struct rehearsal *rehearsal, struct keyring *keyring)
{
	for (size_t site = 0; site < ARRAY_SIZE(rehearsal->ends); site++)
		if (rehearsal->ends[site].key_log)
			(void)keyring_read_file(keyring, rehearsal->ends[site].key_log,
						NULL);
}

/* Keys that a packet has proved are worth keeping, when they were asked for. */
static void keep_or_delete(struct rehearsal *rehearsal, const struct keyring *keyring)
{
	char path[PATH_MAX];

	for (size_t site = 0; site < ARRAY_SIZE(rehearsal->ends); site++)
		if (rehearsal->ends[site].key_log && !rehearsal->params.has_keys)
			(void)unlink(rehearsal->ends[site].key_log);
	if (!rehearsal->params.has_keys)
		return;
	(void)snprintf(path, sizeof(path), "%s/" WIRESHARK_FOLDER, rehearsal->folder);
	(void)keyring_write_folder(keyring, path, NULL);
}

void audit_esp(struct rehearsal *rehearsal)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();

	read_keys(rehearsal, keyring);
	kernel_watch_finish(rehearsal, keyring);
	proofs_add_keys(rehearsal, keyring);
	if (!crypto_new(&crypto, NULL)) {
		for (int site = 0; site < 2; site++)
			audit_site(rehearsal, site, crypto, keyring);
	}
	keep_or_delete(rehearsal, keyring);
}
