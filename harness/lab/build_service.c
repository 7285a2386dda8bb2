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

const char *lab_service_place(const struct plan_node *plan)
{
	return plan->dnsmasq && plan->names.count ? HOSTS : NULL;
}

/* Its log goes on where it is; flags: O_TRUNC begins it. */
static int service_run(const struct lab *lab, struct lab_service *service, int flags,
		       struct err *err)
{
	/* -d: stay, do not change the user, log to stderr. */
	const char *argv[] = { "dnsmasq", "-d", "--conf-file=-", NULL, NULL };
	const struct plan_node *plan = &lab->plan->nodes.items[service->node];
	_cleanup_close_ int log = open(
		service->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0644);
	_cleanup_close_ int conf = conf_open(plan->dnsmasq, err);
	struct spawn spawn = { .node = lab->nodes[service->node], .argv = argv };
	int rc;

	if (log < 0)
		return err_sys(err, errno, "cannot write %s", service->log);
	if (conf < 0)
		return conf;
	if (service->hosts)
		argv[3] = "--addn-hosts=" HOSTS;
	spawn.in = conf;
	spawn.out = log;
	spawn.err = log;
	rc = process_start(&spawn, &service->process, err);
	if (rc == -ENOENT)
		return err_set(
			err, ENOTSUP,
			"there is no dnsmasq (package dnsmasq-base), and %s serves "
			"DNS",
			plan->name);
	return rc;
}

