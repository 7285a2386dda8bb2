# mutants.awk - small mistakes that a C programmer could make, one on one line each, drawn by lot.
#
#   awk -v count=60 -v seed=1 -f mutants.awk FILE.c …
#
# prints so many lines "file TAB line TAB kind TAB the whole line as it would be": an operator, a
# number, a condition, a name or a return value is another one, or a statement is gone. A line of the
# files is drawn first, then one of its mistakes; the same seed draws the same. Whether it still
# compiles is for others to try. Comments, strings and the preprocessor (but for numbers behind
# #define) are left alone.

BEGIN {
	split("== != != == < <= <= < > >= >= > && || || && ++ -- -- ++ += -= -= += |= = &= = << >> >> <<", pair, " ")
	for (i = 1; i in pair; i += 2)
		other[pair[i]] = pair[i + 1]
	other["+"] = "-"; other["-"] = "+"; other["&"] = "|"; other["|"] = "&"; other["/"] = "*"
	names = "local remote src dst source destination from to first last left arrived in out min max " \
		"own other peer own initiator responder true false offered chosen wanted seen head tail " \
		"near far begin end before after"
	split(names, name, " ")
	for (i = 1; i in name; i += 2) {
		swapped[name[i]] = name[i + 1]
		if (!(name[i + 1] in swapped))
			swapped[name[i + 1]] = name[i]
	}
	state = seed * 7919 % 2147483647 + 1
}

# Park and Miller's minimal standard generator; exact in doubles.
function random(below) {
	state = state * 16807 % 2147483647
	return state % below
}

# The line with blanks for what stands in strings, characters and comments; same length.
function masked(line,    out, i, c, quote) {
	out = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			if (substr(line, i, 2) == "*/") {
				in_comment = 0
				out = out " "
				i++
			}
			out = out " "
		} else if (quote != "") {
			if (c == "\\") {
				out = out " "
				i++
			} else if (c == quote)
				quote = ""
			out = out " "
		} else if (substr(line, i, 2) == "/*") {
			in_comment = 1
			out = out "  "
			i++
		} else if (substr(line, i, 2) == "//") {
			while (length(out) < length(line))
				out = out " "
			break
		} else if (c == "\"" || c == "'") {
			quote = c
			out = out " "
		} else
			out = out c
	}
	return out
}

function add(kind, text) {
	if (text == $0)
		return
	kinds[place, ++mistakes[place]] = kind
	texts[place, mistakes[place]] = text
}

function put(at, size, text) {
	return substr($0, 1, at - 1) text substr($0, at + size)
}

# Each identifier, number and operator of the masked line, and what it could have been.
function add_tokens(line,    at, rest, token, before, digits) {
	at = 1
	while (at <= length(line)) {
		rest = substr(line, at)
		if (match(rest, /^[ \t]+/)) {
			at += RLENGTH
			continue
		}
		if (match(rest, /^[A-Za-z_][A-Za-z_0-9]*/) || match(rest, /^[0-9][0-9a-fA-FxuUlL.]*/) ||
		    match(rest, /^(<<=|>>=|\.\.\.)/) ||
		    match(rest, /^(->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|\/=|%=|&=|\|=|\^=)/))
			token = substr(rest, 1, RLENGTH)
		else
			token = substr(rest, 1, 1)
		add_token(at, token, before, substr(line, at + length(token)))
		before = token
		at += length(token)
	}
}

function add_token(at, token, before, rest,    is_binary, part, count, i, out, digit) {
	is_binary = before ~ /^[A-Za-z_0-9)\]]/ && before != "return" && before != "case"
	if (token ~ /^[0-9]+$/) {
		if (!(token == "0" && before == "{"))
			add("constant", put(at, length(token), token + 1))
	} else if (token ~ /^0x/) {
		digit = index("0123456789abcdef", tolower(substr(token, length(token))))
		if (digit)
			add("constant", put(at, length(token), substr(token, 1, length(token) - 1) \
				substr("123456789abcdef0", digit, 1)))
	} else if (token == "true" || token == "false")
		add("constant", put(at, length(token), token == "true" ? "false" : "true"))
	else if (token ~ /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/)
		add("name", put(at, length(token), sibling(token)))
	else if (token ~ /^[a-z_0-9]+$/) {
		count = split(token, part, "_")
		for (i = 1; i <= count; i++)
			if (part[i] in swapped) {
				part[i] = swapped[part[i]]
				out = part[1]
				for (i = 2; i <= count; i++)
					out = out "_" part[i]
				add("name", put(at, length(token), out))
				break
			}
	} else if (token == "!" && rest ~ /^[A-Za-z_(!]/)
		add("operator", put(at, 1, ""))
	else if (token in other) {
		if (token !~ /^[-+&|\/]$/ || is_binary)
			add("operator", put(at, length(token), other[token]))
	}
}

