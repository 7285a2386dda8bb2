// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_pcap.c - twinsite pcap FILE: what a capture tells */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "capture/file.h"
#include "capture/order.h"
#include "check/interop.h"
#include "cmd.h"
#include "dissect/crypto.h"
#include "dissect/facts.h"
#include "dissect/keyring.h"
#include "dissect/proof.h"
#include "dissect/session_clear.h"
#include "report/events.h"
#include "report/ladder.h"
#include "report/page.h"
#include "report/pcap.h"
#include "report/pcap_filter.h"
#include "run/reader.h"
#include "run/replay.h"
#include "scenario/scenario.h"

struct pcap_options {
	const char *path;
	const char *write_keys;
	const char *scenario;
	const char *make;
	const char *left, *right;
	bool is_facts;
	bool is_json, is_count, is_events, is_html, is_live, has_psk;
	bool is_stdin_read; /* for keys */
	struct keyring *keyring;
	struct pcap_filter filter;
};

static int take_psk(void *user, char *value, struct err *err)
{
	struct pcap_options *options = user;

	options->has_psk = true;
	if (str_equal(value, "-")) {
		options->is_stdin_read = true;
		return cmd_read_psks(value, options->keyring, err);
	}
	keyring_add_psk(options->keyring,
			(struct slice){ (const uint8_t *)value, strlen(value) }, "--psk");
	/* Not to be seen in the list of processes any longer. */
	memset(value, '*', strlen(value));
	return 0;
}

static int take_psk_file(void *user, char *value, struct err *err)
{
	struct pcap_options *options = user;

	options->has_psk = true;
	options->is_stdin_read |= str_equal(value, "-");
	return cmd_read_psks(value, options->keyring, err);
}

static int take_keys(void *user, char *value, struct err *err)
{
	struct pcap_options *options = user;

	return keyring_read_folder(options->keyring, value, err);
}

static int take_sa(void *user, char *value, struct err *err)
{
	struct pcap_options *options = user;

	return pcap_filter_add_sa(&options->filter, value)
		       ? err_set(err, EINVAL, "--sa: no number of an IKE SA: '%s'", value)
		       : 0;
}

static int take_peer(void *user, char *value, struct err *err)
{
	struct pcap_options *options = user;

	return pcap_filter_add_peer(&options->filter, value)
		       ? err_set(err, EINVAL, "--peer: no address or network: '%s'",
				 value)
		       : 0;
}

static int take_spi(void *user, char *value, struct err *err)
{
	struct pcap_options *options = user;

	return pcap_filter_add_spi(&options->filter, value)
		       ? err_set(err, EINVAL, "--spi: no SPI in hexadecimal: '%s'", value)
		       : 0;
}

/* What --count, --facts and --make print has no room for these. */
#define NO_REPORT "count facts make left right"

