// SPDX-License-Identifier: GPL-2.0-or-later
/* rehearsed.c - no verdict from what was dropped: what each check rests on */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"
#include "model/aspect.h"

/* A check that is not here rests on nothing that a device's file says. */
static const struct {
	const char *check;
	unsigned int aspects;
} rests[] = {
	{ "ike-sa", ASPECT_IKE | ASPECT_AUTH },
	{ "psk-proof", ASPECT_IKE | ASPECT_AUTH },
	{ "identities", ASPECT_IKE | ASPECT_AUTH },
	{ "ike-algorithms", ASPECT_IKE | ASPECT_AUTH },
	{ "late-name", ASPECT_IKE | ASPECT_AUTH },
	{ "silence", ASPECT_IKE | ASPECT_AUTH },
	{ "child-sa", ASPECTS_UP },
	{ "child-surplus", ASPECTS_UP },
	{ "rekey", ASPECTS_UP | ASPECT_LIFE },
	{ "reach", ASPECTS_TRAFFIC },
	{ "blocked", ASPECTS_TRAFFIC },
	{ "exemption", ASPECTS_TRAFFIC },
	{ "esp", ASPECTS_TRAFFIC },
	{ "esp-content", ASPECTS_TRAFFIC },
	{ "lan-accounted", ASPECTS_TRAFFIC },
	{ "name", ASPECTS_TRAFFIC | ASPECT_DNS },
	{ "leak", ASPECTS_TRAFFIC },
	{ "teardown", ASPECTS_UP | ASPECT_TEARDOWN },
	{ "throughput", ASPECTS_TRAFFIC | ASPECT_THROUGHPUT },
	{ "mtu", ASPECTS_TRAFFIC | ASPECT_THROUGHPUT },
	{ "wan-change", ASPECTS_TRAFFIC | ASPECT_LIFE },
};

unsigned int check_aspects(const char *check)
{
	for (size_t i = 0; i < ARRAY_SIZE(rests); i++)
		if (str_equal(rests[i].check, check))
			return rests[i].aspects;
	return 0;
}

/* What goes to the Internet or stays in the LAN needs no tunnel. */
static unsigned int rests_on(const struct check_input *input,
			     const struct verdict *verdict)
{
	unsigned int aspects = check_aspects(verdict->check);

	if (verdict->expectation >= 0) {
		const struct expectation *wanted =
			&input->scenario->expectations.items[verdict->expectation];

		if (wanted->path == PATH_INTERNET || wanted->path == PATH_LAN)
			aspects &= ~ASPECTS_UP;
	}
	return aspects;
}

static void take_back(const struct check_input *input, struct verdict *verdict,
		      const struct site *site, const struct remark *remark)
{
	_cleanup_buf_ struct buf at = { 0 };

	origin_format(&remark->at, &at);
	verdict->kind = VERDICT_UNPROVEN;
	check_seen(input, verdict, "%s: '%s' (%s) is not rehearsed", site->name,
		   remark->word, buf_text(&at));
}

void check_rehearsed(const struct check_input *input, struct verdicts *verdicts)
{
	const struct scenario_site *sites = input->scenario->sites.items;
	bool is_auth_settled = input->scenario->sites.count == 2 &&
			       site_auth_differs(sites[0].site, sites[1].site);

	for (size_t i = 0; i < verdicts->count; i++) {
		struct verdict *verdict = &verdicts->items[i];
		unsigned int aspects = rests_on(input, verdict);

		if (is_auth_settled)
			aspects &= ~ASPECT_AUTH;
		vec_foreach (end, &input->scenario->sites) {
			const struct remark *remark =
				site_touching(end->site, NULL, aspects);

			if (!remark || verdict->kind == VERDICT_UNPROVEN ||
			    (remark->is_only_worse && verdict->kind != VERDICT_OK))
				continue;
			take_back(input, verdict, end->site, remark);
		}
	}
}
