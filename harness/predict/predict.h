/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * predict.h - what will not work between two sites, before a packet is sent
 *
 * Pure and fast: two models in, findings out, in the order of the layers. Each row of
 * the table in predict.c decides a few classes of failures.md from the files alone.
 */
#ifndef TWINSITE_PREDICT_PREDICT_H
#define TWINSITE_PREDICT_PREDICT_H

#include "predict/finding.h"

/* Both ends; index 0 and 1 as in the scenario. */
struct predict_input {
	const struct site *sites[2];
	unsigned int initiator; /* which end starts; both are looked at all the same */
	struct arena *arena;	/* findings are taken from it */
};

/* All findings. Models are borrowed as long as the findings live. */
void predict_pair(const struct predict_input *input, struct findings *ret_findings);

/* ------------------------------------------------------------ for the rows */

/* Append a finding of a class; summary is formatted into the arena. */
struct finding *predict_add(const struct predict_input *input, struct findings *findings,
			    const char *id, const char *site, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void predict_fix(const struct predict_input *input, struct finding *finding,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));
void predict_sees(const struct predict_input *input, struct finding *finding,
		  const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Fill one of the two values; value is formatted. */
void predict_value(const struct predict_input *input, struct finding *finding,
		   unsigned int index, const char *site, const char *setting,
		   struct origin at, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

void predict_secrets(const struct predict_input *input, struct findings *findings);
void predict_selectors(const struct predict_input *input, struct findings *findings);
void predict_exemption(const struct predict_input *input, struct findings *findings);
void predict_forward(const struct predict_input *input, struct findings *findings);
void predict_dns(const struct predict_input *input, struct findings *findings);

#endif
