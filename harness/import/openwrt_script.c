// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_script.c - the plain part of shell in firewall scripts */
#include "import/openwrt_script.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/site.h"
#include "text/packet_rule.h"

/* The command in one line again; NULL: a word that cannot be written. */
static const char *command_line(struct arena *arena, const struct shell_command *command)
{
	_cleanup_buf_ struct buf line = { 0 };

	vec_foreach (word, &command->words) {
		const char *text = shell_quote(arena, word->text);

		if (!text)
			return NULL;
		buf_printf(&line, "%s%s", line.length ? " " : "", text);
	}
	return arena_strdup(arena, buf_text(&line));
}

/* A command of iptables that runs whatever the machine is like. */
static bool is_plain(struct arena *arena, const struct shell_command *command)
{
	const char *program = command->words.items[0].text;
	bool is_known = command->is_certain;

	if (!str_equal(program, "iptables") && !str_equal(program, "ip6tables"))
		return false;
	vec_foreach (word, &command->words)
		is_known &= word->is_known || command->unset;
	return is_known && command_line(arena, command);
}

static void say_unset(struct site *site, const struct firewall_line *line,
		      const char *name)
{
	site_remark(site, REMARK_INVALID, line->at,
		    "nothing in this script sets '$%.40s': iptables refuses the command, "
		    "it has no effect",
		    name);
}

void openwrt_script_expand(struct site *site, size_t first)
{
	const struct firewall_line *lines = site->firewall_user.items + first;
	struct shell_commands commands;
	struct {
		VEC(struct firewall_line) list;
	} plain = { 0 };
	VEC(const char *) texts = { 0 };

	for (size_t i = first; i < site->firewall_user.count; i++)
		vec_add(site->arena, &texts, site->firewall_user.items[i].text);
	shell_read(site->arena, texts.items, texts.count, &commands);
	if (commands.is_damaged || commands.is_cut)
		return;
	vec_foreach (command, &commands)
		if (!is_plain(site->arena, command))
			return;
	vec_foreach (command, &commands) {
		if (command->unset)
			say_unset(site, &lines[command->line], command->unset);
		else
			vec_add(site->arena, &plain.list,
				((struct firewall_line){
					command_line(site->arena, command),
					lines[command->line].at }));
	}
	site->firewall_user.count = first;
	vec_foreach (line, &plain.list)
		vec_add(site->arena, &site->firewall_user, *line);
}
