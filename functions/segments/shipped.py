"""The segments every mall has from the first day: its named groups, RFM's ten, the stages, spend (G1, G2, L1). Pure.

They are data in the grammar marketers use, so each can be read, previewed, copied and changed like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.segments.rfm import RfmGroup
from functions.segments.stages import LifeStage

CHILDREN = ("childrens_wear", "mother_baby", "toys", "education")
FASHION = ("womens_wear", "menswear", "shoes_bags", "cosmetics", "sports", "silk")
LUXURY = ("jewellery", "watches", "wine")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A segment that comes with the product.

    Attributes:
        segment_id: never changes.
        definition: a condition as `functions.segments.conditions.condition_of` reads it.
    """

    segment_id: str
    name_zh: str
    name_en: str
    definition: Mapping[str, Any]


_NAMED = (
    Shipped(
        "families_who_shop_often",
        "常购家庭",
        "Families who shop often",
        {
            "all": [
                {
                    "any": [
                        {"about": "family", "any_of": ["child"]},
                        {"about": "interest", "any_of": [*CHILDREN, "亲子"]},
                        {"about": "visits", "days": 180, "at_least": 2, "categories": [*CHILDREN]},
                    ]
                },
                {"about": "visits", "days": 90, "at_least": 4},
            ]
        },
    ),
    Shipped(
        "young_fashion",
        "时尚青年",
        "Young fashion",
        {
            "all": [
                {"about": "age", "at_least": 18, "at_most": 30},
                {
                    "any": [
                        {"about": "interest", "any_of": ["fashion", "时尚", *FASHION]},
                        {"about": "spend", "days": 180, "at_least": 500_00, "categories": [*FASHION]},
                    ]
                },
            ]
        },
    ),
    Shipped(
        "affluent_business",
        "高端商务",
        "Affluent business",
        {
            "all": [
                {"about": "spend", "days": 365, "at_least": 20_000_00},
                {
                    "any": [
                        {"about": "member_kind", "in": ["company"]},
                        {
                            "about": "visits",
                            "days": 180,
                            "at_least": 4,
                            "weekdays": [*WEEKDAYS],
                            "hours": {"from": 11, "until": 14},
                        },
                        {"about": "spend", "days": 365, "at_least": 10_000_00, "categories": [*LUXURY]},
                    ]
                },
            ]
        },
    ),
)
_RFM_NAMES = {
    RfmGroup.CHAMPIONS: ("重要价值会员", "Champions"),
    RfmGroup.LOYAL: ("忠诚会员", "Loyal"),
    RfmGroup.POTENTIAL_LOYALISTS: ("潜在忠诚会员", "Potential loyalists"),
    RfmGroup.NEW_CUSTOMERS: ("新近首购会员", "New customers"),
    RfmGroup.PROMISING: ("有望会员", "Promising"),
    RfmGroup.NEED_ATTENTION: ("需关注会员", "Need attention"),
    RfmGroup.ABOUT_TO_SLEEP: ("即将沉睡会员", "About to sleep"),
    RfmGroup.AT_RISK: ("流失风险会员", "At risk"),
    RfmGroup.CANNOT_LOSE: ("不能失去的会员", "Cannot lose"),
    RfmGroup.HIBERNATING: ("冬眠会员", "Hibernating"),
}
_STAGE_NAMES = {
    LifeStage.POTENTIAL: ("潜在会员", "Potential"),
    LifeStage.NEW: ("新会员", "New"),
    LifeStage.ACTIVE: ("活跃会员", "Active"),
    LifeStage.DORMANT: ("沉睡会员", "Dormant"),
    LifeStage.LOST: ("流失会员", "Lost"),
}
_SPEND_NAMES = {
    "high": ("高消费会员", "High spend", [5]),
    "middle": ("中等消费会员", "Middle spend", [2, 3, 4]),
    "low": ("低消费会员", "Low spend", [1]),
}

SHIPPED: tuple[Shipped, ...] = (
    *_NAMED,
    *(
        Shipped(f"rfm_{group}", f"RFM：{zh}", f"RFM: {en}", {"about": "rfm_group", "in": [group.value]})
        for group, (zh, en) in _RFM_NAMES.items()
    ),
    *(
        Shipped(f"stage_{stage}", zh, f"Stage: {en}", {"about": "stage", "in": [stage.value]})
        for stage, (zh, en) in _STAGE_NAMES.items()
    ),
    *(
        Shipped(f"spend_{level}", zh, en, {"about": "rfm", "m": quintiles})
        for level, (zh, en, quintiles) in _SPEND_NAMES.items()
    ),
)
"""Every shipped segment. High, middle and low spend: the highest fifth of a year's buyers, the lowest, and between."""
