"""Prove that people of another provider get in by OpenID Connect, and nobody who only says so.

The provider, our server and the way between them are real; what a browser would do, httpx does, and once Chromium.
"""

import itertools
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from tests import serving
from tests.web.asking import ask
from tests.web.live_wall import FAR, report
from tests.web.oidc_lies import LIES
from tests.web.screens import screen

ROOT = Path(__file__).resolve().parents[2]
_addresses = (f"198.51.{n // 250}.{n % 250 + 1}" for n in itertools.count())
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)",
    "http://127.0.0.1@evil.example/", "\t//evil.example/", "https://127.0.0.1.evil.example/",
)  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Its address."""
    port = serving.free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.web.oidc_provider", str(port)], cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration", process)
        yield address
    finally:
        process.kill()
        process.wait()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + serving.START_SECONDS
    while True:
        try:
            httpx.get(address).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def door(provider: str, database_url: str, state: str, tmp_path_factory: Any) -> Iterator[str]:
    """The address of our server, a program that the provider knows."""
    port = serving.free_port()
    back = f"http://127.0.0.1:{port}/oidc/callback/"
    wanted = {"redirect_uris": [back], "token_endpoint_auth_method": "client_secret_post"}
    known = httpx.post(f"{provider}/oauth2/clients", json=wanted).json()
    secret = tmp_path_factory.mktemp("oidc") / "secret"
    secret.write_text(known["client_secret"] + "\n")
    says = httpx.get(f"{provider}/.well-known/openid-configuration").json()
    described = {
        "client_id": known["client_id"], "secret_file": str(secret), "issuer": says["issuer"],
        "authorize": says["authorization_endpoint"], "token": says["token_endpoint"],
        "userinfo": says["userinfo_endpoint"], "keys": says["jwks_uri"], "scopes": "openid profile email",
    }  # fmt: skip
    environment = {"WANGGE_OIDC": json.dumps(described), "WANGGE_STATE": state, "WANGGE_PROXIES": "1",
                   "NO_PROXY": "127.0.0.1"}  # fmt: skip
    with serving.server(database_url, port=port, **environment) as server:
        yield server.address


@pytest.fixture
def lie(provider: str) -> Iterator[Any]:
    yield lambda kind: httpx.put(f"{provider}/lie/{kind}").raise_for_status()
    httpx.put(f"{provider}/lie/nothing").raise_for_status()


class Visitor(httpx.Client):
    """A browser before our server, from an address of its own."""

    def __init__(self, site: str, language: str = "zh-CN") -> None:
        headers = {"Accept-Language": language, "X-Forwarded-For": next(_addresses)}
        super().__init__(base_url=site, headers=headers, timeout=60)

    def at_provider(self, sub: str, **query: str) -> str:
        """Signed in there; the address that the provider sends them back to."""
        away = self.get("/oidc/authenticate/", params=query)
        assert away.status_code == 302, away.text
        back = httpx.post(away.headers["location"], data={"sub": sub})
        assert back.status_code == 302, back.text
        return back.headers["location"]

    def come(self, sub: str, **query: str) -> httpx.Response:
        """The answer of the return address."""
        return self.get(self.at_provider(sub, **query))

    def session(self) -> dict[str, Any]:
        return self.get("/api/v1/session/").json()


def entered(door: str, sub: str, **query: str) -> Visitor:
    visitor = Visitor(door)
    answer = visitor.come(sub, **query)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    return visitor


def refused(visitor: Visitor, answer: httpx.Response, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert words in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert not visitor.session()["signed_in"]


def known(provider: str, sub: str, **claims: Any) -> None:
    httpx.put(f"{provider}/users/{sub}", json=claims).raise_for_status()


def grant(url: str, username: str, role: str, prefix: str) -> None:
    with psycopg.connect(url) as raw:
        raw.execute(
            "INSERT INTO gis_core_membership (user_id, role, code_prefix)"
            " SELECT id, %s, %s FROM auth_user WHERE username = %s",
            [role, prefix, username],
        )


def rows(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as raw:
        return raw.execute(statement, values).fetchall()


# ---- who comes in, and what they see ------------------------------------------------------------------------


def test_who_is_unknown_here_gets_an_account_that_may_nothing(door, provider, database_url):
    known(provider, "wang", name="王明")
    session = entered(door, "wang").session()
    assert (session["username"], session["name"]) == ("oidc:wang", "王明")
    assert (session["signed_in"], session["superuser"]) == (True, False)
    assert (session["memberships"], session["may"]) == ([], [])
    [(staff, password)] = rows(
        database_url, "SELECT is_staff, password FROM auth_user WHERE username = 'oidc:wang'"
    )
    assert (staff, password[0]) == (False, "!")  # no password opens it
    line = "SELECT data ->> 'how' FROM gis_core_auditentry WHERE action = 'sign_in' AND key = 'oidc:wang'"
    assert rows(database_url, line) == [("oidc",)]


def test_with_a_membership_they_see_its_area_and_no_other(door, database_url):
    near, far = report(door), report(door, FAR)
    visitor = entered(door, "zhao")
    assert numbers(visitor) == set()
    village = ask(door, f"incidents/{near}/")[1]["properties"]["grid_code"][:12]
    grant(database_url, "oidc:zhao", "dispatcher", village)
    for once_more in (visitor, entered(door, "zhao")):
        assert once_more.session()["memberships"] == [{"role": "dispatcher", "code_prefix": village}]
        assert numbers(once_more) == {near}
        assert once_more.get(f"/api/v1/incidents/{far}/").status_code == 404
    assert rows(database_url, "SELECT count(*) FROM auth_user WHERE username = 'oidc:zhao'") == [(1,)]


def numbers(visitor: Visitor) -> set[str]:
    """Of the incidents that they see."""
    features = visitor.get("/api/v1/incidents/").json()["features"]
    return {feature["properties"]["number"] for feature in features}


@pytest.mark.parametrize("verified", [False, True])
def test_an_e_mail_or_name_like_somebody_elses_opens_no_account_of_theirs(
    door, provider, database_url, verified
):
    with psycopg.connect(database_url) as raw:
        raw.execute("UPDATE auth_user SET email = 'd@grid.example' WHERE username = 'dispatcher'")
    claims = {"email": "d@grid.example", "email_verified": verified, "preferred_username": "dispatcher"}
    known(provider, "dispatcher", **claims)
    session = entered(door, "dispatcher").session()
    assert (session["username"], session["memberships"]) == ("oidc:dispatcher", [])


def test_two_long_numbers_of_people_are_two_people(door):
    one, two = ("x" * 200 + end for end in "ab")
    names = {entered(door, sub).session()["username"] for sub in (one, two)}
    assert len(names) == 2
    assert entered(door, one).session()["username"] in names


def test_a_closed_account_opens_nothing_and_its_open_sessions_end(door, database_url):
    inside = entered(door, "qian")
    with psycopg.connect(database_url) as raw:
        raw.execute("UPDATE auth_user SET is_active = false WHERE username = 'oidc:qian'")
    assert not inside.session()["signed_in"]
    # Asked to sign in like anybody, not told that there is none for them.
    assert inside.get(f"/incidents/{report(door)}").status_code == 200
    again = Visitor(door)
    refused(again, again.come("qian"), 403, "账号已停用")


def test_signed_out_here_the_session_is_gone(door):
    visitor = entered(door, "sun")
    copy = dict(visitor.cookies)
    token = {"X-CSRFToken": visitor.session()["csrf"]}
    assert visitor.delete("/api/v1/session/").status_code == 403  # a page of another site cannot do it
    assert visitor.delete("/api/v1/session/", headers=token).status_code == 204
    assert not visitor.session()["signed_in"]
    visitor.cookies.update(copy)
    assert not visitor.session()["signed_in"]


def test_a_token_may_name_the_key_that_it_is_signed_with(door, lie):
    lie("named_key")
    assert entered(door, "yang").session()["username"] == "oidc:yang"


# ---- what is not believed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in LIES if kind != "failing"])
def test_a_token_that_is_not_right_signs_nobody_in(door, database_url, lie, kind):
    visitor, accounts = Visitor(door), "SELECT count(*) FROM auth_user"
    before = rows(database_url, accounts)
    lie(kind)
    refused(visitor, visitor.come(f"of {kind}"), 400, "未登录")
    assert "provider" in Visitor(door, "en").come(f"of {kind}").text
    assert rows(database_url, accounts) == before
    [(why,)] = rows(
        database_url,
        "SELECT data ->> 'why' FROM gis_core_auditentry WHERE action = 'sign_in_refused' ORDER BY id DESC LIMIT 1",
    )
    assert why == "oidc_not_believed"


def test_a_provider_that_fails_is_told_in_words_and_tried_again(door, lie):
    visitor = Visitor(door)
    lie("failing")
    refused(visitor, visitor.come("wu"), 503, "稍后再试")
    lie("nothing")
    assert visitor.come("wu").status_code == 302


def test_who_does_not_want_to_is_told_and_nobody_is_signed_out_by_it(door):
    inside = entered(door, "zheng")
    away = inside.get("/oidc/authenticate/").headers["location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    for query, status in (({"state": state}, 403), ({"state": state}, 400), ({}, 400)):
        answer = inside.get("/oidc/callback/", params={"error": "access_denied", **query})
        assert answer.status_code == status
    assert inside.session()["signed_in"]


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(door):
    visitor, victim = Visitor(door), Visitor(door)
    back = visitor.at_provider("feng")
    refused(victim, victim.get(back), 400, "不是从本浏览器发起")
    refused(visitor, visitor.get(back.replace("state=", "state=x")), 400, "不是从本浏览器发起")
    assert visitor.get(back).status_code == 302
    third = Visitor(door)
    third.cookies.update(dict(visitor.cookies))
    assert third.get(back).status_code == 400


def test_a_code_of_elsewhere_is_refused_by_the_provider(door):
    """Sent into the victim's own flow, it lacks the secret of that flow (PKCE)."""
    attacker, victim = Visitor(door), Visitor(door)
    code = parse_qs(urlsplit(attacker.at_provider("chen")).query)["code"][0]
    own = parse_qs(urlsplit(victim.at_provider("chu")).query)
    answer = victim.get("/oidc/callback/", params={"code": code, "state": own["state"][0]})
    refused(victim, answer, 400, "未登录")


