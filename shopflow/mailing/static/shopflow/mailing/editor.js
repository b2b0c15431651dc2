/* While somebody writes a text: say at once what is wrong with it. Without this the buttons do the same. */

const form = document.querySelector("[data-mail-editor]");

if (form) {
  const findings = form.querySelector("[data-findings]");
  let timer = 0;
  let asked = 0;

  const check = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
      const html = await answer.text();
      if (answer.ok && mine === asked) findings.innerHTML = html;
    } catch {
      /* Offline: saving checks again. */
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, 600);
  });
}
