// SPDX-License-Identifier: GPL-2.0-or-later
/* classes.c - the classes of failures.md: ids are stable, names are ours */
#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "predict/finding.h"

#define NO_TUNNEL  SEVERITY_NO_TUNNEL
#define NO_TRAFFIC SEVERITY_NO_TRAFFIC
#define LEAK	   SEVERITY_LEAK
#define LATER	   SEVERITY_LATER
#define WEAK	   SEVERITY_WEAK

/* F86 and above are ours: failures.md ends at F85. */
static const struct finding_class classes[] = {
	{ "F01", "config-not-loaded", "configuration", NO_TUNNEL, 0 },
	{ "F02", "option-not-read", "configuration", WEAK, 0 },
	{ "F03", "psk-mangled", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F04", "nobody-initiates", "start", NO_TUNNEL, 0 },
	{ "F05", "psk-missing", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F06", "peer-name-not-resolvable", "addresses", NO_TUNNEL, 0 },
	{ "F07", "peer-address-wrong", "addresses", NO_TUNNEL, 0 },
	{ "F08", "ike-not-let-in", "path", NO_TUNNEL, ASPECT_IKE },
	{ "F12", "esp-not-let-in", "firewall", NO_TRAFFIC, ASPECT_WAY },
	{ "F13", "ike-forwarded", "path", NO_TUNNEL, ASPECT_IKE },
	{ "F14", "nat-traversal-off", "NAT", NO_TRAFFIC, ASPECT_IKE },
	{ "F17", "version-differs", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F18", "mode-differs", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F19", "aggressive-psk-refused", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F20", "ike-encryption-differs", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F21", "ike-hash-differs", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F22", "ike-group-differs", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F23", "only-first-algorithm-sent", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F24", "default-proposals", "phase 1", NO_TUNNEL, ASPECT_IKE },
	{ "F25", "authentication-differs", "phase 1", NO_TUNNEL, 0 },
	{ "F26", "ike-lifetime-differs", "phase 1", WEAK, ASPECT_LIFE },
	{ "F27", "psk-differs", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F28", "psk-differs", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F29", "psk-differs", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F30", "no-connection-for-address", "addresses", NO_TUNNEL, 0 },
	{ "F31", "initiator-id-unknown", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F32", "responder-id-differs", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F33", "id-type-differs", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F34", "private-address-as-id", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F35", "main-mode-for-dynamic-peer", "phase 1", NO_TUNNEL, ASPECT_AUTH },
	{ "F40", "esp-encryption-differs", "phase 2", NO_TUNNEL, ASPECT_SELECTORS },
	{ "F41", "esp-hash-differs", "phase 2", NO_TUNNEL, ASPECT_SELECTORS },
	{ "F42", "pfs-differs", "phase 2", NO_TUNNEL, ASPECT_SELECTORS },
	{ "F43", "pfs-differs-at-rekey", "phase 2", LATER, ASPECT_SELECTORS },
	{ "F44", "extended-sequence-numbers-differ", "phase 2", NO_TUNNEL,
	  ASPECT_SELECTORS },
	{ "F45", "selectors-differ", "phase 2", NO_TRAFFIC, ASPECT_SELECTORS },
	{ "F46", "selectors-swapped", "phase 2", NO_TRAFFIC, ASPECT_SELECTORS },
	{ "F47", "selectors-narrowed", "phase 2", NO_TRAFFIC, ASPECT_SELECTORS },
	{ "F48", "several-networks-ikev1", "phase 2", NO_TRAFFIC, ASPECT_SELECTORS },
	{ "F49", "several-networks-one-sa", "phase 2", NO_TRAFFIC, ASPECT_SELECTORS },
	{ "F50", "protocol-selector-one-sided", "phase 2", NO_TRAFFIC, ASPECT_SELECTORS },
	{ "F51", "tunnel-and-transport", "phase 2", NO_TUNNEL, ASPECT_SELECTORS },
	{ "F52", "compression-one-sided", "phase 2", WEAK, ASPECT_SELECTORS },
	{ "F54", "proxy-id-any", "phase 2", NO_TUNNEL, ASPECT_SELECTORS },
	{ "F55", "child-never-rekeyed", "life cycle", LATER, ASPECT_LIFE },
	{ "F56", "dead-peer-detection-off", "life cycle", WEAK, ASPECT_LIFE },
	{ "F57", "dead-peer-found-late", "life cycle", LATER, ASPECT_LIFE },
	{ "F58", "own-address-pinned", "life cycle", LATER, ASPECT_LIFE },
	{ "F60", "same-peer-id-twice", "life cycle", LATER, ASPECT_LIFE },
	{ "F63", "nat-exemption-missing", "NAT", LEAK, ASPECT_NAT | ASPECT_WAY },
	{ "F64", "nat-exemption-for-wrong-net", "NAT", LEAK, ASPECT_NAT | ASPECT_WAY },
	{ "F65", "forward-rule-missing", "firewall", NO_TRAFFIC,
	  ASPECT_WAY | ASPECT_SELECTORS },
	{ "F66", "far-policy-missing", "firewall", NO_TRAFFIC,
	  ASPECT_WAY | ASPECT_SELECTORS },
	{ "F68", "forwarding-off", "kernel", NO_TRAFFIC, 0 },
	{ "F69", "route-missing", "routes", NO_TRAFFIC, ASPECT_WAY | ASPECT_SELECTORS },
	{ "F70", "clear-while-down", "leak", LEAK, ASPECT_WAY | ASPECT_SELECTORS },
	{ "F72", "networks-overlap", "routes", NO_TRAFFIC, ASPECT_WAY },
	{ "F74", "large-packets", "MTU", WEAK, ASPECT_THROUGHPUT | ASPECT_WAY },
	{ "F76", "flow-offloading", "firewall", LATER, ASPECT_WAY },
	{ "F81", "dns-source-outside-tunnel", "DNS", NO_TRAFFIC, ASPECT_DNS },
	{ "F82", "dns-rebind-protection", "DNS", NO_TRAFFIC, ASPECT_DNS },
	{ "F85", "forward-rule-too-wide", "firewall", LEAK, 0 },
	{ "F86", "zone-catches-nothing", "firewall", NO_TRAFFIC,
	  ASPECT_WAY | ASPECT_SELECTORS },
	{ "F87", "weak-algorithm", "security", WEAK, 0 },
	{ "F88", "aggressive-mode-with-psk", "security", WEAK, 0 },
	{ "F89", "tunnel-policy-shadowed", "firewall", LEAK, 0 },
	{ "F90", "line-refused", "configuration", WEAK, 0 },
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
