"""Which place each name of an article means, decided for all its names together.

Every name has its candidates; every candidate has features of its own (people, kind of place, fit of the name) and
of its company (how much of what the other names mean lies in its country, its division, its neighbourhood). A first
pass ranks by the former, two more add the latter as the pass before judged it. The weights are a linear table
(weights.toml), fitted by benchmarks/fit_places.py.
"""

import math
import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from tasks.geocode.gazetteer import Gazetteer, Hits
from tasks.geocode.index import CAPITAL, FACT, LEADING, Array, Kind
from tasks.geocode.names import plain_key

WEIGHTS_FILE = Path(__file__).parent / "weights.toml"
N_PASSES = 3
EARTH_KM = 6371.0

SETTLED = frozenset({"PPL", "PPLC", "PPLA", "PPLA2", "PPLA3", "PPLA4", "PPLF", "PPLG", "PPLL", "PPLS", "PPLX", "STLMT"})
GROUPS = {
    "country": frozenset({"PCLI"}),
    "admin1": frozenset({"ADM1"}),
    "admin2": frozenset({"ADM2", "ADM3", "ADM4", "ADM5", "ADMD"}),
    "settlement": SETTLED,
    "region": frozenset({"RGN", "CONT", "AREA", "RSV", "DLTA", "PLN", "VAL", "PRK", "FRST", "DSRT", "PEN"}),
    "water": frozenset({"STM", "LK", "LKS", "SEA", "OCN", "GULF", "BAY", "STRT", "CHN", "CNL", "SD", "FLLS", "ESTY"}),
    "land": frozenset({"MT", "MTS", "ISL", "ISLS", "VLC", "CAPE", "PASS", "HLL", "RF", "SHOL", "ATOL", "ISTH"}),
}
"""Everything else is a spot: district, base, building, crossing."""
GROUP_NAMES = (*GROUPS, "spot")
KINDS = len(GROUP_NAMES)


EMPTY: Array = np.zeros(0)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One name of an article, however often it stands there, and what its surroundings say."""

    name: str
    hits: Hits
    count: int = 1
    hint: str = ""
    """'admin1', 'admin2', 'water' ... where a generic word says what it is ('Walker County')."""
    container: int = -1
    """Number of the question it is said to lie in ('Paris, Texas'), -1 for none."""
    beside: int = -1
    """Number of the question it is said to lie `distance_km` from, -1 for none."""
    distance_km: float = 0.0
    bearing: float | None = None
    listed: tuple[int, ...] = ()
    """Numbers of the questions it stands in a list with: 'Washington, New York and Boston'."""
    weak: bool = False
    """A clue, not a mention: a publisher's town."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What the article says beside its place names."""

    demonyms: dict[str, int] = {}
    """How often each country's adjectives occur, by ISO2."""
    home: str = ""
    """ISO2 of the publisher's country."""
    dateline: int = -1
    """Number of the question that is the dateline's place."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The candidates of one question, best first."""

    order: Array
    """Positions in the question's hits."""
    shares: Array
    """Softmax over the candidates, in that order."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The fitted table: one vector per pass, and how shares are turned into probabilities."""

    passes: tuple[Array, ...]
    calibration: tuple[float, float, float]


def read_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """The weights of a TOML table."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    vectors = tuple(np.array([table[f"pass{n}"].get(name, 0.0) for name in FEATURES]) for n in range(N_PASSES))
    return Weights(
        passes=vectors,
        calibration=(table["calibration"]["slope"], table["calibration"]["intercept"], table["calibration"]["unlike"]),
    )


OWN_FEATURES = (
    "people", "people_lead", "fame", "capital", "leading", "fact",
    *(f"is_{group}" for group in GROUP_NAMES),
    *(f"people_{group}" for group in ("country", "admin1", "admin2", "settlement")),
    "by_alternate", "by_derived", "by_code", "by_demonym", "unlike",
    "quarter", "seat", "hint_fits", "hint_fails", "first",
    "holds_as_division", "holds_as_settlement", "share_of_people", "large_settlement", "home_country",
)  # fmt: skip
COMPANY_FEATURES = (
    "country_share", "country_any", "division_share", "division_any", "near_share", "near_any", "close_any",
    "country_named", "division_named", "demonym_share", "within_container", "outside_container",
    "dateline_country", "dateline_near",
    *(f"country_share_{group}" for group in GROUP_NAMES[:4]),
    *(f"division_share_{group}" for group in GROUP_NAMES[:4]),
    "holds_share", "near_share_settlement", "close_share",
    "capital_country", "capital_named", "possible_near", "possible_close", "possible_division",
    "possible_near_settlement", "same_place", "capital_abroad", "settlement_abroad",
    "listed_alike",
)  # fmt: skip
FEATURES = OWN_FEATURES + COMPANY_FEATURES


class Board(msgspec.Struct, kw_only=True):
    """All candidates of all questions of an article, as flat columns."""

    rows: Array
    owner: Array
    """Number of the question, per candidate."""
    starts: Array
    """First candidate of each question, and the end."""
    code: Array
    group: Array
    country: Array
    admin1: Array
    xyz: Array
    lead: Array
    """Population on a logarithmic scale."""
    capital: Array
    division_of: Array
    """The candidates' divisions, numbered within the article."""
    place_of: Array
    """The candidates' places, numbered within the article: one place may answer to two names."""
    name_of: Array
    """The candidates' names, numbered: 'London' and 'London, Ontario' are two questions of one name."""
    own: Array = EMPTY
    possible: Array = EMPTY
    """How many other questions have any candidate near: within about 100 km, 25 km, in the same division; as shares."""


