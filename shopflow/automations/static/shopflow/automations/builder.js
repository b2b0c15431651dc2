/* The flow editor with scripts: dragging, keys, forms beside the drawing, and no change lost on a bad connection.

   The server draws: every command is posted, and the answer holds the new drawing. Without this file the same
   buttons and links lead to pages of their own. */

const root = document.querySelector("[data-builder]");

const find = (selector, from = root) => from.querySelector(selector);
const findAll = (selector, from = root) => [...from.querySelectorAll(selector)];

/* Whoever goes through a list by keys passes others on the way to what is wanted; forms ask for more after this pause. */
const KEYS_TOGETHER = 1000;

class Builder {
  constructor() {
    this.words = JSON.parse(document.getElementById("builder-words").textContent);
    this.board = find("[data-board]");
    this.side = find("[data-side]");
    this.palette = find("[data-palette]");
    this.panel = find("[data-panel]");
    this.toast = find("[data-toast]");
    this.revision = root.dataset.revision;
    this.queue = [];
    this.busy = false;
    this.place = "";
    this.at = "";
    this.dragged = null;
    this.asked = 0;
    this.keyAt = -KEYS_TOGETHER;
    root.classList.add("has-script");
    this.side.hidden = false;
    find("[data-keys-hint]").hidden = false;
    this.listen();
    this.dress();
  }

  /* --- Talking to the server ------------------------------------------------------------------------------------ */

  token() {
    return find("[data-history] [name=csrfmiddlewaretoken]").value;
  }

  /** Post a command of the editor. Commands wait for one another, and for the connection. */
  do(verb, more = {}) {
    this.hideToast();
    this.queue.push({ url: root.dataset.act, fields: { do: verb, ...more } });
    return this.work();
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    while (this.queue.length > 0) {
      const job = this.queue[0];
      this.showState("saving");
      const data = new FormData();
      for (const [name, value] of Object.entries({ ...job.fields, revision: this.revision })) data.append(name, value);
      const answer = await this.post(job.url, data);
      if (answer === null) {
        this.showState("failed");
        await this.connection();
        continue;
      }
      this.queue.shift();
      if (this.isSignedOut(answer, () => this.do(job.fields.do, job.fields))) this.showState("unsaved");
      else await this.digest(answer, job);
    }
    this.busy = false;
  }

