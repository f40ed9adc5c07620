"""A small pack of its own, as Python data."""

from datetime import date

PACK = {
    "pack": "town",
    "name": {"zh": "某镇", "en": "A town"},
    "division": "110101",
    "documents": {"d1": {"number": "〔2020〕1号", "title": "办法", "evidence": "V"}},
}
SOURCE = {"document": "d1", "article": "第一条"}
TITLE = {
    "title": "good",
    "name": "优秀企业",
    "kind": "lead",
    "validity": {"years": 3},
    "authority": [{"since": date(2020, 1, 1), "level": "city", "body": "市局"}],
    "events": ["first"],
    "rule_sets": [
        {
            "id": "G-1",
            "since": date(2020, 1, 1),
            "until": date(2030, 1, 1),
            "criteria": [
                {
                    "id": "G-a",
                    "name": "收入",
                    "source": SOURCE,
                    "compare": {
                        "value": "sales_revenue",
                        "at_least": {"from": {date(2020, 1, 1): 100, date(2022, 1, 1): 200}},
                    },
                }
            ],
        }
    ],
}
