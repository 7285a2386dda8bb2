// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts_make.c - a capture made from a table of facts
 *
 * Line by line: each writes its bytes at the end of the message and remembers where the
 * length of what it opened goes; a line of a level closes what is open below it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "capture/pcapng.h"
#include "dissect/facts.h"
#include "dissect/ikev1_crypto.h"
#include "dissect/nat_hash.h"
#include "ipsec/alg.h"

#define LINK_HEAD   14 /* Ethernet */
#define IPV4_HEAD   20
#define IPV6_HEAD   40
#define UDP_HEAD    8
#define WORDS_MAX   64
#define OWN_MAX	    4096 /* bytes of one chunk */
#define MESSAGE_MAX 60000
#define FRAMES_MAX  100000
#define TOO_LONG    "the message is too long"

/* A length to be filled in when what it is of is complete. */
struct open_part {
	size_t start,
		next_at; /* of the generic header; where its predecessor says type */
	bool is_open;
};

struct maker {
	const char *name, *seed; /* the seed of what is our own: its last part */
	unsigned int line;
	struct crypto *crypto;
	struct slice psk;
	struct session_set *set; /* reads what was made: for hashes */
	struct buf *out;
	struct err *err;
	uint32_t frames, written;

	bool has_packet;
	uint32_t number;
	int64_t time_ns;
	struct inet_addr src, dst;
	uint16_t src_port, dst_port;
	bool has_marker;
	struct buf message;
	struct open_part payload, proposal, transform;
	size_t next_at; /* where the type of the next payload goes */
	uint8_t transform_count;
	bool is_sa;
	size_t hash_at; /* of HASH_R to be made; 0: none */
	const struct alg *hash;
};

static int fail(const struct maker *maker, const char *what, const char *word)
{
	return err_set(maker->err, EINVAL, "%s:%u: %s%s%s", maker->name, maker->line,
		       what, word ? ": " : "", word ? word : "");
}

/* ------------------------------------------------------------ bytes */

static void put16_at(struct buf *buf, size_t at, size_t value)
{
	buf->data[at] = (char)(value >> 8);
	buf->data[at + 1] = (char)value;
}

/* Bytes of our own, always the same ones for one name of one table. */
static void put_own(struct maker *maker, const char *name, size_t length)
{
	const struct alg *alg = alg_by_keyword(ALG_KIND_INTEG, "sha256");
	uint8_t block[CRYPTO_HASH_MAX];

	for (size_t i = 0, made = 0; made < length; i++) {
		uint8_t number = (uint8_t)i;
		struct slice parts[] = { { (const uint8_t *)maker->seed,
					   strlen(maker->seed) },
					 { (const uint8_t *)name, strlen(name) },
					 { &number, 1 } };
		size_t got = crypto_hash(maker->crypto, alg, parts, 3, block);
		size_t step = got < length - made ? got : length - made;

		if (!i) /* no SPI is zero, no public value beyond its prime */
			block[0] = (uint8_t)((block[0] & 0x7f) | 1);
		buf_add(&maker->message, block, step);
		made += step;
		if (!got)
			return;
	}
}

static int put_nat(struct maker *maker, const char *word)
{
	char hash[16];
	const char *colon = strchr(word, ':');
	bool is_source = colon && str_equal(colon + 1, "src");
	uint8_t made[CRYPTO_HASH_MAX];
	size_t length;

	if (!colon || (size_t)(colon - word) >= sizeof(hash) ||
	    (!is_source && !str_equal(colon + 1, "dst")))
		return fail(maker, "not nat:HASH:src or nat:HASH:dst", word);
	memcpy(hash, word, (size_t)(colon - word));
	hash[colon - word] = '\0';
	length = nat_hash(maker->crypto, alg_by_keyword(ALG_KIND_INTEG, hash),
			  (const uint8_t *)maker->message.data,
			  is_source ? &maker->src : &maker->dst,
			  is_source ? maker->src_port : maker->dst_port, made);
	if (!length)
		return fail(maker, "no hash", word);
	buf_add(&maker->message, made, length);
	return 0;
}

/* Zeros for now: it covers payloads that are still to come. */
static int put_psk(struct maker *maker, const char *word)
{
	static const uint8_t zeros[CRYPTO_HASH_MAX];

	maker->hash = alg_by_keyword(ALG_KIND_INTEG, word);
	if (!maker->hash || !crypto_hash_size(maker->hash))
		return fail(maker, "no hash", word);
	if (!maker->psk.length)
		return fail(maker, "HASH_R needs a pre-shared key (--psk-file)", NULL);
	maker->hash_at = maker->message.length;
	buf_add(&maker->message, zeros, crypto_hash_size(maker->hash));
	return 0;
}

