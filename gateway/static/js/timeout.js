// Warns two minutes before the session ends; one press keeps it. Other tabs are told, so that one press is enough.
const WARN_SECONDS = 120;
const STORE = "session-ends-at";
const dialog = document.getElementById("session-warning");
const words = dialog.querySelector("[data-left]");
let endsAt = Date.now() + Number(dialog.dataset.seconds) * 1000;

function remember(moment) {
  endsAt = moment;
  try {
    localStorage.setItem(STORE, String(moment));
  } catch {
    // Without storage each tab counts for itself.
  }
}

function left() {
  return Math.max(0, Math.round((endsAt - Date.now()) / 1000));
}

function tick() {
  const seconds = left();
  if (seconds === 0) {
    const here = encodeURIComponent(location.pathname + location.search);
    location.assign(`${dialog.dataset.endedUrl}?next=${here}`);
    return;
  }
  if (seconds <= WARN_SECONDS && !dialog.open) dialog.showModal();
  if (seconds > WARN_SECONDS && dialog.open) dialog.close();
  if (dialog.open) {
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    words.textContent = dialog.dataset.wordsLeft.replace("{time}", `\u2066${time}\u2069`);
  }
}

async function extend() {
  const token = document.querySelector("meta[name=csrf-token]").content;
  try {
    const answer = await fetch(dialog.dataset.extendUrl, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { seconds } = await answer.json();
    remember(Date.now() + seconds * 1000);
    dialog.close();
  } catch {
    tick(); // the time left goes on showing; the next press tries again
  }
}

remember(endsAt);
window.addEventListener("storage", (event) => {
  if (event.key === STORE && event.newValue) endsAt = Number(event.newValue);
});
dialog.querySelector("[data-extend]").addEventListener("click", extend);
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
// Closing without extending must not open it again each second.
dialog.addEventListener("close", () => {
  if (left() <= WARN_SECONDS) window.clearInterval(timer);
  else return;
  window.setTimeout(() => {
    timer = window.setInterval(tick, 1000);
  }, Math.max(0, (left() - 30) * 1000));
});
let timer = window.setInterval(tick, 1000);
