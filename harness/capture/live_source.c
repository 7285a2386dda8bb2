// SPDX-License-Identifier: GPL-2.0-or-later
/* live_source.c - the packet socket of one interface */
#include "capture/live_source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"

#define LINKTYPE_ETHERNET 1
#define LINKTYPE_RAW	  101 /* IP at once */

/*
 * After the kernel's header of 66 bytes (80 where there is no link header) there is
 * room for a ping in Ethernet, and for the 80 bytes of a packet cut to its headers.
 */
#define SLOT_BYTES	192u
#define BLOCK_BYTES	(64u << 10)
#define SLOTS_PER_BLOCK (BLOCK_BYTES / SLOT_BYTES)

#define QUEUE_BYTES	 (16 << 20) /* asked for; net.core.rmem_max decides */
#define QUEUE_PER_PACKET 4096	    /* with what the kernel adds */
#define STAMPS_S	 10	    /* wall; mostly nothing, some ms after a pause */
#define ETH_P_OF_OURS	 0x88b5	    /* IEEE 802: for local experiments */
#define BATCH		 64	    /* packets of one recvmmsg(2) */
#define BATCH_BYTES	 (66u << 10)

/* ------------------------------------------------------------ opening */

/* A one-instruction filter in the kernel: keep so many bytes; 0 drops the packet. */
int live_source_filter(const struct live_source *source, uint32_t snaplen,
		       const char *label, struct err *err)
{
	struct sock_filter keep = BPF_STMT(BPF_RET | BPF_K, snaplen);
	struct sock_fprog program = { .len = 1, .filter = &keep };

	if (setsockopt(source->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)))
		return err_sys(err, errno, "capture on %s: filter", label);
	return 0;
}

static int set_option(const struct live_source *source, int level, int name, int value)
{
	return setsockopt(source->fd, level, name, &value, sizeof(value));
}

static int find_link_type(struct live_source *source, const char *interface,
			  const char *label, struct err *err)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (ioctl(source->fd, SIOCGIFHWADDR, &request))
		return err_sys(err, errno, "capture on %s (%s)", label, interface);
	switch (request.ifr_hwaddr.sa_family) {
	case ARPHRD_LOOPBACK:
		/* Each packet there comes by twice, out and in. */
		if (set_option(source, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1))
			return err_sys(err, errno, "capture on %s", label);
		source->link_type = LINKTYPE_ETHERNET;
		return 0;
	case ARPHRD_ETHER:
		source->link_type = LINKTYPE_ETHERNET;
		return 0;
	case ARPHRD_NONE:
	case ARPHRD_TUNNEL:
		source->link_type = LINKTYPE_RAW;
		return 0;
	default:
		return err_set(err, ENOTSUP,
			       "capture on %s (%s): what it carries (ARPHRD %d) cannot "
			       "be captured",
			       label, interface, request.ifr_hwaddr.sa_family);
	}
}

