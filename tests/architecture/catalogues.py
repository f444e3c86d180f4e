"""Texts for people: collected from the code, its templates and notices, and compared with the locale files.

``python -m tests.architecture.catalogues --write`` adds new texts to each context's locale file, in the one order.
Translating them is a person's work; :mod:`jinling.config.catalogues` compiles them.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages import Catalog, Message, pofile

from jinling.config.catalogues import sources
from jinling.foundation.messaging.wordings import wordings
from jinling.kernel.sockets import gather_files
from tests.architecture.reading import PACKAGE, ROOT, code, nodes, place

# A message's context, if it has one, and its msgid, or its two where it counts something.
Text = tuple[str | None, str | tuple[str, ...]]

# How many leading arguments of a call are a context, and how many are msgids.
CALLS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"), (0, 1)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (0, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (1, 1)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (1, 2)),
}
# Class attributes of these names are texts: refusals' sentences, commands' one-line help stays English.
REFUSAL_TEXTS = frozenset({"text", "mend"})
# Arguments of these names, or at these places, are texts in calls that build what a socket offers.
BUILDERS: Mapping[str, Mapping[str, int]] = {
    "MenuItem": {"label": 1},
    "Permission": {"label": 1},
    "Indicator": {"name": 1, "unit": 2, "definition": 3},
    "TimelineEntry": {"title": 2},
    "Fault": {"text": 0},
}
HEADER = r"""msgid ""
msgstr ""
"Language: zh_Hans\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""


# -- what the code says --------------------------------------------------------------------


def texts_of_python(source: str) -> Iterator[Text]:
    """Msgids in Python: arguments of gettext, refusals' ``text`` and ``mend``, labels of what sockets offer."""
    for node in nodes(source):
        if isinstance(node, ast.Call):
            yield from _texts_of_call(node)
        elif isinstance(node, ast.ClassDef) and _is_refusal(node):
            for part in node.body:
                if isinstance(part, ast.Assign) and getattr(part.targets[0], "id", "") in REFUSAL_TEXTS:
                    yield from _texts(part.value)


def _is_refusal(node: ast.ClassDef) -> bool:
    assigned = {getattr(part.targets[0], "id", "") for part in node.body if isinstance(part, ast.Assign)}
    return "text" in assigned or ("mend" in assigned and "code" in assigned)


def _texts_of_call(node: ast.Call) -> Iterator[Text]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in CALLS and node.args:
        contexts, ids = CALLS[name]
        for said in zip(*(_strings(part) for part in node.args[: contexts + ids]), strict=False):
            yield (said[0] if contexts else None), (said[-1] if ids == 1 else said[-2:])
    for keyword, position in BUILDERS.get(name, {}).items():
        if len(node.args) > position:
            yield from _texts(node.args[position])
        yield from (text for part in node.keywords if part.arg == keyword for text in _texts(part.value))
    # A refusal raised with its own advice: Refused(..., mend="...")
    if name[:1].isupper():
        yield from (text for part in node.keywords if part.arg == "mend" for text in _texts(part.value))


def _texts(node: ast.expr) -> Iterator[Text]:
    yield from ((None, text) for text in _strings(node))


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def texts_of_template(source: str) -> Iterator[Text]:
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


def contexts_with_texts() -> dict[Path, set[Text]]:
    """Each context's folder and the msgids that its code and templates use."""
    found: dict[Path, set[Text]] = {}
    for path in code(".py", ".html", ".txt"):
        if path.suffix == ".txt" and "templates" not in path.parts:
            continue
        read = texts_of_python if path.suffix == ".py" else texts_of_template
        texts = set(read(path.read_text(encoding="utf-8")))
        if texts:
            found.setdefault(home_of(path), set()).update(texts)
    for context, path in gather_files("messages"):
        said = (words for name, words in wordings().items() if name.startswith(context.rpartition(".")[2] + "."))
        texts = {text for words in said for text in (words.subject, words.text, words.with_hotline) if text}
        found.setdefault(home_of(path), set()).update((None, text) for text in texts)
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


