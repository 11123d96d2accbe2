"""Chinese titles made comparable: width, traditional characters, white space, white lies of the template."""

from __future__ import annotations

import re
import unicodedata

# Characters of titles, place names and offices that differ between the scripts: traditional, then simplified.
_TRADITIONAL = (
    "開報縣區鎮鄉廳辦務訊總結專題頁業監規劃設農環衛計畫財經濟發電輸運動會員構廣東龍門灣陽陰澤蘭賓鳳雲嶺島"
    "嶼慶寧學體應級創綠園場遊產資質檢審權執數網絡聞黨機關編製際國華書長無萬與興遠達連錄項風馬魚鳥麗黃齊齡"
    "貴貢贛遼鄭鄒鄰釣鋼錦鐵鐘閩陝陳隴難雙雞離靈韓順頭顧飛館駐驗鹽麥隸統織續職聯聖聲膠臨臺蘇處號補觀護讀變"
    "讓貿費賀賢軍轉郵醫釋針隊靜預領顯餘駱驛魯鶴當從復徑強彈歲歷歸殘殺殼氣決沖況淺渦測渾湯準溝滅滿漁漢潔潤"
    "濱瀏濰灤烏爾狀獎瑪瓊畢異療盤眾礦祿禮種稅稱積穩竄競筆節範築簡糧純細紹維綿縉縱績繼羅義習腳萊葉蔣薊薩藝"
    "蟲術衝複訂訓託記許訴診試詳認語誠說調諮諾謀議譽豐貝負責貨購賴贊趙躍車較輝輪邊鄖鄲鄺鉅銀銅錫鎢鎖鑒閉間"
    "閣閱闢陸隨險雜霧頂須頒頻額願類饒驪鬥鮮鴻鵬點龐壩墊夾奪奮嬰孫寬寶將尋對導層屬岡峽崗嵐巒巖帥師帶幹幾庫"
    "廟廢彙徹態慮懷戰戲戶拋挾捨掃擇擊擔據擬擴攝敗斷時晉曆條棗棟榮樂樓標樞樹橋檔櫃歐溫減滬漲潛澇畝祕禪稈窩"
    "籃糾紅納紙緊線組終縮聽肅脅脫臍艱蕭虛蝦覽訪評詞該誤課請謙譯貧貫販賬賽趕跡踐軌載輔輕遜遞適選遷遺還鄧鈔"
    "銷錢鎂鏡閃閘陣頓飯飲養騰騎驅鹹內吳呂別羣爲爭裏麼隻淨併鹼"
    "營舊備勞價協僑鑲鐸欽綏實歷漣濼滎滄瀋隱鳴鶯壽莊蒼薦蔭蘄蘆"
)
_SIMPLIFIED = (
    "开报县区镇乡厅办务讯总结专题页业监规划设农环卫计画财经济发电输运动会员构广东龙门湾阳阴泽兰宾凤云岭岛"
    "屿庆宁学体应级创绿园场游产资质检审权执数网络闻党机关编制际国华书长无万与兴远达连录项风马鱼鸟丽黄齐龄"
    "贵贡赣辽郑邹邻钓钢锦铁钟闽陕陈陇难双鸡离灵韩顺头顾飞馆驻验盐麦隶统织续职联圣声胶临台苏处号补观护读变"
    "让贸费贺贤军转邮医释针队静预领显余骆驿鲁鹤当从复径强弹岁历归残杀壳气决冲况浅涡测浑汤准沟灭满渔汉洁润"
    "滨浏潍滦乌尔状奖玛琼毕异疗盘众矿禄礼种税称积稳窜竞笔节范筑简粮纯细绍维绵缙纵绩继罗义习脚莱叶蒋蓟萨艺"
    "虫术冲复订训托记许诉诊试详认语诚说调咨诺谋议誉丰贝负责货购赖赞赵跃车较辉轮边郧郸邝巨银铜锡钨锁鉴闭间"
    "阁阅辟陆随险杂雾顶须颁频额愿类饶骊斗鲜鸿鹏点庞坝垫夹夺奋婴孙宽宝将寻对导层属冈峡岗岚峦岩帅师带干几库"
    "庙废汇彻态虑怀战戏户抛挟舍扫择击担据拟扩摄败断时晋历条枣栋荣乐楼标枢树桥档柜欧温减沪涨潜涝亩秘禅秆窝"
    "篮纠红纳纸紧线组终缩听肃胁脱脐艰萧虚虾览访评词该误课请谦译贫贯贩账赛赶迹践轨载辅轻逊递适选迁遗还邓钞"
    "销钱镁镜闪闸阵顿饭饮养腾骑驱咸内吴吕别群为争里么只净并碱"
    "营旧备劳价协侨镶铎钦绥实历涟泺荥沧沈隐鸣莺寿庄苍荐荫蕲芦"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
# Machine-made copies put the pinyin behind a character: 區(qū), 報(bào).
_PINYIN = re.compile(r"\([a-zà-ÿāēīōūǎěǐǒǔǚǜ\u0300-\u036f]{1,7}\)", re.IGNORECASE)
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"二[〇○零0][〇○零一二三四五六七八九]{2}(?=年)")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202f\u2060\ufeff\u00ad]")


def fold(text: str) -> str:
    """A title for comparing: NFKC, simplified characters, no white space, no quotation marks, years in digits."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _PINYIN.sub("", text)
    text = "".join(text.split()).translate(_TO_SIMPLIFIED)
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_NUMERALS), text)
    return re.sub(r"[“”\"‘’'《》<>【】\[\]「」〈〉]", "", text)
