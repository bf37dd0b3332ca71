"""An evaluation set of our own: 64 invented problems, and programs that hold one of them in some disguise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Things that problems are about; each is in one problem only.
_THINGS = (
    *("lantern", "harbour", "orchard", "ledger", "comet", "kettle", "meadow", "turbine", "violin", "glacier"),
    *("pebble", "saddle", "anchor", "beacon", "cobalt", "dahlia", "ember", "falcon", "garnet", "hammock"),
    *("icicle", "jasmine", "kestrel", "lagoon", "mantle", "nectar", "oyster", "parsnip", "quarry", "raven"),
    *("sickle", "thistle", "urchin", "vellum", "walnut", "yarrow", "zephyr", "almanac", "barley", "canopy"),
    *("drizzle", "easel", "fjord", "gondola", "heron", "ivory", "juniper", "kelp", "lichen", "marble"),
    *("nutmeg", "obelisk", "pigment", "quiver", "rudder", "sextant", "tundra", "umber", "vortex", "willow"),
    *("awning", "bobbin", "cistern", "dowel"),
)
_SHAPES = (
    (
        "weigh the {a} crates that arrive before the {b} bell and tell which of them outlasts the journey",
        """\
    heaviest_{a} = None
    for {b}_crate in {a}_crates:
        if {b}_crate.arrival < {b}_bell and {b}_crate.weight > limit:
            if heaviest_{a} is None or {b}_crate.weight > heaviest_{a}.weight:
                heaviest_{a} = {b}_crate
    return heaviest_{a}
""",
    ),
    (
        "count how often a {a} keeper crosses the {b} bridge when every second crossing is free of charge",
        """\
    crossings_{a}, paid_{b} = 0, 0
    for keeper_{a}, {b}_toll in zip({a}_crates, {b}_bell):
        crossings_{a} += 1
        if crossings_{a} % 2:
            paid_{b} += {b}_toll * limit
    return crossings_{a}, paid_{b}
""",
    ),
    (
        "arrange {a} stones around the {b} pond so that neighbouring stones never share a colour or a year",
        """\
    ring_{a} = sorted({a}_crates, key=lambda stone_{a}: (stone_{a}.colour, stone_{a}.year))
    shore_{b} = ring_{a}[::2] + ring_{a}[1::2]
    for left_{b}, right_{b} in zip(shore_{b}, shore_{b}[1:]):
        if left_{b}.colour == right_{b}.colour or left_{b}.year == {b}_bell:
            return shore_{b}[:limit]
    return shore_{b}
""",
    ),
    (
        "divide the {a} harvest among {b} cousins by age while the youngest cousin always picks first",
        """\
    baskets_{a} = dict.fromkeys({b}_bell, 0)
    waiting_{b} = sorted(baskets_{a}, key=lambda cousin_{b}: cousin_{b}.age)
    while {a}_crates and waiting_{b}:
        youngest_{b} = waiting_{b}.pop(0)
        baskets_{a}[youngest_{b}] += {a}_crates.pop()
        waiting_{b}.append(youngest_{b}) if limit else None
    return baskets_{a}
""",
    ),
    (
        "follow the {a} trail through the {b} maze until a door repeats and report the length of the walk",
        """\
    seen_{a} = set()
    door_{b} = {b}_bell[0]
    while door_{b} not in seen_{a}:
        seen_{a}.add(door_{b})
        steps_{a} = [step for step in {a}_crates if step.origin == door_{b}]
        if not steps_{a}:
            raise KeyError(door_{b})
        door_{b} = max(steps_{a}, key=lambda step: step.target % limit).target
    return len(seen_{a})
""",
    ),
    (
        "translate the {a} signals into {b} flags although two flags in every fleet were swapped at night",
        """\
    swapped_{b} = {{{b}_bell[0]: {b}_bell[1], {b}_bell[1]: {b}_bell[0]}}
    try:
        flags_{a} = [swapped_{b}.get(signal, signal) for signal in {a}_crates]
    except TypeError as error_{a}:
        return str(error_{a})
    finally:
        swapped_{b}.clear()
    return "-".join(str(flag)[:limit] for flag in flags_{a})
""",
    ),
    (
        "fill the {a} barrels from the {b} spring in turns and name the barrel that overflows before noon",
        """\
    level_{a} = [0.0] * len({a}_crates)
    for turn_{b}, litres_{b} in enumerate({b}_bell):
        place_{a} = turn_{b} % len(level_{a})
        level_{a}[place_{a}] += litres_{b}
        if level_{a}[place_{a}] > {a}_crates[place_{a}] * limit:
            return place_{a}, turn_{b}
        else:
            level_{a}[place_{a}] *= 0.5
    return None
