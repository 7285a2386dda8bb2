/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_skip.h - for tests: what is missing here, said so that it can be checked
 *
 * A skip names a capability: a word that harness/capability.sh can probe. harness/unit.sh
 * prints `SKIP test: capability: reason`, `make check` holds that against .ci/skips, and a
 * skip whose capability is here is a failure, as is one that says nothing.
 */
#ifndef TWINSITE_BASE_TEST_SKIP_H
#define TWINSITE_BASE_TEST_SKIP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* Does not return; like skip() it jumps over all cleanups. */
_Noreturn static inline void skip_without(const char *capability, const char *reason)
{
	print_message("SKIP %s: %s\n", capability, reason);
	skip();
	abort(); /* not reached: skip() jumps */
}

#endif
