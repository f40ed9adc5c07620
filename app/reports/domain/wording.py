"""The sentences of the report. Every number in them is a number of its tables."""

from datetime import date
from fractions import Fraction

from app.foundation.money import format_wan
from app.reports.domain.documents import TOTAL, Figure, Table
from app.reports.domain.facts import Facts, TitleLine

WORST_SHOWN = 3  # places named when a lag is to be discussed


def share(part: int, whole: int) -> str:
    r"""A share in percent to one decimal, rounded half up; a dash when there is no whole.

    The blank before the sign does not break a line.

    >>> share(7165, 8000) == "89.6\N{NO-BREAK SPACE}%", share(1, 0)
    (True, '—')
    """
    if whole <= 0:
        return "—"
    tenths = int(Fraction(part * 1000, whole) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}\N{NO-BREAK SPACE}%"


def growth(now: int, before: int) -> str:
    r"""Growth against an earlier count, signed: 「+12.5 %」; a dash when there was none.

    >>> growth(9, 8) == "+12.5\N{NO-BREAK SPACE}%", growth(1, 0)
    (True, '—')
    """
    if before <= 0:
        return "—"
    sign = "-" if now < before else "+" if now > before else ""
    return sign + share(abs(now - before), before)


def chinese_day(day: date) -> str:
    """「2022年12月31日」."""
    return f"{day.year}年{day.month}月{day.day}日"


def headline(facts: Facts, stock: Table, roll: Table) -> str:
    """The conclusion in one sentence."""
    parts = [_stock_part(title, stock) for title in facts.titles if not title.is_roll]
    parts += [_roll_part(title, roll, facts) for title in facts.titles if title.is_roll]
    said = "；".join(part for part in parts if part)
    day = chinese_day(facts.period.on)
    return f"截至{day}，{facts.division.name}{said or '登记簿中尚无本地梯度称号'}。"


def _stock_part(title: TitleLine, table: Table) -> str:
    def n(key: str) -> int:
        return table.value(TOTAL, title.id, key) or 0

    if not (n("stock") or n("year_start")):
        return ""
    net, new = n("net"), n("first") + n("renewed") + n("undecided") + n("moved_in")
    trend = f"净增 {net:,} 户" if net > 0 else f"净减 {-net:,} 户" if net < 0 else "与上年末持平"
    return f"{title.name} {n('stock'):,} 户（本年认定和迁入 {new:,} 户，{trend}）"


def _roll_part(title: TitleLine, table: Table, facts: Facts) -> str:
    def n(key: str) -> int:
        return table.value(TOTAL, title.id, key) or 0

    if not (n("enrolled") or n("last_year")):
        return ""
    year = facts.period.year
    text = f"{year}年度{title.name}入库 {n('enrolled'):,} 户"
    if n("last_year"):
        rate = share(n("continued"), n("last_year"))
        text += f"（上年入库 {n('last_year'):,} 户，续评率 {rate}，尚有 {n('pending'):,} 户未评）"
    return text


def decisions(
    facts: Facts,
    roll: Table,
    pools: Table,
    risks: tuple[Figure, ...],
    money: tuple[Figure, ...],
    total_fen: int,
    check: tuple[Figure, ...],
) -> tuple[str, ...]:
    """What the meeting is asked to decide; a point without cases is not raised."""
    points = (
        _recommend(facts, pools),
        _lagging(facts, roll),
        _expiring(risks),
        _failing(facts, check),
        _pay(money, total_fen),
        _verify(facts),
    )
    return tuple(point for point in points if point)


def _recommend(facts: Facts, pools: Table) -> str:
    parts = []
    for title in (t for t in facts.titles if t.is_adopted):
        ready = pools.value(TOTAL, title.id, "ready") or 0
        pledge = pools.value(TOTAL, title.id, "pledge") or 0
        said = [
            f"{word} {count:,} 户"
            for word, count in (("证据齐", ready), ("待承诺或人工核", pledge))
            if count
        ]
        if said:
            parts.append(f"{title.short}{'、'.join(said)}")
    if not parts:
        return ""
    return f"确定推荐和动员名单：{'；'.join(parts)}（附件4），由归口单位逐户核实后按批次推荐。"


def _lagging(facts: Facts, roll: Table) -> str:
    parts = []
    for title in (t for t in facts.titles if t.is_roll):
        behind = []
        for place in facts.places:
            last = roll.value(place.code, title.id, "last_year") or 0
            back = roll.value(place.code, title.id, "continued") or 0
            pending = roll.value(place.code, title.id, "pending") or 0
            if pending:
                behind.append((Fraction(back, last), place, last, back, pending))
        behind.sort(key=lambda entry: (entry[0], -entry[4], entry[1].code))
        names = [
            f"{place.name}（{share(back, last)}，未评 {pending:,} 户）"
            for _, place, last, back, pending in behind[:WORST_SHOWN]
        ]
        if names:
            parts.append(f"{title.short}续评率最低的{'、'.join(names)}")
    return f"约谈续评滞后的单位：{'；'.join(parts)}（附件3）。" if parts else ""


