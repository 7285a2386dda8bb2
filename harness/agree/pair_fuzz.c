// SPDX-License-Identifier: GPL-2.0-or-later
/* pair_fuzz.c - libFuzzer: two ends' files go all the way to findings and to charon's messages
 *
 * The input is text: 0x1e parts the ends, 0x1d the files of an end. The first byte of an end
 * is its device, the first of a file chooses its name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "charon/conf.h"
#include "import/import.h"
#include "predict/predict.h"
#include "report/findings.h"

#define END_MARK    0x1e
#define FILE_MARK   0x1d
#define SOURCES_MAX 6
/* Longer files only cost time: -1 keeps them out of the corpus. */
#define LENGTH_MAX 16384

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const names[][4] = {
	[DEVICE_OPENWRT] = { "etc/config/ipsec", "etc/config/network",
			     "etc/config/firewall", "etc/config/dhcp" },
	[DEVICE_FRITZBOX] = { "vpn.cfg", "fritzbox.export", "vpn.cfg", "vpn.cfg" },
	[DEVICE_SCREENOS] = { "a.screenos", "b.screenos", "a.screenos", "b.screenos" },
	[DEVICE_JUNOS] = { "a.junos", "b.junos", "a.junos", "b.junos" },
	[DEVICE_STRONGSWAN] = { "swanctl.conf", "ipsec.conf", "ipsec.secrets", "hosts" },
};

/* The bytes up to a mark, which is eaten as well. */
static struct import_source next_part(const uint8_t **at, const uint8_t *end, int mark)
{
	const uint8_t *found = memchr(*at, mark, (size_t)(end - *at));
	const uint8_t *stop = found ? found : end;
	struct import_source part = { NULL, (const char *)*at, (size_t)(stop - *at) };

	*at = found ? found + 1 : end;
	return part;
}

static struct site *read_end(const char *name, struct import_source end)
{
	const uint8_t *at = (const uint8_t *)end.bytes, *stop = at + end.length;
	enum device_kind kind = at < stop ? *at++ % ARRAY_SIZE(names) : 0;
	struct import_source sources[SOURCES_MAX];
	struct site *site = NULL;
	struct err err = { 0 };
	size_t count = 0;

	while (at < stop && count < SOURCES_MAX) {
		struct import_source source = next_part(&at, stop, FILE_MARK);

		if (!source.length)
			continue;
		source.name = names[kind][(uint8_t)*source.bytes % 4];
		source.bytes++;
		source.length--;
		sources[count++] = source;
	}
	(void)site_import(kind, name, sources, count, NULL, &site, &err);
	return site;
}

static void tell_charon(const struct site *site)
{
	const struct conf_params params = { .vici_socket = "/run/a.vici",
					    .log_file = "/run/a.log" };
	_cleanup_(conf_freep) struct conf *conf = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	struct err err;

	if (conf_new(site, &params, &conf, &err))
		return;
	conf_swanctl_format(conf, true, &text);
	vec_foreach (connection, &conf->connections) {
		if (vici_message_check(&connection->message, &err))
			abort();
	}
}

static void predict_both(struct site *const sites[2])
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct predict_input input = { .sites = { sites[0], sites[1] }, .arena = arena };
	_cleanup_buf_ struct buf text = { 0 };
	struct findings findings = { 0 };

	input.initiator = predict_initiator(input.sites);
	predict_pair(&input, &findings);
	report_findings_text(&findings, &text);
	report_findings_json(&findings, NULL, &text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const uint8_t *at = bytes, *end = bytes + length;
	struct site *sites[2];

	if (length > LENGTH_MAX)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		sites[i] = read_end(i ? "right" : "left", next_part(&at, end, END_MARK));
		if (sites[i])
			tell_charon(sites[i]);
	}
	if (sites[0] && sites[1])
		predict_both(sites);
	for (size_t i = 0; i < 2; i++)
		site_free(sites[i]);
	return 0;
}
