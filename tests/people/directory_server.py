"""A real slapd in a folder of its own on a loopback port, and the certificates it is known by."""

import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.journeys.running_desk import free_port

SLAPD, SLAPADD = (
    shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/libexec:/usr/bin") for name in ("slapd", "slapadd")
)
BASE = "dc=example,dc=jp"
USER_DN = f"uid=%(user)s,ou=people,{BASE}"
PASSWORDS = {"tanaka": "himitsu no kotoba", "o'hara, jr. +x": "another word", "nomail": "third word"}
# a server as lax as some are: an empty password counts as a success, and nobody may read another's entry
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
allow bind_anon_cred bind_anon_dn
{tls}
database mdb
maxsize 10485760
suffix "{base}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by self read by * none
"""
TLS = """
TLSCACertificateFile {authority}
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
security simple_bind=112
"""
PEOPLE = """
dn: {base}
objectClass: dcObject
objectClass: organization
dc: example
o: 府省

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: uid=tanaka,ou=people,{base}
objectClass: inetOrgPerson
uid: tanaka
cn: 田中 花子
sn: 田中
mail: tanaka@example.jp
userPassword: {tanaka}

dn: uid=o'hara\\2C jr. \\2Bx,ou=people,{base}
objectClass: inetOrgPerson
uid: o'hara, jr. +x
cn: O'Hara
sn: O'Hara
userPassword: {hara}

dn: uid=nomail,ou=people,{base}
objectClass: inetOrgPerson
uid: nomail
cn: 無名
sn: 無名
userPassword: {nomail}
"""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A certificate authority made for one test, with the files of one server it vouches for."""

    authority: Path
    certificate: Path
    key: Path


def make_authority(folder: Path, *, host: str = "localhost") -> Authority:
    folder.mkdir(parents=True)
    root_key, root_name = ec.generate_private_key(ec.SECP256R1()), _name("Test authority")
    root = _certificate(subject=root_name, issuer=root_name, public=root_key.public_key(), signer=root_key, host=None)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _certificate(subject=_name(host), issuer=root_name, public=key.public_key(), signer=root_key, host=host)
    files = Authority(authority=folder / "ca.pem", certificate=folder / "server.pem", key=folder / "server.key")
    files.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return files


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    *, subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey,
    host: str | None,
) -> x509.Certificate:  # fmt: skip
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )  # fmt: skip
    if host is not None:
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(signer, hashes.SHA256())


@contextmanager
def running_directory(folder: Path, *, tls: Authority | None = None) -> Iterator[str]:
    """Fill a directory, serve it, yield its address, and end exactly the process that was started."""
    assert SLAPD is not None
    assert SLAPADD is not None
    (folder / "data").mkdir(parents=True)
    lines = TLS.format(authority=tls.authority, certificate=tls.certificate, key=tls.key) if tls else ""
    configuration = folder / "slapd.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, base=BASE, tls=lines), encoding="utf-8")
    tanaka, hara, nomail = PASSWORDS.values()
    people = PEOPLE.format(base=BASE, tanaka=tanaka, hara=hara, nomail=nomail)
    subprocess.run([SLAPADD, "-f", configuration], input=people.encode(), check=True, capture_output=True, timeout=30)
    port = free_port()
    command = [SLAPD, "-f", str(configuration), "-h", f"ldap://127.0.0.1:{port}/", "-d", "0"]
    with (folder / "slapd.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield f"ldap://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    ended = time.monotonic() + 20
    while time.monotonic() < ended:
        assert process.poll() is None, "slapd ended while it started; see slapd.log"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("slapd does not answer")
