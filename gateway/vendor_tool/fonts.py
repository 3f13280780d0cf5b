"""Makes the portal's web fonts: IBM Plex Sans Arabic cut down to the letters that the pages need.

Usage: fonts.py PACKAGE_FOLDER OUTPUT_FOLDER. A cut font is a changed one, and its licence (SIL OFL 1.1) reserves the
name "Plex": the results are called "Portal Sans".
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Portal Sans"
WEIGHTS = {"400": "Regular", "600": "SemiBold"}
# Arabic as written in Kuwait, with the Persian letters that names bring along; all digits that people type.
ARABIC = [
    *(0x060C, 0x061B, 0x061F, 0x0640, 0x0670, 0x0671),
    *range(0x0621, 0x063B),
    *range(0x0641, 0x0656),
    *range(0x0660, 0x066D),
    *(0x067E, 0x0686, 0x0698, 0x06A4, 0x06A9, 0x06AF, 0x06CC),
    *range(0x06F0, 0x06FA),
    0xFDF2,
    *(0x200C, 0x200D),
]
LATIN = [
    *range(0x20, 0x7F),
    0xA0,
    *(0xA9, 0xAB, 0xAE, 0xB0, 0xB7, 0xBB, 0xD7),
    *range(0xC0, 0x100),
    *(0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2212),
]
SCRIPTS = {"arabic": ARABIC, "latin": LATIN}
# Name table entries that carry the family's name.
NAMES = {1: FAMILY, 3: "{full}", 4: "{full}", 6: "{file}", 16: FAMILY}


def rename(font: TTFont, style: str) -> None:
    """Give the font the portal's own name, keep its copyright and licence."""
    full = f"{FAMILY} {style}"
    for record in list(font["name"].names):
        if record.nameID in NAMES:
            record.string = NAMES[record.nameID].format(full=full, file=full.replace(" ", ""))


def cut(source: Path, target: Path, letters: list[int], style: str) -> int:
    """Write the subset of `source` as WOFF2 and return its size in bytes."""
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["*"]
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    font = TTFont(source, recalcTimestamp=False)  # the same input gives the same file
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    rename(font, style)
    font.flavor = "woff2"
    font.save(target)
    return target.stat().st_size


def ranges(letters: list[int]) -> str:
    """The letters as the value of `unicode-range`."""
    spans: list[list[int]] = []
    for letter in sorted(set(letters)):
        if spans and letter == spans[-1][1] + 1:
            spans[-1][1] = letter
        else:
            spans.append([letter, letter])
    return ",".join(f"U+{low:x}" if low == high else f"U+{low:x}-{high:x}" for low, high in spans)


def main(package: Path, out: Path) -> None:
    """Cut every weight for both scripts and write fonts.css beside them."""
    faces = []
    for weight, style in WEIGHTS.items():
        for script, letters in SCRIPTS.items():
            source = package / "files" / f"ibm-plex-sans-arabic-{script}-{weight}-normal.woff2"
            name = f"portal-sans-{script}-{weight}.woff2"
            size = cut(source, out / name, letters, style)
            sys.stdout.write(f"{name}: {size} bytes\n")
            faces.append(
                f'@font-face{{font-family:"{FAMILY}";font-style:normal;font-weight:{weight};font-display:swap;'
                f'src:url("{name}") format("woff2");unicode-range:{ranges(letters)}}}\n'
            )
    (out / "fonts.css").write_text("".join(faces), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