  /** The answer, or null when there is no connection. */
  async post(url, data, isSecond = false) {
    data.set("csrfmiddlewaretoken", this.token());
    try {
      const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "builder" } });
      if (answer.status === 403 && !isSecond && (await this.renew())) return this.post(url, data, true);
      return answer.status >= 502 ? null : answer;
    } catch {
      return null;
    }
  }

  /** Get a token that fits whoever is signed in now, which may have happened in another window. True if there is one. */
  async renew() {
    const answer = await fetch(root.dataset.state, { headers: { "X-Requested-With": "builder" } });
    if (!answer.ok || !this.isJson(answer)) return false;
    const { token } = await answer.json();
    for (const input of findAll("[name=csrfmiddlewaretoken]")) input.value = token;
    return true;
  }

  isJson(answer) {
    return answer.headers.get("content-type")?.startsWith("application/json") ?? false;
  }

  /** Whether the shop wants to know first who asks; says so, with a way to do the same once more. */
  isSignedOut(answer, again) {
    if (!answer.redirected) return false;
    this.offer(this.words.signedOut, this.words.again, again);
    return true;
  }

  /** Waits until it is worth trying again: a moment, or the browser's word that it is online. */
  connection() {
    this.wait = Math.min((this.wait ?? 500) * 2, 15000);
    return new Promise((resolve) => {
      const timer = setTimeout(done, this.wait);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
    });
  }

  async digest(answer, job) {
    this.wait = undefined;
    if (!this.isJson(answer)) {
      this.offer(this.words.refused);
      this.showState("unsaved");
      return;
    }
    const state = await answer.json();
    this.showState("saved");
    if (state.board) this.draw(state);
    if (answer.status === 409) {
      this.offer(state.said, this.words.again, () => this.do(job.fields.do, job.fields), { focus: true });
      return;
    }
    if (!answer.ok) {
      this.explain(answer, state);
      return;
    }
    this.say(state.said);
    if (job.fields.do.startsWith("delete")) this.offer(state.said, this.words.undo, () => this.do("undo"));
    if (state.hint) this.offer(state.hint);
    if (state.step) this.at = state.step;
    if (state.opens) await this.open(this.card(state.step)?.querySelector("[data-edit]"));
    else this.focusAt();
  }

  /** Say why something was refused. Of a draft that is gone, the automation's own page knows more. */
  explain(answer, state) {
    if (answer.status === 410) {
      this.offer(state.said, this.words.toFlow, () => window.location.assign(root.dataset.flow), { focus: true });
    } else this.offer(state.said);
  }

  /** Show the drawing that the server has made. */
  draw(state) {
    const { scrollLeft } = this.board;
    const hadFocus = this.board.contains(document.activeElement);
    this.board.innerHTML = state.board;
    this.board.scrollLeft = scrollLeft;
    this.revision = String(state.revision);
    root.dataset.revision = this.revision;
    for (const input of findAll("input[name=revision]")) input.value = this.revision;
    find("[data-history] [value=undo]").disabled = !state.undo;
    find("[data-history] [value=redo]").disabled = !state.redo;
    this.dress();
    this.mark();
    if (hadFocus) this.focusAt();
  }

  /** What only scripts need: cards that can be dragged. */
  dress() {
    for (const card of findAll("[data-step]", this.board)) card.draggable = true;
    for (const link of findAll(".flow-card a", this.board)) link.draggable = false;
  }

  showState(state) {
    this.state = state;
    const shown = find("[data-save-state]");
    shown.dataset.state = state;
    shown.querySelector("span").textContent = this.words[state];
    if (state === "failed") this.say(this.words.failed);
  }

  /** Tell screen readers. The same sentence twice is told twice. */
  say(sentence) {
    const said = find("[data-said]");
    said.textContent = "";
    requestAnimationFrame(() => (said.textContent = sentence));
  }

  /** Show and tell a sentence, with something that can be done about it. ``focus``: it waits for an answer. */
  offer(sentence, label = "", deed = null, { focus = false } = {}) {
    this.say(sentence);
    this.toast.replaceChildren(document.createTextNode(sentence));
    if (deed) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        this.hideToast();
        deed();
      });
      this.toast.append(button);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = this.words.close;
    close.addEventListener("click", () => this.hideToast());
    this.toast.append(close);
    this.toast.hidden = false;
    if (focus) find("button", this.toast).focus();
  }

  hideToast() {
    const hadFocus = this.toast.contains(document.activeElement);
    this.toast.hidden = true;
    if (!hadFocus) return;
    if (this.panel.hidden) this.focusAt();
    else find("h2", this.panel)?.focus();
  }

  /* --- Where people are ----------------------------------------------------------------------------------------- */

  card(id) {
    return document.getElementById(`step-${id}`);
  }

  cards() {
    return findAll("[data-step], .flow-card--trigger", this.board);
  }

  idOf(element) {
    const card = element?.closest("[data-step], [data-part]");
    return card ? (card.dataset.step ?? card.dataset.part) : "";
  }

  focusAt() {
    const target = this.card(this.at) ?? this.card("trigger");
    target?.querySelector("[data-edit]")?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Where something new comes: the place that was chosen, else after the step where people are, else at the end. */
  target() {
    if (this.place) return this.place;
    if (this.at && this.card(this.at)?.dataset.step) return `after:${this.at}`;
    const last = findAll(":scope > .flow > .flow-row > .flow-item > [data-step]", this.board).at(-1);
    return last ? `after:${last.dataset.step}` : "first";
  }

  mark() {
    for (const add of findAll(".flow-add.is-chosen")) add.classList.remove("is-chosen");
    const chosen = findAll(".flow-add[data-place]").find((one) => one.dataset.place === this.place);
    chosen?.classList.add("is-chosen");
    find("[data-palette-hint]").textContent = chosen ? this.words.chosen : this.words.drag;
  }

  /* --- The side: palette and forms ------------------------------------------------------------------------------ */

  isNarrow() {
    return getComputedStyle(this.side).display === "none" || this.side.classList.contains("is-open");
  }

  show(which) {
    this.palette.hidden = which !== "palette";
    this.panel.hidden = which !== "panel";
    if (!this.isNarrow()) return;
    this.side.classList.add("is-open");
    this.cover(true);
    if (!find("[data-close-side]", this.palette)) {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "btn btn--quiet";
      close.dataset.closeSide = "";
      close.textContent = this.words.close;
      this.palette.prepend(close);
    }
  }

  /** While the side lies over the page, nothing under it can be reached. */
  cover(covers) {
    this.side.setAttribute("role", covers ? "dialog" : "complementary");
    if (covers) this.side.setAttribute("aria-modal", "true");
    else this.side.removeAttribute("aria-modal");
    for (let one = this.side; one !== document.body; one = one.parentElement) {
      for (const other of one.parentElement.children) {
        if (other !== one && !other.matches("[data-toast], [data-said], script")) other.inert = covers;
      }
    }
  }

  /** Back to the drawing: to the place that was chosen, or else to the step. */
  close({ focus = true } = {}) {
    const { place } = this;
    this.leave();
    this.palette.hidden = false;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.place = "";
    this.mark();
    this.side.classList.remove("is-open");
    this.cover(false);
    if (!focus) return;
    const link = place && findAll(".flow-add[data-place] > a").find((one) => one.parentElement.dataset.place === place);
    if (link) link.focus();
    else this.focusAt();
  }

  /** Whatever was asked about the form is of no interest any more; what stands in it unsaved can be fetched back. */
  leave() {
    this.asked += 1;
    this.hush();
    if (this.state === "unsaved") this.showState("saved");
    const form = find("[data-form]", this.panel);
    if (!form || !sessionStorage.getItem(this.keyOf(form))) return;
    const { form: node } = form.dataset;
    const title = find("h2", this.panel).textContent;
    this.offer(`${title}: ${this.words.left}`, this.words.bringBack, () => {
      this.open(this.card(node)?.querySelector("[data-edit]"), { restore: true });
    });
  }

  choose(place, shelf = "") {
    this.leave();
    this.panel.replaceChildren();
    this.place = place;
    this.show("palette");
    this.mark();
    const search = find("[data-palette-search]");
    search.value = "";
    this.filter("", shelf);
    search.focus();
  }

  filter(text, shelf = "") {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of findAll("[data-shelf].palette__shelf")) {
      let here = 0;
      for (const entry of findAll("[data-entry]", one)) {
        const said = `${entry.textContent} ${entry.dataset.entry} ${entry.dataset.also ?? ""}`.toLocaleLowerCase();
        const isTrigger = one.dataset.shelf === "trigger" && this.place !== "";
        const fits = !isTrigger && (!shelf || shelf === one.dataset.shelf) && words.every((word) => said.includes(word));
        entry.parentElement.hidden = !fits;
        here += fits ? 1 : 0;
      }
      one.hidden = here === 0;
      shown += here;
    }
    find("[data-palette-empty]").hidden = shown > 0;
  }

  insert(entry, place = this.target()) {
    this.place = "";
    this.mark();
    this.filter(find("[data-palette-search]").value);
    return this.do("insert", { entry, place });
  }

  /** Open the form that a link leads to. ``restore``: with what was typed into it and never saved. */
  async open(link, { restore = false } = {}) {
    if (!link) return;
    this.leave();
    const { asked } = this;
    this.at = this.idOf(link) || this.at;
    try {
      const answer = await fetch(link.href, { headers: { "X-Requested-With": "builder" } });
      if (asked !== this.asked || this.isSignedOut(answer, () => this.open(link))) return;
      if (this.isJson(answer)) {
        const state = await answer.json();
        if (state.board) this.draw(state);
        this.explain(answer, state);
        return;
      }
      if (!answer.ok) throw new Error(answer.statusText);
      this.panel.innerHTML = await answer.text();
    } catch {
      this.offer(this.words.offline, this.words.again, () => this.open(link));
      return;
    }
    this.show("panel");
    this.side.scrollTop = 0;
    this.restore(restore);
    const anchor = new URL(link.href).hash;
    const first = anchor ? find(`${anchor} select`, this.panel) : find("h2", this.panel);
    first?.focus();
  }

  /** Send the form in the side. Buttons that add or take away a row bring it back. */
  async submit(form, button, onward = null) {
    const data = new FormData(form, button?.name ? button : undefined);
    if (!button?.name) data.append("row", "refresh");
    data.set("revision", this.revision);
    const isSave = data.has("save");
    if (isSave) this.showState("saving");
    this.hush();
    this.asked += 1;
    const { asked } = this;
    this.remember(form);
    const answer = await this.post(form.action, data);
    await this.pressed; // a button that is replaced while it is pressed never hears of it
    const isHere = this.panel.contains(form) && asked === this.asked;
    const again = () => this.submit(form, button, onward);
    if (answer === null) {
      this.showState("failed");
      this.offer(this.words.kept, this.words.again, again);
      return;
    }
    if (this.isSignedOut(answer, again)) {
      this.showState("unsaved");
      return;
    }
    if (!this.isJson(answer)) {
      const isWrong = answer.status === 422;
      if (!answer.ok && !isWrong) {
        this.showState("unsaved");
        this.offer(this.words.refused);
      } else if (isHere) this.again(await answer.text(), data, button, { isWrong, onward });
      return;
    }
    const state = await answer.json();
    this.showState(answer.ok ? "saved" : "unsaved");
    if (state.board) this.draw(state);
    if (answer.ok) {
      this.forget(form);
      this.say(state.said);
      if (!isHere) return;
      this.at = state.step || this.at;
      this.close();
      return;
    }
    if (state.was) find("[name=was]", form).value = state.was;
    if (answer.status === 409) this.offer(`${state.said} ${this.words.formKept}`);
    else this.explain(answer, state);
  }

  /** The form again: with a row more or less, or with what is wrong. What was entered since it was sent stays.

      ``onward``: the choice that was left for the control ``next``; what the choice has brought comes before that. */
  again(html, sent, button, { isWrong = false, onward = null } = {}) {
    const fresher = this.changedSince(sent);
    const here = document.activeElement;
    const rows = findAll(".ask-row", this.panel).length;
    const { scrollTop } = this.side;
    const unfolded = new Set(this.folds().filter((fold) => fold.open).map((fold) => this.nameOf(fold)));
    this.panel.innerHTML = html;
    for (const fold of this.folds()) fold.open ||= unfolded.has(this.nameOf(fold));
    this.side.scrollTop = scrollTop;
    for (const [name, values] of fresher) this.fill(name, values);
    this.showState(isWrong ? "unsaved" : "saved");
    const fresh = findAll(".ask-row", this.panel);
    if (isWrong) {
      const wrong = find("[aria-invalid=true], .field__error", this.panel);
      const field = wrong?.closest(".field, .ask-row")?.querySelector("input, select, textarea");
      (field ?? find("h2", this.panel)).focus();
      this.say(this.words.wrong);
    } else if (button && fresh.length > rows) {
      find("select, input:not([type=hidden])", fresh.at(-1))?.focus();
    } else {
      const next = onward?.next === here ? this.following(onward.name) : null;
      (next ?? this.sameAs(here) ?? find("h2", this.panel))?.focus();
      if (!button) this.say(this.words.renewed);
    }
    this.remember(find("[data-form]", this.panel));
  }

  folds() {
    return findAll("details", this.panel);
  }

  nameOf(fold) {
    return find("summary", fold).firstChild.textContent.trim();
  }

  /** What stands in the form now and was not sent: each name with its values. */
  changedSince(sent) {
    const form = find("[data-form]", this.panel);
    const now = new FormData(form);
    const names = new Set(findAll("input:not([type=hidden]), select, textarea", form).map((field) => field.name));
    return [...names]
      .filter((name) => name && JSON.stringify(now.getAll(name)) !== JSON.stringify(sent.getAll(name)))
      .map((name) => [name, now.getAll(name)]);
  }

  fill(name, values) {
    for (const field of findAll(`[name="${CSS.escape(name)}"]:not([type=hidden])`, this.panel)) {
      if (field.matches("[type=checkbox], [type=radio]")) field.checked = values.includes(field.value);
      else if (!field.matches("select") || [...field.options].some((option) => option.value === values[0])) {
        field.value = values[0] ?? "";
      }
    }
  }

  /** The control after the one called ``name``. */
  following(name) {
    const controls = findAll("input:not([type=hidden]), select, textarea, button, a", this.panel);
    return controls.slice(controls.findIndex((one) => one.name === name) + 1).find((one) => one.offsetParent !== null);
  }

  /** The control in the new form that stands for one in the old: by name, and of several by value. */
  sameAs(old) {
    if (!old?.name) return null;
    const named = findAll(`[name="${CSS.escape(old.name)}"]:not([type=hidden], .visually-hidden)`, this.panel);
    return named.find((one) => one.value === old.value) ?? (old.matches("button") ? null : named[0]);
  }

  /* What is typed stays in this window until it is saved, whatever happens to the connection or the page. */

  keyOf(form) {
    return `builder:${root.dataset.code}:${form.dataset.form}`;
  }

  remember(form) {
    if (!form?.dataset.form) return;
    sessionStorage.setItem(this.keyOf(form), this.entered(form));
  }

  /** What people have entered, as text. */
  entered(form) {
    const own = ["revision", "was", "csrfmiddlewaretoken"];
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !own.includes(name));
    return JSON.stringify(fields);
  }

  forget(form) {
    sessionStorage.removeItem(this.keyOf(form));
  }

  /** Bring back what was typed into this form and never saved. */
  restore(atOnce) {
    const form = find("[data-form]", this.panel);
    const kept = form && sessionStorage.getItem(this.keyOf(form));
    if (!kept) return;
    if (kept === this.entered(form)) {
      this.forget(form);
      return;
    }
    const bringBack = async () => {
      const data = new FormData();
      for (const [name, value] of JSON.parse(kept)) data.append(name, value);
      data.append("was", find("[name=was]", form).value);
      data.append("revision", this.revision);
      data.append("row", "refresh");
      const answer = await this.post(form.action, data);
      if (answer?.ok && this.panel.contains(form)) this.again(await answer.text(), new FormData(form), null);
    };
    if (atOnce) bringBack();
    else this.offer(this.words.unsaved, this.words.bringBack, bringBack);
  }

  /* --- Hands ---------------------------------------------------------------------------------------------------- */

  listen() {
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("submit", (event) => this.onSubmit(event));
    root.addEventListener("input", (event) => this.onInput(event));
    root.addEventListener("change", (event) => this.onChange(event));
    root.addEventListener("focusin", (event) => {
      if (this.board.contains(event.target)) this.at = this.idOf(event.target) || this.at;
    });
    root.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("keydown", (event) => this.onShortcut(event));
    root.addEventListener("focusout", (event) => this.onLeave(event));
    root.addEventListener("pointerdown", () => {
      this.pressed = new Promise((resolve) => {
        for (const kind of ["pointerup", "pointercancel"]) {
          window.addEventListener(kind, () => setTimeout(resolve), { once: true });
        }
      });
    });
    document.addEventListener("click", (event) => this.closeMenus(event.target));
    window.addEventListener("resize", () => {
      const isOver = getComputedStyle(this.side).position === "fixed";
      if (this.side.classList.contains("is-open")) this.cover(isOver);
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.length > 0) event.preventDefault();
    });
    for (const kind of ["dragstart", "dragend", "dragover", "dragleave", "drop"]) {
      root.addEventListener(kind, (event) => this[`on${kind}`](event));
    }
  }

  closeMenus(target) {
    for (const menu of findAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
  }

  onClick(event) {
    const link = event.target.closest("[data-edit], [data-add], [data-close], [data-close-side], [data-entry]");
    if (!link || event.ctrlKey || event.metaKey) return;
    if (link.matches("[data-close], [data-close-side]")) {
      const form = find("[data-form]", this.panel);
      if (form) this.forget(form);
      event.preventDefault();
      this.close();
      return;
    }
    event.preventDefault();
    link.closest(".menu")?.removeAttribute("open");
    if (link.matches("[data-edit]")) this.open(link);
    else if (link.matches("[data-add]")) {
      this.at = this.idOf(link) || this.at;
      this.choose(link.dataset.place ?? link.closest("[data-place]").dataset.place, link.dataset.shelf);
    } else this.insert(link.dataset.entry);
  }

  onSubmit(event) {
    const form = event.target;
    if (form.closest("[data-panel]") && form.dataset.form !== undefined) {
      event.preventDefault();
      this.submit(form, event.submitter);
      return;
    }
    if (!form.matches("[data-board-form], [data-history], [data-act-form]")) return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    event.submitter?.closest(".menu")?.removeAttribute("open");
    if (form.matches("[data-act-form]")) this.close({ focus: false });
    const { do: verb, step, place } = fields;
    this.do(verb, { ...(step ? { step } : {}), ...(place ? { place } : {}) });
  }

  onInput(event) {
    if (event.target.matches("[data-palette-search]")) this.filter(event.target.value);
    const form = event.target.closest("[data-form]");
    if (form) this.remember(form);
  }

  onChange(event) {
    const form = event.target.closest("[data-form]");
    if (!form || !event.target.matches("[data-refresh-on-change]")) return;
    if (event.timeStamp - this.keyAt < KEYS_TOGETHER) this.refreshSoon(form);
    else this.submit(form, null);
  }

  /** Ask for the form that fits the choice once no more keys are pressed. */
  refreshSoon(form) {
    this.hush();
    this.later = setTimeout(() => this.panel.contains(form) && this.submit(form, null), KEYS_TOGETHER);
  }

  hush() {
    clearTimeout(this.later);
    this.later = 0;
  }

  /** Whoever goes on has chosen. */
  onLeave(event) {
    const form = event.target.closest("[data-form]");
    if (!this.later || !form || !event.target.matches("[data-refresh-on-change]")) return;
    this.hush();
    const next = event.relatedTarget;
    if (next?.matches("[name=save], [data-close]")) return;
    const isOnward = next && event.target.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING;
    this.submit(form, null, isOnward ? { name: event.target.name, next } : null);
  }

  /* --- Keys ----------------------------------------------------------------------------------------------------- */

  onShortcut(event) {
    if (event.target.closest("input, select, textarea")) return;
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    this.do(key === "y" || event.shiftKey ? "redo" : "undo");
  }

  onKey(event) {
    this.keyAt = event.timeStamp;
    const form = event.target.closest("[data-form]");
    if (this.later && event.key !== "Tab") this.refreshSoon(form);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit(find(".builder-form__foot [name=save]", form));
    } else if (event.key === "Escape") this.onEscape(event);
    else if (this.palette.contains(event.target)) this.onPaletteKey(event);
    else if (event.target.matches("[data-edit], .flow-card__menu > summary")) this.onCardKey(event);
  }

  onEscape(event) {
    const menu = event.target.closest(".menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (!this.toast.hidden && this.toast.contains(event.target)) this.hideToast();
    else if (!this.panel.hidden || this.place || this.side.classList.contains("is-open")) this.close();
  }

  onPaletteKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const entries = findAll("[data-entry]", this.palette).filter((entry) => entry.offsetParent !== null);
    const here = entries.indexOf(document.activeElement);
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (next < 0 ? find("[data-palette-search]") : entries[Math.min(next, entries.length - 1)])?.focus();
  }

  onCardKey(event) {
    const card = event.target.closest("[data-step], [data-part]");
    if (!card || event.ctrlKey || event.metaKey) return;
    const step = card.dataset.step;
    const keys = event.altKey
      ? { ArrowUp: () => step && this.do("up", { step }), ArrowDown: () => step && this.do("down", { step }) }
      : {
          ArrowDown: () => this.go(card, 1),
          ArrowUp: () => this.go(card, -1),
          ArrowRight: () => this.goAside(card, 1),
          ArrowLeft: () => this.goAside(card, -1),
          "+": () => this.choose(step ? `after:${step}` : "first"),
          Insert: () => this.choose(step ? `after:${step}` : "first"),
          Delete: () => step && this.do("delete", { step }),
        };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  focusCard(card) {
    card?.querySelector("[data-edit]")?.focus();
    card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  go(card, by) {
    const cards = this.cards();
    const here = cards.indexOf(card.matches("[data-part]:not(.flow-card)") ? this.card("trigger") : card);
    this.focusCard(cards[Math.min(Math.max(here + by, 0), cards.length - 1)]);
  }

  /** Right into the ways of a step and on to the next way, left back to where they part. An empty way is a place. */
  goAside(card, by) {
    const item = card.closest(".flow-item");
    const lane = item?.closest(".flow-lane");
    const inner = find(":scope > .flow-lanes > .flow-lane", item ?? card);
    if (by > 0 && inner) this.enter(inner);
    else if (by > 0) this.enter(lane?.nextElementSibling);
    else if (lane) this.focusCard(find(":scope > [data-step]", lane.closest(".flow-item")));
  }

  enter(lane) {
    if (!lane) return;
    const first = find("[data-step]", lane);
    if (first) this.focusCard(first);
    else find("[data-add]", lane)?.focus();
  }

  /* --- Dragging ------------------------------------------------------------------------------------------------- */

  ondragstart(event) {
    const source = event.target.closest?.("[data-entry], [data-step]");
    if (!source) return;
    this.dragged = source;
    const { entry, step } = source.dataset;
    event.dataTransfer.effectAllowed = entry ? "copy" : "move";
    event.dataTransfer.setData("text/plain", entry ?? step);
    source.classList.add("is-dragged");
    requestAnimationFrame(() => this.markTargets(source));
  }

  markTargets(source) {
    const isTrigger = source.dataset.entry?.startsWith("trigger:");
    if (isTrigger) {
      this.card("trigger").classList.add("is-target");
      return;
    }
    const own = source.dataset.step ? source.closest(".flow-item") : null;
    for (const add of findAll(".flow-add", this.board)) if (!own?.contains(add)) add.classList.add("is-target");
  }

  ondragend() {
    for (const one of findAll(".is-target, .is-over, .is-dragged")) {
      one.classList.remove("is-target", "is-over", "is-dragged");
    }
    this.dragged = null;
  }

  ondragover(event) {
    const target = event.target.closest?.(".is-target");
    if (!target || !this.dragged) return;
    event.preventDefault();
    target.classList.add("is-over");
  }

  ondragleave(event) {
    const target = event.target.closest?.(".is-target");
    if (target && !target.contains(event.relatedTarget)) target.classList.remove("is-over");
  }

  ondrop(event) {
    const target = event.target.closest?.(".is-target");
    const source = this.dragged;
    if (!target || !source) return;
    event.preventDefault();
    const place = target.dataset.place ?? "";
    const { entry, step } = source.dataset;
    this.ondragend();
    if (entry) this.insert(entry, place);
    else this.do("move", { step, place });
  }
}

if (root) new Builder();
