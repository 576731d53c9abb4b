"""Which mentions of an article tell the same event."""

import datetime as dt
import re
from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from tasks.records import Article, Count, Mention, Participant, Place, PlaceLevel, PlaceRole, Realis, Span

_FAMILIES = {
    "COERCE": {
        "arrest": "arrest",
        "raid": "raid",
        "seize": "seize",
        "deport": "deport",
        "evict": "deport",
        "curfew": "curfew",
        "emergency": "curfew",
        "siege": "siege",
        "repress": "repress",
        "restrict": "repress",
        "censor": "repress",
    },
    "PROTEST": {"strike": "strike", "hunger-strike": "hunger", "boycott": "boycott"},
    "RETREAT": {
        "release": "release",
        "ease": "ease",
        "withdraw": "withdraw",
        "ceasefire": "ceasefire",
        "surrender": "surrender",
    },
    "MOBILIZE": {
        "deploy": "deploy",
        "patrol": "deploy",
        "alert": "deploy",
        "move": "deploy",
        "exercise": "exercise",
        "test": "test",
    },
}
_ASSAULT = {
    "rob": "rob",
    "abduct": "abduct",
    "hijack": "abduct",
    "sexual": "sexual",
    "arson": "property",
    "destroy": "property",
    "cyber": "cyber",
    "torture": "torture",
}
_SEPARATE = frozenset(
    {"another", "separate", "second", "third", "other", "different", "similar", "previous", "earlier", "last", "recent"}
)
_ELSEWHERE = frozenset({"elsewhere", "separately", "separate", "another", "other", "meanwhile"})
_MEANS = (
    frozenset({"aerial", "military-strike", "missile", "heavy-weapons"}),
    frozenset({"bomb", "suicide-bomb", "grenade"}),
    frozenset({"firearms", "gunfight", "ambush", "storm"}),
    frozenset({"stab"}),
    frozenset({"invasion", "war"}),
    frozenset({"beat", "stones"}),
    frozenset({"chemical"}),
    frozenset({"vehicle"}),
)
"""Modes that one event can be told with; two modes of different sets are two events, unless the rest says otherwise."""
_POINTING = frozenset({"the", "this", "that", "these", "those"})
_SPREAD = re.compile(
    r"(?i)\b(?:nation-?wide|country-?wide|state-?wide|simultaneous(?:ly)?|coordinated)\b"
    r"|\b(?:across|throughout|around) (?:the|this|its|much of the|most of the|parts of the)"
    r" (?:country|nation|region|state|province|territory|city|capital)\b"
    r"|\b(?:several|various|multiple|many|different|other|two|three|four|five|six|seven|eight|nine|ten|dozens? of|\d+)"
    r"(?: (?:other|different|major|main|more|large|small|key))? (?:\w+ )?"
    r"(?:cities|towns|villages|districts|provinces|states|regions|locations|places|areas|sites|neighbou?rhoods)\b"
)
_THRESHOLD = 0.3
_LOOSE = frozenset({"narrative", "statement", "default", None})
_NEAR_KM = 30.0
_EARTH_KM = 12742.0
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_TIED = 0.45
_FAR_CHARS = 2500
_LEAD_CHARS = 300


def family(event_type: str, mode: str | None) -> str:
    """Modes that can be one event share a family."""
    if event_type == "ASSAULT":
        return _ASSAULT.get(mode or "", "violence")
    return _FAMILIES.get(event_type, {}).get(mode or "", "demo" if event_type == "PROTEST" else "other")


