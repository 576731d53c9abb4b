"""The shipped model, loaded once for all tests that read real text."""

import pytest

from tasks.extract import LanguageModel, load_model


@pytest.fixture(scope="session")
def model() -> LanguageModel:
    return load_model()
