// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan.c - swanctl.conf, ipsec.conf and ipsec.secrets, strongswan.conf */
#include "import/strongswan.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/strongswan_conn.h"
#include "import/strongswan_settings.h"
#include "import/surroundings.h"
#include "import/sysctl.h"
#include "import/text.h"

static const struct origin strongswan = { .source = "strongSwan default" };

enum file_kind {
	FILE_SETTINGS,
	FILE_IPSEC_CONF,
	FILE_IPSEC_SECRETS,
	FILE_SYSCTL,
	FILE_INTERFACES, /* of Debian: not read */
};

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

static enum file_kind file_kind_of(const char *name, const char *text)
{
	if (sysctl_is(name))
		return FILE_SYSCTL;
	if (str_ends(name, "network/interfaces"))
		return FILE_INTERFACES;
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
	struct settings_node root;
};

struct file {
	const char *name, *text;
	enum file_kind kind;
};

static void import_conn(void *user, const struct strongswan_conn *conn)
{
	struct importer *importer = user;

	if (importer->site->tunnels.count < STRONGSWAN_CONNS_MAX)
		strongswan_conn_import(importer->site, conn, &importer->secrets);
	else if (importer->site->tunnels.count == STRONGSWAN_CONNS_MAX)
		site_remark(importer->site, REMARK_IGNORED, conn->at,
			    "only the first %d connections are read",
			    STRONGSWAN_CONNS_MAX);
}

static void add_surroundings(struct site *site)
{
	const struct selector *selector;

	site->firewall = FIREWALL_OPEN;
	site->is_ike_open = true;
	if (!site->install_routes.is_set)
		site->install_routes = (struct flag){ true, true, strongswan };
	selector = surroundings_lan_add(site);
	if (selector)
		site_remark(site, REMARK_ASSUMED, selector->local_at,
			    "these files do not say the LAN: it is taken to be %s",
			    inet_prefix_text(&selector->local).s);
	surroundings_wan_add(site, strongswan);
}

/* "/etc/swanctl/x.conf", with wildcards: is the file meant, wherever it was found? */
static bool includes(const char *pattern, const char *name)
{
	const char *base = strrchr(pattern, '/'), *own = strrchr(name, '/');
	size_t folder = 0;

	base = base ? base + 1 : pattern;
	own = own ? own + 1 : name;
	if (fnmatch(base, own, 0))
		return false;
	/* The folder it is in, where both say one. */
	while (base - pattern > (ptrdiff_t)folder + 1 &&
	       own - name > (ptrdiff_t)folder + 1) {
		char a = base[-2 - (ptrdiff_t)folder], b = own[-2 - (ptrdiff_t)folder];

		if (a == '/' || b == '/')
			return a == b;
		if (a != b)
			return false;
		folder++;
	}
	return true;
}

static void check_include(struct site *site, const struct text *include,
			  const struct file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (files[i].name != include->at.file &&
		    includes(include->s, files[i].name))
			return;
	site_remark(site, REMARK_IGNORED, include->at,
		    "include '%.80s': no such file is among these, give it as well",
		    include->s);
}

/* Files of conf.d that no swanctl.conf includes are not loaded; alone they are. */
static bool is_loaded(const struct importer *importer, const struct file *file,
		      const struct file *files, size_t count)
{
	bool has_main = false;

	if (!strstr(file->name, "conf.d/"))
		return true;
	for (size_t i = 0; i < count; i++)
		has_main |= str_ends(files[i].name, "swanctl.conf");
	vec_foreach (include, &importer->root.includes)
		if (includes(include->s, file->name))
			return true;
	if (has_main)
		site_remark(importer->site, REMARK_IGNORED,
			    (struct origin){ .file = file->name },
			    "is not loaded: swanctl.conf does not include it");
	return !has_main;
}

static void read_settings(struct importer *importer, const struct file *file)
{
	settings_parse(importer->site, file->name, file->text, strlen(file->text),
		       &importer->root);
}

static void read_files(struct importer *importer, const struct file *files, size_t count)
{
	const struct strongswan_taker taker = { importer, import_conn };
	struct site *site = importer->site;
	bool has_secrets = false;

	for (size_t i = 0; i < count; i++) {
		has_secrets |= files[i].kind == FILE_IPSEC_SECRETS;
		if (files[i].kind == FILE_SETTINGS && !strstr(files[i].name, "conf.d/"))
			read_settings(importer, &files[i]);
		else if (files[i].kind == FILE_IPSEC_SECRETS)
			strongswan_ipsec_secrets_read(site, files[i].name, files[i].text,
						      &importer->secrets);
	}
	for (size_t i = 0; i < count; i++)
		if (files[i].kind == FILE_SETTINGS && strstr(files[i].name, "conf.d/") &&
		    is_loaded(importer, &files[i], files, count))
			read_settings(importer, &files[i]);
	vec_foreach (include, &importer->root.includes)
		check_include(site, include, files, count);
	for (size_t i = 0; i < count; i++)
		if (files[i].kind == FILE_SYSCTL)
			sysctl_read(site, files[i].name, files[i].text);
	strongswan_swanctl_read(site, &importer->root, &importer->secrets, &taker);
	importer->secrets.is_elsewhere = !has_secrets && !importer->secrets.list.count;
	for (size_t i = 0; i < count; i++)
		if (files[i].kind == FILE_IPSEC_CONF)
			strongswan_ipsec_conf_read(site, files[i].name, files[i].text,
						   &taker);
}

void strongswan_import_tunnels(struct site *site, const struct import_source *sources,
			       size_t count)
{
	struct importer importer = { .site = site, .root.name = "" };
	struct file *files = arena_alloc(site->arena, (count + 1) * sizeof(*files));

	for (size_t i = 0; i < count; i++) {
		_cleanup_buf_ struct buf text = { 0 };

		import_text_normalise(sources[i].bytes, sources[i].length, &text);
		files[i].name = arena_strdup(site->arena, sources[i].name);
		files[i].text = arena_strdup(site->arena, buf_text(&text));
		files[i].kind = file_kind_of(files[i].name, files[i].text);
	}
	read_files(&importer, files, count);
}

int strongswan_import(struct site *site, const struct import_source *sources,
		      size_t count, const struct import_options *options, struct err *err)
{
	(void)options;
	strongswan_import_tunnels(site, sources, count);
	if (!site->tunnels.count)
		return err_set(err, EINVAL,
			       "%s: no connection in it: neither swanctl.conf's "
			       "'connections { … }' nor ipsec.conf's 'conn'",
			       count ? sources[0].name : "strongswan");
	add_surroundings(site);
	return 0;
}
