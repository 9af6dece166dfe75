"""Grid staff, cameras and sensors."""

from layers.codelists import ALARM_LEVEL, CAMERA_KIND, CAMERA_STATE, SENSOR_KIND, STAFF_POST
from layers.marks import AREA, NAME, PHONE, SOURCE_ID, circles, names
from layers.registry import Field, Layer
from layers.styling import Title

STAFF = Layer(
    key="staff",
    title=Title("网格员", "Grid staff"),
    model="layers.GridStaff",
    geometry_type="point",
    fields=(
        NAME,
        Field("post", Title("岗位", "Post"), tile_zoom=0, codes=STAFF_POST),
        PHONE,
        Field("employer", Title("所属单位", "Employer")),
        Field("since", Title("到岗日期", "Since"), "date"),
        Field("grid_code", Title("网格编码", "Grid code"), tile_zoom=13),
        SOURCE_ID,
    ),
    zooms=(12, 16),
    style=circles(
        "post",
        STAFF_POST,
        {
            "grid_lead": "mark_red",
            "guide": "mark_blue",
            "full_time": "mark_orange",
            "part_time": "mark_yellow",
            "volunteer": "mark_green",
        },
    ),
    label=names(from_zoom=15),
    order=240,
    group=Title("网格力量", "Grid staff"),
    permission="view_staff",
    search_fields=("name", "phone"),
    shown=False,
    on_raster=False,
)

CAMERAS = Layer(
    key="cameras",
    title=Title("视频监控", "Cameras"),
    model="layers.Camera",
    geometry_type="point",
    fields=(
        NAME,
        Field("gb_code", Title("国标编码", "GB/T 28181 code"), tile_zoom=16),
        Field("kind", Title("类型", "Kind"), tile_zoom=14, codes=CAMERA_KIND),
        Field("state", Title("状态", "State"), tile_zoom=0, codes=CAMERA_STATE),
        Field("owner", Title("建设单位", "Owner")),
        Field("azimuth", Title("方位角（度）", "Azimuth (degrees)"), "integer", tile_zoom=14),
        Field("view_angle", Title("视场角（度）", "Angle of view (degrees)"), "integer", tile_zoom=14),
        Field("height", Title("架设高度（米）", "Height (m)"), "number"),
        AREA,
        SOURCE_ID,
    ),
    zooms=(13, 16),
    style=circles(
        "state",
        CAMERA_STATE,
        {
            "online": "mark_sky",
            "offline": "mark_grey",
            "fault": "mark_red",
            "maintenance": "mark_yellow",
        },
        4,
    ),
    order=245,
    group=Title("视频与感知", "Cameras and sensors"),
    permission="view_cameras",
    search_fields=("name", "gb_code"),
    shown=False,
    on_raster=False,
)

SENSORS = Layer(
    key="sensors",
    title=Title("物联感知", "Sensors"),
    model="layers.Sensor",
    geometry_type="point",
    fields=(
        NAME,
        Field("device_code", Title("设备编码", "Device code"), tile_zoom=16),
        Field("kind", Title("类型", "Kind"), tile_zoom=0, codes=SENSOR_KIND),
        Field("value", Title("最新读数", "Latest reading"), "number", tile_zoom=12),
        Field("unit", Title("单位", "Unit"), tile_zoom=12),
        Field("measured_at", Title("测量时间", "Measured at"), "moment", tile_zoom=12),
        Field("alarm_level", Title("告警级别", "Alarm level"), tile_zoom=0, codes=ALARM_LEVEL),
        AREA,
        SOURCE_ID,
    ),
    zooms=(11, 16),
    style=circles(
        "alarm_level",
        ALARM_LEVEL,
        {"normal": "mark_green", "notice": "mark_sky", "warning": "mark_orange", "alarm": "mark_red"},
    ),
    label=names("value", 14),
    order=250,
    group=Title("视频与感知", "Cameras and sensors"),
    search_fields=("name", "device_code"),
    shown=False,
    permission=None,
)

LAYERS = (STAFF, CAMERAS, SENSORS)
