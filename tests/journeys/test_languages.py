"""A student who reads Spanish: the launch's locale picks, the work is the same whichever language it is done in."""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.gradebook.models import Result
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.models import LineItem
from lti_tool.roster.models import Membership
from tests.builders import make_context, make_member
from tests.certification.platform import LAUNCH_PRESENTATION, Platform
from tests.certification.server import KeyServer
from tests.journeys.test_launch_browsers import Browser
from tests.journeys.visits import Page, Person, enter
from tests.unit.assessment.content import SHIPPED

MODULE = "/modules/expectations"
ENGLISH, SPANISH = SHIPPED.modules[0], SHIPPED.in_language("es").modules[0]


@pytest.fixture
def lucia(session: Session) -> Membership:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    member = make_member(session, "Lucía Ramos", context=context)
    member.user.given_name = "Lucía"
    session.commit()
    return member


def read(app: Flask, session: Session, member: Membership, locale: str) -> Person:
    return enter(app, session, member, locale=locale)


def stamp(page: Page) -> dict[str, str]:
    return {"made_from": str(page.one("input[name=made_from]")["value"])}


def right_answers(page: Page) -> dict[str, str]:
    assert ENGLISH.check is not None
    found = {}
    for name in {str(it["name"]) for it in page.soup.select("input[type=radio]")}:
        question = ENGLISH.check.find_question(name.removeprefix("answer-"))
        assert question is not None
        found[name] = question.right_option.id
    return found


def test_spanish_in_all_its_spellings(app: Flask, session: Session, lucia: Membership) -> None:
    for locale in ("es", "es-ES", "es_mx", "es-419"):
        home = read(app, session, lucia, locale).get("/")
        assert home.one("html")["lang"] == "es"
        assert home.heading == "Hola, Lucía" and SPANISH.title in home.text
        # What settings say by default, at the foot of each page.
        assert "Pregunta a tu docente o a tu oficina de orientación profesional." in home.one("footer").get_text()


def test_english_for_every_other(app: Flask, session: Session, lucia: Membership) -> None:
    for locale in ("", "en-US", "pt-BR", "$Message.locale", "de"):
        home = read(app, session, lucia, locale).get("/")
        assert home.one("html")["lang"] == "en"
        assert home.heading == "Hello, Lucía" and ENGLISH.title in home.text


def test_staff_read_english_whatever_their_locale(app: Flask, session: Session, lucia: Membership) -> None:
    teacher = make_member(session, "Helena Marsh", context=lucia.context, role=CourseRole.INSTRUCTOR)
    session.commit()
    person = enter(app, session, teacher, locale="es")
    for path in ("/", "/preview", MODULE):
        page = person.get(path)
        assert page.status == 200 and page.one("html")["lang"] == "en"
    assert ENGLISH.title in person.get(MODULE).text


def test_a_module_without_a_translation_says_so(app: Flask, session: Session, lucia: Membership) -> None:
    resume = SHIPPED.find_module("resume")
    assert resume is not None
    person = read(app, session, lucia, "es")
    page = person.get(f"/modules/{resume.slug}")
    assert page.one("html")["lang"] == "es" and page.one("h1 [lang=en]").get_text() == resume.title
    assert "no se ha traducido" in page.text
    lesson = person.get(f"/modules/{resume.slug}/lessons/{resume.lessons[0].id}")
    assert lesson.one(".prose > [lang=en]").get_text(strip=True) and "Marcar como leída" in lesson.text
    # The orientation is translated, and on an English page nothing is foreign.
    assert not person.get(MODULE).soup.select("main [lang]")
    assert not read(app, session, lucia, "en").get(f"/modules/{resume.slug}").soup.select("main [lang]")
    # Its line on the first page says it too.
    assert page.one("html") and person.get("/").one(".way-title [lang=en]")


def test_a_try_stays_the_same_when_the_language_changes(app: Flask, session: Session, lucia: Membership) -> None:
    spanish, english = read(app, session, lucia, "es"), read(app, session, lucia, "en")
    begun = spanish.post(MODULE + "/check/start")
    later = english.get(MODULE + "/check/tries/1")
    names = [
        [str(it["name"]) + str(it["value"]) for it in page.soup.select("input[type=radio]")] for page in (begun, later)
    ]
    assert names[0] == names[1]
    # It stays in the words in which it was begun, and says so.
    assert later.one("html")["lang"] == "en" and later.one("legend [lang=es]")
    result = english.post(MODULE + "/check/tries/1", {**right_answers(later), "hand_in": "1"})
    assert "8 of 8 right" in result.text
    assert "8 de 8 correctas" in spanish.get(MODULE + "/check/tries/1").text


def test_a_whole_module_in_spanish_counts_as_one_in_english(app: Flask, session: Session, lucia: Membership) -> None:
    person = read(app, session, lucia, "es_mx")
    assert SPANISH.scope is not None and SPANISH.statement is not None
    contacts = SPANISH.find_activity("contacts")
    assert contacts is not None and contacts.kind == "form"
    page = person.get(MODULE + "/practice/contacts")
    answers = {f"answer-{it.id}": it.good for it in contacts.fields}  # type: ignore[union-attr]
    assert "Aceptado" in person.post(MODULE + "/practice/contacts", {**answers, **stamp(page), "check": "1"}).text
    page = person.get(MODULE + "/scope")
    bad = {f"answer-{it.id}": it.bad for it in SPANISH.scope.fields}
    refused = person.post(MODULE + "/scope", {**bad, **stamp(page), "check": "1"})
    assert "“ayudar” no dice qué vas a hacer." in refused.text and "Tu texto está guardado." in refused.text
    good = {f"answer-{it.id}": it.good for it in SPANISH.scope.fields}
    assert "Aceptado" in person.post(MODULE + "/scope", {**good, **stamp(refused), "check": "1"}).text
    unsigned = person.post(MODULE + "/statement", {"digest": SPANISH.statement.digest})
    assert "Marca la casilla para firmar." in unsigned.text
    signed = person.post(MODULE + "/statement", {"agree": "y", "digest": SPANISH.statement.digest})
    assert "Ya firmaste esto" in signed.text
    tried = person.post(MODULE + "/check/start")
    person.post(MODULE + "/check/tries/1", {**right_answers(tried), "hand_in": "1"})
    done = person.get(MODULE).text
    assert "Terminaste este módulo" in done and "10 de 10 puntos" in done
    english = read(app, session, lucia, "en")
    assert "You have finished this module" in english.get(MODULE).text
    assert "You signed this" in english.get(MODULE + "/statement").text
    _gradebooks_keep_english(session)


