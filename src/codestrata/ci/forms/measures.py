"""Times and sizes as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from codestrata.ci.document import Problems, Scalar, Value
from codestrata.ci.forms.given import Word
from codestrata.ci.forms.kinds import MISFIT, wrong

_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_TIME = r"(?=\d)(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?(?:(\d{1,9})ms)?"
_SIZE = r"(\d{1,15}(?:\.\d{1,6})?) ?(k|K|M|G|T)(i?)B|(\d{1,15}) ?B|(\d{1,15}(?:\.\d{1,6})?)(K|M|G|T)i"
#: Longest time, in seconds: a year.
_LONGEST = 366 * 86400.0
_POWERS = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
#: Largest size, in bytes.
_LARGEST = 1 << 50


def seconds(text: str) -> float | None:
    """Read ``1h30m``, ``10m``, ``2.5s``, ``500ms``, ``7d``; None where it is none."""
    found = re.fullmatch(_TIME, text, re.ASCII)
    if not found:
        return None
    return sum(float(part) * unit for part, unit in zip(found.groups(), _SECONDS.values(), strict=True) if part)


def size(text: str) -> int | None:
    """Read ``2GiB``, ``500MB``, ``512Mi``: binary with ``i``, else decimal, in bytes; None where it is none."""
    found = re.fullmatch(_SIZE, text, re.ASCII)
    if not found:
        return None
    number, power, binary, plain, other, other_power = found.groups()
    if plain:
        return int(plain)
    base = 1024 if binary or other else 1000
    return int(float(number or other) * base ** _POWERS[power or other_power])


@dataclass(frozen=True, slots=True)
class Duration:
    """A time: seconds, or a text such as ``1h30m``."""

    zero: bool = False

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Give seconds."""
        hint = "for example: 90, 90s, 10m, 1h30m"
        if not isinstance(value, Scalar) or value.value is None or isinstance(value.value, bool):
            return wrong(value, name, "a time", problems, hint)
        number = value.value
        found = float(number) if isinstance(number, (int, float)) else seconds(value.text)
        if found is None:
            problems.error(value.mark, "wrong-time", f'"{name}" cannot be "{value.text[:60]}"', hint)
            return MISFIT
        if not (0 if self.zero else 1e-3) <= found <= _LONGEST:
            problems.error(value.mark, "out-of-range", f'"{name}" cannot be {value.text[:60]}', "it is 1ms to 366d")
            return MISFIT
        return found

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        number = {"type": "number", "minimum": 0, "maximum": _LONGEST}
        return {"anyOf": [number, {"type": "string", "pattern": f"^{_TIME}$"}]}

    def __str__(self) -> str:
        """Name it."""
        return "time (`90`, `10m`, `1h30m`)"


@dataclass(frozen=True, slots=True)
class Size:
    """A number of bytes, or a text such as ``2GiB``."""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Give bytes."""
        hint = "for example: 2GiB, 500MB"
        if not isinstance(value, Scalar) or value.value is None or isinstance(value.value, bool):
            return wrong(value, name, "a size", problems, hint)
        found = value.value if isinstance(value.value, int) else size(value.text)
        if found is None:
            problems.error(value.mark, "wrong-size", f'"{name}" cannot be "{value.text[:60]}"', hint)
            return MISFIT
        if not 1 <= found <= _LARGEST:
            problems.error(value.mark, "out-of-range", f'"{name}" cannot be {value.text[:60]}', "it is 1B to 1024TiB")
            return MISFIT
        return found

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        number = {"type": "integer", "minimum": 1, "maximum": _LARGEST}
        return {"anyOf": [number, {"type": "string", "pattern": f"^(?:{_SIZE})$"}]}

    def __str__(self) -> str:
        """Name it."""
        return "size (`500MB`, `2GiB`)"


#: The five fields of a cron line: names and bounds, in order.
_CRON = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
_NAMES = {
    3: {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)},  # noqa: SIM905
    4: {name: at for at, name in enumerate("sun mon tue wed thu fri sat".split())},  # noqa: SIM905
}


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields: minute, hour, day of the month, month, day of the week; source: crontab(5)."""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take a line whose fields are all in their bounds."""
        if not isinstance(value, Scalar) or value.value is None:
            return wrong(value, name, "a cron line", problems, 'for example: "0 3 * * 0"')
        if fault := cron_fault(value.text):
            hint = "minute hour day month weekday, for example: 0 3 * * 0"
            problems.error(value.mark, "wrong-cron", f'"{name}" cannot be "{value.text[:60]}": {fault}', hint)
            return MISFIT
        return Word.at(" ".join(value.text.split()), value.mark)

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"type": "string", "pattern": r"^\s*\S+(?:\s+\S+){4}\s*$"}

    def __str__(self) -> str:
        """Name it."""
        return "cron line"


def cron_fault(text: str) -> str:
    """Say what is wrong with a cron line; "" when nothing is."""
    fields = text.lower().split()
    if len(fields) != len(_CRON):
        return f"it has {len(fields)} fields, not {len(_CRON)}"
    for at, (field, (name, least, most)) in enumerate(zip(fields, _CRON, strict=True)):
        for part in field.split(","):
            if not _cron_part(part, _NAMES.get(at, {}), least, most):
                return f'"{part}" is no {name} ({least}-{most})'
    return ""


def _cron_part(part: str, names: dict[str, int], least: int, most: int) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isascii() and step.isdigit() and 1 <= int(step[:4]) <= most):
        return False
    if span == "*":
        return True
    ends = [names.get(one, int(one[:4]) if one.isascii() and one.isdigit() else -1) for one in span.split("-")]
    return len(ends) in {1, 2} and all(least <= one <= most for one in ends) and ends == sorted(ends)
