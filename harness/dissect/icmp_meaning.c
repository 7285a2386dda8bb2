// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp_meaning.c - what an ICMP error about an IKE or ESP packet means (RFC 792, 4443) */
#include "dissect/icmp_meaning.h"

#include "base/cleanup.h"

#define ANY  (-1)
#define IPV4 4
#define IPV6 6

enum teller {
	TELLER_ANY,
	TELLER_PEER,
	TELLER_ROUTER,
};

static const struct icmp_row {
	int family, type, code;
	enum teller teller;
	struct icmp_meaning meaning;
} rows[] = {
	/* clang-format off */
	{ IPV4, 3, 3, TELLER_PEER, { "nothing listens on that port there: no IKE daemon, or the port goes to another host", { { F09, F13 } } } },
	{ IPV4, 3, 3, TELLER_ROUTER, { "a firewall on the way rejects it", { { F09 } } } },
	{ IPV4, 3, 2, TELLER_PEER, { "it does not speak ESP", { { F12, F53 } } } },
	{ IPV4, 3, 0, TELLER_ANY, { "nobody knows the way to that network: the address is not the peer's, or it is offline", { { F07 } } } },
	{ IPV4, 3, 1, TELLER_ANY, { "nobody has that address: it is not the peer's, or it is offline", { { F07 } } } },
	{ IPV4, 3, 4, TELLER_ANY, { "it is too big for the next link", { { F74 } } } },
	{ IPV4, 3, 9, TELLER_ANY, { "a firewall forbids it", { { F09, F12 } } } },
	{ IPV4, 3, 10, TELLER_ANY, { "a firewall forbids it", { { F09, F12 } } } },
	{ IPV4, 3, 13, TELLER_ANY, { "a firewall forbids it", { { F09, F12 } } } },
	{ IPV4, 11, 0, TELLER_ANY, { "it goes round in circles, or the way is too long", { { F07 } } } },
	{ IPV4, 11, 1, TELLER_ANY, { "a fragment of it never arrived", { { F15 } } } },
	{ IPV6, 1, 0, TELLER_ANY, { "nobody knows the way to that network: the address is not the peer's, or it is offline", { { F07 } } } },
	{ IPV6, 1, 1, TELLER_ANY, { "a firewall forbids it", { { F09, F12 } } } },
	{ IPV6, 1, 3, TELLER_ANY, { "nobody has that address: it is not the peer's, or it is offline", { { F07 } } } },
	{ IPV6, 1, 4, TELLER_PEER, { "nothing listens on that port there: no IKE daemon, or the port goes to another host", { { F09, F13 } } } },
	{ IPV6, 1, 4, TELLER_ROUTER, { "a firewall on the way rejects it", { { F09 } } } },
	{ IPV6, 1, ANY, TELLER_ANY, { "a router refuses it", { { F09 } } } },
	{ IPV6, 2, ANY, TELLER_ANY, { "it is too big for the next link", { { F74 } } } },
	{ IPV6, 3, ANY, TELLER_ANY, { "it goes round in circles, or a fragment of it never arrived", { { F07, F15 } } } },
	{ ANY, ANY, ANY, TELLER_ANY, { "somebody refuses it", { { F09 } } } },
	/* clang-format on */
};

const struct icmp_meaning *icmp_meaning_of(const struct icmp_error *error)
{
	bool is_peer = inet_addr_equal(&error->from, &error->about_dst);
	const struct icmp_row *row = rows;

	for (; row < rows + ARRAY_SIZE(rows) - 1; row++)
		if (row->family == error->family && row->type == error->type &&
		    (row->code == ANY || row->code == error->code) &&
		    (row->teller == TELLER_ANY ||
		     (row->teller == TELLER_PEER) == is_peer))
			break;
	return &row->meaning;
}
