"""Actors in text: by name from the register, by country and role, by country alone; each with its code at the event's date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from msgspec import Struct

from agents.enrich.actor_codes import ActorCode
from agents.enrich.gazetteer import english_names
from agents.enrich.mentions import Mention
from agents.enrich.names import NOT_A_PEOPLE, name_end
from agents.enrich.patterns import Chain, Owner, chains, left_owner, right_owner
from agents.enrich.persons import Named, find_named
from agents.enrich.roles import roles_in
from agents.enrich.tables import words
from agents.enrich.text import Document, Part
from schemas.errors import ActorCodeError
from schemas.records import Actor

_PLACE_ONLY = frozenset({"country.qualified", "country.state"})
"""Mentions of places inside a country that neither act nor are acted on as that country."""

_INSIDE = words("inside")
"""Words before a capital that make it a town, not a government."""

_OFFICES = frozenset({"president", "minister", "premier", "chancellor", "cumhurbaşkanı", "başbakan", "президент"})

_ACTING_ALONE = frozenset({"GOV", "MIL", "COP", "REB", "OPP", "LEG", "SPY", "JUD"})
"""Roles that are understood to be of the article's country where none is named: `the army`, `rebels`."""


class _Spot(Struct):
    """A mention before it is put into words."""

    part: Part
    first: int
    last: int
    code: str
    country: str | None
    name: str
    roles: tuple[str, ...]
    confidence: float
    rule: str
    id: str
    surname: str = ""


def find_actors(doc: Document, when: datetime, places: list[Mention]) -> list[Mention]:
    """Every place where an actor is named, in text order.

    Args:
        doc: the article.
        when: the event's time: roles are those held then.
        places: the mentions of countries in it.
    """
    day = when.date()
    named = [(part, find_named(doc, part, day)) for part in doc.parts]
    full = {one.entry.id for _, ones in named for one in ones if one.full and not one.supported}
    leading = _leading(places)
    spots: list[_Spot] = []
    for part, ones in named:
        spots += _find_in(doc, part, ones, [place for place in places if place.field is part.field], day, full, leading)
    spots += _surnames_again(doc, spots)
    order = {doc.title.field: 0, doc.body.field: 1}
    spots.sort(key=lambda spot: (order[spot.part.field], spot.first, spot.last))
    return [_mention(spot) for spot in spots]


def _leading(places: list[Mention]) -> str | None:
    counts = Counter(place.code for place in places)
    return counts.most_common(1)[0][0] if counts else None


def _find_in(
    doc: Document, part: Part, ones: list[Named], places: list[Mention], day: date, full: set[str], leading: str | None
) -> list[_Spot]:
    if not ones and not places and leading is None:
        return []
    countries = [_owner_of_place(part, place) for place in places]
    taken = {word for one in ones for word in range(one.first, one.last)}
    bodies = [one for one in ones if one.entry.kind != "person"]
    owners = [
        *(owner for owner, place in countries if not any(word in taken for word in range(owner.first, owner.last))),
        *(_owner_of_body(one, day) for one in bodies),
    ]
    ends = {owner.last: owner for owner in owners}
    starts = {owner.first: owner for owner in owners}
    rule_of = {owner.first: place.rule for owner, place in countries}
    hits = list(roles_in(doc.language).find(part))
    spots: list[_Spot] = []
    used: set[int] = set()
    person_at = {one.first: one for one in ones if one.entry.kind == "person"}
    headline = part.is_headline
    for chain in chains(part, hits, taken.__contains__):
        owner, _ = left_owner(part, chain, ends)
        if owner is None:
            owner = right_owner(part, chain, starts, doc.language)
        spot = _chain_spot(part, chain, owner, person_at, day, headline=headline, leading=leading, places=places)
        if spot is None:
            continue
        spots.append(spot)
        used.update(range(spot.first, spot.last))
        if (
            owner is not None
            and owner.first > chain.first
            and owner.first in rule_of
            and part.words[chain.last] not in ("of", "for")
            and part.gap(chain.last - 1) == " "
            and owner.first > chain.last
        ):
            used.difference_update(
                range(owner.first, owner.last)
            )  # rebels in Darfur: Darfur is also a place of its own
        if owner is not None and spot.country is not None:
            spots += _coordinated(part, owner, ends, spot, used)
    for one in ones:
        if one.first in used:
            continue
        if one.supported and one.entry.id not in full:
            continue
        spots.append(_person_spot(part, one, day))
        used.update(range(one.first, one.last))
    spots += [
        _bare_spot(part, owner, rule_of[owner.first])
        for owner, _ in countries
        if rule_of[owner.first] not in _PLACE_ONLY and not used & set(range(owner.first, owner.last))
    ]
    return spots


