// SPDX-License-Identifier: GPL-2.0-or-later
/* questions.c - the scenario's expectations, put to the simulated network */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "netns/node.h"
#include "probe/icmp.h"
#include "probe/name.h"
#include "probe/reach.h"
#include "probe/throughput.h"
#include "run/rehearsal.h"

#define EXCHANGE_TRIPS	 4	/* round trips that bringing a tunnel up takes, and DH */
#define REACH_COUNT	 2	/* echo requests a question */
#define FLOW_BEFORE	 0x7473 /* echo identifiers */
#define FLOW_TUNNEL	 0x7474
#define POSITIVE_MS	 400 /* and more by the measured round trip, see reach.h */
#define NEGATIVE_MS	 40
#define NAME_MS		 400
#define NAME_PROBING_MS	 120
#define NAME_TIMES	 16 /* round trips: the router asks, is answered, answers */
#define MTU_MS		 60
#define MTU_MAX		 1500
#define THROUGHPUT_S	 1
#define THROUGHPUT_MS	 20000
#define UDP_MBIT_DEFAULT 100

struct inet_addr rehearsal_host_addr(const struct rehearsal *rehearsal, const char *name)
{
	const struct scenario_host *host =
		scenario_host_find(rehearsal->scenario, name, NULL);

	return host ? host->addr : (struct inet_addr){ 0 };
}

/* By which address is it asked? Behind a NAT that maps it, not by its own. */
static struct inet_addr target_addr(const struct rehearsal *rehearsal,
				    const struct expectation *wanted)
{
	return wanted->as.family ? wanted->as
				 : rehearsal_host_addr(rehearsal, wanted->to);
}

/* ------------------------------------------------------------ reach, blocked */

static json_t *errors_json(const struct reach_task *task)
{
	json_t *errors = json_array();

	for (unsigned int i = 0; i < task->error_count && i < REACH_ERRORS_MAX; i++)
		json_array_append_new(
			errors,
			json_of("{s:i, s:i, s:s, s:s}", "type", task->errors[i].type,
				"code", task->errors[i].code, "from",
				inet_addr_text(&task->errors[i].from).s, "name",
				icmp_error_name(task->errors[i].type,
						task->errors[i].code)));
	return errors;
}

static json_t *seen_json(const struct reach_task *task)
{
	json_t *seen = json_array();

	for (unsigned int i = 0; i < task->seen_count; i++)
		json_array_append_new(seen,
				      json_kept(inet_addr_text(&task->seen_as[i]).s));
	return seen;
}

static void add_reach(struct rehearsal *rehearsal, const char *label, size_t index,
		      const struct reach_task *task)
{
	const struct expectation *wanted =
		&rehearsal->scenario->expectations.items[index];

	evidence_add(
		&rehearsal->evidence, wanted->from, "probe", "reach",
		json_of("{s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:I, s:o, s:i}",
			"label", label, "expectation", (int)index, "from", wanted->from,
			"to", wanted->to, "dst", inet_addr_text(&task->dst).s, "sent",
			(int)task->sent, "received", (int)task->received, "arrived",
			(int)task->arrived, "seen_as", seen_json(task), "rtt_us",
			(json_int_t)task->rtt_us, "errors", errors_json(task),
			"send_errno", task->send_errno));
}

/* What the provider's links add to a round trip, as the scenario wants it. */
static int64_t impaired_us(const struct rehearsal *rehearsal)
{
	int64_t delay_ms = 0;

	vec_foreach (impairment, &rehearsal->scenario->impairments)
		delay_ms += 2 * ((int64_t)impairment->delay_ms + impairment->jitter_ms);
	return delay_ms * 1000;
}

/* The slowest round trip that this run knows of, measured or told. */
static int64_t slowest_us(const struct rehearsal *rehearsal)
{
	int64_t slowest = impaired_us(rehearsal);

	for (unsigned int site = 0; site < 2; site++)
		if (rehearsal->ends[site].exchange_us / EXCHANGE_TRIPS > slowest)
			slowest = rehearsal->ends[site].exchange_us / EXCHANGE_TRIPS;
	return rehearsal->slowest_us > slowest ? rehearsal->slowest_us : slowest;
}

