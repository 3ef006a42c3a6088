"""Finding Japanese texts by their words, and only within a contract."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.desk_world import NOW, World

from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience, RoleKind
from madoguchi.desk.found import found_tickets
from madoguchi.knowledge.models import Article, SearchPosting
from madoguchi.knowledge.operations import ArticleContent, StaleArticleError, add_article, change_article
from madoguchi.knowledge.queries import found_articles, readable_articles
from madoguchi.knowledge.search.highlight import highlighted
from madoguchi.knowledge.search.words import words_of

OPERATOR, USER = RoleKind.OPERATOR, RoleKind.USER


def subjects(world: World, query: str, *, kind: RoleKind = OPERATOR) -> list[str]:
    return [each.subject for each in found_tickets(access=world.access[kind], query=query, limit=50)[0]]


def content(
    title: str, body: str = "本文", *, audience: Audience = Audience.STAFF, state: ArticleState = ArticleState.PUBLISHED
) -> ArticleContent:
    return ArticleContent(kind=ArticleKind.FAQ, audience=audience, state=state, title=title, body=body)


def test_words_are_read_in_their_normal_form_without_particles() -> None:
    assert (
        words_of("プリンタが印刷できません") == words_of("プリンターで印刷出来る") == ["プリンター", "印刷", "出来る"]
    )
    assert words_of("ＶＰＮ") == words_of("vpn")
    assert words_of("、。！ 　") == []


@pytest.mark.parametrize("query", ["プリンター", "ﾌﾟﾘﾝﾀ", "プリンタ 印刷", "印刷できない"])
def test_all_and_only_the_right_tickets_are_found(world: World, query: str) -> None:
    world.ticket(subject="プリンターの印刷", text="3階で印刷できない")
    world.ticket(subject="プリンタ故障", text="印刷が出来ません")
    world.ticket(subject="パスワードの変更", text="期限が切れた")
    assert sorted(subjects(world, query)) == ["プリンターの印刷", "プリンタ故障"]


def test_a_ticket_must_hold_every_word(world: World) -> None:
    world.ticket(subject="無線LANの設定", text="会議室でつながらない")
    assert subjects(world, "無線LAN 会議室") == ["無線LANの設定"]
    assert subjects(world, "無線LAN 図書室") == []
    assert subjects(world, "") == []


def test_a_word_in_the_subject_ranks_higher(world: World) -> None:
    world.ticket(subject="別の件", text="業務の途中で証明書という言葉が一度だけ出てくる長い本文です。")
    world.ticket(subject="証明書の更新", text="更新したい")
    assert subjects(world, "証明書") == ["証明書の更新", "別の件"]


def test_another_contracts_tickets_are_never_found(world: World, other: World) -> None:
    other.ticket(subject="極秘プロジェクト", text="beta だけの話")
    assert subjects(world, "極秘プロジェクト") == []
    assert subjects(other, "極秘プロジェクト") == ["極秘プロジェクト"]


def test_a_vendor_finds_only_what_was_passed_to_it(world: World) -> None:
    world.ticket(subject="サーバーの故障")
    assert subjects(world, "サーバー") == ["サーバーの故障"]
    assert subjects(world, "サーバー", kind=RoleKind.VENDOR) == []


def test_articles_are_found_by_any_word_and_only_where_they_may_be_read(world: World) -> None:
    access = world.access[OPERATOR]
    add_article(access=access, content=content("プリンターで印刷できないとき"), at=NOW)
    add_article(access=access, content=content("印刷枚数の上限", audience=Audience.OPERATORS), at=NOW)
    add_article(access=access, content=content("印刷の案", state=ArticleState.DRAFT), at=NOW)
    titles = [each.title for each in found_articles(access=access, query="印刷したいのにできない", limit=9)[0]]
    assert titles == ["プリンターで印刷できないとき", "印刷枚数の上限"]
    told = [each.title for each in found_articles(access=world.access[USER], query="印刷", limit=9)[0]]
    assert told == ["プリンターで印刷できないとき"]
    assert {each.title for each in readable_articles(world.access[USER])} == {"プリンターで印刷できないとき"}


def test_a_changed_article_is_found_by_its_new_words_alone(world: World) -> None:
    access = world.access[OPERATOR]
    article = add_article(access=access, content=content("古い題名", "複合機"), at=NOW)
    change_article(access=access, article=article, content=content("新しい題名", "携帯電話"), version=1, at=NOW)
    assert found_articles(access=access, query="複合機", limit=9)[0] == []
    assert found_articles(access=access, query="携帯電話", limit=9)[0] == [article]
    retired = content("新しい題名", "携帯電話", state=ArticleState.RETIRED)
    change_article(access=access, article=article, content=retired, version=2, at=NOW)
    assert found_articles(access=access, query="携帯電話", limit=9)[0] == []
    assert not SearchPosting.objects.filter(kind=2, object_id=article.pk).exists()
    assert article.versions.count() == 3


def test_a_stale_save_of_an_article_is_refused(world: World) -> None:
    access = world.access[OPERATOR]
    article = add_article(access=access, content=content("題名"), at=NOW)
    change_article(access=access, article=article, content=content("二人目"), version=1, at=NOW)
    with pytest.raises(StaleArticleError):
        change_article(access=access, article=article, content=content("三人目"), version=1, at=NOW)
    assert Article.objects.get(pk=article.pk).title == "二人目"


def test_what_is_found_is_marked_and_everything_else_escaped() -> None:
    shown = highlighted(text="<b>プリンタ</b>が動かない", words=words_of("プリンター"))
    assert shown == "&lt;b&gt;<mark>プリンタ</mark>&lt;/b&gt;が動かない"
    far = highlighted(text="あ。" * 200 + "鍵の紛失", words=["鍵"])
    assert far.startswith("…")
    assert "<mark>鍵</mark>" in far


def test_many_threads_cut_texts_at_once() -> None:
    text = "プリンタが印刷できません。" * 300
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(words_of, [text] * 32))
    assert found == [["プリンター", "印刷", "出来る"] * 300] * 32
