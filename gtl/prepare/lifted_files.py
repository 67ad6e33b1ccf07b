"""Summary statistics and scoring files brought to another genome build by a chain file."""

from dataclasses import replace

import numpy as np
import pandas as pd

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.chain_file import ChainFile
from gtl.formats.scoring_file import ScoringFile
from gtl.formats.summary_statistics.metadata import build_name
from gtl.prepare.liftover import Lifted, lift
from gtl.prepare.summary_statistics import UsableStatistics


def lift_statistics(found: UsableStatistics, chain: ChainFile) -> UsableStatistics:
    """The same statistics in the new build; what is lost is counted with the rows that cannot be used.

    Raises
    ------
    InputError
        If they have no positions, or are of another build than the chain's old one, or nothing is left.
    """
    if not found.placed:
        raise InputError(
            f"{found.location}: variants have ids and no positions, so nothing can be lifted; leave --chain out"
        )
    _check_build(found.build, chain, found.location)
    lifted = lift(found.stats.variants, chain)
    if not lifted.kept.any():
        raise _nothing_left(found.location, chain)
    note = f"lifted over by {chain.location}: {_words(lifted)}"
    return replace(
        found,
        stats=replace(found.stats.take(lifted.kept), variants=lifted.variants),
        build=build_name(chain.builds[1]),
        lost=found.lost | lifted.lost,
        notes=(*found.notes, note),
    )


def lift_score(score: ScoringFile, chain: ChainFile) -> ScoringFile:
    """The same scoring file in the new build; rows that are lost are refused, those without a position stay.

    Raises
    ------
    InputError
        If it is of another build than the chain's old one, or nothing is left.
    """
    _check_build(score.build, chain, str(score.path))
    rows = score.rows.reset_index(drop=True)
    placed = np.flatnonzero(rows["pos"] > 0)
    names = {"chrom": "chrom", "rsid": "rsid", "ref": "other", "alt": "effect"}
    columns = {name: rows[column].to_numpy(object)[placed] for name, column in names.items()}
    lifted = lift(Variants(pos=rows["pos"].to_numpy(np.int64)[placed], **columns), chain)
    kept, lost = placed[lifted.kept], placed[~lifted.kept]
    for name, column in (names | {"pos": "pos"}).items():
        rows.loc[kept, column] = getattr(lifted.variants, name)
    refused = rows.loc[lost, ["line", "rsid"]].assign(reason=lifted.reasons[~lifted.kept])
    rows = rows.loc[np.setdiff1d(rows.index, lost)].reset_index(drop=True)
    if rows.empty:
        raise _nothing_left(str(score.path), chain)
    every = pd.concat([score.refused, refused], ignore_index=True)
    return replace(score, rows=rows, refused=every, build=build_name(chain.builds[1]) or "")


def _check_build(build: str | None, chain: ChainFile, where: str) -> None:
    known, old = build_name(build), build_name(chain.builds[0])
    if known and old and known != old:
        raise InputError(
            f"{where}: is of {known}, and {chain.location} lifts from {old}; give the chain of the other direction, or "
            "leave it out"
        )


def _words(lifted: Lifted) -> str:
    lost = ", ".join(f"{count:,} {reason}" for reason, count in lifted.lost.items())
    return f"{len(lifted.variants):,} variants, {lifted.turned:,} on the other strand" + (
        f"; lost: {lost}" if lost else ""
    )


def _nothing_left(where: str, chain: ChainFile) -> InputError:
    return InputError(
        f"{where}: {chain.location} has no place for any of its variants; is the file of the chain's old build, and "
        "are its chromosomes those of the chain?"
    )
