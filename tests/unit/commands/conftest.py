from tests.unit.models.conftest import card, people, predictor, store

__all__ = ["card", "people", "predictor", "store"]