static int make_ring(struct live_source *source, uint32_t bytes, const char *label,
		     struct err *err)
{
	uint32_t blocks = bytes > BLOCK_BYTES ? bytes / BLOCK_BYTES : 1;
	struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = blocks,
		.tp_frame_size = SLOT_BYTES,
		.tp_frame_nr = blocks * SLOTS_PER_BLOCK,
	};

	if (set_option(source, SOL_PACKET, PACKET_VERSION, TPACKET_V2) ||
	    set_option(source, SOL_PACKET, PACKET_COPY_THRESH, 1) ||
	    setsockopt(source->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
		return err_sys(err, errno, "capture on %s: a ring of %u KiB", label,
			       blocks * BLOCK_BYTES >> 10);
	source->slots = request.tp_frame_nr;
	return 0;
}

/* Time stamps and lengths beside what recvmmsg(2) gives; as much queue as there may be. */
static int make_queue(struct live_source *source, const char *label, struct err *err)
{
	socklen_t length = sizeof(int);
	int bytes = 0;

	if (set_option(source, SOL_SOCKET, SO_RCVBUFFORCE, QUEUE_BYTES) &&
	    set_option(source, SOL_SOCKET, SO_RCVBUF, QUEUE_BYTES))
		return err_sys(err, errno, "capture on %s: queue", label);
	if (source->slots)
		return 0;
	/* The kernel says twice what it was asked for, or may give (socket(7)). */
	if (getsockopt(source->fd, SOL_SOCKET, SO_RCVBUF, &bytes, &length))
		return err_sys(err, errno, "capture on %s: queue", label);
	source->queue = (uint32_t)bytes / 2 / QUEUE_PER_PACKET;
	if (set_option(source, SOL_SOCKET, SO_TIMESTAMPNS, 1) ||
	    set_option(source, SOL_PACKET, PACKET_AUXDATA, 1))
		return err_sys(err, errno, "capture on %s: time stamps", label);
	return 0;
}

/* ------------------------------------------------------------ time stamps */

/* On the loopback of the caller's network namespace: what it sends, it gets. */
static int stamped_socket(struct sockaddr_ll *ret_address)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	*ret_address = (struct sockaddr_ll){ .sll_family = AF_PACKET,
					     .sll_protocol = htons(ETH_P_OF_OURS),
					     .sll_ifindex = (int)if_nametoindex("lo"),
					     .sll_halen = ETH_ALEN };
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &(int){ 1 }, sizeof(int)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &(int){ 1 },
		       sizeof(int)) ||
	    bind(fd, (struct sockaddr *)ret_address, sizeof(*ret_address))) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

static int64_t stamp_of(struct msghdr *header)
{
	struct timespec time = { 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&time, CMSG_DATA(c), sizeof(time));
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* One packet, there and back: 1 when it was stamped before it was read, 0 not, or negative errno. */
static int is_stamped(int fd, const struct sockaddr_ll *address, int64_t deadline_us)
{
	char byte = 0;
	char control[CMSG_SPACE(sizeof(struct timespec))] __attribute__((aligned(8)));
	struct iovec vector = { &byte, sizeof(byte) };
	struct msghdr header = { .msg_iov = &vector,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct timespec sent;

	if (sendto(fd, &byte, sizeof(byte), 0, (const struct sockaddr *)address,
		   sizeof(*address)) < 0)
		return -errno;
	(void)clock_gettime(CLOCK_REALTIME, &sent);
	if (poll(&poll_fd, 1, clock_left_ms(deadline_us)) <= 0)
		return 0;
	if (recvmsg(fd, &header, MSG_DONTWAIT) < 0)
		return -errno;
	return stamp_of(&header) <= sent.tv_sec * 1000000000LL + sent.tv_nsec;
}

/*
 * The kernel begins with time stamps some moments after the first socket asks for them (it
 * patches its code in a worker). A packet that comes before is stamped when it is read,
 * which may be when the tunnel is up: a leak that never was.
 */
static int wait_for_stamps(const char *label, struct err *err)
{
	struct sockaddr_ll address;
	_cleanup_close_ int fd = stamped_socket(&address);
	const int64_t deadline_us = clock_now_us() + STAMPS_S * INT64_C(1000000);
	int ret;

	if (fd < 0)
		return err_sys(err, -fd, "capture on %s: time stamps", label);
	while (!(ret = is_stamped(fd, &address, deadline_us)) &&
	       clock_left_ms(deadline_us))
		(void)poll(NULL, 0, 1); /* there is nobody who would wake us */
	if (ret < 0)
		return err_sys(err, -ret, "capture on %s: time stamps", label);
	return ret ? 0
		   : err_set(err, ETIMEDOUT,
			     "capture on %s: the kernel stamps no packet when it comes",
			     label);
}

int live_source_open(const char *interface, const char *label, uint32_t ring_bytes,
		     struct live_source *ret_source, struct err *err)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_ALL) };
	/* Without a protocol until all is set up: nothing comes in, nobody waits. */
	struct live_source source = {
		.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	};
	int ret;

	if (source.fd < 0)
		return err_sys(err, errno, "capture on %s (%s)", label, interface);
	ret = find_link_type(&source, interface, label, err);
	if (!ret && ring_bytes)
		ret = make_ring(&source, ring_bytes, label, err);
	if (!ret)
		ret = make_queue(&source, label, err);
	if (!ret && !ring_bytes)
		ret = wait_for_stamps(label, err);
	if (!ret)
		ret = live_source_filter(&source, 0, label, err);
	address.sll_ifindex = (int)if_nametoindex(interface);
	if (!ret && (!address.sll_ifindex ||
		     bind(source.fd, (struct sockaddr *)&address, sizeof(address))))
		ret = err_sys(err, errno, "capture on %s (%s)", label, interface);
	if (ret) {
		close(source.fd);
		return ret;
	}
	*ret_source = source;
	return 0;
}