static int service_start(struct lab *lab, unsigned int node, const char *folder,
			 struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[node];
	struct lab_service service = {
		.node = node,
		.name = "dnsmasq",
		.log = arena_printf(lab->arena, "%s/dnsmasq-%s.log", folder, plan->name),
	};
	int rc = 0;

	if (plan->names.count) {
		service.hosts = arena_printf(lab->arena, "%s/dnsmasq-%s.hosts", folder,
					     plan->name);
		vec_foreach (name, &plan->names)
			vec_add(lab->arena, &lab->names, *name);
		rc = names_write(lab, &service, err);
		if (!rc)
			rc = node_share(lab->nodes[node], service.hosts, HOSTS, err);
	}
	if (!rc)
		rc = service_run(lab, &service, O_TRUNC, err);
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

/* How often these words stand in its log. */
static size_t times_said(const struct lab_service *service, const char *said)
{
	_cleanup_free_ char *log = NULL;
	size_t length, times = 0;

	if (file_read(service->log, &log, &length, NULL))
		return 0;
	for (const char *at = log; (at = strstr(at, said)); at += strlen(said))
		times++;
	return times;
}

/* Until it has said so in answer to a signal; -ESRCH: it has ended. */
static int service_asked(const struct lab_service *service, int signal, const char *said,
			 int64_t deadline)
{
	_cleanup_close_ int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	size_t before = times_said(service, said);
	int rc;

	if (events < 0 || inotify_add_watch(events, service->log, IN_MODIFY) < 0)
		return -errno;
	rc = process_signal(service->process, signal);
	if (rc)
		return rc;
	while (times_said(service, said) == before) {
		char buffer[4096] __attribute__((aligned(8)));
		struct pollfd fds[2] = {
			{ .fd = events, .events = POLLIN },
			{ .fd = process_pidfd(service->process), .events = POLLIN },
		};

		if (process_has_ended(service->process))
			return -ESRCH;
		if (clock_now_us() >= deadline)
			return -ETIMEDOUT;
		if (poll(fds, 2, clock_left_ms(deadline)) > 0 && fds[0].revents &&
		    read(events, buffer, sizeof(buffer)) < 0 && errno != EAGAIN)
			return -errno;
	}
	return 0;
}

/* dnsmasq says "started" when its sockets are bound, each time that it is. */
static bool service_is_ready(const struct lab_service *service)
{
	return times_said(service, "dnsmasq: started") > service->revived;
}

static const char *last_line(struct lab *lab, const struct lab_service *service)
{
	_cleanup_free_ char *log = NULL;
	size_t length;
	const char *line, *text;

	if (file_read(service->log, &log, &length, NULL) || !*(text = str_trim(log)))
		return "it said nothing";
	line = strrchr(text, '\n');
	return arena_strdup(lab->arena, line ? line + 1 : text);
}

/*
 * A router whose file has an option that dnsmasq refuses serves no DNS, and that is a
 * result of the rehearsal. Servers that we have configured must start.
 */
static int service_failed(struct lab *lab, const struct lab_service *service,
			  struct err *err)
{
	const struct plan_node *node = &lab->plan->nodes.items[service->node];
	const char *said = last_line(lab, service);

	if (node->role != NODE_GATEWAY)
		return err_set(err, EIO, "%s: dnsmasq did not start: %.300s", node->name,
			       said);
	vec_add(lab->arena, &lab->refusals,
		((struct lab_refusal){ .node = service->node,
				       .rule = "dnsmasq.conf",
				       .message = said }));
	return 0;
}

static int service_wait(struct lab *lab, const struct lab_service *service, int events,
			int64_t deadline, struct err *err)
{
	const char *name = lab->plan->nodes.items[service->node].name;

	for (;;) {
		char buffer[4096] __attribute__((aligned(8)));
		struct pollfd fds[2] = {
			{ .fd = events, .events = POLLIN },
			{ .fd = process_pidfd(service->process), .events = POLLIN },
		};

		if (service_is_ready(service))
			return 0;
		if (process_has_ended(service->process))
			return service_failed(lab, service, err);
		if (clock_now_us() >= deadline)
			return err_set(err, ETIMEDOUT, "%s: dnsmasq is not ready: %.300s",
				       name, last_line(lab, service));
		if (poll(fds, 2, clock_left_ms(deadline)) > 0 && fds[0].revents &&
		    read(events, buffer, sizeof(buffer)) < 0 && errno != EAGAIN)
			return err_sys(err, errno, "cannot watch %s", service->log);
	}
}

static int services_wait(struct lab *lab, struct lab_service *const *services,
			 size_t count, struct err *err)
{
	_cleanup_close_ int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int64_t deadline = clock_now_us() + START_DEADLINE_US;
	int rc = 0;

	if (events < 0)
		return err_sys(err, errno, "cannot watch log files");
	for (size_t i = 0; i < count; i++)
		if (inotify_add_watch(events, services[i]->log, IN_MODIFY) < 0)
			return err_sys(err, errno, "cannot watch %s", services[i]->log);
	for (size_t i = 0; !rc && i < count; i++)
		rc = service_wait(lab, services[i], events, deadline, err);
	return rc;
}

int lab_services_wait(struct lab *lab, struct err *err)
{
	VEC(struct lab_service *) all = { 0 };

	vec_foreach (service, &lab->services)
		vec_add(lab->arena, &all, service);
	return services_wait(lab, all.items, all.count, err);
}

/* ------------------------------------------------------------ names that change */

int lab_names_serve(struct lab *lab, const struct lab_service *service, struct err *err)
{
	const char *name = lab->plan->nodes.items[service->node].name;
	int rc = names_write(lab, service, err);

	if (rc)
		return rc;
	rc = service_asked(service, SIGHUP, "read " HOSTS " ",
			   clock_now_us() + START_DEADLINE_US);
	return rc ? err_set(err, -rc, "dnsmasq of %s did not read its names again", name)
		  : 0;
}

/* ------------------------------------------------------------ one that was killed */

/*
 * A script that ends right behind its kill(2) may be faster than who was killed; dnsmasq
 * says how full its cache is when it gets SIGUSR1. Who is stopped says nothing, and stays.
 */
static bool service_has_ended(const struct lab_service *service)
{
	return service_asked(service, SIGUSR1, "cache size ",
			     clock_now_us() + lab_script_seconds() * INT64_C(1000000)) ==
	       -ESRCH;
}

unsigned int lab_services_revive(struct lab *lab, unsigned int node)
{
	unsigned int revived = 0;

	vec_foreach (service, &lab->services) {
		struct err err = { 0 };

		/* One that never ran did not like its file; it would not now. */
		if (service->node != node || !service_is_ready(service) ||
		    !service_has_ended(service))
			continue;
		process_free(service->process);
		service->process = NULL;
		service->revived++;
		if (service_run(lab, service, 0, &err) ||
		    services_wait(lab, (struct lab_service *[]){ service }, 1, &err))
			vec_add(lab->arena, &lab->refusals,
				((struct lab_refusal){
					.node = node,
					.rule = "dnsmasq.conf",
					.message = arena_strdup(lab->arena, err.text) }));
		else
			revived++;
	}
	return revived;
}
