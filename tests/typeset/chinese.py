"""Typeset papers in Chinese.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Table

_TEXT = "我们研究网络的深度对记忆的影响。所有模型共享权重，训练方法均为一种。"
VALUES = (("基线网络", 24e6, 91.3, 87.5), ("门控循环网络", 24e6, 84.6, 81.2), ("本文方法", 21e6, 79.9, 76.8))


def _paper(sheet: Sheet, caption: str, rows: Rows, align: str, **table: object) -> None:
    sheet.put(sheet.left, sheet.y + 14, "深度记忆语言模型", 14)
    sheet.skip(30)
    for _ in range(2):
        sheet.paragraph(_TEXT * 4 + "如表1所示，其困惑度越低越好。")
    sheet.caption(caption)
    sheet.table(Table(rows, align, **table))  # type: ignore[arg-type]
    sheet.paragraph(_TEXT * 4)


def _expected(benchmark: str, *, counted: bool = True) -> list[Expected]:
    return [
        ppl(value, benchmark, split, "", n if counted else None, own=None)
        for _, n, *both in VALUES
        for split, value in zip(("valid", "test"), both, strict=True)
    ]


@case(font="song")
def a_chinese_table(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["模型", "参数量", "验证集", "测试集"],
        *([m, f"{n / 1e6:.0f}M", str(v), str(t)] for m, n, v, t in VALUES),
    ]
    _paper(sheet, "表1 不同模型在PTB数据集上的困惑度", rows, "lccc")
    return _expected("ptb")


@case(font="song")
def a_chinese_table_with_full_width_digits(sheet: Sheet) -> list[Expected]:
    def wide(text: str) -> str:
        return "".join(chr(ord(c) + 0xFEE0) for c in text)

    rows: Rows = [["模型", "验证集困惑度", "测试集困惑度"], *([m, wide(str(v)), wide(str(t))] for m, _, v, t in VALUES)]
    _paper(sheet, "表 １：两种规模的模型在ＷｉｋｉＴｅｘｔ－２上的结果", rows, "lcc", rules="grid")
    return _expected("wt2", counted=False)


@case(font="song")
def a_chinese_table_with_counts_in_ten_thousands(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["模型", "参数量（万）", "准确率（%）", "验证困惑度", "测试困惑度"],
        *([m, f"{n / 1e4:.0f}", "71.5", str(v), str(t)] for m, n, v, t in VALUES),
    ]
    _paper(sheet, "表1. 宾州树库上各模型的比较", rows, "lcccc", rules="lines")
    return _expected("ptb")


@case(columns=2, font="song")
def a_chinese_table_in_a_column(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["模型", "参数量", "PTB"], *([m, f"{n / 1e8:.2f}亿", str(t)] for m, n, _, t in VALUES)]
    _paper(sheet, "表2 测试集困惑度", rows, "lcc")
    sheet.next_column()
    for _ in range(4):
        sheet.paragraph(_TEXT * 4)
    return [ppl(t, "ptb", "test", "", n) for _, n, _, t in VALUES]
