"""A browser as a phone without scripts, and the page behind a server of its own (see `serving`)."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from functions.survey import page as pages
from local.checkout import LOCAL
from loyalty import attempts
from tests.browser.chromium import FLAGS, NoBrowserError, executable
from tests.browser.serving import served
from tests.functions.survey.answering.asked import ANNA, BEN, Mall

PHONE = {"width": 360, "height": 640}

Open = Callable[..., Page]


def pytest_sessionstart() -> None:
    """Without a browser, say in one sentence how to get one, and fail."""
    try:
        executable()
    except NoBrowserError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The installed Chromium; nothing is downloaded."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def mall(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Mall:
    """A mall with two members, whose clock stands still."""
    mall = Mall()
    monkeypatch.setattr(pages, "utc_now", lambda: mall.now)
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0)
    mall.member(ANNA)
    mall.member(BEN)
    return mall


@pytest.fixture
def site(mall: Mall) -> Iterator[str]:
    """The address of the page's server."""
    with served() as url:
        yield url


@pytest.fixture
def on_phone(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a link on a phone without scripts, unless told otherwise; nothing watched may break the page's policy."""
    contexts: list[BrowserContext] = []
    said: list[str] = []
    asked_for: list[str] = []

    def opened(
        token: str, *, scripts: bool = False, watched: bool = True, locale: str = "zh-CN", query: str = "", **more: Any
    ) -> Page:
        options = {"viewport": PHONE, "device_scale_factor": 2, **more}
        context = browser.new_context(java_script_enabled=scripts, locale=locale, **options)
        contexts.append(context)
        page = context.new_page()
        if watched:
            page.on("console", lambda message: said.append(message.text))
            page.on("request", lambda request: asked_for.append(request.url))
        page.goto(f"{site}/s/{token}{query}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in said if "Content Security Policy" in text or "Refused" in text] == []
    assert [url for url in asked_for if not url.startswith(f"{site}/s/")] == []


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """Takes a picture of a page, into the folder that `SCREENSHOTS` names."""
    folder = Path(os.environ.get("SCREENSHOTS") or LOCAL / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def taken(page: Page, name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return taken
