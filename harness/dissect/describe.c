// SPDX-License-Identifier: GPL-2.0-or-later
/* describe.c - parts of IKE messages in words */
#include "dissect/describe.h"

#include <arpa/inet.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "ipsec/id.h"
#include "device/vendor_id.h"

#define TEXT_MAX	       128
#define CONFIG_USER_NAME       16521
#define CONFIG_SECRET_LAST     16525
#define CONFIG_IP4_SUBNET      13
#define CONFIG_UNITY_SPLIT     28676
#define CONFIG_UNITY_LOCAL_LAN 28678
#define UNITY_NETWORK	       14 /* bytes of one */

void describe_bytes_as_text(struct slice bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.length && i < TEXT_MAX; i++) {
		uint8_t c = bytes.bytes[i];

		if (c >= 0x20 && c < 0x7f && c != '\\')
			buf_putc(out, (char)c);
		else
			buf_printf(out, "\\x%02x", c);
	}
	if (bytes.length > TEXT_MAX)
		buf_printf(out, "… (%zu bytes)", bytes.length);
}

void describe_text(const char *text, struct buf *out)
{
	describe_bytes_as_text((struct slice){ (const uint8_t *)text, strlen(text) },
			       out);
}

void describe_hex(struct slice bytes, size_t max, struct buf *out)
{
	for (size_t i = 0; i < bytes.length && i < max; i++)
		buf_printf(out, "%02x", bytes.bytes[i]);
	if (bytes.length > max)
		buf_printf(out, "… (%zu bytes)", bytes.length);
}

/* ------------------------------------------------------------ identities */

void describe_address(struct slice bytes, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (bytes.length == 4 || bytes.length == 16)
		buf_puts(out, inet_ntop(bytes.length == 4 ? AF_INET : AF_INET6,
					bytes.bytes, text, sizeof(text)));
	else
		describe_hex(bytes, 16, out);
}

/* Length of a netmask without holes, or -1. */
static int mask_length(struct slice mask)
{
	unsigned int bits = 0;

	while (bits < mask.length * 8 && mask.bytes[bits / 8] & (0x80 >> bits % 8))
		bits++;
	for (unsigned int i = bits; i < mask.length * 8; i++)
		if (mask.bytes[i / 8] & (0x80 >> i % 8))
			return -1;
	return (int)bits;
}

static void put_pair(struct slice data, bool is_subnet, struct buf *out)
{
	struct slice first = { data.bytes, data.length / 2 };
	struct slice second = { data.bytes + data.length / 2, data.length / 2 };

	if (data.length != 8 && data.length != 32) {
		describe_hex(data, 32, out);
		return;
	}
	describe_address(first, out);
	if (is_subnet && mask_length(second) >= 0) {
		buf_printf(out, "/%d", mask_length(second));
		return;
	}
	buf_putc(out, is_subnet ? '/' : '-');
	describe_address(second, out);
}

static void put_name(struct slice data, struct buf *out)
{
	const unsigned char *at = data.bytes;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)data.length);
	char text[256];

	if (name && X509_NAME_oneline(name, text, sizeof(text)))
		describe_bytes_as_text((struct slice){ (uint8_t *)text, strlen(text) },
				       out);
	else
		describe_hex(data, 32, out);
	X509_NAME_free(name);
}

static bool is_printable(struct slice data)
{
	for (size_t i = 0; i < data.length; i++)
		if (data.bytes[i] < 0x20 || data.bytes[i] >= 0x7f)
			return false;
	return data.length > 0;
}

void describe_id(const struct ike_payload *payload, struct buf *out)
{
	struct slice data = payload->id.data;

	if (payload->id.type <= ID_TYPE_KEY_ID)
		buf_puts(out, id_type_name(payload->id.type));
	else
		buf_printf(out, "ID type %s", number_text(NUMBER_ID, payload->id.type).s);
	if (data.length)
		buf_putc(out, ' ');
	switch (payload->id.type) {
	case ID_TYPE_IPV4_ADDR:
	case ID_TYPE_IPV6_ADDR:
		describe_address(data, out);
		break;
	case ID_TYPE_IPV4_ADDR_SUBNET:
	case ID_TYPE_IPV6_ADDR_SUBNET:
		put_pair(data, true, out);
		break;
	case ID_TYPE_IPV4_ADDR_RANGE:
	case ID_TYPE_IPV6_ADDR_RANGE:
		put_pair(data, false, out);
		break;
	case ID_TYPE_DER_ASN1_DN:
		put_name(data, out);
		break;
	default:
		if (is_printable(data))
			describe_bytes_as_text(data, out);
		else
			describe_hex(data, 32, out);
	}
	if (payload->id.protocol || payload->id.port)
		buf_printf(out, " (protocol %u, port %u)", payload->id.protocol,
			   payload->id.port);
}

