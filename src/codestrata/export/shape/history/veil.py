"""Secrets and personal data in texts that are no file of a snapshot: old contents, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codestrata.export.private import SECRETS, Policy
from codestrata.export.redact import Edit, Edits
from codestrata.privacy.kinds import PLACEHOLDERS
from codestrata.privacy.scan import scan
from codestrata.store.columns import Varlen


@dataclass(frozen=True, slots=True)
class Veil:
    """What a policy makes of texts."""

    policy: Policy

    def over(self, texts: Sequence[str]) -> list[str | None]:
        """Give texts with placeholders where the policy says so; None for those that it leaves out."""
        if not self.policy.asks or not texts:
            return list(texts)
        laid, policy, veiled = Varlen.of(list(texts)), self.policy, list[str | None](texts)
        for k, spans in scan(laid.data, laid.offsets[:-1], laid.offsets[1:]).spans:
            sure = [span for span in spans if span.confidence >= policy.confidence]
            secrets = sum(span.kind in SECRETS for span in sure)
            if any(span.kind in policy.drop for span in sure) or (policy.most and secrets > policy.most):
                veiled[k] = None
                continue
            raw = laid[k]
            edits = [
                Edit(span.start, span.end, PLACEHOLDERS[span.kind] + b"\n" * raw.count(b"\n", span.start, span.end))
                for span in sure
                if span.kind in policy.redact
            ]
            veiled[k] = Edits({b"": edits}).apply(b"", raw).decode()
        return veiled

    def one(self, text: str) -> str | None:
        """Give one text as :meth:`over` does."""
        return self.over([text])[0]
