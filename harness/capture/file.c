// SPDX-License-Identifier: GPL-2.0-or-later
/* file.c - read pcap and pcapng files of any size as a stream */
#include "capture/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/hostile.h"
#include "base/file.h"
#include "capture/window.h"

#define WINDOW_SIZE    (256u << 10)
#define LINK_TYPE_MASK 0xffff /* above: FCS length and reserved bits */

/* draft-ietf-opsawg-pcap 4 */
enum {
	PCAP_MAGIC_US = 0xa1b2c3d4,
	PCAP_MAGIC_NS = 0xa1b23c4d,
	PCAP_MAGIC_KUZNETZOV = 0xa1b2cd34, /* record headers of 24 bytes */
	PCAP_HEADER_SIZE = 24,
};

/* ------------------------------------------------------------ the window */

void capture_file_finish(struct capture_file *file, enum capture_end end,
			 const char *what)
{
	if (file->state != CAPTURE_END_NONE)
		return;
	file->state = end;
	if (end != CAPTURE_END_CLEAN)
		(void)snprintf(file->text, sizeof(file->text),
			       "after packet %llu, at byte %llu: %s",
			       (unsigned long long)file->packets,
			       (unsigned long long)file->offset + file->at, what);
}

/* Move the unread bytes to the front, and make the window hold at least n bytes. */
static bool make_room(struct capture_file *file, size_t n)
{
	size_t left = file->end - file->at;

	if (n > file->size) {
		uint8_t *grown = malloc(n);

		if (!grown)
			return false;
		memcpy(grown, file->window + file->at, left);
		free(file->owned);
		file->owned = grown;
		file->size = n;
	} else {
		memmove(file->owned, file->window + file->at, left);
	}
	file->window = file->owned;
	file->offset += file->at;
	file->at = 0;
	file->end = left;
	return true;
}

/* No more comes: why not. zlib tells cut gzip data from its plain end. */
static void note_read_end(struct capture_file *file)
{
	int code;
	const char *text = gzerror(file->gz, &code);

	file->is_eof = true;
	if (code == Z_ERRNO)
		file->read_error = errno ? errno : EIO;
	else if (code == Z_BUF_ERROR)
		capture_file_finish(file, CAPTURE_END_CUT,
				    "the gzip data ends too early");
	else if (code != Z_OK)
		capture_file_finish(file, CAPTURE_END_DAMAGED, text);
}

/* What fits behind the window's bytes. */
static int read_on(struct capture_file *file)
{
	uint8_t *at = file->owned + file->end;
	size_t room = file->size - file->end;

	return file->unpack ? window_read_unpacked(file, at, room)
			    : gzread(file->gz, at, (unsigned int)room);
}

bool window_need_more(struct capture_file *file, size_t n)
{
	if (file->is_eof || !make_room(file, n))
		return false;
	while (file->end < n && !file->is_eof) {
		int got = read_on(file);

		if (got > 0)
			file->end += (size_t)got;
		else if (file->unpack)
			file->is_eof = true;
		else
			note_read_end(file); /* none at the end of a whole file */
	}
	return file->end >= n;
}

bool window_skip(struct capture_file *file, size_t n)
{
	while (n) {
		size_t left = file->end - file->at, step = left < n ? left : n;

		file->at += step;
		n -= step;
		if (n && !window_need(file, 1))
			return false;
	}
	return true;
}

struct file_interface *capture_file_interface_new(struct capture_file *file)
{
	struct file_interface *grown;

