"""A city's files under a manifest: a bad row is left out, a bad value stays unknown."""

import json

import pytest

from app.intake.domain import IssueEffect
from app.intake.errors import FileUnfit, ManifestUnfit
from app.intake.parsing import read_manifest
from app.intake.reading import read_city
from tests.factories.enterprises import credit_code
from tests.factories.intake import MANIFEST, city_folder

A, B = credit_code(1), credit_code(2)
FIRM_A = f"{A},甲公司,130502,C3517,2015-03-01,存续"


def read(tmp_path, manifest, around, **files):
    return read_city(city_folder(tmp_path / "city", **files), manifest, around)


def faults(city, effect=None):
    return [
        (issue.file, issue.line, issue.column)
        for issue in city.issues.kept
        if effect is None or issue.effect is effect
    ]


def figures(year):
    return json.loads(year.body)["figures"]


def year(
    code, fiscal, sales="100", main="90", rd="5", assets="50", staff="10", sci="2", profit="1"
):
    return f"{code},{fiscal},{sales},{main},{rd},{assets},{staff},{sci},{profit}"


def test_a_firm_is_read_and_its_codes_normalised(tmp_path, manifest, around):
    city = read(
        tmp_path, manifest, around, enterprises=f"{A.lower()},甲公司,130521,F5292,2015/3/1,存续"
    )

    (firm,) = city.firms.values()
    assert (firm.credit_code, firm.registered_division, firm.industry_code) == (A, "130503", "5292")
    assert firm.registered_on.isoformat() == "2015-03-01"
    assert city.issues.kept == []


@pytest.mark.parametrize(
    ("row", "column", "effect"),
    [
        (f"{A[:-1]}0,甲公司,130502,C3517,2015-03-01,存续", "unified_social_credit_code", "row"),
        (f"{A},甲公司,999999,C3517,2015-03-01,存续", "region_code", "row"),
        (f"{A},,130502,C3517,2015-03-01,存续", "name", "row"),
        (f"{A},甲公司,130502,C3517,2015-03-01,在营", "status", "row"),
        (f"{A},甲公司,130502,C9999,2015-03-01,存续", "industry_code_gbt4754_2017", "value"),
        (f"{A},甲公司,130502,C3517,不详,存续", "registered_date", "value"),
        (f"{A},甲公司,130502,C3517,2030-01-01,存续", "registered_date", "value"),
    ],
    ids=["bad code", "unknown place", "no name", "unknown status", "industry", "no day", "future"],
)
def test_a_fault_of_a_firm_is_named_by_its_column(tmp_path, manifest, around, row, column, effect):
    city = read(tmp_path, manifest, around, enterprises=row)

    (issue,) = city.issues.kept
    assert (issue.file, issue.line, issue.column, issue.effect.value) == (
        "enterprises.csv", 2, column, effect,
    )  # fmt: skip
    assert len(city.firms) == (0 if effect == "row" else 1)


def test_a_bad_row_is_left_out_and_the_rest_goes_in(tmp_path, manifest, around):
    rows = f"{FIRM_A}\n无,乙公司,130502,C3517,2015-03-01,存续\n{B},丙公司,130503,,2016-01-01,注销"

    city = read(tmp_path, manifest, around, enterprises=rows)

    assert list(city.firms) == [A, B]
    assert faults(city, IssueEffect.ROW) == [("enterprises.csv", 3, "unified_social_credit_code")]


def test_figures_feed_every_indicator_and_stand_ins_are_marked(tmp_path, manifest, around):
    city = read(tmp_path, manifest, around, enterprises=FIRM_A, annual=year(A, 2021, staff="12"))

    body = json.loads(city.years[0].body)
    assert body["figures"]["sales_revenue"] == body["figures"]["operating_revenue"] == 10_000
    assert body["figures"]["employees_tech_sme"] == 12 * 600  # in its quantum of 1/600
    assert body["figures"]["employees_year_end"] == 12
    assert body["proxies"] == {
        "operating_revenue": "sales_revenue", "employees_year_end": "employees_tech_sme",
    }  # fmt: skip


def test_a_missing_figure_is_unknown_and_zero_is_zero(tmp_path, manifest, around):
    city = read(
        tmp_path, manifest, around, enterprises=FIRM_A, annual=year(A, 2021, rd="", sci="0")
    )

    assert "rd_expense_tech_sme" not in figures(city.years[0])
    assert figures(city.years[0])["sci_tech_staff_tech_sme"] == 0
    assert city.issues.kept == []


