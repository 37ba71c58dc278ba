"""Forms of a name in the languages of the default watch: Russian cases, Turkish suffixes written without an apostrophe.

Rules, not dictionaries: they make a few forms that nobody writes, which never match, and miss irregular plurals, which the
registers list. After an apostrophe (Rusya'nın) Turkish needs nothing: the apostrophe already ends the word.
"""

from __future__ import annotations

import re
from typing import Final

_HUSHING: Final = "жшчщцгкх"
_VOWELS: Final = "аеёиоуыэюя"
_ADJECTIVE_ENDINGS: Final = ("ий", "ый", "ой", "ая", "яя", "ое", "ее", "ые", "ие")
_FORMS_OF_ADJECTIVES: Final = {
    "m": ("{h}", "ого", "ому", "ого", "{y}м", "ом"),
    "f": ("ая", "ой", "ой", "ую", "ой", "ой"),
    "n": ("ое", "ого", "ому", "ое", "{y}м", "ом"),
    "p": ("{y}е", "{y}х", "{y}м", "{y}е", "{y}ми", "{y}х"),
}
_CASES: Final = 6

_TURKISH_VOWEL: Final = re.compile(r"[aeıioöuü]")


def _is_adjective(word: str) -> bool:
    return len(word) > 4 and (  # noqa: PLR2004
        word.endswith(
            ("ский", "цкий", "ная", "ская", "цкая", "ское", "ное", "ный", "ные", "ские", "кий", "ной", "вый", "лый")
        )
    )


def _adjective(word: str) -> tuple[str, ...]:
    stem, ending = word[:-2], word[-2:]
    y = "и" if stem[-1] in _HUSHING or ending in ("ий", "ие") else "ы"
    gender = {"ая": "f", "яя": "f", "ое": "n", "ее": "n", "ые": "p", "ие": "p"}.get(ending, "m")
    return tuple(stem + form.format(y=y, h=ending) for form in _FORMS_OF_ADJECTIVES[gender])


def _noun(word: str, *, person: bool) -> tuple[str, ...]:  # noqa: PLR0911 - one return a declension class
    last, stem = word[-1], word[:-1]
    if person and word.endswith(("ова", "ева", "ина")) and len(word) > 5:  # noqa: PLR2004 - Захарова
        return (word, stem + "ой", stem + "ой", stem + "у", stem + "ой", stem + "ой")
    if word.endswith("ия"):
        return (word, stem + "и", stem + "и", stem + "ю", stem + "ей", stem + "и")
    if last == "я":
        return (word, stem + "и", stem + "е", stem + "ю", stem + "ей", stem + "е")
    if last == "а":
        y = "и" if stem[-1:] in _HUSHING else "ы"
        return (word, stem + y, stem + "е", stem + "у", stem + "ой", stem + "е")
    if word.endswith(("ство", "ние", "тие", "тво", "ье")):
        e = last == "е"
        return (
            word,
            stem + ("я" if e else "а"),
            stem + ("ю" if e else "у"),
            word,
            word + "м",
            stem + ("и" if e and word.endswith("ие") else "е"),
        )
    if last in "йь":
        return (word, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + "е")
    if last == "ы" or (last == "и" and stem[-1:] in _HUSHING):
        return (word, stem + "ов", stem + "ам", word, stem + "ами", stem + "ах")
    if last not in _VOWELS:
        instrumental = "ым" if word.endswith(("ов", "ев", "ёв", "ин", "ын")) else "ом"
        return (word, word + "а", word + "у", word + "а", word + instrumental, word + "е")
    return (word,) * _CASES


def decline(phrase: str, *, person: bool = False) -> frozenset[str]:
    """The Russian cases of a phrase: adjectives and the noun they belong to; of a person, every part of the name.

    What follows the head noun stays as it is (`министр обороны` -> `министра обороны`), except after `и`.
    """
    columns: list[tuple[str, ...]] = []
    head = False
    for word in phrase.split(" "):
        prefix, hyphen, tail = word.rpartition("-")
        if word == "и":
            head = False
            columns.append((word,) * _CASES)
        elif head or not tail or not "а" <= tail[-1].lower() <= "я" or (tail.isupper() and len(tail) < 7):  # noqa: PLR2004
            columns.append((word,) * _CASES)
        elif _is_adjective(tail):
            columns.append(tuple(prefix + hyphen + form for form in _adjective(tail)))
        else:
            columns.append(tuple(prefix + hyphen + form for form in _noun(tail, person=person)))
            head = not person
    forms = {" ".join(parts) for parts in zip(*columns, strict=True)}
    if person or len(columns) == 1:  # Лондоном beside Путиным: the ending alone can't tell a town from a surname
        forms |= {form[:-2] + "ом" for form in forms if form.endswith("ым")}
    return frozenset(forms)


def adjective_forms(adjective: str) -> frozenset[str]:
    """Every form of a Russian adjective in -ий (российский): all genders, numbers and cases, and the short instrumental."""
    stem = adjective[:-2]
    endings = "ий ая ое ие ого ому им ом ой ую их ими ою".split()  # noqa: SIM905
    return frozenset(stem + ending for ending in endings)


