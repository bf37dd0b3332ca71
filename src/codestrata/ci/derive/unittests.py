"""Python without a manifest, tested by the standard library's unittest: nothing is fetched, Python is all it takes.

Source: the Python Library Reference, "unittest": test discovery, TestResult.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.kit import Kit
from codestrata.ci.draft.document import Step

#: Files of tests that are looked into.
_MOST = 40
_TEST = re.compile(r"(?:^|/)test[^/]*\.py$")
_UNITTEST = re.compile(r"(?m)^\s*(?:import|from) unittest\b")
_OTHERS = re.compile(r"(?m)^\s*(?:import|from) (?:pytest|nose2?|hypothesis)\b")
_REPORT = "tap.txt"
#: Runs what discovery finds and writes how each test ended; a test of which one part failed, failed. The plan comes
#: last: a run that dies has none. Starts that are no packages are their own top, as discovery asks.
_RUNNER = """\
python3 - <<'END'
import os, sys, unittest

class Told(unittest.TestResult):
    def startTestRun(self):
        self.ends, self.file = {{}}, open("{report}", "w", encoding="utf-8")
    def told(self, test, how, error=None):
        if error:
            print(self._exc_info_to_string(error, test), file=sys.stderr)
        if how != "ok" or test.id() not in self.ends:
            self.ends[test.id()] = how
    def addSuccess(self, test): self.told(test, "ok")
    def addSkip(self, test, reason): self.told(test, "skip")
    def addExpectedFailure(self, test, error): self.told(test, "skip")
    def addUnexpectedSuccess(self, test): self.told(test, "not ok")
    def addFailure(self, test, error): self.told(test, "not ok", error)
    def addError(self, test, error): self.told(test, "not ok", error)
    def addSubTest(self, test, part, error):
        if error:
            self.told(test, "not ok", error)
    def stopTestRun(self):
        for name, how in self.ends.items():
            said = "ok - %s # SKIP" if how == "skip" else how + " - %s"
            print(said % name.replace("#", ""), file=self.file)
        print("1..%d" % len(self.ends), file=self.file)
        self.file.close()

sys.path[:0] = {paths}
suite = unittest.TestSuite()
starts = {starts}
for start in starts:
    top = "." if os.path.isfile(os.path.join(start, "__init__.py")) else start
    if start != "." and top == "." in starts:
        continue
    suite.addTests(unittest.TestLoader().discover(start, top_level_dir=top))
told = Told()
told.startTestRun()
suite.run(told)
told.stopTestRun()
sys.exit("not ok" in told.ends.values())
END"""


def unittests(files: Files) -> Kit | None:
    """Give the kit of a tree whose tests are all unittest's; None where there are none, or others among them."""
    found = [path for path in files.paths if _TEST.search(path)]
    texts = [files.text(path) for path in found[:_MOST]]
    if not any(map(_UNITTEST.search, texts)) or any(map(_OTHERS.search, texts)):
        return None
    starts = sorted({PurePosixPath(path).parts[0] if "/" in path else "." for path in found})
    kit = Kit("unittest", min(found), means="files", report="tap", path=_REPORT)
    kit.env = {"PYTHONDONTWRITEBYTECODE": "1"}
    paths = ["src"] if any(path.startswith("src/") for path in files.paths) else []
    script = _RUNNER.format(report=_REPORT, paths=json.dumps(paths), starts=json.dumps(starts))
    kit.test = [Step(script, notes=["no manifest: unittest, with what the standard library has"])]
    return kit
