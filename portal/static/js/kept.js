// A page that says what a lost connection does (`data-lost`) keeps every form that is sent on it, with its token,
// and sends all of them again in the order of pressing. The token makes one of what arrived twice.
const AGAIN_MS = 4000;
const lost = document.querySelector("[data-lost]");
const queue = [];
const refused = [];
let [isSending, isLost, isLeaving, next] = [false, false, false, ""];

// Before all others: whoever counts presses of a form must not count these.
addEventListener("submit", (event) => {
  const form = event.target;
  if (!lost || isLeaving || !form.closest("main")) return;
  // Looking something up would leave the page, and what it keeps.
  if (form.method === "get" && (isLost || !navigator.onLine)) event.preventDefault();
  if (form.method !== "post") return;
  event.preventDefault();
  keep(form, event.submitter);
  send();
}, true);
addEventListener("beforeunload", (event) => isLost && queue.length && event.preventDefault());
addEventListener("online", () => (queue.length ? send() : say("")));
addEventListener("offline", () => say(queue.length ? "kept" : "idle"));
addEventListener("focus", () => lost?.dataset.state === "out" && send());
lost?.querySelector("button").addEventListener("click", send);

function keep(form, button) {
  const body = new FormData(form, button);
  const same = queue.find((one) => one.form === form && one.button === button);
  // Pressed once more, perhaps with another quantity: it is the same press. Another key of one form is not.
  if (same) body.set("token", same.body.get("token"));
  else if (queue.some((one) => one.form === form)) body.set("token", crypto.randomUUID());
  if (same) same.body = body;
  else queue.push({ form, button, body, action: form.action });
}

async function send() {
  if (isSending) return;
  isSending = true;
  const trouble = await sendAll();
  isSending = false;
  isLost = Boolean(trouble);
  if (trouble) return say(trouble);
  if (refused.length > 1) return say("refused", refused.splice(0).map(label).join(", "));
  isLeaving = refused.length === 1 || Boolean(next);
  // The browser shows why it was refused, as it does without us.
  if (refused.length) submit(refused[0]);
  else if (next) location.assign(next);
}

async function sendAll() {
  while (queue.length) {
    const one = queue[0];
    const late = setTimeout(() => one.button?.setAttribute("aria-busy", "true"), 300);
    const answer = await fetch(one.action, { method: "POST", body: one.body, headers: { "X-Kept": "1" } }).catch(() => null);
    clearTimeout(late);
    one.button?.removeAttribute("aria-busy");
    if (!answer || answer.status === 429 || answer.status >= 502) {
      setTimeout(send, AGAIN_MS);
      return "kept";
    }
    if (answer.redirected) next = answer.url;
    else if ([400, 401].includes(answer.status) && !one.isRenewed) {
      const trouble = await renew();
      if (trouble) return trouble;
      one.isRenewed = true;
      continue;
    } else refused.push(one);
    queue.shift();
  }
  return "";
}

// The sign-in ended meanwhile: what is kept is sent by the same person, signed in anew, or by nobody.
async function renew() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer) return "kept";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-lost]")?.dataset.lost !== lost.dataset.lost) return "out";
  for (const one of queue) one.body.set("csrf_token", page.querySelector("[name=csrf_token]").value);
  return "";
}

function submit({ action, body }) {
  const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
  for (const [name, value] of body) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}

function label({ button }) {
  return (button?.querySelector(".key-label") ?? button)?.textContent.trim() ?? "";
}

function say(state, names = "") {
  if (!lost) return;
  lost.hidden = !state;
  lost.dataset.state = state;
  lost.querySelector("[data-count]").textContent = queue.length;
  lost.querySelector("[data-names]").textContent = names;
  for (const line of lost.querySelectorAll("[data-said]")) line.hidden = !line.dataset.said.split(" ").includes(state);
}
