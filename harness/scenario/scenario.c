// SPDX-License-Identifier: GPL-2.0-or-later
/* scenario.c - a folder with scenario.yml and device files becomes struct scenario */
#include "scenario/scenario.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "device/scripts.h"
#include "import/import.h"
#include "import/settle.h"
#include "import/updown.h"
#include "model/aspect.h"
#include "scenario/read.h"
#include "scenario/unproven.h"

/* ------------------------------------------------------------ looking things up */

static const struct scenario_host *find_host(const struct scenario_host *hosts,
					     size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(hosts[i].name, name))
			return &hosts[i];
	return NULL;
}

const struct scenario_host *scenario_host_find(const struct scenario *scenario,
					       const char *name, int *ret_site)
{
	const struct scenario_host *host =
		find_host(scenario->internet.items, scenario->internet.count, name);
	int where = -1;

	for (size_t i = 0; !host && i < scenario->sites.count; i++) {
		const struct scenario_site *site = &scenario->sites.items[i];

		host = find_host(site->hosts.items, site->hosts.count, name);
		where = (int)i;
	}
	if (host && ret_site)
		*ret_site = where;
	return host;
}

void scenario_host_names(const struct scenario *scenario,
			 const char *ret_names[static SCENARIO_HOSTS_MAX + 1])
{
	size_t count = 0;

	vec_foreach (site, &scenario->sites)
		vec_foreach (host, &site->hosts)
			if (count < SCENARIO_HOSTS_MAX)
				ret_names[count++] = host->name;
	vec_foreach (host, &scenario->internet)
		if (count < SCENARIO_HOSTS_MAX)
			ret_names[count++] = host->name;
	ret_names[count] = NULL;
}

const struct inet_prefix *scenario_wan(const struct scenario_site *site)
{
	const struct site_interface *wan = site->site ? site_wan(site->site) : NULL;

	if (wan && wan->source == ADDRESS_STATIC && wan->addresses.count)
		return &wan->addresses.items[0].prefix;
	return site->wan.prefix.addr.family ? &site->wan.prefix : NULL;
}

/* ------------------------------------------------------------ names and hosts */

#define NAME_MAX_LENGTH 24

/* Names become nodes, links and capture files. */
static int check_name(const struct scenario *scenario, const struct yaml_node *node,
		      struct err *err)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_";
	const char *name = node->key;
	size_t hosts = scenario->internet.count;

	if (!*name || strlen(name) > NAME_MAX_LENGTH ||
	    strspn(name, letters) != strlen(name) || *name == '-')
		return yaml_error(node, err,
				  "'%.64s' cannot be a name: use 1 to %d letters, "
				  "digits, '-' and '_'",
				  name, NAME_MAX_LENGTH);
	if (str_equal(name, "internet") || str_equal(name, "nobody"))
		return yaml_error(node, err, "the name '%s' is reserved", name);
	vec_foreach (site, &scenario->sites)
		if (str_equal(site->name, name))
			return yaml_error(node, err, "'%s' is a site already", name);
	if (scenario_host_find(scenario, name, NULL))
		return yaml_error(node, err, "there are two hosts '%s'", name);
	vec_foreach (site, &scenario->sites)
		hosts += site->hosts.count;
	if (hosts >= SCENARIO_HOSTS_MAX)
		return yaml_error(node, err, "more than %d hosts", SCENARIO_HOSTS_MAX);
	return 0;
}

static int read_names(struct scenario *scenario, const struct yaml_node *node,
		      struct scenario_host *host, struct err *err)
{
	int ret = yaml_want(node, YAML_MAPPING, err);

	if (ret)
		return ret;
	vec_foreach (item, &node->items) {
		struct dns_record record = { .name = (*item)->key, .at = (*item)->at };

		ret = yaml_get_addr(node, record.name, &record.addr, err);
		if (ret)
			return ret;
		vec_add(scenario->arena, &host->names, record);
	}
	return 0;
}

