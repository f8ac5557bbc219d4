"""Files as people have them, made by other people's libraries, and the work behind knowledge done at once."""

import asyncio
import io

import docx
import fpdf

from jobs import run_job
from modules.crawling import crawling
from modules.knowledge import indexing
from tests.support.fakes import World


def pdf(*lines: str, title: str = "", password: str = "") -> bytes:
    """A page with a heading and lines under it; without lines a page with nothing but a drawing."""
    made = fpdf.FPDF()
    made.add_page()
    if password:
        made.set_encryption(owner_password=password, user_password=password)
    if title:
        made.set_font("helvetica", size=22)
        made.cell(0, 12, title, new_x="LMARGIN", new_y="NEXT")
    made.set_font("helvetica", size=11)
    for line in lines:
        made.multi_cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    made.rect(20, 100, 40, 40)
    return bytes(made.output())


def word(title: str, *paragraphs: str, table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    made = docx.Document()
    made.add_heading(title, 1)
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    if table:
        drawn = made.add_table(len(table), len(table[0]))
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                drawn.cell(row, column).text = cell
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def work(world: World, most: int = 400) -> int:
    """Runs the jobs that were queued for indexing and crawling, and those that they queue; how many there were."""
    done = 0
    while done < most:
        world.jobs.sent += [job for job in world.jobs.later if job[0] == crawling.JOB]
        world.jobs.later = [job for job in world.jobs.later if job[0] != crawling.JOB]
        at = next((n for n, (kind, _) in enumerate(world.jobs.sent) if kind in (indexing.JOB, crawling.JOB)), None)
        if at is None:
            return done
        kind, payload = world.jobs.sent.pop(at)
        world.clock.advance(seconds=1)
        assert asyncio.run(run_job(world.settings, world.ports, {"kind": kind, **payload}))
        done += 1
    raise AssertionError("the work has no end")
