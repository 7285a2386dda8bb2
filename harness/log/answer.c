// SPDX-License-Identifier: GPL-2.0-or-later
/* answer.c - which faults a log can come from: all of them, and no other */
#include "log/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define OK CLASSES_END /* in sets.def: also where nothing is wrong */

static const struct set {
	const char *signature;
	const enum class_id *classes; /* CLASS_NONE ends them */
} sets[] = {
#define SET(signature_, ...) \
	{ (signature_), (const enum class_id[]){ __VA_ARGS__, CLASS_NONE } },
#include "log/sets.def"
#undef SET
};

static const struct question {
	const char *text;
	bool is_of_silence;
	const enum class_id *classes;
} questions[] = {
#define QUESTION(text_, ...) \
	{ (text_), false, (const enum class_id[]){ __VA_ARGS__, CLASS_NONE } },
#define UNHEARD(text_, ...) \
	{ (text_), true, (const enum class_id[]){ __VA_ARGS__, CLASS_NONE } },
#include "log/questions.def"
#undef UNHEARD
#undef QUESTION
};

/* Exchanges that only one version, or one mode of IKEv1, has. */
static const struct {
	enum class_id class;
	int version;
	char mode;
} only[] = {
	{ F18, 1, 0 }, { F19, 1, 'a' }, { F23, 1, 0 }, { F27, 1, 'm' }, { F28, 1, 'a' },
	{ F29, 2, 0 }, { F35, 1, 'm' }, { F48, 1, 0 }, { F54, 1, 0 },
};

/*
 * Identities and proofs come in the first message of aggressive mode only, in main mode
 * and IKEv2 in the third (RFC 2409 5, RFC 7296 1.2); how one proves oneself is agreed with
 * the proposals in IKEv1.
 */
static bool is_too_early(const struct finding_class *class,
			 const struct log_attempt *attempt)
{
	const bool is_main = attempt->version == 2 || attempt->mode == 'm';
	const struct log_token *cause = log_attempt_cause(attempt);

	/* This end says itself that it has no key: its log does not have each message. */
	if (cause && cause->event == LOG_NO_KEY)
		return false;
	if (attempt->stage > LOG_ASKED || !is_main)
		return false;
	switch ((int)class->moment) {
	case MOMENT_ID:
	case MOMENT_PEER_ID:
	case MOMENT_NO_KEY:
	case MOMENT_NO_KEY_CALLER:
	case MOMENT_KEY_MAIN:
	case MOMENT_KEY_AGGRESSIVE:
	case MOMENT_KEY_V2:
		return true;
	case MOMENT_AUTH:
		return attempt->version == 2;
	default:
		return false;
	}
}

static bool is_of_certificate(enum class_id class)
{
	return class == F36 || class == F37 || class == F38;
}

/* Who has a pre-shared key shows none; IKEv1 has words of its own for a bad one (RFC 2408 3.14.1). */
static bool is_without_certificate(const struct log_attempt *attempt)
{
	const struct log_token *cause = log_attempt_cause(attempt);

	return attempt->has_psk ||
	       (attempt->version == 1 && cause && cause->event == LOG_NOTIFY_AUTH);
}

bool log_class_fits(enum class_id class, const struct log_attempt *attempt)
{
	for (size_t i = 0; i < ARRAY_SIZE(only); i++)
		if (only[i].class == class &&
		    ((attempt->version && only[i].version != attempt->version) ||
		     (attempt->mode && only[i].mode && only[i].mode != attempt->mode)))
			return false;
	if (is_of_certificate(class) && is_without_certificate(attempt))
		return false;
	return !is_too_early(finding_class_of(class), attempt);
}

static const struct set *find(const char *signature)
{
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		if (strcmp(sets[i].signature, signature) == 0)
			return &sets[i];
	return NULL;
}

/* Which of the three classes of a wrong key it is, the exchange tells. */
static enum class_id of_exchange(enum class_id class, const struct log_attempt *attempt)
{
	if (class != F27 && class != F28 && class != F29)
		return class;
	if (attempt->version == 2)
		return F29;
	if (attempt->mode == 'm')
		return F27;
	return attempt->mode == 'a' ? F28 : class;
}

