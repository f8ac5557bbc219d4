"""The public page in a real browser: on a phone, by keyboard, for a screen reader, in the visitor's own zone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.diary import open_business
from tests.support.patience import PATIENT
from tools.browser import Page, browser, installed
from tools.runtime import LocalWorker

Sql = Callable[..., list[dict[str, Any]]]
SHOTS = Path(__file__).resolve().parents[2] / ".cache/screenshots"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    binary = installed()
    assert binary, "Chromium is needed; scripts/test.sh installs it (Debian: apt-get install chromium)"
    SHOTS.mkdir(parents=True, exist_ok=True)
    with browser(binary) as given:
        yield given


@pytest.fixture
def slug(worker: LocalWorker, sql: Sql) -> Iterator[str]:
    with httpx.Client(base_url=worker.url, **PATIENT) as client:
        service = open_business(client, None)
        client.patch(f"/api/v1/services/{service}", json={"description": "Vidange et filtre."})
        (row,) = sql("SELECT t.slug FROM tenants AS t JOIN services AS s ON s.tenant_id = t.id WHERE s.id = ?", service)
        yield str(row["slug"])


def booked(sql: Sql, slug: str) -> list[dict[str, Any]]:
    return sql(
        "SELECT a.* FROM appointments AS a JOIN tenants AS t ON t.id = a.tenant_id WHERE t.slug = ? ORDER BY a.id", slug
    )


def to_times(page: Page, worker: LocalWorker, slug: str, language: str) -> None:
    page.problems.clear()
    page.open(f"{worker.url}/book/{slug}?lang={language}")
    page.click("Vidange")
    page.wait_for("document.querySelectorAll('.times button').length > 3")


def test_booking_on_a_phone_in_french(page: Page, worker: LocalWorker, slug: str, sql: Sql) -> None:
    page.resize(390, 844, is_phone=True)
    page.set_zone("Europe/Paris")
    page.open(f"{worker.url}/book/{slug}?lang=fr")
    page.wait_for_text("Quelle prestation")
    page.screenshot(SHOTS / "1-services-phone-fr.png")
    to_times(page, worker, slug, "fr")
    page.screenshot(SHOTS / "2-times-phone-fr.png")
    assert page.run("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone"
    touched = "button, summary, .choice, select, input:not([type=radio])"
    heights = f"[...document.querySelectorAll('{touched}')].map((one) => one.offsetHeight).filter(Boolean)"
    assert page.run(f"Math.min(...{heights})") >= 44, "everything is large enough for a finger"
    start = page.run("document.querySelector('.times button').dataset.start")
    page.run("document.querySelector('.times button').click()")
    page.wait_for_text("Vos coordonnées")
    page.fill("name", "Sample Visitor")
    page.fill("phone", "06 39 98 00 01")
    page.fill("email", "visitor@sample.example")
    page.screenshot(SHOTS / "3-details-phone-fr.png")
    page.click("Réserver")
    page.wait_for_text("C'est réservé.")
    page.screenshot(SHOTS / "4-booked-phone-fr.png")
    (row,) = booked(sql, slug)
    assert row["starts_at"].replace(" ", "T").removesuffix(".000") + "Z" == start
    assert (row["name"], row["phone"], row["timezone"]) == ("Sample Visitor", "+33639980001", "Europe/Paris")
    page.click("Déplacer ou annuler")
    page.wait_for_text("Je viendrai")
    page.screenshot(SHOTS / "5-own-phone-fr.png")
    page.click("Je viendrai")
    page.wait_for_text("votre venue est confirmée")
    page.click("Déplacer")
    page.wait_for("document.querySelectorAll('.times button').length > 3")
    page.run("[...document.querySelectorAll('.times button')].at(-1).click()")
    page.wait_for_text("C'est déplacé.")
    page.click("Annuler le rendez-vous")
    page.wait_for_text("Annuler ce rendez-vous ?")
    page.click("Oui, l'annuler")
    page.wait_for_text("Ce rendez-vous est annulé.")
    (row,) = booked(sql, slug)
    assert (row["status"], row["sequence"], row["cancelled_by"]) == ("cancelled", 2, "customer")
    assert page.problems == []


def test_booking_by_keyboard_alone_in_english_from_new_york(
    page: Page, worker: LocalWorker, slug: str, sql: Sql
) -> None:
    page.resize(1100, 800, is_phone=False)
    page.set_zone("America/New_York")
    page.open(f"{worker.url}/book/{slug}?lang=en")
    page.wait_for_text("Which service?")
    page.press("Tab", 9)
    page.press(" ", 32)
    page.wait_for("document.querySelectorAll('.times button').length > 3")
    assert page.run("document.getElementById('zone').value") == "America/New_York"
    page.screenshot(SHOTS / "6-times-desk-en.png")
    for _ in range(10):
        page.press("Tab", 9)
        if page.run("document.activeElement.dataset.start"):
            break
    start = page.run("document.activeElement.dataset.start")
    assert start, "the times are reached by the tab key"
    page.press("Enter", 13)
    page.wait_for_text("Your details")
    for value in ("Sample Visitor", "", "visitor@sample.example"):
        page.press("Tab", 9)
        page.call("Input.insertText", text=value)
    page.press("Enter", 13)
    page.wait_for_text("It is booked.")
    (row,) = booked(sql, slug)
    assert (row["timezone"], row["language"], row["email"]) == ("America/New_York", "en", "visitor@sample.example")
    assert page.problems == []


def test_what_a_screen_reader_finds(page: Page, worker: LocalWorker, slug: str) -> None:
    to_times(page, worker, slug, "en")
    found = page.tree()
    roles = {role for role, _ in found}
    assert {"main", "heading", "combobox", "button", "list", "status"} <= roles
    assert all(name for role, name in found if role in ("button", "combobox", "radio", "textbox", "link"))
    assert any(role == "button" and name.startswith("Choose ") for role, name in found)
    assert page.run("document.documentElement.lang") == "en"
    page.run("document.querySelector('.times button').click()")
    page.wait_for_text("Your details")
    assert page.run("document.activeElement.tagName") == "H2", "focus follows to what is new"
    assert all(name for role, name in page.tree() if role in ("textbox", "button"))


def test_a_time_that_has_just_gone(page: Page, worker: LocalWorker, slug: str, sql: Sql) -> None:
    to_times(page, worker, slug, "fr")
    start = page.run("document.querySelector('.times button').dataset.start")
    page.run("document.querySelector('.times button').click()")
    with httpx.Client(base_url=worker.url, **PATIENT) as visitor:
        services = visitor.get(f"/api/v1/public/{slug}").json()["business"]["services"]
        body = {"service_id": services[0]["id"], "start": start, "customer": {"name": "Else", "phone": "0639980002"}}
        assert visitor.post(f"/api/v1/public/{slug}/appointments", json=body).status_code == 201
    page.wait_for_text("Vos coordonnées")
    page.fill("name", "Sample Visitor")
    page.fill("phone", "06 39 98 00 01")
    page.click("Réserver")
    page.wait_for_text("Cette heure vient d'être prise")
    assert page.run("document.querySelector('.times button').dataset.start") != start
    assert len(booked(sql, slug)) == 1
    page.screenshot(SHOTS / "7-gone-fr.png")


def test_it_stands_in_a_frame_and_ones_own_appointment_does_not(page: Page, worker: LocalWorker, slug: str) -> None:
    page.open(f"{worker.url}/docs")
    framed = "document.body.append(Object.assign(document.createElement('iframe'), {{src: '{0}', id: '{1}'}}))"
    with httpx.Client(base_url=worker.url, **PATIENT) as visitor:
        assert "frame-ancestors *" in visitor.get(f"/book/{slug}").headers["content-security-policy"]
        assert "frame-ancestors 'none'" in visitor.get(f"/book/{slug}/apt_x").headers["content-security-policy"]
    page.run(framed.format(f"{worker.url}/book/{slug}", "shop"))
    page.wait_for("document.getElementById('shop').contentDocument?.body?.innerText.includes('Vidange')")
