// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest_modules.c - the modules of a guest kernel, by need
 *
 * The kernel cannot load one itself: there is no /lib/modules, and a modprobe would cost
 * 50 ms each of the dozen times that it asks. One module costs 4 ms, and a scenario needs
 * a third of what there is. So who is about to use something says so here before.
 */
#include <errno.h>
#include <libkmod.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/guest.h"
#include "netns/guest_channel.h"

#define NEEDED_MAX 192 /* different names; more are loaded again, to no effect */
#define WORD_MAX   64
#define CAPITALS   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

const char *const guest_modules_always[] = {
	"veth",
	"af_packet",
	/*
	 * ESP, and all that its templates ask for: the kernel says "no such algorithm" for
	 * a missing part. echainiv wants a random number generator; this one starts at
	 * once. AES, SHA-1 and SHA-256 are built in.
	 */
	"esp4",
	"xfrm_user",
	"authenc",
	"ecb", /* from Linux 6.7 on, cbc is made of ecb(aes) */
	"cbc",
	"hmac",
	"echainiv",
	"ansi_cprng",
	NULL,
};

const char *const guest_modules_all[] = {
	/* Interfaces, and what makes them worse. */
	"tun",
	"ip_vti",
	"sch_netem",
	"ah4",
	"ipcomp",
	"xfrm4_tunnel",
	"deflate",
	"authencesn",
	"ctr",
	"seqiv",
	"gcm",
	"ccm",
	"ghash-generic",
	"des_generic",
	"md5",
	"sha512_generic",
	"xcbc",
	"cmac",
	"chacha20poly1305",
	"chacha_generic",
	"poly1305_generic",
	"camellia_generic",
	NULL,
};

/* As OpenWrt's fw3 and people's scripts use it. */
const char *const guest_modules_firewall[] = {
	"iptable_filter", "iptable_nat",   "iptable_mangle",
	"xt_policy",	  "xt_MASQUERADE", "xt_conntrack",
	"xt_comment",	  "xt_tcpudp",	   "xt_multiport",
	"xt_mark",	  "xt_nat",	   "xt_TCPMSS",
	"xt_limit",	  "xt_REDIRECT",   "ipt_REJECT",
	"xt_esp",	  "xt_addrtype",   "xt_state",
	"xt_NETMAP",	  "xt_LOG",	   "xt_mac",
	"xt_iprange",	  "xt_u32",	   "xt_length",
	"xt_statistic",	  "xt_connmark",   NULL,
};

/* In any process of a guest: the kernel says on its command line that we booted it. */
static bool is_guest(void)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_fclose_ FILE *file = fopen("/proc/cmdline", "re");
	size_t room = 0;

	return file && getline(&line, &room, file) > 0 &&
	       strstr(line, GUEST_VARIABLE "=");
}

/* For the modules of FOLDER/RELEASE; NULL: no memory. */
static struct kmod_ctx *kmod_open(const char *modules)
{
	static const char *const no_config[] = { NULL };
	struct utsname kernel;
	char folder[PATH_MAX];
	struct kmod_ctx *kmod;

	uname(&kernel);
	(void)snprintf(folder, sizeof(folder), "%s/%s", modules, kernel.release);
	kmod = kmod_new(folder, no_config);
	if (kmod) {
		kmod_set_log_priority(kmod, 0);
		kmod_load_resources(kmod);
	}
	return kmod;
}

/* A module by its name or by another that the kernel would ask for: "ipt_SNAT". */
static int insert(struct kmod_ctx *kmod, const char *name)
{
	struct kmod_list *list = NULL, *item;
	int ret = kmod ? kmod_module_new_from_lookup(kmod, name, &list) : -ENOMEM;

	if (!ret && !list)
		ret = -ENOENT;
	kmod_list_foreach(item, list)
	{
		struct kmod_module *module = kmod_module_get_module(item);
		/*
		 * No KMOD_PROBE_IGNORE_LOADED: it would read and offer every dependency
		 * again (17 ms for x_tables alone).
		 */
		int error = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL,
							    NULL);

		if (error)
			ret = error < 0 ? error : -EIO;
		kmod_module_unref(module);
	}
	kmod_module_unref_list(list);
	return ret;
}

