// The staff's keys, listed by `?`. They can be switched off, and never act while somebody writes.
const STORE = "shortcuts-off";
const dialog = document.getElementById("shortcuts");
const opener = document.querySelector("[data-shortcuts-open]");
const toggle = dialog.querySelector("[data-shortcuts-on]");
const rows = [...document.querySelectorAll("[data-row]")];

function stored() {
  try {
    return localStorage.getItem(STORE) === "yes";
  } catch {
    return false;
  }
}

function isWriting(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function move(step) {
  if (rows.length === 0) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
  next.querySelector("[data-row-link]").focus();
}

function press(key) {
  if (key === "?") dialog.showModal();
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "o") document.activeElement?.closest("[data-row]")?.querySelector("[data-row-link]").click();
  else return use(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  return true;
}

function use(target) {
  if (!target) return false;
  if (target.matches("input")) target.focus();
  else target.click();
  return true;
}

opener.hidden = false;
toggle.checked = !stored();
toggle.addEventListener("change", () => {
  try {
    localStorage.setItem(STORE, toggle.checked ? "no" : "yes");
  } catch {
    // Without storage the choice holds for this page.
  }
});
opener.addEventListener("click", () => dialog.showModal());
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
document.addEventListener("keydown", (event) => {
  if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || dialog.open || isWriting(event.target)) return;
  if (press(event.key)) event.preventDefault();
});
