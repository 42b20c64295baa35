"""What a flow of the configuration, its mapping and its target make together: a plan."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any

from agent.canon import Kind
from agent.config import Config, FlowConfig
from agent.delivery.turns import Urgency, urgency_of
from agent.mapping import Plan
from agent.matching import rules_of
from agent.ports import Target
from agent.runtime import company
from agent.runtime.plan import FlowPlan, LinkPlan


def flow_plan(name: str, flow: FlowConfig, config: Config, plan: Plan, target: Target) -> FlowPlan:
    """The plan of one flow, without a number yet."""
    settings: Any = config.sources[flow.source].settings
    digest = blake2b(plan.version_digest + target.profile_version.encode(), digest_size=4)
    if flow.company is not None:
        digest.update(flow.company.encode())
    fed = company.kinds_of(flow, list(config.flows.values()))

    def bound(plan: Plan) -> company.Bind:
        return company.of_company(plan.bind, flow.company, fed) if flow.company else plan.bind

    parents = {
        rule.field.entity
        for rule in plan.rules
        if rule.field.kind is Kind.REF and (rule.columns or rule.constant)
    }
    return FlowPlan(
        name=name,
        id=0,
        index=0,
        entity=flow.entity,
        contract=plan.contract.reference,
        resource=target.resource(flow.entity),
        target=flow.target,
        version=int.from_bytes(digest.digest(), "little") or 1,
        bind=kept(bound(plan)),
        instead=lambda said: bound(plan.instead(said)),
        leaving=plan.leaving(),
        parents={entity: target.resource(entity) for entity in sorted(parents)},
        refs={
            rule.field.name: rule.field.entity for rule in plan.rules if rule.field.kind is Kind.REF
        },
        seeds=plan.seeds,
        link=_link(flow, plan),
        warns=plan.warns,
        steps=plan.steps,
        realtime=flow.when.is_realtime,
        urgency=_urgency(flow, plan),
        tables=tuple(plan.tables.values()),
        text=plan.text,
        files=plan.files,
        keyed=len(plan.external_id) > 0 and tuple(plan.external_id) == tuple(settings.key),
    )


def kept(bind: company.Bind) -> company.Bind:
    """The same, made once for the columns that read after read brings: it costs more than a look."""
    of = lru_cache(2)(bind)
    return lambda columns: of(tuple(columns))


def _urgency(flow: FlowConfig, plan: Plan) -> Urgency:
    if flow.priority is not None:
        return Urgency[flow.priority.upper()]
    brought = {rule.field.name for rule in plan.rules if rule.field.kind is not Kind.REF}
    return urgency_of(flow.entity, brought - set(plan.seeds))


def _link(flow: FlowConfig, plan: Plan) -> LinkPlan | None:
    if flow.first_link is None:
        return None
    references = {rule.field.name for rule in plan.rules if rule.field.kind is Kind.REF}
    rules = rules_of(flow.first_link.match, references)
    by_itself = flow.first_link.approve == "certain"
    return LinkPlan(rules, flow.first_link.country or "", by_itself=by_itself)
