"""What a refusal says of a file is Chinese to its last word."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

import jinling
from jinling.engine.intake import sniffing
from jinling.engine.intake.refusals import KindUnknown
from jinling.web.components import told

HOME = Path(jinling.__file__).parent
CODE = [*(HOME / "engine").glob("*.py"), *(HOME / "data").glob("*/usecases/*.py"), *(HOME / "data").glob("*/*.py")]


def words() -> list[str]:
    """Texts that stand in the code as ``reason`` or ``found`` of a refusal."""
    found = set(sniffing._OTHERS.values())
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "")[:1].isupper():
                for part in node.keywords:
                    if part.arg in ("reason", "found"):
                        found.update(
                            one.value
                            for one in ast.walk(part.value)
                            if isinstance(one, ast.Constant) and isinstance(one.value, str)
                        )
    return sorted(found - {"XML", "PDF"})


@pytest.mark.parametrize("word", words())
def test_a_word_in_a_refusal_is_said_in_chinese(word):
    with translation.override("zh-hans"):
        said = told(KindUnknown(found=word)).text
    assert word not in said or not any(letter.isalpha() and letter.isascii() for letter in word)
