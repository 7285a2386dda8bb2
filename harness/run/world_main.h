/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world_main.h - the whole run, inside the world */
#ifndef TWINSITE_RUN_WORLD_MAIN_H
#define TWINSITE_RUN_WORLD_MAIN_H

/*
 * Build the scenario of FOLDER/run.json, bring the tunnel up, ask everything, take it
 * down; everything seen is appended to the folder's evidence. Returns 0 when the
 * rehearsal was carried out, whatever came out of it; 1 when the world itself failed
 * (the last evidence line says why); the errno when evidence could not be written; EXIT_BROKE without memory. Runs
 * in its own namespaces or in a guest.
 */
int world_main(const char *folder, void *unused);

#endif
