/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clang_tidy.h - what clang's analyzer cannot see: cmocka's fail() and skip() do not return */
void _fail(const char *const file, const int line) __attribute__((analyzer_noreturn));
void _skip(const char *const file, const int line) __attribute__((analyzer_noreturn));
