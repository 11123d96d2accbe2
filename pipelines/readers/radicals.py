"""Characters that PDF writers put for the ones they look like; Unicode's normal forms leave these radicals alone."""

from __future__ import annotations

RADICALS = dict(
    zip(
        "⺁⺅⺈⺉⺊⺌⺏⺐⺒⺓⺖⺗⺘⺙⺜⺝⺞⺟⺠⺡⺣⺤⺧⺨⺩⺫⺬⺭⺯⺰⺶⺷⺹⺺⺼⺾⻁⻂⻃⻄"
        "⻅⻆⻈⻉⻋⻌⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻫⻬⻭⻮⻯⻰⻲⻳",
        "厂亻刀刂卜小尢尢巳幺忄心扌攵日月歺母民氵灬爫牛犭王目示礻糹纟羊羊耂肀月艹虎衤覀西"
        "见角讠贝车辶阝钅長长长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄斉齐歯齿竜龙亀龟",
        strict=True,
    )
)
"""CJK Radicals Supplement to unified ideographs, after Unicode's EquivalentUnifiedIdeograph.txt."""
