// SPDX-License-Identifier: GPL-2.0-or-later
/* patience.c - a window that only time counts for in which this process was served */
#include "base/patience.h"

#include "base/clock.h"

struct patience patience_for(int64_t window_us)
{
	return (struct patience){ .window_us = window_us, .last_us = clock_now_us() };
}

int patience_nap_ms(const struct patience *patience)
{
	int64_t left_us = patience->window_us - patience->passed_us;

	if (left_us > PATIENCE_NAP_US)
		left_us = PATIENCE_NAP_US;
	return left_us <= 1000 ? 1 : (int)((left_us + 999) / 1000);
}

void patience_pass(struct patience *patience)
{
	int64_t now_us = clock_now_us(), passed_us = now_us - patience->last_us;

	patience->last_us = now_us;
	patience->wall_us += passed_us;
	patience->passed_us += passed_us > PATIENCE_NAP_US ? PATIENCE_NAP_US : passed_us;
}

bool patience_is_over(const struct patience *patience)
{
	return patience->passed_us >= patience->window_us;
}

static int64_t in_vain_us;

void patience_end(const struct patience *patience)
{
	if (patience_is_over(patience))
		in_vain_us += patience->wall_us;
}

int64_t patience_in_vain_us(void)
{
	return in_vain_us;
}

double patience_starvation(const struct patience *patience)
{
	if (patience->passed_us <= 0 || patience->wall_us <= patience->passed_us)
		return 1;
	return (double)patience->wall_us / (double)patience->passed_us;
}
