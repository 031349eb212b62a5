"""What the report says, in both languages; braces are filled with figures."""

from local.demo.report.figures import Text

SEGMENTS = Text("细分会员", "Segments")
SEGMENT_SIZES = Text("各细分的会员数", "Members by segment")
SEGMENTS_SAID = Text(
    "按 {as_of} 的情况找出 {found} 个细分；一名会员可同属几个。其中 {nobody} 个没有会员，"
    "例如问及小票所不知的（年龄、兴趣、家庭），或只算新会员。",
    "{found} segments as of {as_of}; a member may be in several. {nobody} of them hold nobody: those, say, that ask "
    "for what receipts do not tell (age, interests, family), or for newcomers only.",
)
SEGMENT, SEGMENT_ID, MEMBERS = Text("细分", "segment"), Text("编号", "id"), Text("会员数", "members")

RFM = Text("RFM 表", "RFM table")
RFM_CELLS = Text("最近消费与消费频次", "Recency and frequency")
RFM_SAID = Text(
    "截至 {as_of} 的一年内有消费的 {customers} 名会员，各按五等分排列：5 为最近、最常。"
    "次数相同者同在一档，故各档人数不等。",
    "{customers} members who bought in the year to {as_of}, each figure in fifths: 5 is the latest and the most often. "
    "Equal members share a fifth, so fifths differ in size.",
)
GROUP, RECENCY, FREQUENCY = Text("分组", "group"), Text("最近消费", "recency"), Text("消费频次", "frequency")
RECEIPTS, SPENT = Text("小票数", "receipts"), Text("消费额（元）", "spent (yuan)")

BASKETS = Text("购物篮", "Baskets")
CATEGORY_RULES = Text("品类规则", "Rules between categories")
ITEM_RULES = Text("商品规则（提升度最高者）", "Rules between items, the greatest lift first")
NO_CATEGORIES = Text(
    "在 {baskets} 张小票中，没有哪两个品类一起出现得明显多于偶然（提升度大于 1 且 p 不超过 0.001）。",
    "On {baskets} receipts no two categories meet clearly more often than by chance (lift above 1, p at most 0.001).",
)
CATEGORIES = Text(
    "在 {baskets} 张小票中，{strong} 条品类规则明显多于偶然（提升度大于 1 且 p 不超过 0.001）。",
    "On {baskets} receipts {strong} rules between categories hold clearly more often than by chance (lift above 1, p "
    "at most 0.001).",
)
ITEMS = Text(
    "商品层面，至少两张小票支持的规则有 {matching} 条。"
    "商品成百上千时，总有几对因巧合相遇两次：提升度再高，两张小票也说明不了什么。",
    "Of items, {matching} rules hold on two receipts at least. Among hundreds of items some meet twice by chance: "
    "however great the lift, two receipts prove nothing.",
)
BUNDLES = Text(
    "可据以行动的组合（一年内至少五张小票、提升度 1.2、p 不超过 0.001）：{proposed} 个。",
    "Bundles strong enough to act on (within a year five receipts, lift 1.2, p at most 0.001): {proposed}.",
)
LIFT, CHANCE = Text("提升度", "lift"), Text("1 = 偶然", "chance")
RULE = (
    Text("买了", "if bought"),
    Text("也买", "then bought"),
    RECEIPTS,
    Text("支持度", "support"),
    Text("置信度", "confidence"),
    LIFT,
    Text("p 值", "p-value"),
)

FUNNEL = Text("优惠券漏斗", "Coupon funnel")
FUNNEL_STEPS = Text("从发放到核销", "From issue to use")
FUNNEL_SAID = Text(
    "{first} 至 {last} 发生的：发放 {issued} 张（含领取 {claimed} 张），查看 {seen} 张，核销 {redeemed} 张，"
    "其中 {returned} 张随退货退回。",
    "What happened from {first} to {last}: {issued} issued ({claimed} of them claimed), {seen} looked at, {redeemed} "
    "redeemed, of which {returned} came back with the goods.",
)
FUNNEL_OF_VISITS = Text(
    "导入的小票不发券：这里只有之后在收银台发生的。",
    "Imported receipts bring no coupons: these are of the visits after them.",
)
STEPS = {
    "issued": Text("发放", "issued"),
    "seen": Text("查看", "seen"),
    "claimed": Text("领取", "claimed"),
    "redeemed": Text("核销", "redeemed"),
    "returned": Text("退回", "returned"),
    "expired": Text("过期", "expired"),
}
OFF = Text("优惠（元）", "off (yuan)")
BY = {
    "tier": Text("按等级", "By tier"),
    "category": Text("按类别", "By category"),
    "channel": Text("按渠道", "By channel"),
}
ALL, NOT_TOLD = Text("合计", "all"), Text("未说明", "not told")

PREDICTIONS = Text("预测的检验", "Predictions put to the test")
TOO_FEW = Text(
    "{first_day} 至 {last_day}：复购会员太少，无法拟合。",
    "{first_day} to {last_day}: too few members came again for a fit.",
)
TESTED = Text(
    "以 {first_day} 至 {last_day} 首次消费的 {members} 名会员拟合，"
    "之后 {hold_out_days} 天预期有消费的天数合计 {foretold}，实际 {actual}。",
    "Fitted on {members} members who first bought from {first_day} to {last_day}: {foretold} days with purchases were "
    "expected in the {hold_out_days} days after, {actual} happened.",
)
BORNE_OUT = Text("预测经受住了检验。", "The forecast was borne out.")
MORE = Text(
    "实际远多于预期：请勿据此计划。模型认为每人的节奏不变，不知季节与增长。",
    "Far more happened than expected: do not plan by it. The model takes everybody's pace for constant and knows "
    "neither season nor growth.",
)
FEWER = Text(
    "实际远少于预期：请勿据此计划。模型认为每人的节奏不变，不知季节与衰退。",
    "Far less happened than expected: do not plan by it. The model takes everybody's pace for constant and knows "
    "neither season nor decline.",
)
DAYS_BOUGHT = Text("{hold_out_days} 天内有消费的天数", "Days with purchases in {hold_out_days} days")
EXPECTED, ACTUAL = Text("预期", "expected"), Text("实际", "actual")
CAME_AGAIN, TIMES, OR_MORE = (
    Text("此前复购", "came again"),
    Text("{n} 次", "{n} ×"),
    Text("{n} 次以上", "{n} × or more"),
)
PARAMETERS = Text("模型参数（时间以周计，v 以分计）", "Parameters (time in weeks, v in fen)")
PARAMETER = (
    Text("检验天数 / 参数", "days of the test / parameter"),
    Text("值", "value"),
    Text("95% 区间自", "95 % from"),
    Text("至", "to"),
)
