// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng_edit.c - a pcapng file of ours again, with comments and without some packets */
#include "capture/pcapng_edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"

#define BLOCK_SECTION	0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET	6u
#define BYTE_ORDER_MARK 0x1a2b3c4du
#define OPTION_COMMENT	1
#define BLOCK_MAX	(4u << 20)
#define PACKET_HEAD	28 /* of the block, before the packet's bytes */
#define COMMENT_MAX	4000
#define LINK_TYPES_MAX	256

struct editor {
	const char *path;
	FILE *from, *to;
	pcapng_edit_packet *edit;
	void *user;
	struct err *err;
	uint32_t frame, interfaces;
	uint16_t link_types[LINK_TYPES_MAX];
	struct buf block, comment;
};

/* Our writer's order is the machine's own. */
static uint32_t get_u32(const struct editor *editor, size_t at)
{
	uint32_t value = 0;

	if (editor->block.data)
		memcpy(&value, editor->block.data + at, sizeof(value));
	return value;
}

static void put_u32(struct buf *buf, uint32_t value)
{
	buf_add(buf, &value, sizeof(value));
}

static void put_padding(struct buf *buf)
{
	while (buf->length % 4)
		buf_putc(buf, '\0');
}

static int write_out(struct editor *editor, const struct buf *block)
{
	if (fwrite(block->data, 1, block->length, editor->to) != block->length)
		return err_sys(editor->err, errno, "%s", editor->path);
	return 0;
}

/* The next block as a whole: 1, 0 at the end, or an error. */
static int read_block(struct editor *editor)
{
	uint32_t head[2];
	size_t got = fread(head, 1, sizeof(head), editor->from);
	struct buf *block = &editor->block;

	if (!got && feof(editor->from))
		return 0;
	if (got != sizeof(head) || head[1] < 12 || head[1] > BLOCK_MAX || head[1] % 4)
		return err_set(editor->err, EINVAL, "%s: no pcapng of ours",
			       editor->path);
	block->length = 0;
	buf_make_room(block, head[1]);
	buf_add(block, head, sizeof(head));
	if (fread(block->data + sizeof(head), 1, head[1] - sizeof(head), editor->from) !=
	    head[1] - sizeof(head))
		return err_set(editor->err, EINVAL, "%s: it ends in a block",
			       editor->path);
	block->length = head[1];
	return 1;
}

/* The block again, with a comment before the options that it has. */
static void add_comment(struct editor *editor, size_t options_at, struct buf *ret)
{
	const struct buf *block = &editor->block, *comment = &editor->comment;
	size_t length = comment->length < COMMENT_MAX ? comment->length : COMMENT_MAX;
	size_t options = block->length - 4 - options_at;
	uint16_t head[2] = { OPTION_COMMENT, (uint16_t)length };
	uint32_t total;

	buf_add(ret, block->data, options_at);
	buf_add(ret, head, sizeof(head));
	buf_add(ret, comment->data, length);
	put_padding(ret);
	if (options)
		buf_add(ret, block->data + options_at, options);
	else
		put_u32(ret, 0); /* the end of options */
	total = (uint32_t)ret->length + 4;
	put_u32(ret, total);
	memcpy(ret->data + 4, &total, sizeof(total));
}

static int take_packet(struct editor *editor)
{
	_cleanup_buf_ struct buf again = { 0 };
	struct capture_packet packet = { .frame = ++editor->frame };
	size_t options_at;

	if (editor->block.length < PACKET_HEAD + 4)
		return err_set(editor->err, EINVAL, "%s: packet %u is too short",
			       editor->path, packet.frame);
	packet.interface = get_u32(editor, 8);
	packet.time_ns =
		(int64_t)((uint64_t)get_u32(editor, 12) << 32 | get_u32(editor, 16));
	packet.captured = get_u32(editor, 20);
	packet.length = get_u32(editor, 24);
	packet.bytes = (const uint8_t *)editor->block.data + PACKET_HEAD;
	options_at = PACKET_HEAD + (packet.captured + 3UL) / 4 * 4;
	if (packet.interface >= editor->interfaces ||
	    options_at + 4 > editor->block.length)
		return err_set(editor->err, EINVAL, "%s: packet %u is none", editor->path,
			       packet.frame);
	packet.link_type = editor->link_types[packet.interface];
	editor->comment.length = 0;
	if (!editor->edit(editor->user, &packet, &editor->comment))
		return 0;
	if (!editor->comment.length)
		return write_out(editor, &editor->block);
	add_comment(editor, options_at, &again);
	return write_out(editor, &again);
}

static int take_block(struct editor *editor)
{
	switch (get_u32(editor, 0)) {
	case BLOCK_SECTION:
		if (editor->block.length < 28 || get_u32(editor, 8) != BYTE_ORDER_MARK)
			return err_set(editor->err, EINVAL, "%s: no pcapng of ours",
				       editor->path);
		editor->interfaces = 0;
		break;
	case BLOCK_INTERFACE:
		if (editor->interfaces == LINK_TYPES_MAX || editor->block.length < 20)
			return err_set(editor->err, EINVAL,
				       "%s: too many interfaces, or none", editor->path);
		editor->link_types[editor->interfaces++] =
			(uint16_t)(get_u32(editor, 8) & 0xffff);
		break;
	case BLOCK_PACKET:
		return take_packet(editor);
	default:
		break;
	}
	return write_out(editor, &editor->block);
}

int pcapng_edit(const char *path, pcapng_edit_packet *edit, void *user, struct err *err)
{
	_cleanup_buf_ struct buf name = { 0 };
	struct editor editor = { .path = path, .edit = edit, .user = user, .err = err };
	int status = 0, r = 0;

	buf_printf(&name, "%s.new", path);
	editor.from = fopen(path, "re");
	if (!editor.from)
		return err_sys(err, errno, "%s", path);
	editor.to = fopen(buf_text(&name), "wex");
	if (!editor.to)
		status = err_sys(err, errno, "%s", buf_text(&name));
	while (!status && (r = read_block(&editor)) > 0)
		status = take_block(&editor);
	status = status ? status : r;
	(void)fclose(editor.from);
	if (editor.to && fclose(editor.to) && !status)
		status = err_sys(err, errno, "%s", buf_text(&name));
	if (!status && rename(buf_text(&name), path))
		status = err_sys(err, errno, "%s", path);
	if (status && editor.to)
		(void)unlink(buf_text(&name));
	buf_done(&editor.block);
	buf_done(&editor.comment);
	return status;
}
