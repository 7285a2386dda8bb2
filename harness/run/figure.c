// SPDX-License-Identifier: GPL-2.0-or-later
/* figure.c - how much of the plain throughput is left: ESP and plain, in turn */
#include "run/figure.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"
#include "probe/flow.h"
#include "run/rehearsal.h"

#define SAMPLES	  60 /* most of a series */
#define TCP_COUNT 60
#define TCP_MS	  10
#define UDP_COUNT 30
#define UDP_MS	  15
#define OPEN_MS	  50	      /* for TCP's window to open */
#define NODES	  5	      /* host, router, Internet, router, host */
#define NODES_MAX (NODES + 2) /* and a NAT router before either site */

/* ---------------------------------------------------------------- the plain way */

struct row {
	struct node *nodes[NODES_MAX];
	unsigned int count;
};

static void row_free(struct row *row)
{
	for (unsigned int i = 0; i < NODES_MAX; i++)
		node_free(row->nodes[i]);
}

/* Of link i, between nodes i and i + 1: 10.255.i.1/30 and .2. */
static struct inet_prefix address(unsigned int link, unsigned int end)
{
	return (struct inet_prefix){ .addr = { .family = AF_INET,
					       .bytes = { 10, 255, (uint8_t)link,
							  (uint8_t)(1 + end) } },
				     .length = 30 };
}

static int add_link(const struct row *row, unsigned int i, struct err *err)
{
	const struct inet_prefix left = address(i, 0), right = address(i, 1);
	int r = link_veth_add(row->nodes[i], "right", row->nodes[i + 1], "left", 0, err);

	if (!r)
		r = link_address_add(row->nodes[i], "right", &left, err);
	return r ? r : link_address_add(row->nodes[i + 1], "left", &right, err);
}

/* To the network of a link, by the neighbour on that side. */
static int add_route(const struct row *row, unsigned int i, unsigned int to,
		     const struct inet_prefix *by, struct err *err)
{
	const struct inet_prefix at = address(to, 0);
	const struct route route = { .destination = inet_prefix_network(&at),
				     .gateway = by->addr };

	return route_add(row->nodes[i], &route, err);
}

static int impair(const struct rehearsal *rehearsal, const struct row *row,
		  struct err *err)
{
	int r = 0;

	vec_foreach (from, &rehearsal->scenario->impairments) {
		const struct impairment how = lab_impairment(from);
		unsigned int i =
			str_equal(from->site, rehearsal->scenario->sites.items[1].name)
				? row->count - 3
				: 1;

		if (!r)
			r = impair_set(row->nodes[i], "right", &how, err);
		if (!r)
			r = impair_set(row->nodes[i + 1], "left", &how, err);
	}
	return r;
}

static int row_make(const struct rehearsal *rehearsal, struct row *row, struct err *err)
{
	int r = 0;

	row->count = NODES;
	vec_foreach (site, &rehearsal->scenario->sites)
		row->count += site->is_behind_nat;
	for (unsigned int i = 0; !r && i < row->count; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "plain-%u", i);
		r = node_new(name, NULL, &row->nodes[i], err);
	}
	for (unsigned int i = 0; !r && i + 1 < row->count; i++)
		r = add_link(row, i, err);
	for (unsigned int i = 0; !r && i < row->count; i++) {
		const struct inet_prefix right = address(i, 1), left = address(i - 1, 0);

		r = node_sysctl(row->nodes[i], "net/ipv4/ip_forward", "1", err);
		if (!r && i + 2 < row->count)
			r = add_route(row, i, row->count - 2, &right, err);
		if (!r && i > 1)
			r = add_route(row, i, 0, &left, err);
	}
	return r ? r : impair(rehearsal, row, err);
}

/* ---------------------------------------------------------------- samples */

struct series {
	double values[SAMPLES];
	unsigned int count;
	double loss; /* the most of them */
};

