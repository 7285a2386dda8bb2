// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * change.c - names that appear late, and WAN addresses that change, while it runs
 *
 * Theory of operation. What the provider does is done to the kernel and to the DNS
 * server; what the device does about it is what its files say, and nothing else:
 *
 *  - netifd's events run the router's own hotplug scripts, in its node. What they ask of
 *    the IKE daemon is done: charon is ended and started again with a configuration for
 *    the new address, as the init script would write it;
 *  - a device without scripts restarts its tunnels where the scenario assumes so;
 *  - a tunnel that starts on traffic is initiated when there is traffic and no SA. On
 *    the kernel plane a trap policy could do that; libipsec has none, so on both it
 *    is done here, at most once in RETRY_MS;
 *  - DPD is charon's own.
 *
 * Meanwhile echo requests go on, and how long none is answered is measured.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/patience.h"
#include "base/str.h"
#include "charon/process.h"
#include "charon/vici_client.h"
#include "lab/change.h"
#include "lab/hotplug.h"
#include "probe/outage.h"
#include "run/end_tunnel.h"
#include "run/inits.h"
#include "run/rehearsal.h"
#include "run/scripts.h"

#define QUIET_MS       1200 /* in which nothing must happen by itself */
#define BEFORE_MS      2000 /* for traffic before the change, if there is any */
#define INTERVAL_MS    50
#define DYNDNS_MS      1000 /* until the DynDNS client has told the new address */
#define RETRY_MS       500
#define ATTEMPT_MS     8000
#define WITHIN_S       30
#define ANSWERS_WANTED 3 /* one may be chance */
#define STOP_MS	       2000
#define START_MS       15000

/* ------------------------------------------------------------ names that appear late */

/* What starts the tunnel again on that device. */
static const char *starter_of(const struct rehearsal *rehearsal, unsigned int site)
{
	return end_starts_on_traffic(&rehearsal->ends[site]) ? "traffic" : "hand";
}

int change_name(struct rehearsal *rehearsal, unsigned int site, struct err *err)
{
	const char *name = rehearsal->scenario->sites.items[site].dns_name;
	struct inet_prefix wan = lab_wan(rehearsal->lab, site);
	int r = lab_dns_set(rehearsal->lab, name, &wan.addr, err);

	if (!r)
		evidence_add(&rehearsal->evidence, "internet", "lab", "name",
			     json_of("{s:s, s:s}", "name", name, "address",
				     inet_addr_text(&wan.addr).s));
	return r;
}

int change_late_names(struct rehearsal *rehearsal, struct err *err)
{
	unsigned int from = rehearsal->scenario->initiator;
	struct end *end = &rehearsal->ends[from], *other = &rehearsal->ends[!from];
	bool is_late = false;
	int r = 0;

	for (unsigned int site = 0; site < 2; site++)
		is_late |= rehearsal->scenario->sites.items[site].is_dns_late;
	if (!is_late)
		return 0;
	r = end_initiate(end, other, rehearsal_deadline(rehearsal, ATTEMPT_MS), err);
	for (unsigned int site = 0; !r && site < 2; site++)
		if (rehearsal->scenario->sites.items[site].is_dns_late)
			r = change_name(rehearsal, site, err);
	if (r)
		return r;
	end_watch(end, other, QUIET_MS);
	evidence_add(&rehearsal->evidence, end->name, "lab", "quiet",
		     json_of("{s:I, s:i}", "took_us", (json_int_t)QUIET_MS * 1000, "ups",
			     (int)end->ups));
	evidence_add(&rehearsal->evidence, end->name, "lab", "started-again",
		     json_of("{s:s}", "by", starter_of(rehearsal, from)));
	return 0;
}

/* ------------------------------------------------------------ one change */

struct change {
	struct rehearsal *rehearsal;
	const struct expectation *wanted;
	const struct expectation *traffic; /* the `reach` whose hosts are used */
	int index;			   /* of wanted */
	unsigned int site;		   /* whose address changes */
	unsigned int sender;		   /* the site whose host sends */
	struct inet_prefix old, new;
	struct outage outage;
	int64_t dns_us;	    /* when the DNS follows; 0: done, or it has no name */
	int64_t attempt_us; /* when the sender's end may try (again) */
	int64_t deadline_us;
	bool is_restarted; /* the sender's own daemon */
	bool is_any_restarted;
	int64_t scripts_us; /* the router's scripts took so long: of what it may take */
	size_t child;	    /* which the next attempt is for */
	struct end_attempt attempt;
};

static int64_t since_start(const struct change *change, int64_t t_us)
{
	return t_us - change->rehearsal->evidence.start_us;
}

