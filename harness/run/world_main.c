// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * world_main.c - the whole run, inside the world
 *
 * Theory of operation. A run is a row of phases, each with a beginning and an end in
 * the evidence; a phase that fails ends the run, but what was recorded stays. That a
 * tunnel does not come up is no failure of a phase: the questions are put all the same,
 * because what leaks then is worth knowing.
 *
 *	build	 nodes, links, firewalls, DNS; captures run before anything can be sent
 *	start	 both charons; meanwhile `before`: does anything leak without a tunnel?
 *	load	 connections and secrets
 *	tunnel	 initiate, wait for both ends
 *	traffic	 everything the scenario asks
 *	rekey	 IKEv2 only: PFS is not used before (failures.md F43)
 *	measure	 throughput of ESP and plain in turn, captured with headers only
 *	wan change  addresses on the Internet change while traffic runs
 *	life	 `alive:`, hours or days of a virtual clock, with what `events:` do
 *	teardown take it down, look what is left, ask again
 *	lifted	 run --iperf3: once more without ESP and firewalls; no longer captured
 */
#include "base/json.h"
#include "device/device.h"
#include "device/release.h"
#include "run/audit.h"
#include "run/world_main.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/patience.h"
#include "base/str.h"
#include "capture/live.h"
#include "lab/change.h"
#include "model/updown.h"
#include "netns/node.h"
#include "netns/warden.h"
#include "netns/world.h"
#include "netns/route.h"
#include "predict/predict.h"
#include "run/captures.h"
#include "run/end_tunnel.h"
#include "run/figure.h"
#include "run/inits.h"
#include "run/inject.h"
#include "run/keep.h"
#include "run/kernel_watch.h"
#include "run/lost.h"
#include "run/plant.h"
#include "run/rehearsal.h"
#include "run/scripts.h"
#include "run/way.h"

#define START_MS	  15000
#define TUNNEL_MORE_S	  2
#define RETRANSMIT_BASE	  1.8  /* as charon/conf.h has it */
#define REKEY_MS	  1200 /* a refusal is no event, only silence */
#define TEARDOWN_MS	  4000
#define HASTY_TEARDOWN_MS 500  /* nobody asks whether it was clean */
#define GONE_MS		  1000 /* from an SA's end to that of its routes */
#define STOP_MS		  2000
#define SLOWNESS_GUEST	  4
#define RETRANSMIT_SLOWER 3

double rehearsal_starvation(const struct rehearsal *rehearsal)
{
	double starvation = 1;

	for (unsigned int site = 0; site < 2; site++)
		if (rehearsal->ends[site].starvation > starvation)
			starvation = rehearsal->ends[site].starvation;
	return starvation;
}

int64_t rehearsal_deadline(const struct rehearsal *rehearsal, unsigned int ms)
{
	double us = (double)ms * rehearsal->slowness * 1000;

	return clock_now_us() + (int64_t)(us * rehearsal_starvation(rehearsal));
}

struct node *rehearsal_node(const struct rehearsal *rehearsal, const char *name)
{
	int index = plan_node_find(rehearsal->plan, name);

	return index < 0 ? NULL : lab_node(rehearsal->lab, (unsigned int)index);
}

struct node *rehearsal_gateway(const struct rehearsal *rehearsal, unsigned int site)
{
	return lab_node(rehearsal->lab, plan_gateway(rehearsal->plan, site));
}

/* ---------------------------------------------------------------- build */

static int build(struct rehearsal *rehearsal, struct err *err)
{
	int r = lab_build(rehearsal->plan, rehearsal->folder, &rehearsal->lab, err);

	if (r)
		return r;
	scripts_record(rehearsal);
	r = inits_run(rehearsal, err);
	if (!r)
		r = captures_start(rehearsal, rehearsal->folder, err);
	if (!r)
		kernel_watch_start(rehearsal);
	return r ? r : inject_at_start(rehearsal, err);
}

/* ---------------------------------------------------------------- the tunnel */

