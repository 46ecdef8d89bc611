"""Holds the runner's own files against the digests that came with them."""

import base64
import csv
import hashlib

# The distributions that run the tests and write down what became of them.
RUNNER = ("pytest", "pluggy")


def patched():
    """Files of the runner that differ from what its installer wrote down. A distribution without
    a record, as those of an operating system, tells nothing."""
    try:
        from importlib.metadata import distribution
    except ImportError:
        return []
    found = []
    for name in RUNNER:
        try:
            each = distribution(name)
            rows = list(csv.reader((each.read_text("RECORD") or "").splitlines()))
        except Exception:  # what cannot be read cannot be compared
            continue
        found += [row[0] for row in rows if len(row) > 1 and differs(each, row[0], row[1])]
    return sorted(found)[:20]


def differs(each, path, recorded):
    kind, _, digest = recorded.partition("=")
    if kind != "sha256" or not path.endswith(".py"):
        return False
    try:
        with open(str(each.locate_file(path)), "rb") as file:
            own = hashlib.sha256(file.read()).digest()
    except OSError:
        return False
    return base64.urlsafe_b64encode(own).rstrip(b"=").decode("ascii") != digest
