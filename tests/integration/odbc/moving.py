"""A table of orders whose rows carry a time that says when they changed."""

from __future__ import annotations


def watermark(**words) -> dict[str, object]:
    return {"by": "watermark", "column": "AT", **words}


MOVING_BY_KIND = {
    "postgresql": '"ID" varchar(20) primary key, "AT" timestamp, "N" int',
    "mariadb": "`ID` varchar(20) primary key, `AT` datetime(6), `N` int",
    "sqlite": '"ID" varchar(20) primary key, "AT" timestamp, "N" int',
}
