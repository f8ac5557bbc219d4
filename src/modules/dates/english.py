"""What English callers call days and times."""

from modules.dates.tokens import Entry, Vocabulary, entries, units

_PHRASES: dict[str, Entry] = dict(
    (
        *entries("rel", "today|later today=0, tomorrow=1, the day after tomorrow|day after tomorrow=2, yesterday=-1"),
        *entries("rel", "the day before yesterday|day before yesterday=-2"),
        *entries("weekday", "monday=0, tuesday=1, wednesday=2, thursday=3, friday=4, saturday=5, sunday=6"),
        *entries(
            "month",
            "january|jan=1, february|feb=2, march|mar=3, april|apr=4, may=5, june|jun=6, july|jul=7, august|aug=8,"
            "september|sep|sept=9, october|oct=10, november|nov=11, december|dec=12",
        ),
        *entries(
            "part",
            "morning|in the morning=morning, afternoon|in the afternoon=afternoon, evening|in the evening=evening,"
            "late morning=late_morning, early afternoon=early_afternoon, late afternoon|the end of the day=late_afternoon,"
            "end of the day=late_afternoon, early evening=early_evening, early morning|first thing=early_morning,"
            "mid morning=mid_morning, lunchtime|over lunch|lunch=lunch, after lunch=after_lunch,"
            "before lunch=before_lunch",
        ),
        *entries("tonight", "tonight=1"),
        *entries("vague", "later|as soon as possible|the sooner the better|whenever|any time=when"),
        *entries("now", "now|right now|straight away|immediately=1"),
        *entries("named_time", "noon|midday=720, midnight=1440"),
        *entries("oclock", "o clock=1"),
        *entries("meridiem", "am=0, pm=12"),
        *entries("unit", "minute|minutes=minute, hour|hours=hour, day|days=day, month|months=month, year|years=year"),
        *entries("week", "week|weeks|week s=1"),
        *entries("fortnight", "fortnight=1"),
        *entries("weekend", "weekend=1"),
        *entries("this_month", "this month=1"),
        *entries("next", "next=1"),
        *entries("coming", "coming|this coming=1"),
        *entries("after_next", "after next=1"),
        *entries("last", "last=1"),
        *entries("this", "this|later this=1"),
        *entries("in", "in=1"),
        *entries("ago", "ago=1"),
        *entries("from_now", "from now|time|s time=1"),
        *entries("within", "by|within=1"),
        *entries("early", "early|at the beginning|the beginning|beginning|start|the start=1"),
        *entries("middle", "mid|middle|the middle=1"),
        *entries("late", "late|the end|end|towards the end=1"),
        *entries("of", "of=1"),
        *entries("the", "the=1"),
        *entries("on", "on|onwards|onward=1"),
        *entries("any", "any=1"),
        *entries("between", "between=1"),
        *entries("and", "and=1"),
        *entries("from", "from=1"),
        *entries("after", "after|any time after=1"),
        *entries("before", "before=1"),
        *entries("to", "to|until|till=1"),
        *entries("at", "at=1"),
        *entries("about", "around|about|at around|at about|roughly=1"),
        *entries("ish", "ish=1"),
        *entries("past", "past=1"),
        *entries("half", "half|half a|half an=1"),
        *entries("quarter", "quarter|a quarter=1"),
        *entries("a", "a|an=1"),
        *entries("couple", "a couple of=2"),
        *entries("quarter_hour", "quarter of an hour|a quarter of an hour=15, half an hour=30"),
        *entries("oh", "oh|o=1"),
        *entries("or", "or|either=1"),
        *entries("not", "not=1"),
        *entries("than", "than=1"),
        *entries("sometime", "sometime|some time=1"),
        *entries(
            "holiday",
            "christmas|christmas day=1225, christmas eve=1224, new year s day=101, new year s eve=1231",
        ),
        *entries("filler", "uh|um|so|please|well|maybe|if possible|preferably|rather|ok|okay|yes|thanks=1"),
        *entries("lasting", "takes|lasts|lasting=1"),
    )
)
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
)

VOCABULARY = Vocabulary(
    phrases=_PHRASES,
    units=units(f"zero one two three four five six seven eight nine {_TEENS}"),
    tens={"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    ordinals={word: value for value, word in enumerate(_ORDINALS.split(" "), 1)} | {"thirtieth": 30},
    joins=frozenset(),
    thousand="thousand",
)
