/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.h - what the page about a run (index.html) shows beside its judgement, and its parts
 *
 * page_collect() reads what lies in the run's folder; everything else is pure, and each
 * part leaves itself out where there is nothing to show.
 */
#ifndef TWINSITE_REPORT_PAGE_H
#define TWINSITE_REPORT_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "report/report.h"

struct buf;
struct ladder;

/* A file that lies beside the page. */
struct page_file {
	const char *name; /* "home-wan.pcapng", "wireshark/esp_sa" */
	int64_t bytes;	  /* -1: not known; the report's own may not be written yet */
	bool has_keys;
};

/* What one fault was cured by. */
struct page_cure {
	const char *id;	      /* "F20" */
	const char *summary;  /* the fault */
	const char *sentence; /* the fix that was proved; NULL: none */
	const char *reason;   /* why none; NULL: not known */
};

struct page {
	const struct judgement *judgement;
	const struct timeline *timeline; /* what happened when; NULL leaves it out */
	/* The page of one administrator: this site's; NULL: of both. */
	const char *only;
	VEC(struct page_cure) cures;
	const char *diffs[2];	/* by site, unified, without keys; NULL: none */
	const char *daemons[2]; /* "strongSwan 5.9.8, Linux 6.18.44"; NULL: not known */
	VEC(struct page_file) files;
	bool has_others; /* other runs of the scenario lie in the folder above */
	const struct ladder *ladder; /* report/ladder.h; NULL: no capture of it */
};

/*
 * Everything that is to be had: the fix of what was found, the files of the run's folder
 * with their sizes, versions, the exchange. What cannot be read is left out. In the
 * judgement's arena. is_new: the report is going to be written, its files with it.
 */
void page_collect(const struct judgement *judgement, const struct timeline *timeline,
		  bool is_new, struct page *ret_page);

/* Is that site's part of the page, or is it the other end's only? NULL is nobody's. */
bool page_shows(const struct page *page, const char *site);

/*
 * On a page of one end: is the text the other end's? "home's administrator sees: …", "home:
 * etc/config/ipsec:8: …", "home.charon.log:17 '…'" begin with whose it is; and whatever
 * quotes a word that is not rehearsed there, and not here, has it from that end's files.
 */
bool page_is_others(const struct page *page, const char *text);

/* The latter alone: it quotes such a word, whomever it begins with. */
bool page_quotes_others(const struct page *page, const char *text);

/* A line of the other end's script, or what it said: no setting that both have to know. */
bool page_hides_value(const struct page *page, const struct diagnosis_value *value);

/* The one sentence of a fault, without values that are hidden. */
void page_add_summary(struct buf *out, const struct page *page,
		      const struct diagnosis *diagnosis);

/* The site a file of the run's folder is of: "home.charon.log", "home-wan.pcapng"; NULL: of none alone. */
const char *page_file_site(const struct page *page, const char *name);

/* Is that name a file beside the page? */
bool page_has_file(const struct page *page, const char *name, size_t length);

/* A proof; the file at its beginning is a link. */
void page_add_proof(struct buf *out, const struct page *page, const char *proof);

/*
 * Where something stands, as a link into the page's copy of that file if it has one. site
 * NULL: of whichever end has the file; on a page of one end nothing if the other has.
 */
void page_add_origin(struct buf *out, const struct page *page, const char *site,
		     const struct origin *origin);

/* The head of a page up to <body>; its title is both texts. */
void page_begin(struct buf *out, const char *name, const char *what);

/* A page about a capture alone: the exchange of each IKE SA in it. */
void page_exchange(const struct ladder *ladder, struct buf *out);

/* <h2 id="…">, and with it the section; page_end_section() ends it. */
void page_begin_section(struct buf *out, const char *id, const char *title);
void page_end_section(struct buf *out);

/* What of the VPN came out, in a few words, and the class of their colour. */
struct page_vpn {
	const char *words, *wanted, *class;
};
struct page_vpn page_vpn(const struct judgement *judgement);

/* ------------------------------------------------------------ parts, in their order */

void page_add_style(struct buf *out);
void page_add_top(struct buf *out, const struct page *page);
void page_add_reasons(struct buf *out, const struct page *page);
void page_add_topology(struct buf *out, const struct page *page);
void page_add_ladder(struct buf *out, const struct page *page);
void page_add_timeline(struct buf *out, const struct page *page);
void page_add_throughput(struct buf *out, const struct page *page);
void page_add_configs(struct buf *out, const struct page *page);
void page_add_files(struct buf *out, const struct page *page);
void page_add_versions(struct buf *out, const struct page *page);

#endif