static int put_hex(struct maker *maker, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + 1 < length; i += 2) {
		const char pair[] = { word[i], word[i + 1], '\0' };
		char *end;
		unsigned long byte = strtoul(pair, &end, 16);

		if (end != pair + 2)
			break;
		buf_putc(&maker->message, (char)byte);
		if (i + 2 == length)
			return 0;
	}
	return fail(maker, "no hexadecimal digits", word);
}

static int put_chunk(struct maker *maker, char *word)
{
	char *colon = strchr(word, ':');
	int64_t length;

	if (str_equal(word, "-"))
		return 0;
	if (str_starts(word, "nat:"))
		return put_nat(maker, word + 4);
	if (str_starts(word, "psk:"))
		return put_psk(maker, word + 4);
	if (!colon)
		return put_hex(maker, word);
	if (str_to_number(colon + 1, 1, OWN_MAX, &length))
		return fail(maker, "not NAME:LENGTH", word);
	*colon = '\0';
	put_own(maker, word, (size_t)length);
	return 0;
}

static int put_chunks(struct maker *maker, char **words, size_t count)
{
	int status = 0;

	for (size_t i = 0; i < count && !status; i++)
		status = put_chunk(maker, words[i]);
	if (!status && maker->message.length > MESSAGE_MAX)
		return fail(maker, TOO_LONG, NULL);
	return status;
}

static int number(const struct maker *maker, const char *word, int64_t max, int base,
		  unsigned int *ret)
{
	char *end;
	unsigned long long value = strtoull(word, &end, base);

	if (!*word || *end || *word == '-' || value > (unsigned long long)max)
		return fail(maker, "no number, or too large", word);
	*ret = (unsigned int)value;
	return 0;
}

/* ------------------------------------------------------------ parts of a message */

static void close_part(struct maker *maker, struct open_part *part)
{
	if (part->is_open)
		put16_at(&maker->message, part->start + 2,
			 maker->message.length - part->start);
	part->is_open = false;
}

static void close_transform(struct maker *maker)
{
	close_part(maker, &maker->transform);
}

static void close_proposal(struct maker *maker)
{
	close_transform(maker);
	if (maker->proposal.is_open)
		maker->message.data[maker->proposal.start + 7] =
			(char)maker->transform_count;
	close_part(maker, &maker->proposal);
}

static void close_payload(struct maker *maker)
{
	close_proposal(maker);
	close_part(maker, &maker->payload);
}

/* Begin a generic header whose predecessor of the same level says "more": type. */
static void open_part(struct maker *maker, struct open_part *part, size_t next_at,
		      uint8_t type)
{
	if (next_at)
		maker->message.data[next_at] = (char)type;
	part->start = maker->message.length;
	part->is_open = true;
	buf_add(&maker->message, "\0\0\0\0", 4);
}

