// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_pcap_two.c - twinsite pcap --left A --right B: two captures of one tunnel */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "capture/file.h"
#include "cmd.h"
#include "report/pcap_transit.h"

static int read_side(const char *path, struct transit_side *side,
		     struct session_set **ret_set, struct err *err)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	int status;

	*ret_set = session_set_new(NULL, NULL);
	transit_watch(side, *ret_set);
	status = cmd_read_capture(path, *ret_set, &file, err);
	(*ret_set)->on_packet = NULL;
	if (!status && *capture_file_end_text(file))
		(void)fprintf(stderr, "twinsite: %s: it ends early: %s\n", path,
			      capture_file_end_text(file));
	return status;
}

static void free_sides(struct transit_side **sides)
{
	for (int i = 0; *sides && i < 2; i++)
		transit_side_done(&(*sides)[i]);
	free(*sides);
}

int cmd_pcap_two(const char *left, const char *right, bool is_json,
		 enum exit_status *ret_exit, struct err *err)
{
	__attribute__((cleanup(free_sides))) struct transit_side *sides =
		calloc(2, sizeof(*sides));
	_cleanup_(session_set_freep) struct session_set *left_set = NULL;
	_cleanup_(session_set_freep) struct session_set *right_set = NULL;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf out = { 0 };
	struct transit transit = { .arena = arena };
	struct transit_report report = { .names = { left, right }, .transit = &transit };
	int status;

	if (!sides)
		return err_sys(err, ENOMEM, "two captures");
	status = read_side(left, &sides[0], &left_set, err);
	if (!status)
		status = read_side(right, &sides[1], &right_set, err);
	if (status)
		return status;
	report.sides[0] = &sides[0];
	report.sides[1] = &sides[1];
	transit_compare(&sides[0], &sides[1], &transit);
	if (is_json)
		transit_json(&report, &out);
	else
		transit_text(&report, &out);
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
	*ret_exit = !transit_is_told(&transit)	   ? EXIT_NOTHING_RAN
		    : transit_has_losses(&transit) ? EXIT_UNEXPECTED
						   : EXIT_OK;
	return 0;
}
