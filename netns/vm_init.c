// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm_init.c - run this same program in a virtual machine: inside
 *
 * Two programs are PID 1 in turn. The first boots, and is saved with its machine: it knows
 * nothing but how to wait for an archive, unpack it and execute what was in it. The second
 * is the program of today. What they and the host must agree on has a number: VM_PROTOCOL.
 */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/random.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/guest.h"
#include "netns/own_kernel.h"
#include "netns/plane.h"
#include "netns/root.h"
#include "netns/spawn.h"
#include "netns/vm.h"
#include "netns/vm_image.h"
#include "netns/vm_inside.h"
#include "netns/vm_window.h"
#include "netns/world.h"

#define VARIABLE    "TWINSITE_VM" /* boot, or run */
#define MODULES	    "/lib/modules"
#define DEVICES	    "/sys/bus/pci/devices"
#define IVSHMEM	    "0x1af4\n0x1110\n"
#define BEAT_MS	    1000
#define POLL_NS	    1000000
#define SPARE_BYTES (64u << 20)

/* Beyond what User-Mode Linux has: what makes these planes differ. */
static const char *const more_modules[] = {
	"xfrm_interface",
	"xfrm6_tunnel",
	"esp6",
	"ah6",
	"bridge",
	"dummy",
	"vrf",
	"8021q",
	"sch_tbf",
	"sch_fq_codel",
	"aesni-intel",
	"ghash-clmulni-intel",
	"nf_tables",
	"nft_compat",
	"nft_chain_nat",
	"nft_ct",
	"nft_masq",
	"nft_nat",
	"nft_redir",
	"nft_reject_inet",
	"nft_log",
	"nft_limit",
	"nft_fib_inet",
	"nft_xfrm",
	"nft_hash",
	"nft_numgen",
	"nft_tunnel",
	"nf_conntrack_netlink",
	"nfnetlink_log",
	"xt_hl",
	"xt_dscp",
	"xt_CT",
	"xt_set",
	"xt_TPROXY",
	"xt_connlimit",
	"xt_recent",
	"xt_string",
	"iptable_raw",
	"ip6table_filter",
	"ip6table_mangle",
	"ip6table_nat",
	"ip6t_REJECT",
	NULL,
};

static const char *const *const module_lists[] = { guest_modules_always,
						   guest_modules_all,
						   guest_modules_firewall, more_modules };

void vm_modules_describe(struct buf *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(module_lists); i++)
		for (const char *const *name = module_lists[i]; *name; name++)
			buf_printf(text, "%s\n", *name);
}

static const char *mode(void)
{
	const char *value = getpid() == 1 ? getenv(VARIABLE) : NULL;

	return value ? value : "";
}

static bool is_asked;

bool vm_is_possible(void)
{
	return is_asked;
}

bool vm_is_booting(void)
{
	is_asked = true;
	return str_equal(mode(), "boot");
}

bool vm_is_running(void)
{
	return str_equal(mode(), "run");
}

/*
 * On the console, which ends up in FOLDER/guest.log; then the kernel panics, whose words
 * would come between the letters of ours.
 */
static _Noreturn void end(void)
{
	(void)tcdrain(STDERR_FILENO);
	_exit(1);
}

static _Noreturn void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "guest: %s: %s\n", what, strerror(errno));
	end();
}

static _Noreturn void give_up_for(const char *what, const char *why)
{
	dprintf(STDERR_FILENO, "guest: %s: %s\n", what, why ? why : "?");
	end();
}

static void complain(const char *what)
{
	dprintf(STDERR_FILENO, "guest: %s: %s\n", what, strerror(errno));
}

/* ------------------------------------------------------------ the window */

static bool is_ivshmem(const char *device)
{
	static const char *const files[] = { "vendor", "device" };
	_cleanup_buf_ struct buf ids = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[PATH_MAX], id[16] = "";
		_cleanup_close_ int fd = -1;

		(void)snprintf(path, sizeof(path), DEVICES "/%s/%s", device, files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || read(fd, id, sizeof(id) - 1) <= 0)
			return false;
		buf_puts(&ids, id);
	}
	return str_equal(buf_text(&ids), IVSHMEM);
}

