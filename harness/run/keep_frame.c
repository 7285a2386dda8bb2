// SPDX-License-Identifier: GPL-2.0-or-later
/* keep_frame.c - what is said between a shell's client and a kept run */
#include "run/keep_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "run/keep.h"

bool keep_write_all(int fd, const void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, (const char *)bytes + done, length - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

static bool read_all(int fd, void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t got = read(fd, (char *)bytes + done, length - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

bool frame_write(int fd, enum frame_type type, const void *bytes, size_t length)
{
	const uint32_t header[2] = { (uint32_t)type, (uint32_t)length };

	return keep_write_all(fd, header, sizeof(header)) &&
	       keep_write_all(fd, bytes, length);
}

bool frame_read(int fd, struct frame *frame)
{
	uint32_t header[2];

	if (!read_all(fd, header, sizeof(header)) || header[1] > FRAME_MAX)
		return false;
	frame->type = header[0];
	frame->length = header[1];
	frame->bytes[frame->length] = '\0';
	return read_all(fd, frame->bytes, frame->length);
}

int keep_address(const char *folder, struct sockaddr_un *ret_address, struct err *err)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", folder);
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(ret_address->sun_path, sizeof(ret_address->sun_path),
		       "/proc/self/fd/%d/%s", fd, KEEP_SOCKET);
	return fd;
}
