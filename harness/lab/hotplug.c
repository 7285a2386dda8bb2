// SPDX-License-Identifier: GPL-2.0-or-later
/* hotplug.c - what a router's own hotplug scripts do when an interface changes */
#include "lab/hotplug.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "device/scripts.h"
#include "import/import.h"
#include "lab/build.h"
#include "lab/build_service.h"
#include "netns/guest.h"
#include "netns/node.h"
#include "netns/spawn.h"

/* ------------------------------------------------------------ what it asked for */

/*
 * The file is the script's: it may be anything, of any size, or gone. What is no regular
 * file says nothing.
 */
static const char *asked_read(const struct lab *lab, unsigned int node)
{
	struct err ignored = { 0 };
	_cleanup_close_ int fd = node_open(lab->nodes[node], DEVICE_NODE_ASKED,
					   O_RDONLY | O_NONBLOCK | O_NOFOLLOW, &ignored);
	char *text = arena_alloc(lab->arena, DEVICE_ASKED_MAX + 1);
	struct stat status;
	size_t used = 0;
	ssize_t got = 1;

	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode))
		return "";
	while (got > 0 && used < DEVICE_ASKED_MAX) {
		got = read(fd, text + used, DEVICE_ASKED_MAX - used);
		used += got > 0 ? (size_t)got : 0;
	}
	text[used] = '\0';
	return text;
}

/* A file of the router, as it was given. */
static const char *source_text(const struct lab *lab, unsigned int node, const char *file)
{
	const struct scenario *scenario = lab->plan->scenario;
	int site = lab->plan->nodes.items[node].site;

	if (site < 0)
		return "";
	vec_foreach (source, &scenario->sites.items[site].sources)
		if (str_equal(source->name, file))
			return arena_strndup(lab->arena, source->bytes, source->length);
	return "";
}

static const char *text_line(struct arena *arena, const char *text, unsigned int number)
{
	for (unsigned int line = 1; line < number && *text; line++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return number ? str_trim(arena_strndup(arena, text, strcspn(text, "\n"))) : "";
}

/* ------------------------------------------------------------ one run */

static const struct device_scripts *scripts_of(const struct lab *lab, unsigned int node)
{
	int site = lab->plan->nodes.items[node].site;

	return device_of(lab->plan->scenario->sites.items[site].kind)->scripts;
}

static void script_run(struct lab *lab, const char *path, struct lab_hotplug *run)
{
	const struct device_scripts *scripts = scripts_of(lab, run->node);
	const struct node *node = lab->nodes[run->node];
	const char *argv[] = {
		DEVICE_NODE_SHELL, "ash", "-c", scripts->start, path, NULL
	};
	const char *env[DEVICE_ENV_MAX];
	struct spawn spawn = {
		.node = node, .argv = argv, .env = env, .rights = SANDBOX_SCRIPT
	};
	_cleanup_free_ char *output = NULL, *errors = NULL;
	int seconds = lab_script_seconds(), rc;
	struct device_places there = { 0 };
	struct err err = { 0 };
	const char *text;

	scripts->env(lab->arena, &run->event, env);
	rc = node_file(node, DEVICE_NODE_ASKED, "", &err);
	if (!rc)
		rc = process_run(&spawn, NULL,
				 clock_now_us() + seconds * INT64_C(1000000), &output,
				 &errors, &run->status, &err);
	if (rc == -ETIMEDOUT) {
		run->end = LAB_SCRIPT_LATE;
		run->why = arena_printf(lab->arena,
					"it did not end within %d s and was stopped",
					seconds);
	} else if (rc) {
		run->end = LAB_SCRIPT_NOT_RUN;
		run->why = arena_strdup(lab->arena, err.text);
		return;
	}
	device_script_read(lab->arena, asked_read(lab, run->node), errors ? errors : "",
			   &run->ran);
	text = source_text(lab, run->node, run->file);
	run->end_text = text_line(lab->arena, text, run->ran.end_line);
	vec_foreach (file, &lab->plan->nodes.items[run->node].files)
		vec_add(lab->arena, &there, file->path);
	device_script_absent(lab->arena, run->file, text, &there, &run->ran);
	run->daemon_line = device_script_daemon_line(text);
	run->daemon_text = text_line(lab->arena, text, run->daemon_line);
}

/*
 * Why no script of that node is run (any more); NULL: they are. One that hangs would hang
 * at each event, and take the deadline of the whole build or change.
 */
static const char *refusal(const struct lab *lab, unsigned int node)
{
	vec_foreach (script, &lab->scripts)
		if (script->node == node && script->end == LAB_SCRIPT_LATE)
			return "a firewall script before it did not end";
	vec_foreach (run, &lab->hotplugs)
		if (run->node == node && run->end == LAB_SCRIPT_LATE)
			return arena_printf(lab->arena, "%s did not end at %s of %s",
					    run->file, run->event.action,
					    run->event.interface);
	return lab->plan->no_scripts;
}

static void event_run(struct lab *lab, unsigned int node,
		      const struct device_event *event, bool is_boot)
{
	vec_foreach (path, &lab->plan->nodes.items[node].hotplug) {
		struct lab_hotplug run = {
			.node = node,
			.file = *path + 1,
			.event = *event,
			.is_boot = is_boot,
			.end = LAB_SCRIPT_RAN,
			.why = "",
			.end_text = "",
			.daemon_text = "",
		};
		const char *why = refusal(lab, node);

		run.lines = device_script_lines(source_text(lab, node, run.file));
		if (why) {
			run.end = LAB_SCRIPT_NOT_RUN;
			run.why = why;
		} else {
			script_run(lab, *path, &run);
		}
		vec_add(lab->arena, &lab->hotplugs, run);
	}
}

/* ------------------------------------------------------------ events */

/* iptables in a node's scripts is the one that the lab's own rules are loaded by. */
static int tools_add(struct lab *lab, unsigned int node, struct err *err)
{
	static const char *const names[] = { "iptables", "ip6tables" };
	const char *backend = lab->backend == FIREWALL_LEGACY ? "legacy" : "nft";
	int rc = 0;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(names); i++)
		rc = node_program(
			lab->nodes[node],
			arena_printf(lab->arena, DEVICE_NODE "/bin/%s", names[i]),
			arena_printf(lab->arena,
				     "#!" DEVICE_NODE "/bin/sh\nexec "
				     "/usr/sbin/%s-%s \"$@\"\n",
				     names[i], backend),
			err);
	return rc;
}

int lab_hotplug_boot(struct lab *lab, unsigned int node, struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[node];
	struct device_event event = { "ifup", "loopback", "lo", false };
	int rc;

	if (!lab->has_backend && !lab->plan->no_scripts) {
		rc = firewall_probe(&lab->backend, err);
		if (rc)
			return rc;
		lab->has_backend = true;
	}
	rc = lab->plan->no_scripts ? 0 : tools_add(lab, node, err);
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
