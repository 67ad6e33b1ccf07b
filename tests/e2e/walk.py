"""What a reader does with results in a browser, from Airflow's own menu on."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gtl.models.registry import load_model
from gtl.store import Artifact, Store

DAG = "transfer_study"
SCORES = "Every score: trait, method, metric, interval, people"


@dataclass(frozen=True)
class Walked:
    """A finished study that somebody walks through.

    Attributes
    ----------
    url
        Of Airflow, without a slash at the end.
    run_id
        The run that made it.
    store, study
        Where it lies, and its name.
    question
        What the study's page has as its heading.
    word
        By which the list finds the study.
    variant
        How names of its variants begin.
    chosen
        Column → value of the rows that are looked for in the table of scores.
    traits
        Whose Manhattan plots are looked at, and names of the metrics that they are scored by.
    is_real
        Whether it is of real people, whose variants and ancestry have charts.
    has_pictures
        Whether it has LD plots and the other pictures of associations.
    """

    url: str
    run_id: str
    store: Store
    study: str
    question: str
    word: str
    variant: str
    chosen: Mapping[str, str]
    traits: Mapping[str, str]
    is_real: bool = False
    has_pictures: bool = True

    @property
    def results(self) -> Artifact:
        """The study's results as the store has them."""
        found = self.store.find(f"studies/{self.study}/results")
        assert found is not None
        return self.store.read(found)


def walk(page: Any, walked: Walked) -> None:
    """Begin in Airflow at a task, its run and the menu; read results, and take what the task made."""
    artifact = _inside_airflow(page, walked)
    read_results(page, walked)
    _what_a_task_made(page, walked, artifact)


def read_results(page: Any, walked: Walked) -> None:
    """Open results, see every chart, filter, zoom, hover, compare, download."""
    page.goto(f"{walked.url}/gtl/?q={walked.word}&state=finished")
    page.get_by_role("link", name=walked.study, exact=True).click()
    _fits(page)
    _scores(page, walked)
    if walked.is_real:
        _variants_and_people(page)
    _hover_and_zoom(page, walked)
    _pictures(page, walked)
    _filter_and_download(page, walked)
    _compare(page, walked.url)


def take_a_network(page: Any, walked: Walked, folder: Path) -> None:
    """Download a network of the large population with its card: side by side they are a model."""
    page.goto(f"{walked.url}/gtl/?q={walked.word}&state=finished")
    page.get_by_role("link", name=walked.study, exact=True).click()
    page.locator("#models").scroll_into_view_if_needed()
    page.get_by_role("link", name="The large population's networks").click()
    page.get_by_role("heading", name="Networks of the large population").wait_for()
    named = f"of {next(iter(walked.traits))}, Model 1, sub-dataset 1"
    for part in ("Card", "Model"):
        with page.expect_download() as download:
            page.get_by_role("link", name=f"{part} {named}", exact=True).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
    card, _ = load_model(str(path))
    assert (card.study, card.method) == (walked.study, "large_networks")
    _fits(page)


def _inside_airflow(page: Any, walked: Walked) -> str:
    """A task's page has a button to what it made, its run a tab, and the menu the list; gives the button's address.

    Airflow's own pages cost a browser more than all of ours, so they are loaded once.
    """
    page.goto(f"{walked.url}/dags/{DAG}/runs/{walked.run_id}/tasks/results/details")
    artifact = str(page.locator("a", has_text="Artefact").evaluate("link => link.href"))
    page.get_by_role("link", name=walked.run_id).first.click()
    page.get_by_role("link", name="Results", exact=True).click()
    inside = page.frame_locator("iframe")
    inside.get_by_role("link", name="Results", exact=True).click()
    inside.get_by_role("link", name="Open the report").wait_for()
    page.get_by_role("link", name="Studies", exact=True).first.click()
    inside.get_by_role("link", name=walked.study, exact=True).click()
    inside.get_by_role("heading", level=1, name=walked.question).wait_for()
    return artifact


