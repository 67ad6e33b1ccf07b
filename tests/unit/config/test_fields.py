from gtl.config import StudyConfig, flatten
from gtl.config.base import PATTERNS
from gtl.config.fields import Kind, section_names, setting_fields
from gtl.config.sweep import SweepConfig
from gtl.config.words import CHOICES, LABELS, SECTIONS
from gtl.methods.registry import METHODS


def test_every_setting_is_a_field_with_a_label_and_help():
    fields = setting_fields()
    assert list(fields) == list(flatten(StudyConfig()))
    assert all(field.help and field.label for field in fields.values())


def test_every_number_has_a_unit():
    numbers = [field for field in setting_fields().values() if field.kind in (Kind.INTEGER, Kind.NUMBER, Kind.NUMBERS)]
    assert {field.name for field in numbers if not field.amount} == set()


def test_words_are_of_settings_that_there_are():
    fields = setting_fields()
    assert set(LABELS) <= set(fields)
    assert set(CHOICES) <= set(fields)
    assert set(SECTIONS) - {""} <= section_names()


def test_every_pattern_is_told_in_words():
    """A message with a regular expression alone helps nobody; the schemas of pydantic's checks have the patterns."""
    found = {*_patterns(StudyConfig.__pydantic_core_schema__), *_patterns(SweepConfig.__pydantic_core_schema__)}
    assert len(found) >= 5
    assert found <= set(PATTERNS)


def _patterns(schema):
    """Patterns that values are checked against, anywhere within."""
    inner = list(schema.values()) if isinstance(schema, dict) else schema if isinstance(schema, list | tuple) else []
    if isinstance(schema, dict) and schema.get("type") == "str" and "pattern" in schema:
        yield schema["pattern"]
    for part in inner:
        yield from _patterns(part)


def test_labels_of_a_section_differ():
    fields = setting_fields().values()
    assert len({(field.section, field.label) for field in fields}) == len(fields)


def test_kinds():
    kinds = {name: field.kind for name, field in setting_fields().items()}
    assert kinds["transfer.methods"] is Kind.CHOICES
    assert kinds["transfer.freeze_depths"] is Kind.NUMBERS
    assert kinds["traits.names"] is Kind.TEXTS
    assert kinds["training.networks"] is kinds["sources"] is Kind.JSON
    assert kinds["populations.small"] is Kind.TEXT
    assert kinds["cohorts.fresh"] is Kind.FLAG
    assert kinds["cohorts.theta"] is Kind.NUMBER
    assert setting_fields()["cohorts.theta"].nullable


def test_choices_have_names():
    fields = setting_fields()
    assert list(fields["transfer.methods"].choices) == list(METHODS)
    assert fields["source"].choices["statistics"].startswith("Summary statistics")
    assert fields["files.large.counted"].choices == {"first": "first", "last": "last"}


def test_bounds_are_told():
    fields = setting_fields()
    assert fields["quality_control.maf"].amount == "allele frequency, 0 to 0.5"
    assert fields["roles.final_share"].amount == "share, above 0, below 1"
    assert fields["cohorts.large"].amount == "people, at least 1"
    assert fields["training.dropout"].amount == "share, at least 0, below 1"
