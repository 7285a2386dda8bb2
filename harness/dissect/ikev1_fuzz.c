// SPDX-License-Identifier: GPL-2.0-or-later
/* ikev1_fuzz.c - IKEv1 messages: payloads in clear, and as a decrypted chain, in words */
#include "base/buf.h"
#include "dissect/describe.h"
#include "dissect/ike.h"
#include "dissect/ikev1_crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct ike_message message;
	uint8_t header[IKE_HEADER_SIZE] = { [17] = 0x10, [18] = 2 };
	struct buf text = { 0 };

	if (length < 1)
		return 0;
	if (bytes[0] & 1) {
		(void)ike_dissect((struct slice){ bytes, length }, bytes[0] & 2,
				  &message);
	} else {
		header[27] = IKE_HEADER_SIZE;
		(void)ike_dissect((struct slice){ header, sizeof(header) }, false,
				  &message);
		ike_dissect_decrypted(&message, bytes[0] >> 1,
				      (struct slice){ bytes + 1, length - 1 });
		(void)ikev1_is_chain(bytes[0] >> 1,
				     (struct slice){ bytes + 1, length - 1 });
	}
	for (uint32_t i = 0; i < message.payloads && i < 64; i++)
		describe_payload(&message, &message.payload[i], &text);
	buf_done(&text);
	return 0;
}
