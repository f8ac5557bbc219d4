"""A Word document, by way of HTML."""

import io
import zipfile

from modules.knowledge.errors import Unreadable
from modules.knowledge.extraction.html import blocks_of as html_blocks
from modules.knowledge.structure import Block

MOST_UNPACKED_BYTES = 40_000_000
_ENCRYPTED = b"\xd0\xcf\x11\xe0"  # a compound file: what Word makes of a document with a password, and old .doc
_BROKEN = Unreadable("broken", "It is not a Word document that can be read; save it again as .docx and upload that.")


def blocks_of(content: bytes) -> tuple[str, tuple[Block, ...]]:
    """(title, blocks). Raises Unreadable."""
    import mammoth  # 0.6 s in a Worker: imported where it is used

    if content.startswith(_ENCRYPTED):
        raise Unreadable("encrypted", "It has a password or is an old .doc; save it as .docx without a password.")
    try:
        _check(zipfile.ZipFile(io.BytesIO(content)))
        made = mammoth.convert_to_html(
            io.BytesIO(content), convert_image=mammoth.images.img_element(lambda image: {"src": ""}), id_prefix="d"
        )
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        IndexError,
        TypeError,
        RecursionError,
        OSError,
    ) as error:
        raise _BROKEN from error
    except (SyntaxError, NotImplementedError, RuntimeError) as error:  # XML that is none; a packing that is not known
        raise _BROKEN from error
    return "", html_blocks(made.value)


def _check(archive: zipfile.ZipFile) -> None:
    """Neither larger than it looks nor with entities, which could be."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise Unreadable("too_long", "Unpacked it is larger than 40 MB; leave the pictures out or split it.")
    names = {part.filename for part in parts}
    if "word/document.xml" not in names:
        raise Unreadable("wrong_type", "It is not a Word document; save it as .docx and upload that.")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4_000) or part.compress_size * 1_000 < part.file_size:
                    raise _BROKEN
