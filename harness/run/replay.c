// SPDX-License-Identifier: GPL-2.0-or-later
/* replay.c - recorded first messages, asked again of a scenario's charons */
#include "run/replay.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "charon/process.h"
#include "check/interop.h"
#include "dissect/describe.h"
#include "dissect/story.h"
#include "ipsec/id.h"
#include "netns/world.h"
#include "run/replay_world.h"
#include "run/talk_child.h"
#include "run/talk_tell.h"

/* The recorded question and its recorded answer; answer NULL: silence. */
struct exchange {
	uint32_t sa;
	const struct ike_session *session;
	const struct ike_step *question, *answer;
};

struct replayer {
	struct replay *replay;
	struct replay_shared *shared;
	const struct session_set *set;
	const struct scenario *scenario;
	bool has_left_out;		   /* recorded ends that are not gone on with */
	const char *identity[REPLAY_ROOM]; /* of each question; NULL: as recorded */
	struct exchange exchanges[REPLAY_ROOM]; /* of each question */
};

static void remark(struct replayer *replayer, const char *text)
{
	struct replay *replay = replayer->replay;

	vec_add(replay->arena, &replay->remarks,
		((struct text){ .s = arena_strdup(replay->arena, text) }));
}

static void remark_on(struct replayer *replayer, uint32_t sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void remark_on(struct replayer *replayer, uint32_t sa, const char *format, ...)
{
	char text[200];
	va_list ap;
	int length = snprintf(text, sizeof(text), "IKE SA %u: ", sa + 1);

	va_start(ap, format);
	(void)vsnprintf(text + length, sizeof(text) - (size_t)length, format, ap);
	va_end(ap);
	remark(replayer, text);
}

/* ------------------------------------------------------------ what was recorded */

static unsigned int type_sa(const struct ike_message *message)
{
	return ike_is_v2(message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA;
}

static bool is_first_exchange(const struct ike_message *message)
{
	unsigned int exchange = message->header.exchange;

	return exchange == V1_EXCHANGE_MAIN || exchange == V1_EXCHANGE_AGGRESSIVE ||
	       exchange == V2_EXCHANGE_SA_INIT;
}

/* A whole message in clear with proposals, that opens an IKE SA? */
static bool is_opening(const struct ike_step *step, struct ike_message *message)
{
	if (step->is_cut || step->bytes.length > REPLAY_BYTES_MAX / 2)
		return false;
	session_step_message(step, message);
	return !message->is_encrypted && message->fault < IKE_FAULT_BEYOND &&
	       ike_payload_find(message, type_sa(message), 0) &&
	       is_first_exchange(message);
}

/* Malformed, or without proposals: sent all the same, and what it is said aloud. */
static const struct ike_step *find_odd_question(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	vec_foreach (step, &session->steps) {
		if (step->is_cut || step->bytes.length > REPLAY_BYTES_MAX / 2)
			continue;
		session_step_message(step, &message);
		if (step->is_from_initiator && !message.header.spi_r &&
		    !message.is_encrypted && is_first_exchange(&message))
			return step;
	}
	return NULL;
}

/* Why nothing of an SA can be asked. */
static const char *why_not_asked(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *first = session->steps.items;

	if (session->is_late || !session->steps.count)
		return "its first message is not in the capture";
	if (first->is_cut)
		return "its first message was captured only in part";
	if (first->bytes.length > REPLAY_BYTES_MAX / 2)
		return "its first message is too long to be sent again";
	session_step_message(first, &message);
	if (!is_first_exchange(&message))
		return "it begins with neither main nor aggressive mode nor IKE_SA_INIT";
	return "it does not begin with a message in clear from the initiator";
}

/*
 * The last opening question before the first answer that chooses: what came before may
 * have been refused, for its group or for want of a cookie. When none chooses, the
 * first question and whatever was said to it.
 */
static bool find_exchange(const struct ike_session *session, struct exchange *ret)
{
	struct ike_message message = { 0 };
	const struct ike_step *question = NULL, *any = NULL;

	*ret = (struct exchange){ .session = session };
	vec_foreach (step, &session->steps) {
		bool is_open = is_opening(step, &message);

		if (step->is_from_initiator && is_open && !message.header.spi_r)
			question = step;
		if (question && !ret->question)
			ret->question = question;
		if (step->is_from_initiator || !question)
			continue;
		if (is_open) {
			ret->question = question;
			ret->answer = any = step;
			break;
		}
		any = any ? any : step;
	}
	ret->answer = any;
	ike_message_done(&message);
	return ret->question;
}

/* ------------------------------------------------------------ questions */

static struct replay_question *question_new(struct replayer *replayer, unsigned int site,
					    const struct exchange *exchange,
					    const char *identity)
{
	struct replay_shared *shared = replayer->shared;

	replayer->identity[shared->count] = identity;
	replayer->exchanges[shared->count] = *exchange;
	shared->questions[shared->count].site = site;
	shared->questions[shared->count].sa = exchange->sa;
	return &shared->questions[shared->count++];
}

/* A new SPI, so that it is another SA than the one asked before. */
static void freshen(struct replay_question *question)
{
	if (getrandom(question->bytes, IKE_SPI_SIZE, 0) != IKE_SPI_SIZE)
		memcpy(question->bytes, &question, sizeof(question));
	question->bytes[0] |= 1; /* zero is none */
}

static void ask_as_recorded(struct replayer *replayer, unsigned int site,
			    const struct exchange *exchange)
{
	struct slice bytes = exchange->question->bytes;
	struct replay_question *question = question_new(replayer, site, exchange, NULL);

	memcpy(question->bytes, bytes.bytes, bytes.length);
	question->length = (uint16_t)bytes.length;
	freshen(question);
}

/* Put a length into the two bytes at `at`. */
static void put_length(uint8_t *at, size_t length)
{
	at[0] = (uint8_t)(length >> 8);
	at[1] = (uint8_t)length;
}

static void ask_with_identity(struct replayer *replayer, unsigned int site,
			      const struct exchange *exchange,
			      const struct identity *identity)
{
	struct ike_message message = { 0 };
	uint8_t body[REPLAY_BYTES_MAX / 4];
	size_t length = talk_identity(identity, &replayer->shared->peers[site], body,
				      sizeof(body));
	struct slice whole = exchange->question->bytes;
	const struct ike_payload *id;
	struct buf _cleanup_buf_ name = { 0 };
	struct replay_question *question;

	session_step_message(exchange->question, &message);
	id = ike_payload_find(&message, V1_PAYLOAD_ID, 0);
	if (length && id && id->whole.length >= IKE_GENERIC_SIZE &&
	    !slice_equal(id->body, (struct slice){ body, length })) {
		size_t before = (size_t)(id->body.bytes - whole.bytes);
		size_t behind = whole.length - before - id->body.length;

		buf_printf(&name, "%s %s", id_type_name(body[0]),
			   identity->value ? identity->value : "of the peer's address");
		question = question_new(
			replayer, site, exchange,
			arena_strdup(replayer->replay->arena, buf_text(&name)));
		memcpy(question->bytes, whole.bytes, before);
		memcpy(question->bytes + before, body, length);
		memcpy(question->bytes + before + length,
		       id->body.bytes + id->body.length, behind);
		question->length = (uint16_t)(before + length + behind);
		put_length(question->bytes + before - 2, length + IKE_GENERIC_SIZE);
		put_length(question->bytes + IKE_HEADER_SIZE - 2, question->length);
		freshen(question);
	}
	ike_message_done(&message);
}

static bool is_for(const struct tunnel *tunnel, int version)
{
	return !tunnel->is_disabled && (!tunnel->version || tunnel->version == version);
}

/* The tunnel of a site that a peer of that IKE version would meet; NULL: none. */
static const struct tunnel *tunnel_for(const struct site *site, int version)
{
	vec_foreach (tunnel, &site->tunnels)
		if (is_for(tunnel, version))
			return tunnel;
	return NULL;
}

static bool is_aggressive(const struct exchange *exchange)
{
	return exchange->session->version == 1 &&
	       exchange->question->bytes.bytes[18] == V1_EXCHANGE_AGGRESSIVE;
}

/* One more talk, unless there are too many; the site and the recorded end. */
static void add_talk(struct replayer *replayer, unsigned int site,
		     const struct exchange *exchange, const struct tunnel *tunnel,
		     enum interop_place place, bool is_site_initiator)
{
	struct replay_shared *shared = replayer->shared;
	const struct secret *psk = &tunnel->psk;
	struct talk_says *says = arena_alloc(replayer->replay->arena, sizeof(*says));
	struct talk_pair pair = {
		.set = replayer->set,
		.session = exchange->session,
		.question = exchange->question,
		.answer = exchange->answer,
		.tunnel = tunnel,
		.own = scenario_wan(&replayer->scenario->sites.items[site])->addr,
		.peer = shared->peers[site],
		.is_site_initiator = is_site_initiator,
		.is_itself = place == (is_site_initiator ? INTEROP_IS_RESPONDER
							 : INTEROP_IS_INITIATOR),
		.psk = { (const uint8_t *)REPLAY_PASSWORD, strlen(REPLAY_PASSWORD) },
	};

	if (shared->talk_count == REPLAY_TALKS) {
		if (!replayer->has_left_out)
			remark_on(
				replayer, exchange->sa,
				"%u recorded ends are gone on with already, so this one "
				"and what follows are not",
				REPLAY_TALKS);
		replayer->has_left_out = true;
		return;
	}
	if (psk->is_set && psk->is_readable)
		pair.psk = (struct slice){ psk->bytes, psk->length };
	talk_says_read(&pair, replayer->replay->arena, says);
	shared->talks[shared->talk_count++] =
		(struct replay_talk_shared){ .site = site,
					     .sa = exchange->sa,
					     .version = exchange->session->version,
					     .is_site_initiator = is_site_initiator,
					     .tunnel = tunnel->name,
					     .says = says };
}

/* Was the recorded answer a choice? Else there is no responder to be met. */
static bool has_choice(const struct exchange *exchange)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	if (!exchange->answer)
		return false;
	session_step_message(exchange->answer, &message);
	return ike_payload_find(&message, type_sa(&message), 0);
}

/* is_called: it is the tunnel that is taken for the one which answers. */
static void add_talks(struct replayer *replayer, unsigned int site,
		      const struct exchange *exchange, const struct tunnel *tunnel,
		      bool is_called)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	enum interop_place place;
	struct ike_story *story;

	if (!replayer->set->crypto || !is_opening(exchange->question, &message))
		return;
	story = story_of(replayer->set, exchange->session);
	place = interop_place_of(
		story, tunnel,
		&scenario_wan(&replayer->scenario->sites.items[site])->addr);
	story_free(story);
	if (is_called)
		add_talk(replayer, site, exchange, tunnel, place, false);
	if (has_choice(exchange))
		add_talk(replayer, site, exchange, tunnel, place, true);
}

