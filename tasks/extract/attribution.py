"""Who says so: the speaker, organisation and agency behind a stretch of text.

Read from tokens, with the parse where there is one: reporting verbs with their subject on either side ('Kirby said',
'said Kirby'), 'according to', 'quoted by', 'told Reuters', and quotations. 'He said', 'the ministry added' and 'the
statement said' are led back to the speaker named before.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tasks.extract.reading import ORGANIZATION_LABELS, PERSON_LABELS, Reading, read, word_set
from tasks.extract.times.words import time_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DATA = Path(__file__).parent / "data"
_OPENING = frozenset({"“", "``", "„", "«"})
_CLOSING = frozenset({"”", "''", "»"})
_PLAIN = frozenset({'"'})
_MARKS = _OPENING | _CLOSING | _PLAIN
_AUXILIARIES = word_set("has have had was were is also later then further again earlier who")
_PHRASE_ENDS = word_set(", ; : — -- – ( ) [ ] . ? !") | _MARKS
_CLAUSE_WORDS = word_set("but that when while after as if because which where although though so and since before")
_RIGHT_ENDS = _PHRASE_ENDS | word_set("who which that in on at as when while after during to by if told")
_DASHES = word_set("- -- – — _")
_PRONOUNS = frozenset({"he", "she", "they", "it"})
_SPEAKER_MOST = 16
_QUOTE_MOST = 400


class Attributed(NamedTuple):
    """A stretch of text, tokens `[first, end)`, that somebody vouches for; other offsets are characters."""

    first: int
    end: int
    cue_start: int
    cue_end: int
    """The words that attribute, speaker included ('Kirby said')."""
    speaker: str | None
    organisation: str | None
    agency: str | None
    quote_start: int | None = None
    quote_end: int | None = None

    @property
    def claimant(self) -> str | None:
        """Who says so, in one name: the speaker, else the organisation, else the agency."""
        return self.speaker or self.organisation or self.agency


class _Cue(NamedTuple):
    first: int
    end: int
    speaker: tuple[int, int] | None
    agency: str | None
    after: bool
    """What is said goes on after the cue."""


class _Words(NamedTuple):
    say: frozenset[str]
    verbs: frozenset[str]
    told: frozenset[str]
    quoting: frozenset[str]
    doubtful: frozenset[str]
    statements: frozenset[str]
    nobody: frozenset[str]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    counting: frozenset[tuple[str, ...]]
    """Phrases by which somebody gives a number: what stands behind their verb is said."""
    starts: frozenset[str]
    agencies: Mapping[str, str]


def find_attributions(doc: "Doc") -> tuple[Attributed, ...]:
    """All attributions of the text, in order of what they cover."""
    reading = read(doc)
    words = _words()
    quotes = _quotes(reading.lower)
    found: list[Attributed] = []
    memory = _Memory()
    for index, word in enumerate(reading.lower):
        if word not in words.starts or (found and index < found[-1].end and _inside(reading, found[-1], index)):
            continue
        cue = _cue_at(reading, index, words)
        if cue is not None:
            found.append(_attributed(reading, cue, quotes, memory))
    found = _relayed(reading, found)
    found.extend(_bare_quotes(reading, quotes, found))
    return tuple(sorted(found, key=lambda entry: (entry.first, -entry.end)))


def attribution_of(token: "Token | int", attributions: Sequence[Attributed]) -> Attributed | None:
    """The attribution of the narrowest scope that covers a token."""
    index = token if isinstance(token, int) else token.i
    over = [entry for entry in attributions if entry.first <= index < entry.end]
    return min(over, key=lambda entry: entry.end - entry.first, default=None)


def _relayed(reading: Reading, found: Sequence[Attributed]) -> list[Attributed]:
    """'Kirby said …, according to AFP': the agency that carries a paragraph goes with the speaker before it."""
    kept: list[Attributed] = []
    for entry in found:
        only_agency = entry.agency and entry.speaker is None
        last = kept[-1] if kept else None
        if only_agency and last and last.speaker and not _crosses_paragraph(reading, last.first, entry.first):
            kept[-1] = last._replace(agency=last.agency or entry.agency)
            entry = entry._replace(speaker=last.speaker, organisation=last.organisation)  # noqa: PLW2901
        kept.append(entry)
    return kept


def _inside(reading: Reading, entry: Attributed, index: int) -> bool:
    """Whether a token is part of the words that attribute."""
    return entry.cue_start <= reading.starts[index] < entry.cue_end


# --- cues ---------------------------------------------------------------------------------------------------


def _cue_at(reading: Reading, index: int, words: _Words) -> _Cue | None:
    word = reading.lower[index]
    if word == "according":
        return _according(reading, index)
    if word in words.quoting:
        return _quoting(reading, index)
    if word in words.told:
        return _told(reading, index)
    if word in words.phrases:
        return _said_in_phrase(reading, index, words.phrases[word])
    if word in words.doubtful and not _is_report(reading, index):
        return None
    return _said(reading, index, index + 1)


def _said_in_phrase(reading: Reading, index: int, phrases: Sequence[tuple[str, ...]]) -> _Cue | None:
    """'X made it clear that', 'X pointed out that'."""
    for phrase in phrases:
        if tuple(reading.lower[index : index + len(phrase)]) == phrase:
            if phrase in _words().counting:
                return _counted(reading, index)
            return _said(reading, index, index + len(phrase))
    return None


def _counted(reading: Reading, verb: int) -> _Cue | None:
    """'Doctors put the toll at 12', 'The army, for its part, gave a toll of 17'."""
    speaker = _left_speaker(reading, verb, reading.bounds_of(verb)[0])
    return _Cue(speaker[0], verb + 1, speaker, None, after=True) if speaker else None


def _is_report(reading: Reading, index: int) -> bool:
    """Whether a verb that may be an ordinary one reports: 'that', a quotation, a comma or a clause beside it."""
    lower = reading.lower
    first, end = reading.bounds_of(index)
    after = lower[index + 1] if index + 1 < end else "."
    if after in ("that", ",", ":", ".", "how", "there") or after in _MARKS:
        return index > first
    if ":" in lower[index + 1 : min(end, index + _FIGURE_MOST)]:
        return True
    if _is_tail(lower, index, first, end):
        return True
    if after in ("on", "in", "by", "to") and index + 3 < end:
        return "that" in lower[index + 2 : index + 6]
    if after not in _PHRASE_ENDS and any(
        lower[token] == "that" and reading.dep[token] in ("mark", "") for token in range(index + 1, min(end, index + 7))
    ):
        return "," not in lower[index + 1 : lower.index("that", index + 1)]
    return bool(reading.dep[index]) and any(
        reading.dep[token] in ("ccomp", "parataxis") and reading.head[token] == index for token in range(index + 1, end)
    )


_FIGURE_MOST = 8
"""Tokens: 'reported a much higher figure: nine dead'."""


def _is_tail(lower: Sequence[str], index: int, first: int, end: int) -> bool:
    """'…, police sources reported today.': a comma before the speaker, and nothing but the day behind the verb."""
    if lower[index - 1] in ("was", "were", "been", "is", "are"):
        return False
    comma = next((at for at in range(index - 1, max(first, index - _TAIL_MOST), -1) if lower[at] == ","), None)
    after = [
        word for word in lower[index + 1 : end] if word not in (".", "on", "late", "early", "last") and word.strip()
    ]
    words = time_words()
    return comma is not None and all(
        word in words.weekdays or word in words.days or word in words.parts for word in after
    )


_TAIL_MOST = 10


def _said(reading: Reading, index: int, end: int) -> _Cue | None:
    """'X said that', '…, X said', '"…," said X'."""
    lower = reading.lower
    first, stop = reading.bounds_of(index)
    before = lower[index - 1] if index > first else ""
    if before in ("to", "not", "n't", "be") or lower[index] == "saying":
        return None
    if lower[index].endswith("ing"):
        return _Cue(index, end, None, None, after=True) if end < stop else None
    if before in _MARKS or before in (",", "") or index == first:
        right = _right_speaker(reading, end, stop)
        if right is not None:
            return _Cue(index, right[1], right, _agency_after(reading, right[1], stop), after=False)
    speaker = _left_speaker(reading, index, first)
    if speaker is None:
        return None
    cue_end = end
    reaches_on = end < stop and lower[end] not in (".", "!", "?") and not _is_closing_tail(lower, end, stop)
    return _Cue(speaker[0], cue_end, speaker, _agency_after(reading, end, stop), after=reaches_on)


def _is_closing_tail(lower: list[str], index: int, stop: int) -> bool:
    """Only a short adverbial is left of the sentence: '…, police said on Tuesday.'."""
    if lower[index] in ("on", "in", "at", "late", "early", "yesterday", "today", "by", "via", "during", "after", "to"):
        return stop - index <= 8 and "that" not in lower[index:stop]
    return False


def _according(reading: Reading, index: int) -> _Cue | None:
    """'according to X'."""
    first, stop = reading.bounds_of(index)
    if reading.lower[index + 1 : index + 2] != ["to"]:
        return None
    end = index + 2
    while (
        end < stop
        and end < index + 2 + _SPEAKER_MOST
        and reading.lower[end] not in _PHRASE_ENDS | {"who", "which", "that"}
    ):
        end += 1
    if end == index + 2 or reading.lower[index + 2] in ("my", "our", "plan", "law", "schedule", "whether", "how"):
        return None
    return _Cue(index, end, (index + 2, end), None, after=index - first <= 1)


def _quoting(reading: Reading, index: int) -> _Cue | None:
    """'AFP quoted X as saying', 'X was quoted by AFP as saying', 'SANA said, citing X'."""
    lower = reading.lower
    first, stop = reading.bounds_of(index)
    saying = next((at for at in range(index + 1, min(stop, index + 25)) if lower[at] in ("saying", "telling")), None)
    by = next((at for at in range(index + 1, min(stop, index + 4)) if lower[at] == "by"), None)
    if by is not None:
        end = _phrase_end(reading, by + 1, stop)
        speaker = _left_speaker(reading, index, first)
        agency = _agency(reading, by + 1, end) or reading.phrase(by + 1, end) if end > by + 1 else None
        return (
            _Cue(speaker[0], saying + 1 if saying else end, speaker, agency, after=saying is not None)
            if speaker
            else None
        )
    end = saying - 1 if saying else _phrase_end(reading, index + 1, stop)
    if end <= index + 1:
        return None
    outlet = _left_speaker(reading, index, first)
    agency = (_agency(reading, *outlet) or reading.phrase(*outlet)) if outlet else None
    start = outlet[0] if outlet else index
    return _Cue(start, saying + 1 if saying else end, (index + 1, end), agency, after=saying is not None)


def _told(reading: Reading, index: int) -> _Cue | None:
    """'X told Reuters that', '"…," X told a news conference'."""
    lower = reading.lower
    first, stop = reading.bounds_of(index)
    if index > first and lower[index - 1] in ("was", "were", "been", "be", "to"):
        return None
    speaker = _left_speaker(reading, index, first)
    if speaker is None:
        return None
    end = _phrase_end(reading, index + 1, stop)
    agency = _agency(reading, index + 1, end)
    return _Cue(speaker[0], max(end, index + 1), speaker, agency, after=end < stop - 1)


def _phrase_end(reading: Reading, start: int, stop: int) -> int:
    end = start
    while end < stop and end - start < _SPEAKER_MOST and reading.lower[end] not in _RIGHT_ENDS:
        end += 1
    return end


def _agency_after(reading: Reading, start: int, stop: int) -> str | None:
    """'…, according to Reuters' is a cue of its own; 'in a statement carried by SANA' is found here."""
    window = reading.lower[start : min(stop, start + 12)]
    for word in ("by", "to"):
        if word in window and any(
            verb in window for verb in ("carried", "published", "cited", "quoted", "reported", "speaking")
        ):
            at = start + window.index(word) + 1
            return _agency(reading, at, min(stop, at + 5))
    return None


def _agency(reading: Reading, first: int, end: int) -> str | None:
    """The news agency named in a token range."""
    agencies = _words().agencies
    for start in range(first, min(end, first + 12)):
        for size in (4, 3, 2, 1):
            if start + size > end:
                continue
            name = " ".join(reading.lower[start : start + size])
            if name in agencies and (size > 1 or reading.capital(start)):
                return agencies[name]
    return None


# --- speakers -----------------------------------------------------------------------------------------------


def _left_speaker(reading: Reading, verb: int, first: int) -> tuple[int, int] | None:
    """The subject that stands before a verb."""
    lower = reading.lower
    end = verb
    while end > first and (lower[end - 1] in _AUXILIARIES or lower[end - 1].endswith("ly")):
        end -= 1
    parsed = _parsed_subject(reading, verb, first)
    if parsed is not None:
        return parsed
    if end > first and lower[end - 1] == ",":
        return None
    return _phrase_back(reading, first, end)


def _phrase_back(reading: Reading, first: int, end: int) -> tuple[int, int] | None:
    lower = reading.lower
    start = end
    while start > first and end - start < _SPEAKER_MOST:
        word = lower[start - 1]
        if word in _PHRASE_ENDS or word in _CLAUSE_WORDS or "\n" in word:
            break
        start -= 1
    while start < end and (
        lower[start] in ("on", "in", "at", "and", "but", "also", "meanwhile", "then") or "\n" in lower[start]
    ):
        start += 1
    if start >= end or end - start >= _SPEAKER_MOST:
        return None
    return start, end


def _parsed_subject(reading: Reading, verb: int, first: int) -> tuple[int, int] | None:
    """The subject by the parse, apposition left out; of two the nearer one, which is no dateline."""
    if reading.dep[verb] in ("", "dep"):
        return None
    heads = (verb, reading.head[verb]) if reading.dep[verb] == "conj" else (verb,)
    for token in range(verb - 1, first - 1, -1):
        if reading.head[token] in heads and reading.dep[token] in ("nsubj", "nsubj:pass", "nsubjpass"):
            found = _subtree(reading, token, first, verb)
            is_cut = {"and", "or"} & set(reading.lower[max(first, found[0] - 1) : found[0] + 1])
            return None if is_cut or _is_dateline(reading, found, first, verb) else found
    return None


def _is_dateline(reading: Reading, phrase: tuple[int, int], first: int, verb: int) -> bool:
    """'MOMBASA, March 11 - A bomb went off, police said': what stands before the one dash of a sentence's opening."""
    dashes = [token for token in range(phrase[1], verb) if reading.lower[token] in _DASHES]
    return phrase[0] == first and len(dashes) == 1 and dashes[0] - first <= _SPEAKER_MOST


