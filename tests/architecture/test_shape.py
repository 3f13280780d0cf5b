"""The shape of the code: the same modules in every service, short files, short functions, plain names."""

import ast
import re

import pytest

from tests.architecture.source import ROOT, name_of, python_files, tree

SERVICES = ("identity", "requests", "licensing", "documents", "notifications")
COMMON = {"service", "usecases", "domain", "store", "schemas", "models", "settings", "commands", "migrations"}
# A module beyond the common ones is a decision, written down here by name.
ALSO = {
    "identity": {"captcha_media", "captcha_audio", "hashing", "terms", "texts", "word_lists"},
    "requests": {"catalog", "reference"},
    "licensing": {"reference"},
    "documents": {"objects", "papers", "pages", "inspection", "scanner", "checking", "dependencies"},
    "notifications": {"senders", "templates", "renderer", "locales"},
}
TABLES = ("/catalog/", "/migrations/", "contracts/calls.py")
MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 300, 30, 5


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_modules_every_service_has(service: str) -> None:
    found = {
        path.stem
        for path in (ROOT / "services" / service).iterdir()
        if path.name not in ("__init__.py", "__pycache__", "README.md")
    }
    assert found <= COMMON | ALSO[service]
    assert {"service", "models", "settings", "migrations"} <= found


def test_files_are_short() -> None:
    long = {
        name_of(path): lines
        for path in python_files()
        if not any(table in name_of(path) for table in TABLES)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def _functions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{name_of(path)}:{node.name}", node)
        for path in python_files()
        if "/migrations/" not in name_of(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    ]


def test_functions_are_short() -> None:
    def lines(node: ast.FunctionDef) -> int:
        first = node.body[0]
        has_words = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        start = node.body[1].lineno if has_words and len(node.body) > 1 else first.lineno
        return (node.end_lineno or 0) - start + 1

    assert {name: n for name, node in _functions() if (n := lines(node)) > MOST_FUNCTION_LINES} == {}


def test_functions_take_few_positional_parameters() -> None:
    def count(node: ast.FunctionDef) -> int:
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        return len([name for name in names if name not in ("self", "cls", "session")])

    # A doorway's parameters are named on the wire: an RPC method takes what its contract says.
    is_doorway = {"rpc"}
    many = {
        name: n
        for name, node in _functions()
        if (n := count(node)) > MOST_PARAMETERS
        and not any(isinstance(d, ast.Name) and d.id in is_doorway for d in node.decorator_list)
    }
    assert many == {}


def test_names_say_what_things_are() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|misc|common)$")
    files = [name_of(path) for path in python_files() if vague.search(path.stem)]
    classes = [
        f"{name_of(path)}:{node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Util"))
    ]
    assert (files, classes) == ([], [])


def test_every_module_says_what_it_promises() -> None:
    def promises(text: str | None) -> bool:
        return bool(text) and len((text or "").splitlines()) <= 25

    silent = [
        name_of(path)
        for path in python_files()
        if path.stat().st_size and not promises(ast.get_docstring(tree(path)))
    ]
    assert silent == []


def test_settings_are_read_in_one_place() -> None:
    allowed = {
        "chassis/packages.py",
        "chassis/topology.py",
        "chassis/children.py",
        "gateway/wsgi.py",
        "gateway/settings.py",
    }
    readers = [
        name_of(path)
        for path in python_files("contracts", "chassis", "services", "gateway")
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert set(readers) <= allowed


def test_namekos_own_rpc_and_events_are_not_used() -> None:
    """They lose messages; see docs/adr/0001."""
    stock = re.compile(r"^(from|import) nameko\.(rpc|events|messaging|standalone|web)\b", re.M)
    found = [name_of(path) for path in python_files() if stock.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_domain_takes_time_and_chance_as_arguments() -> None:
    reads = re.compile(r"\b(clock\.(now|today|real_now)|datetime\.now|date\.today|secrets\.|random\.)")
    found = [
        name_of(path)
        for path in python_files("services")
        if "/domain" in name_of(path) and reads.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_pickle_and_no_unsafe_yaml() -> None:
    found = [
        name_of(path)
        for path in python_files()
        if re.search(r"\b(pickle|marshal|shelve)\b|yaml\.load\(", path.read_text(encoding="utf-8"))
    ]
    assert found == []