def read_po(text: str) -> Catalog:
    """The messages of a locale file."""
    return pofile.read_po(io.StringIO(text), locale="zh_Hans", abort_invalid=True)


def write_po(messages: Catalog) -> str:
    """A locale file: header first, then the messages in the order of their contexts and msgids, one line each."""
    ordered = Catalog(locale="zh_Hans")
    for message in sorted((message for message in messages if message.id), key=_order):
        flags = message.flags - {"python-format", "python-brace-format"}  # Babel sees them again when it reads
        ordered.add(message.id, message.string, context=message.context).flags = flags
    written = io.BytesIO()
    pofile.write_po(written, ordered, width=0, omit_header=True)
    return HEADER + written.getvalue().decode().rstrip("\n") + "\n"


def _order(message: Message) -> str:
    said = message.id if isinstance(message.id, str) else "\0".join(message.id)
    return f"{message.context}\4{said}" if message.context else said


def kept(context: Path) -> Catalog:
    """What a context's locale file says now; an empty catalogue where there is none."""
    path = catalogue(context)
    return read_po(path.read_text(encoding="utf-8") if path.exists() else "")


def is_translated(message: Message | None) -> bool:
    """Whether a message has its Chinese in each form, and nobody marked it as a guess."""
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


# -- faults --------------------------------------------------------------------------------


def clashes() -> Iterator[str]:
    """Texts with two Chinese forms: Django reads all files into one, so that one of them would win everywhere."""
    said: dict[Text, dict[str, Path]] = {}
    for path in sources():
        for message in read_po(path.read_text(encoding="utf-8")):
            if message.id and is_translated(message):
                key = (message.context, message.id)
                said.setdefault(key, {})[str(message.string)] = path
    for key, forms in said.items():
        if len(forms) > 1:
            yield f"{key!r}: " + "; ".join(f"{form} ({place(path)})" for form, path in forms.items())


def unused(context: Path, texts: set[Text]) -> list[Message]:
    """Messages of a context that nothing says any more: no text of its own, nor any string of its code.

    Those with a ``msgctxt`` may be put together while the platform runs.
    """
    return [
        message
        for message in kept(context)
        if message.id and message.context is None and (None, _id(message)) not in texts
        if (context, message.id) not in said_in_code()
    ]


def _id(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


@functools.cache
def said_in_code() -> frozenset[tuple[Path, str]]:
    """Every string in Python, with its context: some are texts that are looked up by a name."""
    return frozenset(
        (home_of(path), node.value)
        for path in code(".py")
        for node in nodes(path.read_text(encoding="utf-8"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def faults() -> Iterator[str]:
    """Texts without Chinese or that nobody says any more, and locale files out of order."""
    for context, texts in sorted(contexts_with_texts().items()):
        messages = kept(context)
        for said, text in sorted(texts, key=str):
            if not is_translated(messages.get(text, said)):
                yield f"{place(catalogue(context))}: no Chinese for {text!r}"
        for message in unused(context, texts):
            yield f"{place(catalogue(context))}: nothing says {message.id!r} any more; run: make messages"
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if write_po(read_po(text)) != text:
            yield f"{place(path)}: out of order; run: make messages"


def write() -> None:
    """Bring every locale file up to what the code says, in the one order."""
    for context, texts in sorted(contexts_with_texts().items()):
        messages = kept(context)
        new = [(said, text) for said, text in texts if messages.get(text, said) is None]
        for said, text in new:
            messages.add(text, context=said)
        for message in unused(context, texts):
            messages.delete(message.id)
        if new:
            print(f"{place(catalogue(context))}: {len(new)} new")
        catalogue(context).parent.mkdir(parents=True, exist_ok=True)
        catalogue(context).write_text(write_po(messages), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:] == ["--write"]:
        write()
    for fault in faults():
        print(fault)
