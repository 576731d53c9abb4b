"""The rule lemmatizer's exceptions, completed from the treebanks.

spaCy's English rules need morphology to know a base form from an inflected one and have no
auxiliaries; without it "process" becomes "proces" and "is" stays "is". What the treebanks say of
a word under its part of speech goes before the rules, and base forms are their own lemma.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from spacy.lookups import Lookups, Table, load_lookups

from training.corpora import Sentence

# Parts of speech whose words are looked up; names and numbers are their own lemma.
LOOKED_UP = frozenset(("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "NOUN", "PART", "PRON", "SCONJ", "VERB"))
# How much more a word written in lower case tells than one with a capital.
WRITTEN_LOWER = 1000
WORD = re.compile(r"[a-z]+")
INFLECTED = ("s", "ed", "ing", "er", "est")

Exceptions = dict[str, dict[str, list[str]]]


def majority_lemmas(sentences: Iterable[Sentence]) -> Exceptions:
    """Per part of speech and lower-cased word the lemma it has most often.

    Words written in lower case go before those with a capital: "national", not "National".
    """
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for word, pos, lemma in zip(sentence.words, sentence.pos, sentence.lemmas, strict=True):
            if pos in LOOKED_UP and lemma != "_":
                counts[pos.lower(), word.lower()][lemma] += WRITTEN_LOWER if word.islower() else 1
    found: Exceptions = defaultdict(dict)
    for (pos, word), lemmas in counts.items():
        found[pos][word] = [max(lemmas, key=lambda lemma: (lemmas[lemma], lemma))]
    return dict(found)


def base_forms(index: Mapping[str, Iterable[str]], met: frozenset[str], common: frozenset[str]) -> Exceptions:
    """Base forms met in news that look inflected, and common ones (for "Attack" in a headline)."""
    return {
        pos: {word: [word] for word in words if word in common or (word in met and looks_inflected(word))}
        for pos, words in index.items()
    }


def looks_inflected(word: str) -> bool:
    """Whether a rule could take a base form for an inflected one."""
    return word.isalpha() and word.endswith(INFLECTED)


def merged(*layers: Mapping[str, Mapping[str, Sequence[str]]]) -> Exceptions:
    """Exceptions of all layers; the later ones win.

    >>> merged({"verb": {"is": ["is"]}}, {"verb": {"is": ["be"]}})
    {'verb': {'is': ['be']}}
    """
    whole: Exceptions = {}
    for layer in layers:
        for pos, words in layer.items():
            whole.setdefault(pos, {}).update({word: list(found) for word, found in words.items()})
    return whole


def counted_words(texts: Mapping[str, Iterable[str]]) -> Counter[str]:
    """Lower-cased words of texts, with how often each was met."""
    return Counter(word for source in texts.values() for text in source for word in WORD.findall(text.lower()))


def lemma_tables(sentences: Iterable[Sentence], met: frozenset[str], common: frozenset[str]) -> Lookups:
    """The lemma tables of spaCy with the treebanks' exceptions on top."""
    tables = load_lookups("en", ["lemma_rules", "lemma_exc", "lemma_index"])
    plain = {pos: dict(words) for pos, words in text_keys(tables.get_table("lemma_exc")).items()}
    index = text_keys(tables.get_table("lemma_index"))
    whole = merged(base_forms(index, met, common), plain, majority_lemmas(sentences))
    tables.set_table("lemma_exc", Table.from_dict(whole, name="lemma_exc"))
    tables.set_table("lemma_index", Table.from_dict(keyed(index), name="lemma_index"))
    return tables


def keyed(index: Mapping[str, Iterable[str]]) -> dict[str, dict[str, int]]:
    """The base forms as keys: spaCy asks whether a form is among them for every rule and new word, and keeps lists.

    >>> keyed({"noun": ["raid", "siege"]})
    {'noun': {'raid': 1, 'siege': 1}}
    """
    return {pos: dict.fromkeys(words, 1) for pos, words in index.items()}


POS_OF_TABLES = ("adj", "adp", "adv", "aux", "noun", "pron", "det", "verb", "punct")


def text_keys(table: Table) -> dict[str, dict[str, list[str]]]:
    """A table by its parts of speech as text (tables know hashes only)."""
    return {pos: table[pos] for pos in POS_OF_TABLES if pos in table}
