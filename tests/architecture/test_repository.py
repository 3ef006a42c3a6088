"""What holds for every file of the repository."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOMES = ("work", "root", "home")
FORBIDDEN = re.compile(r"(?<![\w.:/])/(?:" + "|".join(HOMES) + r")/|--(?:extra-)?index-url|--find-links")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in (".png", ".otf", ".ttf", ".parquet", ".mo"):
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {match.group()}" for match in FORBIDDEN.finditer(text)]
    assert found == []


def test_locks_hold_a_hash_for_every_package() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        blocks = re.split(r"\n(?=\S)", "\n".join(lines).strip())
        assert len(blocks) > 2
        assert all("--hash=sha256:" in block for block in blocks)
        assert not any("://" in block or " @ " in block for block in blocks)


def test_every_decision_has_a_title_and_fits_a_page() -> None:
    pages = list((ROOT / "docs" / "decisions").glob("*.md"))
    assert pages
    for page in pages:
        lines = page.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert len(lines) < 60


def test_links_in_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        local = [target for target in targets if not target.startswith("http")]
        broken += [f"{page.name}: {target}" for target in local if not (page.parent / target).exists()]
    assert broken == []
