#!/bin/bash
# doc_test.sh [BIN] - do the guide's links, classes and file formats hold, and does the script of the CI templates tell good from bad?
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$(realpath "${1:-build/twinsite}") failed=0
bad() { echo "FAIL $*"; failed=1; }
dir=$(mktemp -d /tmp/twinsite-doc-XXXXXX)
trap 'rm -rf "$dir"' EXIT

# Each relative link leads to a file.
links=0
for page in README.md .github/*.md harness/doc/*.md scenarios/README.md; do
	while read -r link; do
		links=$((links + 1))
		[ -e "$(dirname "$page")/${link%%#*}" ] || bad "$page: $link leads nowhere"
	done < <(grep -o '](\([^)#: ]*\))' "$page" | sed 's/^](//; s/)$//' | grep -v '^$')
done
[ $links -gt 40 ] || bad "only $links links were found"
# README is one screen and lists each page that is for users.
[ "$(wc -l <README.md)" -le 60 ] || bad "README is longer than a screen: $(wc -l <README.md) lines"
for page in tutorial troubleshooting own scenario run report planes captures commands ci safety many neutral log design add-a-device stable CHANGELOG; do
	grep -q "harness/doc/$page.md" README.md || bad "README does not lead to $page.md"
done
# Each class that the guide names is one, and troubleshooting has each that has a symptom.
"$bin" why | cut -d' ' -f1 >"$dir/classes"
grep -oh '\bF[0-9][0-9]\b' harness/doc/{troubleshooting,tutorial,own,stable}.md README.md | sort -u >"$dir/named"
unknown=$(grep -vxFf "$dir/classes" "$dir/named")
[ -z "$unknown" ] || bad "no such class: $unknown"
grep -oh '\bF[0-9][0-9]\b' harness/doc/troubleshooting.md | sort -u >"$dir/named"
missing=$(grep -vxFf "$dir/named" "$dir/classes" | paste -sd' ')
[ -z "$missing" ] || bad "troubleshooting.md has no symptom for $missing"
python3 - <<'END' || bad "a picture or a template is malformed"
import glob, xml.dom.minidom, yaml
for file in glob.glob("harness/doc/*.svg"):
    xml.dom.minidom.parse(file)
for file in glob.glob(".github/**/*.yml", recursive=True) + ["harness/packaging/gitlab.yml"]:
    assert yaml.safe_load(open(file)), file
END
# Each call that the guide shows is one: the command is there, and its options.
calls=$(python3 - "$bin" <<'END'
import glob, re, subprocess, sys
helps, calls = {}, 0
def known(command):
    if command not in helps:
        done = subprocess.run([sys.argv[1], "help", command], capture_output=True, text=True)
        helps[command] = done.stdout if done.returncode == 0 else ""
    return helps[command]
for page in ["README.md", "scenarios/README.md", "pcaps/README.md"] + glob.glob("harness/doc/*.md") + glob.glob(".github/*.md"):
    text = open(page).read()
    shown = re.findall(r"`([^`\n]+)`", text) + [line for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S) for line in block.split("\n")]
    for line in shown:
        for command, rest in re.findall(r"(?:^|[|$&;] *|build/)twinsite ([a-z][a-z-]*)\b([^|;&#]*)", line):
            if command == "help":
                continue
            calls += 1
            if not known(command):
                print("FAIL %s: twinsite has no command '%s'" % (page, command))
            for option in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", re.split(r"   +", rest)[0]):
                if known(command) and not re.search(re.escape(option) + r"\b", known(command)):
                    print("FAIL %s: twinsite %s has no %s" % (page, command, option))
print("%d calls" % calls)
END
)
! grep FAIL <<<"$calls" || failed=1
# What CI templates run: red for the tutorial's files, green for a healthy scenario.
mkdir "$dir/bin" && ln -s "$bin" "$dir/bin/twinsite"
rehearse() { PATH=$dir/bin:$PATH PLANE=libipsec REPORTS=$dir/reports env "$@" harness/packaging/rehearse.sh >"$dir/out" 2>&1; }
rehearse LEFT=harness/doc/tutorial/branch RIGHT=harness/doc/tutorial/hq FIRMWARE=23.05
[ $? = 1 ] || { bad "rehearse.sh: the tutorial's files are not red"; tail -3 "$dir/out"; }
rehearse SCENARIO=scenarios/office-chacha || { bad "rehearse.sh: office-chacha is not green"; tail -3 "$dir/out"; }
[ -f "$dir/reports/office-chacha/latest/junit.xml" ] || bad "rehearse.sh leaves no junit.xml"
cp -r harness/doc/tutorial "$dir/marked" && PATH=$dir/bin:$PATH twinsite new "$dir/vpn" --left "$dir/marked/branch" --right "$dir/marked/hq" --firmware 23.05 >/dev/null 2>&1
rehearse SCENARIO="$dir/vpn" GITHUB_ACTIONS=true
grep -q '^::error file=.*,line=[0-9]*,title=F[0-9]* ' "$dir/out" || bad "rehearse.sh marks no line on GitHub"
rehearse LEFT=./harness/doc/tutorial/branch/ RIGHT=harness/doc/tutorial/hq FIRMWARE=23.05 GITHUB_ACTIONS=true
if ! grep -q '^::error file=harness/doc/tutorial/branch/etc/config/ipsec,line=[0-9]*,title=F' "$dir/out" ||
	grep -q '^::error file=[^,]*/vpn/' "$dir/out"; then
	bad "rehearse.sh marks other lines than those of the files that LEFT and RIGHT name"
fi
[ "$(rehearse LEFT=x; echo $?)" = 2 ] || bad "rehearse.sh takes one end alone"
[ $failed = 0 ] && echo "guide: $links links, ${calls##*$'\n'}, $(wc -l <"$dir/classes") classes, templates"
exit $failed