def _subtree(reading: Reading, head: int, first: int, limit: int) -> tuple[int, int]:
    start = end = head
    for token in range(head - 1, max(first, head - _SPEAKER_MOST) - 1, -1):
        if not _hangs_on(reading, token, head) or reading.lower[token] in _MARKS:
            break
        start = token
    while start < head and (reading.lower[start] in _PHRASE_ENDS or "\n" in reading.lower[start]):
        start += 1
    for token in range(head + 1, min(limit, head + _SPEAKER_MOST)):
        if not _hangs_on(reading, token, head) or reading.lower[token] in ("who", "which", ",", "that", "("):
            break
        end = token
    return start, end + 1


def _hangs_on(reading: Reading, token: int, head: int) -> bool:
    for _ in range(12):
        if token == head:
            return True
        above = reading.head[token]
        if above == token:
            return False
        token = above
    return False


def _right_speaker(reading: Reading, start: int, stop: int) -> tuple[int, int] | None:
    """The subject that stands behind a verb: '"…," said Tim Clarke, the head of …'."""
    end = _phrase_end(reading, start, stop)
    if end <= start or reading.lower[start] in ("that", "in", "on", "the following"):
        return None
    return start, end


_LONGEST_PHRASE = 80
"""Tokens; what is longer is a table or a list that no speaker introduces."""


