"""Chinese names for what the sample invents: streets, compounds, schools, companies."""

import numpy as np


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in order: name lists read better so."""
    return tuple(text.split())


FIRST = words("""
金明 龙亭 汴京 宋城 开元 翰林 集英 晋安 文昌 清明 大梁 夷山 铁塔 繁塔 州桥 相国 包府
天波 杏花 黄河 汉兴 西湖 东京 魏都 郑开 祥和 康平 宏达 嘉泰 航天 阳光 碧水 锦绣 御龙
盛世 万胜 丽景 五福 明珠 复兴 安顺 永顺 广济 仁和 元德
""")
LAST = (
    "东",
    "西",
    "南",
    "北",
    "中",
    "新",
    "明",
    "华",
    "兴",
    "安",
    "和",
    "康",
    "源",
    "平",
    "昌",
    "宁",
    "泰",
    "祥",
)
HUTONG = words("""
双龙 游梁祠 刘家 乐观 理事厅 徐府 书店 馆驿 惠济桥 穆家桥 草市 油坊 炒米 前炒 磨盘
财政厅 省府 博雅 后保定 前保定 吹古台 西棚板 裴场公 行宫角 无梁庙 慈善 大纸坊 小纸坊
豆芽 胭脂河 三胜 四府坑 家庙 文庙 火神庙 眼光庙 鹁鸽市 羊尾巴 马道 第四巷 延庆 会馆
铁匠
""")
COMPOUND = words("""
花园 家园 新城 苑 公馆 华府 雅居 名邸 小区 嘉园 御园 国际城 半岛 湾 佳苑 府
""")
OLD_COMPOUND = words("""
家属院 小区 新村 里 一区 二区 宿舍
""")
COMPANY = words("""
机械厂 化肥厂 仪表厂 食品有限公司 纺织厂 汽车配件厂 物流仓储 空分设备厂 医药公司 家具产业园
""")
KIND_NAMES = {
    "school": ("小学", "中学", "实验小学", "高级中学", "幼儿园", "外国语学校", "第二中学"),
    "hospital": ("人民医院", "中医院", "社区卫生服务中心", "妇幼保健院"),
    "commercial": ("广场", "购物中心", "商贸城", "百货", "建材市场", "万象城"),
    "office": ("大厦", "商务中心", "金融中心", "科技大厦"),
    "public": ("文化中心", "体育馆", "图书馆", "政务服务中心", "博物馆", "派出所"),
    "park": ("公园", "游园", "广场公园", "湿地公园"),
    "industrial": COMPANY,
}


def street_name(road_class: str, rng: np.random.Generator) -> str:
    """A name as such a street would have; field tracks have none."""
    if road_class == "lane":
        return str(rng.choice(HUTONG)) + str(rng.choice(("街", "胡同", "巷", "街南巷", "后街")))
    if road_class == "arterial":
        return str(rng.choice(FIRST)) + str(rng.choice(("大道", "大街", "路")))
    if road_class in ("secondary", "local"):
        return str(rng.choice(FIRST)) + str(rng.choice(("", *LAST))) + str(rng.choice(("路", "街")))
    return ""


def place_name(use: str, old: bool, rng: np.random.Generator) -> str:
    """The name of a compound, company or institution that fills a block."""
    first = str(rng.choice(FIRST))
    if use in KIND_NAMES:
        return first + str(rng.choice(KIND_NAMES[use]))
    return first + str(rng.choice(OLD_COMPOUND if old else COMPOUND))
