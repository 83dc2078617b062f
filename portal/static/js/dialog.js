// Ctrl K or ⌘ K: pages, people, accounts. Without a script the same control is a link to the search page.
const opener = document.querySelector("[data-dialog]");
const dialog = opener && document.getElementById(opener.dataset.dialog);

if (dialog) {
  const form = dialog.querySelector("form");
  const results = dialog.querySelector("[data-live-results]");
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const key = opener.querySelector("[data-mod-key]");
  if (isMac && key) key.textContent = "⌘ K";

  const open = (event) => {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    form.elements.q.select();
  };
  opener.addEventListener("click", (event) => event.ctrlKey || event.metaKey || open(event));
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyK") open(event);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  function step(event) {
    if (!dialog.open) return;
    const stops = [form.elements.q, ...dialog.querySelectorAll("li:not([hidden]) a")];
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    stops.at(next % stops.length).focus();
  }

  let timer = 0;
  let asked = 0;
  form.addEventListener("input", () => {
    const words = form.elements.q.value.trim();
    for (const item of dialog.querySelectorAll("nav li")) item.hidden = !item.textContent.toLowerCase().includes(words.toLowerCase());
    clearTimeout(timer);
    if (words.length < 2) return results.replaceChildren();
    timer = setTimeout(() => find(words), 200);
  });

  async function find(words) {
    const turn = ++asked;
    const url = `${form.action}?${new URLSearchParams({ q: words })}`;
    const found = await rapport.part(url, "[data-search-results]").catch(() => null);
    // A slow answer to an earlier question is not shown over a later one.
    if (turn === asked && found?.matches("[data-search-results]")) results.replaceChildren(found);
  }
}
