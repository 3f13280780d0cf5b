// Status as it changes: an event stream tells which request changed, a fragment brings its words.
// Where streams are not to be had (none free, a proxy in between), the fragment is asked for every 30 seconds.
const POLL_MS = 30000;
const RETRY_MS = 4000;
const CALM_MS = 300;
const box = document.querySelector("[data-live-url]");
const news = document.querySelector("[data-live-news]");
const mine = box.dataset.liveNumber;
let pending;
let shown = normal(box.innerHTML);

// The same text may be written in several ways: only what a browser makes of it counts.
function normal(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML.replace(/\s+/g, " ").trim();
}

function show(html) {
  const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  box.innerHTML = html;
  if (focused) box.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  news.textContent = box.dataset.wordsUpdated;
}

async function refresh() {
  try {
    const answer = await fetch(box.dataset.fragmentUrl, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    const fresh = normal(html);
    if (fresh === shown) return;
    shown = fresh;
    show(html);
  } catch {
    // The next event or the next round asks again.
  }
}

function soon() {
  window.clearTimeout(pending);
  pending = window.setTimeout(refresh, CALM_MS);
}

function concerns(data) {
  if (!mine) return true;
  try {
    const told = JSON.parse(data);
    const number = typeof told === "string" ? told : (told.number ?? told.aggregate);
    return !number || number === mine;
  } catch {
    return !data || data === mine;
  }
}

function listen() {
  const stream = new EventSource(box.dataset.liveUrl);
  stream.onmessage = (event) => {
    if (concerns(event.data)) soon();
  };
  // A stream ends by itself after a while and comes back at once; one that was refused leaves it to the polling.
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) window.setTimeout(listen, POLL_MS);
    else window.setTimeout(soon, RETRY_MS);
  };
  return stream;
}

if ("EventSource" in window) {
  const stream = listen();
  window.addEventListener("pagehide", () => stream.close());
}
window.setInterval(refresh, POLL_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") soon();
});
