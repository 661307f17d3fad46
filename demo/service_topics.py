"""What customers come with, and how it is answered; in China in Chinese."""

from typing import NamedTuple


class Topic(NamedTuple):
    """A matter that comes again and again.

    :param weight: how often, beside the others
    :param kind: type of request, product (a machine of the customer is chosen), cause
    :param minutes: least and most minutes of work
    :param squad: share of the requests for which colleagues are asked to help
    :param until: days before today at which it became rare
    """

    weight: float
    kind: str
    product: str
    cause: str
    result: str
    subject: str
    words: str
    answer: str
    minutes: tuple = (5, 20)
    squad: float = 0.0
    until: int = 0


GERMANY = (
    Topic(9, "order_status", "", "", "explained", "Where is our order?",
          "We expected the goods this week. Where are they?",
          "They left the warehouse; the carrier's number is in your portal.", (3, 10)),
    Topic(4, "order_status", "", "late", "solved", "Delivery is late",
          "The delivery was promised for Monday and is not here.",
          "It goes out today by express at our cost.", (8, 20)),
    Topic(5, "billing", "", "bill", "solved", "Bill does not match the order",
          "The discount we agreed on is missing on the bill.",
          "You get a corrected bill.", (6, 18)),
    Topic(4, "billing", "", "", "explained", "Copy of a bill", "Please send the bill again.",
          "Here it is; all bills are in your portal, too.", (2, 6)),
    Topic(6, "price", "", "", "explained", "Price of a pump",
          "What does the P200 cost for ten pieces?", "Here is our offer.", (8, 20)),
    Topic(3, "where_to_buy", "", "", "explained", "Dealer near us",
          "Who sells your pumps near Dresden?", "These two dealers are near you.", (2, 6)),
    Topic(4, "advice", "", "", "explained", "Which pump for hot water?",
          "We need a pump for water of 110 °C.", "The P200 with the seal for hot water.", (10, 30)),
    Topic(7, "spare_parts", "P200", "", "solved", "Spare parts for the P200",
          "Which seal kit fits our pump?", "Kit S01; it is on stock.", (5, 15)),
    Topic(8, "known_fault", "P200", "seal", "replaced", "Seal drips",
          "The seal of our pump drips after a few months.",
          "The seal is replaced on warranty.", (25, 70), 0.12),
    Topic(5, "usage", "P200", "setting", "explained", "Pump is loud",
          "The pump has been loud since the valve was changed.",
          "Open the suction side fully: it ran dry at the inlet.", (10, 25)),
    Topic(4, "breakdown", "P200", "dry", "replaced", "Pump has stopped",
          "The pump does not start and smells burnt.",
          "It ran dry; motor replaced, protection added.", (60, 160), 0.3),
    Topic(17, "known_fault", "P300", "filter", "explained", "Pump brings no water",
          "Our submersible pump hums and brings hardly any water.",
          "Take the filter out and rinse it; do so every month.", (8, 20), 0, 150),
    Topic(3, "usage", "P300", "setting", "explained", "Float switch",
          "How do I set the float switch?", "Shorten the cable to 20 cm.", (4, 12)),
    Topic(3.4, "known_fault", "K50", "control", "replaced", "Compressor shows E14",
          "The display shows E14 and the compressor stops.",
          "Control unit replaced.", (40, 110), 0.25),
    Topic(2, "usage", "K50", "", "explained", "Oil change",
          "Which oil, and how much?", "Nine liters of VDL 46.", (4, 10)),
    Topic(2, "known_fault", "K90", "wear", "solved", "Pressure drops",
          "The pressure drops under full load.", "Inlet valve cleaned.", (30, 90), 0.3),
    Topic(3, "delivery_problem", "", "packing", "solved", "Damaged in transport",
          "The box was open and one housing is broken.", "A new one is on its way.", (15, 40), 0.2),
    Topic(2, "suggestion", "", "", "explained", "App for the settings",
          "An app that explains the settings would be nice.", "Passed on to our designers.",
          (4, 8)),
)  # fmt: skip
CHINA = (
    Topic(8, "order_status", "", "", "explained", "订单到哪里了？", "请问我们的订单发货了吗？",
          "已经发货，物流单号在门户里。", (3, 10)),
    Topic(4, "billing", "", "bill", "solved", "发票金额不对", "发票上没有约定的折扣。",
          "我们重新开票。", (6, 18)),
    Topic(5, "price", "", "", "explained", "P200 报价", "请报 P200 十台的价格。", "报价已发送。",
          (8, 20)),
    Topic(5, "spare_parts", "P200", "", "solved", "P200 备件", "机械密封用哪一种？",
          "S01 密封组件，有库存。", (5, 15)),
    Topic(8, "known_fault", "P200", "seal", "replaced", "密封漏水", "水泵用了几个月就漏水。",
          "保修期内免费更换密封。", (25, 70), 0.12),
    Topic(4, "usage", "P200", "setting", "explained", "水泵噪音大", "换阀门以后噪音很大。",
          "请把进水阀完全打开。", (10, 25)),
    Topic(4, "breakdown", "P200", "dry", "replaced", "水泵停机", "水泵不能启动，有烧焦味。",
          "干转造成，已更换电机并加装保护。", (60, 160), 0.3),
    Topic(4, "known_fault", "K50", "control", "replaced", "压缩机显示 E14", "显示 E14 后停机。",
          "已更换控制器。", (40, 110), 0.25),
    Topic(3, "known_fault", "K90", "wear", "solved", "压力下降", "满负荷时压力下降。",
          "已清洁进气阀。", (30, 90), 0.3),
    Topic(2, "usage", "K90", "", "explained", "洁净室噪音数据", "请提供实测噪音值。",
          "测量报告已发送。", (6, 15)),
    Topic(2, "suggestion", "", "", "explained", "希望有手机说明书", "希望有手机版说明书。",
          "已转给设计部门。", (4, 8)),
)  # fmt: skip
TOPICS = {"de": GERMANY, "cn": CHINA}
#: What they say when asked how it was: by place and how content they are.
WORDS = {
    "de": {
        "good": ("Fast and friendly.", "Helpful as always.", "Solved on the phone, thank you!"),
        "fair": ("Solved, but it took long.", "I had to explain it twice."),
        "bad": ("I waited for days and nobody called.", "The third defect in a year.",
                "Too expensive for what was done."),
    },
    "cn": {
        "good": ("服务很好，态度友好。", "很快解决了。"),
        "fair": ("解决了，但是有点慢。",),
        "bad": ("等了三天才有人来。", "质量不好，又坏了。"),
    },
}  # fmt: skip
EXPERIENCE = {
    "won": "Called him, apologized, and sent our technician the next day; he stays with us.",
    "lost": "He has bought elsewhere meanwhile.",
}
