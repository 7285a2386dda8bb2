// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_filter.c - which IKE SAs, flows and errors of a capture are shown */
#include "report/pcap_filter.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"

/* ------------------------------------------------------------ what is asked for */

int pcap_filter_add_sa(struct pcap_filter *filter, const char *text)
{
	do {
		unsigned int first, last;

		if (!str_take_number(&text, &first) || !first)
			return -EINVAL;
		last = first;
		if (*text == '-') {
			text++;
			if (!str_take_number(&text, &last) || last < first)
				return -EINVAL;
		}
		if (filter->sas == PCAP_FILTER_MAX)
			return -EINVAL;
		filter->sa[filter->sas].first = first;
		filter->sa[filter->sas++].last = last;
	} while (*text++ == ',');
	return text[-1] ? -EINVAL : 0;
}

int pcap_filter_add_peer(struct pcap_filter *filter, const char *text)
{
	if (filter->peers == PCAP_FILTER_MAX ||
	    inet_prefix_parse(text, &filter->peer[filter->peers]))
		return -EINVAL;
	filter->peers++;
	return 0;
}

int pcap_filter_add_spi(struct pcap_filter *filter, const char *text)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 16);
	if (filter->spis == PCAP_FILTER_MAX || !*text || *end || *text == '-' || errno ||
	    !value)
		return -EINVAL;
	filter->spi[filter->spis++] = value;
	return 0;
}

bool pcap_filter_is_set(const struct pcap_filter *filter)
{
	return filter &&
	       (filter->has_errors || filter->sas || filter->peers || filter->spis);
}

/* ------------------------------------------------------------ does it hold? */

static bool has_number(const struct pcap_filter *filter, uint32_t number)
{
	for (uint32_t i = 0; i < filter->sas; i++)
		if (filter->sa[i].first <= number && number <= filter->sa[i].last)
			return true;
	return !filter->sas;
}

static bool has_peer(const struct pcap_filter *filter, const struct inet_addr *a,
		     const struct inet_addr *b)
{
	for (uint32_t i = 0; i < filter->peers; i++)
		if (inet_prefix_has(&filter->peer[i], a) ||
		    inet_prefix_has(&filter->peer[i], b))
			return true;
	return !filter->peers;
}

static bool is_spi(const struct pcap_filter *filter, uint64_t spi)
{
	for (uint32_t i = 0; i < filter->spis; i++)
		if (filter->spi[i] == spi)
			return true;
	return false;
}

/* Does it speak of such an SPI in a proposal that can be read? */
static bool has_child_spi(const struct pcap_filter *filter,
			  const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_found = false;

	vec_foreach (step, &session->steps) {
		session_step_message(step, &message);
		for (uint32_t i = 0; i < message.proposals; i++) {
			struct slice spi = message.proposal[i].spi;

			is_found |=
				(spi.length == 4 && is_spi(filter, be32(spi.bytes))) ||
				(spi.length == 8 && is_spi(filter, be64(spi.bytes)));
		}
	}
	return is_found;
}

static bool has_spi(const struct pcap_filter *filter, const struct ike_session *session)
{
	return !filter->spis || is_spi(filter, session->spi_i) ||
	       is_spi(filter, session->spi_r) || has_child_spi(filter, session);
}

static bool has_errors(const struct ike_story *story)
{
	vec_foreach (note, &story->notes)
		if (note->level != STORY_INFO)
			return true;
	return !story->is_up && !story->session->is_late;
}

bool pcap_filter_has_sa(const struct pcap_filter *filter, const struct ike_story *story,
			uint32_t index)
{
	const struct ike_session *session = story->session;

	return !pcap_filter_is_set(filter) ||
	       (has_number(filter, index + 1) &&
		has_peer(filter, &session->initiator, &session->responder) &&
		has_spi(filter, session) && (!filter->has_errors || has_errors(story)));
}

bool pcap_flow_has_errors(const struct esp_flow *flow)
{
	static const enum esp_status wrong[] = { ESP_NO_CIPHER, ESP_SHORT, ESP_ODD_LENGTH,
						 ESP_BAD_ICV, ESP_BAD_PADDING };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (flow->status[wrong[i]])
			return true;
	return flow->missing || (flow->inside && flow->inside->outside);
}

/* Between the two ends of an IKE SA with that number? */
static bool is_of_number(const struct pcap_filter *filter, const struct session_set *set,
			 const struct esp_flow *flow)
{
	for (uint32_t i = 0; i < set->sessions && filter->sas; i++) {
		const struct ike_session *session = set->session[i];

		if (has_number(filter, i + 1) &&
		    ((inet_addr_equal(&session->initiator, &flow->src) &&
		      inet_addr_equal(&session->responder, &flow->dst)) ||
		     (inet_addr_equal(&session->initiator, &flow->dst) &&
		      inet_addr_equal(&session->responder, &flow->src))))
			return true;
	}
	return !filter->sas;
}

bool pcap_filter_has_flow(const struct pcap_filter *filter, const struct session_set *set,
			  const struct esp_flow *flow)
{
	return !pcap_filter_is_set(filter) ||
	       (is_of_number(filter, set, flow) &&
		has_peer(filter, &flow->src, &flow->dst) &&
		(!filter->spis || is_spi(filter, flow->spi)) &&
		(!filter->has_errors || pcap_flow_has_errors(flow)));
}

bool pcap_filter_finds(const struct pcap_filter *filter, const struct session_set *set)
{
	struct pcap_filter wanted = *filter;

	wanted.has_errors = false;
	if (!pcap_filter_is_set(&wanted))
		return true;
	for (uint32_t i = 0; i < set->sessions; i++) {
		const struct ike_session *session = set->session[i];

		if (has_number(&wanted, i + 1) &&
		    has_peer(&wanted, &session->initiator, &session->responder) &&
		    has_spi(&wanted, session))
			return true;
	}
	vec_foreach (flow, &set->flows)
		if (pcap_filter_has_flow(&wanted, set, flow))
			return true;
	return false;
}
