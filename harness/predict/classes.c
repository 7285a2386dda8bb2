// SPDX-License-Identifier: GPL-2.0-or-later
/* classes.c - the classes of failures.md: ids are stable, names are ours */
#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "predict/finding.h"

#define NO_TUNNEL  SEVERITY_NO_TUNNEL
#define NO_TRAFFIC SEVERITY_NO_TRAFFIC
#define LEAK	   SEVERITY_LEAK
#define LATER	   SEVERITY_LATER
#define WEAK	   SEVERITY_WEAK

/* F86 and above are ours: failures.md ends at F85. */
static const struct finding_class classes[] = {
	{ "F01", "config-not-loaded", "configuration", NO_TUNNEL },
	{ "F02", "option-not-read", "configuration", WEAK },
	{ "F03", "psk-mangled", "phase 1", NO_TUNNEL },
	{ "F04", "nobody-initiates", "start", NO_TUNNEL },
	{ "F05", "psk-missing", "phase 1", NO_TUNNEL },
	{ "F06", "peer-name-not-resolvable", "addresses", NO_TUNNEL },
	{ "F07", "peer-address-wrong", "addresses", NO_TUNNEL },
	{ "F08", "ike-not-let-in", "path", NO_TUNNEL },
	{ "F12", "esp-not-let-in", "firewall", NO_TRAFFIC },
	{ "F13", "ike-forwarded", "path", NO_TUNNEL },
	{ "F14", "nat-traversal-off", "NAT", NO_TRAFFIC },
	{ "F17", "version-differs", "phase 1", NO_TUNNEL },
	{ "F18", "mode-differs", "phase 1", NO_TUNNEL },
	{ "F19", "aggressive-psk-refused", "phase 1", NO_TUNNEL },
	{ "F20", "ike-encryption-differs", "phase 1", NO_TUNNEL },
	{ "F21", "ike-hash-differs", "phase 1", NO_TUNNEL },
	{ "F22", "ike-group-differs", "phase 1", NO_TUNNEL },
	{ "F23", "only-first-algorithm-sent", "phase 1", NO_TUNNEL },
	{ "F24", "default-proposals", "phase 1", NO_TUNNEL },
	{ "F25", "authentication-differs", "phase 1", NO_TUNNEL },
	{ "F26", "ike-lifetime-differs", "phase 1", WEAK },
	{ "F27", "psk-differs", "phase 1", NO_TUNNEL },
	{ "F28", "psk-differs", "phase 1", NO_TUNNEL },
	{ "F29", "psk-differs", "phase 1", NO_TUNNEL },
	{ "F30", "no-connection-for-address", "addresses", NO_TUNNEL },
	{ "F31", "initiator-id-unknown", "phase 1", NO_TUNNEL },
	{ "F32", "responder-id-differs", "phase 1", NO_TUNNEL },
	{ "F33", "id-type-differs", "phase 1", NO_TUNNEL },
	{ "F34", "private-address-as-id", "phase 1", NO_TUNNEL },
	{ "F35", "main-mode-for-dynamic-peer", "phase 1", NO_TUNNEL },
	{ "F40", "esp-encryption-differs", "phase 2", NO_TUNNEL },
	{ "F41", "esp-hash-differs", "phase 2", NO_TUNNEL },
	{ "F42", "pfs-differs", "phase 2", NO_TUNNEL },
	{ "F43", "pfs-differs-at-rekey", "phase 2", LATER },
	{ "F44", "extended-sequence-numbers-differ", "phase 2", NO_TUNNEL },
	{ "F45", "selectors-differ", "phase 2", NO_TRAFFIC },
	{ "F46", "selectors-swapped", "phase 2", NO_TRAFFIC },
	{ "F47", "selectors-narrowed", "phase 2", NO_TRAFFIC },
	{ "F48", "several-networks-ikev1", "phase 2", NO_TRAFFIC },
	{ "F49", "several-networks-one-sa", "phase 2", NO_TRAFFIC },
	{ "F50", "protocol-selector-one-sided", "phase 2", NO_TRAFFIC },
	{ "F51", "tunnel-and-transport", "phase 2", NO_TUNNEL },
	{ "F52", "compression-one-sided", "phase 2", WEAK },
	{ "F54", "proxy-id-any", "phase 2", NO_TUNNEL },
	{ "F55", "child-never-rekeyed", "life cycle", LATER },
	{ "F56", "dead-peer-detection-off", "life cycle", WEAK },
	{ "F57", "dead-peer-found-late", "life cycle", LATER },
	{ "F58", "own-address-pinned", "life cycle", LATER },
	{ "F60", "same-peer-id-twice", "life cycle", LATER },
	{ "F63", "nat-exemption-missing", "NAT", LEAK },
	{ "F64", "nat-exemption-for-wrong-net", "NAT", LEAK },
	{ "F65", "forward-rule-missing", "firewall", NO_TRAFFIC },
	{ "F66", "far-policy-missing", "firewall", NO_TRAFFIC },
	{ "F68", "forwarding-off", "kernel", NO_TRAFFIC },
	{ "F69", "route-missing", "routes", NO_TRAFFIC },
	{ "F70", "clear-while-down", "leak", LEAK },
	{ "F72", "networks-overlap", "routes", NO_TRAFFIC },
	{ "F74", "large-packets", "MTU", WEAK },
	{ "F76", "flow-offloading", "firewall", LATER },
	{ "F81", "dns-source-outside-tunnel", "DNS", NO_TRAFFIC },
	{ "F82", "dns-rebind-protection", "DNS", NO_TRAFFIC },
	{ "F85", "forward-rule-too-wide", "firewall", LEAK },
	{ "F86", "zone-catches-nothing", "firewall", NO_TRAFFIC },
	{ "F87", "weak-algorithm", "security", WEAK },
	{ "F88", "aggressive-mode-with-psk", "security", WEAK },
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