static int take_header(struct maker *maker, char **words, size_t count)
{
	unsigned int values[6];
	static const struct {
		const char *word;
		int64_t max;
		int base;
	} rows[] = { { "next", 255, 10 },      { "version", 255, 16 },
		     { "exchange", 255, 10 },  { "flags", 255, 16 },
		     { "id", UINT32_MAX, 16 }, { "length", UINT32_MAX, 10 } };
	int status;

	if (!maker->has_packet || maker->message.length || count != 15)
		return fail(maker,
			    "a header is: SPI SPI next N version HH exchange N "
			    "flags HH id HHHHHHHH length N, once a packet",
			    NULL);
	for (size_t i = 0; i < 2; i++) {
		size_t before = maker->message.length;

		status = put_chunk(maker, words[1 + i]);
		if (status)
			return status;
		if (maker->message.length == before)
			buf_add(&maker->message, "\0\0\0\0\0\0\0\0", IKE_SPI_SIZE);
		if (maker->message.length != before + IKE_SPI_SIZE)
			return fail(maker, "an SPI has 8 bytes", words[1 + i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!str_equal(words[3 + 2 * i], rows[i].word))
			return fail(maker, "expected here", rows[i].word);
		status = number(maker, words[4 + 2 * i], rows[i].max, rows[i].base,
				&values[i]);
		if (status)
			return status;
	}
	for (size_t i = 0; i < 4; i++)
		buf_putc(&maker->message, (char)values[i]);
	buf_add_be32(&maker->message, values[4]);
	buf_add_be32(&maker->message, values[5]);
	maker->next_at = 16;
	return 0;
}

/* payload TYPE [next N] [flags HH] [sa] CHUNK … */
static int take_payload(struct maker *maker, char **words, size_t count)
{
	unsigned int type = 0, next = 0, flags = 0;
	size_t at = 2;
	int status;

	if (maker->message.length < IKE_HEADER_SIZE || count < 3)
		return fail(maker, "a payload is: TYPE CHUNK, behind a header", NULL);
	status = number(maker, words[1], 255, 10, &type);
	if (!status && at + 2 < count && str_equal(words[at], "next")) {
		status = number(maker, words[at + 1], 255, 10, &next);
		at += 2;
	}
	if (!status && at + 2 < count && str_equal(words[at], "flags")) {
		status = number(maker, words[at + 1], 255, 16, &flags);
		at += 2;
	}
	if (status)
		return status;
	close_payload(maker);
	open_part(maker, &maker->payload, maker->next_at, (uint8_t)type);
	maker->next_at = maker->payload.start;
	maker->message.data[maker->payload.start] = (char)next;
	maker->message.data[maker->payload.start + 1] = (char)flags;
	maker->is_sa = str_equal(words[at], "sa");
	maker->proposal.next_at = 0;
	at += maker->is_sa;
	return put_chunks(maker, words + at, count - at);
}

/* proposal NUMBER PROTOCOL [spi CHUNK] */
static int take_proposal(struct maker *maker, char **words, size_t count)
{
	unsigned int values[2] = { 0 };
	size_t spi_at;
	int status;

	if (!maker->payload.is_open || !maker->is_sa ||
	    !(count == 3 || (count == 5 && str_equal(words[3], "spi"))))
		return fail(maker,
			    "a proposal is: NUMBER PROTOCOL [spi CHUNK], below a "
			    "payload sa",
			    NULL);
	status = number(maker, words[1], 255, 10, &values[0]);
	if (!status)
		status = number(maker, words[2], 255, 10, &values[1]);
	if (status)
		return status;
	close_proposal(maker);
	open_part(maker, &maker->proposal, maker->proposal.next_at, 2);
	maker->proposal.next_at = maker->proposal.start;
	buf_putc(&maker->message, (char)values[0]);
	buf_putc(&maker->message, (char)values[1]);
	buf_add(&maker->message, "\0\0", 2); /* SPI size, transforms */
	spi_at = maker->message.length;
	if (count == 5)
		status = put_chunk(maker, words[4]);
	if (!status && maker->message.length - spi_at > UINT8_MAX)
		status = fail(maker, "an SPI has at most 255 bytes", NULL);
	maker->message.data[spi_at - 2] = (char)(maker->message.length - spi_at);
	maker->transform_count = 0;
	maker->transform.next_at = 0;
	return status;
}

/* transform NUMBER|TYPE HHHH [CHUNK] */
static int take_transform(struct maker *maker, char **words, size_t count)
{
	unsigned int first = 0, id = 0;
	bool is_v2 = maker->message.length > 17 && maker->message.data[17] == 0x20;
	int status;

	if (!maker->proposal.is_open || count < 3)
		return fail(maker, "a transform is: NUMBER HHHH CHUNK, below a proposal",
			    NULL);
	status = number(maker, words[1], 255, 10, &first);
	if (!status)
		status = number(maker, words[2], 65535, 16, &id);
	if (status)
		return status;
	close_transform(maker);
	open_part(maker, &maker->transform, maker->transform.next_at, 3);
	maker->transform.next_at = maker->transform.start;
	buf_putc(&maker->message, (char)first);
	if (is_v2) {
		buf_putc(&maker->message, 0);
		buf_add_be16(&maker->message, (uint16_t)id);
	} else { /* one octet, then two reserved ones */
		buf_putc(&maker->message, (char)id);
		buf_add(&maker->message, "\0\0", 2);
	}
	maker->transform_count++;
	return put_chunks(maker, words + 3, count - 3);
}

static int take_rest(struct maker *maker, char **words, size_t count)
{
	if (maker->message.length < IKE_HEADER_SIZE)
		return fail(maker, "rest stands behind a header", NULL);
	close_payload(maker);
	return put_chunks(maker, words + 1, count - 1);
}

/* ------------------------------------------------------------ packets */

static void put_le32(struct buf *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		buf_putc(out, (char)(value >> (8 * i)));
}

static void put_record(struct maker *maker, const struct buf *frame)
{
	put_le32(maker->out, (uint32_t)(maker->time_ns / 1000000000));
	put_le32(maker->out, (uint32_t)(maker->time_ns / 1000 % 1000000));
	put_le32(maker->out, (uint32_t)frame->length);
	put_le32(maker->out, (uint32_t)frame->length);
	buf_add(maker->out, frame->data, frame->length);
	maker->written++;
}

/* What stands where the packets were that are no IKE. */
static void put_fillers(struct maker *maker, uint32_t before)
{
	static const uint8_t arp[] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0,
				       1,   8,	 6,   0,   1,	8,   0, 6, 4, 0, 1,
				       2,   0,	 0,   0,   1,	192, 0, 2, 1, 0, 0,
				       0,   0,	 0,   0,   192, 0,   2, 2 };
	struct buf _cleanup_buf_ frame = { 0 };

	buf_add(&frame, arp, sizeof(arp));
	while (maker->written + 1 < before)
		put_record(maker, &frame);
}