static bool has(const struct rehearsal *rehearsal, enum expect_kind kind)
{
	vec_foreach (wanted, &rehearsal->scenario->expectations)
		if (wanted->kind == kind)
			return true;
	return false;
}

static bool has_wan_change(const struct rehearsal *rehearsal)
{
	return has(rehearsal, EXPECT_WAN_CHANGE);
}

static bool has_life(const struct rehearsal *rehearsal)
{
	return has(rehearsal, EXPECT_ALIVE);
}

/* Does any site's address change while it runs? */
static bool is_moving(const struct rehearsal *rehearsal)
{
	return has_wan_change(rehearsal) ||
	       scenario_has_event(rehearsal->scenario, EVENT_WAN_CHANGE, 0) ||
	       scenario_has_event(rehearsal->scenario, EVENT_WAN_CHANGE, 1);
}

/*
 * Does the device write its own address of that moment into the configuration? The wiki's
 * init script does (`left=` from `ip route get`); what came after it writes %any.
 */
static bool is_pinned(const struct site *site)
{
	if (!device_of(site->kind)->releases)
		return false;
	/* As documented it is the first script, which the documentation is of. */
	return !site->firmware || (site->release && site->release->pins_address);
}

static bool is_lossy(const struct rehearsal *rehearsal)
{
	vec_foreach (impairment, &rehearsal->scenario->impairments)
		if (impairment->loss_percent > 0)
			return true;
	return false;
}

/*
 * Is what one attempt could not do no use to try again? It is where packets are lost by
 * chance, and where addresses, names or daemons come and go while the device tries.
 */
static bool is_tried_once(const struct rehearsal *rehearsal)
{
	vec_foreach (site, &rehearsal->scenario->sites)
		if (site->is_dns_late)
			return false;
	return !is_moving(rehearsal) && !has_life(rehearsal) &&
	       !inject_find(rehearsal, INJECT_RESTART, 0) &&
	       !inject_find(rehearsal, INJECT_RESTART, 1);
}

/* A device whose own strongSwan holds packets until the tunnel is up. */
static bool has_trap(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && tunnel_has_trap(site, tunnel))
			return true;
	return false;
}

int rehearsal_start_end(struct rehearsal *rehearsal, unsigned int site, struct err *err)
{
	const struct scenario_injection *without =
		inject_find(rehearsal, INJECT_WITHOUT, site);
	bool has_kernel = rehearsal->is_kernel_esp ||
			  inject_find(rehearsal, INJECT_KERNEL_ESP_OFF, site);
	const struct scenario_site *side = &rehearsal->scenario->sites.items[site];
	const struct scenario_site *other = &rehearsal->scenario->sites.items[!site];
	static const struct inet_addr by_name = { 0 };
	struct conf_params params = {
		.plane = has_kernel ? CONF_PLANE_KERNEL : CONF_PLANE_LIBIPSEC,
		.local_addr = lab_wan(rehearsal->lab, site).addr,
		.remote_addr = other->dns_name ? by_name : scenario_wan(other)->addr,
		.is_local_any = is_moving(rehearsal) && !is_pinned(side->site),
		.is_tried_once = is_tried_once(rehearsal),
		.substitute = conf_substitute_by(other->site),
		.is_trap = has_kernel && has_trap(side->site) &&
			   !inject_find(rehearsal, INJECT_KERNEL_ESP_OFF, site),
		.faster = rehearsal->scenario->faster,
		.retransmit_timeout_ms =
			(unsigned int)(rehearsal->scenario->retransmit_s * 1e3 *
				       rehearsal->retransmit_times),
		.retransmit_tries = rehearsal->scenario->retransmit_tries,
	};
	const struct end_options options = { .params = &params,
					     .report = rehearsal->folder,
					     .has_keys = rehearsal->params.has_keys,
					     .is_lossy = is_lossy(rehearsal),
					     .on_child = way_follow,
					     .on_child_user = &rehearsal->way_ends[site],
					     .without = without ? without->word : NULL };

	inits_local(rehearsal, site, &params);
	rehearsal->way_ends[site] = (struct way_end){ rehearsal, site };
	if (inject_find(rehearsal, INJECT_DAEMON_OFF, site)) {
		rehearsal->ends[site] =
			(struct end){ .name = side->name,
				      .node = rehearsal_gateway(rehearsal, site),
				      .evidence = &rehearsal->evidence };
		return 0;
	}
	return end_start(&rehearsal->ends[site], side->site,
			 rehearsal_gateway(rehearsal, site), &rehearsal->evidence,
			 &options, err);
}

