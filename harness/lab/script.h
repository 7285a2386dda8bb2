/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * script.h - one of a device's own scripts, called once in its node
 *
 * By busybox' shell, with the rights and bounds of any stranger's script (SANDBOX_SCRIPT)
 * and a deadline. A script that cannot run, or not to its end, is a result and no error.
 */
#ifndef TWINSITE_LAB_SCRIPT_H
#define TWINSITE_LAB_SCRIPT_H

#include <stddef.h>

#include "device/scripts.h"
#include "lab/build.h"

struct lab_call {
	const char *const *words;	  /* what follows `ash`; NULL at the end */
	const struct device_event *event; /* NULL: none */
};

/* All texts are in the lab's arena. */
void lab_script_call(struct lab *lab, unsigned int node, const struct lab_call *call,
		     struct lab_called *ret_called);

/* What its device has for them; the node is a gateway of a device with scripts. */
const struct device_scripts *lab_scripts_of(const struct lab *lab, unsigned int node);

/* A file of the router, as it was given ("etc/init.d/ipsec"); "": there is none. */
const char *lab_source_text(const struct lab *lab, unsigned int node, const char *file);

/* Line `number` of a text, trimmed, in the arena; "": there is no such line, or 0. */
const char *lab_line_text(struct arena *arena, const char *text, unsigned int number);

/*
 * A regular file of the node, at most max bytes of it; NULL: there is none. Scripts wrote
 * it: it may be anything, of any size, a link, or gone.
 */
const char *lab_node_text(const struct lab *lab, unsigned int node, const char *path,
			  size_t max);

/* The programs that scripts of that node find besides those of its plan. */
int lab_tools_add(struct lab *lab, unsigned int node, struct err *err);

/*
 * Why no script of that node is run (any more); NULL: they are. One that hangs would hang
 * each time, and take the deadline of the whole build or change.
 */
const char *lab_script_refusal(const struct lab *lab, unsigned int node);

#endif
