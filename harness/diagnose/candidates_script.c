// SPDX-License-Identifier: GPL-2.0-or-later
/* candidates_script.c - F93: an updown script that stopped with an error */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/candidates.h"
#include "model/updown.h"

/* What a node has not, or has no time for, is no error of the script (run/updowns.h). */
static bool is_error(const char *status)
{
	return !str_equal(status, "0") && !str_equal(status, UPDOWN_STATUS_MISSING) &&
	       !str_equal(status, UPDOWN_STATUS_LATE) &&
	       !str_equal(status, UPDOWN_STATUS_KILLED);
}

/* The first end of a script with an error in the log of that site; NULL. */
static const struct log_fact *failure(const struct sights *sights, unsigned int site)
{
	const struct log_facts *log = &sights->observe->input->logs[site];
	const struct log_fact *fact = NULL;

	while ((fact = logs_next(log, fact, CHARON_LOG_UPDOWN_ENDED)))
		if (is_error(fact->capture[0]))
			return fact;
	return NULL;
}

bool sights_is_script_stopped(const struct sights *sights)
{
	return failure(sights, 0) || failure(sights, 1);
}

/* The last such fact before that line of the log; NULL. */
static const struct log_fact *last_before(const struct log_facts *log,
					  const struct log_fact *end,
					  enum charon_log_fact kind)
{
	const struct log_fact *fact = NULL, *last = NULL;

	while ((fact = logs_next(log, fact, kind)) && fact->line < end->line)
		last = fact;
	return last;
}

/* What `ip tunnel add … mode vti` says where the kernel has no such module. */
static void advise_module(const struct sights *sights, struct diagnosis *diagnosis,
			  const char *site, const char *text)
{
	if (strstr(text, "ip_vti0") && strstr(text, "No such device"))
		vec_add(sights->observe->input->arena, &diagnosis->fixes,
			arena_printf(sights->observe->input->arena,
				     "%s: install kmod-ip-vti (the kernel module ip_vti)",
				     site));
}

static enum answer say(const struct sights *sights, unsigned int at,
		       struct diagnosis *diagnosis)
{
	const struct check_input *input = sights->observe->input;
	const struct log_facts *log = &input->logs[at];
	const struct log_fact *end = failure(sights, at);
	const struct log_fact *line = last_before(log, end, CHARON_LOG_UPDOWN_LINE);
	const struct log_fact *said = last_before(log, end, CHARON_LOG_UPDOWN_SAID);
	const struct updown_script *script =
		site_updown(input->scenario->sites.items[at].site);
	const char *text = said ? said->capture[0] : "it said nothing";

	if (!script)
		return ANSWER_NO;
	diagnosis->values[0] = (struct diagnosis_value){
		.site = sights_site(sights, at),
		.setting = "updown script",
		.value = text,
		.at = { .file = script->file,
			.line = line ? (unsigned int)strtoul(line->capture[0], NULL, 10)
				     : 0 },
	};
	if (said)
		observe_prove(sights->observe, diagnosis, "%s",
			      logs_quote(log, said, input->arena));
	observe_prove(sights->observe, diagnosis, "%s",
		      logs_quote(log, end, input->arena));
	candidate_say(sights, diagnosis, sights_site(sights, at),
		      "the updown script of %s stops%s%s with status %s: %s",
		      sights_site(sights, at), line ? " at line " : "",
		      line ? line->capture[0] : "", end->capture[0], text);
	advise_module(sights, diagnosis, sights_site(sights, at), text);
	return ANSWER_YES;
}

enum answer candidate_script(const struct sights *sights, struct diagnosis *diagnosis)
{
	for (unsigned int at = 0; at < 2; at++)
		if (failure(sights, at))
			return say(sights, at, diagnosis);
	return ANSWER_NO;
}
