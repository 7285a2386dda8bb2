// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sandbox.c - what a program in a node may do
 *
 * libseccomp compiles the filter in the parent, and its instructions are kept: what
 * runs in the child after vfork(2) is system calls only.
 */
#include "netns/sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/sanitizer.h"

#define NAMESPACE_FLAGS                                                                \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	 CLONE_NEWPID | CLONE_NEWNET)

/* -------------------------------------------------- the filter */

static const int refused[] = {
	/* File systems. */
	SCMP_SYS(mount),
	SCMP_SYS(umount),
	SCMP_SYS(umount2),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(quotactl),
	SCMP_SYS(quotactl_fd),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(name_to_handle_at),
	SCMP_SYS(open_by_handle_at),
	/* Namespaces; clone(2) is below. */
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	/* Other processes. */
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
	/* Parts of the kernel that no router's program needs. */
	SCMP_SYS(bpf),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(fanotify_init),
	SCMP_SYS(lookup_dcookie),
	SCMP_SYS(acct),
	SCMP_SYS(syslog),
	/* The kernel itself. */
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(reboot),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(clock_adjtime),
};

/*
 * Memory that belongs to no process: no limit of one holds it, and nobody who adds up what
 * processes have (warden.h) sees it.
 */
static const int refused_in_nodes[] = {
	SCMP_SYS(memfd_create),
	SCMP_SYS(memfd_secret),
	SCMP_SYS(shmget),
	SCMP_SYS(mq_open),
};

/* Typing into a terminal; and a line discipline is a module that the kernel loads. */
static const uint64_t refused_ioctls[] = { TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD };

/*
 * Which sockets there are: all others load a module that nobody has looked at for long, or
 * lead out of any network namespace (AF_VSOCK).
 */
static const int families[] = {
	AF_UNIX, AF_INET, AF_INET6, AF_KEY, AF_NETLINK, AF_PACKET
};

static bool is_family(int family)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i] == family)
			return true;
	return false;
}

static int refuse_family(scmp_filter_ctx filter, enum scmp_compare compare, int family)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
				SCMP_A0(compare, (uint64_t)family));
}

static int add_rules(scmp_filter_ctx filter, bool is_for_nodes)
{
	int ret = refuse_family(filter, SCMP_CMP_GT, AF_PACKET);

	for (int family = 1; !ret && family < AF_PACKET; family++)
		if (!is_family(family))
			ret = refuse_family(filter, SCMP_CMP_EQ, family);
	for (size_t i = 0; !ret && is_for_nodes && i < ARRAY_SIZE(refused_in_nodes); i++)
		ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused_in_nodes[i],
				       0);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(refused); i++)
		ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(refused_ioctls); i++)
		ret = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, refused_ioctls[i]));
	for (unsigned int bit = 1; !ret && bit; bit <<= 1)
		if (bit & (unsigned int)NAMESPACE_FLAGS)
			ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
					       SCMP_SYS(clone), 1,
					       SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
	if (!ret)
		ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
				       0);
	return ret;
}

static struct sock_fprog programs[2]; /* the second one is for nodes */
static int prepared = -ENOTSUP;

/* The instructions, out of a file without a name. */
static int keep_program(scmp_filter_ctx filter, struct sock_fprog *ret_program)
{
	_cleanup_close_ int fd = memfd_create("filter", MFD_CLOEXEC);
	struct stat status;
	void *bytes;
	int ret = fd < 0 ? -errno : seccomp_export_bpf(filter, fd);

	if (ret)
		return ret;
	if (fstat(fd, &status))
		return -errno;
	bytes = malloc((size_t)status.st_size);
	if (!bytes || pread(fd, bytes, (size_t)status.st_size, 0) != status.st_size) {
		free(bytes);
		return -EIO;
	}
	ret_program->filter = bytes; /* for ever */
	ret_program->len =
		(unsigned short)((size_t)status.st_size / sizeof(struct sock_filter));
	return 0;
}

static int make_program(bool is_for_nodes, struct sock_fprog *ret_program)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int ret;

	if (!filter)
		return -ENOTSUP;
	/* A binary tree: each system call of a guest kernel pays for the way through. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	ret = add_rules(filter, is_for_nodes);
	if (!ret)
		ret = keep_program(filter, ret_program);
	seccomp_release(filter);
	return ret;
}

static void prepare_once(void)
{
	prepared = make_program(false, &programs[0]);
	if (!prepared)
		prepared = make_program(true, &programs[1]);
	/* With no instructions it can only say that it knows filters (EFAULT). */
	if (!prepared && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) &&
	    errno != EFAULT)
		prepared = -ENOTSUP;
}

int sandbox_prepare(struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, prepare_once);
	if (prepared)
		return err_set(err, ENOTSUP,
			       "programs cannot be confined here: no seccomp filters "
			       "(CONFIG_SECCOMP_FILTER)");
	return 0;
}

/* -------------------------------------------------- in the child */

static int set_capabilities(uint32_t wanted)
{
	struct __user_cap_header_struct header = { .version =
							   _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct had[2], data[2] = { 0 };

	if (syscall(SYS_capget, &header, had))
		return -errno;
	data[0].effective = data[0].permitted = wanted & had[0].permitted;
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static void set_bound(__rlimit_resource_t what, rlim_t value)
{
	struct rlimit limit = { value, value };
	struct rlimit now;

	/* A bound that is already tighter stays; without it nothing is let out. */
	if (getrlimit(what, &now) || now.rlim_max < value)
		return;
	(void)setrlimit(what, &limit);
}

static void set_bounds(enum sandbox_rights rights)
{
	set_bound(RLIMIT_CORE, 0);
	if (rights == SANDBOX_READER) {
		if (!HAS_SANITIZER)
			set_bound(RLIMIT_DATA, SANDBOX_READER_MEMORY_MAX);
		set_bound(RLIMIT_CPU, SANDBOX_READER_CPU_MAX);
		return;
	}
	if (rights == SANDBOX_PROGRAM) {
		set_bound(RLIMIT_FSIZE, SANDBOX_LOG_MAX);
		return;
	}
	set_bound(RLIMIT_FSIZE, SANDBOX_FILE_MAX);
	set_bound(RLIMIT_NPROC, SANDBOX_PROCESSES_MAX);
	set_bound(RLIMIT_AS, SANDBOX_MEMORY_MAX);
	set_bound(RLIMIT_NOFILE, SANDBOX_DESCRIPTORS_MAX);
	set_bound(RLIMIT_CPU, SANDBOX_CPU_MAX);
	set_bound(RLIMIT_MSGQUEUE, 0);
	/* A little behind: much would starve it on a machine that is busy anyway. */
	(void)setpriority(PRIO_PROCESS, 0, 5);
}

int sandbox_apply(enum sandbox_rights rights)
{
	uint32_t wanted = 1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW;
	int ret;

	if (rights == SANDBOX_READER)
		wanted = 0;
	else if (rights != SANDBOX_SCRIPT)
		wanted |= 1u << CAP_NET_BIND_SERVICE;
	set_bounds(rights);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	ret = set_capabilities(wanted);
	if (ret)
		return ret;
	if (prepared) /* said, and nobody who is not trusted comes here */
		return rights == SANDBOX_PROGRAM ? 0 : prepared;
	/* no_new_privs keeps execve(2) from giving root the others again. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
		    &programs[rights != SANDBOX_READER]))
		return -errno;
	return 0;
}
