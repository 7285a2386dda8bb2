// SPDX-License-Identifier: GPL-2.0-or-later
/* vici_client_test.c - the client against a charon that the test plays, on a socket */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "charon/vici_request.h"

#define CONFIRM	      "\0\0\0\x01\x05"
#define EVENT_UNKNOWN "\0\0\0\x01\x06"
#define CMD_UNKNOWN   "\0\0\0\x01\x02"
#define EMPTY_REPLY   "\0\0\0\x01\x01"
/* response { success = yes } */
#define YES "\0\0\0\x0f\x01\x03\x07success\0\x03yes"
/* response { success = no, errmsg = "gone" } */
#define NO                                              \
	"\0\0\0\x1c\x01\x03\x07success\0\x02no\x03\x06" \
	"errmsg\0\x04gone"
/* event "list-sa" { a = b } */
#define LIST_SA                             \
	"\0\0\0\x0f\x07\x07list-sa\x03\x01" \
	"a\0\x01"                           \
	"b"

struct world {
	struct vici *vici;
	int charon;
	unsigned int replies, events;
	int code;
	char text[ERR_TEXT_MAX];
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	int fds[2];

	assert_non_null(world);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	world->vici = vici_new(fds[0]);
	world->charon = fds[1];
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	vici_free(world->vici);
	if (world->charon >= 0)
		close(world->charon);
	free(world);
	return 0;
}

static void on_reply(void *user, const struct vici_node *reply, const struct err *failure)
{
	struct world *world = user;
	const char *text = vici_node_text(reply, "success");

	world->replies++;
	world->code = failure ? failure->code : 0;
	(void)snprintf(world->text, sizeof(world->text), "%s",
		       failure ? failure->text
		       : text  ? text
			       : "");
}

static void on_event(void *user, const char *event, const struct vici_node *message)
{
	struct world *world = user;

	assert_string_equal(event, "list-sa");
	assert_string_equal(vici_node_text(message, "a"), "b");
	world->events++;
}

static void charon_sends(struct world *world, const char *bytes, size_t length)
{
	assert_int_equal(send(world->charon, bytes, length, 0), length);
}
#define SEND(world, literal) charon_sends(world, literal, sizeof(literal) - 1)

/* What the client sent must be exactly this, and no more. */
static void charon_got(struct world *world, const char *bytes, size_t length)
{
	char got[512];
	ssize_t count = recv(world->charon, got, sizeof(got), MSG_DONTWAIT);

	assert_int_equal(count, length);
	assert_memory_equal(got, bytes, length);
}
#define GOT(world, literal) charon_got(world, literal, sizeof(literal) - 1)

static void dispatch(struct world *world)
{
	struct err err;

	assert_int_equal(vici_dispatch(world->vici, &err), 0);
}

static int64_t soon(void)
{
	return clock_now_us() + 2000000;
}

static struct vici_call call_of(struct world *world, const char *command)
{
	return (struct vici_call){ .command = command,
				   .on_reply = on_reply,
				   .on_event = on_event,
				   .user = world,
				   .deadline_us = soon() };
}

static void requests_go_one_at_a_time(void **state)
{
	struct world *world = *state;
	struct vici_call first = call_of(world, "version"),
			 second = call_of(world, "stats");

	assert_int_equal(vici_start(world->vici, &first, NULL), 0);
	assert_int_equal(vici_start(world->vici, &second, NULL), 0);
	assert_int_equal(vici_pending(world->vici), 2);
	dispatch(world);
	GOT(world, "\0\0\0\x09\0\x07version");
	SEND(world, YES);
	dispatch(world);
	assert_int_equal(world->replies, 1);
	assert_string_equal(world->text, "yes");
	GOT(world, "\0\0\0\x07\0\x05stats");
	SEND(world, EMPTY_REPLY);
	dispatch(world);
	assert_int_equal(world->replies, 2);
	assert_int_equal(vici_pending(world->vici), 0);
	assert_true(vici_deadline_us(world->vici) == INT64_MAX);
}

