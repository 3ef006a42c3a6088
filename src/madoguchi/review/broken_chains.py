"""Says which words of a clause cannot stand where they do: what the grammar never joins."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from madoguchi.review.words import Word

HIRAGANA = re.compile("[ぁ-ん]+")
# classical forms that official Japanese keeps
KEPT = frozenset(
    (
        "べき",
        "べく",
        "べし",
        "ず",
        "ざる",
        "なる",
        "たる",
        "ごとく",
        "ごとし",
        "ごとき",
        "しむ",
        "あり",
        "なし",
        "ぬ",
        "かかる",
        "いわゆる",
        "いわば",
    )
)
SHORT_NOUNS_TOLD = (
    "こと もの ため とき うち ほか まま もと わけ はず たび ひと ここ そこ どこ これ それ "
    "あれ どれ あと まえ さき かた とこ むね ゆえ いつ だれ なに なん つど ぶん ほど ごと "
    "すべ のち いま とも ずれ ゆれ よそ そば はし みな まち むら くに なか よう もれ ふた "
    "さま むだ ふり てん めど あて かぎ ねじ など さん くん ちゃ たち しゃ なし あり いく "
    "ただ よし じき つめ とり がた ごろ おき ぶり ずつ づけ つき きり にく づら ほう うえ "
    "さい はか わり ちり ごみ のり めも ひな おの すみ くみ あき みち たな はこ ふだ まめ "
    "みぎ よこ たて そと おく とし つま ねた らん かな かん おと そう ふう"
)
SHORT_NOUNS = frozenset(SHORT_NOUNS_TOLD.split())
FINAL_PARTICLES = frozenset(("よ", "わ", "い", "べ", "つ", "さ", "ぞ", "ぜ", "とて"))
LONE_GROUPS = frozenset(("感動詞", "副詞", "接続詞", "名詞", "補助記号", "記号", "形状詞", "連体詞"))
LONE_ENDINGS = frozenset("せれてえ")
NEVER_AFTER = {
    "を": frozenset("はがをにとでへの"),
    "が": frozenset("はがをにとでへの"),
    "も": frozenset("がを"),
    "は": frozenset("がを"),
    "に": frozenset("でを"),
}
FORMAL_NOUNS = frozenset(("ため", "こと", "とき", "場合", "際", "ところ", "もの"))
NEEDS_TO = frozenset(("こと", "とおり", "もの", "ため"))
ACTED_ON = frozenset("値得損旅恋楽涙噂心事")
DOUBLED = frozenset("のをがはもにへでやと")
SPOKEN = frozenset(("てる", "とる", "でる"))
ONCE = frozenset(("た", "だ", "れる", "られる"))
PASSIVE = frozenset(("れる", "られる"))
CAUSED = frozenset(("れる", "られる", "せる", "させる"))
TE = frozenset(("て", "ては", "ても"))
EASE = frozenset(("やす", "づら", "にく"))


def _is_classical(words: Sequence[Word], place: int) -> bool:
    word, before, after = words[place], _text(words, place - 1), _text(words, place + 1)
    if not word.part[4].startswith("文語") or word.text in KEPT or word.is_unknown or not HIRAGANA.search(word.text):
        return False
    is_at = (word.text, after) == ("おけ", "る") or (before, word.text) == ("おけ", "る")
    is_to_be = word.text in ("す", "さ") and after in ("べき", "べく", "べし")
    return not (is_at or is_to_be or (word.text == "いえ" and before in ("と", "とは", "は")))


def _is_spoken(words: Sequence[Word], place: int) -> bool:
    word = words[place]
    is_last = place + 1 == len(words)
    return (word.group == "助動詞" and word.base in SPOKEN) or (
        word.group == "助詞" and word.text in FINAL_PARTICLES and not is_last
    )


def _is_lone_kana(words: Sequence[Word], place: int) -> bool:
    word, after = words[place], _text(words, place + 1)
    if len(word.text) != 1 or not HIRAGANA.match(word.text):
        return False
    if place == 1 and len(words[0].text) == 1 and HIRAGANA.match(words[0].text):
        return False
    if word.text == "ま" and after.startswith("も"):
        return False
    is_polite = word.group == "接頭辞" and word.text in "おご"
    is_ending = word.group == "接尾辞" and word.text in LONE_ENDINGS
    is_alone = word.group in LONE_GROUPS or word.form.endswith("省略") or is_ending
    return is_alone or (is_polite and (after == "" or (len(after) == 1 and HIRAGANA.match(after) is not None)))


def _is_odd_noun(words: Sequence[Word], place: int) -> bool:
    word, after = words[place], _text(words, place + 1)
    if len(word.text) != 2 or not HIRAGANA.fullmatch(word.text):  # noqa: PLR2004  # longer ones are words
        return False
    if word.text in EASE:
        return after != "" and after[0] not in "さそすげみ"
    return word.group in ("名詞", "接尾辞", "感動詞", "代名詞") and word.text not in SHORT_NOUNS


def _is_particle_after_particle(words: Sequence[Word], place: int) -> bool:
    word, before = words[place], words[place - 1]
    if word.group != "助詞" or before.group != "助詞":
        return False
    is_twice = word.text == before.text and word.text in DOUBLED
    is_never = before.part[1] in ("格助詞", "係助詞") and word.text in NEVER_AFTER.get(before.text, frozenset())
    is_quoted = place > 1 and words[place - 2].group in ("動詞", "助動詞") and before.text + word.text == "とに"
    return is_twice or is_never or is_quoted


def _is_auxiliary_twice(words: Sequence[Word], place: int) -> bool:
    word, before = words[place], words[place - 1]
    return word.group == before.group == "助動詞" and word.text == before.text and word.base in ONCE


def _is_past_after_noun(words: Sequence[Word], place: int) -> bool:
    word, before = words[place], words[place - 1]
    is_no_stem = before.group == "名詞" or before.form.startswith(("終止形", "連体形"))
    return word.group == "助動詞" and word.base == "た" and is_no_stem


def _is_te_after_noun(words: Sequence[Word], place: int) -> bool:
    word, before = words[place], words[place - 1]
    is_no_stem = before.group in ("名詞", "助動詞") and not before.form.startswith("連用形")
    return word.group == "助詞" and word.text in TE and is_no_stem


def _is_passive_after_noun(words: Sequence[Word], place: int) -> bool:
    word, before = words[place], words[place - 1]
    return word.group == "助動詞" and word.base in CAUSED and before.group == "名詞" and "助数詞" not in before.part[2]


def _is_sound_change_alone(words: Sequence[Word], place: int) -> bool:
    word, before = words[place], words[place - 1]
    if before.group != "動詞" or "音便" not in before.form or word.base == "ます":
        return False
    return not (word.group in ("助動詞", "助詞") and word.text[0] in "てたでだち")


def _is_stem_alone(words: Sequence[Word], place: int) -> bool:
    """さ without れ, a condition without ば."""
    word, before = words[place], words[place - 1]
    if before.group != "動詞":
        return False
    if before.form == "未然形-サ":
        return word.base not in ("れる", "せる", "す")
    if before.form.startswith("仮定形"):
        return word.text not in ("ば", "ど", "ども")
    return before.form == "未然形-一般" and word.group == "助詞"


def _is_verb_after_stem(words: Sequence[Word], place: int) -> bool:
    """し+し, され+いる, 実施+いる, 推察+さる."""
    word, before = words[place], words[place - 1]
    if word.text == "さる" and before.group == "名詞" and "サ変" in before.part[2]:
        return True
    if word.group != "動詞" or word.base not in ("する", "いる", "おる", "さる"):
        return False
    is_act = before.group == "名詞" and "サ変" in before.part[2] and word.base in ("いる", "さる")
    is_stem = before.group == "動詞" and before.form == "連用形-一般"
    is_progress = is_stem and "一段" in before.part[4] and before.text not in ("い", "見")
    is_progress = is_progress and word.text in ("いる", "おり", "いた")
    if is_progress or (is_stem and before.text == "し" and word.text == "おり"):
        return True
    if word.base in ("する", "さる"):
        return is_act or (before.text == word.text == "し" and before.form == "連用形-一般")
    return is_act or (before.group == "助動詞" and before.base in PASSIVE and before.form.startswith("連用形"))


def _is_noun_after_stem(words: Sequence[Word], place: int) -> bool:
    """急増し+ため for 急増したため."""
    word, before = words[place], words[place - 1]
    is_stem = before.group == "動詞" and before.form == "連用形-一般" and before.text == "し"
    return is_stem and word.text in FORMAL_NOUNS and place > 1 and words[place - 2].group == "名詞"


def _is_to_lost(words: Sequence[Word], place: int) -> bool:
    """運営すること+する for こととする."""
    word, before = words[place], words[place - 1]
    return word.group == "動詞" and word.base == "する" and before.text in NEEDS_TO


def _is_ni_lost(words: Sequence[Word], place: int) -> bool:
    """変更+なった for 変更になった."""
    word, before = words[place], words[place - 1]
    is_act = before.group == "形状詞" or (before.group == "名詞" and "サ変" in before.part[2])
    return is_act and word.group == "動詞" and word.base == "なる" and word.text in ("なっ", "なる")


def _is_half_word(words: Sequence[Word], place: int) -> bool:
    """の+確+され for 確保され."""
    word, before = words[place], words[place - 1]
    if word.group != "動詞" or word.base != "する" or place < 2:  # noqa: PLR2004  # the particle before
        return False
    is_one = (
        before.group in ("名詞", "形状詞", "形容詞", "副詞", "接頭辞")
        and len(before.text) == 1
        and "一" <= before.text <= "龥"
    )
    return is_one and before.text not in ACTED_ON and words[place - 2].group == "助詞"


def _is_polite_by_slip(words: Sequence[Word], place: int) -> bool:
    """管理+お+実施 for を実施."""
    word, before = words[place], words[place - 1]
    after = words[place + 1] if place + 1 < len(words) else None
    is_prefix = word.text == "お" and word.group == "接頭辞" and before.group == "名詞" and not before.text.isascii()
    return is_prefix and after is not None and after.group == "名詞" and "サ変" in after.part[2]


def _is_short_passive(words: Sequence[Word], place: int) -> bool:
    """認め+れる for 認められる."""
    word, before = words[place], words[place - 1]
    return word.group == "助動詞" and word.base == "れる" and before.group == "動詞" and "一段" in before.part[4]


def _is_drawn_out(words: Sequence[Word], place: int) -> bool:
    """大きい+い, する+ここ."""
    word, before = words[place], words[place - 1]
    is_long = before.group == "形容詞" and before.form.startswith("終止形") and word.text == "い"
    is_here = word.text == "ここ" and before.form.startswith("連体形")
    return is_long or is_here


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What a word may not be, by itself or after the one before it, and why.

    `lost` are the kana that haste leaves out before the word, `told` is said where nothing can be guessed.
    """

    is_broken: Callable[[Sequence[Word], int], bool]
    reason: str
    lost: tuple[str, ...] = ()
    told: str = ""


