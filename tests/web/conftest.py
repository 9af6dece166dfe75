"""A real server with the sample city, in a database of its own, and a real browser to look at it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests import sample_city, serving
from tests.web.live_wall import drawn
from tests.web.seats import seated

ROOT = Path(settings.BASE_DIR)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# WebGL without a graphics card.
SOFTWARE_GL = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """The URL of a database with preset S loaded; dropped at the end."""
    with sample_city.copied("pages") as url:
        yield url


@pytest.fixture(scope="module")
def state(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The state folder of servers on it, with the static files."""
    state = str(tmp_path_factory.mktemp("state"))
    environment = {**os.environ, "DATABASE_URL": database_url, "WANGGE_STATE": state}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return state


@pytest.fixture(scope="module")
def site(database_url: str, state: str) -> Iterator[str]:
    """The address of the server on it."""
    with serving.server(database_url, WANGGE_STATE=state) as server:
        yield server.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of module scope: while Playwright runs, Django takes this thread for an async one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *SOFTWARE_GL])
        yield chromium
        chromium.close()


@pytest.fixture
def wall(browser: Browser, site: str) -> Iterator[Page]:
    """The wall over the district, drawn and live before a dispatcher."""
    seat = seated(browser, site, "dispatcher", (1500, 800))
    seat.page.goto(site)
    drawn(seat.page)
    yield seat.page
    seat.page.context.close()