def test_text_in_a_number_leaves_that_value_unknown(tmp_path, manifest, around):
    city = read(tmp_path, manifest, around, enterprises=FIRM_A, annual=year(A, 2021, rd="约五万"))

    assert faults(city) == [("annual.csv", 2, "rd_expense_cny")]
    assert "rd_expense_tech_sme" not in figures(city.years[0])
    assert figures(city.years[0])["sales_revenue"] == 10_000


@pytest.mark.parametrize(
    ("row", "effect"),
    [
        (year(B, 2021), IssueEffect.ROW),
        (year(A, 2014), IssueEffect.ROW),
        (year(A, 2030), IssueEffect.ROW),
        (f"{A},2021,100", IssueEffect.ROW),
        (year(A, 2021, sci="11"), IssueEffect.NOTE),
    ],
    ids=["unknown firm", "before founding", "future year", "too few cells", "more staff than all"],
)
def test_a_row_of_figures_that_cannot_be_is_noted(tmp_path, manifest, around, row, effect):
    city = read(tmp_path, manifest, around, enterprises=FIRM_A, annual=row)

    (issue,) = city.issues.kept
    assert (issue.line, issue.effect) == (2, effect)
    assert len(city.years) == (1 if effect is IssueEffect.NOTE else 0)


def test_a_year_given_twice_is_taken_once(tmp_path, manifest, around):
    rows = f"{year(A, 2021)}\n{year(A, 2021, sales='200')}"

    city = read(tmp_path, manifest, around, enterprises=FIRM_A, annual=rows)

    assert figures(city.years[0])["sales_revenue"] == 10_000
    assert "第 2 行" in city.issues.kept[0].detail


def test_ten_thousands_typed_as_yuan_show_beside_the_next_year(tmp_path, manifest, around):
    rows = f"{year(A, 2020, assets='52000000')}\n{year(A, 2021, assets='5000')}"

    city = read(tmp_path, manifest, around, enterprises=FIRM_A, annual=rows)

    assert faults(city, IssueEffect.VALUE) == [("annual.csv", 3, "total_assets_cny")]
    assert [figures(y).get("total_assets") for y in city.years] == [5_200_000_000, None]


def test_ten_thousands_typed_as_yuan_show_beside_a_column_alike(tmp_path, manifest, around):
    rows = year(A, 2021, sales="900", main="8800000")

    city = read(tmp_path, manifest, around, enterprises=FIRM_A, annual=rows)

    assert faults(city, IssueEffect.VALUE) == [("annual.csv", 2, "sales_revenue_cny")]
    assert "operating_revenue" not in figures(city.years[0])


def test_a_suspect_may_be_kept_with_a_note(tmp_path, library, around):
    keeping = read_manifest(
        MANIFEST.replace("suspects: hold", "suspects: keep"), library.indicators, library.titles
    )
    rows = year(A, 2021, sales="900", main="8800000")

    city = read(tmp_path, keeping, around, enterprises=FIRM_A, annual=rows)

    assert faults(city, IssueEffect.NOTE) == [("annual.csv", 2, "sales_revenue_cny")]
    assert figures(city.years[0])["sales_revenue"] == 90_000


def test_honest_growth_of_a_thousand_times_is_no_suspect(tmp_path, manifest, around):
    rows = f"{year(A, 2020, assets='50000')}\n{year(A, 2021, assets='50000000')}"

    assert read(tmp_path, manifest, around, enterprises=FIRM_A, annual=rows).issues.kept == []


def test_printed_ends_become_half_open_as_each_kind_says(tmp_path, manifest, around):
    rows = (
        f"{A},科技型中小企业,2022-06-30,2022-12-31\n{A},高新技术企业,2019-11-01,2022-11-01\n"
        f"{A},高新技术企业,2022-11-01,2025-11-01"
    )

    city = read(tmp_path, manifest, around, enterprises=FIRM_A, certificates=rows)

    assert [(c.until.isoformat(), c.roll_year) for c in city.certificates] == [
        ("2023-01-01", 2022), ("2022-11-01", None), ("2025-11-01", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        f"{A},瞪羚企业,2022-06-30,2022-12-31",
        f"{A},高新技术企业,2022-11-01,2021-11-01",
        f"{A},高新技术企业,,2021-11-01",
        f"{A},高新技术企业,2030-11-01,2033-11-01",
        f"{B},高新技术企业,2022-11-01,2025-11-01",
    ],
    ids=["unknown kind", "ends before it begins", "no day", "future", "unknown firm"],
)
def test_a_certificate_that_cannot_be_is_left_out(tmp_path, manifest, around, row):
    city = read(tmp_path, manifest, around, enterprises=FIRM_A, certificates=row)

    assert (len(city.certificates), city.issues.count(IssueEffect.ROW)) == (0, 1)


