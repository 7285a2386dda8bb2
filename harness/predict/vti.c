// SPDX-License-Identifier: GPL-2.0-or-later
/* vti.c - F92, F94, F95: a tunnel's mark, and the VTI that its updown script makes */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/updown.h"
#include "model/way.h"
#include "predict/predict.h"
#include "predict/words.h"

/* What is looked at: one end, one child and its script. */
struct view {
	const struct predict_input *input;
	struct findings *findings;
	const struct site *site;
	const struct tunnel *tunnel;
	const struct child *child;
	const struct updown_script *script;
};

static const struct text *mark_of(const struct child *child)
{
	return &child->words[CHILD_WORD_MARK_OUT];
}

static void report_unmarked(const struct view *view, const char *why)
{
	const struct text *updown = &view->child->words[CHILD_WORD_UPDOWN];
	const struct text *mark = mark_of(view->child);
	const struct site_interface *unmade = site_vti_unmade(view->site, view->child);
	const struct site *site = view->site;
	struct finding *finding = predict_add(
		view->input, view->findings, F92, site->name,
		"nothing gives %s's packets the mark %s: %s", site->name, mark->s, why);

	finding->tunnel = view->tunnel;
	predict_why(view->input, finding,
		    "a marked policy takes marked packets only, and a mark that charon "
		    "chooses only its updown script is told");
	predict_value(view->input, finding, 0, site->name, updown->s ? "updown" : "mark",
		      updown->s ? updown->at : mark->at, "%s",
		      updown->s ? updown->s : mark->s);
	if (unmade)
		predict_value(view->input, finding, 1, site->name, "VTI", unmade->at,
			      "%s, disabled", unmade->name);
	if (view->script)
		predict_fix(view->input, finding, "%s: chmod +x %s", site->name,
			    view->script->path);
	else if (unmade)
		predict_fix(view->input, finding, "%s: %s:%u: enable %s", site->name,
			    unmade->at.file ? unmade->at.file : "?", unmade->at.line,
			    unmade->name);
	else if (updown->s)
		predict_fix(view->input, finding, "%s: the script, at %s (mode 755)",
			    site->name, updown->s);
	else
		predict_fix(view->input, finding,
			    "%s: an updown script that makes a VTI with the key "
			    "$PLUTO_MARK_OUT, or no mark at all",
			    site->name);
	predict_sees(view->input, finding,
		     "%s: the tunnel is up and counts no packet; logread has 'updown: … "
		     "not found' or 'Permission denied' where there is a script",
		     site->name);
}

/* "42" of "42/0xffffffff"; 0: none, or charon chooses it. */
static unsigned long number(const char *text)
{
	return text ? strtoul(text, NULL, 0) : 0;
}

static void check_key(const struct view *view)
{
	const struct text *mark = mark_of(view->child);
	const char *key = updown_key(view->input->arena, view->script);
	const struct origin at = { .file = view->script->file,
				   .line = updown_line_with(view->script, "key") };
	struct finding *finding;

	if (!number(key) || number(key) == number(mark->s))
		return;
	/* charon counts from 1: the first tunnel of all has that one. */
	if (*mark->s == '%' && number(key) == 1)
		return;
	finding = predict_add(view->input, view->findings, F94, view->site->name,
			      "the VTI of %s's updown script has the key %s, its tunnel "
			      "the mark %s",
			      view->site->name, key, mark->s);
	finding->tunnel = view->tunnel;
	predict_why(view->input, finding,
		    "a VTI marks its packets with its key: no policy has that one");
	predict_value(view->input, finding, 0, view->site->name, "key", at, "%s", key);
	predict_value(view->input, finding, 1, view->site->name, "mark", mark->at, "%s",
		      mark->s);
	predict_fix(view->input, finding, "%s: %s:%u: key \"${PLUTO_MARK_OUT%%%%/*}\"",
		    view->site->name, at.file, at.line);
	predict_sees(view->input, finding,
		     "%s: the tunnel is up, hosts get 'host unreachable'; ip -s link "
		     "counts errors of the VTI",
		     view->site->name);
}

/* Only what charon's own route, in table 220, takes before the main table's does. */
static void check_routes(const struct view *view)
{
	const struct flag *routes = &view->site->install_routes;
	const struct origin by_default = { .source = "strongSwan default" };
	struct finding *finding;

	if (routes->is_set && !routes->on)
		return;
	finding = predict_add(view->input, view->findings, F95, view->site->name,
			      "%s's charon installs routes of its own beside the VTI's",
			      view->site->name);
	finding->tunnel = view->tunnel;
	predict_why(view->input, finding,
		    "its table 220 is asked before the main one: packets leave by the "
		    "WAN without a mark, and no policy takes them");
	predict_value(view->input, finding, 0, view->site->name, "charon.install_routes",
		      routes->is_set ? routes->at : by_default, "yes");
	predict_fix(view->input, finding,
		    "%s: /etc/strongswan.conf: charon { install_routes = no }",
		    view->site->name);
	predict_sees(view->input, finding,
		     "%s: the tunnel is up and counts no packet; ip route show table 220 "
		     "has the far network",
		     view->site->name);
}

static bool is_any(const struct inet_addr *addr)
{
	static const struct inet_addr any = { .family = AF_INET };

	return inet_addr_equal(addr, &any);
}