static int start(struct rehearsal *rehearsal, struct err *err)
{
	int r = rehearsal_start_end(rehearsal, 0, err);

	if (!r)
		r = rehearsal_start_end(rehearsal, 1, err);
	/* Nothing is negotiated yet: what leaks now leaks whenever the tunnel is down. */
	if (!r)
		r = questions_reach(rehearsal, "before", true, err);
	return r;
}

static int load(struct rehearsal *rehearsal, struct err *err)
{
	int64_t deadline_us = rehearsal_deadline(rehearsal, START_MS);
	int r = end_load(&rehearsal->ends[0], deadline_us, err);

	return r ? r : end_load(&rehearsal->ends[1], deadline_us, err);
}

int rehearsal_list_sas(struct rehearsal *rehearsal, const char *label, struct err *err)
{
	int64_t deadline_us = rehearsal_deadline(rehearsal, TEARDOWN_MS);
	int r = end_list_sas(&rehearsal->ends[0], label, deadline_us, err);

	return r ? r : end_list_sas(&rehearsal->ends[1], label, deadline_us, err);
}

/* Until charon itself gives up, and a little more. */
static unsigned int patience_ms(const struct rehearsal *rehearsal)
{
	double left_s = TUNNEL_MORE_S,
	       wait_s = rehearsal->scenario->retransmit_s * rehearsal->retransmit_times;

	for (unsigned int i = 0; i <= rehearsal->scenario->retransmit_tries; i++) {
		left_s += wait_s;
		wait_s *= RETRANSMIT_BASE;
	}
	return (unsigned int)(left_s * 1000);
}

/*
 * Does either device ever begin? Both may be told only to answer, or not to know where the
 * peer is (failures.md F04).
 */
static bool is_started(const struct rehearsal *rehearsal)
{
	for (unsigned int site = 0; site < 2; site++)
		vec_foreach (tunnel,
			     &rehearsal->scenario->sites.items[site].site->tunnels)
			if (!tunnel->is_disabled && predict_can_start(tunnel))
				return true;
	return false;
}

/* The trap policies of the end that begins are woken by its own LAN. */
static int start_by_traffic(struct rehearsal *rehearsal, int64_t deadline_us,
			    struct err *err)
{
	unsigned int from = rehearsal->scenario->initiator, sent = 0;
	struct end *own = &rehearsal->ends[from], *other = &rehearsal->ends[!from];
	unsigned int children = other->child_ups;
	int r = questions_trigger(rehearsal, from, &sent, err);

	if (r || !sent)
		return r ? r : end_initiate(own, other, deadline_us, err);
	vec_foreach (connection, &own->conf->connections)
		children += (unsigned int)connection->children.count;
	return end_await_traffic(own, other, children, deadline_us, err);
}

static int begin_tunnel(struct rehearsal *rehearsal, int64_t deadline_us, struct err *err)
{
	unsigned int from = rehearsal->scenario->initiator;
	struct end *own = &rehearsal->ends[from], *other = &rehearsal->ends[!from];

	if (inject_find(rehearsal, INJECT_BOTH_INITIATE, from))
		return end_initiate_both(own, other, deadline_us, err);
	return end_has_traps(own) ? start_by_traffic(rehearsal, deadline_us, err)
				  : end_initiate(own, other, deadline_us, err);
}

