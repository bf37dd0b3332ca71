"""A planted corpus: secrets of many kinds in the places where people leave them, and files that only look so.

Every secret is put together here of pieces, by what providers say of their form and not by our patterns, so that no
scanner takes this repository for a leak. The same seed plants the same corpus. ``python planting.py FOLDER`` writes it.
"""

from __future__ import annotations

import base64
import json
import random
import string
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ALNUM = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + string.digits
LOWER = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
URL = ALNUM + "-_"
B64 = ALNUM + "+/"
B32 = string.ascii_uppercase + "234567"

Dice = random.Random
Maker = Callable[[Dice], str]


def any_of(letters: str, count: int) -> Maker:
    """Make a string of so many letters."""
    return lambda dice: "".join(dice.choices(letters, k=count))


def put(*parts: str | Maker) -> Maker:
    """Put pieces together."""
    return lambda dice: "".join(part if isinstance(part, str) else part(dice) for part in parts)


def one(*makers: Maker) -> Maker:
    """Make any of several."""
    return lambda dice: dice.choice(makers)(dice)


def uuid(dice: Dice) -> str:
    """Make a UUID of version 4."""
    text = any_of(HEX, 32)(dice)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def checked(prefix: str) -> Maker:
    """Make a token that ends with the CRC-32 of its 30 letters, to base 62."""

    def make(dice: Dice) -> str:
        body = any_of(ALNUM, 30)(dice)
        number, digits = zlib.crc32(body.encode()), ""
        alphabet = string.digits + string.ascii_uppercase + string.ascii_lowercase
        for _ in range(6):
            number, k = divmod(number, 62)
            digits = alphabet[k] + digits
        return prefix + body + digits

    return make


def plain64(text: str) -> str:
    """Encode as base64."""
    return base64.b64encode(text.encode()).decode()


def jwt(dice: Dice) -> str:
    """Make a JSON Web Token."""
    parts = [json.dumps({"alg": "HS256", "typ": "JWT"}), json.dumps({"sub": any_of(string.digits, 10)(dice), "iat": 1})]
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, any_of(URL, 43)(dice)])


def discord(dice: Dice) -> str:
    """Make the token of a bot: its number in base64, a time, a signature."""
    number = dice.choice("123456789") + any_of(string.digits, 17)(dice)
    return f"{plain64(number).rstrip('=')}.{any_of(URL, 5)(dice)}x.{any_of(URL, 26)(dice)}x"


def password(dice: Dice) -> str:
    """Make a password as people do: letters of both cases, digits, a sign."""
    word = "".join(dice.choices(string.ascii_lowercase, k=dice.randrange(5, 9)))
    return word.capitalize() + dice.choice("!#%-_+.") + any_of(string.digits, dice.randrange(2, 5))(dice)


