// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * try.c - one attack by bare system calls, for the scripts of `make attack`
 *
 *	try sys NAME ARG…	the call; an argument that begins with a digit or '-' is a
 *				number, "@" a zeroed buffer of 256 bytes, else it is text
 *	try COMMAND ARG…	what needs more than one call, see `commands`
 *
 * Exit status 0: the attack succeeded, as far as it can be seen from inside. 1: refused.
 * 99: no such command, which is an error of the table.
 *
 * It is carried in a script as octal numbers (see run.sh) and executed in a node that
 * has no compiler: so it is small, static and uses no C library at all.
 */
#include <fcntl.h>
#include <linux/in.h>
#include <linux/sched.h>
#include <linux/un.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define TIOCSTI		  0x5412
#define PTRACE_SEIZE	  0x4206
#define SOCK_STREAM	  1
#define SOCK_DGRAM	  2
#define NO_SUCH		  99
#define AT_CURRENT_DIR	  (-100)

#if defined(__x86_64__)
static long call6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");
#elif defined(__aarch64__)
static long call6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl begin\n");
#else
// cppcheck-suppress preprocessorErrorDirective
#error "no system calls for this machine"
#endif

#define call(nr, ...) call_(nr, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define call_(nr, a, b, c, d, e, f, ...) \
	call6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* gcc may call these by itself. */
void *memset(void *to, int byte, size_t count);
void *memset(void *to, int byte, size_t count)
{
	for (volatile char *at = to; count--; at++)
		*at = (char)byte;
	return to;
}

