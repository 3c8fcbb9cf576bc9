# What Debian's Apprise makes of addresses: a JSON list of them comes in, a JSON object goes out. Nothing is sent anywhere.
import json
import logging
import sys

from apprise import Apprise

logging.disable(logging.CRITICAL)
known = set()
for service in Apprise().details()["schemas"]:
    known.update(service["protocols"] or ())
    known.update(service["secure_protocols"] or ())
taken = [Apprise.instantiate(address) is not None for address in json.load(sys.stdin)]
print(json.dumps({"known": sorted(known), "taken": taken}))
