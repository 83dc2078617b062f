// Keeps one page of one person on one phone: the card that only recognises, for where there is no network.
// Nothing else is kept. Any answer of the house that is not the card takes the kept one away.
const STORE = "card";
const PAGE = new URL(registration.scope).pathname;
const SHELL = `${PAGE}/offline`;
const ASSETS = /(?:href|src)="([^"#]*\/static\/dist\/[^"#]+)/g;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(event.data === "keep" ? keep() : forget()));

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(card(event));
  else if (pathname.includes("/static/dist/")) event.respondWith(asset(event.request));
});

async function card(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(answer.headers.has("X-Card") ? keep() : forget());
    return answer;
  } catch {
    return (await caches.match(SHELL, { ignoreVary: true })) ?? Response.error();
  }
}

async function asset(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

// The page without network is asked for with the cookie of whoever is signed in now: it is theirs, or there is none.
async function keep() {
  const shell = await fetch(SHELL, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!shell) return;
  await forget();
  if (!shell.ok || shell.redirected) return;
  const store = await caches.open(STORE);
  const found = [...(await shell.clone().text()).matchAll(ASSETS)].map((match) => match[1]);
  await store.addAll([...new Set(found)]);
  await store.put(SHELL, shell);
}

function forget() {
  return caches.delete(STORE);
}