/* Traffic through the tunnel, from the site that changes if there is such. */
static bool choose_traffic(struct change *change)
{
	const struct scenario *scenario = change->rehearsal->scenario;

	vec_foreach (wanted, &scenario->expectations) {
		int from;

		if (wanted->kind != EXPECT_REACH || wanted->path != PATH_TUNNEL ||
		    !scenario_host_find(scenario, wanted->from, &from) || from < 0)
			continue;
		if (change->traffic && (unsigned int)from != change->site)
			continue;
		change->traffic = wanted;
		change->sender = (unsigned int)from;
		if ((unsigned int)from == change->site)
			break;
	}
	return change->traffic != NULL;
}

static int restart(struct change *change, const char *by, struct err *err)
{
	struct rehearsal *rehearsal = change->rehearsal;
	struct end *end = &rehearsal->ends[change->site];
	int64_t start_us = clock_now_us();
	int r;

	change->is_restarted = change->sender == change->site;
	change->is_any_restarted = true;
	end_stop(end, rehearsal_deadline(rehearsal, STOP_MS));
	end_done(end);
	inits_take(rehearsal, change->site);
	r = rehearsal_start_end(rehearsal, change->site, err);
	if (!r)
		r = end_load(end, rehearsal_deadline(rehearsal, START_MS), err);
	evidence_add(&rehearsal->evidence, end->name, "lab", "restarted",
		     json_of("{s:s, s:I}", "by", by, "took_us",
			     (json_int_t)(clock_now_us() - start_us)));
	return r;
}

/* ------------------------------------------------------------ the router's scripts */

struct script_job {
	struct lab *lab;
	unsigned int node;
	int done_fd;
	size_t first;
	struct err err;
	int r;
};

static void *scripts_thread(void *arg)
{
	struct script_job *job = arg;

	job->r = lab_hotplug_wan(job->lab, job->node, &job->first, &job->err);
	(void)eventfd_write(job->done_fd, 1);
	return NULL;
}

/*
 * They may take as long as they like, `sleep 5` is usual, and meanwhile traffic goes on: it
 * is what is lost. Nothing else is touched here until they have ended.
 */
static int scripts_run(struct change *change, size_t *ret_first, struct err *err)
{
	_cleanup_close_ int done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct script_job job = {
		.lab = change->rehearsal->lab,
		.node = plan_gateway(change->rehearsal->plan, change->site),
		.done_fd = done_fd,
	};
	struct pollfd fds[] = {
		{ .fd = done_fd, .events = POLLIN },
		{ .fd = change->outage.fd, .events = POLLIN },
	};
	pthread_t thread;

	if (done_fd < 0)
		return err_sys(err, errno, "cannot run scripts");
	if (pthread_create(&thread, NULL, scripts_thread, &job))
		return err_set(err, EAGAIN, "cannot run scripts: no thread");
	while (!(fds[0].revents & POLLIN)) {
		(void)poll(fds, 2, clock_left_ms(change->outage.next_us));
		outage_step(&change->outage);
	}
	(void)pthread_join(thread, NULL);
	*ret_first = job.first;
	if (job.r)
		*err = job.err;
	return job.r;
}

/* What a script did to the daemon that is not rehearsed. */
static void add_missing(const struct change *change, const char *file, const char *name)
{
	struct rehearsal *rehearsal = change->rehearsal;

	evidence_add(&rehearsal->evidence, rehearsal->ends[change->site].name, "script",
		     "missing",
		     json_of("{s:s, s:i, s:s}", "file", file, "line", 0, "name", name));
}

/* What the router's scripts make of it, or what is assumed of a device without any. */
static int device_acts(struct change *change, struct err *err)
{
	struct rehearsal *rehearsal = change->rehearsal;
	const struct scenario_site *site =
		&rehearsal->scenario->sites.items[change->site];
	const struct device_asked *by;
	const char *what = "the device itself (assumed)", *how = "";
	enum device_outcome outcome;
	int64_t start_us = clock_now_us();
	size_t first = 0;
	int r = scripts_run(change, &first, err);

	change->scripts_us = clock_now_us() - start_us;
	if (r)
		return r;
	outcome = scripts_record_hotplug(rehearsal, first, &by);
	if (outcome == DEVICE_STOPPED)
		add_missing(change, by->program, "stop, and starts nothing again");
	/* It may kill what runs in its node. Whether procd starts it again is not known. */
	if (first < rehearsal->lab->hotplugs.count &&
	    charon_has_ended(rehearsal->ends[change->site].charon, &how)) {
		end_kill(&rehearsal->ends
				  [change->site]); /* so that its end is none of ours */
		add_missing(change, rehearsal->lab->hotplugs.items[first].file,
			    "kill, of the IKE daemon");
		outcome = DEVICE_RESTARTED;
		what = "procd (assumed), as a hotplug script had killed it";
	}
	if (by)
		what = arena_printf(rehearsal->arena, "%s, which a hotplug script calls",
				    by->program);
	return outcome == DEVICE_RESTARTED || site->restarts_itself
		       ? restart(change, what, err)
		       : 0;
}

