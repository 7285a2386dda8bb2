// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * secret.c - F03, F05, F27-F29: the pre-shared keys, compared without printing them
 *
 * The same characters typed at both ends need not be the same bytes: strongSwan decodes
 * 0x and 0s, an unquoted '#' starts a comment, quotes vanish, blanks collapse. When the
 * key of one end is what is left of the other's, that is said instead of "they differ".
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "predict/predict.h"
#include "predict/words.h"

#define KEY_MAX 512 /* bytes; longer keys are compared as they are */

/* The class of a wrong secret depends on where the exchange notices it. */
static enum class_id secret_class(const struct tunnel *tunnel)
{
	if (tunnel->version != 1)
		return F29;
	return tunnel->mode == EXCHANGE_AGGRESSIVE ? F28 : F27;
}

static bool equal_bytes(const void *a, size_t a_length, const void *b, size_t b_length)
{
	return a_length == b_length && (!a_length || memcmp(a, b, a_length) == 0);
}

/* ------------------------------------------------------------ what may be left of a key
 */

static bool left_of_hash(const char *text, unsigned char *out, size_t *ret_length)
{
	*ret_length = strcspn(text, "#");
	memcpy(out, text, *ret_length);
	while (*ret_length && out[*ret_length - 1] == ' ')
		(*ret_length)--;
	return strchr(text, '#') != NULL;
}

static int hex_digit(char c)
{
	const char *const digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | (c >= 'A' ? 0x20 : 0)) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool left_of_hex(const char *text, unsigned char *out, size_t *ret_length)
{
	size_t length = strlen(text);
	bool is_odd = length % 2;

	if (!str_starts(text, "0x"))
		return false;
	*ret_length = 0;
	for (size_t i = 2; i < length; i++) {
		int value = hex_digit(text[i]);
		unsigned int digit = value < 0 ? 0 : (unsigned int)value;
		bool is_high = (i % 2 == 0) != is_odd;

		if (is_high) {
			out[*ret_length] = (unsigned char)(digit << 4);
			continue;
		}
		out[*ret_length] =
			(unsigned char)(digit | (i == 2 ? 0 : out[*ret_length]));
		(*ret_length)++;
	}
	return true;
}

static bool left_of_base64(const char *text, unsigned char *out, size_t *ret_length)
{
	size_t length = strlen(text) > 2 ? (strlen(text) - 2) / 4 * 4 : 0;
	int got;

	if (!str_starts(text, "0s") || !length)
		return false;
	got = EVP_DecodeBlock(out, (const unsigned char *)text + 2, (int)length);
	for (size_t i = length + 1; got > 0 && i > length - 1 && text[i] == '='; i--)
		got--;
	*ret_length = got > 0 ? (size_t)got : 0;
	return got > 0;
}

static bool left_of_quotes(const char *text, unsigned char *out, size_t *ret_length)
{
	*ret_length = 0;
	for (const char *at = text; *at; at++)
		if (*at != '"')
			out[(*ret_length)++] = (unsigned char)*at;
	return *ret_length != strlen(text);
}

static bool left_of_cut(const char *text, unsigned char *out, size_t *ret_length)
{
	*ret_length = strcspn(text, "\"");
	memcpy(out, text, *ret_length);
	return text[*ret_length] != '\0';
}

static bool left_of_blanks(const char *text, unsigned char *out, size_t *ret_length)
{
	*ret_length = 0;
	text += strspn(text, " \t");
	for (; *text; text++) {
		bool is_blank = *text == ' ' || *text == '\t';

		if (is_blank && (!text[strspn(text, " \t")] || text[1] == ' '))
			continue;
		out[(*ret_length)++] = (unsigned char)*text;
	}
	return true;
}

static const struct mangling {
	bool (*left)(const char *text, unsigned char *out, size_t *ret_length);
	const char *why, *advice;
} manglings[] = {
	{ left_of_hash, "a '#' starts a comment there and cuts the key", "without '#'" },
	{ left_of_hex,
	  "0x means an encoded key to strongSwan, other devices take it as it is",
	  "that does not start with 0x" },
	{ left_of_base64,
	  "0s means an encoded key to strongSwan, other devices take it as it is",
	  "that does not start with 0s" },
	{ left_of_quotes, "double quotes vanish there", "without double quotes" },
	{ left_of_cut, "the key ends there at its first double quote",
	  "without double quotes" },
	{ left_of_blanks, "blanks at its ends or in a row are lost there",
	  "without blanks" },
};

