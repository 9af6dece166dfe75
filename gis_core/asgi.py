"""Where the ASGI server enters; only here do connections come from a pool."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
os.environ.setdefault("WANGGE_DB_POOL", "1")

from django.core.asgi import get_asgi_application

from gis_core import memory

memory.bind()
pages = get_asgi_application()

from gis_core import body_size, fast_path, lifespan  # noqa: E402  (after Django is set up)
from gis_core.events import stream  # noqa: E402


async def application(scope: lifespan.Scope, receive: lifespan.Receive, send: lifespan.Send) -> None:
    """Route one ASGI connection: the server's lifespan, the events, a fast path, or Django."""
    if scope["type"] == "lifespan":
        await lifespan.run(receive, send)
    elif scope["type"] == "http" and scope["path"] == stream.PATH:
        await stream.application(scope, receive, send)
    elif scope["type"] == "http" and body_size.is_declared_too_large(scope):
        await body_size.refuse(scope, send)
    elif not await fast_path.answered(scope, send):
        await pages(scope, body_size.counting(scope, receive), send)