static int change_address(struct change *change, struct err *err)
{
	struct rehearsal *rehearsal = change->rehearsal;
	const struct scenario_site *site =
		&rehearsal->scenario->sites.items[change->site];
	int r = lab_wan_change(rehearsal->lab, change->site, &change->new, err);

	if (r)
		return r;
	outage_mark(&change->outage);
	if (site->dns_name)
		change->dns_us = clock_now_us() + DYNDNS_MS * 1000;
	evidence_add(&rehearsal->evidence, site->name, "lab", "wan-changed",
		     json_of("{s:s, s:s}", "old", inet_prefix_text(&change->old).s, "new",
			     inet_prefix_text(&change->new).s));
	return device_acts(change, err);
}

int change_address_now(struct rehearsal *rehearsal, unsigned int site,
		       int64_t *ret_dns_us, bool *ret_restarted, struct err *err)
{
	struct change change = {
		.rehearsal = rehearsal,
		.site = site,
		.sender = site,
		.old = lab_wan(rehearsal->lab, site),
		.new = lab_wan_free(rehearsal->lab, site),
		.outage = { .fd = -1, .next_us = INT64_MAX }, /* who calls has its own */
	};
	int r = change_address(&change, err);

	*ret_dns_us = change.dns_us;
	*ret_restarted = change.is_any_restarted;
	return r;
}

/* ------------------------------------------------------------ until it is back */

/* There is traffic and no SA: the device would start the tunnel. */
static int attempt_maybe(struct change *change, struct err *err)
{
	struct end *end = &change->rehearsal->ends[change->sender];
	int64_t now = clock_now_us();
	int r;

	/* Nobody has ended the daemon: what it does by itself is not done twice. */
	if (!change->is_restarted && end_restarts_by_dpd(end))
		return 0;
	if (change->attempt.is_running || now < change->attempt_us ||
	    (!change->child && end->ups > end->downs) || !end_starts_on_traffic(end))
		return 0;
	r = end_attempt_begin(end, change->child,
			      rehearsal_deadline(change->rehearsal, ATTEMPT_MS),
			      &change->attempt, err);
	if (r != -ENOENT)
		return r;
	change->attempt_us = INT64_MAX; /* all children are there */
	return 0;
}

static int attempt_take(struct change *change, struct err *err)
{
	struct end *end = &change->rehearsal->ends[change->sender];
	bool was_running = change->attempt.is_running;
	int r = end_attempt_poll(end, &change->attempt, err);

	if (r || !was_running || change->attempt.is_running)
		return r;
	if (change->attempt.result.is_ok)
		change->child++;
	change->attempt_us =
		clock_now_us() + (change->attempt.result.is_ok ? 0 : RETRY_MS * 1000);
	return 0;
}

