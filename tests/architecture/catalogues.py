"""Texts for people: collected from the code, compared with the locale files, compiled.

``python -m tests.architecture.catalogues --write`` adds new texts to each context's locale file and compiles it.
Translating them is a person's work.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.reading import PACKAGE, ROOT, code, place

CALLS = frozenset(
    {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "_", "pgettext", "pgettext_lazy"}
)
# Class attributes of these names are texts: refusals' sentences, commands' one-line help stays English.
REFUSAL_TEXTS = frozenset({"text", "mend"})
# Arguments of these names, or at these places, are texts in calls that build what a socket offers.
BUILDERS: Mapping[str, Mapping[str, int]] = {
    "MenuItem": {"label": 1},
    "Permission": {"label": 1},
    "Indicator": {"name": 1, "unit": 2, "definition": 3},
    "BulletinTable": {"title": 1},
    "TimelineEntry": {"title": 2},
    "Fault": {"text": 0},
}
HEADER = (
    "Language: zh_Hans\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
)


# -- what the code says --------------------------------------------------------------------


def texts_of_python(source: str) -> Iterator[str]:
    """Msgids in Python: arguments of gettext, refusals' ``text`` and ``mend``, labels of what sockets offer."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _texts_of_call(node)
        elif isinstance(node, ast.ClassDef) and _is_refusal(node):
            for part in node.body:
                if isinstance(part, ast.Assign) and getattr(part.targets[0], "id", "") in REFUSAL_TEXTS:
                    yield from _strings(part.value)


def _is_refusal(node: ast.ClassDef) -> bool:
    assigned = {getattr(part.targets[0], "id", "") for part in node.body if isinstance(part, ast.Assign)}
    return "text" in assigned or ("mend" in assigned and "code" in assigned)


def _texts_of_call(node: ast.Call) -> Iterator[str]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in CALLS and node.args:
        if name.startswith("ngettext"):
            yield from ("\x00".join(pair) for pair in zip(_strings(node.args[0]), _strings(node.args[1]), strict=False))
        elif name.startswith("pgettext"):
            yield from ("\x04".join(pair) for pair in zip(_strings(node.args[0]), _strings(node.args[1]), strict=False))
        else:
            yield from _strings(node.args[0])
    for keyword, position in BUILDERS.get(name, {}).items():
        if len(node.args) > position:
            yield from _strings(node.args[position])
        yield from (text for part in node.keywords if part.arg == keyword for text in _strings(part.value))
    # A refusal raised with its own advice: Refused(..., mend="...")
    if name[:1].isupper():
        yield from (text for part in node.keywords if part.arg == "mend" for text in _strings(part.value))


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def texts_of_template(source: str) -> Iterator[str]:
    """Msgids in a template, as Django's own reader finds them."""
    from django.utils.translation.template import templatize

    yield from texts_of_python(_only_calls(templatize(source)))


def _only_calls(templatized: str) -> str:
    # templatize blanks everything but the calls with X; what remains between is no Python.
    found = re.findall(
        r"\b(?:gettext|ngettext|pgettext|npgettext|_)\((?:[^()\"']|u?\"(?:\\.|[^\"\\])*\"|u?'(?:\\.|[^'\\])*')*\)",
        templatized,
    )
    return "\n".join(found)


def contexts_with_texts() -> dict[Path, set[str]]:
    """Each context's folder and the msgids that its code and templates use."""
    found: dict[Path, set[str]] = {}
    for path in code(".py", ".html", ".txt"):
        if path.suffix == ".txt" and "templates" not in path.parts:
            continue
        read = texts_of_python if path.suffix == ".py" else texts_of_template
        texts = set(read(path.read_text(encoding="utf-8")))
        if texts:
            found.setdefault(home_of(path), set()).update(texts)
    return found


def home_of(path: Path) -> Path:
    """The folder that keeps the translations of a file: its context, or config for what has none."""
    parts = path.relative_to(PACKAGE).parts
    if parts[0] in ("web", "config"):
        return PACKAGE / parts[0]
    if parts[0] in ("foundation", "services", "data", "channels"):
        return PACKAGE / parts[0] / parts[1]
    # Kernel and engine have no app of their own: those who use them most speak for them.
    return PACKAGE / "data" / "collection" if parts[0] == "engine" else PACKAGE / "web"


def catalogue(context: Path) -> Path:
    """Where a context's Chinese stands."""
    return context / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


# -- locale files --------------------------------------------------------------------------


