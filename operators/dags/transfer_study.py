"""A transfer study of simulated or real people, started from Airflow's trigger form, its REST API or ``make run``."""

from airflow.sdk import DAG

from operators.form import study_params
from operators.study_graph import study_dag

DOC = """
# Transfer study

Measures how much a study of a **large** population helps to predict traits in a **small** one. There are two
entrances, which `source` (*What do you have?*) chooses:

* `simulated` (the default; Muneeb, Feng & Henschel, BMC Bioinformatics 23:511, 2022): people are simulated from a
  reference panel, and diseases from their genotypes, so that the truth is known. `panel.*`, `cohorts.*`,
  `phenotypes.*` and `split.*` say how.
* `files`: your own cohorts. `files.large.*` and `files.small.*` name genotypes (PLINK 1 and 2, VCF, BGEN, Oxford) and
  tables of traits and covariates, `traits.*` what is studied, `roles.*` who is sealed for the final score and how often
  the roles are drawn. Paths are absolute here; in a study file they are relative to it (`make run STUDY=mine.yaml`).
  A study of real people that names no methods has those for real people. `statistics` is `files` with GWAS statistics
  or a published score (`sources`) in place of the large population's people.

First `begin` checks the settings, and looks whether the study is finished, made from the same settings, files and code;
if so, all other tasks are skipped.

1. **People** (`panel`; `imports`, one instance a chromosome of a cohort in files; then `cohorts`, one instance for the
   study, of several small populations one each, and with `cohorts.fresh` one an iteration): `import` reads one
   chromosome, side by side with others (skipped where there is none to import: in a simulation, or once all cohorts are
   finished); `large_cohort`, `small_cohort` and `final_cohort` simulate, or put together what was imported; `genotypes`
   finds the variants that all have, `people` checks who takes part and seals the final ones, and `traits` lists what is
   studied.
2. **Values and roles of each trait** (`trait`, one instance a name such as `seed_length`, `YRI_5_1` or, of several
   small populations, `JPT_seed_length`): `phenotype` and `split`.
3. **Association, chromosome by chromosome** (`chromosome`): `association_*` reads the genotypes once for all traits and
   draws of the roles. A trait whose association is finished is not computed again when another is added.
4. **One branch a trait** (`branch`): `subsets_*` (pre-selected SNPs), `plots`, `networks`, then one task per **method**
   (`choose_methods` skips those that `transfer.methods` does not name), and `scores`: each method's one score on the
   sealed final people. With `roles.repeats` a task works on one draw of the roles after the other.
5. **Fan-in**: `results` (tables and verdict) and `report`.

Trigger it with the form (*Trigger DAG*); what is left blank is as `preset` says, or else as `quick` does, and a study
of your own data starts from no preset. Every task can be cleared and rerun: a stage whose inputs and settings have not
changed is found finished. Only references to artefacts travel
between tasks. Tables: `gtl results STUDY --table verdict`, or `--table 8` of a simulated study.
"""


def transfer_study() -> DAG:
    """The DAG of one study, whose settings are given when it is triggered."""
    return study_dag(
        "transfer_study",
        study_params(),
        description="Predict traits in a small population with the help of a large one: one branch per trait",
        doc_md=DOC,
        tags=["gtl", "study"],
    )
