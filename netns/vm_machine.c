// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm_machine.c - a virtual machine that has booted and waits for its work, in the cache
 *
 * The state is written under another name and given its own when it is whole; then comes
 * the list, which names its length and checksum. So a list without its state, or with an
 * older one, is noticed, and whatever is wrong with them, they are made again.
 */
#include "netns/vm_machine.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/str.h"
#include "netns/guest.h"
#include "netns/root.h"
#include "netns/vm.h"
#include "netns/vm_cache.h"
#include "netns/vm_image.h"
#include "netns/vm_inside.h"
#include "netns/vm_window.h"
#include "netns/world.h"

#define MEMORY_MIB  768
#define CPUS	    2
#define BOOT_S	    120 /* of wall clock; 4 s here, 9 with a virtual clock */
#define KVM_BOOT_S  8	/* 1 s where it works */
#define WORDS_S	    60
#define ROOM_NEEDED (400u << 20)
#define LIST_MAX    (4u << 20)
#define TICK_MS	    20
#define CONSOLE_MAX (1u << 20)
/*
 * no_timer_check: a busy host gives an emulated kernel no ten ticks while it looks for its
 * timer, and it panics. The last line: what wakes an idle kernel each half second, and
 * nobody asks for; by a virtual clock that is most of what an idle hour costs.
 */
#define COMMAND_LINE                                                   \
	"quiet panic=-1 rdinit=" VM_PROGRAM " TWINSITE_VM=boot "       \
	"random.trust_cpu=off tsc=reliable no_timer_check nowatchdog " \
	"lsm=landlock mitigations=off rcupdate.rcu_expedited=1 "       \
	"psi=0 cgroup_disable=memory transparent_hugepage=never"

/* ------------------------------------------------------------ KVM */

/* In the cache: since which boot of the host it is known that no guest boots. */
#define REFUTED "kvm-boots-nothing"

static void read_boot_id(char id[64])
{
	_cleanup_fclose_ FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || !fgets(id, 64, file))
		id[0] = '\0';
}

static bool is_kvm_refuted(void)
{
	_cleanup_free_ char *known = NULL;
	char path[PATH_MAX], id[64];
	size_t length;

	read_boot_id(id);
	return !vm_cache_path(REFUTED, path, sizeof(path), NULL) &&
	       !file_read(path, &known, &length, NULL) && str_equal(known, id);
}

static void refute_kvm(void)
{
	char path[PATH_MAX], id[64];

	read_boot_id(id);
	if (!vm_cache_path(REFUTED, path, sizeof(path), NULL))
		(void)file_write_secret(path, id, strlen(id), NULL);
}

/* ------------------------------------------------------------ which one */

int vm_machine_find(bool is_virtual, struct vm_machine *ret_machine, struct err *err)
{
	_cleanup_free_ char *program = qemu_find();
	struct vm_machine machine = {
		.image = -1, .initrd = -1, .state = -1, .is_virtual = is_virtual
	};
	int ret;

	if (!vm_is_possible())
		return err_set(err, ENOTSUP, "this program cannot be a guest's init");
	if (!program)
		return err_set(err, ENOTSUP, "there is no qemu (package %s)",
			       qemu_package());
	if (snprintf(machine.program, sizeof(machine.program), "%s", program) >=
	    (int)sizeof(machine.program))
		return err_set(err, ENAMETOOLONG, "%s", program);
	ret = vm_kernel_find(&machine.kernel, err);
	if (ret)
		return ret;
	machine.has_kvm = !is_virtual && !is_kvm_refuted() && vm_may_have_kvm();
	*ret_machine = machine;
	return 0;
}

