"""A small business's website with everything that a crawler meets: 150 pages worth reading, and traps around them.

robots.txt, a packed sitemap under an index, redirects, duplicates, canonical addresses, a page in Latin-1, one that fails
twice, a calendar and a shop without end, links to addresses that nobody should ask. `edition` changes what it says.
"""

import gzip
import hashlib
from collections import Counter
from dataclasses import dataclass

import httpx

FORBIDDEN_LINKS = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.1/",
    "http://[::1]/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://10.0.0.1/admin",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "mailto:contact@sample.example",
    "https://other.sample.example/",
    "//metadata.internal/",
)
_NOINDEX = '<meta name="robots" content="noindex">'
_HTML = {"content-type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Size:
    """How many pages of each kind."""

    services: int = 60
    advice: int = 50
    places: int = 20
    orphans: int = 10  # that only the sitemap names
    redirects: int = 6
    duplicates: int = 5  # of each of two kinds
    private: int = 5

    @property
    def worth_reading(self) -> int:
        """With the first page, and those in Latin-1, that fails twice, and that changes."""
        return 1 + self.services + self.advice + self.places + self.orphans + 3


WHOLE = Size()


class Site:
    def __init__(self, origin: str = "", size: Size = WHOLE) -> None:
        self.origin = origin
        self.size = size
        self.edition = 1
        self.requests: Counter[str] = Counter()
        self.not_modified = 0
        self.is_down = False
        self.robots_status = 200

    def state(self) -> dict[str, object]:
        return {"requests": dict(self.requests), "not_modified": self.not_modified}

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests[path] += 1
        if self.is_down:
            return httpx.Response(503, text="down")
        if path == "/robots.txt":
            return httpx.Response(self.robots_status, text=self._robots())
        answer = self._answer(path, request)
        if answer.status_code != 200 or path.endswith((".xml", ".gz")):
            return answer
        etag = f'"{hashlib.sha256(answer.content).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            self.not_modified += 1
            return httpx.Response(304, headers={"etag": etag})
        answer.headers["etag"] = etag
        return answer

    def _robots(self) -> str:
        return (
            "User-agent: *\nDisallow: /prive/\nAllow: /prive/ouvert\nDisallow: /*?tri=\n\n"
            f"User-agent: BadBot\nDisallow: /\n\nSitemap: {self.origin}/sitemap_index.xml\n"
        )

    def _answer(self, path: str, request: httpx.Request) -> httpx.Response:
        head, _, rest = path.strip("/").partition("/")
        number = int(rest) if rest.isdigit() else 0
        match head:
            case "":
                return self._page("Atelier Exemple", self._home())
            case "prestations" if 0 < number <= self.size.services:
                return self._page(f"Prestation {number}", self._service(number))
            case "conseils" if 0 < number <= self.size.advice and not (number == self.size.advice and self.edition > 1):
                return self._page(f"Conseil {number}", self._advice(number))
            case "agences" if 0 < number <= self.size.places:
                return self._page(f"Agence {number}", self._place(number))
            case "seules" if 0 < number <= self.size.orphans:
                return self._page(
                    f"Page seule {number}", f"<p>Cette page numéro {number} n'est que dans le plan du site.</p>"
                )
            case "ancien" if 0 < number <= self.size.redirects:
                return httpx.Response(301, headers={"location": f"/prestations/{number}"})
            case "copie" if 0 < number <= self.size.duplicates:
                return self._page(f"Prestation {number}", self._service(number))
            case "imprimer" if 0 < number <= self.size.duplicates:
                link = f'<link rel="canonical" href="/prestations/{number}">'
                return self._page(f"Prestation {number}", self._service(number) + "<p>À imprimer</p>", link)
            case "prive":
                return self._page("Privé", "<p>Personne ne doit lire cette page secrète du site.</p>")
            case "latin1":
                text = self._html(
                    "Été à l'atelier", "<p>L'atelier ferme du 3 au 18 août, révisions à l'été suivant.</p>"
                )
                return httpx.Response(
                    200, content=text.encode("latin-1"), headers={"content-type": "text/html; charset=iso-8859-1"}
                )
            case "fragile":
                if self.requests[path] % 3:
                    return httpx.Response(500, text="oups")
                return self._page(
                    "Fragile", "<p>Cette page n'est servie qu'une fois sur trois, patience est utile.</p>"
                )
            case "cachee":
                return self._page(
                    "Cachée",
                    "<p>Cette page ne veut pas être trouvée ailleurs.</p>",
                    _NOINDEX,
                )
            case "boucle":
                return httpx.Response(302, headers={"location": f"/boucle/{number + 1}"})
            case "evade":
                return httpx.Response(302, headers={"location": "http://169.254.169.254/latest/meta-data/"})
            case "calendrier":
                return self._calendar(rest)
            case "boutique":
                return self._shop(request)
            case "profond":
                return self._page(
                    f"Profond {path}", f"<p>Encore plus profond : {path} sans fin.</p>{_link(f'{path}/encore')}"
                )
            case "actualite":
                return self._page(
                    "Actualité",
                    f"<p>La promotion du moment est l'offre numéro {self.edition} : pneus d'hiver.</p>",
                )
            case "photo.jpg":
                return httpx.Response(200, content=b"\xff\xd8\xff", headers={"content-type": "image/jpeg"})
            case "sitemap_index.xml":
                maps = ("pages.xml.gz", "broken.xml")
                return httpx.Response(200, text=_index(f"{self.origin}/{name}" for name in maps))
            case "pages.xml.gz":
                listed = [f"{self.origin}/seules/{n}" for n in range(1, self.size.orphans + 1)] + [f"{self.origin}/"]
                content = gzip.compress(_urls(listed).encode())
                return httpx.Response(200, content=content, headers={"content-type": "application/gzip"})
            case "broken.xml":
                return httpx.Response(200, text="<!DOCTYPE x [<!ENTITY a 'b'>]><urlset>")
            case _:
                return httpx.Response(404, text="introuvable")

    def _html(self, title: str, body: str, head: str = "") -> str:
        return (
            f"<!doctype html><html lang=fr><head><title>{title} - Atelier Exemple</title>{head}</head><body>"
            "<header><a href=/>Accueil</a></header><nav><ul><li><a href=/>Accueil</a><li><a href=/prestations/1>Prestations</a>"
            "<li><a href=/conseils/1>Conseils</a></ul></nav><div class=cookie-banner>Nous utilisons des cookies.</div>"
            f"<main><h1>{title}</h1>{body}</main><footer>Atelier Exemple, tous droits réservés.</footer></body></html>"
        )

    def _page(self, title: str, body: str, head: str = "") -> httpx.Response:
        return httpx.Response(200, text=self._html(title, body, head), headers=_HTML)

    def _home(self) -> str:
        groups: tuple[tuple[str, int], ...] = (
            ("prestations", min(10, self.size.services)),
            ("conseils", min(10, self.size.advice)),
            ("agences", self.size.places),
            ("ancien", self.size.redirects),
        )
        groups = (
            *groups,
            ("copie", self.size.duplicates),
            ("imprimer", self.size.duplicates),
            ("prive", self.size.private),
        )
        links = [f"/{name}/{n}" for name, most in groups for n in range(1, most + 1)]
        links += [
            "/latin1",
            "/fragile",
            "/cachee",
            "/boucle/1",
            "/evade",
            "/calendrier/2026/11",
            "/boutique?page=1",
            "/profond",
        ]
        links += [
            "/actualite?utm_source=lettre",
            "/actualite#haut",
            "/photo.jpg",
            "/prestations/1?tri=prix",
            *FORBIDDEN_LINKS,
        ]
        listed = "".join(f"<li><a href='{link}'>{link}</a>" for link in links)
        return f"<p>Bienvenue à l'atelier, ouvert de 8 h 30 à 18 h 30 du lundi au vendredi.</p><ul>{listed}</ul>"

    def _service(self, number: int) -> str:
        onward = f"<a href='/prestations/{number + 10}'>suivante</a>" if number + 10 <= self.size.services else ""
        return (
            f"<p>La prestation numéro {number} est faite par un mécanicien de l'atelier.</p>"
            f"<table><tr><th>Prestation<th>Prix<th>Durée"
            f"<tr><td>Forfait {number}<td>{number * 10 + 9} €<td>{number + 15} min</table>"
            f"{onward}"
        )

    def _advice(self, number: int) -> str:
        onward = f"<a href='/conseils/{number + 10}'>suivant</a>" if number + 10 <= self.size.advice else ""
        return f"<h2>Astuce {number}</h2><p>Pour l'astuce {number}, vérifiez la pression tous les {number + 1} jours.</p>{onward}"

    def _place(self, number: int) -> str:
        return f"<dl><dt>Adresse<dd>{number} rue de l'Exemple<dt>Places de parking<dd>{number * 3}</dl>"

    def _calendar(self, rest: str) -> httpx.Response:
        year, _, month = rest.partition("/")
        after = int(year or 2026) * 12 + int(month or 1)
        link = f"/calendrier/{after // 12}/{after % 12 + 1}"
        return self._page(
            f"Calendrier {rest}",
            f"<p>Aucun événement pour la période {rest} du calendrier.</p>{_link(link)}",
        )

    def _shop(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        secret = hashlib.sha256(f"{page}{sum(self.requests.values())}".encode()).hexdigest()[:12]
        link = f"/boutique?page={page + 1}&PHPSESSID={secret}"
        return self._page(
            f"Boutique {page}",
            f"<p>Article de la page {page} de la boutique en ligne.</p>{_link(link)}",
        )


def _link(url: str) -> str:
    return f"<a href='{url}'>suite</a>"


def _urls(urls: list[str]) -> str:
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'


def _index(urls: object) -> str:
    listed = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)  # type: ignore[attr-defined]
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'