/* "laptop: 192.168.2.100", or a mapping with address, gateway, names. */
static int read_host(struct scenario *scenario, const struct yaml_node *hosts,
		     const struct yaml_node *node, struct scenario_host *ret_host,
		     struct err *err)
{
	static const char *const keys[] = { "address", "gateway", "names", "invented",
					    NULL };
	struct scenario_host host = { .name = node->key, .at = node->at };
	const struct yaml_node *names = yaml_get(node, "names");
	int ret = check_name(scenario, node, err);

	if (ret)
		return ret;
	if (node->kind == YAML_SCALAR) {
		ret = yaml_get_addr(hosts, node->key, &host.addr, err);
	} else {
		ret = yaml_want_keys(node, keys, err);
		if (ret == 0)
			ret = yaml_get_addr(node, "address", &host.addr, err);
		if (ret == 0)
			ret = yaml_get_addr(node, "gateway", &host.gateway, err);
		if (ret == 0)
			ret = yaml_get_flag(node, "invented", &host.is_invented, err);
		if (ret == 0 && names)
			ret = read_names(scenario, names, &host, err);
	}
	if (ret == 0 && !host.addr.family)
		ret = yaml_error(node, err, "host '%s' needs an address", host.name);
	if (ret == 0)
		*ret_host = host;
	return ret;
}

static int read_site_hosts(struct scenario *scenario, struct scenario_site *site,
			   const struct yaml_node *hosts, struct err *err)
{
	struct scenario_host host = { 0 };
	int ret;

	if (!hosts)
		return 0;
	ret = yaml_want(hosts, YAML_MAPPING, err);
	if (ret)
		return ret;
	vec_foreach (node, &hosts->items) {
		ret = read_host(scenario, hosts, *node, &host, err);
		if (ret)
			return ret;
		vec_add(scenario->arena, &site->hosts, host);
	}
	return 0;
}

/* ------------------------------------------------------------ sites */

static int read_device(const struct yaml_node *node, struct scenario_site *site,
		       struct err *err)
{
	const char *word = NULL;
	int ret = yaml_get_text(node, "device", &word, err);

	if (ret)
		return ret;
	if (!word)
		return yaml_error(node, err, "site '%s' needs `device:`", site->name);
	if (device_parse(word, &site->kind))
		return yaml_unknown(yaml_get(node, "device"), "device", word,
				    device_names(), err);
	return 0;
}

/* "home.dyndns.org", or { name: home.dyndns.org, appears: after start } */
static int read_dns_name(const struct yaml_node *site_node, struct scenario_site *site,
			 struct err *err)
{
	static const char *const keys[] = { "name", "appears", NULL };
	static const char *const moments[] = { "after start", NULL };
	const struct yaml_node *node = yaml_get(site_node, "dns name");
	const char *appears = NULL;
	int ret = 0;