int guest_modules_insert(const char *folder, const char *const *names)
{
	struct kmod_ctx *kmod = kmod_open(folder);
	int ret = 0;

	for (; names && *names; names++) {
		int error = insert(kmod, *names);

		if (error)
			ret = error;
	}
	kmod_unref(kmod);
	return ret;
}

/* -------------------------------------------------- by need */

/* Of the process: the indices are read once. */
static struct {
	pthread_mutex_t mutex;
	bool is_known, is_guest;
	struct kmod_ctx *kmod;
	char *names[NEEDED_MAX];
	size_t count;
} loaded = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static bool is_loaded(const char *name)
{
	for (size_t i = 0; i < loaded.count; i++)
		if (str_equal(loaded.names[i], name))
			return true;
	return false;
}

int guest_load_module(const char *name)
{
	int ret = 0;

	pthread_mutex_lock(&loaded.mutex);
	if (!loaded.is_known)
		loaded.is_guest = is_guest();
	loaded.is_known = true;
	if (!loaded.is_guest) {
		ret = -EOPNOTSUPP;
	} else if (!is_loaded(name)) {
		if (!loaded.kmod)
			loaded.kmod = kmod_open(GUEST_MODULES);
		ret = insert(loaded.kmod, name);
		/* One that is not there now will not be there later. */
		if (loaded.count < NEEDED_MAX)
			loaded.names[loaded.count++] = strdup(name);
	}
	pthread_mutex_unlock(&loaded.mutex);
	return ret;
}

void guest_load_modules(const char *const *names)
{
	for (; names && *names; names++)
		if (guest_load_module(*names) == -EOPNOTSUPP)
			return;
}

void guest_load_firewall(void)
{
	guest_load_modules(guest_modules_firewall);
}

/* The next word of a rule; false: no more. */
static bool next_word(const char **text, char word[static WORD_MAX])
{
	size_t length;

	*text += strspn(*text, " \t");
	length = strcspn(*text, " \t\n");
	(void)snprintf(word, WORD_MAX, "%.*s", (int)length, *text);
	*text += length;
	return length > 0;
}

static void load_for_word(const char *option, const char *word)
{
	static const char *const options[] = { "-m",	 "--match", "-j",
					       "--jump", "-p",	    "--protocol" };
	char name[WORD_MAX + 8];

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		/* Targets are in capitals, chains hardly ever. */
		if (!str_equal(option, options[i]) ||
		    (i / 2 == 1 && strspn(word, CAPITALS) < strlen(word)))
			continue;
		(void)snprintf(name, sizeof(name), "ipt_%s", word);
		(void)guest_load_module(name);
		/* iptables makes the one of the other. */
		if (str_equal(word, "state"))
			(void)guest_load_module("ipt_conntrack");
	}
}

/* "-A FORWARD -m comment … -j ACCEPT" */
static void load_for_rule(const char *rule)
{
	char option[WORD_MAX] = "", word[WORD_MAX];

	while (next_word(&rule, word)) {
		load_for_word(option, word);
		(void)snprintf(option, sizeof(option), "%s", word);
	}
}

void guest_load_for_rules(const char *rules)
{
	if (guest_load_module("ip_tables") == -EOPNOTSUPP)
		return;
	while (*rules) {
		char name[WORD_MAX + 16];
		size_t length = strcspn(rules, "\n");

		if (*rules == '*') {
			(void)snprintf(name, sizeof(name), "iptable_%.*s",
				       (int)(length < WORD_MAX ? length : WORD_MAX) - 1,
				       rules + 1);
			(void)guest_load_module(name);
		} else if (*rules == '-') {
			load_for_rule(rules);
		}
		rules += length + (rules[length] == '\n');
	}
}
