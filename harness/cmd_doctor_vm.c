// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_doctor_vm.c - twinsite doctor: the plane vm, and what its cache keeps */
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "cmd.h"
#include "netns/vm.h"
#include "netns/vm_cache.h"

#define MEGABYTE (1u << 20)

void doctor_print_vm(void)
{
	unsigned int machines;
	struct vm_status status;
	uint64_t bytes;

	if (!vm_probe(&status, NULL))
		(void)printf(
			"  ok       vm: kernel %s%s, %s, %s\n", status.kernel,
			status.has_booted ? "" : " (not booted here yet)", status.qemu,
			status.has_kvm ? "KVM" : "no KVM: emulated, some times slower");
	vm_cache_size(&machines, &bytes);
	if (machines || bytes)
		(void)printf(
			"  ok       %u saved virtual machine%s, %llu MB in the cache; "
			"`twinsite doctor --clean` removes them\n",
			machines, machines == 1 ? "" : "s",
			(unsigned long long)bytes / MEGABYTE);
}

int doctor_clean(void)
{
	struct err err = { 0 };
	_cleanup_close_ int lock = vm_cache_lock(&err);
	int64_t freed = lock < 0 ? lock : vm_cache_clean(0, &err), more = 0;

	if (freed >= 0)
		more = vm_cache_clean_reader(&err);
	if (freed < 0 || more < 0)
		return cmd_fail(&err);
	(void)printf("removed the saved virtual machines: %lld MB; kernels stay\n",
		     (long long)(freed + more) / MEGABYTE);
	return EXIT_OK;
}
