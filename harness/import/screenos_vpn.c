// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_vpn.c - ScreenOS AutoKey IKE VPNs */
#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"
#include "model/aspect.h"
#include "import/words.h"

struct sos_vpn *sos_vpn_find(const struct reader *reader, const char *name)
{
	struct sos_vpn *vpn = map_get(&reader->vpn_map, NULL, name);

	return vpn && !vpn->is_unset ? vpn : NULL;
}

static struct sos_vpn *vpn_get(struct reader *reader, const char *name)
{
	struct sos_vpn *vpn = sos_vpn_find(reader, name);

	if (vpn)
		return vpn;
	vpn = arena_alloc(reader->arena, sizeof(*vpn));
	vpn->name = name;
	vpn->at = reader->at;
	map_put(reader->arena, &reader->vpn_map, NULL, name, vpn);
	*reader->vpns_end = vpn;
	reader->vpns_end = &vpn->next;
	return vpn;
}

static void option_id(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	(void)reader;
	(void)vpn;
	args_take(args);
}

static void option_gateway(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	const char *word = args_take(args);

	if (!word)
		return;
	vpn->gateway = sos_text(reader, word);
	vpn->at = reader->at;
}

static void option_replay(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	(void)args;
	vpn->replay = (struct flag){ true, true, reader->at };
}

static void option_no_replay(struct reader *reader, struct sos_vpn *vpn,
			     struct args *args)
{
	(void)args;
	vpn->replay = (struct flag){ true, false, reader->at };
}

static void option_tunnel(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	(void)reader;
	(void)args;
	vpn->is_transport = false;
}

static void option_transport(struct reader *reader, struct sos_vpn *vpn,
			     struct args *args)
{
	(void)reader;
	(void)args;
	vpn->is_transport = true;
}

static void option_idletime(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	(void)reader;
	(void)vpn;
	args_take(args);
}

static void option_proposal(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	vpn->proposals.count = 0;
	while (!args_end(args))
		vec_add(reader->arena, &vpn->proposals,
			sos_text(reader, args_take(args)));
}

static void option_sec_level(struct reader *reader, struct sos_vpn *vpn,
			     struct args *args)
{
	const char *word = args_take(args);

	if (word)
		vpn->sec_level = sos_text(reader, word);
	vpn->proposals.count = 0;
}

/* bind interface tunnel.1 | bind zone Untrust-Tun */
static void option_bind(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	if (reader->is_unset) {
		vpn->bind_interface.s = vpn->bind_zone.s = NULL;
		args->next = args->count;
	} else if (args_accept(args, "interface") && !args_end(args)) {
		vpn->bind_interface = sos_text(
			reader, sos_interface_get(reader, args_take(args))->name);
	} else if (args_accept(args, "zone") && !args_end(args)) {
		vpn->bind_zone = sos_text(reader, args_take(args));
	} else {
		sos_remark(reader, REMARK_INVALID,
			   "vpn '%s': 'bind' wants 'interface NAME' or 'zone NAME'",
			   vpn->name);
	}
}

/* proxy-id local-ip NET remote-ip NET SERVICE | proxy-id check */
static void option_proxy_id(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	struct sos_proxy_id id = { .at = reader->at };

	if (args_accept(args, "check"))
		return;
	if (reader->is_unset) {
		vpn->proxy_ids.count = 0;
		args->next = args->count;
		return;
	}
	if (!args_accept(args, "local-ip") || !sos_prefix_take(args, &id.local) ||
	    !args_accept(args, "remote-ip") || !sos_prefix_take(args, &id.remote)) {
		sos_remark(reader, REMARK_INVALID,
			   "vpn '%s': the proxy-id is not understood: expected 'local-ip "
			   "NET/LEN remote-ip NET/LEN SERVICE'",
			   vpn->name);
		args->next = args->count;
		return;
	}
	if (!args_end(args))
		id.service = sos_text(reader, args_take(args));
	if (reader->has_one_proxy_id && vpn->proxy_ids.count) {
		sos_remark(reader, REMARK_IGNORED,
			   "vpn '%s': ScreenOS before 6.3 keeps one proxy-id, this one "
			   "takes the place of line %u's",
			   vpn->name, vpn->proxy_ids.items[0].at.line);
		vpn->proxy_ids.count = 0;
	}
	vec_add(reader->arena, &vpn->proxy_ids, id);
}

