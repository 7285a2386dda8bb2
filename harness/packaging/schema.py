#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""schema.py [--check] - the JSON Schema of scenario.yml, by which editors complete and underline.

The words and their sentences are those of harness/doc/scenario.md (which a unit test holds against the readers); what
stands where is here. Prints the schema; --check: is scenario.schema.json that, has it each key of the page, does each
scenario of the catalogue validate, and does it refuse what the readers refuse?
"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
PAGE = (ROOT / "harness/doc/scenario.md").read_text()


def tables():
    """Heading or table head -> {key: sentence}."""
    found, heading, head = {}, "", ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            heading = head = line[3:]
        elif line.startswith("| ") and not line.startswith(("| `", "|---")):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            head = heading if cells[0] == "key" else f"{heading}: {cells[0]}"
            if head in found:
                head = f"{heading}: {cells[0]} 2"
        elif match := re.match(r"\| `([^`]+)` \| (.*?) \|$", line):
            found.setdefault(head, {})[match[1]] = match[2].split(" | ")[-1]
    return found


TABLES = tables()
TEXT = {"type": ["string", "number", "boolean"]}
NUMBER = {"type": "integer"}
YES = {"enum": [True, False, "yes", "no"]}
used = set()


def some(item):
    """One, or a list of them."""
    return {"oneOf": [item, {"type": "array", "items": item}]}


def words(*allowed):
    return {"enum": list(allowed)}


def mapping(table, required=(), **types):
    """A mapping whose keys are those of a table; a key's type is text if not said otherwise."""
    used.add(table)
    known = {key.replace("_", " "): kind for key, kind in types.items()}
    if set(known) - set(TABLES[table]):
        sys.exit(f"schema: the table '{table}' has no {set(known) - set(TABLES[table])}")
    properties = {key: dict(known.get(key, TEXT), description=text) for key, text in TABLES[table].items()}
    result = {"type": "object", "properties": properties, "additionalProperties": False}
    return dict(result, required=list(required)) if required else result


def code(text):
    return re.findall(r"`([^`]+)`", text)


def schema():
    devices = code(TABLES["A site"]["device"])
    checks = code(PAGE[PAGE.index("`unproven` and reports use:") + len("`unproven` and reports use:"):].split("\n\n")[0])
    names = {"type": "object", "additionalProperties": TEXT}
    host = {"oneOf": [TEXT, mapping("A site: key 2", names=names, invented=YES)]}
    hosts = {"type": "object", "additionalProperties": host}
    # The one key of a mapping that stands in its owner's table.
    appears = {"type": "object", "required": ["name"], "additionalProperties": False,
               "properties": {"name": TEXT, "appears": words("after start")}}
    site = mapping("A site", device=words(*devices), hotplug=YES, hosts=hosts, dns_name={"oneOf": [TEXT, appears]})
    del site["properties"]["appears"]
    impair = mapping("The Internet: key of `impair`", required=["site"], mtu=NUMBER)
    expectation = {
        "type": "object", "additionalProperties": False,
        "properties": {**mapping("Expectations")["properties"], **mapping("Expectations: further key")["properties"]}}
    inject = {
        "type": "object", "additionalProperties": False,
        "properties": {**mapping("What is injected")["properties"],
                       **mapping("What is injected: further key", how=words("drop", "reject"))["properties"]}}
    event = mapping("A tunnel's life: key of `events`", required=["at"],
                    between={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2})
    edit = mapping("An overlay: key of `edit`", required=["file"], times=NUMBER, delete=YES)
    unproven = {"type": "object", "additionalProperties": False,
                "properties": {plane: {"type": "array", "items": words(*checks)}
                               for plane in ("native", "uml", "vm", "libipsec")}}
    fault = {"oneOf": [words("none"), some(mapping("A fault", required=["id"], line=NUMBER))]}
    internet = mapping("The Internet", hosts=hosts, nat={"type": "array", "items": TEXT}, impair=some(impair))
    file = mapping("The file", sites={"type": "object", "additionalProperties": site}, internet=internet,
                   timing=mapping("Timing"), expect={"type": "array", "items": expectation}, fault=fault,
                   accept=some(mapping("What is accepted: key of `accept`", required=["id", "reason"])),
                   unproven=unproven, needs={"type": "array", "items": TEXT}, inject=some(inject),
                   events={"oneOf": [words("none"), some(event)]}, edit=some(edit))
    file["anyOf"] = [{"required": ["sites", "expect"]}, {"required": ["base"]}]
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "scenario.yml of twinsite", **file}


def check(text):
    import jsonschema
    import yaml
    bad = []
    if (HERE / "scenario.schema.json").read_text() != text:
        bad.append("scenario.schema.json is not what scenario.md says: harness/packaging/schema.py >harness/packaging/scenario.schema.json")
    bad += [f"the table '{table}' of scenario.md is in no part of the schema" for table in set(TABLES) - used]
    validator = jsonschema.Draft7Validator(json.loads(text))
    files = sorted(ROOT.glob("scenarios/*/scenario.yml"))
    for file in files:
        for error in validator.iter_errors(yaml.safe_load(file.read_text())):
            bad.append(f"{file}: {error.json_path}: {error.message[:200]}")
    good = yaml.safe_load((ROOT / "scenarios/acme/scenario.yml").read_text())
    for key, wrong in {"expct": [], "sites": [], "fault": {"site": "home"}, "needs": "kernel-esp",
                       "unproven": {"libipsec": ["no-such-check"]}, "edit": {"find": "x"}}.items():
        if validator.is_valid({**good, key: wrong}):
            bad.append(f"the schema takes `{key}: {wrong}`")
    print("\n".join(bad) if bad else f"schema: {len(files)} scenarios validate, 6 wrong ones do not")
    return 1 if bad else 0


TEXT_OF_SCHEMA = json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
if sys.argv[1:] == ["--check"]:
    sys.exit(check(TEXT_OF_SCHEMA))
sys.stdout.write(TEXT_OF_SCHEMA)
