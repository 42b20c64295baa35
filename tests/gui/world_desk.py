"""The exceptions of that company: found, fixed, replayed, set aside, as the real desk does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from agent.canon.reasons import CATALOGUE

Params = Mapping[str, Any]
_NAMES = ("Alpen Handel AG", "Böhm Werkzeuge GmbH", "Nordlicht e.K.", "Kessler & Söhne OHG")
_SIGNS = {"account": "K", "contact": "C", "invoice": "R"}
_OWN = {
    "INVALID_EMAIL_ADDRESS": {
        "title": "The CRM does not accept the e-mail address.", "severity": "error",
        "owner": "erp_data", "meaning": "The record is parked; other records go on.",
        "to_do": "Correct it in the ERP: the corrected record clears this by itself.",
    }
}  # fmt: skip


def told(code: str) -> dict[str, str]:
    """What the catalogue says of a code."""
    if code in _OWN:
        return dict(_OWN[code])
    known = CATALOGUE[code]
    return {
        "title": known.title, "severity": str(known.severity), "owner": str(known.owner),
        "meaning": known.meaning, "to_do": known.to_do,
    }  # fmt: skip


class ExceptionsWorld:
    """Rows that wait for a person."""

    def __init__(self, at: Callable[[float], str]) -> None:
        self._at = at
        self.rows: dict[str, dict[str, Any]] = {}
        self.aside: dict[str, dict[str, Any]] = {}
        self.rules: list[tuple[str, str]] = []
        words = ["D"] * 200 + ["Narnia"] * 10 + ["Oz"] * 2
        for word in words:
            self._add("accounts", "account", "COUNTRY_UNKNOWN", "billing_country", word, 154)
        for mail in ("info(at)kessler.example", "boehm@@werk", "n/a"):
            self._add("contacts", "contact", "INVALID_EMAIL_ADDRESS", "email", mail, 61)
        for _ in range(6):
            self._add("contacts", "contact", "REQUIRED_MISSING", "last_name", "", 33)
        for _ in range(4):
            self._add("invoices", "invoice", "TOTAL_WRONG", "total", "3075.00", 1460)

    def count(self) -> int:
        return len(self.rows)

    def _add(self, flow: str, entity: str, code: str, field: str, word: str, age: float) -> None:
        number = len(self.rows) + 1
        key = f"{_SIGNS[entity]}{100_000 + number}"
        customer = _NAMES[number % len(_NAMES)]
        is_row = code in ("COUNTRY_UNKNOWN", "REQUIRED_MISSING")
        what = f"{field} is {word!r}." if word else f"{field} is blank."
        self.rows[f"E{number}"] = {
            "ref": f"E{number}", "flow": flow, "entity": entity, "external_id": key,
            "code": code, "reason": what, "since": self._at(age - number % 30), "field": field,
            "place": f"{flow.upper()}.CSV, record {number + 17}", **told(code),
            "hint": told(code)["to_do"], "word": word, "customer": customer, "document": key,
            "impact": f"{entity} {key} of {customer}",
            "amount": "3075.00" if entity == "invoice" else None,
            "currency": "EUR" if entity == "invoice" else "",
            "state": "parked", "attempts": 0 if is_row else 1, "created": self._at(age),
            "fields": _message(entity, key, field, word, customer),
            "row": _source(entity, key, word, customer) if is_row else None,
            "history": [], "is_row": is_row,
        }  # fmt: skip

    # --- answers ----------------------------------------------------------------------------------

    def answer(self, name: str, params: Params, who: str) -> tuple[Mapping[str, Any], bool]:
        """What is answered, and whether anything changed."""
        before = (len(self.rows), len(self.aside), len(self.rules), self._edits())
        found: Mapping[str, Any] = getattr(self, "_" + name)(params, who)
        return found, before != (len(self.rows), len(self.aside), len(self.rules), self._edits())

    def _edits(self) -> int:
        return sum(len(row["history"]) for row in self.rows.values())

    def _groups(self, params: Params, _: str) -> Mapping[str, Any]:
        groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in self._chosen(params):
            groups.setdefault((row["flow"], row["code"], row["field"]), []).append(row)
        items = [self._group(*named, rows) for named, rows in groups.items()]
        return {
            "items": items, "total": sum(item["count"] for item in items), "groups": len(items),
            "not_summed": 0,
        }  # fmt: skip

    def _group(
        self, flow: str, code: str, field: str, rows: list[dict[str, Any]]
    ) -> dict[str, Any]:
        words: dict[str, list[str]] = {}
        for row in rows:
            if row["word"]:
                words.setdefault(row["word"], []).append(row["ref"])
        amount = sum(float(row["amount"] or 0) for row in rows)
        known = told(code)
        by_word = code == "COUNTRY_UNKNOWN"
        return {
            "cause": f"{known['title'].removesuffix('.')} ({field}): {len(rows):,} records.",
            "flow": flow, "entity": rows[0]["entity"], "code": code, "field": field,
            "count": len(rows), "since": min(row["since"] for row in rows),
            "newest": max(row["since"] for row in rows), **known, "age": 9240, "target": "crm",
            "example": rows[0]["ref"], "amounts": {"EUR": f"{amount:.2f}"} if amount else {},
            "words": [
                {"word": word, "count": len(refs), "example": refs[0]}
                for word, refs in words.items() if by_word
            ][:5],
            "fixable": "rule" if by_word else "value", "params": {},
        }  # fmt: skip

    _causes = _groups

    def _window(self, params: Params, _: str) -> Mapping[str, Any]:
        found = self._chosen(params, aside=bool(params.get("aside")))
        start, limit = int(params.get("offset") or 0), int(params.get("limit") or 100)
        items = [_listed(row) for row in found[start : start + limit]]
        return {"total": len(found), "offset": start, "items": items}

    def _list(self, params: Params, _: str) -> Mapping[str, Any]:
        found = self._chosen(params, aside=bool(params.get("aside")))
        after = str(params.get("after") or "")
        refs = [row["ref"] for row in found]
        start = refs.index(after) + 1 if after in refs else 0
        page = found[start : start + int(params.get("limit") or 100)]
        more = start + len(page) < len(found)
        return {"items": [_listed(row) for row in page], "next": page[-1]["ref"] if more else None}

    def _show(self, params: Params, _: str) -> Mapping[str, Any]:
        ref = str(params["ref"])
        row = self.rows.get(ref) or self.aside[ref]
        return {
            name: value
            for name, value in row.items()
            if name not in ("word", "is_row") and value is not None
        }

    def _preview(self, params: Params, _: str) -> Mapping[str, Any]:
        chosen = self._meant(params)
        stay = [row for row in chosen if row["code"] == "REQUIRED_MISSING"]
        go = len(chosen) - len(stay)
        why = "Its last name is still blank."
        return {
            "chosen": len(chosen), "would_go": go, "would_wait": 0, "would_stay": len(stay),
            "reasons": [{"why": why, "count": len(stay), "example": stay[0]["ref"]}]
            if stay else [],
        }  # fmt: skip

    def _replay(self, params: Params, _: str) -> Mapping[str, Any]:
        chosen = self._meant(params)
        stay = [row for row in chosen if row["code"] == "REQUIRED_MISSING"]
        for row in chosen:
            if row not in stay:
                del self.rows[row["ref"]]
        refused = [{"ref": row["ref"], "why": "Its last name is still blank."} for row in stay]
        return {
            "replayed": len(chosen) - len(stay), "refused": refused, "refused_count": len(stay),
        }  # fmt: skip

    def _set_aside(self, params: Params, who: str) -> Mapping[str, Any]:
        chosen = self._meant(params)
        for row in chosen:
            self.aside[row["ref"]] = self.rows.pop(row["ref"])
            act = {"at": self._at(0), "what": "set aside", "who": who, "reason": params["reason"]}
            row["history"].append(act)
            row["state"] = "set aside"
        return {"set_aside": len(chosen), "refused": [], "refused_count": 0}

    def _take_back(self, params: Params, who: str) -> Mapping[str, Any]:
        for ref in params["refs"]:
            self.rows[ref] = self.aside.pop(ref)
            self.rows[ref]["state"] = "parked"
            act = {"at": self._at(0), "what": "taken back", "who": who}
            self.rows[ref]["history"].append(act)
        return {"taken_back": len(params["refs"]), "refused": [], "refused_count": 0}

    def _fix(self, params: Params, _: str) -> Mapping[str, Any]:
        row = self.rows[str(params["ref"])]
        said = dict(str(pair).split("=", 1) for pair in params["set"])
        problems = [
            {"field": name, "code": "EMAIL_INVALID", "why": f"{text!r} is no e-mail address."}
            for name, text in said.items()
            if name == "email" and "@" not in text
        ]
        done = {"ref": row["ref"], "new": None, "mapped_again": False, "problems": problems}
        if problems:
            return done
        del self.rows[row["ref"]]
        return done | ({"mapped_again": True} if row["is_row"] else {"new": "E9001"})

    def _rule_preview(self, params: Params, _: str) -> Mapping[str, Any]:
        row = self.rows[str(params["ref"])]
        group = [r for r in self.rows.values() if r["code"] == row["code"]]
        passing = [r for r in group if r["word"] == row["word"]]
        rest = [r for r in group if r["word"] != row["word"]]
        known = len(str(params["value"])) == 2
        why = (
            f"{rest[0]['word']} is no country the mapping knows. [COUNTRY_UNKNOWN]" if rest else ""
        )
        place = f"fields.{row['field']}.codes"
        return {
            "flow": row["flow"], "place": place, "file": "", "code": row["code"],
            "field": row["field"], "second_person": [],
            "changes": [
                {"place": f"{place}.{row['word']}", "was": None, "becomes": params["value"]}
            ],
            "group": len(group), "would_pass": len(passing) if known else 0,
            "would_be_left_out": 0, "would_stay": len(rest) if known else len(group),
            "not_kept": 0, "draft": "version = 1\n",
            "reasons": [{"why": why, "count": len(rest), "example": rest[0]["ref"]}]
            if rest else [],
        }  # fmt: skip

    def _rule(self, params: Params, who: str) -> Mapping[str, Any]:
        shown = self._rule_preview(params, who)
        word = self.rows[str(params["ref"])]["word"]
        self.rules.append((word, str(params["value"])))
        self.rows = {
            ref: row for ref, row in self.rows.items()
            if not (row["code"] == shown["code"] and row["word"] == word)
        }  # fmt: skip
        needs = "Every row is mapped again."
        return {
            **shown, "version": 3, "same_meaning": False, "needs": needs, "proposed": False,
        }  # fmt: skip

    def _export(self, params: Params, _: str) -> Mapping[str, Any]:
        chosen = self._chosen(params)
        items = [
            {
                **{name: row[name] for name in _HEAD},
                "cells": {} if row["is_row"] else {n: str(v) for n, v in row["fields"].items()},
            }
            for row in chosen
        ]
        columns = sorted({name for item in items for name in item["cells"]})
        return {"columns": columns, "items": items, "next": None}

    def _import(self, params: Params, _: str) -> Mapping[str, Any]:
        given = [json.loads(text) for text in params["rows"]]
        changed, fields = [], {}
        for each in given:
            row = self.rows.get(each["ref"])
            if row is None or row["is_row"]:
                continue
            names = [
                name for name, text in each["cells"].items()
                if str(row["fields"].get(name, "")) != text
            ]  # fmt: skip
            if names:
                changed.append(each["ref"])
            for name in names:
                fields[name] = fields.get(name, 0) + 1
        if not params.get("check"):
            for ref in changed:
                del self.rows[ref]
        skipped = [
            {
                "line": each["line"], "ref": each["ref"], "field": "", "code": "NOT_PARKED",
                "why": "It is not parked but delivered.",
            }
            for each in given
            if each["ref"] not in self.rows and each["ref"] not in changed
        ]  # fmt: skip
        edited = 0 if params.get("check") else len(changed)
        return {
            "changed": changed, "fields": fields, "edited": edited, "problems": [],
            "skipped": skipped,
        }  # fmt: skip

    def _escalated(self, _: Params, __: str) -> Mapping[str, Any]:
        return {"items": []}

    def _events(self, _: Params, __: str) -> Mapping[str, Any]:
        return {"items": [], "next": 0}

    # --- which ------------------------------------------------------------------------------------

    def _chosen(self, params: Params, *, aside: bool = False) -> list[dict[str, Any]]:
        rows = (self.aside if aside else self.rows).values()
        names = ("flow", "code", "field")
        return [r for r in rows if all(params.get(n) in (None, "", r[n]) for n in names)]

    def _meant(self, params: Params) -> list[dict[str, Any]]:
        refs = params.get("refs")
        if refs:
            return [self.rows[ref] for ref in refs if ref in self.rows]
        return self._chosen(params)


_HEAD = ("ref", "flow", "entity", "external_id", "code", "reason")
_LISTED = (
    *("ref", "flow", "entity", "external_id", "code", "reason", "hint", "since", "place", "title"),
    *("severity", "owner", "meaning", "to_do", "impact", "customer", "document", "amount"),
    *("currency",),
)


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _LISTED}


def _message(entity: str, key: str, field: str, word: str, customer: str) -> dict[str, Any]:
    if entity == "account":
        return {
            "name": customer, "number": key, "billing_street": "Hafenweg 4",
            "billing_postal_code": "20457", "billing_city": "Hamburg", "currency": "EUR",
            "credit_limit": "5000.00", "active": True,
        }  # fmt: skip
    if entity == "contact":
        message = {
            "account": "K100007",
            "first_name": "Jana",
            "last_name": "Kessler",
            "email": "info@kessler.example",
            "phone": "+49 30 445566",
            "active": True,
        }
    else:
        message = {
            "account": "K100007",
            "number": key,
            "invoice_date": "2026-11-02",
            "currency": "EUR",
            "total": "3075.00",
            "name": customer,
        }
    return message | {field: word or None}


def _source(entity: str, key: str, word: str, customer: str) -> dict[str, Any]:
    if entity == "account":
        return {
            "KDNR": key,
            "NAME1": customer,
            "STRASSE": "Hafenweg 4",
            "PLZ": "20457",
            "ORT": "Hamburg",
            "LAND": word,
        }
    if entity == "contact":
        return {"CONTACT": key, "CUSTNO": "K100007", "FIRST": "Jana", "LAST": "", "MAIL": word}
    return {"INVNO": key, "CUSTNO": "K100007", "TOTAL": "3.075,00", "CURR": "EUR"}
