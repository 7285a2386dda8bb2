#!/bin/sh
# shared_pcaps.sh - where the captures of real devices are, see harness/capture/shared_pcaps.h; they are not ours to ship.
for folder in "${TWINSITE_PCAPS-}" ../shared/pcaps ../../shared/pcaps; do
	[ -n "$folder" ] && [ -d "$folder" ] && echo "$folder" && exit
done
echo ../shared/pcaps
