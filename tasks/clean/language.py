"""The language of a body, as a BCP 47 tag, where it was not declared."""

from functools import lru_cache
from typing import Protocol, cast

import py3langid.langid

from tasks.clean.prose import profile

# Below these the answer is too often wrong.
_MIN_LETTERS = 20
_MIN_PROBABILITY = 0.6
_SAMPLE_CHARS = 1_200
# A language whose commonest words make up this share of a text, with no other near it, needs no model to tell.
_PLAIN_SHARE, _PLAIN_MARGIN = 0.3, 0.6


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


@lru_cache(maxsize=1)
def identifier() -> _Identifier:
    """The model that tells languages: 80 MB and most of a second, so workers load it once, before they fork."""
    made = py3langid.langid.LanguageIdentifier.from_model_file(py3langid.langid.MODEL_FILE, norm_probs=True)
    return cast("_Identifier", made)


def detect_language(text: str) -> str | None:
    """The language most probably written, None where the text is too short or mixed to tell."""
    sample = text[:_SAMPLE_CHARS]
    if sum(char.isalpha() for char in sample[:200]) < _MIN_LETTERS:
        return None
    plain = _plainly(sample)
    if plain:
        return plain
    if sample.isupper():  # telex: the model was trained on mixed case
        sample = sample.lower()
    language, probability = identifier().classify(sample)
    return str(language) if float(probability) >= _MIN_PROBABILITY else None


def _plainly(sample: str) -> str | None:
    """The language, where its commonest words leave no doubt."""
    density = profile(sample).density
    ranked = sorted(density, key=lambda language: density[language], reverse=True)[:2]
    if not ranked or density[ranked[0]] < _PLAIN_SHARE:
        return None
    second = density[ranked[1]] if len(ranked) > 1 else 0.0
    return ranked[0] if second < _PLAIN_MARGIN * density[ranked[0]] else None
