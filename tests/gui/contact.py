"""All pictures of a folder on one sheet: a line for each screen, a column for each look."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter

WIDTH, HEIGHT, CAPTION, GAP = 480, 310, 22, 12
SHEET = "contact-sheet.png"


def sheet_of(folder: Path) -> Path:
    """Make the sheet; its path."""
    lines: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in sorted(folder.glob("*-*-*-*.png")):
        screen, theme, scale, language = path.stem.rsplit("-", 3)
        lines[screen][f"{theme} {scale} % {language}"] = path
    columns = sorted({look for line in lines.values() for look in line})
    wide = GAP + len(columns) * (WIDTH + GAP)
    high = GAP + len(lines) * (HEIGHT + CAPTION + GAP)
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor("#808890"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setFont(QFont(painter.font().family(), 10))
    for row, (screen, looks) in enumerate(lines.items()):
        for column, look in enumerate(columns):
            left = GAP + column * (WIDTH + GAP)
            top = GAP + row * (HEIGHT + CAPTION + GAP)
            painter.drawText(QRect(left, top, WIDTH, CAPTION), 0, f"{screen} · {look}")
            if look in looks:
                small = QImage(str(looks[look])).scaled(
                    WIDTH,
                    HEIGHT,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                painter.drawImage(left, top + CAPTION, small)
    painter.end()
    image.save(str(folder / SHEET))
    return folder / SHEET


if __name__ == "__main__":
    app = QGuiApplication([])
    sys.stdout.write(f"{sheet_of(Path(sys.argv[1]))}\n")
