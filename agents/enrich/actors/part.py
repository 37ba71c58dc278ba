"""The actors of one field of an article: roles meet countries, names meet roles, and what is left stands alone."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final

from agents.enrich.actors.context import Context
from agents.enrich.actors.offices import OF_STATES, as_told, is_of_another
from agents.enrich.actors.patterns import Chain, Owner, chains, is_possessive, left_owner, relation_of, right_owner
from agents.enrich.actors.persons import Named
from agents.enrich.actors.roles import RoleWord, roles_in
from agents.enrich.actors.seats import seat_of
from agents.enrich.actors.spots import Spot, bare, extended
from agents.enrich.countries.gazetteer import english_names
from agents.enrich.countries.misspelt import near_roles
from agents.enrich.reading.matching import Hit
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.names import is_name, name_end
from agents.enrich.reading.sorted_ints import count_up_to
from agents.enrich.reading.text import Document, Part

_PLACE_ONLY: Final = frozenset({"country.qualified", "country.state"})
"""Mentions of places inside a country that neither act nor are acted on as that country."""

_ACTING_ALONE: Final = frozenset({"GOV", "MIL", "COP", "REB", "OPP", "LEG", "SPY", "JUD"})
"""Roles that are understood to be of the article's country where none is named: `the army`, `rebels`."""

_BEFORE: Final = 6
_AFTER: Final = 8
"""How many words before a role, and after where it starts, the country or body that it is of may stand."""

_NEAR_TYPO: Final = 4
"""A misspelt role counts right behind an owner, with three words between them at most."""

_FIGHTING: Final = frozenset({"REB", "MIL", "SEP", "OPP"})
_ALLIES: Final = frozenset(
    {"ally", "allies", "proxy", "proxies", "client", "clients", "surrogate", "surrogates", "partner", "partners"}
)
_BACKED: Final = frozenset({"backed", "supported", "sponsored", "trained", "armed", "aligned", "allied", "funded"})
_BESIDE: Final = (" ", "\u00a0", ". ")
_AND: Final = frozenset({"and", "or", "ve", "и"})
_STATE: Final = frozenset({"", "GOV"})
"""What stands behind the country in the code of a state itself."""
_STAFF: Final = frozenset(
    {"agents", "officials", "administration", "government", "regime", "spies", "forces", "troops"}
)
"""What stands right behind a leader's name, and is of his state."""
_SOUGHT: Final = ("aday", "secim")
"""Behind an office in Turkish: it is run for, it does nothing."""
_OWN_ROLES: Final = frozenset({"tr", "ru"})
"""Languages of which the role words are known; those of others are English."""
_COUNTRY: Final = 3
"""Length of a code that is a country and no more."""


