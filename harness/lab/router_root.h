/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * router_root.h - what the file system of a world and of each of its nodes contains
 *
 * The one list of programs, plugins, libraries and settings that a rehearsal needs of
 * the machine (netns/root.h has what the kinds mean). Whoever starts worlds or guests
 * says root_use(router_root) once; an image for a guest is made from the same list.
 */
#ifndef TWINSITE_LAB_ROUTER_ROOT_H
#define TWINSITE_LAB_ROUTER_ROOT_H

#include "netns/root.h"

extern const struct root_item router_root[];

#endif
