// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm.c - run this same program in a virtual machine: the host's side
 *
 * Theory of operation. Input is gathered before there is a machine. A world is started, in
 * which one process has qemu as its child; qemu loads the saved state and stands still. We
 * check meanwhile that the state is what was saved, and only then is the guest given its
 * input and let go. From there on that process moves what the guest writes to the shared
 * memory into the folder, of which it has a descriptor and qemu has none.
 */
#include "netns/vm.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/guest.h"
#include "netns/guest_channel.h"
#include "netns/plane.h"
#include "netns/root.h"
#include "netns/vm_archive.h"
#include "netns/vm_image.h"
#include "netns/vm_inside.h"
#include "netns/vm_machine.h"
#include "netns/vm_seed.h"
#include "netns/vm_window.h"
#include "netns/world.h"

#define LOAD_S	60 /* 0.4 s here */
#define TICK_MS 10
#define STIR_MS 100    /* of processor time */
#define BUSY_MS 120000 /* likewise, without a beat: it hangs */

int vm_probe(struct vm_status *ret_status, struct err *err)
{
	struct vm_machine machine;
	int ret = vm_machine_find(false, &machine, err);

	if (ret)
		return ret == -EINVAL || ret == -ENOENT ? err_mark(err, ERR_INPUT) : ret;
	*ret_status = (struct vm_status){ .has_kvm = machine.has_kvm };
	(void)snprintf(ret_status->kernel, sizeof(ret_status->kernel), "%s",
		       machine.kernel.version);
	(void)snprintf(ret_status->qemu, sizeof(ret_status->qemu), "%.255s",
		       machine.program);
	ret_status->features = vm_machine_features(&machine);
	ret_status->has_booted = ret_status->features != 0;
	if (!ret_status->has_booted)
		ret_status->features = vm_kernel_offers(&machine.kernel);
	return 0;
}

bool vm_has_kvm(void)
{
	return vm_machine_proves_kvm();
}

/* ------------------------------------------------------------ input */

struct input {
	void *bytes; /* VM_INPUT_MAX of them, of which length are used */
	size_t length;
};

static int put_channel(struct archive *archive, const struct vm_options *options,
		       struct err *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	int ret = vm_archive_put_text(archive, VM_CHANNEL, S_IFDIR | 0755, NULL, err);

	(void)snprintf(from, sizeof(from), "%s/%s", options->folder, options->told);
	(void)snprintf(to, sizeof(to), VM_CHANNEL "/%s", options->told);
	return ret ? ret : vm_archive_put_file(archive, from, to, NULL, err);
}

/* The program is there under a name of its own; what is moved about cannot be. */
static bool is_wanted(const struct root_view *view, const char *program)
{
	return !view->at && !str_equal(view->path, program);
}

static int put_views(struct archive *archive, const struct vm_options *options,
		     struct err *err)
{
	_cleanup_buf_ struct buf lines = { 0 };
	char program[PATH_MAX] = "";
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int ret = length > 0 ? 0 : err_sys(err, errno, "/proc/self/exe");

	buf_printf(&lines, "%s\n%s\n%s\n", options->told, options->evidence,
		   options->is_trusted ? "trusted" : "");
	for (const struct root_view *view = options->views; !ret && view && view->path;
	     view++) {
		if (!is_wanted(view, program))
			continue;
		buf_printf(&lines, "%s\n", view->path);
		ret = vm_archive_put_tree(archive, view->path, err);
	}
	if (!ret)
		ret = vm_archive_put_text(archive, VM_VIEWS, S_IFREG | 0644,
					  buf_text(&lines), err);
	if (!ret)
		ret = vm_archive_put_file(archive, "/proc/self/exe", VM_PROGRAM, NULL,
					  err);
	return ret;
}

