/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keep_frame.h - what is said between a shell's client and a kept run; for keep*.c
 *
 * One byte stream, so that any plane can carry it: frames of a type, a length and bytes.
 * The client asks (ASK: is it a terminal, its size, node and arguments as strings with a
 * NUL behind each) and sends what comes on its stdin (INPUT, INPUT_END, SIZE); it gets
 * OUTPUT and ERRORS, and in the end the exit status (STATUS) or a sentence (FAILED).
 */
#ifndef TWINSITE_RUN_KEEP_FRAME_H
#define TWINSITE_RUN_KEEP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

struct err;
struct sockaddr_un;

#define FRAME_MAX     8192
#define ARGUMENTS_MAX 64

enum frame_type {
	FRAME_ASK = 'a',
	FRAME_END_RUN = 'q',
	FRAME_INPUT = 'i',
	FRAME_INPUT_END = 'e',
	FRAME_SIZE = 'w',
	FRAME_OUTPUT = 'o',
	FRAME_ERRORS = 'r',
	FRAME_STATUS = 'x',
	FRAME_FAILED = 'f',
	FRAME_GONE = 'g',  /* on a line that clients share: this one is away */
	FRAME_TAKEN = 't', /* the command has taken the INPUT: there may be more */
};

struct frame {
	uint32_t type, length;
	char bytes[FRAME_MAX + 1]; /* with a NUL behind them */
};

struct ask {
	uint32_t is_terminal;
	struct winsize size;
};

/* All of it, however long that takes; false when the other end is away. */
bool keep_write_all(int fd, const void *bytes, size_t length);

bool frame_write(int fd, enum frame_type type, const void *bytes, size_t length);

/* The next one; false when there is none, or it is none. */
bool frame_read(int fd, struct frame *frame);

/*
 * The address of the socket below a folder whose path may be longer than sockaddr_un
 * holds. Returns a descriptor that must be open as long as the address is used.
 */
int keep_address(const char *folder, struct sockaddr_un *ret_address, struct err *err);

#endif