def turkish_forms(name: str, *, plural: bool = False) -> frozenset[str]:
    """The name with the case suffixes that people also write without an apostrophe; with `plural`, of -ler/-lar too."""
    vowels = _TURKISH_VOWEL.findall(name.replace("İ", "i").replace("I", "ı").lower())
    if not vowels:
        return frozenset({name})
    last = vowels[-1]
    wide = "a" if last in "aıou" else "e"
    narrow = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "i": "i", "ö": "ü", "ü": "ü"}[last]
    ends_in_vowel = name[-1].lower() in "aeıioöuü"
    d = "t" if name[-1].lower() in "fstkçşhp" else "d"
    buffer, n = ("y", "n") if ends_in_vowel else ("", "")
    suffixes = [
        f"{n}{narrow}n", f"{buffer}{wide}", f"{buffer}{narrow}", f"{d}{wide}", f"{d}{wide}n", f"{d}{wide}ki", f"{buffer}l{wide}",
    ]  # fmt: skip
    forms = {name, *(name + suffix for suffix in suffixes)}
    if plural:
        many = name + ("lar" if wide == "a" else "ler")
        i = "ı" if wide == "a" else "i"
        forms |= {many, *(many + s for s in (f"{i}n", wide, i, f"d{wide}", f"d{wide}n", f"l{wide}"))}
    return frozenset(forms)


def _greek(name: str) -> set[str]:
    """`Ρωσία`, `Ρωσίας`; `Κύπρος`, `Κύπρου`, `Κύπρο`."""
    if name.endswith(("α", "ά", "η", "ή")):
        return {name, name + "ς", name + "ν"}
    return {name, name[:-2] + "ου", name[:-2] + "ο"} if name.endswith(("ος", "ός")) else {name}


def _georgian(name: str) -> set[str]:
    """The name, and its stem, to which cases are added: `რუსეთ`-ის."""
    return {name, name[:-1]} if len(name) >= _LONG and name[-1] in "იაე" else {name}


def _hebrew(name: str) -> set[str]:
    """With adjectives of names in -יה: `רוסיה`, `רוסי`, `רוסית`, `רוסים`."""
    if not name.endswith("יה") or " " in name or len(name) < _LONG:
        return {name}
    return {name, *(name[:-1] + ending for ending in ("", "ת", "ם", "ות"))}


def _arabic(name: str) -> set[str]:
    """With adjectives of names in -يا: `روسيا`, `روسي`, `الروسية`."""
    found = {name}
    if name.startswith("ال"):
        found.add("ل" + name[1:])  # للصين, once the preposition is cut off
    if name.endswith("يا") and " " not in name and len(name) >= _LONG:
        adjectives = [name[:-1] + ending for ending in ("", "ة", "ين", "ون")]
        found.update(adjectives, ("ال" + adjective for adjective in adjectives))
    return found


def _ukrainian(name: str) -> set[str]:
    """`Росія`, `Росії`, `Росією`; `Туреччина`, `Туреччині`; `Київ`, `Києва`; of two words only the name itself."""
    if " " in name:
        return {name}
    stem, last = name[:-1], name[-1]
    if name.endswith("ий"):
        return {
            name[:-2] + ending
            for ending in ("ий", "а", "е", "і", "ого", "ої", "ому", "ій", "у", "им", "ою", "их", "ими")
        }
    if last == "я":
        return {name, *(stem + ending for ending in ("ї", "ю", "єю", "і", "ею"))}
    if last == "а":
        return {name, *(stem + ending for ending in ("и", "і", "у", "ою"))}
    if last in "бвгґджзйклмнпрстфхцчшщ":
        root = name[:-2] + "єв" if name.endswith("їв") else name[:-2] + "ов" if name.endswith("ів") else name
        return {name, *(root + ending for ending in ("а", "у", "і", "ом", "ові"))}
    return {name}


def _azerbaijani(name: str) -> set[str]:
    """With the cases of either harmony: a few that nobody writes never match."""
    suffixes = "nın nin nun nün ın in un ün da də dan dən ya yə a ə nı ni nu nü ı i u ü la lə"
    return {name, *(name + suffix for suffix in suffixes.split())}


_OTHERS: Final = {"az": _azerbaijani, "uk": _ukrainian, "el": _greek, "ka": _georgian, "he": _hebrew, "ar": _arabic}
_LONG: Final = 5


def forms(name: str, language: str, *, person: bool = False, adjective: bool = False) -> frozenset[str]:
    """The forms of a name that count as the name: inflected for ru and tr, the commonest in ar, az, el, he, ka and uk, elsewhere only itself."""
    if language == "ru":
        return adjective_forms(name) if adjective else decline(name, person=person)
    if language == "tr":
        return turkish_forms(name, plural=adjective)
    return frozenset(_OTHERS[language](name)) if language in _OTHERS else frozenset({name})
