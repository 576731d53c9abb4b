"""From a read document to its extraction: mentions with parties, time, places, human cost and who says so.

The language model reads `Article.body_text`; every span that leaves here is one of `Article.text`.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tasks.crosswalk import Parties, acled_sub_event
from tasks.errors import ArticleError
from tasks.extract.attribution import Attributed, attribution_of, find_attributions
from tasks.extract.compounds import join
from tasks.extract.mentions import Draft, Scene, drafts_of, trigger_range
from tasks.extract.names import relabel
from tasks.extract.nlp import LanguageModel
from tasks.extract.participants import DEALINGS
from tasks.extract.parties import Party
from tasks.extract.politics import is_political
from tasks.extract.quantities import FoundQuantity, find_quantities
from tasks.extract.reading import hold, read, word_set
from tasks.extract.realis import realis_of
from tasks.extract.sides import settled
from tasks.extract.syntax import Tree
from tasks.extract.times import Anchor, TimeExpression, anchor_of, anchored, find_times, time_of
from tasks.extract.times.attach import is_statement, links, opens_clause_of
from tasks.extract.tolls import KINDS, ClaimedToll, Tie, Toll, find_tolls, ties_of, to_count, toll_of_heads
from tasks.extract.weapons import weapons_near
from tasks.extract.words import verb_lemma, words
from tasks.offsets import to_text_span
from tasks.records import (
    Article,
    Attribution,
    Casualties,
    DatePrecision,
    Entity,
    EventTime,
    EventType,
    Extraction,
    Mention,
    Participant,
    PlaceCue,
    Quantity,
    Realis,
    Span,
)

if TYPE_CHECKING:
    import spacy
    from spacy.tokens import Doc

_MOST_WORDS = 20_000
_TIE = 0.5
_DEEDS = frozenset({"ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "RETREAT"})
"""Done to people; what is only said may concern 'Haiti's efforts'."""
_SPOKEN = frozenset({"AGREE", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"})
"""Done by saying so."""
_DECREED = frozenset({"CONCEDE", "SANCTION", "REJECT", "SUPPORT", "ACCUSE"})
_DECREED_MODES = frozenset(
    {"restrict", "ban", "curfew", "emergency", "censor", "ceasefire", "ease", "access", "security", "release", "deport"}
)
"""Done by an authority's decision: who announces a truce or votes to lift a ban has done it."""
_NAMES = frozenset({"NORP", "Organization", "Location", "Person"})
_ELSEWHERE = frozenset(
    {"in", "at", "near", "by", "during", "after", "before", "since", "according", "inside", "outside"}
)
_CLAIMING = frozenset({"claim", "admit", "acknowledge", "accept", "assume"})
_DOERS = re.compile(r"(?:er|or|ist|ian|ant|ee|eer)s$|men$|women$")
_NO_DOERS = word_set(
    """borders orders matters papers waters powers numbers letters quarters centers offers errors sectors reactors
    factors corridors corners headquarters tankers charters barriers frontiers disasters computers towers"""
)
_DATELINE_WEIGHT = 0.15
_ANNOUNCING = frozenset({"announce", "report", "confirm", "declare", "claim"})
_GOOD_LINK = 0.5
"""Below it a time is that of the statement that reports the event, not of the event."""
_DONE = {"kill": "killed", "abduct": "abducted"}
"""Modes of an event that say what happened to its recipients."""
_BEGINNING = word_set("began begun started erupted broke launched seized took outbreak start beginning onset invaded")
_SINCE_MOST = 10
_HARM = frozenset({"killed", "injured", "missing"})
_TOLD_LATER = _HARM | {"displaced"}
_VIOLENT = frozenset({"ASSAULT", "PROTEST"})
_OF_OTHER_TIMES = frozenset({"since", "habitual", "duration", "offset", "onset", "relative"})
_COARSE = frozenset({DatePrecision.MONTH, DatePrecision.YEAR, DatePrecision.WEEK})
_HISTORICAL_DAYS = 30
_FAR_YEARS = 1


class Facts(NamedTuple):
    """What the number, time and speech rules found in one document."""

    anchor: Anchor
    times: tuple[TimeExpression, ...]
    tolls: tuple[Toll, ...]
    quantities: tuple[FoundQuantity, ...]
    attributions: tuple[Attributed, ...]


def extract(articles: Sequence[Article], *, model: LanguageModel) -> list[Extraction | ArticleError]:
    """The extraction of every article, in order; an article that cannot be coded gives its error instead."""
    with model.memory():
        docs = model.read([_limited(article.body_text) for article in articles])
        return [_guarded(article, doc) for article, doc in zip(articles, docs, strict=True)]


def _limited(text: str) -> str:
    """The text up to the most words that are analysed; cleaning has cut it with a note, this is the last guard."""
    if len(text) < 5 * _MOST_WORDS:
        return text
    words = 0
    for position, character in enumerate(text):
        words += character.isspace()
        if words > _MOST_WORDS:
            return text[:position]
    return text


def _guarded(article: Article, doc: "Doc") -> Extraction | ArticleError:
    try:
        return code(article, doc)
    except RecursionError as error:
        return ArticleError(f"{article.name}: nested too deep to be coded: {error}")


def code(article: Article, doc: "Doc") -> Extraction:
    """Everything found in one read article."""
    join(doc)
    relabel(doc)
    hold(doc)
    locate = _Locator(article, doc)
    scene = Scene(doc)
    facts = _facts(article, doc)
    scene.cast.year = facts.anchor.date.year if facts.anchor.date else None
    drafts = drafts_of(scene)
    rejected = {draft.token for draft in drafts if draft.sense.event_type == "REJECT"}
    for draft in drafts:
        _settle(scene.tree, draft)
        if scene.tree.dep[draft.token] in {"csubj", "csubj:outer"} and scene.tree.head[draft.token] in rejected:
            draft.realis = Realis.NEGATED
    makers = _Maker(article, scene, drafts, facts, locate)
    return Extraction(
        entities=tuple(_entity(locate, article, ent) for ent in doc.ents),
        sentences=tuple(locate.tokens(first, end) for first, end in scene.tree.reading.bounds),
        mentions=tuple(makers.mention(draft) for draft in drafts),
    )


def _facts(article: Article, doc: "Doc") -> Facts:
    anchor = anchored(doc, anchor_of(article))
    return Facts(anchor, find_times(doc, anchor), find_tolls(doc), find_quantities(doc), find_attributions(doc))


def _entity(locate: "_Locator", article: Article, ent: "spacy.tokens.Span") -> Entity:
    span = locate.tokens(ent.start, ent.end)
    return Entity(start=span.start, end=span.end, label=ent.label_, text=article.text[span.start : span.end])


class _Locator:
    """From tokens and body characters to spans of the article's text."""

    def __init__(self, article: Article, doc: "Doc") -> None:
        self.article = article
        reading = read(doc)
        self.starts, self.ends = reading.starts, reading.ends

    def chars(self, start: int, end: int) -> Span:
        """Span of body characters."""
        return to_text_span(self.article.body_map, start, end)

    def tokens(self, first: int, end: int) -> Span:
        """Span of a token range that is not empty."""
        return self.chars(self.starts[first], self.ends[end - 1])

    def words(self, span: Span) -> str:
        """The text of a span, as it stands."""
        return self.article.text[span.start : span.end]


class _Maker:
    """Makes the records of one article's mentions."""

    def __init__(self, article: Article, scene: Scene, drafts: list[Draft], facts: Facts, locate: _Locator) -> None:
        self.article, self.scene, self.drafts, self.facts, self.locate = article, scene, drafts, facts, locate
        self.triggers = [draft.token for draft in drafts if draft.sense.event_type in {"ASSAULT", "COERCE", "PROTEST"}]

        self.main = self._main()
        self.loose = self._loose() if self.main is not None else ()
        """Tolls of sentences that tell no event: of the one that the story is about."""

    def _main(self) -> int | None:
        """The trigger of what the story is about: the first violence of its body that harmed somebody."""
        told = [
            draft
            for draft in self.drafts
            if draft.sense.event_type == "ASSAULT" and draft.realis is Realis.ACTUAL and not self._in_headline(draft)
        ]
        sentence = self.scene.tree.reading.sentence
        harmed = {sentence[toll.cue] for toll in self.facts.tolls if toll.kind in _HARM}
        return next((draft.token for draft in told if sentence[draft.token] in harmed), None)

    def _loose(self) -> tuple[Toll, ...]:
        """'Health officials said 117 people were wounded': harm told later, beside no event and no date of its own."""
        sentence = self.scene.tree.reading.sentence
        told = {sentence[trigger] for trigger in self.triggers}
        dated = {sentence[t.first] for t in self.facts.times if t.kind in _OF_OTHER_TIMES or t.precision in _COARSE}
        first = sentence[self.main] if self.main is not None else 0
        last = max((sentence[d.token] for d in self.drafts if d.realis is Realis.HISTORICAL), default=-1)
        return tuple(
            toll
            for toll in self.facts.tolls
            if toll.kind in _TOLD_LATER
            and toll.counted
            and toll.best != 0
            and sentence[toll.cue] > first
            and sentence[toll.cue] not in told
            and (toll.kind == "displaced" or sentence[toll.cue] not in dated)
            and sentence[toll.cue] - 1 != last
            and self.main is not None
            and not self._has_another_day(toll, self.main)
        )

    def mention(self, draft: Draft) -> Mention:
        """The record of one mention."""
        tree = self.scene.tree
        trigger = self.locate.tokens(*trigger_range(tree, draft))
        sentence = tree.reading.sentence[draft.token]
        actors = self._parties(draft.roles.actors, draft) or self._speakers(draft) or self._claimants(draft)
        recipients = self._parties(draft.roles.recipients, draft) or self._addressed(draft)
        time = self._time(draft)
        political = is_political(tree, draft, actors, recipients)
        actors, recipients = settled(draft, actors, recipients, political=political)
        sectors = Parties(_sector(actors), _sector(recipients))
        kind = EventType(draft.sense.event_type)
        return Mention(
            trigger=trigger,
            trigger_text=self.locate.words(trigger),
            sentence=self.locate.tokens(*tree.reading.bounds[sentence]),
            event_type=kind,
            mode=draft.sense.mode,
            acled_sub_event_type=acled_sub_event(
                kind, draft.sense.mode, draft.sense.acled, sectors, political=political
            ),
            realis=self._realis(draft, time),
            actors=actors,
            recipients=recipients,
            time=time,
            place_cues=self._place_cues(draft),
            casualties=self._casualties(draft),
            quantities=self._quantities(draft),
            attributions=self._attributions(draft),
            weapons=tuple(
                Entity(start=s.start, end=s.end, label="Weapon", text=self.locate.words(s))
                for s in (self.locate.tokens(t, t + 1) for t in weapons_near(tree, draft))
            ),
            political=political,
            in_headline=self._in_headline(draft),
            confidence=draft.weight,
            coreference=draft.group,
        )

    def _place_cues(self, draft: Draft) -> tuple[PlaceCue, ...]:
        spans = [(self.locate.tokens(cue.toponym.first, cue.toponym.end), cue) for cue in draft.cues]
        return tuple(
            PlaceCue(span=span, relation="dateline", weight=_DATELINE_WEIGHT)
            if self._in_dateline(span)
            else PlaceCue(span=span, relation=cue.relation, weight=round(cue.weight, 3))
            for span, cue in spans
        )

    def _in_dateline(self, span: Span) -> bool:
        line = self.article.dateline
        return line is not None and line.span.start <= span.start < line.span.end

    def _in_headline(self, draft: Draft) -> bool:
        span = self.article.headline_span
        start = self.locate.tokens(draft.token, draft.token + 1).start
        return span is not None and span.start <= start < span.end

    def _parties(self, heads: tuple[int, ...], draft: Draft) -> tuple[Participant, ...]:
        found = [party for head in heads if (party := self.scene.cast.party(head)) is not None]
        return tuple(dict.fromkeys(self._participant(party) for party in found if self._is_party(party, draft)))

    def _speakers(self, draft: Draft) -> tuple[Participant, ...]:
        """Who says what is itself an act of speech acts: 'lifting the ban is out of the question, ministers said'."""
        meant = draft.realis in {Realis.PLANNED, Realis.NEGATED} and draft.sense.event_type not in {
            "ASSAULT",
            "PROTEST",
        }
        if draft.sense.event_type not in _SPOKEN and not meant:
            return ()
        tree = self.scene.tree
        speech = words().verbs["speech"]
        above = [draft.token, *tree.ancestors(draft.token)]
        beside = [child for token in above for child in tree.with_dep(token, frozenset({"parataxis"}))]
        tellers = [verb for verb in (*above[1:], *beside) if verb_lemma(tree.lower[verb]) in speech]
        return self._parties(tuple(tree.subjects(tellers[0])), draft) if tellers else ()

    def _addressed(self, draft: Draft) -> tuple[Participant, ...]:
        """Whom an act between governments concerns, where no object names them: 'lifted the ban on the Front'."""
        if draft.sense.event_type not in DEALINGS and draft.sense.mode not in {"ease", "access"}:
            return ()
        tree, acting = self.scene.tree, set(draft.roles.actors)
        end = tree.reading.bounds_of(draft.token)[1]
        named = [
            token
            for token in range(draft.token + 1, end)
            if tree.label[token] in _NAMES
            and tree.preposition(token).split(" ")[0] not in _ELSEWHERE
            and draft.token in tree.ancestors(token)
            and not acting & {token, *tree.ancestors(token)[:2]}
        ]
        return self._parties(tuple(named[:1]), draft)

    def _claimants(self, draft: Draft) -> tuple[Participant, ...]:
        """Who claims responsibility for a deed of which the text names no other doer."""
        tree = self.scene.tree
        claims = [above for above in tree.ancestors(draft.token) if tree.lower[above] == "responsibility"]
        if draft.sense.event_type != "ASSAULT" or not claims or not tree.is_verb(tree.head[claims[0]]):
            return ()
        verb = tree.head[claims[0]]
        if verb_lemma(tree.lower[verb]) not in _CLAIMING or realis_of(tree, verb) is not Realis.ACTUAL:
            return ()
        return self._parties(tuple(tree.subjects(verb)), draft)

    def _is_party(self, party: Party, draft: Draft) -> bool:
        """Names and known roles; abstractions ('a cycle of violence') are no party."""
        identity = party.identity
        known = (
            identity.sector
            or identity.name
            or (
                identity.country
                and (draft.sense.event_type not in _DEEDS or self._is_named(party) or self._is_people(party))
            )
        )
        return bool(known) and not self._in_dateline(self.locate.tokens(party.first, party.end))

    def _is_named(self, party: Party) -> bool:
        """Whether a name stands in the phrase that is no mere adjective of an abstraction ('Iraqi calls')."""
        labels = {self.scene.tree.label[token] for token in range(party.first, party.end)}
        return bool(labels & {"Organization", "Person"})

    def _is_people(self, party: Party) -> bool:
        """Whether the phrase is built on a word for those who do something: 'Serb gunners', 'Corsican nationalists'."""
        words = [self.scene.tree.lower[token] for token in range(party.first, party.end)]
        return any(_DOERS.search(word) and word not in _NO_DOERS for word in words)

    def _participant(self, party: Party) -> Participant:
        span = self.locate.tokens(party.first, party.end)
        spans = [span]
        if party.resolved_from is not None:
            spans.append(self.locate.tokens(party.resolved_from, party.resolved_from + 1))
        identity = party.identity
        return Participant(
            text=self.locate.words(span),
            name=identity.name,
            country=identity.country,
            sector=identity.sector,
            spans=tuple(spans),
        )

    def _time(self, draft: Draft) -> EventTime:
        trigger = self.scene.doc[draft.token]
        time = time_of(trigger, self.facts.times, self.facts.anchor)
        if time.start is None and (announced := self._announced(draft)) is not None:
            return announced
        if time.span is None:
            return time
        return msgspec.structs.replace(time, span=self.locate.chars(time.span.start, time.span.end))

    def _announced(self, draft: Draft) -> EventTime | None:
        """The day of a statement by which an actor tells its own doing: 'the army announced on Friday bombing ...'."""
        tree, token = self.scene.tree, draft.token
        verb = tree.clause_verb(token)
        if verb == token or verb_lemma(tree.lower[verb]) not in _ANNOUNCING:
            return None
        if not set(tree.subjects(verb)) & set(draft.roles.actors):
            return None
        said = [link.expression for link in links(self.scene.doc[token], self.facts.times) if link.expression.start]
        if not said:
            return None
        span = self.locate.chars(said[0].start_char, said[0].end_char)
        return EventTime(
            start=said[0].start,
            end=said[0].stop,
            precision=said[0].precision,
            text=said[0].text,
            span=span,
            basis="statement",
            time_of_day=said[0].time_of_day,
        )

    def _realis(self, draft: Draft, time: EventTime) -> Realis:
        """Past the event's date it is background: historical from thirty days before the story on."""
        realis = draft.realis
        if realis not in {Realis.ACTUAL, Realis.ONGOING}:
            return realis
        if draft.sense.event_type in {"ASSAULT", "COERCE"} and self._is_tally(draft):
            return Realis.GENERIC
        if time.start is None:
            return realis
        anchor = self.facts.anchor.date
        if anchor is None:
            return realis
        latest = (time.end or time.start).ljust(10, "9")
        border = (anchor - dt.timedelta(days=_HISTORICAL_DAYS)).isoformat()
        return Realis.HISTORICAL if latest < border else realis

    def _is_tally(self, draft: Draft) -> bool:
        """'At least 52 have been killed since March': many events in one number."""
        own = links(self.scene.doc[draft.token], self.facts.times)
        if draft.sense.mode == "kill" and self._is_perfect_since(draft.token):
            return True
        if (
            not own
            or opens_clause_of(self.scene.tree.reading, draft.token, own[0].expression)
            or own[0].score < _GOOD_LINK
            or own[0].expression.kind not in {"since", "duration", "habitual", "point", "range"}
        ):
            return False
        tree = self.scene.tree
        kind = own[0].expression.kind
        perfect = kind == "since" and (
            draft.sense.mode == "kill"
            or any(tree.lower[child] in {"has", "have", "'ve"} for child in tree.children[draft.token])
        )
        return (
            perfect
            or own[0].expression.kind == "habitual"
            or own[0].expression.text.lower().endswith(("years", "months", "decades"))
        )

    def _is_perfect_since(self, token: int) -> bool:
        """'172 have been killed since the war began': a count over a stretch that its beginning names."""
        tree = self.scene.tree
        words = tree.lower[token : tree.reading.bounds_of(token)[1]]
        perfect = {"has", "have", "had", "'ve"} & {tree.lower[child] for child in tree.children[token]}
        if not perfect or "since" not in words:
            return False
        return bool(_BEGINNING & set(words[words.index("since") :][:_SINCE_MOST]))

    def _casualties(self, draft: Draft) -> Casualties:
        if draft.sense.event_type not in _DEEDS:
            return Casualties()
        token = self.scene.doc[draft.token]
        rivals = [trigger for trigger in self.triggers if trigger != draft.token]
        ties = [tie for tie in ties_of(token, self.facts.tolls, self.scene.doc, rivals=rivals) if tie.score >= _TIE]
        tolls = [tie.toll for tie in ties if not self._is_stray(tie, draft)]
        if draft.token == self.main:
            tolls += [toll for toll in self.loose if toll not in tolls]
        kind_done = _DONE.get(draft.sense.mode or "")
        if kind_done:
            heads = [head for head in draft.roles.recipients if not self._is_told(head, kind_done)]
            tolls += toll_of_heads(self.scene.doc, kind_done, draft.token, heads)
        counts = {}
        for kind in KINDS:
            claimed = [self._claimed(toll) for toll in tolls if toll.kind == kind]
            count = to_count(claimed, locate=self.locate.chars, words=self.locate.words)
            if count is not None:
                counts[kind] = count
        return Casualties(**counts)

    def _is_stray(self, tie: Tie, draft: Draft) -> bool:
        """Whether harm of the next sentence stands beside what harms nobody (a curfew), or has a day of its own."""
        if tie.relation != "next-sentence":
            return False
        harmless = draft.sense.event_type not in _VIOLENT and tie.toll.kind in _HARM
        return harmless or self._has_another_day(tie.toll, draft.token)

    def _has_another_day(self, toll: Toll, trigger: int) -> bool:
        """Whether the sentence of a toll gives a day that is not the trigger's."""
        reading = self.scene.tree.reading
        days = {
            time.start
            for time in self.facts.times
            if reading.sentence[time.first] == reading.sentence[toll.cue]
            and time.kind in ("point", "range")
            and time.precision is DatePrecision.DAY
            and not is_statement(reading, time)
        }
        own = time_of(self.scene.doc[trigger], self.facts.times, self.facts.anchor).start
        return bool(days) and own is not None and own not in days

    def _is_told(self, head: int, kind: str) -> bool:
        """Whether a toll speaks of a person already, or of one who is hurt, or of who stands beside in apposition."""
        tolls = (toll for toll in self.facts.tolls if toll.kind in (kind, "killed", "injured"))
        return any(head in range(toll.first - 2, toll.end) for toll in tolls)

    def _claimed(self, toll: Toll) -> ClaimedToll:
        said = attribution_of(toll.cue, self.facts.attributions)
        return ClaimedToll(toll, said.claimant if said else None, said.agency if said else None)

    def _quantities(self, draft: Draft) -> tuple[Quantity, ...]:
        tree = self.scene.tree
        sentence = tree.reading.sentence[draft.token]
        return tuple(
            self._quantity(found) for found in self.facts.quantities if tree.reading.sentence[found.first] == sentence
        )

    def _quantity(self, found: FoundQuantity) -> Quantity:
        said = attribution_of(found.first, self.facts.attributions)
        span = self.locate.chars(found.start_char, found.end_char)
        return Quantity(
            kind=found.kind,
            number=found.number,
            low=found.low,
            high=found.high,
            unit=found.unit,
            text=self.locate.words(span),
            span=span,
            claimant=said.claimant if said else None,
        )

    def _attributions(self, draft: Draft) -> tuple[Attribution, ...]:
        said = attribution_of(draft.token, self.facts.attributions)
        if said is None:
            return ()
        quote = (
            self.locate.chars(said.quote_start, said.quote_end)
            if said.quote_start is not None and said.quote_end is not None
            else None
        )
        return (
            Attribution(
                speaker=said.speaker,
                organisation=said.organisation,
                agency=said.agency,
                span=self.locate.chars(said.cue_start, said.cue_end),
                quote=quote,
            ),
        )


def _settle(tree: Tree, draft: Draft) -> None:
    """What is carried out by deciding it, and an attempt at violence, has happened; announced is as good as done."""
    if not tree.is_verb(draft.token) and tree.with_dep(draft.token, frozenset({"cop"})):
        draft.weight = 1.0
    verb = tree.head[draft.token]
    if verb == draft.token or not tree.is_verb(verb) or tree.dep[draft.token] not in {"obj", "dobj", "xcomp"}:
        return
    lemma, lists = verb_lemma(tree.lower[verb]), words().verbs
    told = realis_of(tree, verb) is Realis.ACTUAL
    if told and draft.realis in {Realis.PLANNED, Realis.HYPOTHETICAL} and _is_done(tree, draft, lemma):
        draft.realis = Realis.ACTUAL
    announced = lemma in lists["announcing"] and _is_decreed(draft)
    asked_for = not tree.is_verb(draft.token) and any(need.relation == "gov" for need in draft.sense.needs)
    if told and draft.realis is Realis.ACTUAL and (announced or asked_for):
        draft.weight = 1.0


def _is_done(tree: Tree, draft: Draft, lemma: str) -> bool:
    """Whether the verb above makes a fact of what is otherwise only meant."""
    lists, sense = words().verbs, draft.sense
    if not tree.is_verb(draft.token) and lemma in lists["light"] - lists["planning"]:
        return True
    if sense.event_type == "ASSAULT" or (sense.event_type == "COERCE" and sense.mode == "cyber"):
        return tree.is_verb(draft.token) and lemma in lists["attempting"]
    return _is_decreed(draft) and lemma in lists["deciding"]


def _is_decreed(draft: Draft) -> bool:
    return draft.sense.event_type in _DECREED or draft.sense.mode in _DECREED_MODES


def _sector(parties: tuple[Participant, ...]) -> str | None:
    return next((party.sector for party in parties if party.sector), None)