static size_t length_of(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* Decimal, or hexadecimal with 0x; octal with a leading 0. */
static long number_of(const char *text)
{
	bool is_negative = *text == '-';
	long base = 10, value = 0;

	text += is_negative;
	if (*text == '0')
		base = 8;
	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	for (; *text; text++)
		value = value * base + (*text <= '9' ? *text - '0' : *text - 'a' + 10);
	return is_negative ? -value : value;
}

/* ------------------------------------------------------------ one bare call */

static const struct {
	const char *name;
	long nr;
} calls[] = {
	{ "mount", SYS_mount },
	{ "umount2", SYS_umount2 },
	{ "pivot_root", SYS_pivot_root },
	{ "chroot", SYS_chroot },
	{ "mknodat", SYS_mknodat },
	{ "unshare", SYS_unshare },
	{ "bpf", SYS_bpf },
	{ "perf_event_open", SYS_perf_event_open },
	{ "io_uring_setup", SYS_io_uring_setup },
	{ "userfaultfd", SYS_userfaultfd },
	{ "keyctl", SYS_keyctl },
	{ "add_key", SYS_add_key },
	{ "kexec_load", SYS_kexec_load },
	{ "init_module", SYS_init_module },
	{ "finit_module", SYS_finit_module },
	{ "delete_module", SYS_delete_module },
	{ "process_vm_readv", SYS_process_vm_readv },
	{ "fsopen", SYS_fsopen },
	{ "open_tree", SYS_open_tree },
	{ "mount_setattr", 442 },
	{ "sethostname", SYS_sethostname },
	{ "swapon", SYS_swapon },
	{ "acct", SYS_acct },
	{ "quotactl", SYS_quotactl },
	{ "kill", SYS_kill },
	{ "setpriority", SYS_setpriority },
	{ "syslog", SYS_syslog },
	{ "truncate", SYS_truncate },
	{ "fchmodat", SYS_fchmodat },
	{ "fchownat", SYS_fchownat },
	{ "linkat", SYS_linkat },
	{ "unlinkat", SYS_unlinkat },
	{ "renameat2", SYS_renameat2 },
	{ "setxattr", SYS_setxattr },
	{ "utimensat", SYS_utimensat },
	{ "setresuid", SYS_setresuid },
	{ "setgroups", SYS_setgroups },
	{ "personality", SYS_personality },
	{ "kcmp", SYS_kcmp },
	{ "ptrace", SYS_ptrace },
	{ "prctl", SYS_prctl },
	{ "socket", SYS_socket },
	{ "memfd_create", SYS_memfd_create },
	{ "memfd_secret", 447 },
	{ "shmget", SYS_shmget },
	{ "mq_open", SYS_mq_open },
	{ "clock_settime", SYS_clock_settime },
	{ "clock_adjtime", SYS_clock_adjtime },
	{ "settimeofday", SYS_settimeofday },
	{ "reboot", SYS_reboot },
	{ "fanotify_init", SYS_fanotify_init },
	{ "move_pages", SYS_move_pages },
#ifdef __x86_64__
	{ "iopl", SYS_iopl },
#endif
};

static int do_sys(int argc, char **argv)
{
	static char zeros[256] __attribute__((aligned(16)));
	long args[6] = { 0 };
	long nr = -1;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (argc > 0 && equal(calls[i].name, argv[0]))
			nr = calls[i].nr;
	if (nr < 0)
		return NO_SUCH;
	for (int i = 1; i < argc && i <= 6; i++) {
		bool is_number = (*argv[i] >= '0' && *argv[i] <= '9') || *argv[i] == '-';

		args[i - 1] = is_number ? number_of(argv[i]) : (long)argv[i];
		if (equal(argv[i], "@"))
			args[i - 1] = (long)zeros;
	}
	return call6(nr, args[0], args[1], args[2], args[3], args[4], args[5]) < 0;
}

/* ------------------------------------------------------------ more than one */

static long open_at(const char *path, long flags)
{
	return call(SYS_openat, AT_CURRENT_DIR, path, flags, 0600);
}

/* open PATH FLAGS: can it be opened, and read or written a byte of? */
static int do_open(int argc, char **argv)
{
	long fd = open_at(argv[0], argc > 1 ? number_of(argv[1]) : O_RDONLY);
	char byte = 0;

	if (fd < 0)
		return 1;
	return argc > 1 && number_of(argv[1]) & 3 ? call(SYS_write, fd, "x", 1) != 1
						  : call(SYS_read, fd, &byte, 1) != 1;
}

/* write PATH TEXT: appended, without creating */
static int do_write(int argc, char **argv)
{
	long fd = open_at(argv[0], O_WRONLY | O_APPEND);

	(void)argc;
	return fd < 0 || call(SYS_write, fd, argv[1], length_of(argv[1])) < 0;
}

/* setns PATH FLAGS */
static int do_setns(int argc, char **argv)
{
	long fd = open_at(argv[0], O_RDONLY);

	(void)argc;
	return fd < 0 || call(SYS_setns, fd, number_of(argv[1])) < 0;
}

/* clone FLAGS: a child with these, which ends at once */
static int do_clone(int argc, char **argv)
{
	long pid = call(SYS_clone, number_of(argv[0]) | 17 /* SIGCHLD */, 0, 0, 0, 0);

	(void)argc;
	if (pid == 0)
		call(SYS_exit_group, 0);
	return pid < 0;
}

static int do_clone3(int argc, char **argv)
{
	struct clone_args args = { .flags = (uint64_t)number_of(argv[0]),
				   .exit_signal = 17 };
	long pid = call(SYS_clone3, &args, sizeof(args));

	(void)argc;
	if (pid == 0)
		call(SYS_exit_group, 0);
	return pid < 0;
}

/* seize PID: to be its debugger */
static int do_seize(int argc, char **argv)
{
	(void)argc;
	return call(SYS_ptrace, PTRACE_SEIZE, number_of(argv[0]), 0, 0) < 0;
}

/* fdget PID FD: a copy of another process' descriptor */
static int do_fdget(int argc, char **argv)
{
	long pidfd = call(SYS_pidfd_open, number_of(argv[0]), 0);

	(void)argc;
	return pidfd < 0 || call(438 /* pidfd_getfd */, pidfd, number_of(argv[1]), 0) < 0;
}

/* handle PATH INODE: open a file by its number on the file system of PATH */
static int do_handle(int argc, char **argv)
{
	struct {
		uint32_t bytes;
		int32_t type;
		uint32_t inode, generation;
	} handle = { .bytes = 8, .type = 1, .inode = (uint32_t)number_of(argv[1]) };
	long at = open_at(argv[0], O_RDONLY);

	(void)argc;
	return at < 0 || call(SYS_open_by_handle_at, at, &handle, O_RDONLY) < 0;
}

/* pidsignal PID SIGNAL: by a descriptor of it */
static int do_pidsignal(int argc, char **argv)
{
	long pidfd = call(SYS_pidfd_open, number_of(argv[0]), 0);

	(void)argc;
	return pidfd < 0 ||
	       call(SYS_pidfd_send_signal, pidfd, number_of(argv[1]), 0, 0) < 0;
}

/*
 * foreign: unshare(CLONE_NEWUSER) by the system calls of other machines that this kernel
 * takes as well, 32 bit and x32, which a filter may not know
 */
static int do_foreign(int argc, char **argv)
{
	(void)argc;
	(void)argv;
#ifdef __x86_64__
	long pid = call(SYS_clone, 17 /* SIGCHLD */, 0, 0, 0, 0), ret = -1;
	int status = 0;

	if (pid == 0) { /* a filter may kill for it */
		__asm__ volatile("int $0x80"
				 : "=a"(ret)
				 : "a"(310), "b"(0x10000000)
				 : "memory", "r8", "r9", "r10", "r11");
		if (ret < 0)
			ret = call(SYS_unshare | 0x40000000, 0x10000000);
		call(SYS_exit_group, ret >= 0 ? 0 : 1);
	}
	if (pid < 0 || call(SYS_wait4, pid, &status, 0, 0) < 0)
		return 1;
	return status != 0;
#else
	return 1;
#endif
}

/* unix NAME TEXT: say it to a socket; "@name" is an abstract one */
static int do_unix(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = 1 };
	long fd = call(SYS_socket, 1, SOCK_STREAM, 0);
	size_t length = length_of(argv[0]);

	(void)argc;
	if (length >= sizeof(address.sun_path))
		return NO_SUCH;
	for (size_t i = 0; i < length; i++)
		address.sun_path[i] = argv[0][i];
	if (*argv[0] == '@')
		address.sun_path[0] = '\0';
	else
		length++;
	if (fd < 0 || call(SYS_connect, fd, &address,
			   offsetof(struct sockaddr_un, sun_path) + length) < 0)
		return 1;
	return call(SYS_write, fd, argv[1], length_of(argv[1])) < 0;
}

