// A phone keeps the card for where there is no network (portal/static/worker/card.js); where somebody signs in,
// nobody's card is kept.
const phone = document.querySelector("[data-worker]");
const workers = navigator.serviceWorker;

if (phone && workers) {
  workers
    .register(phone.dataset.worker, { scope: phone.dataset.workerScope })
    .then(() => workers.ready)
    .then((registered) => registered.active.postMessage("keep"))
    .catch(() => {});
}
if (document.querySelector("input[type=password]")) globalThis.caches?.delete("card").catch(() => {});
