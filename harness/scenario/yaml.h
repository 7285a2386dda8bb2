/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * yaml.h - YAML as a small tree of our own, each value with its file and line
 *
 * libfyaml reads the text; what leaves this file is plain data in an arena, so that
 * the rest of the scenario module has no library objects to free and overlays are a
 * merge of two trees. Aliases, keys that are no words, and more than one document
 * are refused: a scenario needs none of them.
 */
#ifndef TWINSITE_SCENARIO_YAML_H
#define TWINSITE_SCENARIO_YAML_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/inet.h"
#include "model/site.h"

struct err;

#define YAML_SIZE_MAX  (256u << 10) /* bytes of one file */
#define YAML_ITEMS_MAX 1024	    /* of one sequence or mapping */
#define YAML_DEPTH_MAX 16

enum yaml_kind {
	YAML_SCALAR,
	YAML_SEQUENCE,
	YAML_MAPPING,
};

struct yaml_node {
	enum yaml_kind kind;
	const char *key;  /* its name in a mapping, else NULL */
	const char *text; /* of a scalar; "" for null */
	VEC(struct yaml_node *) items;
	struct origin at; /* of the key if there is one: that is the line people see */
};

/*
 * Parse one document. file is how sentences and origins name it (borrowed for as long
 * as the arena lives). -EINVAL with "file:line: …". An empty document is an empty
 * mapping.
 */
int yaml_parse(struct arena *arena, const char *file, const char *text, size_t length,
	       struct yaml_node **ret_root, struct err *err);

/*
 * The base with an overlay laid over it: mappings are merged key by key, anything else
 * is replaced. Both trees stay as they are; the result shares their parts.
 */
struct yaml_node *yaml_merge(struct arena *arena, struct yaml_node *base,
			     struct yaml_node *overlay);

/* The member of a mapping, or NULL (also when node is no mapping or NULL). */
struct yaml_node *yaml_get(const struct yaml_node *node, const char *key);

/* A copy of the mapping without one key. */
struct yaml_node *yaml_without(struct arena *arena, const struct yaml_node *node,
			       const char *key);

/*
 * Set the sentence "file:line: …" and give -EINVAL. Macros, so that compilers and
 * analyzers see that the value is never 0.
 */
#define yaml_error(node, err, ...) (yaml_error_set((node), (err), __VA_ARGS__), -EINVAL)
void yaml_error_set(const struct yaml_node *node, struct err *err, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/* "unknown WHAT 'word', did you mean 'x'?" or the list of what there is. */
#define yaml_unknown(node, what, word, words, err) \
	(yaml_unknown_set((node), (what), (word), (words), (err)), -EINVAL)
void yaml_unknown_set(const struct yaml_node *node, const char *what, const char *word,
		      const char *const *words, struct err *err);

/* Is the node of that kind? Sentence: "'sites' must be a mapping". */
int yaml_want(const struct yaml_node *node, enum yaml_kind kind, struct err *err);

/* A mapping with these keys only (NULL-terminated); else "did you mean". */
int yaml_want_keys(const struct yaml_node *node, const char *const *keys,
		   struct err *err);

/*
 * Typed members of a mapping: when the key is absent nothing is written and 0 is
 * returned. Sentences quote the value and say what would have been right.
 */
int yaml_get_text(const struct yaml_node *map, const char *key, const char **ret_text,
		  struct err *err);
int yaml_get_flag(const struct yaml_node *map, const char *key, bool *ret_flag,
		  struct err *err);
int yaml_get_number(const struct yaml_node *map, const char *key, int64_t min,
		    int64_t max, unsigned int *ret_number, struct err *err);
int yaml_get_addr(const struct yaml_node *map, const char *key,
		  struct inet_addr *ret_addr, struct err *err);
int yaml_get_prefix(const struct yaml_node *map, const char *key,
		    struct inet_prefix *ret_prefix, struct err *err);
/* "20ms", "0.5s", "2 min"; a bare number is seconds. At most an hour. */
int yaml_get_seconds(const struct yaml_node *map, const char *key, double *ret_seconds,
		     struct err *err);
/* "45s", "5m", "48h", "7d", whole seconds; a bare number is seconds. 1 s … 31 days. */
int yaml_get_duration(const struct yaml_node *map, const char *key,
		      unsigned int *ret_seconds, struct err *err);
int yaml_get_percent(const struct yaml_node *map, const char *key, double *ret_percent,
		     struct err *err);

#endif
