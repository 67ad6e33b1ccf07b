"""Lifting by a chain made by hand, and by UCSC's between the builds of people."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.chain_file import ChainFile
from gtl.formats.scoring_file import read_scoring_file
from gtl.prepare.lifted_files import lift_score, lift_statistics
from gtl.prepare.liftover import NO_CHAIN, OTHER_CHROMOSOME, TURNED_INDEL, lift
from gtl.prepare.summary_statistics import read_statistics

CHAIN = """chain 9 chr1 1000 + 10 60 chr1 2000 + 110 160 1
50

chain 8 chr1 1000 + 100 150 chr1 2000 - 1000 1050 2
50

chain 7 chr1 1000 + 200 250 chr7 2000 + 0 50 3
50
"""


@pytest.fixture
def chain(tmp_path):
    (tmp_path / "hg19ToHg38.chain").write_text(CHAIN)
    return ChainFile.read(tmp_path / "hg19ToHg38.chain")


def variants(*rows):
    cells = [row.split() for row in rows]
    words = [np.array(column, dtype=object) for column in zip(*cells, strict=True)]
    return Variants(words[0], words[1].astype(np.int64), words[2], words[3], words[4])


def test_variants_of_the_new_build(chain):
    old = variants(
        *("1 11 rs1 A G", "chr1 60 rs2 A AT", "1 59 rs3 A AT", "1 101 1:101:A:C A C"),
        *("1 101 rs5 A AT", "1 201 rs6 A C", "2 11 rs7 A C", "1 500 rs8 A C", "1 150 rs9 D I"),
    )
    found = lift(old, chain)
    assert found.reasons.tolist() == [
        *("", NO_CHAIN, "", ""),
        *(TURNED_INDEL, OTHER_CHROMOSOME, NO_CHAIN, NO_CHAIN, ""),
    ]
    assert found.variants.pos.tolist() == [111, 159, 1000, 951]
    assert found.variants.ref.tolist() == ["A", "A", "T", "D"]
    assert found.variants.alt.tolist() == ["G", "AT", "G", "I"]
    assert found.variants.rsid.tolist() == ["rs1", "rs3", "1:1000:T:G", "rs9"]
    assert found.turned == 2
    assert found.lost == {NO_CHAIN: 3, TURNED_INDEL: 1, OTHER_CHROMOSOME: 1}


def statistics(tmp_path, rows, header="chr pos rsid effect_allele other_allele beta se"):
    path = tmp_path / "gwas.txt"
    path.write_text("\n".join([header, *rows]) + "\n")
    return read_statistics(str(path))


def test_statistics_keep_their_figures(chain, tmp_path):
    found = lift_statistics(statistics(tmp_path, ["1 500 rs1 A G 0.1 0.1", "1 101 rs2 A G 0.2 0.1"]), chain)
    assert (found.stats.variants.pos.tolist(), found.stats.variants.alt.tolist()) == ([1000], ["T"])
    assert found.stats.beta.tolist() == [0.2]
    assert (found.build, found.rows, found.lost) == ("GRCh38", 2, {NO_CHAIN: 1})
    assert "1 variants, 1 on the other strand; lost: 1 in no stretch" in found.notes[-1]


def test_statistics_that_cannot_be_lifted(chain, tmp_path):
    found = statistics(tmp_path, ["1 500 rs1 A G 0.1 0.1"])
    with pytest.raises(InputError, match="no place for any"):
        lift_statistics(found, chain)
    with pytest.raises(InputError, match=r"is of GRCh38, and .* lifts from GRCh37"):
        lift_statistics(replace(found, build="GRCh38"), chain)
    with pytest.raises(InputError, match="ids and no positions"):
        lift_statistics(statistics(tmp_path, ["rs1 A G 0.1 0.1"], "rsid effect_allele other_allele beta se"), chain)


def test_scores_of_the_catalog_lie_where_it_has_them_in_the_other_build(shared):
    """77 variants that the PGS Catalog placed in both builds by their rs ids."""
    folder = shared / "data/pgscatalog_fixtures/core"
    old, new = (read_scoring_file(folder / f"PGS000001_hmPOS_GRCh{build}.txt") for build in (37, 38))
    lifted = lift_score(old, ChainFile.read(folder / "chain/hg19ToHg38.over.chain.gz"))
    assert len(lifted.rows) == len(old.rows) == 77
    assert lifted.build == "GRCh38"
    assert lifted.rows["pos"].tolist() == new.rows["pos"].tolist()
    assert lifted.rows["below"].tolist() == old.rows["below"].tolist()
    with pytest.raises(InputError, match="lifts from GRCh38"):
        lift_score(old, ChainFile.read(folder / "chain/hg38ToHg19.over.chain.gz"))


def test_rows_of_a_score_that_are_lost_are_refused(chain, tmp_path):
    path = tmp_path / "score.txt"
    path.write_text(
        "rsID\tchr_name\tchr_position\teffect_allele\teffect_weight\nrs1\t1\t500\tA\t1\nrs2\t1\t101\tA\t2\n"
    )
    found = lift_score(read_scoring_file(path), chain)
    assert found.rows[["rsid", "pos", "effect", "other"]].values.tolist() == [["rs2", 1000, "T", ""]]
    assert found.refused[["rsid", "reason"]].values.tolist() == [["rs1", NO_CHAIN]]
