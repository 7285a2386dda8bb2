// SPDX-License-Identifier: GPL-2.0-or-later
/* refused.c - what a device's file says and a program would not take */
#include "run/refused.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "lab/plan.h"
#include "model/aspect.h"
#include "finding/finding.h"
#include "run/needless.h"

#define DNSMASQ_CONF "dnsmasq.conf" /* lab/build.h */
#define SAID_MAX     8		    /* of one site; the evidence has them all */
#define NO_CHAIN     "No chain/target/match by that name"

/* What a program says of a line that no machine would take, by the program's name. */
static const struct {
	const char *tool, *says;
} wrong_lines[] = {
	{ "iptables", "Bad argument" },
	{ "iptables", "unknown option" },
	{ "iptables", "Unknown arg" },
	{ "iptables", "invalid mask" },
	{ "iptables", "invalid port" },
	{ "iptables", "invalid proto" },
	{ "iptables", "unknown protocol" },
	{ "iptables", "host/network" },
	{ "iptables", "bad option" },
	{ "iptables", "bad command" },
	{ "iptables", "missing parameter" },
	{ "iptables", "requires an argument" },
	{ "iptables", "No command spec" },
	{ "iptables", "not allowed" },
	{ "iptables", "unexpected" },
	{ "iptables", "Need TCP, UDP" },
	/* lib/utils.c of iproute2 */
	{ "ip", "is expected rather than" },
	{ "ip", "is wrong:" },
	{ "ip", "is a garbage" },
	{ "ip", "is duplicate" },
	{ "ip", "ommand line is not complete" },
	/* a value; its syntax is another one in each release */
	{ "nft", "exceeds valid range" },
	{ "nft", "Could not parse" },
	{ "sysctl", "must be of the form" },
	{ "sysctl", "malformed setting" },
	{ "sysctl", "Invalid argument" }, /* the key is there, and takes no such value */
};

static bool is_of_tool(const char *rule, const char *tool)
{
	size_t length = strcspn(rule, " ");

	if (str_starts(rule, "ip6tables "))
		return str_equal(tool, "iptables");
	return strlen(tool) == length && str_starts(rule, tool);
}

bool refused_is_wrong_line(const char *rule, const char *message)
{
	if (str_equal(rule, DNSMASQ_CONF)) /* it read the line, and ended */
		return strstr(message, " at line ") != NULL;
	for (size_t i = 0; i < ARRAY_SIZE(wrong_lines); i++)
		if (is_of_tool(rule, wrong_lines[i].tool) &&
		    strstr(message, wrong_lines[i].says))
			return true;
	/* With a match it may be this kernel that has none of that name; a chain to empty may
	 * be the device's own. */
	return strstr(message, NO_CHAIN) && !strstr(rule, "-m ") &&
	       !strstr(rule, " -F ") && !strstr(rule, " -X ");
}

/* The last part: "iptables-restore v1.8.9 (legacy): invalid mask `40' specified". */
static const char *short_message(const char *message)
{
	const char *at = strstr(message, "iptables-restore v");

	at = at ? strstr(at, "): ") : NULL;
	return at ? at + 3 : message;
}

static const struct site *site_of(const struct scenario *scenario, const char *node)
{
	vec_foreach (site, &scenario->sites)
		if (str_equal(site->name, node))
			return site->site;
	return NULL;
}

/* Line `number` of a text; its length goes to ret_length. */
static const char *line_of(const char *text, unsigned long number, size_t *ret_length)
{
	while (text && number > 1) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
		number--;
	}
	*ret_length = text ? strcspn(text, "\n") : 0;
	return text;
}

/* Which of the device's own lines is in line N of what dnsmasq was given? */
static struct origin dnsmasq_line(const struct plan *plan, const struct site *site,
				  const struct event *event)
{
	const char *at = strstr(event_text(event, "text"), "at line ");
	int node = plan_node_find(plan, event->node);
	struct origin nowhere = { 0 };
	const char *line;
	size_t length;

	if (!at || node < 0)
		return nowhere;
	line = line_of(plan->nodes.items[node].dnsmasq, strtoul(at + 8, NULL, 10),
		       &length);
	vec_foreach (raw, &site->dns.raw)
		if (line && length && strlen(raw->s) == length &&
		    !memcmp(raw->s, line, length))
			return raw->at;
	return nowhere;
}

/* 'etc/firewall.user:18', for rules of the set by the last part in their comment. */
static struct origin origin_of(const struct plan *plan, const struct site *site,
			       const struct event *event)
{
	const char *file = event_text(event, "file");
	unsigned int line = (unsigned int)event_number(event, "line", 0);
	int node = plan_node_find(plan, event->node);

	if (str_equal(event_text(event, "rule"), DNSMASQ_CONF))
		return dnsmasq_line(plan, site, event);
	if (node >= 0 && *file)
		vec_foreach (script, &plan->nodes.items[node].scripts)
			if (script->file && str_ends(script->file, file))
				file = script->file;
	return (struct origin){ .file = *file ? file : NULL, .line = line };
}

/*
 * A wrong line is missing on the device as well: what it was written for cannot be told.
 * One that only this machine does not know may have let in IKE or the questions to a
 * server, too.
 */
static unsigned int aspects_of(const char *rule, bool is_wrong)
{
	if (str_equal(rule, DNSMASQ_CONF))
		return ASPECT_DNS;
	if (strstr(rule, "-t nat"))
		return ASPECT_NAT;
	if (str_starts(rule, "tc "))
		return ASPECT_THROUGHPUT;
	if (str_starts(rule, "nft ") && !is_wrong)
		return ASPECT_WAY | ASPECT_IKE | ASPECT_DNS | ASPECT_NAT;
	if (is_wrong || strcasestr(rule, " forward"))
		return ASPECT_WAY;
	return ASPECT_WAY | ASPECT_IKE | ASPECT_DNS;
}

