"""The methods `mapping.*` of the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.model import Json
from agent.runtime.workshop.bench import Workbench, Workshop
from agent.runtime.workshop.publish import Publisher
from agent.runtime.workshop.sheet import MappingSheet

Params = Mapping[str, Json]


class MappingDesk:
    """Answers what people ask of mappings, by the name of the method."""

    def __init__(
        self,
        shop: Workshop,
        publisher: Publisher,
        others: Mapping[str, Callable[[Params, str], Json]],
    ) -> None:
        """`others`: what is answered elsewhere, such as at the desk of publishes."""
        bench, sheet = Workbench(shop), MappingSheet(shop, publisher.home, publisher.clock)
        self._answers: dict[str, Callable[[Params, str], Json]] = {
            **others,
            "mapping.suggest": lambda p, _: bench.suggest(_text(p, "source"), _text(p, "entity")),
            "mapping.preview": lambda p, _: bench.preview(
                _text(p, "flow"), _text(p, "draft"), limit=_number(p, "records", 1000),
                show=_number(p, "show", 5), back=_number(p, "back", 0),
            ),
            "mapping.shadow": lambda p, _: bench.shadow(
                _text(p, "flow"), _text(p, "draft"), exports=_number(p, "exports", 5)
            ),
            "mapping.diff": lambda p, _: bench.diff(_text(p, "flow"), _text(p, "draft")),
            "mapping.show": lambda p, _: publisher.show(
                _text(p, "flow"), _number(p, "version", 0)
            ),
            "mapping.versions": lambda p, _: publisher.versions(_text(p, "flow")),
            "mapping.proposals": lambda _, __: publisher.proposals(),
            "mapping.sheet": lambda p, _: sheet.sheet(
                _text(p, "flow"), _text(p, "draft"), _text(p, "source"), _text(p, "entity")
            ),
            "mapping.edit": lambda p, _: sheet.edit(
                _text(p, "draft"), _text(p, "place"), _text(p, "value")
            ),
            "mapping.functions": lambda _, __: sheet.functions(),
            "mapping.draft": lambda p, _: sheet.draft(_text(p, "flow")),
            "mapping.draft_save": lambda p, who: sheet.keep(
                _text(p, "flow"), _text(p, "draft"), who
            ),
            "mapping.withdraw": lambda p, _: publisher.withdraw(_text(p, "flow")),
        }  # fmt: skip

    def answers(self, method: str) -> bool:
        """Whether this method is one of its own."""
        return method in self._answers

    def answer(self, method: str, params: Params, who: str) -> Json:
        """The result of one method, asked by `who`."""
        return self._answers[method](params, who)


def _text(params: Params, name: str) -> str:
    return str(params.get(name) or "")


def _number(params: Params, name: str, default: int) -> int:
    value = params.get(name)
    return value if isinstance(value, int) else default
