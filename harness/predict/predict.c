// SPDX-License-Identifier: GPL-2.0-or-later
/* predict.c - the table of predictions, and how a finding is put together */
#include "predict/predict.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"

/* In the order of the layers: what stops the tunnel first, names last. */
static void (*const predictions[])(const struct predict_input *, struct findings *) = {
	predict_secrets, predict_selectors, predict_exemption,
	predict_forward, predict_dns,
};

void predict_pair(const struct predict_input *input, struct findings *ret_findings)
{
	*ret_findings = (struct findings){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(predictions); i++)
		predictions[i](input, ret_findings);
}

static char *format_text(const struct predict_input *input, const char *format,
			 va_list ap)
{
	char text[1024];

	(void)vsnprintf(text, sizeof(text), format, ap);
	return arena_strdup(input->arena, text);
}

struct finding *predict_add(const struct predict_input *input, struct findings *findings,
			    const char *id, const char *site, const char *format, ...)
{
	struct finding *finding = vec_push(input->arena, findings);
	va_list ap;

	finding->class = finding_class_find(id);
	finding->site = site;
	va_start(ap, format);
	finding->summary = format_text(input, format, ap);
	va_end(ap);
	return finding;
}

void predict_fix(const struct predict_input *input, struct finding *finding,
		 const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vec_add(input->arena, &finding->fixes, format_text(input, format, ap));
	va_end(ap);
}

void predict_sees(const struct predict_input *input, struct finding *finding,
		  const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vec_add(input->arena, &finding->sees, format_text(input, format, ap));
	va_end(ap);
}

void predict_value(const struct predict_input *input, struct finding *finding,
		   unsigned int index, const char *site, const char *setting,
		   struct origin at, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	finding->values[index] = (struct diagnosis_value){
		.site = site,
		.setting = setting,
		.value = format_text(input, format, ap),
		.at = at,
	};
	va_end(ap);
}
