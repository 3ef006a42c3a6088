"""Variables of the ways to sign in: what is wrong or missing stops the start by name."""

from pathlib import Path

import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.web.sign_in_settings import form_targets, ldap_settings, oidc_providers
from madoguchi.web.variables import Variables

DN = "uid=%(user)s,ou=people,dc=example,dc=jp"


def complaints(given: dict[str, str]) -> set[str]:
    variables = Variables(given)
    oidc_providers(variables)
    ldap_settings(variables)
    try:
        variables.finish()
    except InvalidInputError as error:
        return {problem.key for problem in error.problems}
    return set()


def test_provider_without_its_client_or_secret_stops_the_start() -> None:
    found = complaints({"MADOGUCHI_OIDC_ISSUER": "https://id.example.jp"})
    assert found == {"MADOGUCHI_OIDC_CLIENT", "MADOGUCHI_OIDC_SECRET"}


def test_forms_may_lead_to_the_provider_s_origin_alone() -> None:
    given = {"MADOGUCHI_OIDC_ISSUER": "https://id.example.jp:8443/realms/a"}
    assert form_targets(oidc_providers(Variables(given))) == ["https://id.example.jp:8443"]
    assert form_targets(oidc_providers(Variables({}))) == []


@pytest.mark.parametrize("pattern", ["", "ou=people,dc=example", "%(user)s", "uid=%(user)s,%(x)s", "uid=%(user)s%d"])
def test_pattern_that_does_not_name_a_person_stops_the_start(pattern: str) -> None:
    given = {"MADOGUCHI_LDAP_URL": "ldaps://ldap.example.jp", "MADOGUCHI_LDAP_USER_DN": pattern}
    assert complaints(given) - {"MADOGUCHI_LDAP_URL"} == {"MADOGUCHI_LDAP_USER_DN"}


@pytest.mark.parametrize("url", ["ldap.example.jp", "https://ldap.example.jp", "ldapi:///"])
def test_address_that_is_no_directory_s_stops_the_start(url: str) -> None:
    assert "MADOGUCHI_LDAP_URL" in complaints({"MADOGUCHI_LDAP_URL": url, "MADOGUCHI_LDAP_USER_DN": DN})


def test_authority_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    given = {"MADOGUCHI_LDAP_URL": "ldap://ldap.example.jp", "MADOGUCHI_LDAP_USER_DN": DN}
    missing = given | {"MADOGUCHI_LDAP_CA_FILE": str(tmp_path / "ca.pem")}
    assert "MADOGUCHI_LDAP_CA_FILE" in complaints(missing)
    (tmp_path / "ca.pem").touch()
    assert "MADOGUCHI_LDAP_CA_FILE" not in complaints(missing)


def test_tls_is_started_unless_the_address_has_it_already() -> None:
    given = {"MADOGUCHI_LDAP_USER_DN": DN}
    assert ldap_settings(Variables(given | {"MADOGUCHI_LDAP_URL": "ldap://ldap.example.jp"}))["start_tls"] is True
    assert ldap_settings(Variables(given | {"MADOGUCHI_LDAP_URL": "ldaps://ldap.example.jp"}))["start_tls"] is False
    assert ldap_settings(Variables({})) == {}


def test_name_attribute_is_the_one_the_pattern_begins_with() -> None:
    given = {"MADOGUCHI_LDAP_URL": "ldap://ldap.example.jp", "MADOGUCHI_LDAP_USER_DN": DN.replace("uid", "cn")}
    assert ldap_settings(Variables(given))["name_attribute"] == "cn"
