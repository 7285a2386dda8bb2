#!/usr/bin/python3
"""validate.py SCHEMA FILE... - is each file what the JSON Schema says, and does the schema know all its fields?

The published schema allows fields that come later; here none may be there that it does not name."""
import json
import sys

import jsonschema


def strict(schema):
    if isinstance(schema, dict):
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for value in schema.values():
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(strict(schema))
wrong = 0
for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as file:
        for error in validator.iter_errors(json.load(file)):
            print(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            wrong += 1
sys.exit(wrong > 0)