def test_at_other_doors_a_code_counts_for_nothing(door):
    visitor = Visitor(door)
    query = urlsplit(visitor.at_provider("wei")).query
    answer = visitor.post(f"/api/v1/session/?{query}", json={"username": "oidc:wei", "password": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "wrong_password")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_led_to_another_site(door, address):
    entered(door, "jiang", next=address)


def test_the_way_leads_back_to_where_one_was(door):
    here = "/editor/?tier=village#14/34.79/114.34"
    assert Visitor(door).come("shen", next=here).headers["location"] == here


def test_one_address_begins_so_often_in_a_minute(door):
    visitor = Visitor(door, "en")
    answers = [visitor.get("/oidc/authenticate/") for _n in range(61)]
    assert [answer.status_code for answer in answers] == [302] * 60 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too many requests" in answers[-1].text


# ---- in a browser -------------------------------------------------------------------------------------------


def test_the_dialog_leads_to_the_provider_and_back_to_the_map(door, provider, browser: Browser):
    known(provider, "he", name="何静")
    context = screen(browser, locale="zh-CN")
    page = context.new_page()
    page.goto(door)
    page.get_by_role("button", name=re.compile("Switch to English")).click(timeout=60_000)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign in with your organisation")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("切换为中文")).click()
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="使用统一身份认证登录").click()
    page.get_by_placeholder("sub").fill("he")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{door}/**")
    expect(page.get_by_role("button", name="何静")).to_be_visible(timeout=60_000)
    context.close()