static int gather(const struct vm_options *options, struct input *input, struct err *err)
{
	struct archive *archive = archive_write_new();
	int ret;

	input->bytes = malloc(VM_INPUT_MAX);
	if (!input->bytes || !archive || archive_write_set_format_cpio_newc(archive) ||
	    archive_write_set_bytes_per_block(archive, 0) ||
	    archive_write_open_memory(archive, input->bytes, VM_INPUT_MAX,
				      &input->length)) {
		archive_write_free(archive);
		return err_sys(err, ENOMEM, "input of a virtual machine");
	}
	ret = put_channel(archive, options, err);
	if (!ret)
		ret = put_views(archive, options, err);
	if (archive_write_close(archive) && !ret)
		ret = err_set(err, E2BIG, "input of a virtual machine: %s",
			      archive_error_string(archive));
	archive_write_free(archive);
	if (ret == -ENOMEM) /* libarchive's word for a buffer that is full */
		ret = err_set(err, E2BIG,
			      "the scenario is too large for a virtual machine: %u MB "
			      "with the program",
			      VM_INPUT_MAX >> 20);
	return ret;
}

/* ------------------------------------------------------------ in the world */

struct shift {
	const struct vm_options *options;
	const struct vm_machine *machine;
	const struct input *input;
	struct vm_window *window;
	int window_fd, console, folder;
	int talk; /* to the one outside: loaded; back: go on */
	uint8_t seed[VM_SEED_LENGTH];
	int64_t wall_us;
};

static void complain(const struct shift *shift, const char *text)
{
	dprintf(shift->console, "\nvm: %s\n", text);
}

static void give_input(const struct shift *shift)
{
	struct vm_window *window = shift->window;

	memcpy((uint8_t *)window + VM_INPUT_AT, shift->input->bytes,
	       shift->input->length);
	window->input_length = shift->input->length;
	window->is_virtual = shift->options->is_virtual;
	window->wall_us = shift->options->is_virtual ? shift->wall_us : clock_wall_us();
	memcpy(window->seed, shift->seed, sizeof(shift->seed));
	__atomic_store_n(&window->has_input, 1, __ATOMIC_RELEASE);
}

/* "guest.exit" is its pulse while it lives. */
static void write_exit(const struct shift *shift, const char *text)
{
	_cleanup_close_ int fd =
		openat(shift->folder, GUEST_EXIT,
		       O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd >= 0)
		(void)!write(fd, text, strlen(text));
}

/* A name of the guest's: a file here or in one folder below, which is made. */
static int open_file(int folder, const char *name)
{
	const char *slash = strchr(name, '/');
	char below[VM_NAME_MAX + 1];
	_cleanup_close_ int inside = -1;

	if (slash) {
		(void)snprintf(below, sizeof(below), "%.*s", (int)(slash - name), name);
		if (str_equal(below, "..") || str_equal(below, ".") || !*below ||
		    strchr(slash + 1, '/'))
			return -EBADMSG;
		(void)mkdirat(folder, below, 0755);
		inside = openat(folder, below,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inside < 0)
			return -errno;
		folder = inside;
		name = slash + 1;
	}
	folder = openat(folder, name,
			O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK |
				O_CLOEXEC,
			0644);
	return folder < 0 ? -errno : folder;
}

static int append(const struct shift *shift, const struct buf *name,
		  const struct buf *bytes)
{
	_cleanup_close_ int fd = -1;
	size_t done = 0;

	if (strlen(buf_text(name)) != name->length)
		return -EBADMSG;
	fd = open_file(shift->folder, buf_text(name));
	if (fd < 0)
		return fd;
	while (done < bytes->length) {
		ssize_t put = write(fd, bytes->data + done, bytes->length - done);

		if (put < 0 && errno != EINTR)
			return -errno;
		done += put > 0 ? (size_t)put : 0;
	}
	return 0;
}

