"""The law of the house, held by a test: what the linters can not say."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from marketplace.modes import MODES
from realtime.tools import TOOLS

HOUSE = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
APPS = [Path(name.replace(".", "/")) for name in CONTRACTS["files"]["containers"]] + [Path("backend/base")]

# A file of more than 400 lines is two things in one. These few are one thing, and say why.
LONG: dict[str, str] = {}

# Modules with functions of their own that something else tests whole, so that no test bears their name.
NO_MIRROR = {
    "apps.py": "Django's own registry, read at every start",
    "asgi.py": "the journeys in tests/e2e go through it",
    "routing.py": "tests/test_access.py walks every address",
    "settings.py": "read by every test",
    "urls.py": "tests/test_access.py walks every address",
    "backend/demo": "one story, told by tests/backend/test_demo.py and walked through by the journeys",
}

# Tests of what no single module does: their name says what happens, not where.
SCENARIOS = {
    "tests/test_access.py": "a table of everyone and everything that can be asked",
    "tests/access/test_pages.py": "the same at the pages of rooms",
    "tests/access/test_sockets.py": "the same at the socket",
    "tests/test_bootstrap.py": "the first start, of bootstrap.py",
    "tests/test_csp.py": "what every page may load",
    "tests/test_factories.py": "the people that all tests use",
    "tests/test_house.py": "this",
    "tests/backend/test_mail.py": "the letters of the library that signs people in",
    "tests/backend/pacts/test_machine.py": "whatever people do, in whatever order",
    "tests/backend/pacts/test_races.py": "two at the same moment",
    "tests/realtime/test_acts_of_leading.py": "every order of who leads, held against the log",
    "tests/realtime/test_anew.py": "an erasure while somebody is away, with whole servers",
    "tests/realtime/test_coming_in.py": "a hall full of people at the door",
    "tests/realtime/test_erasure_killed.py": "an erasure killed at any statement",
    "tests/realtime/test_hostile_words.py": "what no editor writes, read on every page and in every file",
    "tests/realtime/test_refusals.py": "one refusal, whichever way it is asked for",
    "tests/realtime/test_servers.py": "whole servers with Yjs people",
    "tests/realtime/test_silence.py": "silence, heard on every line",
    "tests/realtime/test_taken_words.py": "every column that could hold a word",
    "tests/realtime/test_torture.py": "a moment of each of `make soak`",
    "tests/realtime/test_votes_killed.py": "a vote in which the server is killed",
    "tests/realtime/test_votes_raced.py": "votes at the same moment",
}


def tracked(*patterns: str) -> list[Path]:
    """The project's own files, as git knows them, also those not yet committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True).stdout.splitlines()
    return [HOUSE / name for name in sorted(set(names)) if (HOUSE / name).is_file()]


def name(file: Path) -> str:
    return file.relative_to(HOUSE).as_posix()


def is_made(file: Path) -> bool:
    """Made by a program: bundles, migrations, catalogues, locks."""
    parts = set(file.relative_to(HOUSE).parts)
    return bool(parts & {"migrations", "build", "locale", "requirements", "fonts", "vendor"}) or "lock" in file.name


def found(pattern: str, files: list[Path], *, flags: int = 0) -> list[str]:
    """`file:line text` of every match."""
    rule = re.compile(pattern, flags)
    hits = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if rule.search(line):
                hits.append(f"{name(file)}:{number} {line.strip()[:120]}")
    return hits


# --- size and place -----------------------------------------------------------------------------


def test_no_file_is_longer_than_400_lines():
    long = {}
    for file in tracked("*.py", "*.ts", "*.mjs", "*.css", "*.html"):
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > 400 and not is_made(file) and name(file) not in LONG:
            long[name(file)] = lines
    assert not long, "split them: one file per noun, same import surface"


def test_no_module_is_a_drawer_for_anything():
    drawers = {"utils", "helpers", "services", "signals", "common", "misc", "managers", "handlers"}
    assert [name(file) for file in tracked("*.py", "*.ts") if file.stem in drawers] == []


def test_every_app_is_under_the_contracts():
    apps = {str(path) for path in APPS}
    named = {
        entry.replace(".", "/")
        for entry in settings.INSTALLED_APPS
        if entry.split(".")[0] in ("backend", "realtime", "marketplace")
    }
    assert named - {"backend"} == apps


