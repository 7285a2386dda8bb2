// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_beside.c - files of a router that are not rehearsed, and what they may touch
 *
 * A backup (`sysupgrade -b`) has them as OpenWrt ships them, comments only: then they do
 * nothing, here as there. What stands in one besides is named, line and file.
 */
#include "import/openwrt_beside.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_command.h"
#include "model/aspect.h"
#include "model/site.h"
#include "text/shell.h"

static const struct beside {
	const char *place;    /* a file, or a folder with its '/' */
	unsigned int aspects; /* of any line in it; 0: it is a script, see below */
	const char *what;
	bool is_run; /* by the rehearsal: what only restarts the daemon is as it is there */
	bool is_once; /* at the boot, and at no other time: a stop is for good */
} besides[] = {
	{ "etc/dnsmasq.conf", ASPECT_DNS, "a setting of dnsmasq", false, false },
	{ "etc/dnsmasq.d/", ASPECT_DNS, "a setting of dnsmasq", false, false },
	{ "etc/rc.local", 0, "what runs at the end of the boot", true, true },
	{ "etc/hotplug.d/iface/", 0, "what runs when an interface comes up", true,
	  false },
	{ "etc/hotplug.d/", 0, "what runs when a device comes", false, false },
	{ "etc/crontabs/root", OPENWRT_TOUCHES_RESTART, "what cron runs", false, false },
	/* The firmware's own is modelled; this one may be another. A rehearsal boots it. */
	{ "etc/init.d/ipsec", ASPECTS_UP, "a script of its own that starts IPsec", true,
	  false },
	{ "etc/init.d/swanctl", ASPECTS_UP, "a script of its own that starts IPsec", true,
	  false },
	/* Others are run when a script calls them. */
	{ "etc/init.d/", 0, "an init script of its own", true, false },
};

static const struct beside *beside_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(besides); i++) {
		const char *place = besides[i].place;
		const char *found = strstr(name, place);

		if (found && (found == name || found[-1] == '/') &&
		    (str_ends(place, "/") || str_equal(found, place)))
			return &besides[i];
	}
	return NULL;
}

bool openwrt_is_beside(const char *name)
{
	return beside_find(name) != NULL;
}

struct lines {
	const char **items;
	size_t count, room;
};

static struct lines split(struct arena *arena, const char *text)
{
	struct lines lines = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n");

		vec_add(arena, &lines, arena_strndup(arena, text, length));
		text += length + (text[length] == '\n');
	}
	return lines;
}

/* "sources /etc/own.sh" */
static const char *what_of(struct site *site, const struct shell_command *command,
			   const char *what)
{
	const struct shell_word *words = command ? command->words.items : NULL;

	if (!words || command->words.count < 2 ||
	    (!str_equal(words->text, ".") && !str_equal(words->text, "source")))
		return what;
	return arena_printf(site->arena, "%s: %s of %.60s", what, words->text,
			    words[1].is_known ? words[1].text : "a file of a variable");
}

/* Of those that only touch the daemon: after it a tunnel that was up is down. */
static bool is_stop(const struct shell_command *command)
{
	static const char *const stops[] = {
		"stop",	       "down", "disable", "purgeike",
		"--terminate", "-t",   "kill",	  "killall"
	};

	vec_foreach (word, &command->words) {
		if (str_starts(word->text, "--unload-") ||
		    str_starts(word->text, "down-")) /* ipsec stroke down-nb */
			return true;
		for (size_t i = 0; i < ARRAY_SIZE(stops); i++)
			if (str_equal(word->text, stops[i]))
				return true;
	}
	return false;
}

/* The first command that does more than talk; whether it does more than restart. */
static void touch_script(struct site *site, const struct beside *beside, const char *file,
			 const struct lines *lines)
{
	struct shell_commands commands = { 0 };
	const struct shell_command *first = NULL;
	bool has_stop = false;
	unsigned int all = 0;

	shell_read(site->arena, lines->items, lines->count, &commands);
	vec_foreach (command, &commands) {
		unsigned int touches = openwrt_command_touches(command);

		if (!touches)
			continue;
		has_stop |= beside->is_once && is_stop(command) &&
			    !(touches & ~OPENWRT_TOUCHES_RESTART);
		/* What does most is what is shown. */
		if (!first || (touches & ~all & ASPECTS_TRAFFIC))
			first = command;
		all |= touches;
	}
	vec_foreach (inner, &commands.substitutions) {
		unsigned int touches = openwrt_script_touches(site->arena, inner->text);
		struct shell_command *command;

		if (!touches)
			continue;
		command = arena_alloc(site->arena, sizeof(*command));
		command->line = inner->line;
		if (!first || (touches & ~all & ASPECTS_TRAFFIC))
			first = command;
		all |= touches;
	}
	if (commands.is_damaged || commands.is_cut)
		all |= OPENWRT_TOUCHES_ALL;
	if (has_stop)
		all |= ASPECTS_UP;
	if ((all & ~OPENWRT_TOUCHES_RESTART) || (first && !beside->is_run))
		site_unrehearsed(
			site, NULL, all,
			(struct origin){ file, first ? (unsigned int)first->line + 1 : 1,
					 NULL },
			what_of(site, first, beside->what))
			->is_script = beside->is_run;
	else if (first)
		site_remark(site, REMARK_IGNORED,
			    (struct origin){ file, (unsigned int)first->line + 1, NULL },
			    "starts or ends IPsec: a rehearsal runs it as the router "
			    "does, no prediction rests on it");
}

void openwrt_beside_read(struct site *site, const char *name, const char *text)
{
	const struct beside *beside = beside_find(name);
	const struct lines lines = split(site->arena, text);
	const char *file = arena_strdup(site->arena, name);

	if (openwrt_is_firmware_service(site->arena, name, text))
		return;
	if (!beside->aspects) {
		touch_script(site, beside, file, &lines);
		return;
	}
	vec_foreach (line, &lines) {
		const char *rest = *line + strspn(*line, " \t\r");

		if (!*rest || *rest == '#')
			continue;
		site_unrehearsed(site, NULL, beside->aspects,
				 (struct origin){ file,
						  (unsigned int)(line - lines.items) + 1,
						  NULL },
				 beside->what)
			->is_script = beside->is_run;
		return;
	}
}
