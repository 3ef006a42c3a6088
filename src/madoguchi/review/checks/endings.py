"""Kana after a Chinese letter that are too few or too many: 受て, 認めれる, 異る, 見積っもった."""

import re
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

# a pattern whose group is the slip, and the right kana
ENDINGS = (
    (r"(?P<slip>[一-龥][えけげせてねべめ]れ)(?=る|た(?!ら)|て|ない|ず|、)", lambda slip: f"{slip[:-1]}られ"),
    (r"(?P<slip>[受設届避助])(?=[てた](?!め)|、)(?<=を[受設届避助])", lambda slip: f"{slip}け"),
    (r"(?P<slip>[定求認進始改含極])(?=[てた](?!い))(?<=[がをはと][定求認進始改含極])", lambda slip: f"{slip}め"),
    (r"(?P<slip>受け付|名付|裏付|位置付|関連付|義務付|割り付|取り付|見受)(?=[てた](?!い))", lambda slip: f"{slip}け"),
    (
        r"(?P<slip>[継防脱急稼注]い[たて])(?!だ|、[一-龥]*だ)",
        lambda slip: f"{slip[:-1]}{'だ' if slip[-1] == 'た' else 'で'}",
    ),
    (r"(?P<slip>[をに][図係至関対限](?=ため|こと|もの|とき|場合))", lambda slip: f"{slip}る"),
    (r"(?<=[一-龥]{2})(?P<slip>しおり)(?=、)", lambda _: "しており"),
    (r"(?P<slip>見込こ)", lambda _: "見込"),
    (r"(?P<slip>(?:さ|[一-龥ぁ-ん]ら)れ)。", lambda slip: f"{slip}る"),
    (
        r"(?P<slip>(?<!見直)(?<!貸出)(?<!繰返)(?<!手直)(?<!取消)(?<!申出)[一-龥]{2}(?<!見直)(?<!貸出)(?<!繰返)(?<!手直)(?<!取消)(?<!見通)(?<!引渡)(?<!受渡)(?<!後押)(?<!先送)し)。",
        lambda slip: f"{slip}た",
    ),
    (r"(?<=[者省庁課員])(?P<slip>かの)(?=電話|問|申請|要望|提案|依頼|相談|指摘|連絡|意見|質問)", lambda _: "からの"),
    (
        r"(?P<slip>(?P<word>及び|並びに|又は|または|および|について|により|として|ため|から)(?P=word))",
        lambda slip: slip[len(slip) // 2 :],
    ),
    (r"\d(?P<slip>会)(?=以上|程度|の割合|、)", lambda _: "回"),
    (r"(?:確認|承認|協議|調整|検討|審査)(?P<slip>に上)(?=、|で|[一-龥])", lambda _: "の上"),
    (
        r"(?:着実|円滑|適切|迅速|明確|柔軟|容易|(?:効率|効果|継続|定期|安定|具体|積極|自動|一元|抜本|主体)的)(?P<slip>の)(?=[一-龥]{2})",
        lambda _: "なまたはに",
    ),
    (r"(?<=[一-龥])(?P<slip>の)(?=基づ[きくい]|関する|係る|対する|関して|資する|際して|応じ[たて])", lambda _: "に"),
    (r"(?P<slip>継だ|継で)", lambda slip: f"継い{slip[-1]}"),
    (r"(?P<slip>異る|異っ|異り)", lambda slip: f"異な{slip[-1]}"),
    (r"(?P<slip>[繋]る(?=お|が|こ|よ|。))", lambda _: "繋がる"),
    (r"(?P<slip>厳く|著く|新く|正く|難く|等く|詳く|激く|欲く|珍く|楽く|惜く|親く|美く)", lambda slip: f"{slip[0]}しく"),
    (r"(?P<slip>(?:新|著|厳|正|難|等|詳|激|望|甚)い)(?=[一-龥])", lambda slip: f"{slip[0]}しい"),
    (r"(?P<slip>少い|少く)", lambda slip: f"少な{slip[-1]}"),
    (r"(?P<slip>短かく|短かい)", lambda slip: f"短{slip[-1]}"),
    (r"(?P<slip>誤まっ|誤まり)", lambda slip: f"誤{slip[-1]}"),
    (r"(?P<slip>見直た|見直て)", lambda slip: f"見直し{slip[-1]}"),
    (r"(?P<slip>持[もてく]運)", lambda _: "持ち運"),
    (r"(?P<slip>見積っも)", lambda _: "見積も"),
    (r"(?P<slip>取[くむ]組)", lambda _: "取り組"),
    (r"(?P<slip>繰返えし|繰り返えし)", lambda _: "繰り返し"),
    (r"(?P<slip>生([てた]))(?=い|。|、|と)(?<=[がを]生[てた])", lambda slip: f"生じ{slip[-1]}"),
    (r"(?P<slip>満し)(?=て|た)", lambda _: "満たし"),
    (r"(?P<slip>果し)(?=て|た)", lambda _: "果たし"),
    (r"(?P<slip>向[たて])(?<=に向[たて])", lambda slip: f"向け{slip[-1]}"),
    (r"(?P<slip>とうり)(?=で|、|。|に|の)", lambda _: "とおり"),
    (r"(?<=の)(?P<slip>どおり)", lambda _: "とおり"),
    (r"(?P<slip>ざる得な)", lambda _: "ざるを得な"),
    (r"(?P<slip>づつ)", lambda _: "ずつ"),
    (r"(?P<slip>ずらい)", lambda _: "づらい"),
    (r"(?P<slip>もとずき|基ずき|基ずく)", lambda slip: slip.replace("ず", "づ")),
    (r"(?P<slip>いづれ)", lambda _: "いずれ"),
    (r"(?P<slip>こんにちわ)", lambda _: "こんにちは"),
    (r"(?<=[一-龥])(?P<slip>ゆう)(?=こと|もの|観点)", lambda _: "いう"),
    (r"(?P<slip>しずらい|しずらく)", lambda slip: slip.replace("ず", "づ")),
    (r"(?P<slip>すくなくも)(?=[0-9一二])", lambda _: "少なくとも"),
)
PATTERNS = tuple((re.compile(pattern), right) for pattern, right in ENDINGS)


def check_endings(document: Document) -> Iterator[Finding]:
    for pattern, right_of in PATTERNS:
        for match in pattern.finditer(document.flow):
            if not document.is_apart(match.start("slip")):
                yield finding_at(
                    document=document,
                    at=match.span("slip"),
                    kind=Kind.WORDING,
                    right=right_of(match["slip"]),
                    reason="送りがなや、かなの書き方が違う",
                )