static void describe_file(const char *path, struct buf *text)
{
	struct stat status = { 0 };

	(void)stat(path, &status);
	buf_printf(text, "%s %lld %lld.%09ld\n", path, (long long)status.st_size,
		   (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

/* Everything that a machine of this name belongs to, in few digits. */
static void key_of(const struct vm_machine *machine, char key[33])
{
	_cleanup_buf_ struct buf text = { 0 };
	unsigned char digest[SHA256_DIGEST_LENGTH];

	buf_printf(&text, "%d %d %d %d %d %s\n", VM_PROTOCOL, machine->has_kvm,
		   machine->is_virtual, MEMORY_MIB, CPUS, COMMAND_LINE);
	describe_file(machine->program, &text);
	describe_file(machine->kernel.image, &text);
	describe_file(machine->kernel.modules, &text);
	vm_image_describe(&text);
	vm_modules_describe(&text);
	(void)SHA256((const unsigned char *)text.data, text.length, digest);
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(key + 2 * i, 3, "%02x", digest[i]);
}

static int path_of(const struct vm_machine *machine, const char *ending,
		   char path[PATH_MAX], struct err *err)
{
	char key[33], name[64];

	key_of(machine, key);
	(void)snprintf(name, sizeof(name), "machine-%s.%s", key, ending);
	return vm_cache_path(name, path, PATH_MAX, err);
}

/* ------------------------------------------------------------ files in memory */

int vm_memory_file(const char *name, uint64_t bytes, struct err *err)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)bytes) || fchmod(fd, 0666)) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return err_sys(err, error, "memory for %s", name);
	}
	return fd;
}

static int copy_to_memory(const char *path, struct err *err)
{
	_cleanup_close_ int from = open(path, O_RDONLY | O_CLOEXEC), to = -1;
	struct stat status;
	off_t done = 0;

	if (from < 0 || fstat(from, &status))
		return err_sys(err, errno, "%s", path);
	to = vm_memory_file("kernel", 0, err);
	while (to >= 0 && done < status.st_size)
		if (sendfile(to, from, &done, (size_t)(status.st_size - done)) <= 0)
			return err_sys(err, errno ? errno : EIO, "%s", path);
	return steal_fd(&to);
}

struct qemu_options vm_machine_qemu(const struct vm_machine *machine, int window,
				    int console)
{
	return (struct qemu_options){
		.program = machine->program,
		.has_kvm = machine->has_kvm,
		.is_virtual = machine->is_virtual,
		.cpus = machine->is_virtual ? 1 : CPUS,
		.memory_mib = MEMORY_MIB,
		.append = COMMAND_LINE,
		.kernel = machine->image,
		.initrd = machine->initrd,
		.window = window,
		.console = console,
	};
}

/* ------------------------------------------------------------ making one */

struct making {
	const struct vm_machine *machine;
	struct vm_window *window;
	int window_fd, state, console;
	int64_t deadline_us;
	struct err
		*err; /* shared with the parent: what failed, until then what it is at */
};

/* If it hangs there, the parent says so. */
static void is_at(const struct making *making, const char *what)
{
	(void)snprintf(making->err->text, sizeof(making->err->text), "%s", what);
}

static int wait_ready(struct making *making, struct qemu *qemu)
{
	while (__atomic_load_n(&making->window->state, __ATOMIC_ACQUIRE) != VM_READY) {
		const struct timespec moment = { .tv_nsec = TICK_MS * 1000000 };

		/* There is nobody who would wake us: the guest only writes to memory. */
		(void)nanosleep(&moment, NULL);
		if (waitpid(qemu->pid, NULL, WNOHANG)) {
			qemu->pid = 0;
			return err_set(making->err, EIO, "qemu ended");
		}
		if (!clock_left_ms(making->deadline_us))
			return err_set(making->err, ETIMEDOUT,
				       "its kernel was not ready in time");
	}
	return 0;
}

/* In the world: boot, and save what has booted. */
static int make_in_world(void *arg)
{
	struct making *making = arg;
	struct qemu_options options =
		vm_machine_qemu(making->machine, making->window_fd, making->console);
	struct qemu qemu;
	int ret;

	is_at(making, "qemu starts");
	ret = qemu_start(&options, &qemu, making->deadline_us, making->err);
	if (ret)
		return 1;
	is_at(making, "its kernel boots");
	ret = qemu_continue(&qemu, making->deadline_us, making->err);
	if (!ret)
		ret = wait_ready(making, &qemu);
	if (!ret)
		ret = qemu_pause(&qemu, making->deadline_us, making->err);
	/* A kernel that cannot do it is of no use to anybody. */
	if (!ret && !*making->window->reason) {
		is_at(making, "its memory is saved");
		ret = qemu_save(&qemu, making->state, making->deadline_us, making->err);
	}
	if (!ret)
		is_at(making, "qemu ends");
	qemu_stop(&qemu);
	return ret != 0;
}

