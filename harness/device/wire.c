// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - how devices show themselves on the wire: the tables, and the makers without a row */
#include "device/wire.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "device/device.h"
#include "device/vendor_id.h"

#define FUZZ_DS 5 /* tenths of a second */

/* Sources: pluto 5.2's test outputs; captures. */
static const struct wire_habit habits[] = {
#define PLUTO_V2 "the notifies of IKE_SA_INIT that pluto sends, in its order"
#define ANDROID	 "the vendor ids of a captured Android tablet, in its order"
#define RACOON2	 "the vendor ids of racoon2's main mode (isakmp_ident.c), in its order"
#define IPHONE \
	"the notifies of IKE_SA_INIT that an iPhone sends (in a charon's log), in its order"
#define CISCO_V1 "the vendor ids that captured Cisco routers begin with, in their order"
	{ 1, 0, "R2n0XUFD", "racoon of Android", 55, ANDROID },
	{ 1, 0, "FR2n0XUD", "racoon of Android", 55, ANDROID },
	{ 1, 0, "R73nD?X", "Cisco IOS or ASA", 65, CISCO_V1 },
	{ 1, 0, "R73nDX?", "Cisco IOS or ASA", 65, CISCO_V1 },
	{ 1, 0, "R2n0D", "perhaps racoon2 or racoon", 35, RACOON2 },
	{ 2, 0, "rsdf", "Apple iOS or macOS", 50, IPHONE },
	{ 2, 0, "fsd", "libreswan", 40, PLUTO_V2 },
	{ 2, 0, "fhsd", "libreswan", 50, PLUTO_V2 },
	{ 2, 1, "fsd", "libreswan", 40, PLUTO_V2 },
	{ 2, 1, "fhsd", "libreswan", 50, PLUTO_V2 },
	/* a responder with certificates: libreswan issue 2327 */
	{ 2, 1, "fhsdcq", "libreswan", 55, PLUTO_V2 },
	{ 2, 1, "fhsdc", "libreswan", 50, PLUTO_V2 },
	{ .letters = NULL },
};

/* Seconds are in tenths. Facts of ike-scan 1.9.5's ike-backoff-patterns. */
static const struct wire_backoff backoffs[] = {
	{ "Cisco IOS 11 or 12.0, or PIX 6", { 150, 150 }, 2, FUZZ_DS },
	{ "Cisco PIX 6.3", { 50, 50, 50, 50, 50 }, 5, FUZZ_DS },
	{ "Cisco VPN Concentrator or PIX 7", { 80, 80, 80 }, 3, FUZZ_DS },
	{ "Cisco VPN Concentrator", { 80, 80 }, 2, FUZZ_DS },
	{ "Cisco IOS, WatchGuard or racoon", { 100, 100, 100 }, 3, 10 },
	{ "Check Point 4.0", { 30, 30, 30, 60, 60, 60, 60, 60 }, 8, FUZZ_DS },
	{ "Check Point", { 20, 20, 20, 20, 20, 20, 40, 40 }, 8, FUZZ_DS },
	{ "FreeS/WAN, Openswan or strongSwan", { 100, 200 }, 2, FUZZ_DS },
	{ "Nortel Contivity", { 160, 160, 160 }, 3, 6 },
	{ "Windows 2000, XP or 2003", { 10, 20, 40, 80, 160, 320 }, 6, 6 },
	{ "isakmpd (OpenBSD)", { 70, 90, 110 }, 3, FUZZ_DS },
	{ "isakmpd (OpenBSD)", { 70, 90, 110, 130, 150 }, 5, FUZZ_DS },
	{ "racoon", { 200, 200, 200, 200, 200 }, 5, FUZZ_DS },
	{ "racoon", { 215, 215, 215, 215, 215 }, 5, FUZZ_DS },
	{ "SonicWall", { 65, 90, 130, 220 }, 4, 20 },
	{ "SonicWall", { 50, 80, 180 }, 3, FUZZ_DS },
	{ "SonicWall", { 50, 100, 200 }, 3, 20 },
	{ "SideWinder G2", { 30, 60, 150, 480 }, 4, FUZZ_DS },
	{ "SideWinder G2", { 30, 40, 120, 360 }, 4, FUZZ_DS },
	{ "Linksys", { 150, 150, 150 }, 3, FUZZ_DS },
	{ "Novell BorderManager", { 45, 69, 98 }, 3, 10 },
	{ "DrayTek Vigor", { 30, 60 }, 2, FUZZ_DS },
	{ "CyberGuard", { 35, 70, 100, 100 }, 4, FUZZ_DS },
	{ "Fortinet FortiGate", { 60, 120 }, 2, FUZZ_DS },
	{ "Avaya VSU", { 145, 145, 145, 145 }, 4, 12 },
	{ "Stonesoft StoneGate", { 5, 10, 20, 40, 80, 160, 300, 300 }, 8, FUZZ_DS },
	{ "Netgear ProSafe", { 45, 50, 50, 50 }, 4, 10 },
	{ "Netgear", { 100, 200 }, 2, FUZZ_DS },
	{ "IBM AIX", { 160, 320, 640, 1280, 1280, 2560, 5120 }, 7, FUZZ_DS },
	{ "Sun Solaris", { 5, 10, 20, 40, 80 }, 5, FUZZ_DS },
	{ .device = NULL },
};

static const struct device_wire others = { .vendor_ids = vendor_ids_of_others,
					   .habits = habits,
					   .backoffs = backoffs };

const struct device_wire *wire_table(size_t index)
{
	assert(index < WIRE_TABLES);
	return index < DEVICE_KINDS ? device_of((enum device_kind)index)->wire : &others;
}

const struct wire_habit *wire_habit_find(unsigned int version, int end,
					 const char *letters)
{
	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct wire_habit *row = wire ? wire->habits : NULL;

		for (; row && row->letters; row++)
			if (row->version == version && row->end == end &&
			    str_equal(row->letters, letters))
				return row;
	}
	return NULL;
}

const struct wire_draft *wire_draft_find(const char *device, const char *drafts)
{
	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct wire_draft *row = wire ? wire->drafts : NULL;

		for (; row && row->of; row++)
			if (str_equal(row->of, device) && strstr(drafts, row->draft))
				return row;
	}
	return NULL;
}

const struct wire_backoff *wire_backoff_at(size_t index)
{
	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct wire_backoff *row = wire ? wire->backoffs : NULL;

		for (; row && row->device; row++)
			if (!index--)
				return row;
	}
	return NULL;
}

static const struct number_row *own_notify(unsigned int version, unsigned int type)
{
	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct wire_notify *notify = wire ? wire->notifies : NULL;

		for (; notify && notify->version; notify++)
			if (notify->version == version && notify->row.number == type)
				return &notify->row;
	}
	return NULL;
}

struct number_text wire_notify_text(bool is_v2, unsigned int type)
{
	enum number_table table = is_v2 ? NUMBER_V2_NOTIFY : NUMBER_V1_NOTIFY;
	struct number_text text = number_text(table, type);
	const struct number_row *own = NULL;

	if (!number_find(table, type))
		own = own_notify(is_v2 ? 2 : 1, type);
	if (own)
		(void)snprintf(text.s, sizeof(text.s), "%s", own->name);
	return text;
}
