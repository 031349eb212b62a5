"""What a text can be about and what it can complain of: stable codes, and their names in Chinese and English.

Codes are stored with answers and counted for years: add to them, never rename one.
"""

from enum import StrEnum


class Sentiment(StrEnum):
    """How a member speaks of the visit as a whole."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Aspect(StrEnum):
    """What of the mall a text is about."""

    QUEUE = "queue"
    STOCK = "stock"
    STAFF = "staff"
    PARKING = "parking"
    PRICE = "price"
    POINTS = "points"
    COUPON = "coupon"
    APP = "app"
    ENVIRONMENT = "environment"
    FOOD = "food"
    FACILITIES = "facilities"
    SIGNAGE = "signage"
    GOODS = "goods"
    EVENT = "event"
    RETURNS = "returns"
    CHILDREN = "children"
    HOURS = "hours"
    NOTICES = "notices"
    SAFETY = "safety"
    DELIVERY = "delivery"


ASPECTS: dict[str, tuple[str, str]] = {
    "queue": ("排队等候", "Queues and waiting"),
    "stock": ("库存与赠品", "Stock and gifts"),
    "staff": ("员工服务", "Staff"),
    "parking": ("停车", "Parking"),
    "price": ("价格", "Prices"),
    "points": ("积分与会员", "Points and membership"),
    "coupon": ("优惠券", "Coupons"),
    "app": ("应用与小程序", "App and mini-program"),
    "environment": ("购物环境", "Environment"),
    "food": ("餐饮", "Food and drink"),
    "facilities": ("设施", "Facilities"),
    "signage": ("指引导视", "Signs and finding the way"),
    "goods": ("商品与品牌", "Goods and brands"),
    "event": ("活动", "Events and promotions"),
    "returns": ("退换与售后", "Returns and after-sales"),
    "children": ("亲子", "Children and families"),
    "hours": ("营业时间", "Opening hours"),
    "notices": ("通知与隐私", "Messages and privacy"),
    "safety": ("安全", "Safety"),
    "delivery": ("配送", "Delivery"),
}

COMPLAINTS: dict[str, tuple[str, str]] = {
    "queue.too_long": ("排队太久", "Queue or wait too long"),
    "queue.disorderly": ("排队混乱、插队", "Queue without order"),
    "queue.few_counters": ("开放的窗口太少", "Too few counters open"),
    "stock.gift_out_of_stock": ("赠品兑完", "Gift out of stock"),
    "stock.sold_out": ("商品缺货、断码", "Goods or sizes out of stock"),
    "staff.rude": ("态度不好", "Staff rude"),
    "staff.slow": ("服务慢", "Service slow"),
    "staff.ignored": ("无人理睬", "Nobody attends"),
    "staff.unhelpful": ("不专业、推诿", "Staff unhelpful or not informed"),
    "staff.too_few": ("人手不足", "Too few staff"),
    "staff.pushy": ("推销过度", "Pushy selling"),
    "staff.unreachable": ("客服联系不上", "Service cannot be reached"),
    "staff.poor": ("服务差", "Poor service"),
    "parking.full": ("车位难找", "No parking space"),
    "parking.too_expensive": ("停车费贵", "Parking too expensive"),
    "parking.exit_slow": ("进出车场拥堵", "Slow to get in or out"),
    "parking.payment": ("停车缴费或减免失败", "Parking payment or discount fails"),
    "parking.hard_to_find": ("找车、找出入口难", "Car, way in or way out hard to find"),
    "parking.poor": ("停车体验差", "Parking poor"),
    "price.too_expensive": ("价格贵", "Too expensive"),
    "price.misleading": ("价格不实、乱收费", "Misleading price or hidden charge"),
    "points.not_credited": ("积分未到账", "Points not credited"),
    "points.expire": ("积分过期", "Points expire"),
    "points.poor_value": ("积分不值钱", "Points worth little"),
    "points.hard_to_redeem": ("积分难兑换", "Points hard to redeem"),
    "points.poor": ("积分或会员权益差", "Points or membership poor"),
    "coupon.cannot_use": ("券无法使用", "Coupon cannot be used"),
    "coupon.too_restricted": ("券门槛高、限制多", "Coupon too restricted"),
    "coupon.expires": ("券有效期短", "Coupon expires too soon"),
    "coupon.not_received": ("券未到账", "Coupon not received"),
    "coupon.poor": ("优惠券体验差", "Coupons poor"),
    "app.crashes": ("闪退、打不开", "App crashes or does not open"),
    "app.slow": ("卡顿、加载慢", "App slow"),
    "app.login_fails": ("登录或验证码失败", "Cannot log in"),
    "app.payment_fails": ("支付失败", "Payment fails"),
    "app.hard_to_use": ("不好用", "App hard to use"),
    "app.poor": ("应用体验差", "App poor"),
    "environment.dirty": ("不干净", "Dirty"),
    "environment.noisy": ("吵闹", "Noisy"),
    "environment.crowded": ("拥挤", "Crowded"),
    "environment.temperature": ("太热、太冷或闷", "Too hot, cold or stuffy"),
    "environment.smelly": ("有异味", "Bad smell"),
    "environment.smoking": ("有人吸烟", "Smoking"),
    "environment.dark": ("灯光昏暗", "Too dark"),
    "environment.poor": ("环境差", "Environment poor"),
    "food.bad_taste": ("不好吃", "Food not good"),
    "food.too_slow": ("上菜慢", "Food served slowly"),
    "food.few_choices": ("餐饮选择少", "Little choice of food"),
    "food.small_portions": ("分量少", "Small portions"),
    "food.unclean": ("食品不卫生、不新鲜", "Food unclean or not fresh"),
    "food.poor": ("餐饮体验差", "Food and drink poor"),
    "facilities.broken": ("设施损坏", "Facility broken"),
    "facilities.too_few": ("设施不足", "Too few facilities"),
    "facilities.dirty": ("卫生间或设施脏", "Toilets or facilities dirty"),
    "facilities.lift_slow": ("电梯难等", "Lifts slow"),
    "facilities.wifi": ("网络信号差", "Wi-Fi or signal bad"),
    "facilities.not_accessible": ("无障碍不便", "Hard to reach with wheelchair or pram"),
    "facilities.poor": ("设施差", "Facilities poor"),
    "signage.hard_to_find": ("难找", "Hard to find"),
    "signage.unclear": ("指示不清", "Signs unclear"),
    "goods.poor_quality": ("商品质量差", "Poor quality"),
    "goods.few_choices": ("品牌或款式少", "Little choice"),
    "event.poorly_organised": ("活动组织混乱", "Event poorly organised"),
    "event.misleading": ("宣传与实际不符", "Not as advertised"),
    "event.unfair": ("规则不清或不公平", "Rules unclear or unfair"),
    "event.full": ("名额抢不到", "No places left"),
    "event.poor": ("活动没意思", "Event poor"),
    "returns.refused": ("不给退换", "Return refused"),
    "returns.slow": ("退款慢", "Refund slow"),
    "returns.cumbersome": ("退换麻烦", "Return cumbersome"),
    "returns.poor": ("售后差", "After-sales poor"),
    "children.poor": ("亲子设施或服务不足", "Not good for children"),
    "hours.too_short": ("营业时间不便", "Opening hours inconvenient"),
    "notices.too_many": ("骚扰信息多", "Too many messages"),
    "notices.not_told": ("没有通知", "Not told"),
    "notices.privacy": ("隐私担忧", "Privacy worry"),
    "safety.hazard": ("安全隐患", "Hazard"),
    "delivery.late": ("配送慢、晚到", "Delivered late"),
    "delivery.damaged": ("送到时破损", "Arrived damaged"),
    "delivery.poor": ("配送差", "Delivery poor"),
}

LABELS: dict[str, tuple[str, str]] = ASPECTS | COMPLAINTS
"""Code to its name in Chinese and in English, aspects and complaints alike."""
