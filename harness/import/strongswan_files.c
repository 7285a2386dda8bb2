// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_files.c - which of the files an `include` means */
#include "import/strongswan_files.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"

/*
 * What packages include from the start. Debian's .inc files belong to maintainer scripts
 * of strongSwan 4; OpenWrt's /var/ipsec and /var/swanctl are what its init scripts make of
 * /etc/config/ipsec; the rest are folders that come empty, or with defaults.
 */
static const char *const stock[] = {
	"/var/lib/strongswan/ipsec.conf.inc",
	"/var/lib/strongswan/ipsec.secrets.inc",
	"/var/ipsec/ipsec.conf",
	"/var/ipsec/ipsec.secrets",
	"/var/ipsec/strongswan.conf",
	"/var/swanctl/swanctl.conf",
	"conf.d/*.conf",
	"/etc/swanctl/conf.d/*.conf",
	"strongswan.d/*.conf",
	"/etc/strongswan.d/*.conf",
	"strongswan.d/charon/*.conf",
	"/etc/strongswan.d/charon/*.conf",
};

static bool is_stock(const char *pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(stock); i++)
		if (str_equal(stock[i], pattern))
			return true;
	return false;
}

/* "/etc/swanctl/x.conf", with wildcards: is the file meant, wherever it was found? */
static bool is_meant(const char *pattern, const char *name)
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

/* False: there are too many, or they go in circles. */
static bool may_read(struct site *site, struct strongswan_files *files, struct origin at)
{
	if (files->depth < STRONGSWAN_INCLUDE_DEPTH &&
	    files->includes < STRONGSWAN_INCLUDES_MAX)
		return true;
	if (files->includes++ <= STRONGSWAN_INCLUDES_MAX)
		site_part_missing(site, at, "include, in a file that is included itself");
	return false;
}

static void remark_missing(struct site *site, const char *pattern, struct origin at,
			   unsigned int aspects)
{
	const char *word = arena_printf(site->arena,
					"include %.80s, no such file is among these: "
					"give it as well, or an empty one",
					pattern);

	if (aspects)
		site_unrehearsed(site, NULL, aspects, at, word);
	else
		site_part_missing(site, at, word);
}

void strongswan_include(struct site *site, struct strongswan_files *files,
			const char *pattern, struct origin at, unsigned int aspects,
			strongswan_include_read *read, void *user)
{
	bool is_found = false;

	for (size_t i = 0; i < files->count; i++) {
		struct strongswan_file *file = &files->items[i];

		if (file->name == at.file || !is_meant(pattern, file->name))
			continue;
		is_found = true;
		if (!may_read(site, files, at))
			return;
		files->depth++;
		files->includes++;
		file->is_read = true;
		read(user, file);
		files->depth--;
	}
	if (is_found)
		return;
	if (is_stock(pattern))
		site_remark(site, REMARK_IGNORED, at,
			    "include '%s': no such file is among these; it is taken for "
			    "empty, as the package has it",
			    pattern);
	else if (files->includes++ < STRONGSWAN_INCLUDES_MAX)
		remark_missing(site, pattern, at, aspects);
}

static void read_one(struct strongswan_file *file, strongswan_include_read *read,
		     void *user)
{
	file->is_read = true;
	read(user, file);
}

void strongswan_files_read(struct site *site, struct strongswan_files *files,
			   enum strongswan_file_kind kind, const char *main,
			   strongswan_include_read *read, void *user)
{
	bool has_main = false;

	for (size_t i = 0; i < files->count; i++)
		if (files->items[i].kind == kind &&
		    str_ends(files->items[i].name, main)) {
			has_main = true;
			read_one(&files->items[i], read, user);
		}
	for (size_t i = 0; i < files->count; i++) {
		struct strongswan_file *file = &files->items[i];

		if (file->kind != kind || file->is_read)
			continue;
		if (has_main)
			remark_says(site_remark(site, REMARK_IGNORED,
						(struct origin){ .file = file->name },
						"is not loaded: %s does not include it",
						main),
				    kind == FILE_IPSEC_CONF ? SAYS_NOT_LOADED
							    : SAYS_OTHER,
				    MEND_INCLUDE, file->name);
		else
			read_one(file, read, user);
	}
}