#: Provider's secrets: name → how to make one.
GIVEN: dict[str, Maker] = {
    "aws": put(one(lambda _: "AK" + "IA", lambda _: "AS" + "IA"), any_of(B32, 16)),
    "google-api": put("AI" + "za", any_of(URL, 34), any_of(ALNUM, 1)),
    "google-client": put("GOC" + "SPX-", any_of(URL, 27), any_of(ALNUM, 1)),
    "google-access": put("ya" + "29.", any_of(ALNUM, 60)),
    "github": one(checked("gh" + "p_"), checked("gh" + "o_"), checked("gh" + "s_")),
    "github-fine": put("github_" + "pat_", any_of(ALNUM, 22), "_", any_of(ALNUM, 59)),
    "gitlab": put("gl" + "pat-", any_of(URL, 19), any_of(ALNUM, 1)),
    "slack": put("xo" + "xb-", any_of(string.digits, 12), "-", any_of(string.digits, 12), "-", any_of(ALNUM, 24)),
    "slack-hook": put(
        "https://hooks.slack." + "com/services/T", any_of(UPPER, 8), "/B", any_of(UPPER, 8), "/", any_of(ALNUM, 24)
    ),
    "stripe": put("sk_" + "live_", any_of(ALNUM, 24)),
    "twilio": put("S" + "K", any_of(HEX, 32)),
    "sendgrid": put("S" + "G.", any_of(URL, 22), ".", any_of(URL, 42), any_of(ALNUM, 1)),
    "npm": checked("np" + "m_"),
    "pypi": put("pypi-" + "AgEIcHlwaS5vcmc", any_of(URL, 120), any_of(ALNUM, 1)),
    "openai": put("sk" + "-", any_of(ALNUM, 20), "T3Blbk" + "FJ", any_of(ALNUM, 20)),
    "openai-project": put("sk" + "-proj-", any_of(URL, 74), "T3Blbk" + "FJ", any_of(URL, 73), any_of(ALNUM, 1)),
    "anthropic": put("sk-" + "ant-api03-", any_of(URL, 93), "AA"),
    "huggingface": put("hf" + "_", any_of(string.ascii_letters, 34)),
    "digitalocean": put("dop" + "_v1_", any_of(HEX, 64)),
    "azure-storage": put("DefaultEndpointsProtocol=https;AccountName=acme;Account" + "Key=", any_of(B64, 86), "=="),
    "azure-secret": put(any_of(ALNUM, 3), "8Q" + "~", any_of(ALNUM + "_.", 33), any_of(ALNUM, 1)),
    "jwt": jwt,
    "discord": discord,
    "telegram": put(any_of("123456789", 10), ":A" + "A", any_of(URL, 32), any_of(ALNUM, 1)),
    "mailgun": put("ke" + "y-", any_of(HEX, 32)),
    "mailchimp": put(any_of(HEX, 32), "-u" + "s", any_of("123456789", 1)),
    "square": put("sq0" + "csp-", any_of(URL, 42), any_of(ALNUM, 1)),
    "shopify": put("shp" + "at_", any_of(HEX, 32)),
    "heroku": put("HRKU" + "-AA", any_of(URL, 57), any_of(ALNUM, 1)),
    "databricks": put("da" + "pi", any_of(HEX, 32)),
    "vault": put("hv" + "s.", any_of(URL, 90), any_of(ALNUM, 1)),
    "terraform": put(any_of(ALNUM, 14), ".atlas" + "v1.", any_of(URL, 66), any_of(ALNUM, 1)),
    "grafana": put("gl" + "sa_", any_of(ALNUM, 32), "_", any_of(HEX, 8)),
    "newrelic": put("NR" + "AK-", any_of(UPPER, 27)),
    "pulumi": put("pu" + "l-", any_of(HEX, 40)),
    "rubygems": put("ruby" + "gems_", any_of(HEX, 48)),
    "docker": put("dckr_" + "pat_", any_of(URL, 26), any_of(ALNUM, 1)),
    "postman": put("PM" + "AK-", any_of(HEX, 24), "-", any_of(HEX, 34)),
    "linear": put("lin_" + "api_", any_of(ALNUM, 40)),
    "airtable": put("pat", any_of(ALNUM, 14), ".", any_of(HEX, 64)),
    "brevo": put("xkey" + "sib-", any_of(HEX, 64), "-", any_of(ALNUM, 16)),
    "supabase": put("sb" + "p_", any_of(HEX, 40)),
    "doppler": put("dp." + "pt.", any_of(ALNUM, 43)),
    "dynatrace": put("dt0" + "c01.", any_of(B32, 24), ".", any_of(B32, 64)),
    "groq": put("gs" + "k_", any_of(ALNUM, 52)),
    "replicate": put("r" + "8_", any_of(ALNUM, 37)),
    "sentry": put("sntry" + "u_", any_of(HEX, 64)),
    "hubspot": put("pat-" + "na1-", uuid),
    "tailscale": put("ts" + "key-auth-", any_of(ALNUM, 12), "-", any_of(ALNUM, 32)),
    "age": put("AGE-SECRET-" + "KEY-1", any_of(UPPER, 58)),
}
#: Secrets that only their name gives away: name → (names they are given to, how to make one).
NAMED: dict[str, tuple[tuple[str, ...], Maker]] = {
    "password": (("password", "db_password", "DB_PASS", "smtpPassword", "passwd", "admin-password"), password),
    "aws-secret": (("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "secretAccessKey"), any_of(B64, 40)),
    "api-key-hex": (("api_key", "apiKey", "X_API_KEY", "algolia-api-key"), any_of(HEX, 32)),
    "api-key-upper": (("api_key", "APIKey", "access_key"), any_of(UPPER, 36)),
    "api-key-lower": (("api_key", "secretKey", "service_key"), any_of(LOWER, 32)),
    "secret": (("client_secret", "SECRET_KEY", "jwtSecret", "app.secret", "signing_secret"), any_of(ALNUM, 40)),
    "token": (("auth_token", "accessToken", "ACCESS_TOKEN", "bot-token"), any_of(URL, 36)),
}
CODE = {
    "code.py": [
        '{name} = "{secret}"',
        "    self.{name} = '{secret}'",
        '{name}: str = "{secret}"',
        'connect({name}="{secret}")',
    ],
    "code.js": ['const {name} = "{secret}";', "  {name}: '{secret}',", 'config["{name}"] = `{secret}`;'],
    "Code.java": ['private static final String {name} = "{secret}";', 'client.setProperty("{name}", "{secret}");'],
    "code.go": ['\t{name} := "{secret}"', 'os.Setenv("{name}", "{secret}")'],
}
CONFIGURED = {
    "config.yaml": ["{name}: {secret}", '  {name}: "{secret}"', "- {name}: '{secret}'"],
    ".env": ["{name}={secret}", 'export {name}="{secret}"'],
    "config.json": ['  "{name}": "{secret}",'],
    "app.properties": ["{name}={secret}"],
    "config.xml": ["<{name}>{secret}</{name}>"],
}
LOOSE = {
    "comment.c": ["/* the key is {secret} for now */", "// {secret}", " * use {secret}"],
    "notes.md": ["Use `{secret}` to log in.", "- {secret}"],
    "url.txt": ["https://api.acme.io/v1/send?key={secret}&to=all", "curl -H 'X-Key: {secret}' https://api.acme.io"],
}


@dataclass(frozen=True)
class Planted:
    """One planted thing: its kind, where, the line it stands in, and what must not be left of it."""

    kind: str
    context: str
    line: str
    secret: str


def named_lines(dice: Dice, rounds: int) -> Iterator[Planted]:
    """Plant secrets in code and configuration, a line each."""
    for kind, make in GIVEN.items():
        for context, lines in {**CODE, **CONFIGURED, **LOOSE}.items():
            for line in lines * rounds:
                secret = make(dice)
                name = dice.choice(("key", "value", "x", "auth", "service_credential"))
                own = secret.rpartition("AccountKey=")[2].rpartition("services/")[2]
                yield Planted(kind, context, line.format(name=name, secret=secret), own)
    for kind, (names, make) in NAMED.items():
        for context, lines in {**CODE, **CONFIGURED}.items():
            for line in lines * (4 * rounds):
                secret = make(dice)
                yield Planted(
                    kind, context, line.format(name=_named(dice.choice(names), context), secret=secret), secret
                )


def _named(name: str, context: str) -> str:
    return name if context.startswith((".env", "config", "app")) else name.replace("-", "_").replace(".", "_")


def logins(dice: Dice, rounds: int) -> Iterator[Planted]:
    """Plant passwords in addresses and headers."""
    for _ in range(20 * rounds):
        user, value = any_of(string.ascii_lowercase, 6)(dice), password(dice).replace("#", "").replace("%", "")
        for scheme in ("postgres", "mysql", "mongodb+srv", "redis", "amqp", "https"):
            address = f"{scheme}://{user}:{value}@db.acme.io:5432/main"
            yield Planted(
                "login-in-url", "url", dice.choice(['URL = "{}"', "url: {}", "DATABASE_URL={}"]).format(address), value
            )
        encoded = plain64(f"{user}:{value}")
        yield Planted("basic-auth", "header", f'"Authorization": "Basic {encoded}"', encoded)
        yield Planted("bearer", "header", f"Authorization: Bearer {(token := any_of(ALNUM, 40)(dice))}", token)
        yield Planted("docker-auth", "config.json", f'  "auth": "{encoded}"', encoded)


FIRST = ("Ada", "Grace", "Linus", "Barbara", "Juan", "Chloé", "Jürgen", "Ingrid", "Pedro", "Anna-Lena", "Nuno", "Zoë")
LAST = ("Lindqvist", "Okafor", "Müller", "O'Hara", "Fernández", "Novák", "Tanaka", "Schmidt-Rau", "Kowalczyk", "Silva")
TOPS = ("com", "org", "de", "co.uk", "dev", "io")


def people(dice: Dice, rounds: int) -> Iterator[Planted]:
    """Plant names, e-mail addresses and IP addresses."""
    for _ in range(30 * rounds):
        name = f"{dice.choice(FIRST)} {dice.choice(('', '', 'R. ', 'van der '))}{dice.choice(LAST)}"
        local = f"{any_of(string.ascii_lowercase, 5)(dice)}.{any_of(LOWER, 6)(dice)}"
        mail = f"{local}@{any_of(LOWER, 7)(dice)}x.{dice.choice(TOPS)}"
        for line in (
            "# Copyright (c) {year} {name}",
            " * Copyright {year}-2024 {name}. All rights reserved.",
            "// (c) {year} by {name}",
            "// Author: {name}",
            " * @author {name}",
            '__author__ = "{name}"',
            "Maintainer: {name} <{mail}>",
            "{name} <{mail}>",
            "Signed-off-by: {name} <{mail}>",
            "% Written by {name}",
            '  "author": "{name} <{mail}> (https://acme.io)",',
            "© {year} {name}",
        ):
            told = line.format(name=name, mail=mail, year=dice.randrange(1995, 2025))
            yield Planted("name", "header", told, name)
            if "{mail}" in line:
                yield Planted("email", "header", told, mail)
        for line in (
            "mail us: {}",
            "<a href='mailto:{}'>",
            'EMAIL = "{}"',
            "contact={}",
            "  email: {}",
            "({})",
            "[me]({})",
        ):
            yield Planted("email", "text", line.format(mail), mail)
        four = ".".join(str(dice.randrange(a, b)) for a, b in ((34, 99), (40, 250), (33, 250), (1, 250)))
        for line in (
            "server {}",
            'HOST = "{}"',
            "http://{}:8080/x",
            "- {}",
            "ssh root@{}",
            "peer: {}",
            "{} - - [10/Oct/2023]",
            '"ip": "{}"',
        ):
            yield Planted("ipv4", "text", line.format(four), four)
        six = (
            "2a0"
            + any_of("1234567", 1)(dice)
            + ":"
            + ":".join(any_of(HEX, 4)(dice) for _ in range(3))
            + "::"
            + any_of("123456789", 2)(dice)
        )
        for line in ("server {}", 'HOST = "{}"', "http://[{}]:8080/x", "- {}", '"ip": "{}"'):
            yield Planted("ipv6", "text", line.format(six), six)


def private_keys(dice: Dice, rounds: int) -> Iterator[Planted]:
    """Plant private keys: as files, in strings, behind comments."""
    heads = {"RSA ": 1600, "EC ": 160, "": 1600, "OPENSSH ": 500, "ENCRYPTED ": 1700, "DSA ": 600}
    for _ in range(3 * rounds):
        for kind, size in heads.items():
            body = any_of(B64, size)(dice) + "="
            lines = [body[i : i + 64] for i in range(0, len(body), 64)]
            dashes, name = "-" * 5, kind + "PRIVATE " + "KEY"
            whole = [f"{dashes}BEGIN {name}{dashes}", *lines, f"{dashes}END {name}{dashes}"]
            yield Planted("private-key", "file", "\n".join(whole), lines[1])
            yield Planted("private-key", "json", json.dumps({"private_key": "\n".join(whole) + "\n"}), lines[1])
            yield Planted("private-key", "comment", "\n".join(f"# {line}" for line in whole), lines[1])
            yield Planted("private-key", "yaml", "key: |\n" + "\n".join(f"    {line}" for line in whole), lines[1])
            yield Planted(
                "private-key", "code", "KEY = (\n" + "\n".join(f'    "{line}\\n"' for line in whole) + ")", lines[1]
            )
            yield Planted("private-key", "cut off", "\n".join(whole[:-1]), lines[0])


def corpus(seed: int = 17, rounds: int = 1) -> Iterator[Planted]:
    """Plant everything."""
    dice = random.Random(seed)
    for plant in (named_lines, logins, people, private_keys):
        yield from plant(dice, rounds)


def around(dice: Dice, planted: Planted) -> str:
    """Put a planted thing between lines of other text."""
    filler = ["", "value = other + 1", "# nothing to see", "let total = sum(items);", "  - name: web", "return x"]
    return "\n".join([*dice.choices(filler, k=2), planted.line, *dice.choices(filler, k=2), ""])


def write(folder: Path, seed: int = 17, rounds: int = 1) -> list[tuple[Path, Planted]]:
    """Write a corpus, a file for each planted thing."""
    dice, out = random.Random(seed), []
    folder.mkdir(parents=True, exist_ok=True)
    for number, planted in enumerate(corpus(seed, rounds)):
        name = planted.context if "." in planted.context else "text.txt"
        path = folder / f"{number:05d}-{name.lstrip('.')}"
        path.write_text(around(dice, planted), "utf-8")
        out.append((path, planted))
    return out


if __name__ == "__main__":
    write(Path(sys.argv[1]))