static void enable(const char *device)
{
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;

	(void)snprintf(path, sizeof(path), DEVICES "/%s/enable", device);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		complain(path);
}

static struct vm_window *map(const char *device)
{
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;
	void *window;

	(void)snprintf(path, sizeof(path), DEVICES "/%s/resource2", device);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		give_up(path);
	window = mmap(NULL, VM_WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (window == MAP_FAILED)
		give_up(path);
	return window;
}

static struct vm_window *open_window(bool is_first)
{
	DIR *dir = opendir(DEVICES);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_ivshmem(entry->d_name)) {
			struct vm_window *window;

			if (is_first)
				enable(entry->d_name);
			window = map(entry->d_name);
			closedir(dir);
			return window;
		}
	give_up("there is no memory that is shared with the host");
}

/* ------------------------------------------------------------ boot */

/*
 * The first root of a kernel cannot be changed for another (pivot_root(2)), which each
 * world and node has to do. It can be covered by itself, and then it is one like others.
 */
static void cover_root(void)
{
	if ((mkdir("/.root", 0755) && errno != EEXIST) ||
	    mount("/", "/.root", NULL, MS_BIND, NULL) || chdir("/.root") ||
	    mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		give_up("/");
	(void)rmdir("/.root");
}

static void mount_all(void)
{
	static const struct {
		const char *what, *where, *type, *data;
	} mounts[] = {
		{ "proc", "/proc", "proc", NULL },
		{ "sys", "/sys", "sysfs", NULL },
		{ "dev", "/dev", "devtmpfs", "mode=755" },
		{ "pts", "/dev/pts", "devpts", "ptmxmode=666" },
		{ "run", "/run", "tmpfs", "mode=755" },
		{ "tmp", "/tmp", "tmpfs", "mode=1777" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		(void)mkdir(mounts[i].where, 0755);
		if (mount(mounts[i].what, mounts[i].where, mounts[i].type, MS_NOSUID,
			  mounts[i].data))
			complain(mounts[i].where);
	}
	(void)mkdir("/dev/net", 0755);
}

/* What the kernel can, as any machine's is probed. */
static void tell_features(struct vm_window *window)
{
	struct plane_status status;
	struct utsname kernel;

	(void)uname(&kernel);
	(void)snprintf(window->kernel, sizeof(window->kernel), "%s", kernel.release);
	plane_probe(PLANE_NATIVE, &status);
	window->features = status.is_usable ? status.features : 0;
	(void)snprintf(window->reason, sizeof(window->reason), "%.500s", status.reason);
}

static void set_time(const struct vm_window *window)
{
	const struct timespec now = { window->wall_us / 1000000,
				      window->wall_us % 1000000 * 1000 };

	if (clock_settime(CLOCK_REALTIME, &now))
		complain("the time");
}

static void seed_random(const struct vm_window *window)
{
	_cleanup_free_ struct rand_pool_info *pool =
		calloc(1, sizeof(*pool) + VM_SEED_LENGTH);
	_cleanup_close_ int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (pool) {
		pool->entropy_count = VM_SEED_LENGTH * 8;
		pool->buf_size = VM_SEED_LENGTH;
		memcpy(pool->buf, window->seed, VM_SEED_LENGTH);
	}
	if (!pool || fd < 0 || ioctl(fd, RNDADDENTROPY, pool) || ioctl(fd, RNDRESEEDCRNG))
		complain("random numbers");
}

static void unpack(const void *bytes, size_t length)
{
	struct archive *from = archive_read_new(), *to = archive_write_disk_new();
	struct archive_entry *entry;
	int ret;

	archive_read_support_format_cpio(from);
	(void)archive_write_disk_set_options(to, ARCHIVE_EXTRACT_PERM |
							 ARCHIVE_EXTRACT_UNLINK);
	if (archive_read_open_memory(from, bytes, length))
		give_up_for("input", archive_error_string(from));
	while ((ret = archive_read_next_header(from, &entry)) == ARCHIVE_OK)
		/* What could not be made is only a warning there. */
		if (archive_read_extract2(from, entry, to) != ARCHIVE_OK)
			give_up_for(archive_entry_pathname(entry),
				    archive_error_string(from));
	if (ret != ARCHIVE_EOF)
		give_up_for("input", archive_error_string(from));
	archive_read_free(from);
	archive_write_free(to);
}

/*
 * What nobody uses any more (the archive that we were unpacked from) is zero afterwards,
 * and takes no room in what is saved nor time when it is loaded.
 */
static void clear_unused(void)
{
	struct sysinfo info;
	size_t length;
	char *bytes;

	if (sysinfo(&info) || info.freeram * info.mem_unit < 2 * SPARE_BYTES)
		return;
	length = info.freeram * info.mem_unit - SPARE_BYTES;
	bytes = mmap(NULL, length, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (bytes != MAP_FAILED)
		(void)munmap(bytes, length);
}

static void wait_for_input(const struct vm_window *window)
{
	const struct timespec moment = { .tv_nsec = POLL_NS };

	/* The host lets us stand still from here until there is some. */
	while (!__atomic_load_n(&window->has_input, __ATOMIC_ACQUIRE))
		(void)nanosleep(&moment, NULL);
}

_Noreturn void vm_boot(void)
{
	static char *const argv[] = { (char *)(uintptr_t)VM_PROGRAM, NULL };
	static char *const env[] = { (char *)(uintptr_t)("PATH=" SPAWN_PATH),
				     (char *)(uintptr_t)(VARIABLE "=run"), NULL };
	struct vm_window *window;

	umask(022);
	cover_root();
	mount_all();
	setenv("PATH", SPAWN_PATH, 1);
	for (size_t i = 0; i < ARRAY_SIZE(module_lists); i++)
		(void)guest_modules_insert(MODULES, module_lists[i]);
	own_kernel_set(complain);
	if (sethostname("twinsite", 8))
		complain("host name");
	window = open_window(true);
	tell_features(window);
	clear_unused();
	__atomic_store_n(&window->state, VM_READY, __ATOMIC_RELEASE);
	wait_for_input(window);
	set_time(window);
	seed_random(window);
	unpack((const uint8_t *)window + VM_INPUT_AT, window->input_length);
	execve(VM_PROGRAM, argv, env);
	give_up(VM_PROGRAM);
}

/* ------------------------------------------------------------ run */

struct handing {
	struct vm_window *window;
	int evidence; /* -1 until it is there */
	char evidence_name[VM_NAME_MAX + 1];
	char told_name[VM_NAME_MAX + 1]; /* what the host gave us is not handed back */
};

/* What was appended to the evidence since the last time. */
static void hand_evidence(struct handing *handing)
{
	char bytes[VM_CHUNK_MAX];
	ssize_t got;

	if (handing->evidence < 0) {
		char path[PATH_MAX];

		(void)snprintf(path, sizeof(path), VM_CHANNEL "/%s",
			       handing->evidence_name);
		handing->evidence = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	}
	while (handing->evidence >= 0 &&
	       (got = read(handing->evidence, bytes, sizeof(bytes))) > 0)
		(void)vm_window_put(handing->window, handing->evidence_name, bytes,
				    (size_t)got);
}

static void hand_file(struct handing *handing, int folder, const char *name,
		      const char *full)
{
	_cleanup_close_ int fd =
		openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char bytes[VM_CHUNK_MAX];
	struct stat status;
	ssize_t got;

	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode))
		return;
	(void)vm_window_put(handing->window, full, "", 0);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		(void)vm_window_put(handing->window, full, bytes, (size_t)got);
}

/* Everything else, from the channel and one folder below. */
/* NOLINTNEXTLINE(misc-no-recursion): one level */
static void hand_folder(struct handing *handing, int folder, const char *prefix)
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_close_ int inside = -1;
		char full[2 * NAME_MAX + 2];

		(void)snprintf(full, sizeof(full), "%s%s", prefix, entry->d_name);
		if (str_equal(entry->d_name, ".") || str_equal(entry->d_name, "..") ||
		    str_equal(full, handing->evidence_name) ||
		    str_equal(full, handing->told_name))
			continue;
		if (!*prefix)
			inside = openat(folder, entry->d_name,
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inside >= 0) {
			(void)snprintf(full, sizeof(full), "%s/", entry->d_name);
			hand_folder(handing, inside, full);
		} else {
			hand_file(handing, folder, entry->d_name, full);
		}
	}
	if (dir)
		closedir(dir);
}