class PartReader:
    """Finds the actors of a part.

    Args:
        doc: the article.
        part: the field.
        day: roles are those held then.
        named: the register's actors in the part.
        places: the mentions of countries in the part.
        leading: the country that the article names most often, if it names one.
    """

    def __init__(  # noqa: PLR0913 - what is known of a part before its actors are
        self, doc: Document, part: Part, day: date, *, named: list[Named], places: list[Mention], leading: str | None
    ) -> None:
        if any(one.alone or one.entry.kind in OF_STATES for one in named):
            named = [one for one in named if not is_of_another(part, one, places)]
        self.doc, self.part, self.day, self.named, self.places, self.leading = doc, part, day, named, places, leading
        self.taken = {word for one in named for word in range(one.first, one.last)}
        self.countries = [(self._of_place(place), place.rule) for place in places]
        owners = [
            *(
                owner
                for owner, _ in self.countries
                if owner.first not in self.taken and owner.last - 1 not in self.taken
            ),
            *(self._of_named(one) for one in named if one.entry.kind != "person"),
        ]
        self.ends = {owner.last: owner for owner in owners}
        self.starts = {owner.first: owner for owner in owners}
        self.person_at = {one.first: one for one in named if one.entry.kind == "person"}
        for one in self.person_at.values():  # Putin's spokesman speaks for the state that Putin speaks for
            if one.entry.country is not None and not one.supported and _has_staff(part, one.last):
                self.ends[one.last] = self._of_named(one)
        self._is_turkish = doc.language == "tr"
        self.used: set[int] = set()
        self.context = Context(part, places, leading, self.used, is_turkish=self._is_turkish)
        self.roles: set[int] = set()
        self.full: AbstractSet[str] = frozenset()

    def read(self, full: AbstractSet[str]) -> list[Spot]:
        """The actors, in no order; `full` holds the register ids named in full somewhere in the article."""
        self.full = full
        if not self.named and not self.places and self.leading is None:
            return []
        part, spots = self.part, self._against()
        found = [chain for chain in chains(part, self._role_hits()) if not self._is_sought(chain)]
        self.roles = {chain.first for chain in found if chain.kind == "body"}
        for number, chain in enumerate(found):
            if chain.first in self.used:
                continue
            owner = left_owner(part, chain, self.ends) or right_owner(part, chain, self.starts, self.doc.language)
            owner = owner and self._where_it_is(chain, owner)
            if owner is not None and owner.first >= chain.last and number + 1 < len(found):
                self._join(chain, owner, found[number + 1])
            spot = self._of_chain(chain, owner)
            if spot is None:
                continue
            spots.append(spot)
            self.used.update(range(spot.first, spot.last))
            if owner is not None and self._stands_apart(chain, owner):
                self.used.difference_update(range(owner.first, owner.last))
            if owner is not None and spot.country is not None:
                spots += self._coordinated(owner, spot)
        for one in self.named:
            if one.first not in self.used and (not one.supported or one.entry.id in full):
                spots.append(self._of_person(one))
                self.used.update(range(one.first, one.last))
        spots += [
            self._minority(owner) or bare(part, owner, rule)
            for owner, rule in self.countries
            if rule not in _PLACE_ONLY and self.used.isdisjoint(range(owner.first, owner.last))
        ]
        return spots

    def _against(self) -> list[Spot]:
        """Whoever stands against somebody of the register: `Erdogan's main challenger`, `critics of Putin`."""
        part = self.part
        found: list[Spot] = []
        for one in self.person_at.values():
            relation = relation_of(part, one.first, one.last)
            if relation is None or one.entry.country is None or (one.supported and not one.full):
                continue
            first, last = min(one.first, relation), max(one.last, relation + 1)
            if last in self.starts:  # Erdogan's rivals Greece and Armenia
                continue
            self.used.update(range(first, last))
            other = self.person_at.get(last)
            if other is not None and part.gap(last - 1) == " ":  # Erdogan's challenger Kemal Kilicdaroglu
                found.append(self._of_person(other, None, first))
                self.used.update(range(last, other.last))
                continue
            code, label = extended(one.entry.country, "OPP"), part.words[relation]
            found.append(
                Spot(
                    part=part, first=first, last=last, code=code, country=one.entry.country,
                    name=f"{label} of {one.entry.name}", roles=(label,), confidence=0.7, rule="pattern.relation",
                    id=f"pattern:{code}:{label} of {one.entry.id}",
                )
            )  # fmt: skip
        return found

    def _join(self, chain: Chain, owner: Owner, following: Chain) -> None:
        """`leader of the Turkish opposition`: who stands behind the country decides, and belongs to it."""
        if following.first != owner.last or not following.specific or self.part.gap(owner.last - 1) != " ":
            return
        chain.last, chain.code, chain.specific = following.last, following.code, True
        chain.label = f"{chain.label} of {following.label}"
        self.used.update(range(following.first, following.last))

    def _role_hits(self) -> list[Hit[RoleWord]]:
        """The role phrases that can come to anything: near an owner or a name, acting alone, or continuing such a one."""
        taken, persons = self.taken, self.person_at
        owners = sorted(self.ends.values(), key=lambda owner: owner.first)
        firsts = [owner.first for owner in owners]
        kept: list[Hit[RoleWord]] = []
        reach = -1
        for hit in self.part.first_names(self._role_words()):
            first, last, role = hit.first, hit.last, hit.what
            if first in taken:
                continue
            if last - 1 in taken:  # `глава МИД Турции`: the ministry is the owner, its head the role
                heads = roles_in(self.doc.language).alone(self.part.words[first]) if first + 1 in taken else []
                if not heads:
                    continue
                last, role = first + 1, heads[0]
            before = (
                count_up_to(firsts, first + _AFTER) - 1
            )  # the last owner that begins early enough also ends the last
            near = before >= 0 and first < owners[before].last + _BEFORE
            if near or first == reach or last in persons or self._may_act_alone(first, last, role):
                kept.append(Hit(first, last, role))
                reach = last
        return kept

    def _role_words(self) -> list[Hit[RoleWord]]:
        hits = roles_in(self.doc.language).find(self.part)
        if self.doc.language in ("tr", "ru"):
            return hits
        ends = self.ends
        misspelt = [hit for hit in near_roles(self.part) if any(hit.first - gap in ends for gap in range(_NEAR_TYPO))]
        return sorted(hits + misspelt, key=lambda hit: hit.first) if misspelt else hits

    def _may_act_alone(self, first: int, last: int, role: RoleWord) -> bool:
        if role.kind == "people":
            return first > 0 and self.context.faith_before(first) is not None
        if role.code not in _ACTING_ALONE:
            return False
        return role.kind == "body" or (last < len(self.part.words) and is_name(self.part, last))

    def _of_place(self, place: Mention) -> Owner:
        seat = seat_of(self.doc, self.part, place)
        if seat is not None:
            return Owner(place.first, place.last, seat.organisation, None, seat.name, place.confidence, seat.id)
        return Owner(place.first, place.last, place.code, place.code, place.name, place.confidence, place.id)

    def _of_named(self, one: Named) -> Owner:
        code, _ = one.entry.at(self.day)
        return Owner(one.first, one.last, code, one.entry.country, one.entry.name, one.confidence, one.entry.id)

    def _where_it_is(self, chain: Chain, owner: Owner) -> Owner:
        """`Israel's militia ally in southern Lebanon`, `Iran-backed militias in Iraq`: of where they are, not of who backs them."""
        part = self.part
        words = part.words
        if owner.last > chain.first or chain.code not in _FIGHTING:
            return owner
        ally = chain.last < len(words) and words[chain.last] in _ALLIES
        backed = not _BACKED.isdisjoint(words[owner.last : chain.first])
        if not (ally or backed):
            return owner
        first, last = chain.first, chain.last
        chain.last += ally
        home = right_owner(part, chain, self.starts, self.doc.language)
        if home is None or home.country in (None, owner.country):
            chain.last = last
            return owner
        chain.first, chain.specific = owner.first if owner.last <= first else first, True
        self.used.update(range(home.first, home.last))
        return home

    def _stands_apart(self, chain: Chain, owner: Owner) -> bool:
        """`rebels in Darfur`: Darfur is also a place of its own; `president of Romania`: Romania is not."""
        part = self.part
        return (
            owner.first > chain.last and part.gap(chain.last - 1) == " " and part.words[chain.last] not in ("of", "for")
        )

    def _of_chain(self, chain: Chain, owner: Owner | None) -> Spot | None:
        part, first, last = self.part, chain.first, chain.last
        close = last < len(part.words) and len(part.gap(last - 1)) <= len(", ")
        person = self._person_behind(chain, last, owner) if close else None
        if owner is not None:
            first, last = min(first, owner.first), max(last, owner.last)
            person = person or self._person_behind(chain, last, owner)
        if person is not None:
            return self._of_person(person, chain, first, owner)
        acts_alone = chain.code in _ACTING_ALONE
        faith = None
        if owner is None and not acts_alone:
            faith = self.context.faith_before(chain.first) if chain.kind in ("people", "body") else None
            if faith is None:
                return None
        end = self._name_end(chain, last)
        rule, confidence = ("fuzzy.role", 0.7) if chain.misspelt else ("pattern.country_role", 0.85)
        if chain.kind == "body" and first == chain.first and self.context.is_of_a_people(chain.first):
            first -= 1  # Shona rebels, Moslem forces
        if faith is not None:
            first = faith
            owner = self._in_context(first, last, chain.code)
            rule, confidence = "pattern.role_in_context", 0.5
        elif owner is None:
            own = self._is_turkish and chain.label.endswith("Bakanlığı")
            definite = chain.kind == "body" and (first < chain.first or own or self.context.is_definite(chain.first))
            if definite or end > last:
                owner = self._in_context(chain.first, last, chain.code)
            rule, confidence = "pattern.role_in_context", 0.5
        if owner is None:
            return None
        code = self._code(chain, owner)
        name = part.text[part.starts[last] : part.ends[end - 1]] if end > last else ""
        label = ("former " if chain.former else "") + chain.label
        return Spot(
            part=part,
            first=first,
            last=end,
            code=code,
            country=owner.country,
            name=name or self._by_role(owner, label),
            roles=(label,) if chain.kind in ("person", "head") else (),
            confidence=confidence,
            rule=rule,
            id=f"pattern:{code}:{part.words[end - 1] if name else label}",
            surname=part.words[end - 1] if name else "",
        )

    def _is_sought(self, chain: Chain) -> bool:
        """`cumhurbaşkanlığı adaylığı`, the candidacy for an office."""
        return self._is_turkish and any(
            word.startswith(_SOUGHT) for word in self.part.words[chain.last : chain.last + 1]
        )

    def _by_role(self, owner: Owner, label: str) -> str:
        """`Norway army`; `министр обороны (Norway)`, where the role is in another language than the owner's name."""
        return f"{owner.name} {label}" if self.doc.language not in _OWN_ROLES else f"{label} ({owner.name})"

    def _person_behind(self, chain: Chain, last: int, owner: Owner | None) -> Named | None:
        """Whom the register knows there, unless the text gives the surname to somebody of another state: `Kenya's minister Smith`.

        A surname that is also a word needs an office right before it: `President Ortega`, not `deputies, Ortega`.
        """
        one = self.person_at.get(last)
        if one is not None and "." in self.part.gap(last - 1) and not chain.label.endswith("."):
            return None  # "became chancellor. Wadephul flew"
        if one is None or one.full or one.entry.id in self.full:
            return one
        if owner is not None and None not in (owner.country, one.entry.country) and owner.country != one.entry.country:
            return None
        if one.supported and (chain.kind not in ("person", "head") or self.part.gap(last - 1) not in _BESIDE):
            return None
        return one

    def _name_end(self, chain: Chain, last: int) -> int:
        """One past the name behind a role; it ends before a country, a body, and whomever the register knows."""
        part = self.part
        may_follow = chain.kind in ("person", "head") and not part.is_headline and last < len(part.words)
        if not may_follow or part.gap(last - 1) != " ":
            return last
        end = name_end(part, last)
        other = self.person_at.get(last)  # a namesake of the register's
        reach = last if other is None else other.last
        others = (self.taken, self.starts, self.roles)
        return next((word for word in range(reach, end) if any(word in other for other in others)), end)

    def _code(self, chain: Chain, owner: Owner) -> str:
        if (
            not chain.specific and len(owner.code) > _COUNTRY and not (chain.former and owner.country)
        ):  # a spokesman carries the code of whom he speaks for
            return owner.code
        base = (
            owner.code[:_COUNTRY] if owner.country is not None else owner.code
        )  # a state body's troops are the state's
        return extended(base, "ELI" if chain.former else chain.code)

    def _of_person(
        self, one: Named, chain: Chain | None = None, first: int | None = None, owner: Owner | None = None
    ) -> Spot:
        (code, roles), country = one.entry.at(self.day), one.entry.country
        if chain is not None and not chain.former:
            if owner is not None and not _BACKED.isdisjoint(self.part.words[owner.last : chain.first]):
                owner = None  # "the Russian-backed president"
            code, country, roles = as_told(one.entry, code, roles, chain, owner)
        return Spot(
            part=self.part, first=one.first if first is None else first, last=one.last, code=code, country=country,
            name=one.entry.name, roles=roles, confidence=one.confidence, rule=one.rule, id=one.entry.id,
        )  # fmt: skip

    def _minority(self, owner: Owner) -> Spot | None:
        """`ethnic Albanians` are of the country that is written about, not of Albania."""
        part, word = self.part, owner.first
        if not word or part.words[word - 1] != "ethnic":
            return None
        sentence = part.sentences[part.sentence_at(word)]
        others = (place for place in self.places if place.code != owner.code and place.start >= sentence.start)
        other = next(others, None)
        if other is None:
            return None
        return Spot(
            part=part, first=word - 1, last=owner.last, code=other.code, country=other.code, name=f"ethnic {owner.name}",
            roles=(), confidence=0.6, rule="pattern.minority", id=f"pattern:{other.code}:ethnic {owner.code}",
        )  # fmt: skip

    def _in_context(self, first: int, last: int, group: str) -> Owner | None:
        country = self.context.nearest(first, group)
        return (
            Owner(first, last, country, country, english_names()[country], 0.5, f"country:{country}")
            if country
            else None
        )

    def _coordinated(self, owner: Owner, spot: Spot) -> list[Spot]:
        """`Hungarian and Romanian officials`: the first country shares the second's role."""
        found: list[Spot] = []
        at, part = owner.first, self.part
        listed = self.doc.language in _OWN_ROLES  # a comma alone ends a subject: "Yunanistan, Libya'nın büyükelçisini"
        joined = False
        while at >= 1:
            joins = part.words[at - 1] in _AND
            before = self.ends.get(at - 1 if joins else at)
            if before is None or before.country is None or before.first in self.used:
                break
            if before.code[_COUNTRY:] not in _STATE:  # "according to the FSB, Ukrainian agents"
                break
            if not joins and (part.gap(at - 1) not in (", ", "-", "–", "/") or (listed and not joined)):
                break
            joined = joined or joins
            group = spot.code[_COUNTRY : 2 * _COUNTRY]
            code = extended(before.country, group) if group else before.country
            found.append(
                Spot(
                    part=part, first=before.first, last=before.last, code=code, country=before.country,
                    name=f"{before.name} {spot.roles[0] if spot.roles else group}".strip(), roles=spot.roles,
                    confidence=0.75, rule="pattern.coordination", id=f"pattern:{code}:{spot.id.rpartition(':')[2]}",
                )
            )  # fmt: skip
            self.used.update(range(before.first, before.last))
            at = before.first
        return found


def _has_staff(part: Part, last: int) -> bool:
    """Whether what follows a leader's name belongs to him: `Putin's spokesman`, `Maduro agents`."""
    return is_possessive(part, last) or (
        last < len(part.words) and part.words[last] in _STAFF and part.gap(last - 1) == " "
    )
