// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_doctor.c - twinsite doctor: what this machine can do, and what is missing for the
 * rest */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd.h"
#include "netns/plane.h"
#include "netns/spawn.h"
#include "run/trial.h"

#define PLUGINS "/usr/lib/ipsec/plugins/libstrongswan-"

/* Something of the file system that a rehearsal uses. */
struct part {
	const char *path; /* a program's name, or a path */
	const char *package;
	const char *use;
	bool is_needed; /* nothing runs without it */
};

/* clang-format off */
static const struct part parts[] = {
	{ "/usr/lib/ipsec/charon", "strongswan-charon", "both ends of the tunnel", true },
	{ PLUGINS "vici.so", "strongswan-swanctl", "how we speak with charon", true },
	{ PLUGINS "openssl.so", "libstrongswan-standard-plugins",
	  "charon's ciphers and groups, also the old ones", true },
	{ PLUGINS "chapoly.so", "libstrongswan-extra-plugins",
	  "ChaCha20-Poly1305, curve25519", false },
	{ PLUGINS "kernel-libipsec.so", "libcharon-extra-plugins", "the plane libipsec",
	  false },
	{ "dnsmasq", "dnsmasq-base", "name services", true },
	{ "iptables-nft-restore", "iptables", "firewalls on the host kernel", true },
	{ "iptables-legacy-restore", "iptables", "firewalls in the guest kernel", true },
	{ "busybox", "busybox", "the shell of a router's own scripts", false },
	{ "linux.uml", "user-mode-linux", "the plane uml", false },
#if defined(__aarch64__)
	{ "qemu-system-aarch64", "qemu-system-arm", "the plane vm", false },
#else
	{ "qemu-system-x86_64", "qemu-system-x86", "the plane vm", false },
#endif
};
/* clang-format on */

static bool has_part(const struct part *part)
{
	_cleanup_free_ char *path = NULL;

	if (part->path[0] == '/')
		return access(part->path, F_OK) == 0;
	path = process_find(part->path);
	return path != NULL;
}

/* Returns how many needed parts are missing. */
static int print_parts(void)
{
	int missing = 0;

	(void)puts("\nprograms");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct part *part = &parts[i];
		const char *name = strrchr(part->path, '/');

		name = name ? name + 1 : part->path;
		if (has_part(part)) {
			(void)printf("  ok       %-34s %s\n", name, part->use);
			continue;
		}
		(void)printf("  missing  %-34s %s: apt-get install %s\n", name, part->use,
			     part->package);
		missing += part->is_needed;
	}
	return missing;
}

static void print_bits(unsigned int bits, const char *first, const char *next)
{
	for (unsigned int bit = 1; bit & PLANE_ALL_FEATURES; bit <<= 1) {
		if (!(bits & bit))
			continue;
		(void)printf("%s%s", first, plane_feature_name(bit));
		first = next;
	}
}

/* Bring one SA up on it, and say how that went. */
static bool print_trial(const struct plane_status *status)
{
	const char *name = plane_name(status->plane);
	int64_t start_us = clock_now_us();
	struct err err = { 0 };
	int r = trial_run(status->plane, cmd_signal_pipe(), &err);
	double seconds = (double)(clock_now_us() - start_us) / 1e6;

	if (cmd_signal()) /* then it is not the plane's fault */
		return false;
	if (r) {
		(void)printf("  %-8s %-10s broke after %.1f s: %s\n", "no", name, seconds,
			     err.text);
		return false;
	}
	(void)printf("  %-8s %-10s one SA up and used in %.1f s; ", "ok", name, seconds);
	print_bits(status->features, "", ", ");
	print_bits(~status->features, "; no ", ", no ");
	(void)putchar('\n');
	return true;
}

struct planes {
	unsigned int usable; /* they say */
	unsigned int broken; /* of those */
};

static struct planes print_planes(void)
{
	struct planes planes = { 0 };
	const char *automatic = NULL;
	bool has_native = false;

	(void)puts("planes");
	for (unsigned int plane = 0; plane < PLANE_COUNT && !cmd_signal(); plane++) {
		struct plane_status status = { 0 };
		const char *name = plane_name((enum plane)plane);

		(void)fflush(stdout); /* the next takes a second */
		plane_probe((enum plane)plane, &status);
		if (!status.is_usable) {
			(void)printf("  %-8s %-10s %s\n", "no", name, status.reason);
			continue;
		}
		planes.usable++;
		if (!print_trial(&status))
			planes.broken++;
		else if (!automatic || (status.has_kvm && !has_native))
			automatic = name; /* as plane_choose() */
		has_native |= plane == PLANE_NATIVE;
	}
	if (automatic)
		(void)printf("  auto takes %s unless a scenario needs more\n", automatic);
	return planes;
}

/* The first line of a small file of /proc, without line feed; "" when there is none. */
static void read_line(const char *path, char *ret_line, size_t size)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");

	ret_line[0] = '\0';
	if (file && fgets(ret_line, (int)size, file))
		ret_line[strcspn(ret_line, "\n")] = '\0';
}

struct switch_row {
	const char *path;
	const char *wrong; /* the value that stands in the way */
	const char *text, *help;
};