def _expiring(risks: tuple[Figure, ...]) -> str:
    due = [f for f in risks if "expires_" in f.key]
    if not due:
        return ""
    parts = "、".join(f"{figure.label} {figure.count:,} 户" for figure in due)
    return f"逐户落实到期企业的申报批次：{parts}（附件6）。"


def _failing(facts: Facts, check: tuple[Figure, ...]) -> str:
    failing = [f for f in check if f.key.endswith(".unmet")]
    total = sum(figure.count for figure in failing)
    if not total:
        return ""
    year = facts.period.year
    return (
        f"核查入库企业：{year}年度入库企业按 {year - 1} 年数据复核，{total:,} 户未达标"
        "（附件3），由归口单位核对数据，属实的按规定报请处理。"
    )


def checked(facts: Facts, check: tuple[Figure, ...]) -> tuple[str, ...]:
    """What the figures of the year that legally counts say of this year's entries, per roll."""
    said = []
    year = facts.period.year
    for title in (t for t in facts.titles if t.is_roll):
        mine = [f for f in check if f.key.startswith(f"{title.id}.")]
        verdicts = "、".join(f"{f.label} {f.count:,} 户" for f in mine if not _is_assumed(f))
        assumed = sum(f.count for f in mine if _is_assumed(f))
        if verdicts:
            said.append(
                f"{year}年度{title.short}入库企业按 {year - 1} 年数据复核：{verdicts}"
                f"；其中结论含推定陈述的 {assumed:,} 户，另行标明（附件3）。"
            )
    return tuple(said)


def _is_assumed(figure: Figure) -> bool:
    return figure.key.endswith(".assumed")


def _pay(money: tuple[Figure, ...], total_fen: int) -> str:
    due = sum(f.count for f in money if f.key.endswith(".due"))
    open_ = sum(f.count for f in money if f.key.endswith(".unverified"))
    if due:
        text = f"审定奖补兑付：应兑付 {due:,} 户次、{format_wan(total_fen)} 万元（附件7）"
        return text + (f"；另有待核 {open_:,} 户次，不计入合计。" if open_ else "。")
    if open_:
        return f"明确奖补依据的核实责任：待核 {open_:,} 户次（附件7），核实前不列金额。"
    return ""


def _verify(facts: Facts) -> str:
    count = len(facts.clauses)
    return f"安排核对规则依据：{count:,} 条条款尚未对照官方文本核实（附件8）。" if count else ""


def notes(facts: Facts, assumed: int, proxy: int, preliminary: int) -> tuple[str, ...]:
    """口径注: how the numbers are counted, said beside them."""
    year = facts.period.year
    lines = [
        (
            "存量按称号登记簿在截止日有效的记录计，有效期为前闭后开区间；企业已注销、吊销或迁出而称号"
            "尚未终止的，仍在存量内，另列“登记状态非存续”，不进入挖潜和风险名单。"
        ),
        (
            "净增等于存量减上年末，各列关系为：净增＝首次＋重新＋不详＋迁入－其中上年末已在册＋划入"
            "－到期未续－撤销迁出终止－划出。首次与否不详，指企业称号历史自何日起完整不可考。"
        ),
    ]
    if any(title.is_roll for title in facts.titles):
        lines.append(
            "科技型中小企业按年度入库数统计，不是存量；国家与省两个称号分别统计，从不相加。"
        )
    lines.append(
        f"评价按 {year} 申报年度的规则、以 {year - 1} 年数据为依据；覆盖率＝可评企业数÷在册企业数，"
        "数据缺失不作为不达标。"
    )
    unkept = "、".join(title.name for title in facts.titles if not title.is_kept)
    if unkept:
        lines.append(f"登记簿中尚无以下称号的记录，户数未知而非为零：{unkept}。")
    if not all(title.is_adopted for title in facts.titles):
        lines.append("标“线索”的称号本地尚未出台认定办法，达标企业仅供摸底，不作推荐。")
    if assumed or proxy or preliminary:
        lines.append(
            f"附件4所列企业中，结论含推定陈述的 {assumed:,} 户次、代用口径的 {proxy:,} 户次、"
            f"预评的 {preliminary:,} 户次，均已逐户标明。"
        )
    lines.append(
        "奖补金额依据未核实的列为“待核”，不计入合计。高企年报填报情况未接入本系统，本期不列。"
    )
    lines += [caveat.rstrip("。") + "。" for caveat in facts.caveats]
    lines.append("归口与注册地两种口径的分表均在附件9；正文按归口管理统计。")
    return tuple(lines)
