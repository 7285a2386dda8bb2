// SPDX-License-Identifier: GPL-2.0-or-later
/* describe_notify.c - notifies in words, with the data of those that carry some */
#include "base/buf.h"
#include "base/cleanup.h"
#include "device/wire.h"
#include "dissect/describe.h"

#define HASHES_MAX 16

/* AUTH_LIFETIME (RFC 4478), SET_WINDOW_SIZE, R-U-THERE (RFC 3706) */
static void put_number(struct slice data, struct buf *out)
{
	if (data.length == 4)
		buf_printf(out, " %u", be32(data.bytes));
}

static void put_seconds(struct slice data, struct buf *out)
{
	put_number(data, out);
	if (data.length == 4)
		buf_puts(out, " s");
}

static void put_on_off(struct slice data, struct buf *out)
{
	if (data.length == 4)
		buf_puts(out, be32(data.bytes) ? " on" : " off");
}

static void put_group(struct slice data, struct buf *out)
{
	if (data.length == 2)
		buf_printf(out, ", wants group %u", be16(data.bytes));
}

static void put_address(struct slice data, struct buf *out)
{
	buf_putc(out, ' ');
	describe_address(data, out);
}

/* RFC 7427 4: two bytes each */
static void put_hashes(struct slice data, struct buf *out)
{
	static const char *const names[] = { NULL,	     "SHA-1",	    "SHA2-256",
					     "SHA2-384",     "SHA2-512",    "identity",
					     "Streebog-256", "Streebog-512" };

	for (size_t at = 0; at + 2 <= data.length && at < 2UL * HASHES_MAX; at += 2) {
		unsigned int number = be16(data.bytes + at);

		buf_puts(out, at ? ", " : " ");
		if (number && number < ARRAY_SIZE(names))
			buf_puts(out, names[number]);
		else
			buf_printf(out, "%u", number);
	}
}

/* IPCOMP_SUPPORTED (RFC 7296 3.10.1): the CPI and the transform */
static void put_ipcomp(struct slice data, struct buf *out)
{
	if (data.length == 3)
		buf_printf(out, " CPI %04x %s", be16(data.bytes),
			   number_text(NUMBER_IPCOMP, data.bytes[2]).s);
}

/* UNSUPPORTED_CRITICAL_PAYLOAD (RFC 7296 2.5): which */
static void put_payload_type(struct slice data, struct buf *out)
{
	if (data.length == 1)
		buf_printf(out, " %u (%s)", data.bytes[0],
			   number_text(NUMBER_V2_PAYLOAD, data.bytes[0]).s);
}

/* SUPPORTED_AUTH_METHODS (RFC 9593 3.2): length, method, and what belongs to it */
static void put_auth_methods(struct slice data, struct buf *out)
{
	size_t at = 0;

	while (at + 2 <= data.length && data.bytes[at] >= 2) {
		buf_printf(out, "%s%s", at ? ", " : " ",
			   number_text(NUMBER_V2_AUTH, data.bytes[at + 1]).s);
		at += data.bytes[at];
	}
}

/* PPK_IDENTITY (RFC 8784 5.1): its type; of a fixed one the name, no secret */
static void put_ppk_id(struct slice data, struct buf *out)
{
	if (!data.length)
		return;
	if (data.bytes[0] != 2) {
		buf_puts(out, data.bytes[0] == 1 ? " opaque" : " of unknown type");
		return;
	}
	buf_puts(out, " fixed ");
	describe_bytes_as_text((struct slice){ data.bytes + 1, data.length - 1 }, out);
}

void describe_gateway(struct slice data, struct buf *out)
{
	size_t length = data.length >= 2 ? data.bytes[1] : 0;
	struct slice name = { data.bytes + 2, length };

	buf_putc(out, ' ');
	if (data.length < 2 || data.length < 2 + length)
		describe_hex(data, 20, out);
	else if (data.bytes[0] == 3)
		describe_bytes_as_text(name, out);
	else
		describe_address(name, out);
}

/* RESPONDER-LIFETIME (RFC 2407 4.6.3.1): the attributes of a life, as in a transform */
static void put_lifetime(struct slice data, struct buf *out)
{
	const char *unit = "s";
	size_t at = 0;

	while (at + 4 <= data.length) {
		unsigned int type = be16(data.bytes + at), value;
		bool is_short = type & 0x8000;
		size_t size = is_short ? 0 : be16(data.bytes + at + 2);

		value = is_short ? be16(data.bytes + at + 2) : 0;
		at += 4;
		if (size > data.length - at)
			return;
		if (size == 4)
			value = be32(data.bytes + at);
		at += size;
		if ((type & 0x7fff) == V1_ESP_LIFE_TYPE)
			unit = value == V1_LIFE_KILOBYTES ? "kB" : "s";
		else if ((type & 0x7fff) == V1_ESP_LIFE_DURATION)
			buf_printf(out, " %u %s", value, unit);
	}
}

static const struct data_of {
	uint8_t version;
	uint16_t type;
	void (*put)(struct slice data, struct buf *out);
} datas[] = {
	{ 1, 24576, put_lifetime },	{ 1, 24577, put_on_off },
	{ 1, 36136, put_number },	{ 1, 36137, put_number },
	{ 2, 1, put_payload_type },	{ 2, 16436, put_ppk_id },
	{ 2, 16443, put_auth_methods }, { 2, 17, put_group },
	{ 2, 16385, put_number },	{ 2, 16387, put_ipcomp },
	{ 2, 16397, put_address },	{ 2, 16398, put_address },
	{ 2, 16403, put_seconds },	{ 2, 16407, describe_gateway },
	{ 2, 16408, describe_gateway }, { 2, 16431, put_hashes },
};

void describe_notify(const struct ike_message *message, const struct ike_payload *payload,
		     struct buf *out)
{
	buf_puts(out, wire_notify_text(ike_is_v2(message), payload->notify.type).s);
	if (payload->notify.protocol > 1)
		buf_printf(out, ", %s",
			   number_text(NUMBER_PROTOCOL, payload->notify.protocol).s);
	if (payload->notify.spi.length && payload->notify.spi.length <= 4) {
		buf_puts(out, " SPI ");
		describe_hex(payload->notify.spi, 4, out);
	}
	for (size_t i = 0; i < ARRAY_SIZE(datas); i++)
		if (datas[i].version == message->header.major &&
		    datas[i].type == payload->notify.type)
			datas[i].put(payload->notify.data, out);
}
