// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_release.c - which release's scripts read /etc/config/ipsec, and their manners */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/openwrt.h"
#include "import/openwrt_reader.h"

#define RELEASE_NFT    2203 /* fw4 */
#define RELEASE_MASTER 2700 /* nobody has it without having said so */
#define RELEASE_DSA    2102 /* network: `config device`, list ports */

/* What all scripts of a kind have in common, see openwrt_reader.h. */
#define OF_IPSEC_CONF	(QUIRK_ID_EQUALS | QUIRK_JOINS_BY_BLANK)
#define OF_1806		(OF_IPSEC_CONF | QUIRK_NEEDS_GLOBALS)
#define OF_2102_IPSEC	(OF_IPSEC_CONF | QUIRK_LEFT_IP)
#define OF_2410_IPSEC	(QUIRK_ID_EQUALS | QUIRK_LEFT_IP)
#define OF_2102_SWANCTL (QUIRK_UNCLOSED | QUIRK_LENIENT | QUIRK_JOINS_BY_BLANK)
#define OF_SWANCTL	(QUIRK_LISTS_ONLY | QUIRK_BARE_SECRETS)
#define OF_2203_SWANCTL (OF_SWANCTL | QUIRK_LOCAL_IP)
#define OF_2410_SWANCTL (OF_2203_SWANCTL | QUIRK_EAP_MSCHAPV2)
#define OF_2512_SWANCTL (OF_2410_SWANCTL | QUIRK_ENCAP)
#define OF_MASTER \
	(OF_SWANCTL | QUIRK_EAP_MSCHAPV2 | QUIRK_EAP_TLS | QUIRK_ENCAP | QUIRK_NEW_NAMES)

/* What else such a script does, of that release. */
#define WIKI(name, number)                             \
	{                                              \
		name, number, false, true, true, false \
	}
#define TECHNICOLOR(name, number)                       \
	{                                               \
		name, number, false, true, false, false \
	}
#define IPSEC_INIT(name, number)                         \
	{                                                \
		name, number, false, false, false, false \
	}
#define SWANCTL_INIT(name, number)                     \
	{                                              \
		name, number, true, false, false, true \
	}

/* devices.md 1.2. A release without a suffix means what its menu shows: swanctl. */
static const struct openwrt_firmware firmwares[] = {
	{ WIKI("wiki", 1505), "wiki init script", GENERATOR_WIKI,
	  OF_IPSEC_CONF | QUIRK_NEEDS_GLOBALS | QUIRK_P1_LIST },
	{ TECHNICOLOR("technicolor", 1505), "Technicolor init script",
	  GENERATOR_TECHNICOLOR, OF_IPSEC_CONF | QUIRK_P1_LIST },
	{ IPSEC_INIT("18.06", 1806), "ipsec.init 18.06", GENERATOR_IPSEC_INIT, OF_1806 },
	{ IPSEC_INIT("19.07", 1907), "ipsec.init 19.07", GENERATOR_IPSEC_INIT, OF_1806 },
	{ SWANCTL_INIT("21.02", 2102), "swanctl.init 21.02", GENERATOR_SWANCTL_INIT,
	  OF_2102_SWANCTL },
	{ IPSEC_INIT("21.02-ipsec", 2102), "ipsec.init 21.02", GENERATOR_IPSEC_INIT,
	  OF_2102_IPSEC },
	{ SWANCTL_INIT("22.03", 2203), "swanctl.init 22.03", GENERATOR_SWANCTL_INIT,
	  OF_2203_SWANCTL },
	{ IPSEC_INIT("22.03-ipsec", 2203), "ipsec.init 22.03", GENERATOR_IPSEC_INIT,
	  OF_2102_IPSEC },
	{ SWANCTL_INIT("23.05", 2305), "swanctl.init 23.05", GENERATOR_SWANCTL_INIT,
	  OF_2203_SWANCTL },
	{ IPSEC_INIT("23.05-ipsec", 2305), "ipsec.init 23.05", GENERATOR_IPSEC_INIT,
	  OF_2102_IPSEC },
	{ SWANCTL_INIT("24.10", 2410), "swanctl.init 24.10", GENERATOR_SWANCTL_INIT,
	  OF_2410_SWANCTL },
	{ IPSEC_INIT("24.10-ipsec", 2410), "ipsec.init 24.10", GENERATOR_IPSEC_INIT,
	  OF_2410_IPSEC },
	{ SWANCTL_INIT("25.12", 2512), "swanctl.init 25.12", GENERATOR_SWANCTL_INIT,
	  OF_2512_SWANCTL },
	{ IPSEC_INIT("25.12-ipsec", 2512), "ipsec.init 25.12", GENERATOR_IPSEC_INIT,
	  OF_2410_IPSEC },
	{ SWANCTL_INIT("master", 2700), "swanctl.init of master", GENERATOR_SWANCTL_INIT,
	  OF_MASTER },
	{ IPSEC_INIT("master-ipsec", 2700), "ipsec.init of master", GENERATOR_IPSEC_INIT,
	  OF_2410_IPSEC },
	{ SWANCTL_INIT("pr30504", 2701), "swanctl.init of PR 30504",
	  GENERATOR_SWANCTL_INIT, OF_MASTER | QUIRK_CHILDREN },
};

