#!/bin/sh
# tshark_agree.sh TWINSITE [FOLDER] - do we and tshark read the same in every IKE packet of every capture?
#
# Compared, message by message: SPIs, exchange type, message id, flags, notify types, and of SA payloads
# the transforms (IKEv1: number and id, IKEv2: type and id). Exit 1 when one disagrees without an
# explanation in the table below. Needs tshark and python3; exit 77 when they or the captures are absent.
twinsite=$1
folder=${2:-${TWINSITE_PCAPS:-../shared/pcaps}}
for tool in tshark python3; do
	command -v $tool >/dev/null || { echo "tshark_agree: skipped, no $tool"; exit 77; }
done
[ -d "$folder" ] || { echo "tshark_agree: skipped, no captures in $folder"; exit 77; }
exec python3 - "$twinsite" "$folder" <<'PYTHON'
import glob, json, os, subprocess, sys

twinsite, folder = sys.argv[1:]

# capture, frame (0: all), what differs, why it may
EXPLAINED = [
    ("tcpdump-isakmp-pointer-loop.pcap", 0, "missing", "the initiator's SPI is zero; tshark 4.0 then takes it for ESP "
     "behind the non-IKE marker and shows nothing; the SPI behind the marker would be zero, too, so it is IKE"),
    ("tcpdump-isakmp-delete-segfault.pcap", 0, "missing", "the version octet is 0xbe: neither IKEv1 nor IKEv2; tshark "
     "reads on as if it were version 1, we count it as no IKE"),
    ("tcpdump-isakmp-various-oobr.pcap", 0, "missing", "an IP fragment (MF is set) whose rest is not in the capture; "
     "tshark dissects a first fragment as if it were whole"),
    ("tcpdump-isakmpv1-attr-oobr.pcap", 0, "missing", "an IP fragment (MF is set), as above"),
    ("zeek-ipsec-ikev1-zero-length.pcap", 0, "missing", "the header claims a length of 0; tshark stops there, we read "
     "the payloads that are there and say so"),
]

FIELDS = ["frame.number", "isakmp.ispi", "isakmp.rspi", "isakmp.exchangetype", "isakmp.messageid", "isakmp.flags",
          "isakmp.notify.msgtype", "isakmp.tf.type", "isakmp.tf.id.encr", "isakmp.tf.id.prf", "isakmp.tf.id.integ",
          "isakmp.tf.id.dh", "isakmp.tf.id.esn", "isakmp.trans.number", "isakmp.trans.id", "isakmp.version"]

def numbers(text):
    out = []
    for word in text.split(","):
        if word:
            out.append(int(word, 0))
    return out

def by_tshark(path):
    args = ["tshark", "-r", path, "-Y", "isakmp", "-T", "fields", "-E", "separator=;", "-E", "occurrence=a"]
    for field in FIELDS:
        args += ["-e", field]
    env = dict(os.environ, WIRESHARK_CONFIG_DIR="/nonexistent")
    out = subprocess.run(args, capture_output=True, text=True, env=env).stdout
    rows = {}
    for line in out.splitlines():
        row = dict(zip(FIELDS, line.split(";")))
        spi = lambda name: row[name].replace(":", "").lower()
        if not spi("isakmp.ispi"):
            rows[int(row["frame.number"])] = None
            continue
        transforms = sorted(numbers(row["isakmp.tf.id.encr"]) + numbers(row["isakmp.tf.id.prf"]) +
                            numbers(row["isakmp.tf.id.integ"]) + numbers(row["isakmp.tf.id.dh"]) +
                            numbers(row["isakmp.tf.id.esn"]))
        if row["isakmp.version"].startswith("0x1") or row["isakmp.version"] == "16":
            transforms = sorted(numbers(row["isakmp.trans.id"]))
        rows[int(row["frame.number"])] = {
            "spis": (spi("isakmp.ispi"), spi("isakmp.rspi")),
            "exchange": int(row["isakmp.exchangetype"] or "0", 0),
            "message id": int(row["isakmp.messageid"] or "0", 0),
            "flags": int(row["isakmp.flags"] or "0", 0),
            "notifies": sorted(numbers(row["isakmp.notify.msgtype"])),
            "transforms": transforms,
        }
    return rows

def by_twinsite(path):
    root = json.loads(subprocess.run([twinsite, "pcap", "--json", path], capture_output=True, text=True).stdout)
    rows, repeated = {}, 0
    for sa in root["ike_sas"]:
        for message in sa["messages"]:
            repeated += message["repeats"]
            transforms, notifies = [], []
            for payload in message["payloads"]:
                notifies += [payload["notify"]] if "notify" in payload else []
                for proposal in payload.get("proposals", []):
                    transforms += [t["id"] for t in proposal["transforms"]]
            rows[message["frame"]] = {
                "spis": (sa["spi_i"], message["spi_r"]),
                "exchange": message["exchange"], "message id": message["message_id"], "flags": message["flags"],
                "notifies": sorted(notifies), "transforms": sorted(transforms),
            }
    return rows, repeated

def explanation(name, frame, what):
    for row in EXPLAINED:
        if row[0] == name and row[1] in (0, frame) and row[2] in ("all", what):
            return row[3]
    return None

total = compared = unexplained = 0
print("%-50s %8s %9s %9s" % ("capture", "messages", "compared", "disagree"))
for path in sorted(glob.glob(folder + "/*cap") + glob.glob(folder + "/*.pcapng")):
    name = os.path.basename(path)
    theirs, (ours, repeated) = by_tshark(path), by_twinsite(path)
    differences = []
    for frame, mine in sorted(ours.items()):
        other = theirs.get(frame)
        if other is None:
            differences.append((frame, "missing", "tshark shows no IKE header"))
            continue
        for what in mine:
            a, b = mine[what], other[what]
            if a != b:
                differences.append((frame, what, "%s, tshark %s" % (a, b)))
    extra = [f for f in theirs if f not in ours]
    if len(extra) > repeated:
        differences.append((extra[0], "missing", "%d messages only tshark has, %d repetitions" % (len(extra), repeated)))
    print("%-50s %8d %9d %9d" % (name, len(theirs), len(ours), len(differences)))
    total += len(theirs)
    compared += len(ours)
    for frame, what, text in differences:
        why = explanation(name, frame, what)
        print("    #%d %s: %s\n        %s" % (frame, what, text, why or "NOT EXPLAINED"))
        unexplained += why is None
print("%d messages, %d compared, %d disagreements not explained" % (total, compared, unexplained))
sys.exit(1 if unexplained or not compared else 0)
PYTHON
