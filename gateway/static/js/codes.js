// Codes: a pasted message becomes its six digits; the wait before a new code counts down in sight.
function digits(text) {
  return text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
}

for (const field of document.querySelectorAll("[data-code]")) {
  const wanted = new RegExp(`(?<!\\d)\\d{${field.dataset.code}}(?!\\d)`);
  field.addEventListener("paste", (event) => {
    const found = wanted.exec(digits(event.clipboardData.getData("text")).replace(/(\d)[ -](?=\d)/g, "$1"));
    if (!found) return;
    event.preventDefault();
    field.value = found[0];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

for (const form of document.querySelectorAll("[data-resend]")) {
  const shown = form.querySelector("[data-timer]");
  const button = form.querySelector("button");
  const ready = Date.now() + Number(form.dataset.resend) * 1000;
  const tick = () => {
    const seconds = Math.ceil((ready - Date.now()) / 1000);
    button.toggleAttribute("disabled", seconds > 0);
    if (seconds <= 0) {
      window.clearInterval(timer);
      shown.textContent = form.dataset.resend === "0" ? "" : form.dataset.wordsNow;
      return;
    }
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    shown.textContent = form.dataset.wordsWait.replace("{time}", `\u2066${time}\u2069`);
  };
  const timer = window.setInterval(tick, 1000);
  tick();
}
