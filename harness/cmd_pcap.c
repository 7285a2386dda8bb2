// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_pcap.c - twinsite pcap FILE: what a capture tells */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

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
#include "report/pcap.h"
#include "report/pcap_filter.h"
#include "run/replay.h"
#include "scenario/scenario.h"

enum {
	OPTION_PSK = 256,
	OPTION_PSK_FILE,
	OPTION_KEYS,
	OPTION_WRITE_KEYS,
	OPTION_JSON,
	OPTION_COUNT,
	OPTION_SCENARIO,
	OPTION_LIVE,
	OPTION_FACTS,
	OPTION_MAKE,
	OPTION_SA,
	OPTION_PEER,
	OPTION_SPI,
	OPTION_ERRORS,
	OPTION_ALL,
	OPTION_LEFT,
	OPTION_RIGHT
};

struct pcap_options {
	const char *path;
	const char *write_keys;
	const char *scenario;
	const char *make;
	const char *left, *right;
	bool is_facts;
	bool is_json, is_count, is_live, has_psk;
	bool is_stdin_read; /* for keys */
	struct keyring *keyring;
	struct pcap_filter filter;
};

const char cmd_pcap_help[] =
	"usage: twinsite pcap FILE [OPTION …]\n"
	"       twinsite pcap --left FILE --right FILE [--json]\n"
	"\n"
	"Says what a capture tells: who the peers are, what was offered and chosen, what went\n"
	"wrong, what ESP carries. FILE is pcap, pcapng or snoop, packed or not (gzip, xz, zstd,\n"
	"bzip2, lz4); - is standard input. Any link type that carries IP, tunnels in clear, too.\n"
	"\n"
	"  --psk KEY         is that the pre-shared key? Verifies HASH_I, HASH_R and AUTH; may\n"
	"                    be repeated. Others see it in the list of processes, so better:\n"
	"  --psk-file FILE   the keys of a file, one a line; - is standard input, as is --psk -\n"
	"  --keys DIR|FILE   keys to decrypt and verify with; may be repeated:\n"
	"                      Wireshark's tables (ikev1_decryption_table,\n"
	"                      ikev2_decryption_table, esp_sa), charon's logs, tcpdump's secrets,\n"
	"                      what `ip xfrm state` prints (*.keys): ESP and AH,\n"
	"                      ah_sa: \"IPv4\",\"src\",\"dst\",\"0xspi\",\"HMAC-SHA-1-96 [RFC2404]\",\"0xkey\"\n"
	"                      dh_exponents: dh 0x… on a line, an end's private Diffie-Hellman\n"
	"                      exponent; IKEv1 needs --psk as well\n"
	"  --write-keys DIR  write Wireshark's tables, and ah_sa, with what is known\n"
	"  --sa N            only those IKE SAs: 3 or 3-7 or 3,9; --peer and --spi may be repeated\n"
	"  --peer ADDRESS    only what is from or to that address or network\n"
	"  --spi HEX         only IKE SAs and flows with that SPI, or with a child that has it\n"
	"  --errors          only what has errors or warnings, or did not come up\n"
	"  --all             the messages of each IKE SA, however many there are\n"
	"  --scenario DIR    would that scenario's peers understand the recorded ones, and they\n"
	"                    them?\n"
	"  --live            with --scenario: ask its charons what was asked in the capture,\n"
	"                    compare the answers\n"
	"  --json            the same for programs\n"
	"  --left FILE --right FILE   two captures of one tunnel, taken at two places: what left\n"
	"                    here and never arrived there, NAT, delay, clocks, sizes\n"
	"  --facts           the IKE messages as a table of facts: what was sent and how long it\n"
	"                    was, nothing that belongs to that session (SPIs, nonces, hashes)\n"
	"  --make CAPTURE    FILE is such a table: write a capture that says the same\n"
	"  --count           dissect each packet, print only how many of each kind\n"
	"\n"
	"With a pre-shared key the exit status is 0 when each hash that could be checked was\n"
	"made with a key given here, 1 when one was not, 3 when none could be checked. With --scenario 0 when\n"
	"a tunnel of it fits the recorded peers, 1 when none does, 3 when the capture does not\n"
	"tell. With --left and --right 0 when all arrived, 1 when not, 3 when they have nothing\n"
	"in common. Else 0; always 3 when nothing in the capture could be read.\n";

/* One of --sa, --peer, --spi; false: it is none of them. */
static bool parse_filter(int option, struct pcap_filter *filter, int *ret_status,
			 struct err *err)
{
	static const struct {
		int option;
		int (*add)(struct pcap_filter *filter, const char *text);
		const char *what;
	} rows[] = {
		{ OPTION_SA, pcap_filter_add_sa, "--sa: no number of an IKE SA" },
		{ OPTION_PEER, pcap_filter_add_peer, "--peer: no address or network" },
		{ OPTION_SPI, pcap_filter_add_spi, "--spi: no SPI in hexadecimal" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].option != option)
			continue;
		if (rows[i].add(filter, optarg))
			*ret_status =
				err_set(err, EINVAL, "%s: '%s'", rows[i].what, optarg);
		return true;
	}
	if (option == OPTION_ERRORS)
		filter->has_errors = true;
	else if (option == OPTION_ALL)
		filter->is_all = true;
	return option == OPTION_ERRORS || option == OPTION_ALL;
}