ALONE = (
    Rule(is_broken=_is_classical, reason="今の文では使わない形の語になっている"),
    Rule(is_broken=_is_spoken, reason="報告の文では使わない話し言葉の形になっている"),
    Rule(is_broken=_is_lone_kana, reason="語にならない一字が残っている"),
    Rule(is_broken=_is_odd_noun, reason="ここでは語にならない字が残っている"),
)
PAIRS = (
    Rule(is_broken=_is_particle_after_particle, reason="続かない助詞が並んでいる"),
    Rule(is_broken=_is_auxiliary_twice, reason="同じ語が続けて二度書かれている"),
    Rule(is_broken=_is_past_after_noun, reason="この語に「た」は続かない"),
    Rule(is_broken=_is_te_after_noun, reason="この語に「て」は続かない"),
    Rule(is_broken=_is_passive_after_noun, reason="動詞の送りがなが足りない"),
    Rule(is_broken=_is_sound_change_alone, reason="動詞の形が後の語に続かない"),
    Rule(is_broken=_is_stem_alone, reason="動詞の形が後の語に続かない"),
    Rule(is_broken=_is_verb_after_stem, reason="動詞の形が後の語に続かない", lost=("て", "して")),
    Rule(is_broken=_is_noun_after_stem, reason="「した」の「た」が抜けている", lost=("た",)),
    Rule(is_broken=_is_to_lost, reason="助詞「と」が抜けている", lost=("と",)),
    Rule(is_broken=_is_ni_lost, reason="助詞「に」が抜けている", lost=("に",)),
    Rule(is_broken=_is_half_word, reason="二字の語の一字が抜けている", told="二字の語"),
    Rule(is_broken=_is_polite_by_slip, reason="助詞「を」の書き誤り"),
    Rule(is_broken=_is_short_passive, reason="「られる」の「ら」が抜けている"),
    Rule(is_broken=_is_drawn_out, reason="字が続けて二度書かれている"),
)


def broken_rule(words: Sequence[Word], place: int) -> Rule | None:
    """Return the first rule that a word breaks; the first word of a clause may be the end of one cut in two."""
    if place == 0:
        return None
    found = next((rule for rule in ALONE if rule.is_broken(words, place)), None)
    return found or next((rule for rule in PAIRS if rule.is_broken(words, place)), None)


def _text(words: Sequence[Word], place: int) -> str:
    return words[place].text if 0 <= place < len(words) else ""