static void ask(struct replayer *replayer, const struct exchange *exchange)
{
	for (unsigned int i = 0; i < 2; i++) {
		const struct site *site = replayer->scenario->sites.items[i].site;
		const struct tunnel *tunnel =
			site ? tunnel_for(site, exchange->session->version) : NULL;

		ask_as_recorded(replayer, i, exchange);
		if (tunnel && is_aggressive(exchange) && !tunnel->remote_id.is_any)
			ask_with_identity(replayer, i, exchange, &tunnel->remote_id);
		if (!site)
			continue;
		vec_foreach (other, &site->tunnels)
			if (is_for(other, exchange->session->version))
				add_talks(replayer, i, exchange, other, other == tunnel);
	}
}

/* What is not quite as it was recorded, or was odd already then. */
static void remark_differences(struct replayer *replayer, const struct exchange *exchange)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	if (exchange->question->src.family == AF_INET6 &&
	    replayer->shared->peers[0].family == AF_INET)
		remark_on(replayer, exchange->sa,
			  "it was recorded over IPv6 and is asked over IPv4, which only "
			  "NAT detection can tell");
	if (is_opening(exchange->question, &message))
		return;
	remark_on(replayer, exchange->sa,
		  "its first message (#%u) is %s%s; sent as it is",
		  exchange->question->frame,
		  message.fault >= IKE_FAULT_BEYOND ? "malformed: " : "",
		  message.fault >= IKE_FAULT_BEYOND ? ike_fault_text(message.fault)
						    : "without proposals");
}