	if (file->count == CAPTURE_INTERFACES_MAX)
		return NULL;
	grown = realloc(file->interfaces, (file->count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	file->interfaces = grown;
	grown += file->count++;
	*grown = (struct file_interface){ .units = 1000000 };
	/* pcapng may name it; pcap never does. */
	(void)snprintf(grown->name, sizeof(grown->name), "interface %u", file->count - 1);
	return grown;
}

/* ------------------------------------------------------------ pcap */

static int pcap_begin(struct capture_file *file, uint32_t magic, struct err *err)
{
	const uint8_t *header = window_need(file, PCAP_HEADER_SIZE);
	struct file_interface *interface;

	if (!header)
		return err_set(err, EINVAL, "%s: cut within the file header", file->name);
	interface = capture_file_interface_new(file);
	if (!interface)
		return err_sys(err, ENOMEM, "%s", file->name);
	interface->link_type = (int)(window_u32(file, header + 20) & LINK_TYPE_MASK);
	interface->snaplen = window_u32(file, header + 16);
	interface->units = magic == PCAP_MAGIC_NS ? NS_PER_S : 1000000;
	file->record_header = magic == PCAP_MAGIC_KUZNETZOV ? 24 : 16;
	file->at += PCAP_HEADER_SIZE;
	return 0;
}

static int pcap_next(struct capture_file *file, struct capture_packet *ret)
{
	const struct file_interface *interface = file->interfaces;
	const uint8_t *record = window_need(file, file->record_header);
	uint32_t captured;

	if (!record) {
		capture_file_finish(
			file, file->end == file->at ? CAPTURE_END_CLEAN : CAPTURE_END_CUT,
			"the file ends within a record header");
		return 0;
	}
	captured = window_u32(file, record + 8);
	if (captured > CAPTURE_PACKET_MAX) {
		capture_file_finish(file, CAPTURE_END_DAMAGED,
				    "a record claims more than 1 MiB");
		return 0;
	}
	record = window_need(file, file->record_header + captured);
	if (!record) {
		capture_file_finish(file, CAPTURE_END_CUT,
				    "the file ends within a packet");
		return 0;
	}
	*ret = (struct capture_packet){
		.link_type = interface->link_type,
		.time_ns = (int64_t)window_u32(file, record) * (int64_t)NS_PER_S +
			   (int64_t)window_u32(file, record + 4) *
				   (interface->units == NS_PER_S ? 1 : 1000),
		.bytes = record + file->record_header,
		.captured = captured,
		.length = window_u32(file, record + 12),
	};
	file->at += file->record_header + captured;
	return 1;
}

/* ------------------------------------------------------------ open, next, close */

/* Is it one of the formats, unpacked? -ENOEXEC: none of them. */
static int begin_format(struct capture_file *file, const uint8_t *head, struct err *err)
{
	static const uint32_t magics[] = { PCAP_MAGIC_US, PCAP_MAGIC_NS,
					   PCAP_MAGIC_KUZNETZOV };
	uint32_t magic;

	memcpy(&magic, head, sizeof(magic));
	file->is_pcapng = magic == BLOCK_SECTION_HEADER;
	if (file->is_pcapng)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		file->is_swapped = magic == __builtin_bswap32(magics[i]);
		if (magic == magics[i] || file->is_swapped)
			return pcap_begin(file, magics[i], err);
	}
	if (!memcmp(head, "snoo", 4))
		return snoop_begin(file, err);
	return -ENOEXEC;
}

static int begin(struct capture_file *file, struct err *err)
{
	const uint8_t *head = window_need(file, 4);
	int status;

	if (file->read_error)
		return err_sys(err, file->read_error, "%s", file->name);
	if (!head)
		return err_set(err, EINVAL, "%s: %s", file->name,
			       file->end ? "not a pcap or pcapng capture" : "empty file");
	status = begin_format(file, head, err);
	if (status == -ENOEXEC) {
		int unpacked = window_unpack(file);

		if (unpacked != -EINVAL)
			head = unpacked ? NULL : window_need(file, 4);
		if (!unpacked && head)
			status = begin_format(file, head, err);
	}
	if (status != -ENOEXEC)
		return status;
	return head ? err_set(err, EINVAL,
			      "%s: not a pcap, pcapng or snoop capture (magic "
			      "%02x%02x%02x%02x)",
			      file->name, head[0], head[1], head[2], head[3])
		    : err_set(err, EINVAL,
			      "%s: the packed data is damaged, or ends too early",
			      file->name);
}

static struct capture_file *file_new(const char *name)
{
	struct capture_file *file = calloc(1, sizeof(*file));

