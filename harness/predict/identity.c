// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * identity.c - F31 to F34: does each end introduce itself as the other expects?
 *
 * An end without an identity says its address, an end that expects none expects the
 * peer's address. Types count: 'bratwurst' as a host name is not the key-id 'bratwurst'.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ipsec/dn.h"
#include "model/pair.h"
#include "predict/predict.h"
#include "predict/words.h"

/* An identity as it is sent or expected; text NULL: an address that nobody wrote. */
struct seen_id {
	enum id_type type;
	const char *text;
	struct origin at;
	bool is_implied; /* not written: the address */
	bool is_any;
};

static const char *type_name(enum id_type type)
{
	switch (type) {
	case ID_TYPE_IPV4_ADDR:
	case ID_TYPE_IPV6_ADDR:
		return "address";
	case ID_TYPE_FQDN:
		return "host name";
	case ID_TYPE_USER_FQDN:
		return "mail address";
	case ID_TYPE_KEY_ID:
		return "key id";
	case ID_TYPE_DER_ASN1_DN:
		return "distinguished name";
	case ID_TYPE_NONE:
	case ID_TYPE_IPV4_ADDR_SUBNET:
	case ID_TYPE_IPV6_ADDR_SUBNET:
	case ID_TYPE_IPV4_ADDR_RANGE:
	case ID_TYPE_IPV6_ADDR_RANGE:
	case ID_TYPE_DER_ASN1_GN:
		break;
	}
	return "identity";
}

static void imply_address(const struct predict_input *input, const struct inet_addr *addr,
			  struct seen_id *id)
{
	id->type =
		addr && addr->family == AF_INET6 ? ID_TYPE_IPV6_ADDR : ID_TYPE_IPV4_ADDR;
	id->text = addr ? arena_strdup(input->arena, inet_addr_text(addr).s) : NULL;
	id->is_implied = true;
}

static struct seen_id sent_by(const struct predict_input *input, unsigned int end,
			      const struct tunnel *tunnel)
{
	const struct identity *own = &tunnel->local_id;
	const struct site_interface *interface;
	struct seen_id id = { .type = own->type, .text = own->value, .at = own->at };
	const struct inet_addr *addr = NULL;

	if (own->type != ID_TYPE_NONE)
		return id;
	interface = tunnel->local.kind == ENDPOINT_INTERFACE
			    ? site_interface_find(input->sites[end], tunnel->local.name)
			    : site_wan(input->sites[end]);
	if (tunnel->local.kind == ENDPOINT_ADDRESS)
		addr = &tunnel->local.addr;
	else if (interface && interface->source == ADDRESS_STATIC &&
		 interface->addresses.count)
		addr = &interface->addresses.items[0].prefix.addr;
	imply_address(input, addr, &id);
	if (!id.at.file)
		id.at = tunnel->at; /* where the missing line belongs */
	return id;
}

static struct seen_id expected_by(const struct predict_input *input, unsigned int end,
				  const struct tunnel *tunnel)
{
	const struct identity *other = &tunnel->remote_id;
	struct seen_id id = { .type = other->type,
			      .text = other->value,
			      .at = other->at };

	if (other->type != ID_TYPE_NONE) {
		id.is_any = other->is_any;
		return id;
	}
	id.is_any = other->is_any || pair_takes_any_id(input->sites[end], tunnel) ||
		    tunnel->remotes.count != 1 ||
		    tunnel->remotes.items[0].kind != ENDPOINT_ADDRESS;
	if (id.is_any)
		return id;
	imply_address(input, &tunnel->remotes.items[0].addr, &id);
	if (!id.at.file)
		id.at = tunnel->remotes.items[0].at;
	return id;
}

static const char *show(const struct predict_input *input, const struct seen_id *id)
{
	if (!id->text)
		return "its own address";
	return arena_printf(input->arena, "%s '%s'", type_name(id->type), id->text);
}

/* A text of another type is the class that looks right in every log. */
/* Its own address is not in the files; behind NAT it is not the one the peer sees. */
static bool is_private_said(const struct predict_input *input, unsigned int end,
			    const struct seen_id *sent, const struct seen_id *expected)
{
	struct inet_addr addr;

	return input->is_behind_nat[end] && sent->is_implied && !sent->text &&
	       expected->type == ID_TYPE_IPV4_ADDR && expected->text &&
	       !inet_addr_parse(expected->text, &addr) && !inet_addr_is_private(&addr);
}

static enum class_id class_of(const struct predict_input *input, unsigned int end,
			      const struct seen_id *sent, const struct seen_id *expected)
{
	struct inet_addr addr;

	if (sent->type != expected->type && sent->text && expected->text &&
	    str_equal_nocase(sent->text, expected->text))
		return F33;
	if (is_private_said(input, end, sent, expected))
		return F34;
	if (sent->is_implied && expected->type == ID_TYPE_IPV4_ADDR && sent->text &&
	    (input->is_behind_nat[end] ||
	     (!inet_addr_parse(sent->text, &addr) && inet_addr_is_private(&addr))))
		return F34;
	return end == input->initiator ? F31 : F32;
}