static int tunnel(struct rehearsal *rehearsal, struct err *err)
{
	int64_t deadline_us;
	int r = change_late_names(rehearsal, err);

	deadline_us = rehearsal_deadline(rehearsal, patience_ms(rehearsal));
	if (!r && !is_started(rehearsal))
		evidence_add(&rehearsal->evidence, NULL, "vici", "nobody-initiates",
			     NULL);
	else if (!r)
		r = begin_tunnel(rehearsal, deadline_us, err);
	if (!r)
		r = strict_enforce(rehearsal, err);
	if (!r)
		r = rehearsal_list_sas(rehearsal, "up", err);
	return r ? r : inject_when_up(rehearsal, err);
}

static int traffic(struct rehearsal *rehearsal, struct err *err)
{
	int r = questions_reach(rehearsal, "up", false, err);

	if (!r)
		r = questions_names(rehearsal, "up", false, err);
	if (!r)
		r = questions_mtu(rehearsal, err);
	return r;
}

static bool has_ikev2(const struct rehearsal *rehearsal)
{
	const struct end *end = &rehearsal->ends[rehearsal->scenario->initiator];

	/* An end that lost its SAs would only start another tunnel. */
	if (!end->conf || inject_find(rehearsal, INJECT_RESTART, 0) ||
	    inject_find(rehearsal, INJECT_RESTART, 1))
		return false;
	vec_foreach (connection, &end->conf->connections)
		if (connection->tunnel->version != 1)
			return true;
	return false;
}

static int rekey(struct rehearsal *rehearsal, struct err *err)
{
	bool has_begun = false;
	int r = 0;

	for (unsigned int site = 0; !r && site < 2; site++)
		r = end_rekey(&rehearsal->ends[site], &rehearsal->ends[!site],
			      rehearsal_deadline(rehearsal, REKEY_MS), &has_begun, err);
	/* Where nothing was replaced, nothing can have been lost by it. */
	return r || !has_begun ? r : questions_reach(rehearsal, "rekeyed", false, err);
}

static int settle(struct rehearsal *rehearsal, struct err *err)
{
	int r = rehearsal_list_sas(rehearsal, "after-traffic", err);

	if (!r)
		r = snapshot_take(rehearsal, "after-traffic", err);
	return r ? r : inject_verify(rehearsal, err);
}

static int measure(struct rehearsal *rehearsal, struct err *err)
{
	(void)captures_set_measuring(rehearsal, true, NULL);
	if (rehearsal->params.has_iperf3)
		questions_throughput(rehearsal, false);
	else
		figure_take(rehearsal);
	return captures_set_measuring(rehearsal, false, err);
}

static int teardown(struct rehearsal *rehearsal, struct err *err)
{
	unsigned int from = rehearsal->scenario->initiator;
	unsigned int patience_ms =
		has(rehearsal, EXPECT_TEARDOWN) ? TEARDOWN_MS : HASTY_TEARDOWN_MS;
	int r;

	rehearsal->taken_down_us = clock_wall_us();
	r = end_terminate(&rehearsal->ends[from], &rehearsal->ends[!from],
			  rehearsal_deadline(rehearsal, TEARDOWN_MS), patience_ms, err);
	for (unsigned int site = 0; !r && site < 2; site++)
		/* What a daemon left that was killed nobody takes out. */
		if (!rehearsal->ends[site].is_restarted &&
		    !rehearsal->ends[site].is_lost &&
		    !end_has_traps(&rehearsal->ends[site]) &&
		    !end_has_sas(&rehearsal->ends[site],
				 rehearsal_deadline(rehearsal, GONE_MS)))
			r = snapshot_wait_gone(rehearsal, site,
					       rehearsal_deadline(rehearsal, GONE_MS),
					       err);
	return r ? r : rehearsal_list_sas(rehearsal, "after-teardown", err);
}

/*
 * A trap policy outlives its SA: the questions of this phase may have brought the tunnel
 * up again, as they shall. What is there without traps is what was left behind.
 */
