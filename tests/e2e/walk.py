"""What a reader does with results in a browser, from Airflow's own menu on."""

import io
from pathlib import Path
from typing import Any

import pandas as pd

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]

_PATIENCE = 120_000
"""Milliseconds that a busy machine may take."""


def walk(page: Any, url: str, run_id: str, results: Path) -> None:
    """Open results, filter, zoom, hover, compare, download; ``results`` is the folder of what is downloaded."""
    page.set_default_timeout(_PATIENCE)
    page.goto(f"{url}/plugin/gtl-studies")
    inside = page.frame_locator("iframe")
    inside.get_by_role("link", name="tiny", exact=True).click()
    inside.get_by_role("heading", level=1, name="Does knowledge of CEU help to predict YRI?").wait_for()
    page.goto(f"{url}/dags/transfer_study/runs/{run_id}/plugin/gtl-results")
    page.frame_locator("iframe").get_by_role("link", name="Results", exact=True).click()
    page.frame_locator("iframe").get_by_role("link", name="Open the report").wait_for()

    page.goto(f"{url}/gtl/?q=YRI&state=finished")
    page.get_by_role("link", name="tiny", exact=True).click()
    _fits(page)
    _hover_and_zoom(page)
    _filter_and_download(page, results)
    _compare(page, url)


def _hover_and_zoom(page: Any) -> None:
    plot = page.locator("[data-slot=manhattan]")
    plot.scroll_into_view_if_needed()
    page.wait_for_selector("[data-slot=manhattan] .point")
    tell = page.locator("[data-said]")
    before = tell.inner_text()
    plot.locator(".point").first.hover(force=True)
    assert "sim21_" in page.locator("[data-slot=manhattan] .hoverlayer").text_content()
    page.evaluate("Plotly.relayout(document.querySelector('[data-slot=manhattan]'), {'xaxis.range': [0, 0.02]})")
    page.wait_for_function("before => document.querySelector('[data-said]').innerText !== before", arg=before)


def _filter_and_download(page: Any, results: Path) -> None:
    page.locator("#tables").scroll_into_view_if_needed()
    page.get_by_role("link", name="Every score: trait, method, metric, interval, people", exact=True).click()
    page.get_by_role("searchbox", name="Filter").fill("split=final metric=accuracy method=no_transfer")
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("2 rows match").wait_for()
    _fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    found = pd.read_csv(io.BytesIO(Path(download.value.path()).read_bytes()))
    whole = pd.read_parquet(results / "results.parquet")
    chosen = (whole["split"] == "final") & (whole["metric"] == "accuracy") & (whole["method"] == "no_transfer")
    pd.testing.assert_frame_equal(found, whole[chosen].reset_index(drop=True), check_dtype=False)
    page.get_by_role("link", name="value", exact=True).click()
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("value")


def _compare(page: Any, url: str) -> None:
    page.goto(f"{url}/gtl/compare")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Settings that differ").wait_for()
    _fits(page)


def _fits(page: Any) -> None:
    """Nothing is wider than the window: wide tables scroll within themselves."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
