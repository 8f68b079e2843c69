"""Which characters paper can show; what no font of ours can is told by its code point.

Typst carries fonts for Latin, Greek, Cyrillic, Hebrew and Arabic. The extra `gapwatch[fonts]`
adds one for Chinese, Japanese and Korean. A name in any other script must not vanish either.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import typst

FONT = "Libertinus Serif"
SURE = "\u0500"
"""Before it stand Latin, Greek and Cyrillic, which the font has; the rest is asked for."""
PROBE = b"""#set document(title: "probe")
#set text(font: sys.inputs.font)
#for sign in sys.inputs.signs.split("\\n") [#sign #parbreak()]
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
    """The signs of some texts for which there is no glyph."""
    unsure = unsure_signs(texts)
    if not unsure or _shown(tuple(sorted(unsure))):
        return frozenset()
    return frozenset(sign for sign in unsure if not _shown((sign,)))


def unsure_signs(texts: Iterable[str]) -> frozenset[str]:
    """The signs of some texts that a font need not have."""
    unusual = (text for text in texts if not text.isascii())
    return frozenset(sign for text in unusual for sign in _signs(text) if not _is_sure(sign))


def spelt(text: str, without: frozenset[str]) -> str:
    """The text with code points, such as [U+1F600], where there is no glyph."""
    if not without or text.isascii():
        return text
    runs = groupby(_signs(text), key=without.__contains__)
    return "".join(_code_points("".join(run)) if missing else "".join(run) for missing, run in runs)


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


def _signs(text: str) -> Iterator[str]:
    """Each character with the marks that are set upon it: only together are they drawn."""
    sign = ""
    for character in text:
        if sign and not _is_mark(character):
            yield sign
            sign = ""
        sign += character
    if sign:
        yield sign


def _is_sure(sign: str) -> bool:
    return len(sign) == 1 and sign < SURE and not _is_mark(sign)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _code_points(characters: str) -> str:
    return f"[{' '.join(f'U+{ord(character):04X}' for character in characters)}]"


@cache
def _shown(signs: tuple[str, ...]) -> bool:
    """Whether every one of some signs has a glyph."""
    compiling: Any = typst.compile  # its types do not know of a source in memory
    try:
        compiling(
            {"main": PROBE},
            sys_inputs={"signs": "\n".join(signs), "font": FONT},
            font_paths=font_folders(),
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True
