"""The rules of the house, read from the source."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"
FILES = sorted(SRC.rglob("*.py"))

# What each layer may import of ours. app.py composes; entry.py is the shell.
ALLOWED = {
    "errors": set(),
    "ports": {"ports"},
    "settings": {"errors"},
    "modules": {"modules", "ports", "errors"},
    "providers": {"providers", "ports", "errors"},
    "wiring": {"providers", "ports", "settings"},
    "adapters": {"adapters", "ports", "errors", "settings", "wiring", "providers.breaker", "providers.openai"},
    "web": {"web", "modules", "ports", "errors", "settings"},
    "routes": {"web", "modules", "providers", "ports", "errors", "settings", "routes.senders", "routes.calling"},
    "app": {"routes", "web", "modules", "providers", "ports", "settings", "errors"},
    "driving": {"web.log", "modules", "ports"},
    "jobs": {"driving", "web.log", "modules", "ports", "settings"},
    "mail_in": {"web.log", "modules", "ports", "providers.mime"},
    "entry": {"app", "jobs", "mail_in", "adapters", "errors"},
}
RUNTIME = {"js", "pyodide", "workers"}
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
# Its parts are names of a constant list, which is held against the schema (tests/modules/test_owned_tables.py).
OWN_STORE = {"adapters.cloudflare.figures"}  # the table of a Durable Object, which nothing else reads
PUT_TOGETHER = {"modules.personal_data.table_queries"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


OURS = {module_of(path).partition(".")[0] for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_point_down(path: Path) -> None:
    layer = module_of(path).partition(".")[0]
    ours = [name for name in imports(path) if name.partition(".")[0] in OURS]
    wrong = [n for n in ours if not any(n == a or n.startswith(f"{a}.") for a in ALLOWED[layer])]
    # The bindings' packages themselves are named when something is imported from them.
    assert [n for n in wrong if not any(a.startswith(f"{n}.") or n.startswith(a) for a in ALLOWED[layer])] == []


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_javascript_is_met_only_at_the_edge(path: Path) -> None:
    if module_of(path) == "entry" or module_of(path).startswith("adapters.cloudflare"):
        return
    assert not {name.partition(".")[0] for name in imports(path)} & RUNTIME


@pytest.mark.parametrize("path", [p for p in FILES if "modules" in p.parts], ids=module_of)
def test_the_business_knows_no_http(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imports(path)} & {"fastapi", "starlette", "httpx"}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_sql_stands_in_queries_only_and_is_never_put_together(path: Path) -> None:
    tree = tree_of(path)
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    holds_sql = [text for text in constants if isinstance(text, str) and text.lstrip().startswith(SQL)]
    if not path.stem.endswith("queries"):
        assert module_of(path) in OWN_STORE or [sql for sql in holds_sql if sql != "SELECT 1 AS alive"] == []
        return
    if module_of(path) in PUT_TOGETHER:
        return
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    statements = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Statement"]
    assert statements
    assert all(isinstance(call.args[0], ast.Constant) for call in statements)


@pytest.mark.parametrize("path", [p for p in FILES if p.stem.endswith("queries")], ids=module_of)
def test_a_domain_is_reached_through_its_services(path: Path) -> None:
    domain, name = path.parent.name, module_of(path)
    users = [p for p in FILES if name in imports(p)]
    assert users
    assert {p.parent.name for p in users} == {domain}


def test_no_circles_between_modules() -> None:
    known = {module_of(path) for path in FILES}
    graph = {module_of(p): {n for n in imports(p) if n in known and n != module_of(p)} for p in FILES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for imported in graph[name]:
                # A package that only gathers its own parts is not a circle with them.
                if not name.startswith(f"{imported}."):
                    visit(imported, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_nothing_at_the_root_is_named_like_the_standard_library() -> None:
    assert not {path.stem for path in SRC.iterdir()} & set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_stay_short_and_functions_too(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 60, node.name
            arguments = [arg.arg for arg in (*node.args.args, *node.args.kwonlyargs) if arg.arg not in ("self", "cls")]
            # A route's parameters are its request; scrypt's are those of its formula.
            assert len(arguments) <= 5 or "routes" in path.parts or node.name == "scrypt", node.name


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_the_syntax_is_that_of_python_3_11(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 11))


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_everything_is_caught_only_where_somebody_waits(path: Path) -> None:
    drivers = {"web.middleware", "routes.voice", "routes.calling", "routes.relay", "routes.hosted"}
    drivers |= {"modules.calls.conversation"}
    drivers |= {"routes.onboarding", "jobs", "driving", "modules.operations.service"}
    if module_of(path) in drivers or module_of(path).startswith("adapters.cloudflare"):
        return
    handlers = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.ExceptHandler)]
    assert not [h for h in handlers if h.type is None or getattr(h.type, "id", "") in ("Exception", "BaseException")]


def test_nothing_goes_out_but_by_the_vendor_client_the_guard_and_the_mail_servers() -> None:
    """Each of the first and the last has a breaker; what the guard lets out goes to addresses of tenants' own."""
    by_http = {module_of(path) for path in FILES if "httpx" in {n.partition(".")[0] for n in imports(path)}}
    assert by_http == {"providers.http", "providers.outbound", "adapters.cloudflare.fetch"}
    texts = {module_of(path): path.read_text() for path in FILES}
    assert {name for name, text in texts.items() if "js.fetch(" in text} == {"adapters.cloudflare.fetch"}
    assert {name for name, text in texts.items() if "cloudflare:sockets" in text} == {"adapters.cloudflare.sockets"}
    dialling = {name for name, text in texts.items() if "ports.streams" in text and name.startswith("providers")}
    assert dialling == {"providers.smtp.dialogue", "providers.smtp.mailer"}
    assert "Breakers" in texts["providers.http"]
    assert "Breakers" in texts["providers.smtp.mailer"]


def test_what_few_requests_need_is_imported_by_them() -> None:
    """Memory of an isolate that has done nothing yet; docs/performance.md tells how much."""
    script = "import sys, app, jobs, mail_in; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=SRC, capture_output=True, text=True, check=True)
    files = {"justhtml", "mammoth", "markdown_it", "pypdf", "protego", "xml.etree.ElementTree"}
    diaries, mails = {"holidays", "icalendar"}, {"email.policy"}
    assert not (files | diaries | mails) & set(ran.stdout.split())
