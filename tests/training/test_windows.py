"""Windows keep words, names and trees in step."""

from tasks.extract.pieces import BLANK_LINE, LINE_BREAK, NO_BREAK, Piecer
from training.corpora import NamedText, Sentence, Span
from training.windows import named_windows, shouted, treebank_windows, unbroken, wire_tokenizer

NLP = wire_tokenizer()
LETTERS = [*"abcdefghijklmnopqrstuvwxyz", *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"), "."]
PIECER = Piecer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS])


def test_names_follow_their_words_over_line_breaks():
    text = "Ng Mei went\nto Lodwar.\n\nShe"
    (window,) = named_windows(NLP, [NamedText("", text, (Span(0, 6, "Person"), Span(15, 21, "Location")))], PIECER)
    assert window.words == ("Ng", "Mei", "went", "to", "Lodwar", ".", "She")
    assert window.names == ("B-Person", "I-Person", "O", "O", "B-Location", "O", "O")
    assert window.breaks == (BLANK_LINE, NO_BREAK, NO_BREAK, LINE_BREAK, NO_BREAK, NO_BREAK, BLANK_LINE)


def test_a_long_text_is_cut_and_loses_no_word():
    text = "Lodwar was quiet. " * 60
    spans = tuple(Span(start, start + 6, "Location") for start in range(0, len(text), 18))
    windows = list(named_windows(NLP, [NamedText("", text, spans)], PIECER))
    assert len(windows) > 1
    assert sum(len(window.words) for window in windows) == 4 * 60
    assert all(window.words[-1] == "." for window in windows)
    assert sum((window.names or ()).count("B-Location") for window in windows) == 60


def sentence(*words: str) -> Sentence:
    count = len(words)
    return Sentence(
        words, (True,) * count, ("X",) * count, ("X",) * count, words, (0, *[0] * (count - 1)),
        ("ROOT", *["dep"] * (count - 1)), starts_paragraph=True,
    )  # fmt: skip


def test_heads_point_into_the_window():
    (window,) = treebank_windows(NLP, [[sentence("go", "there")]], PIECER, 5, 1)
    assert window.syntax is not None
    assert window.syntax.heads == (0, 0)
    assert window.syntax.deps == ("ROOT", "dep")
    assert window.syntax.starts == (True, False)


def test_other_styles_keep_what_is_known():
    (window,) = named_windows(NLP, [NamedText("", "Ng\nMei", (Span(0, 6, "Person"),))], PIECER)
    assert shouted(window).words == ("NG", "MEI")
    assert unbroken(window).breaks == (NO_BREAK, NO_BREAK)
    assert shouted(window).names == unbroken(window).names == ("B-Person", "I-Person")
