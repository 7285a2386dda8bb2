#!/bin/sh
# public.sh FOLDER... - what `twinsite pcap` says of public captures, held against pcaps/public.tsv
#
# The captures are not ours to ship: each file below FOLDER is known by its SHA-256 (a clone of the repository named in the
# table will do). Compared are IKE messages, IKE SAs, and the SPIs of ESP and AH; one line for each that differs. Exit
# 1: one differs; 77: none of the captures is there.
set -eu
build=${BUILD:-build}
[ $# -gt 0 ] || { echo "public: skipped, no folder with public captures given"; exit 77; }
exec python3 - "$build/twinsite" pcaps/public.tsv "$@" <<'PYTHON'
import hashlib, json, os, subprocess, sys
program, table = sys.argv[1:3]
rows = {}
for line in open(table):
    if not line.startswith("#"):
        row = line.rstrip("\n").split("\t")
        rows[row[0]] = row[1:]
seen, wrong = set(), 0
for folder in sys.argv[3:]:
    for at, _, files in os.walk(folder):
        for name in sorted(files):
            path = os.path.join(at, name)
            if not os.path.isfile(path) or os.path.getsize(path) > 1 << 25:
                continue
            key = hashlib.sha256(open(path, "rb").read()).hexdigest()[:16]
            if key not in rows or key in seen:
                continue
            seen.add(key)
            done = subprocess.run([program, "pcap", path, "--json"], capture_output=True)
            said = json.loads(done.stdout)
            flows = said["esp_flows"]
            is_ah = [flow["kind"].startswith("AH") for flow in flows]
            ours = [said["kinds"].get("IKE", 0), len(said["overview"]["ike_sas"]),
                    len({f["spi"] for f, a in zip(flows, is_ah) if not a}),
                    len({f["spi"] for f, a in zip(flows, is_ah) if a})]
            theirs = [int(count) for count in rows[key][2:6]]
            if ours != theirs:
                wrong += 1
                print("%s %s: IKE messages, SAs, SPIs of ESP and AH %s, expected %s" %
                      (rows[key][0], rows[key][1], ours, theirs))
print("public captures: %d of %d were there, %d as expected" % (len(seen), len(rows), len(seen) - wrong))
sys.exit(77 if not seen else wrong > 0)
PYTHON
