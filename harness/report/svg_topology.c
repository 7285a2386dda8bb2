// SPDX-License-Identifier: GPL-2.0-or-later
/* svg_topology.c - both sites, their networks, hosts and addresses, and where it breaks */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "evidence/evidence.h"
#include "lab/plan.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

#define SITE_WIDTH 340
#define GAP	   220
#define LINE	   19
#define HEAD	   30
#define DROP	   96 /* between two sites, one below the other */
#define LINES_MAX  40

enum line_kind {
	LINE_NETWORK,
	LINE_WAN,
	LINE_HOST,
	LINE_ROUTER,
};

struct line {
	enum line_kind kind;
	const char *text;
};

struct drawing {
	struct arena *arena;
	const struct page *page;
	const struct plan *plan;
	VEC(struct line) lines[3]; /* of both sites, of the Internet */
};

/* ------------------------------------------------------------ what stands where */

static const struct zone *zone_of(const struct site *site, const char *interface)
{
	vec_foreach (zone, &site->zones)
		vec_foreach (name, &zone->interfaces)
			if (str_equal(name->s, interface))
				return zone;
	return NULL;
}

static const char *zone_name(const struct site *site, const char *interface)
{
	const struct zone *zone = zone_of(site, interface);

	if (zone)
		return zone->name;
	vec_foreach (one, &site->interfaces)
		if (str_equal(one->name, interface))
			return one->zone;
	return NULL;
}

static void add_hosts(struct drawing *drawing, int site, const struct inet_prefix *net)
{
	vec_foreach (node, &drawing->plan->nodes)
		vec_foreach (address, &node->addresses) {
			if (node->role != NODE_HOST || node->site != site ||
			    (net && !inet_prefix_has(net, &address->prefix.addr)))
				continue;
			vec_add(drawing->arena, &drawing->lines[site < 0 ? 2 : site],
				((struct line){
					LINE_HOST,
					arena_printf(drawing->arena, "%s %s", node->name,
						     inet_addr_text(&address->prefix.addr)
							     .s) }));
		}
}

static bool is_wan(const struct drawing *drawing, const struct plan_interface *interface)
{
	return interface->link < drawing->plan->links.count &&
	       drawing->plan->links.items[interface->link].is_internet;
}

static void add_interface(struct drawing *drawing, unsigned int index,
			  const struct plan_node *gateway,
			  const struct plan_interface *interface)
{
	const struct site *site =
		drawing->page->judgement->scenario->sites.items[index].site;
	const char *name = interface->logical ? interface->logical : interface->name;
	const char *zone = zone_name(site, name);
	const struct zone *with = zone_of(site, name);

	vec_foreach (address, &gateway->addresses) {
		if (!str_equal(address->interface, interface->name))
			continue;
		vec_add(drawing->arena, &drawing->lines[index],
			((struct line){
				is_wan(drawing, interface) ? LINE_WAN : LINE_NETWORK,
				arena_printf(drawing->arena, "%s %s%s%s%s", name,
					     inet_prefix_text(&address->prefix).s,
					     zone ? ", zone " : "", zone ? zone : "",
					     with && with->masq.on ? ", NAT" : "") }));
		if (!is_wan(drawing, interface))
			add_hosts(drawing, (int)index, &address->prefix);
	}
}

static bool has_network(const struct plan_node *gateway, const struct inet_prefix *net)
{
	vec_foreach (address, &gateway->addresses)
		if (inet_prefix_overlaps(&address->prefix, net))
			return true;
	return false;
}

/* What the other end is told a network is: NETMAP, a MIP, static NAT before the tunnel. */
static void add_mapped(struct drawing *drawing, unsigned int index,
		       const struct plan_node *gateway)
{
	const struct site *site =
		drawing->page->judgement->scenario->sites.items[index].site;
	const char *said = "";

	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors) {
				const struct inet_prefix net =
					inet_prefix_network(&selector->local);
				const char *text = arena_strdup(drawing->arena,
								inet_prefix_text(&net).s);

				if (tunnel->is_disabled || !net.addr.family ||
				    str_equal(text, said) || has_network(gateway, &net))
					continue;
				said = text;
				vec_add(drawing->arena, &drawing->lines[index],
					((struct line){ LINE_ROUTER,
							arena_printf(drawing->arena,
								     "in the tunnel %s",
								     text) }));
			}
}

