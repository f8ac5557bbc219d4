"""What is sold, told by name: its price, and whether there is any."""

from collections.abc import Sequence

from modules.receptionist.answers import Answer
from modules.receptionist.phrases import say
from modules.receptionist.speech import amount
from modules.words.text import cleaned, fold
from ports.catalogue import Goods
from ports.dialogue import TurnRequest

LEAST_SHARE = 0.5  # of a product's name, that has to stand in what was asked
MOST_TOLD = 3
_LEAST_LETTERS = 3


def named(turn: TurnRequest, goods: Sequence[Goods]) -> tuple[Goods, ...]:
    """Those that the caller has named, as far as they have; nothing that only sounds a little like it."""
    said = {_stem(word) for word in fold(turn.heard.speech or "").replace("?", " ").replace("-", " ").split()}
    shares = {one: _share(one, said) for one in goods}
    best = max(shares.values(), default=0.0)
    if best < LEAST_SHARE:
        return ()
    return tuple(one for one in goods if shares[one] == best)[:MOST_TOLD]


def answer(turn: TurnRequest, goods: Sequence[Goods]) -> Answer:
    words = " ".join(_told(turn, one) for one in goods)
    return Answer(words, "product", tuple(dict.fromkeys(one.id for one in goods)), 1.0)


def _told(turn: TurnRequest, one: Goods) -> str:
    language, name = turn.language, cleaned(one.name)
    if one.price_minor is None:
        told = say(language, "goods_unpriced", name=name)
    else:
        told = say(language, "goods_priced", name=name, price=amount(one.price_minor, one.currency, language))
    if one.stock is None:
        return told
    left = say(language, "goods_left", count=str(one.stock)) if one.stock else say(language, "goods_gone")
    return f"{told} {left}"


def _share(one: Goods, said: set[str]) -> float:
    words = [_stem(word) for word in fold(one.name).replace("-", " ").split() if len(word) >= _LEAST_LETTERS]
    return sum(word in said for word in words) / len(words) if words else 0.0


def _stem(word: str) -> str:
    return word.strip(".,;:!'\"").removesuffix("s").removesuffix("x")
