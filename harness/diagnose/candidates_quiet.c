// SPDX-License-Identifier: GPL-2.0-or-later
/* candidates_quiet.c - what works now and will not stay so */
#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/candidates.h"

enum answer candidate_rekey(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;
	unsigned int site = 0;
	const struct log_fact *fact = sights_fact(sights, CHARON_LOG_REKEY_FAILED, &site);

	if (!fact || !observe_is_broken(sights->observe, "rekey"))
		return ANSWER_NO;
	observe_prove(sights->observe, diagnosis, "%s",
		      logs_quote(&input->logs[site], fact, input->arena));
	candidate_say(sights, diagnosis, NULL,
		      "the tunnel works until it is rekeyed: %s asks, and %s refuses the "
		      "proposal",
		      sights_site(sights, site), sights_site(sights, !site));
	return ANSWER_YES;
}

enum answer candidate_twice(const struct sights *sights, struct diagnosis *diagnosis)
{
	for (unsigned int site = 0; site < 2; site++) {
		const json_t *sas =
			check_sas(sights->observe->input, site, "after-traffic");
		size_t count = json_array_size(sas);
		const struct site *of =
			sights->observe->input->scenario->sites.items[site].site;

		if (count < 2 || count <= of->tunnels.count)
			continue;
		observe_prove(sights->observe, diagnosis,
			      "%s has %zu IKE SAs for %zu tunnel%s",
			      sights_site(sights, site), count, of->tunnels.count,
			      of->tunnels.count == 1 ? "" : "s");
		candidate_say(
			sights, diagnosis, NULL,
			"both ends start the tunnel and each has its own SA: %s and "
			"%s have it twice",
			sights_site(sights, 0), sights_site(sights, 1));
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

enum answer candidate_clear(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct verdicts *verdicts = sights->observe->verdicts;

	for (size_t i = 0; i < verdicts->count; i++) {
		const struct verdict *verdict = &verdicts->items[i];

		if (verdict->kind != VERDICT_LEAK)
			continue;
		vec_foreach (proof, &verdict->proof)
			observe_prove(sights->observe, diagnosis, "%s", *proof);
		candidate_say(sights, diagnosis, NULL,
			      "inner packets are in clear on the Internet: %s",
			      verdict->seen);
		return ANSWER_YES;
	}
	return ANSWER_NO;
}
