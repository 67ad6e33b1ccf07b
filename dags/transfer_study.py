"""The study of Muneeb, Feng & Henschel 2022, started from Airflow's trigger form, its REST API or ``make run``."""

from study_graph import study_dag

from gtl.config import preset

DOC = """
# Transfer study

Simulates or reads two populations, gives them a disease, and measures how much a study of the **large** population
helps to predict the disease in the **small** one (Muneeb, Feng & Henschel, BMC Bioinformatics 23:511, 2022).

1. **Cohorts**: `build_panel`, then (`cohorts`, one instance for all phenotypes, or with `cohorts.fresh` one an
   iteration) `simulate_*_cohort`, `harmonise_variants`, `compute_kinship_*`.
2. **One branch a phenotype** (`phenotype`, one instance per code such as `YRI_5_1`): simulate the phenotype, control
   quality, split, associate and plot, pre-select SNPs, train the large population's networks, then one task per
   **method** (`choose_methods` skips those that `transfer.methods` does not name), and one score on the sealed final
   cohort.
3. **Fan-in**: `tabulate_results` and `write_report`.

Trigger it with the form (*Trigger DAG*); the defaults are the `quick` preset. Every task can be cleared and rerun: a
stage whose inputs and settings have not changed is found finished and skipped. Tables: `gtl results STUDY --table 8`.
"""

dag = study_dag(
    "transfer_study",
    preset("quick"),
    description="Simulate, associate, pre-select, train, transfer, evaluate: one branch per phenotype",
    doc_md=DOC,
    tags=["gtl", "study"],
)
