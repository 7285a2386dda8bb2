#!/bin/sh
# tshark_agree.sh TWINSITE [FOLDER] - do we and tshark read the same in every packet of every capture?
#
# Compared, message by message of FOLDER (../shared/pcaps) and pcaps/: SPIs, exchange type, message id, flags, the
# payloads in their order, notify types, and of SA payloads each transform with its attributes (in an answer that
# is what was chosen) and the SPI; then the packets of each SPI of ESP and AH. Captures whose keys are known are
# compared decrypted. Prints a table; exit 1 when anything differs without an explanation in the list below.
# Needs tshark and python3; without them it is skipped, without shared captures those of pcaps/ are compared.
twinsite=$1
folder=${2:-$(harness/shared_pcaps.sh)}
for tool in tshark python3; do
	command -v $tool >/dev/null || { echo "SKIP dissect/tshark_agree: $tool: no program $tool"; exit; }
done
[ -d "$folder" ] || echo "SKIP dissect/tshark_agree of devices' captures: shared-captures: no folder $folder"
exec python3 - "$twinsite" "$folder" <<'PYTHON'
import collections, glob, json, os, subprocess, sys, tempfile, textwrap

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
    ("tcpdump-ISAKMP_sa_setup.pcap", 3, "payloads", "payload 15 is NAT-D of the NAT-T drafts 04 to 08; tshark takes it "
     "for GDOI's SA KEK, calls it malformed and stops"),
    ("tcpdump-ISAKMP_sa_setup.pcap", 4, "payloads", "as in #3"),
    ("zeek-ipsec-ikev1-payload-bad-length.pcap", 1, "payloads", "a vendor id with the length 3; tshark goes on 4 bytes "
     "further, where nothing begins, and stops there; we stop at once"),
    # pcaps/public.tsv
    ("espaes_getvpn_tunnel.pcapng", 0, "missing", "G-IKEv2 on GDOI's port 848, which tshark 4.0 does not dissect"),
    ("espnull_getvpn_tunnel.pcapng", 0, "missing", "as in espaes_getvpn_tunnel.pcapng"),
    ("ipv6_zero_len_ah.pcap", 0, "flow", "tshark counts the AH that an ICMP error quotes, too"),
]

# Attributes of transforms: tshark has a field for each, by the protocol of the proposal.
ATTRIBUTES = {
    "ike": {1: "encryption_algorithm", 2: "hash_algorithm", 3: "authentication_method", 4: "group_description",
            11: "life_type", 12: "life_duration", 14: "key_length"},
    "ipsec": {1: "life_type", 2: "life_duration", 3: "group_description", 4: "encap_mode", 5: "auth_algorithm",
              6: "key_length"},
    "ike2": {14: "key_length"},
}
ATTRIBUTE_FIELDS = {"isakmp.%s.attr.%s" % (kind, name): (kind, number)
                    for kind, names in ATTRIBUTES.items() for number, name in names.items()}
FIELDS = ["frame.number", "isakmp.ispi", "isakmp.rspi", "isakmp.exchangetype", "isakmp.messageid", "isakmp.flags",
          "isakmp.typepayload", "isakmp.notify.msgtype", "isakmp.tf.id.encr", "isakmp.tf.id.prf", "isakmp.tf.id.integ",
          "isakmp.tf.id.dh", "isakmp.tf.id.esn", "isakmp.trans.id", "isakmp.spi", "isakmp.version"] + list(ATTRIBUTE_FIELDS)

def numbers(text):
    return [int(word, 0) for word in text.split(",") if word]

def tshark(path, keys, show, fields):
    args = ["tshark", "-r", path, "-Y", show, "-T", "fields", "-E", "separator=;", "-E", "occurrence=a"]
    for field in fields:
        args += ["-e", field]
    env = dict(os.environ, WIRESHARK_CONFIG_DIR=keys)
    out = subprocess.run(args, capture_output=True, text=True, env=env).stdout
    return [dict(zip(fields, line.split(";"))) for line in out.splitlines()]

def by_tshark(path, keys):
    rows = {}
    for row in tshark(path, keys, "isakmp", FIELDS):
        spi = lambda name: row[name].replace(":", "").lower()
        frame = int(row["frame.number"])
        if not spi("isakmp.ispi"):
            rows[frame] = None
            continue
        is_v1 = row["isakmp.version"].startswith("0x1") or row["isakmp.version"] == "16"
        transforms = row["isakmp.trans.id"] if is_v1 else ",".join(
            row["isakmp.tf.id." + name] for name in ("encr", "prf", "integ", "dh", "esn"))
        rows[frame] = {
            "spis": (spi("isakmp.ispi"), spi("isakmp.rspi")),
            "exchange": int(row["isakmp.exchangetype"] or "0", 0),
            "message id": int(row["isakmp.messageid"] or "0", 0),
            "flags": int(row["isakmp.flags"] or "0", 0),
            # 2 and 3: proposals and transforms, which are parts of SA
            "payloads": [n for n in numbers(row["isakmp.typepayload"]) if n not in (2, 3)],
            "notifies": sorted(numbers(row["isakmp.notify.msgtype"])),
            "transforms": sorted(numbers(transforms)),
            "attributes": sorted((kind, number, value) for field, (kind, number) in ATTRIBUTE_FIELDS.items()
                                 for value in numbers(row[field])),
            "esp spis": sorted(row["isakmp.spi"].replace(":", "").lower().split(",")),
        }
    return rows

