"""NIST's own JSON schema of OSCAL 1.2.1, the file `oscal_complete_schema.json` of that release.

A work of the United States government, in the public domain; kept whole and unchanged, compressed.
"""

import gzip
import json
from pathlib import Path

import jsonschema_rs

SCHEMA = Path(__file__).with_name("oscal-1.2.1-complete-schema.json.gz")


def validator():
    """One validator for every kind of document: each kind is one of the schema's roots."""
    return jsonschema_rs.validator_for(json.loads(gzip.decompress(SCHEMA.read_bytes())))
