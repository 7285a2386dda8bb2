// SPDX-License-Identifier: GPL-2.0-or-later
/* script.c - one of a device's own scripts, called once in its node */
#include "lab/script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "import/import.h"
#include "lab/build_service.h"
#include "netns/node.h"
#include "netns/spawn.h"

#define WORDS_MAX 8

const char *lab_line_text(struct arena *arena, const char *text, unsigned int number)
{
	for (unsigned int line = 1; line < number && *text; line++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return number ? str_trim(arena_strndup(arena, text, strcspn(text, "\n"))) : "";
}

const char *lab_node_text(const struct lab *lab, unsigned int node, const char *path,
			  size_t max)
{
	struct err ignored = { 0 };
	_cleanup_close_ int fd = node_open(lab->nodes[node], path,
					   O_RDONLY | O_NONBLOCK | O_NOFOLLOW, &ignored);
	struct stat status;
	size_t used = 0;
	ssize_t got = 1;
	char *text;

	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode))
		return NULL;
	text = arena_alloc(lab->arena, max + 1);
	while (got > 0 && used < max) {
		got = read(fd, text + used, max - used);
		used += got > 0 ? (size_t)got : 0;
	}
	text[used] = '\0';
	return text;
}

const char *lab_source_text(const struct lab *lab, unsigned int node, const char *file)
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

const struct device_scripts *lab_scripts_of(const struct lab *lab, unsigned int node)
{
	int site = lab->plan->nodes.items[node].site;

	return device_of(lab->plan->scenario->sites.items[site].kind)->scripts;
}

/* iptables in a node's scripts is the one that the lab's own rules are loaded by. */
int lab_tools_add(struct lab *lab, unsigned int node, struct err *err)
{
	static const char *const names[] = { "iptables", "ip6tables" };
	const char *backend;
	int rc = 0;

	if (lab->plan->no_scripts)
		return 0;
	if (!lab->has_backend)
		rc = firewall_probe(&lab->backend, err);
	if (rc)
		return rc;
	lab->has_backend = true;
	backend = lab->backend == FIREWALL_LEGACY ? "legacy" : "nft";
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

const char *lab_script_refusal(const struct lab *lab, unsigned int node)
{
	vec_foreach (script, &lab->scripts)
		if (script->node == node && script->end == LAB_SCRIPT_LATE)
			return "a firewall script before it did not end";
	vec_foreach (run, &lab->hotplugs)
		if (run->node == node && run->end == LAB_SCRIPT_LATE)
			return arena_printf(lab->arena, "%s did not end at %s of %s",
					    run->file, run->event.action,
					    run->event.interface);
	vec_foreach (init, &lab->inits)
		if (init->node == node && init->called.end == LAB_SCRIPT_LATE)
			return arena_printf(lab->arena, "%s did not end", init->file);
	return lab->plan->no_scripts;
}

void lab_script_call(struct lab *lab, unsigned int node, const struct lab_call *call,
		     struct lab_called *ret_called)
{
	const char *argv[WORDS_MAX + 3] = { DEVICE_NODE_SHELL, "ash" };
	const char *env[DEVICE_ENV_MAX];
	struct spawn spawn = { .node = lab->nodes[node],
			       .argv = argv,
			       .env = env,
			       .rights = SANDBOX_SCRIPT };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	int seconds = lab_script_seconds(), rc;
	struct err err = { 0 };
	const char *asked;

	*ret_called = (struct lab_called){ LAB_SCRIPT_RAN, .why = "", .errors = "" };
	for (size_t i = 0; i < WORDS_MAX && call->words[i]; i++)
		argv[i + 2] = call->words[i];
	lab_scripts_of(lab, node)->env(lab->arena, call->event, env);
	rc = node_file(lab->nodes[node], DEVICE_NODE_ASKED, "", &err);
	if (!rc)
		rc = process_run(&spawn, NULL,
				 clock_now_us() + seconds * INT64_C(1000000), &output,
				 &errors, &ret_called->status, &err);
	if (rc == -ETIMEDOUT) {
		ret_called->end = LAB_SCRIPT_LATE;
		ret_called->why = arena_printf(
			lab->arena, "it did not end within %d s and was stopped",
			seconds);
	} else if (rc) {
		ret_called->end = LAB_SCRIPT_NOT_RUN;
		ret_called->why = arena_strdup(lab->arena, err.text);
		return;
	}
	if (errors)
		ret_called->errors = arena_strdup(lab->arena, errors);
	asked = lab_node_text(lab, node, DEVICE_NODE_ASKED, DEVICE_ASKED_MAX);
	device_script_read(lab->arena, asked ? asked : "", ret_called->errors,
			   &ret_called->ran);
	ret_called->revived = lab_services_revive(lab, node);
}
