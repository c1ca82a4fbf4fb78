"""The part of YAML that configuration files are written in, read and written without a library.

Read: block and flow mappings and lists (JSON is the latter), plain and quoted scalars, literal and folded blocks, comments.
Not read, and refused with line and column: anchors, aliases, tags, several documents, plain scalars of several lines.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Mapping, NoReturn, Sequence

NULLS = ("", "~", "null", "Null", "NULL")
TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL_FLOATS = {".inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
#: What begins a scalar that is not plain, or that is not read here.
INDICATORS = "&*!|>%@`"
FLOW_END = ",[]{}"
#: Texts that read back as themselves without quotes.
SAFE = re.compile(r"[A-Za-z_/.][A-Za-z0-9_./=<>~+@:-]*(?: [A-Za-z0-9_./=<>~+@:-]+)*")


class YamlError(ValueError):
    """What cannot be read, with its line and column, both from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column


def parse_yaml(text: str) -> Any:
    """The document as dicts, lists and scalars; None for an empty one.

    >>> parse_yaml("script: train.py\\narguments: [--alpha, 0.5]")
    {'script': 'train.py', 'arguments': ['--alpha', 0.5]}
    """
    return _Reader(text.lstrip("\ufeff").replace("\r\n", "\n")).document()


def write_yaml(document: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """A mapping as block YAML; `comments` stand above the fields of the first level that they are named after."""
    lines: list[str] = []
    for name, value in document.items():
        if comments and name in comments:
            lines.append(f"# {comments[name]}")
        lines += _entry(name, value, "")
    return "\n".join(lines) + "\n"


def _entry(name: str, value: Any, indent: str) -> list[str]:
    key = f"{indent}{_scalar(name)}:"
    if isinstance(value, Mapping) and value:
        return [key, *(line for inner, each in value.items() for line in _entry(str(inner), each, indent + "  "))]
    if isinstance(value, (list, tuple)) and value:
        return [key, *_items(value, indent)]
    written = _scalar(value)
    return [f"{key} {written}" if written else key]


def _items(values: Sequence[Any], indent: str) -> list[str]:
    lines = []
    for value in values:
        if isinstance(value, Mapping) and value:
            inner = [line for name, each in value.items() for line in _entry(str(name), each, indent + "  ")]
            lines += [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
        elif isinstance(value, (list, tuple)) and value:
            # A list within a list is written as JSON, which YAML holds.
            lines.append(f"{indent}- {json.dumps(value)}")
        else:
            lines.append(f"{indent}- {_scalar(value) or 'null'}")
    return lines


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return next(name for name, each in SPECIAL_FLOATS.items() if repr(each) == repr(value))
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value)
    text = str(value)
    plain = SAFE.fullmatch(text) and ": " not in text and not text.endswith(":") and _resolve(text) == text
    return text if plain else json.dumps(text)


def _resolve(text: str) -> Any:
    """What a plain scalar stands for."""
    if text in NULLS:
        return None
    if text in TRUTHS:
        return TRUTHS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text):
        return float(text)
    return SPECIAL_FLOATS.get(text.lower(), text)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def document(self) -> Any:
        self._skip_lines()
        if self._text.startswith("---", self._at):
            self._at = self._end_of_line()
            self._skip_lines()
        if self._at == len(self._text):
            return None
        value = self._node(self._column())
        self._skip_lines()
        if self._at < len(self._text):
            self._fail("this belongs to nothing above it: is it indented as it should be?")
        return value

    # Where we are.

    def _fail(self, message: str, at: int | None = None) -> NoReturn:
        place = self._at if at is None else at
        start = self._text.rfind("\n", 0, place) + 1
        raise YamlError(message, self._text.count("\n", 0, place) + 1, place - start + 1)

    def _column(self) -> int:
        return self._at - (self._text.rfind("\n", 0, self._at) + 1)

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end == -1 else end

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip_spaces(self) -> None:
        while self._peek() == " ":
            self._at += 1
        if self._peek() == "#" and (self._at == 0 or self._text[self._at - 1] in " \n"):
            self._at = self._end_of_line()

    def _skip_lines(self) -> None:
        """To the next thing that is no space, line end or comment."""
        while True:
            self._skip_spaces()
            if self._peek() == "\t" and not self._text[self._at : self._end_of_line()].strip():
                self._at = self._end_of_line()
            if self._peek() != "\n":
                break
            self._at += 1
        if self._peek() == "\t":
            self._fail("a tab indents this, which YAML does not allow: use spaces")

    def _is_item(self) -> bool:
        return self._peek() == "-" and self._text[self._at + 1 : self._at + 2] in ("", " ", "\n")

    # Block style.

    def _node(self, indent: int) -> Any:
        if self._is_item():
            return self._list(indent)
        if self._peek() not in "[{" and self._key_end() is not None:
            return self._mapping(indent)
        return self._value(indent)

    def _key_end(self) -> int | None:
        """Where the colon of a key on this line is."""
        line_end = self._end_of_line()
        if self._peek() in "\"'":
            quote, at = self._peek(), self._at + 1
            while at < line_end and self._text[at] != quote:
                at += 2 if quote == '"' and self._text[at] == "\\" else 1
            found = re.compile(r" *:(?= |\n|$)").match(self._text, at + 1)
            return found.end() - 1 if found else None
        found = re.compile(r":(?= |\n|$)").search(self._text, self._at, line_end + 1)
        comment = self._text.find(" #", self._at, line_end)
        return found.start() if found and (comment == -1 or found.start() < comment) else None

    def _mapping(self, indent: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while True:
            begin, colon = self._at, self._key_end()
            if colon is None:
                self._fail('a field was expected here, as "name: value"')
            key = self._key(colon)
            if key in values:
                self._fail(f"the field {key} is there twice", begin)
            self._at = colon + 1
            values[key] = self._after_key(indent)
            if not self._goes_on(indent):
                return values
            if self._is_item():
                self._fail('a field was expected here, as "name: value", and not an item of a list')

    def _key(self, colon: int) -> str:
        if self._peek() in "\"'":
            return str(self._quoted())
        if self._peek() in INDICATORS or self._text.startswith("? ", self._at):
            self._fail("keys of this kind are not read here")
        return self._text[self._at : colon].rstrip()

    def _after_key(self, indent: int) -> Any:
        """The value of a field: on its line, or below it and further in; a list may stand below it as far out."""
        self._skip_spaces()
        if self._peek() not in ("\n", ""):
            return self._value(indent)
        before = self._at
        self._skip_lines()
        if self._at < len(self._text) and (self._column() > indent or (self._column() == indent and self._is_item())):
            return self._node(self._column())
        self._at = before
        return None

    def _list(self, indent: int) -> list[Any]:
        values: list[Any] = []
        while True:
            self._at += 1
            self._skip_spaces()
            if self._peek() in ("\n", ""):
                values.append(self._after_key(indent))
            else:
                values.append(self._node(self._column()))
            if not self._goes_on(indent):
                return values
            if not self._is_item():
                return values

    def _goes_on(self, indent: int) -> bool:
        """Whether something follows that is as far in; further in would belong to nothing."""
        self._skip_lines()
        if self._at == len(self._text) or self._column() < indent:
            return False
        if self._column() > indent:
            self._fail("this is indented further than what it could belong to")
        return True

    # Values.

    def _value(self, indent: int) -> Any:
        first = self._peek()
        if first in "|>":
            return self._block_text(indent)
        if first in INDICATORS:
            self._fail(f"{first} is a part of YAML that is not read here")
        if first in "\"'":
            value: Any = self._quoted()
        elif first in "[{":
            value = self._flow()
        else:
            line = self._text[self._at : self._end_of_line()]
            plain = re.split(r"\s+#", line)[0].rstrip()
            inner = re.search(r":(?= |$)", plain)
            if inner:
                self._fail("a second field on one line: put it on a line of its own, or quotes around the text", self._at + inner.start())
            self._at += len(plain)
            value = _resolve(plain)
        self._skip_spaces()
        if self._peek() not in ("\n", ""):
            self._fail("nothing may follow here: put quotes around the whole")
        return value

    def _block_text(self, indent: int) -> str:
        header = re.compile(r"([|>])([-+]?) *(#.*)?(?=\n|$)").match(self._text, self._at)
        if header is None:
            self._fail("a block of text begins with | or >, and - or + alone may follow")
        lines = self._text[header.end() + 1 :].split("\n")
        kept: list[str] = []
        for line in lines:
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            kept.append(line)
        self._at = min(len(self._text), header.end() + 1 + sum(len(line) + 1 for line in kept))
        if kept and not kept[-1] and len(kept) == len(lines):
            # What stands behind the last line end of the file is no line.
            kept.pop()
        inner = min((len(line) - len(line.lstrip(" ")) for line in kept if line.strip()), default=0)
        text = "".join(f"{line[inner:]}\n" for line in kept)
        body = text.rstrip("\n")
        if header[1] == ">":
            body = re.sub(r"(?<!\n)\n(\n*)(?![\n ])", lambda found: found[1] or " ", body)
        # The line after the block is looked at next.
        self._at = max(header.end(), self._at - 1)
        return text if header[2] == "+" else body if header[2] == "-" or not body else body + "\n"

    def _quoted(self) -> str:
        begin, quote = self._at, self._peek()
        if quote == "'":
            found = re.compile(r"'((?:[^'\n]|'')*)'").match(self._text, begin)
            if found is None:
                self._fail("this text has no closing ' on its line")
            self._at = found.end()
            return found[1].replace("''", "'")
        found = re.compile(r'"(?:[^"\\\n]|\\.)*"').match(self._text, begin)
        if found is None:
            self._fail('this text has no closing " on its line')
        self._at = found.end()
        try:
            return str(json.loads(found[0]))
        except ValueError:
            self._fail("an escape in this text is not read here", begin)

    # Flow style, which may go over several lines.

    def _flow(self) -> Any:
        begin, closing = self._at, "]" if self._peek() == "[" else "}"
        is_list = closing == "]"
        items: list[Any] = []
        values: dict[str, Any] = {}
        self._at += 1
        while True:
            self._flow_space(begin)
            if self._peek() == closing:
                self._at += 1
                return items if is_list else values
            if is_list:
                items.append(self._flow_value(begin))
            else:
                key = self._flow_value(begin)
                self._flow_space(begin)
                if self._peek() != ":":
                    self._fail('a ":" was expected after the name of a field')
                self._at += 1
                self._flow_space(begin)
                values[str(key)] = None if self._peek() in ",}" else self._flow_value(begin)
            self._flow_space(begin)
            if self._peek() == ",":
                self._at += 1
            elif self._peek() != closing:
                self._fail(f'"," or "{closing}" was expected here')

    def _flow_space(self, begin: int) -> None:
        while self._peek() in (" ", "\n", "\t", "#") and self._at < len(self._text):
            if self._peek() == "#":
                self._at = self._end_of_line()
            else:
                self._at += 1
        if self._at == len(self._text):
            self._fail(f'this "{self._text[begin]}" is never closed', begin)

    def _flow_value(self, begin: int) -> Any:
        first = self._peek()
        if first in "[{":
            return self._flow()
        if first in "\"'":
            return self._quoted()
        if first in INDICATORS:
            self._fail(f"{first} is a part of YAML that is not read here")
        found = re.compile(r"(?:[^,\[\]{}\n#:]|:(?![ \n,\]}]|$)|(?<! )#)+").match(self._text, self._at)
        if found is None:
            self._fail("a value was expected here")
        self._at = found.end()
        return _resolve(found[0].strip())
