"""Legacy encodings: texts that are not UTF-8 are told by what they declare, or by the sense that their bytes give."""

# ruff: noqa: RUF001 -- texts in other alphabets

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.facts.batch import facts_of
from codestrata.analyze.facts.charsets import charset
from codestrata.analyze.facts.texts import texts_of
from codestrata.kernels.encoding import CHARSETS, ENCODINGS
from codestrata.model.text import to_utf8
from codestrata.store.columns import Varlen

#: Language: the encodings its texts come in, and comments as programmers write them.
TEXTS = {
    "japanese": (
        ("shift_jis", "cp932", "euc-jp"),
        (
            "設定ファイルを読み込みます",
            "この関数は文字列の長さを返す",
            "エラーが発生した場合は終了する",
            "配列の要素を順番に処理",
            "使い方: 引数を二つ指定してください",
            "データベースへの接続を閉じる",
        ),
    ),
    "simplified Chinese": (
        ("gb2312", "gbk", "gb18030"),
        (
            "读取配置文件",
            "如果用户不存在则返回错误",
            "计算两个日期之间的天数",
            "初始化变量，准备数据",
            "这个函数不是线程安全的",
            "把结果写入文件",
        ),
    ),
    "traditional Chinese": (
        ("big5", "cp950"),
        (
            "讀取設定檔的內容",
            "如果使用者不存在就回傳錯誤",
            "計算兩個日期之間的天數",
            "這個程式可以在視窗中執行",
            "請輸入您的密碼",
            "將結果儲存到檔案",
        ),
    ),
    "Korean": (
        ("euc-kr", "cp949"),
        (
            "설정 파일을 읽어 온다",
            "사용자가 없으면 오류를 반환합니다",
            "배열의 모든 항목을 처리",
            "데이터를 저장하고 종료한다",
            "이 함수는 문자열을 돌려준다",
            "화면에 결과를 표시합니다",
        ),
    ),
    "Russian": (
        ("windows-1251", "koi8-r", "cp866", "iso-8859-5"),
        (
            "Читаем файл настроек",
            "если пользователь не найден, вернуть ошибку",
            "Вычисляет количество дней между датами",
            "закрыть соединение с базой данных",
            "функция возвращает длину строки",
            "Записываем результат в файл",
        ),
    ),
    "English": (
        ("windows-1252",),
        (
            "don’t use the “old” interface – it is gone",
            "price in €, see the user’s guide",
            "loads the settings… then waits",
            "the ‘name’ column is optional",
            "pages 3–7, © the authors",
            "what’s new?",
        ),
    ),
    "Western": (
        ("latin-1",),
        (
            "Größe des Puffers prüfen, sonst überläuft er",
            "le fichier déjà lu est fermé à la fin",
            "la función devuelve el número de línea",
            "läser inställningar från fil",
            "não há conexão: ação cancelada",
            "© Jürgen Müller, Zürich",
        ),
    ),
}
CASES = [(language, encoding) for language, (encodings, _) in TEXTS.items() for encoding in encodings]


def _module(comments: list[str]) -> str:
    return "".join(f"def step_{i}(a, b):\n    # {text}\n    return a + b * {i}\n\n" for i, text in enumerate(comments))


def _read(raw: bytes) -> tuple[str, bytes]:
    """Give the encoding and the text of one blob."""
    texts = texts_of(np.frombuffer(raw, np.uint8), np.array([0, len(raw)], np.int64))
    return ENCODINGS[texts.codes[0]], b"".join(texts.utf8)


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_file_with_six_comments_is_read(language: str, encoding: str) -> None:
    """Six short comments in a source file are enough: the dataset's text is what was written."""
    text = _module(list(TEXTS[language][1]))
    raw = text.encode(encoding)
    name, utf8 = _read(raw)
    assert utf8.decode() == text
    assert to_utf8(raw, name).decode() == text


def test_one_comment_is_told_more_often_than_not_and_never_wrongly() -> None:
    """With a single comment nine in ten are right; the others stay what they were, Latin-1 or unknown."""
    right = wrong = total = 0
    for language, encoding in CASES:
        for comment in TEXTS[language][1]:
            text = _module([comment])
            raw = text.encode(encoding)
            name = charset(raw)
            total += 1
            right += (raw.decode(name) if name else raw.decode("latin-1")) == text
            wrong += bool(name) and raw.decode(name) != text
    assert wrong == 0
    assert right >= 0.9 * total


