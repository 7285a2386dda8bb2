// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_values.c - the values of strongSwan's files: times, switches, proposals */
#include "import/strongswan_values.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/strongswan_proposal.h"
#include "model/aspect.h"

#define TIME_MAX 3153600000LL /* a hundred years, in seconds */
#define LIST_MAX 4096	      /* bytes of proposals */

/*
 * Returns the seconds, or -1. As swanctl's parse_time() and starter do: swanctl takes
 * blanks before the unit, capital letters and octal or hexadecimal numbers; starter
 * takes none of them.
 */
static int64_t time_parse(const char *text, bool is_starter)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = { 1, 60, 3600, 86400 };
	char *end;
	const char *unit = units;
	unsigned long long n;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoull(text, &end, is_starter ? 10 : 0);
	if (errno || n > TIME_MAX)
		return -1;
	while (!is_starter && *end == ' ')
		end++;
	if (*end) {
		unit = strchr(units, is_starter ? *end : tolower((unsigned char)*end));
		if (!unit || end[1])
			return -1;
	}
	return (int64_t)n * seconds[unit - units];
}

void strongswan_discards(struct remark *remark, const char *advice)
{
	remark_says(remark, SAYS_DISCARDS, MEND_LINE, NULL);
	remark_advise(remark, advice);
}

/* The dialect is where the default comes from. */
static bool is_of_starter(struct origin fallback_at)
{
	return fallback_at.source && str_starts(fallback_at.source, "ipsec");
}

struct number strongswan_time(struct site *site, const struct text *text,
			      const char *fallback, struct origin fallback_at)
{
	bool is_starter = is_of_starter(fallback_at);
	int64_t n = text->s ? time_parse(text->s, is_starter) : -1;

	if (n >= 0)
		return (struct number){ true, n, text->at };
	if (text->s)
		strongswan_discards(
			site_remark(site, REMARK_INVALID, text->at,
				    "'%.40s' is no time such as 3600s, 60m or 1h",
				    text->s),
			"write a number of seconds, or one with s, m, h or d");
	if (!fallback)
		return (struct number){ 0 };
	return (struct number){ true, time_parse(fallback, is_starter), fallback_at };
}

struct flag strongswan_flag(struct site *site, const struct text *text, bool fallback,
			    struct origin fallback_at)
{
	static const char *const words[] = {
		"no", "yes", "0", "1", "off", "on", "false", "true", "disabled", "enabled"
	};
	size_t count = ARRAY_SIZE(words);

	/* The starter knows yes and no alone. */
	if (is_of_starter(fallback_at))
		count = 2;
	for (size_t i = 0; text->s && i < count; i++)
		if (str_equal_nocase(text->s, words[i]) &&
		    (count > 2 || str_equal(text->s, words[i])))
			return (struct flag){ true, i % 2 == 1, text->at };
	if (text->s)
		strongswan_discards(site_remark(site, REMARK_INVALID, text->at,
						"'%.40s' is neither yes nor no", text->s),
				    "write yes or no");
	return (struct flag){ true, fallback, fallback_at };
}

const char *strongswan_proposal_text(struct site *site, const struct text *text,
				     enum strongswan_dialect dialect, bool *has_default)
{
	size_t length = text->s ? strlen(text->s) : 0;
	bool is_strict = length && text->s[length - 1] == '!';

	*has_default = !length || (dialect == DIALECT_IPSEC_CONF && !is_strict);
	if (!length)
		return NULL;
	if (length > LIST_MAX) {
		site_remark(site, REMARK_INVALID, text->at,
			    "a list of proposals with %zu characters is not read",
			    length);
		return NULL;
	}
	return arena_strndup(site->arena, text->s, length - is_strict);
}

/* Whatever was wrong with it: one word that means nothing spoils it. */
static void spoil(struct site *site, const char *text, struct origin at,
		  struct proposal *proposal)
{
	*proposal = (struct proposal){ .at = at };
	vec_add(site->arena, &proposal->encr,
		((struct proposal_alg){ .word = text, .at = at }));
}