/* The key that the mark has; in netifd's file the line itself. */
static void say_key(const struct view *view, struct finding *finding,
		    const struct text *key, struct origin at, const char *name,
		    const char *mark)
{
	const int length = (int)strcspn(mark, "/");
	const struct site *site = view->site;

	if (!at.file || !str_ends(at.file, "config/network")) {
		predict_fix(view->input, finding, "%s: %s:%u: %s %.*s", site->name,
			    at.file ? at.file : "?", at.line, name, length, mark);
		return;
	}
	predict_fix(view->input, finding, "%s: %s:%u: option %s '%.*s'", site->name,
		    at.file, at.line, name, length, mark);
	predict_edit(view->input, finding, site, key->s ? EDIT_LINE : EDIT_IN_BLOCK, at,
		     "option %s '%.*s'", name, length, mark);
}

/* The VTI of the files has another key than the child's mark in that direction. */
static void report_interface(const struct view *view,
			     const struct site_interface *interface, bool is_in)
{
	const struct text *mark =
		&view->child->words[is_in ? CHILD_WORD_MARK_IN : CHILD_WORD_MARK_OUT];
	const struct text *key = is_in ? &interface->vti.in : &interface->vti.out;
	const struct origin at = key->at.file ? key->at : interface->at;
	const char *value = key->s ? key->s : "0", *name = is_in ? "ikey" : "okey";
	const struct site *site = view->site;
	struct finding *finding =
		predict_add(view->input, view->findings, F94, site->name,
			    "%s's VTI %s has the %s %s, its tunnel the mark %s",
			    site->name, interface->name, name, value, mark->s);

	finding->tunnel = view->tunnel;
	predict_why(view->input, finding,
		    "a VTI marks its packets with its key: no policy has that one");
	predict_value(view->input, finding, 0, site->name, name, at, "%s", value);
	predict_value(view->input, finding, 1, site->name, is_in ? "mark_in" : "mark_out",
		      mark->at, "%s", mark->s);
	say_key(view, finding, key, at, name, mark->s);
	predict_sees(view->input, finding,
		     is_in ? "%s: the tunnel is up and decrypts, and nothing reaches the "
			     "LAN; /proc/net/xfrm_stat counts XfrmInNoPols"
			   : "%s: the tunnel is up, hosts get 'host unreachable'; ip -s "
			     "link counts errors of the VTI",
		     site->name);
}

/* A VTI passes what the SAs between its two addresses carry, and nothing else. */
static void report_ends(const struct view *view, const struct site_interface *vti,
			bool is_own, const struct inet_addr *wanted, struct origin at)
{
	const struct inet_addr *has = is_own ? &vti->vti.local : &vti->vti.remote;
	const struct site *site = view->site;
	struct finding *finding = predict_add(
		view->input, view->findings, F94, site->name,
		is_own ? "%s's VTI %s is of %s, its tunnel of %s"
		       : "%s's VTI %s goes to %s, its tunnel to %s",
		site->name, vti->name, inet_addr_text(has).s, inet_addr_text(wanted).s);

	finding->tunnel = view->tunnel;
	predict_why(view->input, finding,
		    "a VTI passes only what SAs between its own two addresses carry");
	predict_value(view->input, finding, 0, site->name, is_own ? "local" : "remote",
		      vti->at, "%s", inet_addr_text(has).s);
	predict_value(view->input, finding, 1, site->name,
		      is_own ? "own address" : "peer", at, "%s",
		      inet_addr_text(wanted).s);
	predict_fix(view->input, finding, "%s: %s:%u: the VTI's %s address: %s",
		    site->name, vti->at.file ? vti->at.file : "?", vti->at.line,
		    is_own ? "local" : "remote", inet_addr_text(wanted).s);
	predict_sees(view->input, finding,
		     "%s: the tunnel is up, hosts get 'host unreachable'; ip -s link "
		     "counts errors of the VTI",
		     site->name);
}

static bool is_other(const struct inet_addr *has, const struct inet_addr *wanted)
{
	return has->family && !is_any(has) && !inet_addr_equal(has, wanted);
}

static void check_ends(const struct view *view, const struct site_interface *vti)
{
	const struct tunnel *tunnel = view->tunnel;
	const struct endpoint *peer =
		tunnel->remotes.count == 1 ? tunnel->remotes.items : NULL;
	const struct endpoint *own = &tunnel->local;

	if (peer && peer->kind == ENDPOINT_ADDRESS &&
	    is_other(&vti->vti.remote, &peer->addr))
		report_ends(view, vti, false, &peer->addr, peer->at);
	if (own->kind == ENDPOINT_ADDRESS && own->addr.family && !is_any(&own->addr) &&
	    is_other(&vti->vti.local, &own->addr))
		report_ends(view, vti, true, &own->addr, own->at);
}

/* A VTI that the files have. */
static void check_interface(const struct view *view)
{
	const struct site_interface *spare = site_vti_spare(view->site, view->child);
	const struct site_interface *vti = site_vti_of(view->site, view->child);
	struct mark in;

	if (spare && !view->script)
		report_interface(view, spare, false);
	if (!vti)
		return;
	if (mark_parse(&view->child->words[CHILD_WORD_MARK_IN], &in) &&
	    (vti_key(&vti->vti.in) & in.mask) != (in.value & in.mask))
		report_interface(view, vti, true);
	check_ends(view, vti);
	check_routes(view);
}

static void check_child(const struct view *view)
{
	const char *why = child_unmarked(view->site, view->child);

	if (why) {
		report_unmarked(view, why);
		return;
	}
	if (child_has_mark(view->child) && !view->child->is_transport)
		check_interface(view);
	if (!view->script || !child_has_mark(view->child) ||
	    !updown_line_with(view->script, "vti"))
		return;
	check_key(view);
	check_routes(view);
}

void predict_vti(const struct predict_input *input, const struct tunnel *const tunnels[2],
		 struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		vec_foreach (child, &tunnels[end]->children) {
			const struct site *site = input->sites[end];

			check_child(&(struct view){ input, findings, site, tunnels[end],
						    child, child_updown(site, child) });
		}
}
