import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.chain_file import ChainFile

HEADER = "chain 100 chr1 1000 + 10 60 chr1 2000 + 110 165 1"


@pytest.fixture
def chain(tmp_path):
    def call(*lines):
        path = tmp_path / "hg19ToHg38.over.chain"
        path.write_text("\n".join(lines) + "\n")
        return ChainFile.read(path)

    return call


def places(chain, *pos):
    stretches = chain.stretches["1"]
    at = stretches.at(np.array(pos))
    new = stretches.step[at] * pos + stretches.offset[at]
    return [int(place) if row >= 0 else None for row, place in zip(at, new, strict=True)]


def test_blocks_are_moved_and_gaps_are_lost(chain):
    """20 bases, 10 lost and 15 new ones, 20 bases: counted from 0 in the file, from 1 here."""
    found = chain(HEADER, "20 10 15", "20")
    assert found.builds == ("hg19", "hg38")
    assert places(found, 10, 11, 30, 31, 40, 41, 60, 61) == [None, 111, 130, None, None, 146, 165, None]


def test_the_other_strand_runs_backwards(chain):
    """The reverse strand's bases 0 to 9 are the forward strand's 2000 to 1991, counted from 1."""
    found = chain("chain 100 chr1 1000 + 10 20 chr1 2000 - 0 10 1", "10")
    assert places(found, 11, 12, 20) == [2000, 1999, 1991]


def test_the_better_chain_has_the_place_where_two_overlap(chain):
    better, worse = HEADER.replace("100", "900", 1), "chain 5 chr1 1000 + 0 40 chr1 2000 + 500 540 2"
    for order in ([better, "50", worse, "40"], [worse, "40", better, "50"]):
        assert places(chain(*order), 10, 11, 60) == [510, 111, 160]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["20 10 15"], "line 1: expected a line 'chain"),
        ([HEADER, "20 10"], "line 2: expected the length"),
        ([HEADER.replace("+ 10", "- 10")], "the first strand"),
        ([HEADER.replace("+ 10", "+ ten")], "a number of the chain"),
        (["# nothing"], "no chain in it"),
    ],
)
def test_other_files_are_refused(lines, message, chain):
    with pytest.raises(InputError, match=message):
        chain(*lines)
