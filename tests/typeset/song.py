"""A font with Chinese signs, made from STIX: what they look like is no matter, only how wide they are and their codes.

In: the letters wanted. Out: a TrueType file, the same bytes each time.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

_WIDE = 1000  # of the 1,000 units of the em: as wide as high
_FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F)))
# what the typeset papers say
CHINESE = (
    "表续图模型验证集测试困惑度参数量与在上的比较结果基线门控循环网络本文方法宾州树库数据不同规模语言如所示我们用来衡量"
    "各个两种第一层亿万百给出了训练单词级准确率损失均为年提高记忆深对能影响研究中文本长短期其大小越低好和时间共享权重所有"
)
_SIGNS = "。、《》" + _FULL_WIDTH


@lru_cache(maxsize=1)
def font_file(stix: Path, letters: str) -> Path:
    """A font with the letters of the file `stix` and, as full squares, with `letters` and Chinese punctuation."""
    font = TTFont(stix, recalcTimestamp=False)
    glyphs, metrics = font["glyf"], font["hmtx"]
    model = font.getBestCmap()[ord("H")]
    order = font.getGlyphOrder()
    for letter in sorted(set(letters + _SIGNS)):
        name = f"u{ord(letter):04X}"
        if name in order:
            continue
        order.append(name)
        glyphs.glyphs[name] = glyphs[model]
        metrics.metrics[name] = (_WIDE, metrics.metrics[model][1])
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[ord(letter)] = name
    font.setGlyphOrder(order)
    path = Path(tempfile.mkdtemp()) / "song.ttf"
    font.save(path)
    return path
