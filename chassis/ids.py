"""Identifiers and secrets: sortable ids for rows, unguessable tokens for people."""

import hashlib
import secrets

import uuid_utils

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_id() -> str:
    """A UUIDv7 as text: unique, and in the order of its making."""
    return str(uuid_utils.uuid7())


def new_token(bits: int = 256) -> str:
    """Random base62 text that holds at least `bits` bits."""
    length = -(-bits * 1000 // 5954)  # log2(62) = 5.954
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
