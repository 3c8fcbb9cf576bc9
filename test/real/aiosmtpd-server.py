# A mail server for tests: Debian's python3-aiosmtpd with TLS and sign-in. Prints its port, then one JSON line for each mail.
import asyncio
import base64
import json
import logging
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

# Its warnings are about the very set-ups that are tested here.
logging.disable(logging.WARNING)
options = json.loads(sys.argv[1])
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(options["cert"], options["key"])


def authenticate(server, session, envelope, mechanism, given):
    right = LoginPassword(options["username"].encode(), options["password"].encode())
    return AuthResult(success=given == right, handled=False)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        said = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or options["mode"] == "smtps",
            "user": bool(session.authenticated),
            "hello": session.host_name,
            "raw": base64.b64encode(envelope.original_content).decode(),
        }
        print(json.dumps(said), flush=True)
        return "250 OK"


def protocol():
    common = {"authenticator": authenticate, "auth_required": True, "hostname": "localhost"}
    if options["mode"] == "smtps":
        return SMTP(Handler(), auth_require_tls=False, **common)
    return SMTP(Handler(), tls_context=context, require_starttls=True, **common)


async def main():
    loop = asyncio.get_running_loop()
    tls = context if options["mode"] == "smtps" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
