"""Panels from each source."""

import numpy as np
import pytest

from gtl.config.genotypes import PanelConfig, PopulationsConfig
from gtl.errors import InputError
from gtl.simulate.panel import build_panel

CODES = PopulationsConfig()


@pytest.fixture
def files(tmp_path):
    """Oxford files of two SNPs, 2 CEU and 4 YRI haplotypes, and a map."""
    texts = {
        "ceu.hap": "0 1\n1 1\n",
        "yri.hap": "0 1 0 0\n1 0 0 1\n",
        "panel.legend": "rs position X0 X1\nrs1 1000 A C\nrs2 3000 G T\n",
        "map.txt": "position COMBINED_rate(cM/Mb) Genetic_Map(cM)\n1000 1.0 0.0\n3000 0 0.002\n",
        "far.txt": "position COMBINED_rate(cM/Mb) Genetic_Map(cM)\n901000 1.0 0.0\n903000 0 0.002\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in texts}


def oxford(files, genetic_map="map.txt"):
    return PanelConfig(
        source="oxford",
        hap_large=files["ceu.hap"],
        hap_small=files["yri.hap"],
        legend=files["panel.legend"],
        genetic_map=files[genetic_map],
    )


def test_oxford_files(files):
    panel = build_panel(oxford(files), CODES, seed=1)
    assert panel.large.alleles.tolist() == [[0, 1], [1, 1]]
    assert panel.small.alleles.tolist() == [[0, 1, 0, 0], [1, 0, 0, 1]]
    assert panel.small.variants.rsid.tolist() == ["rs1", "rs2"]
    assert panel.genetic_map.centimorgans(np.array([1000, 2000])) == pytest.approx([0, 0.001])


def test_map_of_another_region(files):
    with pytest.raises(InputError, match="genetic map covers positions 901000 to 903000, but the variants lie at 1000"):
        build_panel(oxford(files, "far.txt"), CODES, seed=1)


def test_coalescent_on_a_map(files):
    config = PanelConfig(
        haplotypes_large=4, haplotypes_small=4, mutation_rate=1e-5, genetic_map=files["far.txt"], chromosome="X"
    )
    panel = build_panel(config, CODES, seed=1)
    assert (panel.large.variants.pos > 901_000).all()
    assert (panel.large.variants.pos <= 903_000).all()
    assert set(panel.large.variants.chrom) == {"X"}


def test_vcf_file(files, tmp_path):
    rows = [
        "##fileformat=VCFv4.2",
        "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT y c",
        "21 1000 rs1 A C . . . GT 1|0 0|0",
        "21 3000 rs2 G T . . . GT 1|1 0|1",
    ]
    (tmp_path / "panel.vcf").write_text("\n".join(rows).replace(" ", "\t") + "\n")
    (tmp_path / "samples.tsv").write_text("sample\tpopulation\ny\tYRI\nc\tCEU\n")
    config = PanelConfig(
        source="vcf",
        vcf=str(tmp_path / "panel.vcf"),
        sample_table=str(tmp_path / "samples.tsv"),
        genetic_map=files["map.txt"],
    )
    panel = build_panel(config, CODES, seed=1)
    assert panel.large.alleles.tolist() == [[0, 0], [0, 1]]
    assert panel.small.alleles.tolist() == [[1, 0], [1, 1]]
    with pytest.raises(
        InputError, match=r'panel.vcf: chromosome 21, but panel.chromosome is 22.*set panel.chromosome to "21"'
    ):
        build_panel(config.model_copy(update={"chromosome": "22", "genetic_map": None}), CODES, seed=1)


def test_a_chromosome_is_the_same_by_all_its_names(tmp_path):
    header = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT y c"
    rows = [header, "X 1000 rs1 A C . . . GT 1|0 0|0", "X 3000 rs2 G T . . . GT 1|1 0|1"]
    (tmp_path / "panel.vcf").write_text("\n".join(rows).replace(" ", "\t") + "\n")
    (tmp_path / "samples.tsv").write_text("sample\tpopulation\ny\tYRI\nc\tCEU\n")
    (tmp_path / "map.txt").write_text("chr position rate Genetic_Map(cM)\nchrX 0 1 0\nchrX 5000 1 1\n")
    config = PanelConfig(
        source="vcf",
        vcf=str(tmp_path / "panel.vcf"),
        sample_table=str(tmp_path / "samples.tsv"),
        genetic_map=str(tmp_path / "map.txt"),
        chromosome="23",
    )
    assert build_panel(config, CODES, seed=1).large.variants.chrom.tolist() == ["X", "X"]
