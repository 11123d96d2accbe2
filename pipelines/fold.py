"""Folding of text: white space as printed matter has it, and labels as they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
_SPACE = re.compile(r"\s+")
_CJK_GAP = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff0f])\s*\n\s*(?=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff0f])"
)
_NUMBERING = re.compile(
    r"^(?:[(\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)\].、,:]|[(\[](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)\]])"
)
_CIRCLED = re.compile(r"^\s*[\u2460-\u2473\u2776-\u277f]")
_PUNCTUATION = re.compile(r"[\W_]+")
# Copies of portals print traditional characters; these are the ones that labels, rules and names of divisions look for,
# by the single readings of the OpenCC dictionary (Apache 2.0).
TRADITIONAL = str.maketrans(
    "丟亞佈來侖侷係俬倉個們倫偉備傢傳僑僕儀億儲兒兗內兩冊凱別刪則剛劍動務勝勞勸勻匯區協卽厤參叢吳呂員問啓啟單嚮囌"
    "國圍園圖團垻埰執堯報場塗墊墰墻墾壇壓壘壜壩壯壺壽夢夾娛婁孫學宮寀實寧審寫寬寶將專尋對導屢屬岡峯島峽崍崑崗嵐嶗"
    "嶧嶺嶼嶽巒巖師帳帶幣幫幹幾庫廂廈廕廠廢廣廳張強彆彌彔彙彥彿後徑從復恆愛慄慶慼憑應懞懷戶捲掃採揚換撫擊據攔敗敘"
    "數於旂昇時晉暉暫曆曏書會朮東枴柺査條棊棗棲楊業極榦榮構樂樅樑樓標樹樺橋機橫檔檢檯欄權欒欽歷歸殻殼決沒沖況涇涼"
    "淥淩淶減渦測渾湞湯準溝溫溮滄滎滙滿漢漣漵潁潛潤潯澗澠澤澱濛濟濰濱瀏瀘瀾灘灣灤為烏無煙煩熱燈營爐爲爾牆牽猶獄獅"
    "獨獲獻現琿瑤瑪環瓊甌甕產産甦甯畢當疇疊療發監盤盧眞眾矇硯碩碭確碼礄礦祕祿禪禮稅稜種稱穀積穩穫窪競箇節範簡糧糰"
    "糾約紅納級紮細紹終組結絕絡統絳絶綏經綜綠綫維網綿緑編緻縉縣總績織繫繳繼續纍罈罎罰羅羣義習聖聞聯聲聶職肅脩脫膠"
    "臘臥臨臺與興舉舊舘荊莊華菴菸萊萬葉蒼蓋蓮蔘蔭蕪蕭薊薌薑薩藍藴藺蘄蘆蘇蘊蘭蘿處號衆術衕衚衛衝裏補裡製複覆覈見規"
    "視覺覽觀訂計訊訓記訟訥訪設許訴註証詔詢試該詳誌認誤說説誼調談請論諸諾謀謙謝謨證識譙譜議護讀讓讚豐貝貞負財貢責"
    "貴費貿賀資賈賓賚賢賬賭購賽贊贏贛趙踰車軍較載輝輪輯輸輿轄轉辦農迴這連週進遊運過達違遙遜遠遷遼邁邊郟郵鄆鄉鄒鄖"
    "鄧鄭鄰鄲鄴醫鈡鉛銀銅銜銷鋒鋪鋼錄錢錦錫錯録錶鎣鎭鎮鏈鏡鐘鐵鑲長門閉開間閔閘閣閤閩閬閱閲閶閻關陘陝陞陰陳陸陽隊"
    "際隨隱隴隻雙雜雞離雲電霑靈靜鞏韆韓響頁頂項順預頗領頭題額類風颱館饒馬駁駐騰驊驗驛驟體髮鬆鬍鬥鬱魚魯鮁鮮鯉鳩鳳"
    "鳴鴨鶴鷄鷹鹹鹼鹽麗麥麫麯黃點黨齊齣龍",
    "丢亚布来仑局系私仓个们伦伟备家传侨仆仪亿储儿兖内两册凯别删则刚剑动务胜劳劝匀汇区协即历参丛吴吕员问启启单向苏"
    "国围园图团坝采执尧报场涂垫坛墙垦坛压垒坛坝壮壶寿梦夹娱娄孙学宫采实宁审写宽宝将专寻对导屡属冈峰岛峡崃昆岗岚崂"
    "峄岭屿岳峦岩师帐带币帮干几库厢厦荫厂废广厅张强别弥录汇彦佛后径从复恒爱栗庆戚凭应蒙怀户卷扫采扬换抚击据拦败叙"
    "数于旗升时晋晖暂历向书会术东拐拐查条棋枣栖杨业极干荣构乐枞梁楼标树桦桥机横档检台栏权栾钦历归壳壳决没冲况泾凉"
    "渌凌涞减涡测浑浈汤准沟温浉沧荥汇满汉涟溆颍潜润浔涧渑泽淀蒙济潍滨浏泸澜滩湾滦为乌无烟烦热灯营炉为尔墙牵犹狱狮"
    "独获献现珲瑶玛环琼瓯瓮产产苏宁毕当畴叠疗发监盘卢真众蒙砚硕砀确码硚矿秘禄禅礼税棱种称谷积稳获洼竞个节范简粮团"
    "纠约红纳级扎细绍终组结绝络统绛绝绥经综绿线维网绵绿编致缙县总绩织系缴继续累坛坛罚罗群义习圣闻联声聂职肃修脱胶"
    "腊卧临台与兴举旧馆荆庄华庵烟莱万叶苍盖莲参荫芜萧蓟芗姜萨蓝蕴蔺蕲芦苏蕴兰萝处号众术同胡卫冲里补里制复复核见规"
    "视觉览观订计讯训记讼讷访设许诉注证诏询试该详志认误说说谊调谈请论诸诺谋谦谢谟证识谯谱议护读让赞丰贝贞负财贡责"
    "贵费贸贺资贾宾赉贤账赌购赛赞赢赣赵逾车军较载辉轮辑输舆辖转办农回这连周进游运过达违遥逊远迁辽迈边郏邮郓乡邹郧"
    "邓郑邻郸邺医钟铅银铜衔销锋铺钢录钱锦锡错录表蓥镇镇链镜钟铁镶长门闭开间闵闸阁合闽阆阅阅阊阎关陉陕升阴陈陆阳队"
    "际随隐陇只双杂鸡离云电沾灵静巩千韩响页顶项顺预颇领头题额类风台馆饶马驳驻腾骅验驿骤体发松胡斗郁鱼鲁鲅鲜鲤鸠凤"
    "鸣鸭鹤鸡鹰咸碱盐丽麦面曲黄点党齐出龙",
)


_CACHED = 80
"""Labels and figures come again on every page; prose does not and is not kept."""


def visible(text: str) -> str:
    """The text without characters that print nothing (zero-width, direction marks)."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    """One line: invisible characters dropped, a line break between two Chinese characters dropped, every other run of
    white space (no-break and ideographic included) made one space, none at the ends."""
    return _squeezed(text) if len(text) <= _CACHED else _squeeze(text)


def _squeeze(text: str) -> str:
    text = visible(text)
    if "\n" in text:
        text = _CJK_GAP.sub("", text.strip())
    return " ".join(text.split())


_squeezed = lru_cache(maxsize=16_384)(_squeeze)


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """A label as it is compared: NFKC, no white space, no punctuation, no numbering in front, simplified characters.

    Numbering is `1.`, `1、`, `①`, `(一)`, `一、`, `㈠` and the like. `○` and `〇` are one. '' stays ''.
    """
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", visible(text))).replace("○", "〇")
    text = _SPACE.sub("", text).translate(TRADITIONAL)
    bare = _NUMBERING.sub("", text)
    while bare != text and bare:
        text, bare = bare, _NUMBERING.sub("", bare)
    return _PUNCTUATION.sub("", text)
