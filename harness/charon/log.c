// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * log.c - lines of charon's log, and what they mean
 *
 * One table of texts, taken from strongSwan 5.9.8's own format strings. In a pattern '*'
 * captures any text and '~' passes over any; both end at the first place where what
 * follows fits, so matching takes time in proportion to the line whatever a peer puts
 * into its identity.
 */
#include "charon/log.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"

/* ------------------------------------------------------------ lines */

#define TIME_LENGTH 23 /* "2026-11-21 20:10:19.331" */

/* A decimal number of 1 to 9 digits at *at, which moves on. */
static bool take_number(const char **at, const char *end, unsigned int *ret_number)
{
	unsigned int number = 0, digits = 0;

	while (*at < end && **at >= '0' && **at <= '9' && digits < 9) {
		number = number * 10 + (unsigned int)(*(*at)++ - '0');
		digits++;
	}
	*ret_number = number;
	return digits > 0;
}

static bool take_text(const char **at, const char *end, const char *text)
{
	size_t length = strlen(text);

	if ((size_t)(end - *at) < length || memcmp(*at, text, length) != 0)
		return false;
	*at += length;
	return true;
}

/* "2026-11-21 20:10:19.331 ", in UTC. */
static bool take_date(const char **at, const char *end, int64_t *ret_us)
{
	unsigned int year, month, day, hour, minute, second, ms;
	const char *from = *at;
	struct tm tm = { 0 };

	if (end - from < TIME_LENGTH || !take_number(&from, end, &year) ||
	    !take_text(&from, end, "-") || !take_number(&from, end, &month) ||
	    !take_text(&from, end, "-") || !take_number(&from, end, &day) ||
	    !take_text(&from, end, " ") || !take_number(&from, end, &hour) ||
	    !take_text(&from, end, ":") || !take_number(&from, end, &minute) ||
	    !take_text(&from, end, ":") || !take_number(&from, end, &second) ||
	    !take_text(&from, end, ".") || !take_number(&from, end, &ms) ||
	    !take_text(&from, end, " "))
		return false;
	if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > 31 || hour > 23 || minute > 59 || second > 60 || ms > 999)
		return false;
	tm.tm_year = (int)year - 1900;
	tm.tm_mon = (int)month - 1;
	tm.tm_mday = (int)day;
	tm.tm_hour = (int)hour;
	tm.tm_min = (int)minute;
	tm.tm_sec = (int)second;
	*ret_us = ((int64_t)timegm(&tm) * 1000 + ms) * 1000;
	*at = from;
	return true;
}

/* "<home|1> " or "<1> ", with ike_name = yes; a line may go without. */
static void take_connection(const char **at, const char *end,
			    struct charon_log_line *line)
{
	const char *close = memchr(*at, '>', (size_t)(end - *at));
	const char *number, *from = *at + 1;

	if (*at >= end || **at != '<' || !close || close + 1 >= end || close[1] != ' ')
		return;
	number = memrchr(from, '|', (size_t)(close - from));
	if (number)
		line->connection =
			(struct charon_log_span){ from, (size_t)(number - from) };
	number = number ? number + 1 : from;
	if (!take_number(&number, close, &line->unique_id) || number != close) {
		line->connection = (struct charon_log_span){ 0 };
		line->unique_id = 0;
		return;
	}
	*at = close + 2;
}

