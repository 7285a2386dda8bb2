/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unrehearsed.h - what no rehearsal shows of a tunnel, whatever device it is of */
#ifndef TWINSITE_IMPORT_UNREHEARSED_H
#define TWINSITE_IMPORT_UNREHEARSED_H

struct site;

/*
 * Certificates, AH, IPv6, several peers, GRE in transport mode: each tunnel that is in
 * use and has it gets its remark (aspect.h). Words that belong to one device alone are
 * named by its importer.
 */
void import_unrehearsed(struct site *site);

#endif
