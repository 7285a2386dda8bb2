/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * updown.h - the script that charon runs when a CHILD SA comes and goes
 *
 * `updown` of swanctl.conf, `leftupdown` of ipsec.conf, `local_updown` of OpenWrt's UCI:
 * charon gives the line to /bin/sh with what it knows in PLUTO_* variables. With marked
 * policies it makes the VTI whose key is the mark (strongSwan's documentation,
 * "Route-based VPN").
 */
#ifndef TWINSITE_MODEL_UPDOWN_H
#define TWINSITE_MODEL_UPDOWN_H

#include <stdbool.h>

#include "model/site.h"

/*
 * A file of the node that bash reads before a script (BASH_ENV): it prints the number of
 * a line that fails. dash and ash do not know such a thing.
 */
#define UPDOWN_TRAP_FILE "/etc/updown-trap"
#define UPDOWN_TRAP_TEXT "trap 'echo \"line $LINENO: status $?\"' ERR\n"

/*
 * So long may a script take: charon waits for it, and all else with it. Where the machine
 * is slow a file of the node says more seconds, a whole number; a script that changes it
 * gets no more than the most.
 */
#define UPDOWN_S	     4
#define UPDOWN_MOST_S	     24
#define UPDOWN_SECONDS_FILE  "/etc/updown-seconds"
#define UPDOWN_TEXT_(number) #number
#define UPDOWN_TEXT(number)  UPDOWN_TEXT_(number)
#define UPDOWN_SECONDS	     UPDOWN_TEXT(UPDOWN_S)

/* Statuses that are no fault of the script's: a program that a node has not, timeout(1)'s. */
#define UPDOWN_STATUS_MISSING "127"
#define UPDOWN_STATUS_LATE    "124"
#define UPDOWN_STATUS_KILLED  "137"

/*
 * What charon is told to run: the command as written, with that file and the bounds that
 * every script of a device has (netns/sandbox.h); then how it ended is printed, "up-client ended with status 1". charon logs all of it.
 */
const char *updown_command(struct arena *arena, const char *command);

/* Is the command that path, with plain words behind it, and nothing else for a shell? */
bool updown_names(const char *command, const char *path);

/* The script that the child's updown names, where it is among the files; else NULL. */
const struct updown_script *child_updown(const struct site *site,
					 const struct child *child);

/*
 * Is its updown the script that strongSwan ships, in a distribution's place, on a host
 * whose files have no firewall? It lets the tunnel's packets pass iptables (`_updown iptables`; ipsec.conf's leftfirewall
 * is the same), which nothing there refuses; without that word it only logs. It makes no
 * interface and marks no packet.
 */
bool child_updown_is_spare(const struct site *site, const struct child *child);

/* The first of its children's; NULL: none has one. */
const struct updown_script *tunnel_updown(const struct site *site,
					  const struct tunnel *tunnel);

/*
 * Why nothing gives the child's packets their mark, a sentence's end; NULL: something
 * does, or no file says (in transport mode charon's plugin connmark may). With a mark
 * that charon chooses (%unique) only its updown can.
 */
const char *child_unmarked(const struct site *site, const struct child *child);

/*
 * Is it known that nothing the child's networks send meets its policies? Unmarked, a mark
 * that no VTI of the files has, an if_id without interface: no firewall and no NAT decides.
 */
bool child_has_no_way(const struct site *site, const struct tunnel *tunnel,
		      const struct child *child);
/* The same of any of its children. */
bool tunnel_has_no_way(const struct site *site, const struct tunnel *tunnel);

/*
 * Is what the child's marks need shown by its files: a script of theirs makes the VTI,
 * or none can?
 */
bool child_mark_is_rehearsed(const struct site *site, const struct child *child);

/* The first such script of the site's tunnels in use, which charon runs; NULL: none. */
const struct updown_script *site_updown(const struct site *site);
/* Has any tunnel in use of the site such a script that makes a VTI? */
bool site_has_vti_script(const struct site *site);

/*
 * The device that the script makes, in the arena: `ip tunnel add vti5 …`, `ip link add
 * vti5 type vti`, also by a variable; "vti+" where a number that only charon knows ends
 * it. NULL: no line shows it.
 */
const char *updown_device(struct arena *arena, const struct updown_script *script);

/* The VTI's key as the script writes it, "42" or a variable; NULL: none. */
const char *updown_key(struct arena *arena, const struct updown_script *script);

/* Does it add a route? */
bool updown_routes(const struct updown_script *script);

/*
 * The source that its route gives to what the router itself sends (`ip route add … src
 * 192.168.2.82`), and the line; false: none is written out, as a variable is not.
 */
bool updown_route_source(const struct updown_script *script, struct inet_addr *ret_source,
			 unsigned int *ret_line);

/* Line number of the first line of the script that has the word; 0: none has. */
unsigned int updown_line_with(const struct updown_script *script, const char *word);

#endif