static uint32_t ipv4_of(const char *text)
{
	uint32_t value = 0, part = 0;

	for (;; text++) {
		if (*text && *text != '.') {
			part = part * 10 + (uint32_t)(*text - '0');
			continue;
		}
		value = value << 8 | part;
		part = 0;
		if (!*text)
			return __builtin_bswap32(value);
	}
}

static int say_to(char **argv, int type)
{
	struct sockaddr_in address = {
		.sin_family = 2,
		.sin_port = __builtin_bswap16((uint16_t)number_of(argv[1])),
		.sin_addr.s_addr = ipv4_of(argv[0]),
	};
	long fd = call(SYS_socket, 2, type | 04000 /* SOCK_NONBLOCK */, 0);

	if (fd < 0)
		return 1;
	(void)call(SYS_connect, fd, &address, sizeof(address));
	return call(SYS_write, fd, argv[2], length_of(argv[2])) < 0;
}

/* udp ADDRESS PORT TEXT. That it could be sent is no escape: the host listens. */
static int do_udp(int argc, char **argv)
{
	(void)argc;
	(void)say_to(argv, SOCK_DGRAM);
	return 1;
}

static int do_tcp(int argc, char **argv)
{
	(void)argc;
	return say_to(argv, SOCK_STREAM);
}

/* raw ADDRESS: an ICMP message by a raw socket, and a frame on every interface */
static int do_raw(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = 2, .sin_addr.s_addr = ipv4_of(argv[0]) };
	long raw = call(SYS_socket, 2, 3, 1), packet = call(SYS_socket, 17, 3, 0x0300);
	static char frame[64] = "\xff\xff\xff\xff\xff\xff";

	(void)argc;
	frame[6] = 2;
	(void)call(SYS_sendto, raw, frame + 32, 16, 0, &to, sizeof(to));
	for (int i = 1; i < 12; i++) {
		struct {
			uint16_t family, protocol;
			int32_t index;
			char rest[12];
		} link = { 17, 0x0008, i, { 0 } };

		(void)call(SYS_sendto, packet, frame, sizeof(frame), 0, &link,
			   sizeof(link));
	}
	return 1;
}

/* tiocsti TEXT: type it into whatever terminal we hold */
static int do_tiocsti(int argc, char **argv)
{
	long fds[] = { 0, 1, 2, open_at("/dev/tty", O_RDWR),
		       open_at("/dev/console", O_RDWR) };
	int status = 1;

	(void)argc;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		for (const char *at = argv[0]; *at; at++)
			if (call(SYS_ioctl, fds[i], TIOCSTI, at) == 0)
				status = 0;
	return status;
}

/* hog MIB: take and touch so much memory; never an escape by itself */
static int do_hog(int argc, char **argv)
{
	long size = number_of(argv[0]) << 20;
	long at;

	(void)argc;
	at = call(SYS_mmap, 0, size, 3, 0x22, -1, 0);
	if (at > -4096 && at < 0)
		return 1;
	for (long i = 0; i < size; i += 4096)
		*(volatile char *)(at + i) = 1;
	return 1;
}

/* files COUNT: hold so many descriptors */
static int do_files(int argc, char **argv)
{
	long count = number_of(argv[0]);

	(void)argc;
	while (count-- && open_at("/", O_RDONLY) >= 0)
		;
	return 1;
}

/* fork COUNT: so many processes that wait; ends them when it is ended itself */
static int do_fork(int argc, char **argv)
{
	long count = number_of(argv[0]);

	(void)argc;
	while (count--) {
		long pid = call(SYS_clone, 17, 0, 0, 0, 0);

		if (pid == 0) {
			long wait[2] = { 5, 0 };

			call(SYS_nanosleep, wait, 0);
			call(SYS_exit_group, 0);
		}
		if (pid < 0)
			return 1;
	}
	return 1;
}