def _owner_of_place(part: Part, place: Mention) -> tuple[Owner, Mention]:
    first = part.word_at(place.start)
    last = part.word_at(place.end - 1) + 1
    return Owner(first, last, place.code, place.code, place.name, place.confidence, place.id), place


def _owner_of_body(one: Named, day: date) -> Owner:
    code, _ = one.entry.at(day)
    return Owner(one.first, one.last, code, one.entry.country, one.entry.name, one.confidence, one.entry.id)


@lru_cache(maxsize=8192)
def _code(base: str, group: str) -> str:
    """The base with one more group, where the grammar allows it; else the base."""
    if group in base[3:]:
        return base
    try:
        return ActorCode(base, group)
    except ActorCodeError:
        return base


def _chain_spot(
    part: Part,
    chain: Chain,
    owner: Owner | None,
    person_at: dict[int, Named],
    day: date,
    *,
    headline: bool,
    leading: str | None,
    places: list[Mention],
) -> _Spot | None:
    person = person_at.get(chain.last) if chain.last < len(part.words) and len(part.gap(chain.last - 1)) <= 2 else None  # noqa: PLR2004
    first, last = chain.first, chain.last
    if owner is not None and owner.first < first:
        first = owner.first
    elif owner is not None:
        last = max(last, owner.last)
        person = person or person_at.get(last)
    if person is not None:
        return _titled_person(part, chain, person, first, day)
    end = last
    if chain.kind in ("person", "head") and not headline and last < len(part.words) and part.gap(last - 1) == " ":
        end = name_end(part, last)
    rule, confidence = "pattern.country_role", 0.85
    if owner is None and chain.kind == "body" and _is_people(part, chain.first, headline=headline):
        first = chain.first - 1  # Shona rebels, Moslem forces
    if owner is None:
        definite = chain.kind == "body" and (first < chain.first or _is_definite(part, chain.first))
        if chain.code not in _ACTING_ALONE or not (end > last or definite):
            return None
        country = _nearest(part, chain.first, places) or leading
        if country is None:
            return None
        owner = Owner(first, last, country, country, english_names().get(country, country), 0.5, f"country:{country}")
        rule, confidence = "pattern.role_in_context", 0.5
    base = owner.code
    if len(base) > 3 and owner.country is not None and chain.specific:  # noqa: PLR2004 - a body of a state: its troops are the state's
        base = base[:3]
    code = base if not chain.specific and len(base) > 3 else _code(base, "ELI" if chain.former else chain.code)  # noqa: PLR2004
    name = part.text[part.starts[last] : part.ends[end - 1]] if end > last else ""
    label = ("former " if chain.former else "") + chain.label
    return _Spot(
        part=part,
        first=first,
        last=end,
        code=code,
        country=owner.country,
        name=name or f"{owner.name} {label}",
        roles=(label,) if chain.kind in ("person", "head") else (),
        confidence=confidence,
        rule=rule,
        id=f"pattern:{code}:{part.words[end - 1] if name else label}",
        surname=part.words[end - 1] if name else "",
    )


def _is_people(part: Part, word: int, *, headline: bool) -> bool:
    """True behind a capitalised adjective that no gazetteer knows: a people or a faith."""
    return (
        not headline
        and word > 0
        and part.gap(word - 1) == " "
        and part.text[part.starts[word - 1]].isupper()
        and not part.surface(word - 1).isupper()
        and part.words[word - 1] not in NOT_A_PEOPLE
    )


def _is_definite(part: Part, word: int) -> bool:
    """True behind `the`, and where a clause starts: `the army`, `..., police said`."""
    if word == 0 or part.words[word - 1] == "the":
        return True
    return part.gap(word - 1) not in (" ", "-", "\n", "'", "’", "\u00a0")


def _titled_person(part: Part, chain: Chain, person: Named, first: int, day: date) -> _Spot:
    code, roles = person.entry.at(day)
    if not chain.former and len(code) == 3 and person.entry.country:  # noqa: PLR2004 - the text knows an office that the register does not
        code = _code(code, chain.code)
    elif not chain.former and person.entry.country and (code.endswith("ELI") or _names_an_office(chain, code)):
        code, roles = _code(person.entry.country, chain.code), (chain.label,)
    return _Spot(
        part=part,
        first=first,
        last=person.last,
        code=code,
        country=person.entry.country,
        name=person.entry.name,
        roles=roles,
        confidence=person.confidence,
        rule=person.rule,
        id=person.entry.id,
    )