static void packets_may_come_in_single_bytes(void **state)
{
	struct world *world = *state;
	struct vici_call call = call_of(world, "version");
	static const char reply[] = YES;

	assert_int_equal(vici_start(world->vici, &call, NULL), 0);
	for (size_t i = 0; i < sizeof(reply) - 1; i++) {
		assert_int_equal(world->replies, 0);
		dispatch(world);
		charon_sends(world, reply + i, 1);
	}
	dispatch(world);
	assert_int_equal(world->replies, 1);
}

static void streams_register_and_unregister_their_event(void **state)
{
	struct world *world = *state;
	struct vici_call call = call_of(world, "list-sas");

	call.event = "list-sa";
	assert_int_equal(vici_start(world->vici, &call, NULL), 0);
	dispatch(world);
	GOT(world, "\0\0\0\x09\x03\x07list-sa");
	SEND(world, CONFIRM);
	dispatch(world);
	GOT(world, "\0\0\0\x0a\0\x08list-sas");
	SEND(world, LIST_SA LIST_SA EMPTY_REPLY);
	dispatch(world);
	assert_int_equal(world->events, 2);
	assert_int_equal(world->replies, 1);
	GOT(world, "\0\0\0\x09\x04\x07list-sa");
	SEND(world, CONFIRM);
	dispatch(world);
	assert_int_equal(vici_pending(world->vici), 0);
}

static void listeners_miss_nothing_and_register_once(void **state)
{
	struct world *world = *state;
	struct err err;

	SEND(world, CONFIRM LIST_SA);
	assert_int_equal(
		vici_listen(world->vici, "list-sa", soon(), on_event, world, &err), 0);
	assert_int_equal(world->events, 1);
	GOT(world, "\0\0\0\x09\x03\x07list-sa");
	assert_int_equal(
		vici_listen(world->vici, "list-sa", soon(), on_event, world, &err), 0);
	SEND(world, LIST_SA);
	dispatch(world);
	assert_int_equal(world->events, 3);
	/* a stream of the same event neither registers again nor takes it away */
	SEND(world, LIST_SA EMPTY_REPLY);
	assert_int_equal(vici_stream(world->vici, "list-sas", "list-sa", NULL, soon(),
				     on_event, world, &err),
			 0);
	assert_int_equal(world->events, 6);
	GOT(world, "\0\0\0\x0a\0\x08list-sas");
}

static void a_refusal_is_charons_own_sentence(void **state)
{
	struct world *world = *state;
	struct vici_message _cleanup_vici_message_ message = { 0 };
	struct err err;

	SEND(world, NO);
	vici_message_add(&message, "name", "x");
	assert_int_equal(vici_request(world->vici, "unload-conn", &message, soon(), NULL,
				      NULL, &err),
			 -EREMOTEIO);
	assert_string_equal(err.text, "unload-conn: gone");
	GOT(world, "\0\0\0\x16\0\x0bunload-conn\x03\x04name\0\x01x");
}

static void replies_outlive_the_request_in_the_callers_arena(void **state)
{
	struct world *world = *state;
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	const struct vici_node *reply;
	struct err err;

	SEND(world, YES);
	assert_int_equal(
		vici_request(world->vici, "version", NULL, soon(), arena, &reply, &err),
		0);
	assert_string_equal(vici_node_text(reply, "success"), "yes");
}

static void unknown_commands_and_events_are_named(void **state)
{
	struct world *world = *state;
	struct err err;

	SEND(world, CMD_UNKNOWN);
	assert_int_equal(vici_request(world->vici, "fly", NULL, soon(), NULL, NULL, &err),
			 -ENOENT);
	assert_string_equal(err.text, "charon knows no command 'fly'");
	SEND(world, EVENT_UNKNOWN);
	assert_int_equal(vici_listen(world->vici, "sun", soon(), on_event, world, &err),
			 -ENOENT);
	assert_string_equal(err.text, "charon knows no event 'sun'");
}

