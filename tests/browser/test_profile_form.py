"""The yearly form as an accountant meets it: it saves itself, judges itself, and fits a phone."""

import re
from datetime import date
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.enterprises.models import Enterprise
from app.foundation.actor import EnterpriseRole
from app.foundation.clock import now
from app.mandates.models import Mandate
from app.profiles.models import ProfileDraft, ProfileRevision
from app.profiles.typed import Typed
from tests.browser.conftest import grave_faults, shoot
from tests.factories.accounts import AccountFactory, SignInSessionFactory
from tests.factories.base import held

FORM = "/my/enterprises/{}/profiles/2026"
WHO = "accountant"


@pytest.fixture(scope="module")
def accountant(house) -> UUID:
    """Who fills, signs and files for a firm of the demo city; its id is given back."""
    house.tokens[WHO] = f"token-of-{WHO}"
    engine = create_engine(house.database)
    with Session(engine, expire_on_commit=False) as session:
        held.session = session
        account = AccountFactory(username="accountant", name="王会计")
        filed = select(ProfileRevision.enterprise_id).where(ProfileRevision.year == 2025)
        drafted = select(ProfileDraft.enterprise_id)
        firm = session.scalars(
            select(Enterprise)
            .where(
                Enterprise.id.in_(filed),
                Enterprise.id.not_in(drafted),
                Enterprise.id.not_in(select(Mandate.enterprise_id)),
            )
            .order_by(Enterprise.name_sort)
        ).first()
        assert firm is not None
        session.add_all(
            Mandate(
                account_id=account.id,
                enterprise_id=firm.id,
                role=role,
                since=date(2020, 1, 1),
                until=None,
                granted_at=now(),
                granted_by_id=account.id,
            )
            for role in EnterpriseRole
        )
        SignInSessionFactory(
            token=house.tokens[WHO], account_id=account.id, created_at=now(), seen_at=now()
        )
        session.commit()
        held.session = None
    engine.dispose()
    return firm.id


def kept(house, firm) -> dict[str, str]:
    """What the server keeps of the draft."""
    engine = create_engine(house.database)
    with Session(engine) as session:
        draft = session.scalar(
            select(ProfileDraft).where(
                ProfileDraft.enterprise_id == firm, ProfileDraft.year == 2026
            )
        )
        typed = dict(Typed.loads(draft.raw).figures) if draft else {}
    engine.dispose()
    return typed


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_form_is_whole_and_readable(open_page, accountant, width):
    page = open_page(FORM.format(accountant), WHO, width=width)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert grave_faults(page) == []
    shoot(page, f"profile-form-{width}")


def test_what_is_typed_saves_itself_and_moves_the_trace(open_page, house, accountant):
    page = open_page(FORM.format(accountant), WHO)
    trace = page.locator("[data-trace-body]")
    before = trace.inner_text()

    page.locator("#f-employees_tech_sme").fill("100")
    page.locator("#f-sci_tech_staff_tech_sme").fill("120")
    page.locator("#f-total_assets").fill("30000")
    page.locator("#f-total_assets").blur()

    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"已保存 \d\d:\d\d:\d\d"))
    expect(page.locator("[data-error-of=sci_tech_staff_tech_sme]")).to_contain_text("多于")
    expect(page.locator("#f-total_assets")).to_have_value("30,000")
    expect(trace).not_to_have_text(before)
    assert kept(house, accountant)["sci_tech_staff_tech_sme"] == "120"
    page.locator("#live-national-tech_sme summary").first.click()
    shoot(page, "profile-form-typed")


def test_a_second_tab_is_told_and_shows_both_versions(open_page, house, accountant):
    first = open_page(FORM.format(accountant), WHO)
    second = open_page(FORM.format(accountant), WHO)
    first.locator("#f-rd_staff").fill("11")
    expect(first.locator("[data-saved]")).to_have_text(re.compile("已保存 "))

    second.locator("#f-rd_staff").fill("22")
    expect(second.locator("[data-saved]")).to_contain_text("别处")
    second.locator(".profile-bar button[value=save]").click()

    assert second.locator("input[name=rd_staff][value='22']").count() == 1
    assert second.locator("input[name=rd_staff][value='11']").count() == 1
    assert grave_faults(second) == []
    shoot(second, "profile-conflict")
    second.get_by_role("button", name="按所选保存").click()
    assert kept(house, accountant)["rd_staff"] == "22"


def test_without_scripts_it_saves_and_judges_all_the_same(open_page, house, accountant):
    page = open_page(FORM.format(accountant), WHO, script=False)

    page.locator("#f-employees_tech_sme").fill("90")
    page.get_by_role("button", name="试算").click()

    assert "试算" in page.locator("aside").inner_text()
    assert kept(house, accountant)["employees_tech_sme"] == "90"


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_review_and_the_lists_are_whole(open_page, accountant, width):
    base = FORM.format(accountant)
    form = open_page(base, WHO, script=False)  # The review is of a draft: have one.
    form.locator("button[value=save]:not([tabindex])").click()
    for name, path in {
        "years": "/my/profiles",
        "review": f"{base}/review",
        "filed": f"/my/enterprises/{accountant}/profiles/2025/filed",
        "records": f"/my/enterprises/{accountant}/records",
        "record": f"/my/enterprises/{accountant}/records/ip_right/new",
    }.items():
        page = open_page(path, WHO, width=width)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert grave_faults(page) == [], path
        shoot(page, f"profile-{name}-{width}")