/* Add what the guest said last to the sentence. */
static void add_last_words(int console, struct err *err)
{
	struct err before = *err;
	_cleanup_free_ char *text = calloc(1, CONSOLE_MAX + 1);
	char words[200];
	ssize_t length = text ? pread(console, text, CONSOLE_MAX, 0) : 0;

	if (length <= 0)
		return;
	guest_words_of(text, (size_t)length, words, sizeof(words));
	(void)err_set(err, -before.code, "%.300s; its last words: %s", before.text,
		      words);
}

struct world_options vm_machine_world(const struct vm_machine *machine)
{
	static const struct root_view devices[] = {
		{ .path = "/dev/kvm", .is_writable = true, .is_device = true }, { 0 }
	};

	/* Who may open /dev/kvm is who we are, not nobody. */
	return (struct world_options){ .hostname = "twinsite-vm",
				       .is_trusted = machine->has_kvm,
				       .views = machine->has_kvm ? devices : NULL };
}

/* Until the world has ended: its status; -EINTR when somebody wants it to end. */
static int wait_for(struct world *world, int interrupt, int64_t deadline_us,
		    int *ret_status, struct err *err)
{
	struct pollfd fds[] = { { .fd = world->pidfd, .events = POLLIN },
				{ .fd = interrupt > 0 ? interrupt : -1,
				  .events = POLLIN } };

	while (!fds[0].revents && clock_left_ms(deadline_us)) {
		if (poll(fds, ARRAY_SIZE(fds), clock_left_ms(deadline_us)) < 0)
			continue;
		if (fds[1].revents && !fds[0].revents)
			return err_set(err, EINTR, "interrupted");
	}
	return world_wait(world, deadline_us, ret_status, err);
}

static int make_in_memory(struct vm_machine *machine, int state, int interrupt,
			  char reason[512], struct err *err)
{
	_cleanup_close_ int window_fd = vm_memory_file("window", VM_WINDOW_BYTES, err);
	_cleanup_close_ int console = vm_memory_file("console", 0, err);
	struct err *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t seconds = machine->has_kvm ? KVM_BOOT_S : BOOT_S;
	struct making making = { .machine = machine,
				 .window_fd = window_fd,
				 .state = state,
				 .console = console,
				 .deadline_us = clock_now_us() + seconds * 1000000,
				 .err = shared };
	struct world_options options = vm_machine_world(machine);
	struct world world;
	int ret, status = 1;

	if (window_fd < 0 || console < 0 || shared == MAP_FAILED)
		return err_sys(err, ENOMEM, "a virtual machine");
	making.window = mmap(NULL, VM_WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			     window_fd, 0);
	if (making.window == MAP_FAILED)
		return err_sys(err, errno, "a virtual machine");
	ret = world_start(&options, make_in_world, &making, &world, err);
	if (!ret) {
		ret = wait_for(&world, interrupt,
			       making.deadline_us + (int64_t)WORDS_S * 1000000, &status,
			       err);
		if (ret == -ETIMEDOUT)
			(void)err_set(err, ETIMEDOUT,
				      "a virtual machine took too long: %.200s",
				      *shared->text ? shared->text : "its world is made");
		world_stop(&world);
	}
	if (!ret && status) {
		*err = *shared;
		ret = err->code ? err->code : err_set(err, EIO, "qemu could not be run");
		add_last_words(console, err);
	}
	machine->features = making.window->features;
	(void)snprintf(reason, 512, "%.*s", 511, making.window->reason);
	munmap(making.window, VM_WINDOW_BYTES);
	munmap(shared, sizeof(*shared));
	return ret;
}

