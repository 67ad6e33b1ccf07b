"""Chromium on an Airflow: started, logged in, and asked whether a page's scripts went wrong."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest

from operators.local_airflow import USER

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]

PATIENCE = 120_000
"""Milliseconds that a busy machine may take."""


@contextmanager
def logged_in(url: str, password: str, width: int = 1280) -> Iterator[Any]:
    """A page of a browser window so many pixels wide, logged in at ``url`` as the administrator.

    When the block ends well, no script of any page may have failed. Without Chromium a test is skipped, in CI it fails.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("Chromium is not installed; apt-get install chromium")
    from playwright.sync_api import sync_playwright

    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 950}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/auth/login/?next={quote(f'{url}/gtl/')}")
        page.fill("[name=username]", USER)
        page.fill("[name=password]", password)
        page.click("[type=submit]")
        page.get_by_role("heading", name="Studies", exact=True).wait_for()
        yield page
        browser.close()
    assert errors == []