int charon_log_parse(const char *bytes, size_t length, struct charon_log_line *ret_line)
{
	struct charon_log_line line = { .time_us = -1 };
	const char *at = bytes, *end = bytes + length;

	while (end > at && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	(void)take_date(&at, end, &line.time_us);
	if (!take_number(&at, end, &line.thread) || end - at < 6 || at[0] != '[' ||
	    at[4] != ']' || at[5] != ' ')
		return -EINVAL;
	for (int i = 0; i < 3; i++) {
		if (at[1 + i] < 'A' || at[1 + i] > 'Z')
			return -EINVAL;
		line.subsystem[i] = at[1 + i];
	}
	at += 6;
	take_connection(&at, end, &line);
	line.message = (struct charon_log_span){ at, (size_t)(end - at) };
	*ret_line = line;
	return 0;
}

/* ------------------------------------------------------------ what they mean */

struct known {
	enum charon_log_fact fact;
	const char *pattern;
};

/* The first row that fits counts, so the narrower stands before the wider. */
static const struct known known[] = {
	/* how it went */
	{ CHARON_LOG_INITIATING, "initiating * Mode IKE_SA ~ to *" },
	{ CHARON_LOG_INITIATING, "initiating * ~[~] to *" },
	{ CHARON_LOG_RESPONDING, "* is initiating a * Mode IKE_SA" },
	{ CHARON_LOG_RESPONDING, "* is initiating an *" },
	{ CHARON_LOG_PROPOSAL_SELECTED, "selected proposal: *" },
	{ CHARON_LOG_IKE_ESTABLISHED, "IKE_SA ~ established between *...*" },
	{ CHARON_LOG_CHILD_ESTABLISHED,
	  "CHILD_SA * established with SPIs *_i *_o and TS *" },
	{ CHARON_LOG_CHILD_ESTABLISHED,
	  "inbound CHILD_SA * established with SPIs *_i *_o and TS *" },
	{ CHARON_LOG_CHILD_CLOSED, "closing CHILD_SA * with SPIs *_i (~ bytes) *_o ~" },
	{ CHARON_LOG_IKE_DELETED, "deleting IKE_SA * between ~" },
	{ CHARON_LOG_REKEY_FAILED, "CHILD_SA rekeying failed, trying again in ~" },
	{ CHARON_LOG_REKEYED, "detected rekeying of CHILD_SA *" },
	{ CHARON_LOG_REKEYED, "IKE_SA * rekeyed between ~" },
	/* proposals */
	{ CHARON_LOG_PROPOSALS_RECEIVED, "received proposals: *" },
	{ CHARON_LOG_PROPOSALS_CONFIGURED, "configured proposals: *" },
	{ CHARON_LOG_NO_CHILD_PROPOSAL, "no acceptable proposal found" },
	{ CHARON_LOG_NO_CHILD_PROPOSAL, "no matching proposal found, sending ~" },
	{ CHARON_LOG_NO_CHILD_PROPOSAL, "no matching proposal found" },
	{ CHARON_LOG_NO_PROPOSAL, "no proposal found" },
	{ CHARON_LOG_NO_PROPOSAL, "received proposals unacceptable" },
	{ CHARON_LOG_DH_UNSUPPORTED, "configured DH group * not supported" },
	{ CHARON_LOG_DH_UNSUPPORTED, "negotiated DH group * not supported" },
	{ CHARON_LOG_DH_UNSUPPORTED, "requested DH group * not supported" },
	{ CHARON_LOG_DH_UNACCEPTABLE, "DH group * unacceptable, requesting *" },
	/* IKEv2 in strongSwan 6.0 */
	{ CHARON_LOG_DH_UNSUPPORTED, "configured key exchange method * not supported" },
	{ CHARON_LOG_DH_UNSUPPORTED, "negotiated key exchange method * not supported" },
	{ CHARON_LOG_DH_UNSUPPORTED, "requested key exchange method * not supported" },
	{ CHARON_LOG_DH_UNSUPPORTED, "selected key exchange method * not supported" },
	{ CHARON_LOG_DH_UNACCEPTABLE,
	  "key exchange method * unacceptable, requesting *" },
	{ CHARON_LOG_CIPHER_UNSUPPORTED, "ENCRYPTION_ALGORITHM * not supported!" },
	{ CHARON_LOG_KDF_UNSUPPORTED, "KDF_PRF with * not supported" },
	{ CHARON_LOG_KE_OTHER_GROUP, "invalid DH public value size (* bytes) for *" },
	/* configuration not found */
	{ CHARON_LOG_NO_IKE_CONFIG, "no IKE config found for *...*, sending ~" },
	{ CHARON_LOG_NO_PEER_CONFIG, "no peer config found" },
	{ CHARON_LOG_NO_PEER_CONFIG, "no matching peer config found" },
	{ CHARON_LOG_LOOKING_FOR_PEER, "looking for peer configs matching *" },
	{ CHARON_LOG_LOOKING_FOR_PEER, "looking for ~ peer configs matching *" },
	{ CHARON_LOG_MODE_REFUSED,
	  "found ~ matching config~ but none allows ~ authentication using * Mode" },
	{ CHARON_LOG_AGGRESSIVE_DISABLED, "Aggressive Mode PSK disabled for security ~" },
	{ CHARON_LOG_ID_MATCH, "  * id match: * (*: *)" },
	{ CHARON_LOG_ID_MATCH, "  * id match: * (*)" },
	{ CHARON_LOG_PEER_ID_DIFFERS, "IDir '*' does not match to '*'" },
	/* authentication */
	{ CHARON_LOG_NO_SHARED_KEY, "no shared key found for * - *" },
	{ CHARON_LOG_HASH_WRONG, "calculated HASH does not match HASH payload" },
	{ CHARON_LOG_HASH_WRONG, "received HASH payload does not match" },
	{ CHARON_LOG_DECRYPT_FAILED, "invalid * payload length, decryption failed?" },
	{ CHARON_LOG_DECRYPT_FAILED, "could not decrypt payloads" },
	{ CHARON_LOG_MAC_MISMATCH,
	  "tried * shared key~ for '*' - '*', but MAC mismatched" },
	{ CHARON_LOG_AUTH_OF_FAILED, "authentication of '*' ~failed" },
	/* traffic selectors */
	{ CHARON_LOG_NO_CHILD_CONFIG, "no matching CHILD_SA config found for * === *" },
	{ CHARON_LOG_TS_UNACCEPTABLE, "traffic selectors * === * unacceptable" },
	{ CHARON_LOG_TS_UNACCEPTABLE, "no acceptable traffic selectors found" },
	{ CHARON_LOG_TS_UNACCEPTABLE, "received TS_UNACCEPTABLE notify~" },
	{ CHARON_LOG_POLICY_OUT_MISSING,
	  "no matching outbound IPsec policy for * == * [~]" },
	{ CHARON_LOG_POLICY_IN_VIOLATED,
	  "discarding inbound IP packet * == * [~] due to policy" },
	{ CHARON_LOG_NO_OUTBOUND_SA, "could not find an outbound IPsec SA for reqid ~" },
	/* notifies */
	{ CHARON_LOG_NOTIFY_RECEIVED, "received * error notify" },
	{ CHARON_LOG_NOTIFY_RECEIVED, "received * notify error~" },
	{ CHARON_LOG_NOTIFY_RECEIVED, "received * notify, no CHILD_SA built" },
	{ CHARON_LOG_INITIAL_CONTACT,
	  "destroying duplicate IKE_SA for peer '*', received INITIAL_CONTACT" },
	/* silence */
	{ CHARON_LOG_RETRANSMIT, "sending retransmit * of ~ message ID *, seq ~" },
	{ CHARON_LOG_RETRANSMIT, "retransmit * of request with message ID *" },
	{ CHARON_LOG_GAVE_UP, "giving up after * retransmits" },
	{ CHARON_LOG_PEER_SILENT, "establishing IKE_SA failed, peer not responding" },
	{ CHARON_LOG_PEER_SILENT, "peer not responding, trying again (~)" },
	{ CHARON_LOG_RETRANSMIT_RECEIVED, "received retransmit of ~" },
	{ CHARON_LOG_HALF_OPEN_DELETED,
	  "deleting half open IKE_SA with * after timeout" },
	{ CHARON_LOG_DPD_TIMEOUT, "DPD check timed out, enforcing DPD action" },
	{ CHARON_LOG_QUICK_MODE_EARLY,
	  "ignoring QUICK_MODE request while phase 1 is incomplete" },
	{ CHARON_LOG_QUICK_MODE_EARLY,
	  "received quick mode request for unestablished IKE_SA, ignored" },
	/* names */
	{ CHARON_LOG_RESOLVE_FAILED, "resolving '*' failed: ~" },
	{ CHARON_LOG_INITIATE_ABORTED, "unable to resolve *, initiate aborted" },
	{ CHARON_LOG_RESOLVE_FAILED, "unable to resolve *, retrying ~" },
	/* lifetimes, notes */
	{ CHARON_LOG_LIFETIME_DIFFERS,
	  "received lifetime *s does not match configured lifetime *s" },
	{ CHARON_LOG_CHILD_LIFETIME_DIFFERS, "received *s lifetime, configured *s" },
	{ CHARON_LOG_IPCOMP_REFUSED, "peer did not accept our IPComp ~" },
	{ CHARON_LOG_IPCOMP_REFUSED, "peer didn't accept our proposed IPComp ~" },
	{ CHARON_LOG_IPCOMP_REFUSED, "expected IPComp proposal but peer did not ~" },
	{ CHARON_LOG_DPD_UNSUPPORTED, "DPD not supported by peer, disabled" },
	{ CHARON_LOG_BEHIND_NAT, "* host is behind NAT~" },
	{ CHARON_LOG_UNIQUENESS, "canceling * due to uniqueness policy" },
	{ CHARON_LOG_UNIQUENESS, "deleting duplicate IKE_SA for peer * due to ~" },
	/* loading */
	{ CHARON_LOG_ALG_UNKNOWN, "algorithm '*' not recognized" },
	{ CHARON_LOG_PROPOSAL_SKIPPED, "skipped invalid proposal string: *" },
	{ CHARON_LOG_CONFIG_DISCARDED, "~invalid value for: *, config discarded" },
	{ CHARON_LOG_CONFIG_DISCARDED, "~unknown option: *, config discarded" },
	{ CHARON_LOG_TS_MISSING, "* traffic selector missing in configuration" },
	/* what a script printed, see updown_command() */
	{ CHARON_LOG_UPDOWN_LINE, "updown: line *: status ~" },
	{ CHARON_LOG_UPDOWN_ENDED, "updown: up-client ended with status *" },
	{ CHARON_LOG_UPDOWN_SAID, "updown: *" },
	/* the simulator's own trouble */
	{ CHARON_LOG_KERNEL_SAD_FAILED, "unable to install ~IPsec SA (SAD) in kernel" },
	{ CHARON_LOG_KERNEL_SAD_FAILED, "unable to add SAD entry with SPI ~" },
	{ CHARON_LOG_KERNEL_SPD_FAILED,
	  "unable to install IPsec policies (SPD) in kernel" },
	{ CHARON_LOG_KERNEL_NETLINK_ERROR, "received netlink error: *" },
	{ CHARON_LOG_ROUTE_FAILED, "error installing route with policy *" },
	{ CHARON_LOG_ROUTE_FAILED, "installing route failed: *" },
	{ CHARON_LOG_PLUGIN_FAILED, "plugin '*'~ failed to load~" },
};

/* Where a literal that ends at the next wildcard is found in text; NULL: nowhere. */
static const char *find_literal(const char *at, const char *end, const char *literal,
				size_t length, bool is_last)
{
	if ((size_t)(end - at) < length)
		return NULL;
	if (!is_last)
		return memmem(at, (size_t)(end - at), literal, length);
	return memcmp(end - length, literal, length) == 0 ? end - length : NULL;
}

bool charon_log_fits(const char *pattern, const struct charon_log_span *message,
		     struct charon_log_span capture[CHARON_LOG_CAPTURES])
{
	const char *at = message->s, *end = message->s + message->length;
	size_t captures = 0;

	for (;;) {
		size_t length = strcspn(pattern, "*~");
		bool is_capture, is_last;
		const char *found;

		/* the literal up to the wildcard stands exactly here */
		if ((size_t)(end - at) < length || memcmp(at, pattern, length) != 0)
			return false;
		at += length;
		pattern += length;
		if (!*pattern)
			return at == end;
		/* the wildcard goes as far as the literal behind it */
		is_capture = *pattern++ == '*';
		length = strcspn(pattern, "*~");
		is_last = !pattern[length];
		found = find_literal(at, end, pattern, length, is_last);
		if (!found)
			return false;
		if (is_capture && captures < CHARON_LOG_CAPTURES)
			capture[captures++] =
				(struct charon_log_span){ at, (size_t)(found - at) };
		at = found;
	}
}

bool charon_log_match(const struct charon_log_span *message,
		      struct charon_log_match *ret_match)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct charon_log_match match = { .fact = known[i].fact };

		if (!message->s ||
		    !charon_log_fits(known[i].pattern, message, match.capture))
			continue;
		*ret_match = match;
		return true;
	}
	return false;
}

