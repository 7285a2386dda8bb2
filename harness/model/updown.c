// SPDX-License-Identifier: GPL-2.0-or-later
/* updown.c - the script that charon runs when a CHILD SA comes and goes */
#include "model/updown.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/way.h"
#include "netns/sandbox.h"

const char *updown_command(struct arena *arena, const char *command)
{
	/*
	 * charon redirects the errors of the first command. dash has -p where others have -u.
	 * Far behind in the queue: a fork bomb must not starve who ends it (warden.h).
	 */
	return arena_printf(
		arena,
		"exec 2>&1; ulimit -p %u 2>/dev/null || ulimit -u %u; ulimit -c 0; "
		"ulimit -n %u; ulimit -f %u; ulimit -v %u; ulimit -t %u; "
		"BASH_ENV=" UPDOWN_TRAP_FILE " nice -n 19 timeout -k 1 " UPDOWN_TEXT(
			UPDOWN_MOST_S) " timeout -k 1 "
				       "$(cat " UPDOWN_SECONDS_FILE
				       " 2>/dev/null || echo " UPDOWN_SECONDS
				       ") %s; echo \"$PLUTO_VERB ended with status $?\"",
		SANDBOX_PROCESSES_MAX / 2, SANDBOX_PROCESSES_MAX / 2,
		SANDBOX_DESCRIPTORS_MAX, SANDBOX_FILE_MAX / 512,
		SANDBOX_MEMORY_MAX / 1024, SANDBOX_CPU_MAX, command);
}

bool updown_names(const char *command, const char *path)
{
	size_t length = strlen(path);

	return command && str_starts(command, path) &&
	       !strpbrk(command, ";|&<>()`$\n\\\"'") &&
	       (!command[length] || command[length] == ' ' || command[length] == '\t');
}

const struct updown_script *child_updown(const struct site *site,
					 const struct child *child)
{
	vec_foreach (script, &site->updowns)
		if (updown_names(child->words[CHILD_WORD_UPDOWN].s, script->path))
			return script;
	return NULL;
}

/*
 * "/usr/lib/ipsec/_updown iptables", "/usr/libexec/…", "ipsec _updown iptables": a
 * distribution's, in plain words. In another place it is whoever's put it there.
 */
static bool is_shipped(const char *command)
{
	const char *end = command + strcspn(command, " \t");
	const char *word = end + strspn(end, " \t");

	if (strpbrk(command, ";|&<>()`$\n\\\"'"))
		return false;
	if (end - command >= 5 && !strncmp(end - 5, "ipsec", 5) &&
	    (end - command == 5 || end[-6] == '/') && str_starts(word, "_updown")) {
		end = word + strcspn(word, " \t");
		if (end != word + strlen("_updown"))
			return false;
	} else if (!str_starts(command, "/usr/lib") ||
		   strncmp(end - 8, "/_updown", 8) != 0) {
		return false;
	}
	word = end + strspn(end, " \t");
	return !*word || str_equal(word, "iptables");
}

bool child_updown_is_spare(const struct site *site, const struct child *child)
{
	const char *command = child->words[CHILD_WORD_UPDOWN].s;

	return command && is_shipped(command) && !child_updown(site, child) &&
	       site->firewall == FIREWALL_OPEN && !site->rules.count &&
	       !site->firewall_user.count && !child_has_mark(child) &&
	       !child_has_if_id(child);
}

const struct updown_script *tunnel_updown(const struct site *site,
					  const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children)
		if (child_updown(site, child))
			return child_updown(site, child);
	return NULL;
}

static bool is_vti_script(const struct updown_script *script)
{
	return updown_line_with(script, "vti") != 0;
}

/* %unique, %unique-dir: no other file can know it. */
static bool is_chosen_by_charon(const struct child *child)
{
	const char *mark = child->words[CHILD_WORD_MARK_OUT].s;

	return mark && *mark == '%';
}

static bool site_has_vti(const struct site *site)
{
	vec_foreach (interface, &site->interfaces)
		if (interface->vti.is_set && !interface->is_disabled)
			return true;
	return false;
}

const char *child_unmarked(const struct site *site, const struct child *child)
{
	const struct updown_script *script = child_updown(site, child);

	/* In transport mode the plugin connmark marks by the connection that is tracked. */
	if (!child_has_mark(child) || child->is_transport)
		return NULL;
	if (script && script->is_not_executable && is_vti_script(script))
		return "its updown script is not executable";
	if (!script && !site_vti_of(site, child) && site_vti_unmade(site, child))
		return "the VTI with that key is disabled or never made";
	if (!is_chosen_by_charon(child) || script)
		return NULL;
	if (site_has_vti(site))
		return "charon chooses it, and the key of a VTI is written";
	return child->words[CHILD_WORD_UPDOWN].s
		       ? "the script that its updown names is not among the files"
		       : "no updown script makes a VTI with it";
}

