/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uci.h - OpenWrt's configuration files (UCI)
 *
 * The grammar of libuci's file.c (openwrt/uci, devices.md 1.1): lines of words,
 * `package`, `config`, `option`, `list` (or their first letters), quotes that span
 * lines, `;` between statements, `#` comments also inside unquoted words.
 *
 * libuci has two manners. Strict (the uci command, fw3): one bad line and the whole
 * package is refused. Tolerant (init scripts, by `uci -S -n export`): bad lines are
 * skipped without a word. Both are needed: the difference is a finding.
 *
 * In the tree a package is a block of sections, a section a block of options. A section's
 * value is its type; its name is as written, or "@type[n]" as `uci show` says. An option
 * that was unset has no value. The place of each is that of the last statement that set it.
 *
 * The output of `uci show` is read, too, unless the file is called etc/config/….
 */
#ifndef TWINSITE_IMPORT_UCI_H
#define TWINSITE_IMPORT_UCI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/map.h"
#include "text/tree.h"

/* A statement that libuci would not accept. */
struct uci_fault {
	const char *package; /* NULL: before any */
	const char *text;    /* "invalid command '...'" */
	/* The strict reader refuses it, but the tolerant one takes it all the same. */
	bool is_strict_only;
	bool is_no_command; /* its first word is none of UCI's */
	struct origin at;
};

struct uci {
	struct arena *arena;	      /* borrowed; all strings and parts live there */
	struct map names;	      /* packages, their sections, their options */
	struct tree_node root;	      /* its children are the packages */
	VEC(struct uci_fault) faults; /* empty: the strict reader accepts it, too */
	size_t more_faults; /* beyond SITE_REMARKS_MAX, as these become remarks */
};

/*
 * Read one file as the tolerant reader does; every bad statement is noted in faults.
 * package: the file is /etc/config/PACKAGE, and `package` lines mean nothing, as on
 * the device; NULL: an export of many packages, `package` lines part them. Never
 * fails, whatever the bytes are. Nothing is borrowed after the call.
 */
void uci_read(struct uci *uci, const char *package, const char *file, const char *bytes,
	      size_t length);

/* NULL when there is none. */
struct tree_node *uci_package_find(const struct uci *uci, const char *name);

/* By name; type NULL: of any type. */
struct tree_node *uci_section_find(const struct uci *uci, const struct tree_node *package,
				   const char *type, const char *name);

/* NULL when it is not set. Marks the option as used. */
struct tree_node *uci_option_find(const struct uci *uci, const struct tree_node *section,
				  const char *name);

/*
 * The text of an option as config_get gives it (a list: its items joined by blanks),
 * or NULL when it is not set. In uci->arena. Marks the option as used.
 */
const char *uci_get(const struct uci *uci, const struct tree_node *section,
		    const char *name);

/* 1: 1, on, true, yes, enabled; 0: 0, off, false, no, disabled; else -1. */
int uci_bool_parse(const char *text);

const char *uci_type(const struct tree_node *section); /* "interface" */
bool uci_is_anonymous(const struct tree_node *section);

#endif