static struct reach_patience patience_of(const struct rehearsal *rehearsal)
{
	return (struct reach_patience){
		.positive_ms = POSITIVE_MS,
		.negative_ms = NEGATIVE_MS * rehearsal->slowness,
		.slowest_us = slowest_us(rehearsal),
		.delay_us = impaired_us(rehearsal),
	};
}

/* Is the question put in this round? */
static bool is_asked(const struct rehearsal *rehearsal, size_t index, const char *label,
		     bool is_probing_only)
{
	const struct expectation *wanted =
		&rehearsal->scenario->expectations.items[index];

	if (wanted->kind != EXPECT_REACH && wanted->kind != EXPECT_BLOCKED)
		return false;
	if (is_probing_only && wanted->path == PATH_INTERNET)
		return false;
	return !str_equal(label, "rekeyed") ||
	       (rehearsal->is_answered && rehearsal->is_answered[index] &&
		wanted->path == PATH_TUNNEL);
}

/* What came out of a round, as evidence and for the rounds after it. */
static void take_round(struct rehearsal *rehearsal, const char *label,
		       const struct reach_task *tasks, size_t count)
{
	size_t size = rehearsal->scenario->expectations.count * sizeof(bool);

	if (!rehearsal->is_answered)
		rehearsal->is_answered = arena_alloc(rehearsal->arena, size);
	for (size_t i = 0; i < count; i++) {
		add_reach(rehearsal, label, tasks[i].id, &tasks[i]);
		rehearsal->is_answered[tasks[i].id] = tasks[i].received > 0;
	}
}

int questions_reach(struct rehearsal *rehearsal, const char *label, bool is_probing_only,
		    struct err *err)
{
	struct reach_patience patience = patience_of(rehearsal);
	struct reach_task tasks[REACH_TASKS_MAX] = { 0 };
	/* What was tried before the tunnel is over; what runs through it goes on after. */
	uint16_t flow = str_equal(label, "before") ? FLOW_BEFORE : FLOW_TUNNEL;
	size_t count = 0;
	int r;

	for (size_t i = 0; i < rehearsal->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&rehearsal->scenario->expectations.items[i];

		if (count == REACH_TASKS_MAX ||
		    !is_asked(rehearsal, i, label, is_probing_only))
			continue;
		tasks[count] = (struct reach_task){
			.id = (uint16_t)i,
			.from = rehearsal_node(rehearsal, wanted->from),
			.to = rehearsal_node(rehearsal, wanted->to),
			.dst = target_addr(rehearsal, wanted),
			.flow = flow,
			.count = REACH_COUNT,
			.is_negative = wanted->kind != EXPECT_REACH || is_probing_only,
		};
		count++;
	}
	r = reach_run(tasks, count, &patience, err);
	rehearsal->slowest_us = patience.slowest_us;
	if (!r)
		take_round(rehearsal, label, tasks, count);
	return r;
}

int questions_trigger(struct rehearsal *rehearsal, unsigned int site,
		      unsigned int *ret_sent, struct err *err)
{
	struct reach_patience patience = patience_of(rehearsal);
	struct reach_task tasks[REACH_TASKS_MAX] = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < rehearsal->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&rehearsal->scenario->expectations.items[i];
		int own = -1;

		if (count == REACH_TASKS_MAX || wanted->kind != EXPECT_REACH ||
		    wanted->path != PATH_TUNNEL ||
		    !scenario_host_find(rehearsal->scenario, wanted->from, &own) ||
		    own != (int)site)
			continue;
		tasks[count] = (struct reach_task){
			.id = (uint16_t)i,
			.from = rehearsal_node(rehearsal, wanted->from),
			.to = rehearsal_node(rehearsal, wanted->to),
			.dst = target_addr(rehearsal, wanted),
			.flow = FLOW_BEFORE,
			.count = 1,
			.is_negative = true,
		};
		count++;
	}
	*ret_sent = (unsigned int)count;
	return count ? reach_run(tasks, count, &patience, err) : 0;
}

