// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan.c - swanctl.conf, ipsec.conf and ipsec.secrets, strongswan.conf */
#include "import/strongswan.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "import/host_devices.h"
#include "import/host_network.h"
#include "import/host_rules.h"
#include "import/strongswan_conn.h"
#include "import/strongswan_settings.h"
#include "import/surroundings.h"
#include "import/sysctl.h"
#include "import/text.h"
#include "model/aspect.h"
#include "model/way.h"

static const struct origin strongswan = { .source = "strongSwan default" };

/* A line of ipsec.conf begins a section in the first column. */
static bool has_line(const char *text, const char *start)
{
	while (*text) {
		if (str_starts(text, start))
			return true;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return false;
}

static enum strongswan_file_kind file_kind_of(const char *name, const char *text)
{
	if (sysctl_is(name))
		return FILE_SYSCTL;
	if (host_network_is(name))
		return FILE_NETWORK;
	if (host_rules_is(name))
		return FILE_RULES;
	if (str_ends(name, ".secrets"))
		return FILE_IPSEC_SECRETS;
	if (str_ends(name, "ipsec.conf") || has_line(text, "conn ") ||
	    has_line(text, "conn\t") || has_line(text, "config setup"))
		return FILE_IPSEC_CONF;
	return strstr(text, ": PSK") ? FILE_IPSEC_SECRETS : FILE_SETTINGS;
}

struct importer {
	struct site *site;
	struct strongswan_secrets secrets;
	struct tree_node root;
	struct strongswan_files files;
};

static void import_conn(void *user, const struct strongswan_conn *conn)
{
	struct importer *importer = user;

	if (importer->site->tunnels.count < STRONGSWAN_CONNS_MAX)
		strongswan_conn_import(importer->site, conn, &importer->secrets);
	else if (importer->site->tunnels.count == STRONGSWAN_CONNS_MAX)
		site_capped(importer->site, conn->at,
			    "only the first %d connections are read",
			    STRONGSWAN_CONNS_MAX);
}

/* Linux refuses a gateway that no network of a tunnel's interface has. */
static void drop_routes(struct site *site)
{
	size_t kept = 0;

	vec_foreach (route, &site->routes) {
		const struct site_interface *interface =
			route->interface ? site_interface_find(site, route->interface)
					 : NULL;

		if (!interface || interface_reaches(site, interface, &route->gateway))
			site->routes.items[kept++] = *route;
		else
			site_remark(site, REMARK_INVALID, route->at,
				    "no network of %s has the gateway %s: the kernel "
				    "does not take the route",
				    interface->name, inet_addr_text(&route->gateway).s);
	}
	site->routes.count = kept;
}

/* What the host's own files say, where they say it. */
static void read_network(struct site *site, const struct strongswan_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		site->has_network_files |= files->items[i].kind == FILE_NETWORK;
	/* What a .network is of, a .netdev makes. */
	for (int is_network = 0; is_network < 2; is_network++)
		for (size_t i = 0; i < files->count; i++) {
			const struct strongswan_file *file = &files->items[i];

			if (file->kind == FILE_NETWORK &&
			    str_ends(file->name, ".network") == is_network)
				host_network_read(site, file->name, file->text);
			else if (file->kind == FILE_RULES && is_network)
				host_rules_read(site, file->name, file->text);
		}
	networkd_end(site);
	drop_routes(site);
}

static bool has_lan(const struct site *site)
{
	const struct site_interface *wan = site_wan(site);

	vec_foreach (interface, &site->interfaces)
		if (interface != wan && !interface->is_tunnel &&
		    interface->addresses.count)
			return true;
	return false;
}

static void add_surroundings(struct site *site)
{
	const struct selector *selector;

	site->firewall = FIREWALL_OPEN;
	site->is_ike_open = true;
	if (!site->install_routes.is_set)
		site->install_routes = (struct flag){ true, true, strongswan };
	selector = has_lan(site) ? NULL : surroundings_lan_add(site);
	if (selector)
		site_remark(site, REMARK_ASSUMED, selector->local_at,
			    "these files do not say the LAN: it is taken to be %s",
			    inet_prefix_text(&selector->local).s);
	if (!site_wan(site))
		surroundings_wan_add(site, strongswan);
	if (!site->has_network_files && !device_of(site->kind)->traits.has_interfaces)
		host_devices_name(site);
}

static bool is_main(const struct strongswan_file *file)
{
	return str_ends(file->name, "swanctl.conf") ||
	       str_ends(file->name, "strongswan.conf");
}

/* strongswan.conf and its folder are read apart from swanctl.conf, by charon itself. */
static bool is_of_charon(const struct strongswan_file *file)
{
	return strstr(file->name, "strongswan.d/") || strstr(file->name, "charon");
}

static void read_settings(struct importer *importer, struct strongswan_file *file)
{
	settings_parse(importer->site, &importer->files, file, &importer->root);
}

/* Beside a swanctl.conf those that it does not include are not loaded; alone they are. */
static void read_settings_files(struct importer *importer)
{
	struct strongswan_files *files = &importer->files;
	bool has_main = false;

	for (size_t i = 0; i < files->count; i++) {
		struct strongswan_file *file = &files->items[i];

		has_main |= str_ends(file->name, "swanctl.conf");
		if (file->kind == FILE_SETTINGS && is_main(file))
			read_settings(importer, file);
	}
	for (size_t i = 0; i < files->count; i++) {
		struct strongswan_file *file = &files->items[i];

		if (file->kind != FILE_SETTINGS || file->is_read)
			continue;
		if (has_main && !is_of_charon(file))
			remark_says(site_remark(importer->site, REMARK_IGNORED,
						(struct origin){ .file = file->name },
						"is not loaded: swanctl.conf does not "
						"include it"),
				    SAYS_NOT_LOADED, MEND_INCLUDE, file->name);
		else
			read_settings(importer, file);
	}
}

static void read_files(struct importer *importer)
{
	const struct strongswan_taker taker = { importer, import_conn };
	struct strongswan_files *files = &importer->files;
	struct site *site = importer->site;
	bool has_secrets = false;

	for (size_t i = 0; i < files->count; i++)
		has_secrets |= files->items[i].kind == FILE_IPSEC_SECRETS;
	read_settings_files(importer);
	strongswan_ipsec_secrets_read(site, files, &importer->secrets);
	for (size_t i = 0; i < files->count; i++)
		if (files->items[i].kind == FILE_SYSCTL)
			sysctl_read(site, files->items[i].name, files->items[i].text);
	read_network(site, files);
	/* One file that is pasted into a report: its secrets are in another one, or cut out. */
	importer->secrets.is_elsewhere =
		files->count == 1 && !tree_find(&importer->root, "secrets");
	strongswan_swanctl_read(site, &importer->root, &importer->secrets, &taker);
	import_count_tree(site, &importer->root);
	importer->secrets.is_elsewhere = !has_secrets && !importer->secrets.list.count;
	strongswan_ipsec_conf_read(site, files, &taker);
}

/* Which of the two languages a file that is refused would have said connections in. */
static enum own_file own_file_of(const struct strongswan_files *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++) {
		if (!str_equal(files->items[i].name, name))
			continue;
		if (files->items[i].kind == FILE_IPSEC_CONF)
			return OWN_FILE_IPSEC_CONF;
		if (files->items[i].kind == FILE_SETTINGS &&
		    !str_ends(name, "strongswan.conf"))
			return OWN_FILE_SWANCTL;
	}
	return OWN_FILE_NONE;
}