static const struct option_row pcap_rows[] = {
	{ .name = "psk",
	  .kind = OPTION_TAKE,
	  .take = take_psk,
	  .argument = "KEY",
	  .excludes = "count left right",
	  .help = "is that the pre-shared key? Verifies HASH_I, HASH_R and AUTH; may be "
		  "repeated. Others see it in the list of processes, so better:" },
	{ .name = "psk-file",
	  .kind = OPTION_TAKE,
	  .take = take_psk_file,
	  .argument = "FILE",
	  .excludes = "count left right",
	  .help = "the keys of a file, one a line; - is standard input, as is --psk -" },
	{ .name = "keys",
	  .kind = OPTION_TAKE,
	  .take = take_keys,
	  .argument = "DIR|FILE",
	  .excludes = "count make left right",
	  .help = "keys to decrypt and verify with; may be repeated: Wireshark's tables "
		  "(ikev1_decryption_table, ikev2_decryption_table, esp_sa), charon's logs, "
		  "tcpdump's secrets, what `ip xfrm state` prints (*.keys): ESP and AH,\n"
		  "ah_sa: \"IPv4\",\"src\",\"dst\",\"0xspi\",\"HMAC-SHA-1-96 "
		  "[RFC2404]\",\"0xkey\"\n"
		  "dh_exponents: dh 0x… on a line, an end's private Diffie-Hellman exponent; "
		  "IKEv1 needs --psk as well" },
	{ .name = "write-keys",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct pcap_options, write_keys),
	  .argument = "DIR",
	  .excludes = NO_REPORT,
	  .help = "write Wireshark's tables, and ah_sa, with what is known" },
	{ .name = "sa",
	  .kind = OPTION_TAKE,
	  .take = take_sa,
	  .argument = "N",
	  .excludes = NO_REPORT,
	  .help = "only those IKE SAs: 3 or 3-7 or 3,9; --peer and --spi may be repeated" },
	{ .name = "peer",
	  .kind = OPTION_TAKE,
	  .take = take_peer,
	  .argument = "ADDRESS",
	  .excludes = NO_REPORT,
	  .help = "only what is from or to that address or network" },
	{ .name = "spi",
	  .kind = OPTION_TAKE,
	  .take = take_spi,
	  .argument = "HEX",
	  .excludes = NO_REPORT,
	  .help = "only IKE SAs and flows with that SPI, or with a child that has it" },
	{ .name = "errors",
	  .letter = 'e',
	  OPTION_AT(struct pcap_options, filter.has_errors),
	  .excludes = NO_REPORT,
	  .help = "only what has errors or warnings, or did not come up" },
	{ .name = "all",
	  .letter = 'a',
	  OPTION_AT(struct pcap_options, filter.is_all),
	  .excludes = NO_REPORT,
	  .help = "the messages of each IKE SA, however many there are, also those that only "
		  "repeat what was said before" },
	{ .name = "scenario",
	  .letter = 's',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct pcap_options, scenario),
	  .argument = "DIR",
	  .excludes = NO_REPORT,
	  .help = "would that scenario's peers understand the recorded ones, and they "
		  "them?" },
	{ .name = "live",
	  .letter = 'l',
	  OPTION_AT(struct pcap_options, is_live),
	  .needs = "scenario",
	  .help = "with --scenario: ask its charons what was asked in the capture, compare "
		  "the answers, and go on as the recorded peers to the end of the first "
		  "children, with a --psk or the scenario's key" },
	{ .name = "json",
	  .letter = 'J',
	  OPTION_AT(struct pcap_options, is_json),
	  .excludes = "count facts make",
	  .help = "the same for programs" },
	{ .name = "events",
	  OPTION_AT(struct pcap_options, is_events),
	  .excludes = "count facts make left right json",
	  .help = "the messages of each IKE SA as events, in the manner of qlog "
		  "(events.md); names of payloads, no keys" },
	{ .name = "html",
	  OPTION_AT(struct pcap_options, is_html),
	  .excludes = "count facts make left right json events",
	  .help = "the same as a page, with a ladder of each IKE SA" },
	{ .name = "left",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct pcap_options, left),
	  .argument = "FILE",
	  .needs = "right",
	  .help = "with --right: two captures of one tunnel, taken at two places: what left "
		  "here and never arrived there, NAT, delay, clocks, sizes" },
	{ .name = "right",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct pcap_options, right),
	  .argument = "FILE",
	  .needs = "left",
	  .help = "the other one" },
	{ .name = "facts",
	  OPTION_AT(struct pcap_options, is_facts),
	  .excludes = "count make left right",
	  .help = "the IKE messages as a table of facts: what was sent and how long it was, "
		  "nothing that belongs to that session (SPIs, nonces, hashes)" },
	{ .name = "make",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct pcap_options, make),
	  .argument = "CAPTURE",
	  .excludes = "count left right",
	  .help = "FILE is such a table: write a capture that says the same" },
	{ .name = "count",
	  .letter = 'c',
	  OPTION_AT(struct pcap_options, is_count),
	  .excludes = "left right",
	  .help = "dissect each packet, print only how many of each kind" },
	{ 0 },
};

const struct command_line cmd_pcap_line = {
	.name = "pcap",
	.summary = "what a capture tells: peers, IKE messages, ESP",
	.usage = "[OPTION …] FILE\n"
		 "--left FILE --right FILE [--json]",
	.about =
		"Says what a capture tells: who the peers are, what was offered and chosen, "
		"what went wrong, what ESP carries. FILE is pcap, pcapng or snoop, packed or "
		"not (gzip, xz, zstd, bzip2, lz4); - is standard input. Any link type that "
		"carries IP, tunnels in clear, too.",
	.options = pcap_rows,
	.after =
		"With a pre-shared key the exit status is 0 when each hash that could be "
		"checked was made with a key given here, 1 when one was not, 3 when none "
		"could be checked. With --scenario 0 when a tunnel of it fits the recorded "
		"peers, 1 when none does, 3 when the capture does not tell. With "
		"--left and --right 0 when all arrived that left while both were captured, 1 "
		"when not, 3 when they have nothing in common. Else 0; always 3 when there is no "
		"IKE, ESP, AH or IPComp in what could be read of the capture, or nothing in it "
		"is what --sa, --peer and --spi ask for.",
	.examples =
		"twinsite pcap trace.pcapng\twho talked, what was offered and chosen\n"
		"twinsite pcap --psk-file key.txt trace.pcapng\twas that the key?\n"
		"tcpdump -w - -i eth1 | twinsite pcap -\tstraight from the wire",
	.operands_max = 1,
};