static void collect(struct drawing *drawing)
{
	for (unsigned int site = 0; site < 2; site++) {
		const struct plan_node *gateway =
			&drawing->plan->nodes.items[plan_gateway(drawing->plan, site)];

		vec_foreach (interface, &gateway->interfaces)
			add_interface(drawing, site, gateway, interface);
		add_mapped(drawing, site, gateway);
		vec_foreach (node, &drawing->plan->nodes)
			if (node->role == NODE_NAT && node->site == (int)site)
				vec_add(drawing->arena, &drawing->lines[site],
					((struct line){
						LINE_ROUTER,
						arena_printf(drawing->arena,
							     "behind the provider's NAT "
							     "%s",
							     node->name) }));
	}
	add_hosts(drawing, -1, NULL);
}

/* ------------------------------------------------------------ where it breaks */

static const struct diagnosis *first_fault(const struct page *page)
{
	return page->judgement->diagnoses.count ? &page->judgement->diagnoses.items[0]
						: NULL;
}

static bool was_up(const struct page *page)
{
	const struct event *event = NULL;

	if (!page->timeline)
		return false;
	while ((event = timeline_next(page->timeline, event, "vici", "child-updown")))
		if (str_equal(event_text(event, "up"), "yes"))
			return true;
	return false;
}

/* "the tunnel is up", "no tunnel: phase 1 (F20)" */
static void say_tunnel(const struct page *page, struct buf *out)
{
	const struct diagnosis *fault = first_fault(page);

	buf_puts(out, was_up(page) ? "the tunnel came up" : "no tunnel");
	if (fault)
		buf_printf(out, "; %s: %s", finding_layer_name(fault->layer),
			   fault->class->id);
}

/* ------------------------------------------------------------ drawing */

static unsigned int height_of(const struct drawing *drawing, unsigned int site)
{
	size_t count = drawing->lines[site].count;

	return HEAD + (unsigned int)(count < LINES_MAX ? count : LINES_MAX) * LINE + 8;
}

static void draw_line(struct buf *out, const struct line *line, double x, double y)
{
	const double indent = line->kind == LINE_HOST ? 34 : 18;

	if (line->kind == LINE_HOST)
		svg_rect(out, "bar", x + 20, y - 9, 9, 9);
	else
		svg_line(out, line->kind == LINE_NETWORK ? "lan" : "wire", x + 8, y - 4,
			 x + 15, y - 4);
	svg_text(out, x + indent, y, line->kind == LINE_ROUTER ? "dim" : "mono", 46,
		 line->text);
}

static void draw_site(struct buf *out, const struct drawing *drawing, unsigned int index,
		      double x, double y)
{
	const struct scenario_site *site =
		&drawing->page->judgement->scenario->sites.items[index];
	const struct diagnosis *fault = first_fault(drawing->page);
	const bool is_bad = fault && str_equal(fault->site, site->name);
	_cleanup_buf_ struct buf title = { 0 };
	size_t count = 0;

	buf_printf(&title, "%s · %s", site->name, device_of(site->kind)->title);
	svg_rect(out, is_bad ? "box bad" : "box", x + 1, y + 1, SITE_WIDTH - 2,
		 height_of(drawing, index) - 2);
	svg_text(out, x + 10, y + 20, "strong", 34, buf_text(&title));
	if (is_bad)
		svg_text(out, x + SITE_WIDTH - 10, y + 20, "end broken", 12,
			 arena_printf(drawing->arena, "✗ %s", fault->class->id));
	vec_foreach (line, &drawing->lines[index])
		if (count < LINES_MAX)
			draw_line(out, line, x, y + HEAD + (double)count++ * LINE + 12);
}

