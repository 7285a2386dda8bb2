// SPDX-License-Identifier: GPL-2.0-or-later
/* host_network.c - the network of a Linux host: ifupdown's interfaces(5) */
#include "import/host_network.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "text/shell.h"

#define INTERFACES_MAX 256
#define ROUTES_MAX     1000
#define TOUCHED	       (ASPECT_WAY | ASPECT_NAT)

bool host_network_is(const char *name)
{
	return str_ends(name, "network/interfaces") ||
	       strstr(name, "network/interfaces.d/") ||
	       (strstr(name, "systemd/network/") &&
		(str_ends(name, ".netdev") || str_ends(name, ".network")));
}

struct site_interface *host_interface(struct site *site, const char *name,
				      struct origin at)
{
	struct site_interface *interface = site_interface_find(site, name);

	if (interface)
		return interface;
	interface = vec_push(site->arena, &site->interfaces);
	*interface = (struct site_interface){ .at = at };
	interface->name = interface->device = arena_strdup(site->arena, name);
	return interface;
}

void host_address_add(struct site *site, struct site_interface *interface,
		      const char *text, const char *mask, struct origin at)
{
	struct prefix_value value = { .at = at };

	if (inet_prefix_parse(text, &value.prefix) ||
	    (mask && inet_mask_length(mask, &value.prefix.length))) {
		site_remark(site, REMARK_INVALID, at, "'%.60s' is no address", text);
		return;
	}
	if (!interface->is_tunnel)
		interface->source = ADDRESS_STATIC;
	vec_add(site->arena, &interface->addresses, value);
}

/* ------------------------------------------------------------ commands */

struct command {
	struct site *site;
	const char *words[32]; /* NULL-terminated */
	size_t count;
	struct origin at;
};

/* The word behind that one, from the fourth on; NULL: it is not there. */
static const char *after(const struct command *command, const char *word)
{
	for (size_t i = 2; i + 1 < command->count; i++)
		if (str_equal(command->words[i], word))
			return command->words[i + 1];
	return NULL;
}

/* A key of one direction, or `key` of both. */
static struct text key_of(const struct command *command, const char *word)
{
	const char *key = after(command, word);

	return (struct text){ key ? key : after(command, "key"), command->at };
}

/* "local 192.0.2.1 remote 198.51.100.1 key 42", in any order */
static bool vti_add(const struct command *command, const char *name)
{
	const char *local = after(command, "local"), *remote = after(command, "remote");
	struct site_vti vti = { .is_set = true,
				.in = key_of(command, "ikey"),
				.out = key_of(command, "okey") };
	struct site_interface *interface;

	for (size_t i = 4; i + 1 < command->count; i += 2)
		if (!str_has_word("local remote key ikey okey type mode dev ttl",
				  command->words[i]))
			return false;
	if (!name || command->count % 2 ||
	    command->site->interfaces.count >= INTERFACES_MAX ||
	    (local && !str_equal(local, "any") && inet_addr_parse(local, &vti.local)) ||
	    (remote && !str_equal(remote, "any") && inet_addr_parse(remote, &vti.remote)))
		return false;
	interface = host_interface(command->site, name, command->at);
	interface->is_tunnel = true;
	interface->source = ADDRESS_NONE;
	interface->vti = vti;
	return true;
}

/* "ip tunnel add vti0 mode vti local … remote … key 42" */
static bool tunnel_add(const struct command *command)
{
	return str_equal(after(command, "mode"), "vti") &&
	       vti_add(command, command->words[3]);
}

/* What a sysctl changes that a rehearsal has anyway: "net.ipv4.conf.vti0.disable_policy=1". */
static bool sysctl_is_idle(const struct command *command)
{
	const char *word = command->words[command->count - 1];

	return command->count == 3 && str_equal(command->words[1], "-w") &&
	       str_starts(word, "net.ipv4.conf.") &&
	       (str_ends(word, ".disable_policy=1") || str_ends(word, ".rp_filter=0") ||
		str_ends(word, ".rp_filter=2"));
}

