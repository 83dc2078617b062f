// A form marked `data-kept` survives a lost connection: the page says so, keeps the form with its token and
// sends it again when the connection is back. The token makes one of what arrived twice.
const AGAIN_MS = 4000;
const lost = document.querySelector("[data-lost]");
let kept = null;

addEventListener("submit", (event) => {
  const form = event.target;
  if (!lost || event.defaultPrevented || !form.matches("[data-kept]")) return;
  event.preventDefault();
  kept = { form, button: event.submitter, body: new FormData(form, event.submitter), isSending: false };
  send();
});

addEventListener("online", () => (kept ? send() : say("")));
addEventListener("offline", () => say(kept ? "kept" : "idle"));
lost?.querySelector("button").addEventListener("click", send);

async function send() {
  if (!kept || kept.isSending) return;
  const { form, button, body } = kept;
  kept.isSending = true;
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Kept": "1" } }).catch(() => null);
  if (answer?.redirected) return location.assign(answer.url);
  // The gate or the server refused it: the browser shows why, as it does without us.
  if (answer && answer.status < 502) return submit(form, button);
  kept.isSending = false;
  button?.removeAttribute("aria-busy");
  say("kept");
  setTimeout(send, AGAIN_MS);
}

function submit(form, button) {
  if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  form.submit();
}

function say(state) {
  if (!lost) return;
  lost.hidden = !state;
  for (const line of lost.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== state;
}