void describe_selector(const struct ike_selector *selector, struct buf *out)
{
	struct slice a = selector->first, b = selector->last;
	unsigned int same = 0, bits = (unsigned int)a.length * 8;
	bool is_prefix = a.length && a.length == b.length;

	/* RFC 9478; and what nobody knows yet */
	if (selector->type == SELECTOR_SECLABEL) {
		buf_puts(out, "security label ");
		describe_bytes_as_text(a, out);
		return;
	}
	if (selector->type != SELECTOR_IPV4 && selector->type != SELECTOR_IPV6) {
		buf_printf(out, "selector of type %u ", selector->type);
		describe_hex(a, 20, out);
		return;
	}
	while (is_prefix && same < bits &&
	       !((a.bytes[same / 8] ^ b.bytes[same / 8]) & (0x80 >> same % 8)))
		same++;
	for (unsigned int i = same; is_prefix && i < bits; i++)
		is_prefix = !(a.bytes[i / 8] & (0x80 >> i % 8)) &&
			    b.bytes[i / 8] & (0x80 >> i % 8);
	describe_address(a, out);
	if (is_prefix) {
		buf_printf(out, "/%u", same);
	} else {
		buf_putc(out, '-');
		describe_address(b, out);
	}
	if (selector->protocol)
		buf_printf(out, " protocol %u", selector->protocol);
	if (selector->first_port || selector->last_port != 0xffff)
		buf_printf(out, " ports %u-%u", selector->first_port,
			   selector->last_port);
}

/* ------------------------------------------------------------ payloads */

static void put_delete(const struct ike_payload *payload, struct buf *out)
{
	size_t size = payload->delete.spi_size;

	buf_puts(out, number_text(NUMBER_PROTOCOL, payload->delete.protocol).s);
	for (size_t i = 0; size && (i + 1) * size <= payload->delete.spis.length && i < 8;
	     i++) {
		buf_putc(out, ' ');
		describe_hex(
			(struct slice){ payload->delete.spis.bytes + i * size, size }, 16,
			out);
	}
}

static void put_vendor_id(const struct ike_payload *payload, struct buf *out)
{
	const struct vendor_id *row =
		vendor_id_find(payload->data.bytes, payload->data.length);

	if (row)
		buf_puts(out, row->name);
	else if (is_printable(payload->data))
		describe_bytes_as_text(payload->data, out);
	else
		describe_hex(payload->data, 20, out);
}

/* INTERNAL_IP6_ADDRESS and _SUBNET (RFC 7296 3.15.1): the prefix length is last. */
static void put_prefix6(struct slice bytes, struct buf *out)
{
	describe_address((struct slice){ bytes.bytes, 16 }, out);
	buf_printf(out, "/%u", bytes.bytes[16]);
}

/* Cisco's networks: address, mask and six bytes of protocol and ports, each. */
static bool put_networks(struct slice bytes, struct buf *out)
{
	if (!bytes.length || bytes.length % UNITY_NETWORK)
		return false;
	for (size_t at = 0; at < bytes.length; at += UNITY_NETWORK) {
		if (at)
			buf_putc(out, ',');
		put_pair((struct slice){ bytes.bytes + at, 8 }, true, out);
	}
	return true;
}

static void put_config_value(bool is_v2, const struct ike_attribute *attribute,
			     struct buf *out)
{
	struct slice bytes = attribute->bytes;

	if (!is_v2 && attribute->type > CONFIG_USER_NAME &&
	    attribute->type <= CONFIG_SECRET_LAST)
		buf_puts(out, "(not shown)");
	else if (attribute->is_tv)
		buf_printf(out, "%u", attribute->value);
	else if (attribute->type == CONFIG_IP4_SUBNET && bytes.length == 8)
		put_pair(bytes, true, out);
	else if ((attribute->type == CONFIG_UNITY_SPLIT ||
		  attribute->type == CONFIG_UNITY_LOCAL_LAN) &&
		 put_networks(bytes, out))
		return;
	else if (bytes.length == 17)
		put_prefix6(bytes, out);
	else if (bytes.length == 4 || (bytes.length == 16 && !is_printable(bytes)))
		describe_address(bytes, out);
	else if (is_printable(bytes))
		describe_bytes_as_text(bytes, out);
	else
		describe_hex(bytes, 20, out);
}

static void put_config(const struct ike_message *message,
		       const struct ike_payload *payload, struct buf *out)
{
	bool is_v2 = ike_is_v2(message);

	buf_puts(out, number_text(is_v2 ? NUMBER_V2_CONFIG_TYPE : NUMBER_V1_CONFIG_TYPE,
				  payload->config.type)
			      .s);
	for (uint32_t i = 0; i < payload->config.attributes; i++) {
		const struct ike_attribute *attribute =
			&message->attribute[payload->config.first_attribute + i];

		buf_printf(out, " %s",
			   number_text(is_v2 ? NUMBER_V2_CONFIG_ATTRIBUTE
					     : NUMBER_V1_CONFIG_ATTRIBUTE,
				       attribute->type)
				   .s);
		if (!attribute->bytes.length)
			continue;
		buf_putc(out, '=');
		put_config_value(is_v2, attribute, out);
	}
}

