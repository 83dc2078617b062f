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
  const again = () => setTimeout(() => renew(part), 3000);
  // Nobody looks: ask when somebody does.
  if (document.hidden) return addEventListener("visibilitychange", () => renew(part), { once: true });
  const fresh = await rapport.part(part.dataset.pollUrl, `#${part.id}`).catch(() => null);
  const next = fresh?.id === part.id ? fresh : fresh?.firstElementChild;
  if (!next) return again();
  if (part.dataset.pollThen === "reload" && !next.dataset.pollUrl) return location.reload();
  part.replaceWith(next);
  watch();
}