/* monitor [source-interface IF] [destination-ip A] [optimized] [rekey] */
static void option_monitor(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	vpn->is_monitored = !reader->is_unset;
	vpn->is_rekeyed = false;
	vpn->monitor_at = reader->at;
	while (!args_end(args)) {
		if (args_accept(args, "rekey")) {
			vpn->is_rekeyed = !reader->is_unset;
		} else if (args_accept(args, "destination-ip") && !args_end(args)) {
			if (inet_addr_parse(args_take(args), &vpn->monitor_target) != 0)
				sos_remark(reader, REMARK_INVALID,
					   "vpn '%s': the monitored destination is no "
					   "address",
					   vpn->name);
		} else {
			args_take(args);
		}
	}
}

static void option_rest(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	(void)vpn;
	args->next = args->count;
	sos_ignore(reader, "vpn", "has settings that do not matter here");
}

static void option_manual(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	args->next = args->count;
	vpn->is_manual = true;
	sos_remark(reader, REMARK_IGNORED,
		   "vpn '%s' has manual keys and no IKE, which is not rehearsed",
		   vpn->name);
}

static const struct {
	const char *word;
	void (*read)(struct reader *reader, struct sos_vpn *vpn, struct args *args);
	const char *why;      /* has no effect, because; NULL */
	unsigned int aspects; /* not rehearsed: what it touches */
} vpn_options[] = {
	{ "id", option_id, NULL, 0 },
	{ "gateway", option_gateway, NULL, 0 },
	{ "gateway-id", option_rest, "numbers a gateway", 0 },
	{ "replay", option_replay, NULL, 0 },
	{ "no-replay", option_no_replay, NULL, 0 },
	{ "tunnel", option_tunnel, NULL, 0 },
	{ "transport", option_transport, NULL, 0 },
	{ "idletime", option_idletime, NULL, ASPECT_LIFE },
	{ "proposal", option_proposal, NULL, 0 },
	{ "sec-level", option_sec_level, NULL, 0 },
	{ "bind", option_bind, NULL, 0 },
	{ "proxy-id", option_proxy_id, NULL, 0 },
	{ "monitor", option_monitor, NULL, 0 },
	{ "df-bit", option_rest, NULL, ASPECT_THROUGHPUT },
	{ "manual", option_manual, NULL, ASPECT_IKE | ASPECT_WAY },
	{ "dscp-mark", option_rest, "is about bits of the outer header that nobody reads",
	  0 },
	{ "failover-weight", option_rest, NULL, ASPECT_LIFE },
	{ "acvpn-dynamic", option_rest, NULL, ASPECT_IKE | ASPECT_WAY },
	{ "acvpn-profile", option_rest, NULL, ASPECT_IKE | ASPECT_WAY },
};

static bool vpn_option_read(struct reader *reader, struct sos_vpn *vpn, struct args *args)
{
	const char *words[ARRAY_SIZE(vpn_options) + 1], *word = args_peek(args);

	for (size_t i = 0; i < ARRAY_SIZE(vpn_options); i++) {
		words[i] = vpn_options[i].word;
		if (args_accept(args, vpn_options[i].word)) {
			/* "idletime 0" is never; of a vpn the gateway is not known yet. */
			if (vpn_options[i].aspects && !reader->is_unset &&
			    !args_is(args, "0") && !args_is(args, "clear"))
				site_unrehearsed(reader->site, NULL,
						 vpn_options[i].aspects, reader->at,
						 vpn_options[i].word);
			vpn_options[i].read(reader, vpn, args);
			return true;
		}
	}
	words[ARRAY_SIZE(vpn_options)] = NULL;
	sos_remark(reader, REMARK_UNKNOWN, "vpn '%s': unknown word '%s'%s", vpn->name,
		   word, site_hint(reader->site, word, words));
	return false;
}

void sos_vpn_command(struct reader *reader, struct args *args)
{
	const char *name = args_take(args);
	struct sos_vpn *vpn;

	if (!name) {
		sos_remark(reader, REMARK_INVALID, "'vpn' without a name");
		return;
	}
	vpn = sos_vpn_find(reader, name);
	if (reader->is_unset && (!vpn || args_end(args))) {
		if (vpn)
			vpn->is_unset = true;
		return;
	}
	vpn = vpn_get(reader, name);
	while (!args_end(args)) {
		if (!vpn_option_read(reader, vpn, args))
			return;
	}
}

void screenos_vpn_words_list(struct import_words *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(vpn_options); i++)
		import_words_add(words, (struct import_word){
						.device = "ScreenOS",
						.place = "set vpn",
						.word = vpn_options[i].word,
						.why = vpn_options[i].why,
						.aspects = vpn_options[i].aspects,
					});
}
