"""What every answer must tell the browser: asked of each address without a database (in lint), and with one (in tests).

Run as `python -m tools.headers` in the project's environment: each address is asked as production is set up. Most
answer that there is no database; they, too, must carry the headers.
"""

import logging
import os
import sys
from collections.abc import Mapping

WANTED = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")
WANTED_BY_HTTPS = ("Cross-Origin-Opener-Policy", "Strict-Transport-Security")
TELLING = ("X-Powered-By", "X-AspNet-Version")
COOKIES = {"sessionid": "httponly", "csrftoken": ""}
"""Cookie -> what it has besides Secure and SameSite. The page's script reads the second."""
NOWHERE = ("/nothing/here", "/static/nothing.js", "/%00")


def faults(headers: Mapping[str, str]) -> list[str]:
    """What is missing or too much in an answer's headers."""
    found = [name for name in WANTED if not headers.get(name)]
    policy = headers.get("Content-Security-Policy") or ""
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    scripts = directives.get("script-src", directives.get("default-src", "*"))
    if "unsafe" in scripts or "*" in scripts or "http" in scripts:
        found.append(f"scripts: {scripts}")
    if headers.get("Content-Type", "").startswith("text/html") and not headers.get("X-Frame-Options"):
        found.append("X-Frame-Options")
    if "frame-ancestors" not in directives:
        found.append("frame-ancestors")
    found += [name for name in TELLING if headers.get(name)]
    if any(sign.isdigit() for sign in headers.get("Server") or ""):
        found.append(f"Server: {headers['Server']}")
    if headers.get("X-Content-Type-Options") not in (None, "nosniff"):
        found.append("nosniff")
    return found


def main() -> int:
    """1 if an address lacks something; each is named."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "gis_core.settings", "WANGGE_HTTPS": "1"}
    os.environ["WANGGE_HOSTS"] = "grid.example"
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.conf import settings
    from django.test import Client

    from tools import addresses

    client = Client(raise_request_exception=False, HTTP_HOST="grid.example")
    asked = [*addresses.every(), *NOWHERE]
    wrong = {}
    for address in asked:
        headers = client.get(address, secure=True).headers
        missing = [name for name in WANTED_BY_HTTPS if not headers.get(name)]
        if found := faults(headers) + missing:
            wrong[address] = found
    for name, more in COOKIES.items():
        kind = "SESSION" if name == "sessionid" else "CSRF"
        marks = ["SECURE", "SAMESITE", *([more.upper()] if more else [])]
        if missing := [mark for mark in marks if not getattr(settings, f"{kind}_COOKIE_{mark}")]:
            wrong[f"cookie {name}"] = missing
    for address, found in wrong.items():
        print(f"{address}: {', '.join(found)}")
    print(f"{len(asked)} addresses asked")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
