/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf_text.h - the texts of strongswan.conf and swanctl.conf; part of conf.c */
#ifndef TWINSITE_CHARON_CONF_TEXT_H
#define TWINSITE_CHARON_CONF_TEXT_H

#include <stdbool.h>

struct conf;

/* strongswan.conf for conf->params and conf->site, in conf's arena. */
const char *conf_strongswan_text(const struct conf *conf, bool is_quiet);

#endif