""",
    ),
    (
        "compare the {a} diary with the {b} chronicle and mark the years in which both are silent at once",
        """\
    years_{a} = {{entry.year for entry in {a}_crates if entry.text.strip()}}
    years_{b} = {{entry.year for entry in {b}_bell if entry.text.strip()}}
    spoken_{a} = years_{a} | years_{b}
    first_{b}, last_{b} = min(spoken_{a}), max(spoken_{a})
    silent_{b} = [year for year in range(first_{b}, last_{b} + limit) if year not in spoken_{a}]
    assert silent_{b} == sorted(silent_{b})
    return silent_{b}
""",
    ),
)


@dataclass(frozen=True)
class Planted:
    """One problem."""

    id: str
    name: str
    prompt: str
    docstring: str
    solution: str
    test: str

    @property
    def program(self) -> str:
        """Give it as a set's file has it: the prompt, and the solution behind it."""
        return self.prompt + self.solution


def problems() -> list[Planted]:
    """Give the 64 problems."""
    made = []
    for number, a in enumerate(_THINGS):
        b, (task, body) = _THINGS[(number * 7 + 3) % len(_THINGS)], _SHAPES[number % len(_SHAPES)]
        name = f"{a}_{b}_{number}"
        sentence = task.format(a=a, b=b)
        doc = f"{sentence.capitalize()}.\n\n    >>> {name}([], [], 3)\n    {number}\n    "
        prompt = f'from typing import Any\n\n\ndef {name}({a}_crates, {b}_bell, limit):\n    """{doc}"""\n'
        test = f"def check(candidate):\n    assert candidate([], [], {number}) is None\n"
        made.append(Planted(f"Planted/{number}", name, prompt, doc, body.format(a=a, b=b), test))
    return made


def write(path: Path) -> Path:
    """Write the set as HumanEval is written: JSON lines."""
    rows = [
        {"task_id": p.id, "prompt": p.prompt, "canonical_solution": p.solution, "test": p.test, "entry_point": p.name}
        for p in problems()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


_AROUND = """\
import os


def main(arguments):
    for argument in arguments:
        print(os.path.basename(argument))
"""


def _embedded(p: Planted) -> str:
    return _AROUND * 20 + "\n\n" + p.program + "\n\n" + _AROUND.replace("main", "again") * 20


def _tabs(p: Planted) -> str:
    return p.program.replace("    ", "\t").replace("\n", "\r\n")


def _spread(p: Planted) -> str:
    return re.sub(r"([(),=<>%+*\[\]:.])", r" \1 ", p.program).replace("\n", "\n\n")


def _commented(p: Planted) -> str:
    lines = p.program.split("\n")
    return "\n".join(f"{line}  # step {i}" if line.strip() and i > 8 else line for i, line in enumerate(lines))


def _in_javascript(p: Planted) -> str:
    lines = ['  "' + line.replace('"', '\\"') + '\\n" +' for line in p.program.split("\n")]
    return "const program =\n" + "\n".join(lines) + '\n  "";\nmodule.exports = { program };\n'


def _in_json(p: Planted) -> str:
    return json.dumps({"id": p.id, "text": p.program, "n": 1}) + "\n"


def _as_comment(p: Planted) -> str:
    return "\n".join("// " + line for line in p.docstring.split("\n")) + "\nint main(void) { return 0; }\n"


def _renamed(p: Planted) -> str:
    return p.program.replace(p.name, "solve")


def _body_renamed(p: Planted) -> str:
    """Rename two variables in the solution alone, no docstring: what a copyist would do."""
    names = sorted(set(re.findall(r"[a-z]+_[a-z]+", p.solution)))[:2]
    body = p.solution
    for k, name in enumerate(names):
        body = body.replace(name, f"value{k}")
    return f"def solve({p.prompt.split('(')[1].split(')')[0]}):\n{body}"


#: Disguise → how a problem is dressed in it.
DISGUISES: Mapping[str, Callable[[Planted], str]] = {
    "verbatim": lambda p: p.program,
    "embedded": _embedded,
    "tabs and carriage returns": _tabs,
    "spread out": _spread,
    "solution only": lambda p: "def solve():\n" + p.solution,
    "docstring only": lambda p: f'"""{p.docstring}"""\n',
    "upper case": lambda p: p.program.upper(),
    "comments between": _commented,
    "comment of another language": _as_comment,
    "string of another language": _in_javascript,
    "inside JSON": _in_json,
    "function renamed": _renamed,
    "two variables renamed": _body_renamed,
}
#: Share of problems that must be found; of all other disguises: all.
RATES = {"two variables renamed": 0.6}
