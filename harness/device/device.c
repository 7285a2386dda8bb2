// SPDX-License-Identifier: GPL-2.0-or-later
/* device.c - the rows of all devices */
#include "device/device.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

/* A kind without a row does not link. */
#define DEVICE(enumerator, row) extern const struct device device_##row;
#include "device/devices.def"
#undef DEVICE

static const struct device *const rows[DEVICE_KINDS] = {
#define DEVICE(enumerator, row) [DEVICE_##enumerator] = &device_##row,
#include "device/devices.def"
#undef DEVICE
};

const struct device *device_of(enum device_kind kind)
{
	assert((size_t)kind < DEVICE_KINDS);
	return rows[kind];
}

const char *const *device_names(void)
{
	static const char *names[DEVICE_KINDS + 1];

	for (size_t i = 0; i < DEVICE_KINDS; i++)
		names[i] = rows[i]->name;
	return names;
}

int device_parse(const char *word, enum device_kind *ret_kind)
{
	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		if (!str_equal_nocase(word, rows[i]->name))
			continue;
		*ret_kind = (enum device_kind)i;
		return 0;
	}
	return -EINVAL;
}

int device_take(const char *value, enum device_kind *ret_kind, struct err *err)
{
	_cleanup_buf_ struct buf names = { 0 };

	if (!device_parse(value, ret_kind))
		return 0;
	for (size_t i = 0; i < DEVICE_KINDS; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", rows[i]->name);
	return err_set(err, EINVAL, "--device: '%.60s' is none of %s", value,
		       buf_text(&names));
}

const enum device_kind device_pairs[DEVICE_PAIRS][2] = {
	{ DEVICE_STRONGSWAN, DEVICE_STRONGSWAN }, { DEVICE_OPENWRT, DEVICE_SCREENOS },
	{ DEVICE_OPENWRT, DEVICE_FRITZBOX },	  { DEVICE_OPENWRT, DEVICE_JUNOS },
	{ DEVICE_STRONGSWAN, DEVICE_JUNOS },	  { DEVICE_STRONGSWAN, DEVICE_SCREENOS },
	{ DEVICE_OPENWRT, DEVICE_STRONGSWAN },	  { DEVICE_OPENWRT, DEVICE_OPENWRT },
	{ DEVICE_STRONGSWAN, DEVICE_FRITZBOX },	  { DEVICE_SCREENOS, DEVICE_JUNOS },
};