static int remove_traps(struct rehearsal *rehearsal, struct err *err)
{
	int64_t deadline_us = rehearsal_deadline(rehearsal, TEARDOWN_MS);
	bool has_traps = false;
	int r = 0;

	for (unsigned int site = 0; !r && site < 2; site++) {
		has_traps |= end_has_traps(&rehearsal->ends[site]);
		r = end_remove_traps(&rehearsal->ends[site], deadline_us, err);
	}
	for (unsigned int site = 0; !r && has_traps && site < 2; site++)
		r = end_terminate(&rehearsal->ends[site], &rehearsal->ends[!site],
				  deadline_us, HASTY_TEARDOWN_MS, err);
	for (unsigned int site = 0; !r && has_traps && site < 2; site++)
		if (!rehearsal->ends[site].is_restarted && !rehearsal->ends[site].is_lost)
			r = snapshot_wait_gone(rehearsal, site,
					       rehearsal_deadline(rehearsal, GONE_MS),
					       err);
	return r;
}

static int after(struct rehearsal *rehearsal, struct err *err)
{
	int r = questions_reach(rehearsal, "after", true, err);

	if (!r)
		r = questions_names(rehearsal, "after", true, err);
	if (!r)
		r = remove_traps(rehearsal, err);
	return r ? r : snapshot_take(rehearsal, "after-teardown", err);
}

/* ---------------------------------------------------------------- the end */

static int stop(struct rehearsal *rehearsal, struct err *err)
{
	struct end *const ends[] = { &rehearsal->ends[0], &rehearsal->ends[1],
				     &rehearsal->clone };
	const size_t count = rehearsal->has_clone ? 3 : 2;
	int64_t deadline_us = rehearsal_deadline(rehearsal, STOP_MS);
	int r = 0;

	/* All at once: each takes its time to say goodbye to its kernel. */
	for (size_t i = 0; i < count; i++)
		end_finish_begin(ends[i], deadline_us);
	/* Who was killed says no goodbye that had to be seen, and is waited for later. */
	for (size_t i = 0; i < count; i++)
		if (!ends[i]->is_killed)
			end_stop(ends[i], deadline_us);
	if (rehearsal->live) {
		r = captures_stop(rehearsal, err);
		if (!r)
			audit_esp(rehearsal);
	}
	for (size_t i = 0; i < count; i++)
		end_stop(ends[i], deadline_us);
	return r;
}

/* Without ESP, NAT and rules: the yardstick for what the tunnel costs. */
static int lift(struct rehearsal *rehearsal, struct err *err)
{
	const struct node *internet = rehearsal_node(rehearsal, "internet");
	int r = lab_firewalls_open(rehearsal->lab, err);

	for (unsigned int site = 0; site < 2; site++) {
		const struct plan_prefixes *inner = &rehearsal->plan->inner[site];
		const struct inet_prefix *wan =
			scenario_wan(&rehearsal->scenario->sites.items[site]);
		for (size_t i = 0; !r && i < inner->count; i++) {
			struct route route = { .destination = inner->items[i],
					       .gateway = wan->addr };

			r = route_add(internet, &route, err);
			if (r == -EEXIST)
				r = 0;
		}
		if (r)
			return r;
	}
	questions_throughput(rehearsal, true);
	return 0;
}

/* ---------------------------------------------------------------- the phases */

static bool is_always(const struct rehearsal *rehearsal)
{
	(void)rehearsal;
	return true;
}

bool rehearsal_is_measured(const struct rehearsal *rehearsal)
{
	if (rehearsal->params.is_quick || rehearsal->params.is_virtual ||
	    rehearsal->scenario->faults.count)
		return false;
	vec_foreach (wanted, &rehearsal->scenario->expectations)
		if (wanted->kind == EXPECT_THROUGHPUT)
			return true;
	return false;
}

static bool is_lifted(const struct rehearsal *rehearsal)
{
	return rehearsal_is_measured(rehearsal) && rehearsal->params.has_iperf3;
}

