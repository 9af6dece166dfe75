"""The whole REST interface against its own description: whatever schemathesis makes up, nothing answers 5xx.

Every operation that reads, as nobody and as somebody who may see much; the writing ones too, each in a transaction that
is rolled back. A few cases each in the suite, many more with `make test-long`.
"""

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from gis_core.models import Membership
from layers import registry
from tests.shapes import board, village_of

CASES, MANY = 3, 60
STREAMS = {"/events/"}


def operations(client):
    document = client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    schema = schemathesis.openapi.from_dict(document)
    return [result.ok() for result in schema.get_all_operations()]


@pytest.fixture
def somebody(db):
    village_of(board(3, 3))
    user = get_user_model().objects.create_user("somebody", password="x")
    for role in ("committee", "dispatcher"):
        Membership.objects.create(user=user, role=role, code_prefix="")
    return user


def ask(client, case):
    """Send the case as Django's client does, and nothing of it stays."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    path = sent["url"].removeprefix("http://testserver")
    headers = {f"HTTP_{k.upper().replace('-', '_')}": str(v) for k, v in (sent.get("headers") or {}).items()}
    media = headers.pop("HTTP_CONTENT_TYPE", "application/json")
    query = {k: v for k, v in (sent.get("params") or {}).items() if v is not None}
    body = sent.get("data") or b""
    if sent.get("json") is not None:
        import json

        body = json.dumps(sent["json"])
    with transaction.atomic():
        answer = client.generic(
            case.method.upper(),
            path,
            body if isinstance(body, str | bytes) else b"",
            content_type=media,
            query_params=query,
            **headers,
        )
        if answer.streaming and not answer.is_async:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def probe(client, operation, cases, found):
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def each(case):
        if "key" in (case.path_parameters or {}):
            keys = [layer.key for layer in registry.every()]
            case.path_parameters["key"] = keys[len(str(case.path_parameters["key"])) % len(keys)]
        try:
            answer = ask(client, case)
        except UnicodeError:
            return  # Django's client cannot send it
        if answer.status_code >= 500 and answer.status_code != 503:
            found.append((case.method, case.formatted_path, case.query, case.body, answer.content[:300]))

    each()


def problems(somebody, cases):
    nobody, signed_in = Client(raise_request_exception=False), Client(raise_request_exception=False)
    signed_in.force_login(somebody)
    found, asked = [], 0
    for operation in operations(nobody):
        if operation.path in STREAMS:
            continue
        asked += 1
        for client in (signed_in, nobody) if cases > CASES else (signed_in,):
            probe(client, operation, cases, found)
    assert asked > 40
    return found


def test_nothing_answers_5xx(somebody):
    assert problems(somebody, CASES) == []


@pytest.mark.long
def test_nothing_answers_5xx_to_many_more(somebody):
    assert problems(somebody, MANY) == []
