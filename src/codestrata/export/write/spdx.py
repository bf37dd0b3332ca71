"""spdx.json: every repository of the dataset as a package, with its licence. Source: SPDX specification 2.3."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.model.licence import leaves
from codestrata.model.spdx import table
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.export.write.about import About
    from codestrata.export.write.attribution import Credit

VERSION = "SPDX-2.3"
_ROOT = "SPDXRef-dataset"
_REF = re.compile(r"LicenseRef-[A-Za-z0-9.-]+\Z")


def spdx(about: About, credits_: Sequence[Credit], claims: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Give the document. ``claims``: repository id → its copyright lines. Its time is that of the newest commit."""
    packages = [
        _package(number, credit, claims.get(credit.repository_id, ())) for number, credit in enumerate(credits_, 1)
    ]
    known = [leaf for credit in credits_ for text in credit.licences for leaf in leaves(text)]
    document = {
        "spdxVersion": VERSION,
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": about.name,
        "documentNamespace": namespace(about),
        "creationInfo": {"created": f"{about.day}T00:00:00Z", "creators": [f"Tool: codestrata-{SOFTWARE}"]},
        "documentDescribes": [_ROOT],
        "packages": [_dataset(about, credits_), *packages],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": _ROOT},
            *(
                {"spdxElementId": _ROOT, "relationshipType": "GENERATED_FROM", "relatedSpdxElement": p["SPDXID"]}
                for p in packages
            ),
        ],
    }
    extracted = [_extracted(name) for name in sorted({leaf for leaf in known if _REF.match(leaf)})]
    return document | ({"hasExtractedLicensingInfos": extracted} if extracted else {})


def namespace(about: About) -> str:
    """Name the document: another one for other rows (SPDX 2.3, § 6.5)."""
    return f"https://spdx.org/spdxdocs/codestrata-{uuid.uuid5(uuid.NAMESPACE_OID, about.key)}"


def _dataset(about: About, credits_: Iterable[Credit]) -> dict[str, Any]:
    """Give the dataset as a package; its checksum is that of the lines ``sha256  path`` of its shards."""
    listed = "".join(f"{digest}  {path}\n" for path, digest in sorted(about.files.items()))
    return {
        "SPDXID": _ROOT,
        "name": about.name,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": concluded(text for credit in credits_ for text in credit.licences),
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(listed.encode()).hexdigest()}],
        "comment": "the checksum is that of the lines `sha256  path` of all files below data/, in the order of paths",
        "primaryPackagePurpose": "OTHER",
    }


def _package(number: int, credit: Credit, claims: Sequence[str]) -> dict[str, Any]:
    made = {
        "SPDXID": f"SPDXRef-repository-{number}",  # ids of local repositories are made of their paths
        "name": credit.full_name,
        "versionInfo": credit.commit,
        "downloadLocation": _location(credit),
        "filesAnalyzed": False,
        "licenseConcluded": concluded(credit.licences),
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "\n".join(dict.fromkeys(claims)) or "NOASSERTION",
        "primaryPackagePurpose": "SOURCE",
        "sourceInfo": f"{credit.rows} rows",
    }
    named = list(_names(credit))
    return made | ({"externalRefs": named} if named else {})


def concluded(licences: Iterable[str]) -> str:
    """Join the licences of rows: all of them hold. Rows without one make it NOASSERTION where there is no other."""
    known = sorted({text for text in licences if text not in {"", "NOASSERTION"} and _is_known(text)})
    return " AND ".join(f"({text})" if " " in text and len(known) > 1 else text for text in known) or "NOASSERTION"


def _is_known(text: str) -> bool:
    names = {part for leaf in leaves(text) for part in leaf.split(" WITH ")}
    return bool(names) and all(_REF.match(name) or name.lower().rstrip("+") in table() for name in names)


def _location(credit: Credit) -> str:
    return f"git+{credit.origin}@{credit.commit}" if credit.origin.startswith("https://") else "NOASSERTION"


def _names(credit: Credit) -> Iterator[dict[str, str]]:
    """Give what the commit is called elsewhere: its package URL, its Software Heritage id."""
    if credit.origin.startswith("pkg:"):
        yield _external("PACKAGE-MANAGER", "purl", credit.origin)
    if len(credit.commit) == 40:  # noqa: PLR2004 -- digits of a SHA-1, which these ids are made of
        yield _external("PERSISTENT-ID", "swh", f"swh:1:rev:{credit.commit}")


def _external(category: str, kind: str, locator: str) -> dict[str, str]:
    return {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}


def _extracted(name: str) -> dict[str, str]:
    return {"licenseId": name, "extractedText": "The text is in NOTICES.txt, where its repository has one."}
