// A pressed button says that it works, after 300 ms; a second press of the same form goes nowhere.
const SAY_AFTER_MS = 300;
const sent = new Map();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (sent.has(form)) return event.preventDefault();
  const button = event.submitter;
  const timer = setTimeout(() => button?.setAttribute("aria-busy", "true"), SAY_AFTER_MS);
  // A download or a switch leaves the page standing, and may be pressed again.
  if (form.hasAttribute("data-again")) return setTimeout(() => calm(timer, button), 3000);
  sent.set(form, () => calm(timer, button));
});

// Back from the next page, the browser shows this one as it was left.
addEventListener("pageshow", () => {
  sent.forEach((forget) => forget());
  sent.clear();
});

function calm(timer, button) {
  clearTimeout(timer);
  button?.removeAttribute("aria-busy");
}
