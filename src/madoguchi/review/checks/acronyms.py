"""Acronyms one letter from a known one or from the document's own: SAL for SLA, GGS where GSS is used."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

WORD = re.compile(r"(?<![A-Za-z0-9.@/_-])(?P<word>[A-Z]{3,6}|[a-z]-[A-Z][a-z]{2})(?![A-Za-z0-9.@/_-])")
KNOWN_TOLD = (
    "SLA SLO SLM FAQ PDCA IVR PBX LAN WAN VPN VDI USB CPU CIO CISO ITIL ITSM HTML CSS PDF CSV XML JSON "
    "API URL GSS EMM MDM PMO PJMO BPR BPO OCR RPA CMS DNS DHCP NTP SSL TLS SSO SMTP HTTP HTTPS FTP SSH "
    "RAM ROM HDD SSD RAID NAS SAN UPS OSS OJT BCP DDOS DOS BYOD PKI MPN JECC NEC NTT KDDI IBM HUB TCO ROI "
    "KPI KGI RFP RFI RFC ISO JIS ISMS IPA JPKI ADSL ISDN FAX TEL PHS SNS AI IOT GIS GPS GUI CUI CLI SQL "
    "DBMS ERP CRM CTI ACD AHT ASA QCD WBS EVM PMBOK NISC CSIRT SOC SIEM EDR WAF IDS IPS CTO CEO COO CFO "
    "ODA OECD WTO GPA LCC SIM LTE WIFI LED DVD BIOS OS PC SE TV IT ID VMS AWS GCP SAAS PAAS IAAS ASP ISP "
    "CDN TSV NAN NULL PNG JPG GIF SVG UTF SJIS EUC XLS DOC PPT ZIP e-Gov e-Tax A4 JST UTC MFA AES RSA MAC "
    "ARP TCP UDP LDAP NOC CATV KJS NDL JAN EOS EOL SFA ETC AED"
)
KNOWN = frozenset(KNOWN_TOLD.split())
DEFINED = re.compile(r"以下、?「(?P<word>[A-Z]{3,6})」という")
SPELT_OUT = {
    "構内交換機": "PBX",
    "サービスレベルアグリーメント": "SLA",
    "サービスレベル合意書": "SLA",
    "自動音声応答": "IVR",
    "よくある質問": "FAQ",
    "仮想プライベートネットワーク": "VPN",
    "最高情報責任者": "CIO",
}
OFTEN, LONGEST = 2, 20


def check_acronyms(document: Document) -> Iterator[Finding]:
    found = list(WORD.finditer(document.flow))
    counts = Counter(match["word"] for match in found)
    own = {word for word, count in counts.items() if count >= OFTEN}
    for match in found:
        word = match["word"]
        if word in KNOWN or counts[word] > 1:
            continue
        right = next((each for each in sorted(own) if _is_near(word, each)), None)
        right = right or _spelt_out(document, match)
        right = right or next((each for each in sorted(KNOWN) if _is_turned(word, each)), None)
        if right is not None:
            yield finding_at(
                document=document,
                at=match.span("word"),
                kind=Kind.NAME,
                certainty=Certainty.LIKELY,
                right=right,
                reason=f"「{right}」と一字違うか、字の順が違う",
            )


def _spelt_out(document: Document, match: re.Match[str]) -> str | None:
    """Return the acronym of the words before a bracket, where the bracket holds one near it."""
    before = document.flow[max(match.start() - LONGEST, 0) : match.start()]
    right = next((short for words, short in SPELT_OUT.items() if before.endswith((words + "(", words + "（"))), None)
    return right if right is not None and _is_near(match["word"], right) else None


def _is_near(word: str, other: str) -> bool:
    if len(word) != len(other) or word == other:
        return False
    return sum(mine != theirs for mine, theirs in zip(word, other, strict=True)) == 1 or _is_turned(word, other)


def _is_turned(word: str, other: str) -> bool:
    """Say whether two letters beside each other have changed places."""
    if len(word) != len(other) or word == other:
        return False
    places = [place for place, (mine, theirs) in enumerate(zip(word, other, strict=True)) if mine != theirs]
    return len(places) == 2 and places[1] == places[0] + 1 and sorted(word) == sorted(other)  # noqa: PLR2004
