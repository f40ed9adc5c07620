"""From a claim to a title, and from a county's batch to an announced list, at the pages."""

import json
import re
from datetime import date
from io import BytesIO

from sqlalchemy import select

from app.enterprises.models import TitleEpisode
from app.profiles.models import ProfileDraft, ProfileRevision
from app.reports.models import Edition
from app.reviews.domain import CaseStatus
from app.reviews.models import RecommendationBatch, ReviewCase
from seed.demo import announced
from seed.demo.applicants import case_firms, letter
from tests import markup

CITY = "990100"
SME, GAZELLE = "national.tech_sme", "demo.gazelle"
YEAR = 2025


def paper(name="盖章.docx"):
    """A scan to upload: (stream, name), as the client sends files."""
    return BytesIO(letter("云溪三口径软件有限公司", "魏认领", date(2026, 11, 25))), name


def ok(answer):
    """Follow the redirect of a form that was taken; the page it leads to."""
    assert answer.status_code == 302, f"{answer.status_code}: {problem(answer.text)}"
    return answer.location


def problem(text):
    return re.sub(r"\s+|<[^>]+>", " ", text.partition("<main")[2])[:600]


def texts(page):
    return re.sub(r"<[^>]+>", " ", page)


def case_of(desk, firm, title):
    found = select(ReviewCase).where(ReviewCase.enterprise_id == firm.id, ReviewCase.title == title)
    return desk.session.scalars(found.execution_options(populate_existing=True)).one()


def decide(desk, username, case, action="pass", **more):
    """One decision at the reviewer's page."""
    client = desk.sit(username)
    path = f"/desk/cases/{case.id}"
    fields = {"action": action, "reason": "材料齐全，数据与报表一致。", **more}
    ok(client.submit(path, fields, action="/decision"))


def newest_edition(desk):
    order = select(Edition).order_by(Edition.on_day.desc(), Edition.number.desc()).limit(1)
    return desk.session.scalars(order.execution_options(populate_existing=True)).one()


def issue(desk):
    """Let the city's reviewer issue today's report; its edition."""
    client = desk.sit("fuhe")
    client.submit("/reports/new", {"kind": "monthly", "on": "2026-11-25"}, action="")
    desk.work_off()
    return newest_edition(desk)


def said(edition):
    return json.dumps(json.loads(edition.data), ensure_ascii=False)


def claim(desk, firm):
    """A claimant, told nothing of the firm until its county has seen the letter."""
    client = desk.sit("renling")
    assert "您还没有可以代表的企业" in client.get("/").text
    claimed = client.submit("/claims", {"code": firm.credit_code, "letter": paper()}, action="")
    ok(claimed)
    for path in ("/", "/claims", "/my"):
        assert firm.name not in client.get(path, follow_redirects=True).text, path
    assert client.get(f"/my/enterprises/{firm.id}").status_code == 403
    county = desk.sit("xidong")
    waiting = re.search(r"/desk/claims/[0-9a-f-]{36}", county.get("/desk/claims").text)
    assert waiting
    ok(county.submit(waiting.group(), action="/confirmation"))
    assert firm.name in desk.sit("renling").get("/").text


def authorise(desk, firm):
    """Its administrator invites 财务 and 法人, who have accounts."""
    for username, role in (("caiwu", "enterprise_finance"), ("faren", "legal")):
        client = desk.sit("renling")
        fields = {"account": "existing", "username": username, "role": role, "since": "2026-11-25"}
        ok(client.submit(f"/my/enterprises/{firm.id}/members", fields, action="/members"))


