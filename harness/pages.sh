#!/bin/sh
# pages.sh TWINSITE [FOLDER] - is the page about a run one that can be read: on a phone, by a screen reader, anywhere?
#
# Rehearses a healthy, a broken and a long-lived scenario on libipsec and opens each index.html in headless Chromium
# at 390, 768 and 1280 px, everything unfolded: nothing is wider than the screen, each link leads somewhere, each id is
# there once, each picture has its words, each table its headers, headings leave out no level. The page is
# well-formed (as XML, by Chromium) and valid (tidy). FOLDER: keep the reports and screenshots there.
# A browser that is missing is a failure: `make check-full` installs it (.ci/packages --full).
set -u
export TWINSITE="$1"
twinsite=$1 failed=0 passed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
keep=${2:-$dir/kept}
mkdir -p "$keep"

claim() { # text, status
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1)) && echo "ok      $1"
	else
		failed=$((failed + 1)) && echo "FAILED  $1"
	fi
}
for tool in chromium tidy; do
	command -v $tool >/dev/null || { echo "FAILED  $tool is missing; as root: .ci/packages --full" && exit 1; }
done
browse() {
	timeout 120 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
		--allow-file-access-from-files --user-data-dir="$dir/chromium" "$@" 2>/dev/null
}

# A page that opens the other one at each width and says what it saw, a line each.
prober() { # page
	cat <<-EOF
		<!DOCTYPE html><html><body><pre id="said"></pre>
		<script>
		const said = document.getElementById('said'), widths = [390, 768, 1280];
		const say = text => { said.textContent += text + '\n'; };
		// What is folded, by the rules for paper: they are made the screen's for a moment.
		const printed = page => {
			const paper = page.createElement('style');
			for (const sheet of page.styleSheets)
				for (const rule of sheet.cssRules)
					if (rule.conditionText === 'print')
						for (const one of rule.cssRules) paper.append(one.cssText);
			const folded = () => [...page.querySelectorAll('details>:not(summary)')]
				.filter(one => !one.checkVisibility());
			if (page.querySelector('details') && !folded().length) say('unfolded: on the screen');
			page.head.append(paper);
			folded().forEach(one => say('folded: on paper: ' + one.tagName));
			paper.remove();
		};
		const look = (frame, width) => {
			const page = frame.contentDocument, root = page.documentElement;
			if (width === widths[0]) printed(page);
			page.querySelectorAll('details').forEach(one => { one.open = true; });
			if (root.scrollWidth > width) say('wide: ' + width + ' px: ' + root.scrollWidth);
			page.querySelectorAll('body *').forEach(one => {
				if (one.closest('svg') || !one.getClientRects().length) return;
				if (one.getBoundingClientRect().right > width + 1)
					say('wide: ' + width + ' px: ' + one.tagName + '.' + one.className);
			});
			if (width !== widths[0]) return;
			const ids = [...page.querySelectorAll('[id]')].map(one => one.id);
			ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => say('twice: id ' + id));
			page.querySelectorAll('a').forEach(one => {
				const to = one.getAttribute('href');
				if (to.startsWith('#') && !page.getElementById(to.slice(1))) say('dead: ' + to);
				if (!to.startsWith('#')) say('file: ' + decodeURIComponent(to));
				if (!one.textContent.trim()) say('nameless: link to ' + to);
			});
			page.querySelectorAll('svg').forEach(one => {
				if (!one.querySelector('title')?.textContent || !one.querySelector('desc')?.textContent)
					say('wordless: svg');
			});
			page.querySelectorAll('table').forEach(one => {
				if (!one.querySelector('th[scope]')) say('headless: table');
			});
			page.querySelectorAll('section').forEach(one => {
				if (!page.getElementById(one.getAttribute('aria-labelledby'))) say('nameless: section ' + one.id);
			});
			let level = 0;
			page.querySelectorAll('h1,h2,h3,h4,h5').forEach(one => {
				if (+one.tagName[1] > level + 1) say('skips: ' + one.tagName + ' ' + one.textContent);
				level = +one.tagName[1];
			});
			for (const mark of ['header', 'main', 'footer'])
				if (page.querySelectorAll(mark).length !== 1) say('missing: ' + mark);
			if (page.querySelectorAll('section').length > 1 && !page.querySelector('nav')) say('missing: nav');
			const text = new XMLHttpRequest();
			text.open('GET', frame.src, false);
			text.send();
			const whole = text.responseText.replace(/^<!DOCTYPE html>/, '')
				.replace(/<(meta[^>]*|br)>/g, '<\$1/>');
			const tree = new DOMParser().parseFromString(whole, 'application/xml');
			const wrong = tree.querySelector('parsererror');
			if (wrong) say('malformed: ' + wrong.textContent);
			if (/(src|href)="(https?:)?\/\//.test(whole)) say('foreign: something from outside');
		};
		widths.forEach(width => {
			const frame = document.createElement('iframe');
			frame.style.width = width + 'px';
			frame.style.height = '900px';
			frame.style.border = 0;
			frame.onload = () => { look(frame, width); say('seen: ' + width); };
			frame.src = 'file://$1';
			document.body.appendChild(frame);
		});
		</script></body></html>
	EOF
}

