// SPDX-License-Identifier: GPL-2.0-or-later
/* hotplug.c - what a router's own hotplug scripts do when an interface changes */
#include "lab/hotplug.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "lab/build.h"
#include "lab/script.h"
#include "netns/guest.h"
#include "netns/node.h"

/* ------------------------------------------------------------ one run */

static void script_run(struct lab *lab, const char *path, const char *start,
		       struct lab_hotplug *run)
{
	const char *words[] = { "-c", start, path, NULL };
	const struct lab_call call = { words,
				       *run->event.interface ? &run->event : NULL };
	struct device_places there = { 0 };
	struct lab_called called;
	const char *text;

	lab_script_call(lab, run->node, &call, &called);
	run->end = called.end;
	run->status = called.status;
	run->why = called.why;
	run->ran = called.ran;
	run->revived = called.revived;
	if (run->end == LAB_SCRIPT_NOT_RUN)
		return;
	text = lab_source_text(lab, run->node, run->file);
	run->end_text = lab_line_text(lab->arena, text, run->ran.end_line);
	vec_foreach (file, &lab->plan->nodes.items[run->node].files)
		vec_add(lab->arena, &there, file->path);
	device_script_absent(lab->arena, run->file, text, &there, &run->ran);
	run->daemon_line = device_script_daemon_line(text);
	run->daemon_text = lab_line_text(lab->arena, text, run->daemon_line);
}

/* start: as that of struct device_scripts. */
static void path_run(struct lab *lab, unsigned int node, const char *path,
		     const char *start, const struct device_event *event, bool is_boot)
{
	struct lab_hotplug run = {
		.node = node,
		.file = path + 1,
		.event = *event,
		.is_boot = is_boot,
		.end = LAB_SCRIPT_RAN,
		.why = "",
		.end_text = "",
		.daemon_text = "",
	};
	const char *why = lab_script_refusal(lab, node);

	run.lines = device_script_lines(lab_source_text(lab, node, run.file));
	if (why) {
		run.end = LAB_SCRIPT_NOT_RUN;
		run.why = why;
	} else {
		script_run(lab, path, start, &run);
	}
	vec_add(lab->arena, &lab->hotplugs, run);
}

static void event_run(struct lab *lab, unsigned int node,
		      const struct device_event *event, bool is_boot)
{
	vec_foreach (path, &lab->plan->nodes.items[node].hotplug)
		path_run(lab, node, *path, lab_scripts_of(lab, node)->start, event,
			 is_boot);
}

/* ------------------------------------------------------------ events */

int lab_hotplug_boot(struct lab *lab, unsigned int node, struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[node];
	struct device_event event = { "ifup", "loopback", "lo", false };
	int rc;

	rc = lab_tools_add(lab, node, err);
	if (rc)
		return rc;
	guest_load_firewall();
	event_run(lab, node, &event, true);
	vec_foreach (interface, &plan->interfaces) {
		event.interface =
			interface->logical ? interface->logical : interface->name;
		event.device = interface->name;
		event_run(lab, node, &event, true);
	}
	return 0;
}

/* The gateway's interface on its cable to the Internet. */
static const struct plan_interface *wan_of(const struct lab *lab, unsigned int node)
{
	const struct plan_node *plan = &lab->plan->nodes.items[node];

	vec_foreach (link, &lab->plan->links)
		vec_foreach (interface, &plan->interfaces)
			if (link->is_internet && link->nodes[1] == node &&
			    str_equal(link->ends[1], interface->name))
				return interface;
	return NULL;
}

int lab_hotplug_wan(struct lab *lab, unsigned int node, size_t *ret_first,
		    struct err *err)
{
	const struct plan_interface *wan = wan_of(lab, node);
	struct device_event event = { "ifdown", NULL, NULL, false };

	*ret_first = lab->hotplugs.count;
	if (!lab->plan->nodes.items[node].hotplug.count)
		return 0;
	if (!wan)
		return err_set(err, EINVAL, "node %s: no interface to the Internet",
			       node_name(lab->nodes[node]));
	event.interface = wan->logical ? wan->logical : wan->name;
	event.device = wan->name;
	event_run(lab, node, &event, false);
	event.action = "ifup";
	event_run(lab, node, &event, false);
	return 0;
}

int lab_hotplug_last(struct lab *lab, unsigned int node, struct err *err)
{
	static const struct device_event event = { LAB_BOOT_DONE, "", "", false };
	const char *path = lab->plan->nodes.items[node].last;
	int rc = path ? lab_tools_add(lab, node, err) : 0;

	if (rc || !path)
		return rc;
	guest_load_firewall();
	path_run(lab, node, path, lab_scripts_of(lab, node)->last_start, &event, true);
	return 0;
}