class Ranker:
    """Ranks with one gazetteer and one table of weights."""

    def __init__(self, gazetteer: Gazetteer, weights: Weights | None) -> None:
        self.gazetteer = gazetteer
        self.weights = weights
        index = gazetteer.index
        self._group_of_code = np.array([_group_of(code) for code in index.codes], "u1")
        self._is_quarter = np.array([code == "PPLX" for code in index.codes])
        self._is_seat = np.array([code in {"PPLA", "PPLA2"} for code in index.codes])
        self._division_row = np.array(index.division_rows, "i8")
        self._country_row = np.array(index.country_rows, "i8")

    def rank(self, questions: Sequence[Question], setting: Setting) -> list[Answer]:
        """The answers to all questions of an article, each best candidate first."""
        if self.weights is None or not questions:
            return []
        board = self.board(questions, setting)
        scores = board.own @ self.weights.passes[0][: len(OWN_FEATURES)]
        for vector in self.weights.passes[1:]:
            company = self.company(board, questions, setting, shares_of(scores, board))
            scores = board.own @ vector[: len(OWN_FEATURES)] + company @ vector[len(OWN_FEATURES) :]
        return _answers(board, scores)

    # --- features of a candidate alone ---

    def board(self, questions: Sequence[Question], setting: Setting) -> Board:
        """The candidates and their own features."""
        index = self.gazetteer.index
        rows = np.concatenate([q.hits.rows for q in questions])
        sizes = np.array([len(q.hits) for q in questions])
        starts = np.append(0, np.cumsum(sizes))
        owner = np.repeat(np.arange(len(questions)), sizes)
        lat, lon = np.radians(index.lat[rows].astype("f8")), np.radians(index.lon[rows].astype("f8"))
        xyz = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
        code, country, admin1 = index.code[rows], index.country[rows].astype("i4"), index.admin1[rows].astype("i4")
        board = Board(
            rows=rows, owner=owner, starts=starts, code=code, group=self._group_of_code[code],
            country=country, admin1=admin1, xyz=xyz,
            lead=np.log10(1.0 + np.maximum(index.population[rows], 0)), capital=(index.flags[rows] & CAPITAL) > 0,
            division_of=_numbered(admin1), place_of=_numbered(rows),
            name_of=_name_numbers(questions)[owner],
        )  # fmt: skip
        board.own = self._own_features(board, questions, setting)
        board.possible = _possible(board, len(questions))
        return board

    def _own_features(self, board: Board, questions: Sequence[Question], setting: Setting) -> Array:
        index = self.gazetteer.index
        kinds = np.concatenate([q.hits.kinds for q in questions])
        likeness = np.concatenate([q.hits.likeness for q in questions])
        flags = index.flags[board.rows]
        lead = board.lead / 7
        groups = [board.group == number for number in range(len(GROUP_NAMES))]
        settled = groups[3]
        best = _max_per_question(lead, board)
        people = 10**board.lead
        share = people / np.maximum(_sum_per_question(people * settled, board), 1.0) * settled
        holds = np.isin(board.owner, [q.container for q in questions])
        hints = np.array([GROUP_NAMES.index(q.hint) if q.hint else -1 for q in questions])[board.owner]
        home = index.countries.index(setting.home) if setting.home and setting.home in index.countries else -1
        columns = [
            lead, lead - best, np.log1p(index.fame[board.rows]) / 6, (flags & CAPITAL) > 0, (flags & LEADING) > 0,
            (flags & FACT) > 0, *groups, *(lead * groups[n] for n in range(4)),
            kinds == Kind.ALTERNATE, kinds == Kind.DERIVED, kinds == Kind.CODE, kinds == Kind.DEMONYM, 1 - likeness,
            self._is_quarter[board.code] & settled, self._is_seat[board.code],
            (hints >= 0) & (hints == board.group), (hints >= 0) & (hints != board.group),
            np.arange(len(board.rows)) == board.starts[board.owner], holds & (board.group < 3), holds & settled,
            share, settled * (board.lead > 5.3),
            board.country == home,
        ]  # fmt: skip
        return _table(columns, board)

    # --- features of the company it keeps ---

    def company(self, board: Board, questions: Sequence[Question], setting: Setting, shares: Array) -> Array:
        """The features that depend on what the other names mean, given their candidates' shares."""
        index = self.gazetteer.index
        weight = np.array([0.5 if q.weak else 1.0 + 0.3 * math.log(q.count) for q in questions])
        mass = shares * weight[board.owner]
        others = np.maximum(weight.sum() - weight[board.owner], 1e-9)
        n = len(questions)
        country = _mass_elsewhere(board.country, mass, board.owner) * (board.country > 0)
        itself = _mass_elsewhere(board.place_of, mass, board.name_of)
        division = _mass_elsewhere(board.division_of, mass, board.owner) * (board.admin1 > 0)
        division = np.maximum(division - itself, 0.0)  # 'Mexico City' is no company for Mexico City
        same = np.minimum(itself, 1.0)
        abroad = _foreign_affairs(board, mass, n)
        near, close, nearest = self._nearness(board, mass)
        named = self._named(board, shares)
        groups = [board.group == number for number in range(4)]
        country_share, division_share = country / others, division / others
        demonyms = np.zeros(len(index.countries))
        total = sum(setting.demonyms.values())
        for code, count in setting.demonyms.items():
            if code in index.countries:
                demonyms[index.countries.index(code)] = count / total
        within, outside = self._containment(board, questions, shares)
        dateline_country, dateline_near = self._to_dateline(board, setting, shares)
        holds = np.where(groups[0], country_share, np.where(groups[1], division_share, 0.0))
        columns = [
            country_share, np.minimum(country, 1.0), division_share, np.minimum(division, 1.0), near / others,
            np.minimum(near, 1.0), nearest, *named, demonyms[board.country], within, outside,
            dateline_country, dateline_near,
            *(country_share * group for group in groups), *(division_share * group for group in groups),
            holds, near / others * groups[3], np.minimum(close, 1.0),
            board.capital * np.minimum(country, 1.0), board.capital * named[0],
            board.possible[:, 0], board.possible[:, 1], board.possible[:, 2], board.possible[:, 0] * groups[3],
            same, board.capital * abroad, groups[3] * abroad, _listed_alike(board, questions, shares),
        ]  # fmt: skip
        return _table(columns, board)

    def _nearness(self, board: Board, mass: Array) -> tuple[Array, Array, Array]:
        """How much of the other names' mass lies within about 100 km, within 25 km, and the nearest of it."""
        kept = np.flatnonzero((mass > 0.02) & ((board.group >= 2) & (board.group != 4)))
        if not len(kept):
            zero = np.zeros(len(board.rows))
            return zero, zero, zero
        foreign = board.owner[:, None] != board.owner[kept][None, :]
        foreign &= ~_is_itself(board, kept)
        kernel = np.exp(_distance_km(board.xyz, board.xyz[kept]) * -0.01) * foreign
        weights = kernel * mass[kept]
        return weights.sum(1), (kernel**4) @ mass[kept], weights.max(1)  # the fourth power of 100 km's is 25 km's

    def _named(self, board: Board, shares: Array) -> tuple[Array, Array]:
        """Whether another name of the article is the candidate's own country, its own division."""
        at = np.flatnonzero((shares > 0.1) & (board.group < 2))
        country = _elsewhere(at, self._country_row[board.country], board, shares)
        division = _elsewhere(at, self._division_row[board.admin1], board, shares)
        return country, division

    def _containment(self, board: Board, questions: Sequence[Question], shares: Array) -> tuple[Array, Array]:
        """How surely a candidate lies in what the text says it lies in, and how surely not."""
        within, outside = np.zeros(len(board.rows)), np.zeros(len(board.rows))
        for number, question in enumerate(questions):
            if question.container < 0 and question.beside < 0:
                continue
            own = slice(board.starts[number], board.starts[number + 1])
            lies = np.ones(board.starts[number + 1] - board.starts[number])
            if question.container >= 0:
                held = slice(board.starts[question.container], board.starts[question.container + 1])
                lies = lies * (self._lies_in(board, own, held) @ shares[held])
            if question.beside >= 0:
                held = slice(board.starts[question.beside], board.starts[question.beside + 1])
                lies = lies * (_lies_beside(board, own, held, question) @ shares[held])
            within[own], outside[own] = lies, 1 - lies
        return within, outside

    def _lies_in(self, board: Board, inner: slice, outer: slice) -> Array:
        """Which inner candidates lie in which outer ones: same country, same division, or near a smaller place."""
        group = board.group[outer][None, :]
        different = board.rows[inner][:, None] != board.rows[outer][None, :]
        country = (board.country[inner][:, None] == board.country[outer][None, :]) & (board.country[outer] > 0)[None, :]
        division = (board.admin1[inner][:, None] == board.admin1[outer][None, :]) & (board.admin1[outer] > 0)[None, :]
        chord = np.clip(2 - 2 * (board.xyz[inner] @ board.xyz[outer].T), 0, 4)
        reach = np.maximum(self.gazetteer.index.radius[board.rows[outer]], 60.0)[None, :]
        near = EARTH_KM * np.sqrt(chord) < reach
        answer = np.where(group == 0, country, np.where(group == 1, division, near))
        lies: Array = (answer & different).astype("f8")
        return lies

    def _to_dateline(self, board: Board, setting: Setting, shares: Array) -> tuple[Array, Array]:
        zero = np.zeros(len(board.rows))
        if setting.dateline < 0:
            return zero, zero
        held = slice(board.starts[setting.dateline], board.starts[setting.dateline + 1])
        same = board.country[:, None] == board.country[held][None, :]
        chord = np.clip(2 - 2 * (board.xyz @ board.xyz[held].T), 0, 4)
        foreign = (board.owner != setting.dateline)[:, None]
        near = np.exp(-EARTH_KM * np.sqrt(chord) / 200)
        return ((same & foreign) * shares[held]).sum(1), (near * foreign * shares[held]).sum(1)