static void draw_wide(struct buf *out, const struct drawing *drawing, const char *words,
		      const char *tunnel)
{
	const unsigned int left = height_of(drawing, 0), right = height_of(drawing, 1);
	unsigned int height = left > right ? left : right, row = 0;
	const double middle = SITE_WIDTH + GAP / 2.0;

	if (height < 70 + drawing->lines[2].count * LINE)
		height = 70 + (unsigned int)drawing->lines[2].count * LINE;
	svg_begin(out, "wide", 2 * SITE_WIDTH + GAP, height, "Topology", words);
	draw_site(out, drawing, 0, 0, 0);
	draw_site(out, drawing, 1, SITE_WIDTH + GAP, 0);
	svg_line(out, was_up(drawing->page) ? "tube" : "tube bad", SITE_WIDTH + 4, 46,
		 SITE_WIDTH + GAP - 4, 46);
	svg_text(out, middle, 32, was_up(drawing->page) ? "mid ok" : "mid broken", 36,
		 tunnel);
	svg_text(out, middle, 66, "mid dim", 0, "Internet");
	vec_foreach (line, &drawing->lines[2])
		if (row < LINES_MAX)
			svg_text(out, middle, 66 + ++row * (double)LINE, "mid mono", 32,
				 line->text);
	svg_end(out);
}

static void draw_narrow(struct buf *out, const struct drawing *drawing, const char *words,
			const char *tunnel)
{
	const unsigned int left = height_of(drawing, 0);
	const size_t hosts = drawing->lines[2].count < 3 ? drawing->lines[2].count : 3;

	svg_begin(out, "narrow", SITE_WIDTH, left + DROP + height_of(drawing, 1),
		  "Topology", words);
	draw_site(out, drawing, 0, 0, 0);
	svg_line(out, was_up(drawing->page) ? "tube" : "tube bad", 24, left + 6, 24,
		 left + DROP - 6);
	svg_text(out, 40, left + 22, was_up(drawing->page) ? "ok" : "broken", 44, tunnel);
	svg_text(out, 40, left + 41, "dim", 0, "Internet");
	for (size_t i = 0; i < hosts; i++)
		svg_text(out, 110, left + 41 + (double)i * LINE, "mono", 30,
			 drawing->lines[2].items[i].text);
	draw_site(out, drawing, 1, 0, left + DROP);
	svg_end(out);
}

/* The same in words, for who cannot see it. */
static void say(const struct drawing *drawing, const char *tunnel, struct buf *out)
{
	const struct scenario *scenario = drawing->page->judgement->scenario;

	for (unsigned int site = 0; site < 2; site++) {
		buf_printf(out, "%s, %s: ", scenario->sites.items[site].name,
			   device_of(scenario->sites.items[site].kind)->title);
		vec_foreach (line, &drawing->lines[site])
			buf_printf(out, "%s%s",
				   line == drawing->lines[site].items ? "" : "; ",
				   line->text);
		buf_puts(out, ". ");
	}
	buf_puts(out, "Between them the Internet");
	vec_foreach (line, &drawing->lines[2])
		buf_printf(out, ", %s", line->text);
	buf_printf(out, "; %s.", tunnel);
}

void page_add_topology(struct buf *out, const struct page *page)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf words = { 0 }, tunnel = { 0 };
	const struct judgement *judgement = page->judgement;
	struct drawing drawing = { .arena = arena,
				   .page = page,
				   .plan = judgement->plan };

	if (!judgement->plan || !judgement->scenario ||
	    judgement->scenario->sites.count != 2)
		return;
	collect(&drawing);
	say_tunnel(page, &tunnel);
	say(&drawing, buf_text(&tunnel), &words);
	page_begin_section(out, "topology", "Topology");
	buf_puts(out, "<div class=\"card\">\n");
	draw_wide(out, &drawing, buf_text(&words), buf_text(&tunnel));
	draw_narrow(out, &drawing, buf_text(&words), buf_text(&tunnel));
	buf_puts(out, "</div>\n");
	page_end_section(out);
}