static void ask_each(struct replayer *replayer, const struct session_set *set)
{
	char text[160];

	for (uint32_t i = 0; i < set->sessions; i++) {
		struct exchange exchange;

		if (replayer->shared->count + 4 > REPLAY_MAX) {
			(void)snprintf(text, sizeof(text),
				       "only the first %u of %u IKE SAs were asked", i,
				       set->sessions);
			remark(replayer, text);
			return;
		}
		if (!find_exchange(set->session[i], &exchange))
			exchange.question = find_odd_question(set->session[i]);
		if (!exchange.question) {
			remark_on(replayer, i, "%s, nothing can be asked",
				  why_not_asked(set->session[i]));
			continue;
		}
		exchange.sa = i;
		remark_differences(replayer, &exchange);
		ask(replayer, &exchange);
	}
}

/* Who asks a site: the address its tunnel knows its peer by, else that of the peer. */
static struct inet_addr peer_of(const struct scenario *scenario, unsigned int i)
{
	const struct site *site = scenario->sites.items[i].site;

	if (site)
		vec_foreach (tunnel, &site->tunnels)
			vec_foreach (remote, &tunnel->remotes)
				if (!tunnel->is_disabled &&
				    remote->kind == ENDPOINT_ADDRESS)
					return remote->addr;
	return scenario_wan(&scenario->sites.items[!i])->addr;
}

