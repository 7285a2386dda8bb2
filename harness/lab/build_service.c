// SPDX-License-Identifier: GPL-2.0-or-later
/* build_service.c - the DNS servers of a lab */
#include "lab/build_service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "lab/build.h"
#include "netns/node.h"
#include "netns/spawn.h"

/* Where a server finds the names that are registered, in its node. */
#define HOSTS "/etc/dnsmasq.hosts"

#define START_DEADLINE_US (15 * INT64_C(1000000)) /* generous: a busy guest kernel */

/* The configuration as a file that has no name; dnsmasq reads it from stdin. */
static int conf_open(const char *text, struct err *err)
{
	_cleanup_close_ int fd = memfd_create("dnsmasq.conf", MFD_CLOEXEC);
	size_t length = strlen(text);

	if (fd < 0)
		return err_sys(err, errno, "cannot hold dnsmasq's configuration");
	if (write(fd, text, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, errno, "cannot write dnsmasq's configuration");
	return steal_fd(&fd);
}

/* The names of this server that are registered at present, as a hosts file. */
static int names_write(const struct lab *lab, const struct lab_service *service,
		       struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[service->node];
	_cleanup_buf_ struct buf text = { 0 };

	vec_foreach (name, &lab->names) {
		bool is_own = false;

		vec_foreach (own, &plan->names)
			is_own |= str_equal(own->name, name->name);
		if (is_own && name->addr.family)
			buf_printf(&text, "%s %s\n", inet_addr_text(&name->addr).s,
				   name->name);
	}
	return file_write(service->hosts, buf_text(&text), text.length, err);
}

int lab_service_keep(const struct plan_node *plan, const struct node *node,
		     struct err *err)
{
	return plan->dnsmasq && plan->names.count ? node_keep(node, HOSTS, false, err)
						  : 0;
}

static int service_start(struct lab *lab, unsigned int node, const char *folder,
			 struct err *err)
{
	/* -d: stay, do not change the user, log to stderr. */
	const char *argv[] = { "dnsmasq", "-d", "--conf-file=-", NULL, NULL };
	const struct plan_node *plan = &lab->plan->nodes.items[node];
	struct lab_service service = {
		.node = node,
		.name = "dnsmasq",
		.log = arena_printf(lab->arena, "%s/dnsmasq-%s.log", folder, plan->name),
	};
	_cleanup_close_ int log = open(
		service.log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	_cleanup_close_ int conf = -1;
	struct spawn spawn = { .node = lab->nodes[node], .argv = argv };
	int rc;

	if (log < 0)
		return err_sys(err, errno, "cannot write %s", service.log);
	conf = conf_open(plan->dnsmasq, err);
	if (conf < 0)
		return conf;
	if (plan->names.count) {
		service.hosts = arena_printf(lab->arena, "%s/dnsmasq-%s.hosts", folder,
					     plan->name);
		argv[3] = "--addn-hosts=" HOSTS;
		vec_foreach (name, &plan->names)
			vec_add(lab->arena, &lab->names, *name);
		rc = names_write(lab, &service, err);
		if (!rc)
			rc = node_share(spawn.node, service.hosts, HOSTS, err);
		if (rc)
			return rc;
	}
	spawn.in = conf;
	spawn.out = log;
	spawn.err = log;
	rc = process_start(&spawn, &service.process, err);
	if (rc == -ENOENT)
		return err_set(
			err, ENOTSUP,
			"there is no dnsmasq (package dnsmasq-base), and %s serves "
			"DNS",
			plan->name);
	if (rc)
		return rc;
	vec_add(lab->arena, &lab->services, service);
	return 0;
}

int lab_services_start(struct lab *lab, const char *folder, struct err *err)
{
	int rc = 0;

	for (unsigned int i = 0; !rc && i < lab->plan->nodes.count; i++) {
		if (lab->plan->nodes.items[i].dnsmasq)
			rc = service_start(lab, i, folder, err);
	}
	return rc;
}

/* dnsmasq says "started" when its sockets are bound. */
static bool service_is_ready(const struct lab_service *service, char **ret_log)
{
	size_t length;

	if (file_read(service->log, ret_log, &length, NULL))
		return false;
	return strstr(*ret_log, "dnsmasq: started") != NULL;
}

static const char *last_line(char *text)
{
	char *line;

	text = str_trim(text);
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

/*
 * A router whose file has an option that dnsmasq refuses serves no DNS, and that is a
 * result of the rehearsal. Servers that we have configured must start.
 */
static int service_failed(struct lab *lab, const struct lab_service *service, char *log,
			  struct err *err)
{
	const struct plan_node *node = &lab->plan->nodes.items[service->node];
	const char *said = log && *log ? last_line(log) : "it said nothing";

	if (node->role != NODE_GATEWAY)
		return err_set(err, EIO, "%s: dnsmasq did not start: %.300s", node->name,
			       said);
	vec_add(lab->arena, &lab->refusals,
		((struct lab_refusal){ .node = service->node,
				       .rule = "dnsmasq.conf",
				       .message = arena_strdup(lab->arena, said) }));
	return 0;
}

static int service_wait(struct lab *lab, const struct lab_service *service, int events,
			int64_t deadline, struct err *err)
{
	const char *name = lab->plan->nodes.items[service->node].name;

	for (;;) {
		_cleanup_free_ char *log = NULL;
		char buffer[4096] __attribute__((aligned(8)));
		struct pollfd fds[2] = {
			{ .fd = events, .events = POLLIN },
			{ .fd = process_pidfd(service->process), .events = POLLIN },
		};

		if (service_is_ready(service, &log))
			return 0;
		if (process_has_ended(service->process))
			return service_failed(lab, service, log, err);
		if (clock_now_us() >= deadline)
			return err_set(err, ETIMEDOUT, "%s: dnsmasq is not ready: %.300s",
				       name, log ? last_line(log) : "it said nothing");
		if (poll(fds, 2, clock_left_ms(deadline)) > 0 && fds[0].revents &&
		    read(events, buffer, sizeof(buffer)) < 0 && errno != EAGAIN)
			return err_sys(err, errno, "cannot watch %s", service->log);
	}
}

int lab_services_wait(struct lab *lab, struct err *err)
{
	_cleanup_close_ int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int64_t deadline = clock_now_us() + START_DEADLINE_US;
	int rc = 0;

	if (events < 0)
		return err_sys(err, errno, "cannot watch log files");
	vec_foreach (service, &lab->services) {
		if (inotify_add_watch(events, service->log, IN_MODIFY) < 0)
			return err_sys(err, errno, "cannot watch %s", service->log);
	}
	vec_foreach (service, &lab->services) {
		if (!rc)
			rc = service_wait(lab, service, events, deadline, err);
	}
	return rc;
}

/* ------------------------------------------------------------ names that change */

/* How often the server has said that it read its file of names. */
static size_t times_read(const struct lab_service *service)
{
	_cleanup_free_ char *log = NULL;
	_cleanup_buf_ struct buf said = { 0 };
	size_t length, times = 0;

	buf_puts(&said, "read " HOSTS " ");
	if (file_read(service->log, &log, &length, NULL))
		return 0;
	for (const char *at = log; (at = strstr(at, buf_text(&said))); at++)
		times++;
	return times;
}

int lab_names_serve(struct lab *lab, const struct lab_service *service, struct err *err)
{
	_cleanup_close_ int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int64_t deadline = clock_now_us() + START_DEADLINE_US;
	size_t before = times_read(service);
	int rc = names_write(lab, service, err);

	if (rc)
		return rc;
	if (events < 0 || inotify_add_watch(events, service->log, IN_MODIFY) < 0)
		return err_sys(err, errno, "cannot watch %s", service->log);
	rc = process_signal(service->process, SIGHUP);
	if (rc)
		return err_sys(err, -rc, "dnsmasq cannot be told of new names");
	while (times_read(service) == before) {
		char buffer[4096] __attribute__((aligned(8)));
		struct pollfd fds[2] = {
			{ .fd = events, .events = POLLIN },
			{ .fd = process_pidfd(service->process), .events = POLLIN },
		};

		if (process_has_ended(service->process) || clock_now_us() >= deadline)
			return err_set(err, ETIMEDOUT,
				       "dnsmasq of %s did not read its names again",
				       lab->plan->nodes.items[service->node].name);
		if (poll(fds, 2, clock_left_ms(deadline)) > 0 && fds[0].revents &&
		    read(events, buffer, sizeof(buffer)) < 0 && errno != EAGAIN)
			return err_sys(err, errno, "cannot watch %s", service->log);
	}
	return 0;
}
