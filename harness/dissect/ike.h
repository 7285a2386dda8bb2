/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ike.h - an IKE message as a tree (RFC 2408, 2409, 2407, 7296, 7383 and drafts)
 *
 * struct ike_message is a reusable place for one message: payloads, proposals,
 * transforms, attributes and traffic selectors lie in flat arrays that grow with
 * the largest message seen (an IP packet bounds them) and are never freed between
 * messages, so that dissecting allocates nothing. Children are index ranges.
 *
 * Everything is kept: an unknown payload has its bytes, what is malformed carries
 * a fault which says so and the dissector goes on where it can. All pointers are
 * borrowed from the bytes that were dissected.
 */
#ifndef TWINSITE_DISSECT_IKE_H
#define TWINSITE_DISSECT_IKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/cursor.h"
#include "ipsec/number.h"

#define IKE_HEADER_SIZE	 28
#define IKE_SPI_SIZE	 8
#define IKE_GENERIC_SIZE 4 /* next payload, flags, length */

#define IKE_V1_FLAG_ENCRYPTED 0x01
#define IKE_V1_FLAG_COMMIT    0x02
#define IKE_V1_FLAG_AUTH_ONLY 0x04
#define IKE_V2_FLAG_INITIATOR 0x08
#define IKE_V2_FLAG_VERSION   0x10
#define IKE_V2_FLAG_RESPONSE  0x20

/* What is wrong with a message or a payload; more serious ones are larger. */
enum ike_fault {
	IKE_FAULT_NONE,
	IKE_FAULT_RESERVED,	 /* reserved bits are set */
	IKE_FAULT_TRAILING,	 /* bytes behind the last payload */
	IKE_FAULT_COUNT,	 /* a count says something else than what is there */
	IKE_FAULT_UNKNOWN,	 /* payload type not known */
	IKE_FAULT_SHORT_BODY,	 /* too short for its type */
	IKE_FAULT_BEYOND,	 /* its length goes beyond the message */
	IKE_FAULT_CUT,		 /* within the message, and not all of it captured */
	IKE_FAULT_LENGTH,	 /* a length smaller than its own header */
	IKE_FAULT_HEADER_LENGTH, /* the header's length is not what is there */
	IKE_FAULT_SHORT,	 /* shorter than an IKE header */
	IKE_FAULT_COUNT_OF,
};

struct ike_header {
	uint64_t spi_i, spi_r; /* IKEv1: cookies */
	const uint8_t *spis;   /* both, 16 bytes */
	uint8_t next_payload;
	uint8_t major, minor;
	uint8_t exchange;
	uint8_t flags;
	uint32_t message_id;
	uint32_t length; /* as claimed */
};

struct alg;

/* An attribute: TV with its 16 bit value, or TLV with bytes (RFC 2408 3.3). */
struct ike_attribute {
	uint16_t type;
	bool is_tv;
	uint32_t value;	    /* TV, or TLV of 1..4 bytes read as a number */
	struct slice bytes; /* TLV; TV: the two bytes */
};

struct ike_transform {
	uint8_t number; /* IKEv1: transform number */
	uint8_t type;	/* IKEv2: transform type */
	uint16_t id;
	uint32_t first_attribute, attributes;
	enum ike_fault fault;
};

struct ike_proposal {
	uint8_t number;
	uint8_t protocol;
	uint8_t announced; /* transforms, as it claims */
	struct slice spi;
	uint32_t first_transform, transforms;
	enum ike_fault fault;
};

/* Types of IKEv2's traffic selectors (RFC 7296 3.13.1, RFC 9478). */
enum {
	SELECTOR_IPV4 = 7, /* a range */
	SELECTOR_IPV6 = 8,
	SELECTOR_SECLABEL = 10,
};

/* IKEv2 traffic selector. Of types that are no range: first has all of it. */
struct ike_selector {
	uint8_t type;
	uint8_t protocol;
	uint16_t first_port, last_port;
	struct slice first, last; /* addresses */
};