/* Is `used` what a mangling leaves of `written`? */
static const struct mangling *find_mangling(const struct secret *written,
					    const struct secret *used)
{
	unsigned char left[KEY_MAX + 4];
	char text[KEY_MAX + 1];
	const struct mangling *found = NULL;

	if (written->length > KEY_MAX || memchr(written->bytes, 0, written->length))
		return NULL;
	memcpy(text, written->bytes, written->length);
	text[written->length] = '\0';
	for (size_t i = 0; !found && i < ARRAY_SIZE(manglings); i++) {
		size_t length = 0;

		if (manglings[i].left(text, left, &length) &&
		    equal_bytes(left, length, used->bytes, used->length))
			found = &manglings[i];
	}
	explicit_bzero(text, sizeof(text));
	explicit_bzero(left, sizeof(left));
	return found;
}

/* ------------------------------------------------------------ findings */

static void say_keys(const struct predict_input *input, struct finding *finding,
		     const struct tunnel *const tunnels[2])
{
	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name,
			      words_setting(input->sites[end], WORD_SECRET),
			      tunnels[end]->psk.at, "(%zu bytes)",
			      tunnels[end]->psk.length);
}

/* In aggressive mode the initiator checks first, else the responder. */
static void say_sees(const struct predict_input *input, struct finding *finding,
		     const struct tunnel *const tunnels[2])
{
	const struct tunnel *from = tunnels[input->initiator];
	enum class_id class = secret_class(from);
	bool is_aggressive = class == F28;

	predict_sees_as(input, finding, class, from->version == 1 ? 1 : 2,
			is_aggressive ? input->initiator : !input->initiator);
}

static bool report_mangled(const struct predict_input *input, struct findings *findings,
			   const struct tunnel *const tunnels[2])
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		const struct mangling *mangling =
			find_mangling(&tunnels[!end]->psk, &tunnels[end]->psk);
		struct finding *finding;

		if (!mangling || !predict_is_strongswan(site))
			continue;
		finding = predict_add(
			input, findings, F03, site->name,
			"the pre-shared keys look alike and are not: %s uses %zu "
			"bytes, what is left of %s's %zu",
			site->name, tunnels[end]->psk.length, input->sites[!end]->name,
			tunnels[!end]->psk.length);
		finding->tunnel = tunnels[input->initiator];
		predict_why(input, finding, "%s", mangling->why);
		say_keys(input, finding, tunnels);
		predict_fix(input, finding, "both: take a key %s", mangling->advice);
		say_sees(input, finding, tunnels);
		return true;
	}
	return false;
}

/* A key that each device's files can hold as text, between quotes. */
static const char *plain_key(const struct predict_input *input, const struct secret *psk)
{
	for (size_t i = 0; i < psk->length; i++)
		if (psk->bytes[i] <= ' ' || psk->bytes[i] > '~' ||
		    strchr("'\"\\#{};", psk->bytes[i]))
			return NULL;
	return psk->is_readable && psk->length
		       ? arena_strndup(input->arena, (const char *)psk->bytes,
				       psk->length)
		       : NULL;
}

/* The other end's key, at the line where this end's stands. */
static void edit_key(const struct predict_input *input, struct finding *finding,
		     unsigned int end, const struct tunnel *const tunnels[2])
{
	const struct site *site = input->sites[end];
	const char *key = plain_key(input, &tunnels[!end]->psk);
	struct device_line line = { 0 };

	if (key)
		line = words_line(input->arena, site, tunnels[end], WORD_SECRET, key);
	if (!line.edit || !tunnels[end]->psk.at.line)
		return;
	predict_edit(input, finding, site, EDIT_IN_BLOCK, tunnels[end]->psk.at, "%s",
		     line.edit);
	predict_edit_is_secret(finding);
}

