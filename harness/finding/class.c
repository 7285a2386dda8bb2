// SPDX-License-Identifier: GPL-2.0-or-later
/* class.c - the rows of classes.def, and what they are asked */
#include "finding/class.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "finding/finding.h"
#include "model/aspect.h"

/* Strings that several classes' advice has. */
#define GIVES_UP  "sending retransmit …, then giving up after 5 retransmits: 165 s"
#define HALF_OPEN "deleting half open IKE_SA with … after timeout"
#define IS_UP	  "the tunnel is up, and no log has an error"

#define NO_ADVICE \
	{         \
		0 \
	}
#define BOTH_SEE(sees, mends)                  \
	{                                      \
		.both = (sees), .fix = (mends) \
	}
#define THEY_SEE(asking, asked, mends)           \
	{                                        \
		(asking), (asked), NULL, (mends) \
	}
#define HAS_SCENARIO	 NULL
#define NO_SCENARIO(why) (why)

/*
 * The checks that cannot hold, by how far the tunnel gets. A word that is missing here
 * makes a scenario fail that expects the fault; one too many hides another fault.
 */
#define EXPLAINS_NOTHING ""
#define EXPLAINS_NAMES	 "name leak"
#define EXPLAINS_LARGE	 "mtu throughput reach name"
#define EXPLAINS_CLEAR	 "leak reach blocked"
#define EXPLAINS_TRAFFIC \
	"reach exemption esp lan-accounted name leak blocked mtu throughput alive"
#define EXPLAINS_ESP                                                              \
	"reach exemption esp esp-content lan-accounted name leak mtu throughput " \
	"teardown alive"
/* What a line that a program refused may have been for. */
#define EXPLAINS_LINE EXPLAINS_ESP " blocked"
#define EXPLAINS_CHILD                                                           \
	"child-sa child-surplus rekey teardown reach exemption esp esp-content " \
	"lan-accounted name leak mtu throughput alive"
#define EXPLAINS_INSTALL "ike-sa " EXPLAINS_CHILD
#define EXPLAINS_LIFE                                                              \
	"ike-sa child-sa child-surplus rekey teardown wan-change late-name reach " \
	"exemption esp lan-accounted name leak mtu throughput alive"
#define EXPLAINS_IKE                                                                  \
	"ike-sa psk-proof identities ike-algorithms late-name wan-change child-sa "   \
	"child-surplus rekey teardown reach exemption esp esp-content lan-accounted " \
	"name leak mtu throughput alive"

static const struct finding_class classes[CLASSES_END] = {
	[CLASS_NONE] = { .id = "?", .name = "undecided" },
#define CLASS(id, name, layer, severity, aspects, teller, moment, explains, advice, \
	      scenario)                                                             \
	[id] = { id,                                                                \
		 #id,                                                               \
		 name,                                                              \
		 LAYER_##layer,                                                     \
		 SEVERITY_##severity,                                               \
		 aspects,                                                           \
		 TOLD_##teller,                                                     \
		 MOMENT_##moment,                                                   \
		 EXPLAINS_##explains,                                               \
		 advice,                                                            \
		 scenario },
#include "finding/classes.def"
#undef CLASS
};

const struct finding_class *finding_class_of(enum class_id number)
{
	return &classes[number < CLASSES_END ? number : CLASS_NONE];
}

const struct finding_class *finding_class_find(const char *id)
{
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		if (str_equal(classes[i].id, id))
			return &classes[i];
	return NULL;
}

bool finding_class_explains(const struct finding_class *class, const char *check)
{
	return !class->explains || str_has_word(class->explains, check);
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

const char *finding_layer_name(enum layer layer)
{
	static const char *const names[] = {
		[LAYER_NONE] = "",
		[LAYER_CONFIGURATION] = "configuration",
		[LAYER_START] = "start",
		[LAYER_ADDRESSES] = "addresses",
		[LAYER_PATH] = "path",
		[LAYER_CRYPTO] = "crypto",
		[LAYER_PHASE1] = "phase 1",
		[LAYER_PHASE2] = "phase 2",
		[LAYER_LIFE] = "life cycle",
		[LAYER_NAT] = "NAT",
		[LAYER_FIREWALL] = "firewall",
		[LAYER_KERNEL] = "kernel",
		[LAYER_ROUTES] = "routes",
		[LAYER_LEAK] = "leak",
		[LAYER_MTU] = "MTU",
		[LAYER_DNS] = "DNS",
		[LAYER_SECURITY] = "security",
	};

	return layer < ARRAY_SIZE(names) ? names[layer] : "";
}

void class_set_format(const struct class_set *set, struct buf *out)
{
	for (unsigned int i = 0; i < CLASS_SET_MAX && set->items[i];) {
		unsigned int last = i;

		while (last + 1 < CLASS_SET_MAX &&
		       set->items[last + 1] == set->items[last] + 1)
			last++;
		if (last - i < 2) /* two in a row are no range */
			last = i;
		buf_printf(out, "%s%s", i ? ", " : "", classes[set->items[i]].id);
		if (last > i)
			buf_printf(out, "-%s", classes[set->items[last]].id);
		i = last + 1;
	}
}

bool finding_is_same(const struct finding *finding, const char *id, const char *summary)
{
	return str_equal(finding->class->id, id) && str_equal(finding->summary, summary);
}

bool fix_is_instead(const char *const *fixes, size_t index)
{
	for (size_t i = 1; i <= index; i++)
		if (strncmp(fixes[i], fixes[0], strcspn(fixes[0], ":") + 1) != 0)
			return true;
	return false;
}