	if (!node)
		return 0;
	if (node->kind != YAML_MAPPING) {
		ret = yaml_get_text(site_node, "dns name", &site->dns_name, err);
	} else {
		ret = yaml_want_keys(node, keys, err);
		if (ret == 0)
			ret = yaml_get_text(node, "name", &site->dns_name, err);
		if (ret == 0)
			ret = yaml_get_text(node, "appears", &appears, err);
	}
	if (ret)
		return ret;
	if (!site->dns_name)
		return yaml_error(node, err, "'dns name' needs `name:`");
	if (strspn(site->dns_name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_.") != strlen(site->dns_name))
		return yaml_error(node, err, "'%.64s' is no host name", site->dns_name);
	if (appears && !str_equal(appears, moments[0]))
		return yaml_unknown(yaml_get(node, "appears"), "moment", appears, moments,
				    err);
	site->is_dns_late = appears != NULL;
	return 0;
}

/* What a device does about a new address, its files say; only of some nobody can know. */
static int read_restart(const struct yaml_node *node, struct scenario_site *site,
			struct err *err)
{
	const struct device_scripts *scripts = device_of(site->kind)->scripts;
	const struct yaml_node *hotplug = yaml_get(node, "hotplug");
	const struct yaml_node *itself = yaml_get(node, "restarts itself");

	if (hotplug && scripts)
		return yaml_error(hotplug, err,
				  "hotplug: is no longer a switch: put the device's own "
				  "script into %s/ among its other files, it is run; "
				  "without one nothing happens. Then leave this line out",
				  scripts->folder);
	if (hotplug)
		return yaml_error(hotplug, err,
				  "a %s has no hotplug scripts; if it starts its tunnels "
				  "anew with a new address, write `restarts itself: yes`",
				  device_of(site->kind)->name);
	if (itself && scripts)
		return yaml_error(
			itself, err,
			"what restarts the tunnels of this device stands in its "
			"files: put the script into %s/",
			scripts->folder);
	return yaml_get_flag(node, "restarts itself", &site->restarts_itself, err);
}

static int read_site_values(const struct yaml_node *node, struct scenario_site *site,
			    struct err *err)
{
	int ret = yaml_get_text(node, "firmware", &site->firmware, err);

	if (ret == 0)
		ret = yaml_get_text(node, "psk", &site->psk, err);
	if (ret == 0)
		ret = yaml_get_prefix(node, "wan", &site->wan.prefix, err);
	if (ret == 0)
		ret = yaml_get_addr(node, "gateway", &site->gateway, err);
	if (ret == 0)
		ret = yaml_get_prefix(node, "lan", &site->router_lan, err);
	if (ret == 0)
		ret = read_dns_name(node, site, err);
	if (ret == 0)
		ret = read_restart(node, site, err);
	if (ret == 0 && yaml_get(node, "wan"))
		site->wan.at = yaml_get(node, "wan")->at;
	return ret;
}

static int read_site(struct scenario *scenario, const struct yaml_node *node,
		     struct scenario_files *files, struct err *err)
{
	static const char *const keys[] = { "device",	"files",	   "firmware",
					    "wan",	"gateway",	   "lan",
					    "dns name", "hotplug",	   "hosts",
					    "psk",	"restarts itself", NULL };
	size_t index = scenario->sites.count;
	struct scenario_site *site;
	int ret = yaml_want_keys(node, keys, err);

	if (ret == 0)
		ret = check_name(scenario, node, err);
	if (ret)
		return ret;
	site = vec_push(scenario->arena, &scenario->sites);
	site->name = node->key;
	site->at = node->at;
	ret = read_device(node, site, err);
	if (ret == 0)
		ret = read_site_values(node, site, err);
	if (ret == 0)
		ret = yaml_get_text(node, "files", &files->path[index], err);
	if (ret)
		return ret;
	if (!files->path[index])
		return yaml_error(node, err, "site '%s' needs `files:`", site->name);
	files->yml[index] = yaml_get(node, "files")->at.file;
	return read_site_hosts(scenario, site, yaml_get(node, "hosts"), err);
}

static int read_sites(struct scenario *scenario, const struct yaml_node *root,
		      struct scenario_files *files, struct err *err)
{
	const struct yaml_node *sites = yaml_get(root, "sites");
	int ret;

	if (!sites)
		return yaml_error(root, err, "no `sites:`");
	ret = yaml_want(sites, YAML_MAPPING, err);
	if (ret)
		return ret;
	if (sites->items.count != 2)
		return yaml_error(sites, err, "a scenario has exactly two sites, not %zu",
				  sites->items.count);
	vec_foreach (node, &sites->items) {
		ret = read_site(scenario, *node, files, err);
		if (ret)
			return ret;
	}
	return 0;
}

static struct scenario_site *find_site(struct scenario *scenario, const char *name)
{
	vec_foreach (site, &scenario->sites)
		if (str_equal(site->name, name))
			return site;
	return NULL;
}

static int want_site(struct scenario *scenario, const struct yaml_node *node,
		     struct scenario_site **ret_site, struct err *err)
{
	const char *names[] = { scenario->sites.items[0].name,
				scenario->sites.items[1].name, NULL };
	int ret = yaml_want(node, YAML_SCALAR, err);

	if (ret)
		return ret;
	*ret_site = find_site(scenario, node->text);
	return *ret_site ? 0 : yaml_unknown(node, "site", node->text, names, err);
}

/* ------------------------------------------------------------ the Internet */

static int read_impairment(struct scenario *scenario, const struct yaml_node *node,
			   struct err *err)
{
	static const char *const keys[] = { "site",    "delay", "jitter", "loss",
					    "reorder", "mtu",	"rate",	  NULL };
	struct scenario_impairment impairment = { .at = node->at };
	struct scenario_site *site = NULL;
	double delay = 0, jitter = 0;
	int ret = yaml_want_keys(node, keys, err);

	if (ret)
		return ret;
	if (!yaml_get(node, "site"))
		return yaml_error(node, err, "an impairment needs `site:`");
	ret = want_site(scenario, yaml_get(node, "site"), &site, err);
	if (ret == 0)
		ret = yaml_get_seconds(node, "delay", &delay, err);
	if (ret == 0)
		ret = yaml_get_seconds(node, "jitter", &jitter, err);
	if (ret == 0)
		ret = yaml_get_percent(node, "loss", &impairment.loss_percent, err);
	if (ret == 0)
		ret = yaml_get_percent(node, "reorder", &impairment.reorder_percent, err);
	if (ret == 0)
		ret = yaml_get_number(node, "mtu", 576, 9000, &impairment.mtu, err);
	if (ret == 0)
		ret = yaml_get_number(node, "rate", 1, 100000000, &impairment.rate_kbit,
				      err);
	if (ret)
		return ret;
	impairment.site = site->name;
	impairment.delay_ms = (unsigned int)(delay * 1000 + 0.5);
	impairment.jitter_ms = (unsigned int)(jitter * 1000 + 0.5);
	vec_add(scenario->arena, &scenario->impairments, impairment);
	return 0;
}

static int read_impairments(struct scenario *scenario, const struct yaml_node *node,
			    struct err *err)
{
	int ret = 0;

	if (!node)
		return 0;
	if (node->kind != YAML_SEQUENCE)
		return read_impairment(scenario, node, err);
	vec_foreach (item, &node->items) {
		ret = read_impairment(scenario, *item, err);
		if (ret)
			break;
	}
	return ret;
}

static int read_nat(struct scenario *scenario, const struct yaml_node *node,
		    struct err *err)
{
	struct scenario_site *site = NULL;
	int ret;

	if (!node)
		return 0;
	ret = yaml_want(node, YAML_SEQUENCE, err);
	if (ret)
		return ret;
	vec_foreach (item, &node->items) {
		ret = want_site(scenario, *item, &site, err);
		if (ret)
			return ret;
		site->is_behind_nat = true;
	}
	return 0;
}

static int read_internet(struct scenario *scenario, const struct yaml_node *internet,
			 struct err *err)
{
	static const char *const keys[] = { "hosts", "nat", "impair", NULL };
	const struct yaml_node *hosts = yaml_get(internet, "hosts");
	struct scenario_host host = { 0 };
	int ret;

	if (!internet)
		return 0;
	ret = yaml_want_keys(internet, keys, err);
	if (ret == 0 && hosts)
		ret = yaml_want(hosts, YAML_MAPPING, err);
	if (ret)
		return ret;
	for (size_t i = 0; hosts && i < hosts->items.count; i++) {
		ret = read_host(scenario, hosts, hosts->items.items[i], &host, err);
		if (ret)
			return ret;
		vec_add(scenario->arena, &scenario->internet, host);
	}
	ret = read_nat(scenario, yaml_get(internet, "nat"), err);
	return ret ? ret : read_impairments(scenario, yaml_get(internet, "impair"), err);
}

/* ------------------------------------------------------------ the rest */

static int read_timing(struct scenario *scenario, const struct yaml_node *timing,
		       struct err *err)
{
	static const char *const keys[] = { "retransmit", "tries", "faster", NULL };
	int ret;

	scenario->retransmit_s = 0.5;
	scenario->retransmit_tries = 3;
	if (!timing)
		return 0;
	ret = yaml_want_keys(timing, keys, err);
	if (ret == 0)
		ret = yaml_get_seconds(timing, "retransmit", &scenario->retransmit_s,
				       err);
	if (ret == 0)
		ret = yaml_get_number(timing, "tries", 0, 20, &scenario->retransmit_tries,
				      err);
	if (ret == 0)
		ret = yaml_get_number(timing, "faster", 1, 1000, &scenario->faster, err);
	if (ret == 0 && scenario->retransmit_s < 0.01)
		ret = yaml_error(timing, err, "'retransmit' must be at least 10ms");
	return ret;
}

/* What bites in a life are strongSwan's real timers, which nobody waits for there. */
static void use_own_timers(struct scenario *scenario, const struct yaml_node *timing)
{
	if (!scenario_alive(scenario, NULL))
		return;
	if (!yaml_get(timing, "retransmit"))
		scenario->retransmit_s = 4.0;
	if (!yaml_get(timing, "tries"))
		scenario->retransmit_tries = 5;
}

#define INITIATOR_BY_FILES UINT_MAX

static int read_initiator(struct scenario *scenario, const struct yaml_node *node,
			  struct err *err)
{
	struct scenario_site *site = NULL;
	int ret;

	scenario->initiator = INITIATOR_BY_FILES;
	if (!node)
		return 0;
	ret = want_site(scenario, node, &site, err);
	if (ret == 0)
		scenario->initiator = (unsigned int)(site - scenario->sites.items);
	return ret;
}

int scenario_read(struct scenario *scenario, const struct yaml_node *root,
		  struct scenario_files *ret_files, struct err *err)
{
	static const char *const keys[] = { "base",   "edit",	   "sites",    "internet",
					    "timing", "initiator", "expect",   "fault",
					    "needs",  "inject",	   "unproven", "accept",
					    "events", NULL };
	int ret = yaml_want_keys(root, keys, err);

	if (ret == 0)
		ret = read_sites(scenario, root, ret_files, err);
	if (ret == 0)
		ret = read_internet(scenario, yaml_get(root, "internet"), err);
	if (ret == 0)
		ret = read_timing(scenario, yaml_get(root, "timing"), err);
	if (ret == 0)
		ret = read_initiator(scenario, yaml_get(root, "initiator"), err);
	if (ret == 0)
		ret = inject_read(scenario, yaml_get(root, "inject"), err);
	if (ret == 0)
		ret = unproven_read(scenario, yaml_get(root, "unproven"), err);
	if (ret == 0)
		ret = accept_read(scenario, yaml_get(root, "accept"), err);
	if (ret == 0)
		ret = expect_read(scenario, root, err);
	if (ret == 0)
		ret = event_read(scenario, yaml_get(root, "events"), err);
	if (ret == 0)
		use_own_timers(scenario, yaml_get(root, "timing"));
	return ret;
}

/* ------------------------------------------------------------ loading */

static int load_sources(struct scenario *scenario, const struct scenario_files *files,
			struct err *err)
{
	for (size_t i = 0; i < scenario->sites.count; i++) {
		struct scenario_site *site = &scenario->sites.items[i];
		struct import_sources sources = { 0 };
		int ret = import_load_below(
			site->kind, overlay_folder(scenario->arena, files->yml[i]),
			files->path[i], scenario->arena, &sources, err);

		if (ret) {
			(void)err_wrap(err, "%s:%u", site->at.file, site->at.line);
			return ret;
		}
		vec_foreach (source, &sources.list)
			vec_add(scenario->arena, &site->sources, *source);
		vec_foreach (name, &sources.not_executable)
			vec_add(scenario->arena, &site->not_executable, *name);
		if (scenario->folders.count == 1)
			site->files = arena_printf(
				scenario->arena, "%s/%s",
				overlay_folder(scenario->arena, files->yml[i]),
				files->path[i]);
	}
	return 0;
}

/*
 * charon cannot be told to do without NAT traversal: what such a device does behind a
 * NAT no rehearsal shows.
 */
static void name_nat_t(struct scenario *scenario)
{
	bool is_natted = false;

	vec_foreach (site, &scenario->sites)
		is_natted |= site->is_behind_nat;
	/* What is injected breaks it on the way, whatever the devices can. */
	if (!is_natted || scenario->injections.count)
		return;
	vec_foreach (site, &scenario->sites)
		vec_foreach (tunnel, &site->site->tunnels)
			if (!tunnel->is_disabled && tunnel->nat_t == NAT_T_OFF)
				site_unrehearsed(site->site, tunnel->name,
						 ASPECT_IKE | ASPECT_WAY,
						 tunnel->nat_t_at.file ? tunnel->nat_t_at
								       : tunnel->at,
						 "no NAT traversal behind a NAT")
					->is_only_worse = true;
}

static int import_sites(struct scenario *scenario, struct err *err)
{
	vec_foreach (site, &scenario->sites) {
		const struct import_options options = import_options_of(site->firmware);
		int ret = site_import(site->kind, site->name, site->sources.items,
				      site->sources.count, &options, &site->site, err);

		if (ret)
			return ret;
		import_give_psk(site->site, site->psk);
		import_give_modes(site->site, site->not_executable.items,
				  site->not_executable.count);
	}
	if (scenario->sites.count == 2) {
		const struct scenario_site *sites = scenario->sites.items;

		import_settle((struct site *const[2]){ sites[0].site, sites[1].site },
			      (const struct inet_addr[2]){ sites[0].wan.prefix.addr,
							   sites[1].wan.prefix.addr });
	}
	name_nat_t(scenario);
	return 0;
}

/* The folder's own name, also for "." and "..". */
static const char *folder_name(struct arena *arena, const char *path)
{
	char real[PATH_MAX];
	char *copy;

	if (!realpath(path, real))
		return "scenario";
	copy = arena_strdup(arena, real);
	if (str_ends(copy, ".yml"))
		copy = dirname(copy);
	return arena_strdup(arena, basename(copy));
}

/* Those ends that have releases are read as that one. */
static void set_firmware(struct scenario *scenario, const char *firmware)
{
	vec_foreach (site, &scenario->sites)
		if (device_of(site->kind)->releases)
			site->firmware = arena_strdup(scenario->arena, firmware);
}

static int load(struct scenario *scenario, const char *path, const char *firmware,
		struct err *err)
{
	struct scenario_files files = { 0 };
	struct overlay_tree tree = { 0 };
	int ret;

	scenario->path = arena_strdup(scenario->arena, path);
	scenario->name = folder_name(scenario->arena, path);
	ret = overlay_tree(scenario->arena, path, &tree, err);
	if (ret)
		return ret;
	scenario->sentence = tree.sentence;
	vec_foreach (folder, &tree.folders)
		vec_add(scenario->arena, &scenario->folders, *folder);
	ret = scenario_read(scenario, tree.root, &files, err);
	if (ret == 0)
		ret = load_sources(scenario, &files, err);
	for (size_t i = 0; ret == 0 && i < tree.edits.count; i++)
		ret = overlay_apply(scenario, &files, tree.edits.items[i], err);
	for (size_t i = 0; tree.edits.count && i < scenario->sites.count; i++)
		scenario->sites.items[i].files = NULL;
	if (ret == 0 && firmware && *firmware)
		set_firmware(scenario, firmware);
	if (ret == 0)
		ret = import_sites(scenario, err);
	return ret ? ret : scenario_validate(scenario, err);
}

int scenario_load(const char *path, struct scenario **ret_scenario, struct err *err)
{
	return scenario_load_as(path, NULL, ret_scenario, err);
}

int scenario_load_as(const char *path, const char *firmware,
		     struct scenario **ret_scenario, struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = scenario_new();
	int ret = load(scenario, path, firmware, err);

	if (ret == 0)
		*ret_scenario = steal(&scenario);
	return ret;
}

struct scenario *scenario_new(void)
{
	struct arena *arena = arena_new();
	struct scenario *scenario = arena_alloc(arena, sizeof(*scenario));

	arena_set_secret(arena); /* the device files hold keys */
	scenario->arena = arena;
	return scenario;
}

void scenario_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	vec_foreach (site, &scenario->sites)
		site_free(site->site);
	arena_free(scenario->arena);
}