static void put_cert(const struct ike_payload *payload, struct buf *out)
{
	const unsigned char *at = payload->cert.data.bytes;
	X509 *x509 = NULL;
	char text[256];

	if (payload->cert.encoding == 4)
		x509 = d2i_X509(NULL, &at, (long)payload->cert.data.length);
	if (x509 && X509_NAME_oneline(X509_get_subject_name(x509), text, sizeof(text)))
		describe_bytes_as_text((struct slice){ (uint8_t *)text, strlen(text) },
				       out);
	else
		buf_printf(out, "%s, %zu bytes",
			   number_text(NUMBER_V2_CERT, payload->cert.encoding).s,
			   payload->cert.data.length);
	X509_free(x509);
}

static void put_selectors(const struct ike_message *message,
			  const struct ike_payload *payload, struct buf *out)
{
	for (uint32_t i = 0; i < payload->ts.selectors && i < 16; i++) {
		if (i)
			buf_puts(out, ", ");
		describe_selector(&message->selector[payload->ts.first_selector + i],
				  out);
	}
	if (payload->ts.selectors > 16)
		buf_printf(out, ", … %u more", payload->ts.selectors - 16);
}

static void put_body_v1(const struct ike_message *message,
			const struct ike_payload *payload, struct buf *out)
{
	switch (payload->type) {
	case V1_PAYLOAD_SA:
		describe_sa(message, payload, 4, out);
		break;
	case V1_PAYLOAD_ID:
		describe_id(payload, out);
		break;
	case V1_PAYLOAD_CERT:
		put_cert(payload, out);
		break;
	case V1_PAYLOAD_NOTIFY:
		describe_notify(message, payload, out);
		break;
	case V1_PAYLOAD_DELETE:
		put_delete(payload, out);
		break;
	case V1_PAYLOAD_VENDOR_ID:
		put_vendor_id(payload, out);
		break;
	case V1_PAYLOAD_ATTRIBUTES:
		put_config(message, payload, out);
		break;
	case V1_PAYLOAD_NAT_OA:
	case V1_PAYLOAD_NAT_OA_DRAFT0:
	case V1_PAYLOAD_NAT_OA_DRAFT4:
		describe_address(payload->nat_oa.address, out);
		break;
	case V1_PAYLOAD_FRAGMENT:
		buf_printf(out, "%u%s", payload->fragment.number,
			   payload->fragment.is_last ? ", last" : "");
		break;
	default:
		buf_printf(out, "%zu bytes", payload->body.length);
	}
}

static void put_body_v2(const struct ike_message *message,
			const struct ike_payload *payload, struct buf *out)
{
	switch (payload->type) {
	case V2_PAYLOAD_SA:
		describe_sa(message, payload, 4, out);
		break;
	case V2_PAYLOAD_KE:
		describe_group(payload->ke.group, out);
		break;
	case V2_PAYLOAD_IDI:
	case V2_PAYLOAD_IDR:
		describe_id(payload, out);
		break;
	case V2_PAYLOAD_CERT:
		put_cert(payload, out);
		break;
	case V2_PAYLOAD_AUTH:
		buf_puts(out, number_text(NUMBER_V2_AUTH, payload->auth.method).s);
		break;
	case V2_PAYLOAD_NOTIFY:
		describe_notify(message, payload, out);
		break;
	case V2_PAYLOAD_DELETE:
		put_delete(payload, out);
		break;
	case V2_PAYLOAD_VENDOR_ID:
		put_vendor_id(payload, out);
		break;
	case V2_PAYLOAD_TSI:
	case V2_PAYLOAD_TSR:
		put_selectors(message, payload, out);
		break;
	case V2_PAYLOAD_CP:
		put_config(message, payload, out);
		break;
	case V2_PAYLOAD_SKF:
		buf_printf(out, "%u/%u", payload->fragment.number,
			   payload->fragment.total);
		break;
	default:
		buf_printf(out, "%zu bytes", payload->body.length);
	}
}

void describe_payload(const struct ike_message *message,
		      const struct ike_payload *payload, struct buf *out)
{
	buf_printf(out, "%s(", ike_payload_name(message, payload->type).s);
	if (payload->fault == IKE_FAULT_CUT)
		buf_puts(out, ike_fault_text(payload->fault));
	else if (payload->fault >= IKE_FAULT_BEYOND)
		buf_printf(out, "MALFORMED: %s", ike_fault_text(payload->fault));
	else if (ike_is_v2(message))
		put_body_v2(message, payload, out);
	else
		put_body_v1(message, payload, out);
	if (payload->fault != IKE_FAULT_NONE && payload->fault < IKE_FAULT_BEYOND &&
	    payload->fault != IKE_FAULT_UNKNOWN)
		buf_printf(out, "; %s", ike_fault_text(payload->fault));
	buf_putc(out, ')');
}
