"""Routes a method of the set-up to who answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.audit import Audit
from agent.model import Json
from agent.queue.states import State
from agent.runtime.desk import OnAct
from agent.runtime.plan import FlowPlan
from agent.runtime.setup.configs import ConfigDesk
from agent.runtime.setup.key_desk import KeyDesk
from agent.runtime.setup.steps import Steps
from agent.runtime.setup.tools import Tools
from agent.runtime.status import StatusDesk

Params = Mapping[str, Json]
Answer = Callable[[Params, str], Json]


class SetupDesk:
    """Answers what people ask while they set up, by the name of the method."""

    def __init__(self, configs: ConfigDesk, keys: KeyDesk, steps: Steps) -> None:
        self.steps = steps
        self._answers: dict[str, Answer] = {
            "config.kinds": lambda p, _: configs.kinds(text(p, "part")),
            "config.list": lambda _, __: configs.list(),
            "config.check": lambda p, _: configs.check(
                text(p, "part"), text(p, "name"), text(p, "settings")
            ),
            "config.put": lambda p, who: configs.put(
                text(p, "part"), text(p, "name"), text(p, "settings"), text(p, "rename"), who
            ),
            "config.remove": lambda p, who: configs.remove(text(p, "part"), text(p, "name"), who),
            "keys.state": lambda _, __: keys.state(),
            "keys.recovery_new": lambda _, __: keys.recovery_new(),
            "keys.recovery_confirm": lambda p, _: keys.recovery_confirm(text(p, "key")),
            "keys.rotate": lambda _, __: keys.rotate(),
            "setup.state": lambda _, __: steps.state(),
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

    def used(part: str, name: str) -> bool:
        config = tools.config.flows.values()
        named = {flow.name for flow in config if name == getattr(flow, part, flow.name)}
        mine = [flow.id for flow in status.flows if flow.name in named]
        return part != "alert" and any(store.tally.of_flow(id_) for id_ in mine)

    steps = Steps(
        tools.home, tools.config,
        key=lambda: tools.vault.recovery_confirmed() is not None,
        linked=lambda: not any(waits(flow) for flow in status.flows),
        paused=lambda flow: store.paused("flow", flow),
        used=lambda: store.tally.total(*State) > 0,
    )  # fmt: skip
    return SetupDesk(ConfigDesk(tools, audit, act, used), KeyDesk(tools.vault), steps)


def text(params: Params, name: str) -> str:
    """A text among the parameters, empty where it was not given."""
    return str(params.get(name) or "")
