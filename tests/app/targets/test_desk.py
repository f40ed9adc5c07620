"""The page of targets."""

from datetime import date

from app.foundation.actor import Role
from tests.factories.enterprises import EnterpriseFactory, hold
from tests.factories.reference import XIANGDU


def test_the_page_sets_the_plan_beside_the_register(client, sign_in):
    hold(EnterpriseFactory(), "national.high_tech", date(2021, 1, 1), date(2024, 1, 1))
    sign_in(client, Role.LEADER)

    page = client.get("/targets?year=2022&on=2022-12-31")

    assert page.status_code == 200
    assert "高新技术企业总数超过500家" in page.text
    assert "0.2" in page.text  # 1 of 500, in percent
    assert "需填报的目标" in page.text
    assert "国家、省两个称号分别统计，从不相加" in page.text


def test_a_county_gets_its_part_and_an_odd_address_the_page_all_the_same(client, sign_in):
    hold(EnterpriseFactory(), "national.high_tech", date(2021, 1, 1), date(2024, 1, 1))
    sign_in(client, Role.COUNTY_REVIEWER, XIANGDU)

    assert "上级指标" in client.get("/targets?year=2022").text
    assert client.get("/targets?year=1999&on=yesterday").status_code == 200


def test_an_administrator_reads_no_targets(client, sign_in, places):
    sign_in(client, Role.ADMINISTRATOR)

    assert client.get("/targets").status_code == 403
