"""Whole numbers as Chinese writes them, for names such as 第十二网格."""

ONES = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """The numeral, e.g. 12 -> 十二, 105 -> 一百零五. Raises ValueError outside 0..999, which no name needs."""
    if not 0 <= number <= 999:
        raise ValueError(f"no numeral for {number}")
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    if not rest:
        return f"{ONES[hundreds]}百"
    return f"{ONES[hundreds]}百" + (f"零{ONES[rest]}" if rest < 10 else ONES[rest // 10] + _ten(rest % 10))


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return ONES[ones]
    return ("" if tens == 1 else ONES[tens]) + _ten(ones)


def _ten(ones: int) -> str:
    return "十" + (ONES[ones] if ones else "")