def read_po(text: str) -> dict[str, str]:
    """``{msgid: msgstr}`` of a .po file; fuzzy entries count as untranslated, plurals are keyed by both forms."""
    entries: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#~")]
        fields: dict[str, str] = {}
        current = ""
        for line in lines:
            if line.startswith("#"):
                continue
            if match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")\s*$', line):
                current = match.group(1)
                fields[current] = ast.literal_eval(match.group(2))
            elif line.startswith('"') and current:
                fields[current] += ast.literal_eval(line)
        if "msgid" not in fields:
            continue
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines) and fields["msgid"] != ""
        translated = "" if fuzzy else fields.get("msgstr", fields.get("msgstr[0]", ""))
        prefix = fields["msgctxt"] + "\x04" if "msgctxt" in fields else ""
        plural = "\x00" + fields["msgid_plural"] if "msgid_plural" in fields else ""
        entries[prefix + fields["msgid"] + plural] = translated
    return entries


def write_po(entries: Mapping[str, str]) -> str:
    """A .po file: header first, then entries in the order of their msgids."""
    blocks = ['msgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in HEADER.splitlines(keepends=True))]
    for key in sorted(entries):
        if not key:
            continue
        context, _, rest = key.rpartition("\x04")
        single, _, plural = rest.partition("\x00")
        lines = [f"msgctxt {_quoted(context)}"] if context else []
        lines.append(f"msgid {_quoted(single)}")
        if plural:
            lines += [f"msgid_plural {_quoted(plural)}", f"msgstr[0] {_quoted(entries[key])}"]
        else:
            lines.append(f"msgstr {_quoted(entries[key])}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def compiled(entries: Mapping[str, str]) -> bytes:
    """A .mo file of the translated entries (GNU gettext's binary form, little-endian)."""
    rows = sorted((key.encode(), value.encode()) for key, value in {**entries, "": HEADER}.items() if value)
    table = 28
    offset = table + 16 * len(rows)
    ids = b"".join(key + b"\0" for key, _ in rows)
    originals, translations = b"", b""
    at_id, at_text = offset, offset + len(ids)
    for key, value in rows:
        originals += struct.pack("<II", len(key), at_id)
        translations += struct.pack("<II", len(value), at_text)
        at_id += len(key) + 1
        at_text += len(value) + 1
    head = struct.pack("<IIIIIII", 0x950412DE, 0, len(rows), table, table + 8 * len(rows), 0, offset)
    return head + originals + translations + ids + b"".join(value + b"\0" for _, value in rows)


def read_mo(data: bytes) -> dict[str, str]:
    """``{msgid: msgstr}`` of a compiled file, without its header."""
    magic, _, count, originals, translations = struct.unpack("<IIIII", data[:20])
    if magic != 0x950412DE:
        raise ValueError("not a compiled catalogue")
    found = {}
    for number in range(count):
        pair = []
        for table in (originals, translations):
            length, at = struct.unpack("<II", data[table + 8 * number : table + 8 * number + 8])
            pair.append(data[at : at + length].decode())
        found[pair[0]] = pair[1]
    found.pop("", None)
    return found


# -- faults --------------------------------------------------------------------------------


def clashes() -> Iterator[str]:
    """Texts with two Chinese forms: Django reads all files into one, so that one of them would win everywhere."""
    said: dict[str, dict[str, Path]] = {}
    for path in sorted(PACKAGE.rglob("*.po")):
        for key, value in read_po(path.read_text(encoding="utf-8")).items():
            if key and value:
                said.setdefault(key, {})[value] = path
    for key, forms in sorted(said.items()):
        if len(forms) > 1:
            yield f"{key!r}: " + "; ".join(f"{form} ({place(path)})" for form, path in forms.items())


def faults() -> Iterator[str]:
    """Texts without Chinese, and compiled files that are older than their source."""
    for context, texts in sorted(contexts_with_texts().items()):
        path = catalogue(context)
        entries = read_po(path.read_text(encoding="utf-8")) if path.exists() else {}
        yield from (f"{place(path)}: no Chinese for {text!r}" for text in sorted(texts) if not entries.get(text))
    for path in sorted(PACKAGE.rglob("*.po")):
        entries = {key: value for key, value in read_po(path.read_text(encoding="utf-8")).items() if key and value}
        binary = path.with_suffix(".mo")
        if not binary.exists() or read_mo(binary.read_bytes()) != entries:
            yield f"{place(binary)}: older than {path.name}; run: make messages"


def write() -> None:
    """Bring every locale file up to what the code says, and compile it."""
    for context, texts in sorted(contexts_with_texts().items()):
        path = catalogue(context)
        entries = read_po(path.read_text(encoding="utf-8")) if path.exists() else {}
        new = dict.fromkeys(texts - set(entries), "")
        if new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write_po({**entries, **new}), encoding="utf-8")
            print(f"{place(path)}: {len(new)} new")
    for path in sorted(PACKAGE.rglob("*.po")):
        entries = {key: value for key, value in read_po(path.read_text(encoding="utf-8")).items() if key and value}
        path.with_suffix(".mo").write_bytes(compiled(entries))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:] == ["--write"]:
        write()
    for fault in faults():
        print(fault)