def _scores(page: Any, walked: Walked) -> None:
    """Every trait stands on the axis of its metric's chart."""
    for chart in ("scores", "gains"):
        place = page.locator(f"[data-chart*='charts/{chart}']").first
        place.scroll_into_view_if_needed()
        page.wait_for_selector(f"[data-chart*='charts/{chart}'][data-done]")
        for trait, metric in walked.traits.items():
            assert trait in place.text_content()
            assert metric in place.text_content()
        assert place.locator(".point").count() >= len(walked.traits)


def _variants_and_people(page: Any) -> None:
    page.locator("[data-chart*='charts/funnel']").scroll_into_view_if_needed()
    page.wait_for_selector("[data-chart*='charts/funnel'] .bars .point")
    picture = page.get_by_role("img", name="Principal components")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 100", arg=picture.element_handle())


def _hover_and_zoom(page: Any, walked: Walked) -> None:
    plot = page.locator("[data-slot=manhattan]")
    tell = page.locator("[data-said]")
    for trait in walked.traits:
        plot.scroll_into_view_if_needed()
        with page.expect_response(lambda answer, trait=trait: f"trait={trait}" in answer.url):
            page.locator("[data-association] [name=trait]").select_option(trait)
            page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_selector("[data-slot=manhattan] .point")
    before = tell.inner_text()
    plot.locator(".point").first.hover(force=True)
    page.locator("[data-slot=manhattan] .hoverlayer").filter(has_text=walked.variant).wait_for(state="attached")
    page.evaluate("Plotly.relayout(document.querySelector('[data-slot=manhattan]'), {'xaxis.range': [0, 0.02]})")
    page.wait_for_function("before => document.querySelector('[data-said]').innerText !== before", arg=before)


def _pictures(page: Any, walked: Walked) -> None:
    """No picture is broken: what was not drawn is said."""
    if not walked.has_pictures:
        page.get_by_text("This study drew no pictures of its associations").wait_for()
        assert page.locator("[data-picture]").count() == 0
        return
    page.get_by_text("Linkage disequilibrium around the strongest SNP, and").click()
    for picture in page.locator("[data-picture]").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 100", arg=picture.element_handle())


def _filter_and_download(page: Any, walked: Walked) -> None:
    page.locator("#tables").scroll_into_view_if_needed()
    # By the keyboard: models and costs above move the link as they come, and a click would miss it.
    page.get_by_role("link", name=SCORES, exact=True).press("Enter")
    page.get_by_role("searchbox", name="Filter").wait_for()
    whole = pd.read_parquet(io.BytesIO(walked.results.read_bytes("results.parquet")))
    wanted = whole[(whole[list(walked.chosen)] == pd.Series(walked.chosen)).all(axis=1)].reset_index(drop=True)
    words = " ".join(f"{column}={value}" for column, value in walked.chosen.items())
    page.get_by_role("searchbox", name="Filter").fill(words)
    page.get_by_role("button", name="Apply").click()
    page.get_by_text(f"{len(wanted)} rows match").wait_for()
    _fits(page)
    found = pd.read_csv(io.BytesIO(_downloaded(page, "CSV")))
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    page.get_by_role("link", name="value", exact=True).click()
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("value")


def _downloaded(page: Any, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    return Path(download.value.path()).read_bytes()


def _compare(page: Any, url: str) -> None:
    page.goto(f"{url}/gtl/compare")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Settings that differ").wait_for()
    _fits(page)


def _what_a_task_made(page: Any, walked: Walked, address: str) -> None:
    """The page of an artefact; its file is the store's, byte for byte."""
    page.goto(address)
    page.get_by_role("heading", level=1, name="results", exact=True).wait_for()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="results.parquet", exact=True))
    with page.expect_download() as download:
        row.get_by_role("link", name="download").click()
    assert Path(download.value.path()).read_bytes() == walked.results.read_bytes("results.parquet")


def _fits(page: Any) -> None:
    """Nothing is wider than the window: wide tables scroll within themselves."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