static int take_all(const struct shift *shift)
{
	int ret = 0;

	for (;;) {
		_cleanup_buf_ struct buf name = { 0 }, bytes = { 0 };
		int taken = vm_window_take(shift->window, &name, &bytes);

		if (taken <= 0)
			return ret ? ret : taken;
		/* One that cannot be written is no reason to lose the others. */
		if (!ret || bytes.length) {
			int appended = append(shift, &name, &bytes);

			ret = appended ? appended : ret;
		}
	}
}

/*
 * A guest's beat is three seconds of its clock. A virtual one stands still while nobody gives
 * qemu a processor, and a busy host lets such a beat last minutes: there it also stirs
 * as long as it works, if not for ever.
 */
struct pulse {
	uint32_t beat;
	int64_t worked_ms; /* of processor time, when it was felt last */
	int64_t beaten_ms; /* likewise, at the last beat */
};

static int64_t worked_ms(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		return 0;
	return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static bool feel_pulse(struct pulse *pulse, uint32_t beat, bool is_virtual, pid_t pid)
{
	int64_t now_ms = is_virtual ? worked_ms(pid) : 0;

	if (beat != pulse->beat) {
		*pulse = (struct pulse){ beat, now_ms, now_ms };
		return true;
	}
	if (now_ms - pulse->worked_ms < STIR_MS || now_ms - pulse->beaten_ms > BUSY_MS)
		return false;
	pulse->worked_ms = now_ms;
	return true;
}

/* Until the guest says that it has ended, or qemu has. */
static int serve(const struct shift *shift, struct qemu *qemu)
{
	struct vm_window *window = shift->window;
	struct pulse pulse = { .beat = window->beat - 1 };
	int ret = 0;

	for (;;) {
		struct pollfd fd = { .fd = qemu->words, .events = POLLIN };
		bool has_ended =
			__atomic_load_n(&window->state, __ATOMIC_ACQUIRE) == VM_ENDED;
		uint32_t now = __atomic_load_n(&window->beat, __ATOMIC_ACQUIRE);
		char drop[4096];
		int taken = take_all(shift);

		if (taken && !ret) {
			ret = taken;
			complain(shift,
				 taken == -EBADMSG
					 ? "what the guest hands out is none of ours"
					 : strerror(-taken));
		}
		if (has_ended || taken == -EBADMSG)
			return ret;
		if (feel_pulse(&pulse, now, shift->options->is_virtual, qemu->pid))
			write_exit(shift, "alive\n");
		/* The guest writes to memory, of which nobody is told. */
		if (poll(&fd, 1, TICK_MS) > 0 &&
		    read(qemu->words, drop, sizeof(drop)) <= 0)
			return take_all(shift) ?: -EIO;
	}
}

static int load_and_go(const struct shift *shift, struct qemu *qemu, struct err *err)
{
	int64_t deadline_us = clock_now_us() + (int64_t)LOAD_S * 1000000;
	int ret = qemu_load(qemu, shift->machine->state, deadline_us, err);
	char go;

	if (!ret && (write(shift->talk, "l", 1) != 1 || read(shift->talk, &go, 1) != 1))
		ret = err_set(err, EIO, "the saved machine is not what was saved");
	if (ret)
		return ret;
	give_input(shift);
	return qemu_continue(qemu, deadline_us, err);
}

static int run_in_world(void *arg)
{
	const struct shift *shift = arg;
	struct qemu_options options =
		vm_machine_qemu(shift->machine, shift->window_fd, shift->console);
	struct err err = { 0 };
	struct qemu qemu;
	char status[16];
	int ret;

	options.is_incoming = true;
	if (qemu_start(&options, &qemu, clock_now_us() + (int64_t)LOAD_S * 1000000,
		       &err) ||
	    load_and_go(shift, &qemu, &err)) {
		complain(shift, err.text);
		return 1;
	}
	close(shift->talk);
	ret = serve(shift, &qemu);
	qemu_stop(&qemu);
	if (ret)
		return 1;
	(void)snprintf(status, sizeof(status), "%u\n", shift->window->status & 0xff);
	write_exit(shift, status);
	return 0;
}

/* ------------------------------------------------------------ outside */

static int open_console(const struct vm_options *options, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/" GUEST_LOG, options->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

/* 0, -ESTALE when the saved machine is of no use, or why there is no world. */
static int start_shift(struct shift *shift, struct guest *ret_guest, struct err *err)
{
	struct world_options options = vm_machine_world(shift->machine);
	_cleanup_close_ int ours = -1, theirs = -1;
	struct world world;
	int ends[2], ret;
	char answer;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return err_sys(err, errno, "vm");
	ours = ends[0];
	theirs = ends[1];
	shift->talk = theirs;
	ret = world_start(&options, run_in_world, shift, &world, err);
	close(steal_fd(&theirs));
	if (ret)
		return ret;
	/* While qemu loads it, it is read once more, by another processor. */
	if (!vm_machine_is_sound(shift->machine) || read(ours, &answer, 1) != 1 ||
	    send(ours, "g", 1, MSG_NOSIGNAL) != 1) {
		world_stop(&world);
		return err_set(err, ESTALE, "the saved machine is of no use any more");
	}
	ret_guest->world = world;
	ret_guest->lifeline = -1;
	return 0;
}

static int start_with(const struct vm_options *options, const struct input *input,
		      struct vm_machine *machine, struct guest *ret_guest,
		      struct err *err)
{
	_cleanup_close_ int window_fd = vm_memory_file("window", VM_WINDOW_BYTES, err);
	_cleanup_close_ int console = open_console(options, err);
	_cleanup_close_ int folder =
		open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct shift shift = { .options = options,
			       .machine = machine,
			       .input = input,
			       .window_fd = window_fd,
			       .console = console,
			       .folder = folder,
			       .wall_us = vm_seed_wall_us(clock_wall_us()) };
	int ret;

	if (window_fd < 0 || console < 0)
		return -EIO;
	if (folder < 0)
		return err_sys(err, errno, "%s", options->folder);
	if (options->is_virtual)
		vm_seed_fill(options->seed, shift.seed);
	else if (getrandom(shift.seed, sizeof(shift.seed), 0) !=
		 (ssize_t)sizeof(shift.seed))
		return err_sys(err, errno, "random numbers");
	shift.window = mmap(NULL, VM_WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			    window_fd, 0);
	if (shift.window == MAP_FAILED)
		return err_sys(err, errno, "vm");
	ret = start_shift(&shift, ret_guest, err);
	munmap(shift.window, VM_WINDOW_BYTES);
	return ret;
}

/* It has booted by now: what its kernel was expected to offer is known. */
static int check_features(const struct vm_machine *machine, unsigned int needed,
			  struct err *err)
{
	unsigned int missing = needed & ~machine->features;

	if (!missing)
		return 0;
	return err_set(err, ENOTSUP,
		       "plane vm: the kernel %s does not have %s, which this scenario "
		       "needs",
		       machine->kernel.version, plane_feature_name(missing & -missing));
}

int vm_start(const struct vm_options *options, struct guest *ret_guest, struct err *err)
{
	struct input input = { 0 };
	int ret = gather(options, &input, err);

	for (int attempt = 0; !ret; attempt++) {
		struct vm_machine machine = { .image = -1, .initrd = -1, .state = -1 };

		ret = vm_machine_find(options->is_virtual, &machine, err);
		if (!ret)
			ret = vm_machine_open(&machine, attempt > 0, options, err);
		if (!ret)
			ret = check_features(&machine, options->needed_features, err);
		if (!ret)
			ret = start_with(options, &input, &machine, ret_guest, err);
		vm_machine_close(&machine);
		if (ret != -ESTALE || attempt)
			break;
		if (options->on_note)
			options->on_note(
				options->user,
				"the saved machine is broken, and is made again");
		ret = 0;
	}
	free(input.bytes);
	return ret;
}
