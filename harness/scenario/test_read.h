/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_read.h - a scenario of two sites, read from text, for tests of its other words */
#ifndef TWINSITE_SCENARIO_TEST_READ_H
#define TWINSITE_SCENARIO_TEST_READ_H

#include <string.h>

#include "base/cleanup.h"
#include "scenario/read.h"

#define TEST_READ_BASE                           \
	"sites:\n"                               \
	"  home:\n"                              \
	"    device: openwrt\n"                  \
	"    files: home\n"                      \
	"    hosts: { laptop: 192.168.2.100 }\n" \
	"  acme:\n"                              \
	"    device: screenos\n"                 \
	"    files: acme/firewall.screenos\n"    \
	"    hosts: { hobbit: 10.1.2.42 }\n"     \
	"internet:\n"                            \
	"  hosts: { public: 198.51.100.80 }\n"   \
	"expect:\n"                              \
	"  - tunnel: up\n"

/* That and at most so many bytes of `more` behind it. */
static int test_read(const char *more, size_t cut, struct scenario **ret_scenario,
		     struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = scenario_new();
	struct scenario_files files = { 0 };
	struct yaml_node *root = NULL;
	char text[2048] = TEST_READ_BASE;
	const size_t room = sizeof(text) - sizeof(TEST_READ_BASE);
	int ret;

	(void)strncat(text, more, cut < room ? cut : room);
	ret = yaml_parse(scenario->arena, "t.yml", text, strlen(text), &root, err);
	if (!ret)
		ret = scenario_read(scenario, root, &files, err);
	if (!ret)
		*ret_scenario = steal(&scenario);
	return ret;
}

#endif
