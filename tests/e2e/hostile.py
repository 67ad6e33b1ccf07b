"""Addresses by which somebody could try to get at what pages may not show; each has to be refused."""

OUTSIDE = "not-for-readers"
"""Content of a file that lies outside every store."""


def hostile_addresses(place: str, study: str, keys: dict[str, str]) -> list[str]:
    """Addresses below the pages' prefix, as they are put on the wire.

    Parameters
    ----------
    place
        Id of the store.
    keys
        Key of an artefact below the study → digits of its version.
    """
    base = f"studies/{place}/{study}"
    of = {key: f"{base}/artifacts/{version}" for key, version in keys.items()}
    phenotype, scores, cohort, split = (
        next(key for key in keys if key.endswith(end)) for end in ("phenotype", "scores", "cohorts/large", "split")
    )
    return [
        *(f"{of[phenotype]}/{name}?key={phenotype}" for name in ("final.parquet", "final_liability.parquet")),  # sealed
        *(f"{of[phenotype]}/{name}?key={phenotype}" for name in ("small.parquet", "large.parquet", "causal.parquet")),
        f"{of[scores]}/predictions.parquet?key={scores}",
        f"{of[split]}/split.parquet?key={split}",
        f"{of[cohort]}/people.parquet?key={cohort}",
        f"{of[cohort]}/genotypes.parquet?key={cohort}/chr21",
        f"{of['results']}/genotypes.parquet?key=results",
        f"{of['results']}/manifest.json?key=results",
        f"{of['results']}/time.json?key=results",
        f"{of['results']}/..%2f..%2fcurrent.json?key=results",
        f"{of['results']}/results.parquet?key=results/../results",
        f"{of['results']}/results.parquet?key=..%2f{study}%2fresults",
        f"{of['results']}/results.parquet?key=%2fetc",
        f"{of['results']}/results.parquet%00.png?key=results",
        f"{of['results']}/results.parquet?key=results%00",
        f"{base}/pictures/..%2f..%2f..%2fgtl-store.json",
        f"{base}/pictures/%2e%2e/%2e%2e/gtl-store.json",
        f"{base}/pictures/../../../../gtl-store.json",
        f"{base}/pictures/people_audit.parquet",
        f"{base}/pictures/results.parquet%00",
        f"{base}/pictures/%2fetc%2fpasswd",
        f"{base}/plots/..%2f..%2fpeople/people.parquet",
        f"{base}/tables/people_audit",
        f"{base}/tables/..%2fresults/csv",
        f"{base}/tables/association_large...%2f..%2fx/csv",
        f"{base}/charts/association?trait=..%2f..&population=large",
        f"{base}?version=..%2f..",
        f"studies/{place}/..%2f{study}",
        f"studies/{place}/%2e%2e",
        f"studies/{place}/..%5c{study}",
        f"studies/{place}/leads-away",
        f"studies/{place}/leads-away/report",
        f"studies/{place}/leads-away/tables/results/csv",
        "studies/s3:%2f%2fbucket%2fprefix/x",
        "studies/s3%3A%2F%2Faws@bucket/x",
        "studies/file:%2f%2f%2ftmp/x",
        "studies/%2ftmp/x",
        "studies/0000000000/x",
        "static/..%2fapp.py",
        "static/../app.py",
        "static/%2e%2e%2fplugin.py",
        "runs/transfer_study/..%2f..",
        "runs/..%2f/x",
        "compare?study=..%2f..%2fx&study=s3:%2f%2fbucket/x",
    ]
