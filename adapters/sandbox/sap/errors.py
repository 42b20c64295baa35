"""How SAP words a refusal: XML, which is its default, or JSON."""

from __future__ import annotations

from xml.sax.saxutils import escape

from adapters.sandbox.wire import Response, dumps

XML_TYPE = "application/xml;charset=utf-8"


def worded(
    status: int, code: str, text: str, *, xml: bool, headers: dict[str, str] | None = None
) -> Response:
    """The answer with an error."""
    sent = {"dataserviceversion": "1.0", **(headers or {})}
    if not xml:
        body = {"error": {"code": code, "message": {"lang": "en", "value": text}}}
        return Response(status, dumps(body), sent)
    told = f"<code>{escape(code)}</code>" if code else "<code/>"
    page = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        f'{told}<message xml:lang="en">{escape(text)}</message></error>'
    )
    return Response(status, page.encode(), sent, XML_TYPE)
