import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.post.html_safe import TAGS, sanitise_html
from madoguchi.post.html_text import html_to_text

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>1</script>">y</a>',
    '<a href="vbscript:x">y</a>',
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<style>@import url(http://t.example/x.css);body{background:url(http://t.example/b)}</style>",
    "<form action=http://t.example><input></form>",
    "<iframe src=//t.example></iframe>",
    "<base href=//t.example/>",
    '<meta http-equiv=refresh content="0;url=//t.example">',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<div style="position:fixed;top:0">overlay</div>',
    '<img src="http://t.example/pixel.gif">',
    '<img srcset="http://t.example/pixel.gif 1x" src="cid:a">',
    "<video poster=http://t.example/a src=//t.example/b></video>",
    '<table background="http://t.example/a"><tr><td background=//t.example>x</table>',
    '<link rel=stylesheet href="http://t.example/a.css">',
    "<object data=//t.example></object><embed src=//t.example>",
    '<a href="http://ok.example" onclick=alert(1) target=_top style="position:fixed">z</a>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<xmp><p></xmp><img src=x onerror=alert(1)>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<p title='\"><script>alert(1)</script>'>",
    '<img alt="--><script>alert(1)</script>" src=cid:a>',
    "<scr<script>ipt>alert(1)</script>",
    "<a\x00href=javascript:alert(1)>x</a>",
    '<a href="//t.example/x">relative</a>',
]
DANGER = re.compile(
    r"<(?:script|style|iframe|form|base|meta|object|embed|link|svg|math|video|input|textarea|xmp|noscript)\b"
    r"|<[^>]*\s(?:on\w+|style|srcset|background|poster|action)=|(?:href|src)=\"(?!https?:|mailto:|tel:|cid:)"
    r"|<img[^>]*src=\"(?!cid:)",
    re.IGNORECASE,
)
TAG = re.compile(r"</?([a-z0-9]+)[^<>]*>")


@pytest.mark.parametrize("html", ATTACKS)
def test_nothing_active_and_nothing_remote_is_left(html: str) -> None:
    shown = sanitise_html(f"<p>本文</p>{html}").html
    assert DANGER.search(shown) is None, shown
    assert "本文" in shown
    assert 'src="http' not in shown


@given(st.lists(st.sampled_from(ATTACKS) | st.text(alphabet="<>\"'/= abimgscr!-&;#x3:", max_size=12), max_size=8))
def test_no_mixture_of_attacks_gets_through(pieces: list[str]) -> None:
    shown = sanitise_html("".join(pieces)).html
    assert DANGER.search(shown) is None, shown
    assert {found[1] for found in TAG.finditer(shown)} <= TAGS


@given(st.text(max_size=200))
def test_what_was_made_safe_stays_the_same(html: str) -> None:
    once = sanitise_html(html).html
    assert sanitise_html(once).html == once


def test_what_a_reader_needs_is_kept() -> None:
    html = '<h1>件名</h1><p><b>太字</b> <a href="https://example.jp/?a=1&amp;b=2">先</a></p><ul><li>一</li></ul>'
    shown = sanitise_html(html).html
    assert '<a href="https://example.jp/?a=1&amp;b=2" rel="noopener noreferrer nofollow">先</a>' in shown
    assert shown.startswith("<h1>件名</h1><p><b>太字</b>")
    table = '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'
    assert sanitise_html(table).html == table
    assert sanitise_html('<img src="cid:a@b" alt="図">').html == '<img alt="図" src="cid:a@b">'


def test_a_remote_image_leaves_its_words_and_a_sign() -> None:
    found = sanitise_html('<img src="https://t.example/a.gif" alt="図1">')
    assert (found.html, found.has_remote_content) == ("図1", True)
    assert not sanitise_html('<a href="https://example.jp">x</a>').has_remote_content


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a<div>b</div></div>c", "a\nb\nc"),
        ("a\n  b&nbsp;c &lt;d&gt; &#x3042;", "a b c <d> あ"),
        ("<ul><li>一<li>二</ul>", "- 一\n- 二"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<title>x</title><style>p{}</style><script>1<2</script>a", "a"),
        ("<!-- x --><![if !x]>a<![endif]>", "a"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<p title='a>b'>c</p>", "c"),
        ("unfinished <b", "unfinished"),
        ("", ""),
    ],
)
def test_html_is_read_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text
