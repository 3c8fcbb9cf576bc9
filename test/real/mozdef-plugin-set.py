"""What MozDef's alert_actions_worker does with its actions, for a test: loads them by name, sorts them by priority, and gives
each alert that fits their registration to one after the other, with what the one before handed on.

Arguments: the folder that holds `actions`. Standard input: a JSON list of alerts. Standard output: what the actions handed on.
"""

import importlib
import json
import logging
import sys
import types

folder = sys.argv[1]
sys.path.insert(0, folder)

# The one module of MozDef that our action imports, with the logger as MozDef makes it.
logging.basicConfig(stream=sys.stderr, level=logging.INFO, format='%(levelname)s %(message)s')
for name in ('mozdef_util', 'mozdef_util.utilities', 'mozdef_util.utilities.logger'):
    sys.modules[name] = types.ModuleType(name)
sys.modules['mozdef_util.utilities.logger'].logger = logging.getLogger('test')


def words(value):
    """Every key and value, in lower case."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield str(key).lower()
            yield from words(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from words(member)
    else:
        yield str(value).lower()


class Neighbour(object):
    """Like the actions of MozDef that hand on something other than the alert."""

    registration = ['*']
    priority = 1

    def onMessage(self, alert):
        return Neighbour


try:
    own = importlib.import_module('actions.tocsin').message()
except Exception as error:
    logging.getLogger('test').error('not loaded: %s', error)
    sys.exit(3)

actions = sorted([Neighbour(), own], key=lambda action: action.priority)
handed_on = []
for alert in json.load(sys.stdin):
    before = json.dumps(alert)
    for action in actions:
        fields = list(words(alert)) + ['*'] if isinstance(alert, dict) else ['*']
        if set(action.registration).intersection(fields):
            after = action.onMessage(alert)
            if action is own:
                handed_on.append(after is alert and json.dumps(alert) == before)
            alert = after
# A second time, after a neighbour that handed on a class.
own.onMessage(Neighbour)
json.dump({'unchanged': handed_on, 'priority': own.priority}, sys.stdout)