def _elsewhere(likely: Array, rows: Array, board: Board, shares: Array) -> Array:
    """For each candidate, the largest share that the row standing beside it has in another question."""
    if not len(likely):
        return np.zeros(len(rows))
    fits = (rows[:, None] == board.rows[likely][None, :]) & (board.owner[:, None] != board.owner[likely][None, :])
    found: Array = (fits * shares[likely]).max(1)
    return found


def _listed_alike(board: Board, questions: Sequence[Question], shares: Array) -> Array:
    """How surely what a name is listed with is of the candidate's kind: lists name towns, or countries, not both."""
    alike = np.zeros(len(board.rows))
    if not any(question.listed for question in questions):
        return alike
    kinds = np.bincount(board.owner * KINDS + board.group, shares, len(questions) * KINDS).reshape(-1, KINDS)
    for number, question in enumerate(questions):
        if question.listed:
            own = slice(board.starts[number], board.starts[number + 1])
            alike[own] = kinds[list(question.listed)].mean(0)[board.group[own]]
    return alike


def _foreign_affairs(board: Board, mass: Array, n_questions: int) -> Array:
    """How much of the other names' mass is countries: reports from capital to capital name few towns."""
    per_question = np.bincount(board.owner, mass, n_questions)
    countries = np.bincount(board.owner, mass * (board.group == 0), n_questions)
    others = np.maximum(per_question.sum() - per_question, 1e-9)
    share: Array = ((countries.sum() - countries) / others)[board.owner]
    return share


