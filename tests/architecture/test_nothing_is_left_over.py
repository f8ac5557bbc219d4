"""Every public name of src/ is used somewhere else than where it is made."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
# What others call by its name: the runtime, FastAPI's decorators, pydantic's validators, ASGI.
CALLED_FROM_OUTSIDE = {"Default", "fetch", "scheduled", "queue", "send", "receive"}


def test_nothing_is_left_over() -> None:
    text = {path: path.read_text() for path in [*SRC.rglob("*.py"), *(ROOT / "tools").rglob("*.py")]}
    words: dict[str, int] = {}
    for body in text.values():
        for word in re.findall(r"\w+", body):
            words[word] = words.get(word, 0) + 1
    unused = []
    for path, body in text.items():
        if SRC not in path.parents or "routes" in path.parts:
            continue
        for node in ast.parse(body).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names = [node.name]
            elif isinstance(node, ast.Assign):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names = [node.target.id]
            else:
                continue
            unused += [f"{path.relative_to(SRC)}: {n}" for n in names if words[n] < 2 and n not in CALLED_FROM_OUTSIDE]
    assert unused == []