struct ike_payload {
	uint8_t type;
	uint8_t next;
	bool is_critical;  /* IKEv2 */
	bool is_decrypted; /* from inside SK, or from an encrypted IKEv1 message */
	enum ike_fault fault;
	uint16_t length;    /* as claimed, with the generic header */
	struct slice whole; /* with the generic header */
	struct slice body;  /* without */
	union {
		struct {
			uint32_t doi, situation; /* IKEv1 */
			uint32_t first_proposal, proposals;
		} sa;
		struct {
			uint16_t group; /* IKEv2; 0 in IKEv1 */
			struct slice data;
		} ke;
		struct {
			uint8_t type, protocol;
			uint16_t port;
			struct slice data;
		} id;
		struct {
			uint8_t encoding;
			struct slice data;
		} cert; /* also CERTREQ */
		struct {
			uint8_t method; /* IKEv2 AUTH */
			struct slice data;
		} auth;
		struct {
			uint32_t doi; /* IKEv1 */
			uint8_t protocol;
			uint16_t type;
			struct slice spi, data;
		} notify;
		struct {
			uint32_t doi; /* IKEv1 */
			uint8_t protocol, spi_size;
			uint16_t count;
			struct slice spis; /* what is there of count * spi_size */
		} delete;
		struct {
			uint32_t first_selector, selectors;
		} ts;
		struct {
			uint8_t type;
			uint16_t identifier; /* IKEv1 */
			uint32_t first_attribute, attributes;
		} config;
		struct {
			uint8_t id_type; /* NAT-OA */
			struct slice address;
		} nat_oa;
		struct {
			uint16_t number, total; /* SKF: total 0 in SK; v1: id, number */
			bool is_last;		/* IKEv1 fragments */
			struct slice data;
		} fragment;	   /* SK: data is what is encrypted, with IV and ICV */
		struct slice data; /* hash, signature, nonce, vendor id, NAT-D, others */
	};
};

struct ike_message {
	struct ike_header header;
	enum ike_fault fault; /* the most serious one of header and chain */
	bool is_cut;	      /* the capture has less than the packet */
	bool is_encrypted;    /* IKEv1: payloads are not readable without keys */
	bool is_decrypted;
	struct slice whole;	/* header and all */
	struct slice encrypted; /* IKEv1: what follows the header */
	uint32_t payloads, proposals, transforms, attributes, selectors; /* counts */
	struct ike_payload *payload;
	struct ike_proposal *proposal;
	struct ike_transform *transform;
	struct ike_attribute *attribute;
	struct ike_selector *selector;
	uint32_t payload_room, proposal_room, transform_room, attribute_room,
		selector_room; /* private */
};

/* Prepare once, release at the end. A zeroed struct is ready, too. */
void ike_message_done(struct ike_message *message);

/*
 * Dissect one message. Returns 0, or -EINVAL when it is not IKE at all (shorter
 * than a header, or neither version 1 nor 2); then ret->fault says what. is_cut:
 * the capture does not hold all of it.
 */
int ike_dissect(struct slice bytes, bool is_cut, struct ike_message *ret);

/*
 * Append the payloads of a decrypted chain; the bytes must live as long as the
 * message is used. What stands behind the chain is padding, never a fault.
 */
void ike_dissect_decrypted(struct ike_message *message, uint8_t first,
			   struct slice bytes);

/* The first payload of a type at or behind index `from`, or NULL. */
const struct ike_payload *ike_payload_find(const struct ike_message *message,
					   unsigned int type, uint32_t from);

/* The attribute of a transform by its type, or NULL. */
const struct ike_attribute *ike_attribute_find(const struct ike_message *message,
					       const struct ike_transform *transform,
					       unsigned int type);
/* Its value; 0: there is none. */
uint32_t ike_attribute_value(const struct ike_message *message,
			     const struct ike_transform *transform, unsigned int type);

/* IKEv2: the cipher, integrity or PRF that a transform is; NULL: of another type, unknown. */
const struct alg *ike_transform_alg(const struct ike_message *message,
				    const struct ike_transform *transform);

static inline bool ike_is_v2(const struct ike_message *message)
{
	return message->header.major == 2;
}

/* Is it a request of an exchange or its answer? IKEv1 does not say: false. */
static inline bool ike_is_response(const struct ike_message *message)
{
	return ike_is_v2(message) && message->header.flags & IKE_V2_FLAG_RESPONSE;
}

const char *ike_fault_text(enum ike_fault fault); /* "a length smaller than its header" */

/* Names by the message's version: "SA", "IKE_AUTH"; "unknown 77". */
struct number_text ike_payload_name(const struct ike_message *message, unsigned int type);
struct number_text ike_exchange_name(const struct ike_message *message);

/* ------------------------------------------------------------ for payload.c alone */

struct ike_payload *ike_payload_new(struct ike_message *message);
struct ike_proposal *ike_proposal_new(struct ike_message *message);
struct ike_transform *ike_transform_new(struct ike_message *message);
struct ike_attribute *ike_attribute_new(struct ike_message *message);
struct ike_selector *ike_selector_new(struct ike_message *message);

/* Fill payload from its body by its type; ikev1.c and ikev2.c. */
void ikev1_payload(struct ike_message *message, struct ike_payload *payload);
void ikev2_payload(struct ike_message *message, struct ike_payload *payload);

#endif
