// SPDX-License-Identifier: GPL-2.0-or-later
/* init.c - the init scripts of a router's folder, run as at its boot */
#include "lab/init.h"

#include "device/scripts.h"
#include "lab/build.h"
#include "lab/script.h"

int lab_inits_run(struct lab *lab, unsigned int node, struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[node];
	int rc = plan->inits.count ? lab_tools_add(lab, node, err) : 0;

	if (rc)
		return rc;
	vec_foreach (path, &plan->inits) {
		const char *words[] = { "-c",	     lab_scripts_of(lab, node)->boot,
					"rc.common", *path,
					"boot",	     NULL };
		const struct lab_call call = { words, NULL };
		struct lab_init init = { .node = node, .file = *path + 1 };
		const char *why = lab_script_refusal(lab, node), *text;

		text = lab_source_text(lab, node, init.file);
		init.lines = device_script_lines(text);
		init.is_starter = device_script_starts(init.file, text);
		if (why)
			init.called = (struct lab_called){ LAB_SCRIPT_NOT_RUN, .why = why,
							   .errors = "" };
		else
			lab_script_call(lab, node, &call, &init.called);
		vec_add(lab->arena, &lab->inits, init);
	}
	return 0;
}

void lab_inits_written(const struct lab *lab, unsigned int node,
		       struct device_node_files *ret_files)
{
	*ret_files = (struct device_node_files){ 0 };
	for (const char *const *path = lab_scripts_of(lab, node)->written; *path;
	     path++) {
		const char *text = lab_node_text(lab, node, *path, LAB_WRITTEN_MAX);

		if (text)
			vec_add(lab->arena, ret_files,
				((struct device_node_file){ *path, text, false }));
	}
}
