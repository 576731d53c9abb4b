"""What geocoding is worth: placing, finding, main places, invented names, speed and memory.

    python -m benchmarks.evaluate_places            # everything
    python -m benchmarks.evaluate_places gold speed # parts: gold, end, main, invented, speed
    python -m benchmarks.evaluate_places --check-floors  # against floors_places.toml; end to end on every 8th article

LGL and GeoWebNews also fitted the weights: their figures come from five folds by article, each judged by weights
that have not seen it. GeoVirus and the main places were never fitted on. Corpora are taken from DATELINE_CORPORA;
without them the evaluation says so and stops. `--check-floors` ends with 1 where a figure is below its floor.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

from benchmarks import floors
from benchmarks.fit_places import (
    CORPORA,
    NEAR_KM,
    ROOT,
    Story,
    Toponym,
    distance_km,
    fit,
    folds_of,
    known_ids,
    prepare,
    read_stories,
)
from tasks.extract import LanguageModel, extract, load_model
from tasks.geocode import Gazetteer, geocode, open_gazetteer
from tasks.geocode.focus import main_country, main_place
from tasks.geocode.geocode import place_all, shipped_weights
from tasks.geocode.mentions import read_mention
from tasks.geocode.rank import Ranker
from tasks.geocode.surroundings import demonyms_of, home_of
from tasks.records import Article, Entity, Extraction, Place, Span

GAZETTEER = ROOT / "data" / "gazetteer"
N_FOLDS = 5
PARTS = ["gold", "end", "main", "invented", "speed"]
FLOORS = Path(__file__).with_name("floors_places.toml")
END_STEP = 8
"""Floors are checked on every so many articles end to end: the language model takes most of the minute."""
N_RUNS = 7
"""Of the speed measure: other processes take cache from the slow ones, so the best run is nearest to a free core."""


def article_of(text: str, name: str = "article") -> Article:
    """A bare article around a corpus text."""
    return Article(
        uri=f"corpus:{name}",
        name=name,
        media_type="text/plain",
        content_hash="",
        text=text,
        body_text=text,
        body=Span(start=0, end=len(text)),
    )


def is_near(place: Place, gold: Toponym) -> bool:
    """Right by id, or within 161 km."""
    if place.lat is None or place.lon is None or gold.lat is None or gold.lon is None:
        return False
    same = gold.geonameid > 0 and place.geonameid == gold.geonameid
    return same or distance_km(place.lat, place.lon, gold.lat, gold.lon) <= NEAR_KM


# --- gold spans given -------------------------------------------------------------------------------------


def rankers_by_fold(gazetteer: Gazetteer, stories: list[Story]) -> list[Ranker]:
    """For every story, a ranker whose weights have not seen it."""
    bare = Ranker(gazetteer, None)
    cases = [prepare(story, bare) for story in stories]
    rankers = [bare] * len(stories)
    for train, test in folds_of(stories, N_FOLDS):
        fitted = Ranker(gazetteer, fit([cases[i] for i in train], bare))
        for i in test:
            rankers[i] = fitted
    return rankers


def judge_gold(story: Story, ranker: Ranker, counts: Counter[str]) -> None:
    """Counts one story whose spans are given."""
    gold = [toponym for toponym in story.toponyms if toponym.lat is not None]
    mentions = [read_mention(story.text, t.start, t.end, ranker.gazetteer, demonyms=True) for t in gold]
    places = place_all(article_of(story.text), mentions, ranker)
    for toponym, place in zip(gold, places, strict=True):
        near = is_near(place, toponym)
        counts["all"] += 1
        counts["near"] += near
        counts["unresolved"] += place.name is None
        if toponym.geonameid:
            counts["id"] += 1
            counts["known"] += toponym.geonameid in known_ids(ranker.gazetteer)
            counts["exact"] += place.geonameid == toponym.geonameid
            counts["id_near"] += near


def figures_gold(counts: Counter[str]) -> dict[str, float]:
    """What has a floor."""
    if not counts["id"]:
        return {"near": counts["near"] / counts["all"]}
    return {"exact": counts["exact"] / counts["id"], "near": counts["id_near"] / counts["id"]}


def report_gold(name: str, counts: Counter[str], note: str) -> None:
    near = f"within 161 km {counts['near'] / counts['all']:.3f} of {counts['all']}"
    if not counts["id"]:
        print(f"gold spans  {name:<11} {near} ({note})")
        return
    print(
        f"gold spans  {name:<11} exact id {counts['exact'] / counts['id']:.3f} (gazetteer holds "
        f"{counts['known'] / counts['id']:.3f}), within 161 km {counts['id_near'] / counts['id']:.3f} of {counts['id']}"
        f" with id; {near} with coordinates ({note})"
    )


# --- end to end -------------------------------------------------------------------------------------------


def entities_of(model: LanguageModel, texts: list[str]) -> list[tuple[Entity, ...]]:
    """What the shipped language model finds in each text."""
    outcome = []
    for start in range(0, len(texts), 16):
        batch = [article_of(text) for text in texts[start : start + 16]]
        outcome += [getattr(extraction, "entities", ()) for extraction in extract(batch, model=model)]
    return outcome


def judge_end(story: Story, places: tuple[Place, ...], counts: Counter[str]) -> None:
    """Counts gold toponyms found and rightly placed, and placed names that are no gold toponym or wrongly placed."""
    gold = [toponym for toponym in story.toponyms if toponym.lat is not None]
    placed = [place for place in places if place.name is not None]
    counts["gold"] += len(gold)
    counts["found"] += sum(any(p.start < t.end and t.start < p.end for p in places) for t in gold)
    counts["right"] += sum(any(p.start < t.end and t.start < p.end and is_near(p, t) for p in placed) for t in gold)
    for place in placed:
        over = [t for t in story.toponyms if place.start < t.end and t.start < place.end]
        if over and all(t.lat is None for t in over):
            continue  # the corpus has it as a toponym without coordinates: neither right nor wrong
        counts["placed"] += 1
        counts["placed_right"] += any(is_near(place, t) for t in over)
        counts["placed_on_gold"] += bool(over)


def figures_end(counts: Counter[str]) -> dict[str, float]:
    """What has a floor."""
    return {
        "found_near": counts["right"] / counts["gold"],
        "precision": counts["placed_on_gold"] / max(1, counts["placed"]),
    }


def report_end(name: str, counts: Counter[str]) -> None:
    print(
        f"end to end  {name:<11} found {counts['found'] / counts['gold']:.3f}, found and within 161 km "
        f"{counts['right'] / counts['gold']:.3f} of {counts['gold']}; of {counts['placed']} placed names "
        f"{counts['placed_on_gold'] / max(1, counts['placed']):.3f} are gold toponyms, "
        f"{counts['placed_right'] / max(1, counts['placed']):.3f} rightly placed"
    )


# --- main place -------------------------------------------------------------------------------------------


def judge_main(gazetteer: Gazetteer, model: LanguageModel) -> dict[str, float]:
    """Main country and place against what coders chose for 47 articles of two publishers."""
    lines = (CORPORA / "geo/main_place.jsonl").read_text(encoding="utf-8").strip().split("\n")
    rows = [json.loads(line) for line in lines]
    found = entities_of(model, [row["text"] for row in rows])
    iso3 = {country.iso2: country.iso3 for country in gazetteer.countries.values()}
    counts: Counter[str] = Counter()
    for row, entities in zip(rows, found, strict=True):
        article = msgspec.structs.replace(article_of(row["text"]), publisher=row["set"])
        places = geocode(article, Extraction(entities=entities), gazetteer=gazetteer).places
        demonyms = {iso3[code]: count for code, count in demonyms_of(row["text"], gazetteer).items()}
        country = main_country(places, demonyms, iso3.get(home_of(article, gazetteer)))
        wanted = iso3.get(row["handCodedCountryCode"])
        counts["country"] += wanted is not None
        counts["country right"] += wanted is not None and country == wanted
        if row["handCodedPlaceName"]:
            counts["place"] += 1
            counts["place right"] += _is_place(
                row["handCodedPlaceName"], country, main_place(places, country), gazetteer
            )
    figures = {name: counts[f"{name} right"] / counts[name] for name in ("country", "place")}
    print(
        f"main place  country {figures['country']:.3f} of {counts['country']}, "
        f"place {figures['place']:.3f} of {counts['place']}"
    )
    return figures


def _is_place(coded: str, country: str | None, place: Place | None, gazetteer: Gazetteer) -> bool:
    """Whether the coded name (or one of 'HT/US') is our country, or our place, or one that holds our place."""
    for name in coded.split("/"):
        if name in gazetteer.countries and gazetteer.countries[name].iso3 == country:
            return True
        hits = gazetteer.search(name)
        if not len(hits):
            continue
        row = int(hits.rows[0])
        if gazetteer.index.codes[gazetteer.index.code[row]] == "PCLI":
            code = gazetteer.index.countries[gazetteer.index.country[row]]
            if gazetteer.countries[code].iso3 == country:
                return True
        elif place is not None and gazetteer.index.label(row) in {place.name, place.admin1}:
            return True
    return False


# --- invented names ---------------------------------------------------------------------------------------

ONSETS = [
    "b",
    "br",
    "bl",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "gl",
    "h",
    "j",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "pl",
    "qu",
    "r",
    "s",
    "sk",
    "sl",
    "sm",
    "sp",
    "st",
    "str",
    "t",
    "tr",
    "v",
    "w",
    "y",
    "z",
    "zh",
]
NUCLEI = ["a", "e", "i", "o", "u", "ai", "ea", "ie", "oo", "ou", "ei"]
CODAS = ["", "", "", "n", "r", "l", "m", "k", "x", "rd", "nt", "sk", "lm", "rth", "ng", "ph"]
ENDINGS = [
    "ville", "ton", "burg", "stan", "grad", "abad", "pur", "field", "wick", "dale", "ia", "ov", "ino", "heim", "mouth",
]  # fmt: skip


def invented_names(n: int) -> list[str]:
    """Made-up place names: two or three syllables, half of them with the ending of real towns."""
    dice = random.Random(20240203)
    names = set()
    while len(names) < n:
        syllables = [dice.choice(ONSETS) + dice.choice(NUCLEI) + dice.choice(CODAS) for _ in range(dice.choice([2, 3]))]
        name = "".join(syllables) + (dice.choice(ENDINGS) if dice.random() < 0.5 else "")
        if len(name) >= 6:
            names.add(name.capitalize())
    return sorted(names)


SENTENCES = (
    "Gunmen killed five people in {} on Sunday, officials in {} said.",
    "Rockets fell on {} near the road to {}.",
)
KNOWN = ("Aleppo", "Mosul", "Kharkiv", "Lagos", "Kabul", "Maiduguri", "Sanaa", "Peshawar")


def judge_invented(gazetteer: Gazetteer, n: int = 1000) -> dict[str, float]:
    """Invented names beside real ones: how many stay unresolved, and whether the real one is placed as without them."""
    names = [name for name in invented_names(n) if not len(gazetteer.exact(name))]
    counts: Counter[str] = Counter()
    for number, name in enumerate(names):
        known = KNOWN[number % len(KNOWN)]
        text = SENTENCES[number % 2].format(name, known)
        together = _place_names(text, [name, known], gazetteer)
        alone = _place_names(SENTENCES[number % 2].format("the town", known), [known], gazetteer)
        counts["unresolved"] += together[0].name is None
        counts["unharmed"] += together[1].geonameid == alone[0].geonameid
    figures = {name: counts[name] / len(names) for name in ("unresolved", "unharmed")}
    print(
        f"invented    {figures['unresolved']:.3f} of {len(names)} unresolved, "
        f"the real name beside them unharmed in {figures['unharmed']:.3f}"
    )
    return figures


def _place_names(text: str, names: list[str], gazetteer: Gazetteer) -> tuple[Place, ...]:
    starts = [text.index(name) for name in names]
    entities = tuple(
        Entity(start=start, end=start + len(name), label="Location", text=name)
        for start, name in zip(starts, names, strict=True)
    )
    places = geocode(article_of(text), Extraction(entities=entities), gazetteer=gazetteer).places
    return tuple(next(place for place in places if place.start == start) for start in starts)


# --- speed and memory -------------------------------------------------------------------------------------

START = """
import time; began = time.perf_counter()
from pathlib import Path
from tasks.geocode import open_gazetteer
gazetteer = open_gazetteer(Path({path!r})); gazetteer.search("Aleppo")
print(time.perf_counter() - began, time.process_time())
"""
MEMORY = """
import gc, os, sys
from pathlib import Path
from tasks.geocode import open_gazetteer, geocode
from benchmarks.evaluate_places import article_of, speed_stories
from tasks.records import Entity, Extraction
gazetteer = open_gazetteer(Path({path!r})); gazetteer.search("Aleppo")
stories = speed_stories()
geocode(*stories[0], gazetteer=gazetteer)  # as workers are warmed up before they fork
gc.freeze()
child = os.fork()
if child == 0:
    def private():
        rows = open("/proc/self/smaps_rollup").read().split("\\n")
        return sum(int(row.split()[1]) for row in rows if row.startswith("Private_Dirty")) / 1024
    before = private()
    for article, extraction in stories:
        geocode(article, extraction, gazetteer=gazetteer)
    print(private() - before, flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


def speed_stories() -> list[tuple[Article, Extraction]]:
    """LGL's articles with their gold spans as entities."""
    outcome = []
    for story in read_stories("lgl"):
        entities = tuple(Entity(start=t.start, end=t.end, label="Location", text=t.text) for t in story.toponyms)
        outcome.append((article_of(story.text, story.id), Extraction(entities=entities)))
    return outcome


def seconds_to_rank(stories: list[tuple[Article, Extraction]]) -> float:
    """CPU seconds for all mentions of the stories, with a gazetteer that has not looked up anything yet."""
    ranker = Ranker(open_gazetteer(GAZETTEER), shipped_weights())
    began = time.process_time()
    for article, extraction in stories:
        mentions = [read_mention(article.text, e.start, e.end, ranker.gazetteer) for e in extraction.entities]
        place_all(article, mentions, ranker)
    return time.process_time() - began


def measure() -> None:
    """Mentions a second on one core, time from process start to the first look-up, private memory of a child."""
    stories = speed_stories()
    n_mentions = sum(len(extraction.entities) for _, extraction in stories)
    began = time.perf_counter()
    seconds = sorted(seconds_to_rank(stories) for _ in range(N_RUNS))
    wall = (time.perf_counter() - began) / N_RUNS
    fresh = open_gazetteer(GAZETTEER)
    began = time.process_time()
    found = sum(len(geocode(article, extraction, gazetteer=fresh).places) for article, extraction in stories)
    whole = found / (time.process_time() - began)
    print(
        f"speed       {n_mentions / seconds[0]:,.0f} mentions per second of CPU from span to ranked place, the best of "
        f"{N_RUNS} runs; {n_mentions / seconds[N_RUNS // 2]:,.0f} the middle one; {n_mentions / wall:,.0f} per second "
        f"of the clock, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores ({n_mentions} mentions of LGL)"
    )
    print(
        f"speed       {whole:,.0f} mentions per second of CPU with the search of the text for missed names "
        f"({found} found)"
    )
    starts = sorted([float(part) for part in _python(START.format(path=str(GAZETTEER))).split()] for _ in range(5))
    print(
        f"start       {starts[2][0] * 1000:.0f} ms from imports to the first look-up, "
        f"{starts[2][1] * 1000:.0f} ms of CPU from the start of the process"
    )
    print(f"memory      {float(_python(MEMORY.format(path=str(GAZETTEER)))):.1f} MB private per forked child after LGL")


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout


# --- all --------------------------------------------------------------------------------------------------


def evaluate_gold(gazetteer: Gazetteer) -> dict[str, dict[str, float]]:
    """Gold spans of the three corpora."""
    stories = [story for name in ("lgl", "geowebnews") for story in read_stories(name)]
    counts = {name: Counter[str]() for name in ("lgl", "geowebnews", "geovirus")}
    for story, ranker in zip(stories, rankers_by_fold(gazetteer, stories), strict=True):
        judge_gold(story, ranker, counts[story.corpus])
    shipped = Ranker(gazetteer, shipped_weights())
    for story in read_stories("geovirus"):
        judge_gold(story, shipped, counts["geovirus"])
    for name, tally in counts.items():
        report_gold(name, tally, "never fitted on" if name == "geovirus" else f"{N_FOLDS} folds")
    return {name: figures_gold(tally) for name, tally in counts.items()}


def evaluate_end(gazetteer: Gazetteer, model: LanguageModel, *, step: int = 1) -> dict[str, dict[str, float]]:
    """The shipped language model finds the names in every `step`-th article, geocode places them."""
    figures = {}
    for name in ("lgl", "geowebnews", "geovirus"):
        stories = read_stories(name)[::step]
        found = entities_of(model, [story.text for story in stories])
        counts: Counter[str] = Counter()
        for story, entities in zip(stories, found, strict=True):
            judge_end(
                story,
                geocode(article_of(story.text), Extraction(entities=entities), gazetteer=gazetteer).places,
                counts,
            )
        report_end(name, counts)
        figures[f"end_{name}"] = figures_end(counts)
    return figures


def check_floors(gazetteer: Gazetteer) -> int:
    """Measure what has floors; how many are missed."""
    model = load_model(None)
    figures = evaluate_gold(gazetteer) | evaluate_end(gazetteer, model, step=END_STEP)
    figures |= {"main": judge_main(gazetteer, model), "invented": judge_invented(gazetteer)}
    return floors.check(floors.read(FLOORS), figures, CORPORA)


def evaluate(parts: list[str], gazetteer: Gazetteer) -> None:
    """Print the figures of these parts."""
    if "gold" in parts:
        evaluate_gold(gazetteer)
    if {"end", "main"} & set(parts):
        model = load_model(None)
        if "end" in parts:
            evaluate_end(gazetteer, model)
        if "main" in parts:
            judge_main(gazetteer, model)
    if "invented" in parts:
        judge_invented(gazetteer)
    if "speed" in parts:
        measure()


def main() -> int:
    """The command line; 1 where a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    # Not `choices`: until Python 3.12 it refuses the empty list as well.
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS))
    parser.add_argument("--check-floors", action="store_true", help="quality only, against floors_places.toml")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if not (CORPORA / "geo").is_dir():
        print("DATELINE_CORPORA has no folder 'geo': places are not evaluated")
        return 0
    gazetteer = open_gazetteer(GAZETTEER)
    if chosen.check_floors:
        return min(1, check_floors(gazetteer))
    evaluate(chosen.parts or PARTS, gazetteer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
