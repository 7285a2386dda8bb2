// SPDX-License-Identifier: GPL-2.0-or-later
/* import.c - which importer reads which device */
#include "import/import.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "import/fritzbox.h"
#include "import/junos.h"
#include "import/openwrt.h"
#include "import/screenos.h"
#include "import/strongswan.h"

/* One row per device that can be read. */
static const struct {
	enum device_kind kind;
	import_function *import;
} importers[] = {
	{ DEVICE_OPENWRT, openwrt_import },
	{ DEVICE_FRITZBOX, fritzbox_import },
	{ DEVICE_STRONGSWAN, strongswan_import },
	{ DEVICE_SCREENOS, screenos_import },
	{ DEVICE_JUNOS, junos_import },
	{ .import = NULL }, /* end */
};

static import_function *importer_of(enum device_kind kind)
{
	for (size_t i = 0; importers[i].import; i++) {
		if (importers[i].kind == kind)
			return importers[i].import;
	}
	return NULL;
}

int site_import(enum device_kind kind, const char *site_name,
		const struct import_source *sources, size_t count,
		const struct import_options *options, struct site **ret_site,
		struct err *err)
{
	static const struct import_options documented = { .reading = READING_DOCUMENTED };
	import_function *import = importer_of(kind);
	_cleanup_(site_freep) struct site *site = NULL;
	int r;

	if (!import)
		return err_set(err, ENOTSUP, "%s: there is no importer for %s", site_name,
			       device_kind_name(kind));
	if (!count)
		return err_set(err, EINVAL, "%s: no file to import", site_name);
	site = site_new(site_name, kind);
	r = import(site, sources, count, options ? options : &documented, err);
	if (r) {
		(void)err_wrap(err, "%s", site_name);
		return r;
	}
	*ret_site = steal(&site);
	return 0;
}
