"""`make verify` takes half an hour, and nobody runs it after every change: that its studies run is tested here."""

from gtl.schema import SELECTION, VERDICT
from gtl.store import Store
from tests.verify.verify_pipeline import null_study, run


def test_a_null_study_of_the_whole_pipeline_has_what_is_verified(tmp_path):
    results, scores = run(null_study(seed=0), Store(str(tmp_path)))
    judged = {"snp_transfer", "polygenic_score"}
    assert set(results.read_table("verdict.parquet", VERDICT)["method"]) == judged
    assert judged < set(results.read_table("selection.parquet", SELECTION)["method"])
    assert "predictions.parquet" in scores.files
