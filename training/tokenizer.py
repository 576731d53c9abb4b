"""Where spaCy's English tokenizer is told a little more of how the wires set their copy.

Dashes and slashes that hang on a word ("SRINAGAR- A minor", "/MONTSAME/") are cut off it, and a
full stop without its space ("ended.The next") parts two sentences; "U.S.-Egypt" is three words.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

PREFIXES = (r"[-/–—](?=[A-Za-z])",)
SUFFIXES = (r"(?<=[A-Za-z.)\]])[-/–—]",)
INFIXES = (r"(?<=[a-z]{2})[.](?=[A-Z])", r"(?<=[A-Za-z])[\[(](?=[A-Za-z])", r"(?<=[A-Za-z]\.)[-–](?=[A-Za-z])")


def fit_to_wire(nlp: Language) -> None:
    """Add the wire's rules to the pipeline's tokenizer; they are saved with it."""
    defaults = nlp.Defaults
    tokenizer = nlp.tokenizer
    if not isinstance(tokenizer, Tokenizer):
        raise TypeError(f"expected spaCy's own tokenizer, not {type(tokenizer).__name__}")
    prefixes = [*PREFIXES, *(defaults.prefixes or ())]
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    suffixes = [*(defaults.suffixes or ()), *SUFFIXES]
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    infixes = [*(defaults.infixes or ()), *INFIXES]
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