/* "ip link add [dev|name] ipsec0 type xfrm [dev eth0] if_id 42", or "type vti …" */
static bool link_add(const struct command *command)
{
	const char *name = command->words[3], *if_id = after(command, "if_id");
	struct site_interface *interface;

	if (str_equal(after(command, "type"), "vti"))
		return vti_add(command, name);
	if (str_equal(name, "dev") || str_equal(name, "name"))
		name = command->words[4];
	if (!name || !if_id || !str_equal(after(command, "type"), "xfrm") ||
	    command->site->interfaces.count >= INTERFACES_MAX)
		return false;
	interface = host_interface(command->site, name, command->at);
	interface->is_tunnel = true;
	interface->source = ADDRESS_NONE;
	interface->if_id = (struct text){ if_id, command->at };
	for (size_t i = 5; i + 1 < command->count; i++)
		if (str_equal(command->words[i], "dev"))
			interface->under = command->words[i + 1];
	return true;
}

/* "ip link set [dev] ipsec0 [up] [mtu 1400]" */
static bool link_set(const struct command *command)
{
	const char *name = command->words[3];
	struct site_interface *interface;
	size_t i = 4;
	int64_t mtu;

	if (str_equal(name, "dev"))
		name = command->words[i++];
	interface = name ? site_interface_find(command->site, name) : NULL;
	for (; i < command->count; i++) {
		if (str_equal(command->words[i], "up"))
			continue;
		if (!str_equal(command->words[i], "mtu") || !interface ||
		    i + 1 >= command->count ||
		    str_to_number(command->words[++i], 68, 65535, &mtu))
			return false;
		interface->mtu = (struct number){ true, mtu, command->at };
	}
	return true;
}

static bool address_add(const struct command *command)
{
	const char *device = after(command, "dev");

	if (command->count != 6 || !device || !command->words[3])
		return false;
	host_address_add(command->site,
			 host_interface(command->site, device, command->at),
			 command->words[3], NULL, command->at);
	return true;
}

/* "ip route add 10.2.0.0/24 dev ipsec0 [src 10.1.0.1] [via GATEWAY] [metric N]" */
static bool route_add(const struct command *command)
{
	struct site_route route = { .at = command->at,
				    .interface = after(command, "dev") };
	const char *net = command->words[3], *via = after(command, "via");
	const char *source = after(command, "src");

	for (size_t i = 4; i < command->count; i += 2)
		if (!str_has_word("dev via src proto scope metric", command->words[i]))
			return false;
	if (command->site->routes.count >= ROUTES_MAX || !net ||
	    (via && inet_addr_parse(via, &route.gateway)) ||
	    (source && inet_addr_parse(source, &route.source)))
		return false;
	if (str_equal(net, "default"))
		route.destination.addr.family = AF_INET;
	else if (inet_prefix_parse(net, &route.destination))
		return false;
	vec_add(command->site->arena, &command->site->routes, route);
	return true;
}

static bool is_without_effect(const struct command *command)
{
	return str_has_word("true : echo logger ethtool", command->words[0]) ||
	       (str_equal(command->words[0], "sysctl") && sysctl_is_idle(command)) ||
	       (str_equal(command->words[0], "ip") && command->count > 2 &&
		str_has_word("show list del delete", command->words[2]));
}

