"""Joins screenshots of one size into one SVG that shows them in turn, by CSS: code hosts run no scripts in pictures.

Only what differs is repeated: the window and the clip paths are drawn once, and equal styles have one class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_SVG = "http://www.w3.org/2000/svg"
_BASE = """\
.matrix { font-family: "Fira Code", monospace; font-size: 20px; line-height: 24.4px }
.title { font-size: 18px; font-weight: bold; font-family: arial }
.frame { visibility: hidden }"""


@dataclass(frozen=True, slots=True)
class Frame:
    """A screenshot as Textual exports it, and how long it is shown, in seconds."""

    svg: str
    seconds: float


def animate(frames: Sequence[Frame], title: str, still: int) -> str:
    """The SVG. It runs in a loop; `still` is the frame shown where nothing may move, or where CSS cannot animate."""
    styles: dict[str, str] = {}
    parts = [_simplify(frame.svg, styles) for frame in frames]
    root = parts[0].root
    for old in (root.find(f"{{{_SVG}}}style"), parts[0].screen):
        if old is not None:
            root.remove(old)
    root.set("role", "img")
    for position, (tag, text) in enumerate((("title", title), ("style", _style(frames, styles, still)))):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(position, element)
    for number, part in enumerate(parts):
        part.screen.set("class", "frame")
        part.screen.set("id", f"frame-{number}")
        root.append(part.screen)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode") + "\n"


@dataclass(frozen=True, slots=True)
class _Parts:
    """A parsed screenshot: the SVG, and in it the group with what the terminal shows."""

    root: ET.Element
    screen: ET.Element


def _simplify(svg: str, styles: dict[str, str]) -> _Parts:
    """The screenshot with short names; `styles` maps each rule that any screenshot has used to its class."""
    unique = re.search(r"\.(terminal-\d+)-matrix", svg)
    if unique is None:
        raise ValueError("this is not a screenshot of Textual")
    classes = {
        name: styles.setdefault(rule, f"s{len(styles)}")
        for name, rule in re.findall(rf"\.{unique[1]}-(r\d+) \{{ (.*?) \}}", svg)
    }
    root = ET.fromstring(svg.replace(f"{unique[1]}-", ""))
    (screen,) = (group for group in root.findall(f"{{{_SVG}}}g") if group.get("clip-path"))
    for element in root.iter():
        if name := element.get("class"):
            element.set("class", classes.get(name, name))
        element.tail = None
    for group in screen.iter(f"{{{_SVG}}}g"):
        group.text = None
        for text in [text for text in group.findall(f"{{{_SVG}}}text") if not (text.text or "").strip("\n")]:
            group.remove(text)  # the line ends of Rich
    return _Parts(root, screen)


def _style(frames: Sequence[Frame], styles: dict[str, str], still: int) -> str:
    total = sum(frame.seconds for frame in frames)
    return "\n".join(
        (_BASE, *(f".{name} {{ {rule} }}" for rule, name in styles.items()), *_turns(frames, total, still))
    )


def _turns(frames: Sequence[Frame], total: float, still: int) -> Iterator[str]:
    """For each frame the part of the loop in which it is visible."""
    start = 0.0
    yield f"#frame-{still} {{ visibility: visible }}"
    for number, frame in enumerate(frames):
        first, last = (f"{100 * seconds / total:.2f}%" for seconds in (start, start + frame.seconds))
        before = "" if number == 0 else "0% { visibility: hidden } "
        after = "" if number == len(frames) - 1 else f" {last} {{ visibility: hidden }}"
        yield f"@keyframes turn-{number} {{ {before}{first} {{ visibility: visible }}{after} }}"
        yield f"#frame-{number} {{ animation: turn-{number} {total:g}s step-end infinite }}"
        start += frame.seconds
    yield "@media (prefers-reduced-motion: reduce) { .frame { animation: none !important } }"
