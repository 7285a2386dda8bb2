// SPDX-License-Identifier: GPL-2.0-or-later
/* way.c - F73, F91: the XFRM interface that a CHILD SA is reached by */
#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "model/aspect.h"
#include "model/way.h"
#include "predict/predict.h"
#include "predict/words.h"

/* An XFRM interface that no child of the site is reached by. */
static const struct site_interface *orphan(const struct site *site)
{
	vec_foreach (interface, &site->interfaces) {
		uint32_t id = if_id_number(&interface->if_id);
		bool is_used = !id || interface->is_disabled;

		vec_foreach (tunnel, &site->tunnels)
			vec_foreach (child, &tunnel->children)
				is_used |= !tunnel->is_disabled &&
					   if_id_number(
						   &child->words[CHILD_WORD_IF_ID_OUT]) ==
						   id;
		if (!is_used)
			return interface;
	}
	return NULL;
}

/* The interface with that number that a file has and nothing makes; NULL: none. */
static const struct site_interface *unmade_of(const struct site *site, uint32_t if_id)
{
	vec_foreach (interface, &site->interfaces)
		if (interface->is_disabled && if_id_number(&interface->if_id) == if_id)
			return interface;
	return NULL;
}

/* Do the files of the site say all of its interfaces? Else one may be anywhere. */
static bool shows_interfaces(const struct site *site, const struct tunnel *tunnel)
{
	if (site_makes_xfrm(site))
		return false;
	if (device_of(site->kind)->traits.has_interfaces &&
	    tunnel->own_file == OWN_FILE_NONE)
		return site->interfaces.count > 0;
	return site_has_xfrm(site);
}

/* The words of the child itself, not inherited ones, are mended on their lines. */
static void say_fix(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct text *written,
		    const char *setting, const struct site_interface *interface)
{
	const char *value = interface->if_id.s, *line;

	if (language_of(site)->if_id)
		line = language_of(site)->if_id(input->arena, value);
	else
		line = arena_printf(input->arena, "%s = %s", setting, value);
	if (!written->at.file)
		return;
	words_advise(input, finding, site, &written->at, line);
	predict_edit(input, finding, site, EDIT_LINE, written->at, "%s", line);
}

/* if_id_in and if_id_out stand in two lines: the cure is of both. */
static void edit_other_way(const struct predict_input *input, struct finding *finding,
			   const struct site *site, const struct child *child,
			   enum child_word word, const struct site_interface *interface)
{
	const enum child_word there =
		word == CHILD_WORD_IF_ID_OUT ? CHILD_WORD_IF_ID_IN : CHILD_WORD_IF_ID_OUT;
	const struct text *written = &child->words[there];

	if (language_of(site)->if_id || !written->at.file ||
	    written->at.line == child->words[word].at.line || !if_id_number(written) ||
	    site_xfrm_of(site, if_id_number(written)))
		return;
	predict_edit(input, finding, site, EDIT_LINE, written->at, "%s = %s",
		     child_word_name(there), interface->if_id.s);
}

/* other: what the child shall get; unmade: what has its number and is off; NULL: neither. */
static void say_fixes(const struct predict_input *input, struct finding *finding,
		      const struct site *site, const struct child *child,
		      enum child_word word, const struct site_interface *other,
		      const struct site_interface *unmade)
{
	const struct text *written = &child->words[word];
	const char *setting = language_of(site)->if_id ? "if_id" : child_word_name(word);

	if (other) {
		say_fix(input, finding, site, written, setting, other);
		edit_other_way(input, finding, site, child, word, other);
	} else if (unmade) {
		predict_fix(input, finding, "%s: %s:%u: enable %s", site->name,
			    unmade->at.file ? unmade->at.file : "?", unmade->at.line,
			    unmade->name);
	} else {
		predict_fix(input, finding, "%s: %s", site->name,
			    words_fixes(site)->xfrm_interface
				    ? words_fixes(site)->xfrm_interface(input->arena,
									written->s)
				    : "an XFRM interface with that if_id");
	}
}

