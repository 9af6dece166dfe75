"""Tokens for tests: made as people make them, or put into another database by the owner."""

import hashlib
from typing import Any

import psycopg

from gis_core.signing_in import credentials


def token_of(user: Any) -> str:
    """A token of the user, as `Authorization: Token ...` wants it."""
    return credentials.make(user, "token", "tests", 30).secret


def put(raw: psycopg.Connection, username: str, secret: str) -> None:
    """Let 40 hexadecimal digits be a token of this user."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    raw.execute(
        "INSERT INTO gis_core_credential (user_id, kind, title, lookup, digest, read_only, created_at, expires_at)"
        " SELECT id, 'token', 'tests', %s, %s, false, now(), now() + interval '30 days'"
        " FROM auth_user WHERE username = %s",
        [digest[:12], digest, username],
    )
