"""Files that only look as if they held secrets: hashes, lock files, minified code, test vectors, placeholders."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

from tests.privacy.planting import ALNUM, B64, HEX, any_of, uuid

Dice = random.Random


def _lines(count: int, dice: Dice, *forms: str) -> str:
    out = []
    for number in range(count):
        values = {
            "n": number,
            "name": any_of("abcdefghijklmnopqrstuvwxyz", 7)(dice),
            "sha1": any_of(HEX, 40)(dice),
            "sha256": any_of(HEX, 64)(dice),
            "md5": any_of(HEX, 32)(dice),
            "sri": base64.b64encode(dice.randbytes(64)).decode(),
            "go": base64.b64encode(dice.randbytes(32)).decode(),
            "uuid": uuid(dice),
            "v": f"{dice.randrange(30)}.{dice.randrange(30)}.{dice.randrange(30)}.{dice.randrange(9000)}",
            "semver": f"{dice.randrange(30)}.{dice.randrange(30)}.{dice.randrange(30)}",
            "b64": any_of(B64, 76)(dice),
            "id": any_of(ALNUM, 12)(dice),
            "float": f"{dice.random() * 100:.3f}",
            "private": dice.choice(("10.1", "192.168", "172.16")) + f".{dice.randrange(255)}.{dice.randrange(255)}",
        }
        out.append(dice.choice(forms).format(**values))
    return "\n".join(out) + "\n"


def files(seed: int = 17, count: int = 400) -> Iterator[tuple[str, str]]:
    """Give name and content of files in which nothing is private."""
    dice = random.Random(seed)
    for name, forms in _FORMS.items():
        yield name, _lines(count, dice, *forms)
    yield "placeholders.env", PLACEHOLDERS
    yield "code.py", CODE


_FORMS: dict[str, tuple[str, ...]] = {
    "package-lock.json": (
        '      "version": "{semver}",',
        '      "resolved": "https://registry.acme.dev/{name}/-/{name}-{semver}.tgz",',
        '      "integrity": "sha512-{sri}",',
    ),
    "yarn.lock": (
        '"@{name}/{name}@^{semver}":',
        '  resolved "https://registry.acme.dev/{name}.tgz#{sha1}"',
        "  integrity sha512-{sri}",
    ),
    "Cargo.lock": ('name = "{name}"', 'version = "{semver}"', 'checksum = "{sha256}"'),
    "go.sum": ("github.com/{name}/{name} v{semver} h1:{go}", "github.com/{name}/{name} v{semver}/go.mod h1:{go}"),
    "poetry.lock": ('    {{file = "{name}-{semver}.tar.gz", hash = "sha256:{sha256}"}},', 'content-hash = "{sha256}"'),
    "Gemfile.lock": ("    {name} ({v})", "      {name} (>= {semver}, < {n})"),
    "requirements.txt": ("{name}=={v}", "{name}>={semver} --hash=sha256:{sha256}"),
    "app.min.js": (
        'function a{n}(e,t){{return e.key=t.token||"{name}",e.secret({n})}}var {id}={float},b={{key:"{id}",pass:!0}};',
    ),
    "sprite.svg": ('<path d="M{float},{float}c{float}-{float},{float}.{n}.{n}.2-{float}z"/>',),
    "ids.json": (
        '  {{"id": "{uuid}", "commit": "{sha1}", "etag": "{md5}"}},',
        '  "token_type": "{name}", "user_id": "{uuid}",',
    ),
    "vectors.h": (
        '    {{ "{sha256}", "{md5}" }},',
        "static const uint8_t key{n}[] = {{ 0x{n:02x}, 0x1f }};",
        'TEST("key", "{md5}", "{sha1}");',
    ),
    "image.css": (".{name} {{ background: url(data:image/png;base64,{b64}) }}",),
    "cert.pem": (
        "-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n-----END CERTIFICATE-----",
        "ssh-rsa AAAAB3NzaC1yc2E{b64} host",
    ),
    "hosts.yaml": (
        "  - host: {private}",
        "  listen: 0.0.0.0:{n}",
        "  example: 192.0.2.{n}",
        "  mask: 255.255.255.0",
        "  v6: 2001:db8::{n}",
    ),
    "CHANGES.md": (
        "## {v} (2020-01-02)",
        "- Version {v} fixes #{n}",
        "- see RFC {n}, section 3.2.1.{n}",
        "- upgrade {name} to {v}",
    ),
    "Info.cs": ('[assembly: AssemblyVersion("{v}")]', 'var agent = "Mozilla/5.0 Chrome/{v} Safari/537.36";'),
    "git.log": ("commit {sha1}", "index {sha1}..{sha1} 100644", "{sha1} refs/tags/v{semver}"),
    "module.rs": (
        "use std::collections::{name}::{name};",
        "impl {name}::Token {{ fn key(&self) -> {name}::Key {{ self.key{n} }} }}",
    ),
    "times.log": ("2021:10:1{n} 12:{n}:00", "3f{n}:2b{n}:aa", "at 12:34:56.{n} {name}"),
}
PLACEHOLDERS = """\
PASSWORD=changeme
password: ${DB_PASSWORD}
password = "<your-password>"
api_key = os.environ["API_KEY"]
api_key: "{{ vault_api_key }}"
secret = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
token: YOUR_TOKEN_HERE_1234567890
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
DATABASE_URL=postgres://user:password@localhost/db
DATABASE_URL=postgres://${USER}:${PASS}@localhost/db
REDIS=redis://:secret@localhost:6379
password: "********"
password: null
token = get_token2(user1)
secret_key = config.secret_key_v2
password = request.form["password1"]
key = "12345678-1234-1234-1234-123456789012"
authToken: "${NPM_TOKEN}"
github_token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
mail: someone@example.com, git@github.com:o/r.git, logo@2x.png, user@localhost
url: https://user@bitbucket.org/o/r, npm i react@17.0.2, @decorator.call, @app.route
Bearer <token>, Basic <credentials>, Authorization: Bearer $TOKEN
-----BEGIN RSA PRIVATE KEY-----
...
-----END RSA PRIVATE KEY-----
# Copyright (c) 2020 The Example Authors. All rights reserved.
# Copyright 2019 Acme Inc. and its contributors
# Author: the team
# (c) the company, 1999
"""
CODE = """\
token = tokens[i1]
password_field = "user_password2"
RESET_PASSWORD_URL = "/accounts/reset-password-1"
secret_name = "prod/db/password-v2"
token_type = "bearer_token_v2"
csrf_token = "9f86d081884c7d659a2feaa0c55ad015"
primary_key = "user_id_12345678_abcdef"
cache_key = "views.decorators.cache.cache_page.9f86d081884c7d65"
public_key = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
error = 'password must have 8 characters'
label = { password: "Passwort2", token: "Zeichen-Kette" }
if token == "function_call1": return parse(token, key="identifier2")
key_id = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
hashed_password = "$2b$12$KIXQJ1"
"""
