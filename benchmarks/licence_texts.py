"""How often an SPDX text is recognised after the changes that do not change a licence.

``python benchmarks/licence_texts.py [--every N]`` takes every (N-th) SPDX licence text of 20 words and more, as it is
and re-wrapped, commented, without its title, with 3 % of the words dropped, with 75 words added, with a header and a
tail of its own, and says how often the id found is the text's. Truth and index come from the same list.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator

from codestrata.analyze.licence.document import licence_file
from codestrata.analyze.licence.references import references
from codestrata.model.spdx import table

SHORTEST = 20
NOISE = ("build", "the", "tool", "run", "tests", "server", "please", "see", "docs", "for", "usage", "install", "module")
TITLE = "My Project Licence\n\nCopyright (c) 2011-2024 Some Company Inc. <legal@example.org>\nAll rights reserved.\n\n"


def variations(text: str, seed: str) -> Iterator[tuple[str, str]]:
    """Give (name, text) for each variation of a licence text; the same for the same seed."""
    chance = random.Random(seed)
    words, lines = text.split(), text.strip().splitlines()
    yield "exact", text
    yield "re-wrapped", "\n".join(" ".join(words[i : i + 9]) for i in range(0, len(words), 9))
    yield "commented", "/*\n" + "\n".join(" * " + line for line in lines) + "\n */\n"
    yield "untitled", "\n".join(lines[1:]) if len(lines) > 3 and len(lines[0]) < 80 else text
    yield "3 % dropped", "\n".join(" ".join(w for w in line.split() if chance.random() > 0.03) for line in lines)
    yield "75 added", text + "\n\n" + " ".join(chance.choice(NOISE) for _ in range(75))
    yield "header and tail", TITLE + text + "\n\n" + " ".join(chance.choice(NOISE) for _ in range(25))


def main() -> None:
    """Run and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--every", type=int, default=1)
    asked: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    texts = {id_: text for id_, text in reversed(references()) if not table()[id_.lower()].exception}
    chosen = [(id_, t) for id_, t in sorted(texts.items()) if len(t.split()) >= SHORTEST][
        :: arguments.parse_args().every
    ]
    start = time.process_time()
    for id_, text in chosen:
        for name, varied in variations(text, id_):
            asked[name] += 1
            found = licence_file(varied).expression
            if base(found) != base(id_):
                wrong[name] += 1
                print(f"  {id_} {name}: {found or 'nothing'}")
    spent = time.process_time() - start
    for name, count in asked.items():
        print(f"{name:16} {100 * (1 - wrong[name] / count):6.2f} % of {count}")
    total = asked.total()
    print(f"{'all':16} {100 * (1 - wrong.total() / total):6.2f} % of {total}, {1000 * spent / total:.2f} ms CPU each")


def base(expression: str) -> str:
    """Give an id without -only and -or-later, which no text can tell."""
    return expression.replace("-only", "").replace("-or-later", "")


if __name__ == "__main__":
    main()
