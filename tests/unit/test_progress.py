import logging
import re

from gtl import progress
from gtl.learn.training import Progress


def test_training_says_how_far_it_is_and_how_long_it_takes(caplog, monkeypatch):
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_REPORTS", 0)
    caplog.set_level(logging.INFO, "gtl.progress")
    report = progress.training_reporter("YRI_5_1", done=10, total=90)
    report(Progress(done=5, total=10, epoch=20, loss=0.6931, share=0.7))
    pattern = r"YRI_5_1: 15 of 90 networks trained; epoch 20, loss 0.693, about \d+ s left"
    assert re.fullmatch(pattern, caplog.messages[0])


def test_time_left_counts_the_epochs_of_the_first_group():
    at = Progress(done=0, total=10, epoch=10, loss=0.5, share=0.2)
    assert progress._time_left(8.0, at, wanted=10) == ", about 32 s left"  # 2 networks' worth in 8 s, 8 to go
    assert progress._time_left(8.0, at, wanted=80) == ", about 312 s left"


def test_no_time_left_is_told_while_most_of_the_time_was_compilation():
    assert progress._time_left(6.0, Progress(done=0, total=90, epoch=1, loss=0.7, share=0.0006), wanted=90) == ""


def test_training_reports_every_few_seconds_only(caplog):
    caplog.set_level(logging.INFO, "gtl.progress")
    report = progress.training_reporter("YRI_5_1", done=0, total=0)
    for epoch in (1, 2):
        report(Progress(done=0, total=1, epoch=epoch, loss=0.5, share=epoch / 2))
    assert caplog.messages == []