def test_the_layers_of_architecture_are_those_of_the_linter():
    text = (HOUSE / "ARCHITECTURE.md").read_text()
    block = re.search(r"## Layers\n.*?```\n(.*?)```", text, re.S)
    assert block, "ARCHITECTURE.md opens with the list of layers"
    told: list[set[str]] = []
    for line in re.sub(r"\n +", " ", block[1].strip()).splitlines():
        _label, modules = line.split(None, 1)
        spread = re.match(r"backend\.\{(.*)\}", modules)
        words = [f"backend.{word}" for word in spread[1].split()] if spread else modules.split("  ")[0].split(" | ")
        told.append(set(words))
    held = [set(re.findall(r"[\w.]+", layer)) for layer in CONTRACTS["apps"]["layers"]]
    assert told == held


def test_every_module_of_the_shell_is_in_the_list_of_layers():
    shell = set(re.findall(r"[\w.]+", CONTRACTS["apps"]["layers"][0]))
    apps = {str(app).replace("/", ".") for app in APPS}
    modules = {name(file).split("/")[1].removesuffix(".py") for file in tracked("backend/*.py")}
    modules -= {"__init__", "apps", "settings"}
    assert {f"backend.{module}" for module in modules} - apps == shell


# --- every variant is complete ------------------------------------------------------------------


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_a_room_tool_has_its_file_template_and_test(tool):
    assert (HOUSE / f"realtime/tools/{tool}.py").is_file()
    assert (HOUSE / f"tests/realtime/tools/test_{tool}.py").is_file()
    assert list((HOUSE / "frontend_templates/html/realtime").rglob(f"{tool}.html"))


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_mode_of_exchange_has_its_file_and_test(mode):
    assert (HOUSE / f"marketplace/modes/{mode}.py").is_file()
    assert (HOUSE / f"tests/marketplace/modes/test_{mode}.py").is_file()


@pytest.mark.parametrize(
    "city", sorted(path.name for path in (HOUSE / "backend/cities/data").iterdir() if path.is_dir())
)
def test_a_city_is_a_folder_of_data(city):
    folder = HOUSE / "backend/cities/data" / city
    assert (folder / "city.toml").is_file()
    assert (folder / "boundary.geojson").is_file()
    assert list(folder.glob("regulation*"))
    assert {file.suffix for file in folder.iterdir()} <= {".toml", ".geojson", ".md"}


def test_every_language_has_its_catalogue():
    made = {path.parent.parent.name for path in (HOUSE / "backend/locale").glob("*/LC_MESSAGES/django.po")}
    assert made == {code for code, _name in settings.LANGUAGES}


def does_something(file: Path) -> bool:
    """Whether a module has functions: a table, a vocabulary, a list of names has none."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__str__" for node in nodes)


def mirrors_of(module: Path) -> list[Path]:
    """Where the test of a module stands: its own path below tests/; that of a package bears the package's name."""
    path = module.relative_to(HOUSE)
    if path.name != "__init__.py":
        return [HOUSE / "tests" / path.parent / f"test_{path.name}"]
    package = f"test_{path.parent.name}.py"
    return [HOUSE / "tests" / path.parent / package, HOUSE / "tests" / path.parent.parent / package]


def test_every_module_that_does_something_has_a_test_of_its_name():
    missing = []
    for file in tracked("backend/*.py", "realtime/*.py", "marketplace/*.py"):
        places = {file.name, file.parent.relative_to(HOUSE).as_posix()}
        if is_made(file) or places & NO_MIRROR.keys() or not does_something(file):
            continue
        if not any(mirror.is_file() for mirror in mirrors_of(file)):
            missing.append(name(file))
    assert missing == []


def test_every_test_bears_the_name_of_a_module_or_is_a_scenario():
    modules = tracked("backend/*.py", "realtime/*.py", "marketplace/*.py")
    known = {name(mirror) for module in modules for mirror in mirrors_of(module)}
    tests = {name(file) for file in tracked("tests/*.py") if file.name.startswith("test_")}
    tests -= {test for test in tests if test.startswith("tests/e2e/")}
    assert tests - known - SCENARIOS.keys() == set(), "tests stand beside what they test"
    assert SCENARIOS.keys() - tests == set(), "a scenario that is gone"
    assert SCENARIOS.keys() & known == set(), "it bears a module's name"


def test_no_test_takes_from_another_test():
    """What several tests use stands in a module of its own."""
    files = tracked("tests/*.py", "bench/*.py")
    assert found(r"^\s*(?:from|import) tests\.(?:\w+\.)*test_\w+", files) == []


# --- what no file may hold ----------------------------------------------------------------------


def test_no_file_names_a_path_of_somebodys_machine():
    files = [
        file
        for file in tracked()
        if file.suffix in {".py", ".ts", ".mjs", ".md", ".toml", ".json", ".txt", ".html", ".css", ""}
    ]
    files = [file for file in files if not is_made(file) and file.name != "LICENSE"]
    assert found(r"/(?:root|work|home|Users)/[A-Za-z0-9_.]|[A-Z]:\\Users", files) == []


