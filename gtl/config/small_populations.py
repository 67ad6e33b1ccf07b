"""Several small populations in one study: each is a study of its own with the same large one, and this is its view.

What concerns one of them gets the settings of a study that has it alone (:func:`of_population`), so that nothing below
has to know of the others, and another population more changes nothing for those that are there.
"""

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gtl.config.people import CohortFiles, RolesConfig, SmallFiles
from gtl.spelling import listed

if TYPE_CHECKING:
    from gtl.config.study import StudyConfig


def of_population(config: "StudyConfig", name: str) -> "StudyConfig":
    """The settings of ``config`` for its small population ``name`` alone."""
    files = config.files.populations.get(name, SmallFiles())
    prevalence = config.traits.prevalences.get(name, config.traits.prevalence)
    sections = {
        "populations": config.populations.model_copy(update={"small": name}),
        "files": config.files.model_copy(update={"small": files.small, "final": files.final, "populations": {}}),
        "roles": config.roles.model_copy(update={**_own_roles(config.roles, name), "populations": {}}),
        "traits": config.traits.model_copy(update={"prevalence": prevalence, "prevalences": {}}),
    }
    return config.model_copy(update=sections)


def check_populations(config: "StudyConfig") -> None:
    """Raise :class:`ValueError` where what is said of single populations does not fit the names of all."""
    names = config.populations.small_names
    for setting, given in _by_population(config).items():
        for name in given:
            if name not in names or len(names) == 1:
                raise ValueError(
                    f"{setting} speaks of {name}; populations.small names {listed(names)}"
                    + ("; with one small population it stands directly in its section" if len(names) == 1 else "")
                )
    for name in config.roles.populations:
        roles = config.roles.model_copy(update={**_own_roles(config.roles, name), "populations": {}})
        try:
            RolesConfig.model_validate(roles.model_dump())
        except ValueError as error:
            raise ValueError(f"roles.populations.{name}: {_reason(error)}") from None


def missing_files(config: "StudyConfig") -> list[str]:
    """Settings of genotype files that a study of real people needs and lacks."""
    smalls = {"files.small": config.files.small}
    if len(config.populations.small_names) > 1:
        files = config.files.populations
        smalls = {f"files.small.{name}": files.get(name, SmallFiles()).small for name in config.populations.small_names}
    large = {} if config.sources else {"files.large": config.files.large}
    cohorts: dict[str, CohortFiles] = {**large, **smalls}
    return [f"{name}.genotypes" for name, cohort in cohorts.items() if cohort.genotypes is None]


def named_by_files(settings: Any) -> Any:
    """Settings before they are checked, with the small populations named where only ``files.small`` names them."""
    files, populations = (settings.get(section) or {} for section in ("files", "populations"))
    if not isinstance(files, dict) or not isinstance(populations, dict) or "small" in populations:
        return settings
    small = files.get("small")
    named = files.get("populations") or (
        small if isinstance(small, dict) and small and all(isinstance(own, dict) for own in small.values()) else {}
    )
    return settings | {"populations": {**populations, "small": list(named)}} if named else settings


def _by_population(config: "StudyConfig") -> dict[str, list[str]]:
    return {
        "files.small": list(config.files.populations),
        "roles.populations": list(config.roles.populations),
        "traits.prevalences": list(config.traits.prevalences),
    }


def _own_roles(roles: RolesConfig, name: str) -> dict[str, Any]:
    """What one population has otherwise; a share of its own stands in the place of a role column of all."""
    own = roles.populations.get(name)
    if own is None:
        return {}
    given = {field: value for field, value in own if value not in (None, ())}
    by_share = {"column": None, "learning": (), "final": ()} if "final_share" in given and "column" not in given else {}
    return by_share | given


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return error.errors()[0]["msg"].removeprefix("Value error, ")