static uint16_t checksum(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put_ip(const struct maker *maker, size_t length, struct buf *frame)
{
	size_t start = frame->length;

	if (maker->src.family == AF_INET6) {
		buf_add(frame, "\x60\0\0\0", 4);
		buf_add_be16(frame, (uint16_t)length);
		buf_add(frame, "\x11\x40", 2);
		buf_add(frame, maker->src.bytes, 16);
		buf_add(frame, maker->dst.bytes, 16);
		return;
	}
	buf_add(frame, "\x45\0", 2);
	buf_add_be16(frame, (uint16_t)(length + IPV4_HEAD));
	buf_add(frame, "\0\0\0\0\x40\x11\0\0", 8);
	buf_add(frame, maker->src.bytes, 4);
	buf_add(frame, maker->dst.bytes, 4);
	put16_at(frame, start + 10,
		 checksum(0, (const uint8_t *)frame->data + start, IPV4_HEAD));
}

static void put_packet(struct maker *maker)
{
	static const uint8_t link[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 };
	size_t length = UDP_HEAD + (maker->has_marker ? 4 : 0) + maker->message.length;
	struct buf _cleanup_buf_ frame = { 0 };
	struct capture_packet packet;

	buf_add(&frame, link, LINK_HEAD);
	if (maker->src.family == AF_INET6)
		put16_at(&frame, 12, 0x86dd);
	put_ip(maker, length, &frame);
	buf_add_be16(&frame, maker->src_port);
	buf_add_be16(&frame, maker->dst_port);
	buf_add_be16(&frame, (uint16_t)length);
	buf_add_be16(&frame, 0); /* none: RFC 768 */
	if (maker->has_marker)
		buf_add(&frame, "\0\0\0\0", 4);
	buf_add(&frame, maker->message.data, maker->message.length);
	put_record(maker, &frame);
	packet = (struct capture_packet){ .link_type = 1,
					  .time_ns = maker->time_ns,
					  .bytes = (const uint8_t *)frame.data,
					  .captured = (uint32_t)frame.length,
					  .length = (uint32_t)frame.length };
	session_set_add(maker->set, &packet);
}

static struct slice message_body(const struct ike_message *message, unsigned int type)
{
	const struct ike_payload *payload = ike_payload_find(message, type, 0);

	return payload ? payload->body : (struct slice){ 0 };
}

/* HASH_R of this message; the initiator's was read before. */
static int make_hash(struct maker *maker)
{
	struct ike_message message = { 0 };
	struct slice bytes = { (const uint8_t *)maker->message.data,
			       maker->message.length };
	struct ikev1_sa sa = { 0 };
	size_t length = 0;

	for (uint32_t i = 0; i < maker->set->sessions; i++)
		if (maker->set->session[i]->spi_i == be64(bytes.bytes))
			sa = maker->set->session[i]->v1;
	if (!ike_dissect(bytes, false, &message)) {
		memcpy(sa.cookies, bytes.bytes, sizeof(sa.cookies));
		sa.hash = maker->hash;
		sa.gxr = message_body(&message, V1_PAYLOAD_KE);
		sa.nr = message_body(&message, V1_PAYLOAD_NONCE);
		sa.idr = message_body(&message, V1_PAYLOAD_ID);
		length = ikev1_hash_of_psk(maker->crypto, &sa, true, maker->psk,
					   (uint8_t *)maker->message.data +
						   maker->hash_at);
	}
	ike_message_done(&message);
	maker->hash_at = 0;
	return length ? 0
		      : fail(maker, "HASH_R cannot be made of what stands here", NULL);
}

static int end_packet(struct maker *maker)
{
	int status = 0;

	if (!maker->has_packet)
		return 0;
	maker->has_packet = false;
	if (maker->message.length < IKE_HEADER_SIZE)
		return fail(maker, "the packet before has no header", NULL);
	close_payload(maker);
	if (maker->message.length > MESSAGE_MAX)
		return fail(maker, TOO_LONG, NULL);
	if (maker->hash_at)
		status = make_hash(maker);
	put_fillers(maker, maker->number);
	put_packet(maker);
	buf_done(&maker->message);
	return status;
}

/* SECONDS.mmm */
static int take_time(struct maker *maker, char *word)
{
	char *dot = strchr(word, '.');
	unsigned int seconds = 0, ms = 0;
	int status;

	if (!dot || strlen(dot) != 4)
		return fail(maker, "a time is seconds with three decimals", word);
	*dot = '\0';
	status = number(maker, word, INT32_MAX, 10, &seconds);
	if (!status)
		status = number(maker, dot + 1, 999, 10, &ms);
	maker->time_ns = seconds * 1000000000LL + ms * 1000000LL;
	return status;
}

/* packet NUMBER SECONDS ADDRESS PORT > ADDRESS PORT [marker] */
static int take_packet(struct maker *maker, char **words, size_t count)
{
	unsigned int ports[2] = { 0 };
	int status = end_packet(maker);

	if (status)
		return status;
	if (count < 8 || count > 9 || !str_equal(words[5], ">"))
		return fail(maker,
			    "a packet is: NUMBER SECONDS ADDRESS PORT > ADDRESS PORT",
			    NULL);
	maker->has_marker = count == 9 && str_equal(words[8], "marker");
	status = number(maker, words[1], FRAMES_MAX, 10, &maker->number);
	if (!status && maker->number <= maker->written)
		status = fail(maker, "packets stand in their order", words[1]);
	if (!status)
		status = take_time(maker, words[2]);
	for (size_t i = 0; i < 2 && !status; i++)
		status = number(maker, words[4 + 3 * i], 65535, 10, &ports[i]);
	if (!status && (inet_addr_parse(words[3], &maker->src) ||
			inet_addr_parse(words[6], &maker->dst) ||
			maker->src.family != maker->dst.family))
		status = fail(maker, "no two addresses of one kind", words[3]);
	maker->src_port = (uint16_t)ports[0];
	maker->dst_port = (uint16_t)ports[1];
	maker->has_packet = !status;
	return status;
}

/* ------------------------------------------------------------ lines */

static int take_frames(struct maker *maker, char **words, size_t count)
{
	if (count != 2)
		return fail(maker, "frames NUMBER", NULL);
	return number(maker, words[1], FRAMES_MAX, 10, &maker->frames);
}

static const struct {
	const char *word;
	int (*take)(struct maker *maker, char **words, size_t count);
} line_kinds[] = {
	{ "frames", take_frames },     { "packet", take_packet },
	{ "header", take_header },     { "payload", take_payload },
	{ "proposal", take_proposal }, { "transform", take_transform },
	{ "rest", take_rest },
};

static int take_line(struct maker *maker, char *text)
{
	char *words[WORDS_MAX], *save = NULL;
	size_t count = 0;

	text[strcspn(text, ";#")] = '\0';
	for (char *word = strtok_r(text, " \t\r", &save); word;
	     word = strtok_r(NULL, " \t\r", &save)) {
		if (count == WORDS_MAX)
			return fail(maker, "too many words", NULL);
		words[count++] = word;
	}
	if (!count)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(line_kinds); i++)
		if (str_equal(words[0], line_kinds[i].word))
			return line_kinds[i].take(maker, words, count);
	return fail(maker, "no line begins so", words[0]);
}

int facts_make(const char *name, const char *table, struct slice psk,
	       struct crypto *crypto, struct buf *out, struct err *err)
{
	static const uint8_t head[] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
					0,    0,    0,	  0,	0, 0, 4, 0, 1, 0, 0, 0 };
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(crypto, NULL);
	_cleanup_free_ char *text = strdup(table);
	const char *slash = strrchr(name, '/');
	struct maker maker = { .name = name,
			       .seed = slash ? slash + 1 : name,
			       .crypto = crypto,
			       .psk = psk,
			       .set = set,
			       .out = out,
			       .err = err };
	char *save = text;
	int status = 0;

	buf_add(out, head, sizeof(head));
	for (char *line; !status && (line = strsep(&save, "\n"));) {
		maker.line++;
		status = take_line(&maker, line);
	}
	if (!status)
		status = end_packet(&maker);
	if (!status && !maker.written)
		status = fail(&maker, "no packet stands here", NULL);
	if (!status)
		put_fillers(&maker, maker.frames + 1);
	buf_done(&maker.message);
	return status;
}
