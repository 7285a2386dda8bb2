// SPDX-License-Identifier: GPL-2.0-or-later
/* tcp_stream_test.c - IKE and ESP in TCP, however the stream is cut into segments */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "dissect/tcp_stream.h"

static const uint8_t client[] = { 203, 0, 113, 1 }, server[] = { 198, 51, 100, 2 };

static void streams_freep(struct tcp_streams **streams)
{
	tcp_streams_free(*streams);
}

#define _cleanup_streams_ __attribute__((cleanup(streams_freep)))

/* The prefix; an IKE header of 28 octets behind its marker; twelve octets of ESP. */
static const uint8_t stream[] = { 'I', 'K', 'E', 'T', 'C', 'P', 0,  34,	  0,  0, 0,
				  0,   1,   1,	 1,   1,   1,	1,  1,	  1,  0, 0,
				  0,   0,   0,	 0,   0,   0,	33, 0x20, 34, 8, 0,
				  0,   0,   0,	 0,   0,   0,	28, 0,	  14, 0, 0,
				  1,   0,   0,	 0,   0,   7,	5,  5,	  5,  5 };

static struct packet segment(bool is_client, uint32_t sequence, size_t from, size_t to)
{
	return (struct packet){
		.kind = PACKET_TCP,
		.family = 4,
		.protocol = 6,
		.src = is_client ? client : server,
		.dst = is_client ? server : client,
		.src_port = is_client ? 40001 : 4500,
		.dst_port = is_client ? 4500 : 40001,
		.sequence = sequence,
		.payload = { stream + from, to - from },
	};
}

/* Feed one segment; count the messages that it completes, by kind. */
static void feed(struct tcp_streams *streams, const struct packet *packet,
		 unsigned int *ike, unsigned int *esp)
{
	struct packet message;

	if (!tcp_streams_add(streams, packet))
		return;
	while (tcp_streams_next(streams, &message)) {
		*ike += message.kind == PACKET_IKE && message.payload.length == 28;
		*esp += message.kind == PACKET_UDP_ESP && message.spi == 0x100 &&
			message.sequence == 7;
	}
}

static void stream_cut_anywhere_gives_the_same_messages(void **state)
{
	(void)state;
	for (size_t cut = 6; cut < sizeof(stream); cut++) {
		_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
		struct packet a = segment(true, 1000, 0, cut);
		struct packet b =
			segment(true, 1000 + (uint32_t)cut, cut, sizeof(stream));
		unsigned int ike = 0, esp = 0;

		feed(streams, &a, &ike, &esp);
		feed(streams, &a, &ike, &esp); /* sent again */
		feed(streams, &b, &ike, &esp);
		assert_int_equal(ike, 1);
		assert_int_equal(esp, 1);
		assert_int_equal(tcp_streams_lost(streams), 0);
	}
}

static void answers_are_read_without_a_prefix(void **state)
{
	_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
	struct packet a = segment(true, 1000, 0, 40);
	struct packet b = segment(false, 77, 6, 40);
	unsigned int ike = 0, esp = 0;

	(void)state;
	feed(streams, &a, &ike, &esp);
	feed(streams, &b, &ike, &esp);
	assert_int_equal(ike, 2);
}

static void gap_gives_up_that_direction_alone(void **state)
{
	_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
	struct packet a = segment(true, 1000, 0, 20);
	struct packet late = segment(true, 1030, 30, sizeof(stream));
	struct packet b = segment(false, 77, 6, 40);
	unsigned int ike = 0, esp = 0;

	(void)state;
	feed(streams, &a, &ike, &esp);
	feed(streams, &late, &ike, &esp);
	assert_int_equal(ike + esp, 0);
	assert_int_equal(tcp_streams_lost(streams), 1);
	feed(streams, &b, &ike, &esp);
	assert_int_equal(ike, 1);
}

/* A mirror of one direction, or a capture that begins in the middle of a connection. */
static void connection_without_its_beginning_is_read_from_a_message_on(void **state)
{
	(void)state;
	for (int is_client = 0; is_client < 2; is_client++) {
		_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
		struct packet middle = segment(is_client, 990, 20, 30);
		struct packet whole = segment(is_client, 1000, 6, sizeof(stream));
		struct packet other = segment(!is_client, 50, 20, 30);
		struct packet answer = segment(!is_client, 77, 6, 40);
		unsigned int ike = 0, esp = 0;

		feed(streams, &middle, &ike, &esp);
		assert_int_equal(ike + esp, 0);
		feed(streams, &whole, &ike, &esp);
		assert_int_equal(ike, 1);
		assert_int_equal(esp, 1);
		feed(streams, &other, &ike, &esp); /* the middle of a message */
		feed(streams, &answer, &ike, &esp);
		assert_int_equal(ike, 2);
		assert_int_equal(esp, 1);
	}
}

static void direction_with_a_gap_goes_on_where_a_message_begins(void **state)
{
	_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
	struct packet a = segment(true, 1000, 0, 20);
	struct packet late = segment(true, 1030, 30, sizeof(stream));
	struct packet next = segment(true, 2000, 6, sizeof(stream));
	unsigned int ike = 0, esp = 0;

	(void)state;
	feed(streams, &a, &ike, &esp);
	feed(streams, &late, &ike, &esp);
	feed(streams, &next, &ike, &esp);
	assert_int_equal(ike, 1);
	assert_int_equal(esp, 1);
}

/* The number of an octet turns over at 2^32. */
static void message_of_before_a_gap_that_is_sent_again_is_not_read_twice(void **state)
{
	(void)state;
	for (int is_over = 0; is_over < 2; is_over++) {
		_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
		uint32_t start = is_over ? UINT32_MAX - 45 : 1000;
		struct packet a = segment(true, start, 0, sizeof(stream));
		struct packet late = segment(true, start + 100, 30, 40);
		struct packet again = segment(true, start + 6, 6, sizeof(stream));
		struct packet next = segment(true, start + 200, 6, sizeof(stream));
		unsigned int ike = 0, esp = 0;

		feed(streams, &a, &ike, &esp);
		feed(streams, &late, &ike, &esp);
		feed(streams, &again, &ike, &esp);
		assert_int_equal(ike, 1);
		assert_int_equal(esp, 1);
		feed(streams, &next, &ike, &esp);
		assert_int_equal(ike, 2);
		assert_int_equal(esp, 2);
	}
}

static void other_tcp_is_left_alone(void **state)
{
	_cleanup_streams_ struct tcp_streams *streams = tcp_streams_new();
	struct packet a = segment(true, 1000, 8, 40);

	(void)state;
	assert_false(tcp_streams_add(streams, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_cut_anywhere_gives_the_same_messages),
		cmocka_unit_test(answers_are_read_without_a_prefix),
		cmocka_unit_test(gap_gives_up_that_direction_alone),
		cmocka_unit_test(
			connection_without_its_beginning_is_read_from_a_message_on),
		cmocka_unit_test(direction_with_a_gap_goes_on_where_a_message_begins),
		cmocka_unit_test(
			message_of_before_a_gap_that_is_sent_again_is_not_read_twice),
		cmocka_unit_test(other_tcp_is_left_alone),
	};

	return cmocka_run_group_tests_name("dissect/tcp_stream", tests, NULL, NULL);
}