static void a_late_answer_is_not_taken_for_the_next(void **state)
{
	struct world *world = *state;
	struct err err;

	assert_int_equal(vici_request(world->vici, "slow", NULL, clock_now_us() + 3000,
				      NULL, NULL, &err),
			 -ETIMEDOUT);
	assert_string_equal(err.text, "charon did not answer 'slow' in time");
	assert_int_equal(vici_pending(world->vici), 0);
	SEND(world, NO YES); /* the late one, and the next one's */
	assert_int_equal(
		vici_request(world->vici, "quick", NULL, soon(), NULL, NULL, &err), 0);
}

static void calls_behind_a_stuck_one_keep_their_own_deadline(void **state)
{
	struct world *world = *state;
	struct vici_call stuck = call_of(world, "stuck"),
			 behind = call_of(world, "behind");

	behind.deadline_us = clock_now_us() - 1;
	assert_int_equal(vici_start(world->vici, &stuck, NULL), 0);
	assert_int_equal(vici_start(world->vici, &behind, NULL), 0);
	dispatch(world);
	assert_int_equal(world->replies, 1);
	assert_int_equal(world->code, -ETIMEDOUT);
	assert_non_null(strstr(world->text, "'behind'"));
	SEND(world, YES);
	dispatch(world);
	assert_int_equal(world->replies, 2);
	assert_int_equal(world->code, 0);
}

static void the_end_of_charon_fails_all_that_wait(void **state)
{
	struct world *world = *state;
	struct vici_call call = call_of(world, "initiate");
	struct err err;

	assert_int_equal(vici_start(world->vici, &call, NULL), 0);
	assert_int_equal(vici_start(world->vici, &call, NULL), 0);
	dispatch(world);
	close(world->charon);
	world->charon = -1;
	assert_int_equal(vici_dispatch(world->vici, &err), -EPIPE);
	assert_int_equal(world->replies, 2);
	assert_int_equal(world->code, -EPIPE);
	assert_int_equal(vici_start(world->vici, &call, &err), -EPIPE);
}