static void remark_additional(struct site *site, const char *text, struct origin at)
{
	for (const char *word = text; word; word = strchr(word, '-')) {
		word += *word == '-';
		if (!strongswan_is_additional(word))
			continue;
		site_unrehearsed(
			site, NULL, ASPECT_IKE | ASPECT_SELECTORS | ASPECT_LIFE, at,
			arena_printf(site->arena,
				     "%.*s, which needs strongSwan 6.0 at both ends "
				     "(older ones discard the connection)",
				     (int)strcspn(word, "-"), word));
		return;
	}
}

bool strongswan_proposal_take(struct site *site, const char **list,
			      enum strongswan_dialect dialect, struct origin at,
			      bool *has_default, struct proposal *ret_proposal)
{
	const char *text;

	while ((text = strongswan_proposal_next(site->arena, list))) {
		_cleanup_buf_ struct buf out = { 0 }, meant = { 0 };
		struct remark *remark;
		const char *better;

		if (dialect == DIALECT_SWANCTL && str_equal(text, "default")) {
			*has_default = true;
			continue;
		}
		if (strongswan_proposal_parse(site->arena, text, at, ret_proposal) == 0) {
			remark_additional(site, text, at);
			return true;
		}
		better = strongswan_proposal_complain(ret_proposal, &out, &meant);
		remark = site_remark(site, REMARK_INVALID, at,
				     "strongSwan refuses the proposal '%.80s': %s", text,
				     buf_text(&out));
		remark_says(remark, SAYS_REFUSED_PROPOSAL, MEND_LINE, NULL);
		if (remark)
			remark->better = better;
		if (meant.length && !better)
			remark_advise(remark, arena_printf(site->arena, "write %s",
							   buf_text(&meant)));
		spoil(site, text, at, ret_proposal);
		return true;
	}
	return false;
}

/* -1: none */
static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* ------------------------------------------------------------ secrets */

/*
 * Returns the number of bytes, or 0 when it is no hex. An odd digit at the start stands
 * alone, as strongSwan reads it.
 */
static size_t hex_decode(const char *text, size_t length, uint8_t *out)
{
	size_t count = 0, i = 0;

	if (length % 2) {
		int low = hex_digit(text[i++]);

		if (low < 0)
			return 0;
		out[count++] = (uint8_t)low;
	}
	for (; i < length; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return 0;
		out[count++] = (uint8_t)(high * 16 + low);
	}
	return count;
}

static size_t base64_decode(const char *text, size_t length, uint8_t *out)
{
	size_t padding = 0;
	int n;

	while (length > padding && padding < 2 && text[length - 1 - padding] == '=')
		padding++;
	if (!length || length % 4 || length > INT32_MAX)
		return 0;
	n = EVP_DecodeBlock(out, (const unsigned char *)text, (int)length);
	return n < (int)padding ? 0 : (size_t)n - padding;
}

void strongswan_secret_decode(struct site *site, const char *text, size_t length,
			      struct origin at, struct secret *ret_secret)
{
	bool is_hex = length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	bool is_base64 =
		length > 2 && text[0] == '0' && (text[1] == 's' || text[1] == 'S');
	uint8_t *bytes = arena_alloc(site->arena, length + 4);

	*ret_secret = (struct secret){ .bytes = bytes, .is_set = length > 0, .at = at };
	if (is_hex) {
		ret_secret->length = hex_decode(text + 2, length - 2, bytes);
	} else if (is_base64) {
		ret_secret->length = base64_decode(text + 2, length - 2, bytes);
	} else {
		memcpy(bytes, text, length);
		ret_secret->length = length;
	}
	ret_secret->is_readable = ret_secret->length > 0;
	if (is_hex || is_base64)
		site_remark(
			site, ret_secret->is_readable ? REMARK_ASSUMED : REMARK_INVALID,
			at,
			ret_secret->is_readable
				? "strongSwan reads this secret as %s: a peer that takes "
				  "it literally has another key"
				: "this secret begins like %s but is none",
			is_hex ? "hex" : "base64");
}
