"""What is wrong with files of real people ends `gtl check` with a message, exit code 2, and nothing half-made."""

import gzip
import re
import shutil
import subprocess

import pandas as pd
import pytest


def read(path):
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def write(table, path):
    table.to_csv(path, sep="\t", index=False)


def set_traits(example, **settings):
    """Change lines `  name: value` of the study file."""
    path = example / "study.yaml"
    text = path.read_text()
    for name, value in settings.items():
        text, found = re.subn(rf"(?m)^(\s+{name}:) .*$", rf"\1 {value}", text, count=1)
        assert found, name
    path.write_text(text)


def column(example, cohort, name, change):
    path = example / f"{cohort}.tsv"
    table = read(path)
    table[name] = change(table)
    write(table, path)


def vcf_lines(example, change):
    """Rewrite the fields chrom, pos and id of the small population's VCF."""
    path = example / "small.vcf.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    changed = [line if line.startswith("#") else "\t".join(change(line.split("\t"))) for line in lines]
    path.write_bytes(gzip.compress("\n".join([*changed, ""]).encode()))


# Each spoils the example; then what the message says, and the stage that must not be finished.


def ids_that_do_not_join(example):
    column(example, "small", "IID", lambda table: "X" + table["IID"])
    column(example, "small", "FID", lambda table: table["IID"])


def families_and_ids_mixed_up(example):
    column(example, "small", "IID", lambda table: [str(number) for number in range(len(table))])


def a_person_twice(example):
    path = example / "small.tsv"
    table = read(path)
    write(pd.concat([table, table.iloc[[4]].assign(age="99")]), path)


def a_text_in_a_covariate(example):
    column(example, "large", "age", lambda table: table["age"].where(table.index != 6, "old"))


def one_class(example):
    column(example, "small", "asthma", lambda table: "0")


def no_variance(example):
    column(example, "small", "height", lambda table: "170")


def nobody_has_the_trait(example):
    column(example, "large", "height", lambda table: "NA")
    column(example, "small", "height", lambda table: "NA")


def a_covariate_that_is_the_trait(example):
    for cohort in ("large", "small"):
        column(
            example, cohort, "inches", lambda table: [h if h == "NA" else str(float(h) / 2.54) for h in table["height"]]
        )
    set_traits(example, covariates="[sex, age, inches]")


def collinear_covariates(example):
    for cohort in ("large", "small"):
        column(example, cohort, "born", lambda table: (2020 - table["age"].astype(int)).astype(str))
    set_traits(example, covariates="[sex, age, born]")


def the_same_people_by_id(example):
    set_traits(example, genotypes="large.bed", tables="[large.tsv]")
    text = (example / "study.yaml").read_text()
    (example / "study.yaml").write_text(text.replace("small.vcf.gz", "large.bed").replace("small.tsv", "large.tsv"))


def the_same_people_by_genotypes(example):
    for name in ("large.bed", "large.bim"):
        shutil.copy(example / name, example / name.replace("large", "copy"))
    fam = (example / "large.fam").read_text()
    (example / "copy.fam").write_text(re.sub(r"L(\d+)", r"C\1", fam))
    table = (example / "large.tsv").read_text()
    (example / "copy.tsv").write_text(re.sub(r"L(\d+)", r"C\1", table))
    text = (example / "study.yaml").read_text()
    (example / "study.yaml").write_text(text.replace("small.vcf.gz", "copy.bed").replace("small.tsv", "copy.tsv"))


def a_truncated_bed(example):
    path = example / "large.bed"
    path.write_bytes(path.read_bytes()[:-100])


def a_vcf_that_is_cut_off(example):
    path = example / "small.vcf.gz"
    path.write_bytes(path.read_bytes()[:-2000])


def no_bim(example):
    (example / "large.bim").unlink()


def another_build(example):
    bim = read_bim(example)
    vcf_lines(
        example, lambda row: [row[0], str(int(row[1]) + 31_337), row[2].replace("sim", "rs").replace("_", ""), *row[3:]]
    )
    bim[1] = bim[1].str.replace("sim", "rs").str.replace("_", "")
    bim.to_csv(example / "large.bim", sep="\t", header=False, index=False)


def read_bim(example):
    return pd.read_csv(example / "large.bim", sep="\t", header=None, dtype=str)


def no_variant_shared(example):
    vcf_lines(example, lambda row: [row[0], str(int(row[1]) + 1_000_000_00), ".", *row[3:]])