static size_t ring_bytes_of(const struct live_source *source)
{
	return (size_t)source->slots / SLOTS_PER_BLOCK * BLOCK_BYTES;
}

int live_source_map(struct live_source *source, const char *label, struct err *err)
{
	void *ring;

	if (!source->slots)
		return 0;
	ring = mmap(NULL, ring_bytes_of(source), PROT_READ | PROT_WRITE, MAP_SHARED,
		    source->fd, 0);
	if (ring == MAP_FAILED)
		return err_sys(err, errno, "capture on %s: ring", label);
	source->ring = ring;
	return 0;
}

void live_source_close(struct live_source *source)
{
	if (source->ring)
		(void)munmap(source->ring, ring_bytes_of(source));
	source->ring = NULL;
	if (source->fd >= 0)
		close(steal_fd(&source->fd));
}

/* ------------------------------------------------------------ reading */

struct live_room {
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	/* A time stamp and tpacket_auxdata. */
	_Alignas(struct cmsghdr)
		uint8_t controls[BATCH][CMSG_SPACE(sizeof(struct timespec)) +
					CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	uint8_t *bytes; /* BATCH × BATCH_BYTES, of which few pages are ever touched */
};

struct live_room *live_room_new(void)
{
	struct live_room *room = calloc(1, sizeof(*room));

	if (!room)
		return NULL;
	room->bytes = mmap(NULL, (size_t)BATCH * BATCH_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room->bytes == MAP_FAILED) {
		free(room);
		return NULL;
	}
	return room;
}

void live_room_free(struct live_room *room)
{
	if (!room)
		return;
	(void)munmap(room->bytes, (size_t)BATCH * BATCH_BYTES);
	free(room);
}

static struct tpacket2_hdr *slot_at(const struct live_source *source, uint32_t slot)
{
	size_t at = (size_t)(slot / SLOTS_PER_BLOCK) * BLOCK_BYTES +
		    (size_t)(slot % SLOTS_PER_BLOCK) * SLOT_BYTES;

	return (struct tpacket2_hdr *)(void *)(source->ring + at);
}

/*
 * The next packet of the queue. That the interface went down is told once, instead of a
 * packet, and must not shift those that follow.
 */
static ssize_t receive_whole(int fd, struct live_room *room)
{
	ssize_t length = -1;

	for (int i = 0; i < 3 && length < 0; i++)
		length = recv(fd, room->bytes, (size_t)BATCH * BATCH_BYTES, MSG_DONTWAIT);
	return length;
}

/*
 * The whole packet of a slot that had no room for it; when the queue had none either,
 * the slot's worth is what there is.
 */
static void slot_take_whole(struct live_source *source, const struct tpacket2_hdr *slot,
			    struct live_room *room, uint32_t status,
			    struct live_packet *packet)
{
	ssize_t length = -1;

