// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - any device, by a form that its administrator fills in (neutral.md) */
#include "device/device.h"

#include "base/str.h"
#include "device/neutral/neutral.h"

extern const struct device device_neutral;

static const struct device_sign lines[] = { { 100, "device: neutral" }, { 0, NULL } };

static const struct device_sign names[] = { { 20, ".neutral.yml" }, { 0, NULL } };

const struct neutral_word neutral_ids[] = {
	{ "address", ID_TYPE_IPV4_ADDR },
	{ "fqdn", ID_TYPE_FQDN },
	{ "email", ID_TYPE_USER_FQDN },
	{ "key id", ID_TYPE_KEY_ID },
	{ NULL, 0 },
};

const struct neutral_word neutral_starts[] = {
	{ "at once", START_IMMEDIATELY },
	{ "on traffic", START_ON_TRAFFIC },
	{ "never", START_NEVER },
	{ NULL, 0 },
};

const char *neutral_word_of(const struct neutral_word *words, int value)
{
	for (; words->word; words++)
		if (words->value == value)
			return words->word;
	return NULL;
}

const char neutral_form[] =
	"# One end of a tunnel, whatever device it is: harness/doc/neutral.md says where each\n"
	"# line is found on its pages. What stands here is an example.\n"
	"device: neutral\n"
	"wan: 203.0.113.5/24       # own address on the Internet; dynamic: the provider's\n"
	"gateway: 203.0.113.1      # the default route; not with `dynamic`\n"
	"lan: [ 10.1.2.1/24 ]      # own addresses in the networks behind it\n"
	"firewall: unknown         # or: passes the tunnel (IKE, ESP, and what is in it)\n"
	"nat: unknown              # or: exempt (the tunnel's packets are not translated)\n"
	"tunnel:\n"
	"  peer: 198.51.100.7      # an address, a name, or any\n"
	"  version: IKEv2          # or: IKEv1\n"
	"# mode: main              # of IKEv1: main or aggressive\n"
	"  local id: { fqdn: hq.example.org }  # address, fqdn, email or key id; without it\n"
	"  remote id: { fqdn: branch.example.org }  # the address\n"
	"  psk: \"the pre-shared key\"\n"
	"  ike: { encryption: aes256, integrity: sha256, dh group: 14, lifetime: 28800 }\n"
	"  esp: { encryption: aes256, integrity: sha256, pfs group: 14, lifetime: 3600 }\n"
	"  networks:\n"
	"    - { local: 10.1.2.0/24, remote: 192.168.2.0/24 }\n"
	"  starts: at once         # or: on traffic, never\n"
	"  nat traversal: yes      # or: no, forced\n"
	"  dead peer detection: 30 # seconds; 0: off\n";

/* All else is false and unknown: what a device does beside its settings nobody claims. */
const struct device device_neutral = {
	.name = "neutral",
	.title = "Neutral",
	.lines = lines,
	.names = names,
	.import = neutral_import,
	.render = render_neutral,
	.form = neutral_form,
	.traits = { .wants_equal_selectors = true, /* as most do that are no strongSwan */
		    .has_address = true,
		    .has_interfaces = true },
};
