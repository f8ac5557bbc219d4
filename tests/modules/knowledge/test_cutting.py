"""Pieces: nothing is lost, a row stays whole, an amount stays with its label, and the same words keep the same id."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.knowledge.cutting import MOST_CHARS, MOST_PIECES, Piece, Source, TooManyPieces, pieces, rows
from modules.knowledge.structure import Block, read, row, written

TABLE = "| Service | Price | Duration |\n| --- | --- | --- |\n| Oil change | £79 | 45 min |\n| MOT | £45 | 1 h |"


def test_a_row_with_its_header_is_one_piece() -> None:
    assert pieces(f"# Garage\n\n## Prices\n\n{TABLE}\n\nAll with VAT.") == [
        Piece("Garage > Prices", "Service: Oil change; Price: £79; Duration: 45 min"),
        Piece("Garage > Prices", "Service: MOT; Price: £45; Duration: 1 h"),
        Piece("Garage > Prices", "All with VAT."),
    ]


def test_headings_make_a_path() -> None:
    text = "# A\n\none\n\n## B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour"
    assert [one.heading for one in pieces(text)] == ["A", "A > B", "A > B > C", "A > D"]


def test_what_belongs_together_stays_together_and_the_next_piece_repeats_how_it_ended() -> None:
    sentences = [f"Sentence number {n} says something of its own." for n in range(60)]
    made = pieces(" ".join(sentences))
    assert all(len(one.text) <= MOST_CHARS + 200 for one in made)
    for before, after in itertools.pairwise(made):
        assert after.text.split("\n")[0] == before.text.split(". ")[-1].rstrip(".") + "."
    assert {s for s in sentences if any(s in one.text for one in made)} == set(sentences)


def test_a_list_takes_its_first_line_with_it() -> None:
    items = "\n".join(f"- item {n}, which is described in quite a few words so that it takes room" for n in range(30))
    made = pieces(f"We offer:\n\n{items}")
    assert len(made) > 2
    assert all(one.text.startswith("We offer:") for one in made)


def test_a_row_longer_than_a_piece_says_in_each_part_what_it_is_about() -> None:
    cells = ("Engine", *(f"detail {n} " * 8 for n in range(20)))
    text = written([row(("Part", *(f"Label {n}" for n in range(20))), cells)])
    made = pieces(text)
    assert len(made) > 1
    assert all("Part: Engine" in one.text and len(one.text) <= MOST_CHARS + 100 for one in made)


def test_too_many_pieces_are_refused() -> None:
    table = "| a | b |\n|---|---|\n" + "| x | y |\n" * (MOST_PIECES + 1)
    with pytest.raises(TooManyPieces):
        pieces(table)


def test_the_same_words_keep_their_id_wherever_they_stand() -> None:
    source = Source("document", "doc_1", "Garage", "")
    one, two, three = Piece("", "One."), Piece("", "Two."), Piece("", "Three.")
    before = {made["text"]: made["id"] for made in rows(source, [one, two])}
    after = {made["text"]: made["id"] for made in rows(source, [three, two, one])}
    assert before == {text: after[text] for text in before}
    again = [made["id"] for made in rows(source, [one, one])]
    assert len(set(again)) == 2
    other = rows(Source("document", "doc_2", "Garage", ""), [one])[0]["id"]
    assert other not in before.values()


def test_the_language_is_that_of_the_piece() -> None:
    source = Source("document", "doc_1", "Infos", "")
    made = rows(
        source, [Piece("", "Nous sommes ouverts tous les jours."), Piece("", "We are open every day of the week.")]
    )
    assert [one["language"] for one in made] == ["fr", "en"]
    told = Source("document", "doc_1", "Infos", "", "fr")
    assert rows(told, [Piece("", "We are open every day of the week.")])[0]["language"] == "fr"


WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="|\\#"), min_size=1, max_size=40
).map(lambda text: " ".join(text.split()))
PLAIN = WORDS.filter(lambda text: text and text[0].isalpha())


@given(
    st.lists(st.one_of(PLAIN.map(lambda t: Block("paragraph", t)), PLAIN.map(lambda t: Block("item", t))), max_size=8)
)
def test_what_is_written_is_read_back(blocks: list[Block]) -> None:
    assert list(read(written(blocks))) == blocks


@given(st.lists(st.tuples(WORDS, WORDS).filter(lambda cells: all(cells)), min_size=1, max_size=5))
def test_tables_are_read_back(lines: list[tuple[str, str]]) -> None:
    blocks = [row(("Name", "Price"), line) for line in lines]
    assert [block.cells for block in read(written(blocks))] == [block.cells for block in blocks]


@given(st.text(max_size=3_000))
def test_no_text_is_too_strange(text: str) -> None:
    made = rows(Source("document", "doc_1", "x", text), pieces(text))
    assert len({one["id"] for one in made}) == len(made)
    letters = "".join(c for c in text if c.isalnum())
    kept = "".join(c for one in made for c in f"{one['heading']}{one['text']}" if c.isalnum())
    assert set(letters) - set(kept) <= set("0123456789")  # the number of a list's item may go
