// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp.c - echo requests that are recognised again, wherever they turn up (RFC 792) */
#include "probe/icmp.h"

#include <assert.h>
#include <errno.h>
#include <linux/icmp.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "netns/node.h"

#define IP_HEADER_MIN 20
#define ICMP_HEADER   8

static const uint8_t icmp_magic[8] = { 't', 'w', 'i', 'n', 's', 'i', 't', 'e' };

/* What follows the ICMP header; all bytes, so no alignment matters. */
struct icmp_payload {
	uint8_t magic[8];
	uint8_t task[2], sequence[2];
	uint8_t sent_us[8];
};

/* An error must quote at least the ICMP header (RFC 792), Linux and routers quote more.
 */
static_assert(ICMP_SIZE_MIN >= IP_HEADER_MIN + ICMP_HEADER + sizeof(struct icmp_payload),
	      "the smallest request does not hold the payload");

static uint16_t get_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint16_t icmp_checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += get_be16(bytes + i);
	if (length & 1)
		sum += (uint32_t)bytes[length - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

size_t icmp_format(uint8_t *packet, const struct icmp_request *request, int64_t now_us)
{
	size_t length = request->size - IP_HEADER_MIN;
	uint16_t task = request->task, sequence = request->sequence;
	struct icmp_payload payload;
	uint16_t sum;

	memset(packet, 0, length);
	packet[0] = ICMP_ECHO;
	packet[4] = (uint8_t)(request->flow >> 8);
	packet[5] = (uint8_t)request->flow;
	packet[6] = (uint8_t)(sequence >> 8);
	packet[7] = (uint8_t)sequence;
	memcpy(payload.magic, icmp_magic, sizeof(icmp_magic));
	payload.task[0] = (uint8_t)(task >> 8);
	payload.task[1] = (uint8_t)task;
	payload.sequence[0] = (uint8_t)(sequence >> 8);
	payload.sequence[1] = (uint8_t)sequence;
	memcpy(payload.sent_us, &now_us, sizeof(now_us));
	memcpy(packet + ICMP_HEADER, &payload, sizeof(payload));
	sum = icmp_checksum(packet, length);
	packet[2] = (uint8_t)(sum >> 8);
	packet[3] = (uint8_t)sum;
	return length;
}

/* An echo's header and payload: fill the sighting, unless it is somebody else's. */
static bool parse_echo(const uint8_t *icmp, size_t length, struct icmp_sighting *sighting)
{
	struct icmp_payload payload;

	if (length < ICMP_HEADER + sizeof(payload))
		return false;
	memcpy(&payload, icmp + ICMP_HEADER, sizeof(payload));
	if (memcmp(payload.magic, icmp_magic, sizeof(icmp_magic)) != 0)
		return false;
	sighting->task = get_be16(payload.task);
	sighting->sequence = get_be16(payload.sequence);
	memcpy(&sighting->sent_us, payload.sent_us, sizeof(payload.sent_us));
	return true;
}

/* Step over an IPv4 header; 0 when there is none or it is not ICMP. */
static size_t ip_header_length(const uint8_t *packet, size_t length)
{
	size_t header = length >= IP_HEADER_MIN ? (packet[0] & 0x0fU) * 4 : 0;

	if (header < IP_HEADER_MIN || header + ICMP_HEADER > length ||
	    packet[0] >> 4 != 4 || packet[9] != IPPROTO_ICMP)
		return 0;
	return header;
}

static bool parse_error(const uint8_t *icmp, size_t length,
			struct icmp_sighting *sighting)
{
	const uint8_t *quoted = icmp + ICMP_HEADER;
	size_t left = length - ICMP_HEADER;
	size_t header = ip_header_length(quoted, left);

	if (!header || quoted[header] != ICMP_ECHO)
		return false;
	sighting->kind = ICMP_SIGHT_ERROR;
	sighting->type = icmp[0];
	sighting->code = icmp[1];
	return parse_echo(quoted + header, left - header, sighting);
}

bool icmp_parse(const uint8_t *packet, size_t length, struct icmp_sighting *ret_sighting)
{
	struct icmp_sighting sighting = { 0 };
	size_t header = ip_header_length(packet, length);
	const uint8_t *icmp = packet + header;
	bool is_ours;

	if (!header)
		return false;
	sighting.from.family = AF_INET;
	memcpy(sighting.from.bytes, packet + 12, 4);
	switch (icmp[0]) {
	case ICMP_ECHO:
		sighting.kind = ICMP_SIGHT_REQUEST;
		is_ours = parse_echo(icmp, length - header, &sighting);
		break;
	case ICMP_ECHOREPLY:
		sighting.kind = ICMP_SIGHT_REPLY;
		is_ours = parse_echo(icmp, length - header, &sighting);
		break;
	case ICMP_DEST_UNREACH:
	case ICMP_TIME_EXCEEDED:
		is_ours = parse_error(icmp, length - header, &sighting);
		break;
	default:
		is_ours = false;
	}
	if (is_ours)
		*ret_sighting = sighting;
	return is_ours;
}

int icmp_open(struct node *node, struct err *err)
{
	struct icmp_filter filter = { ~(1U << ICMP_ECHO | 1U << ICMP_ECHOREPLY |
					1U << ICMP_DEST_UNREACH |
					1U << ICMP_TIME_EXCEEDED) };
	_cleanup_close_ int fd =
		node_socket(node, AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP);

	if (fd < 0)
		return err_sys(err, -fd, "%s: ICMP socket", node_name(node));
	if (setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof(filter)))
		return err_sys(err, errno, "%s: ICMP filter", node_name(node));
	return steal_fd(&fd);
}

