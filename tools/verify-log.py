#!/usr/bin/env python3
"""Verifies a log's folder (C2SP tlog-tiles) independently of Weft's own code: verify-log.py FOLDER VKEY...

The first vkey is the log's, the others those of witnesses. Needs the package `cryptography`.
"""
import base64
import hashlib
import pathlib
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def root(hashes):
    """RFC 6962, section 2.1, by its definition."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()


def tile_path(level, index, width):
    digits = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        digits = f"x{index % 1000:03}/{digits}"
    return f"tile/{level}/{digits}" + ("" if width == 256 else f".p/{width}")


def read_vkey(text):
    name, key_id, encoded = text.split("+", 2)
    key = base64.b64decode(encoded)
    due = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    assert key_id == due.hex(), f"{name}: the id is not that of the key"
    return name, due, key[0], Ed25519PublicKey.from_public_bytes(key[1:])


def verify_signature(text, line, vkeys):
    dash, name, encoded = line.split(" ")
    assert dash == "\u2014", "a signature line starts with a dash"
    raw = base64.b64decode(encoded)
    for key_name, key_id, kind, key in vkeys:
        if (key_name, key_id) != (name, raw[:4]):
            continue
        message, signature = text, raw[4:]
        if kind == 4:
            time = struct.unpack(">Q", signature[:8])[0]
            message, signature = f"cosignature/v1\ntime {time}\n".encode() + text, signature[8:]
        key.verify(signature, message)
        return name
    return None


def main():
    folder, vkeys = pathlib.Path(sys.argv[1]), [read_vkey(text) for text in sys.argv[2:]]
    text, signatures = (folder / "checkpoint").read_bytes().rsplit(b"\n\n", 1)
    text += b"\n"
    names = [verify_signature(text, line, vkeys) for line in signatures.decode().splitlines()]
    assert vkeys[0][0] in names, "the log did not sign"
    origin, size, encoded = text.decode().splitlines()[:3]
    assert origin == vkeys[0][0], "another log"
    size, hashes = int(size), []
    for start in range(0, size, 256):
        width = min(256, size - start)
        bundle = (folder / tile_path("entries", start // 256, width)).read_bytes()
        leaves = []
        while bundle:
            length = struct.unpack(">H", bundle[:2])[0]
            leaves.append(leaf(bundle[2 : 2 + length]))
            bundle = bundle[2 + length :]
        assert len(leaves) == width, "entries are missing"
        hashes += leaves
    assert root(hashes) == base64.b64decode(encoded), "the entries give another root"
    row, level = hashes, 0
    while row:
        for start in range(0, len(row), 256):
            tile = row[start : start + 256]
            path = tile_path(level, start // 256, len(tile))
            assert (folder / path).read_bytes() == b"".join(tile), f"{path} is another"
        row = [root(row[at : at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    print(f"{origin}: {size} entries, signed by {', '.join(name for name in names if name)}")


main()
