"""From the files of a folder to a study: which people are large and small, and what its reader has to decide."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable, read_people_tables
from gtl.prepare.column_guess import ColumnGuess, common_columns, guess_columns, levels
from gtl.prepare.found_files import FoundCohort, FoundFiles
from gtl.prepare.found_sources import STATISTICS
from gtl.prepare.names import plain_name
from gtl.prepare.source_guess import SourceGuess, guess_sources
from gtl.spelling import listed

_COMMON_FOLDER = re.compile(r"(genotypes?|geno|data|plink|bed|vcf|bgen|imputed)", re.I)
_MOST_POPULATIONS = 10


@dataclass(frozen=True, eq=False)
class CohortGuess:
    """One population's files.

    Attributes
    ----------
    population : its name
    genotypes : files, relative to the folder
    tables : paths relative to the folder
    people : what these tables say about its samples, those who are in none left out
    where : condition that its people fulfil, where they share files with the other population
    """

    population: str
    genotypes: FoundCohort
    tables: tuple[str, ...]
    people: PeopleTable
    where: str | None = None


@dataclass(frozen=True, eq=False)
class StudyGuess:
    """A study that the files allow.

    Attributes
    ----------
    large : None where there are ``sources`` in place of its people
    columns : of the tables
    others : further small populations
    questions : what the files do not tell
    sources : statistics and scores
    reference : people from whom linkage disequilibrium is taken for these
    """

    large: CohortGuess | None
    small: CohortGuess
    columns: ColumnGuess
    others: tuple[CohortGuess, ...] = ()
    questions: list[str] = field(default_factory=list)
    sources: tuple[SourceGuess, ...] = ()
    reference: FoundCohort | None = None


def guess_study(folder: Path, found: FoundFiles) -> StudyGuess:
    """The study that the files of ``folder`` most likely are for.

    Raises
    ------
    InputError
        If there are no genotypes, or a cohort has nobody who is in a table.
    """
    if not found.cohorts:
        beside = " of the small population beside the statistics or scores" if found.sources else ""
        raise InputError(
            f"{folder}: no genotype file{beside}; expected .bed, .pgen, .vcf, .bcf, .bgen or .gen{_why(found)}"
        )
    questions: list[str] = []
    if found.sources:
        of_sources = _from_sources(folder, found, questions)
        if of_sources:
            return of_sources
    cohorts = [_with_tables(folder, cohort, found, questions) for cohort in found.cohorts[:2]]
    large, small = cohorts if len(cohorts) == 2 else _divided(cohorts[0], questions)
    if large.population == small.population:
        large, small = _renamed(large, "large"), _renamed(small, "small")
    others = _others(folder, found, [large, small], questions)
    if len(cohorts) == 2:
        questions += _about_two(large, small)
    questions += [question for cohort in dict.fromkeys([*cohorts, *others]) for question in _about_tables(cohort)]
    tables = {name for cohort in (large, small, *others) for name in cohort.tables}
    questions += _unused(found, tables, questions, [cohort.genotypes for cohort in (large, small, *others)])
    columns = _columns(folder, [large, small, *others])
    return StudyGuess(large, small, columns, tuple(others), list(dict.fromkeys(questions)))


def _from_sources(folder: Path, found: FoundFiles, questions: list[str]) -> StudyGuess | None:
    """Statistics and scores in place of the large population's people: where one cohort alone has tables."""
    tabled = [cohort for cohort in found.cohorts if _has_table(cohort, found)]
    small = _with_tables(folder, tabled[0], found, questions) if len(tabled) == 1 else None
    if small is None or (len(found.cohorts) == 1 and _of_two_populations(small)):
        first, *more = [source.location for source in found.sources]
        names = f"{first} and {len(more)} more" if more else first
        questions.append(f"statistics or scores ({names}) are not used: `sources` takes them in place of files.large")
        return None
    references = [cohort for cohort in found.cohorts if cohort is not tabled[0]]
    sources = guess_sources(found.sources, list(guess_columns(small.people).traits))
    if any(source.name == small.population for source in sources):
        questions.append(f"statistics that are called {small.population}, as the small population, are of its own GWAS")
    if references:
        questions.append(f"{references[0].location} was taken for people like those of the GWAS, whose LD is needed")
    elif any(source.kind == STATISTICS for source in sources):
        questions.append(
            "no genotypes of people like those of the GWAS were found: LD is taken from the small population's until "
            "`reference` names others"
        )
    questions += _about_tables(small)
    questions += _unused(found, set(small.tables), questions, [small.genotypes, *references[:1]])
    columns = _columns(folder, [small])
    reference = references[0] if references else small.genotypes
    return StudyGuess(None, small, columns, (), list(dict.fromkeys(questions)), sources, reference)


