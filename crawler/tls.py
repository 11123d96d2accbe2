"""TLS with portals: verified first; permissive where a host can do no better, and then that is recorded.

Python's own ssl speaks what old portals speak (TLS 1.0, small keys, legacy renegotiation), which the OpenSSL that
Twisted is bound to does not.
"""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass

LEGACY_SERVER_CONNECT = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT; ssl has a name for it from Python 3.12 on


@dataclass(frozen=True, slots=True)
class Secured:
    """The TLS of a connection: `version` as OpenSSL names it (`TLSv1.2`), `distrust` why its certificate proves
    nothing, '' when it was verified."""

    version: str
    distrust: str = ""

    @property
    def protocol(self) -> str:
        """As WARC-Protocol names it: `tls/1.2`."""
        number = self.version.removeprefix("TLSv")
        return f"tls/{number}" if "." in number else f"tls/{number}.0"

    def __str__(self) -> str:
        return ", ".join(part for part in (self.version, self.distrust) if part)


def standard_context() -> ssl.SSLContext:
    """TLS 1.2 and later; certificate and host name are verified against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def permissive_context() -> ssl.SSLContext:
    """Whatever the server can do, and no look at its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= LEGACY_SERVER_CONNECT
    with warnings.catch_warnings():
        # Python calls it deprecated, which is the point.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def distrust(error: Exception) -> str:
    """What a failed standard handshake says of the server, for the record of what came without it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message.rstrip('.')}"
    return f"certificate not checked: the standard handshake failed ({told(error)})"


def told(error: Exception) -> str:
    """OpenSSL's reason in small letters, or that the server broke off."""
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else "the server broke off"