static void take(struct log_answer *answer, enum class_id class, bool is_also)
{
	const struct log_attempt *attempt = answer->kind ? &answer->kind->last : NULL;

	if (class == OK) {
		answer->is_healthy = true;
		return;
	}
	if (attempt)
		class = of_exchange(class, attempt);
	/* The first child of IKEv2 has no group: it shows at the next one, or the rekeying. */
	if (class == F42 && attempt && attempt->version == 2)
		take(answer, F43, is_also);
	if (attempt && !log_class_fits(class, attempt))
		return;
	if (is_also) {
		answer->also[class] = !answer->may_be[class];
		return;
	}
	answer->count += !answer->may_be[class];
	answer->may_be[class] = true;
}

/*
 * Of a tunnel that was up: what proves no fault of one, as a stranger's login that failed,
 * leaves it up; unless it is what the peer, or the daemon, did to it.
 */
static bool takes_down(const struct log_attempt *attempt, enum log_event event)
{
	for (const enum class_id *class = log_event_classes(event); *class; class ++)
		if (log_class_fits(*class, attempt))
			return true;
	return event == LOG_TAKEN_DOWN || event == LOG_CANNOT_SEND ||
	       event == LOG_NOT_STARTED || event == LOG_NOTIFY_OTHER;
}

static bool is_up(const struct log_kind *kind)
{
	const struct log_attempt *attempt = &kind->last;

	for (size_t i = 0; i < attempt->token_count; i++)
		if (attempt->tokens[i].is_later &&
		    log_attempt_counts(attempt, &attempt->tokens[i]) &&
		    takes_down(attempt, attempt->tokens[i].event))
			return false;
	return attempt->stage == LOG_CHILD_UP;
}

/* Where a log names nobody, all of it is taken to be of one peer. */
static bool is_same_peer(const struct log_attempt *a, const struct log_attempt *b)
{
	if (!*a->peer && !*a->name && !*b->peer && !*b->name)
		return true;
	return (*a->peer && strcmp(a->peer, b->peer) == 0) ||
	       (*a->name && strcmp(a->name, b->name) == 0);
}

/* The newest attempt, still on its way when the log ends: it says nothing yet. */
static bool is_under_way(const struct log_reader *reader, size_t index)
{
	const struct log_kind *kind = &reader->kinds[index];

	return index && index + 1 == reader->kind_count && kind->count == 1 &&
	       kind->last.stage < LOG_IKE_UP && !log_attempt_cause(&kind->last) &&
	       log_attempt_cause(&kind[-1].last) &&
	       (is_same_peer(&kind->last, &kind[-1].last) ||
		(!*kind[-1].last.peer && !*kind[-1].last.name));
}

/* Their lines name addresses, and none of them is both's. */
static bool is_elsewhere(const struct log_attempt *a, const struct log_attempt *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->addresses); i++)
		for (size_t j = 0; j < ARRAY_SIZE(b->addresses); j++)
			if (*a->addresses[i] &&
			    strcmp(a->addresses[i], b->addresses[j]) == 0)
				return false;
	return *a->addresses[0] && *b->addresses[0];
}

static bool has_up_of_another(const struct log_reader *reader,
			      const struct log_kind *kind)
{
	for (size_t i = 0; i < reader->kind_count; i++)
		if (reader->kinds[i].last.stage == LOG_CHILD_UP &&
		    (!is_same_peer(&reader->kinds[i].last, &kind->last) ||
		     is_elsewhere(&reader->kinds[i].last, &kind->last)))
			return true;
	return false;
}

/*
 * Somebody for whom there is no connection, while another's tunnel came up: the Internet is
 * searched for IKE day and night, and that is no fault of the tunnel.
 */
static bool is_stranger(const struct log_reader *reader, const struct log_kind *kind)
{
	const struct log_token *cause = log_attempt_cause(&kind->last);

	return cause && kind->last.role != LOG_INITIATOR &&
	       kind->last.stage <= LOG_ASKED &&
	       (cause->event == LOG_NO_CONNECTION || cause->event == LOG_NO_GATEWAY ||
		cause->event == LOG_VERSION_REFUSED) &&
	       has_up_of_another(reader, kind);
}

/* pluto says of each connection that is not this machine's, as "private-or-clear", that it is not. */
static bool is_of_another_connection(const struct log_reader *reader,
				     const struct log_kind *kind)
{
	const struct log_token *cause = log_attempt_cause(&kind->last);

	return cause && *kind->last.name && kind->last.stage == LOG_STAGE_NONE &&
	       (cause->event == LOG_NOT_ORIENTED || cause->event == LOG_NOT_LOADED) &&
	       has_up_of_another(reader, kind);
}