static void nonsense_breaks_the_connection_with_a_sentence(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {
		{ "\xff\xff\xff\xff", 4 },   /* impossible length */
		{ "\0\0\0\0", 4 },	     /* no type */
		{ "\0\0\0\x01\x09", 5 },     /* unknown type */
		{ "\0\0\0\x01\x01", 5 },     /* answer to nothing */
		{ "\0\0\0\x01\x05", 5 },     /* confirmation of nothing */
		{ "\0\0\0\x02\x07\x07", 6 }, /* event name cut off */
		{ "\0\0\0\x04\x07\x01"
		  "a\x02",
		  8 }, /* event message malformed */
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { 0 };
		struct world world = { 0 };
		struct world *w = &world;
		int fds[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		world.vici = vici_new(fds[0]);
		world.charon = fds[1];
		charon_sends(w, cases[i].bytes, cases[i].length);
		assert_int_equal(vici_dispatch(world.vici, &err), -EBADMSG);
		assert_true(err.text[0] != '\0');
		assert_int_equal(vici_dispatch(world.vici, &err), -EBADMSG);
		vici_free(world.vici);
		close(world.charon);
	}
}

static void malformed_messages_are_never_sent(void **state)
{
	struct world *world = *state;
	struct vici_message _cleanup_vici_message_ message = { 0 };
	struct vici_call call = call_of(world, "load-conn");
	struct err err;
	char byte;

	vici_message_section(&message, "open");
	call.message = &message;
	assert_int_equal(vici_start(world->vici, &call, &err), -EINVAL);
	dispatch(world);
	assert_int_equal(recv(world->charon, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(world->replies, 0);
}

static void initiate_names_connection_and_child(void **state)
{
	struct world *world = *state;
	struct vici_initiation what = { .ike = "acme",
					.child = "lan",
					.timeout_ms = 5000,
					.loglevel = 1,
					.on_reply = on_reply,
					.user = world,
					.deadline_us = soon() };
	struct err err;

	assert_int_equal(vici_initiate(world->vici, &what, &err), 0);
	dispatch(world);
	GOT(world, "\0\0\0\x3d\0\x08initiate\x03\x05"
		   "child\0\x03lan\x03\x03ike\0\x04"
		   "acme\x03\x07timeout\0\x04"
		   "5000\x03\x08loglevel\0\x01"
		   "1");
}

static void an_attempt_that_fails_has_charons_reason(void **state)
{
	struct world *world = *state;
	struct vici_attempt attempt = { 0 }, last = { 0 };
	struct vici_initiation what = { .child = "lan",
					.on_reply = vici_attempt_reply,
					.user = &attempt,
					.deadline_us = soon() };

	assert_int_equal(vici_initiate(world->vici, &what, NULL), 0);
	SEND(world, NO);
	assert_int_equal(vici_attempt_finish(world->vici, &attempt, NULL), 0);
	assert_true(attempt.is_done && !attempt.is_ok);
	assert_string_equal(attempt.text, "gone");
	what.user = &last;
	assert_int_equal(vici_initiate(world->vici, &what, NULL), 0);
	close(world->charon);
	world->charon = -1;
	assert_int_equal(vici_attempt_finish(world->vici, &last, NULL), 0);
	assert_true(last.is_done && !last.is_ok);
	assert_string_equal(last.text, "charon closed its VICI connection");
}

static void a_count_is_waited_for_until_it_is_there_or_time_is_over(void **state)
{
	struct world *world = *state;
	struct vici *const vicis[2] = { NULL, world->vici };
	int64_t start_us = clock_now_us();

	SEND(world, CONFIRM LIST_SA LIST_SA);
	assert_int_equal(
		vici_listen(world->vici, "list-sa", soon(), on_event, world, NULL), 0);
	assert_true(vici_wait_count(vicis, &world->events, 2, soon()));
	assert_false(vici_wait_count(vicis, &world->events, 3, clock_now_us() + 20000));
	assert_in_range(clock_now_us() - start_us, 20000, 1500000);
	close(world->charon);
	world->charon = -1;
	assert_false(vici_wait_count(vicis, &world->events, 3, soon()));
	assert_in_range(clock_now_us() - start_us, 20000, 1900000);
}

static void paths_longer_than_a_socket_name_are_reached(void **state)
{
	char shorter[] = "/tmp/twinsite-vici-XXXXXX", folder[400];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct vici *vici;
	struct err err;
	int _cleanup_close_ fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t length;

	(void)state;
	assert_non_null(mkdtemp(shorter));
	length = strlen(shorter);
	(void)snprintf(folder, sizeof(folder), "%s/", shorter);
	memset(folder + length + 1, 'x', 150);
	folder[length + 151] = '\0';
	assert_int_equal(mkdir(folder, 0700), 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", shorter);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	memcpy(folder + length + 151, "/charon.vici", sizeof("/charon.vici"));
	assert_int_equal(vici_open(folder, &vici, &err), -ENOENT);
	assert_non_null(strstr(err.text, folder));
	assert_int_equal(rename(address.sun_path, folder), 0);
	assert_int_equal(vici_open(folder, &vici, &err), 0);
	vici_free(vici);
	assert_int_equal(unlink(folder), 0);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(rmdir(shorter), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_go_one_at_a_time),
		TEST(packets_may_come_in_single_bytes),
		TEST(streams_register_and_unregister_their_event),
		TEST(listeners_miss_nothing_and_register_once),
		TEST(a_refusal_is_charons_own_sentence),
		TEST(replies_outlive_the_request_in_the_callers_arena),
		TEST(unknown_commands_and_events_are_named),
		TEST(a_late_answer_is_not_taken_for_the_next),
		TEST(calls_behind_a_stuck_one_keep_their_own_deadline),
		TEST(the_end_of_charon_fails_all_that_wait),
		cmocka_unit_test(nonsense_breaks_the_connection_with_a_sentence),
		TEST(malformed_messages_are_never_sent),
		TEST(initiate_names_connection_and_child),
		TEST(an_attempt_that_fails_has_charons_reason),
		TEST(a_count_is_waited_for_until_it_is_there_or_time_is_over),
		cmocka_unit_test(paths_longer_than_a_socket_name_are_reached),
	};

	return cmocka_run_group_tests_name("charon/vici_client", tests, NULL, NULL);
}