def _lies_beside(board: Board, inner: slice, outer: slice, question: Question) -> Array:
    """How well inner candidates lie where the text says, seen from outer ones; by road it is farther."""
    chord = np.clip(2 - 2 * (board.xyz[inner] @ board.xyz[outer].T), 0, 4)
    distance, told = EARTH_KM * np.sqrt(chord), question.distance_km
    fits = (distance > 0.45 * told - 10) & (distance < 1.25 * told + 10)
    found: Array = fits.astype("f8")
    if question.bearing is not None:
        turn = np.abs((_bearings(board, outer, inner) - question.bearing + 180) % 360 - 180).T
        found *= np.where(turn < 90, np.exp(-((turn / 45) ** 2)), 0.0)  # 'west' is said of north-west, less of north
    return found


def _bearings(board: Board, outer: slice, inner: slice) -> Array:
    """Degrees from north in which each inner candidate lies, seen from each outer one."""
    seen, there = board.xyz[outer], board.xyz[inner]
    east = np.stack([-seen[:, 1], seen[:, 0], np.zeros(len(seen))], axis=1)
    north = np.cross(seen, east)
    bearings: Array = np.degrees(np.arctan2(east @ there.T, north @ there.T))
    return bearings


MAX_PAIRS = 400_000
"""Candidate pairs looked at for possible company; an article with more is a list, where company says little."""


