"""The corpus of untidy files in ``oddities.yaml``: each has its right value, a sum by hand."""

import gzip
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
import yaml

from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp
from gtl.models.prediction import predict

CORPUS = yaml.safe_load(Path(__file__).with_name("oddities.yaml").read_text())
VCF = """##fileformat=VCFv4.2
{comment}
##INFO=<ID=END,Number=1,Type=Integer,Description="end">
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
{contigs}
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme
"""
CODES = {"hom": 0b00, "het": 0b10}


def model(name):
    snps = CORPUS["models"][name]["snps"]
    card = ModelCard(
        kind=ModelKind.LINEAR, study="hand", phenotype="YRI_5_1", method="polygenic_score", algorithm="PRS",
        frozen_layers=-1,
        snps=tuple(ModelSnp(rsid, alt, mean, ref, *place) for rsid, (ref, alt, _, mean, *place) in snps.items()),
        training_people=10, training_sha256="ab", seed=1, model_sha256="cd", metrics={},
    )  # fmt: skip
    weights, means = zip(*(row[2:4] for row in snps.values()), strict=True)
    return card, LinearPredictor(np.array(weights), CORPUS["models"][name]["intercept"], np.float32(means))


def written(case, folder):
    """The case's file."""
    if "vcf" in case:
        return saved(folder / "me.vcf", vcf(case), case)
    if "bim" in case:
        return fileset(case, folder)
    text = case.get("text") or "".join(
        f"{chr(9).join(line.split())}\n" for line in [case.get("header", "# rsid"), *case["person"]]
    )
    return saved(folder / f"me{case.get('end', '.txt')}", text, case)


def vcf(case):
    rows = [line.split() for line in case["vcf"]]
    contigs = "\n".join(f"##contig=<ID={name}>" for name in dict.fromkeys(row[0] for row in rows))
    lines = ("\t".join([*row[:5], ".", "PASS", row[6] if len(row) > 6 else ".", "GT", row[5]]) + "\n" for row in rows)
    return VCF.format(comment=case.get("comment", "##by=hand"), contigs=contigs) + "".join(lines)


def fileset(case, folder):
    *columns, calls = zip(*(line.split() for line in case["bim"]), strict=True)
    mark = '"' if case.get("quoted") else ""
    lines = ("\t".join(f"{mark}{field}{mark}" for field in row) + "\n" for row in zip(*columns, strict=True))
    (folder / "me.bim").write_text("".join(lines))
    (folder / "me.fam").write_text(f"{mark}me{mark} {mark}me{mark} 0 0 1 -9\n")
    (folder / "me.bed").write_bytes(b"\x6c\x1b\x01" + bytes(CODES[call] for call in calls))
    return folder / "me.bed"


def saved(path, text, case):
    content = text.encode(case.get("encoding", "utf-8"))
    if case.get("packed") == "gzip":
        path = path.with_name(f"{path.name}.gz")
        content = gzip.compress(content)
    if case.get("packed") == "zip":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            archive.writestr("genome_me_v5_Full.txt", content)
            archive.writestr("__MACOSX/._genome_me_v5_Full.txt", b"\0\1")
        return path.with_suffix(".zip")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("case", CORPUS["cases"], ids=lambda case: case["name"])
def test_every_oddity_has_its_right_value(case, tmp_path):
    found = predict(*model(case["model"]), written(case, tmp_path))
    assert found.people["sample"].tolist() == ["me"]
    [probability] = found.people["probability"]
    assert math.log(probability / (1 - probability)) == pytest.approx(case["right"], abs=1e-6)
    assert found.missing["rsid"].tolist() == case.get("missing", [])
    if "reason" in case:
        assert case["reason"] in found.missing["reason"][0]


def test_no_two_oddities_have_one_name():
    names = [case["name"] for case in CORPUS["cases"]]
    assert len({*names}) == len(names)
