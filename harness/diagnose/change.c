// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * change.c - what only a run can show: a name that was not there, an address that went
 *
 * No file says when a name will not resolve or when a provider gives another address,
 * so these two have no finding of predict/ to match: the run's own events are the
 * cause, and what the device lacks to get over it is the setting.
 */
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "check/sas.h"
#include "device/device.h"
#include "device/fixes.h"
#include "diagnose/observe.h"

static const struct scenario_site *site_of(const struct check_input *input,
					   const char *name)
{
	vec_foreach (site, &input->scenario->sites)
		if (str_equal(site->name, name))
			return site;
	return &input->scenario->sites.items[0];
}

static const struct tunnel *first_tunnel(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled)
			return tunnel;
	return NULL;
}

static const struct device_fixes *fixes_of(const struct scenario_site *site)
{
	static const struct device_fixes unknown = {
		.name_late = { DEVICE_STARTS_LATER },
		.address_new = { DEVICE_STARTS_ANEW },
	};
	const struct device_fixes *fixes = device_of(site->kind)->fixes;

	return fixes ? fixes : &unknown;
}

/* The texts of a row (device/fixes.h), each with the site before it. */
static void add_fixes(const struct check_input *input, const struct scenario_site *site,
		      const char *const texts[DEVICE_FIXES_MAX],
		      struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < DEVICE_FIXES_MAX && texts[i]; i++)
		vec_add(input->arena, &diagnosis->fixes,
			arena_printf(input->arena, "%s: %s", site->name, texts[i]));
}

/* ------------------------------------------------------------ F06 */

static struct diagnosis_value peer_value(const struct check_input *input,
					 const struct scenario_site *site,
					 const char *name)
{
	struct diagnosis_value value = { .site = site->name,
					 .setting = "the peer's name",
					 .value = name };

	vec_foreach (tunnel, &site->site->tunnels)
		vec_foreach (remote, &tunnel->remotes)
			if (remote->kind == ENDPOINT_NAME &&
			    str_equal_nocase(remote->name, name)) {
				value.value =
					arena_printf(input->arena, "%s", remote->name);
				value.at = remote->at;
			}
	return value;
}

static void diagnose_name(const struct observe *observe, struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct event *name = timeline_next(input->timeline, NULL, "lab", "name");
	const struct event *quiet = timeline_next(input->timeline, NULL, "lab", "quiet");
	const struct event *again =
		timeline_next(input->timeline, NULL, "lab", "started-again");
	struct diagnosis diagnosis = { 0 };
	const struct scenario_site *site;
	const struct log_fact *fact;
	unsigned int index;

	if (!name || !quiet || !again)
		return;
	for (size_t i = 0; i < diagnoses->count; i++)
		if (diagnoses->items[i].class->number == F06)
			return; /* its file foretold it */
	site = site_of(input, quiet->node);
	index = (unsigned int)(site - input->scenario->sites.items);
	fact = logs_next(&input->logs[index], NULL, CHARON_LOG_INITIATE_ABORTED);
	if (!fact)
		fact = logs_next(&input->logs[index], NULL, CHARON_LOG_RESOLVE_FAILED);
	if (!fact)
		return;
	diagnosis_name(&diagnosis, F06);
	diagnosis.site = site->name;
	diagnosis.summary = arena_printf(
		input->arena,
		"%s could not resolve %s when it started, and did not try again",
		site->name, event_text(name, "name"));
	diagnosis.values[0] = peer_value(input, site, event_text(name, "name"));
	observe_prove(observe, &diagnosis, "%s",
		      logs_quote(&input->logs[index], fact, input->arena));
	if (!event_number(quiet, "ups", 0))
		observe_prove(
			observe, &diagnosis,
			"the name appeared at %.2f s, and in %.1f s nothing happened "
			"by itself",
			(double)name->t_us / 1e6,
			(double)event_number(quiet, "took_us", 0) / 1e6);
	observe_prove(
		observe, &diagnosis, "started again by %s: %s", event_text(again, "by"),
		check_has_tunnel(input, index, "up") ? "the tunnel came up" : "in vain");
	vec_add(input->arena, &diagnosis.sees,
		arena_printf(input->arena, "%s: %s, and no packet leaves it", site->name,
			     fact->text));
	add_fixes(input, site, fixes_of(site)->name_late, &diagnosis);
	if (!event_number(quiet, "ups", 0))
		observe_in_effect(observe, &diagnosis,
				  "the name was asked for and not answered; the same "
				  "setting works since it is");
	*vec_push(input->arena, diagnoses) = diagnosis;
}

/* ------------------------------------------------------------ F58 */

/* An SA that is still there, bound to an address that the site no longer has. */
static const char *stale_sa(const struct check_input *input, unsigned int site,
			    const struct moved *moved)
{
	struct sas_walk walk = { .sas = check_sas(input, site, moved->sas) };
	const json_t *sa;

	while ((sa = sas_next(&walk))) {
		const char *local = json_text(sa, "local-host");
		const char *remote = json_text(sa, "remote-host");

		if (str_equal(local, moved->old) || str_equal(remote, moved->old))
			return arena_printf(input->arena, "%s: '%s' is %s, %s to %s",
					    input->scenario->sites.items[site].name,
					    walk.name, json_text(sa, "state"), local,
					    remote);
	}
	return NULL;
}

static struct diagnosis_value dpd_value(const struct check_input *input,
					const struct scenario_site *site)
{
	const struct tunnel *tunnel = first_tunnel(site->site);
	struct diagnosis_value value = { .site = site->name,
					 .setting = "dead peer detection",
					 .value = "off" };

	if (!tunnel)
		return value;
	value.at = tunnel->dpd_delay_s.is_set ? tunnel->dpd_delay_s.at : tunnel->at;
	if (tunnel->dpd_delay_s.is_set && tunnel->dpd_delay_s.n)
		value.value = arena_printf(input->arena, "every %lld s",
					   (long long)tunnel->dpd_delay_s.n);
	return value;
}

