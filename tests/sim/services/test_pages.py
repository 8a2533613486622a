from typing import Any

from softphone.sim.services import pages
from softphone.sim.services.people import Person

EVIL = '"><img src=x onerror=1>'


def test_everything_shown_is_escaped():
    person = Person("a@example.com", EVIL, EVIL)
    shown = [
        pages.sign_in_page(EVIL, [person], EVIL, EVIL),
        pages.consent_page(EVIL, person, [EVIL]),
        pages.trouble_page(EVIL, EVIL),
    ]
    assert all("<img" not in page for page in shown)


def test_pages_follow_the_theme_and_the_width():
    page = pages.trouble_page("Title", "Text")
    assert "prefers-color-scheme:dark" in page
    assert 'name="viewport"' in page


def test_cursor_starts_where_something_is_missing():
    assert page_focus(pages.sign_in_page("t", [])) == "email"
    assert page_focus(pages.sign_in_page("t", [], "a@example.com")) == "password"


def page_focus(page) -> Any:
    field = next(line for line in page.splitlines() if "autofocus" in line)
    return "email" if 'id="email"' in field else "password"


def test_many_sample_people_are_summed_up():
    people = [Person(f"p{number}@example.com") for number in range(40)]
    page = pages.sign_in_page("t", people)
    assert "p5@example.com" in page
    assert "p6@example.com" not in page
    assert "34 more" in page
