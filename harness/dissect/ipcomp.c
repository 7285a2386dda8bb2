// SPDX-License-Identifier: GPL-2.0-or-later
/* ipcomp.c - what is inside IPComp (RFC 3173): DEFLATE (RFC 2394) by zlib */
#include "dissect/ipcomp.h"

#define ZLIB_CONST /* what is inflated is borrowed */
#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/cleanup.h"

#define HEADER	       4
#define PACKET_MAX     65535
#define CPI_NEGOTIATED 256 /* RFC 3173 3.3: from here on */

struct ipcomp {
	z_stream stream;
	uint8_t bytes[PACKET_MAX + 1]; /* one more tells too big from just full */
};

struct ipcomp *ipcomp_new(void)
{
	struct ipcomp *ipcomp = calloc(1, sizeof(*ipcomp));

	/* Negative: raw, without zlib's header (RFC 2394 2.1). */
	if (ipcomp && inflateInit2(&ipcomp->stream, -MAX_WBITS) != Z_OK) {
		free(ipcomp);
		return NULL;
	}
	return ipcomp;
}

void ipcomp_free(struct ipcomp *ipcomp)
{
	if (!ipcomp)
		return;
	(void)inflateEnd(&ipcomp->stream);
	OPENSSL_cleanse(ipcomp, sizeof(*ipcomp));
	free(ipcomp);
}

/*
 * All of the text must be one stream with nothing behind it. Some senders only flush
 * and never mark the last block: what comes out is whole all the same.
 */
static enum ipcomp_status inflate_all(struct ipcomp *ipcomp, struct slice text,
				      struct slice *ret)
{
	z_stream *stream = &ipcomp->stream;
	int code;

	(void)inflateReset(stream);
	stream->next_in = text.bytes;
	stream->avail_in = (uInt)text.length;
	stream->next_out = ipcomp->bytes;
	stream->avail_out = sizeof(ipcomp->bytes);
	code = inflate(stream, Z_SYNC_FLUSH);
	if (!stream->avail_out)
		return IPCOMP_TOO_BIG;
	if ((code != Z_STREAM_END && code != Z_OK && code != Z_BUF_ERROR) ||
	    stream->avail_in || stream->next_out == ipcomp->bytes)
		return IPCOMP_BROKEN;
	*ret = (struct slice){ ipcomp->bytes,
			       (size_t)(stream->next_out - ipcomp->bytes) };
	return IPCOMP_OPENED;
}

/* Is a decrypted or decompressed packet what its next header says? Of IP only. */
static bool makes_sense(uint8_t next_header, struct slice inner)
{
	if (next_header == 4)
		return inner.length >= 20 && inner.bytes[0] >> 4 == 4;
	if (next_header == 41)
		return inner.length >= 40 && inner.bytes[0] >> 4 == 6;
	return true;
}

enum ipcomp_status ipcomp_open(struct ipcomp *ipcomp, struct slice bytes,
			       struct ipcomp_result *ret)
{
	bool is_negotiated;

	*ret = (struct ipcomp_result){ .status = IPCOMP_SHORT };
	if (bytes.length <= HEADER || bytes.length > PACKET_MAX)
		return ret->status;
	ret->next_header = bytes.bytes[0];
	ret->cpi = be16(bytes.bytes + 2);
	ret->status = IPCOMP_UNKNOWN;
	is_negotiated = ret->cpi >= CPI_NEGOTIATED;
	if (!ipcomp || (!is_negotiated && ret->cpi != IPCOMP_DEFLATE))
		return ret->status;
	ret->status = inflate_all(
		ipcomp, (struct slice){ bytes.bytes + HEADER, bytes.length - HEADER },
		&ret->inner);
	if (ret->status == IPCOMP_OPENED && !makes_sense(ret->next_header, ret->inner))
		ret->status = IPCOMP_BROKEN;
	if (ret->status == IPCOMP_BROKEN && is_negotiated)
		ret->status = IPCOMP_UNKNOWN;
	if (ret->status != IPCOMP_OPENED)
		ret->inner = (struct slice){ 0 };
	return ret->status;
}

const char *ipcomp_status_text(enum ipcomp_status status)
{
	static const char *const texts[] = {
		[IPCOMP_OPENED] = "decompressed",
		[IPCOMP_UNKNOWN] = "compressed by an unknown algorithm",
		[IPCOMP_BROKEN] = "compressed, and broken",
		[IPCOMP_SHORT] = "cut or without a header",
		[IPCOMP_TOO_BIG] = "refused: more than a packet holds",
	};

	static_assert(ARRAY_SIZE(texts) == IPCOMP_STATUS_COUNT, "a text for each status");
	return texts[status];
}