def correct_and_file(desk, firm):
    """Correct last year's R&D, see the trace follow, sign twice, file."""
    client, root = desk.sit("renling"), f"/my/enterprises/{firm.id}/profiles/{YEAR}"
    ok(client.submit(f"{root}/filed", action="/beginning"))
    page = client.get(root).text
    before = trace(page)
    [form] = [f for f in markup.forms(page) if "sales_revenue" in f.fields]
    more = {**form.fields, "main_revenue": "3700", "do": "save"}
    ok(client.post(root, data=more))
    [form] = [f for f in markup.forms(client.get(root).text) if "sales_revenue" in f.fields]
    less = {**form.fields, "sci_tech_staff_tech_sme": "1", "do": "save"}
    ok(client.post(root, data=less))
    assert trace(client.get(root).text) != before, "the trace follows what is typed"
    [form] = [f for f in markup.forms(client.get(root).text) if "sales_revenue" in f.fields]
    back = {**form.fields, "sci_tech_staff_tech_sme": "17", "do": "save"}
    ok(client.post(root, data=back))

    unsigned = client.submit(f"{root}/review", {"pledge": "yes"}, action="/filing")
    assert unsigned.status_code == 409
    assert "财务" in unsigned.text
    for username, role in (("caiwu", "enterprise_finance"), ("faren", "legal")):
        ok(desk.sit(username).submit(f"{root}/review", action=f"/signatures/{role}"))
    ok(desk.sit("renling").submit(f"{root}/review", {"pledge": "yes"}, action="/filing"))

    rows = select(ProfileRevision).where(
        ProfileRevision.enterprise_id == firm.id, ProfileRevision.year == YEAR
    )
    revisions = sorted(desk.session.scalars(rows), key=lambda row: row.number)
    old, new = (json.loads(row.body)["figures"] for row in revisions)
    assert [row.superseded_at is None for row in revisions] == [False, True]
    assert new["main_revenue"] == 3_700_0000_00
    assert set(new) == set(old), "a correction keeps what the form does not ask"
    drafts = select(ProfileDraft).where(ProfileDraft.enterprise_id == firm.id)
    assert desk.session.scalars(drafts).all() == []


def trace(page):
    return page.partition("data-trace-body")[2].partition("</aside>")[0]


def apply_for(desk, firm):
    """Apply for the city's own title, print, upload the stamped paper."""
    client = desk.sit("renling")
    assert "2026年度补充批" in client.get("/").text
    path = f"/my/enterprises/{firm.id}/apply/{GAZELLE}/2026"
    unsworn = client.submit(path, {"application_type": "新申报"}, action="")
    assert unsworn.status_code == 422
    assert "承诺" in unsworn.text
    shown = ok(client.submit(path, {"application_type": "新申报", "pledge": "y"}, action=""))
    case = case_of(desk, firm, GAZELLE)
    assert firm.name in client.get(f"{shown}/paper").text
    ok(client.submit(shown, {"file": paper("盖章申报书.docx")}, action="/paper"))
    assert client.get("/").status_code == 200
    again = client.post(
        path, data={**form_fields(client, path), "pledge": "y", "application_type": "新申报"}
    )
    assert again.status_code == 409
    return case


def form_fields(client, path):
    forms = [f for f in markup.forms(client.get(path).text) if f.method == "post"]
    return next((f.fields for f in forms if "csrf_token" in f.fields), {})


def test_a_claimed_firm_fills_files_applies_and_holds_the_title(desk):
    firm = desk.firm("⑤")
    first = issue(desk)
    claim(desk, firm)
    authorise(desk, firm)
    correct_and_file(desk, firm)
    case = apply_for(desk, firm)

    decide(desk, "xidong", case)
    assert desk.sit("xidong").get(f"/desk/cases/{case.id}").status_code == 200
    decide(desk, "fuhe", case_of(desk, firm, GAZELLE))
    held = {"meeting_on": "2026-11-25", "number": "云溪科审纪〔2026〕9号", "reason": "审定通过。"}
    waiting = case_of(desk, firm, GAZELLE)
    rows = {f"action:{waiting.id}": "pass"}
    desk.sit("shending").submit("/desk/meeting", {**held, **rows}, action="")

    case = case_of(desk, firm, GAZELLE)
    assert case.status is CaseStatus.GRANTED
    episode = desk.session.scalars(
        select(TitleEpisode).where(
            TitleEpisode.enterprise_id == firm.id, TitleEpisode.title == GAZELLE
        )
    ).one()
    assert episode.since == date(2026, 11, 25)
    home = desk.sit("renling").get("/").text
    assert "已取得" in texts(home)
    second = issue(desk)
    assert (second.number, said(second) != said(first)) == (first.number + 1, True)
    assert gazelles(second) == gazelles(first) + 1


