#!/bin/sh
# one_end.sh [--check | FOLDER] - what `twinsite predict FILES` says of each end of the public pairs by itself
#
# Of each end of harness/predict/pairs/public-*.pair (the address of the real file is in it): its device, what is fatal,
# a leak or weak, and whether the pair's own answer, which was written before the program was asked, bears out what is
# fatal. The answer is kept in public-one-end.tsv beside them; --check says what differs from it.
#
# FOLDER: files of the addresses in public-one-end-said.tsv are somewhere below it (they are not ours to ship; each is
# known by its SHA-256). Said in what was expected of each of them; exit 1: of one it was not; 77: none is there.
set -eu
build=${BUILD:-build}
case ${1-} in
"" | --check) ;;
*)
	exec python3 - "$build/twinsite" harness/predict/pairs/public-one-end-said.tsv "$1" <<'PYTHON'
import hashlib, os, re, subprocess, sys, tempfile
program, table, folder = sys.argv[1:4]
rows = {r[0]: r[1:] for r in (line.rstrip("\n").split("\t") for line in open(table) if line[0] != "#")}
seen, wrong = set(), 0
for at, _, files in os.walk(folder):
    for name in files:
        with open(os.path.join(at, name), "rb") as file:
            text = file.read()
        key = hashlib.sha256(text).hexdigest()[:16]
        if key not in rows or key in seen:
            continue
        seen.add(key)
        said, unsaid, address = rows[key]
        with tempfile.TemporaryDirectory() as own:
            path = os.path.join(own, os.path.basename(address))
            open(path, "wb").write(text)
            done = subprocess.run([program, "predict", path], capture_output=True, text=True)
        words = done.stdout + done.stderr
        faults = ["exits %d" % done.returncode] if done.returncode not in (0, 1, 2, 3) else []
        faults += ["'%s' is not said" % one for one in said.split(" && ") if not re.search(one, words, re.M)]
        faults += ["'%s' is said" % unsaid] if unsaid != "-" and re.search(unsaid, words, re.M) else []
        wrong += faults != []
        if faults:
            print("%s: %s\n%s" % (address, "; ".join(faults), words[:600]))
print("public one-end files: %d of %d were there, %d as expected" % (len(seen), len(rows), len(seen) - wrong))
sys.exit(77 if not seen else wrong > 0)
PYTHON
	;;
esac
exec python3 - "$build/twinsite" harness/predict/pairs "${1-}" <<'PYTHON'
import glob, os, re, subprocess, sys, tempfile
program, folder, word = sys.argv[1:4]
rows, claims = ["# address\tend\tdevice\tfatal\tleak\tweak or later\tborne out"], 0
for path in sorted(glob.glob(folder + "/public-*.pair")):
    text = open(path).read()
    address = re.search(r"https?://[^\s)]+", text)
    expect = re.search(r"^expect: (.*)$", text, re.M).group(1)
    firmware = re.search(r"^firmware: (.*)$", text, re.M)
    parts = re.split(r"^--- (left|right) (\S+)\n", text, flags=re.M)[1:]
    files = list(zip(parts[0::3], parts[1::3], parts[2::3]))
    for end in "left", "right":
        with tempfile.TemporaryDirectory() as at:
            own = [f for f in files if f[0] == end]
            for _, name, body in own:
                os.makedirs(os.path.dirname(os.path.join(at, name)) or at, exist_ok=True)
                open(os.path.join(at, name), "w").write(body)
            given = os.path.join(at, own[0][1]) if len(own) == 1 else at
            if given.endswith((".yml", ".yaml")):
                given = at
            call = [program, "predict"] + (["--firmware", firmware.group(1)] if firmware else []) + [given]
            said = subprocess.run(call, capture_output=True, text=True).stdout
            kind = subprocess.run([program, "import", given], capture_output=True, text=True).stdout
        found = re.findall(r"^(F\d+) (no tunnel|no traffic|leak|breaks later|weak):", said, re.M)
        of = lambda *words: sorted({i for i, w in found if w in words})
        twins = {"F31": "F32", "F32": "F31", "F07": "F30", "F30": "F07"}
        fatal = of("no tunnel", "no traffic")
        wrong = [i for i in fatal if i not in expect and twins.get(i, i) not in expect]
        claims += len(re.findall(r"^F\d.*\bthe other end (?:has|is|lacks|does not)", said, re.M))
        device = re.search(r"^  device +(\S+)", kind, re.M)
        rows.append("\t".join([address.group(0) if address else os.path.basename(path), end,
            device.group(1) if device else "refused", " ".join(fatal) or "-", " ".join(of("leak")) or "-",
            " ".join(of("breaks later", "weak")) or "-",
            "-" if not fatal else "NOT: " + " ".join(wrong) if wrong else "yes"]))
kept = folder + "/public-one-end.tsv"
table = "\n".join(rows) + "\n"
if word != "--check":
    open(kept, "w").write(table)
    print(table, end="")
elif open(kept).read() != table:
    print("one_end: not what %s has: harness/one_end.sh, and look at the difference" % kept)
    sys.exit(1)
print("public one-end files: %d, %d with something fatal, %d of them not borne out, %d claims about the other end" % (
    len(rows) - 1, sum(r.split("\t")[3] != "-" for r in rows[1:]), sum("NOT" in r for r in rows), claims), file=sys.stderr)
PYTHON