struct task {
	int (*run)(const char *folder, void *arg);
	void *arg;
};

static int run_in_world(void *arg)
{
	const struct task *task = arg;

	return task->run(VM_CHANNEL, task->arg);
}

/* The lines of a file that the host wrote, see vm_inside.h. */
static char *read_views(struct handing *handing,
			struct root_view views[static ROOT_VIEWS_MAX + 1], bool *trusted)
{
	size_t length, count = 0;
	char *text, *rest, *line;

	if (file_read(VM_VIEWS, &text, &length, NULL))
		give_up(VM_VIEWS);
	(void)unlink(VM_VIEWS);
	rest = text;
	line = strsep(&rest, "\n");
	(void)snprintf(handing->told_name, sizeof(handing->told_name), "%s", line);
	line = strsep(&rest, "\n");
	(void)snprintf(handing->evidence_name, sizeof(handing->evidence_name), "%s",
		       line);
	line = strsep(&rest, "\n");
	*trusted = str_equal(line, "trusted");
	while ((line = strsep(&rest, "\n")))
		if (*line && count < ROOT_VIEWS_MAX)
			views[count++].path = line;
	return text;
}

/* Until the world has ended: its status. */
static int follow(struct handing *handing, struct world *world)
{
	_cleanup_close_ int inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd fds[] = { { .fd = world->pidfd, .events = POLLIN },
				{ .fd = inotify, .events = POLLIN } };
	int64_t beat_us = clock_now_us();
	int status = 255;
	char drop[4096];

	(void)inotify_add_watch(inotify, VM_CHANNEL, IN_MODIFY | IN_CREATE);
	while (!fds[0].revents) {
		int left_ms = clock_left_ms(beat_us + BEAT_MS * 1000);

		hand_evidence(handing);
		if (poll(fds, ARRAY_SIZE(fds), left_ms) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			(void)!read(inotify, drop, sizeof(drop));
		if (clock_left_ms(beat_us + BEAT_MS * 1000))
			continue;
		beat_us = clock_now_us();
		__atomic_add_fetch(&handing->window->beat, 1, __ATOMIC_RELEASE);
	}
	(void)world_wait(world, INT64_MAX, &status, NULL);
	return status;
}

static int start_and_follow(struct handing *handing, struct task *task)
{
	static const char *const keep[] = { VM_CHANNEL, NULL };
	struct root_view views[ROOT_VIEWS_MAX + 1] = { 0 };
	bool is_trusted;
	_cleanup_free_ char *text = read_views(handing, views, &is_trusted);
	const struct world_options options = { .keep = keep,
					       .views = views,
					       .is_trusted = is_trusted };
	struct err err = { 0 };
	struct world world;
	int status;

	if (!is_trusted && world_give(VM_CHANNEL, &err))
		give_up(err.text);
	if (world_start(&options, run_in_world, task, &world, &err))
		give_up_for("in the machine", err.text);
	status = follow(handing, &world);
	world_stop(&world);
	return status;
}

_Noreturn void vm_run(int (*run)(const char *folder, void *arg), void *arg)
{
	struct handing handing = { .window = open_window(false), .evidence = -1 };
	struct task task = { run, arg };
	int folder, status;

	umask(022);
	__atomic_store_n(&handing.window->state, VM_RUNNING, __ATOMIC_RELEASE);
	status = start_and_follow(&handing, &task);
	hand_evidence(&handing);
	folder = open(VM_CHANNEL, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0)
		hand_folder(&handing, folder, "");
	handing.window->status = (uint32_t)status;
	__atomic_store_n(&handing.window->state, VM_ENDED, __ATOMIC_RELEASE);
	/* The host ends it all. */
	for (;;)
		(void)pause();
}
