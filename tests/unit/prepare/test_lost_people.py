from gtl.prepare.covariates import covariate_matrix
from gtl.prepare.lost_people import lost_people, usable
from gtl.prepare.traits import trait_column


def test_everyone_who_is_lost_has_the_first_reason(column):
    table = column(
        asthma=["0", "1", "NA", "1", "0"], height=["1.5", "NA", "1.7", "NA", "2"], age=["40", "50", "NA", "NA", "60"],
        batch=["a", "b", "a", "b", "NA"],
    ).joined(["p5", "p4", "x", "p3", "p2", "p1"])  # fmt: skip
    traits = [trait_column(table, "height"), trait_column(table, "asthma")]
    covariates = covariate_matrix(table, ["age", "batch"], ["batch"])
    lost = lost_people(table, "YRI", traits, covariates)
    assert lost.to_numpy().tolist() == [
        ["p5", "YRI", "height", "covariate batch missing"],
        ["p4", "YRI", "height", "trait missing"],
        ["x", "YRI", "height", "not in the tables"],
        ["p3", "YRI", "height", "covariate age missing"],
        ["p2", "YRI", "height", "trait missing"],
        ["p5", "YRI", "asthma", "covariate batch missing"],
        ["p4", "YRI", "asthma", "covariate age missing"],
        ["x", "YRI", "asthma", "not in the tables"],
        ["p3", "YRI", "asthma", "trait missing"],
    ]
    for trait in traits:
        kept = set(table.ids[usable(table, trait, covariates)])
        assert kept == set(table.ids) - set(lost.loc[lost["trait"] == trait.trait.slug, "sample"])


def test_nobody_lost(column):
    table = column(y=["1.5", "2.5", "3"])
    lost = lost_people(table, "YRI", [trait_column(table, "y")], covariate_matrix(table, []))
    assert lost.columns.tolist() == ["sample", "population", "trait", "reason"]
    assert lost.empty
    assert lost_people(table, "YRI", [], covariate_matrix(table, [])).empty