class _Memory:
    """The speakers and organisations that a text has named so far."""

    def __init__(self) -> None:
        self.people: list[str] = []
        self.last: tuple[str | None, str | None] = (None, None)
        self.statement: tuple[str | None, str | None] = (None, None)

    def resolve(self, reading: Reading, span: tuple[int, int]) -> tuple[str | None, str | None]:
        """Speaker and organisation that a phrase means."""
        first, end = span
        words = reading.lower[first:end]
        if len(words) == 1 and words[0] in _PRONOUNS:
            return self.last
        statement = any(word in _words().statements for word in words)
        organisation = _entity(reading, first, end, ORGANIZATION_LABELS)
        person = _entity(reading, first, end, PERSON_LABELS)
        if statement and organisation is None and person is None:
            return self._of_statement(reading, span)
        if len(words) == 1 and words[0] in _words().nobody:
            return None, None
        speaker = self._full_name(person) if person else None
        if speaker is None and not statement:
            speaker = reading.phrase(first, end).strip()
        self._remember(speaker, organisation, statement=statement)
        return speaker, organisation

    def _of_statement(self, reading: Reading, span: tuple[int, int]) -> tuple[str | None, str | None]:
        words = reading.lower[span[0] : span[1]]
        for link in ("by", "from", "of"):
            if link in words[:-1]:
                name = reading.phrase(span[0] + words.index(link) + 1, span[1])
                self._remember(None, name, statement=True)
                return None, name
        return self.statement if any(self.statement) else (reading.phrase(*span), None)

    def _full_name(self, person: str) -> str:
        full = next((name for name in self.people if name != person and name.split()[-1:] == [person]), person)
        if full not in self.people and len(self.people) < 200:
            self.people.append(full)
        return full

    def _remember(self, speaker: str | None, organisation: str | None, *, statement: bool) -> None:
        self.last = (speaker, organisation)
        if statement:
            self.statement = (speaker, organisation)


