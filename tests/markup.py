"""Reads the pages under test as a strict browser would: faults, and forms to send back."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


@dataclass
class PageForm:
    """One form of a page, with what a browser would send if nobody touched it."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects faults and forms in one walk."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.faults: list[str] = []
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select: tuple[str, list[str], list[str]] | None = None  # name, selected, all
        self.area: tuple[str, list[str]] | None = None

    def blame(self, fault: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {fault}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, dict(attrs))
        self._control(tag, dict(attrs))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._attributes(tag, given)
        if tag not in VOID:
            self.open.append(tag)
        self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.blame(f"</{tag}> closes nothing; open is <{self.open[-1] if self.open else ''}>")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
        else:
            self.open.pop()
        if tag == "form":
            self.form = None
        elif tag == "select" and self.select and self.form:
            name, selected, every = self.select
            self.form.fields.setdefault(name, []).extend(selected or every[:1])
            self.select = None
        elif tag == "textarea" and self.area and self.form:
            name, text = self.area
            self.form.fields.setdefault(name, []).append("".join(text).removeprefix("\n"))
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def _attributes(self, tag: str, given: dict[str, str | None]) -> None:
        if (identity := given.get("id")) is not None:
            if identity in self.ids:
                self.blame(f"the id {identity!r} is used twice")
            self.ids.add(identity)
        for name in given:
            if name.startswith("on") or (name == "style" and tag != "svg"):
                self.blame(f"<{tag}> carries {name}=, which the content policy refuses")
        if tag == "img" and "alt" not in given:
            self.blame("<img> without alt")
        if tag == "style" or (
            tag == "script" and not given.get("src") and given.get("type") != "application/json"
        ):
            self.blame(f"inline <{tag}>, which the content policy refuses")

    def _control(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "form":
            self.form = PageForm(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self.form)
            return
        if self.form is None:
            return
        name = given.get("name") or ""
        if tag == "input" and name:
            kind = given.get("type") or "text"
            if kind in {"checkbox", "radio"} and "checked" not in given:
                return
            if kind not in {"submit", "button", "file", "image"}:
                self.form.fields.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea" and name:
            self.area = (name, [])
        elif tag == "select" and name:
            self.select = (name, [], [])
        elif tag == "option" and self.select:
            value = given.get("value") or ""
            self.select[2].append(value)
            if "selected" in given:
                self.select[1].append(value)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        reader.faults.append(f"never closed: {', '.join(reader.open)}")
    return reader


def faults(html: str) -> list[str]:
    """What is wrong with a page: unbalanced tags, ids used twice, inline script or style."""
    return _read(html).faults


def forms(html: str) -> list[PageForm]:
    """The forms of a page, in order."""
    return _read(html).forms