/* A line of no attempt that is no fault of a tunnel: it decides only where nothing else does. */
static bool is_aside(const struct log_reader *reader, const struct log_kind *kind)
{
	const struct log_token *cause = log_attempt_cause(&kind->last);

	return is_of_another_connection(reader, kind) ||
	       (reader->kind_count > 1 && !kind->last.role &&
		kind->last.stage == LOG_STAGE_NONE && cause &&
		!*log_event_classes(cause->event));
}

/* The last kind that went wrong, and was not put right later; else the last. */
static const struct log_kind *decisive(const struct log_reader *reader)
{
	for (size_t i = reader->kind_count; i-- > 0;) {
		const struct log_kind *kind = &reader->kinds[i];
		bool is_mended = false;

		if (is_up(kind) || is_under_way(reader, i) || is_stranger(reader, kind) ||
		    is_aside(reader, kind))
			continue;
		for (size_t j = i + 1; j < reader->kind_count; j++)
			if (is_up(&reader->kinds[j]) &&
			    is_same_peer(&kind->last, &reader->kinds[j].last))
				is_mended = true;
		if (!is_mended)
			return kind;
	}
	for (size_t i = reader->kind_count; i-- > 0;)
		if (!is_stranger(reader, &reader->kinds[i]) &&
		    !is_aside(reader, &reader->kinds[i]))
			return &reader->kinds[i];
	for (size_t i = reader->kind_count; i-- > 0;)
		if (!is_stranger(reader, &reader->kinds[i]))
			return &reader->kinds[i];
	return NULL;
}

static void take_set(struct log_answer *answer, const struct set *set)
{
	for (const enum class_id *class = set->classes; *class; class ++)
		take(answer, *class, false);
}

/* What the kinds of algorithms that differ come from. False: they are not known. */
static bool take_details(struct log_answer *answer, const struct log_token *token,
			 bool is_also)
{
	static const struct {
		enum log_event event;
		const char *kind;
		enum class_id classes[2];
	} details[] = {
		{ LOG_IKE_PROPOSAL, "encryption", { F20 } },
		{ LOG_IKE_PROPOSAL, "hash", { F21 } },
		{ LOG_IKE_PROPOSAL, "group", { F22, F23 } },
		{ LOG_IKE_PROPOSAL, "default", { F24 } },
		{ LOG_CHILD_PROPOSAL, "encryption", { F40 } },
		{ LOG_CHILD_PROPOSAL, "hash", { F41 } },
		{ LOG_CHILD_PROPOSAL, "pfs", { F42 } },
		{ LOG_CHILD_PROPOSAL, "esn", { F44 } },
	};
	bool is_known = false;

	for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
		if (details[i].event != token->event ||
		    !strstr(token->detail, details[i].kind))
			continue;
		is_known = true;
		for (size_t j = 0; j < 2 && details[i].classes[j]; j++)
			take(answer, details[i].classes[j], is_also);
	}
	return is_known;
}

/*
 * What an attempt comes to. Where a tunnel was up, silence is not that of a peer that never
 * answered. Where nothing was said at all the log may end before the peer would have.
 */
static enum log_event event_of(const struct log_attempt *attempt,
			       const struct log_token *token)
{
	if (!token)
		return log_silence(attempt);
	return token->is_later && token->event == LOG_SILENT ? LOG_DPD : token->event;
}

static bool has_event(const struct log_attempt *attempt, enum log_event event)
{
	for (size_t i = 0; i < attempt->token_count; i++)
		if (attempt->tokens[i].event == event)
			return true;
	return false;
}

/* By what was said first: the cause, before what follows from it. */
static void take_event(struct log_answer *answer, const struct log_attempt *attempt,
		       bool is_also)
{
	const struct log_token *token = log_attempt_cause(attempt);
	const enum class_id *classes;

	if (!token && !is_also)
		return;
	if (!is_also)
		answer->basis = LOG_BASIS_EVENT;
	if (token && take_details(answer, token, is_also))
		return;
	for (classes = log_event_classes(event_of(attempt, token)); *classes; classes++)
		take(answer, *classes, is_also);
	/* Refused when keys were renewed, in a log that does not have the tunnel's beginning. */
	classes = log_event_classes(LOG_REKEY_FAILED);
	for (; has_event(attempt, LOG_REKEY_FAILED) && *classes; classes++)
		take(answer, *classes, is_also);
}

