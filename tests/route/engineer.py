"""Who publishes mappings, says yes to them and takes them back, on a route."""

from __future__ import annotations

from dataclasses import dataclass

from agent.queue.publishes import Publish, Step
from tests.route.harness import Route


@dataclass
class Engineer:
    """Somebody who may publish."""

    route: Route

    def publish(self, canary: int = 0) -> None:
        """Another mapping comes into force; so many records go before a yes (0: all of them)."""
        self.route.version, self.route.canary = self.route.version + 1, canary
        self.route.crash()

    def published(self, stream: str = "accounts") -> Publish | None:
        """The latest publish of a flow that can be taken back."""
        flow = next(flow.id for flow in self.route.flows if flow.name == stream)
        publishes = self.route.book.publishes
        return next(
            (
                each
                for each in publishes.listed(flow)
                if not each.undoes
                and each.step not in (Step.UNDOING, Step.UNDONE)
                and each.mapping == publishes.in_force(flow)
            ),
            None,
        )

    def say_yes(self) -> None:
        """Every publish goes on."""
        for publish in self.route.book.publishes.listed():
            self.route.book.publishes.approve(publish.id)

    def undo(self, *, dies: bool = False) -> None:
        """The latest publish of every flow is taken back; `dies`: its file is not written yet."""
        for stream in self.route.feeds:
            publish = self.published(stream)
            if publish is not None:
                self.route.book.publishes.undo(publish.id)
                if not dies:
                    self.route.version = int(publish.former[1:])
        self.route.crash()
