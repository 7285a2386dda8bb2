// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel_watch.c - the keys of the SAs that both gateways' kernels had during a run */
#include "run/kernel_watch.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "dissect/keyring.h"
#include "netns/node.h"
#include "netns/xfrm_monitor.h"

struct kernel_watch {
	struct xfrm_monitor *monitor;
	struct arena *arena; /* secret */
	struct xfrm_sa_list sas;
	bool has_lost; /* the kernel's queue overflowed */
};

void kernel_watch_start(struct rehearsal *rehearsal)
{
	if (!rehearsal->is_kernel_esp)
		return;
	for (unsigned int site = 0; site < 2; site++) {
		const struct node *node = rehearsal_gateway(rehearsal, site);
		struct kernel_watch *watch = calloc(1, sizeof(*watch));
		struct err err = { 0 };

		if (watch && xfrm_monitor_open(node, &watch->monitor, &err)) {
			evidence_add(&rehearsal->evidence, node_name(node), "kernel",
				     "unwatched", json_of("{s:s}", "text", err.text));
			free(steal(&watch));
		}
		if (!watch)
			continue;
		watch->arena = arena_new();
		arena_set_secret(watch->arena);
		rehearsal->kernel[site] = watch;
	}
}

void kernel_watch_collect(struct rehearsal *rehearsal)
{
	for (unsigned int site = 0; site < 2; site++) {
		struct kernel_watch *watch = rehearsal->kernel[site];

		if (watch)
			watch->has_lost |= xfrm_monitor_read(watch->monitor, watch->arena,
							     &watch->sas);
	}
}

void kernel_watch_free(struct kernel_watch *watch)
{
	if (!watch)
		return;
	xfrm_monitor_free(watch->monitor);
	arena_free(watch->arena);
	free(watch);
}

/* ---------------------------------------------------------------- ip xfrm state */

static void put_key(const char *word, const struct xfrm_key *key, struct buf *out)
{
	if (!*key->name)
		return;
	buf_printf(out, "\t%s %s 0x", word, key->name);
	for (unsigned int i = 0; i < (key->bits + 7) / 8; i++)
		buf_printf(out, "%02x", key->secret[i]);
	if (key->icv_bits)
		buf_printf(out, " %u", key->icv_bits);
	buf_putc(out, '\n');
}

void kernel_watch_format(const struct xfrm_sa *sa, struct buf *out)
{
	struct inet_text source = inet_addr_text(&sa->source);
	struct inet_text destination = inet_addr_text(&sa->destination);

	if ((sa->protocol != IPPROTO_ESP && sa->protocol != IPPROTO_AH) ||
	    (!*sa->cipher.name && !*sa->aead.name && !*sa->integrity.name))
		return;
	buf_make_room(out, 1024); /* so that no copy of keys is left behind */
	buf_printf(out, "src %s dst %s\n\tproto %s spi 0x%08x reqid %u mode %s\n",
		   source.s, destination.s, sa->protocol == IPPROTO_AH ? "ah" : "esp",
		   sa->spi, sa->reqid, sa->is_tunnel ? "tunnel" : "transport");
	buf_printf(out, "\treplay-window %u%s\n", sa->replay_window,
		   sa->has_esn ? " flag esn" : "");
	put_key("auth-trunc", &sa->integrity, out);
	put_key("enc", &sa->cipher, out);
	put_key("aead", &sa->aead, out);
}

/* ---------------------------------------------------------------- do both agree? */

static bool is_logged(const struct keyring *logged, const struct esp_key *key)
{
	for (const struct esp_key *other = NULL;
	     (other = keyring_esp_of(logged, key->spi, other));)
		if (other->is_ah == key->is_ah && inet_addr_equal(&other->dst, &key->dst))
			return true;
	return false;
}

struct kernel_agreement kernel_watch_compare(const struct keyring *kernel,
					     const struct keyring *logged)
{
	struct kernel_agreement ret = { .sas = keyring_esps(kernel) };

	for (size_t i = 0; i < ret.sas; i++) {
		const struct esp_key *key = keyring_esp(kernel, i);

		if (keyring_has_esp(logged, key))
			ret.same++;
		else if (is_logged(logged, key))
			ret.differ++;
		else
			ret.unlogged++;
	}
	return ret;
}

static void write_text(const struct rehearsal *rehearsal, unsigned int site,
		       const struct buf *text)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s.kernel.keys", rehearsal->folder,
		       rehearsal->ends[site].name);
	/* Missing ones are not worth ending a run for. */
	(void)file_write_secret(path, buf_text(text), text->length, NULL);
}

static void compare_site(struct rehearsal *rehearsal, unsigned int site,
			 const struct buf *text, const struct keyring *logged)
{
	_cleanup_(keyring_freep) struct keyring *kernel = keyring_new();
	struct kernel_agreement agreement;

	(void)keyring_read_text(kernel, "kernel", buf_text(text), NULL);
	agreement = kernel_watch_compare(kernel, logged);
	evidence_add(&rehearsal->evidence, rehearsal->ends[site].name, "kernel", "keys",
		     json_of("{s:I, s:I, s:I, s:I, s:b}", "sas",
			     (json_int_t)agreement.sas, "same",
			     (json_int_t)agreement.same, "differ",
			     (json_int_t)agreement.differ, "unlogged",
			     (json_int_t)agreement.unlogged, "lost",
			     rehearsal->kernel[site]->has_lost));
}

void kernel_watch_finish(struct rehearsal *rehearsal, struct keyring *keyring)
{
	struct buf texts[2] = { 0 };

	kernel_watch_collect(rehearsal);
	for (unsigned int site = 0; site < 2; site++) {
		const struct kernel_watch *watch = rehearsal->kernel[site];

		if (!watch)
			continue;
		vec_foreach (sa, &watch->sas)
			kernel_watch_format(sa, &texts[site]);
		if (texts[site].length)
			compare_site(rehearsal, site, &texts[site], keyring);
		if (texts[site].length && rehearsal->params.has_keys)
			write_text(rehearsal, site, &texts[site]);
	}
	/* Not before both were compared: one kernel must not vouch for the other. */
	for (unsigned int site = 0; site < 2; site++) {
		if (texts[site].length)
			(void)keyring_read_text(keyring, "kernel", buf_text(&texts[site]),
						NULL);
		buf_wipe(&texts[site]);
	}
}
