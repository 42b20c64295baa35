"""Several ERP companies in one CRM: each one's keys begin with its name, so that none collides.

Customer 1001 of company DE01 is `DE01-1001`, that of NL02 `NL02-1001`. References to kinds that the
same company feeds begin alike; those to kinds that nobody feeds per company stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from agent.config import FlowConfig
from agent.errors import ConfigProblem
from agent.model import Draft, LeftOut, Problem, Scalar, Value
from agent.runtime.plan import Mapper

MIXED = "COMPANY_MISSING"
Bind = Callable[[Sequence[str]], Mapper]


def key_of(company: str, key: str) -> str:
    """The external id of a company's record; its name holds no `-`, so this is one to one."""
    return f"{company}-{key}" if key else ""


def of_company(bind: Bind, company: str, kinds: Collection[str]) -> Bind:
    """A mapping whose external ids, and references to these kinds, begin with the company."""

    def bound(columns: Sequence[str]) -> Mapper:
        mapper = bind(columns)

        def mapped(values: Sequence[Value]) -> Draft | LeftOut | Problem:
            made = mapper(values)
            if isinstance(made, LeftOut):
                return made
            if isinstance(made, Problem):
                return made._replace(external_id=key_of(company, made.external_id))
            fields: dict[str, Scalar] = dict(made.fields)
            parents = []
            for parent in made.parents:
                if parent.entity in kinds:
                    mine = parent._replace(external_id=key_of(company, parent.external_id))
                    fields[parent.field] = mine.external_id
                    parents.append(mine)
                else:
                    parents.append(parent)
            external_id = key_of(company, made.external_id)
            return made._replace(external_id=external_id, fields=fields, parents=tuple(parents))

        return mapped

    return bound


def kinds_of(flow: FlowConfig, flows: Collection[FlowConfig]) -> frozenset[str]:
    """The kinds that a flow's company feeds to the same target."""
    return frozenset(
        each.entity for each in flows if each.target == flow.target and each.company == flow.company
    )


def problems(flows: Collection[FlowConfig]) -> Iterator[ConfigProblem]:
    """Flows of one kind and target of which some name their company and others do not."""
    for flow in flows:
        if flow.company is None and any(
            other.company is not None and (other.target, other.entity) == (flow.target, flow.entity)
            for other in flows
        ):
            yield ConfigProblem(
                f"flows.{flow.name}",
                f"Another flow brings {flow.entity} of a company to {flow.target}; this one names"
                " none, so their keys could be the same.",
                "Write company = for it too: the same where it is of the same ERP company.",
                code=MIXED,
            )
