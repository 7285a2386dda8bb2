// SPDX-License-Identifier: GPL-2.0-or-later
/* phase1.c - predictions about the IKE SA */
#include <string.h>

#include "model/pair.h"
#include "predict/predict.h"

/* The class of a wrong secret depends on where the exchange notices it. */
static const char *secret_class(const struct tunnel *tunnel)
{
	if (tunnel->version != 1)
		return "F29";
	return tunnel->mode == EXCHANGE_AGGRESSIVE ? "F28" : "F27";
}

static bool secrets_differ(const struct secret *a, const struct secret *b)
{
	return a->is_set && b->is_set && a->is_readable && b->is_readable &&
	       (a->length != b->length || memcmp(a->bytes, b->bytes, a->length) != 0);
}

/* How to set a secret on a device, without saying which. */
static const char *secret_setting(const struct site *site)
{
	switch (site->kind) {
	case DEVICE_OPENWRT:
		return "option pre_shared_key";
	case DEVICE_FRITZBOX:
		return "key";
	case DEVICE_SCREENOS:
		return "preshare";
	case DEVICE_JUNOS:
		return "pre-shared-key";
	case DEVICE_STRONGSWAN:
		return "secret";
	}
	return "pre-shared key";
}

static void compare_secrets(const struct predict_input *input, struct findings *findings,
			    const struct tunnel *tunnels[2])
{
	const struct tunnel *from = tunnels[input->initiator];
	struct finding *finding;

	if (!secrets_differ(&tunnels[0]->psk, &tunnels[1]->psk))
		return;
	finding = predict_add(
		input, findings, secret_class(from), NULL,
		"the pre-shared keys differ: %s has %zu bytes, %s has %zu%s",
		input->sites[0]->name, tunnels[0]->psk.length, input->sites[1]->name,
		tunnels[1]->psk.length,
		tunnels[0]->psk.length == tunnels[1]->psk.length ? ", not the same ones"
								 : "");
	finding->tunnel = from;
	for (unsigned int i = 0; i < 2; i++) {
		predict_value(input, finding, i, input->sites[i]->name,
			      secret_setting(input->sites[i]), tunnels[i]->psk.at,
			      "(%zu bytes)", tunnels[i]->psk.length);
		predict_fix(input, finding, "%s: %s:%u: set %s to the other end's key",
			    input->sites[i]->name, tunnels[i]->psk.at.file,
			    tunnels[i]->psk.at.line, secret_setting(input->sites[i]));
	}
}

void predict_secrets(const struct predict_input *input, struct findings *findings)
{
	const struct site *own = input->sites[input->initiator];
	const struct site *other = input->sites[!input->initiator];

	vec_foreach (tunnel, &own->tunnels) {
		const struct tunnel *tunnels[2];

		tunnels[input->initiator] = tunnel;
		tunnels[!input->initiator] = pair_tunnel(own, tunnel, other);
		if (!tunnel->is_disabled && tunnels[!input->initiator])
			compare_secrets(input, findings, tunnels);
	}
}