def _entity(reading: Reading, first: int, end: int, labels: frozenset[str]) -> str | None:
    """The last name of a kind in a token range, not further from its end than a long phrase is."""
    first = max(first, end - _LONGEST_PHRASE)
    stop = next((token for token in range(end - 1, first - 1, -1) if reading.label[token] in labels), None)
    if stop is None:
        return None
    start = stop
    while start > first and reading.label[start - 1] in labels:
        start -= 1
    return reading.phrase(start, stop + 1)


# --- what they cover ----------------------------------------------------------------------------------------


def _attributed(reading: Reading, cue: _Cue, quotes: Sequence[tuple[int, int]], memory: _Memory) -> Attributed:
    first, stop = reading.bounds_of(cue.first)
    speaker, organisation = memory.resolve(reading, cue.speaker) if cue.speaker else memory.last
    agency = cue.agency
    if cue.speaker and agency is None:
        agency = _agency(reading, *cue.speaker)
        if agency and speaker and _is_agency_phrase(reading, cue.speaker):
            speaker = None
    start = cue.end if cue.after and not _said_before(reading, cue, first) else first
    end = stop if cue.after else cue.first
    if end <= start:
        start, end = first, stop
    quote = _quote_of(reading, quotes, cue, start, end)
    if quote:
        start, end = min(start, quote[0]), max(end, quote[1])
    cue_start, cue_end = reading.span(cue.first, max(cue.end, cue.first + 1))
    quote_start, quote_end = reading.span(*quote) if quote else (None, None)
    return Attributed(start, end, cue_start, cue_end, speaker, organisation, agency, quote_start, quote_end)


