/* Hands the words of a post's link on from page to page, in the address and nowhere else: no cookie, no storage. */
const WORDS = ["ref", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"];
const here = new URL(window.location.href);
const found = WORDS.filter((word) => here.searchParams.has(word));

function handOn(event) {
    const link = event.target.closest("a[href]");
    if (!link || link.hasAttribute("download")) {
        return;
    }
    const target = new URL(link.href, here);
    if (target.origin !== here.origin || WORDS.some((word) => target.searchParams.has(word))) {
        return;
    }
    if (target.pathname === here.pathname && target.search === here.search) {
        return;
    }
    found.forEach((word) => target.searchParams.set(word, here.searchParams.get(word)));
    link.href = target.href;
}

if (found.length) {
    document.addEventListener("click", handOn, { capture: true });
    document.addEventListener("auxclick", handOn, { capture: true });
}