class Telling:
    """A mention, and how it is put."""

    def __init__(self, mention: Mention, article: Article) -> None:
        self.mention = mention
        self.family = family(mention.event_type, mention.mode)
        before = article.text[max(0, mention.trigger.start - 60) : mention.trigger.start].lower().split()
        self.set_off = _set_off(mention)
        self.opens_body = _opens_body(mention, article)
        self.pointing = any(word in _POINTING for word in before[-3:])
        opening = article.text[mention.sentence.start : mention.sentence.end].lower().split()[:4]
        self.separate = _is_called_separate(before[-3:]) or any(
            word.strip(",") in _ELSEWHERE and not (word.strip(",") == "meanwhile" and self.pointing) for word in opening
        )
        self.spread = _SPREAD.search(article.text, mention.sentence.start, mention.sentence.end) is not None
        """Whether it is said to have happened in several places at once."""


def _opens_body(mention: Mention, article: Article) -> bool:
    """Whether it stands in the lead, which tells what the headline told."""
    headline = article.headline_span
    return headline is not None and headline.end <= mention.trigger.start < headline.end + _LEAD_CHARS


def _is_called_separate(before: Sequence[str]) -> bool:
    """'a second, smaller attack', not '14 other troops were wounded' nor 'another 12 killed'."""
    at = next((number for number, word in enumerate(before) if word.strip(",") in _SEPARATE), None)
    return at is not None and not any(word in _VERBAL or word[:1].isdigit() for word in before[at + 1 :])


_VERBAL = frozenset({"was", "were", "are", "is", "had", "have", "has", "been", "being", "people", "others"})
_OFF = ("after", "before", "of")


def _set_off(mention: Mention) -> Span | None:
    """The words of 'a day after', where they set a mention off from what its sentence otherwise tells."""
    time = mention.time
    own = time.basis == "narrative" and time.span is not None and _holds(mention.sentence, time.span)
    return time.span if own and (time.text or "").endswith(_OFF) else None


def clusters_of(tellings: Sequence[Telling]) -> list[list[Telling]]:
    """Groups of tellings of one event, in order of the first of each."""
    clusters: list[list[Telling]] = []
    for telling in tellings:
        telling.set_off = telling.set_off and _apart_from_host(telling, tellings)
    for group in _groups(tellings):
        best = max(((_fit(cluster, group), -number) for number, cluster in enumerate(clusters)), default=(0.0, 0))
        if best[0] >= _THRESHOLD:
            clusters[-best[1]].extend(group)
        else:
            clusters.append(list(group))
    return [sorted(cluster, key=lambda telling: telling.mention.trigger.start) for cluster in clusters]


def _apart_from_host(telling: Telling, tellings: Sequence[Telling]) -> Span | None:
    """What sets a telling off, unless what its sentence otherwise tells is of another type: a decree, hours after."""
    span, sentence = telling.set_off, telling.mention.sentence
    hosts = [
        t.mention for t in tellings if span and t.mention.sentence == sentence and t.mention.trigger.end <= span.start
    ]
    alike = any(host.event_type is telling.mention.event_type for host in hosts)
    return span if alike or not hosts else None


def _groups(tellings: Sequence[Telling]) -> list[list[Telling]]:
    """What extraction already knows to be one event."""
    found: dict[tuple[int, str, str], list[Telling]] = {}
    for number, telling in enumerate(tellings):
        mention = telling.mention
        known = mention.coreference if mention.coreference is not None else -1 - number
        found.setdefault((known, mention.event_type, mention.realis), []).append(telling)
    return list(found.values())