def test_events_go_to_their_registers(tmp_path, manifest, around):
    rows = f"{A},经营异常名录,2022-05-07,2022-09-01\n{A},重大安全事故,2021-01-02,"
    rows += f"\n{A},其他,2021-01-02,"

    city = read(tmp_path, manifest, around, enterprises=FIRM_A, events=rows)

    assert [(e.register.register.value, e.register.severity) for e in city.events] == [
        ("abnormal_list", ""), ("incident_safety", "重大"),
    ]  # fmt: skip
    assert faults(city) == [("events.csv", 4, "type")]


def test_counts_become_statements_and_an_unknown_column_is_noted(tmp_path, manifest, around):
    headers = {"ip_counts": "unified_social_credit_code,class1,class2"}
    rows = {"enterprises": FIRM_A, "ip_counts": f"{A},3,7"}
    city = read(tmp_path, manifest, around, headers=headers, **rows)

    assert [(c.indicator, c.value, c.proxy_of) for c in city.counts] == [
        ("ip_class1_tech_sme", 3, ""), ("ip_class1_high_tech", 3, "ip_class1_tech_sme"),
    ]  # fmt: skip
    assert faults(city, IssueEffect.NOTE) == [("ip_counts.csv", 1, "class2")]


def test_gbk_is_read_as_well(tmp_path, manifest, around):
    folder = city_folder(tmp_path / "city", enterprises=FIRM_A)
    text = (folder / "enterprises.csv").read_text()
    (folder / "enterprises.csv").write_bytes(text.encode("gb18030"))

    assert read_city(folder, manifest, around).firms[A].name == "甲公司"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"\x00\x01\x02"),
        lambda path: path.write_bytes(b"\xff\xff\xff"),
        lambda path: path.write_text("name,region_code\n甲,130502\n"),
        lambda path: path.write_text("name,name\n甲,130502\n"),
    ],
    ids=["missing", "binary", "no text", "no key column", "a header twice"],
)
def test_a_file_without_which_nothing_can_be_said_stops(tmp_path, manifest, around, spoil):
    folder = city_folder(tmp_path / "city", enterprises=FIRM_A)
    spoil(folder / "enterprises.csv")

    with pytest.raises(FileUnfit, match=r"enterprises\.csv"):
        read_city(folder, manifest, around)


@pytest.mark.parametrize(
    ("was", "becomes", "pointer"),
    [
        ("manifest: 1", "manifest: 9", None),
        ("suspects: hold", "suspects: perhaps", "/suspects"),
        ("registered_on", "founded", "/files/enterprises/columns"),
        ("net_profit_cny: net_profit", "net_profit_cny: x", "/files/annual/figures/net_profit_cny"),
        ("national.high_tech", "national.higher", "/files/certificates/kinds/高新技术企业"),
        ("end: shared", "end: open", "/files/certificates/kinds/高新技术企业"),
        ("{register: abnormal_list}", "{register: rumours}", "/files/events/kinds/经营异常名录"),
        ("reason: 文件没有日期", "note: x", "/files/ip_counts"),
        ("{register: abnormal_list, since", "{register: rumours, since", "/coverage/0"),
        ("{indicator: resident_enterprise", "{indicator: resident", "/assumptions/0"),
        ("known_on: 2022-12-31", "known_on: 去年", "/known_on"),
    ],
)  # fmt: skip
def test_a_manifest_that_says_what_cannot_be_is_refused(library, was, becomes, pointer):
    assert was in MANIFEST

    with pytest.raises(ManifestUnfit) as refused:
        read_manifest(MANIFEST.replace(was, becomes, 1), library.indicators, library.titles)

    if pointer is not None:
        assert pointer in [fault.pointer for fault in refused.value.faults]


def test_a_manifest_that_is_no_yaml_is_refused(library):
    with pytest.raises(ManifestUnfit, match="YAML"):
        read_manifest("a: [", library.indicators, library.titles)