/* ------------------------------------------------------------ answers */

/* "Aggressive: SA(…) KE(…)": an answer in one line. */
static const char *in_words(struct arena *arena, const struct ike_message *message)
{
	struct buf _cleanup_buf_ out = { 0 };

	buf_printf(&out, "%s:", ike_exchange_name(message).s);
	for (uint32_t i = 0; i < message->payloads; i++) {
		if (message->payload[i].type ==
		    (ike_is_v2(message) ? V2_PAYLOAD_VENDOR_ID : V1_PAYLOAD_VENDOR_ID))
			continue;
		buf_putc(&out, ' ');
		describe_payload(message, &message->payload[i], &out);
	}
	return arena_strdup(arena, buf_text(&out));
}

static void tell_one(struct replayer *replayer, uint32_t number)
{
	const struct replay_question *question = &replayer->shared->questions[number];
	const struct exchange *exchange = &replayer->exchanges[number];
	struct replay *replay = replayer->replay;
	struct replay_result *result = vec_push(replay->arena, &replay->results);
	struct ike_message recorded = { 0 }, here = { 0 };

	assert(exchange->question);
	*result = (struct replay_result){
		.sa = exchange->sa,
		.site = replayer->scenario->sites.items[question->site].name,
		.identity = replayer->identity[number],
		.asked_frame = exchange->question->frame,
		.answer_frame = exchange->answer ? exchange->answer->frame : 0,
		.is_answered = question->answer_length > 0,
		.again = *question->again ? arena_strdup(replay->arena, question->again)
					  : NULL,
		.answer = { .arena = replay->arena },
	};
	if (exchange->answer) {
		session_step_message(exchange->answer, &recorded);
		result->recorded = in_words(replay->arena, &recorded);
	}
	if (question->answer_length &&
	    !ike_dissect((struct slice){ question->answer, question->answer_length },
			 false, &here))
		result->here = in_words(replay->arena, &here);
	if (result->here && result->recorded)
		answer_compare(&recorded, &here, &result->answer);
	ike_message_done(&recorded);
	ike_message_done(&here);
}

static void tell(struct replayer *replayer)
{
	for (unsigned int i = 0; i < 2; i++)
		if (replayer->shared->refused[i][0])
			remark(replayer, replayer->shared->refused[i]);
	for (uint32_t i = 0; i < replayer->shared->count; i++)
		tell_one(replayer, i);
	for (uint32_t i = 0; i < replayer->shared->talk_count; i++)
		talk_tell(replayer->replay, replayer->scenario,
			  &replayer->shared->talks[i]);
}

static int in_world(struct replay_shared *shared, struct err *err)
{
	const struct world_options options = { 0 };
	struct world world;
	int r = charon_check_installed(true, err), status = 0;

	if (!r && access("/dev/net/tun", R_OK | W_OK))
		r = err_set(err, ENOTSUP, "/dev/net/tun cannot be used here");
	r = r ? r : world_start(&options, replay_world_main, shared, &world, err);
	if (r)
		return r;
	r = world_wait(&world, clock_now_us() + REPLAY_SECONDS * 1000000LL, &status, err);
	world_stop(&world);
	if (!r && shared->err.text[0]) {
		*err = shared->err;
		r = shared->err.code < 0 ? shared->err.code : -EIO;
	} else if (!r && !shared->is_over) {
		r = err_set(err, EIO, "the world with the charons ended with status %d",
			    status);
	}
	return r;
}

int replay_run(const struct session_set *set, const struct scenario *scenario,
	       struct replay *ret, struct err *err)
{
	struct replayer replayer = { .replay = ret, .set = set, .scenario = scenario };
	int r = 0;

	replayer.shared = mmap(NULL, sizeof(*replayer.shared), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (replayer.shared == MAP_FAILED)
		return err_sys(err, errno, "memory for a world");
	replayer.shared->scenario = scenario;
	replayer.shared->crypto = set->crypto;
	replayer.shared->peers[0] = peer_of(scenario, 0);
	replayer.shared->peers[1] = peer_of(scenario, 1);
	ask_each(&replayer, set);
	if (replayer.shared->count)
		r = in_world(replayer.shared, err);
	if (!r)
		tell(&replayer);
	(void)munmap(replayer.shared, sizeof(*replayer.shared));
	return r;
}