def other_chromosomes(example):
    vcf_lines(example, lambda row: ["chr1", row[1], ".", *row[3:]])


def no_table(example):
    set_traits(example, tables="[]")


def a_file_that_is_not_there(example):
    (example / "small.tsv").unlink()


def nobody_of_the_small_population_has_the_trait(example):
    column(example, "small", "height", lambda table: "NA")


def a_covariate_that_the_small_population_lacks(example):
    column(example, "small", "age", lambda table: "NA")


def codings_that_differ(example):
    column(example, "small", "asthma", lambda table: table["asthma"].map({"0": "1", "1": "2"}).fillna("NA"))


def vertical_lines(example):
    read(example / "small.tsv").to_csv(example / "small.tsv", sep="|", index=False)


def a_vcf_without_variants(example):
    vcf_text(example, lambda lines: [line for line in lines if line.startswith("#")])


def vcf_text(example, change):
    """Rewrite the lines of the small population's VCF."""
    path = example / "small.vcf.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    path.write_bytes(gzip.compress("\n".join([*change(lines), ""]).encode()))


CASES = [
    (nobody_of_the_small_population_has_the_trait, "phenotypes/height/phenotype", [
        r"trait 'height' of the small people: nobody of 57 is left \(trait missing: 57\)",
    ]),
    (a_covariate_that_the_small_population_lacks, "phenotypes/height/phenotype", [
        r"trait 'height' of the small people: nobody of 57 is left \(covariate age missing: 5\d; trait missing: ",
        "leave that covariate or this trait out",
    ]),
    (codings_that_differ, "phenotypes/asthma/phenotype", [
        r"0 in \S*large\.tsv only and 2 in \S*small\.tsv only", "write both as 0 = control, 1 = case",
    ]),
    (vertical_lines, "cohorts/small", [r"small\.tsv: line 1: no column says who a person is .*'FID\|IID"]),
    (a_vcf_without_variants, "cohorts/small", [r"small\.vcf\.gz: no variants; check that the file is complete"]),
    (ids_that_do_not_join, "cohorts/small", [
        r"small\.tsv", "of 60 samples of the genotypes", "'S0001', 'S0002', 'S0003' and 57 more",
        "none is among the 57 people", "'XS0001', 'XS0002', 'XS0003' and 54 more", "write",
    ]),
    (families_and_ids_mixed_up, "cohorts/small", [r"small\.tsv", "57 are in column FID: FID and IID are mixed up"]),
    (a_person_twice, "cohorts/small", [r"small\.tsv: line 59: 'S0005' is already on line 6", "keep one line a person"]),
    (a_text_in_a_covariate, "phenotypes/height/phenotype", [
        r"large\.tsv: line 8: 'L0007', column 'age': 'old' is no number", "traits.categorical",
    ]),
    (one_class, "phenotypes/asthma/phenotype", [
        "trait 'asthma' of the small people: 0 cases and", "expected both; check the coding",
    ]),
    (no_variance, "phenotypes/height/phenotype", ["trait 'height' of the small people: all", "the same value, 170"]),
    (nobody_has_the_trait, "phenotypes/height/phenotype", ["trait 'height': nobody of 174 people has a value"]),
    (a_covariate_that_is_the_trait, "phenotypes/height/phenotype", [
        "covariate 'inches' is the trait 'height' of the large people", "take it out of traits.covariates",
    ]),
    (collinear_covariates, "phenotypes/height/phenotype", [
        "covariate 'born' says nothing of the large people that 'age' did not say", "leave one of them out",
    ]),
    (the_same_people_by_id, "people", ["populations share people: 117 of", "have the same ids", "different people"]),
    (the_same_people_by_genotypes, "people", [
        "populations share people: 117 of", r"have the same genotypes .*\('C0001 = L0001', 'C0002 = L0002', .* more\)",
    ]),
    (a_truncated_bed, "cohorts/large", [r"large\.bed", "bytes"]),
    (no_bim, "cohorts/large", [r"large\.bed: large\.bim is not beside it"]),
    (another_build, "genotypes", ["different genome builds", "400 variants have the same rs id but another position"]),
    (no_variant_shared, "genotypes", ["no variant is shared|share too few variants"]),
    (other_chromosomes, "genotypes", ["of different chromosomes", "large population has 21, 22, the small one 1"]),
    (no_table, "traits", [r"files\.large\.tables: no table names these people's traits"]),
    (a_file_that_is_not_there, "cohorts/large", [
        r"files\.small\.tables: .*small\.tsv cannot be read", "correct the path",
    ]),
    (a_vcf_that_is_cut_off, "cohorts/small/chr22", [r"small\.vcf\.gz", "cut off|damaged"]),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "stage", "messages"), CASES, ids=[case[0].__name__ for case in CASES])
