// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conf_text.c - the texts of strongswan.conf and swanctl.conf
 *
 * swanctl.conf is written from the VICI messages themselves, so that it cannot say
 * anything else than charon was told.
 */
#include "model/updown.h"
#include "charon/conf_text.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "charon/conf.h"

/*
 * A short list makes charon start fast (design.md §5). kdf stands before openssl, else
 * IKEv2 fails with "KDF_PRF … not supported". Nothing here touches the host: no resolve,
 * no bypass-lan; updown only where a connection has a script.
 */
#define PLUGINS_CRYPTO \
	"random nonce kdf openssl aes sha1 sha2 md5 hmac xcbc cmac gcm ccm ctr"
#define PLUGINS_KERNEL	 "kernel-netlink"
#define PLUGINS_LIBIPSEC "kernel-libipsec kernel-netlink"
#define PLUGINS_REST	 "socket-default vici"

/* Does charon need its switch for that: is there a tunnel it shall answer so? */
static bool has_aggressive(const struct site *site)
{
	if (!site_answers_aggressive_psk(site))
		return false;
	vec_foreach (tunnel, &site->tunnels) {
		if (!tunnel->is_disabled && tunnel->version != 2 &&
		    (tunnel->mode == EXCHANGE_AGGRESSIVE || tunnel->accepts_both_modes))
			return true;
	}
	return false;
}

/* What a rehearsal is judged by. CONF_LOG_DEFAULT: as everybody's charon logs, to record
 * what an administrator would read (log/record.sh). */
#ifdef CONF_LOG_DEFAULT
#define LOG_LEVELS "\t\t\tdefault = 1\n"
#define ESP_LEVEL  ""
#else
#define LOG_LEVELS "\t\t\tdefault = 1\n\t\t\tcfg = 3\n"
#define ESP_LEVEL  "\t\t\tesp = 2\n"
#endif

/* Times in UTC, because charon runs with TZ=UTC (process.c); log.h reads them back. */
static void write_log(struct buf *out, const char *name, const char *path,
		      const char *levels)
{
	buf_printf(out,
		   "\t\t%s {\n"
		   "\t\t\tpath = \"%s\"\n"
		   "\t\t\ttime_format = \"%%Y-%%m-%%d %%H:%%M:%%S\"\n"
		   "\t\t\ttime_add_ms = yes\n"
		   "\t\t\tflush_line = yes\n"
		   "\t\t\tike_name = yes\n"
		   "%s"
		   "\t\t}\n",
		   name, path, levels);
}

const char *conf_strongswan_text(const struct conf *conf, bool is_quiet)
{
	const struct conf_params *params = &conf->params;
	const struct flag *routes = &conf->site->install_routes;
	struct buf _cleanup_buf_ out = { 0 };

	buf_puts(&out, "# written by twinsite\ncharon {\n");
	buf_printf(&out, "\tload = %s %s %s%s\n", PLUGINS_CRYPTO,
		   params->plane == CONF_PLANE_LIBIPSEC ? PLUGINS_LIBIPSEC
							: PLUGINS_KERNEL,
		   PLUGINS_REST, site_updown(conf->site) ? " updown" : "");
	buf_printf(&out, "\tinstall_routes = %s\n",
		   routes->is_set && !routes->on ? "no" : "yes");
	buf_puts(&out, "\tinstall_virtual_ip = no\n");
	if (has_aggressive(conf->site))
		buf_puts(&out, "\ti_dont_care_about_security_and_use_aggressive_mode_psk"
			       " = yes\n");
	buf_printf(&out, "\tretransmit_timeout = %.3f\n",
		   params->retransmit_timeout_ms / 1000.0);
	buf_printf(&out, "\tretransmit_base = %.3f\n", params->retransmit_base);
	buf_printf(&out, "\tretransmit_tries = %u\n", params->retransmit_tries);
	buf_printf(&out,
		   "\tplugins {\n\t\tvici {\n\t\t\tsocket = \"unix://%s\"\n\t\t}\n\t}\n",
		   params->vici_socket);
	buf_puts(&out, "\tfilelog {\n");
	write_log(&out, "main", params->log_file,
		  is_quiet ? LOG_LEVELS "\t\t\tesp = 1\n" : LOG_LEVELS ESP_LEVEL);
	if (params->key_log_file)
		write_log(&out, "keys", params->key_log_file,
			  "\t\t\tdefault = 0\n\t\t\tike = 4\n\t\t\tchd = 4\n"
			  "\t\t\tcfg = 2\n");
	buf_puts(&out, "\t}\n}\n");
	/* For who looks into a kept run: swanctl finds the socket, and loads no plugin for it. */
	buf_printf(&out,
		   "swanctl {\n\tload = random openssl\n\tsocket = \"unix://%s\"\n}\n",
		   params->vici_socket);
	return arena_strdup(conf->arena, buf_text(&out));
}

