# layers.awk - check every #include "module/…" of the tree against harness/LAYERS, that each document
# which a comment cites (devices.md 1.2) stands in harness/doc, that JSON is made of any text, and that
# only finding/ writes the id of a class of failure as text: everybody else has the enumerator; and that no
# string function takes the sentence of a remark, finding or check: what is decided by stands beside it
# only harness/device/ (and the importers, until they stand there) names a device
# usage: awk -f harness/layers.awk harness/LAYERS FILE...
# The line without what stands in comments.
function code_of(line,   at) {
	if (in_comment) {
		at = index(line, "*/")
		if (!at)
			return ""
		line = substr(line, at + 2)
		in_comment = 0
	}
	gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
	sub(/\/\/.*/, "", line)
	at = index(line, "/*")
	if (at) {
		line = substr(line, 1, at - 1)
		in_comment = 1
	}
	return line
}
function module_of(path) {
	if (path ~ /^device\/.*\//)
		return "devices"
	return index(path, "/") ? substr(path, 1, index(path, "/") - 1) : "main"
}
FNR == NR {
	if ($1 !~ /^#/ && NF >= 2) {
		level[$1] = $2
		for (i = 3; i <= NF; i++)
			allowed[$1, $i] = 1
	}
	next
}
FNR == 1 {
	in_comment = 0
	path = FILENAME
	sub(/^harness\//, "", path)
	module = module_of(path)
	if (!(module in level)) {
		print FILENAME ": module '" module "' is not in harness/LAYERS"
		bad++
	}
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	target = $0
	sub(/^[^"]*"/, "", target)
	sub(/".*/, "", target)
	if (!index(target, "/"))
		next
	target = module_of(target)
	checked++
	if (target == module || (module, target) in allowed)
		next
	if (!(target in level) || level[target] >= level[module]) {
		print FILENAME ":" FNR ": " module " may not include " target
		bad++
	}
}
# json_pack() and json_string() give nothing at all for a text that is no UTF-8.
/json_(v?pack|string)\(/ && FILENAME !~ /_test\.c$|\/test_[a-z_]*\.h$|base\/json\.[ch]$/ {
	print FILENAME ":" FNR ": json_of() and json_kept() of base/json.h take any text; this does not"
	bad++
}
# Comments may name a class; what is between quotes may not.
module != "finding" && FILENAME !~ /(_test\.c|\/test_[a-z_]*\.h)$/ {
	code = $0
	gsub(/\/\*.*\*\//, "", code)
	if (code !~ /^[ \t]*(\*|\/\*|\/\/)/ && code ~ /"([^"]*[^A-Za-z0-9_"])?F[0-9][0-9]([^A-Za-z0-9_][^"]*)?"/) {
		print FILENAME ":" FNR ": the id of a class as text: finding/class.h has the enumerator"
		bad++
	}
}
# Sentences are for people. model/site.c and finding/class.c tell whether one is there.
FILENAME !~ /(_test\.c|\/test_[a-z_]*\.h|model\/site\.c|finding\/class\.c)$/ &&
/(str[a-z_]*|mem(cmp|mem|chr))\([^;]*(remark|finding|diagnosis|verdict|note|unproven|said|figure)s?(\.items(\[[^]]*\])?)?(->|\.)(text|summary|claim|seen|why|outcome_text)[^a-z_]/ &&
!/arena_strn?dup\(|strdup\(/ {
	print FILENAME ":" FNR ": a sentence is decided by; give it a code (model/site.h, finding/class.h)"
	bad++
}
# A device is asked by its row, see harness/device/device.h, and a release of its firmware is "19.07"
# there only. Fuzzers and tests may name what they feed. A link type of libpcap's list is no device.
module !~ /^(devices?|import)$/ && FILENAME !~ /(_test\.c|_fuzz\.[ch]|\/test_[a-z_]*\.h)$/ {
	code = code_of($0)
	release = "\"[^\"]*(^|[^0-9.])(1[4-9]|2[0-9])\\.(0[1-9]|1[0-2])([^0-9.][^\"]*)?\""
	bare = tolower(code)
	if (path == "dissect/link.c")
		gsub(/(linktype_|is_|peel_)?juniper/, "", bare)
	if (bare ~ /openwrt|fritz|screenos|junos|juniper|netscreen|device_strongswan/ || code ~ release) {
		print FILENAME ":" FNR ": names a device: its row tells (harness/device/device.h)"
		bad++
	}
}
# A page cited by its name alone is one of ours; upstream's are cited with a path.
match($0, /(^|[^\/A-Za-z0-9_.-])[a-z][a-z0-9_-]*\.md/) {
	page = substr($0, RSTART, RLENGTH)
	sub(/^[^a-z]/, "", page)
	if (!(page in stands))
		stands[page] = (getline line < ("harness/doc/" page)) >= 0
	if (!stands[page]) {
		print FILENAME ":" FNR ": there is no harness/doc/" page
		bad++
	}
}
END {
	printf "layers: %d includes checked, %d wrong\n", checked, bad
	exit bad > 0 || checked == 0
}