check_page() { # name, page, anything: no screenshots; alone: it links to no files
	prober "$2" >"$dir/prober.html"
	browse --virtual-time-budget=20000 --dump-dom "file://$dir/prober.html" | sed -n '/<pre id="said">/,/<\/pre>/p' |
		sed 's/.*<pre id="said">//; s/<\/pre>.*//; s/&amp;/\&/g; s/&lt;/</g; s/&gt;/>/g' >"$dir/said"
	for width in 390 768 1280; do
		grep -q "^seen: $width" "$dir/said" && ! grep "^wide: $width" "$dir/said"
		claim "$1 is read at $width px and nothing is wider" $?
	done
	! grep -E '^(dead|twice|wordless|headless|nameless|skips|missing|malformed|foreign|folded|unfolded): ' "$dir/said"
	claim "$1 is well-formed; its ids, names, headings, tables and pictures are whole, nothing is folded on paper" $?
	grep '^file: ' "$dir/said" | sed 's/^file: //' | sort -u >"$dir/files"
	dead=0
	while read -r file; do
		[ -e "$(dirname "$2")/$file" ] || { dead=1 && echo "there is no $file"; }
	done <"$dir/files"
	[ $dead -eq 0 ] && { [ "${3-}" = alone ] || [ -s "$dir/files" ]; }
	claim "$1 links to $(wc -l <"$dir/files") files, and all are there" $?
	! tidy -q -e "$2" 2>&1 | grep -v 'trimming empty'
	claim "$1 is valid HTML" $?
	[ -z "${3-}" ] || return 0
	for width in 390 768 1280; do
		browse --window-size=$width,2400 --screenshot="$keep/$1-$width.png" "file://$2" >/dev/null
	done
}

for name in acme acme-ike-cipher fritzbox-wan-change; do
	"$twinsite" run --plane libipsec --reports "$keep" scenarios/$name >"$dir/out" 2>&1 || cat "$dir/out"
	page=$(readlink -f "$keep/$name/latest")/index.html
	[ -f "$page" ]
	claim "$name has a page" $?
	[ ! -f "$page" ] || check_page $name "$page"
done
# The page of a capture alone.
"$twinsite" pcap --html pcaps/ikev2.pcapng >"$keep/capture.html"
check_page "pcap --html" "$keep/capture.html" alone

# The events of each run and of each capture keep to their schema.
python3 - "$keep" <<-'EOF'
	import glob, json, os, subprocess, sys
	import jsonschema
	schema = json.load(open("harness/doc/events.schema.json"))
	jsonschema.Draft202012Validator.check_schema(schema)
	validator, wrong = jsonschema.Draft202012Validator(schema), 0
	def hold(name, text):
	    for error in list(validator.iter_errors(json.loads(text)))[:3]:
	        print(f"{name}: {list(error.path)}: {error.message[:300]}")
	        return 1
	    return 0
	runs = glob.glob(sys.argv[1] + "/*/2*/events.json")
	captures = glob.glob("pcaps/*.pcap*")
	for run in runs:
	    wrong += hold(run, open(run).read())
	for capture in captures:
	    said = subprocess.run([os.environ["TWINSITE"], "pcap", "--events", capture], capture_output=True, text=True)
	    wrong += hold(capture, said.stdout)
	print(f"{len(runs)} runs and {len(captures)} captures, {wrong} wrong")
	sys.exit(wrong > 0 or not runs or not captures)
EOF
claim "events of runs and captures are as events.schema.json says" $?

# What may be given away: no key of either end, in no spelling, and on request no public address.
"$twinsite" run --quick --plane libipsec --keys --reports "$keep" scenarios/acme-wrong-psk >"$dir/out" 2>&1 || cat "$dir/out"
run=$(readlink -f "$keep/acme-wrong-psk/latest")
for key in yourpasswordhere yourpasswordthere; do # as in its files
	printf '%s\n' $key
	printf %s $key | base64 | tr -d =
	printf %s $key | od -An -tx1 | tr -d ' \n' && echo
done >"$dir/keys"
grep -qFf "$dir/keys" scenarios/acme-wrong-psk/scenario.yml && ls "$run"/*.keys.log >/dev/null
claim "the run has keys that can be looked for" $?
for hide in '' --hide-addresses; do
	rm -rf "$dir/share"
	# shellcheck disable=SC2086 # no word is no option
	"$twinsite" report --share "$dir/share" $hide "$run" >"$dir/out" || cat "$dir/out"
	! grep -rFf "$dir/keys" "$dir/share"
	claim "share $hide: none of the keys is in it" $?
	! grep -rF "$PWD" "$dir/share"
	claim "share $hide: no path of this machine is in it" $?
	check_page "share $hide" "$dir/share/index.html" no
done
! grep -rE '(7\.7\.7\.7|203\.0\.113\.)' "$dir/share"
claim "share --hide-addresses: no public address is in it" $?
"$twinsite" report --for home "$run" >"$dir/home.html"
grep -q 'administrator of home' "$dir/home.html" && ! grep -E 'id="acme-|href="#acme-|firewall\.screenos' "$dir/home.html"
claim "the page for home has nothing of acme's files" $?
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
