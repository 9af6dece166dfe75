"""Prove that every answer tells the browser what it may not do with it: each address, and each door of the server."""

import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from gis_core import protective_headers, sqlfiles
from tests.security.conftest import person
from tests.serving import copied_database, server
from tools import addresses
from tools.headers import NOWHERE, faults


@pytest.mark.django_db
def test_every_address_has_them_for_nobody_and_for_somebody(ground):
    somebody, nobody = Client(raise_request_exception=False), Client(raise_request_exception=False)
    somebody.force_login(person("reader", "dispatcher"))
    asked, wrong = addresses.every(), {}
    assert len(asked) > 70
    for address in [*asked, *NOWHERE]:
        for client in (nobody, somebody):
            answer = client.get(address)
            found = faults(answer.headers)
            if found or (answer.status_code >= 500 and answer.status_code != 503):
                wrong[address] = (answer.status_code, found)
    assert wrong == {}


@pytest.mark.django_db
def test_pages_may_load_nothing_from_elsewhere_and_files_are_no_documents(ground):
    page, data = Client().get("/connect/"), Client().get("/api/v1/district/")
    assert "script-src 'self';" in page["Content-Security-Policy"]
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in data["Content-Security-Policy"]
    assert "sandbox" in data["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_the_documentation_of_the_interface_has_no_script_within_and_none_from_elsewhere(ground):
    text = Client().get("/api/v1/docs/").content.decode()
    scripts = [part.partition(">")[0] for part in text.split("<script")[1:]]
    assert len(scripts) == 3
    assert all('src="/' in script for script in scripts)


@pytest.mark.django_db
def test_cookies_are_for_this_site_and_the_sessions_is_out_of_the_reach_of_scripts(ground):
    person("reader", "viewer")
    client = Client()
    given = {"username": "reader", "password": "sample-reader"}
    client.post("/api/v1/session/", given, "application/json")
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["httponly"]
    assert (session["samesite"], token["samesite"]) == ("Lax", "Lax")


def settings_with(code: str, **environment: str) -> str:
    env = {**os.environ, "WANGGE_HTTPS": "1", "WANGGE_HOSTS": "grid.example", **environment}
    command = [sys.executable, "-c", f"import django; django.setup(); {code}"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env={**env, "DJANGO_SETTINGS_MODULE": "gis_core.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_with_https_cookies_are_secure_and_the_browser_never_comes_by_http_again():
    code = (
        "from django.test import Client;"
        "a = Client().get('/healthz', secure=True, headers={'host': 'grid.example'});"
        "b = Client().get('/connect/', headers={'host': 'grid.example'});"
        "from django.conf import settings as s;"
        "print(a['Strict-Transport-Security'], b.status_code, b['Location'],"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    said = settings_with(code).strip()
    assert said == (
        "max-age=31536000; includeSubDomains; preload 301 https://grid.example/connect/ True True"
    )


@pytest.mark.django_db(transaction=True)
def test_the_framework_finds_nothing_to_say_about_production():
    sqlfiles.install()  # tests that truncate every table may have come before
    wanted = connection.get_connection_params()
    url = make_conninfo("", **{name: wanted[name] for name in ("host", "port", "user", "password", "dbname")})
    env = {**os.environ, "WANGGE_HTTPS": "1", "WANGGE_HOSTS": "grid.example", "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


@pytest.mark.django_db(transaction=True)
def test_every_door_of_a_real_server_has_them():
    with copied_database("headers") as url, server(url) as running:
        for path in (
            "/healthz",
            "/connect/",
            "/tiles/grids/12/3349/1627.mvt",
            "/events/?kinds=bad",
            "/tiles/-",
            "/events/",
        ):
            try:
                with urllib.request.urlopen(running.address + path, timeout=20) as answer:
                    headers = answer.headers
            except urllib.error.HTTPError as error:
                headers = error.headers
            assert faults(headers) == [], path


def test_what_does_not_pass_django_gets_the_strictest():
    assert faults(protective_headers.CLOSED) == []
    assert "frame-ancestors 'none'" in protective_headers.CLOSED["Content-Security-Policy"]
