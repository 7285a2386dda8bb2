// SPDX-License-Identifier: GPL-2.0-or-later
/* choose.c - the plane that a run takes, and why */
#include "run/choose.h"

#include <errno.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "netns/vm.h"
#include "run/run.h"
#include "run/way.h"
#include "scenario/scenario.h"

#define LIFE_REAL_MAX_S 300

unsigned int choose_features(const struct scenario *scenario)
{
	unsigned int features = PLANE_NAT;

	if (scenario->needs & NEED_KERNEL_ESP)
		features |= PLANE_KERNEL_ESP | PLANE_POLICIES;
	if (scenario->needs & NEED_NETEM)
		features |= PLANE_NETEM;
	if (scenario->needs & NEED_XFRM_INTERFACE)
		features |= PLANE_XFRM_INTERFACE;
	if (scenario->needs & NEED_VTI)
		features |= PLANE_VTI;
	return features;
}

/* "native cannot (no ESP in the kernel: …), so uml" */
static void say_why(const struct plane_status *statuses, size_t count, enum plane plane,
		    struct buf *why)
{
	for (size_t i = 0; i < count; i++)
		if (statuses[i].plane != plane && !statuses[i].is_usable)
			buf_printf(why, "%s%s: %s", why->length ? "; " : "",
				   plane_name(statuses[i].plane), statuses[i].reason);
	if (!why->length)
		buf_puts(why, "the most faithful plane, and it works here");
}

/* The first needed thing that no usable plane has, else that not all are in one. */
static unsigned int missing_everywhere(const struct plane_status *statuses, size_t count,
				       unsigned int needed)
{
	unsigned int has = 0, missing;

	for (size_t i = 0; i < count; i++)
		if (statuses[i].is_usable)
			has |= statuses[i].features;
	missing = needed & ~has ? needed & ~has : needed;
	return missing & -missing;
}

static int check_status(const struct plane_status *status, unsigned int needed,
			struct err *err)
{
	unsigned int missing = needed & ~status->features;
	const char *name = plane_name(status->plane), *feature;

	if (!status->is_usable) {
		(void)err_set(err, ENOTSUP, "plane %s: %s", name, status->reason);
		return err_missing(err, "%s", name);
	}
	if (!missing)
		return 0;
	feature = plane_feature_name(missing & -missing);
	(void)err_set(err, ENOTSUP,
		      "plane %s does not have %s, which this scenario needs", name,
		      feature);
	return err_missing(err, "%s/%s", name, feature);
}

int choose_check(const struct plane_status *status, const struct scenario *scenario,
		 struct err *err)
{
	return check_status(status, choose_features(scenario), err);
}

static int check_given_plane(enum plane plane, unsigned int needed, struct err *err)
{
	struct plane_status status;

	plane_probe(plane, &status);
	return check_status(&status, needed, err);
}

/* As above, but for what the run's world finds out itself. */
static int check_asked(enum plane plane, unsigned int needed, struct err *err)
{
	const struct plane_status possible = { .plane = plane,
					       .is_usable = true,
					       .features =
						       plane_features_possible(plane) };

	return plane == PLANE_LIBIPSEC ? check_status(&possible, needed, err)
				       : check_given_plane(plane, needed, err);
}

/* Which machine a virtual one is: its kernel is not that of the machine, and it is slow. */
static void say_machine(enum plane plane, bool is_virtual, struct buf *why)
{
	struct vm_status status;

	if (plane == PLANE_VM && !vm_probe(&status, NULL))
		buf_printf(why, " (qemu, %s, kernel %s)",
			   status.has_kvm && !is_virtual ? "KVM" : "emulated",
			   status.kernel);
}

/* The first that has what is needed and can be entered; a virtual machine cannot. */
static int choose_kept(unsigned int needed, enum plane *ret_plane, struct buf *why,
		       struct err *err)
{
	static const enum plane doors[] = { PLANE_NATIVE, PLANE_UML, PLANE_LIBIPSEC };
	struct err last = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(doors); i++) {
		if (check_given_plane(doors[i], needed, &last))
			continue;
		*ret_plane = doors[i];
		buf_puts(why, "the first that `twinsite shell` can enter");
		return 0;
	}
	if (err)
		*err = last;
	return last.code;
}

