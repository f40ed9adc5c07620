"""Lists and city files as bytes and folders, made when needed and never committed."""

import io
from pathlib import Path

import openpyxl

FIRMS = (
    "unified_social_credit_code,name,region_code,industry_code_gbt4754_2017,registered_date,status"
)
YEARS = (
    "unified_social_credit_code,fiscal_year,sales_revenue_cny,main_revenue_cny,"
    "rd_expense_cny,total_assets_cny,employees_total_persons,sci_tech_staff_persons,net_profit_cny"
)

MANIFEST = """
manifest: 1
name: 测试数据
division: "130500"
known_on: 2022-12-31
figure_stage: annual
statement_scope: single
suspects: hold
files:
  enterprises:
    path: enterprises.csv
    columns:
      unified_social_credit_code: credit_code
      name: name
      region_code: registered_division
      industry_code_gbt4754_2017: industry_code
      registered_date: registered_on
      status: operating_status
    statuses: {存续: active, 注销: deregistered}
  annual:
    path: annual.csv
    columns: {unified_social_credit_code: credit_code, fiscal_year: year}
    figures:
      sales_revenue_cny: [sales_revenue, {indicator: operating_revenue, proxy: true}]
      main_revenue_cny: main_revenue
      rd_expense_cny: rd_expense_tech_sme
      total_assets_cny: total_assets
      employees_total_persons:
        - employees_tech_sme
        - {indicator: employees_year_end, proxy: true}
      sci_tech_staff_persons: sci_tech_staff_tech_sme
      net_profit_cny: net_profit
    comparable: [[sales_revenue_cny, main_revenue_cny]]
    at_most: [[sci_tech_staff_persons, employees_total_persons]]
  certificates:
    path: certificates.csv
    columns:
      {unified_social_credit_code: credit_code, kind: kind, valid_from: since, valid_to: until}
    history_from: 2018-01-01
    kinds:
      科技型中小企业: {title: national.tech_sme, roll: yearly, end: last_day, event: enrolled}
      高新技术企业: {title: national.high_tech, end: shared, event: by_history}
  events:
    path: events.csv
    columns: {unified_social_credit_code: credit_code, type: kind, date: since, removed_date: until}
    kinds:
      经营异常名录: {register: abnormal_list}
      重大安全事故: {register: incident_safety, severity: 重大}
  ip_counts:
    path: ip_counts.csv
    columns: {unified_social_credit_code: credit_code}
    figures:
      class1: [ip_class1_tech_sme, {indicator: ip_class1_high_tech, proxy: true}]
    since: 2018-01-01
    reason: 文件没有日期
coverage:
  - {register: abnormal_list, since: 2018-01-01, until: 2023-01-01,
     checked_on: 2022-12-31, assumed: true, reason: 假定完整}
assumptions:
  - {indicator: resident_enterprise, value: true, since: 2018-01-01, reason: 名册均为本市企业}
notes: [研发费用未说明口径]
"""


def city_folder(folder: Path, *, headers: dict[str, str] | None = None, **files: str) -> Path:
    """A folder of city files; what is not given has its header only."""
    usual = {
        "enterprises": FIRMS,
        "annual": YEARS,
        "certificates": "unified_social_credit_code,kind,valid_from,valid_to",
        "events": "unified_social_credit_code,type,date,removed_date",
        "ip_counts": "unified_social_credit_code,class1",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, header in {**usual, **(headers or {})}.items():
        rows = files.get(name, "").strip("\n")
        (folder / f"{name}.csv").write_text(f"{header}\n{rows}\n" if rows else f"{header}\n")
    (folder / "manifest.yaml").write_text(files.get("manifest", MANIFEST))
    return folder


def workbook(rows, *, title: str = "", merge: str = "") -> bytes:
    """An .xlsx of `rows`, with an optional merged title above them."""
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
        sheet.merge_cells(merge or "A1:C1")
    for row in rows:
        sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