bool child_has_no_way(const struct site *site, const struct tunnel *tunnel,
		      const struct child *child)
{
	if (child_unmarked(site, child))
		return true;
	return !tunnel->bind_interface &&
	       (child_has_if_id(child) ||
		(child_has_mark(child) && site_vti_spare(site, child)));
}

bool tunnel_has_no_way(const struct site *site, const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children)
		if (child_has_no_way(site, tunnel, child))
			return true;
	return false;
}

bool child_mark_is_rehearsed(const struct site *site, const struct child *child)
{
	const struct updown_script *script = child_updown(site, child);

	return child_unmarked(site, child) || (script && is_vti_script(script)) ||
	       site_vti_of(site, child) || site_vti_spare(site, child);
}

const struct updown_script *site_updown(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && tunnel_updown(site, tunnel))
			return tunnel_updown(site, tunnel);
	return NULL;
}

bool site_has_vti_script(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children) {
			const struct updown_script *script = child_updown(site, child);

			if (script && is_vti_script(script))
				return true;
		}
	}
	return false;
}

unsigned int updown_line_with(const struct updown_script *script, const char *word)
{
	unsigned int number = 1;

	for (const char *line = script->text; *line; number++) {
		size_t length = strcspn(line, "\n");
		const char *text = line + strspn(line, " \t");

		if (*text != '#' && memmem(line, length, word, strlen(word)))
			return number;
		line += length + (line[length] == '\n');
	}
	return 0;
}

/*
 * The text behind `word` on the first line that has it; NULL: none has. A word that
 * begins with a line feed is one at the beginning of a line.
 */
static const char *text_behind(const struct updown_script *script, const char *word)
{
	for (const char *at = script->text; (at = strstr(at, word)); at++) {
		const char *line = at + (*word == '\n');

		while (line > script->text && line[-1] != '\n')
			line--;
		line += strspn(line, " \t");
		if (*line != '#')
			return at + strlen(word);
	}
	return NULL;
}

#define NAME_LETTERS                                           \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789_"

/* What a variable is set to, where one line sets it; NULL: none does. */
static const char *variable(struct arena *arena, const struct updown_script *script,
			    const char *dollar)
{
	const char *name = dollar + 1 + (dollar[1] == '{');

	name = arena_strndup(arena, name, strspn(name, NAME_LETTERS));
	return *name ? text_behind(script, arena_printf(arena, "\n%s=", name)) : NULL;
}

const char *updown_device(struct arena *arena, const struct updown_script *script)
{
	static const char *const words[] = { "ip tunnel add ", "ip link add name ",
					     "ip link add " };
	const char *text = NULL;
	size_t length;

	for (size_t i = 0; !text && i < ARRAY_SIZE(words); i++)
		text = text_behind(script, words[i]);
	if (text)
		text += *text == '"';
	if (text && *text == '$')
		text = variable(arena, script, text);
	if (!text)
		return NULL;
	text += *text == '"';
	length = strspn(text, NAME_LETTERS "-.");
	if (!length)
		return NULL;
	return arena_printf(arena, "%.*s%s", (int)length, text,
			    text[length] == '$' ? "+" : "");
}

bool updown_routes(const struct updown_script *script)
{
	static const char *const words[] = { "route add", "route replace", "route append",
					     "route change" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (updown_line_with(script, words[i]))
			return true;
	return false;
}

const char *updown_key(struct arena *arena, const struct updown_script *script)
{
	const char *text = text_behind(script, " okey ");

	if (!text)
		text = text_behind(script, " key ");
	if (!text)
		return NULL;
	text += *text == '"';
	return arena_strndup(arena, text, strcspn(text, " \t\n\""));
}

bool updown_route_source(const struct updown_script *script, struct inet_addr *ret_source,
			 unsigned int *ret_line)
{
	const char *line = script->text;

	for (unsigned int n = 1; line && *line; n++) {
		size_t length = strcspn(line, "\n"), size;
		const char *at = memmem(line, length, " src ", 5);
		char text[INET_ADDRSTRLEN + 2];

		if (at && line[strspn(line, " \t")] != '#' &&
		    memmem(line, (size_t)(at - line), "ip route ", 9)) {
			at += 5;
			at += *at == '"' || *at == '\'';
			size = strspn(at, "0123456789.");
			(void)snprintf(text, sizeof(text), "%.*s",
				       (int)(size < INET_ADDRSTRLEN ? size : 0), at);
			*ret_line = n;
			return !inet_addr_parse(text, ret_source);
		}
		line += length + (line[length] == '\n');
	}
	return false;
}