/* Is it in a network of the node, or is the route there all the same? */
static bool is_planned(const struct plan_node *node, const struct site_route *route)
{
	struct inet_prefix wanted = inet_prefix_network(&route->destination);

	vec_foreach (address, &node->addresses) {
		struct inet_prefix own = inet_prefix_network(&address->prefix);

		if (inet_prefix_has(&address->prefix, &route->gateway) ||
		    inet_prefix_equal(&own, &wanted))
			return true;
	}
	vec_foreach (planned, &node->routes)
		if (inet_prefix_equal(&planned->destination, &wanted))
			return true;
	return false;
}

/*
 * A kernel refuses a route by a gateway that is no neighbour ("Nexthop has invalid
 * gateway"), so the plan has none of these (lab/plan_site.c). The device may have a network
 * that its files do not name: no finding, but not rehearsed.
 */
static void judge_routes(const struct plan *plan, struct site *site, unsigned int index)
{
	const struct plan_node *node = &plan->nodes.items[plan_gateway(plan, index)];

	vec_foreach (route, &site->routes) {
		const struct site_interface *interface =
			route->interface ? site_interface_find(site, route->interface)
					 : NULL;

		if (route->gateway.family != AF_INET || !route->destination.length ||
		    route->is_blackhole || (interface && interface->is_tunnel) ||
		    is_planned(node, route))
			continue;
		site_unrehearsed(
			site, NULL, ASPECT_WAY, route->at,
			arena_printf(site->arena,
				     "the route into %s by %s, which is in no network of "
				     "the device",
				     inet_prefix_text(&route->destination).s,
				     inet_addr_text(&route->gateway).s));
	}
}

void refused_judge(const struct timeline *timeline, const struct plan *plan,
		   struct scenario *scenario)
{
	const struct event *event = NULL;

	for (unsigned int i = 0; i < scenario->sites.count && i < 2; i++)
		judge_routes(plan, scenario->sites.items[i].site, i);
	while ((event = timeline_next(timeline, event, "script", "refused"))) {
		const char *rule = event_text(event, "rule");
		const char *text = short_message(event_text(event, "text"));
		struct origin at;
		struct site *site = NULL;
		int node;

		vec_foreach (end, &scenario->sites)
			if (str_equal(end->name, event->node))
				site = end->site;
		node = plan_node_find(plan, event->node);
		if (!site || node < 0 ||
		    refusal_is_needless(&plan->nodes.items[node], site, rule, text))
			continue;
		at = origin_of(plan, site, event);
		at.file = at.file ? arena_strdup(site->arena, at.file) : NULL;
		site_unrehearsed(
			site, NULL, aspects_of(rule, refused_is_wrong_line(rule, text)),
			at, arena_printf(site->arena, "%s, refused: %s", rule, text));
	}
}

static bool is_said(const struct judgement *judgement, const char *site,
		    const struct origin *at)
{
	size_t count = 0;

	vec_foreach (diagnosis, &judgement->diagnoses)
		if (diagnosis->class->number == F90 && str_equal(diagnosis->site, site)) {
			if (origin_same_line(&diagnosis->values[0].at, at))
				return true;
			count++;
		}
	return count >= SAID_MAX;
}

static void say(struct judgement *judgement, const struct event *event, struct origin at)
{
	const char *text = short_message(event_text(event, "text"));
	const char *rule = event_text(event, "rule");
	struct arena *arena = judgement->arena;
	struct diagnosis *diagnosis = vec_push(arena, &judgement->diagnoses);

	diagnosis_name(diagnosis, F90);
	diagnosis->site = arena_strdup(arena, event->node);
	diagnosis->summary = arena_printf(arena, "%.*s does not take a line: %s",
					  (int)strcspn(rule, ". "), rule, text);
	diagnosis->values[0] =
		(struct diagnosis_value){ .site = diagnosis->site,
					  .setting = "line",
					  .value = arena_strdup(arena, rule),
					  .at = at };
	vec_add(arena, &diagnosis->proof, arena_strdup(arena, event_text(event, "text")));
	if (at.file && at.line)
		vec_add(arena, &diagnosis->fixes,
			arena_printf(arena,
				     "%s: %s:%u: mend or remove this line, which the "
				     "device leaves out",
				     event->node, at.file, at.line));
	diagnosis->is_in_effect = true;
	diagnosis->in_effect = "it was left out when the rest was loaded";
}

/* Words of the user, and not a rule that we made of what he wrote. */
static bool is_own_line(const struct plan *plan, const struct event *event,
			const struct origin *at)
{
	int node = plan_node_find(plan, event->node);

	if (str_equal(event_text(event, "rule"), DNSMASQ_CONF))
		return at->file != NULL;
	if (node < 0 || !at->file)
		return false;
	vec_foreach (script, &plan->nodes.items[node].scripts)
		vec_foreach (line, &script->lines)
			if (line->at.line == at->line &&
			    str_equal(script->file, at->file))
				return true;
	return false;
}

void refused_diagnose(const struct timeline *timeline, const struct plan *plan,
		      const struct scenario *scenario, struct judgement *judgement)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "script", "refused"))) {
		const struct site *site = site_of(scenario, event->node);
		struct origin at;

		if (!site || !refused_is_wrong_line(event_text(event, "rule"),
						    event_text(event, "text")))
			continue;
		at = origin_of(plan, site, event);
		if (!is_own_line(plan, event, &at))
			continue;
		at.file = at.file ? arena_strdup(judgement->arena, at.file) : NULL;
		if (!is_said(judgement, event->node, &at))
			say(judgement, event, at);
	}
}