static int dns_maybe(struct change *change, struct err *err)
{
	if (!change->dns_us || clock_now_us() < change->dns_us)
		return 0;
	change->dns_us = 0;
	return change_name(change->rehearsal, change->site, err);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int wait_and_serve(struct change *change, int64_t until_us, struct err *err)
{
	struct end *ends = change->rehearsal->ends;
	struct end *sender = &ends[change->sender];
	struct pollfd fds[] = {
		{ .fd = change->outage.fd, .events = POLLIN },
		{ .fd = vici_fd(ends[0].events), .events = POLLIN },
		{ .fd = vici_fd(ends[1].events), .events = POLLIN },
		{ .fd = vici_fd(sender->control),
		  .events = vici_poll_events(sender->control) },
	};
	int64_t due_us = earlier(until_us, change->outage.next_us);
	int r;

	due_us = earlier(due_us, vici_deadline_us(sender->control));
	if (poll(fds, 4, clock_left_ms(due_us)) < 0 && errno != EINTR)
		return err_sys(err, errno, "cannot wait");
	outage_step(&change->outage);
	r = end_events(&ends[0]);
	if (!r)
		r = end_events(&ends[1]);
	return r ? err_set(err, -r, "charon has ended") : attempt_take(change, err);
}

/*
 * Nothing that could bring the traffic back will happen any more: no script, no dead peer
 * detection, no traffic that starts a tunnel, no name that is still to follow.
 */
static bool is_left_alone(const struct change *change)
{
	const struct rehearsal *rehearsal = change->rehearsal;

	if (change->dns_us || change->attempt.is_running)
		return false;
	for (unsigned int site = 0; site < 2; site++) {
		const struct end *end = &rehearsal->ends[site];

		/* Traffic starts a tunnel only where there is none. */
		if (change->is_any_restarted || end_restarts_by_dpd(end) ||
		    (site == change->sender && end_starts_on_traffic(end) &&
		     end->ups <= end->downs))
			return false;
		/* MOBIKE tells the new address by itself. */
		vec_foreach (connection, &end->conf->connections)
			if (connection->tunnel->version != 1)
				return false;
	}
	return true;
}

static int run_until_back(struct change *change, struct err *err)
{
	struct patience alone = patience_for((int64_t)QUIET_MS * 1000);
	int r = 0;

	while (!r && clock_left_ms(change->deadline_us) && !patience_is_over(&alone) &&
	       change->outage.received < ANSWERS_WANTED) {
		if (!is_left_alone(change))
			alone = patience_for((int64_t)QUIET_MS * 1000);
		r = dns_maybe(change, err);
		if (!r)
			r = attempt_maybe(change, err);
		if (!r)
			r = wait_and_serve(change, clock_now_us() + PATIENCE_NAP_US, err);
		patience_pass(&alone);
	}
	patience_end(&alone);
	/* What is under way ends: its end is written to a struct of ours. */
	while (!r && change->attempt.is_running)
		r = wait_and_serve(change, INT64_MAX, err);
	return r;
}

static void add_outage(const struct change *change)
{
	const struct outage *outage = &change->outage;
	const struct rehearsal *rehearsal = change->rehearsal;
	bool is_back = outage->received >= ANSWERS_WANTED;

	evidence_add(
		&change->rehearsal->evidence, change->traffic->from, "probe", "outage",
		json_of("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:I, s:I, "
			"s:I, s:b}",
			"expectation", change->index, "site",
			rehearsal->scenario->sites.items[change->site].name, "from",
			change->traffic->from, "to", change->traffic->to, "old",
			inet_addr_text(&change->old.addr).s, "new",
			inet_addr_text(&change->new.addr).s, "received_before",
			(int)outage->received_before, "sent", (int)outage->sent,
			"received", (int)outage->received, "lost", (int)outage->lost,
			"changed_us", (json_int_t)since_start(change, outage->mark_us),
			"back_us",
			(json_int_t)(is_back ? since_start(change, outage->back_us) : -1),
			"watched_us", (json_int_t)(clock_now_us() - outage->mark_us),
			"is_back", is_back));
}

static int run_change(struct change *change, struct err *err)
{
	const struct rehearsal *rehearsal = change->rehearsal;
	unsigned int within_s =
		change->wanted->within_s ? change->wanted->within_s : WITHIN_S;
	struct patience before = patience_for((int64_t)BEFORE_MS * 1000);
	int r = 0;

	change->attempt_us = INT64_MAX; /* nobody starts anything before */
	while (!r && !patience_is_over(&before) &&
	       change->outage.received_before < ANSWERS_WANTED) {
		r = wait_and_serve(change, clock_now_us() + PATIENCE_NAP_US, err);
		patience_pass(&before);
	}
	patience_end(&before);
	/* Where nothing flows there is nothing to measure. */
	if (r || !change->outage.received_before)
		return r;
	r = change_address(change, err);
	if (r)
		return r;
	change->attempt_us = 0;
	change->deadline_us = clock_now_us() - change->scripts_us +
			      (int64_t)(within_s * 1e6 * rehearsal_starvation(rehearsal));
	return run_until_back(change, err);
}

static int change_one(struct rehearsal *rehearsal, size_t index, struct err *err)
{
	const struct expectation *wanted =
		&rehearsal->scenario->expectations.items[index];
	struct change change = { .rehearsal = rehearsal,
				 .wanted = wanted,
				 .index = (int)index };
	const struct scenario_host *target;
	int r;

	change.site = str_equal(wanted->from, rehearsal->scenario->sites.items[1].name);
	change.old = lab_wan(rehearsal->lab, change.site);
	change.new = wanted->wan.addr.family ? wanted->wan
					     : lab_wan_free(rehearsal->lab, change.site);
	if (!choose_traffic(&change))
		return err_set(err, EINVAL,
			       "%s:%u: a `wan change` needs a `reach` through the "
			       "tunnel, whose traffic is watched",
			       wanted->at.file, wanted->at.line);
	target = scenario_host_find(rehearsal->scenario, change.traffic->to, NULL);
	if (!rehearsal->ends[0].control || !rehearsal->ends[1].control)
		return 0; /* an end without charon: the verdict says it was not tried */
	r = outage_open(&change.outage, rehearsal_node(rehearsal, change.traffic->from),
			&target->addr, INTERVAL_MS, err);
	if (r)
		return r;
	r = run_change(&change, err);
	outage_close(&change.outage);
	if (r)
		return r;
	add_outage(&change);
	return rehearsal_list_sas(rehearsal, "after-change", err);
}

int change_wan(struct rehearsal *rehearsal, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < rehearsal->scenario->expectations.count; i++)
		if (rehearsal->scenario->expectations.items[i].kind == EXPECT_WAN_CHANGE)
			r = change_one(rehearsal, i, err);
	return r;
}
