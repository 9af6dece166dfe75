"""Prove that signing in holds against guessing, and that programs get secrets of their own, limited and revocable."""

import base64
import json
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.authtoken.models import Token as StoredPlainly

from data.users import create_sample_users
from gis_core import basic
from gis_core.audit.models import AuditEntry
from gis_core.signing_in import provider, tokens
from gis_core.signing_in.models import Credential
from tests.security.conftest import WEST, as_app, person

pytestmark = pytest.mark.django_db
SESSION, RIGHT = "/api/v1/session/", "sample-viewer"


@pytest.fixture
def viewer(db):
    return person("viewer", "viewer", WEST)


def client(address: str = "192.0.2.1", **more) -> Client:
    return Client(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE="en", **more)


def sign_in(at: Client, name: str = "viewer", password: str = RIGHT, **more) -> tuple[int, str]:
    answer = at.post(SESSION, {"username": name, "password": password, **more}, "application/json")
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def header(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def signed_in(at: Client) -> Client:
    assert sign_in(at) == (200, "")
    return at


# ---- guessing -----------------------------------------------------------------------------------------------


def test_after_five_failures_even_the_right_password_waits(viewer):
    for _n in range(5):
        assert sign_in(client(), password="no") == (401, "wrong_password")
    answer = client().post(SESSION, {"username": "viewer", "password": RIGHT}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_failures")
    assert answer["Retry-After"] == "900"
    # From elsewhere the owner of the account still gets in: nobody can lock them out from one address.
    assert sign_in(client("192.0.2.2")) == (200, "")


def test_every_door_counts_and_every_door_closes(viewer, settings):
    token = {"username": "viewer", "password": "no"}
    client().get("/api/v1/plans/", headers=header("viewer", "no"))  # one, though the middleware asks as well
    client().get("/tiles/grids.json", headers=header("viewer", "no"))
    client().get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities", headers=header("viewer", "no"))
    client().post("/api/v1/token/", token, "application/json")
    client().post("/admin/login/", token)
    failures = AuditEntry.objects.filter(action="sign_in_failed", key="viewer").count()
    assert failures == 5
    assert client().get("/api/v1/plans/", headers=header("viewer", RIGHT)).status_code == 429
    assert client().get("/tiles/grids.json", headers=header("viewer", RIGHT)).status_code == 429
    token["password"] = RIGHT
    assert client().post("/api/v1/token/", token, "application/json").status_code == 429
    assert client().post("/admin/login/", token).status_code == 200  # the form again, with its own words


def test_one_password_tried_on_many_names_stops_the_address(viewer, settings):
    settings.SIGN_IN_FAILURES = {"pair": 5, "name": 50, "address": 8}
    for n in range(8):
        sign_in(client(), name=f"nobody{n}", password="Password-1")
    assert sign_in(client())[0] == 429
    assert sign_in(client("192.0.2.2"))[0] == 200


def test_one_name_tried_from_many_places_is_stopped(viewer, settings):
    settings.SIGN_IN_FAILURES = {"pair": 5, "name": 8, "address": 30}
    for n in range(8):
        sign_in(client(f"192.0.2.{n}"), password="no")
    assert sign_in(client("198.51.100.1"))[0] == 429


def test_a_success_begins_anew_and_time_heals(viewer, settings):
    for _round in range(2):
        for _n in range(4):
            sign_in(client(), password="no")
        assert sign_in(client()) == (200, "")
    for _n in range(5):
        sign_in(client(), password="no")
    settings.SIGN_IN_MINUTES = 0
    assert sign_in(client()) == (200, "")


def test_the_address_behind_a_proxy_is_what_the_proxy_says_and_no_one_else(viewer, settings):
    settings.TRUSTED_PROXIES = 1
    for n in range(5):
        at = client("10.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 192.0.2.7")
        sign_in(at, password="no")
    assert sign_in(client("10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 192.0.2.7"))[0] == 429
    assert sign_in(client("10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.8"))[0] == 200
    settings.TRUSTED_PROXIES = 0
    sign_in(client("10.0.0.1", HTTP_X_FORWARDED_FOR="5.5.5.5"), password="no")
    assert AuditEntry.objects.filter(action="sign_in_failed").latest("id").client == "10.0.0.1"


def test_successes_and_failures_are_in_the_audit(viewer):
    sign_in(client(), password="no")
    sign_in(client())
    failed, passed = AuditEntry.objects.filter(object="account").order_by("id")
    assert (failed.action, failed.key, failed.client) == ("sign_in_failed", "viewer", "192.0.2.1")
    assert (passed.action, passed.who, passed.client) == ("sign_in", "viewer", "192.0.2.1")


@pytest.mark.parametrize(
    "weak", ["short-1A", "onlysmallletters", "1234567890123", "viewer-viewer", "Password123"]
)
def test_weak_passwords_are_refused(viewer, weak):
    at = signed_in(client())
    answer = at.post(f"{SESSION}password/", {"old": RIGHT, "new": weak}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "weak_password")
    with pytest.raises(ValidationError):
        validate_password(weak, viewer)


def test_a_new_password_ends_other_sessions_and_what_was_remembered(viewer):
    here, there = signed_in(client()), signed_in(client())
    assert client().get("/api/v1/plans/", headers=header("viewer", RIGHT)).status_code == 200
    change = {"old": RIGHT, "new": "Another-good-1"}
    assert here.post(f"{SESSION}password/", {**change, "old": "no"}, "application/json").status_code == 401
    assert here.post(f"{SESSION}password/", change, "application/json").status_code == 204
    assert here.get(SESSION).json()["signed_in"]
    assert not there.get(SESSION).json()["signed_in"]
    assert client().get("/api/v1/plans/", headers=header("viewer", RIGHT)).status_code == 401


def test_a_write_by_session_needs_the_pages_token_and_one_by_header_does_not(viewer):
    at = signed_in(client(enforce_csrf_checks=True))
    body = {"kind": "token", "title": "x"}
    assert at.post("/api/v1/credentials/", body, "application/json").status_code == 403
    csrf = at.get(SESSION).json()["csrf"]
    answer = at.post("/api/v1/credentials/", body, "application/json", headers={"x-csrftoken": csrf})
    assert answer.status_code == 201
    by_header = client(enforce_csrf_checks=True).post(
        "/api/v1/plans/",
        {"name": "x", "scope_code": WEST},
        "application/json",
        headers=header("viewer", RIGHT),
    )
    assert by_header.json()["error"]["code"] == "refused"  # the role may not; the header was enough


# ---- programs -----------------------------------------------------------------------------------------------


def made(at: Client, **given) -> dict:
    answer = at.post("/api/v1/credentials/", {"title": "QGIS", **given}, "application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_an_application_has_a_password_of_its_own_on_every_surface(viewer):
    secret = made(signed_in(client()), kind="application")["secret"]
    wfs = "/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetCapabilities"
    for address in ("/api/v1/plans/", wfs, "/tiles/staff.json"):
        assert client().get(address, headers=header("viewer", secret)).status_code == 200, address
        assert client().get(address, headers=header("drawer", secret)).status_code == 401, address
    assert sign_in(client(), password=secret)[0] == 401  # it opens no session


def test_a_token_reads_only_where_that_was_asked_and_ends(viewer):
    at = signed_in(client())
    token = made(at, kind="token", read_only=True, days=1)
    for scheme in ("Token", "Bearer"):
        sent = {"authorization": f"{scheme} {token['secret']}"}
        assert client().get("/api/v1/plans/", headers=sent).status_code == 200
        answer = client().post("/api/v1/plans/", {}, "application/json", headers=sent)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only")
    Credential.objects.filter(pk=token["id"]).update(expires_at=timezone.now() - timedelta(hours=1))
    assert client().get("/api/v1/plans/", headers=sent).status_code == 401


def test_a_revoked_one_is_refused_at_once_and_so_is_one_of_a_closed_account(viewer):
    at = signed_in(client())
    token, other = made(at, kind="token"), made(at, kind="token")
    sent = {"authorization": f"Token {token['secret']}"}
    assert client().get("/api/v1/plans/", headers=sent).status_code == 200
    assert at.delete(f"/api/v1/credentials/{token['id']}/").status_code == 204
    assert client().get("/api/v1/plans/", headers=sent).status_code == 401
    viewer.is_active = False
    viewer.save()
    assert (
        client().get("/api/v1/plans/", headers={"authorization": f"Token {other['secret']}"}).status_code
        == 401
    )


def test_no_secret_is_stored_shown_again_or_audited(viewer):
    at = signed_in(client())
    secret = made(at, kind="token")["secret"]
    assert secret not in at.get("/api/v1/credentials/").content.decode()
    stored = str(list(Credential.objects.values())) + str(list(AuditEntry.objects.values()))
    assert secret not in stored
    assert Credential.objects.get().digest not in str(list(AuditEntry.objects.values()))


def test_a_program_cannot_make_itself_another_secret(viewer):
    secret = made(signed_in(client()), kind="token")["secret"]
    sent = {"authorization": f"Token {secret}"}
    answer = client().post(
        "/api/v1/credentials/", {"kind": "token", "title": "x"}, "application/json", headers=sent
    )
    assert answer.json()["error"]["code"] == "session_needed"


def test_nobody_sees_or_revokes_anothers(viewer):
    other = person("dispatcher", "dispatcher", WEST)
    number = made(signed_in(client()), kind="token")["id"]
    at = client()
    at.force_login(other)
    assert at.get("/api/v1/credentials/").json() == []
    assert at.delete(f"/api/v1/credentials/{number}/").status_code == 404
    with as_app(str(other.pk)) as cursor:
        cursor.execute("SELECT count(*) FROM gis_core_credential")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("days", [0, 367, -1, "x"])
def test_no_credential_is_for_ever(viewer, days):
    body = {"kind": "token", "title": "x", "days": days}
    assert signed_in(client()).post("/api/v1/credentials/", body, "application/json").status_code == 400


# ---- the second factor --------------------------------------------------------------------------------------


def code_of(device: TOTPDevice, later: int = 0) -> str:
    """The code of now, or of some steps later; the device takes one step of difference."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = timezone.now().timestamp() + later * device.step
    return f"{totp.token():06d}"


def test_with_a_second_factor_the_password_alone_is_not_enough(viewer):
    at = signed_in(client())
    begun = at.post(f"{SESSION}second-factor/", {}, "application/json").json()
    assert begun["url"].startswith("otpauth://totp/")
    assert "<svg" in begun["qr"]
    assert sign_in(client()) == (200, "")  # not on before the first code
    device = TOTPDevice.objects.get()
    assert at.post(f"{SESSION}second-factor/", {"code": "000000"}, "application/json").status_code in (
        200,
        401,
    )
    device.refresh_from_db()
    device.throttle_reset()
    assert (
        at.post(f"{SESSION}second-factor/", {"code": code_of(device)}, "application/json").status_code == 200
    )
    assert sign_in(client()) == (401, "second_factor_needed")
    assert sign_in(client(), otp=code_of(device)) == (401, "wrong_code")  # it was used for switching it on
    device.refresh_from_db()
    device.throttle_reset()
    assert sign_in(client(), otp=code_of(device, later=1)) == (200, "")
    # Programs cannot send a code: the account's password is refused, a secret of their own is not.
    basic._right.clear()
    assert client().get("/api/v1/plans/", headers=header("viewer", RIGHT)).status_code == 401
    own = made(at, kind="application")["secret"]
    assert client().get("/api/v1/plans/", headers=header("viewer", own)).status_code == 200
    root = {"username": "viewer", "password": RIGHT}
    assert client().post("/admin/login/", root).status_code == 200  # the form again


# ---- the sample's users, and other doors --------------------------------------------------------------------


def test_the_samples_passwords_are_found_and_a_changed_one_is_not(db):
    create_sample_users()
    with pytest.raises(CommandError, match="dispatcher"):
        call_command("refuse_sample_users")
    for user in get_user_model().objects.all():
        user.set_unusable_password()
        user.save()
    call_command("refuse_sample_users")


def test_there_is_no_account_outside_the_sample(db):
    assert not get_user_model().objects.exists()


def test_oidc_is_off_by_default(settings, viewer):
    assert "mozilla_django_oidc" not in settings.INSTALLED_APPS
    assert client().get("/oidc/authenticate/").status_code == 404
    assert client().get(SESSION).json()["oidc"] is None


PROVIDER = dict.fromkeys(provider.NEEDED, "x")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"issuer": ""}, "lacks issuer; allowed are client_id"),
        ({"isuer": "x"}, "isuer unknown"),
        ({"keys": 1}, "texts"),
        ({"algorithm": "none"}, "RS256"),
        ({"scopes": "profile"}, "must contain openid"),
    ],
)
def test_a_wrong_description_of_a_provider_says_what_is_allowed(wrong, said):
    assert provider.described(json.dumps(PROVIDER))["algorithm"] == "RS256"
    with pytest.raises(ValueError, match=said):
        provider.described(json.dumps(PROVIDER | wrong))


# ---- the token of /api/v1/token/ ----------------------------------------------------------------------------


def asked_for_token() -> dict:
    answer = client().post("/api/v1/token/", {"username": "viewer", "password": RIGHT}, "application/json")
    assert answer["Cache-Control"] == "no-store"
    return answer.json()


def with_token(key: str, address: str = "/api/v1/plans/") -> int:
    return client().get(address, headers={"authorization": f"Token {key}"}).status_code


def test_a_token_is_told_once_holds_beside_others_and_ends(viewer):
    first, second = asked_for_token(), asked_for_token()
    assert datetime.fromisoformat(first["expires_at"]) > timezone.now() + timedelta(days=89)
    assert first["token"] != second["token"]
    assert [with_token(one["token"]) for one in (first, second)] == [200, 200]
    Credential.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    for address in ("/api/v1/plans/", "/tiles/grids.json"):
        assert with_token(first["token"], address) == 401
    assert client().get(f"/open311/v2/requests.json?api_key={first['token']}").status_code == 403
    assert with_token(asked_for_token()["token"]) == 200


def test_the_row_of_a_token_does_not_sign_in(viewer):
    token = asked_for_token()["token"]
    row = Credential.objects.values().get()
    assert token not in str(row)
    for stored in (
        row["digest"],
        row["lookup"],
        row["digest"][:40],
        f"wgt_{row['lookup']}_{row['digest'][:32]}",
    ):
        assert with_token(stored) == 401
    plain = StoredPlainly.objects.create(user=viewer).key
    assert with_token(plain) == 401


def test_asked_for_again_and_again_the_oldest_ends(viewer, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_OF_A_USER", 2)
    given = [asked_for_token()["token"] for _n in range(3)]
    assert [with_token(key) for key in given] == [401, 200, 200]


def test_tokens_that_were_stored_plainly_hold_on_as_hashes(viewer):
    old, ended = "a" * 40, "b" * 40
    StoredPlainly.objects.create(user=viewer, key=old)
    StoredPlainly.objects.create(user=person("dispatcher", "dispatcher", WEST), key=ended)
    StoredPlainly.objects.filter(key=ended).update(created=timezone.now() - timedelta(days=91))
    assert with_token(old) == 401
    import_module("gis_core.migrations.0010_hashed_tokens").hash_tokens(apps, None)
    assert (with_token(old), with_token(ended)) == (200, 401)
    assert not StoredPlainly.objects.exists()
    assert old not in str(list(Credential.objects.values()))
