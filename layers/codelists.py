"""The code lists of the layers: each value with its titles, and the other words that files have for it.

Said once: models take their choices from here, declarations their legends and catalogue entries, the importer
its translations. Values are ours; the lists follow the practice that docs/layers.md names, a standard where
there is one.
"""

from dataclasses import dataclass

from layers.styling import Title


@dataclass(frozen=True)
class Code:
    """One value. `also`: words that mean it in other people's files, lower case."""

    value: str
    title: Title
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeList:
    """The values a field may have, in the order in which they are shown."""

    codes: tuple[Code, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For a model's field."""
        return [(code.value, code.title.en) for code in self.codes]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(code.value for code in self.codes)

    def title(self, value: str) -> Title:
        """Raises KeyError for a value that is none."""
        return next(code.title for code in self.codes if code.value == value)

    def value_of(self, word: str) -> str | None:
        """The value that a file's word means: itself, a title, or another word for it; None if it is none."""
        wanted = word.strip().lower()
        for code in self.codes:
            if wanted in (code.value.lower(), code.title.zh, code.title.en.lower(), *code.also):
                return code.value
        return None


def codes(*rows: tuple[str, str, str, str] | tuple[str, str, str]) -> CodeList:
    """From (value, zh, en) or (value, zh, en, 'other words, apart by commas')."""
    return CodeList(tuple(Code(row[0], Title(row[1], row[2]), _words(row[3:])) for row in rows))


def _words(rest: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in ",".join(rest).split(",") if word.strip())


# ---- buildings and housing ----------------------------------------------------------------------------------

BUILDING_USE = codes(
    ("residential", "住宅", "Residential"),
    ("mixed", "商住", "Residential and shops", "商住楼"),
    ("bungalow", "平房", "Single-storey housing", "自建房"),
    ("commercial", "商业", "Commercial"),
    ("office", "办公", "Offices"),
    ("public", "公共建筑", "Public"),
    ("school", "学校", "School"),
    ("hospital", "医院", "Hospital"),
    ("industrial", "工业", "Industrial"),
    ("other", "其他", "Other"),
)
BUILDING_STRUCTURE = codes(
    ("steel_concrete", "钢筋混凝土", "Reinforced concrete", "钢混, 框架, 剪力墙"),
    ("brick_concrete", "砖混", "Brick and concrete", "混合, 砖混结构"),
    ("brick_wood", "砖木", "Brick and wood", "砖木结构"),
    ("steel", "钢结构", "Steel"),
    ("other", "其他", "Other"),
)
# Grades of JGJ 125 (appraisal of dangerous buildings): A sound ... D dangerous as a whole.
DANGER_LEVEL = codes(
    ("A", "A级 安全", "A: sound", "a级"),
    ("B", "B级 基本安全", "B: sound but for parts", "b级"),
    ("C", "C级 局部危险", "C: dangerous in part", "c级"),
    ("D", "D级 整幢危险", "D: dangerous as a whole", "d级"),
)
DENSITY = codes(
    ("none", "无常住人口", "Nobody"),
    ("sparse", "低于 2000 人/平方公里", "Below 2,000 per km2"),
    ("medium", "2000–10000 人/平方公里", "2,000-10,000 per km2"),
    ("dense", "10000–30000 人/平方公里", "10,000-30,000 per km2"),
    ("very_dense", "30000 人/平方公里以上", "30,000 per km2 and more"),
)

# ---- enterprises --------------------------------------------------------------------------------------------

ENTERPRISE_KIND = codes(
    ("enterprise", "企业", "Enterprise", "公司, 有限责任公司, office, company, industrial"),
    ("individual", "个体工商户", "Sole trader", "个体, 个体户, shop"),
    ("small_place", "九小场所", "Small public place", "小餐饮, 小旅馆, 小网吧"),
    ("social", "社会组织", "Social organisation", "社会团体, 民办非企业"),
    ("institution", "机关事业单位", "Public institution", "机关, 事业单位"),
)
ENTERPRISE_STATE = codes(
    ("active", "存续", "Active", "在业, 开业, 存续(在营、开业、在册)"),
    ("suspended", "停业", "Suspended", "歇业, 吊销"),
    ("closed", "注销", "Closed", "已注销"),
)
SAFETY_CLASS = codes(
    ("general", "一般", "General"),
    ("chemical", "危险化学品", "Hazardous chemicals", "危化, 危化品"),
    ("dust", "粉尘涉爆", "Explosive dust", "粉尘"),
    ("ammonia", "涉氨制冷", "Ammonia refrigeration"),
    ("crowded", "人员密集", "Crowded"),
)
# Sections of GB/T 4754-2017.
INDUSTRY = codes(
    ("A", "农、林、牧、渔业", "Agriculture, forestry, husbandry, fishery"),
    ("B", "采矿业", "Mining"),
    ("C", "制造业", "Manufacturing"),
    ("D", "电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water"),
    ("E", "建筑业", "Construction"),
    ("F", "批发和零售业", "Wholesale and retail", "批发零售, 零售"),
    ("G", "交通运输、仓储和邮政业", "Transport, storage and post"),
    ("H", "住宿和餐饮业", "Hotels and catering", "餐饮"),
    ("I", "信息传输、软件和信息技术服务业", "Information and software"),
    ("J", "金融业", "Finance"),
    ("K", "房地产业", "Real estate"),
    ("L", "租赁和商务服务业", "Leasing and business services"),
    ("M", "科学研究和技术服务业", "Research and technical services"),
    ("N", "水利、环境和公共设施管理业", "Water, environment and public facilities"),
    ("O", "居民服务、修理和其他服务业", "Services to households, repair"),
    ("P", "教育", "Education"),
    ("Q", "卫生和社会工作", "Health and social work"),
    ("R", "文化、体育和娱乐业", "Culture, sports and entertainment"),
    ("S", "公共管理、社会保障和社会组织", "Public administration, social organisations"),
    ("T", "国际组织", "International organisations"),
)

# ---- public places ------------------------------------------------------------------------------------------

PUBLIC_KIND = codes(
    ("government", "党政机关", "Government", "政府, 机关, townhall, civic, public_building, government"),
    ("police", "公安派出所", "Police", "派出所, 警务站, police"),
    (
        "culture",
        "文化场馆",
        "Culture",
        "图书馆, 博物馆, library, museum, arts_centre, theatre, community_centre, gallery",
    ),
    ("sports", "体育场馆", "Sports", "体育馆, stadium, sports_centre"),
    ("transport", "交通枢纽", "Transport hub", "车站, bus_station, station, ferry_terminal"),
    ("mall", "商场市场", "Malls and markets", "商超, 商场, mall, supermarket, marketplace, department_store"),
    ("hotel", "宾馆酒店", "Hotels", "酒店, hotel, hostel, guest_house, motel"),
    (
        "cinema",
        "影院娱乐",
        "Cinemas and entertainment",
        "影院, 网吧, cinema, nightclub, internet_cafe, karaoke_box",
    ),
    ("elderly_care", "养老机构", "Homes for the elderly", "养老, 养老院, social_facility, nursing_home"),
    ("religious", "宗教场所", "Places of worship", "宗教, place_of_worship"),
    ("scenic", "景区", "Scenic spots", "景点, attraction, viewpoint, zoo, theme_park"),
    ("other", "其他", "Other", "post_office, administrative, museum"),
)
RISK_LEVEL = codes(
    ("1", "重大风险", "Major", "红, 一级"),
    ("2", "较大风险", "Considerable", "橙, 二级"),
    ("3", "一般风险", "Moderate", "黄, 三级"),
    ("4", "低风险", "Low", "蓝, 四级"),
)
HOSPITAL_LEVEL = codes(
    ("3A", "三级甲等", "Tertiary, grade A", "三甲"),
    ("3B", "三级乙等", "Tertiary, grade B", "三乙, 三级"),
    ("2A", "二级甲等", "Secondary, grade A", "二甲, 二级"),
    ("2B", "二级乙等", "Secondary, grade B", "二乙"),
    ("1", "一级", "Primary"),
    ("none", "未定级", "Not graded", "未评级, 无"),
)
HOSPITAL_KIND = codes(
    ("general", "综合医院", "General hospital", "医院, hospital"),
    ("tcm", "中医院", "Chinese medicine", "中医"),
    ("maternal", "妇幼保健院", "Women and children", "妇幼"),
    ("specialist", "专科医院", "Specialist", "专科, dentist, 口腔"),
    ("community", "社区卫生服务中心", "Community health centre", "卫生服务中心, 卫生院, 社区卫生服务站"),
    ("clinic", "诊所", "Clinic", "门诊, 卫生室, clinic, doctors"),
)
SCHOOL_STAGE = codes(
    ("kindergarten", "幼儿园", "Kindergarten", "幼, 托儿所"),
    ("primary", "小学", "Primary school", "小"),
    ("junior", "初中", "Junior middle school", "初, 初级中学"),
    ("senior", "高中", "Senior middle school", "高, 高级中学"),
    ("middle", "完全中学", "Middle school", "中学, school"),
    ("vocational", "职业学校", "Vocational school", "职高, 中专, 技校, training"),
    ("university", "高等院校", "University", "高校, 大学, 学院, university, college"),
)

# ---- emergency ----------------------------------------------------------------------------------------------

EMERGENCY_KIND = codes(
    ("shelter", "应急避难场所", "Shelter", "避难场所, 避难所, assembly_point"),
    ("hydrant", "消火栓", "Fire hydrant", "消防栓, fire_hydrant"),
    ("aed", "自动体外除颤器", "Defibrillator (AED)", "aed, 除颤器, defibrillator"),
    ("team", "应急队伍", "Emergency team", "救援队, 队伍"),
    ("fire_station", "消防站", "Fire station", "消防队, 微型消防站, fire_station"),
)
RESOURCE_STATE = codes(
    ("available", "可用", "Available", "正常, 完好"),
    ("occupied", "占用", "In use", "使用中"),
    ("damaged", "损坏", "Damaged", "故障"),
    ("expired", "过期", "Expired", "失效"),
)

# ---- cameras, staff, sensors --------------------------------------------------------------------------------

CAMERA_KIND = codes(
    ("bullet", "枪机", "Bullet", "固定, 固定枪机"),
    ("dome", "球机", "Dome (pan, tilt, zoom)", "球型, 高速球"),
    ("checkpoint", "卡口", "Vehicle checkpoint", "卡口相机"),
    ("panoramic", "全景", "Panoramic", "鹰眼, 高空瞭望"),
)
CAMERA_STATE = codes(
    ("online", "在线", "Online", "正常"),
    ("offline", "离线", "Offline"),
    ("fault", "故障", "Fault", "异常"),
    ("maintenance", "维护", "Maintenance", "检修"),
)
STAFF_POST = codes(
    ("grid_lead", "网格长", "Grid lead"),
    ("guide", "网格指导员", "Guide", "指导员"),
    ("full_time", "专职网格员", "Full-time grid worker", "专职"),
    ("part_time", "兼职网格员", "Part-time grid worker", "兼职"),
    ("volunteer", "志愿者", "Volunteer", "社会志愿者"),
)
SENSOR_KIND = codes(
    ("air", "空气质量", "Air quality (PM2.5)", "pm2.5, pm25"),
    ("smoke", "烟感", "Smoke", "烟雾"),
    ("water_level", "水位", "Water level", "积水"),
    ("noise", "噪声", "Noise", "噪音"),
    ("temperature", "温度", "Temperature", "气温"),
    ("manhole", "井盖", "Manhole cover"),
)
ALARM_LEVEL = codes(
    ("normal", "正常", "Normal", "0"),
    ("notice", "关注", "Notice", "1"),
    ("warning", "预警", "Warning", "2"),
    ("alarm", "报警", "Alarm", "3"),
)
