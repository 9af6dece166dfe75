"""The pages: an HTML shell each; what is on them is the front end's (web/), found through Vite's manifest."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.csrf import ensure_csrf_cookie

ICON = Path(settings.BASE_DIR) / "web" / "public" / "favicon.svg"
BUILD = Path(settings.BASE_DIR) / "web" / "dist"


@ensure_csrf_cookie
def map_wall(request: HttpRequest) -> HttpResponse:
    return shell(request, "index.html")


@ensure_csrf_cookie
def editor(request: HttpRequest, plan_id: int | None = None) -> HttpResponse:
    """The list of plans, or one plan; which, the page reads from its own address."""
    return shell(request, "editor.html")


def icon(request: HttpRequest) -> HttpResponse:
    """The icon of every page that names none: browsers ask for it by themselves."""
    response = HttpResponse(_icon(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@cache
def _icon() -> bytes:
    return ICON.read_bytes()


def shell(request: HttpRequest, entry: str, status: int = 200) -> HttpResponse:
    """One entry of the front end, or a sentence that says how to build it."""
    manifest = _manifest()
    if entry not in manifest:
        return render(request, "gis_core/not_built.html", status=503)
    chunk = manifest[entry]
    scripts = [static(f"web/{chunk['file']}")]
    styles = [static(f"web/{sheet}") for sheet in _styles(manifest, entry, set())]
    return render(request, "gis_core/page.html", {"scripts": scripts, "styles": styles}, status=status)


def _styles(manifest: dict[str, Any], name: str, seen: set[str]) -> list[str]:
    """Style sheets of an entry and of every chunk that it loads at once, the shared ones first."""
    if name in seen:
        return []
    seen.add(name)
    inherited = [
        sheet for other in manifest[name].get("imports", []) for sheet in _styles(manifest, other, seen)
    ]
    return inherited + manifest[name].get("css", [])


def _manifest() -> dict[str, Any]:
    path = BUILD / ".vite" / "manifest.json"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else {}


@cache
def _read(path: Path, changed: int) -> dict[str, Any]:
    """The manifest as of its last change: a new build is picked up without a restart."""
    return json.loads(path.read_text(encoding="utf-8"))
