"""Who rotates keys while everything else goes on, and destroys those that nothing needs."""

from __future__ import annotations

from agent.queue.reseal import Reseal
from tests.route.harness import Route


class Keeper:
    """The re-sealing, as its thread does it: a little at a time, between anything else."""

    def __init__(self, route: Route) -> None:
        self.route = route

    def rotate(self) -> None:
        """Seal under a new key from now on."""
        self.route.cipher.rotate()

    def work(self, steps: int, *, destroys: bool) -> str:
        """So many steps; where it stands. `destroys`: older keys go as soon as they may."""
        reseal = Reseal(self.route.store, self.route.cipher)
        for _ in range(steps):
            if not reseal.columns_done():
                now = reseal.step(rows=3)
                if now.phase == "resting":
                    reseal.check()
            elif old := reseal.old_bases():
                self._bases(reseal, old)
            else:
                reseal.next_phase()
            if reseal.progress.phase == "done" and self._is_current(reseal):
                if destroys:
                    self.route.cipher.forget()
                break
        return reseal.progress.phase

    def finish(self, *, destroys: bool) -> None:
        """Until nothing is left to do."""
        for _ in range(100):
            if self.work(50, destroys=destroys) == "done":
                return
        raise AssertionError("the re-sealing never ends")

    def _is_current(self, reseal: Reseal) -> bool:
        return reseal.progress.head == self.route.cipher.head().hex()

    def _bases(self, reseal: Reseal, streams: list[int]) -> None:
        names = {self.route.store.stream_id(name): name for name in self.route.ledgers}
        for stream in streams:
            self.route.ledgers[names[stream]].renewed(reseal.base)
