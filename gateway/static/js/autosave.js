// Keeps the draft while it is being written: a while after the last key, and when the page is left.
const QUIET_MS = 1500;
const AGAIN_MS = 15000;
const form = document.querySelector("form[data-autosave]");
const news = form.querySelector("[data-autosave-news]");
let timer;
let saved = written();

function written() {
  const data = new FormData(form);
  for (const name of ["csrf_token", "idempotency_key", "version", "returning"]) data.delete(name);
  return new URLSearchParams(data).toString();
}

function body() {
  return new URLSearchParams(new FormData(form));
}

async function save() {
  const now = written();
  if (now === saved || form.dataset.sent) return;
  news.textContent = form.dataset.wordsSaving;
  try {
    const token = document.querySelector("meta[name=csrf-token]").content;
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      body: body(),
    });
    const told = await answer.json();
    // A value that breaks a rule is kept as typed (422); the page says so when it is sent.
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    if (told.version !== undefined) form.querySelector("[name=version]").value = told.version;
    saved = now;
    news.textContent = form.dataset.wordsSaved;
  } catch {
    news.textContent = form.dataset.wordsFailed;
    later(AGAIN_MS);
  }
}

function later(wait) {
  window.clearTimeout(timer);
  timer = window.setTimeout(save, wait);
}

form.addEventListener("input", () => later(QUIET_MS));
form.addEventListener("submit", () => window.clearTimeout(timer));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || written() === saved || form.dataset.sent) return;
  navigator.sendBeacon(form.dataset.autosave, body());
});
