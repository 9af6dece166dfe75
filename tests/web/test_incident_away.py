"""Prove that the one-click page says when it hears nothing any more, and shows by itself what happened meanwhile."""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests import serving
from tests.web.conftest import ROOT
from tests.web.seats import TOLD_MS, seated

AWAY_MS = 30_000


def test_a_page_whose_server_goes_away_says_so_and_follows_when_it_is_back(
    browser: Browser, database_url: str, tmp_path: Path
) -> None:
    state = {"WANGGE_STATE": str(tmp_path)}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    environment = {**os.environ, "DATABASE_URL": database_url, **state}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    with serving.server(database_url, **state) as first:
        seat = seated(browser, first.address, "dispatcher")
        number = seat.report()
        seat.open(f"/incidents/{number}")
        net = seat.page.get_by_role("banner").get_by_role("status")
        expect(net).to_have_text("已连接")
        first.stop()
        expect(net).to_have_text(re.compile(r"已断开，最后更新 \d\d:\d\d"), timeout=AWAY_MS)
        dialog = seat.begin("受理")
        dialog.get_by_role("button", name="受理", exact=True).click()
        expect(dialog.get_by_role("alert")).to_have_text("服务器没有答复，请检查网络后重试")
        dialog.get_by_role("button", name="取消").click()
    with serving.server(database_url, port=first.port, **state):
        status, _answer = seat.ask(f"incidents/{number}/actions/accept/", {"text": "电话受理"})
        assert status == 200
        expect(net).to_have_text("已连接", timeout=AWAY_MS)
        seat.shows("村（社区）受理")
        seat.shows_step("受理", "dispatcher", "电话受理")
    seat.page.context.close()
    assert seat.complaints == []


def test_what_moves_nothing_is_told_too(browser: Browser, site: str) -> None:
    writing, reading = seated(browser, site, "dispatcher"), seated(browser, site, "viewer")
    number = writing.report()
    for one in (writing, reading):
        one.open(f"/incidents/{number}")
    writing.do("备注", 说明="已通知物业")
    expect(reading.panel.get_by_text("已通知物业")).to_be_visible(timeout=TOLD_MS)
    for one in (writing, reading):
        one.page.context.close()
        assert one.complaints == []