/* The last script that the change ran in the router and that stopped before IPsec. */
static const struct event *idle_script(const struct check_input *input,
				       const struct moved *moved)
{
	const struct event *event = NULL, *last = NULL;

	while ((event = timeline_next(input->timeline, event, "script", "hotplug")))
		if (str_equal(event->node, moved->site->name) &&
		    !event_bool(event, "boot") && event->t_us <= moved->until_us &&
		    str_equal(event_text(event, "asked"), "nothing") &&
		    event_number(event, "daemon_line", 0) > 0 &&
		    str_equal(event_text(event, "end"), "ran"))
			last = event;
	return last;
}

/*
 * Its line is what to look at: where it ended before it came to IPsec, the condition that
 * does not hold; else the line that it went round.
 */
static void blame_script(const struct observe *observe, const struct event *script,
			 struct diagnosis *diagnosis)
{
	const struct check_input *input = observe->input;
	const char *file = arena_strdup(input->arena, event_text(script, "file"));
	int64_t end = event_number(script, "line", 0);
	int64_t wanted = event_number(script, "daemon_line", 0);
	bool is_before = end > 0 && end <= wanted;
	unsigned int line = (unsigned int)(is_before ? end : wanted);
	const char *text = event_text(script, is_before ? "text" : "daemon_text");
	const char *given = arena_printf(input->arena, "ACTION=%s INTERFACE=%s DEVICE=%s",
					 event_text(script, "action"),
					 event_text(script, "interface"),
					 event_text(script, "device"));

	diagnosis->values[0].setting = "hotplug script";
	diagnosis->values[0].value = arena_printf(
		input->arena, "%s line %u: %s",
		is_before ? "ends in" : "asks nothing of IPsec, see", line, text);
	diagnosis->values[0].at = (struct origin){ file, line, NULL };
	observe_prove(observe, diagnosis,
		      "%s ran with %s, ended in line %u and asked nothing of IPsec", file,
		      given, (unsigned int)end);
	vec_add(input->arena, &diagnosis->fixes,
		strstr(event_text(script, "daemon_text"), "start")
			? arena_printf(input->arena,
				       "%s: %s:%u: with %s it must come to line %u: %s",
				       diagnosis->site, file, line, given,
				       (unsigned int)wanted,
				       event_text(script, "daemon_text"))
			: arena_printf(
				  input->arena,
				  "%s: %s:%u: with %s it must restart IPsec, which no line of "
				  "it does: /etc/init.d/ipsec restart",
				  diagnosis->site, file, line, given));
}

bool observe_moved(const struct observe *observe, const struct moved *moved,
		   struct diagnosis *diagnosis)
{
	const struct check_input *input = observe->input;
	const struct site_interface *wan = site_wan(moved->site->site);
	const struct event *script = idle_script(input, moved);
	bool is_stale = false;

	diagnosis->site = moved->site->name;
	diagnosis_name(diagnosis, F58);
	diagnosis->summary =
		arena_printf(input->arena,
			     "%s got another WAN address, %s for %s, and nothing "
			     "restarts the tunnel",
			     moved->site->name, moved->new, moved->old);
	diagnosis->values[0] = (struct diagnosis_value){
		.site = moved->site->name,
		.setting = "WAN address",
		.value = "given by the provider, may change",
	};
	if (wan)
		diagnosis->values[0].at = wan->at;
	diagnosis->values[1] = dpd_value(input, moved->site);
	if (script)
		blame_script(observe, script, diagnosis);
	for (unsigned int i = 0; i < 2; i++) {
		const char *sa = stale_sa(input, i, moved);

		is_stale |= sa != NULL;
		if (sa)
			observe_prove(observe, diagnosis, "%s, an address that is gone",
				      sa);
	}
	vec_add(input->arena, &diagnosis->sees,
		arena_printf(input->arena,
			     "both: ipsec status still says ESTABLISHED, and nothing is "
			     "logged"));
	if (!script)
		add_fixes(input, moved->site, fixes_of(moved->site)->address_new,
			  diagnosis);
	if (is_stale)
		observe_in_effect(observe, diagnosis,
				  "the address changed while the SA stayed");
	return is_stale;
}

static void diagnose_outage(const struct observe *observe, const struct event *outage,
			    struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct moved moved = {
		.site = site_of(input, event_text(outage, "site")),
		.old = event_text(outage, "old"),
		.new = event_text(outage, "new"),
		.sas = "after-change",
		.until_us = outage->t_us,
	};
	struct diagnosis diagnosis = { 0 };

	observe_prove(observe, &diagnosis,
		      "%s > %s: %d requests in %.1f s after the change, none answered",
		      event_text(outage, "from"), event_text(outage, "to"),
		      (int)event_number(outage, "sent", 0),
		      (double)event_number(outage, "watched_us", 0) / 1e6);
	(void)observe_moved(observe, &moved, &diagnosis);
	*vec_push(input->arena, diagnoses) = diagnosis;
}

void observe_changes(const struct observe *observe, struct diagnoses *diagnoses)
{
	const struct event *outage = NULL;

	diagnose_name(observe, diagnoses);
	while ((outage = timeline_next(observe->input->timeline, outage, "probe",
				       "outage")))
		if (!event_bool(outage, "is_back") &&
		    event_number(outage, "received_before", 0))
			diagnose_outage(observe, outage, diagnoses);
}
