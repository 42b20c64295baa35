"""`$metadata` read: what a collection is, and what is no description at all."""

from __future__ import annotations

import pytest

from adapters.http import Answer
from adapters.targets.sap.metadata import Property, collections
from agent.errors import TargetUnavailable

EDMX = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>
<Schema Namespace="c4codataapi" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"
 xmlns:sap="http://www.sap.com/Protocols/SAPData">
<EntityType Name="Contact"><Key><PropertyRef Name="ObjectID"/></Key>
<Property Name="ObjectID" Type="Edm.String" MaxLength="70" sap:creatable="false" sap:updatable="false"/>
<Property Name="LastName" Type="Edm.String" MaxLength="40" sap:filterable="false"/>
<Property Name="Free" Type="Edm.String" MaxLength="Max"/></EntityType>
<EntityContainer Name="c4codataapi">
<EntitySet Name="ContactCollection" EntityType="c4codataapi.Contact" sap:deletable="false"/>
<EntitySet Name="OddCollection" EntityType="c4codataapi.Odd"/>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"""


def test_a_collection_is_told_with_its_properties_and_rights():
    found = collections(Answer(200, {}, EDMX))
    contact = found["ContactCollection"]
    assert not contact.deletable
    assert contact.properties["ObjectID"] == Property("Edm.String", 70, False, False, True)
    assert contact.properties["LastName"] == Property("Edm.String", 40, True, True, False)
    assert contact.properties["Free"].length == 0
    assert found["OddCollection"].deletable
    assert found["OddCollection"].properties == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html></html>",
        EDMX[:-20],
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + EDMX,
        b'<?xml version="1.0"?>' + b" " * 5000 + b'<!DOCTYPE a [<!ENTITY b "c">]><a/>',
    ],
)
def test_anything_else_is_no_description(body):
    with pytest.raises(TargetUnavailable, match="BAD_RESPONSE"):
        collections(Answer(200, {}, body))