def _names_an_office(chain: Chain, code: str) -> bool:
    """True where the text gives an office of state to somebody whom the register has in none (yet)."""
    return (
        code.endswith("OPP")
        and chain.kind == "person"
        and chain.code == "GOV"
        and bool(_OFFICES & set(chain.label.split()))
    )


def _nearest(part: Part, word: int, places: list[Mention]) -> str | None:
    """The country named in the same sentence, the nearest before the word first."""
    if not places:
        return None
    sentence = part.sentences[part.sentence_at(word)]
    here = [place for place in places if sentence.start <= place.start < sentence.end]
    at = part.starts[word]
    before = [place for place in here if place.start < at]
    chosen = before[-1] if before else (here[0] if here else None)
    return chosen.code if chosen is not None else None


def _coordinated(part: Part, owner: Owner, ends: dict[int, Owner], spot: _Spot, used: set[int]) -> list[_Spot]:
    """`Hungarian and Romanian officials`: the first country shares the second's role."""
    found = []
    at = owner.first
    while at >= 1:
        if part.words[at - 1] in ("and", "or", "ve", "и") and at >= 2:  # noqa: PLR2004
            before = ends.get(at - 1)
        else:
            before = ends.get(at) if part.gap(at - 1) in (", ", "-", "–", "/") else None
        if before is None or before.country is None or before.first in used:
            break
        group = spot.code[3:6]
        code = _code(before.country, group) if group else before.country
        found.append(
            _Spot(
                part=part, first=before.first, last=before.last, code=code, country=before.country,
                name=f"{before.name} {spot.roles[0] if spot.roles else group}".strip(), roles=spot.roles, confidence=0.75,
                rule="pattern.coordination", id=f"pattern:{code}:{spot.id.rpartition(':')[2]}",
            )
        )  # fmt: skip
        used.update(range(before.first, before.last))
        at = before.first
    return found


def _person_spot(part: Part, one: Named, day: date) -> _Spot:
    code, roles = one.entry.at(day)
    return _Spot(
        part=part, first=one.first, last=one.last, code=code, country=one.entry.country, name=one.entry.name, roles=roles,
        confidence=one.confidence, rule=one.rule, id=one.entry.id,
    )  # fmt: skip


def _bare_spot(part: Part, owner: Owner, rule: str) -> _Spot:
    """A country as such; its capital stands for its government unless something happens in it."""
    code = owner.code
    if rule in ("country.capital", "country.metonym"):
        before = part.words[owner.first - 1] if owner.first else ""
        if before not in _INSIDE:
            code = _code(code, "GOV")
    return _Spot(
        part=part, first=owner.first, last=owner.last, code=code, country=owner.country, name=owner.name, roles=(),
        confidence=owner.confidence, rule=rule, id=owner.id if code == owner.code else f"capital:{code}",
    )  # fmt: skip


def _surnames_again(doc: Document, spots: list[_Spot]) -> list[_Spot]:
    """Later mentions by surname alone of people first named with their office (`President Kagame ... Kagame said`)."""
    known = {spot.surname: spot for spot in spots if spot.surname and len(spot.surname) > 3}  # noqa: PLR2004
    if not known:
        return []
    used = {(spot.part.field, word) for spot in spots for word in range(spot.first, spot.last)}
    again = []
    for part in doc.parts:
        for at in part.capitals:
            spot = known.get(part.words[at])
            if spot is not None and (part.field, at) not in used:
                again.append(
                    _Spot(
                        part=part, first=at, last=at + 1, code=spot.code, country=spot.country, name=spot.name,
                        roles=spot.roles, confidence=round(spot.confidence - 0.1, 2), rule="coreference.surname", id=spot.id,
                    )
                )  # fmt: skip
    return again


def _mention(spot: _Spot) -> Mention:
    part = spot.part
    start, end = part.starts[spot.first], part.ends[spot.last - 1]
    if part.text[end : end + 1] == "." and "." in part.text[max(start, end - 4) : end]:
        end += 1  # U.S.
    return Mention(
        field=part.field, start=start, end=end, text=part.text[start:end], kind="actor", code=str(spot.code), country=spot.country,
        name=spot.name, roles=spot.roles, confidence=spot.confidence, rule=spot.rule, id=spot.id,
    )  # fmt: skip


def fold_actors(mentions: Iterable[Mention]) -> tuple[Actor, ...]:
    """The actors of an article from the mentions of them, in the order of their first mention."""
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.id, mention.code].append(mention)
    return tuple(
        Actor(
            code=group[0].code,
            name=group[0].name,
            country=group[0].country,
            roles=group[0].roles,
            confidence=max(mention.confidence for mention in group),
            mentions=tuple(mention.span() for mention in group),
        )
        for group in groups.values()
    )
