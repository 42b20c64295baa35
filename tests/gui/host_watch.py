"""A tray icon on a real screen that tells when its host comes and goes; for `test_tray_host`."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from gui.application import Face, application
from gui.tray_icon import TrayIcon


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(home: Path, settings: Path) -> int:
    app = application()
    face = Face(home, settings)
    tray = TrayIcon(face.bridge, face.session)
    tray.host_changed.connect(lambda there: tell("host" if there else "no host"))
    tray.show()
    tell("host" if tray.has_host else "no host")
    often = QTimer(interval=100)
    often.timeout.connect(tray.look_for_host)  # as every ten seconds, only sooner
    often.start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
