/* Comforts of the staff area: the menu on old browsers, and moving by keyboard. */

/** Browsers that cannot keep a closed <details> visible by style get it opened on wide screens. */
function openMenuOnWideScreens() {
  const menu = document.querySelector("[data-staff-nav]");
  if (!menu || CSS.supports("selector(::details-content)")) return;
  menu.open = window.matchMedia("(min-width: 64rem)").matches;
}

/** Open the group of the page that is shown, and bring its entry into the middle of a menu longer than the window. */
function showCurrentEntry() {
  const menu = document.querySelector(".staff-nav nav");
  const entry = menu?.querySelector("[aria-current]");
  if (!entry) return;
  entry.closest("details.staff-nav__group")?.setAttribute("open", "");
  const below = entry.getBoundingClientRect().top - menu.getBoundingClientRect().top;
  if (below > window.innerHeight * 0.8) menu.scrollTop = below - menu.clientHeight / 2;
}

/** On a phone the tabs are wider than the window: bring the one that is shown into it. */
function showCurrentTab() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const tabs = tab.closest(".tabs");
    const beyond = tab.getBoundingClientRect().right - tabs.getBoundingClientRect().right;
    if (beyond > 0) tabs.scrollLeft += beyond;
  }
}

/** Oscar's tables have boxes without a name: give each the name of its row. */
function nameCheckboxes() {
  const words = document.getElementById("main")?.dataset ?? {};
  for (const box of document.querySelectorAll("main table input[type=checkbox]:not([aria-label])")) {
    if (box.labels.length > 0) continue;
    const row = box.closest("tr")?.querySelector("a[href]:not([href^='?'])")?.textContent.trim();
    box.setAttribute("aria-label", box.closest("th") || !row ? words.selectAll : `${words.selectOne}: ${row}`);
  }
}

/** Oscar's column heads and sort links without text are neither heads nor links. */
function dropEmptyHeads() {
  for (const link of document.querySelectorAll("main th a[href^='?sort=']")) {
    if (!link.textContent.trim()) link.removeAttribute("href");
  }
  for (const head of document.querySelectorAll("main th")) {
    if (!head.textContent.trim()) head.setAttribute("role", "cell");
  }
}

/** Oscar's pages jump from h1 to h3: tell screen readers the level that is meant. */
function levelHeadings() {
  let last = 1;
  for (const heading of document.querySelectorAll("main :is(h1, h2, h3, h4, h5)")) {
    const level = Math.min(Number(heading.tagName[1]), last + 1);
    if (level !== Number(heading.tagName[1])) heading.setAttribute("aria-level", String(level));
    last = level;
  }
}

const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

/** The first link of each row in the page's first table, for moving with j and k. */
const rowLinks = () =>
  [...document.querySelectorAll("main table tbody tr")].map((row) => row.querySelector("a[href]")).filter(Boolean);

function move(step) {
  const links = rowLinks();
  const here = links.indexOf(document.activeElement);
  links[Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
}

/** `/` goes to the search, `j` and `k` move through the rows. */
function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      const field = document.querySelector("main input[type=search], main form[method=get] input[type=text]");
      if (!field) return;
      event.preventDefault();
      field.focus();
    }
  });
}

openMenuOnWideScreens();
showCurrentEntry();
showCurrentTab();
dropEmptyHeads();
levelHeadings();
nameCheckboxes();
// Oscar's own script adds boxes once the page is there.
new MutationObserver(nameCheckboxes).observe(document.body, { childList: true, subtree: true });
listenForKeys();