static int parse(int argc, char **argv, struct pcap_options *ret, struct err *err)
{
	static const struct option options[] = {
		{ "psk", required_argument, NULL, OPTION_PSK },
		{ "psk-file", required_argument, NULL, OPTION_PSK_FILE },
		{ "keys", required_argument, NULL, OPTION_KEYS },
		{ "write-keys", required_argument, NULL, OPTION_WRITE_KEYS },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "scenario", required_argument, NULL, OPTION_SCENARIO },
		{ "live", no_argument, NULL, OPTION_LIVE },
		{ "sa", required_argument, NULL, OPTION_SA },
		{ "peer", required_argument, NULL, OPTION_PEER },
		{ "spi", required_argument, NULL, OPTION_SPI },
		{ "errors", no_argument, NULL, OPTION_ERRORS },
		{ "all", no_argument, NULL, OPTION_ALL },
		{ "left", required_argument, NULL, OPTION_LEFT },
		{ "right", required_argument, NULL, OPTION_RIGHT },
		{ "facts", no_argument, NULL, OPTION_FACTS },
		{ "make", required_argument, NULL, OPTION_MAKE },
		{ "count", no_argument, NULL, OPTION_COUNT },
		{ 0 },
	};
	int option, status = 0;

	while (!status && (option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == OPTION_PSK_FILE ||
		    (option == OPTION_PSK && str_equal(optarg, "-"))) {
			ret->has_psk = true;
			ret->is_stdin_read |= str_equal(optarg, "-");
			status = cmd_read_psks(optarg, ret->keyring, err);
		} else if (option == OPTION_PSK) {
			keyring_add_psk(
				ret->keyring,
				(struct slice){ (const uint8_t *)optarg, strlen(optarg) },
				"--psk");
			ret->has_psk = true;
			/* Not to be seen in the list of processes any longer. */
			memset(optarg, '*', strlen(optarg));
		} else if (option == OPTION_KEYS) {
			status = keyring_read_folder(ret->keyring, optarg, err);
		} else if (option == OPTION_WRITE_KEYS) {
			ret->write_keys = optarg;
		} else if (option == OPTION_JSON) {
			ret->is_json = true;
		} else if (option == OPTION_SCENARIO) {
			ret->scenario = optarg;
		} else if (option == OPTION_LIVE) {
			ret->is_live = true;
		} else if (parse_filter(option, &ret->filter, &status, err)) {
			continue;
		} else if (option == OPTION_LEFT) {
			ret->left = optarg;
		} else if (option == OPTION_RIGHT) {
			ret->right = optarg;
		} else if (option == OPTION_FACTS) {
			ret->is_facts = true;
		} else if (option == OPTION_MAKE) {
			ret->make = optarg;
		} else if (option == OPTION_COUNT) {
			ret->is_count = true;
		} else {
			return -EAGAIN;
		}
	}
	if (status)
		return status;
	for (size_t i = 0; i < keyring_warnings(ret->keyring); i++)
		(void)fprintf(stderr,
			      "twinsite: %s:%u: an algorithm that is not known; the line "
			      "is left out\n",
			      keyring_warning(ret->keyring, i)->file,
			      keyring_warning(ret->keyring, i)->line);
	if (ret->left && ret->right && optind == argc && !ret->scenario)
		return 0;
	if (optind != argc - 1 || (ret->is_live && !ret->scenario) || ret->left ||
	    ret->right)
		return -EAGAIN;
	ret->path = argv[optind];
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
		kinds[packet.kind]++;
		status = 0;
		if (packet.kind != PACKET_IKE)
			continue;
		(void)ike_dissect(packet.payload, packet.is_cut, &message);
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

/* FILE is a table of facts: the capture that says the same. */
static int make(const struct pcap_options *options, struct crypto *crypto,
		struct err *err)
{
	_cleanup_free_ char *table = NULL;
	_cleanup_buf_ struct buf out = { 0 };
	struct slice psk = { 0 };
	size_t length;
	int status = file_read(options->path, &table, &length, err);

	if (keyring_psks(options->keyring))
		psk = keyring_psk(options->keyring, 0)->bytes;
	if (!status)
		status = facts_make(options->path, table, psk, crypto, &out, err);
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

	if (!session_set_has_read(report->set))
		return EXIT_NOTHING_RAN;
	if (interop == EXIT_BROKE)
		return EXIT_BROKE;
	if (psk == EXIT_UNEXPECTED || interop == EXIT_UNEXPECTED)
		return EXIT_UNEXPECTED;
	return psk ? psk : interop;
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
		*ret_exit = session_set_has_read(set) ? EXIT_OK : EXIT_NOTHING_RAN;
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
	if (options->is_json)
		pcap_json(&report, &out);
	else
		pcap_text(&report, &out);
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
	*ret_exit = status_of(options, &report);
	if (options->write_keys)
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

	if (status == -EAGAIN)
		return cmd_usage(cmd_pcap_help);
	if (!status)
		status = run(&options, &code, &err);
	return status ? cmd_fail(&err) : (int)code;
}
