// The price forms while one chooses: each change sends the form to its preview, the answer fills the receipt.
const PAUSE_MS = 250;
const timers = new WeakMap();
const asked = new WeakMap();

addEventListener("input", changed);
addEventListener("change", changed);

function changed(event) {
  const form = event.target.form ?? event.target.closest?.("form");
  if (!form?.dataset.previewUrl) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => renew(form), PAUSE_MS));
}

async function renew(form) {
  const target = form.querySelector("[data-preview]") ?? document.querySelector("[data-preview]");
  asked.get(form)?.abort();
  const asking = new AbortController();
  asked.set(form, asking);
  target.setAttribute("aria-busy", "true");
  try {
    const options = { method: "POST", body: new FormData(form), signal: asking.signal };
    const fresh = await rapport.part(form.dataset.previewUrl, "[data-preview]", options);
    // Whoever was reading the arithmetic goes on reading it.
    const open = target.querySelectorAll("details[open]").length > 0;
    target.replaceChildren(...fresh.childNodes);
    if (open) target.querySelector("details")?.setAttribute("open", "");
    target.removeAttribute("data-stale");
  } catch (error) {
    if (error.name === "AbortError") return;
    target.setAttribute("data-stale", "");
  }
  target.removeAttribute("aria-busy");
}