def test_no_lock_names_an_index():
    files = [HOUSE / "requirements/app.txt", HOUSE / "requirements/dev.txt", *tracked("*package-lock.json")]
    assert found(r'--(?:extra-)?index-url|--find-links|"resolved"|/simple\b|file://', files) == []
    for lock in files[:2]:
        pinned = re.findall(r"^[a-z0-9][\w.-]*==", lock.read_text(), re.M)
        assert len(pinned) > 60
        assert lock.read_text().count("--hash=sha256:") > len(pinned)


def test_no_template_has_inline_style_or_script():
    files = tracked("frontend_templates/html", "backend/*/templates")
    assert found(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", files, flags=re.I) == []
    assert found(r"<script(?![^>]*(?:\ssrc=|type=[\"']application/(?:json|ld\+json)[\"']))", files, flags=re.I) == []


def test_every_error_is_tied_to_the_field_that_it_is_about():
    """By its id, so that who does not see it hears it there; one that comes up later is read out by itself."""
    loose = []
    for file in tracked("frontend_templates/html/*.html"):
        text = file.read_text(encoding="utf-8")
        for attributes in re.findall(r'<\w+ class="error\b[^"]*"([^>]*)>', text):
            known = re.search(r'id="([^"]+)"', attributes)
            tied = known and re.search(rf'aria-describedby="[^>]*{re.escape(known[1])}', text)
            by_django = "bound.auto_id" in attributes  # whose fields name it themselves
            if not tied and not by_django and 'role="alert"' not in attributes:
                loose.append(f"{name(file)}: {attributes}")
    assert loose == []


def test_every_template_marks_its_words_for_translation():
    """Words between tags that no translation tag surrounds."""
    bare = []
    for file in tracked("frontend_templates/html/*.html"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)
        text = re.sub(r"{%-?\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", "", text, flags=re.S)
        text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
        text = re.sub(r"<(script|code|svg)\b.*?</\1>", "", text, flags=re.S)
        for words in re.findall(r">([^<>]+)<", text):
            if re.search(r"[A-Za-z]{3,}", re.sub(r"Copact|GeoJSON|CSV|JSON|PDF|SHA-256|\{\w+\}", "", words)):
                bare.append(f"{name(file)}: {words.strip()[:60]}")
    assert bare == []


def test_nothing_is_silenced_without_a_reason():
    """A `noqa` says why; a `type: ignore` names what mypy can not know (mypy itself refuses one that is not needed)."""
    files = [file for file in tracked("*.py") if not name(file).startswith("tests/test_house")]
    assert found(r"#\s*noqa(?!: [A-Z0-9, ]+\s+\S)", files) == []
    assert found(r"#\s*type:\s*ignore(?!\[[\w, -]+\])", files) == []
    assert found(r"@ts-ignore|@ts-nocheck|eslint-disable(?!.*--\s+\S)", tracked("frontend_templates/ts/*.ts")) == []


def test_no_test_is_skipped():
    """But for what needs Node, which says so plainly and fails where CI is set."""
    files = tracked("tests/*.py", "tests/*.ts", "tests/*.mjs")
    files = [file for file in files if name(file) not in ("tests/test_house.py", "tests/realtime/nodes.py")]
    assert found(r"\bskip(?:if)?\(|mark\.(?:skip|xfail)|importorskip|\.(?:skip|only|todo)\(", files) == []


def test_nothing_is_left_for_later():
    files = [file for file in tracked("*.py", "*.ts", "*.css", "*.html", "*.mjs") if not is_made(file)]
    files = [file for file in files if not name(file).startswith("tests/test_house")]
    assert found(r"\b(?:TODO|FIXME|XXX|HACK)\b", files) == []
    assert found(r"NotImplementedError", [file for file in files if not file.name.endswith("base.py")]) == []


def test_a_module_opens_with_one_sentence():
    silent = []
    for file in tracked("backend/*.py", "realtime/*.py", "marketplace/*.py"):
        text = file.read_text(encoding="utf-8").lstrip()
        if text and not is_made(file) and not text.startswith(('"""', "#!")):
            silent.append(name(file))
    assert silent == []


def test_no_human_sentence_in_the_scripts():
    """Templates hand words over; a script that shows some would show them in one language."""
    files = tracked("frontend_templates/ts/*.ts")
    hits = found(
        r"(?:textContent|innerText|title|ariaLabel|placeholder|alert\(|confirm\()\s*=?\s*[\"'`][A-Z][a-z]+ ", files
    )
    assert hits == []