def _is_agency_phrase(reading: Reading, span: tuple[int, int]) -> bool:
    return span[1] - span[0] <= 5 and _entity(reading, *span, PERSON_LABELS) is None


def _said_before(reading: Reading, cue: _Cue, first: int) -> bool:
    """'The attack, police said, killed three': a comma or a quote ends what stood before."""
    return cue.first - first > 2 and reading.lower[cue.first - 1] in {",", *_MARKS}


def _crosses_paragraph(reading: Reading, first: int, end: int) -> bool:
    return any("\n" in word for word in reading.lower[first:end])


def _quote_of(
    reading: Reading, quotes: Sequence[tuple[int, int]], cue: _Cue, first: int, end: int
) -> tuple[int, int] | None:
    """The quotation that overlaps what is said, or touches the cue."""
    for start, stop in quotes:
        if start < end and stop > first and not (start <= cue.first < stop):
            return start, stop
        touches = 0 <= start - cue.end <= 3 if cue.after else 0 <= cue.first - stop <= 2
        if touches and not _crosses_paragraph(reading, min(stop, cue.end), max(start, cue.first)):
            return start, stop
    return None


def _bare_quotes(reading: Reading, quotes: Sequence[tuple[int, int]], found: Sequence[Attributed]) -> list[Attributed]:
    """Quotations in sentences of their own: the speaker of the last attribution before goes on."""
    bare: list[Attributed] = []
    for start, end in quotes:
        if any(entry.first <= start and end <= entry.end for entry in found) or end - start < 6:
            continue
        before = [entry for entry in found if entry.first < start]
        if not before:
            continue
        last = max(before, key=lambda entry: entry.first)
        if reading.sentence[start] - reading.sentence[last.end - 1] > 1:
            continue
        quote_start, quote_end = reading.span(start, end)
        bare.append(last._replace(first=start, end=end, quote_start=quote_start, quote_end=quote_end))
    return bare


