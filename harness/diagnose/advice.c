// SPDX-License-Identifier: GPL-2.0-or-later
/* advice.c - what both ends see of a failure that no file explains, and what to do */
#include "diagnose/advice.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"

#define GIVES_UP  "sending retransmit …, then giving up after 5 retransmits: 165 s"
#define HALF_OPEN "deleting half open IKE_SA with … after timeout"
#define IS_UP	  "the tunnel is up, and no log has an error"

static const struct advice advices[] = {
	{ "F07", GIVES_UP, "nothing at all", NULL,
	  "give the peer's address as it is now" },
	{ "F08", GIVES_UP, "nothing at all", NULL,
	  "let UDP 500 and 4500 and ESP pass there in both directions" },
	{ "F09", GIVES_UP " (the ICMP error is not logged)", "nothing at all", NULL,
	  "start the IKE daemon, or let UDP 500 and 4500 in; on the way: take the reject "
	  "rule out" },
	{ "F10", GIVES_UP,
	  "received retransmit of request with ID 0, retransmitting response; then " HALF_OPEN,
	  NULL, "let UDP 500 back in: a stateful rule, or another way for the answers" },
	{ "F11",
	  "UDP 500 is answered, then sending retransmit … to port 4500; aggressive mode says "
	  "established",
	  HALF_OPEN, NULL,
	  "let UDP 4500 pass in both directions (IKEv2 without NAT: mobike = no keeps port "
	  "500, ESP must pass then)" },
	{ "F12", NULL, NULL,
	  IS_UP "; one SA counts packets out, its other end counts none in",
	  "let IP protocol 50 (ESP) pass there, or have both ends put ESP into UDP: encap = "
	  "yes (swanctl), forceencaps=yes (ipsec.conf)" },
	{ "F13", GIVES_UP, "nothing at all", NULL,
	  "take UDP 500 and 4500 (and ESP) out of the port forward" },
	{ "F15", "sending retransmit … of a message larger than a packet", HALF_OPEN,
	  NULL, "fragmentation = yes at both ends, or let IP fragments pass" },
	{ "F30",
	  "received NO_PROPOSAL_CHOSEN, although no proposal is wrong, or no answer",
	  "no IKE config found for …, sending NO_PROPOSAL_CHOSEN", NULL,
	  "the peer's address as it is now, or any address and an identity" },
	{ "F39", "received … error notify, or no answer",
	  "an algorithm 'not supported' that both configurations name", NULL,
	  "install the plugin's package (OpenWrt: strongswan-mod-openssl, -gmp, -des, -kdf; "
	  "Debian: libstrongswan-standard-plugins), or name algorithms that are there" },
	{ "F53", NULL, NULL,
	  "received NO_PROPOSAL_CHOSEN, or established and deleted at once; only the log of "
	  "that end has 'unable to add SAD entry'",
	  "load the kernel's modules: esp4, xfrm_user, authenc, the cipher's (OpenWrt: "
	  "kmod-ipsec4, kmod-crypto-gcm)" },
	{ "F56", NULL, NULL, IS_UP " until the next rekeying, about an hour",
	  "dead peer detection at the end that was not restarted: dpddelay '30s' and dpdaction "
	  "'restart' (swanctl: dpd_delay = 30s, dpd_action = restart)" },
	{ "F57", NULL, NULL, IS_UP " until dead peer detection is through",
	  "a shorter dpd_delay, and strongswan.conf: charon { retransmit_tries = 3 "
	  "retransmit_timeout = 2.0 }" },
	{ "F59", NULL, NULL, "two IKE SAs for one tunnel in every list",
	  "let one end start and the other only answer (start_action = none, auto=add)" },
	{ "F60", NULL, NULL, IS_UP " at the end that was thrown out",
	  "an identity of its own for each device, at both ends of its tunnel" },
	{ "F66", NULL, NULL, IS_UP "; packets come out of it and go no further",
	  "a rule that lets the far network into the LAN" },
	{ "F67", NULL, NULL, IS_UP "; the host gets the question",
	  "a route for the far network to the VPN gateway, at the host or at the host's own "
	  "default gateway" },
	{ "F68", NULL, NULL, IS_UP "; packets come out of it and go no further",
	  "net.ipv4.ip_forward = 1 in /etc/sysctl.conf" },
	{ "F69", NULL, NULL, IS_UP "; its SA counts nothing, packets leave by the WAN",
	  "charon.install_routes = yes, or a route for the far network into the tunnel; no "
	  "policy routing before table 220" },
	{ "F70", NULL, NULL, "nothing",
	  "a rule or a route that holds the far network back while there is no tunnel" },
	{ "F71", NULL, NULL, IS_UP "; packets come out of it and go no further",
	  "net.ipv4.conf.all.rp_filter = 2 (loose; of `all` and the interface's own value the "
	  "larger counts)" },
	{ "F74", NULL, NULL, IS_UP "; ping and small pages work, large ones hang",
	  "a smaller MSS: option mtu_fix '1' in the WAN's zone, or TCPMSS --set-mss 1240; or "
	  "let fragments and ICMP 'fragmentation needed' pass" },
};

const struct advice *advice_of(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(advices); i++)
		if (str_equal(advices[i].id, id))
			return &advices[i];
	return NULL;
}
