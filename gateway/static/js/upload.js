// Files go straight to the store: progress in words, cancel, retry, drag and drop. Without this script the same form
// sends the file through the portal.
const POLL_MS = 800;
const POLLS = 75;
const token = () => document.querySelector("meta[name=csrf-token]").content;
const MIME_BY_ENDING = { heic: "image/heic", heif: "image/heif", jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", pdf: "application/pdf" };

class Refused extends Error {}

async function ask(url, options) {
  const answer = await fetch(url, options);
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // An answer without words: the general ones are shown.
  }
  if (!answer.ok) throw new Refused(told.message ?? "");
  return told;
}

function post(url, data) {
  return ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
    body: JSON.stringify(data),
  });
}

// Some systems do not know HEIC and give no type: the ending is enough here, the content decides later.
function typeOf(file) {
  return file.type || MIME_BY_ENDING[file.name.split(".").pop().toLowerCase()] || "application/octet-stream";
}

async function sha256(file) {
  if (!crypto.subtle) return undefined; // plain http outside this machine: the check by content remains
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function send(upload, file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const [name, value] of Object.entries(upload.fields ?? {})) body.append(name, value);
    body.append("file", file);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(Math.round((100 * event.loaded) / event.total));
    request.onload = () => (request.status < 300 ? resolve() : reject(new Refused("")));
    request.onerror = () => reject(new Refused(""));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.open(upload.method, upload.url);
    request.send(body);
  });
}

class Uploader {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.box = form.querySelector("[data-progress]");
    this.bar = form.querySelector("progress");
    this.words = form.querySelector("[data-progress-words]");
    this.cancel = form.querySelector("[data-cancel]");
    this.retry = form.querySelector("[data-retry]");
    form.classList.add("uploader--scripted");
    this.input.addEventListener("change", () => this.take(this.input.files[0]));
    this.cancel.addEventListener("click", () => this.stop?.abort());
    this.retry.addEventListener("click", () => this.take(this.file));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.takeDrops();
  }

  takeDrops() {
    const row = this.form.querySelector(".uploader__row");
    const hint = document.createElement("p");
    hint.className = "uploader__drop";
    hint.textContent = this.form.dataset.wordsDrop;
    row.append(hint);
    const over = (state) => (event) => {
      event.preventDefault();
      this.form.classList.toggle("uploader--over", state);
    };
    row.addEventListener("dragover", over(true));
    row.addEventListener("dragleave", over(false));
    row.addEventListener("drop", (event) => {
      over(false)(event);
      this.take(event.dataTransfer.files[0]);
    });
  }

  say(text) {
    this.words.textContent = text;
  }

  refusal(file) {
    const { types, maxBytes, wordsEmpty, wordsTooBig, wordsWrongType } = this.form.dataset;
    if (file.size === 0) return wordsEmpty;
    if (file.size > Number(maxBytes)) return wordsTooBig;
    return types.split(" ").includes(typeOf(file)) ? "" : wordsWrongType;
  }

  async take(file) {
    if (!file || this.busy) return;
    this.file = file;
    this.box.hidden = false;
    this.retry.hidden = true;
    this.bar.value = 0;
    const refused = this.refusal(file);
    this.cancel.hidden = Boolean(refused);
    if (refused) {
      this.say(refused);
      return;
    }
    this.busy = true;
    this.stop = new AbortController();
    try {
      await this.run(file);
    } catch (error) {
      const stopped = error.name === "AbortError";
      this.say(stopped ? this.form.dataset.wordsCancelled : error.message || this.form.dataset.wordsFailed);
      this.retry.hidden = false;
      this.cancel.hidden = true;
    } finally {
      this.busy = false;
      this.input.value = "";
    }
  }

  async run(file) {
    const { startUrl, wordsSending, wordsChecking } = this.form.dataset;
    const hash = await sha256(file);
    const facts = { filename: file.name, content_type: typeOf(file), size: file.size, sha256: hash };
    const started = await post(startUrl, facts);
    const show = (percent) => {
      this.bar.value = percent;
      this.say(wordsSending.replace("{name}", `\u2068${file.name}\u2069`).replace("{percent}%", `\u2066${percent}%\u2069`));
    };
    show(0);
    await send(started.upload, file, show, this.stop.signal);
    this.cancel.hidden = true;
    this.say(wordsChecking);
    await this.wait(await post(started.complete_url, { sha256: hash }));
  }

  async wait(told) {
    let state = told;
    for (let round = 0; round < POLLS && ["uploaded", "scanning", "awaiting_upload"].includes(state.state); round += 1) {
      await new Promise((resolve) => window.setTimeout(resolve, POLL_MS));
      state = await ask(told.state_url, { headers: { Accept: "application/json" }, cache: "no-store" });
    }
    if (state.state === "refused") throw new Refused(state.message ?? "");
    await this.showSlot();
  }

  async showSlot() {
    const section = this.form.closest("[data-slot]");
    const answer = await fetch(section.dataset.fragmentUrl, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) {
      location.reload();
      return;
    }
    const done = this.form.dataset.wordsDone;
    section.querySelector("[data-slot-inside]").outerHTML = await answer.text();
    const form = section.querySelector("[data-upload]");
    const fresh = new Uploader(form);
    fresh.box.hidden = false;
    fresh.bar.hidden = true;
    fresh.cancel.hidden = true;
    fresh.say(done);
    fresh.input.focus();
  }
}

for (const form of document.querySelectorAll("[data-upload]")) new Uploader(form);
