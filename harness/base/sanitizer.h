/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sanitizer.h - HAS_SANITIZER: is this built with AddressSanitizer?
 *
 * Its shadow memory is terabytes of address space: no bound of memory can be set, and a
 * guest has no room for it.
 */
#ifndef TWINSITE_BASE_SANITIZER_H
#define TWINSITE_BASE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

#endif
