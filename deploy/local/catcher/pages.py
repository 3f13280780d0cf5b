"""The two pages for people: the list, which keeps itself fresh, and one message."""

import re
from html import escape

from deploy.local.catcher.mailbox import Message

_CHANNELS = {"email": "Email", "sms": "SMS"}
REFRESH_SECONDS = 4

_ADDRESS = re.compile(r"https?://[^\s<>]*[^\s<>.,:;)]")

# Keeps the list fresh without touching what somebody types.
SCRIPT = """
const list = document.querySelector("ul");
async function refresh() {
  if (list.contains(document.activeElement)) return;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("ul").innerHTML;
  if (fresh !== list.innerHTML) list.innerHTML = fresh;
}
setInterval(() => refresh().catch(() => {}), 2000);
"""

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-inline-size: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p.note { margin: 0 0 1rem; opacity: .75; }
form { display: flex; gap: .5rem; flex-wrap: wrap; margin-block-end: 1rem; }
input, button { font: inherit; padding: .5rem .75rem; min-block-size: 44px; box-sizing: border-box; }
input { flex: 1 1 16rem; }
ul { list-style: none; margin: 0; padding: 0; border-block-start: 1px solid #8886; }
li a { display: grid; grid-template-columns: 4rem 1fr auto; gap: .25rem .75rem; padding: .75rem .25rem;
  border-block-end: 1px solid #8886; color: inherit; text-decoration: none; }
li a:hover, li a:focus-visible { background: #8882; }
.channel { font-weight: 600; }
.preview { grid-column: 2 / -1; opacity: .8; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  min-inline-size: 0; }
.to { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; padding: 1rem; border: 1px solid #8886; }
iframe { inline-size: 100%; block-size: 32rem; border: 1px solid #8886; background: #fff; }
"""


def index(messages: list[Message], to: str) -> str:
    """All messages, or those of one address, newest first."""
    rows = "".join(map(_row, messages)) or "<li>Nothing yet.</li>"
    body = f"""<h1>Mail and SMS catcher</h1>
<p class="note">Everything the portal sends on this machine, newest first. Nobody real is written to.</p>
<form><input name="to" value="{escape(to)}" aria-label="Address or mobile number"
 placeholder="Address or mobile number" dir="ltr"><button>Show</button></form>
<ul>{rows}</ul>"""
    head = f'<noscript><meta http-equiv="refresh" content="{REFRESH_SECONDS}"></noscript>'
    return _page("Mail and SMS catcher", body, f'{head}<script type="module" src="/refresh.js"></script>')


def view(message: Message) -> str:
    """One message; its HTML in a frame that may run and load nothing."""
    html = ""
    if message.html:
        html = f'<h2>As designed</h2><iframe sandbox src="/messages/{message.number}/html" title="HTML"></iframe>'
    body = f"""<p><a href="/">All messages</a></p>
<h1 dir="auto">{escape(message.subject or _CHANNELS[message.channel])}</h1>
<dl><dt>To</dt><dd><bdi>{escape(message.to)}</bdi></dd><dt>At</dt><dd>{escape(message.at)}</dd></dl>
<pre dir="auto">{_with_links(message.text)}</pre>{html}"""
    return _page(message.subject or _CHANNELS[message.channel], body)


def _row(message: Message) -> str:
    return (
        f'<li><a href="/messages/{message.number}"><span class="channel">{_CHANNELS[message.channel]}</span>'
        f'<bdi class="to">{escape(message.to)}</bdi><time>{escape(message.at[11:19])}</time>'
        f'<span class="preview" dir="auto">{escape(message.subject or message.text)}</span></a></li>'
    )


def _with_links(text: str) -> str:
    return _ADDRESS.sub(lambda found: f'<a href="{found[0]}" rel="noreferrer">{found[0]}</a>', escape(text))


def _page(title: str, body: str, head: str = "") -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}
<link rel="stylesheet" href="/style.css"></head><body><main>{body}</main></body></html>"""
