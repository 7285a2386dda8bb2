// SPDX-License-Identifier: GPL-2.0-or-later
/* reader_replace.c - the new texts that a reader wishes for */
#include "run/reader_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "run/reader.h"
#include "run/reader_keeper.h"

/* What one word of the command line stands for. */
struct place {
	char folder[PATH_MAX]; /* real */
	char only[PATH_MAX];   /* the file in it that was named; "": all below */
};

static bool find_place(const char *word, struct place *ret)
{
	char real[PATH_MAX];
	struct stat status;
	char *slash;

	*ret = (struct place){ 0 };
	if (*word == '-' || !realpath(word, real) || stat(real, &status))
		return false;
	memcpy(ret->folder, real, sizeof(ret->folder));
	if (S_ISDIR(status.st_mode))
		return !str_equal(real, "/");
	slash = strrchr(ret->folder, '/');
	/* A scenario's file has its folder's other files with it. */
	if (!str_ends(word, ".yml"))
		memcpy(ret->only, slash + 1, strlen(slash + 1) + 1);
	slash[slash == ret->folder] = '\0';
	return S_ISREG(status.st_mode);
}

/* Is the file one that the word stands for? Its name below the word's folder, then. */
static bool is_of(const struct place *place, const char *real_folder, const char *name,
		  char ret_name[PATH_MAX])
{
	const char *below = real_folder + strlen(place->folder);

	if (!str_starts(real_folder, place->folder) || (*below && *below != '/'))
		return false;
	below += strspn(below, "/");
	if (*place->only && (*below || !str_equal(name, place->only)))
		return false;
	return snprintf(ret_name, PATH_MAX, "%s%s%s", below, *below ? "/" : "", name) <
	       PATH_MAX;
}

static int locate(const struct reader *reader, const struct reader_request *request,
		  struct place *ret_place, char ret_name[PATH_MAX], struct err *err)
{
	char real[PATH_MAX];

	if (!reader->replaces || !realpath(request->path, real))
		return err_set(err, EACCES, "%s: not what the command line says",
			       request->path);
	for (int i = 1; i < reader->argc && reader->argv[i]; i++)
		if (find_place(reader->argv[i], ret_place) &&
		    is_of(ret_place, real, request->name, ret_name))
			return 0;
	return err_set(err, EACCES, "%s/%s: not what the command line names",
		       request->path, request->name);
}

/* Only of a memfd: no other file lets itself be sealed, and none of ours can block. */
static int read_texts(int texts, char **ret, size_t *ret_length, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	struct stat status;
	size_t length, done = 0;

	if (texts < 0 || fcntl(texts, F_GET_SEALS) < 0 || fstat(texts, &status) ||
	    !S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "no texts");
	if (status.st_size < 0 || status.st_size > (off_t)READER_WISHES_LENGTH_MAX)
		return err_set(err, EFBIG, "texts of more than %u bytes",
			       READER_WISHES_LENGTH_MAX);
	length = (size_t)status.st_size;
	bytes = malloc(length + 1);
	while (bytes && done < length) {
		ssize_t n = pread(texts, bytes + done, length - done, (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, EINVAL, "the texts became shorter");
		done += (size_t)n;
	}
	if (!bytes)
		return err_set(err, ENOMEM, "out of memory");
	*ret = steal(&bytes);
	*ret_length = length;
	return 0;
}

int reader_wish(struct reader_wishes *wishes, const struct reader *reader,
		const struct reader_request *request, int texts, struct err *err)
{
	const size_t was = request->is_new ? 0 : request->was_length;
	_cleanup_free_ char *bytes = NULL;
	char name[PATH_MAX];
	struct place place;
	size_t length = 0;
	int r = locate(reader, request, &place, name, err);

	if (!r && wishes->count == REPLACE_MAX)
		r = err_set(err, E2BIG, "more than %d files at once are too many",
			    REPLACE_MAX);
	if (!r)
		r = read_texts(texts, &bytes, &length, err);
	if (!r && (was > length || length > READER_WISHES_LENGTH_MAX - wishes->length))
		r = err_set(err, EINVAL, "%s: texts of no such length", request->name);
	if (r)
		return r;
	wishes->length += length;
	wishes->files[wishes->count++] = (struct replace){
		.folder = strdup(place.folder),
		.name = strdup(name),
		.was = request->is_new ? NULL : bytes,
		.was_length = was,
		.bytes = bytes + was,
		.length = length - was,
	};
	bytes = NULL;
	return 0;
}

int reader_wishes_grant(struct reader_wishes *wishes, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < wishes->count && !r; i++)
		if (!wishes->files[i].folder || !wishes->files[i].name)
			r = err_set(err, ENOMEM, "out of memory");
	if (!r)
		r = replace_files(wishes->files, wishes->count, err);
	reader_wishes_done(wishes);
	return r;
}

void reader_wishes_done(struct reader_wishes *wishes)
{
	for (size_t i = 0; i < wishes->count; i++) {
		struct replace *file = &wishes->files[i];

		free((void *)(uintptr_t)(file->was ? file->was : file->bytes));
		free((void *)(uintptr_t)file->folder);
		free((void *)(uintptr_t)file->name);
	}
	*wishes = (struct reader_wishes){ 0 };
}