int icmp_send(int fd, const struct inet_addr *dst, const struct icmp_request *request)
{
	uint8_t packet[ICMP_PACKET_MAX];
	struct sockaddr_storage to;
	socklen_t to_length = inet_sockaddr(dst, 0, &to);
	int discover = request->is_whole ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT;
	size_t length;

	if (request->size < ICMP_SIZE_MIN || request->size > sizeof(packet))
		return -EINVAL;
	length = icmp_format(packet, request, clock_now_us());
	(void)setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &discover, sizeof(discover));
	if (sendto(fd, packet, length, 0, (struct sockaddr *)&to, to_length) < 0)
		return -errno;
	return 0;
}

int icmp_receive(int fd, struct icmp_sighting *ret_sighting)
{
	uint8_t packet[ICMP_PACKET_MAX];
	ssize_t length = recv(fd, packet, sizeof(packet), 0);

	if (length < 0)
		return errno == EINTR ? 0 : -errno;
	return icmp_parse(packet, (size_t)length, ret_sighting);
}

const char *icmp_error_name(uint8_t type, uint8_t code)
{
	static const char *const unreachable[] = {
		[ICMP_NET_UNREACH] = "network unreachable",
		[ICMP_HOST_UNREACH] = "host unreachable",
		[ICMP_PROT_UNREACH] = "protocol unreachable",
		[ICMP_PORT_UNREACH] = "port unreachable",
		[ICMP_FRAG_NEEDED] = "fragmentation needed",
		[ICMP_SR_FAILED] = "source route failed",
		[ICMP_NET_UNKNOWN] = "network unknown",
		[ICMP_HOST_UNKNOWN] = "host unknown",
		[ICMP_NET_ANO] = "network prohibited",
		[ICMP_HOST_ANO] = "host prohibited",
		[ICMP_PKT_FILTERED] = "administratively prohibited",
	};

	if (type == ICMP_TIME_EXCEEDED)
		return "time to live exceeded";
	if (type != ICMP_DEST_UNREACH || code >= ARRAY_SIZE(unreachable) ||
	    !unreachable[code])
		return "unreachable";
	return unreachable[code];
}