bool log_is_refused_there(const struct log_attempt *attempt)
{
	const struct log_token *cause = log_attempt_cause(attempt);

	if (!cause)
		return false;
	switch ((int)cause->event) {
	case LOG_NOTIFY_NO_PROPOSAL:
	case LOG_NOTIFY_CHILD_PROPOSAL:
	case LOG_NOTIFY_AUTH:
	case LOG_NOTIFY_ID:
	case LOG_NOTIFY_CHILD_ID:
	case LOG_NOTIFY_TS:
	case LOG_NOTIFY_KE:
	case LOG_NOTIFY_SYNTAX:
	case LOG_NOTIFY_OTHER:
	case LOG_SILENT:
	case LOG_GOES_SILENT:
	case LOG_CHILD_SILENT:
	case LOG_PEER_DELETES:
		return true;
	default:
		return false;
	}
}

/*
 * Does the line itself name the setting? What else is said (an identity, a silence, a refusal)
 * several settings can make a device say, whether or not the catalogue has each of them.
 */
static bool is_proof(const struct log_attempt *attempt, const struct log_token *cause)
{
	switch ((int)cause->event) {
	case LOG_NOTIFY_CHILD_PROPOSAL:
		/* The first child was agreed without a group, the next one is not. */
		return cause->is_later && has_event(attempt, LOG_REKEY_FAILED);
	case LOG_IKE_PROPOSAL:
	case LOG_CHILD_PROPOSAL:
		return !strstr(cause->detail, "default");
	case LOG_NO_ALGORITHM:
	case LOG_AGGRESSIVE_OFF:
	case LOG_NO_KEY:
	case LOG_KEY_DIFFERS:
	case LOG_UNREADABLE:
	case LOG_NO_ADDRESS:
	case LOG_NOT_LOADED:
	case LOG_NOTHING_LOADED:
	case LOG_REPLACED:
	case LOG_KERNEL:
		return true;
	default:
		return false;
	}
}

/*
 * The catalogue has charons at both ends; whose the other end of a public log is nobody says.
 * What other devices do counts as well, unless the line proves the setting.
 */
static void widen(struct log_answer *answer)
{
	const struct log_token *cause =
		answer->kind ? log_attempt_cause(&answer->kind->last) : NULL;

	if (!answer->kind || answer->is_healthy || !answer->count ||
	    (cause && is_proof(&answer->kind->last, cause)))
		return;
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++) {
		answer->count += answer->also[class];
		answer->may_be[class] |= answer->also[class];
		answer->also[class] = false;
	}
}

/* Did anything come from the peer? */
static bool is_heard(const struct log_answer *answer)
{
	const struct log_token *cause;

	if (!answer->kind)
		return false;
	cause = log_attempt_cause(&answer->kind->last);
	return answer->kind->last.role == LOG_RESPONDER ||
	       answer->kind->last.stage >= LOG_ANSWERED ||
	       (cause && cause->event != LOG_SILENT && cause->event != LOG_TIMED_OUT);
}

/* Of the questions that are about all of the set the narrowest: its answer is the telling one. */
static const struct question *about_all(const struct log_answer *answer)
{
	const struct question *best = NULL;
	size_t narrowest = CLASSES_END;

	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		size_t yes = 0, all = 0;

		if (questions[i].is_of_silence && is_heard(answer))
			continue;
		for (const enum class_id *class = questions[i].classes; *class;
		     class ++) {
			yes += answer->may_be[*class];
			all++;
		}
		if (yes == answer->count && all < narrowest) {
			narrowest = all;
			best = &questions[i];
		}
	}
	return best;
}

/* Else the question that leaves the fewest in the worst case. */
static void ask(struct log_answer *answer)
{
	const struct question *about = about_all(answer);
	size_t best = answer->count;

	if (answer->count < 2)
		return;
	if (about)
		answer->question = about->text;
	for (size_t i = 0; !about && i < ARRAY_SIZE(questions); i++) {
		size_t yes = 0, worst;

		if (questions[i].is_of_silence && is_heard(answer))
			continue;
		for (const enum class_id *class = questions[i].classes; *class; class ++)
			yes += answer->may_be[*class];
		worst = yes > answer->count - yes ? yes : answer->count - yes;
		if (worst < best) {
			best = worst;
			answer->question = questions[i].text;
		}
	}
}

