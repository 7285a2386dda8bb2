/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * read.h - the parts of loading a scenario, for scenario/ only
 *
 *	overlay_tree()		scenario.yml and its bases → one tree, edits in order
 *	scenario_read()		the tree → struct scenario, without device files (pure)
 *	overlay_apply()		edits → the texts of device files (pure)
 *	scenario_validate()	what can only be judged with the imported sites (pure)
 */
#ifndef TWINSITE_SCENARIO_READ_H
#define TWINSITE_SCENARIO_READ_H

#include "scenario/scenario.h"
#include "scenario/yaml.h"

#define OVERLAY_DEPTH_MAX 8

struct err;

/* Empty, with an arena that wipes itself. Never NULL. */
struct scenario *scenario_new(void);

/* A scenario.yml with its bases, as one tree. */
struct overlay_tree {
	struct yaml_node *root;	       /* merged, without `base` and `edit` */
	VEC(struct yaml_node *) edits; /* the base's first */
	const char *sentence;	       /* of the outermost scenario.yml */
	VEC(const char *) folders;     /* of it and of its bases; "": where we are */
};

/* path is a folder or a scenario.yml. -ENOENT when there is none. */
int overlay_tree(struct arena *arena, const char *path, struct overlay_tree *ret_tree,
		 struct err *err);

/* The folder that a file stands in, "" for the one we are in. */
const char *overlay_folder(struct arena *arena, const char *file);

/* What the two sites' `files:` say, and in which scenario.yml (paths are below it). */
struct scenario_files {
	const char *path[2];
	const char *yml[2];
};

/* Names, hosts, expectations, faults; no device files yet. */
int scenario_read(struct scenario *scenario, const struct yaml_node *root,
		  struct scenario_files *ret_files, struct err *err);

/*
 * Understand one item of `edit:`, apply it to the sites' sources and remember it in
 * scenario->edits.
 */
int overlay_apply(struct scenario *scenario, const struct scenario_files *files,
		  const struct yaml_node *edit, struct err *err);

/* `expect`, `fault` and `needs`; hosts and sites are known by now. */
int expect_read(struct scenario *scenario, const struct yaml_node *root, struct err *err);

/* `accept`. */
int accept_read(struct scenario *scenario, const struct yaml_node *node, struct err *err);

/* `inject`; hosts and sites are known by now. */
int inject_read(struct scenario *scenario, const struct yaml_node *node, struct err *err);

/* `events`; the expectations are known by now. */
int event_read(struct scenario *scenario, const struct yaml_node *node, struct err *err);

/* Every host's name, then NULL; for "did you mean". Room for SCENARIO_HOSTS_MAX. */
#define SCENARIO_HOSTS_MAX 256
void scenario_host_names(const struct scenario *scenario,
			 const char *ret_names[static SCENARIO_HOSTS_MAX + 1]);

int scenario_validate(struct scenario *scenario, struct err *err);

#endif