/* ------------------------------------------------------------ names */

/* Whom does a host ask? Its router, as its resolv.conf says. */
static struct inet_addr resolver_of(const struct rehearsal *rehearsal, const char *host)
{
	int index = plan_node_find(rehearsal->plan, host);
	struct inet_addr addr = { 0 };

	if (index < 0)
		return addr;
	vec_foreach (route, &rehearsal->plan->nodes.items[index].routes)
		if (!route->destination.length && route->gateway.family)
			addr = route->gateway;
	return addr;
}

static json_t *answers_json(const struct name_task *task)
{
	json_t *answers = json_array();

	for (size_t i = 0; i < task->answer_count; i++)
		json_array_append_new(
			answers,
			json_kept(task->reverse_of.family
					  ? task->answer_names[i]
					  : inet_addr_text(&task->answers[i]).s));
	return answers;
}

static json_t *sights_json(const struct name_task *task)
{
	json_t *sights = json_array();

	for (size_t i = 0; i < task->sight_count; i++)
		json_array_append_new(sights,
				      json_of("{s:s, s:s}", "server",
					      node_name(task->sights[i].server), "from",
					      inet_addr_text(&task->sights[i].from).s));
	return sights;
}

static json_t *names_json(const struct name_task *task)
{
	json_t *names = json_array();

	for (size_t i = 0; i < task->name_count; i++)
		json_array_append_new(names, json_kept(task->names[i]));
	return names;
}

static void add_name(struct rehearsal *rehearsal, const char *label, size_t index,
		     const struct name_task *task)
{
	const char *name = rehearsal->scenario->expectations.items[index].name;

	evidence_add(&rehearsal->evidence, node_name(task->asker), "probe", "name",
		     json_of("{s:s, s:i, s:s, s:s, s:o, s:s, s:o, s:I, s:o}", "label",
			     label, "expectation", (int)index, "asked",
			     inet_addr_text(&task->resolver).s, "name", name, "names",
			     names_json(task), "rcode", name_status_text(task->status),
			     "answers", answers_json(task), "took_us",
			     (json_int_t)task->took_us, "seen", sights_json(task)));
}

static size_t find_servers(const struct rehearsal *rehearsal, struct node *servers[])
{
	size_t count = 0;

	vec_foreach (node, &rehearsal->plan->nodes)
		if (node->host && node->host->names.count && count < NAME_TASKS_MAX)
			servers[count++] = rehearsal_node(rehearsal, node->name);
	return count;
}

/*
 * What a host's resolver asks: of an address the reverse name; a name without a dot with
 * each domain of its search list, then as it is (resolv.conf(5), ndots:1).
 */
static void name_questions(const struct rehearsal *rehearsal,
			   const struct expectation *wanted, struct name_task *task)
{
	const struct inet_prefix host = inet_prefix_host(&wanted->reverse_of);
	int index = plan_node_find(rehearsal->plan, wanted->from);
	const struct dhcp_network *dhcp =
		index < 0 ? NULL : rehearsal->plan->nodes.items[index].dhcp;
	struct arena *arena = rehearsal->plan->arena;

	if (wanted->reverse_of.family) {
		task->names[task->name_count++] =
			arena_strdup(arena, inet_reverse_text(&host).s);
		return;
	}
	for (size_t i = 0;
	     dhcp && i < dhcp->domains.count && !strchr(wanted->name, '.') &&
	     task->name_count + 1 < NAME_SEARCH_MAX;
	     i++)
		task->names[task->name_count++] = arena_printf(
			arena, "%s.%s", wanted->name, dhcp->domains.items[i].s);
	task->names[task->name_count++] = wanted->name;
}