/* Nobody waits two days for a verdict; and nobody is given another clock unasked. */
static int check_clock(const struct run_options *options, const struct scenario *scenario,
		       struct err *err)
{
	const struct expectation *alive = scenario_alive(scenario, NULL);

	if (!alive || options->is_virtual || alive->alive_s <= LIFE_REAL_MAX_S)
		return 0;
	(void)err_set(
		err, ENOTSUP,
		"%s:%u: '%s' would take that long by a real clock, which is given at "
		"most %d min; --clock virtual (plane vm) makes minutes of it",
		alive->at.file, alive->at.line, alive->text, LIFE_REAL_MAX_S / 60);
	return err_missing(err, "virtual-clock");
}

int choose_plane(const struct run_options *options, const struct scenario *scenario,
		 const char *const broken[PLANE_COUNT], enum plane *ret_plane,
		 struct buf *why, struct err *err)
{
	struct plane_status statuses[PLANE_COUNT];
	unsigned int needed = choose_features(scenario);
	size_t count;
	int r;

	r = check_clock(options, scenario, err);
	if (r)
		return r;
	if (options->is_virtual && (options->is_kept || scenario->needs & NEED_LIBIPSEC ||
				    (options->has_plane && options->plane != PLANE_VM)))
		return err_set(err, EINVAL,
			       "--clock virtual: only the plane vm has such a clock%s",
			       options->is_kept ? ", and that cannot be kept"
			       : options->has_plane
				       ? ""
				       : ", and this scenario is of libipsec");
	if (options->is_virtual) {
		*ret_plane = PLANE_VM;
		buf_printf(why,
			   "only there is a virtual clock; --clock virtual --seed %u "
			   "repeats this",
			   options->seed);
		say_machine(PLANE_VM, true, why);
		return check_given_plane(PLANE_VM, needed, err);
	}
	if (options->is_kept && options->has_plane && options->plane == PLANE_VM) {
		(void)err_set(err, ENOTSUP,
			      "plane vm: `twinsite shell` cannot enter a virtual "
			      "machine; keep a run on native, uml or libipsec");
		return err_mark(err, ERR_MISSING);
	}
	if (scenario->needs & NEED_LIBIPSEC) {
		if (options->has_plane && options->plane != PLANE_LIBIPSEC) {
			(void)err_set(err, ENOTSUP,
				      "plane %s: what this scenario shows is only there "
				      "on libipsec",
				      plane_name(options->plane));
			return err_missing(err, "%s/userspace-ESP",
					   plane_name(options->plane));
		}
		*ret_plane = PLANE_LIBIPSEC;
		buf_puts(why, "what it shows is only there on libipsec");
		return check_asked(PLANE_LIBIPSEC, needed, err);
	}
	if (options->has_plane) {
		*ret_plane = options->plane;
		buf_puts(why, "as asked for");
		say_machine(options->plane, false, why);
		return check_asked(options->plane, needed, err);
	}
	if (options->is_kept)
		return choose_kept(needed, ret_plane, why, err);
	r = plane_choose(needed | way_features_needed(scenario), broken, statuses, &count,
			 ret_plane, err);
	/* Nowhere: what rests on the way into the tunnel is unproven, the rest is not. */
	if (r && way_features_needed(scenario))
		r = plane_choose(needed, broken, statuses, &count, ret_plane, err);
	if (!r) {
		say_why(statuses, count, *ret_plane, why);
		say_machine(*ret_plane, false, why);
		return 0;
	}
	needed = missing_everywhere(statuses, count, needed);
	return err_missing(err, "any/%s", plane_feature_name(needed));
}

bool choose_may_fall_back(const struct run_options *options,
			  const struct scenario *scenario)
{
	return !options->has_plane && !options->is_kept &&
	       !(scenario->needs & NEED_LIBIPSEC);
}
