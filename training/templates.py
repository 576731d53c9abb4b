"""Made-up sentences in the manner of conflict reports, for what EWN seldom names.

EWN has 384 facilities and few armed groups. The sentences are our own; places and persons are
swapped in from the gazetteer and the gold, so that the pattern is learned and not the name.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from training.corpora import NamedText, Span

FACILITIES = (
    "{place} International Airport",
    "{place} airport",
    "{place} Airport",
    "{place} air base",
    "{place} Air Base",
    "{place} garrison",
    "{place} port",
    "{place} Bridge",
    "{place} General Hospital",
    "{place} Hospital",
    "{place} prison",
    "{place} Prison",
    "{place} dam",
    "{place} refinery",
    "{place} power station",
    "{place} border crossing",
    "{place} crossing",
    "{place} refugee camp",
    "{place} Stadium",
    "{place} Square",
    "Port of {place}",
    "Camp {surname}",
    "Fort {surname}",
    "Firebase {surname}",
    "Tower {number}",
    "Post {number}",
    "Checkpoint {number}",
    "Gate {number}",
    "Pier {number}",
    "Base {number}",
    "Hangar {number}",
    "Hall {number}",
)

GROUPS = (
    *("IRGC", "SDF", "PMF", "RSF", "UNIFIL", "ISWAP", "JNIM", "FARC", "ELN", "PKK", "YPG", "HTS"),
    *("AU", "M23", "TPLF", "AQAP", "NPA", "MILF", "IDF", "SAF", "ISIS", "ISIL", "PLO", "LTTE"),
    *("Hezbollah", "Hamas", "Boko Haram", "Al-Shabaab", "al-Shabab", "Islamic Jihad", "Taliban"),
    *("Wagner Group", "Houthi", "Ansar Allah", "Kata'ib Hezbollah", "Islamic State", "al-Qaeda"),
    *("Al-Quds Force", "Quds Force", "Radwan Force", "Nukhba Force", "Rapid Support Forces"),
    *("{place} Brigades", "{place} Brigade", "{place} Battalion", "{place} Military Council"),
    *("{place} Liberation Army", "{place} Police Department", "{place} Governorate Council"),
    *("US Central Command", "US Africa Command", "Southern Command", "Joint Operations Command"),
    *("CENTCOM", "AFRICOM", "Northern Command", "Revolutionary Guards", "Republican Guard"),
    *(
        "National Guard",
        "Coast Guard",
        "Civil Defence",
        "Red Crescent",
        "National Security Council",
    ),
    *("Ministry of Defence", "Ministry of Interior", "Defence Ministry", "Foreign Ministry"),
)

PEOPLES = (
    *("Iranian", "Syrian", "Iraqi", "Yemeni", "Sudanese", "Malian", "Somali", "Afghan", "Turkish"),
    *("Kurdish", "Israeli", "Palestinian", "Ukrainian", "Russian", "Burmese", "Ethiopian"),
    *("Nigerian", "Congolese", "Colombian", "Pakistani", "Indian", "Sunni", "Shiite", "Houthi"),
)

SENTENCES = (
    "Three soldiers were killed in an attack on {Facility}, a military outpost in {Location}.",
    "The drone hit {Facility} near the border with {Location} late on {Date}.",
    "A rocket fell close to the {Facility}, wounding {count} people.",
    "The statement said {count} drones were shot down over the {Facility}.",
    "The attack carried out on the {Facility} killed {count} {NORP} troops, {Organization} said.",
    "Gunmen stormed {Facility} in {Location}, according to {Organization}.",
    "Flights at {Facility} were halted after shelling by {Organization}.",
    "{Organization} said its fighters had taken {Facility} from {NORP} forces.",
    "Warplanes bombed positions of {NORP} militias in {Location} and {Location}, eastern {Location}.",
    "The air strikes hit {Location}, {Location} and the outskirts of {Location}.",
    "Clashes broke out in the {Location} area near the border with {Location}.",
    "{Organization} spokesman {Person} said: “We informed {Location} ahead of time.”",
    "{NORP} president {Person} said the strikes on {Location} would continue.",
    "The strikes were against “{Organization}” belonging to {Organization} and its militias.",
    "In a statement issued by {Organization}, {Person} denied any role in the {Location} bombing.",
    "{Person} told reporters in {Location} that {count} members of {Organization} were arrested.",
    "At least {count} civilians died in {Location}, {Organization} said on {Date}.",
    "Shelling of {Location} by {Organization} left {count} dead, residents of {Location} said.",
    "The convoy left {Facility} for {Location} on {Date}, said {Person} of {Organization}.",
    "{Organization} fighters withdrew from {Location} to {Location} overnight.",
    "Militants of the {Organization} blew up a bridge between {Location} and {Location}.",
    "A car bomb went off outside the {Facility} in {Location}, police chief {Person} said.",
    "{LOCATION}, {Date} — Troops entered {Location} after {NORP} rebels fled.",
    "Protesters from {Location} marched to {Facility} on {Date}.",
    "{Person}, who heads the {Organization}, visited {Facility} in {Location}.",
    "{Surname} made it clear that the strikes lasted for {count} minutes.",
    "{Surname} added: “Our response began today.”",
    "“We do not seek war with {Location},” {Surname} said, according to {Organization}.",
    "Strikes hit {count} sites in the west of the country, especially the {Location} area near "
    "the border with {Location}.",
    "Raids targeted militia positions, especially {Location} area, two security sources said.",
    "Media loyal to {Location} said {count} were killed in {Location} and {Location}, eastern {Location}.",
    "The army shelled the towns of {Location} and {Location}, south of {Location}.",
    "Fighting spread from {Location} to {Location} in {Location} province.",
    "Residents of {Location} fled towards {Location}, an aid worker in {Location} said.",
    "The {Organization} and its linked militias hold {Location}.",
    "{Surname} met {Person} in {Location} on {Date}.",
    "The {Organization} commander in {Location}, {Person}, was killed, {Surname} confirmed.",
    "{Person}, spokesman of the {Organization}, told {Organization} that {Surname} would resign.",
    "An attack by the militias on the {Facility}, a {NORP} outpost in {Location}, killed {count}.",
)

FAMILIES = ("{surname}s",)
"""A family as a people: the Kennedys."""

PEOPLE_SENTENCES = (
    "Elders of the {People} community in {Location} met {Organization} on {Date}.",
    "The {People} people of {Location} have lived there for centuries, said {Person}.",
    "Fighting between {People} herders and {People} farmers killed {count} people in {Location}.",
    "{Person}, a {People} chief, said his clan would not leave {Location}.",
    "Members of the {People} clan blocked the road to {Location} on {Date}.",
    "{count} members of the {People}, {People} and {People} clans signed the accord in {Location}.",
    "She grew up speaking {People} in a village near {Location}.",
    "The {Family} have ruled {Location} since the war.",
    "Voters had tired of the {Family}, {Surname} wrote.",
    "The lands of the {People} lie between {Location} and {Location}.",
    "{People} leaders accused the army of burning their villages in {Location}.",
    "The {People} and the {People} are the largest peoples of {Location}.",
    "He belongs to the {People} clan, to which {Person} also belongs.",
    "{Location}'s {People} minority has been protesting since {Date}.",
    "Among the {People}, the chief is chosen by the women of the clan.",
)

CURRENCIES = (
    *(
        "dollars",
        "US dollars",
        "Hong Kong dollars",
        "euros",
        "pounds",
        "Egyptian pounds",
        "pesos",
        "Mexican pesos",
        "reais",
    ),
    *("bolivars", "soles", "quetzals", "lempiras", "rupees", "taka", "yen", "yuan", "won", "baht", "ringgit", "rupiah"),
    *("dong", "kyats", "shekels", "dinars", "Kuwaiti dinars", "dirhams", "riyals", "rials", "Turkish lira", "naira"),
    *(
        "cedis",
        "Kenyan shillings",
        "rand",
        "CFA francs",
        "Swiss francs",
        "kwacha",
        "birr",
        "roubles",
        "hryvnias",
        "zlotys",
    ),
)
CURRENCY_SIGNS = (
    "$",
    "US$",
    "HK$",
    "A$",
    "€",
    "£",
    "¥",
    "₹",
    "₦",
    "Rs ",
    "Rs. ",
    "Sh",
    "KSh",
    "R",
    "N",
    "RM",
    "EUR ",
    "USD ",
)
AMOUNTS = ("{number}", "{number},000", "{number}.5 million", "{number} million", "{number} billion", "{number}0,000")

MONEY_SENTENCES = (
    "The government set aside {Money} for those who lost their homes in {Location}.",
    "{Organization} fined the company {Money} on {Date}.",
    "The kidnappers asked for a ransom of {Money}, {Person} said.",
    "Damage was put at between {Money} and {Money}.",
    "A kilo of rice now costs {Money} in {Location}, up from {Money}.",
    "{Surname} is accused of taking {Money} in bribes.",
    "The {NORP} central bank sold {Money} on {Date}.",
)

DATES = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "2 February"),
    *("March 14", "Friday, February 2, 2024", "12 May 2019", "June 2021", "last Sunday"),
)
COUNTS = ("two", "three", "four", "at least 12", "17", "dozens of", "more than 40", "85")
# Share of places in Arabic spelling ("al-Mayadeen"): they are what readers miss most.
ARABIC_SHARE = 0.4
OF_PEOPLES = {"People": "NORP", "Family": "NORP"}
"""Slots that are filled from a list of their own and are labelled alike."""
SHARES = (0.65, 0.25, 0.10)
"""Of the sentences about conflict, peoples and money."""
SLOT = re.compile(r"\{(\w+)\}")


def filled(pattern: str, pools: Mapping[str, Sequence[str]], source: random.Random) -> NamedText:
    """A sentence pattern with its slots filled by chance; capitalised slots become spans."""
    text, spans, position = "", [], 0
    for slot in SLOT.finditer(pattern):
        text += pattern[position : slot.start()]
        label, name = choice(slot.group(1), pools, source)
        if label is not None:
            spans.append(Span(len(text), len(text) + len(name), label))
        text += name
        position = slot.end()
    return NamedText("template", text + pattern[position:], tuple(spans))


def choice(slot: str, pools: Mapping[str, Sequence[str]], source: random.Random) -> tuple[str | None, str]:
    """What fills a slot, and its label (None for what is no name)."""
    if slot == "count":
        return None, source.choice(COUNTS)
    if slot == "LOCATION":
        return "Location", source.choice(pools["Location"]).upper()
    if slot == "Surname":
        return "Person", source.choice(pools["Person"]).split()[-1]
    if slot == "Money":
        return "Money", _amount(source)
    if slot == "Location" and source.random() < ARABIC_SHARE:
        return "Location", source.choice(pools["Arabic"])
    kinds: Mapping[str, Sequence[str]] = {
        "Facility": FACILITIES,
        "Organization": GROUPS,
        "NORP": PEOPLES,
        "Family": FAMILIES,
        "Date": DATES,
    }
    name = source.choice(kinds.get(slot) or pools[slot])
    slot = OF_PEOPLES.get(slot, slot)
    place = source.choice(pools["Location"])
    surname = source.choice(pools["Person"]).split()[-1]
    number = str(source.randint(2, 60))
    return slot, name.format(place=place, surname=surname, number=number)


def _amount(source: random.Random) -> str:
    number = source.choice(AMOUNTS).format(number=source.randint(2, 99))
    named = source.random() < 0.5
    return f"{number} {source.choice(CURRENCIES)}" if named else f"{source.choice(CURRENCY_SIGNS)}{number}"


def template_texts(pools: Mapping[str, Sequence[str]], count: int, source: random.Random) -> list[NamedText]:
    """So many made-up sentences."""
    kinds = source.choices((SENTENCES, PEOPLE_SENTENCES, MONEY_SENTENCES), SHARES, k=count)
    return [filled(source.choice(sentences), pools, source) for sentences in kinds]