int questions_names(struct rehearsal *rehearsal, const char *label, bool is_probing_only,
		    struct err *err)
{
	unsigned int patience_ms = is_probing_only ? NAME_PROBING_MS : NAME_MS;
	int64_t measured_ms = slowest_us(rehearsal) * NAME_TIMES / 1000;
	struct name_task tasks[NAME_TASKS_MAX] = { 0 };
	struct node *servers[NAME_TASKS_MAX];
	size_t of[NAME_TASKS_MAX], count = 0;
	size_t server_count = find_servers(rehearsal, servers);
	int r;

	for (size_t i = 0; i < rehearsal->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&rehearsal->scenario->expectations.items[i];

		if (wanted->kind != EXPECT_NAME || count == NAME_TASKS_MAX)
			continue;
		of[count] = i;
		tasks[count] = (struct name_task){
			.asker = rehearsal_node(rehearsal, wanted->from),
			.resolver = resolver_of(rehearsal, wanted->from),
			.reverse_of = wanted->reverse_of,
		};
		name_questions(rehearsal, wanted, &tasks[count]);
		count++;
	}
	if (!count)
		return 0;
	if (measured_ms > patience_ms)
		patience_ms = (unsigned int)measured_ms;
	r = name_run(tasks, count, servers, server_count, patience_ms, err);
	for (size_t i = 0; !r && i < count; i++)
		add_name(rehearsal, label, of[i], &tasks[i]);
	return r;
}

/* ------------------------------------------------------------ figures */

int questions_mtu(struct rehearsal *rehearsal, struct err *err)
{
	const struct reach_patience patience = patience_of(rehearsal);
	unsigned int patience_ms =
		(unsigned int)(reach_window_us(&patience, MTU_MS) / 1000);

	for (size_t i = 0; i < rehearsal->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&rehearsal->scenario->expectations.items[i];
		struct inet_addr dst;
		unsigned int bytes;
		int r;

		if (wanted->kind != EXPECT_MTU)
			continue;
		dst = rehearsal_host_addr(rehearsal, wanted->to);
		r = mtu_probe(rehearsal_node(rehearsal, wanted->from), &dst, MTU_MAX,
			      patience_ms, &bytes, err);
		if (r)
			return r;
		evidence_add(&rehearsal->evidence, wanted->from, "probe", "mtu",
			     json_of("{s:i, s:s, s:s, s:i}", "expectation", (int)i,
				     "from", wanted->from, "to", wanted->to, "bytes",
				     (int)bytes));
	}
	return 0;
}

/* One protocol; TCP's rate is what UDP offers next, so that it is not drowned. */
static double measure(struct rehearsal *rehearsal, const struct expectation *wanted,
		      bool is_lifted, double udp_mbit)
{
	struct throughput throughput = {
		.from = rehearsal_node(rehearsal, wanted->from),
		.to = rehearsal_node(rehearsal, wanted->to),
		.dst = rehearsal_host_addr(rehearsal, wanted->to),
		.is_udp = udp_mbit > 0,
		.seconds = THROUGHPUT_S,
		.udp_mbit = (unsigned int)udp_mbit,
	};
	struct err err = { 0 };
	int r = throughput_run(&throughput, rehearsal_deadline(rehearsal, THROUGHPUT_MS),
			       &err);

	evidence_add(&rehearsal->evidence, wanted->from, "probe",
		     r ? "throughput-failed" : "throughput",
		     json_of("{s:s, s:b, s:f, s:f, s:I, s:s}", "protocol",
			     throughput.is_udp ? "udp" : "tcp", "lifted", is_lifted,
			     "mbit_s", throughput.mbit_s, "lost_percent",
			     throughput.lost_percent, "retransmits",
			     (json_int_t)throughput.retransmits, "text",
			     r ? err.text : ""));
	return r ? 0 : throughput.mbit_s;
}

void questions_throughput(struct rehearsal *rehearsal, bool is_lifted)
{
	vec_foreach (wanted, &rehearsal->scenario->expectations) {
		double tcp;

		if (wanted->kind != EXPECT_THROUGHPUT)
			continue;
		tcp = measure(rehearsal, wanted, is_lifted, 0);
		if (tcp > 0)
			(void)measure(rehearsal, wanted, is_lifted, tcp < 1 ? 1 : tcp);
	}
}
