// SPDX-License-Identifier: GPL-2.0-or-later
/* classes.c - the classes of failures.md: ids are stable, names are ours */
#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "predict/finding.h"

static const struct finding_class classes[] = {
	{ "F27", "psk-differs", "phase 1", SEVERITY_NO_TUNNEL },
	{ "F28", "psk-differs", "phase 1", SEVERITY_NO_TUNNEL },
	{ "F29", "psk-differs", "phase 1", SEVERITY_NO_TUNNEL },
	{ "F45", "selectors-differ", "phase 2", SEVERITY_NO_TRAFFIC },
	{ "F46", "selectors-swapped", "phase 2", SEVERITY_NO_TRAFFIC },
	{ "F63", "nat-exemption-missing", "NAT", SEVERITY_LEAK },
	{ "F64", "nat-exemption-for-wrong-net", "NAT", SEVERITY_LEAK },
	{ "F65", "forward-rule-missing", "firewall", SEVERITY_NO_TRAFFIC },
	{ "F66", "far-policy-missing", "firewall", SEVERITY_NO_TRAFFIC },
	{ "F70", "clear-while-down", "leak", SEVERITY_LEAK },
	{ "F81", "dns-source-outside-tunnel", "DNS", SEVERITY_NO_TRAFFIC },
	{ "F82", "dns-rebind-protection", "DNS", SEVERITY_NO_TRAFFIC },
	{ "F85", "forward-rule-too-wide", "firewall", SEVERITY_LEAK },
};

const struct finding_class *finding_class_find(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (str_equal(classes[i].id, id))
			return &classes[i];
	return NULL;
}

const char *severity_name(enum severity severity)
{
	switch (severity) {
	case SEVERITY_NO_TUNNEL:
		return "no tunnel";
	case SEVERITY_NO_TRAFFIC:
		return "no traffic";
	case SEVERITY_LEAK:
		return "leak";
	case SEVERITY_LATER:
		return "breaks later";
	case SEVERITY_WEAK:
		return "weak";
	}
	return "?";
}