@pytest.mark.parametrize(
    ("head", "encoding", "said"),
    [
        ("# -*- coding: gbk -*-\n", "gbk", "gb18030"),
        ("# vim: set fileencoding=cp932 :\n", "cp932", "cp932"),
        ('<?xml version="1.0" encoding="Shift_JIS"?>\n', "shift_jis", "shift_jis"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=big5">\n', "big5", "big5"),
        ('@charset "EUC-KR";\n', "euc-kr", "latin-1"),
        ("# coding: koi8-u\n", "koi8-u", "koi8-u"),
        ("# coding: iso-8859-2\n", "iso-8859-2", "iso-8859-2"),
    ],
)
def test_what_a_file_declares_is_believed_where_it_decodes(head: str, encoding: str, said: str) -> None:
    """One character is enough under a declaration; without a known form of one it stays Latin-1."""
    sign = {"koi8-u": "ї", "iso-8859-2": "ř", "euc-kr": "값"}.get(encoding, "中")
    assert _read(f"{head}# {sign} and much more text in plain letters\n".encode(encoding))[0] == said


def test_a_wrong_declaration_is_not_believed() -> None:
    """What does not decode as declared is told by its bytes."""
    text = "# coding: utf-8\n" + _module(list(TEXTS["Russian"][1]))
    assert _read(text.encode("koi8-r"))[1].decode() == text
    text = text.replace("utf-8", "euc-jp")
    assert _read(text.encode("koi8-r"))[1].decode() == text


@pytest.mark.parametrize(
    "raw",
    [
        "\n".join(f"msgstr {word!r}" for word in ("soubor", "příliš žluťoučký kůň")).encode("iso-8859-2"),
        "# 设置 файл\n".encode()[:-3] + b"\xff\n",
        bytes(range(128, 256)) * 40,
        np.random.default_rng(7).integers(1, 256, 20_000).astype(np.uint8).tobytes(),
        b"\xc4\xd6\xdc\n",
    ],
)
def test_what_is_not_sure_stays_as_it_was(raw: bytes) -> None:
    """Other alphabets, broken UTF-8, noise and a handful of bytes are given no name."""
    assert _read(raw)[0] in {"latin-1", "unknown"}


def test_facts_are_those_of_the_text() -> None:
    """A file in a legacy encoding has the figures of the same file in UTF-8."""
    text = _module(list(TEXTS["japanese"][1]))
    blobs = [text.encode(), text.encode("shift_jis"), text.encode("euc-jp")]
    offsets = np.cumsum([0, *map(len, blobs)])
    ids = Varlen.fixed(np.arange(60, dtype=np.uint8).reshape(3, 20))
    facts = facts_of(ids, ["a.py"] * 3, np.frombuffer(b"".join(blobs), np.uint8), offsets)
    assert facts["encoding"].strings() == ["utf-8", "shift_jis", "euc-jp"]
    for name in ("chars", "lexemes", "max_line", "comment_lines", "norm_hash"):
        assert len(set(np.asarray(facts[name]).tolist())) == 1
    assert facts["language"].strings() == ["Python"] * 3


@given(st.binary(max_size=300).map(lambda raw: raw.replace(b"\0", b"\xa4")), st.sampled_from([*CHARSETS, "x", ""]))
def test_any_bytes_are_read_as_the_encoding_says(raw: bytes, said: str) -> None:
    """Whatever the bytes are and declare, the name found is one that decodes them to the text that is measured."""
    raw = f"# coding: {said}\n".encode() + raw
    name, utf8 = _read(raw)
    if name not in {"unknown", "binary", "ascii", "utf-8", "utf-8-bom"}:
        assert raw.decode(name).removeprefix("\ufeff").encode() == utf8 == to_utf8(raw, name)


@pytest.mark.parametrize("line", [b"\xe9" * 4_000_000, b"\x83A\xe9 " * 1_000_000, (b"\xb0\xa1" * 40 + b"\n") * 50_000])
def test_the_time_is_bounded(line: bytes) -> None:
    """However long a file is, a small part of it is weighed."""
    start = time.process_time()
    charset(line)
    assert time.process_time() - start < 1