# Another enumerator of this file with the same first word, the next after it.
function sibling(token,    family, i) {
	family = token
	sub(/_.*/, "", family)
	for (i = 1; i <= members[file, family]; i++)
		if (member[file, family, i] == token)
			return member[file, family, i % members[file, family] + 1]
	return token
}

# An enumerator in the first pass: its family is what stands before the first underline.
function note_enumerators(line,    token, family) {
	while (match(line, /[A-Z][A-Z0-9]*_[A-Z0-9_]+/)) {
		token = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		family = token
		sub(/_.*/, "", family)
		if (!((file, token) in is_noted)) {
			is_noted[file, token] = 1
			member[file, family, ++members[file, family]] = token
		}
	}
}

# What a line is as a whole: a condition, a return, a statement, a call with two names.
function add_lines(line,    at, text, tabs) {
	match(line, /^\t*/)
	tabs = substr(line, 1, RLENGTH)
	if (match(line, /(^|[^a-z_])if \(.*\)( \{)?$/)) {
		text = substr($0, RSTART)
		at = RSTART + index(substr(line, RSTART), "if (") + 3
		if (balanced(substr(line, at - 1)))
			add("condition", substr($0, 1, at - 1) "!(" \
				substr($0, at, length(line) - at + (line ~ /\{$/ ? -2 : 0)) ")" \
				substr($0, length(line) + (line ~ /\{$/ ? -2 : 0)))
	}
	if (line ~ /^\t+return [^;]+;$/ && line !~ /return (0|true|false|NULL|-?[A-Z0-9_]+);$/) {
		add("return", tabs "return 0;")
		add("return", tabs "return !(" substr($0, length(tabs) + 8, length($0) - length(tabs) - 8) ");")
	}
	if (line ~ /^\t+([a-z_][][a-z_0-9.>()-]* ([-+*|&\/]|<<|>>)?= .*|[a-z_][][a-z_0-9.>-]*(\+\+|--)|(\(void\))?[a-z_][][a-z_0-9.>-]*\(.*\)|break|continue|return);$/ &&
	    balanced(line) && previous ~ /([;{}:)]|else|do)[ \t]*$/)
		add("dropped", tabs ";")
	if (match(line, /[a-z_]\([a-z_]+, [a-z_]+\)/)) {
		text = substr(line, RSTART + 2, RLENGTH - 3)
		at = index(text, ", ")
		add("swapped", put(RSTART + 2, RLENGTH - 3, substr(text, at + 2) ", " substr(text, 1, at - 1)))
	}
}

function balanced(text,    opened, closed) {
	opened = gsub(/\(/, "(", text)
	closed = gsub(/\)/, ")", text)
	return opened == closed
}

# Each file is read twice: what names there are, then what they could be mistaken for.
FNR == 1 {
	file = FILENAME
	in_comment = 0
	previous = ";"
	pass[file]++
}
{ line = masked($0) }
pass[file] == 1 { note_enumerators(line); next }
# What only makes room changes nothing when it makes more.
line ~ /^[ \t]*$/ || line ~ /static_assert/ || line ~ /^\t+char [a-z_]+\[[0-9]+\]/ { next }
line ~ /^#/ && line !~ /^#define [A-Z_]+[ \t]+\(?[0-9]/ { next }
{
	place = file "\t" FNR
	add_tokens(line)
	add_lines(line)
	if (mistakes[place])
		places[++place_count] = place
	previous = line
}

END {
	while (count-- > 0 && place_count) {
		at = random(place_count) + 1
		place = places[at]
		i = random(mistakes[place]) + 1
		print place "\t" kinds[place, i] "\t" texts[place, i]
		places[at] = places[place_count--] # a line has its turn once
	}
}
