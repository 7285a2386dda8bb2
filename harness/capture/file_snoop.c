// SPDX-License-Identifier: GPL-2.0-or-later
/* file_snoop.c - what Solaris's snoop writes (RFC 1761): big-endian, records padded to four */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "capture/window.h"

enum {
	SNOOP_HEADER_SIZE = 16,
	SNOOP_RECORD_SIZE = 24,
};

/* RFC 1761's numbers, and Sun's later ones, as LINKTYPE_…; -1: none. */
static int link_type_of(uint32_t datalink)
{
	static const struct {
		uint32_t datalink;
		int link_type;
	} types[] = {
		{ 0, 1 },   /* IEEE 802.3 */
		{ 4, 1 },   /* Ethernet */
		{ 5, 104 }, /* HDLC */
		{ 8, 10 },  /* FDDI */
		{ 26, 226 } /* IPNET */
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].datalink == datalink)
			return types[i].link_type;
	return -1;
}

int snoop_begin(struct capture_file *file, struct err *err)
{
	const uint8_t *header = window_need(file, SNOOP_HEADER_SIZE);
	struct file_interface *interface;
	int link_type;

	if (!header)
		return err_set(err, EINVAL, "%s: cut within the file header", file->name);
	file->is_swapped = true; /* to this machine, which is little-endian */
	if (window_u32(file, (const uint8_t *)"\0\0\0\1") != 1)
		file->is_swapped = false;
	if (window_u32(file, header + 8) != 2)
		return err_set(err, EINVAL, "%s: snoop version %u, only 2 is known",
			       file->name, window_u32(file, header + 8));
	link_type = link_type_of(window_u32(file, header + 12));
	if (link_type < 0)
		return err_set(err, EINVAL, "%s: snoop data link %u is not read",
			       file->name, window_u32(file, header + 12));
	interface = capture_file_interface_new(file);
	if (!interface)
		return err_sys(err, ENOMEM, "%s", file->name);
	interface->link_type = link_type;
	file->at += SNOOP_HEADER_SIZE;
	file->is_snoop = true;
	return 0;
}

int snoop_next(struct capture_file *file, struct capture_packet *ret)
{
	const uint8_t *record = window_need(file, SNOOP_RECORD_SIZE);
	uint32_t captured, whole;

	if (!record) {
		capture_file_finish(
			file, file->end == file->at ? CAPTURE_END_CLEAN : CAPTURE_END_CUT,
			"the file ends within a record header");
		return 0;
	}
	captured = window_u32(file, record + 4);
	whole = window_u32(file, record + 8);
	if (captured > CAPTURE_PACKET_MAX || whole > CAPTURE_PACKET_MAX ||
	    whole < SNOOP_RECORD_SIZE || captured > whole - SNOOP_RECORD_SIZE) {
		capture_file_finish(file, CAPTURE_END_DAMAGED,
				    "the lengths of a record contradict each other");
		return 0;
	}
	record = window_need(file, whole);
	if (!record) {
		capture_file_finish(file, CAPTURE_END_CUT,
				    "the file ends within a packet");
		return 0;
	}
	file->drops = window_u32(file, record + 12);
	*ret = (struct capture_packet){
		.link_type = file->interfaces->link_type,
		.time_ns = (int64_t)window_u32(file, record + 16) * (int64_t)NS_PER_S +
			   (int64_t)window_u32(file, record + 20) * 1000,
		.bytes = record + SNOOP_RECORD_SIZE,
		.captured = captured,
		.length = window_u32(file, record),
	};
	file->at += whole;
	return 1;
}
