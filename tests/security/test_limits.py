"""Prove the limits of requests: rates that hold across server processes, sizes of bodies, length of statements."""

import http.client
import json
import urllib.error
import urllib.request

import pytest
from django.db import OperationalError, connection
from django.test import Client

from gis_core import limits, throttling
from gis_core.errors import exception_handler
from tests.incidents.conftest import body, lay_out
from tests.security.conftest import person, run
from tests.serving import copied_database, server
from tests.tokens import token_of


def asked(request) -> tuple[int, dict, str | None]:
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer), None
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers["Retry-After"]


@pytest.mark.django_db(transaction=True)
def test_a_rate_holds_across_two_processes_and_bodies_have_an_end():
    lay_out()
    token = token_of(person("burst", "worker"))
    rates = "intake=10/60,token=3/60,sign_in=3/60,open311=4/60"
    with copied_database("limits") as url, server(url, workers=2, WANGGE_RATES=rates) as running:
        headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

        def sent(path, data, **more):
            return asked(
                urllib.request.Request(running.address + path, json.dumps(data).encode(), {**headers, **more})
            )

        # A connection each, so that both processes answer.
        reports = [sent("/api/v1/incidents/", body()) for _n in range(20)]
        assert [status for status, _body, _after in reports] == [201] * 10 + [429] * 10
        _status, said, after = reports[-1]
        assert said["error"]["code"] == "too_many_requests"
        assert 1 <= int(after) <= 60
        wrong = {"username": "nobody", "password": "x"}
        for path in ("/api/v1/token/", "/api/v1/session/"):
            found = [sent(path, wrong, Authorization="")[0] for _n in range(4)]
            assert found[-1] == 429, (path, found)
        calls = [asked(f"{running.address}/open311/v2/services.json") for _n in range(5)]
        assert [call[0] for call in calls] == [200] * 4 + [429]
        assert calls[-1][2] is not None
        _refuses_large_bodies(running.port)


def _refuses_large_bodies(port: int) -> None:
    declared = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    declared.putrequest("POST", "/api/v1/session/")
    declared.putheader("Content-Length", str(limits.BODY_BYTES + 1))
    declared.putheader("Content-Type", "application/json")
    declared.endheaders()
    answer = declared.getresponse()
    assert (answer.status, json.load(answer)["error"]["code"]) == (413, "body_too_large")
    endless = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def chunks():
        for _n in range(200):
            yield b" " * 1024 * 1024

    try:
        endless.request(
            "POST", "/api/v1/session/", body=chunks(), headers={"Content-Type": "application/json"}
        )
        status = endless.getresponse().status
    except (http.client.HTTPException, OSError):
        status = 0  # hung up on, before all of it was sent
    assert status in (0, 400, 413)


@pytest.mark.django_db
def test_a_turn_comes_back_when_the_window_ends(monkeypatch):
    monkeypatch.setitem(limits.RATES, "intake", (2, 60))
    assert [throttling.seconds_to_wait("intake", "user 1") for _n in range(3)][:2] == [0, 0]
    assert 55 <= throttling.seconds_to_wait("intake", "user 1") <= 60
    assert throttling.seconds_to_wait("intake", "user 2") == 0
    run("UPDATE gis_core_turn SET since = since - interval '61 seconds' WHERE key = 'intake user 1'")
    assert throttling.seconds_to_wait("intake", "user 1") == 0


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_told_as_that():
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:  # noqa: PT012
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute("SELECT pg_sleep(5)")
    answer = exception_handler(caught.value, {})
    assert (answer.status_code, answer.data["error"]["code"]) == (503, "took_too_long")


@pytest.mark.django_db
def test_what_is_nested_too_deep_is_told_as_that(ground):
    client = Client(raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person("deep", "worker"))
    answer = client.post("/api/v1/incidents/", "[" * 200_000, "application/json")
    assert answer.status_code == 400, answer.content