static const struct openwrt_firmware documented = { .generator = GENERATOR_NONE };

const char *const *openwrt_firmwares(void)
{
	static const char *names[ARRAY_SIZE(firmwares) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(firmwares); i++)
		names[i] = firmwares[i].release.name;
	return names;
}

/*
 * Names of releases as people write them. Before 18.06 the package had no generator of
 * its own; the wiki's script is what was used (openwrt-scripts.md).
 */
static const struct {
	const char *name, *known;
} aliases[] = {
	{ "14.07", "wiki" },
	{ "15.05", "wiki" },
	{ "17.01", "wiki" },
	{ "snapshot", "master" },
	{ "main", "master" },
	{ "chaos calmer", "wiki" },
	{ "barrier breaker", "wiki" },
	{ "lede", "wiki" },
	{ "main-ipsec", "master-ipsec" },
};

static bool str_starts_nocase(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* "v23.05.3", "OpenWrt 23.05.3": what is before the number says nothing. */
static const char *without_maker(const char *name)
{
	static const char *const makers[] = { "openwrt", "lede-", "lede ", "v" };

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++)
		if (str_starts_nocase(name, makers[i]) && name[strlen(makers[i])] != '\0')
			name += strlen(makers[i]) +
				strspn(name + strlen(makers[i]), " -_");
	return name;
}

/* Behind the name of a release: nothing, ".7", "-rc2", " (r16847)", "-snapshot". */
static const char *suffix_of(const char *rest)
{
	if (*rest == '.') {
		rest++;
		rest += strspn(rest, "0123456789");
	}
	if (str_starts_nocase(rest, "-rc")) {
		rest += strlen("-rc");
		rest += strspn(rest, "0123456789");
	}
	if (str_starts_nocase(rest, "-snapshot"))
		rest += strlen("-snapshot");
	if (*rest == ' ' || *rest == ',' || *rest == '+')
		return "";
	return rest;
}

static const struct openwrt_firmware *row_of(const char *name, const char *suffix)
{
	for (size_t i = 0; i < ARRAY_SIZE(firmwares); i++) {
		const size_t length = strlen(name);

		if (str_starts(firmwares[i].release.name, name) &&
		    str_equal(firmwares[i].release.name + length, suffix))
			return &firmwares[i];
	}
	return NULL;
}

static const struct openwrt_firmware *row_with_suffix(const char *known, const char *rest)
{
	const char *suffix = suffix_of(rest);

	/* "-swanctl" is what a release without a suffix means. */
	if (str_equal_nocase(suffix, "-swanctl"))
		suffix = strcmp(known, "18.06") >= 0 && strcmp(known, "21.02") < 0 ? "?"
										   : "";
	return row_of(known, suffix);
}

/* Exactly, or with a patch level behind ("19.07.7"); NULL: no such release. */
static const struct openwrt_firmware *firmware_find(const char *name)
{
	const struct openwrt_firmware *found = NULL;

	name = without_maker(name);
	for (size_t i = 0; !found && i < ARRAY_SIZE(aliases); i++)
		if (str_starts_nocase(name, aliases[i].name))
			found = row_with_suffix(aliases[i].known,
						name + strlen(aliases[i].name));
	for (size_t i = 0; !found && i < ARRAY_SIZE(firmwares); i++)
		if (str_starts(name, firmwares[i].release.name))
			found = row_with_suffix(firmwares[i].release.name,
						name + strlen(firmwares[i].release.name));
	return found;
}

/* ------------------------------------------------------------ what the files say */

/* DISTRIB_RELEASE='19.07.7' of etc/openwrt_release; 0: unknown. */
static unsigned int release_of_files(const struct openwrt *o)
{
	const struct import_source *source = openwrt_source(o, "etc/openwrt_release");
	size_t offset = 0;
	const char *line;

	while (source && (line = openwrt_next_line(o, source, &offset))) {
		const char *digits = line + strlen("DISTRIB_RELEASE=");
		const struct openwrt_firmware *found;

		if (!str_starts(line, "DISTRIB_RELEASE="))
			continue;
		digits += strspn(digits, "'\"");
		found = firmware_find(
			arena_strndup(o->site->arena, digits, strcspn(digits, "'\"")));
		return found ? found->release.number : 0;
	}
	return 0;
}

