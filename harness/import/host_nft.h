/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_nft.h - /etc/nftables.conf of a Linux host, as the iptables commands that do the same
 *
 * Read as nft(8) 1.0 does: tables of ip and inet, base and other chains, define, sets in
 * braces, `add rule`. A rule becomes one command of iptables or several, each with the line
 * of the rule: so the lab loads it on every plane and predict reads it, as those of rules.v4.
 *
 *	oifname "eth0" ip daddr != { 10.1.0.0/24, 10.2.0.0/24 } masquerade
 *		a chain of its own that RETURNs for both networks, then MASQUERADE
 *	rt ipsec exists, meta ipsec missing	-m policy --dir out --pol ipsec, in … none
 *	type filter hook forward …; policy drop	-P FORWARD DROP
 *
 * What has no such form (sets by name, maps, marks, a second chain at the same hook, include,
 * a device that iptables does not ask at the hook; a priority other than the hook's own is no
 * matter) is unrehearsed with its line, where it decides anything, and so is a file that is
 * longer than what is read. Rules of IPv6 alone are left out.
 */
#ifndef TWINSITE_IMPORT_HOST_NFT_H
#define TWINSITE_IMPORT_HOST_NFT_H

#include "model/site.h"

/* Adds the commands to site->firewall_user, at most 1000; text: the file's, any bytes. */
void host_nft_read(struct site *site, const char *name, const char *text);

#endif
