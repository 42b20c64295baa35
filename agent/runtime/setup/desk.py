"""Routes a method of the set-up to who answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.audit import Audit
from agent.model import Json
from agent.queue.states import OPEN, State
from agent.runtime.desk import OnAct
from agent.runtime.plan import FlowPlan
from agent.runtime.setup import pack_desk
from agent.runtime.setup.configs import ConfigDesk, Kept
from agent.runtime.setup.flow import WORDS, FlowDesk, Wanted
from agent.runtime.setup.sign_ins import SignInDesk
from agent.runtime.setup.sources import SourceDesk
from agent.runtime.setup.steps import Steps
from agent.runtime.setup.targets import TargetDesk
from agent.runtime.setup.tools import PracticeRoom, Tools
from agent.runtime.status import StatusDesk

Params = Mapping[str, Json]
Answer = Callable[[Params, str], Json]


@dataclass(frozen=True, slots=True)
class Desks:
    """Who answers what."""

    configs: ConfigDesk
    steps: Steps
    sources: SourceDesk
    targets: TargetDesk
    flows: FlowDesk
    sign_ins: SignInDesk
    practice: PracticeRoom
    status: StatusDesk

    def shown(self, what: str) -> dict[str, Mapping[str, Any]]:
        """What the status says of sources or targets, by name."""
        items: Any = self.status.status().details.get(what)
        return {str(item["name"]): item for item in items or ()}


class SetupDesk:
    """Answers what people ask while they set up, by the name of the method."""

    def __init__(self, desks: Desks) -> None:
        self.steps = steps = desks.steps
        configs, flows = desks.configs, desks.flows
        sources, targets = desks.sources, desks.targets
        sign_ins, practice = desks.sign_ins, desks.practice
        self._answers: dict[str, Answer] = {
            "config.kinds": lambda p, _: configs.kinds(text(p, "part")),
            "config.list": lambda _, __: configs.list(),
            "config.check": lambda p, _: configs.check(
                text(p, "part"), text(p, "name"), text(p, "settings")
            ),
            "config.put": lambda p, who: configs.put(
                text(p, "part"), text(p, "name"), text(p, "settings"), text(p, "rename"), who
            ),
            "config.remove": lambda p, who: configs.remove(
                text(p, "part"), text(p, "name"), who, anyway=p.get("anyway") is True
            ),
            "setup.state": lambda _, __: steps.state(),
            "sources.list": lambda _, __: sources.list(desks.shown("sources")),
            "sources.look": lambda p, _: sources.look(
                text(p, "kind"), text(p, "settings"), number(p, "rows")
            ),
            "sources.preview": lambda p, _: sources.preview(text(p, "source"), number(p, "rows")),
            "sources.test": lambda p, _: sources.test(text(p, "kind"), text(p, "settings")),
            "sources.drivers": lambda _, __: sources.drivers(),
            "sources.tables": lambda p, _: sources.tables(text(p, "settings")),
            "sources.folders": lambda p, _: sources.folders(text(p, "path")),
            "targets.list": lambda _, __: targets.list(desks.shown("targets")),
            "targets.test": lambda p, _: targets.test(
                text(p, "kind"), text(p, "settings"), text(p, "name")
            ),
            "targets.setup": lambda p, _: targets.setup(text(p, "target")),
            "setup.flow": lambda p, who: flows.put(
                Wanted(**{key: text(p, key) for key in WORDS}, paused=p.get("paused") is True),
                who,
            ),
            "sign_in.begin": lambda p, _: sign_ins.begin(text(p, "target"), text(p, "how")),
            "sign_in.finish": lambda p, _: sign_ins.finish(text(p, "id"), text(p, "query")),
            "sign_in.poll": lambda p, _: sign_ins.poll(text(p, "id")),
            "packs.list": lambda _, __: pack_desk.listed(),
            "packs.fill": lambda p, _: pack_desk.filled(
                desks.configs.config, text(p, "pack"), text(p, "settings")
            ),
            "practice.state": lambda _, __: practice.state(),
            "practice.start": lambda p, _: practice.start(text(p, "crm")),
            "practice.stop": lambda _, __: practice.stop(),
            "setup.mark": lambda p, _: steps.mark(text(p, "step")),
        }

    def answers(self, method: str) -> bool:
        """Whether this method is one of its own."""
        return method in self._answers

    def answer(self, method: str, params: Params, who: str) -> Json:
        """The result of one method. Raises WaybillError for what the caller should read."""
        return self._answers[method](params, who)


def desk_of(
    tools: Tools,
    audit: Audit,
    act: OnAct,
    status: StatusDesk,
    waits: Callable[[FlowPlan], bool],
) -> SetupDesk:
    """The desk of a running agent. `waits`: whether a flow waits for its first link."""
    store = status.store

    def kept(part: str, name: str) -> Kept:
        config = tools.config.flows.values() if part in ("source", "target", "flow") else ()
        named = {flow.name for flow in config if name == getattr(flow, part, flow.name)}
        mine = [flow.id for flow in status.flows if flow.name in named]
        return Kept(
            sum(store.tally.entries(id_, *State) for id_ in mine),
            sum(store.tally.entries(id_, *OPEN) for id_ in mine),
        )

    steps = Steps(
        tools.home, tools.config,
        key=lambda: tools.vault.recovery_confirmed() is not None,
        linked=lambda: not any(waits(flow) for flow in status.flows),
        paused=lambda flow: store.paused("flow", flow),
        used=lambda: store.tally.total(*State) > 0,
    )  # fmt: skip
    config, makers, clock = tools.config, tools.makers, status.clock
    configs = ConfigDesk(tools, audit, act, kept)
    return SetupDesk(
        Desks(
            configs, steps,
            SourceDesk(config, makers, status, status.reads, tools.open_source),
            TargetDesk(config, makers, status, tools.vault, audit, clock),
            FlowDesk(tools, configs, kept),
            SignInDesk(config, tools.vault, status, tools.standing.sign_ins, clock),
            tools.standing.practice, status,
        )
    )  # fmt: skip


def number(params: Params, name: str) -> int:
    """A number among the parameters, 0 where it was not given."""
    value = params.get(name)
    return value if isinstance(value, int) else 0


def text(params: Params, name: str) -> str:
    """A text among the parameters, empty where it was not given."""
    return str(params.get(name) or "")