/* The row of a signature; a log that ends earlier or later by one that "never went on". */
static const struct set *find_nearly(const char *signature)
{
	static const char tail[] = " half-open";
	const size_t length = strlen(signature), tail_length = sizeof(tail) - 1;
	char other[LOG_SIGNATURE_MAX + sizeof(tail)];
	const struct set *set = find(signature);

	if (set || length >= LOG_SIGNATURE_MAX)
		return set;
	memcpy(other, signature, length + 1);
	if (length > tail_length && strcmp(signature + length - tail_length, tail) == 0)
		other[length - tail_length] = '\0';
	else
		memcpy(other + length, tail, sizeof(tail));
	return find(other);
}

/* A peer that had a tunnel does not answer any more: it, or the way, may have changed. */
static void take_lost_peer(struct log_answer *answer, const struct log_reader *reader)
{
	const struct log_token *cause =
		answer->kind ? log_attempt_cause(&answer->kind->last) : NULL;
	bool was_up = false;

	if (!cause || (cause->event != LOG_SILENT && cause->event != LOG_GOES_SILENT))
		return;
	for (size_t i = 0; i < reader->kind_count; i++)
		was_up |= &reader->kinds[i] != answer->kind &&
			  reader->kinds[i].last.stage == LOG_CHILD_UP &&
			  is_same_peer(&reader->kinds[i].last, &answer->kind->last);
	for (const enum class_id *class = log_event_classes(LOG_DPD); was_up && *class;
	     class ++)
		take(answer, *class, false);
}

/* Where all is up any fault that leaves a tunnel up can be, too, whoever began. */
static void take_ups(struct log_answer *answer, const struct log_reader *reader)
{
	for (size_t i = 0; i < reader->kind_count; i++)
		if (!is_up(&reader->kinds[i]) &&
		    !is_stranger(reader, &reader->kinds[i]) &&
		    !is_of_another_connection(reader, &reader->kinds[i]))
			return;
	if (reader->kind_count)
		take_set(answer, find("initiator child-up"));
}

/*
 * The log ends while the only attempt is on its way: that nothing more came says nothing.
 * Other daemons than charon say so in a line when one is refused, or ends.
 */
static bool ends_under_way(const struct log_reader *reader)
{
	const struct log_attempt *attempt = &reader->kinds[0].last;

	if (reader->kind_count != 1 || attempt->stage < LOG_ANSWERED ||
	    attempt->stage > LOG_IKE_UP || log_attempt_cause(attempt))
		return false;
	return !reader->is_charon ||
	       (attempt->stage == LOG_IKE_UP && attempt->version == 1 &&
		attempt->role == LOG_INITIATOR && !attempt->token_count &&
		attempt->has_messages && !attempt->has_child_asked);
}

void log_answer(const struct log_reader *reader, struct log_answer *ret_answer)
{
	char signature[LOG_KINDS * LOG_SIGNATURE_MAX];
	const struct set *set = NULL;

	memset(ret_answer, 0, sizeof(*ret_answer));
	ret_answer->kind = decisive(reader);
	log_reader_signature(reader, signature, sizeof(signature));
	/* Of a log that nobody understands nothing is told, nor that it is silent. */
	if (ends_under_way(reader))
		return;
	if (reader->known &&
	    (reader->kind_count ||
	     (reader->is_charon && !reader->is_cut && reader->has_loaded)))
		set = find(signature);
	if (!set && ret_answer->kind)
		set = find_nearly(ret_answer->kind->signature);
	if (!set && ret_answer->kind && is_up(ret_answer->kind))
		set = find("initiator child-up");
	if (set) {
		take_set(ret_answer, set);
		ret_answer->basis =
			reader->is_charon ? LOG_BASIS_REHEARSED : LOG_BASIS_EVENT;
	}
	take_ups(ret_answer, reader);
	take_lost_peer(ret_answer, reader);
	if (ret_answer->kind && !is_up(ret_answer->kind))
		take_event(ret_answer, &ret_answer->kind->last, set != NULL);
	widen(ret_answer);
	ask(ret_answer);
}