static bool has_capture_pairs(const struct rehearsal *rehearsal)
{
	return rehearsal->params.capture_pairs && rehearsal_is_measured(rehearsal);
}

static bool is_kept(const struct rehearsal *rehearsal)
{
	return rehearsal->params.is_kept;
}

static const struct phase {
	const char *name;
	int (*run)(struct rehearsal *rehearsal, struct err *err);
	bool (*is_wanted)(const struct rehearsal *rehearsal);
} phases[] = {
	{ "build", build, is_always },
	{ "start", start, is_always },
	{ "load", load, is_always },
	{ "tunnel", tunnel, is_always },
	{ "traffic", traffic, is_always },
	{ "rekey", rekey, has_ikev2 },
	{ "measure", measure, rehearsal_is_measured },
	{ "settle", settle, is_always },
	{ "wan change", change_wan, has_wan_change },
	{ "life", life_watch, has_life },
	{ "bench", captures_bench, has_capture_pairs },
	{ "keep", keep_serve, is_kept },
	{ "teardown", teardown, is_always },
	{ "after", after, is_always },
	{ "stop", stop, is_always },
	{ "lifted", lift, is_lifted },
};

/* A charon that ended by itself is why whatever else went wrong. */
static void note_dead(struct rehearsal *rehearsal)
{
	for (unsigned int site = 0; site < 2; site++)
		end_note_death(&rehearsal->ends[site]);
}

static int run_phase(struct rehearsal *rehearsal, const struct phase *phase,
		     struct err *err)
{
	int64_t start_us = clock_now_us();
	int r;

	if (!phase->is_wanted(rehearsal))
		return 0;
	evidence_add(&rehearsal->evidence, NULL, "phase", "begin",
		     json_of("{s:s}", "name", phase->name));
	r = plant_phase(rehearsal, phase->name, err);
	if (!r)
		r = phase->run(rehearsal, err);
	if (r && lost_daemon(rehearsal)) {
		*err = (struct err){ 0 };
		r = 0;
	}
	kernel_watch_collect(rehearsal);
	if (!r && rehearsal->evidence.error)
		r = err_sys(err, -rehearsal->evidence.error, "%s/%s", rehearsal->folder,
			    EVIDENCE_FILE);
	if (r && !*err->text) /* who failed said nothing */
		(void)err_set(err, r < 0 ? -r : EIO, "%s", strerror(r < 0 ? -r : EIO));
	if (r)
		note_dead(rehearsal);
	evidence_add(&rehearsal->evidence, NULL, "phase", "end",
		     json_of("{s:s, s:b, s:s, s:i, s:I}", "name", phase->name, "ok", !r,
			     "text", r ? err->text : "", "code", r, "took_us",
			     (json_int_t)(clock_now_us() - start_us)));
	return r;
}

/* What charon runs is not asked for again: there are walls around it, or it is not begun. */
static int guard_updown(const struct scenario *scenario, struct err *err)
{
	bool has_updown = false;
	int r;

	vec_foreach (end, &scenario->sites)
		has_updown |= site_updown(end->site) != NULL;
	if (!has_updown)
		return 0;
	if (!world_wall_missing()) {
		warden_stay();
		return 0;
	}
	r = err_set(err, ENOTSUP, "an updown script cannot be confined: %s",
		    world_wall_missing());
	(void)err_missing(err, "userns");
	return r;
}

