import shutil

import pytest
import yaml
from typer import Typer
from typer.testing import CliRunner

from gtl.commands.new import new
from gtl.config import load_study
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.prepare.column_guess import guess_columns
from gtl.prepare.file_patterns import located
from gtl.prepare.found_files import found_files
from gtl.prepare.study_draft import write_study
from gtl.prepare.study_guess import guess_study

VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"


@pytest.fixture
def folder(tmp_path):
    """Two cohorts, PLINK by chromosome and a VCF, with a table each."""
    for chrom in (1, 2):
        for end, text in {"bed": "", "bim": "", "fam": "".join(f"0 a{n} 0 0 0 -9\n" for n in range(6))}.items():
            (tmp_path / f"big_chr{chrom}.{end}").write_text(text)
    (tmp_path / "few.vcf").write_text(VCF + "b0\tb1\tb2\tb3\n")
    (tmp_path / "big.tsv").write_text(
        "IID\tsex\tage\tPC1\tPC2\tbatch\tasthma\theight\tnote\n"
        + "".join(f"a{n}\t{n % 2 + 1}\t{n}\t.{n}\t{n}\t{'xy'[n % 2]}\t{n % 2}\t1.{n}\tt{n}\n" for n in range(6))
    )
    (tmp_path / "few.csv").write_text(
        "sample,sex,age,PC1,PC2,batch,asthma,height,weight,note\n"
        + "".join(f"b{n},{n % 2 + 1},{n},.{n},{n},{'xy'[n % 2]},{n % 2},1.{n},7{n},u{n}\n" for n in range(3))
    )
    return tmp_path


def settings(path):
    return yaml.safe_load(path.read_text())


def test_two_cohorts(folder):
    found = settings(write_study(folder))
    assert found["source"] == "files"
    assert found["populations"] == {"large": "big", "small": "few"}
    assert found["files"] == {
        "large": {"genotypes": "big_chr{chrom}.bed", "tables": ["big.tsv"]},
        "small": {"genotypes": "few.vcf", "tables": ["few.csv"]},
        "final": {},
    }
    assert found["traits"] == {
        "names": ["asthma", "height"],
        "binary": ["asthma"],
        "quantitative": [],
        "covariates": ["sex", "age", "PC1-PC2", "batch"],
        "categorical": ["batch"],
        "components": 0,
        "prevalence": None,
    }
    assert found["roles"] == {"final_share": 0.333, "column": None, "learning": [], "final": [], "repeats": 1}
    text = (folder / "study.yaml").read_text()
    assert "  small:                   # 3 people in tables, 4 with genotypes" in text
    assert "# left out: weight: no trait in the large population, quantitative in the small one" in text
    assert "# left out: note: big.tsv: line 2: 'a0', column 'note': 't0' is no number" in text
    assert "# ? the cohort with more people was taken for the large one" in text


def test_one_cohort_is_divided_by_a_column(folder):
    (folder / "few.vcf").unlink()
    (folder / "pop.txt").write_text("IID ancestry set\n" + "".join(f"a{n} {'YYXXXX'[n]} s{n % 2}\n" for n in range(6)))
    found = settings(write_study(folder))
    assert found["populations"] == {"large": "X", "small": "Y"}
    assert {role: found["files"][role]["where"] for role in ("large", "small")} == {
        "large": "ancestry=X",
        "small": "ancestry=Y",
    }
    text = (folder / "study.yaml").read_text()
    assert "# ? few.csv is not used: nobody in it has genotypes that are used" in text
    assert "# ? column set (s0 1, s1 1) may say who is sealed" in text


def test_one_cohort_that_cannot_be_divided_is_a_question(folder):
    (folder / "few.vcf").unlink()
    assert "# ? one set of people was found and no column that names two populations" in write_study(folder).read_text()


def test_the_same_people_in_several_formats_are_one_cohort(folder):
    (folder / "again.vcf").write_text(VCF + "\t".join(f"a{n}_a{n}" for n in range(6)) + "\n")
    cohorts = found_files(folder).cohorts
    assert [(cohort.location, cohort.also) for cohort in cohorts] == [
        ("big_chr{chrom}.bed", ("again.vcf",)),
        ("few.vcf", ()),
    ]


def test_tables_with_different_people_of_one_cohort_are_a_question(folder):
    (folder / "last.csv").write_text("sample,asthma\nb3,1\n")
    assert "# ? few.csv and last.csv have different people of few.vcf: if one of them is to be sealed" in (
        write_study(folder).read_text()
    )