static int parse(int argc, char **argv, struct pcap_options *ret, struct err *err)
{
	struct operands operands;
	int status = options_parse(&cmd_pcap_line, argc, argv, ret, &operands, err);

	if (status)
		return status;
	for (size_t i = 0; i < keyring_warnings(ret->keyring); i++)
		(void)fprintf(stderr,
			      "twinsite: %s:%u: an algorithm that is not known; the line "
			      "is left out\n",
			      keyring_warning(ret->keyring, i)->file,
			      keyring_warning(ret->keyring, i)->line);
	if (operands.count == (ret->left != NULL))
		return err_set(err, EINVAL, "pcap: %s: twinsite help pcap",
			       ret->left ? "--left and --right are the captures"
					 : "which capture?");
	if (ret->left)
		return 0;
	ret->path = operands.items[0];
	if (ret->is_stdin_read && str_equal(ret->path, "-"))
		return err_set(err, EINVAL,
			       "the capture and the keys cannot both be standard input");
	return 0;
}

int cmd_read_capture(const char *path, struct session_set *set,
		     struct capture_file **ret_file, struct err *err)
{
	_cleanup_(capture_order_freep) struct capture_order *order = NULL;
	struct capture_packet packet;
	int status = capture_file_open(path, ret_file, err);

	if (status)
		return status;
	order = capture_order_new(*ret_file);
	if (!order)
		return err_sys(err, ENOMEM, "%s", path);
	while ((status = capture_order_next(order, &packet, err)) > 0)
		session_set_add(set, &packet);
	return status;
}

/* Full dissection of each packet, without sessions: for very large files. */
static int count(const char *path, struct err *err)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	uint64_t kinds[PACKET_KIND_COUNT] = { 0 }, payloads = 0, faults = 0;
	struct capture_packet captured;
	struct packet packet;
	int status = capture_file_open(path, &file, err);

	while (!status && (status = capture_file_next(file, &captured, err)) > 0) {
		(void)packet_dissect(captured.link_type, captured.bytes,
				     captured.captured, captured.length, &packet);
		status = 0;
		/* On IKE's ports and no IKE: the kind is what it is in a report. */
		if (packet.kind == PACKET_IKE &&
		    ike_dissect(packet.payload, packet.is_cut, &message))
			packet.kind = PACKET_UDP;
		kinds[packet.kind]++;
		if (packet.kind != PACKET_IKE)
			continue;
		payloads += message.payloads;
		faults += message.fault != IKE_FAULT_NONE;
	}
	if (status < 0)
		return status;
	for (int kind = 0; kind < PACKET_KIND_COUNT; kind++)
		if (kinds[kind])
			(void)printf("%12llu %s\n", (unsigned long long)kinds[kind],
				     packet_kind_name((enum packet_kind)kind));
	(void)printf("%12llu IKE payloads, %llu faulty messages\n",
		     (unsigned long long)payloads, (unsigned long long)faults);
	return 0;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, other;

	return !stat(a, &one) && !stat(b, &other) && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino && S_ISREG(one.st_mode);
}

/* FILE is a table of facts: the capture that says the same. */
static int make(const struct pcap_options *options, struct crypto *crypto,
		struct err *err)
{
	_cleanup_free_ char *table = NULL;
	_cleanup_buf_ struct buf out = { 0 };
	struct slice psk = { 0 };
	size_t length;
	int status;

	if (is_same_file(options->path, options->make))
		return err_set(err, EINVAL, "pcap: --make %s: that is the table itself",
			       options->make);
	status = file_read(options->path, &table, &length, err);
	if (keyring_psks(options->keyring))
		psk = keyring_psk(options->keyring, 0)->bytes;
	if (!status)
		status = facts_make(options->path, table, psk, crypto, &out, err);
	if (!status)
		status = reader_output_file(options->make, err);
	return status ? status : file_write(options->make, out.data, out.length, err);
}

/* What `--scenario` and `--live` found; must live until it is printed. */
struct comparison {
	struct arena *arena;
	struct scenario *scenario;
	struct interop interop;
	struct replay replay;
};

static void comparison_done(struct comparison *comparison)
{
	scenario_free(comparison->scenario);
	arena_free(comparison->arena);
}

static int compare(const struct pcap_options *options, const struct session_set *set,
		   struct comparison *ret, struct pcap_report *report, struct err *err)
{
	int status = scenario_load(options->scenario, &ret->scenario, err);

	if (status)
		return status;
	ret->arena = arena_new();
	ret->interop.arena = ret->replay.arena = ret->arena;
	interop_compare(set, ret->scenario, &ret->interop);
	if (options->is_live)
		status = replay_run(set, ret->scenario, &ret->replay, err);
	if (options->is_live && status)
		(void)err_mark(err, status == -ENOTSUP ? ERR_MISSING : ERR_BROKE);
	if (options->is_live && !status)
		interop_add_live(&ret->interop, &ret->replay);
	report->scenario = ret->scenario->name;
	report->interop = &ret->interop;
	report->replay = options->is_live ? &ret->replay : NULL;
	return status;
}