/* ------------------------------------------------------------ swanctl.conf */

/* A value in double quotes, as strongSwan's parser of settings reads it. */
static void write_quoted(const char *text, size_t length, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_puts(out, "\\n");
		else if (c < ' ' || c == 0x7f)
			buf_putc(out, '?');
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

static bool is_plain(const char *text)
{
	return *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-_./%[]:") == strlen(text);
}

static void write_value(const struct vici_node *node, struct buf *out)
{
	if (is_plain(node->value))
		buf_puts(out, node->value);
	else
		write_quoted(node->value, node->length, out);
}

static void write_tabs(unsigned int depth, struct buf *out)
{
	for (unsigned int i = 0; i < depth; i++)
		buf_putc(out, '\t');
}

static void write_list(const struct vici_node *list, struct buf *out)
{
	struct buf _cleanup_buf_ items = { 0 };
	bool are_plain = true;

	vici_node_foreach(item, list)
	{
		if (item != list->first)
			buf_puts(&items, ", ");
		buf_puts(&items, item->value);
		are_plain = are_plain && is_plain(item->value);
	}
	buf_printf(out, "%s = ", list->name);
	if (are_plain)
		buf_puts(out, buf_text(&items));
	else
		write_quoted(buf_text(&items), items.length, out);
	buf_putc(out, '\n');
}

/* A comment on one line; what stands in a device file must not end it. */
static void write_comment(const char *text, struct buf *out)
{
	buf_puts(out, "# ");
	for (; *text; text++)
		buf_putc(out, (unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
	buf_putc(out, '\n');
}

/* Sections within sections; the parser has limited how deep. */
static void write_nodes(const struct vici_node *section, unsigned int depth,
			struct buf *out)
{
	vici_node_foreach(node, section)
	{
		write_tabs(depth, out);
		if (node->kind == VICI_NODE_LIST) {
			write_list(node, out);
		} else if (node->kind == VICI_NODE_VALUE) {
			buf_printf(out, "%s = ", node->name);
			write_value(node, out);
			buf_putc(out, '\n');
		} else {
			buf_printf(out, "%s {\n", node->name);
			write_nodes(node, depth + 1, out);
			write_tabs(depth, out);
			buf_puts(out, "}\n");
		}
	}
}

static void write_connection(const struct conf_connection *connection, struct buf *out)
{
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	const struct buf *bytes = &connection->message.bytes;
	struct vici_node *root;
	struct err err;

	if (connection->is_second)
		buf_printf(out, "\t# as %s, when the peer starts with %s mode\n",
			   connection->tunnel->name,
			   exchange_mode_name(connection->mode));
	if (vici_message_parse(bytes->data, bytes->length, arena, &root, &err) == 0)
		write_nodes(root, 1, out);
}

static void write_secret(const struct conf_secret *secret, bool with_secrets,
			 struct buf *out)
{
	const struct secret *psk = &secret->tunnel->psk;
	struct buf _cleanup_buf_ origin = { 0 };
	unsigned int number = 1;

	buf_printf(out, "\t%s {\n", secret->id);
	vec_foreach (owner, &secret->owners) {
		buf_printf(out, "\t\tid-%u = ", number++);
		write_quoted(*owner, strlen(*owner), out);
		buf_putc(out, '\n');
	}
	if (with_secrets && psk->is_readable) {
		buf_puts(out, "\t\tsecret = 0x");
		for (size_t i = 0; i < psk->length; i++)
			buf_printf(out, "%02x", psk->bytes[i]);
		buf_putc(out, '\n');
	} else {
		buf_puts(&origin, "the secret is not shown, see ");
		origin_format(&psk->at, &origin);
		buf_puts(out, "\t\t");
		write_comment(buf_text(&origin), out);
	}
	buf_puts(out, "\t}\n");
}

void conf_swanctl_format(const struct conf *conf, bool with_secrets, struct buf *out)
{
	struct buf _cleanup_buf_ head = { 0 };

	buf_printf(&head, "What the charon of %s was told, for reading.",
		   conf->site->name);
	write_comment(buf_text(&head), out);
	vec_foreach (discarded, &conf->discarded) {
		buf_puts(out, "# not loaded: ");
		buf_puts(out, discarded->connection);
		buf_puts(out, ":\n");
		write_comment(discarded->reason, out);
	}
	vec_foreach (remark, &conf->remarks)
		write_comment(remark->text, out);
	buf_puts(out, "connections {\n");
	vec_foreach (connection, &conf->connections)
		write_connection(connection, out);
	buf_puts(out, "}\nsecrets {\n");
	vec_foreach (secret, &conf->secrets)
		write_secret(secret, with_secrets, out);
	buf_puts(out, "}\n");
}
