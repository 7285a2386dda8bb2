// SPDX-License-Identifier: GPL-2.0-or-later
/* channel_test.c - what is taken from a world that may have been taken over */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "run/channel.h"

struct place {
	char report[64];
	char channel[PATH_MAX];
};

static const char *in(const struct place *place, bool is_channel, const char *name)
{
	static char path[PATH_MAX + 64];

	(void)snprintf(path, sizeof(path), "%s/%s",
		       is_channel ? place->channel : place->report, name);
	return path;
}

static void put(const struct place *place, const char *name, const char *text)
{
	assert_int_equal(file_write(in(place, true, name), text, strlen(text), NULL), 0);
}

static void place_open(struct place *place)
{
	struct err err = { 0 };

	strcpy(place->report, "/tmp/twinsite-channel-XXXXXX");
	assert_non_null(mkdtemp(place->report));
	assert_int_equal(channel_make(place->report, place->channel, &err), 0);
}

static void place_close(const struct place *place)
{
	static const char *const names[] = { "evidence.jsonl", "home.charon.log",
					     "wireshark/esp_sa", "secret" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		(void)unlink(in(place, false, names[i]));
	(void)rmdir(in(place, false, "wireshark"));
	assert_int_equal(rmdir(place->report), 0);
}

static bool is_taken(const struct place *place, const char *name)
{
	return access(in(place, false, name), F_OK) == 0;
}

static void what_a_run_writes_is_taken_and_the_channel_is_gone(void **state)
{
	struct place place;
	struct err err = { 0 };
	struct stat status;

	(void)state;
	place_open(&place);
	put(&place, "evidence.jsonl", "{}\n");
	assert_int_equal(chmod(in(&place, true, "evidence.jsonl"), 04777), 0);
	put(&place, "home.charon.log", "log\n");
	put(&place, "run.json", "of no use\n");
	assert_int_equal(mkdir(in(&place, true, "wireshark"), 0755), 0);
	put(&place, "wireshark/esp_sa", "keys\n");
	assert_int_equal(channel_collect(place.report, &err), 0);
	assert_true(is_taken(&place, "evidence.jsonl"));
	assert_true(is_taken(&place, "home.charon.log"));
	assert_true(is_taken(&place, "wireshark/esp_sa"));
	assert_false(is_taken(&place, "run.json"));
	assert_false(is_taken(&place, CHANNEL_FOLDER));
	assert_int_equal(stat(in(&place, false, "evidence.jsonl"), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644); /* no program of anybody's */
	assert_int_equal(status.st_uid, geteuid());
	place_close(&place);
}

/* Plant something under a name that a run uses: it is not taken, and said. */
static void refuses(int (*plant)(const char *at, const char *secret), const char *name)
{
	struct place place;
	struct err err = { 0 };
	char at[PATH_MAX + 64];

	place_open(&place);
	assert_int_equal(file_write(in(&place, false, "secret"), "s", 1, NULL), 0);
	put(&place, "evidence.jsonl", "{}\n");
	(void)snprintf(at, sizeof(at), "%s", in(&place, true, name));
	assert_int_equal(plant(at, in(&place, false, "secret")), 0);
	assert_int_equal(channel_collect(place.report, &err), -EBADMSG);
	assert_non_null(strstr(err.text, name));
	assert_false(is_taken(&place, name));
	assert_true(is_taken(&place, "evidence.jsonl")); /* nothing recorded is lost */
	assert_false(is_taken(&place, CHANNEL_FOLDER));
	place_close(&place);
}

static int plant_link(const char *at, const char *secret)
{
	return symlink(secret, at);
}

static int plant_hard_link(const char *at, const char *secret)
{
	return link(secret, at);
}

static int plant_fifo(const char *at, const char *secret)
{
	(void)secret;
	return mkfifo(at, 0666);
}

static int plant_folder(const char *at, const char *secret)
{
	(void)secret;
	return mkdir(at, 0700);
}

static int plant_large(const char *at, const char *secret)
{
	(void)secret;
	return file_write(at, "x", 1, NULL) || truncate(at, INT64_C(1) << 33);
}

static int plant_file(const char *at, const char *secret)
{
	(void)secret;
	return file_write(at, "x", 1, NULL);
}

static void links_fifos_and_what_is_too_large_stay_behind(void **state)
{
	(void)state;
	refuses(plant_link, "home.charon.log");
	refuses(plant_hard_link, "home.charon.log");
	refuses(plant_fifo, "home.charon.log");
	refuses(plant_folder, "home.charon.log");
	refuses(plant_large, "home.charon.log");
}

static void a_name_that_no_run_writes_is_refused(void **state)
{
	(void)state;
	refuses(plant_file, "index.html");
	refuses(plant_file, "result.json");
	refuses(plant_file, ".bashrc");
	assert_true(channel_is_expected("dnsmasq-home.log"));
	assert_true(channel_is_expected("wireshark/esp_sa"));
	assert_false(channel_is_expected("other/esp_sa"));
	assert_false(channel_is_expected("wireshark/../evidence.jsonl"));
	assert_false(channel_is_expected("evil.sh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_run_writes_is_taken_and_the_channel_is_gone),
		cmocka_unit_test(links_fifos_and_what_is_too_large_stay_behind),
		cmocka_unit_test(a_name_that_no_run_writes_is_refused),
	};

	return cmocka_run_group_tests_name("run/channel", tests, NULL, NULL);
}
