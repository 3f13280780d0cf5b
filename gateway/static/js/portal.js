// On every page: the components of govuk-frontend, forms that are sent once, submenus that close.
import {
  Button,
  ErrorSummary,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "../vendor/govuk-frontend.min.js";

for (const component of [Button, ErrorSummary, PasswordInput, ServiceNavigation, SkipLink]) {
  createAll(component);
}

// The server knows a form that comes twice by its key; this only spares the reader the wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
});

// Back in the browser shows the page as it was left: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  }
});

for (const menu of document.querySelectorAll("[data-submenu]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
