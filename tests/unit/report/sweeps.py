"""A ladder of five cells and three repetitions, by hand."""

import pandas as pd

from gtl.evaluate.ceiling import best_accuracy

NOISE = (-0.01, 0.0, 0.01)


def tables(gain: float = 0.12, oracle: float = 0.16) -> dict[str, pd.DataFrame]:
    """Tables of a sweep in which the polygenic score gains at SNP variance 0.3 and correlation 1, and nowhere else."""
    cells = [_cell(variance, correlation, gain, oracle) for variance in (0.1, 0.3) for correlation in (1.0, 0.0)]
    cells.append(_cell(0.3, 1.0, -0.01, oracle, overlap=0.0))
    return {name: pd.concat([cell[name] for cell in cells], ignore_index=True) for name in cells[0]}


def _cell(
    variance: float, correlation: float, gain: float, oracle: float, overlap: float = 1.0
) -> dict[str, pd.DataFrame]:
    study = f"s-{variance}-{correlation}{'' if overlap else '-elsewhere'}"
    pays = (variance, correlation, overlap) == (0.3, 1.0, 1.0)
    varied = {
        "phenotypes.genetic_variance": variance, "phenotypes.effect_correlation": correlation, "cohorts.small": 100.0,
        "phenotypes.causal_overlap": overlap,
    }  # fmt: skip
    gains = {"no_transfer": 0.0, "deep_transfer": 0.02, "polygenic_score": gain if pays else -0.03, "oracle": oracle}
    results = [
        {"study": study, "phenotype": f"YRI_5_{i + 1}", "method": method, "metric": "accuracy", "split": "final",
         "value": 0.5 + own + (noise if own else 0), "n": 2000, "seed": 11, **varied}
        for method, own in gains.items()
        for i, noise in enumerate(NOISE)
    ]  # fmt: skip
    verdict = {"study": study, "phenotype": "all", "method": "polygenic_score", "ci_low": 0.05,
               "verdict": "helps" if pays else "harms"}  # fmt: skip
    followed = ["polygenic_score"] * 3 if pays else ["polygenic_score" if study == "s-0.3-0.0" else "", "", ""]
    following = [
        {"study": study, "phenotype": f"YRI_5_{i + 1}", "recommended": method, "followed": method,
         "gain": (gain + NOISE[i] if pays else -0.03) if method else 0.0, "oracle_gain": oracle}
        for i, method in enumerate(followed)
    ]  # fmt: skip
    return {
        "results": pd.DataFrame(results).assign(ceiling=best_accuracy(variance)),
        "verdicts": pd.DataFrame([verdict]),
        "following": pd.DataFrame(following),
    }
