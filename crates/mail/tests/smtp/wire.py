"""Reads letters as Python's own e-mail package does, and verifies their signatures where dkimpy is installed.

The folder named on the command line holds pairs NAME.eml and NAME.json: a letter, and what it must say.
"""

import email.headerregistry
import json
import pathlib
import sys
from email import message_from_bytes, policy

try:
    import dkim
except ImportError:
    dkim = None

folder = pathlib.Path(sys.argv[1])
records = json.loads((folder / "records").read_text("utf-8"))
seen = verified = 0

for expected_file in sorted(folder.glob("*.json")):
    expected = json.loads(expected_file.read_text("utf-8"))
    raw = expected_file.with_suffix(".eml").read_bytes()
    name = expected_file.stem
    message = message_from_bytes(raw, policy=policy.default)
    every = [message, *message.walk()]
    assert not any(part.defects for part in every), (name, [part.defects for part in every])
    for key, value in message.items():
        assert not value.defects, (name, key, value.defects)
    for key in ("Subject", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Message-ID"):
        if expected.get(key) is not None or key == "Subject":
            assert str(message[key]) == expected[key], (name, key, str(message[key]), expected[key])
        else:
            assert message[key] is None or key in ("Auto-Submitted", "Message-ID"), (name, key)
    assert message["MIME-Version"] == "1.0", name
    sender = message["From"].addresses[0]
    assert [sender.display_name, sender.addr_spec] == expected["From"], (name, sender)
    assert message["To"].addresses[0].addr_spec == expected["To"], name
    assert message["Date"].datetime is not None, name
    bodies = {kind: message.get_body((kind,)).get_content() for kind in ("plain", "html")}
    for kind, body in bodies.items():
        assert body.replace("\r\n", "\n") == expected[kind], (name, kind)
    files = [
        [part.get_filename(), part.get_content_type(), len(part.get_payload(decode=True))]
        for part in message.iter_attachments()
    ]
    assert files == expected["attachments"], (name, files, expected["attachments"])
    assert max(map(len, raw.split(b"\r\n"))) <= 998, name
    if dkim is not None and message["DKIM-Signature"] is not None:
        assert dkim.verify(raw, dnsfunc=lambda at, timeout=5: records[at.decode()].encode()), name
        verified += 1
    seen += 1

print(f"{seen} read, {verified} verified")
