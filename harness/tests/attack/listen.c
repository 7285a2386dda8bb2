// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * listen.c - victims that listen; what they hear goes to a file
 *
 *	listen SOCKET ABSTRACT FILE
 *
 * A socket with a path, an abstract one, UDP and TCP on every address of the host. The
 * two ports are printed.
 */
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int local(const char *path, int is_abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(address);

	(void)snprintf(address.sun_path + is_abstract,
		       sizeof(address.sun_path) - (size_t)is_abstract, "%s", path);
	if (is_abstract)
		length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				     strlen(path));
	return bind(fd, (struct sockaddr *)&address, length) || listen(fd, 16) ? -1 : fd;
}

static int port(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(address);

	if (bind(fd, (struct sockaddr *)&address, length) ||
	    (type == SOCK_STREAM && listen(fd, 16)) ||
	    getsockname(fd, (struct sockaddr *)&address, &length))
		return -1;
	(void)printf("%u ", ntohs(address.sin_port));
	return fd;
}

int main(int argc, char **argv)
{
	struct pollfd fds[4] = { 0 };
	FILE *heard;

	if (argc != 4 || !(heard = fopen(argv[3], "ae")))
		return 2;
	fds[0].fd = port(SOCK_DGRAM);
	fds[1].fd = port(SOCK_STREAM);
	fds[2].fd = local(argv[1], 0);
	fds[3].fd = local(argv[2], 1);
	for (int i = 0; i < 4; i++) {
		if (fds[i].fd < 0)
			return 1;
		fds[i].events = POLLIN;
	}
	(void)puts("");
	(void)fclose(stdout);
	while (poll(fds, 4, -1) > 0) {
		for (int i = 0; i < 4; i++) {
			struct sockaddr_storage who;
			socklen_t length = sizeof(who);
			char bytes[256];
			int from = fds[i].fd;
			ssize_t got;

			if (!fds[i].revents)
				continue;
			if (i)
				from = accept4(fds[i].fd, (struct sockaddr *)&who,
					       &length, SOCK_CLOEXEC);
			got = read(from, bytes, sizeof(bytes));
			(void)fprintf(heard, "%d %.*s\n", i, got > 0 ? (int)got : 0,
				      bytes);
			(void)fflush(heard);
			if (i)
				close(from);
		}
	}
	return 0;
}
