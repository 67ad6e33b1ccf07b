"""Every stage of a study as a function of the settings, the store and earlier artefacts.

A stage returns a reference to its own artefact. The DAG, the command line and the tests all go through these
functions, in the order that :mod:`gtl.flow` states. Each is a transaction of :meth:`gtl.store.Store.run`: a stage whose
inputs, settings and code are unchanged is skipped. What a stage does is in :mod:`gtl.steps`; which settings it depends
on, in :mod:`gtl.stage_settings`.
"""

from gtl.stages.association import associate
from gtl.stages.cohort_set import check_people, list_traits, match_variants, read_sources
from gtl.stages.cohorts import build_panel, import_chromosome, make_cohort
from gtl.stages.study import tabulate_results, write_report
from gtl.stages.trait import make_trait, plot_association, preselect_snps, split_samples, train_networks
from gtl.stages.transfer import apply_method, score_final

__all__ = [
    "apply_method",
    "associate",
    "build_panel",
    "check_people",
    "import_chromosome",
    "list_traits",
    "make_cohort",
    "make_trait",
    "match_variants",
    "plot_association",
    "preselect_snps",
    "read_sources",
    "score_final",
    "split_samples",
    "tabulate_results",
    "train_networks",
    "write_report",
]
