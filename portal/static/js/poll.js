// Work in progress asks how far it is, until the answer no longer asks to be asked.
const watched = new WeakSet();
watch();

function watch() {
  for (const part of document.querySelectorAll("[data-poll-url]")) {
    if (watched.has(part)) continue;
    watched.add(part);
    setTimeout(() => renew(part), Number(part.dataset.pollMs) || 1000);
  }
}

async function renew(part) {
  if (!part.isConnected) return;
  const again = () => setTimeout(() => renew(part), Math.max(3000, Number(part.dataset.pollMs) || 0));
  // Nobody looks: ask when somebody does.
  if (document.hidden) return addEventListener("visibilitychange", () => renew(part), { once: true });
  // Somebody is filling something in there: their words stay.
  if (part.querySelector("details[open], :is(input, textarea, select):focus")) return again();
  const fresh = await rapport.part(part.dataset.pollUrl, `#${part.id}`).catch(() => null);
  const next = fresh?.id === part.id ? fresh : fresh?.firstElementChild;
  if (!next) return again();
  if (part.dataset.pollThen === "reload" && !next.dataset.pollUrl) return location.reload();
  const focus = part.contains(document.activeElement) && document.activeElement.id;
  part.replaceWith(next);
  if (focus) document.getElementById(focus)?.focus();
  watch();
}