def test_what_is_wrong_is_told_and_nothing_half_made_stays(example, command_line, tmp_path, spoil, stage, messages):
    spoil(example)
    code, _, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert code == 2
    assert "Traceback" not in err
    said = err[err.index("error: ") :]
    for message in messages:
        assert re.search(message, said), said
    check_whole(tmp_path / "results", stage)


def check_whole(store, stage):
    """The failed stage is not finished, every file is of a finished artefact, and no scratch is left."""
    study = store / "studies" / "example"
    assert not (study / stage / "current.json").exists()
    assert {path.name for path in study.rglob("*.parquet") if not (path.parent / "manifest.json").exists()} == set()
    assert list((store / ".scratch").glob("*")) == []


def test_sample_counts_that_differ(example, command_line, tmp_path):
    plink2 = shutil.which("plink2")
    if plink2 is None:
        pytest.skip("plink2 is not on the path")
    export = ["--export", "bgen-1.2", "ref-first", "--out", example / "small"]
    subprocess.run([plink2, "--vcf", example / "small.vcf.gz", *export], check=True, capture_output=True)
    sample = example / "small.sample"
    sample.write_text("".join(sample.read_text().splitlines(keepends=True)[:-1]))
    text = (example / "study.yaml").read_text()
    (example / "study.yaml").write_text(text.replace("small.vcf.gz", "small.bgen"))
    code, _, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert code == 2
    assert re.search(r"small\.(bgen|sample).*5?9.*60|60.*59", err), err
    check_whole(tmp_path / "results", "cohorts/small")


def test_one_variant_makes_nobody_a_duplicate(example, command_line, tmp_path):
    def few(lines):
        there = {row[3] for row in read_bim(example).to_numpy()}
        variants = [line for line in lines if not line.startswith("#") and line.split("\t")[1] in there]
        return [*(line for line in lines if line.startswith("#")), variants[20]]

    vcf_text(example, few)
    code, out, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert "share people" not in err
    assert code == 0, err
    assert "1 variant is too few to tell relatives or duplicates: nobody was compared" in out


def test_values_far_from_all_others_and_other_units_are_told(example, command_line, tmp_path):
    column(example, "large", "height", lambda table: table["height"].where(table.index != 6, "-999"))
    column(
        example, "small", "height", lambda table: table["height"].str.replace(r"^(\d)(\d\d)\.", r"\1.\2", regex=True)
    )
    code, out, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert code == 0, err
    assert out.count("WARNING") == 2
    assert "WARNING: 1 value far from all others ('L0007' -999; half of all are from 1" in out
    assert re.search(
        r"WARNING: half of all values are below 1\d\d\.\d+ of the large people and 1\.\d+ of the small ", out
    )


def test_people_without_a_partner_are_told_of_both_sides(example, command_line, tmp_path):
    column(example, "small", "IID", lambda table: table["IID"].where(table.index > 9, "X" + table["IID"]))
    column(example, "small", "FID", lambda table: table["IID"])
    code, _, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert code == 0, err
    assert (
        "47 of 60 people of the genotypes are in the tables; without a partner: 'S0001', 'S0002', 'S0003' and 10 more "
        "of the genotypes, 'XS0001', 'XS0002', 'XS0003' and 7 more of the tables (10)"
    ) in err


def test_the_other_traits_are_told_beside_the_one_that_cannot_be_studied(example, command_line, tmp_path):
    one_class(example)
    code, out, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert code == 2
    assert "trait height" in out
    assert "trait asthma" not in out
    assert "error: some traits cannot be studied:\nasthma: trait 'asthma' of the small people" in err


def test_what_is_mended_is_taken_up_where_it_was(example, command_line, tmp_path):
    good = (example / "small.tsv").read_text()
    a_person_twice(example)
    assert command_line("check", example / "study.yaml", "--store", tmp_path / "results")[0] == 2
    large = tmp_path / "results/studies/example/cohorts/large/current.json"
    made = large.stat().st_mtime_ns
    (example / "small.tsv").write_text(good)
    assert command_line("check", example / "study.yaml", "--store", tmp_path / "results")[0] == 0
    assert large.stat().st_mtime_ns == made
