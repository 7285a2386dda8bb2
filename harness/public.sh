#!/bin/sh
# public.sh FOLDER... - what `twinsite pcap` says of public captures, held against pcaps/public.tsv and public_said.tsv
#
# The captures are not ours to ship: each file below FOLDER is known by its SHA-256 (a clone of the repository named in the
# table will do). Compared are IKE messages, IKE SAs, and the SPIs of ESP and AH, or what is said in words and the exit
# status; one line for each that differs. Exit 1: one differs; 77: none of the captures is there.
set -eu
build=${BUILD:-build}
[ $# -gt 0 ] || { echo "public: skipped, no folder with public captures given"; exit 77; }
exec python3 - "$build/twinsite" pcaps/public.tsv pcaps/public_said.tsv "$@" <<'PYTHON'
import hashlib, json, os, re, subprocess, sys
program = sys.argv[1]

def read(table):
    lines = [line.rstrip("\n").split("\t") for line in open(table) if not line.startswith("#")]
    return {line[0]: line[1:] for line in lines}

def differs_in_words(path, row):
    done = subprocess.run([program, "pcap", path], capture_output=True, text=True)
    status, said, unsaid = row[2:5]
    ret = [] if done.returncode == int(status) else ["exits %d, not %s" % (done.returncode, status)]
    ret += ["'%s' is not said" % one for one in said.split(" && ") if not re.search(one, done.stdout)]
    return ret + ["'%s' is said" % one for one in unsaid.split(" && ") if one != "-" and re.search(one, done.stdout)]

rows, words = read(sys.argv[2]), read(sys.argv[3])
seen, wrong = set(), 0
for folder in sys.argv[4:]:
    for at, _, files in os.walk(folder):
        for name in sorted(files):
            path = os.path.join(at, name)
            if not os.path.isfile(path) or os.path.getsize(path) > 1 << 25:
                continue
            key = hashlib.sha256(open(path, "rb").read()).hexdigest()[:16]
            if key in seen or key not in rows and key not in words:
                continue
            seen.add(key)
            if key in words:
                found = differs_in_words(path, words[key])
                wrong += found != []
                if found:
                    print("%s %s: %s" % (words[key][0], words[key][1], "; ".join(found)))
            if key not in rows:
                continue
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
print("public captures: %d of %d were there, %d as expected" % (len(seen), len({*rows, *words}), len(seen) - wrong))
sys.exit(77 if not seen else wrong > 0)
PYTHON
