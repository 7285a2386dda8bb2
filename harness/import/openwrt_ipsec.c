// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_ipsec.c - /etc/config/ipsec, by documentation or by generator
 *
 * The file has had two schemas (p1_proposal and p2_proposal; crypto_proposal) and
 * four programs that turn it into strongSwan's configuration (devices.md 1.2). One
 * reader serves all: a dialect says which options exist and what their absence
 * means. What a dialect does not ask for becomes a remark.
 */
#include "import/openwrt_ipsec.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "model/aspect.h"
#include "import/words.h"

#define SUGGESTIONS_MAX 20

static const struct openwrt_dialect dialects[] = {
	{
		.generator = GENERATOR_NONE,
		.has_p1 = true,
		.has_crypto = true,
		.has_mode = true,
		.has_group_numbers = true,
		.has_lifetimes = true,
		.auth = DIALECT_AUTH_ASSUMED,
		.start_option = "startaction",
		.start_default = "route",
		.read_secret = openwrt_secret_literal,
	},
	{
		.generator = GENERATOR_WIKI,
		.has_p1 = true,
		.has_starter = true,
		.fixed_version = 1,
		.auth = DIALECT_AUTH_DROPPED,
		.start_default = "route",
		.read_secret = openwrt_secret_starter,
	},
	{
		.generator = GENERATOR_TECHNICOLOR,
		.has_p1 = true,
		.has_starter = true,
		.has_lifetimes = true,
		.fixed_version = 2,
		.auth = DIALECT_AUTH_DROPPED,
		.start_option = "mode",
		.start_default = "route",
		.read_secret = openwrt_secret_starter,
	},
	{
		.generator = GENERATOR_IPSEC_INIT,
		.has_crypto = true,
		.has_starter = true,
		.has_lifetimes = true,
		.auth = DIALECT_AUTH_DROPPED,
		.start_option = "mode",
		.start_default = "route",
		.read_secret = openwrt_secret_starter,
	},
	{
		.generator = GENERATOR_SWANCTL_INIT,
		.has_crypto = true,
		.auth = DIALECT_AUTH_FATAL,
		.start_option = "startaction",
		.start_default = "route",
		.read_secret = openwrt_secret_swanctl,
	},
};

#define BY_ALL                                                      \
	(READ_BY(GENERATOR_WIKI) | READ_BY(GENERATOR_TECHNICOLOR) | \
	 READ_BY(GENERATOR_IPSEC_INIT) | READ_BY(GENERATOR_SWANCTL_INIT))

static const struct openwrt_option ipsec_options[] = {
	{ "debug", NULL, BY_ALL },
	{ "zone", "was only read by the firewall script of the wiki", 0 },
	{ "listen", NULL, READ_BY(GENERATOR_WIKI) },
	{ "setup_option", NULL, READ_BY(GENERATOR_WIKI) },
	{ "rtinstall_enabled", NULL, 0 },
	{ "ignore_routing_tables", NULL, BY_ALL },
	{ "interface", NULL, BY_ALL },
	{ "ns_*", "is a note of NethSecurity", 0 },
	{ NULL, NULL, 0 },
};

static const struct openwrt_dialect *dialect_of(enum openwrt_generator generator)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialects); i++) {
		if (dialects[i].generator == generator)
			return &dialects[i];
	}
	return &dialects[0];
}

bool openwrt_is_rendered(const struct openwrt *o)
{
	return o->firmware->generator != GENERATOR_NONE;
}

/* Which scripts write them, and the value that changes nothing. */
static const struct {
	const char *name;
	unsigned int aspects, generators;
	const char *inert;
} effects[] = {
#define SWANCTL	    READ_BY(GENERATOR_SWANCTL_INIT)
#define STARTER	    READ_BY(GENERATOR_IPSEC_INIT)
#define TECHNICOLOR READ_BY(GENERATOR_TECHNICOLOR)
	{ "inactivity", ASPECT_LIFE, SWANCTL | STARTER, NULL },
	{ "interface", ASPECT_WAY, SWANCTL, NULL },
	{ "hw_offload", ASPECT_THROUGHPUT, SWANCTL, "no" },
	{ "priority", ASPECT_WAY, SWANCTL, "0" },
	{ "rekeybytes", ASPECT_LIFE, SWANCTL, "0" },
	{ "lifebytes", ASPECT_LIFE, SWANCTL, "0" },
	{ "rekeypackets", ASPECT_LIFE, SWANCTL, "0" },
	{ "lifepackets", ASPECT_LIFE, SWANCTL, "0" },
	{ "remote_updown", ASPECT_WAY | ASPECT_NAT | ASPECT_DNS, STARTER, NULL },
	{ "local_sourceip", ASPECT_SELECTORS | ASPECT_WAY,
	  SWANCTL | STARTER | TECHNICOLOR, NULL },
	{ "remote_sourceip", ASPECT_SELECTORS | ASPECT_WAY, STARTER | TECHNICOLOR, NULL },
	{ "vips", ASPECT_SELECTORS | ASPECT_WAY, SWANCTL, NULL },
	{ "pools", ASPECT_SELECTORS | ASPECT_WAY, SWANCTL, NULL },
	{ "packet_marker", ASPECT_WAY, STARTER, NULL },
	{ "mark", ASPECT_WAY, STARTER, NULL },
};