def test_a_table_that_contradicts_another_is_left_out(folder):
    (folder / "few2.csv").write_text("sample,asthma\nb0,1\nb3,1\n")
    path = write_study(folder)
    assert settings(path)["files"]["small"]["tables"] == ["few.csv"]
    assert "# ? few2.csv is not used: few2.csv: line 2: column 'asthma' says '1' of 'b0', but '0' in few.csv" in (
        path.read_text()
    )


def test_a_study_file_is_never_overwritten(folder):
    (folder / "study.yaml").write_text("mine")
    with pytest.raises(InputError, match=r"study\.yaml: exists already and is left as it is"):
        write_study(folder)
    assert (folder / "study.yaml").read_text() == "mine"


def test_folders_without_a_study(folder, tmp_path):
    with pytest.raises(InputError, match=r"nowhere: no such folder"):
        write_study(tmp_path / "nowhere")
    for table in ("big.tsv", "few.csv"):
        (folder / table).write_text("what is this\n")
    with pytest.raises(InputError, match=r"no table with people of big_chr\{chrom\}\.bed.*2 files could not be read"):
        write_study(folder)
    for file in folder.glob("big_chr*"):
        file.unlink()
    (folder / "few.vcf").unlink()
    with pytest.raises(InputError, match=r"no genotype file; expected \.bed"):
        write_study(folder)
    assert not (folder / "study.yaml").exists()


def test_chromosomes_become_a_pattern():
    assert located(["d/c1.bed", "ukb22418_c1_b0_v2.bgen", "22.vcf.gz", "X.vcf.gz"]) == {
        "d/c1.bed": "d/c1.bed",
        "ukb22418_c1_b0_v2.bgen": "ukb22418_c1_b0_v2.bgen",
        "{chrom}.vcf.gz": "22.vcf.gz",
    }
    assert located([f"ALL.chr{c}.phase3.20130502.vcf.gz" for c in (1, 2, "X")]) == {
        "ALL.chr{chrom}.phase3.20130502.vcf.gz": "ALL.chr1.phase3.20130502.vcf.gz"
    }


def test_the_command_says_where_it_wrote(folder):
    app = Typer()
    app.command()(new)
    done = CliRunner().invoke(app, [str(folder)])
    assert done.exit_code == 0
    assert "study.yaml: written; read its lines" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "large", "small", "condition"),
    [
        ("rice_diversity", ("japonica", 257), ("indica", 156), "population=indica"),
        ("wheat_gptl", ("source", 346), ("target", 253), "population=target"),
        ("bridgeprs", ("AFR", 2000), ("EUR", 1000), None),
    ],
)
def test_real_folders(shared, name, large, small, condition):
    folder = shared / "data" / name
    guess = guess_study(folder, found_files(folder))
    assert (guess.large.population, len(guess.large.people)) == large
    assert (guess.small.population, len(guess.small.people)) == small
    assert guess.small.where == condition


def test_a_real_folder_without_a_column_of_populations_in_it(shared, tmp_path):
    for file in (shared / "data/hapmap2_ceu_yri_lcl").glob("*.fam"):
        shutil.copy(file, tmp_path)
        (tmp_path / file.name).with_suffix(".bed").touch()
    people = [line.split()[1] for file in tmp_path.glob("*21.fam") for line in file.read_text().splitlines()]
    rows = [f"{person} {number}.5" for number, person in enumerate(people)]
    (tmp_path / "y.txt").write_text("IID y\n" + "\n".join(rows) + "\n")
    guess = guess_study(tmp_path, found_files(tmp_path))
    assert (guess.large.genotypes.location, guess.small.genotypes.location) == (
        "ceu60_chr{chrom}.bed",
        "yri60_chr{chrom}.bed",
    )
    assert (guess.large.population, guess.small.population) == ("ceu60", "yri60")
    assert guess_columns(guess.small.people).traits == {"y": TraitKind.QUANTITATIVE}


def test_three_cohorts_are_two_small_populations(folder):
    (folder / "other.vcf").write_text(VCF + "c0\tc1\tc2\n")
    (folder / "other.csv").write_text("sample,asthma,height\n" + "".join(f"c{n},{n % 2},1.{n}\n" for n in range(3)))
    path = write_study(folder)
    found = settings(path)
    assert found["populations"] == {"large": "big", "small": ["few", "other"]}
    assert found["files"]["small"] == {
        "few": {"genotypes": "few.vcf", "tables": ["few.csv"]},
        "other": {"genotypes": "other.vcf", "tables": ["other.csv"]},
    }
    assert found["traits"]["names"] == ["asthma", "height"]
    assert found["traits"]["covariates"] == []
    assert "# ? 2 cohorts were taken for small populations, each studied with the large one by itself" in (
        path.read_text()
    )
    assert load_study(path).cohort_sets() == ["few", "other"]


