// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libarchive.c - libarchive, loaded when it is first used
 *
 * Few runs read an archive, yet libarchive brings twelve more libraries (ICU and libstdc++ among them), half of all that
 * this program was linked with: each start of it paid for their relocations, a guest's init most of all. So its functions
 * stand here under their own names, declared by its own headers, and the first of them that is called loads it; whoever
 * calls them need not know. A function that is not in the list is not found by the linker: add it.
 *
 * Any thread may. Without the library the program ends with the loader's status, 127, and a sentence, as it did when it
 * was linked.
 */
#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SONAME "libarchive.so.13" /* of all 3.x */
_Static_assert(ARCHIVE_VERSION_NUMBER / 1000000 == 3,
	       "another libarchive has another soname");

#define A struct archive *a
#define E struct archive_entry *e

/* type, name, parameters, arguments */
#define FUNCTIONS(F)                                                             \
	F(__LA_MODE_T, archive_entry_filetype, (E), (e))                         \
	F(void, archive_entry_free, (E), (e))                                    \
	F(const char *, archive_entry_hardlink, (E), (e))                        \
	F(struct archive_entry *, archive_entry_new, (void), ())                 \
	F(const char *, archive_entry_pathname, (E), (e))                        \
	F(void, archive_entry_set_filetype, (E, unsigned int type), (e, type))   \
	F(void, archive_entry_set_hardlink, (E, const char *path), (e, path))    \
	F(void, archive_entry_set_mode, (E, __LA_MODE_T mode), (e, mode))        \
	F(void, archive_entry_set_nlink, (E, unsigned int count), (e, count))    \
	F(void, archive_entry_set_pathname, (E, const char *path), (e, path))    \
	F(void, archive_entry_set_perm, (E, __LA_MODE_T mode), (e, mode))        \
	F(void, archive_entry_set_size, (E, la_int64_t size), (e, size))         \
	F(void, archive_entry_set_symlink, (E, const char *path), (e, path))     \
	F(la_int64_t, archive_entry_size, (E), (e))                              \
	F(const char *, archive_entry_symlink, (E), (e))                         \
	F(int, archive_errno, (A), (a))                                          \
	F(const char *, archive_error_string, (A), (a))                          \
	F(int, archive_filter_count, (A), (a))                                   \
	F(int, archive_format, (A), (a))                                         \
	F(la_ssize_t, archive_read_data, (A, void *bytes, size_t size),          \
	  (a, bytes, size))                                                      \
	F(int, archive_read_extract2, (A, E, struct archive * to), (a, e, to))   \
	F(int, archive_read_free, (A), (a))                                      \
	F(struct archive *, archive_read_new, (void), ())                        \
	F(int, archive_read_next_header, (A, struct archive_entry * *e), (a, e)) \
	F(int, archive_read_open,                                                \
	  (A, void *_client_data, archive_open_callback *open,                   \
	   archive_read_callback *read, archive_close_callback *close),          \
	  (a, _client_data, open, read, close))                                  \
	F(int, archive_read_open_fd, (A, int _fd, size_t _block_size),           \
	  (a, _fd, _block_size))                                                 \
	F(int, archive_read_open_memory, (A, const void *buff, size_t size),     \
	  (a, buff, size))                                                       \
	F(int, archive_read_support_filter_all, (A), (a))                        \
	F(int, archive_read_support_filter_bzip2, (A), (a))                      \
	F(int, archive_read_support_filter_gzip, (A), (a))                       \
	F(int, archive_read_support_filter_xz, (A), (a))                         \
	F(int, archive_read_support_filter_zstd, (A), (a))                       \
	F(int, archive_read_support_format_cpio, (A), (a))                       \
	F(int, archive_read_support_format_raw, (A), (a))                        \
	F(int, archive_read_support_format_tar, (A), (a))                        \
	F(int, archive_read_support_format_zip, (A), (a))                        \
	F(int, archive_write_add_filter_bzip2, (A), (a))                         \
	F(int, archive_write_add_filter_gzip, (A), (a))                          \
	F(int, archive_write_add_filter_lz4, (A), (a))                           \
	F(int, archive_write_add_filter_xz, (A), (a))                            \
	F(int, archive_write_add_filter_zstd, (A), (a))                          \
	F(int, archive_write_close, (A), (a))                                    \
	F(la_ssize_t, archive_write_data, (A, const void *bytes, size_t size),   \
	  (a, bytes, size))                                                      \
	F(struct archive *, archive_write_disk_new, (void), ())                  \
	F(int, archive_write_disk_set_options, (A, int flags), (a, flags))       \
	F(int, archive_write_free, (A), (a))                                     \
	F(int, archive_write_header, (A, E), (a, e))                             \
	F(struct archive *, archive_write_new, (void), ())                       \
	F(int, archive_write_open_fd, (A, int fd), (a, fd))                      \
	F(int, archive_write_open_filename, (A, const char *_file), (a, _file))  \
	F(int, archive_write_open_memory,                                        \
	  (A, void *_buffer, size_t _buffSize, size_t *_used),                   \
	  (a, _buffer, _buffSize, _used))                                        \
	F(int, archive_write_set_bytes_per_block, (A, int bytes), (a, bytes))    \
	F(int, archive_write_set_format_cpio_newc, (A), (a))                     \
	F(int, archive_write_set_format_raw, (A), (a))                           \
	F(int, archive_write_set_format_ustar, (A), (a))                         \
	F(int, archive_write_set_format_zip, (A), (a))

/* clang-format off */
#define MEMBER(type, name, parameters, arguments) __typeof__(name) *name;
/* clang-format on */
static struct {
	FUNCTIONS(MEMBER)
	__typeof__(archive_set_error) *archive_set_error;
} real;

static _Noreturn void end(void)
{
	(void)fprintf(stderr, "twinsite: %s\n", dlerror());
	_exit(127);
}

static void find(void *library, const char *name, void *ret_function, size_t size)
{
	void *function = dlsym(library, name);

	if (!function)
		end();
	memcpy(ret_function, &function, size);
}

static void load(void)
{
	void *library = dlopen(SONAME, RTLD_LAZY | RTLD_LOCAL);

	if (!library)
		end();
#define FIND(type, name, parameters, arguments) \
	find(library, #name, &real.name, sizeof(real.name));
	FUNCTIONS(FIND)
	find(library, "archive_set_error", &real.archive_set_error,
	     sizeof(real.archive_set_error));
}

static void need(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, load);
}

#define FORWARD(type, name, parameters, arguments) \
	type name parameters                       \
	{                                          \
		need();                            \
		return real.name arguments;        \
	}
/* cppcheck-suppress CastAddressToIntegerAtReturn ; the types of the list come in turn */
FUNCTIONS(FORWARD)

void archive_set_error(struct archive *a, int _err, const char *fmt, ...)
{
	char text[512];
	va_list list;

	va_start(list, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, list);
	va_end(list);
	need();
	real.archive_set_error(a, _err, "%s", text);
}