/* One syntax error, and neither starter nor swanctl takes anything of all the files. */
static void disable_refused(struct site *site, const struct strongswan_files *files)
{
	vec_foreach (remark, &site->remarks) {
		enum own_file own = OWN_FILE_NONE;

		if (remark->code != SAYS_NONE_LOADED)
			continue;
		if (remark->at.file)
			own = own_file_of(files, remark->at.file);
		vec_foreach (tunnel, &site->tunnels)
			tunnel->is_disabled |= own && tunnel->own_file == own;
	}
}

void strongswan_import_tunnels(struct site *site, const struct import_source *sources,
			       size_t count)
{
	struct importer importer = { .site = site, .root.name = "" };
	struct strongswan_file *files =
		arena_alloc(site->arena, (count + 1) * sizeof(*files));

	for (size_t i = 0; i < count; i++) {
		_cleanup_buf_ struct buf text = { 0 };

		import_text_normalise(sources[i].bytes, sources[i].length, &text);
		files[i].name = arena_strdup(site->arena, sources[i].name);
		files[i].text = arena_strdup(site->arena, buf_text(&text));
		files[i].kind = file_kind_of(files[i].name, files[i].text);
	}
	importer.files = (struct strongswan_files){ .items = files, .count = count };
	read_files(&importer);
	disable_refused(site, &importer.files);
}

/* By name: one that is empty, or has keys alone, loads nothing and is a file all the same. */
static bool is_of_strongswan(const struct import_source *sources, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_buf_ struct buf text = { 0 };
		const char *first;

		import_text_normalise(sources[i].bytes, sources[i].length, &text);
		first = buf_text(&text);
		if (has_line(first, "connections") || has_line(first, "secrets") ||
		    has_line(first, "config setup") || has_line(first, "conn ") ||
		    has_line(first, "include "))
			return true;
		if (!str_ends(sources[i].name, "swanctl.conf") &&
		    !str_ends(sources[i].name, "ipsec.conf"))
			continue;
		while (*first) {
			first += strspn(first, " \t\r\n");
			if (*first != '#')
				break;
			first += strcspn(first, "\n");
		}
		if (!*first)
			return true;
	}
	return false;
}

int strongswan_import(struct site *site, const struct import_source *sources,
		      size_t count, const struct import_options *options, struct err *err)
{
	(void)options;
	strongswan_import_tunnels(site, sources, count);
	if (!site->tunnels.count && !is_of_strongswan(sources, count))
		return err_set(err, EINVAL,
			       "%s: no connection in it: neither swanctl.conf's "
			       "'connections { … }' nor ipsec.conf's 'conn'",
			       count ? sources[0].name : "strongswan");
	add_surroundings(site);
	return 0;
}
