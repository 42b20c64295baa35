"""Dynamics NAV: the tables of Business Central with nothing behind their names."""

from __future__ import annotations

from tests.integration.packs.erps.business_central import SAMPLES, SETTINGS, rows

__all__ = ["SAMPLES", "SETTINGS", "rows"]