/* CRC-32 of the whole file. */
static int sum(int fd, uint64_t bytes, uint32_t *ret_checksum)
{
	void *data = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);

	if (data == MAP_FAILED)
		return -errno;
	*ret_checksum = (uint32_t)crc32_z(0, data, bytes);
	munmap(data, bytes);
	return 0;
}

static int check_room(const char *folder, struct err *err)
{
	struct statvfs disk;

	if (!statvfs(folder, &disk) &&
	    (uint64_t)disk.f_bavail * disk.f_frsize < ROOM_NEEDED)
		return err_set(err, ENOTSUP,
			       "%s: %llu MB are free, a saved machine needs 400 "
			       "(XDG_CACHE_HOME says where; `twinsite doctor --clean`)",
			       folder,
			       (unsigned long long)disk.f_bavail * disk.f_frsize >> 20);
	return 0;
}

static int write_list(const struct vm_machine *machine, const struct buf *list,
		      struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char path[PATH_MAX], fresh[PATH_MAX + 8];
	int ret = path_of(machine, "list", path, err);

	if (ret)
		return ret;
	buf_printf(&text, "twinsite-machine %llu %u %u\n",
		   (unsigned long long)machine->bytes, machine->checksum,
		   machine->features);
	buf_add(&text, list->data, list->length);
	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	ret = file_write_secret(fresh, buf_text(&text), text.length, err);
	if (!ret && rename(fresh, path))
		ret = err_sys(err, errno, "%s", path);
	return ret;
}

/* Everything but the names of what is made. */
static int make_state(struct vm_machine *machine, const char *path, int interrupt,
		      struct buf *list, struct err *err)
{
	char reason[512] = "";
	struct stat status = { 0 };
	int ret;

	machine->state =
		open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (machine->state < 0)
		return err_sys(err, errno, "%s", path);
	machine->initrd = vm_memory_file("image", 0, err);
	if (machine->initrd < 0)
		return machine->initrd;
	ret = vm_image_write(&machine->kernel, machine->initrd, list, err);
	if (!ret)
		ret = make_in_memory(machine, machine->state, interrupt, reason, err);
	if (!ret && *reason)
		ret = err_set(err, ENOTSUP, "the kernel %s: %s", machine->kernel.version,
			      reason);
	if (!ret && (fsync(machine->state) || fstat(machine->state, &status)))
		ret = err_sys(err, errno, "%s", path);
	if (ret)
		return ret;
	machine->bytes = (uint64_t)status.st_size;
	(void)lseek(machine->state, 0, SEEK_SET); /* qemu loads from where it stands */
	ret = sum(machine->state, machine->bytes, &machine->checksum);
	return ret ? err_sys(err, -ret, "%s", path) : 0;
}

static int make(struct vm_machine *machine, int interrupt, struct err *err)
{
	_cleanup_buf_ struct buf list = { 0 };
	char folder[PATH_MAX], fresh[PATH_MAX], path[PATH_MAX];
	int ret = vm_cache_path("", folder, sizeof(folder), err);

	if (!ret) {
		(void)vm_cache_clean(VM_CACHE_MACHINES_MAX - 1, NULL);
		ret = check_room(folder, err);
	}
	if (!ret)
		ret = path_of(machine, "state.new", fresh, err);
	if (!ret)
		ret = path_of(machine, "state", path, err);
	if (ret)
		return ret;
	ret = make_state(machine, fresh, interrupt, &list, err);
	if (!ret && rename(fresh, path))
		ret = err_sys(err, errno, "%s", path);
	if (!ret)
		ret = write_list(machine, &list, err);
	if (ret)
		(void)unlink(fresh);
	return ret;
}

/* ------------------------------------------------------------ opening one */

