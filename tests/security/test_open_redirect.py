"""Threat: a link to us that ends at a stranger's page, with the trust in our name, or with a secret of ours.

Checked by taking out: the `Literal` of `rules.ReturnTo`, with any text in its place.
"""

import pytest

from tests.accounts.providers.visiting import (
    ARRIVED,
    Visitor,
    query_of,
    settings as settings,
    visitor as visitor,
    where,
)

EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2Fevil.example",
    "/panel/..//evil.example",
    "/panel/@evil.example",
    "/panel/?next=https://evil.example",
    "/panel/#arrived\r\nLocation: https://evil.example",
    "/panel/#problem=address_taken",
    "/panel/#second-factor=x",
    "/panel",
    "/v1/users/me",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://table.example@evil.example/",
    "https:evil.example",
    "/panel/#arrived ",
    "",
]


@pytest.mark.parametrize("place", EVIL)
async def test_nobody_chooses_another_place(visitor: Visitor, place: str) -> None:
    """One of a few of ours, letter by letter; the field is named, and nobody sets out."""
    answer = await visitor.ask_to_set_out("google", return_to=place)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/return_to"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("place", ["/panel/", "/panel/#arrived", "/panel/#ways-in"])
async def test_our_own_places_are_reached(visitor: Visitor, place: str) -> None:
    """The browser is sent there by a path, which knows no other host."""
    assert await visitor.go(return_to=place) == place


@pytest.mark.parametrize("name", ["return_to", "redirect_uri", "redirect", "next", "url", "continue", "iss_url"])
async def test_the_way_back_is_not_told_where_to_go(visitor: Visitor, name: str) -> None:
    """Whatever is written behind its address."""
    link = await visitor.visit(await visitor.set_out())
    assert where(await visitor.come_back(f"{link}&{name}=https://evil.example/")) == ARRIVED
    assert where(await visitor.come_back(f"{link}&{name}=https://evil.example/")).startswith("/panel/#problem=")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"x-forwarded-host": "evil.example"},
        {"forwarded": "host=evil.example;proto=https"},
        {"referer": "https://evil.example/"},
        {"x-original-url": "https://evil.example/"},
    ],
)
async def test_the_host_of_a_request_chooses_nothing(visitor: Visitor, headers: dict[str, str]) -> None:
    """Neither where the provider sends browsers nor where we do."""
    answer = await visitor.client.post("/v1/auth/providers/google/start", json={}, headers=headers)
    assert answer.status_code == 200
    url = answer.json()["authorization_url"]
    assert query_of(url)["redirect_uri"] == "https://table.example/v1/auth/providers/google/callback"
    assert "evil" not in url
    back = await visitor.client.get("/v1/auth/providers/google/callback?code=x&state=y", headers=headers)
    assert where(back).startswith("/panel/#problem=")


@pytest.mark.parametrize(
    "query",
    ["", "?code=" + "x" * 3000, "?code=a&code=b", "?state=%00", "?error=https://evil.example", "?iss=//evil.example",
     "?code=%0d%0aLocation:%20https://evil.example", "?code=%ff%fe"],
    ids=["nothing", "endless", "twice", "nul", "error", "issuer", "line", "bytes"],
)  # fmt: skip
@pytest.mark.parametrize("on_the_way", [True, False])
async def test_a_way_back_that_is_nonsense_ends_at_our_page(visitor: Visitor, query: str, on_the_way: bool) -> None:
    """Never an error page, never elsewhere; and what was sent is not repeated."""
    if on_the_way:
        await visitor.set_out()
    answer = await visitor.come_back(f"/v1/auth/providers/google/callback{query}")
    place = where(answer)
    assert place in ("/panel/#problem=provider_failed", "/panel/#problem=provider_expired")
    assert answer.text == ""