/* A thread that waits for ever; its number, or an error. */
static long clone_thread(char *stack)
{
	/* CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD, _SYSVSEM */
	long ret, flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000;

#if defined(__x86_64__)
	__asm__ volatile("xor %%edx, %%edx\n\txor %%r10d, %%r10d\n\txor %%r8d, %%r8d\n\t"
			 "syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n"
			 "2:\tmov $34, %%eax\n\tsyscall\n\tjmp 2b\n1:"
			 : "=a"(ret)
			 : "a"(SYS_clone), "D"(flags), "S"(stack)
			 : "rcx", "rdx", "r8", "r10", "r11", "memory");
#else
	register long x8 __asm__("x8") = SYS_clone;
	register long x0 __asm__("x0") = flags;
	register char *x1 __asm__("x1") = stack;

	__asm__ volatile(
		"mov x2, #0\n\tmov x3, #0\n\tmov x4, #0\n\tsvc 0\n\tcbnz x0, 1f\n"
		"2:\tmov x8, #73\n\tmov x0, #0\n\tmov x1, #0\n\tmov x2, #0\n\t"
		"mov x3, #0\n\tsvc 0\n\tb 2b\n1:"
		: "+r"(x0), "+r"(x1), "+r"(x8)
		:
		: "x2", "x3", "x4", "memory");
	ret = x0;
#endif
	return ret;
}

/* threads COUNT: so many that wait, for a while; never an escape by itself */
static int do_threads(int argc, char **argv)
{
	static char stack[4096] __attribute__((aligned(16))); /* they use none of it */
	long count = number_of(argv[0]), wait[2] = { 1, 0 };

	(void)argc;
	while (count-- && clone_thread(stack + sizeof(stack)) > 0)
		;
	call(SYS_nanosleep, wait, 0);
	return 1;
}

/* ioctl REQUEST VALUE: of a terminal of ours, or a new one */
static int do_ioctl(int argc, char **argv)
{
	int value = (int)number_of(argv[1]);
	long fds[] = { 0,
		       1,
		       2,
		       open_at("/dev/tty", O_RDWR),
		       open_at("/dev/ptmx", O_RDWR),
		       open_at("/dev/console", O_RDWR),
		       open_at("/dev/tty1", O_RDWR) };

	(void)argc;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (call(SYS_ioctl, fds[i], number_of(argv[0]), &value) == 0)
			return 0;
	return 1;
}

/* fds TEXT: append it to everything that PID's descriptors name */
static int do_fds(int argc, char **argv)
{
	int status = 1;

	(void)argc;
	for (int fd = 0; fd < 64; fd++) {
		char path[32] = "/proc/", *at = path + 6;
		long opened;

		for (const char *pid = argv[0]; *pid; pid++)
			*at++ = *pid;
		for (const char *rest = "/fd/"; *rest; rest++)
			*at++ = *rest;
		if (fd > 9)
			*at++ = (char)('0' + fd / 10);
		*at++ = (char)('0' + fd % 10);
		*at = '\0';
		opened = open_at(path, O_WRONLY | O_APPEND | O_NONBLOCK);
		if (opened >= 0 &&
		    call(SYS_pwrite64, opened, argv[1], length_of(argv[1]), 0) > 0)
			status = 0;
	}
	return status;
}

static const struct {
	const char *name;
	int argc; /* at least */
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "sys", 1, do_sys },	      { "open", 1, do_open },
	{ "write", 2, do_write },     { "setns", 2, do_setns },
	{ "clone", 1, do_clone },     { "clone3", 1, do_clone3 },
	{ "seize", 1, do_seize },     { "fdget", 2, do_fdget },
	{ "handle", 2, do_handle },   { "unix", 2, do_unix },
	{ "udp", 3, do_udp },	      { "tcp", 3, do_tcp },
	{ "raw", 1, do_raw },	      { "tiocsti", 1, do_tiocsti },
	{ "hog", 1, do_hog },	      { "files", 1, do_files },
	{ "fork", 1, do_fork },	      { "fds", 2, do_fds },
	{ "foreign", 0, do_foreign }, { "pidsignal", 2, do_pidsignal },
	{ "threads", 1, do_threads }, { "ioctl", 2, do_ioctl },
};

__attribute__((used)) static _Noreturn void begin(const long *stack)
{
	char **argv = (char **)(stack + 1);
	int argc = (int)stack[0], status = NO_SUCH;

	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++)
		if (equal(commands[i].name, argv[1]) && argc - 2 >= commands[i].argc)
			status = commands[i].run(argc - 2, argv + 2);
	call(SYS_exit_group, status);
	__builtin_unreachable();
}
