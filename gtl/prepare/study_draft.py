"""A study file for the files of a folder: settings with what was found beside them, and ``# ?`` where one must look."""

import json
import re
from pathlib import Path

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.prepare.column_guess import contracted, levels
from gtl.prepare.found_files import FoundCohort, found_files
from gtl.prepare.found_sources import STATISTICS
from gtl.prepare.source_guess import SourceGuess
from gtl.prepare.study_guess import CohortGuess, StudyGuess, guess_study

FILE_NAME = "study.yaml"
"""Name of the study file that is written."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(=[A-Za-z0-9_./-]+)?")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"}
_MANY_TRAITS = 40
_MOST_SAID = 12
_WIDEST = 80


def write_study(folder: Path) -> Path:
    """Write ``study.yaml`` for the genotype files and tables in ``folder``; a file of that name is never overwritten.

    Raises
    ------
    InputError
        If there is one already, it cannot be written, or the files are not enough for a study
        (:func:`~gtl.prepare.study_guess.guess_study`).
    """
    path = folder / FILE_NAME
    taken = f"{path}: exists already and is left as it is; move it away, or change it by hand"
    if path.exists():
        raise InputError(taken)
    text = study_text(folder.resolve().name, guess_study(folder, found_files(folder)))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(taken) from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; give a folder that you may write to") from None
    return path


def study_text(name: str, guess: StudyGuess) -> str:
    """YAML of the study ``name``, which is made into one that a study may have."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:64] or "mine"
    lines = [
        "# Written by `gtl new` from the files beside it. Lines with `# ?` are guesses: check them first.",
        "# `gtl check` reads everything and says what would run; `gtl run` runs it.",
        *(f"# ? {_one_line(question)}" for question in _few(guess.questions)),
        f"name: {_scalar(plain)}",
        "source: files",
        *_large(guess),
        *_small(guess),
        "  final: {}                # or genotypes and tables of people of the small population who are sealed",
        *_traits(guess),
        *_roles(guess),
    ]
    return "\n".join(lines) + "\n"


def _large(guess: StudyGuess) -> list[str]:
    """The populations, and the large one's files or what stands for them, to where the small one's begin."""
    if guess.large:
        populations = f"populations: {{large: {_scalar(guess.large.population)}, small: {_names(guess)}}}"
        return [populations, "files:", *_cohort("large", guess.large)]
    lines = [f"populations: {{small: {_names(guess)}}}", "sources:                   # in place of files.large"]
    for source in guess.sources:
        lines += _source(source, guess.reference)
    return [*lines, "files:"]


def _source(source: SourceGuess, reference: FoundCohort | None) -> list[str]:
    lines = [f"  {_scalar(source.name)}:"]
    if isinstance(source.files, str):
        lines.append(f"    {source.kind}: {_scalar(source.files)}")
    else:
        lines += [f"    {source.kind}:", *(f"      {_scalar(t)}: {_scalar(file)}" for t, file in source.files.items())]
    if source.kind == STATISTICS and reference:
        lines[-1] += f"  # {source.format}; one file for every trait, or {{trait: file}}"
        lines += [
            "    reference:             # ? people like those of the GWAS, for linkage disequilibrium",
            f"      genotypes: {_scalar(reference.location)}",
        ]
    return lines


def _names(guess: StudyGuess) -> str:
    names = [cohort.population for cohort in (guess.small, *guess.others)]
    return _list(names) if guess.others else _scalar(*names)


def _small(guess: StudyGuess) -> list[str]:
    """The small population's files; of several, each below its name."""
    if not guess.others:
        return _cohort("small", guess.small)
    cohorts = (guess.small, *guess.others)
    return ["  small:", *(f"  {line}" for cohort in cohorts for line in _cohort(_scalar(cohort.population), cohort))]


def _cohort(role: str, cohort: CohortGuess) -> list[str]:
    found = cohort.genotypes
    lines = [
        f"  {role}:                   # {len(cohort.people)} people in tables, {len(found.samples)} with genotypes",
        f"    genotypes: {_scalar(found.location)}",
    ]
    if found.also:
        lines.append(f"    # the same people are in {', '.join(map(_one_line, found.also[:4]))}")
    if ".bgen" in found.location:
        lines.append("    counted: last          # ? of a .bgen's two alleles the alternate one: first or last")
    lines.append(f"    tables: {_list(cohort.tables)}")
    if cohort.where:
        lines.append(f"    where: {_scalar(cohort.where)}")
    return lines


def _traits(guess: StudyGuess) -> list[str]:
    columns = guess.columns
    many = len(columns.traits) > _MANY_TRAITS
    binary = [name for name, kind in columns.traits.items() if kind is TraitKind.BINARY]
    quantitative = [name for name, kind in columns.traits.items() if kind is TraitKind.QUANTITATIVE]
    counts = f"{len(binary)} binary and {len(quantitative)} quantitative"
    lines = ["traits:"]
    if not columns.traits:
        lines.append("  # ? no column that both populations have looks like a trait")
    if many:
        lines.append(f"  # ? {len(columns.traits)} columns ({counts}) are too many to list: name those that you want")
    lines += [
        *_setting("names", [] if many else list(columns.traits), f"{counts}; empty = every column"),
        *_setting("binary", [] if many else binary, "columns to read as case and control"),
        "  quantitative: []         # columns to read as amounts, whatever their values look like",
        f"  covariates: {_list(contracted(columns.covariates))}",
        f"  categorical: {_list(columns.categorical)}",
        "  components: 0            # principal components of the genotypes as further covariates",
        "  prevalence: null         # share of cases in the small population, for binary traits",
    ]
    left = [f"  # left out: {name}: {_one_line(reason)}" for name, reason in columns.left_out.items()]
    return lines + left[:_MOST_SAID]


def _roles(guess: StudyGuess) -> list[str]:
    lines = ["roles:"]
    for column in guess.columns.roles:
        counts = ", ".join(f"{value} {count}" for value, count in levels(guess.small.people, column).most_common(9))
        if counts:
            lines.append(f"  # ? column {_one_line(column)} ({_one_line(counts)}) may say who is sealed")
    return [
        *lines,
        "  final_share: 0.333       # share of the small people who are sealed for the one final score",
        "  column: null             # or a column that gives roles, with its values below",
        "  learning: []",
        "  final: []",
        "  repeats: 1               # draw the roles this many times, for intervals that say more",
    ]


def _setting(name: str, values: list[str], comment: str) -> list[str]:
    """``name`` with its values: on one line, or one each where they are long."""
    line = f"  {name}: {_list(values)}"
    if len(line) <= _WIDEST:
        return [f"{line:<26} # {comment}"]
    return [f"  {name}:{'':<18} # {comment}", *(f"    - {_scalar(value)}" for value in values)]


def _list(values: list[str] | tuple[str, ...]) -> str:
    return f"[{', '.join(map(_scalar, values))}]"


def _scalar(text: str) -> str:
    """``text`` as YAML that is read as text again: plain where that is safe, else in quotes."""
    safe = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if safe else json.dumps(text, ensure_ascii=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _few(questions: list[str]) -> list[str]:
    more = len(questions) - _MOST_SAID
    return questions[:_MOST_SAID] + ([f"and {more} more files that are not used"] if more > 0 else [])