static void say_fixes(const struct predict_input *input, struct finding *finding,
		      unsigned int end, const struct tunnel *const tunnels[2],
		      const struct seen_id *sent, const struct seen_id *expected)
{
	const struct identity wanted = { .type = expected->type,
					 .value = expected->text };
	const struct identity given = { .type = sent->type, .value = sent->text };

	words_fix(input, finding, input->sites[end], &sent->at,
		  words_identity(input->arena, input->sites[end], &wanted, true,
				 tunnels[end]));
	words_fix(input, finding, input->sites[!end], &expected->at,
		  words_identity(input->arena, input->sites[!end], &given, false,
				 tunnels[!end]));
}

/* "*.example.org", "*@example.org": what is behind the star, as charon compares it. */
static bool is_matched(const struct seen_id *sent, const struct seen_id *expected)
{
	if (sent->type != expected->type)
		return false;
	if (!sent->text || !expected->text)
		return true;
	if ((expected->type == ID_TYPE_FQDN || expected->type == ID_TYPE_USER_FQDN) &&
	    expected->text[0] == '*') {
		size_t length = strlen(sent->text), end = strlen(expected->text + 1);

		return length >= end &&
		       str_equal_nocase(sent->text + length - end, expected->text + 1);
	}
	if (expected->type == ID_TYPE_DER_ASN1_DN)
		return dn_matches(sent->text, expected->text);
	return str_equal_nocase(sent->text, expected->text);
}

/* Nobody wrote it, or the line of the peer's address is where it comes from. */
static bool is_the_address(const struct seen_id *expected, const struct tunnel *tunnel)
{
	const struct endpoint *remote =
		tunnel->remotes.count ? tunnel->remotes.items : NULL;

	return expected->is_implied ||
	       (remote && expected->text && remote->at.file &&
		origin_same_line(&remote->at, &expected->at) &&
		str_equal(expected->text, inet_addr_text(&remote->addr).s));
}

/* Is what it says what it would say without an identity? */
static bool is_own_address(const struct predict_input *input, unsigned int end,
			   const struct seen_id *sent)
{
	const struct site_interface *wan = site_wan(input->sites[end]);

	return wan && wan->addresses.count && sent->text &&
	       str_equal(sent->text,
			 inet_addr_text(&wan->addresses.items[0].prefix.addr).s);
}

static void check_identity(const struct predict_input *input, struct findings *findings,
			   unsigned int end, const struct tunnel *const tunnels[2])
{
	struct seen_id sent = sent_by(input, end, tunnels[end]);
	struct seen_id expected = expected_by(input, !end, tunnels[!end]);
	struct finding *finding;

	if (expected.is_any)
		return;
	if (!is_private_said(input, end, &sent, &expected) &&
	    is_matched(&sent, &expected))
		return;
	/* What is expected is the wrong address itself: one fault, not two. */
	if (is_the_address(&expected, tunnels[!end]) &&
	    (sent.is_implied || is_own_address(input, end, &sent)) &&
	    predict_is_peer_wrong(input, !end, tunnels))
		return;
	finding = predict_add(input, findings, class_of(input, end, &sent, &expected),
			      NULL, "%s introduces itself as %s, %s expects %s",
			      input->sites[end]->name, show(input, &sent),
			      input->sites[!end]->name, show(input, &expected));
	finding->tunnel = tunnels[end];
	if (finding->class->number == F34) {
		finding->site = input->sites[end]->name;
		finding->summary = arena_printf(
			input->arena,
			"%s is behind a NAT and has no identity of its own: it introduces "
			"itself with its private address%s%s, %s expects %s",
			finding->site, sent.text ? " " : "", sent.text ? sent.text : "",
			input->sites[!end]->name, show(input, &expected));
	}
	if (sent.type != expected.type && sent.text && expected.text &&
	    str_equal_nocase(sent.text, expected.text))
		predict_why(
			input, finding,
			"the same text as another type of identity is another identity; "
			"logs show the text only");
	else if (sent.is_implied)
		predict_why(
			input, finding,
			"without an identity of its own a device says the address of its "
			"interface, also behind NAT");
	predict_value(input, finding, end, input->sites[end]->name,
		      words_setting(input->sites[end], WORD_LOCAL_ID), sent.at, "%s",
		      show(input, &sent));
	predict_value(input, finding, !end, input->sites[!end]->name,
		      words_setting(input->sites[!end], WORD_REMOTE_ID), expected.at,
		      "%s", show(input, &expected));
	say_fixes(input, finding, end, tunnels, &sent, &expected);
	predict_sees_refusal(input, finding, predict_version(input, tunnels), !end);
}

void predict_identities(const struct predict_input *input,
			const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int i = 0; i < 2; i++)
		check_identity(input, findings, i ? !input->initiator : input->initiator,
			       tunnels);
}