static const struct switch_row switches[] = {
	{ "/proc/sys/user/max_user_namespaces", "0", "user namespaces",
	  "sysctl user.max_user_namespaces=15000" },
	{ "/proc/sys/kernel/unprivileged_userns_clone", "0",
	  "user namespaces for everybody", "sysctl kernel.unprivileged_userns_clone=1" },
	{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
	  "user namespaces under AppArmor",
	  "install the profile twinsite.apparmor (harness/packaging, or "
	  "share/doc/twinsite), or sysctl "
	  "kernel.apparmor_restrict_unprivileged_userns=0" },
	{ "/proc/sys/kernel/yama/ptrace_scope", "3", "tracing of own processes (uml)",
	  "kernel.yama.ptrace_scope is 3, which only a reboot takes back" },
};

static void print_machine(void)
{
	struct utsname name;
	char line[128];

	(void)puts("\nmachine");
	if (uname(&name) == 0)
		(void)printf("  kernel   %s %s, %s\n", name.sysname, name.release,
			     geteuid() ? "an ordinary user" : "root");
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		const struct switch_row *row = &switches[i];

		read_line(row->path, line, sizeof(line));
		if (str_equal(line, row->wrong))
			(void)printf("  no       %s: %s\n", row->text, row->help);
	}
	if (access("/dev/net/tun", R_OK | W_OK))
		(void)printf("  no       /dev/net/tun (%s): modprobe tun, CONFIG_TUN; "
			     "for the plane libipsec\n",
			     strerror(errno));
}

#define MEGABYTE	  (1u << 20)
#define DISK_NEEDED	  50u /* MB, for the captures of a run */
#define UML_MEMORY_NEEDED 512 /* MB, what the guest may grow to */

/* MB of memory that a new process can have, 0 when the kernel does not say. */
static long read_available_mb(void)
{
	static const char key[] = "MemAvailable:";
	_cleanup_fclose_ FILE *file = fopen("/proc/meminfo", "re");
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (str_starts(line, key))
			return strtol(line + sizeof(key) - 1, NULL, 10) / 1024;
	return 0;
}

static void print_room(void)
{
	struct statvfs disk;
	long available = read_available_mb();

	if (available)
		(void)printf("  %-8s %ld MB of memory free%s\n",
			     available < UML_MEMORY_NEEDED ? "low" : "ok", available,
			     available < UML_MEMORY_NEEDED
				     ? "; the guest kernel may need 512"
				     : "");
	if (statvfs(".", &disk) == 0) {
		unsigned long long free_mb =
			(unsigned long long)disk.f_bavail * disk.f_frsize / MEGABYTE;

		(void)printf("  %-8s %llu MB free here for reports\n",
			     free_mb < DISK_NEEDED ? "low" : "ok", free_mb);
	}
}

struct doctor_command {
	const char *has;
	bool is_cleaning;
};

static const struct option_row doctor_rows[] = {
	{ .name = "has",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct doctor_command, has),
	  .argument = "PLANE[/FEATURE]",
	  .help = "only one answer, for scripts: is that plane usable, and has it (or any "
		  "plane) that feature (libipsec/netem, native/kernel-ESP, any/kernel-ESP)?" },
	{ .name = "clean",
	  OPTION_AT(struct doctor_command, is_cleaning),
	  .excludes = "has",
	  .help = "remove the virtual machines that are saved in the cache "
		  "(XDG_CACHE_HOME); the next run on the plane vm makes one again" },
	{ 0 },
};

const struct command_line cmd_doctor_line = {
	.name = "doctor",
	.summary = "what this machine can do, and what is missing",
	.usage = "[--has PLANE[/FEATURE] | --clean]",
	.about =
		"Says which planes this machine can use, which programs are there, and what "
		"is missing for the rest. On each plane it brings up one SA, which takes a "
		"second or two.",
	.options = doctor_rows,
	.examples = "twinsite doctor\tcan this machine rehearse, and how true to life?",
	.statuses = "0 this machine can rehearse; with --has: it is there\n"
		    "2 the call is not right\n"
		    "75 something is missing; with --has: that is",
};

int cmd_doctor(int argc, char **argv)
{
	struct doctor_command command = { 0 };
	struct operands operands;
	struct err err = { 0 };
	struct planes planes;
	int missing;

	if (options_parse(&cmd_doctor_line, argc, argv, &command, &operands, &err))
		return cmd_fail(&err);
	out_wrap();
	if (command.has)
		return doctor_has(command.has);
	if (command.is_cleaning)
		return doctor_clean();
	cmd_signals_catch();
	planes = print_planes();
	if (cmd_signal()) {
		(void)fprintf(
			stderr,
			"twinsite: interrupted by SIG%s: nothing is known of this machine\n",
			sigabbrev_np(cmd_signal()));
		return EXIT_SIGNAL + cmd_signal();
	}
	missing = print_parts();
	print_machine();
	print_room();
	doctor_print_vm();
	if (planes.usable > planes.broken && !missing) {
		(void)puts("\nThis machine can rehearse: twinsite run acme");
		return EXIT_OK;
	}
	(void)printf("\nThis machine cannot rehearse yet: %s\n",
		     missing	     ? "install what is missing (as root: .ci/packages, "
				       "installed: share/twinsite/packages)"
		     : planes.usable ? "each plane that it should have broke, see above"
				     : "no plane is usable, see above");
	return missing || !planes.usable ? EXIT_MISSING : EXIT_BROKE;
}
