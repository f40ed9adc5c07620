"""Names of firms, rights and trades that no real firm is meant by."""

from random import Random
from typing import Final

_FIRST: Final = "岚澄禾砚溯芷岱沅朔昱珂霁笙峤翎漪垚熠琅骁"
_SECOND: Final = "舟川帆岩楠煦衡樾澜桥穹钧栎岑樵垣麓汀沐弦"
TRADES: Final = (  # what the name says, the industry, the kind of product
    ("新材料", "C3985", "电子专用材料"),
    ("软件", "I6513", "应用软件"),
    ("精细化工", "C2669", "专用化学品"),
    ("机械", "C3484", "传动零部件"),
    ("智能装备", "C3569", "专用装备"),
    ("医疗用品", "C2770", "卫生材料"),
    ("数控", "C3425", "机床功能部件"),
    ("电机", "C3812", "电动机"),
    ("新能源", "C3841", "锂离子电池"),
    ("陶瓷科技", "C3073", "特种陶瓷"),
    ("仪器", "C4028", "电子测量仪器"),
    ("汽车部件", "C3670", "汽车零部件"),
    ("信息技术", "I6550", "数据处理服务"),
    ("环保设备", "C3599", "环保专用设备"),
    ("检测技术", "M7320", "试验检测服务"),
)
PLAIN_TRADES: Final = (
    ("印务", "C2311", "印刷品"),
    ("钢结构", "C3311", "金属结构"),
    ("塑业", "C2927", "日用塑料制品"),
    ("印染", "C1713", "印染布"),
    ("商贸", "F5162", "石油制品"),
)


def trade_name(random: Random, used: set[str]) -> str:
    """A name of two characters that nobody in `used` has; it is added there."""
    while True:
        name = _FIRST[random.randrange(len(_FIRST))] + _SECOND[random.randrange(len(_SECOND))]
        if random.randrange(3) == 0:
            name += _SECOND[random.randrange(len(_SECOND))]
        if name not in used:
            used.add(name)
            return name