/* Is there such a section, with such an option (NULL: any), as a list (-1: either)? */
static bool has_option(const struct openwrt *o, const char *package_name,
		       const char *type, const char *option)
{
	const struct tree_node *package = uci_package_find(&o->uci, package_name);

	tree_foreach (section, package) {
		if (type && !str_equal(uci_type(section), type))
			continue;
		if (!option || map_get(&o->uci.names, section, option))
			return true;
	}
	return false;
}

/* What only some releases have: a file with it was written for one of those. */
static const struct {
	const char *package, *type, *option;
	unsigned int first, last; /* releases; 0: no bound */
} marks[] = {
	{ "firewall", "nat", NULL, 2102, 0 },
	{ "firewall", NULL, "fw4_compatible", RELEASE_NFT, 0 },
	{ "firewall", "zone", "extra_src", 0, 2102 },
	{ "firewall", "zone", "extra_dest", 0, 2102 },
	{ "firewall", "rule", "extra", 0, 2102 },
	{ "network", "device", "ports", RELEASE_DSA, 0 },
	{ "network", "interface", "ifname", 0, 2102 },
};

/* A script for iptables does something: fw4 leaves it alone. */
static bool has_firewall_user(const struct openwrt *o)
{
	const struct import_source *source = openwrt_source(o, "etc/firewall.user");
	size_t offset = 0;
	const char *line;

	while (source && (line = openwrt_next_line(o, source, &offset)))
		if (str_starts(line, "iptables"))
			return true;
	return false;
}

struct span {
	unsigned int first, last;
};

static struct span span_of_files(const struct openwrt *o)
{
	struct span span = { 0, 9999 };

	for (size_t i = 0; i < o->source_count; i++)
		if (str_ends(o->sources[i].name, ".nft"))
			span.first = RELEASE_NFT;
	if (has_firewall_user(o))
		span.last = RELEASE_DSA;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!has_option(o, marks[i].package, marks[i].type, marks[i].option))
			continue;
		if (marks[i].first > span.first)
			span.first = marks[i].first;
		if (marks[i].last && marks[i].last < span.last)
			span.last = marks[i].last;
	}
	/* A file that was carried over several upgrades says both: the newer counts. */
	if (span.first > span.last)
		span.last = 9999;
	return span;
}

/* Which script the words of /etc/config/ipsec were written for. */
static bool is_for_script(const struct openwrt *o, const struct openwrt_firmware *row)
{
	static const struct {
		const char *type, *option;
	} starter[] = {
		{ "tunnel", "mode" },	      { "tunnel", "ikelifetime" },
		{ "tunnel", "margintime" },   { "tunnel", "keyexchange" },
		{ "tunnel", "local_leftip" }, { "tunnel", "force_crypto_proposal" },
		{ "tunnel", "packet_marker" }, { "remote", "force_crypto_proposal" },
		{ "tunnel", "keyingtries" },
	}, swanctl[] = {
		{ "tunnel", "startaction" }, { "tunnel", "rekeytime" },
		{ "tunnel", "closeaction" }, { "tunnel", "if_id" },
		{ "remote", "rekeytime" },   { "remote", "keyexchange" },
		{ "remote", "local_ip" },    { "remote", "mobike" },
		{ "remote", "fragmentation" }, { "remote", "local_cert" },
		{ "remote", "remote_ca_certs" }, { "remote", "encap" },
		{ "remote", "send_certreq" },
	};
	size_t for_starter = 0, for_swanctl = 0;

	for (size_t i = 0; i < ARRAY_SIZE(starter); i++)
		for_starter += has_option(o, "ipsec", starter[i].type, starter[i].option);
	for (size_t i = 0; i < ARRAY_SIZE(swanctl); i++)
		for_swanctl += has_option(o, "ipsec", swanctl[i].type, swanctl[i].option);
	if (row->generator == GENERATOR_IPSEC_INIT)
		return row->release.number < 2102 ? for_starter >= for_swanctl
						  : for_starter > for_swanctl;
	return for_swanctl >= for_starter;
}

static bool has_interface_list(const struct openwrt *o)
{
	return has_option(o, "ipsec", "ipsec", "interface");
}

/* A router that works is none of that release, unless its files say so. */
static bool is_hopeless(const struct openwrt *o, const struct openwrt_firmware *row)
{
	return (row->quirks & QUIRK_UNCLOSED) &&
	       has_option(o, "ipsec", "remote", "pre_shared_key");
}

