// SPDX-License-Identifier: GPL-2.0-or-later
/* life.c - taking the tunnel down, and the figures: throughput and packet size */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "check/check.h"
#include "check/sas.h"

/* ------------------------------------------------------------ teardown */

static const struct event *kernel_event(const struct check_input *input, const char *kind,
					const char *node, const char *label)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "kernel", kind)))
		if (str_equal(event->node, node) &&
		    str_equal(event_text(event, "label"), label))
			return event;
	return NULL;
}

/* What of the tunnel one end still has; true when nothing. */
static bool is_clean(const struct check_input *input, unsigned int site,
		     struct verdict *verdict)
{
	const char *node = input->scenario->sites.items[site].name;
	const struct event *xfrm = kernel_event(input, "xfrm", node, "after-teardown");
	const struct event *routes =
		kernel_event(input, "routes", node, "after-teardown");
	size_t sas = json_array_size(check_sas(input, site, "after-teardown"));
	size_t route_count =
		routes ? json_array_size(json_object_get(routes->facts, "routes")) : 0;
	int64_t states = xfrm ? event_number(xfrm, "sas", 0) : 0;
	int64_t policies = xfrm ? event_number(xfrm, "policies", 0) : 0;

	if (sas)
		check_proof(input, verdict, "%s still has %zu IKE SAs", node, sas);
	if (states || policies)
		check_proof(input, verdict,
			    "%s still has %lld SAs and %lld policies in the kernel", node,
			    (long long)states, (long long)policies);
	if (route_count)
		check_proof(input, verdict, "%s still has %zu routes of the tunnel", node,
			    route_count);
	return !sas && !states && !policies && !route_count;
}

void check_teardown(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&input->scenario->expectations.items[i];
		struct verdict *verdict;
		bool is_all_clean = true;

		if (wanted->kind != EXPECT_TEARDOWN)
			continue;
		verdict = check_add(input, verdicts, VERDICT_OK, "teardown",
				    "taken down, nothing of the tunnel is left");
		verdict->expectation = (int)i;
		verdict->at = wanted->at;
		if (!check_sas(input, 0, "after-teardown") ||
		    !check_sas(input, 1, "after-teardown")) {
			verdict->kind = VERDICT_UNPROVEN;
			check_seen(input, verdict, "the run ended before");
			continue;
		}
		if (!check_has_tunnel(input, 0, "up")) {
			verdict->kind = VERDICT_UNPROVEN;
			check_seen(input, verdict, "there was no tunnel to take down");
			continue;
		}
		for (unsigned int site = 0; site < 2; site++)
			is_all_clean &= is_clean(input, site, verdict);
		if (!is_all_clean)
			verdict->kind = VERDICT_BROKEN;
		check_seen(input, verdict, "%s",
			   !is_all_clean	  ? "something is left"
			   : input->is_kernel_esp ? "no SA, policy or route at either end"
						  : "no SA or route at either end");
	}
}

/* ------------------------------------------------------------ rekeying */

/* Questions that were answered before and are not any more. */
static size_t lost_by_rekeying(const struct check_input *input, struct verdict *verdict)
{
	size_t lost = 0;

	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct event *before = check_probe(input, "reach", "up", (int)i);
		const struct event *after =
			check_probe(input, "reach", "rekeyed", (int)i);

		if (input->scenario->expectations.items[i].path != PATH_TUNNEL ||
		    !before || !after || !event_number(before, "received", 0) ||
		    event_number(after, "received", 0))
			continue;
		check_proof(input, verdict, "%s > %s: not answered after rekeying",
			    event_text(after, "from"), event_text(after, "to"));
		lost++;
	}
	return lost;
}

/* IKEv2 only: its PFS group is not used before (RFC 7296 1.3.1, failures.md F43). */
void check_rekey(const struct check_input *input, struct verdicts *verdicts)
{
	const struct event *event = NULL;
	struct verdict *verdict = NULL;
	size_t count = 0, failed = 0, lost;

	while ((event = timeline_next(input->timeline, event, "vici", "rekeyed"))) {
		if (!verdict)
			verdict = check_add(input, verdicts, VERDICT_OK, "rekey",
					    "rekeying works from both ends");
		count++;
		if (event_bool(event, "ok"))
			continue;
		failed++;
		check_proof(input, verdict, "%s asked to rekey and was refused",
			    event->node);
	}
	if (!verdict)
		return;
	lost = lost_by_rekeying(input, verdict);
	if (failed || lost)
		verdict->kind = VERDICT_BROKEN;
	if (failed)
		check_seen(input, verdict, "refused: it ends when the SA's life does");
	else if (lost)
		check_seen(input, verdict, "done, and then traffic does not pass");
	else
		check_seen(input, verdict, "done from %zu ends, traffic passes after it",
			   count);
}

/* ------------------------------------------------------------ figures */

static const struct event *measured(const struct check_input *input, const char *protocol,
				    bool is_lifted)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "probe", "throughput")))
		if (str_equal(event_text(event, "protocol"), protocol) &&
		    event_bool(event, "lifted") == is_lifted)
			return event;
	return NULL;
}

static double number(const struct event *event, const char *key)
{
	return event ? json_number_value(json_object_get(event->facts, key)) : 0;
}

#define FIGURE_SAMPLES_MAX 64