static void series_add(struct series *series, double mbit_s, double loss)
{
	series->values[series->count++] = mbit_s;
	if (loss > series->loss)
		series->loss = loss;
}

/* TCP of both ways, in turn; 0 is ESP. */
static void take_tcp(struct flow *const flows[2], struct series series[2])
{
	for (unsigned int i = 0; i < 2; i++)
		(void)flow_tcp(flows[i], OPEN_MS);
	for (unsigned int n = 0; n < 2 * TCP_COUNT; n++)
		series_add(&series[n % 2], flow_tcp(flows[n % 2], TCP_MS), 0);
}

static void take_udp(struct flow *const flows[2], struct series series[2])
{
	double offers[2], loss;

	for (unsigned int i = 0; i < 2; i++)
		offers[i] = flow_udp_search(flows[i]);
	for (unsigned int n = 0; n < 4 * UDP_COUNT; n++) {
		double mbit_s;

		if (series[n % 2].count == UDP_COUNT)
			continue;

		if (offers[n % 2] < 0) /* whatever is offered, some of it is lost */
			continue;
		mbit_s = flow_udp(flows[n % 2], UDP_MS, offers[n % 2], &loss);
		if (loss <= FLOW_LOSS_MAX)
			series_add(&series[n % 2], mbit_s, loss);
		else /* a little less, then */
			offers[n % 2] = mbit_s * (1 - loss);
	}
}

static void say_series(struct rehearsal *rehearsal, const char *from,
		       const char *protocol, bool is_lifted, const struct series *series)
{
	struct series ordered = *series;
	double median = flow_median(ordered.values, ordered.count);
	json_t *samples = json_array();

	for (unsigned int i = 0; i < series->count; i++)
		json_array_append_new(samples, json_real(series->values[i]));
	evidence_add(&rehearsal->evidence, from, "probe",
		     median > 0 ? "throughput" : "throughput-failed",
		     json_of("{s:s, s:b, s:f, s:f, s:o, s:s}", "protocol", protocol,
			     "lifted", is_lifted, "mbit_s", median, "lost_percent",
			     series->loss * 100, "samples", samples, "text",
			     median > 0 ? "" : "nothing arrived, or never all of it"));
}

static int take(struct rehearsal *rehearsal, const struct expectation *wanted,
		const struct row *row, struct err *err)
{
	const struct inet_prefix last = address(row->count - 2, 1);
	const struct inet_addr dst = rehearsal_host_addr(rehearsal, wanted->to);
	struct flow *flows[2] = { NULL, NULL };
	struct series tcp[2] = { 0 }, udp[2] = { 0 };
	int r = flow_open(rehearsal_node(rehearsal, wanted->from),
			  rehearsal_node(rehearsal, wanted->to), &dst, &flows[0], err);

	if (!r)
		r = flow_open(row->nodes[0], row->nodes[row->count - 1], &last.addr,
			      &flows[1], err);
	if (!r) {
		take_tcp(flows, tcp);
		take_udp(flows, udp);
	}
	for (unsigned int i = 0; !r && i < 2; i++) {
		say_series(rehearsal, wanted->from, "tcp", i, &tcp[i]);
		say_series(rehearsal, wanted->from, "udp", i, &udp[i]);
	}
	flow_close(flows[0]);
	flow_close(flows[1]);
	return r;
}

void figure_take(struct rehearsal *rehearsal)
{
	struct err err = { 0 };
	struct row row = { 0 };
	int r = row_make(rehearsal, &row, &err);

	vec_foreach (wanted, &rehearsal->scenario->expectations)
		if (!r && wanted->kind == EXPECT_THROUGHPUT)
			r = take(rehearsal, wanted, &row, &err);
	if (r)
		evidence_add(&rehearsal->evidence, NULL, "probe", "throughput-failed",
			     json_of("{s:s, s:b, s:s}", "protocol", "tcp", "lifted", 0,
				     "text", err.text));
	row_free(&row);
}
