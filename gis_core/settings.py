"""Django settings: everything that differs between places comes from the environment.

DATABASE_URL   libpq URL of the database (a role that may do what the process must do)
WANGGE_DB_POOL_SIZE   connections of a server process for pages and interfaces (default: 16)
WANGGE_STATEMENT_SECONDS   after how long a statement of the server is ended: a number, or by kind of request
                "tiles=20,reads=30,writes=120", which are the defaults (gis_core/statement_time.py)
WANGGE_RATES   e.g. "intake=600/60,token=10/60": other rates than those of gis_core/limits.py
WANGGE_STATE   folder for state: static files, media, caches, keys (default: <repo>/.local)
WANGGE_DEBUG   1 turns Django's debug pages on
WANGGE_HTTPS   1 where people come by HTTPS only, through a proxy that sets X-Forwarded-Proto (docs/security.md)
WANGGE_HOSTS   comma-separated host names that may be served (default: any, behind a proxy)
WANGGE_GRID_HOUSEHOLDS   how many households a grid should have (default: 300-500)
WANGGE_RURAL_HOUSEHOLDS  the same for villages with a village committee (default: no band)
WANGGE_CHECKS  e.g. "safe_m2=5,street_off=8": where the checks of plans begin to speak
WANGGE_AUDIT_DAYS   how long the audit is kept, 183 days at least (default: 1095)
WANGGE_TOKEN_DAYS   how many days a token of /api/v1/token/ holds (default: 90)
WANGGE_MEMORY_MB    address space that a server or worker process may have (default: no bound; gis_core/memory.py)
WANGGE_EVENT_DAYS   how many days a listener may be away and still get every event (default: 7)
WANGGE_EVENT_HEARTBEAT   after how many seconds of silence a listener is sent a sign of life (default: 15)
WANGGE_EVENT_STALLED   after how many seconds a listener that takes nothing is cut off (default: 20)
WANGGE_NOTICE_ISSUER     who signs public notices (default: the name of the district)
WANGGE_EXPORT_ROWS  how many rows of a layer are exported in one answer; more become a job (default: 20000)
WANGGE_EXPORT_DIR   where files made by jobs lie until they are fetched (default: exports in WANGGE_STATE)
WANGGE_TILE_CACHE   where tiles are kept: files (in WANGGE_STATE, default), none, or redis://host:port/number
WANGGE_RASTER_URL   libpq URL of the role that the raster engine connects as (default: DATABASE_URL)
WANGGE_RASTER_BASE  a base map from elsewhere as JSON (default: none; see docs/raster.md)
WANGGE_PROXIES      how many proxies of ours stand before the server (default: 0)
WANGGE_OIDC         signing in by OpenID Connect, as JSON (default: off; docs/signing-in.md)
WANGGE_FRAME_ANCESTORS  which sites may show pages with ?embed=1 in a frame (default: 'self'; else origins, by spaces)
WANGGE_FRAME_COOKIES  1 lets people be signed in inside frames of other sites; needs HTTPS
WANGGE_STATIC       where collected static files lie (default: static in WANGGE_STATE)
WANGGE_SECRET_KEY   signs sessions (default: a file in WANGGE_STATE, made once)
DATABASE_URL_FILE, WANGGE_RASTER_URL_FILE, WANGGE_SECRET_KEY_FILE   files that hold these values instead
WANGGE_CODE_LENGTHS   e.g. "grid=14,microgrid=16": code lengths that differ from the default
"""

import json
import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from gis_core import limits, statement_time
from gis_core.environment import given
from gis_core.secret import secret_key
from gis_core.signing_in import provider

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("WANGGE_STATE", BASE_DIR / ".local"))

DEBUG = os.environ.get("WANGGE_DEBUG") == "1"
SECRET_KEY = secret_key(STATE_DIR)
ALLOWED_HOSTS = os.environ.get("WANGGE_HOSTS", "*").split(",")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework.authtoken",  # an empty table: migration 0010 of gis_core took its tokens over as hashes
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "gisserver",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "procrastinate.contrib.django",
    "gis_core",
    "layers",
    "tile_cache",
    "grid_editor",
    "incidents",
    "data",
]