void openwrt_name_unrehearsed(struct openwrt *o, const struct tree_node *section,
			      const char *tunnel)
{
	for (size_t i = 0; i < ARRAY_SIZE(effects); i++) {
		struct text text;

		if (openwrt_is_rendered(o) &&
		    !(effects[i].generators & READ_BY(o->firmware->generator)))
			continue;
		text = openwrt_text(o, section, effects[i].name);
		if (text.s && !str_equal(text.s, effects[i].inert))
			site_unrehearsed(o->site, tunnel, effects[i].aspects, text.at,
					 effects[i].name);
	}
}

struct remark *openwrt_fatal_mend(struct openwrt_ipsec *ipsec, struct origin at,
				  enum remark_mend mend, const char *format, ...)
{
	struct site *site = ipsec->o->site;
	struct remark *remark;
	const char *why;
	va_list args;

	if (!openwrt_is_rendered(ipsec->o))
		return NULL;
	va_start(args, format);
	why = arena_vprintf(site->arena, format, args);
	va_end(args);
	ipsec->is_fatal = true;
	remark = openwrt_remark_once(ipsec->o, REMARK_INVALID, at,
				     "%s: no connection is loaded at all", why);
	remark_says(remark, SAYS_NONE_LOADED, mend, NULL);
	return remark;
}

struct remark *openwrt_drop(struct openwrt_ipsec *ipsec, struct tunnel *tunnel,
			    struct origin at, const char *format, ...)
{
	struct site *site = ipsec->o->site;
	struct remark *remark;
	const char *why;
	va_list args;

	if (!openwrt_is_rendered(ipsec->o) || tunnel->is_disabled)
		return NULL;
	va_start(args, format);
	why = arena_vprintf(site->arena, format, args);
	va_end(args);
	tunnel->is_disabled = true;
	remark = site_remark(site, REMARK_INVALID, at, "%s: the connection is dropped",
			     why);
	remark_says(remark, SAYS_NOT_LOADED, MEND_LINE, NULL);
	return remark;
}

void openwrt_options_list(struct import_words *words, const char *place,
			  const struct openwrt_option *options)
{
	for (; options->name; options++) {
		struct import_word word = { .device = "OpenWrt",
					    .place = place,
					    .word = options->name,
					    .why = options->why };

		for (size_t i = 0; i < ARRAY_SIZE(effects); i++)
			if (str_equal(effects[i].name, options->name) &&
			    str_starts(place, "ipsec") && options != ipsec_options) {
				word.aspects = effects[i].aspects;
				word.inert = effects[i].inert;
			}
		if (!word.aspects && !word.why && options->readers)
			word.why = OPENWRT_IDLE;
		import_words_add(words, word);
	}
}

void openwrt_words_list(struct import_words *words)
{
	openwrt_options_list(words, "ipsec, section ipsec (globals)", ipsec_options);
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (str_equal(word, *words))
			return true;
	}
	return false;
}

struct tree_node *openwrt_reference(struct openwrt_ipsec *ipsec, const struct text *name,
				    const char *const *types, const char *what)
{
	struct openwrt *o = ipsec->o;
	struct tree_node *section =
		uci_section_find(&o->uci, ipsec->package, NULL, name->s);
	VEC(const char *) names = { 0 };

	if (section && is_one_of(uci_type(section), types))
		return section;
	tree_foreach (other, ipsec->package) {
		if (ipsec->suggestions >= SUGGESTIONS_MAX)
			break;
		if (is_one_of(uci_type(other), types) && names.count < 1000)
			vec_add(o->site->arena, &names, other->name);
	}
	vec_add(o->site->arena, &names, NULL);
	ipsec->suggestions++;
	site_remark(o->site, REMARK_INVALID, name->at, "there is no %s '%s'%s", what,
		    name->s, site_hint(o->site, name->s, names.items));
	return NULL;
}

