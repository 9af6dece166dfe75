"""The interface as any other program asks it, signed in as one of the sample's people."""

import base64
import json
import urllib.request
from typing import Any


def ask(
    site: str, path: str, body: dict[str, Any] | None = None, user: str = "dispatcher"
) -> tuple[int, Any]:
    """Status and answer of a GET, or with a body of a POST. Raises urllib.error.HTTPError where it is refused."""
    sign = base64.b64encode(f"{user}:sample-{user}".encode()).decode()
    headers = {"Authorization": f"Basic {sign}", "Content-Type": "application/json", "Accept-Language": "zh"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{site}/api/v1/{path}", data, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.status, json.load(answer)
