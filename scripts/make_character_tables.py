"""Make ``analyze/facts/data/characters.json``: the characters that most of a text in a language is made of.

Counted over the translations that registry packages carry (``pip download`` fetches them by name): Django's, and
JupyterLab's language packs. They speak of software, so the most common characters of everyday prose join them.
Usage: ``python scripts/make_character_tables.py``
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

DJANGO = "django==5.2.19"
PACK = "jupyterlab-language-pack-{}==4.5.post3"
#: Our name of a language: Django's name of it, the pack's, and a pattern of the characters that count.
LANGUAGES = {
    "simplified": ("zh_Hans", "zh-CN", r"[\u4e00-\u9fff]"),
    "traditional": ("zh_Hant", "zh-TW", r"[\u4e00-\u9fff]"),
    "japanese": ("ja", "ja-JP", r"[\u4e00-\u9fff]"),
    "korean": ("ko", "ko-KR", r"[\uac00-\ud7a3]"),
}
#: The most characters of a language that count as common.
MOST = 900
#: Characters of everyday prose, most frequent first.
PROSE = {
    "simplified": """
的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事
成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此
已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代
内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安
少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光
放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运请吗呢
吧啊错误显示网页谢欢迎版本权
""",
    "traditional": """
的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事
成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此
已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代
內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安
少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光
放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運請嗎呢
吧啊錯誤顯示網頁謝歡迎版本權
""",
    "japanese": """
日一国人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開
手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期
公持野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得
解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感
特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤
町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防補車優夫研収断井何南石足違消境神番規
術護展態導鮮備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額
監環験追審商葉義伝働形景落欧担好退準賞訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種美岡影命
含福蔵量望松非撃佐核観察整段横融型白深字答夜製票況音申様財港識注呼渉達
""",
    "korean": """
이다는의에을가고하지한도로기를은사나어자아시대서리인그스수일정해보부제라장전것상주있조여유구동만마성과우안비들면적세
공무소연생신경회원국모오간선위미지당내방중실계문화되개관치학발교단물진산분야니러게금년인요했여속와였던없었때만더말같
데않습입합된할될각호심후재터려영건물체음양저민행초명출양감남북트드르메임파크타포디번또통변모반결추차운행현거점작설습
용록코프로그램
""",
}


def main() -> None:
    """Fetch, count, write."""
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (django, pack, pattern) in LANGUAGES.items():
            texts = [
                *_texts(_fetch(DJANGO, folder), f"/locale/{django}/"),
                *_texts(_fetch(PACK.format(pack), folder), ""),
            ]
            counted = Counter(re.findall(pattern, "".join(texts) + PROSE[name] * 3))
            ranked = sorted(counted, key=lambda c: (-counted[c], c))
            tables[name] = "".join(sorted(ranked[:MOST]))
    target = Path(__file__).parents[1] / "src/codestrata/analyze/facts/data/characters.json"
    target.write_text(json.dumps(tables, ensure_ascii=False, indent=0) + "\n", "utf-8")


def _fetch(package: str, folder: str) -> Path:
    before = set(Path(folder).iterdir())
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "-d", folder]
    subprocess.run([*command, package], check=True)
    stem = package.partition("==")[0].replace("-", "_").lower()
    new = set(Path(folder).iterdir()) - before
    return next(path for path in new or before if path.name.lower().startswith(stem))


def _texts(wheel: Path, place: str) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if place in name and name.endswith((".po", ".json")):
                text = archive.read(name).decode()
                yield re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)


if __name__ == "__main__":
    main()