/* ------------------------------------------------------------ names */

static const char *const names[] = {
	[CHARON_LOG_NONE] = "none",
	[CHARON_LOG_INITIATING] = "initiating",
	[CHARON_LOG_RESPONDING] = "responding",
	[CHARON_LOG_PROPOSAL_SELECTED] = "proposal-selected",
	[CHARON_LOG_IKE_ESTABLISHED] = "ike-established",
	[CHARON_LOG_CHILD_ESTABLISHED] = "child-established",
	[CHARON_LOG_CHILD_CLOSED] = "child-closed",
	[CHARON_LOG_IKE_DELETED] = "ike-deleted",
	[CHARON_LOG_REKEY_FAILED] = "rekey-failed",
	[CHARON_LOG_REKEYED] = "rekeyed",
	[CHARON_LOG_PROPOSALS_RECEIVED] = "proposals-received",
	[CHARON_LOG_PROPOSALS_CONFIGURED] = "proposals-configured",
	[CHARON_LOG_NO_PROPOSAL] = "no-proposal",
	[CHARON_LOG_NO_CHILD_PROPOSAL] = "no-child-proposal",
	[CHARON_LOG_DH_UNSUPPORTED] = "dh-unsupported",
	[CHARON_LOG_KE_OTHER_GROUP] = "ke-other-group",
	[CHARON_LOG_DH_UNACCEPTABLE] = "dh-unacceptable",
	[CHARON_LOG_CIPHER_UNSUPPORTED] = "cipher-unsupported",
	[CHARON_LOG_KDF_UNSUPPORTED] = "kdf-unsupported",
	[CHARON_LOG_NO_IKE_CONFIG] = "no-ike-config",
	[CHARON_LOG_NO_PEER_CONFIG] = "no-peer-config",
	[CHARON_LOG_LOOKING_FOR_PEER] = "looking-for-peer",
	[CHARON_LOG_MODE_REFUSED] = "mode-refused",
	[CHARON_LOG_AGGRESSIVE_DISABLED] = "aggressive-disabled",
	[CHARON_LOG_ID_MATCH] = "id-match",
	[CHARON_LOG_PEER_ID_DIFFERS] = "peer-id-differs",
	[CHARON_LOG_NO_SHARED_KEY] = "no-shared-key",
	[CHARON_LOG_HASH_WRONG] = "hash-wrong",
	[CHARON_LOG_DECRYPT_FAILED] = "decrypt-failed",
	[CHARON_LOG_MAC_MISMATCH] = "mac-mismatch",
	[CHARON_LOG_AUTH_OF_FAILED] = "auth-failed",
	[CHARON_LOG_NO_CHILD_CONFIG] = "no-child-config",
	[CHARON_LOG_TS_UNACCEPTABLE] = "ts-unacceptable",
	[CHARON_LOG_POLICY_OUT_MISSING] = "policy-out-missing",
	[CHARON_LOG_POLICY_IN_VIOLATED] = "policy-in-violated",
	[CHARON_LOG_NO_OUTBOUND_SA] = "no-outbound-sa",
	[CHARON_LOG_NOTIFY_RECEIVED] = "notify-received",
	[CHARON_LOG_INITIAL_CONTACT] = "initial-contact",
	[CHARON_LOG_RETRANSMIT] = "retransmit",
	[CHARON_LOG_GAVE_UP] = "gave-up",
	[CHARON_LOG_PEER_SILENT] = "peer-silent",
	[CHARON_LOG_RETRANSMIT_RECEIVED] = "retransmit-received",
	[CHARON_LOG_HALF_OPEN_DELETED] = "half-open-deleted",
	[CHARON_LOG_DPD_TIMEOUT] = "dpd-timeout",
	[CHARON_LOG_QUICK_MODE_EARLY] = "quick-mode-early",
	[CHARON_LOG_RESOLVE_FAILED] = "resolve-failed",
	[CHARON_LOG_INITIATE_ABORTED] = "initiate-aborted",
	[CHARON_LOG_LIFETIME_DIFFERS] = "lifetime-differs",
	[CHARON_LOG_CHILD_LIFETIME_DIFFERS] = "child-lifetime-differs",
	[CHARON_LOG_IPCOMP_REFUSED] = "ipcomp-refused",
	[CHARON_LOG_DPD_UNSUPPORTED] = "dpd-unsupported",
	[CHARON_LOG_BEHIND_NAT] = "behind-nat",
	[CHARON_LOG_UNIQUENESS] = "uniqueness",
	[CHARON_LOG_ALG_UNKNOWN] = "alg-unknown",
	[CHARON_LOG_PROPOSAL_SKIPPED] = "proposal-skipped",
	[CHARON_LOG_CONFIG_DISCARDED] = "config-discarded",
	[CHARON_LOG_TS_MISSING] = "ts-missing",
	[CHARON_LOG_UPDOWN_LINE] = "updown-line",
	[CHARON_LOG_UPDOWN_ENDED] = "updown-ended",
	[CHARON_LOG_UPDOWN_SAID] = "updown-said",
	[CHARON_LOG_KERNEL_SAD_FAILED] = "kernel-sad-failed",
	[CHARON_LOG_KERNEL_SPD_FAILED] = "kernel-spd-failed",
	[CHARON_LOG_KERNEL_NETLINK_ERROR] = "kernel-netlink-error",
	[CHARON_LOG_ROUTE_FAILED] = "route-failed",
	[CHARON_LOG_PLUGIN_FAILED] = "plugin-failed",
};

_Static_assert(ARRAY_SIZE(names) == CHARON_LOG_FACT_COUNT, "a name for each fact");

const char *charon_log_fact_name(enum charon_log_fact fact)
{
	return (size_t)fact < ARRAY_SIZE(names) ? names[fact] : "unknown";
}

bool charon_log_fact_is_ours(enum charon_log_fact fact)
{
	if (fact == CHARON_LOG_KDF_UNSUPPORTED) /* the kdf plugin is not loaded */
		return true;
	/* the others stand last in the enum, for this */
	return fact >= CHARON_LOG_KERNEL_SAD_FAILED && fact < CHARON_LOG_FACT_COUNT;
}
