/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figure.h - how much of the plain throughput is left: ESP and plain, in turn
 *
 * Plain is a row of nodes as long as the way through the tunnel, with the provider's
 * impairments and without ESP, NAT and rules. Samples of both are taken in turn (E P E P),
 * so that what else the machine does happens to both: the ratio is that of neighbours.
 */
#ifndef TWINSITE_RUN_FIGURE_H
#define TWINSITE_RUN_FIGURE_H

struct rehearsal;

/*
 * Measure each `throughput` expectation: evidence "throughput" with the median in mbit_s and
 * all samples, once for ESP and once plain ("lifted"), of TCP and UDP. A figure that cannot
 * be measured is evidence, not an error.
 */
void figure_take(struct rehearsal *rehearsal);

#endif