/* What one protocol gets through ESP, and of plain. */
struct figure {
	double esp, plain; /* Mbit/s */
	double ratio;	   /* the median of neighbouring samples'; 0: not known */
	double spread;	   /* of the middle half of these, in medians; 0: one sample */
};

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct figure figure_of(const struct check_input *input, const char *protocol)
{
	const struct event *esp = measured(input, protocol, false);
	const struct event *plain = measured(input, protocol, true);
	struct figure figure = { .esp = number(esp, "mbit_s"),
				 .plain = number(plain, "mbit_s") };
	const json_t *own = esp ? json_object_get(esp->facts, "samples") : NULL;
	const json_t *other = plain ? json_object_get(plain->facts, "samples") : NULL;
	double ratios[FIGURE_SAMPLES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(own) && i < json_array_size(other) &&
			   count < FIGURE_SAMPLES_MAX;
	     i++)
		if (json_number_value(json_array_get(other, i)) > 0)
			ratios[count++] = json_number_value(json_array_get(own, i)) /
					  json_number_value(json_array_get(other, i));
	if (!count) {
		figure.ratio = figure.plain > 0 ? figure.esp / figure.plain : 0;
		return figure;
	}
	qsort(ratios, count, sizeof(*ratios), compare_numbers);
	figure.ratio = ratios[count / 2];
	if (figure.ratio > 0)
		figure.spread = (ratios[3 * (count - 1) / 4] - ratios[(count - 1) / 4]) /
				figure.ratio;
	return figure;
}

static void write_figure(const struct figure *figure, const char *name, struct buf *out)
{
	buf_printf(out, "%s %.0f Mbit/s, %.2f of plain %.0f", name, figure->esp,
		   figure->ratio, figure->plain);
	if (figure->spread > 0)
		buf_printf(out, ", spread %.2f", figure->spread);
}

static const char *throughput_trouble(const struct check_input *input)
{
	const struct event *event =
		timeline_next(input->timeline, NULL, "probe", "throughput-failed");

	return event ? event_text(event, "text") : "not measured in this run";
}

/* "AES_CBC_128/HMAC_SHA1_96" of the first CHILD SA; "no SA". */
static const char *cipher_text(const struct check_input *input)
{
	struct sas_walk walk = { .sas = check_sas(input, input->scenario->initiator,
						  "up") };
	const json_t *child = sas_next_child(&walk);
	const char *encr = json_text(child, "encr-alg");
	const char *bits = json_text(child, "encr-keysize");
	const char *integ = json_text(child, "integ-alg");

	if (!child)
		return "no SA";
	return arena_printf(input->arena, "%s%s%s%s%s", *encr ? encr : "?",
			    *bits ? "_" : "", bits, *integ ? "/" : "", integ);
}

static void check_throughput(const struct check_input *input, struct verdicts *verdicts,
			     const struct expectation *wanted, size_t index)
{
	const struct figure tcp = figure_of(input, "tcp"), udp = figure_of(input, "udp");
	_cleanup_buf_ struct buf text = { 0 };
	struct verdict *verdict;
	char claim[160];

	(void)snprintf(claim, sizeof(claim), "throughput %s to %s through ESP",
		       wanted->from, wanted->to);
	verdict = check_add(input, verdicts,
			    tcp.esp > 0 && udp.esp > 0 ? VERDICT_OK : VERDICT_UNPROVEN,
			    "throughput", claim);
	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	if (verdict->kind == VERDICT_UNPROVEN) {
		check_seen(input, verdict, "%s", throughput_trouble(input));
		return;
	}
	write_figure(&tcp, "TCP", &text);
	buf_puts(&text, "; ");
	write_figure(&udp, "UDP", &text);
	/* ESP is never faster than nothing: then something else was measured. */
	if (tcp.ratio > 1 || udp.ratio > 1) {
		verdict->kind = VERDICT_UNPROVEN;
		buf_puts(&text, ": more than plain, so something else was measured");
	}
	verdict->figure = arena_strdup(input->arena, buf_text(&text));
	check_seen(input, verdict, "%s (%s, %s, MTU 1500)", buf_text(&text), input->plane,
		   cipher_text(input));
}

static void check_mtu(const struct check_input *input, struct verdicts *verdicts,
		      const struct expectation *wanted, size_t index)
{
	const struct event *probe = check_probe(input, "mtu", NULL, (int)index);
	int64_t bytes = probe ? event_number(probe, "bytes", 0) : 0;
	struct verdict *verdict;
	char claim[160];

	(void)snprintf(claim, sizeof(claim), "largest whole packet %s to %s",
		       wanted->from, wanted->to);
	verdict = check_add(input, verdicts,
			    !probe  ? VERDICT_UNPROVEN
			    : bytes ? VERDICT_OK
				    : VERDICT_BROKEN,
			    "mtu", claim);
	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	if (!probe)
		check_seen(input, verdict, "not measured in this run");
	else if (!bytes)
		check_seen(input, verdict, "not even the smallest packet was answered");
	else
		check_seen(input, verdict, "%lld bytes unfragmented, MSS %lld",
			   (long long)bytes, (long long)bytes - 40);
}

void check_figures(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&input->scenario->expectations.items[i];

		if (wanted->kind == EXPECT_THROUGHPUT)
			check_throughput(input, verdicts, wanted, i);
		else if (wanted->kind == EXPECT_MTU)
			check_mtu(input, verdicts, wanted, i);
	}
}
