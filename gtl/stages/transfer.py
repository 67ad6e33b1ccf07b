"""One trait: every method applied, its model chosen, and the one score on the sealed final people."""

from collections.abc import Mapping

from gtl import stage_settings as settings
from gtl import steps
from gtl.config import StudyConfig
from gtl.methods.registry import method_info
from gtl.stage_code import code_of, code_of_method
from gtl.stage_keys import branch_key, openings_key
from gtl.store import ArtifactRef, Store


def apply_method(
    config: StudyConfig,
    store: Store,
    code: str,
    method: str,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    subsets_large: ArtifactRef,
    subsets_small: ArtifactRef,
    networks: ArtifactRef | None = None,
    phenotype: ArtifactRef | None = None,
    sources: ArtifactRef | None = None,
    repeat: int = 1,
) -> ArtifactRef:
    """All candidates of one method, and the one that the small population's choosing people choose.

    ``networks`` and ``sources`` are for methods whose registry row says so; ``phenotype``, which holds the truth, for
    the oracle alone: :class:`gtl.errors.LeakageError` for any other method.
    """
    config = config.of_trait(code)
    inputs = {"genotypes": genotypes, "split": split, "subsets_large": subsets_large, "subsets_small": subsets_small}
    inputs |= {name: ref for name, ref in (("networks", networks), ("phenotype", phenotype)) if ref is not None}
    if sources is not None and config.sources:
        inputs["sources"] = steps.sources.trait_ref(store, sources, code)
    return store.run(
        f"{branch_key(config, code, repeat)}/{method}",
        lambda out: steps.transfer.write_method(out, config, store, code, method, inputs),
        inputs=inputs,
        params=settings.method(config, needs_truth=phenotype is not None),
        code=code_of_method(method_info(method).learned_from(sources=not config.has_large_people)),
    )


def score_final(
    config: StudyConfig,
    store: Store,
    code: str,
    genotypes: ArtifactRef,
    phenotype: ArtifactRef,
    methods: Mapping[str, ArtifactRef | None],
    repeat: int = 1,
) -> ArtifactRef:
    """The chosen model of each method, scored once on the sealed final people."""
    config = config.of_trait(code)
    applied = {name: ref for name, ref in methods.items() if ref is not None}
    inputs = {"genotypes": genotypes, "phenotype": phenotype, **applied}
    openings = openings_key(config)
    return store.run(
        f"{branch_key(config, code, repeat)}/scores",
        lambda out: steps.transfer.write_scores(
            out, config=config, store=store, code=code, repeat=repeat,
            records_key=openings, inputs=inputs, methods=list(applied),
        ),
        inputs=inputs,
        params=settings.scores(config),
        code=code_of("transfer.write_scores"),
    )  # fmt: skip