static void report_differ(const struct predict_input *input, struct findings *findings,
			  const struct tunnel *const tunnels[2])
{
	const struct tunnel *from = tunnels[input->initiator];
	struct finding *finding = predict_add(
		input, findings, secret_class(from), NULL,
		"the pre-shared keys differ: %s has %zu bytes, %s has %zu%s",
		input->sites[0]->name, tunnels[0]->psk.length, input->sites[1]->name,
		tunnels[1]->psk.length,
		tunnels[0]->psk.length == tunnels[1]->psk.length ? ", not the same ones"
								 : "");

	finding->tunnel = from;
	say_keys(input, finding, tunnels);
	for (unsigned int end = 0; end < 2; end++) {
		predict_fix(input, finding, "%s: %s:%u: write the other end's key as %s",
			    input->sites[end]->name,
			    tunnels[end]->psk.at.file ? tunnels[end]->psk.at.file : "?",
			    tunnels[end]->psk.at.line,
			    words_setting(input->sites[end], WORD_SECRET));
		edit_key(input, finding, end, tunnels);
	}
	say_sees(input, finding, tunnels);
}

/* The line of ipsec.secrets behind which strongSwan read nothing; NULL: none is. */
static const struct remark *end_of_secrets(const struct site *site, struct origin at)
{
	vec_foreach (remark, &site->remarks)
		if (remark->code == SAYS_SECRETS_END &&
		    origin_same_line(&remark->at, &at))
			return remark;
	return NULL;
}

static void say_end(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct remark *end)
{
	predict_why(input, finding,
		    "%s: strongSwan reads neither this line nor those below",
		    end->subject);
	words_advise(input, finding, site, &end->at,
		     "identities, then ' : ' with a blank on each side, then PSK and the "
		     "key in quotes");
	if (end->better)
		predict_edit(input, finding, site, EDIT_WORD, end->at, "%s", end->better);
}

static void report_missing(const struct predict_input *input, struct findings *findings,
			   unsigned int end, const struct tunnel *tunnel)
{
	const struct site *site = input->sites[end];
	struct origin at = tunnel->psk.at.file ? tunnel->psk.at : tunnel->at;
	struct finding *finding =
		predict_add(input, findings, F05, site->name,
			    "%s has no pre-shared key for this tunnel", site->name);

	finding->tunnel = tunnel;
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_SECRET), at,
		      "none");
	if (end_of_secrets(site, at)) {
		say_end(input, finding, site, end_of_secrets(site, at));
	} else {
		predict_why(input, finding,
			    "a key that is there for other identities is not taken");
		predict_fix(input, finding,
			    "%s: %s:%u: %s: the other end's key, for both identities",
			    site->name, at.file ? at.file : "?", at.line,
			    words_setting(site, WORD_SECRET));
	}
	predict_sees_refusal(input, finding, tunnel->version == 1 ? 1 : 2, end);
}

static void report_unknown(const struct predict_input *input, struct findings *findings,
			   unsigned int end, const struct tunnel *tunnel)
{
	const struct site *site = input->sites[end];
	struct finding *finding = predict_add(
		input, findings, F05, site->name,
		"the pre-shared key of %s is not in its files, or is encrypted "
		"there: whether both are the same is unknown",
		site->name);

	finding->severity = SEVERITY_WEAK;
	finding->tunnel = tunnel;
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_SECRET),
		      tunnel->psk.at, "(unknown)");
}

static bool uses_key(const struct tunnel *tunnel)
{
	return tunnel->auth == AUTH_PSK || tunnel->auth == AUTH_XAUTH_PSK;
}

void predict_secrets(const struct predict_input *input,
		     const struct tunnel *const tunnels[2], struct findings *findings)
{
	const struct secret *a = &tunnels[0]->psk, *b = &tunnels[1]->psk;

	if (!uses_key(tunnels[0]) || !uses_key(tunnels[1]))
		return;
	for (unsigned int end = 0; end < 2; end++) {
		if (!tunnels[end]->psk.is_set)
			report_missing(input, findings, end, tunnels[end]);
		else if (!tunnels[end]->psk.is_readable)
			report_unknown(input, findings, end, tunnels[end]);
	}
	if (!a->is_set || !b->is_set || !a->is_readable || !b->is_readable ||
	    equal_bytes(a->bytes, a->length, b->bytes, b->length))
		return;
	if (!report_mangled(input, findings, tunnels))
		report_differ(input, findings, tunnels);
}
