"""The real agent behind the window meets everything that a person is to see."""

from __future__ import annotations

from tests.gui.stage import RealScene


def test_the_real_scene_parks_holds_and_waits(tmp_path):
    with RealScene(tmp_path / "scene") as scene:
        known = scene.unknown_words(5)
        refused = scene.refused(2)
        groups = scene.worker.ask("exceptions.groups")["items"]
        assert {group["code"]: group["count"] for group in groups} == {
            "CODE_UNKNOWN": 5,
            "INVALID_EMAIL_ADDRESS": 2,
        }
        scene.short_export()
        scene.busy(6)
        counts = scene.status()["counts"]
        assert counts["held"] > 0
        scene.come_back()
        scene.until(lambda status: not status["counts"]["waiting"] + status["counts"]["sending"])
        assert known
        assert refused
