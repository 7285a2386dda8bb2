// SPDX-License-Identifier: GPL-2.0-or-later
/* common.c - how a finding is put together, and what several rows ask */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "predict/predict.h"
#include "predict/sees.h"

struct finding *predict_add(const struct predict_input *input, struct findings *findings,
			    enum class_id class, const char *site, const char *format,
			    ...)
{
	struct finding *finding = vec_push(input->arena, findings);
	va_list ap;

	finding->class = finding_class_of(class);
	finding->severity = finding->class->severity;
	finding->is_phase2 = finding->class->layer == LAYER_PHASE2;
	finding->site = site;
	va_start(ap, format);
	finding->summary = arena_vprintf(input->arena, format, ap);
	va_end(ap);
	return finding;
}

void predict_fix(const struct predict_input *input, struct finding *finding,
		 const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vec_add(input->arena, &finding->fixes, arena_vprintf(input->arena, format, ap));
	va_end(ap);
}

void predict_edit(const struct predict_input *input, struct finding *finding,
		  const struct site *site, enum edit_place place, struct origin at,
		  const char *format, ...)
{
	const char *sentence = finding->fixes.items[finding->fixes.count - 1];
	struct cure *cure = finding->cures.count
				    ? &finding->cures.items[finding->cures.count - 1]
				    : NULL;
	va_list ap;

	if (!at.file)
		return;
	if (!cure || cure->sentence != sentence) {
		cure = vec_push(input->arena, &finding->cures);
		cure->sentence = sentence;
	}
	va_start(ap, format);
	vec_add(input->arena, &cure->edits,
		((struct edit){ .site = site->name,
				.place = place,
				.at = at,
				.text = arena_vprintf(input->arena, format, ap) }));
	va_end(ap);
}

void predict_edit_is_secret(struct finding *finding)
{
	struct cure *cure = &finding->cures.items[finding->cures.count - 1];

	cure->edits.items[cure->edits.count - 1].is_secret = true;
}

void predict_sees(const struct predict_input *input, struct finding *finding,
		  const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vec_add(input->arena, &finding->sees, arena_vprintf(input->arena, format, ap));
	va_end(ap);
}

void predict_why(const struct predict_input *input, struct finding *finding,
		 const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	finding->why = arena_vprintf(input->arena, format, ap);
	va_end(ap);
}

void predict_value(const struct predict_input *input, struct finding *finding,
		   unsigned int index, const char *site, const char *setting,
		   struct origin at, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	finding->values[index] = (struct diagnosis_value){
		.site = site,
		.setting = setting,
		.value = arena_vprintf(input->arena, format, ap),
		.at = at,
	};
	va_end(ap);
}

bool predict_is_strongswan(const struct site *site)
{
	return device_of(site->kind)->traits.runs_charon;
}

const struct device_traits *predict_traits(const struct predict_input *input,
					   unsigned int end)
{
	/* charon stands in every device's place then, as polite as it is. */
	static const struct device_traits polite = { .runs_charon = true };

	return input->peer_is_strongswan ? &polite
					 : &device_of(input->sites[end]->kind)->traits;
}

bool predict_knows_peer(const struct tunnel *tunnel)
{
	vec_foreach (remote, &tunnel->remotes)
		if (remote->kind == ENDPOINT_NAME ||
		    (remote->kind == ENDPOINT_ADDRESS && remote->addr.family))
			return true;
	return false;
}

bool predict_takes_anybody(const struct tunnel *tunnel)
{
	vec_foreach (remote, &tunnel->remotes)
		if (remote->kind != ENDPOINT_ANY)
			return false;
	return true;
}

bool predict_has_tunnel(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled)
			return true;
	return false;
}

struct inet_addr predict_sample(const struct inet_prefix *net)
{
	unsigned int bits = net->addr.family == AF_INET6 ? 128 : 32;

	return inet_prefix_nth(net, bits - net->length >= 3 ? 5 : 0);
}

bool predict_can_start(const struct tunnel *tunnel)
{
	return tunnel->start != START_NEVER && predict_knows_peer(tunnel);
}

/* A generator that loads nothing does not change who was meant to begin. */
static bool counts(const struct site *site, const struct tunnel *tunnel)
{
	if (site->reading == READING_RENDERED)
		vec_foreach (other, &site->tunnels)
			if (!other->is_disabled)
				return !tunnel->is_disabled;
	return !tunnel->is_disabled || site->reading == READING_RENDERED;
}

static bool can_begin(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		if (counts(site, tunnel) && predict_can_start(tunnel))
			return true;
	return false;
}

/* Any order that is the sites' own, not that of whoever names them. */
static int compare_ends(const struct site *a, const struct site *b)
{
	const struct site_interface *wans[] = { site_wan(a), site_wan(b) };

	if (predict_is_strongswan(a) != predict_is_strongswan(b))
		return predict_is_strongswan(a) ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (wans[0] && wans[1] && wans[0]->addresses.count && wans[1]->addresses.count) {
		const int ret = strcmp(
			inet_addr_text(&wans[0]->addresses.items[0].prefix.addr).s,
			inet_addr_text(&wans[1]->addresses.items[0].prefix.addr).s);

		if (ret)
			return ret;
	}
	return strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

unsigned int predict_initiator(const struct site *const sites[2])
{
	const bool can[] = { can_begin(sites[0]), can_begin(sites[1]) };

	if (can[0] != can[1])
		return can[1];
	return compare_ends(sites[0], sites[1]) > 0;
}

int predict_version_of(const struct tunnel *const tunnels[2], unsigned int from)
{
	int offered = tunnels[from]->version ? tunnels[from]->version : 2;
	int accepted = tunnels[!from]->version;

	return !accepted || accepted == offered ? offered : 0;
}

int predict_version(const struct predict_input *input,
		    const struct tunnel *const tunnels[2])
{
	unsigned int from = input->initiator;
	int version = predict_version_of(tunnels, from);

	return version || !predict_can_start(tunnels[!from])
		       ? version
		       : predict_version_of(tunnels, !from);
}

/* Where the administrator reads: "logread", or the daemon's own log. */
static const char *log_of(const struct site *site)
{
	const char *log = device_of(site->kind)->log;

	return log ? log : "";
}

void predict_sees_as(const struct predict_input *input, struct finding *finding,
		     enum class_id class, int version, unsigned int refuser)
{
	const struct sees_case of = {
		.class = class,
		.is_phase2 = finding->is_phase2,
		.version = version,
		.is_refuser_initiator = refuser == input->initiator,
		.is_refuser_silent = predict_traits(input, refuser)->is_silent,
	};
	const struct site *refusing = input->sites[refuser],
			  *other = input->sites[!refuser];
	const char *common = sees_common(&of);

	if (common)
		predict_sees(input, finding, "both: %s", common);
	predict_sees(input, finding, "%s: %s%s", other->name, log_of(other),
		     sees_words(&of, other->kind, SEES_ASKING));
	predict_sees(input, finding, "%s: %s%s", refusing->name, log_of(refusing),
		     sees_words(&of, refusing->kind, SEES_REFUSING));
}

void predict_sees_refusal(const struct predict_input *input, struct finding *finding,
			  int version, unsigned int refuser)
{
	predict_sees_as(input, finding, finding->class->number, version, refuser);
}