def _quotes(lower: Sequence[str]) -> list[tuple[int, int]]:
    """Token ranges of quotations, marks included; a mark that never closes ends nothing."""
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for index, word in enumerate(lower):
        if opened is not None and index - opened > _QUOTE_MOST:
            opened = None
        if word in _OPENING or (word in _PLAIN and opened is None):
            opened = index
        elif opened is not None and (word in _CLOSING or word in _PLAIN):
            found.append((opened, index + 1))
            opened = None
    return found


@cache
def _words() -> _Words:
    with (_DATA / "speech_words.toml").open("rb") as file:
        table = tomllib.load(file)
    with (_DATA / "speech_agencies.csv").open(encoding="utf-8", newline="") as file:
        agencies = {row["name"]: row["agency"] for row in csv.DictReader(file)}
    verbs = table["verbs"]
    phrases: dict[str, tuple[tuple[str, ...], ...]] = {}
    for text in (*verbs["phrases"], *verbs["counting"]):
        phrases[text.split()[0]] = (*phrases.get(text.split()[0], ()), tuple(text.split()))
    said = frozenset(verbs["say"]) | frozenset(verbs["others"])
    return _Words(
        say=frozenset(verbs["say"]),
        verbs=said,
        told=frozenset(verbs["told"]),
        quoting=frozenset(verbs["quoting"]),
        doubtful=frozenset(table["doubtful"]["words"]),
        statements=frozenset(table["statements"]["words"]),
        nobody=frozenset(table["nobody"]["words"]),
        phrases=phrases,
        counting=frozenset(tuple(text.split()) for text in verbs["counting"]),
        starts=said | frozenset(verbs["told"]) | frozenset(verbs["quoting"]) | frozenset(phrases) | {"according"},
        agencies=agencies,
    )
