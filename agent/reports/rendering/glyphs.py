"""Which characters paper can show; what no font of ours can is told by its code point.

Typst carries fonts for Latin, Greek, Cyrillic, Hebrew and Arabic. The extra `gapwatch[fonts]`
adds one for Chinese, Japanese and Korean. A name in any other script must not vanish either.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import typst

FONT = "Libertinus Serif"
SURE = "\u0530"
"""Before it stand Latin, Greek and Cyrillic, which the font has; the rest is asked for."""
PROBE = b"""#set document(title: "probe")
#set text(font: sys.inputs.font)
#for one in sys.inputs.characters.clusters() [#one #parbreak()]
"""
STANDARD = "ua-1"
"""A tagged PDF that anybody can read: what has no glyph is refused instead of drawn as a box."""


def font_folders() -> list[str]:
    """Where further fonts lie on this machine; none without the extra."""
    try:
        from noto_cjk_sans_jp_regular import FONT_PATH  # noqa: PLC0415 - an extra
    except ImportError:
        return []
    return [str(Path(str(FONT_PATH)).parent)]


def lacking(texts: Iterable[str]) -> frozenset[str]:
    """The characters of some texts for which there is no glyph."""
    unsure = frozenset(character for text in texts for character in text if character >= SURE)
    if not unsure or _shown("".join(sorted(unsure))):
        return frozenset()
    return frozenset(character for character in unsure if not _shown(character))


def spelt(text: str, without: frozenset[str]) -> str:
    """The text with code points, such as [U+1F600], where there is no glyph."""
    if without.isdisjoint(text):
        return text
    runs = groupby(text, key=without.__contains__)
    return "".join(_code_points(run) if missing else "".join(run) for missing, run in runs)


def every_text(value: Any) -> Iterable[str]:
    """The texts within plain values, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from every_text(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from every_text(inner)


def _code_points(run: Iterable[str]) -> str:
    return f"[{' '.join(f'U+{ord(character):04X}' for character in run)}]"


@cache
def _shown(characters: str) -> bool:
    """Whether every one of some characters has a glyph."""
    compiling: Any = typst.compile  # its types do not know of a source in memory
    try:
        compiling(
            {"main": PROBE},
            sys_inputs={"characters": characters, "font": FONT},
            font_paths=font_folders(),
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True
