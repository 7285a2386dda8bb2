/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_said_put.h - a finding as one line of text, for tests:
 *
 *	F20 NO_TUNNEL left: summary | left setting = value @file:line | why … | fix … |
 *	    sees … | phase 2 | tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24
 */
#ifndef TWINSITE_PREDICT_TEST_SAID_PUT_H
#define TWINSITE_PREDICT_TEST_SAID_PUT_H

#include "base/buf.h"
#include "model/site.h"
#include "predict/predict.h"

static inline void said_put(const struct finding *finding, struct buf *out)
{
	buf_printf(out, "%s %s %s: %s", finding->class->id,
		   severity_name(finding->severity),
		   finding->site ? finding->site : "both", finding->summary);
	for (size_t i = 0; i < 2; i++)
		if (finding->values[i].setting)
			buf_printf(out, " | %s %s = %s @%s:%u", finding->values[i].site,
				   finding->values[i].setting, finding->values[i].value,
				   finding->values[i].at.file ? finding->values[i].at.file
							      : "",
				   finding->values[i].at.line);
	if (finding->why)
		buf_printf(out, " | why %s", finding->why);
	vec_foreach (fix, &finding->fixes)
		buf_printf(out, " | fix %s", *fix);
	vec_foreach (sees, &finding->sees)
		buf_printf(out, " | sees %s", *sees);
	if (finding->is_phase2)
		buf_puts(out, " | phase 2");
	if (finding->tunnel)
		buf_printf(out, " | tunnel %s", finding->tunnel->name);
	if (finding->selector)
		buf_printf(out, " | selector %s === %s",
			   inet_prefix_text(&finding->selector->local).s,
			   inet_prefix_text(&finding->selector->remote).s);
	buf_puts(out, "\n");
}

#endif