	if (slot->tp_mac + slot->tp_snaplen < SLOT_BYTES ||
	    slot->tp_snaplen == slot->tp_len)
		return; /* it is as long as the filter wants it */
	if (status & TP_STATUS_COPY)
		length = receive_whole(source->fd, room);
	if (length <= 0) {
		source->uncopied++;
		return;
	}
	packet->bytes = room->bytes;
	packet->captured = (uint32_t)length;
}

static int read_ring(struct live_source *source, struct live_room *room, int most,
		     void (*fn)(void *user, const struct live_packet *packet), void *user)
{
	int count = 0;

	for (; count < most; count++) {
		struct tpacket2_hdr *slot = slot_at(source, source->next);
		uint32_t status = __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);
		struct live_packet packet;

		if (!(status & TP_STATUS_USER))
			break;
		packet = (struct live_packet){
			.time_ns = slot->tp_sec * 1000000000LL + slot->tp_nsec,
			.bytes = (const uint8_t *)slot + slot->tp_mac,
			.captured = slot->tp_snaplen,
			.length = slot->tp_len,
		};
		slot_take_whole(source, slot, room, status, &packet);
		fn(user, &packet);
		__atomic_store_n(&slot->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		source->next = (source->next + 1) % source->slots;
	}
	return count;
}

static void room_prepare(struct live_room *room)
{
	for (size_t i = 0; i < BATCH; i++) {
		room->vectors[i] =
			(struct iovec){ room->bytes + i * BATCH_BYTES, BATCH_BYTES };
		room->messages[i].msg_hdr = (struct msghdr){
			.msg_iov = &room->vectors[i],
			.msg_iovlen = 1,
			.msg_control = room->controls[i],
			.msg_controllen = sizeof(room->controls[i]),
		};
	}
}

static struct live_packet packet_of(struct mmsghdr *message)
{
	struct msghdr *header = &message->msg_hdr;
	struct live_packet packet = {
		.bytes = header->msg_iov->iov_base,
		.captured = message->msg_len,
		.length = message->msg_len,
	};

	packet.time_ns = stamp_of(header);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		struct tpacket_auxdata about;

		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA) {
			memcpy(&about, CMSG_DATA(c), sizeof(about));
			packet.length = about.tp_len;
		}
	}
	return packet;
}

static int read_queue(struct live_source *source, struct live_room *room, int most,
		      void (*fn)(void *user, const struct live_packet *packet),
		      void *user)
{
	int count = 0, got = BATCH;

	/* Fewer than asked for: there were no more. */
	while (got == BATCH && count < most) {
		room_prepare(room);
		got = recvmmsg(source->fd, room->messages, BATCH, MSG_DONTWAIT, NULL);
		if (got < 0)
			break;
		for (int i = 0; i < got; i++) {
			struct live_packet packet = packet_of(&room->messages[i]);

			fn(user, &packet);
		}
		count += got;
	}
	return count;
}

int live_source_read(struct live_source *source, struct live_room *room, int most,
		     void (*fn)(void *user, const struct live_packet *packet), void *user)
{
	int error;
	socklen_t length = sizeof(error);
	int count = source->slots ? read_ring(source, room, most, fn, user)
				  : read_queue(source, room, most, fn, user);

	/* Was poll() woken by "the interface is down"? That is told until it is heard. */
	if (!count)
		(void)getsockopt(source->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	return count;
}

/* Small packets take a fifth of what a queue reckons with; waking up costs a guest more. */
uint32_t live_source_many(const struct live_source *source)
{
	return source->slots ? source->slots / 8 : source->queue;
}

void live_source_statistics(struct live_source *source, uint64_t *ret_received,
			    uint64_t *ret_dropped)
{
	struct tpacket_stats kernel = { 0 };
	socklen_t length = sizeof(kernel);

	(void)getsockopt(source->fd, SOL_PACKET, PACKET_STATISTICS, &kernel, &length);
	*ret_received = kernel.tp_packets;
	*ret_dropped = kernel.tp_drops + source->uncopied;
}
