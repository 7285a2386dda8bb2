// SPDX-License-Identifier: GPL-2.0-or-later
/* own_kernel.c - settings of a kernel that is one rehearsal's own */
#include "netns/own_kernel.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

static const char *const settings[][2] = {
	/* Else every network namespace gets an ip_vti0 that nobody asked for. */
	{ "/proc/sys/net/core/fb_tunnels_only_for_init_net", "2" },
	/* A capture without a ring queues its packets at the socket. */
	{ "/proc/sys/net/core/rmem_max", "16777216" },
	/*
	 * "No route to that network" is told once a second to each sender, whatever the
	 * node's icmp_ratelimit says (ip_error() in net/ipv4/route.c): what of it is seen
	 * would depend on how fast the machine is.
	 */
	{ "/proc/sys/net/ipv4/route/error_cost", "0" },
};

void own_kernel_set(void (*complain)(const char *path))
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		_cleanup_close_ int fd = open(settings[i][0], O_WRONLY | O_CLOEXEC);
		size_t length = strlen(settings[i][1]);

		if (fd < 0 || write(fd, settings[i][1], length) != (ssize_t)length)
			complain(settings[i][0]);
	}
}