static int prepare(struct rehearsal *rehearsal, struct err *err)
{
	int r = run_params_read(rehearsal->folder, rehearsal->arena, &rehearsal->params,
				err);

	if (r)
		return r;
	rehearsal->is_kernel_esp = rehearsal->params.plane != PLANE_LIBIPSEC;
	rehearsal->slowness =
		rehearsal->params.plane == PLANE_UML || rehearsal->params.is_emulated
			? SLOWNESS_GUEST
			: 1;
	/*
	 * An emulated processor is slow by itself, and its host may leave it alone at any
	 * moment, which nobody in here sees; by a virtual clock neither takes time.
	 */
	rehearsal->retransmit_times =
		rehearsal->params.is_emulated && !rehearsal->params.is_virtual
			? RETRANSMIT_SLOWER
			: 1;
	r = scenario_load_as(rehearsal->params.scenario, rehearsal->params.firmware,
			     &rehearsal->scenario, err);
	if (r)
		return r;
	way_settle_scenario(rehearsal->scenario, rehearsal->params.plane,
			    rehearsal->params.features);
	r = guard_updown(rehearsal->scenario, err);
	if (r)
		return r;
	r = plan_make(rehearsal->scenario,
		      rehearsal->is_kernel_esp ? ESP_KERNEL : ESP_LIBIPSEC,
		      &rehearsal->plan, err);
	if (!r && rehearsal->params.has_no_scripts)
		rehearsal->plan->no_scripts = "--no-scripts was given";
	return r;
}

static void say_start(struct rehearsal *rehearsal)
{
	struct utsname kernel = { 0 };

	(void)uname(&kernel);
	evidence_add(
		&rehearsal->evidence, NULL, "run", "run",
		json_of("{s:s, s:s, s:s, s:s, s:I}", "scenario",
			rehearsal->scenario->name, "plane",
			plane_name(rehearsal->params.plane), "why",
			rehearsal->params.plane_why, "kernel", kernel.release, "start_us",
			(json_int_t)(clock_wall_us() -
				     (clock_now_us() - rehearsal->evidence.start_us))));
}

/* A figure of a clock that waits for nobody is none. */
static void say_clock(struct rehearsal *rehearsal)
{
	if (rehearsal->params.is_virtual && !rehearsal->params.is_quick &&
	    has(rehearsal, EXPECT_THROUGHPUT))
		evidence_add(&rehearsal->evidence, NULL, "probe", "throughput-failed",
			     json_of("{s:s}", "text",
				     "the clock is a virtual one, by which nothing is "
				     "fast or slow (--clock real)"));
}

static void finish(struct rehearsal *rehearsal)
{
	for (unsigned int site = 0; site < 2; site++) {
		end_done(&rehearsal->ends[site]);
		kernel_watch_free(rehearsal->kernel[site]);
	}
	if (rehearsal->has_clone)
		end_done(&rehearsal->clone);
	live_free(rehearsal->live);
	live_free(rehearsal->stopped);
	lab_free(rehearsal->lab);
	plan_free(rehearsal->plan);
	scenario_free(rehearsal->scenario);
	arena_free(rehearsal->arena);
}

int world_main(const char *folder, void *unused)
{
	struct rehearsal rehearsal = { .folder = folder, .arena = arena_new() };
	struct err err = { 0 };
	int r;

	(void)unused;
	/* Else each of the threads that make nodes and captures leaves a heap of its own. */
	(void)mallopt(M_ARENA_MAX, 1);
	r = evidence_open(folder, &rehearsal.evidence, &err);
	if (r)
		return -r;
	r = prepare(&rehearsal, &err);
	if (!r) {
		say_start(&rehearsal);
		say_clock(&rehearsal);
	}
	for (size_t i = 0; !r && i < ARRAY_SIZE(phases); i++)
		r = run_phase(&rehearsal, &phases[i], &err);
	if (warden_killed())
		evidence_add(&rehearsal.evidence, NULL, "script", "bounded",
			     json_of("{s:i}", "processes", (int)warden_killed()));
	evidence_add(&rehearsal.evidence, NULL, "run", "end",
		     json_of("{s:b, s:s, s:i, s:I}", "ok", !r, "text", r ? err.text : "",
			     "code", r, "in_vain_us", (json_int_t)patience_in_vain_us()));
	/* What cannot be written can only be told by the status. */
	r = rehearsal.evidence.error ? -rehearsal.evidence.error : r != 0;
	evidence_close(&rehearsal.evidence);
	finish(&rehearsal);
	return r;
}