static bool take_command(const struct command *command)
{
	static const struct {
		const char *object, *verb;
		bool (*take)(const struct command *command);
	} verbs[] = {
		{ "tunnel", "add", tunnel_add },   { "tun", "add", tunnel_add },
		{ "link", "add", link_add },	   { "link", "set", link_set },
		{ "addr", "add", address_add },	   { "address", "add", address_add },
		{ "a", "add", address_add },	   { "route", "add", route_add },
		{ "route", "replace", route_add }, { "r", "add", route_add },
	};

	if (!str_equal(command->words[0], "ip"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (str_equal(command->words[1], verbs[i].object) &&
		    str_equal(command->words[2], verbs[i].verb))
			return verbs[i].take(command);
	return false;
}

/* Its words, "/sbin/ip -4" as "ip"; false: not all are known. */
static bool words_of(const struct shell_command *from, struct command *command)
{
	vec_foreach (word, &from->words) {
		const char *text = word->text, *slash = strrchr(text, '/');

		if (!word->is_known || command->count + 1 >= ARRAY_SIZE(command->words))
			return false;
		if (!command->count && slash)
			text = slash + 1;
		if (command->count == 1 && str_equal(text, "-4"))
			continue;
		command->words[command->count++] = text;
	}
	return command->count > 0;
}

void host_command(struct site *site, const char *interface, const char *line,
		  struct origin at)
{
	const char *const lines[] = { arena_printf(site->arena, "IFACE='%s'", interface),
				      line };
	struct shell_commands commands = { 0 };
	bool is_known = true;

	shell_read(site->arena, lines, ARRAY_SIZE(lines), &commands);
	for (size_t i = 0; i < commands.count; i++) {
		struct command command = { .site = site, .at = at };

		if (!commands.items[i].words.count || commands.items[i].line == 0)
			continue;
		is_known = is_known && words_of(&commands.items[i], &command) &&
			   (is_without_effect(&command) ||
			    (commands.items[i].is_certain && take_command(&command)));
	}
	if (!is_known || commands.is_damaged)
		site_unrehearsed(site, NULL, TOUCHED, at,
				 arena_printf(site->arena, "%.60s", line));
}

/* ------------------------------------------------------------ interfaces(5) */

struct stanza {
	struct site *site;
	const char *name; /* NULL: not in an `iface` of IPv4 */
	const char *address, *mask;
	struct origin address_at;
};

static void stanza_end(struct stanza *stanza)
{
	if (stanza->name && stanza->address)
		host_address_add(
			stanza->site,
			host_interface(stanza->site, stanza->name, stanza->address_at),
			stanza->address, stanza->mask, stanza->address_at);
	*stanza = (struct stanza){ .site = stanza->site };
}

/* "iface eth0 inet static" */
static void stanza_begin(struct stanza *stanza, char *value, struct origin at)
{
	char *state = NULL;
	const char *name = strtok_r(value, " \t", &state);
	const char *family = strtok_r(NULL, " \t", &state);
	const char *method = strtok_r(NULL, " \t", &state);
	struct site_interface *interface;

	stanza_end(stanza);
	if (!name || str_equal(name, "lo") || !str_equal(family, "inet") ||
	    stanza->site->interfaces.count >= INTERFACES_MAX)
		return;
	stanza->name = name;
	interface = host_interface(stanza->site, name, at);
	if (str_equal(method, "dhcp"))
		interface->source = ADDRESS_DYNAMIC;
}

static void stanza_option(struct stanza *stanza, const char *word, const char *value,
			  struct origin at)
{
	struct site_interface *interface;
	int64_t mtu;

	if (!stanza->name)
		return;
	interface = host_interface(stanza->site, stanza->name, at);
	if (str_equal(word, "address")) {
		stanza->address = value;
		stanza->address_at = at;
	} else if (str_equal(word, "netmask")) {
		stanza->mask = strchr(value, '.') ? value : NULL;
		if (!stanza->mask)
			stanza->address = arena_printf(
				stanza->site->arena, "%s/%s",
				stanza->address ? stanza->address : "", value);
	} else if (str_equal(word, "gateway")) {
		if (inet_addr_parse(value, &interface->gateway))
			site_remark(stanza->site, REMARK_INVALID, at,
				    "gateway '%.60s' is not an address", value);
	} else if (str_equal(word, "mtu") && !str_to_number(value, 68, 65535, &mtu)) {
		interface->mtu = (struct number){ true, mtu, at };
	} else if (str_has_word("pre-up up post-up", word)) {
		host_command(stanza->site, stanza->name, value, at);
	}
}

static void interfaces_line(struct stanza *stanza, char *line, struct origin at)
{
	char *word = str_trim(line), *value = word + strcspn(word, " \t");

	if (!*word || *word == '#')
		return;
	if (*value)
		*value++ = '\0';
	value = str_trim(value);
	if (str_equal(word, "iface")) {
		stanza_begin(stanza, value, at);
	} else if (str_equal(word, "auto") || str_starts(word, "allow-") ||
		   str_equal(word, "no-auto-down") || str_equal(word, "mapping")) {
		stanza_end(stanza);
	} else if (str_starts(word, "source")) {
		stanza_end(stanza);
		site_remark(
			stanza->site, REMARK_IGNORED, at,
			"'%s %.60s' is not followed, only interfaces.d is looked into",
			word, value);
	} else {
		stanza_option(stanza, word, value, at);
	}
}

static void interfaces_read(struct site *site, const char *name, const char *text)
{
	struct stanza stanza = { .site = site };
	struct origin at = { .file = name };

	while (*text) {
		size_t length = strcspn(text, "\n");

		at.line++;
		interfaces_line(&stanza, arena_strndup(site->arena, text, length), at);
		text += length + (text[length] == '\n');
	}
	stanza_end(&stanza);
}

void host_network_read(struct site *site, const char *name, const char *text)
{
	if (strstr(name, "systemd/network/"))
		networkd_read(site, name, text);
	else
		interfaces_read(site, name, text);
}