/* The list of a machine that is current, or NULL; what it says of the state. */
static char *read_list(struct vm_machine *machine)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX], *line_end;
	unsigned long long bytes;
	size_t length;

	if (path_of(machine, "list", path, NULL) ||
	    file_read_up_to(path, LIST_MAX, &text, &length, NULL))
		return NULL;
	line_end = strchr(text, '\n');
	/* NOLINTNEXTLINE(cert-err34-c): our own file, and what does not fit is not it */
	if (!line_end || sscanf(text, "twinsite-machine %llu %u %u", &bytes,
				&machine->checksum, &machine->features) != 3)
		return NULL;
	machine->bytes = bytes;
	return vm_image_is_current(line_end + 1) ? steal(&text) : NULL;
}

static bool open_saved(struct vm_machine *machine)
{
	_cleanup_free_ char *list = read_list(machine);
	char path[PATH_MAX];
	struct stat status;

	if (!list || path_of(machine, "state", path, NULL))
		return false;
	machine->state = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (machine->state < 0)
		return false;
	if (fstat(machine->state, &status) || status.st_uid != geteuid() ||
	    (uint64_t)status.st_size != machine->bytes) {
		close(steal_fd(&machine->state));
		return false;
	}
	/* It was used now: the others go first. */
	if (!path_of(machine, "list", path, NULL))
		(void)utimensat(AT_FDCWD, path, NULL, 0);
	return true;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(steal_fd(fd));
}

static int open_or_make(struct vm_machine *machine, bool is_fresh,
			const struct vm_options *options, struct err *err)
{
	_cleanup_close_ int lock = -1;
	char text[512];

	if (!is_fresh && open_saved(machine))
		return 0;
	lock = vm_cache_lock(err);
	if (lock < 0)
		return lock;
	if (!is_fresh && open_saved(machine)) /* somebody else made it meanwhile */
		return 0;
	(void)snprintf(
		text, sizeof(text),
		"a virtual machine with the kernel %s boots and is saved: once, some "
		"seconds, 250 MB in the cache",
		machine->kernel.version);
	if (options && options->on_note)
		options->on_note(options->user, text);
	return make(machine, options ? options->interrupt : 0, err);
}

int vm_machine_open(struct vm_machine *machine, bool is_fresh,
		    const struct vm_options *options, struct err *err)
{
	int ret;

	machine->image = copy_to_memory(machine->kernel.image, err);
	if (machine->image < 0)
		return machine->image;
	ret = open_or_make(machine, is_fresh, options, err);
	if (ret && machine->has_kvm && (ret == -ETIMEDOUT || ret == -EIO)) {
		refute_kvm();
		machine->has_kvm = false; /* without it then */
		close_fd(&machine->state);
		close_fd(&machine->initrd);
		ret = open_or_make(machine, is_fresh, options, err);
	}
	if (machine->initrd < 0 && !ret)
		/* What it booted from is in its memory; qemu wants to be given some. */
		machine->initrd = vm_memory_file("image", 4096, err);
	return ret ? ret : machine->initrd < 0 ? machine->initrd : 0;
}

void vm_machine_close(struct vm_machine *machine)
{
	close_fd(&machine->image);
	close_fd(&machine->initrd);
	close_fd(&machine->state);
}

unsigned int vm_machine_features(const struct vm_machine *machine)
{
	struct vm_machine copy = *machine;
	_cleanup_free_ char *list = read_list(&copy);

	return list ? copy.features : 0;
}

bool vm_machine_proves_kvm(void)
{
	struct vm_machine machine = { 0 };
	struct err err = { 0 };
	int ret;

	if (vm_machine_find(false, &machine, NULL) || !machine.has_kvm)
		return false;
	if (vm_machine_features(&machine))
		return true;
	machine.image = copy_to_memory(machine.kernel.image, &err);
	if (machine.image < 0)
		return false;
	ret = open_or_make(&machine, false, NULL, &err);
	if (ret == -ETIMEDOUT || ret == -EIO)
		refute_kvm();
	vm_machine_close(&machine);
	return !ret;
}

bool vm_machine_is_sound(const struct vm_machine *machine)
{
	uint32_t checksum = 0;

	return !sum(machine->state, machine->bytes, &checksum) &&
	       checksum == machine->checksum;
}
