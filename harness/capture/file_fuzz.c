// SPDX-License-Identifier: GPL-2.0-or-later
/* file_fuzz.c - the capture reader */
#include "capture/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct capture_file *file = NULL;
	struct capture_packet packet;
	volatile uint8_t last = 0;

	if (capture_file_open_bytes("fuzz", bytes, length, &file, NULL))
		return 0;
	while (capture_file_next(file, &packet, NULL) > 0)
		if (packet.captured)
			last = packet.bytes[packet.captured - 1];
	(void)last;
	(void)capture_file_interface(file, 0);
	capture_file_close(file);
	return 0;
}