static void report_id(const struct predict_input *input, struct findings *findings,
		      const struct site *site, const struct tunnel *tunnel,
		      const struct child *child, enum child_word word)
{
	const struct text *written = &child->words[word];
	const struct site_interface *other = orphan(site);
	const struct site_interface *unmade =
		other ? NULL : unmade_of(site, if_id_number(written));
	const char *setting = language_of(site)->if_id ? "if_id" : child_word_name(word);
	struct finding *finding = predict_add(
		input, findings, F73, site->name,
		other ? "%s's child '%s' has the if_id %s, and its XFRM interface %s has "
			"%s"
		: unmade
			? "%s's child '%s' has the if_id %s, and its XFRM interface %s is "
			  "not made"
			: "%s's child '%s' has the if_id %s, and no XFRM interface has it",
		site->name, child->name ? child->name : "", written->s,
		other	 ? other->name
		: unmade ? unmade->name
			 : "",
		other ? other->if_id.s : "");

	finding->tunnel = tunnel;
	if (child->selectors.count == 1)
		finding->selector = child->selectors.items;
	predict_why(input, finding,
		    "packets go in by the interface with the same number only, and what "
		    "comes out is dropped without it");
	predict_value(input, finding, 0, site->name, setting, written->at, "%s",
		      written->s);
	if (other)
		predict_value(input, finding, 1, site->name, "interface's if_id",
			      other->if_id.at, "%s", other->if_id.s);
	if (unmade)
		predict_value(input, finding, 1, site->name, "interface", unmade->at,
			      "%s, disabled", unmade->name);
	say_fixes(input, finding, site, child, word, other, unmade);
	predict_sees(
		input, finding,
		"%s: the tunnel is up and counts no packet sent; /proc/net/xfrm_stat "
		"counts XfrmInNoPols",
		site->name);
}

static bool takes_everything(const struct child *child)
{
	vec_foreach (pair, &child->selectors)
		if (pair->remote.addr.family && !pair->remote.length)
			return true;
	return false;
}

/*
 * One direction has an if_id and the other none. With narrow networks that may work; a
 * policy of everything without if_id takes the packets of all interfaces.
 */
static bool is_one_way(const struct child *child, enum child_word *ret_missing)
{
	bool has_in = if_id_number(&child->words[CHILD_WORD_IF_ID_IN]) != 0;
	bool has_out = if_id_number(&child->words[CHILD_WORD_IF_ID_OUT]) != 0;

	*ret_missing = has_in ? CHILD_WORD_IF_ID_OUT : CHILD_WORD_IF_ID_IN;
	return has_in != has_out && !child->words[*ret_missing].s &&
	       takes_everything(child);
}

static void report_one_way(const struct predict_input *input, struct findings *findings,
			   const struct site *site, const struct tunnel *tunnel,
			   const struct child *child, enum child_word missing)
{
	const enum child_word word = missing == CHILD_WORD_IF_ID_IN ? CHILD_WORD_IF_ID_OUT
								    : CHILD_WORD_IF_ID_IN;
	const struct text *written = &child->words[word];
	struct finding *finding = predict_add(
		input, findings, F73, site->name, "%s's child '%s' has %s = %s and no %s",
		site->name, child->name ? child->name : "", child_word_name(word),
		written->s, child_word_name(missing));

	finding->tunnel = tunnel;
	predict_why(
		input, finding,
		missing == CHILD_WORD_IF_ID_IN
			? "the policies of what comes in are of everything and of no "
			  "interface: whatever was not in ESP is dropped, the LAN's "
			  "own packets included"
			: "the policy of what goes out is of everything and of no "
			  "interface: the Internet's packets go into the tunnel, too");
	predict_value(input, finding, 0, site->name, child_word_name(word), written->at,
		      "%s", written->s);
	predict_fix(input, finding, "%s: %s:%u: and %s = %s beside it", site->name,
		    written->at.file, written->at.line, child_word_name(missing),
		    written->s);
	predict_sees(
		input, finding,
		"%s: the tunnel is up; /proc/net/xfrm_stat counts XfrmInTmplMismatch "
		"or XfrmInNoPols",
		site->name);
}

/* Everything to everything, and neither if_id nor mark says what goes in. */
static bool is_unbounded(const struct site *site, const struct child *child)
{
	if (!device_of(site->kind)->traits.runs_charon || child->is_transport ||
	    child_has_if_id(child) || child_has_mark(child) ||
	    child->words[CHILD_WORD_IF_ID_IN].s || child->words[CHILD_WORD_MARK_IN].s ||
	    child->words[CHILD_WORD_UPDOWN].s)
		return false;
	vec_foreach (pair, &child->selectors)
		if (pair->local.addr.family == AF_INET && !pair->local.length &&
		    pair->remote.addr.family == AF_INET && !pair->remote.length &&
		    !pair->protocol)
			return true;
	return false;
}

