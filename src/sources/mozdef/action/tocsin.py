"""MozDef alert action: posts every alert to a route of Tocsin.

Goes with tocsin.json into MozDef's alerts/actions/, and as 'tocsin' into ALERT_ACTIONS of alerts/lib/config.py.
Needs Python 3.6 or newer and nothing that MozDef does not have.
"""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

from mozdef_util.utilities.logger import logger

CONFIG_FILE = os.path.splitext(os.path.abspath(__file__))[0] + '.json'

# What tocsin.json may set, and what holds where it does not.
DEFAULTS = {
    'url': None,                     # the route's address, a credential: it is never logged
    'header': 'X-Tocsin-Token',      # the header that the route's auth asks for
    'token': None,                   # its value; none is sent where there is none
    'registration': ['*'],           # which alerts: '*', or tags, categories, class names in lower case
    'timeout': 5,                    # seconds for one attempt
    'attempts': 3,
    'pause': 1,                      # seconds before the second attempt, doubled before each later one
    'max_pause': 10,                 # seconds; the relay may ask for less, never for more
    'max_bytes': 900000,             # of one request; the relay takes 1 MiB unless its route says otherwise
    'ca_file': None,                 # PEM file of a private certificate authority
}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive as a GET, elsewhere, without its body."""

    def redirect_request(self, *_):
        return None


def load_config(path):
    """Reads the configuration; raises ValueError with a sentence that says what is wrong."""
    try:
        with open(path, encoding='utf-8') as handle:
            given = json.load(handle)
    except (OSError, ValueError) as error:
        raise ValueError('cannot read {0}: {1}'.format(path, error))
    if not isinstance(given, dict):
        raise ValueError('{0} must hold an object'.format(path))
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        raise ValueError('{0}: unknown setting {1}'.format(path, ', '.join(unknown)))
    config = dict(DEFAULTS, **given)
    if urllib.parse.urlsplit(str(config['url'])).scheme not in ('http', 'https'):
        raise ValueError('{0}: url must be the http(s) address of a route'.format(path))
    return config


def encode(alert):
    """The alert as JSON bytes. NaN and Infinity, which Python writes and JSON does not know, become null."""
    text = json.dumps(alert, default=str)
    return json.dumps(json.loads(text, parse_constant=lambda _: None)).encode('ascii')


def fit(alert, max_bytes):
    """The alert as JSON bytes of at most max_bytes, if leaving out sample events can make it so; the alert stays as it is."""
    body = encode(alert)
    document = alert['_source'] if isinstance(alert.get('_source'), dict) else alert
    events = document.get('events')
    keep = len(events) if isinstance(events, list) else 0
    while len(body) > max_bytes and keep > 0:
        keep //= 2
        shorter = dict(document, events=events[:keep], events_left_out=len(events) - keep)
        body = encode(dict(alert, _source=shorter) if document is not alert else shorter)
    return body


def retry_after(error, most):
    """How long the relay asked to wait, in seconds; None where it did not say."""
    try:
        seconds = float(error.headers.get('Retry-After', ''))
    except (AttributeError, TypeError, ValueError):
        return None
    return min(seconds, most) if seconds >= 0 else None


class message(object):
    """The action. MozDef makes one when it starts, and calls onMessage with each alert that fits the registration."""

    def __init__(self):
        # MozDef logs what is raised here and goes on without this action.
        self.config = load_config(CONFIG_FILE)
        self.registration = self.config['registration']
        # Lower goes first. Some of MozDef's own actions (pagerduty, block_ip) hand on something other than the alert
        # to those after them; this one has to come before.
        self.priority = 0
        handlers = [NoRedirect()]
        if self.config['ca_file']:
            import ssl
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.config['ca_file'])))
        self.opener = urllib.request.build_opener(*handlers)

    def onMessage(self, alert):
        """Posts the alert and hands it on unchanged. Never raises: MozDef would log the whole alert, and acknowledge it anyway."""
        try:
            if isinstance(alert, dict):
                self.send(alert)
            else:
                logger.error('tocsin: got a {0} in place of an alert, from the action before'.format(type(alert).__name__))
        except Exception as error:
            logger.error('tocsin: alert {0} was not sent: {1}'.format(name_of(alert), type(error).__name__))
        return alert

    def send(self, alert):
        """Tries a few times. MozDef handles one alert after the other, so that the whole of it must stay short."""
        config = self.config
        body = fit(alert, config['max_bytes'])
        pause = config['pause']
        for attempt in range(1, config['attempts'] + 1):
            wait, reason, again = self.post(body)
            if reason is None:
                logger.info('tocsin: alert {0} sent, attempt {1}'.format(name_of(alert), attempt))
                return
            if not again or attempt == config['attempts']:
                logger.error('tocsin: alert {0} was not sent after {1} attempt(s): {2}'.format(name_of(alert), attempt, reason))
                return
            logger.warning('tocsin: alert {0}, attempt {1}: {2}'.format(name_of(alert), attempt, reason))
            time.sleep(wait if wait is not None else min(pause, config['max_pause']))
            pause *= 2

    def post(self, body):
        """One attempt: (seconds to wait or None, why it failed or None, whether to try again)."""
        config = self.config
        headers = {'Content-Type': 'application/json', 'User-Agent': 'mozdef-tocsin'}
        if config['token']:
            headers[config['header']] = config['token']
        request = urllib.request.Request(config['url'], data=body, headers=headers, method='POST')
        try:
            with self.opener.open(request, timeout=config['timeout']) as answer:
                answer.read(65536)
            return None, None, False
        except urllib.error.HTTPError as error:
            error.close()
            again = error.code in (408, 425, 429) or error.code >= 500
            return retry_after(error, config['max_pause']), 'answer {0}'.format(error.code), again
        except Exception as error:
            # The text of an error may hold the address; its name and number do not.
            reason = getattr(error, 'reason', error)
            number = getattr(reason, 'errno', None)
            return None, type(reason).__name__ + ('' if number is None else ' ({0})'.format(number)), True


def name_of(alert):
    """What to call an alert in the log."""
    return alert.get('_id', '(no id)') if isinstance(alert, dict) else '(none)'