/* Is a key that was given the one that the peers used? */
static enum exit_status psk_status(const struct session_set *set)
{
	switch (proof_of_all(set)) {
	case PROOF_VERIFIED:
		return EXIT_OK;
	case PROOF_REFUTED:
		return EXIT_UNEXPECTED;
	case PROOF_NOT_TRIED:
	case PROOF_UNCHECKABLE:
		break;
	}
	return EXIT_NOTHING_RAN;
}

/* Would the recorded peers and those of the scenario come together? */
static enum exit_status interop_status(const struct interop *interop)
{
	vec_foreach (verdict, &interop->verdicts)
		if (verdict->is_contradicted)
			return EXIT_BROKE;
	switch (interop_overall(interop)) {
	case INTEROP_TAKES:
		return EXIT_OK;
	case INTEROP_REFUSES:
		return EXIT_UNEXPECTED;
	case INTEROP_UNKNOWN:
		break;
	}
	return EXIT_NOTHING_RAN;
}

/* Of a wrong key and of peers that do not fit each is enough; then what was not told. */
static enum exit_status status_of(const struct pcap_options *options,
				  const struct pcap_report *report)
{
	enum exit_status psk = options->has_psk ? psk_status(report->set) : EXIT_OK;
	enum exit_status interop =
		report->interop ? interop_status(report->interop) : EXIT_OK;

	if (!session_set_has_ipsec(report->set))
		return EXIT_NOTHING_RAN;
	if (interop == EXIT_BROKE)
		return EXIT_BROKE;
	if (psk == EXIT_UNEXPECTED || interop == EXIT_UNEXPECTED)
		return EXIT_UNEXPECTED;
	return psk ? psk : interop;
}

/* The exchange, for programs or as a page. */
static void add_exchange(const struct pcap_options *options,
			 const struct session_set *set, struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *slash = strrchr(options->path, '/');
	const char *name = slash ? slash + 1 : options->path;
	const struct ladder *ladder = ladder_of(arena, name, set);

	if (options->is_html)
		page_exchange(ladder, out);
	else
		report_events(name, ladder, NULL, 0, out);
}

static int run(const struct pcap_options *options, enum exit_status *ret_exit,
	       struct err *err)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(session_set_freep) struct session_set *set = NULL;
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	_cleanup_buf_ struct buf out = { 0 };
	struct facts *facts;
	__attribute__((cleanup(comparison_done))) struct comparison comparison = { 0 };
	struct pcap_report report = { .name = options->path };
	int status;

	if (options->left)
		return cmd_pcap_two(options->left, options->right, options->is_json,
				    ret_exit, err);
	if (options->is_count)
		return count(options->path, err);
	status = crypto_new(&crypto, err);
	if (status)
		return status;
	if (options->make)
		return make(options, crypto, err);
	set = session_set_new(crypto, options->keyring);
	facts = options->is_facts ? facts_begin(set) : NULL;
	status = cmd_read_capture(options->path, set, &file, err);
	if (facts)
		facts_end(facts, &out);
	if (status)
		return status;
	if (options->is_facts) {
		(void)fwrite(buf_text(&out), 1, out.length, stdout);
		*ret_exit = session_set_has_ipsec(set) ? EXIT_OK : EXIT_NOTHING_RAN;
		return 0;
	}
	report.set = set;
	report.end = capture_file_end_text(file);
	report.file = file;
	report.drops = capture_file_drops(file);
	report.filter = &options->filter;
	if (options->scenario)
		status = compare(options, set, &comparison, &report, err);
	if (status)
		return status;
	if (options->is_events || options->is_html)
		add_exchange(options, set, &out);
	else if (options->is_json)
		pcap_json(&report, &out);
	else
		pcap_text(&report, &out);
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
	*ret_exit = status_of(options, &report);
	if (!pcap_filter_finds(&options->filter, set)) {
		(void)fprintf(
			stderr,
			"twinsite: %s: nothing in it is what --sa, --peer and --spi "
			"ask for; it has %u IKE SAs and %zu flows of ESP and AH\n",
			options->path, set->sessions, set->flows.count);
		*ret_exit = exit_worst(*ret_exit, EXIT_NOTHING_RAN);
	}
	if (options->write_keys)
		status = reader_output(options->write_keys, true, err);
	if (options->write_keys && !status)
		status = keyring_write_folder(options->keyring, options->write_keys, err);
	if (status)
		(void)err_mark(err, ERR_BROKE);
	return status;
}

int cmd_pcap(int argc, char **argv)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	struct pcap_options options = { .keyring = keyring };
	enum exit_status code = EXIT_OK;
	struct err err = { 0 };
	int status = parse(argc, argv, &options, &err);

	if (!status)
		status = run(&options, &code, &err);
	return status ? cmd_fail(&err) : (int)code;
}