/* What is negotiated is no more than the other end has. */
static bool has_everything(const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children)
		vec_foreach (pair, &child->selectors)
			if (!pair->local.length && !pair->remote.length)
				return true;
	return false;
}

static void report_unbounded(const struct predict_input *input, struct findings *findings,
			     const struct site *site, const struct tunnel *tunnel,
			     const struct child *child)
{
	const struct site_interface *other = orphan(site);
	const struct selector *pair = &child->selectors.items[0];
	struct finding *finding = predict_add(
		input, findings, F73, site->name,
		other ? "%s's child '%s' takes everything and has no if_id; its XFRM "
			"interface %s has %s"
		      : "%s's child '%s' takes everything, and no if_id says what goes in",
		site->name, child->name ? child->name : "", other ? other->name : "",
		other ? other->if_id.s : "");

	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "its policies are of all interfaces: the Internet's packets go into "
		    "the tunnel, and whatever was not in ESP is dropped, the LAN's own "
		    "packets included");
	predict_value(input, finding, 0, site->name, "networks", pair->remote_at,
		      "0.0.0.0/0 === 0.0.0.0/0");
	if (other)
		predict_value(input, finding, 1, site->name, "interface's if_id",
			      other->if_id.at, "%s", other->if_id.s);
	finding->selector = pair;
	predict_fix(input, finding, "%s: the child's networks, or if_id %s", site->name,
		    other ? other->if_id.s : "and an XFRM interface with that number");
	predict_sees(input, finding,
		     "%s: the tunnel is up, and nothing else works; /proc/net/xfrm_stat "
		     "counts XfrmInTmplMismatch",
		     site->name);
}

static void check_child(const struct predict_input *input, struct findings *findings,
			const struct site *site, const struct tunnel *tunnel,
			const struct child *child)
{
	static const enum child_word words[] = { CHILD_WORD_IF_ID_OUT,
						 CHILD_WORD_IF_ID_IN };
	enum child_word missing;

	if (is_one_way(child, &missing)) {
		report_one_way(input, findings, site, tunnel, child, missing);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		uint32_t id = if_id_number(&child->words[words[i]]);

		if (!id || site_xfrm_of(site, id))
			continue;
		report_id(input, findings, site, tunnel, child, words[i]);
		return;
	}
}

/* A zone that has nothing is the one that it was meant for. */
static void say_zone(const struct predict_input *input, struct finding *finding,
		     const struct site *site, const struct site_interface *interface)
{
	const struct device_line line = language_statement(
		arena_printf(input->arena, "list network '%s'", interface->name));

	vec_foreach (zone, &site->zones) {
		if (zone->interfaces.count || zone->devices.count || zone->subnets.count)
			continue;
		words_fix(input, finding, site, &zone->at, line);
		return;
	}
	predict_fix(input, finding,
		    "%s: /etc/config/firewall: %s in the zone of the tunnel", site->name,
		    line.text);
}

/* fw3 and fw4 judge by zones; what comes from none is the default's. */
static void check_zone(const struct predict_input *input, struct findings *findings,
		       const struct site *site, const struct tunnel *tunnel)
{
	const struct site_interface *interface = site_zoneless(site);
	struct finding *finding;

	if (!interface || !str_equal(interface->name, tunnel->bind_interface) ||
	    site->default_forward == TARGET_ACCEPT)
		return;
	finding = predict_add(input, findings, F91, site->name,
			      "%s's tunnel interface %s is in no zone of its firewall",
			      site->name, interface->name);
	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "what comes from it or goes to it is forwarded by no zone's rules, "
		    "and the default refuses it");
	predict_value(input, finding, 0, site->name, "tunnel interface", interface->at,
		      "%s", interface->name);
	say_zone(input, finding, site, interface);
	predict_sees(input, finding,
		     "%s: the tunnel is up, hosts of the LAN get 'port unreachable' or "
		     "no answer",
		     site->name);
}

void predict_way(const struct predict_input *input, const struct tunnel *const tunnels[2],
		 struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		const struct tunnel *tunnel = tunnels[end];

		if (shows_interfaces(site, tunnel))
			vec_foreach (child, &tunnel->children)
				check_child(input, findings, site, tunnel, child);
		vec_foreach (child, &tunnel->children)
			if (!tunnel->bind_interface && has_everything(tunnels[!end]) &&
			    is_unbounded(site, child))
				report_unbounded(input, findings, site, tunnel, child);
		if (tunnel->bind_interface)
			check_zone(input, findings, site, tunnel);
	}
}