/* Could this row's script be the one the file was written for? */
static bool fits(const struct openwrt *o, const struct openwrt_firmware *row)
{
	const bool has_p1 = has_option(o, "ipsec", "p1_proposal", NULL) ||
			    has_option(o, "ipsec", "p2_proposal", NULL);
	const bool is_new = has_option(o, "ipsec", "remote", "remote_addrs") ||
			    has_option(o, "ipsec", "remote", "local_addrs");
	const bool is_pr = has_option(o, "ipsec", "child", NULL) ||
			   has_option(o, "ipsec", "remote", "child");

	if (row->generator == GENERATOR_TECHNICOLOR)
		return has_p1 && has_interface_list(o);
	if (row->generator == GENERATOR_WIKI)
		return has_p1;
	if (has_p1)
		return false;
	if (row->quirks & QUIRK_CHILDREN)
		return is_pr;
	if (is_pr)
		return false;
	if (is_new)
		return (row->quirks & QUIRK_NEW_NAMES) != 0;
	return row->release.number < RELEASE_MASTER && is_for_script(o, row);
}

/* With a script of its own the newest release that fits comes first. */
static void guess(struct openwrt *o, unsigned int release)
{
	const struct span span =
		release ? (struct span){ release, release } : span_of_files(o);
	const struct openwrt_firmware *found = NULL, *any = NULL;

	for (size_t i = ARRAY_SIZE(firmwares); i > 0; i--) {
		const struct openwrt_firmware *row = &firmwares[i - 1];
		/* The old scripts are no release: whoever installed one has it yet. */
		const bool is_old = row->generator == GENERATOR_WIKI ||
				    row->generator == GENERATOR_TECHNICOLOR;

		if (!is_old &&
		    (row->release.number < span.first || row->release.number > span.last))
			continue;
		if (is_old && release && row->release.number != release &&
		    release >= 1806)
			continue;
		if (!is_old && !any && row->release.number < RELEASE_MASTER)
			any = row;
		if (!fits(o, row) || (!release && is_hopeless(o, row)))
			continue;
		if (!found)
			found = row;
		else
			vec_add(o->site->arena, &o->site->also_fits, row->release.name);
	}
	o->firmware = found ? found : any ? any : firmware_find("25.12");
}

static void remark_guess(struct openwrt *o, unsigned int release)
{
	_cleanup_buf_ struct buf others = { 0 };

	vec_foreach (name, &o->site->also_fits)
		buf_printf(&others, "%s%s", others.length ? ", " : "", *name);
	site_remark(o->site, REMARK_ASSUMED,
		    (struct origin){ .file = release ? "etc/openwrt_release" : NULL },
		    "no firmware was named, '%s' is assumed%s%s%s%s",
		    o->firmware->release.name,
		    release ? ": the release is in the files" : "",
		    others.length ? "; its files fit " : "",
		    others.length ? buf_text(&others) : "", others.length ? ", too" : "");
}

static int refuse_firmware(const char *word, struct err *err)
{
	const char *const *names = openwrt_firmwares();
	const char *nearest = str_nearest(word, names);
	_cleanup_buf_ struct buf known = { 0 };

	if (nearest)
		return err_set(err, EINVAL, "unknown firmware '%s', did you mean '%s'?",
			       word, nearest);
	for (size_t i = 0; names[i]; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", names[i]);
	return err_set(err, EINVAL, "unknown firmware '%s': there are %s", word,
		       buf_text(&known));
}

int openwrt_release_choose(struct openwrt *o, const struct import_options *options,
			   struct err *err)
{
	const unsigned int release = release_of_files(o);

	o->release = release;
	/* Only fw4 reads /etc/nftables.d: 22.03 or later. */
	for (size_t i = 0; !o->release && i < o->source_count; i++)
		if (str_ends(o->sources[i].name, ".nft"))
			o->release = RELEASE_NFT;
	o->firmware = &documented;
	o->site->reading = options->reading;
	if (options->firmware) {
		const struct openwrt_firmware *named = firmware_find(options->firmware);

		if (!named)
			return refuse_firmware(options->firmware, err);
		o->release = named->release.number;
		if (options->reading == READING_RENDERED)
			o->firmware = named;
	} else if (options->reading == READING_RENDERED) {
		guess(o, release);
		if (!o->release)
			o->release = o->firmware->release.number;
		remark_guess(o, release);
	}
	o->site->firmware =
		o->firmware->release.name ? o->firmware->release.name : options->firmware;
	o->site->release = o->firmware->release.name ? &o->firmware->release
			   : options->firmware
				   ? &firmware_find(options->firmware)->release
				   : NULL;
	return 0;
}
