"""The composition root: configuration -> live objects. The only module that knows every room."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from adapters import catalogue
from agent import __version__, keys, log, resources
from agent import home as new_home
from agent.audit import Audit
from agent.backup import Copied, Facts, Subject, make_stopped, new_file
from agent.canon import Contracts
from agent.canon.reasons import CATALOGUE
from agent.clock import SystemClock
from agent.config import Config, Kinds, load, parse
from agent.control import pause
from agent.control.api import API_VERSION
from agent.crypto import EphemeralCipher, KeyVault
from agent.errors import ConfigError, SourceUnavailable
from agent.mapping import Plan
from agent.model import Finding, Findings, Level
from agent.ports import AdapterContext, Clock, SecretStore, Source, Target
from agent.practice import Practice
from agent.runtime import kinds as installed
from agent.runtime.agent import Agent
from agent.runtime.alerting import told_test
from agent.runtime.assemble import Parts, assemble
from agent.runtime.collector import calm
from agent.runtime.columns import least, used
from agent.runtime.controlled import unknown_accounts
from agent.runtime.desk import Content
from agent.runtime.flow_plans import flow_plan
from agent.runtime.grouped import KIND as GROUP
from agent.runtime.grouped import GroupConfig, GroupedSource
from agent.runtime.keeping import elsewhere
from agent.runtime.news import ConfigWatch
from agent.runtime.probing import Adapters, findings
from agent.runtime.secret_desk import SecretDesk
from agent.runtime.setup import Makers, SignIns, Standing, Tools, steps
from agent.runtime.trial import trial
from agent.runtime.updates import Updates
from agent.runtime.workshop import Workshop
from agent.wake import Signal, Wake, heard

VERSION = __version__
config_path = new_home.config_path
LEDGER = "ledger"
"""In the home folder: the memory of rows, and what is set aside while a source is read."""
EXIT_SUSPECT = 75
"""The store must be verified: the service manager restarts us, and the start does it."""


def kinds(contracts: Contracts | None = None) -> Kinds:
    """What a configuration may name, with these contracts or the shipped ones."""
    known = contracts or resources.contracts()
    return Kinds(
        {kind: entry.settings for kind, entry in catalogue.SOURCES.items()} | {GROUP: GroupConfig},
        catalogue.settings_of(catalogue.TARGETS),
        tuple(known),
        installed.fields_of(known),
        CATALOGUE,
        catalogue.settings_of(catalogue.ALERTS),
    )


def configured(home: Path, path: Path) -> tuple[Config, installed.Kinds]:
    """The configuration at `path` and its kinds of records. Raises ConfigError."""
    contracts = installed.contracts_of(home, path.parent)
    config = load(path, kinds(contracts))
    return config, installed.kinds_of(contracts, config)


def judged(home: Path, path: Path, text: str) -> Config:
    """The configuration that `text` would be at `path`, its mappings included. Raises ConfigError."""
    contracts = installed.contracts_of(home, path.parent)
    config = parse(text, path, kinds(contracts))
    installed.kinds_of(contracts, config).plans(config)
    return config


# --- what the command line asks for without a service ---------------------------------------------


def odbc_drivers() -> list[str]:
    """The names of the ODBC drivers that our own reader can use; none without a driver manager."""
    bits = 64 if sys.maxsize > 2**32 else 32
    try:
        drivers = catalogue.odbc_installed(SystemClock())["drivers"]
    except SourceUnavailable:
        return []
    return [str(driver["name"]) for driver in drivers if driver["bits"] == bits]


def sandbox(folder: Path, port: int, crm: str) -> int:
    """Run the practice CRM until told to stop."""
    return catalogue.serve_sandbox(["--folder", str(folder), "--port", str(port), "--crm", crm])


def check(home: Path) -> Findings:
    """Check configuration, mappings, and every source and target, without a service."""
    try:
        config, known = configured(home, config_path(home))
        plans = known.plans(config)
    except ConfigError as error:
        return _wrong(error)
    vault = keys.open_vault(home, SystemClock())
    adapters = _adapters(home, config, plans, vault, SystemClock())
    found = findings(config, len(plans), adapters, "") + known.findings(config, plans)
    return found + unknown_accounts(config)


def back_up(home: Path, out: Path | None) -> Copied:
    """A backup of an agent that is not running: a new file, or one in a folder. WaybillError."""
    clock = SystemClock()
    config, _ = configured(home, config_path(home))
    vault = keys.open_vault(home, clock)
    facts = Facts(config.agent.name, config.agent.environment, VERSION)
    to = out or home / "backups"
    if out is None or out.is_dir():
        to = new_file(to, facts.name, vault.installation, clock.now())
    return make_stopped(Subject(home, config.path, elsewhere(config), vault, facts), to, clock)


def _wrong(error: ConfigError) -> Findings:
    return tuple(
        Finding(Level.ERROR, problem.code or error.code, str(problem)) for problem in error.problems
    )


def _not_in_force(home: Path, path: Path) -> Findings:
    """Why the files as they stand there now are not taken over; empty where they are right."""
    try:
        config, known = configured(home, path)
        known.plans(config)
    except ConfigError as error:
        said = "The last good configuration stays in force; what follows is about that one."
        return (*_wrong(error), Finding(Level.WARNING, "CONFIG_NOT_IN_FORCE", said))
    return ()


def run(home: Path, *, stop: threading.Event, started: threading.Event | None = None) -> int:
    """Run the agent until `stop`, on an empty folder as on a home. Returns the exit code.

    `started` is set once it is this process that answers for the home folder.
    """
    if new_home.begin(home, config_path(home)):
        steps.note(home, steps.BEGUN)
    log.configure(home / "logs")
    trial.bring_up_to_date(home, VERSION, config_path(home), SystemClock().now())
    standing = _standing(home, SystemClock())
    try:
        return _run(home, stop, started or threading.Event(), standing)
    finally:
        standing.practice.close()


def _run(home: Path, stop: threading.Event, started: threading.Event, standing: Standing) -> int:
    logger = log.get_logger(__name__)
    watch: ConfigWatch | None = ConfigWatch(configured(home, config_path(home))[0])
    while watch is not None:
        agent, parts = build(home, watch.config, SystemClock(), Signal(), standing=standing)
        trial.begin(home, agent, parts)
        pause.end(home)
        started.set()
        calm()
        logger.info("started", version=VERSION, sqlite=agent.store.db.sqlite_version)
        watch = _until_news(agent, parts, watch, stop)
        if watch is not None:
            pause.begin(home)
        agent.close()
        if agent.failure is not None:
            logger.error("stopped", code=agent.failure.code, reason=agent.failure.title)
            return EXIT_SUSPECT
    logger.info("stopped")
    return 0


def _until_news(
    agent: Agent, parts: Parts, watch: ConfigWatch, stop: threading.Event
) -> ConfigWatch | None:
    """Wait until the agent is to stop (None) or a new configuration is in force."""
    wake = Wake(agent.stop)
    with heard(wake, stop, parts.tools.news) as pause:
        while True:
            wake.wait(pause)
            if agent.stop.is_set() or stop.is_set():
                return None
            parts.tools.news.clear()
            newer = watch.newer(lambda: configured(parts.home, watch.config.path), parts.conditions)
            if newer is not None:
                return newer


def updates(home: Path, config: Config, secrets: SecretStore, clock: Clock) -> Updates:
    """Whom to ask about newer versions."""
    context = _context("updates", config, secrets, clock)
    return Updates(home, VERSION, config.agent.updates, lambda url: catalogue.fetched(url, context))


# --- building -------------------------------------------------------------------------------------


def build(
    home: Path,
    config: Config,
    clock: Clock,
    stop: threading.Event,
    random: Random | None = None,
    *,
    standing: Standing | None = None,
) -> tuple[Agent, Parts]:
    """Live objects of a configuration. Raises what keeps it from starting."""
    known = installed.kinds_of(installed.contracts_of(home, config.folder), config)
    plans = known.plans(config)
    vault = keys.open_vault(home, clock)
    audit = Audit(home / "audit.log", vault.ring.keyed_hash("audit", 32), clock)
    adapters = _adapters(home, config, plans, vault, clock)
    workshop = _workshop(home, config, known, plans, vault, clock)
    parts = Parts(
        home=home,
        config=config,
        clock=clock,
        cipher=vault.ring,
        installation=vault.installation,
        audit=audit,
        secrets=SecretDesk(vault.secrets(log.protect), config),
        sources=adapters.sources,
        targets=adapters.targets,
        flows={
            name: flow_plan(name, flow, config, plans[name], adapters.targets[flow.target])
            for name, flow in config.flows.items()
        },
        contents={
            name: Content(plan.contract, known.owners[plan.entity], plan.checks)
            for name, plan in plans.items()
        },
        version=VERSION,
        api_version=API_VERSION,
        random=random or SystemRandom(),
        check=lambda name: (
            *(() if name else _not_in_force(home, config.path)),
            *(
                told_test(parts.tellers, name)
                or findings(config, len(plans), adapters, name, clock)
            ),
            *(() if name else known.findings(config, plans) + unknown_accounts(config)),
        ),
        stop=stop,
        workshop=workshop,
        open_table=workshop.open_source,
        tools=Tools(
            home,
            config,
            _makers(home, config, known.contracts, vault, clock),
            partial(judged, home, config.path),
            vault,
            workshop.open_source,
            standing or _standing(home, clock),
            stop=stop,
        ),
        serving=installed.serving(config, plans),
        channels={
            one.name: catalogue.ALERTS[one.kind].make(
                one.settings, _context(one.name, config, vault.secrets(log.protect), clock)
            )
            for one in config.alerts
        },
        updates=updates(home, config, vault.secrets(log.protect), clock),
    )
    installed.remember(home, config.folder)
    return assemble(parts), parts


def _standing(home: Path, clock: Clock) -> Standing:
    """What outlives a configuration that is taken over."""
    return Standing(Practice(home, clock), SignIns(clock))


def _makers(
    home: Path, config: Config, contracts: Contracts, vault: KeyVault, clock: Clock
) -> Makers:
    """Adapters of settings that nothing is configured with yet."""
    secrets = vault.secrets(log.protect)

    def context(name: str) -> AdapterContext:
        return _context(name, config, secrets, clock)

    def target(kind: str, settings: BaseModel, name: str) -> tuple[Target, Callable[[], Findings]]:
        made = catalogue.TARGETS[kind].make(settings, context(name))
        return made, partial(catalogue.probe, settings, context(name))

    return Makers(
        kinds(contracts),
        lambda kind, settings, name: _source(config, kind, settings, context(name), home),
        target,
        lambda kind, given: (
            catalogue.SOURCES[kind].propose(given, context("new"))
            if kind in catalogue.SOURCES else {}
        ),
        lambda: catalogue.odbc_installed(clock),
        lambda given: catalogue.odbc_tables(given, context("new")),
    )  # fmt: skip


def _workshop(
    home: Path,
    config: Config,
    known: installed.Kinds,
    plans: Mapping[str, Plan],
    vault: KeyVault,
    clock: Clock,
) -> Workshop:
    """What previews need: adapters of their own, and drafts as texts."""
    secrets = vault.secrets(log.protect)

    def open_source(name: str) -> Source:
        context = _context(name, config, secrets, clock)
        return _source(
            config, config.sources[name].kind, config.sources[name].settings, context, home
        )

    def parsed(flow: str, text: str, files: Mapping[str, bytes]) -> Plan:
        settings = config.flows[flow]
        target = config.targets[settings.target].settings
        in_force = plans[flow].text if flow in plans else ""
        file = str(settings.mapping) if text == in_force else f"draft for {flow}"
        plan = known.plan(text, settings.entity, file, target, files)
        if problems := list(installed.table_problems(plan, config, file)):
            raise ConfigError(problems)
        return plan

    return Workshop(
        config, known.contracts, lambda: resources.text("synonyms.toml"), open_source, parsed,
        known.owners,
    )  # fmt: skip


def _context(name: str, config: Config, secrets: SecretStore, clock: Clock) -> AdapterContext:
    agent = config.agent
    return AdapterContext(
        name, clock, secrets, config.folder, ZoneInfo(agent.timezone),
        agent.proxy, agent.proxy_user, agent.proxy_password or "",
    )  # fmt: skip


def _adapters(
    home: Path, config: Config, plans: dict[str, Plan], vault: KeyVault, clock: Clock
) -> Adapters:
    secrets = vault.secrets(log.protect)

    def context(name: str) -> AdapterContext:
        return _context(name, config, secrets, clock)

    return Adapters(
        {
            name: _source(
                config,
                source.kind,
                least(source.settings, used(name, config, plans)),
                context(name),
                home,
            )
            for name, source in config.sources.items()
        },
        {
            name: catalogue.TARGETS[target.kind].make(target.settings, context(name))
            for name, target in config.targets.items()
        },
        {
            name: partial(catalogue.probe, target.settings, context(name))
            for name, target in config.targets.items()
        },
    )


def _source(
    config: Config, kind: str, settings: BaseModel, context: AdapterContext, home: Path
) -> Source:
    """A live source; a group stands on an adapter of its own."""
    if not isinstance(settings, GroupConfig):
        return catalogue.SOURCES[kind].make(settings, context)
    base = config.sources[settings.of]
    inner = catalogue.SOURCES[base.kind].make(least(base.settings, settings.used), context)
    return GroupedSource(inner, settings, EphemeralCipher(), home / LEDGER)