def _possible(board: Board, n_questions: int) -> Array:
    size = len(board.rows)
    if n_questions < 2 or size * size > MAX_PAIRS:
        return np.zeros((size, 3))
    small = (board.group >= 2) & (board.group != 4)
    xyz = board.xyz.astype("f4")
    closeness = xyz @ np.where(small[:, None], xyz, np.float32(0)).T
    closeness[:, ~small] = -1
    if int(board.place_of.max()) + 1 < size:
        closeness[_is_itself(board, np.arange(size))] = -1
    nearest = np.maximum.reduceat(closeness, board.starts[:-1], axis=1)
    foreign = board.owner[:, None] != np.arange(n_questions)[None, :]
    kernel = np.exp(_chord_km(nearest) * np.float32(-0.01)) * foreign
    present = np.zeros((n_questions, int(board.division_of.max()) + 1), bool)
    present[board.owner, board.division_of] = board.admin1 > 0
    shared = present[:, board.division_of].T & foreign
    return np.stack([kernel.sum(1), (kernel**4).sum(1), shared.sum(1)], axis=1) / (n_questions - 1)


def _is_itself(board: Board, others: Array) -> Array:
    """Which candidates are which others by another name: 'Mexico' for Mexico City is no neighbour of 'Mexico City'."""
    same = board.place_of[:, None] == board.place_of[others][None, :]
    same &= board.name_of[:, None] != board.name_of[others][None, :]
    return np.asarray(same)


def _chord_km(cosine: Array) -> Array:
    """The distance through the earth between two points, from the product of their unit vectors."""
    distance: Array = EARTH_KM * np.sqrt(np.clip(2 - 2 * cosine, 0, 4))
    return distance


def _distance_km(here: Array, there: Array) -> Array:
    return _chord_km(here @ there.T)


def _table(columns: list[Array], board: Board) -> Array:
    """The columns as one table, a row per candidate."""
    table = np.empty((len(columns), len(board.rows)))
    for row, column in zip(table, columns, strict=True):
        row[:] = column
    return table.T


def _group_of(code: str) -> int:
    for number, codes in enumerate(GROUPS.values()):
        if code in codes:
            return number
    return len(GROUPS)


def _max_per_question(values: Array, board: Board) -> Array:
    return np.maximum.reduceat(values, board.starts[:-1])[board.owner]


def _sum_per_question(values: Array, board: Board) -> Array:
    return np.add.reduceat(values, board.starts[:-1])[board.owner]


def shares_of(scores: Array, board: Board) -> Array:
    """Softmax of the scores within each question."""
    raised = np.exp(scores - _max_per_question(scores, board))
    shares: Array = raised / _sum_per_question(raised, board)
    return shares


def _name_numbers(questions: Sequence[Question]) -> Array:
    """The number of each question's name: 'London' and 'London, Ontario' have one."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(plain_key(question.name), len(numbers)) for question in questions])


def _numbered(values: Array) -> Array:
    """The values' numbers among the different ones."""
    numbers: Array = np.unique(values, return_inverse=True)[1]
    return numbers


def _mass_elsewhere(key: Array, mass: Array, owner: Array) -> Array:
    """For each candidate, the mass of other owners' candidates that share its key."""
    size = int(key.max()) + 1
    at = owner * size + key
    table = np.bincount(at, mass, (int(owner.max()) + 1) * size)
    total = table.reshape(-1, size).sum(0)
    elsewhere: Array = total[key] - table[at]
    return elsewhere


def _answers(board: Board, scores: Array) -> list[Answer]:
    shares = shares_of(scores, board)
    answers = []
    for start, end in zip(board.starts[:-1].tolist(), board.starts[1:].tolist(), strict=True):
        own = shares[start:end]
        order = np.argsort(-own, kind="stable")
        answers.append(Answer(order=order, shares=own[order]))
    return answers


def confidence(question: Question, answer: Answer, position: int, weights: Weights | None) -> float:
    """The probability that the candidate at a position of the answer is right."""
    slope, intercept, unlike = weights.calibration if weights else (1.0, 0.0, 0.0)
    share = float(answer.shares[position])
    odds = math.log((share + CLIPPED) / (1 - share + CLIPPED))
    unlikeness = 1 - float(question.hits.likeness[answer.order[position]])
    return 1 / (1 + math.exp(-(slope * odds + intercept + unlike * unlikeness)))


CLIPPED = 0.01
"""Keeps a sole candidate's odds finite."""
