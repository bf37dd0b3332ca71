"""The words between the parts, as models know them, and the text they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Words:
    """The words before prefix, suffix and middle, and the one at the end of a row, if any."""

    prefix: str
    suffix: str
    middle: str
    end: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Take a model's words, with those that the settings give in their place."""
        base = MODELS[settings["words"]]
        named = {name: settings[name] or getattr(base, name) for name in ("prefix", "suffix", "middle", "end")}
        return cls(**named)

    @property
    def all(self) -> tuple[str, ...]:
        """Give every word, without white space around it: what no text may have in it."""
        given = (self.prefix, self.suffix, self.middle, self.end)
        return tuple(word.strip() for word in given if word.strip())

    def psm(self, prefix: bytes, middle: bytes, suffix: bytes) -> bytes:
        """Give a row in the order prefix, suffix, middle."""
        one, two, three, end = self._raw()
        return b"".join((one, prefix, two, suffix, three, middle, end))

    def spm(self, prefix: bytes, middle: bytes, suffix: bytes) -> bytes:
        """Give a row in the order suffix, prefix, middle; prefix and middle run into one another."""
        one, two, three, end = self._raw()
        return b"".join((one, two, suffix, three, prefix, middle, end))

    def _raw(self) -> tuple[bytes, bytes, bytes, bytes]:
        return self.prefix.encode(), self.suffix.encode(), self.middle.encode(), self.end.encode()


#: Model → its words. Sources: StarCoder (arXiv:2305.06161) and StarCoder2 (arXiv:2402.19173), tokenizer of
#: bigcode/starcoder; SantaCoder (arXiv:2301.03988); DeepSeek-Coder (arXiv:2401.14196), README, "Code Insertion";
#: Qwen2.5-Coder (arXiv:2409.12186), table 1; CodeGemma, "Formatting and prompt structure"; Code Llama
#: (arXiv:2308.12950), §2.3, and its model card, "Infilling".
MODELS: Mapping[str, Words] = {
    "starcoder": Words("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    "santacoder": Words("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    "deepseek-coder": Words("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),  # noqa: RUF001 -- the model's own
    "qwen2.5-coder": Words("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    "codegemma": Words("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    "codellama": Words("<PRE> ", " <SUF>", " <MID>", " <EOT>"),
}