	if (file && !(file->name = strdup(name))) {
		free(file);
		return NULL;
	}
	return file;
}

static int open_input(struct capture_file *file, int input, struct err *err)
{
	_cleanup_close_ int fd = input;
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		return err_sys(err, errno, "%s", file->name);
	if (S_ISDIR(status.st_mode))
		return err_set(
			err, EISDIR,
			"%s is a folder: a capture, such as a *.pcapng in it, is wanted",
			file->name);
	file->owned = malloc(WINDOW_SIZE);
	file->gz = gzdopen(fd, "rb");
	if (!file->owned || !file->gz)
		return err_sys(err, ENOMEM, "%s", file->name);
	(void)steal_fd(&fd);
	file->window = file->owned;
	file->size = WINDOW_SIZE;
	return 0;
}

/* Begin with a descriptor, which is taken over. */
static int open_fd(const char *name, int fd, struct capture_file **ret_file,
		   struct err *err)
{
	struct capture_file *file = file_new(name);
	int status;

	if (!file) {
		close(fd);
		return err_sys(err, ENOMEM, "%s", name);
	}
	status = open_input(file, fd, err);
	if (!status)
		status = begin(file, err);
	hostile_act();
	if (status) {
		capture_file_close(file);
		return status;
	}
	*ret_file = file;
	return 0;
}

int capture_file_open(const char *path, struct capture_file **ret_file, struct err *err)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
			  : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", is_stdin ? "(stdin)" : path);
	return open_fd(is_stdin ? "(stdin)" : path, fd, ret_file, err);
}

int capture_file_open_below(const char *folder, const char *name,
			    struct capture_file **ret_file, struct err *err)
{
	int fd = file_open_below(folder, name, FILE_IS_REGULAR, err);
	char path[PATH_MAX];

	if (fd < 0)
		return fd;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open_fd(path, fd, ret_file, err);
}

int capture_file_open_bytes(const char *name, const void *bytes, size_t length,
			    struct capture_file **ret_file, struct err *err)
{
	struct capture_file *file = file_new(name);
	int status;

	if (!file)
		return err_sys(err, ENOMEM, "%s", name);
	file->window = bytes;
	file->size = file->end = length;
	file->is_eof = true;
	status = begin(file, err);
	if (status) {
		capture_file_close(file);
		return status;
	}
	*ret_file = file;
	return 0;
}

int capture_file_next(struct capture_file *file, struct capture_packet *ret_packet,
		      struct err *err)
{
	int got = -1;

	if (file->state != CAPTURE_END_NONE)
		return 0;
	if (file->is_pcapng)
		while (got < 0)
			got = capture_file_pcapng_block(file, ret_packet);
	else
		got = file->is_snoop ? snoop_next(file, ret_packet)
				     : pcap_next(file, ret_packet);
	if (!got && file->read_error)
		return err_sys(err, file->read_error, "%s", file->name);
	if (got && ret_packet->length < ret_packet->captured)
		ret_packet->length = ret_packet->captured;
	file->packets += (uint64_t)got;
	if (got)
		ret_packet->frame = (uint32_t)file->packets;
	return got;
}

enum capture_end capture_file_end(const struct capture_file *file)
{
	return file->state;
}

const char *capture_file_end_text(const struct capture_file *file)
{
	return file->text;
}

const char *capture_file_interface(const struct capture_file *file, unsigned int index)
{
	return index < file->count ? file->interfaces[index].name : "";
}

unsigned int capture_file_interfaces(const struct capture_file *file)
{
	return file->count;
}

uint64_t capture_file_drops(const struct capture_file *file)
{
	return file->drops;
}

void capture_file_close(struct capture_file *file)
{
	if (!file)
		return;
	window_unpack_done(file);
	if (file->gz)
		(void)gzclose(file->gz);
	free(file->owned);
	free(file->interfaces);
	free(file->name);
	free(file);
}