def gazelles(edition):
    """How many hold the city's title, by the edition's own numbers."""
    found = re.search(r"瞪羚企业[^0-9]{0,12}(\d+) 户", said(edition))
    assert found, "the report counts the title"
    return int(found.group(1))


def forward(desk, username, name, number):
    """Put what passed into a batch and send it up under its letter; the batch."""
    client = desk.sit(username)
    page = client.get("/desk/recommendations").text
    offers = re.findall(r'<option value="(national.tech_sme/[^"]+)"', page)
    assert offers, "something passed and waits"
    shown = ok(client.submit("/desk/recommendations", {"what": offers[0], "name": name}, action=""))
    ok(
        client.submit(
            shown, {"number": number, "letter": paper("推荐函.docx")}, action="/forwarding"
        )
    )
    found = select(RecommendationBatch).where(RecommendationBatch.name == name)
    return desk.session.scalars(found).one()


def test_a_county_forwards_the_city_recommends_and_the_announced_list_closes_the_cases(
    desk, tmp_path
):
    firms = [desk.firm(each) for each in case_firms(desk.city)[:3]]
    assert [case_of(desk, f, SME).status for f in firms] == [
        CaseStatus.RECOMMENDED, CaseStatus.OPEN, CaseStatus.PASSED,
    ]  # fmt: skip
    forward(desk, "xidong", "溪东区第三批", "云溪东科函〔2026〕12号")
    for firm in firms[1:]:
        decide(desk, "fuhe", case_of(desk, firm, SME))
    batch = forward(desk, "fuhe", "云溪市第二批", "云溪科函〔2026〕41号")
    assert {case_of(desk, firm, SME).status for firm in firms} == {CaseStatus.RECOMMENDED}
    sheet = desk.sit("fuhe").get(f"/desk/recommendations/{batch.id}/sheet.xlsx")
    assert sheet.data[:2] == b"PK"

    before = newest_edition(desk)
    import_list(desk, tmp_path)

    assert {case_of(desk, firm, SME).status for firm in firms} == {CaseStatus.GRANTED}
    for firm in firms:
        rolls = select(TitleEpisode.roll_year).where(
            TitleEpisode.enterprise_id == firm.id, TitleEpisode.title == SME
        )
        assert 2026 in set(desk.session.scalars(rolls))
    home = texts(desk.sit("huanbao").get("/").text)
    assert "2026 年度入库" in home
    after = issue(desk)
    assert (rolled(before), rolled(after)) == (145, 203)


def rolled(edition):
    found = re.search(r"科技型中小企业入库 (\d+) 户", said(edition))
    assert found
    return int(found.group(1))


def import_list(desk, folder):
    """The province's list of sixty names, as in the ten minutes."""
    listed = folder / "名单.xlsx"
    announced.write(desk.city, listed)
    client = desk.sit("fuhe")
    columns = ok(
        client.submit(
            "/intake/lists/new",
            {
                "file": (listed.open("rb"), "名单.xlsx"), "name": announced.TITLE, "title": SME,
                "kind": "enrolled", "number": announced.NUMBER, "batch": announced.BATCH,
                "issued_on": announced.ISSUED_ON, "division": CITY,
            },
            action="",
        )
    )  # fmt: skip
    shown = ok(client.submit(columns, action=""))
    client.submit(shown, action="/write")
    desk.work_off()
