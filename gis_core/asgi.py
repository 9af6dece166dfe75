"""Where the ASGI server enters; only here do connections come from a pool."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
os.environ.setdefault("WANGGE_DB_POOL", "1")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