MIDDLEWARE = [
    "gis_core.protective_headers.ProtectiveHeaders",
    "gis_core.middleware.Scope",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gis_core.middleware.RefuseNul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gis_core.audit.refusals.Refusals",
    "gis_core.middleware.ByHeader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "gis_core.urls"
ASGI_APPLICATION = "gis_core.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


# Only the server's, which alone has a pool: a job, a migration or a load may take as long as it takes.
STATEMENTS_END = os.environ.get("WANGGE_DB_POOL") == "1"


def _database(url: str) -> dict[str, object]:
    """Django's settings for a libpq URL; the web server also keeps a pool of connections."""
    parts = conninfo_to_dict(url)
    size = int(os.environ.get("WANGGE_DB_POOL_SIZE", "16"))
    pool = {"min_size": 1, "max_size": size, "timeout": 10} if STATEMENTS_END else None
    limit = f" -c statement_timeout={statement_time.setting('writes')}" if pool else ""
    return {
        "ENGINE": "gis_core.database",
        "NAME": parts.get("dbname", "wangge"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        # PostGIS functions cost enough on paper to set off the JIT compiler, which takes longer than they do.
        "OPTIONS": {"options": f"-c jit=off{limit}", **({"pool": pool} if pool else {})},
    }


DATABASE_URL = given("DATABASE_URL", "postgres://wangge@127.0.0.1:5432/wangge")
DATABASES = {"default": _database(DATABASE_URL)}
# For tests: the role that a session takes while it works for a request, so that policies hold as on the server.
REQUEST_ROLE = os.environ.get("WANGGE_REQUEST_ROLE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "gis_core.signing_in.passwords.SeveralKinds"},
]
AUTHENTICATION_BACKENDS = ["gis_core.signing_in.backend.Backend"]
OTP_TOTP_ISSUER = "Wangge"
# How often signing in may fail within so many minutes: a name from one address, a name from anywhere, an address.
SIGN_IN_FAILURES = {"pair": 5, "name": 50, "address": 30}
SIGN_IN_MINUTES = 15
# A token of /api/v1/token/ holds so many days from when it was made.
TOKEN_DAYS = float(os.environ.get("WANGGE_TOKEN_DAYS", "90"))
# So many proxies of ours stand before the server, each adding to X-Forwarded-For; 0 believes nobody.
TRUSTED_PROXIES = int(os.environ.get("WANGGE_PROXIES", "0"))
if TRUSTED_PROXIES:  # TLS ends there; without this, forms sent over https would look foreign
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# OpenID Connect, off by default: a JSON object about the provider (gis_core/signing_in/provider.py).
OIDC = provider.described(os.environ.get("WANGGE_OIDC", ""))
if OIDC:
    INSTALLED_APPS.insert(INSTALLED_APPS.index("gis_core"), "mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("gis_core.signing_in.oidc.Backend")
    OIDC_CALLBACK_CLASS = "gis_core.signing_in.oidc_views.Callback"
    OIDC_AUTHENTICATE_CLASS = "gis_core.signing_in.oidc_views.Authenticate"
    OIDC_RP_CLIENT_ID = OIDC["client_id"]
    OIDC_RP_CLIENT_SECRET = Path(OIDC["secret_file"]).read_text().strip()
    OIDC_OP_AUTHORIZATION_ENDPOINT = OIDC["authorize"]
    OIDC_OP_TOKEN_ENDPOINT = OIDC["token"]
    OIDC_OP_USER_ENDPOINT = OIDC["userinfo"]
    OIDC_OP_JWKS_ENDPOINT = OIDC["keys"]
    OIDC_RP_SIGN_ALGO = OIDC["algorithm"]
    OIDC_RP_SCOPES = OIDC["scopes"]
    OIDC_USE_PKCE = True
    OIDC_TIMEOUT = 10  # seconds that the provider may take for an answer
    LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

# GDAL before 3.9 cannot be kept from files and network when it reads a spatial reference. Debian 12 has 3.6;
# GeoDjango's GDAL never sees foreign input here: files are read by pyogrio, coordinate systems by pyproj.
# security.W019: pages may be framed by this site itself, so X-Frame-Options is SAMEORIGIN and not DENY.
SILENCED_SYSTEM_CHECKS = ["gis.W001", "security.W019"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "gis_core" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("WANGGE_STATIC", STATE_DIR / "static"))
STATICFILES_DIRS = [("web", BASE_DIR / "web" / "dist")] if (BASE_DIR / "web" / "dist").is_dir() else []
MEDIA_ROOT = STATE_DIR / "media"
X_FRAME_OPTIONS = "SAMEORIGIN"
# Pages that are made to be embedded say so to the browser by these instead.
FRAME_ANCESTORS = os.environ.get("WANGGE_FRAME_ANCESTORS", "'self'")
# What else a browser is told stands in gis_core/protective_headers.py.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if os.environ.get("WANGGE_HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
if os.environ.get("WANGGE_FRAME_COOKIES") == "1":
    SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "None"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "gis_core.api.bodies.Json",
        "gis_core.api.bodies.Form",
        "gis_core.api.bodies.MultiPart",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "gis_core.errors.exception_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "gis_core.authentication.Session",
        "gis_core.authentication.Basic",
        "gis_core.authentication.Token",
    ],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Wangge",
    "DESCRIPTION": "Grid management of a district: areas, layers, plans, incidents.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # The interface's documentation comes from here, not from a network of others.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Digits of an area code on each tier (domain rule: 6 + 3 + 3 + 3 + 2); all six are met in practice.
CODE_LENGTHS = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12, "grid": 15, "microgrid": 17}
for _pair in filter(None, os.environ.get("WANGGE_CODE_LENGTHS", "").split(",")):
    _tier, _length = _pair.split("=")
    CODE_LENGTHS[_tier.strip()] = int(_length)

# Households of a well-sized grid, least and most (GB/T 34300: 300-500 in towns).
GRID_HOUSEHOLDS = tuple(int(_n) for _n in os.environ.get("WANGGE_GRID_HOUSEHOLDS", "300-500").split("-"))
# The same for the country (villages 200-399), where a village is one grid, however many live in it: no band.
_rural = os.environ.get("WANGGE_RURAL_HOUSEHOLDS", "")
RURAL_HOUSEHOLDS = tuple(int(_n) for _n in _rural.split("-")) if _rural else None

# Where the checks of plans begin to speak (docs/editing.md): metres, square metres, percent.
GRID_CHECKS = {
    "sliver_m2": 100.0,  # a grid smaller than this is a sliver,
    "sliver_width": 3.0,  # and one nowhere wider than this
    "safe_m2": 20.0,  # a repair that moves less, and no building, is safe
    "cut_share": 10.0,  # a compound or building is cut if two grids hold this share of it each,
    "cut_m2": 4.0,  # and at least this
    "street_off": 5.0,  # a border farther than this from the street,
    "street_near": 20.0,  # and nearer than this,
    "street_long": 60.0,  # for as long as this, leaves the street line
}
for _pair in filter(None, os.environ.get("WANGGE_CHECKS", "").split(",")):
    _check, _limit = _pair.split("=")
    if _check.strip() not in GRID_CHECKS:
        raise ValueError(f"WANGGE_CHECKS: {_check} is none of {', '.join(GRID_CHECKS)}")
    GRID_CHECKS[_check.strip()] = float(_limit)

# After so many seconds of silence a listener of events is sent a sign of life, lest a proxy take the stream for dead.
EVENT_HEARTBEAT = float(os.environ.get("WANGGE_EVENT_HEARTBEAT", "15"))
# A listener that takes nothing for so many seconds is cut off.
EVENT_STALLED = float(os.environ.get("WANGGE_EVENT_STALLED", "20"))
# Events are kept this long for listeners that come back.
EVENT_DAYS = float(os.environ.get("WANGGE_EVENT_DAYS", "7"))

# How long the audit is kept; refusals to one address that are noted in a minute.
AUDIT_DAYS = int(os.environ.get("WANGGE_AUDIT_DAYS", "1095"))
AUDIT_REFUSALS = 60

# Who signs the public notice of a published change of grids; empty: the district's name.
NOTICE_ISSUER = os.environ.get("WANGGE_NOTICE_ISSUER", "")

# Where tiles are kept; a server process also keeps the last ones in its memory.
# What the raster engine connects as: a role that sees only what may appear on raster (make run makes one).
RASTER_DATABASE_URL = given("WANGGE_RASTER_URL", DATABASE_URL)
# A base map from elsewhere, none by default: a JSON object with name, title, url (XYZ or WMTS template), and perhaps
# format, attribution and grid (MapProxy's words; docs/raster.md has Tianditu's).
RASTER_BASE = json.loads(os.environ.get("WANGGE_RASTER_BASE", "null"))
TILE_CACHE = os.environ.get("WANGGE_TILE_CACHE", "files")

# Django's own bound, for whatever reads a body through it; gis_core/body_size.py refuses larger ones before.
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.JSON_BYTES

# What one uploaded file may be: bytes as sent and unpacked, rows, vertices.
UPLOAD_LIMITS = {"bytes": 100_000_000, "unpacked": 600_000_000, "rows": 20_000, "vertices": 3_000_000}

# Files made of layers: so many rows go out in the answer itself, more are made by a job and kept for so long.
EXPORT_DIRECT_ROWS = int(os.environ.get("WANGGE_EXPORT_ROWS", "20000"))
EXPORT_DIR = Path(os.environ.get("WANGGE_EXPORT_DIR", STATE_DIR / "exports"))
EXPORT_HOURS = 24

# `checks` keeps answers under a hash of everything that they depend on; shared by the processes of the server.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "checks": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": STATE_DIR / "cache" / "checks",
        "TIMEOUT": 86400,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