def message_of(sa, message):
    transforms, notifies, attributes, spis = [], [], [], []
    for payload in message["payloads"]:
        notifies += [payload["notify"]] if "notify" in payload else []
        for proposal in payload.get("proposals", []):
            spis += [proposal["spi"]] if proposal["spi"] else []
            kind = "ike2" if sa["version"] == 2 else "ike" if proposal["protocol"] == 1 else "ipsec"
            for transform in proposal["transforms"]:
                transforms.append(transform["id"])
                attributes += [(kind, a["type"], a["value"]) for a in transform["attributes"]
                               if a["type"] in ATTRIBUTES[kind]]
    return {
        "spis": (sa["spi_i"], message["spi_r"]),
        "exchange": message["exchange"], "message id": message["message_id"], "flags": message["flags"],
        "payloads": [payload["type"] for payload in message["payloads"]],
        "notifies": sorted(notifies), "transforms": sorted(transforms), "attributes": sorted(attributes),
        "esp spis": sorted(spis),
    }

def by_twinsite(path, keys, write):
    args = [twinsite, "pcap", "--json", path, "--write-keys", write] + (["--keys", keys] if keys else [])
    root = json.loads(subprocess.run(args, capture_output=True, text=True).stdout)
    rows, repeated = {}, 0
    for sa in root["ike_sas"]:
        for message in sa["messages"]:
            repeated += message["repeats"] + message["copies"]
            rows[message["frame"]] = message_of(sa, message)
    flows = collections.Counter()
    for flow in root["esp_flows"]:
        flows[int(flow["spi"], 16)] += flow["packets"] if flow["kind"] != "IPComp" else 0
    return rows, repeated, +flows

# ESP and AH packets by SPI.
def flows_by_tshark(path):
    flows = collections.Counter()
    for row in tshark(path, "/nonexistent", "esp || ah", ["esp.spi", "ah.spi"]):
        for field in ("esp.spi", "ah.spi"):
            flows.update(numbers(row[field])[:1])
    return flows

def explanation(name, frame, what):
    for row in EXPLAINED:
        # Who copies captures of several folders into one puts the folder before the name.
        if (row[0] == name or name.endswith("_" + row[0])) and row[1] in (0, frame) and row[2] in ("all", what):
            return row[3]
    return None

def compare(path, keys):
    write = tempfile.mkdtemp()
    ours, repeated, our_flows = by_twinsite(path, keys, write)
    theirs, their_flows = by_tshark(path, write), flows_by_tshark(path)
    subprocess.run(["rm", "-r", write])
    differences = []
    for frame, mine in sorted(ours.items()):
        other = theirs.get(frame)
        if other is None:
            differences.append((frame, "missing", "tshark shows no IKE header"))
            continue
        for what in mine:
            a, b = mine[what], other[what]
            # tshark has one field for the SPIs of proposals, NOTIFY and DELETE
            if a != b if what != "esp spis" else collections.Counter(a) - collections.Counter(b):
                differences.append((frame, what, "%s, tshark %s" % (a, b)))
    extra = [frame for frame in theirs if frame not in ours]
    if len(extra) > repeated:
        differences.append((extra[0], "missing", "%d messages only tshark has, %d repetitions" % (len(extra), repeated)))
    for spi in sorted(set(our_flows) | set(their_flows)):
        if our_flows[spi] != their_flows[spi]:
            differences.append((0, "flow", "SPI %08x: %d packets, tshark %d" % (spi, our_flows[spi], their_flows[spi])))
    counts = [len(theirs), len(ours)]
    counts += [sum(len(row[what]) for row in ours.values()) for what in ("payloads", "transforms", "attributes", "notifies")]
    return counts + [sum(our_flows.values())], differences

SRX = "fafaeb49382a763c,735be0cb62f82675c4f7bf8fbab9b56834ba76d6ab4fa240\n" # ../shared/pcaps/README.md

def keys_of(path, temporary):
    """What opens it: a folder beside it, tcpdump's secrets, or the SRX210's one key."""
    name = os.path.basename(path)
    if name.startswith("juniper-srx210"):
        with open(os.path.join(temporary, "ikev1_decryption_table"), "w") as file:
            file.write(SRX)
        return temporary
    stem = os.path.splitext(path)[0]
    if "chacha" in name: # tshark 4.0 refuses a table with ChaCha20-Poly1305
        return None
    return next((place for place in (stem + ".keys", stem + "-secrets.txt") if os.path.exists(place)), None)

COLUMNS = ["messages", "compared", "payloads", "transf.", "attrib.", "notifies", "ESP, AH", "differ"]
total = [0] * len(COLUMNS)
notes, unexplained = [], 0
print(("%-46s" + " %8s" * len(COLUMNS)) % tuple(["capture (*: with keys)"] + COLUMNS))
with tempfile.TemporaryDirectory() as temporary:
    for path in sorted(glob.glob(folder + "/*cap") + glob.glob(folder + "/*.pcapng")) + sorted(glob.glob("pcaps/*.pcapng")):
        name, keys = os.path.basename(path), keys_of(path, temporary)
        row, differences = compare(path, keys)
        row.append(len(differences))
        total = [a + b for a, b in zip(total, row)]
        print(("%-46s" + " %8d" * len(COLUMNS)) % tuple([name + ("*" if keys else "")] + row))
        notes += [(name,) + difference for difference in differences]
print(("%-46s" + " %8d" * len(COLUMNS)) % tuple(["all"] + total))
for name, frame, what, text in notes:
    why = explanation(name, frame, what)
    lines = textwrap.wrap(why or "NOT EXPLAINED", 110, initial_indent="    ", subsequent_indent="    ")
    print("\n%s #%d, %s: %s\n%s" % (name, frame, what, text, "\n".join(lines)))
    unexplained += why is None
print("\n%d messages, %d compared, %d differ, %d of these are not explained" % (total[0], total[1], len(notes), unexplained))
sys.exit(1 if unexplained or not total[1] else 0)
PYTHON