/* A service that was told to wait for an interface starts when it is up, not before. */
static void check_interface(struct openwrt_ipsec *ipsec, const struct text *name)
{
	static const char *const late[] = { "dhcpv6", "6in4", "6rd", "6to4", NULL };
	struct openwrt *o = ipsec->o;
	const struct tree_node *network = uci_package_find(&o->uci, "network");
	const struct tree_node *interface;
	const char *proto;

	if (!network || !network->children)
		return;
	interface = uci_section_find(&o->uci, network, "interface", name->s);
	if (!interface) {
		remark_advise(openwrt_fatal(ipsec, name->at,
					    "the service waits for interface '%s', which "
					    "etc/config/network does not have",
					    name->s),
			      "name an interface of etc/config/network, as 'wan'");
		return;
	}
	if (str_equal(uci_get(&o->uci, interface, "auto"), "0") ||
	    str_equal(uci_get(&o->uci, interface, "disabled"), "1")) {
		remark_advise(
			openwrt_fatal(ipsec, name->at,
				      "the service waits for interface '%s', which "
				      "is not brought up",
				      name->s),
			"name an interface that is, or take auto '0' or disabled '1' "
			"out of that one in etc/config/network");
		return;
	}
	proto = uci_get(&o->uci, interface, "proto");
	if (proto && is_one_of(proto, late))
		site_unrehearsed(
			o->site, NULL, ASPECT_IKE, name->at,
			arena_printf(o->site->arena, "list interface %s", name->s));
}

static bool is_globals(const struct openwrt *o, const struct tree_node *section)
{
	if (openwrt_has_quirk(o, QUIRK_NEW_NAMES))
		return str_equal(section->name, "globals");
	return str_equal(uci_type(section), "ipsec") ||
	       str_equal(uci_type(section), "globals");
}

/* Technicolor starts nothing unless an interface is named and up. */
static void read_globals(struct openwrt_ipsec *ipsec)
{
	struct openwrt *o = ipsec->o;
	struct origin at = { .source = o->firmware->source };
	bool has_interface = false, has_globals = false;

	tree_foreach (section, ipsec->package) {
		if (!is_globals(o, section))
			continue;
		has_globals = true;
		section->is_used = true;
		o->site->install_routes =
			openwrt_flag(o, section, "rtinstall_enabled", 1, OPENWRT_DEFAULT);
		at = section->at;
		for (size_t i = 0;; i++) {
			const struct openwrt_words words =
				openwrt_words(o, section, "interface", "");

			if (i >= words.list.count)
				break;
			has_interface = true;
			if (openwrt_is_rendered(o))
				check_interface(ipsec, &words.list.items[i]);
		}
		openwrt_check(o, section, ipsec_options);
	}
	if (ipsec->dialect->generator == GENERATOR_TECHNICOLOR && !has_interface)
		openwrt_fatal_mend(ipsec, at, MEND_INTERFACE,
				   "no `list interface` in `config ipsec`: the init "
				   "script finds no interface that is up and starts "
				   "nothing");
	if (openwrt_has_quirk(o, QUIRK_NEEDS_GLOBALS) && !has_globals &&
	    ipsec->package->children)
		remark_advise(
			openwrt_fatal(
				ipsec, ipsec->package->children->at,
				"there is no section `config ipsec`, and %s then includes "
				"none of what it writes",
				o->firmware->source),
			"add a section `config ipsec` before it");
}

void openwrt_say_cap(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		     const char *what)
{
	if (!ipsec->is_capped)
		site_capped(ipsec->o->site, section->at, "only the first %d %s are read",
			    OPENWRT_THINGS_MAX, what);
	ipsec->is_capped = true;
}

/* Sections that nobody referred to: a name with a typo, or the other schema. */
static void remark_unused(struct openwrt_ipsec *ipsec)
{
	static const char *const referenced[] = {
		"p1_proposal", "p2_proposal", "crypto_proposal",  "tunnel", "transport",
		"child",       "pools",	      "mschapv2_secrets", "ipsec",  "globals",
		NULL,
	};
	const struct openwrt *o = ipsec->o;

	tree_foreach (section, ipsec->package) {
		if (section->is_used)
			continue;
		if (is_one_of(uci_type(section), referenced))
			remark_says(
				site_remark(
					o->site, REMARK_IGNORED, section->at,
					openwrt_is_rendered(o)
						? "%s '%s' is not read%s%s"
						: "%s '%s' is not used by any remote%s%s",
					uci_type(section), section->name,
					openwrt_is_rendered(o) ? " by " : "",
					openwrt_is_rendered(o) ? o->firmware->source
							       : ""),
				openwrt_is_rendered(o) ? SAYS_NO_EFFECT : SAYS_OTHER,
				MEND_LINE, NULL);
		else
			site_remark(o->site, REMARK_UNKNOWN, section->at,
				    "unknown section type '%s'", uci_type(section));
	}
}