def test_a_third_cohort_without_a_table_is_not_used(folder):
    (folder / "other.vcf").write_text(VCF + "c0\tc1\n")
    path = write_study(folder)
    assert settings(path)["populations"]["small"] == "few"
    assert "# ? other.vcf (2 people) is not used" in path.read_text()


GWAS = (
    "chromosome\tbase_pair_location\teffect_allele\tother_allele\tbeta\tstandard_error\tp_value\n"
    "1\t5\tA\tG\t.1\t.2\t.6\n"
)
SCORE = "#pgs_id=PGS000018\nrsID\teffect_allele\tother_allele\teffect_weight\nrs1\tA\tG\t.1\n"


def test_statistics_stand_for_the_people_of_a_folder_with_one_table(folder):
    (folder / "big.tsv").unlink()
    (folder / "place.csv").write_text("sample,place\n" + "".join(f"b{n},town {n}\n" for n in range(3)))
    for trait in ("height", "asthma"):
        (folder / f"ukb_{trait}.tsv").write_text(GWAS)
    (folder / "PGS000018.txt").write_text(SCORE)
    path = write_study(folder)
    found = settings(path)
    assert found["populations"] == {"small": "few"}
    assert found["sources"] == {
        "PGS000018": {"score": "PGS000018.txt"},
        "ukb": {
            "statistics": {"asthma": "ukb_asthma.tsv", "height": "ukb_height.tsv"},
            "reference": {"genotypes": "big_chr{chrom}.bed"},
        },
    }
    assert found["files"]["small"] == {"genotypes": "few.vcf", "tables": ["few.csv", "place.csv"]}
    assert "# left out: place: place.csv: " in path.read_text()
    assert "# GWAS-SSF; one file for every trait, or {trait: file}" in path.read_text()
    assert "# ? big_chr{chrom}.bed was taken for people like those of the GWAS, whose LD is needed" in path.read_text()
    assert str(folder) not in path.read_text()
    assert load_study(path).populations.small == "few"


def test_statistics_by_chromosome_without_a_reference_are_a_question(folder):
    for path in folder.glob("big*"):
        path.unlink()
    for chrom in (1, 2):
        (folder / f"few.chr{chrom}.glm.linear").write_text(GWAS)
    path = write_study(folder)
    assert settings(path)["sources"] == {
        "few": {"statistics": "few.chr{chrom}.glm.linear", "reference": {"genotypes": "few.vcf"}}
    }
    assert "# ? no genotypes of people like those of the GWAS were found" in path.read_text()
    assert "# ? statistics that are called few, as the small population, are of its own GWAS" in path.read_text()


def test_people_of_two_populations_come_before_their_statistics(folder):
    (folder / "height.tsv").write_text(GWAS)
    path = write_study(folder)
    assert settings(path)["files"]["large"]["genotypes"] == "big_chr{chrom}.bed"
    assert "statistics or scores (height.tsv) are not used" in path.read_text()


def test_people_that_a_column_divides_come_before_statistics(folder):
    (folder / "few.vcf").unlink()
    (folder / "pop.txt").write_text("IID ancestry\n" + "".join(f"a{n} {'YYXXXX'[n]}\n" for n in range(6)))
    (folder / "height.tsv").write_text(GWAS)
    assert settings(write_study(folder))["populations"] == {"large": "X", "small": "Y"}


def test_statistics_of_several_studies_are_a_source_each(folder):
    (folder / "big.tsv").unlink()
    for name in ("a_height.tsv", "b_height.tsv", "b-height.txt", "c.tsv"):
        (folder / name).write_text(GWAS)
    found = settings(write_study(folder))["sources"]
    assert {name: source["statistics"] for name, source in found.items()} == {
        "a": {"height": "a_height.tsv"},
        "b": {"height": "b-height.txt"},
        "b-2": {"height": "b_height.tsv"},
        "c": "c.tsv",
    }


def test_statistics_without_genotypes_of_anybody(tmp_path):
    (tmp_path / "height.tsv").write_text(GWAS)
    with pytest.raises(InputError) as raised:
        write_study(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path}: no genotype file of the small population beside the statistics or scores; expected .bed, .pgen, "
        ".vcf, .bcf, .bgen or .gen"
    )