def _gradebooks_keep_english(session: Session) -> None:
    session.expire_all()
    result = session.scalars(select(Result).where(Result.activity == "module:expectations")).one()
    assert result.comment == "Check 8 of 8, scope template accepted, statement signed."
    labels = set(session.scalars(select(LineItem.label)))
    assert SPANISH.title not in labels


def test_a_signature_in_english_counts_in_spanish(app: Flask, session: Session, lucia: Membership) -> None:
    assert ENGLISH.statement is not None
    read(app, session, lucia, "en").post(MODULE + "/statement", {"agree": "y", "digest": ENGLISH.statement.digest})
    assert "Ya firmaste esto" in read(app, session, lucia, "es").get(MODULE + "/statement").text


def test_what_a_form_finds_is_said_in_spanish(app: Flask, session: Session, lucia: Membership) -> None:
    person = read(app, session, lucia, "es")
    page = person.get(MODULE + "/practice/contacts")
    refused = person.post(MODULE + "/practice/contacts", {**stamp(page), "check": "1"})
    assert "“Primer empleador” está vacío." in refused.text and refused.soup.title is not None
    assert refused.soup.title.get_text().startswith("Error: ")
    short = {"answer-task-1": "Agua", **stamp(refused), "check": "1"}
    assert "tiene menos de 3 palabras." in person.post(MODULE + "/practice/contacts", short).text
    saved = person.post(
        MODULE + "/practice/contacts", {**stamp(person.get(MODULE + "/practice/contacts")), "save": "1"}
    )
    assert "Guardado. Puedes continuar más tarde" in saved.text
    practice = person.post(MODULE + "/practice/mark-brief", {"answer-hours": "1"})
    assert "Encontraste 1 de 6 problemas" in practice.text and "Este problema se te pasó" in practice.text


def test_pages_of_refusal_are_in_spanish(app: Flask, session: Session, lucia: Membership) -> None:
    person = read(app, session, lucia, "es")
    lost = person.get("/modules/nada")
    assert lost.status == 404 and lost.heading == "No existe ese módulo"
    # Without a visit the browser is asked.
    person.headers["Accept-Language"] = "es-CO,es;q=0.9"
    ended = Page(person.client.get("/v/unknown/", headers=person.headers))
    assert ended.heading == "Abre esto de nuevo desde tu curso" and ended.one("html")["lang"] == "es"
    notice = Page(person.client.get("/privacy", headers=person.headers))
    assert notice.heading == "Qué guarda esta herramienta sobre ti"


def test_own_work_is_taken_home_in_spanish(app: Flask, session: Session, lucia: Membership) -> None:
    person = read(app, session, lucia, "es")
    person.post(MODULE + "/practice/mark-brief", {"answer-hours": "1"})
    body = person.client.get(person.base + "/my-work", headers=person.headers).get_data()
    pages = _unpack(body)
    assert 'lang="es"' in pages["index.html"] and "Mi trabajo" in pages["index.html"]
    assert any("Marcado" in text and SPANISH.title in text for text in pages.values())


def _unpack(body: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(body)) as archive:
        return {name.rpartition("/")[2]: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def key_server() -> Iterator[KeyServer]:
    with KeyServer().running() as server:
        yield server


# What the claim launch_presentation says, what the person's own locale says, the language of the pages.
LOCALES: list[tuple[dict[str, str], str | None, str]] = [
    ({"locale": "es"}, "en", "es"),
    ({"locale": "es_MX"}, None, "es"),
    # The page around ours counts, not what the person has chosen elsewhere.
    ({"locale": "en"}, "es", "en"),
    ({}, "es-ES", "es"),
    ({"locale": "pt-BR"}, None, "en"),
    ({"locale": ""}, None, "en"),
    ({"locale": "$Message.locale"}, None, "en"),
    ({"locale": "$Message.locale"}, "es", "es"),
]


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_the_locale_of_a_launch_picks(app: Flask, key_server: KeyServer, keeps_cookies: bool) -> None:
    platform = Platform(key_server, app).register()
    for presentation, own, language in LOCALES:
        browser = Browser(app, platform, keeps_cookies=keeps_cookies)
        changes: dict[str, Any] = {"locale": own, LAUNCH_PRESENTATION: presentation}
        answer = browser.launch(browser.login().headers["Location"], origin=None, **changes)
        if answer.status_code == 200:
            # The page in between, where no cookie is kept.
            entering = Page(answer)
            assert entering.one("html")["lang"] == language
            address = str(entering.one("a.btn-primary")["href"])
        else:
            address = answer.headers["Location"]
        home = Page(browser.get(address, {"Sec-Fetch-Site": "same-origin"}))
        assert home.status == 200 and home.one("html")["lang"] == language
        assert home.heading == ("Hola, Amara" if language == "es" else "Hello, Amara")
