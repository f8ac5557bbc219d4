"""The text of 60 written web pages, beside what trafilatura and readability make of them: words kept, words of around."""

import re
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import trafilatura
from lxml import html as lxml_html
from readability import Document

from bench.knowledge.corpus import Language, Passage, passages
from modules.knowledge.extraction.html import read_page
from modules.knowledge.structure import written

PAGES = 60
_WORD = re.compile(r"\w+")
_AROUND: dict[Language, tuple[str, ...]] = {
    "fr": ("Accueil", "Nos prestations", "Mentions légales", "Nous utilisons des cookies pour mesurer l'audience",
           "Suivez-nous sur les réseaux", "Inscrivez-vous à notre lettre d'information", "Articles similaires",
           "Tous droits réservés", "Partager cette page"),
    "en": ("Home", "Our services", "Legal notice", "We use cookies to measure our audience", "Follow us on social media",
           "Subscribe to our newsletter", "Related articles", "All rights reserved", "Share this page"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    html: str
    text: str  # what stands on the page itself
    around: str


def pages() -> list[Written]:
    """Six looks of sites, from tidy to careless, over the trades of the corpus."""
    by_trade: dict[str, list[Passage]] = {}
    for one in passages():
        by_trade.setdefault(one.key.partition(".")[0], []).append(one)
    made = []
    for number in range(PAGES):
        held = list(by_trade.values())[number % len(by_trade)]
        first = (number // len(by_trade)) * 7
        rows = [one for one in held if one.key.endswith("#")][first : first + 6]
        told = [one for one in held if not one.key.endswith("#")][first * 2 : first * 2 + 8]
        made.append(_LOOKS[number % len(_LOOKS)](held[0].language, rows, told))
    return made


def _parts(language: Language, rows: list[Passage], told: list[Passage]) -> tuple[str, str, str]:
    title = told[0].heading.partition(" > ")[0]
    cells = [[cell.partition(":")[2].strip() for cell in one.text.split(";")] for one in rows]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    sections = "".join(f"<h2>{one.heading.rpartition(' > ')[2]}</h2><p>{one.text}</p>" for one in told)
    text = " ".join([title, *(f"{one.heading.rpartition(' > ')[2]} {one.text}" for one in told), *map(" ".join, cells)])
    return f"<h1>{title}</h1>{sections}<table>{table}</table>", text, title


def _links(language: Language) -> str:
    return "".join(f"<li><a href='/{n}'>{words}</a></li>" for n, words in enumerate(_AROUND[language][:3]))


def _tidy(language: Language, rows: list[Passage], told: list[Passage]) -> Written:
    body, text, title = _parts(language, rows, told)
    around = _AROUND[language]
    page = (
        f"<html lang={language}><head><title>{title}</title></head><body><header><nav><ul>{_links(language)}</ul></nav></header>"
        f"<main><article>{body}</article></main><aside><p>{around[6]}</p></aside><footer><p>{around[7]}</p></footer></body></html>"
    )
    return Written(page, text, " ".join((*around[:3], around[6], around[7])))


def _divs(language: Language, rows: list[Passage], told: list[Passage]) -> Written:
    body, text, title = _parts(language, rows, told)
    around = _AROUND[language]
    page = (
        f"<html><head><title>{title}</title></head><body><div class='navbar'><ul>{_links(language)}</ul></div>"
        f"<div class='cookie-banner'><p>{around[3]}</p><button>OK</button></div><div class='content'>{body}</div>"
        f"<div class='social-share'><a href='#'>{around[8]}</a></div><div id='footer'><a href=/a>{around[2]}</a> "
        f"<a href=/b>{around[0]}</a> <a href=/c>{around[7]}</a></div></body></html>"
    )
    return Written(page, text, " ".join((*around[:3], around[3], around[7], around[8])))


def _builder(language: Language, rows: list[Passage], told: list[Passage]) -> Written:
    """As site builders nest them."""
    body, text, title = _parts(language, rows, told)
    around = _AROUND[language]
    for depth in range(12):
        body = f"<div class='col-{depth}'>{body}</div>"
    page = (
        f"<html lang={language}><head><title>{title}</title><style>p{{color:red}}</style></head><body>"
        f"<div role='navigation'>{_links(language)}</div>{body}<div class='newsletter'><form><p>{around[5]}</p>"
        f"<input name=e></form></div><div role='contentinfo'><p>{around[7]}</p></div>"
        f"<script>var x='{around[3]}'</script></body></html>"
    )
    return Written(page, text, " ".join((*around[:3], around[5], around[7])))


def _old(language: Language, rows: list[Passage], told: list[Passage]) -> Written:
    """Tables for layout, tags never closed."""
    body, text, title = _parts(language, rows, told)
    around = _AROUND[language]
    page = (
        f"<html><head><title>{title}<body><table width=100%><tr><td valign=top><ul>{_links(language)}</ul><td valign=top>{body}"
        f"<tr><td colspan=2><font size=1>{around[7]}</font></table>"
    )
    return Written(page.replace("<title>" + title, f"<title>{title}</title>"), text, " ".join((*around[:3], around[7])))


def _lists(language: Language, rows: list[Passage], told: list[Passage]) -> Written:
    """Short lines only: hours, prices, nothing that looks like an article."""
    around = _AROUND[language]
    title = told[0].heading.partition(" > ")[0]
    items = "".join(f"<li>{one.text}</li>" for one in told)
    terms = "".join(f"<dt>{one.heading.rpartition(' > ')[2]}</dt><dd>{one.text}</dd>" for one in rows)
    text = " ".join(
        [title, *(one.text for one in told), *(f"{one.heading.rpartition(' > ')[2]} {one.text}" for one in rows)]
    )
    page = (
        f"<html lang={language}><head><title>{title}</title></head><body><header class='site-header'><a href=/>{around[0]}</a>"
        f"</header><section><h1>{title}</h1><ul>{items}</ul><dl>{terms}</dl></section><footer>{around[7]}</footer></body></html>"
    )
    return Written(page, text, f"{around[0]} {around[7]}")


def _hidden(language: Language, rows: list[Passage], told: list[Passage]) -> Written:
    body, text, title = _parts(language, rows, told)
    around = _AROUND[language]
    page = (
        f"<html lang={language}><head><title>{title}</title></head><body><a class='skip-link' href='#m'>{around[0]}</a>"
        f"<div style='display:none'><p>{around[5]}</p></div><div aria-hidden=true>{around[4]}</div>"
        f"<div id=m role=main>{body}</div>"
        f"<div class='related'><h3>{around[6]}</h3><ul>{_links(language)}</ul></div></body></html>"
    )
    return Written(page, text, " ".join((around[0], around[5], around[4], around[6])))


_LOOKS = (_tidy, _divs, _builder, _old, _lists, _hidden)


def _ours(html: str) -> str:
    page = read_page(html)
    text = written(page.blocks)
    return text if page.title in text else f"{page.title} {text}"


def _trafilatura(html: str) -> str:
    return trafilatura.extract(html, include_tables=True, favor_recall=True) or ""


def _readability(html: str) -> str:
    document = Document(html)
    return f"{document.short_title()} {lxml_html.fromstring(document.summary()).text_content()}"


def scores(extract: Callable[[str], str], held: list[Written]) -> tuple[float, float, float, float]:
    """In hundredths: F1, recall and precision of words (each as often as it stands), and how much of around is kept."""
    recalls, precisions, kept = [], [], []
    for page in held:
        found = Counter(_WORD.findall(extract(page.html).lower()))
        wanted, around = (Counter(_WORD.findall(text.lower())) for text in (page.text, page.around))
        both = sum((found & wanted).values())
        recalls.append(both / sum(wanted.values()))
        precisions.append(both / (sum(found.values()) or 1))
        only = around - wanted
        kept.append(sum((found & only).values()) / (sum(only.values()) or 1))
    recall, precision = statistics.mean(recalls), statistics.mean(precisions)
    return 200 * precision * recall / (precision + recall), 100 * recall, 100 * precision, 100 * statistics.mean(kept)


def main() -> None:
    held = pages()
    print(f"{len(held)} pages, {len(_LOOKS)} looks")
    print("| | F1 | recall | precision | of what stands around, kept |\n|---|---|---|---|---|")
    for name, extract in {"ours": _ours, "trafilatura": _trafilatura, "readability-lxml": _readability}.items():
        f1, recall, precision, around = scores(extract, held)
        print(f"| {name} | {f1:.1f} | {recall:.1f} | {precision:.1f} | {around:.1f} |")
    print("\n| F1 by look | ours | trafilatura | readability-lxml |\n|---|---|---|---|")
    for at, look in enumerate(_LOOKS):
        own = held[at :: len(_LOOKS)]
        row = [f"{scores(extract, own)[0]:.1f}" for extract in (_ours, _trafilatura, _readability)]
        print(f"| {look.__name__.strip('_')} | {' | '.join(row)} |")