def _of_two_populations(cohort: CohortGuess) -> bool:
    return any(len(levels(cohort.people, column)) > 1 for column in guess_columns(cohort.people).populations)


def _columns(folder: Path, cohorts: Sequence[CohortGuess]) -> ColumnGuess:
    """What the columns are that all cohorts have; reasons name files as they lie in the folder."""
    columns = reduce(common_columns, [guess_columns(cohort.people) for cohort in cohorts])
    for column, reason in columns.left_out.items():
        columns.left_out[column] = reason.replace(f"{folder}/", "")
    return columns


def _has_table(cohort: FoundCohort, found: FoundFiles) -> bool:
    ids, families = cohort.samples.tolist(), cohort.families.tolist()
    return any(table.overlap(ids, families).both for table in found.tables.values())


def _others(folder: Path, found: FoundFiles, cohorts: Sequence[CohortGuess], questions: list[str]) -> list[CohortGuess]:
    """Cohorts with tables beyond the first two, as small populations: each has people and a name of its own."""
    others: list[CohortGuess] = []
    for cohort in found.cohorts[2:]:
        try:
            guess = _with_tables(folder, cohort, found, questions)
        except InputError:  # nobody in a table: said to be not used
            continue
        before = [*cohorts, *others]
        taken = {other.population.casefold() for other in before}
        if guess.population.casefold() in taken:
            guess = _renamed(guess, f"{guess.population[:28]}-{len(before)}")
        shared = sum(len(set(guess.genotypes.samples) & set(other.genotypes.samples)) for other in before)
        if shared:
            questions.append(f"{cohort.location}: {shared} ids are in other cohorts, too: populations may share nobody")
        others.append(guess)
    if others:
        questions.append(
            f"{len(others) + 1} cohorts were taken for small populations, each studied with the large one by itself: "
            "leave out those that you do not want; one of people to be sealed is the `final` of another"
        )
    return others


def _with_tables(folder: Path, cohort: FoundCohort, found: FoundFiles, questions: list[str]) -> CohortGuess:
    """The cohort with every table that has some of its people and does not contradict those before."""
    tables: list[str] = []
    for name, table in found.tables.items():
        overlap = table.overlap(cohort.samples.tolist(), cohort.families.tolist())
        if overlap.swapped:
            questions.append(f"{name}: its FID are ids of {cohort.location}: FID and IID seem to be mixed up")
        if overlap.both and (problem := _contradiction(folder, [*tables, name])):
            questions.append(f"{name} is not used: {problem}")
        elif overlap.both:
            tables.append(name)
    if not tables:
        raise InputError(
            f"{folder}: no table with people of {cohort.location} (samples {listed(cohort.samples, 3)}); expected one "
            f"whose first line begins with `FID IID`, `#IID`, `IID` or `sample`{_why(found)}"
        )
    people = read_people_tables([folder / name for name in tables])
    aligned = people.joined(cohort.samples.tolist(), cohort.families.tolist())
    known = aligned.take(aligned.present)
    return CohortGuess(_name(cohort, known), cohort, tuple(tables), known)


