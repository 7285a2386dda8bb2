// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as swanctl.conf */
#include <string.h>

#include "base/str.h"
#include "device/render.h"
#include "device/strongswan/charon.h"

static void put_swanctl_words(struct render *r, const struct wish_words *words,
			      const char *typo)
{
	for (unsigned int i = 0; i < words->count; i++)
		buf_printf(&r->out, "%s%s", i ? "-" : "",
			   typo && !i ? typo : words->items[i]);
}

static void put_swanctl_suites(struct render *r, const char *key,
			       const struct wish_suites *suites, const char *typo)
{
	if (!suites->count)
		return;
	buf_printf(&r->out, "%s = ", key);
	for (unsigned int i = 0; i < suites->count; i++) {
		const struct wish_suite *suite = &suites->items[i];

		buf_puts(&r->out, i ? ", " : "");
		put_swanctl_words(r, &suite->encr, i ? NULL : typo);
		buf_puts(&r->out, suite->integ.count ? "-" : "");
		put_swanctl_words(r, &suite->integ, NULL);
		buf_puts(&r->out, suite->dh.count ? "-" : "");
		put_swanctl_words(r, &suite->dh, NULL);
	}
	buf_putc(&r->out, '\n');
}

/* "@#hex" is how ipsec and swanctl take a key id; others by their looks. */
void charon_render_id(struct render *r, const struct wish_id *id)
{
	struct inet_addr addr;

	if (id->type == ID_TYPE_KEY_ID)
		buf_printf(&r->out, "keyid:%s", id->value);
	else if (id->type == ID_TYPE_FQDN && !inet_addr_parse(id->value, &addr))
		buf_printf(&r->out, "fqdn:%s", id->value);
	else
		buf_puts(&r->out, id->value);
}

static void put_swanctl_end(struct render *r, const char *section,
			    const struct wish_id *id)
{
	static const char *const methods[] = {
		[AUTH_PSK] = "psk", [AUTH_RSA] = "pubkey", [AUTH_UNKNOWN] = NULL
	};
	const char *method = methods[r->wish->auth];

	buf_printf(&r->out, "\t\t%s {\n", section);
	if (method)
		buf_printf(&r->out, "\t\t\tauth = %s\n", method);
	if (id->type != ID_TYPE_NONE) {
		buf_puts(&r->out, "\t\t\tid = ");
		charon_render_id(r, id);
		buf_putc(&r->out, '\n');
	}
	buf_puts(&r->out, "\t\t}\n");
}

static void put_swanctl_child(struct render *r, unsigned int first, unsigned int count)
{
	buf_printf(&r->out, "\t\t\tnet%u {\n\t\t\t\tlocal_ts = ", first);
	for (unsigned int i = 0; i < count; i++)
		buf_printf(&r->out, "%s%s", i ? ", " : "",
			   r->wish->pairs[first + i].local);
	buf_puts(&r->out, "\n\t\t\t\tremote_ts = ");
	for (unsigned int i = 0; i < count; i++)
		buf_printf(&r->out, "%s%s", i ? ", " : "",
			   r->wish->pairs[first + i].remote);
	buf_puts(&r->out, "\n\t\t\t\t");
	put_swanctl_suites(r, "esp_proposals", &r->wish->esp, r->wish->esp_typo);
	if (r->wish->is_transport)
		buf_puts(&r->out, "\n\t\t\t\tmode = transport\n");
	buf_printf(&r->out,
		   "\t\t\t\tlife_time = %us\n\t\t\t\trekey_time = %us\n"
		   "\t\t\t\tstart_action = %s\n\t\t\t}\n",
		   r->wish->esp_life_s, r->wish->esp_life_s * 9 / 10,
		   r->wish->is_at_once ? "start" : "trap");
}

static void put_swanctl_secret(struct render *r)
{
	const char *key = r->wish->psk;

	if (!key)
		return;
	buf_puts(&r->out, "secrets {\n\tike-peer {\n\t\tsecret = ");
	/* A '}' or a backslash without quotes would break the whole file. */
	if (r->wish->is_psk_quoted || strpbrk(key, "}{\\="))
		render_quoted(r, key, "\"\\");
	else
		buf_puts(&r->out, key);
	buf_puts(&r->out, "\n\t}\n}\n");
}

/* What a host needs to be a gateway beside swanctl.conf; its addresses are its own. */
static void put_host(struct render *r, struct import_sources *sources)
{
	buf_puts(&r->out, "net.ipv4.ip_forward = 1\n");
	render_finish(r, "sysctl.conf", sources);
	if (!r->wish->is_aggressive)
		return;
	buf_puts(&r->out,
		 "charon {\n\ti_dont_care_about_security_and_use_aggressive_mode_psk = "
		 "yes\n}\n");
	render_finish(r, "strongswan.conf", sources);
}

void render_swanctl(struct render *r, struct import_sources *sources)
{
	const struct wish *wish = r->wish;

	buf_printf(&r->out, "connections {\n");
	buf_printf(&r->out, "\tpeer {\n\t\tversion = %d\n", wish->version);
	if (wish->is_aggressive)
		buf_puts(&r->out, "\t\taggressive = yes\n");
	if (wish->own_addr)
		buf_printf(&r->out, "\t\tlocal_addrs = %s\n", wish->own_addr);
	if (!wish->is_peer_any)
		buf_printf(&r->out, "\t\tremote_addrs = %s\n", wish->peer_addr);
	buf_puts(&r->out, "\t\t");
	put_swanctl_suites(r, "proposals", &wish->ike, wish->typo);
	buf_printf(&r->out, "\n\t\tencap = %s\n", wish->is_nat_t_forced ? "yes" : "no");
	if (wish->version == 1)
		buf_printf(&r->out, "\t\treauth_time = %us\n", wish->ike_life_s);
	else
		buf_printf(&r->out, "\t\trekey_time = %us\n", wish->ike_life_s);
	put_swanctl_end(r, "local", &wish->own_id);
	put_swanctl_end(r, "remote", &wish->peer_id);
	buf_puts(&r->out, "\t\tchildren {\n");
	if (wish->is_one_child && wish->version == 2)
		put_swanctl_child(r, 0, wish->pair_count);
	else
		for (unsigned int i = 0; i < wish->pair_count; i++)
			put_swanctl_child(r, i, 1);
	buf_puts(&r->out, "\t\t}\n\t}\n}\n");
	put_swanctl_secret(r);
	render_finish(r, "swanctl.conf", sources);
	if (wish->place.is_whole)
		put_host(r, sources);
}
