/* Lists and search: each of these works on top of pages that work without it. */

const WIDE = window.matchMedia("(min-width: 60rem)");

/** On a wide screen the filters are open from the start; on a phone they wait behind their button. */
function openFilters(root = document) {
  const filters = root.querySelector("details.filters");
  if (filters && WIDE.matches) filters.open = true;
}

/** What is typed into the header's search field is answered below it. Arrow keys walk, Escape closes. */
function suggest(form) {
  const field = form.querySelector('input[type="search"]');
  const box = document.createElement("div");
  box.className = "suggest";
  box.id = `${field.id}_suggestions`;
  box.hidden = true;
  box.setAttribute("role", "status");
  form.parentElement.append(box);
  let timer = 0;
  let running = null;

  const close = () => {
    box.hidden = true;
  };
  const ask = async () => {
    running?.abort();
    const text = field.value.trim();
    if (text.length < 2) return close();
    running = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: running.signal });
      if (!answer.ok) return close();
      box.innerHTML = await answer.text();
      box.hidden = !box.querySelector("*");
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  const step = (by) => {
    const stops = [field, ...box.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    stops[(at + by + stops.length) % stops.length].focus();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 180);
  });
  form.parentElement.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "Escape") {
      close();
      field.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  form.parentElement.addEventListener("focusout", (event) => {
    if (!form.parentElement.contains(event.relatedTarget)) setTimeout(close, 120);
  });
}

openFilters();
document.addEventListener("htmx:afterSwap", () => openFilters());
for (const form of document.querySelectorAll("form[data-suggest]")) suggest(form);