def _contradiction(folder: Path, names: Sequence[str]) -> str:
    try:
        read_people_tables([folder / name for name in names])
    except InputError as error:
        return str(error).replace(f"{folder}/", "")
    return ""


def _name(cohort: FoundCohort, people: PeopleTable) -> str:
    """The population that all are of, by a table; else what the files or their folder are named."""
    for column in guess_columns(people).populations:
        found = levels(people, column)
        if len(found) == 1:
            return plain_name(next(iter(found)))
    *folders, file = cohort.location.split("/")
    stem = re.sub(r"[._-]?(chr(omosome)?)?[._-]?\{chrom\}", "", file.split(".")[0], flags=re.I)
    names = [stem, *(name for name in reversed(folders) if not _COMMON_FOLDER.fullmatch(name))]
    return plain_name(next((name for name in names if name), "cohort"))


def _divided(cohort: CohortGuess, questions: list[str]) -> tuple[CohortGuess, CohortGuess]:
    """One set of files as two populations, by a column of the tables that names them."""
    for column in guess_columns(cohort.people).populations:
        found = levels(cohort.people, column).most_common()
        if 2 <= len(found) <= _MOST_POPULATIONS and not any(set(",=") & set(value) for value, _ in found[:2]):
            if len(found) > 2:
                counts = ", ".join(f"{value} {count}" for value, count in found)
                questions.append(f"column {column} has more than two values ({counts}): the first two were taken")
            return _part(cohort, column, found[0][0]), _part(cohort, column, found[1][0])
    questions.append(
        "one set of people was found and no column that names two populations: give each its files, or a condition "
        "such as `where: population=YRI`"
    )
    return cohort, cohort


def _part(cohort: CohortGuess, column: str, value: str) -> CohortGuess:
    where = f"{column}={value}"
    people = cohort.people.take(cohort.people.where(where))
    return CohortGuess(plain_name(value), cohort.genotypes, cohort.tables, people, where)


def _renamed(cohort: CohortGuess, name: str) -> CohortGuess:
    return CohortGuess(name, cohort.genotypes, cohort.tables, cohort.people, cohort.where)


def _about_two(large: CohortGuess, small: CohortGuess) -> list[str]:
    shared = len(set(large.genotypes.samples) & set(small.genotypes.samples))
    both = [f"{shared} ids are in both cohorts, which may share nobody: use one of them"] if shared else []
    if len(large.genotypes.samples) == len(small.genotypes.samples):
        return [*both, "both cohorts have as many people: exchange them if the other one is the large population"]
    return [*both, "the cohort with more people was taken for the large one: exchange them if that is wrong"]


def _about_tables(cohort: CohortGuess) -> list[str]:
    """That tables with different people of one cohort may be people to learn from and people to seal."""
    there = cohort.people.lines > 0
    if len(there) < 2 or (there.sum(axis=0) > 1).any():
        return []
    return [
        f"{' and '.join(cohort.tables)} have different people of {cohort.genotypes.location}: if one of them is to be "
        "sealed, move it to `final`, with the same genotypes"
    ]


def _unused(found: FoundFiles, used: set[str], said: Sequence[str], cohorts_used: Sequence[FoundCohort]) -> list[str]:
    there = {cohort.location for cohort in cohorts_used}
    cohorts = [
        f"{cohort.location} ({len(cohort.samples)} people) is not used"
        for cohort in found.cohorts
        if cohort.location not in there
    ]
    tables = [name for name in found.tables if name not in used and not any(text.startswith(name) for text in said)]
    return cohorts + [f"{name} is not used: nobody in it has genotypes that are used" for name in tables]


def _why(found: FoundFiles) -> str:
    if not found.unread:
        return ""
    name, reason = next(iter(found.unread.items()))
    return f"; {len(found.unread)} files could not be read as such, the first: {name}: {reason}"
