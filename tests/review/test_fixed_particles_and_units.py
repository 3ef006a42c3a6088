"""Particles that a word never takes, a の that is missing, and open days put for months."""

import pytest
from tests.review.reviewed import of_kind

from madoguchi.review.findings import Kind


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("実施要項の規定を基づき評価する。\n", "項の規定に基づき"),
        ("仕様書で準拠して構築する。\n", "仕様書に準拠し"),
        ("満足度へ関する調査である。\n", "満足度に関する"),
        ("業務を従事する要員を置く。\n", "業務に従事す"),
        ("業務を支障を生じない。\n", "業務に支障"),
        ("審査の結果に踏まえて決める。\n", "査の結果を踏まえ"),
        ("業務の質の向上に図る。\n", "質の向上を図る"),
        ("当省の要件に満たしている。\n", "省の要件を満たし"),
        ("運用業務に実施した。\n", "運用業務を実施し"),
        ("満足度は目標に上回った。\n", "度は目標を上回っ"),
        ("委員会の指摘に受けて改めた。\n", "会の指摘を受けて"),
    ],
)
def test_particle_that_a_word_never_takes_is_found(text: str, right: str) -> None:
    assert [found for _, found in of_kind(text, Kind.WORDING)] == [right]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("結果は以下とおりである。\n", "は以下のとおり"),
        ("次ような施策を行った。\n", "次のような"),
        ("応答率の向上ため、要員を増やした。\n", "率の向上のため"),
        ("問合せの対応際に、内容を確かめる。\n", "せの対応の際"),
        ("障害の発生場合は、連絡する。\n", "害の発生の場合"),
        ("サービス質は確保されている。\n", "ービスの質"),
    ],
)
def test_missing_of_is_found(text: str, right: str) -> None:
    found = [found for _, found in of_kind(text, Kind.WORDING)]
    assert len(found) == 1
    assert found[0].endswith(right)


@pytest.mark.parametrize(
    "text",
    [
        "窓口は電話で応じている。要員で当たって、解決した。大幅に上回る。徹底的に努めた。\n",
        "基準に満たない月がある。水準に維持する。部局が踏まえる。随時に実施する。\n",
        "規定に基づき、要件を満たし、結果を踏まえ、質の向上を図る。業務に従事する。\n",
        "要員を従事させ、機器を適合させる。委員を参加させる。\n",
        "以下のとおり。次のような施策。向上のため、対応の際に、発生の場合は、当該場合は、実際に、間際に、国際、\n",
        "サービスの質は高い。業務品質を保つ。業務質問票を用いる。図るため、休む場合は、\n",
        "表題 以下 とおり\n",
    ],
)
def test_right_particles_are_left(text: str) -> None:
    assert of_kind(text, Kind.WORDING) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("契約期間：42開庁日\n", ["42か月"]),
        ("1年間（12開庁日）換算\n", ["12か月"]),
        ("76,670千円÷実施期間45開庁日×12か月\n", ["45か月"]),
        ("76,670千円÷実施期間45か月×12開庁日\n", ["12か月"]),
        ("令和4年2月からの48開庁日\n", ["48か月"]),
        ("6開庁日間：10月～3月\n", ["6か月"]),
        ("平成30年10月1日から平成31年3月31日までの6開庁日\n", ["6か月"]),
        ("公告期間を延長する。（2開庁日→3か月）\n", ["同じ単位の二つの値"]),
        ("・申請（3開庁日以内）\n・申請（3か月以内）\n", ["3開庁日以内または3か月以内"]),
        (
            "依頼の受付から原則3か月以内に完了すること。\nすべて3開庁日以内に作業は完了した。\n",
            ["3か月以内または3開庁日以内"],
        ),
    ],
)
def test_open_days_and_months_in_each_others_place_are_found(text: str, right: list[str]) -> None:
    assert [found for _, found in of_kind(text, Kind.UNITS)] == right


@pytest.mark.parametrize(
    "text",
    [
        "契約期間42か月。評価期間の20開庁日前までに提出する。\n",
        "平成30年10月1日から平成31年3月31日までの121開庁日\n",
        "平成30年10月1日から平成31年3月31日まで。終了後6開庁日以内に報告する。\n",
        "8開庁日間：10月～3月\n公告期間を延長する。（2か月→3か月）（5開庁日→3開庁日）\n",
        "・申請（3開庁日以内）\n・問題（3か月以内）\n問合せには1開庁日以内に回答する。改善の要望には1か月以内に回答する。\n",
        "障害は2開庁日以内に対応し、変更は3か月以内に対応する。\n",
    ],
)
def test_open_days_and_months_in_their_place_are_left(text: str) -> None:
    assert of_kind(text, Kind.UNITS) == []
