// Keeps one page of one person on one phone: the card that only recognises, for where there is no network.
// Nothing else is kept. An answer that is not the card takes the kept one away, unless the house only failed.
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
  const answer = await fetch(event.request).catch(() => null);
  if (!answer || isDown(answer)) return (await kept()) ?? answer ?? Response.error();
  event.waitUntil(answer.headers.has("X-Card") ? keep() : forget());
  return answer;
}

// A house that fails, or has too much to do, says nothing of whose card it is.
function isDown(answer) {
  return answer.status >= 500 || answer.status === 429;
}

function kept() {
  return caches.match(SHELL, { ignoreVary: true });
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
  if (!shell || isDown(shell)) return;
  if (!shell.ok || shell.redirected) return forget();
  const found = [...(await shell.clone().text()).matchAll(ASSETS)].map((match) => new URL(match[1], location).href);
  const assets = await Promise.all([...new Set(found)].map(whole));
  // On a weak network the card that was kept before is better than none.
  if (assets.some((asset) => asset === null)) return;
  await swap([...assets, { address: new URL(SHELL, location).href, answer: shell }]);
}

async function whole(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? { address, answer } : null;
}

// The page comes last, and what only the page before needed goes after it: at no moment is there half a card.
async function swap(parts) {
  const store = await caches.open(STORE);
  for (const { address, answer } of parts) await store.put(address, answer);
  const wanted = new Set(parts.map(({ address }) => address));
  for (const { url } of await store.keys()) if (!wanted.has(url)) await store.delete(url);
}

function forget() {
  return caches.delete(STORE);
}