/* A generator that fails starts no daemon: no connection exists at all. */
static void apply_fatal(struct openwrt_ipsec *ipsec)
{
	struct openwrt *o = ipsec->o;

	if (!ipsec->is_fatal)
		return;
	vec_foreach (tunnel, &o->site->tunnels)
		tunnel->is_disabled = true;
}

/*
 * Without local_identifier a secret is written for anybody: of several the last one is
 * everybody's (openwrt-scripts.md, 4).
 */
static void share_bare_secrets(struct openwrt_ipsec *ipsec)
{
	struct openwrt *o = ipsec->o;
	const struct tunnel *last = NULL;

	if (!openwrt_has_quirk(o, QUIRK_BARE_SECRETS))
		return;
	vec_foreach (tunnel, &o->site->tunnels)
		if (!tunnel->is_disabled && tunnel->psk.is_set && !tunnel->local_id.value)
			last = tunnel;
	vec_foreach (tunnel, &o->site->tunnels) {
		const struct origin at = tunnel->psk.at;

		if (!last || tunnel == last || tunnel->is_disabled ||
		    !tunnel->psk.is_set || tunnel->local_id.value ||
		    (tunnel->psk.length == last->psk.length &&
		     !memcmp(tunnel->psk.bytes, last->psk.bytes, last->psk.length)))
			continue;
		remark_says(site_remark(o->site, REMARK_INVALID, tunnel->at,
					"%s ignores whose key it is without a "
					"local_identifier: the last one written, that "
					"of '%s', is used for '%s', too",
					o->firmware->source, last->name, tunnel->name),
			    SAYS_NO_EFFECT, MEND_LINE, NULL);
		tunnel->psk = last->psk;
		tunnel->psk.at = at;
	}
}

/* libreswan has a UCI schema of its own in etc/config/libreswan. */
static int refuse_libreswan(const struct openwrt *o, bool has_remotes, struct err *err)
{
	const struct tree_node *package = uci_package_find(&o->uci, "libreswan");
	const struct tree_node *section;

	if (!package || !package->children)
		return 0;
	section = package->children;
	if (!has_remotes)
		return err_set(
			err, EINVAL,
			"%s:%u: this is libreswan's configuration; only strongSwan's "
			"etc/config/ipsec can be read",
			section->at.file, section->at.line);
	site_remark(o->site, REMARK_IGNORED, section->at,
		    "libreswan's configuration is not read, only etc/config/ipsec is");
	return 0;
}

/*
 * The names that openwrt/packages PR 30105 and 30504 gave the options: as documented
 * they mean the same, released scripts do not read them.
 */
static void read_new_names(struct openwrt *o, const struct tree_node *package)
{
	static const struct {
		const char *name, *known;
	} names[] = {
		{ "dpd_delay", "dpddelay" },	   { "dpd_action", "dpdaction" },
		{ "start_action", "startaction" }, { "close_action", "closeaction" },
		{ "life_time", "lifetime" },	   { "rekey_time", "rekeytime" },
		{ "over_time", "overtime" },	   { "local_ts", "local_subnet" },
		{ "remote_ts", "remote_subnet" },
	};

	if (!package || (openwrt_is_rendered(o) && !openwrt_has_quirk(o, QUIRK_CHILDREN)))
		return;
	tree_foreach (section, package)
		tree_foreach (option, section)
			for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
				if (!str_equal(option->name, names[i].name) ||
				    map_get(&o->uci.names, section, names[i].known))
					continue;
				option->name = names[i].known;
				map_put(o->site->arena, &o->uci.names, section,
					names[i].known, option);
			}
}

int openwrt_read_ipsec(struct openwrt *o, struct err *err)
{
	struct openwrt_ipsec ipsec = {
		.o = o,
		.dialect = dialect_of(o->firmware->generator),
		.package = uci_package_find(&o->uci, "ipsec"),
	};

	read_new_names(o, ipsec.package);
	if (openwrt_is_rendered(o))
		o->idle = arena_printf(o->site->arena, "is not read by %s",
				       o->firmware->source);
	if (ipsec.package) {
		read_globals(&ipsec);
		tree_foreach (section, ipsec.package) {
			if (!str_equal(uci_type(section), "remote"))
				continue;
			section->is_used = true;
			if (o->site->tunnels.count < OPENWRT_THINGS_MAX)
				openwrt_read_remote(&ipsec, section);
			else
				openwrt_say_cap(&ipsec, section, "remotes");
		}
		share_bare_secrets(&ipsec);
		/* Of what was not read nobody can say that it is not used. */
		if (!ipsec.is_capped)
			remark_unused(&ipsec);
		apply_fatal(&ipsec);
	}
	return refuse_libreswan(o, o->site->tunnels.count > 0, err);
}
