/* Small comforts for every customer page. Each works on top of HTML that works without it. */

/** Close an open header menu with Escape or a click beside it, and give the focus back. */
function closeMenus() {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

/** `data-copy="text"`: a click puts the text on the clipboard; `data-copied` is what is said then. */
function copyOnClick() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    status.className = "copied";
    status.textContent = button.dataset.copied || "✓";
    button.querySelector(".copied")?.remove();
    button.append(status);
    setTimeout(() => status.remove(), 2500);
  });
}

/** `data-submit-on-change` on a field: changing it submits its form; its submit button may then be hidden. */
function submitOnChange() {
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-submit-on-change]");
    if (field?.form?.reportValidity()) field.form.requestSubmit();
  });
}

/** A form is sent once: a second click on its button does nothing while the first is under way. */
function submitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}

/** The summary of errors gets the focus, so that it is read first. */
function focusErrors() {
  document.querySelector("[data-focus]")?.focus({ preventScroll: false });
}

document.documentElement.classList.add("has-js");
closeMenus();
copyOnClick();
submitOnChange();
submitOnce();
focusErrors();
document.addEventListener("htmx:afterSettle", focusErrors);
