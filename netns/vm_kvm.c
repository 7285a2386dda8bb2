// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm_kvm.c - may the processor virtualise for us?
 *
 * What /dev/kvm says is no proof: it may be there and refuse, or a machine be made that
 * cannot be run. So a program is run in one, which is a single instruction, hlt. Even then
 * a kernel may never boot (nested virtualisation that is half there): vm_machine.c has the
 * final proof, and remembers it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "netns/vm_machine.h"

#if defined(__x86_64__)
#define PROBE_S 1

/* In a child, which an alarm ends: 0 when the instruction was carried out. */
static int halt_once(int kvm)
{
	int machine = ioctl(kvm, KVM_CREATE_VM, 0), cpu, length;
	uint8_t *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = { .memory_size = 4096,
						      .userspace_addr =
							      (uintptr_t)memory };
	struct kvm_regs registers = { .rflags = 2 };
	struct kvm_sregs segments;
	struct kvm_run *run;

	if (machine < 0 || memory == MAP_FAILED)
		return 1;
	memory[0] = 0xf4; /* hlt, in real mode */
	cpu = ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region)
		      ? -1
		      : ioctl(machine, KVM_CREATE_VCPU, 0);
	length = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (cpu < 0 || length < (int)sizeof(*run))
		return 1;
	run = mmap(NULL, (size_t)length, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
	if (run == MAP_FAILED || ioctl(cpu, KVM_GET_SREGS, &segments))
		return 1;
	segments.cs.base = 0;
	segments.cs.selector = 0;
	if (ioctl(cpu, KVM_SET_SREGS, &segments) ||
	    ioctl(cpu, KVM_SET_REGS, &registers) || ioctl(cpu, KVM_RUN, 0))
		return 1;
	return run->exit_reason == KVM_EXIT_HLT ? 0 : 1;
}

bool vm_may_have_kvm(void)
{
	_cleanup_close_ int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int status = 1;
	pid_t pid;

	if (kvm < 0)
		return false;
	pid = fork();
	if (pid == 0) {
		(void)alarm(PROBE_S);
		_exit(halt_once(kvm));
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && status == 0;
}
#else
bool vm_may_have_kvm(void)
{
	return !access("/dev/kvm", R_OK | W_OK);
}
#endif