def _fit(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    """How well a group of tellings fits an event; below zero if something speaks against it."""
    one, two = cluster[0], group[0]
    if one.mention.event_type is not two.mention.event_type or not _same_reality(one.mention, two.mention):
        return -1.0
    if not {telling.family for telling in cluster} & {telling.family for telling in group}:
        return -1.0
    score = 0.5
    score += _of_time(cluster, group)
    score -= 0.5 * ({telling.set_off for telling in cluster}.isdisjoint(telling.set_off for telling in group))
    score += _of_place(cluster, group)
    score += _of_parties(cluster, group)
    score += _of_tolls(cluster, group)
    score += _of_words(cluster, group)
    score += _of_means(cluster, group)
    return score


def _same_reality(one: Mention, two: Mention) -> bool:
    happened = {Realis.ACTUAL, Realis.ONGOING, Realis.HISTORICAL}
    return one.realis is two.realis or {one.realis, two.realis} <= happened


def _of_time(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    ours, theirs = _dates(cluster), _dates(group)
    if ours and theirs:
        same = any(a.startswith(b) or b.startswith(a) for a in ours for b in theirs)
        return 0.15 if same else -0.6
    if ours or theirs:
        open_days = _weekdays(cluster) | _weekdays(group)
        if open_days:
            return 0.1 if open_days & {_weekday(day) for day in ours | theirs} else -0.4
    if _is_of_another_month(cluster, group):
        return -0.5
    if _is_background(cluster) != _is_background(group):
        return -0.4
    return -0.1 if _is_past(cluster) != _is_past(group) else 0.0


def _dates(tellings: Sequence[Telling]) -> set[str]:
    """Days that the text gives for the tellings themselves, not for what was told before them."""
    times = ((t.mention.time, t.mention.sentence) for t in tellings)
    return {
        time.start
        for time, sentence in times
        if time.start and (time.basis not in _LOOSE or (time.basis == "narrative" and _holds(sentence, time.span)))
    }


def _holds(sentence: Span, span: Span | None) -> bool:
    return span is not None and sentence.start <= span.start < sentence.end


def _weekdays(tellings: Sequence[Telling]) -> set[str]:
    """Weekdays that the text names and nothing resolves."""
    texts = [(t.mention.time.text or "").lower() for t in tellings if t.mention.time.start is None]
    return {day for day in _WEEKDAYS for text in texts if day in text}


def _is_of_another_month(cluster: Sequence[Telling], group: Sequence[Telling]) -> bool:
    """'on Monday' and 'in May', in a story without a date: its own days go by their weekday, past ones by the month."""
    ours, theirs = _months(cluster), _months(group)
    return bool((ours and not theirs and _weekdays(group)) or (theirs and not ours and _weekdays(cluster)))


def _months(tellings: Sequence[Telling]) -> set[str]:
    """Months that the text names and nothing resolves."""
    texts = [t.mention.time.text or "" for t in tellings if t.mention.time.start is None]
    return {month for month in _MONTHS for text in texts if month in text.split()}


def _weekday(date: str) -> str:
    return _WEEKDAYS[dt.date.fromisoformat(date).weekday()] if len(date) == 10 else ""


def _is_background(tellings: Sequence[Telling]) -> bool:
    """Told as what the story's own event answers to."""
    return any(t.mention.realis is Realis.HISTORICAL and t.mention.time.start is None for t in tellings)


def _is_past(tellings: Sequence[Telling]) -> bool:
    return any(t.mention.realis is Realis.HISTORICAL for t in tellings)


def _of_means(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    ours = {number for t in cluster for number, modes in enumerate(_MEANS) if t.mention.mode in modes}
    theirs = {number for t in group for number, modes in enumerate(_MEANS) if t.mention.mode in modes}
    return -0.35 if ours and theirs and not ours & theirs else 0.0


def _of_place(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    ours = [place for t in cluster for place in t.mention.locations if _counts(place, t.mention)]
    theirs = [place for t in group for place in t.mention.locations if _counts(place, t.mention)]
    if not ours or not theirs:
        return 0.0
    if any(_near(a, b) for a in ours for b in theirs):
        return 0.2
    same_country = {place.country for place in ours} & {place.country for place in theirs} - {None}
    if not same_country:
        return -0.45
    return 0.0 if any(telling.spread for telling in (*cluster, *group)) else -0.3


def _counts(place: Place, mention: Mention) -> bool:
    """Whether a place is resolved and tied to the mention well enough to tell events apart by it."""
    if place.role is not PlaceRole.EVENT or place.lat is None or (place.score or 0.5) < 0.3:
        return False
    return any(
        cue.weight >= _TIED and cue.span.start < place.end and place.start < cue.span.end for cue in mention.place_cues
    )


def _near(one: Place, two: Place) -> bool:
    broad = {PlaceLevel.COUNTRY, PlaceLevel.ADMIN1, PlaceLevel.REGION}
    if one.level in broad or two.level in broad:
        same_country = one.country == two.country or not one.country or not two.country
        if PlaceLevel.COUNTRY in {one.level, two.level}:
            return same_country
        return same_country and (one.admin1 == two.admin1 or km_between(one, two) < 5 * _NEAR_KM)
    return km_between(one, two) <= _NEAR_KM


def km_between(one: Place, two: Place) -> float:
    """Distance of two places on the globe."""
    if one.lat is None or one.lon is None or two.lat is None or two.lon is None:
        return _EARTH_KM
    first, second = radians(one.lat), radians(two.lat)
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(radians(two.lon - one.lon) / 2) ** 2
    return _EARTH_KM * asin(min(1.0, sqrt(half)))


def _of_parties(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    """The same victim speaks for one event, another named victim or another side against it."""
    score = 0.0
    ours = _names([p for t in cluster for p in t.mention.recipients])
    theirs = _names([p for t in group for p in t.mention.recipients])
    if ours and theirs:
        score += 0.2 if ours & theirs else -0.5
    elif _is_plural(cluster) is not None and _is_plural(group) is not None and _is_plural(cluster) != _is_plural(group):
        score -= 0.15
    score += _of_countries([p for t in cluster for p in t.mention.actors], [p for t in group for p in t.mention.actors])
    score += _of_countries(
        [p for t in cluster for p in t.mention.recipients], [p for t in group for p in t.mention.recipients]
    )
    return score


def _is_plural(tellings: Sequence[Telling]) -> bool | None:
    """Whether the recipients are many; None where none is described."""
    heads = [_head_word(party.text) for telling in tellings for party in telling.mention.recipients if party.spans]
    return (
        any(head.endswith("s") or head in {"people", "men", "women", "children"} for head in heads) if heads else None
    )


def _head_word(phrase: str) -> str:
    """The last word before a preposition or comma."""
    words: list[str] = []
    for word in phrase.lower().split():
        if words and word in {"of", "in", "from", "at", "with", "for", "who", "to", "on"}:
            break
        words.append(word.strip(",.'’\""))
        if word.endswith(","):
            break
    return words[-1] if words else ""


def _names(parties: Sequence[Participant]) -> set[str]:
    """Last words of the names of single people."""
    return {
        party.name.split()[-1].lower()
        for party in parties
        if party.name and party.sector == "CVL" and party.name[0].isupper()
    }


def _of_countries(ours: Sequence[Participant], theirs: Sequence[Participant]) -> float:
    one = {party.country for party in ours if party.country}
    two = {party.country for party in theirs if party.country}
    if not one or not two:
        return 0.0
    return 0.1 if one & two else -0.25


def _of_tolls(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    ours = [count.best for t in cluster if (count := t.mention.casualties.killed) and _is_counted(count)]
    theirs = [count.best for t in group if (count := t.mention.casualties.killed) and _is_counted(count)]
    if not ours or not theirs:
        return 0.0
    return 0.15 if set(ours) & set(theirs) else -0.2


def _is_counted(count: Count) -> bool:
    return count.best is not None and count.best > 1


def _of_words(cluster: Sequence[Telling], group: Sequence[Telling]) -> float:
    two = group[0]
    score = 0.15 if two.pointing else 0.0
    if two.separate:
        score -= 0.5
    gap = min(abs(a.mention.trigger.start - b.mention.trigger.start) for a in cluster for b in group)
    if all(telling.mention.in_headline for telling in cluster) and two.opens_body:
        score += 0.25
    if gap > _FAR_CHARS:
        score -= 0.1
    if gap < 200:
        score += 0.05
    return score
