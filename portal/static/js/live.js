// The live card: its code is asked for anew before it lapses. Without network, or when nobody looks, the code
// that only recognises stands in its place again; a code that has lapsed never stays in the page.
const place = document.querySelector("[data-live-url]");
const RETRY_MS = 4000;

if (place) {
  const isOwnPage = Boolean(place.dataset.liveS);
  const still = [...place.childNodes].map((node) => node.cloneNode(true));
  let timer = 0;
  let counting = 0;
  let lock = null;

  renew();
  addEventListener("visibilitychange", () => (document.hidden ? rest() : renew()));
  addEventListener("online", renew);
  addEventListener("offline", rest);

  async function renew() {
    clearTimeout(timer);
    if (document.hidden) return;
    const fresh = await rapport.part(place.dataset.liveUrl, "#card-code").catch(() => null);
    if (!fresh?.dataset.liveS || document.hidden) return rest();
    place.replaceChildren(...fresh.childNodes);
    place.dataset.state = "live";
    const left = Number(fresh.dataset.liveS);
    timer = setTimeout(renew, left * 1000);
    count(left);
    stayAwake();
  }

  function rest() {
    clearTimeout(timer);
    clearInterval(counting);
    place.dataset.state = "still";
    if (isOwnPage) place.querySelector("svg.qr")?.remove();
    else place.replaceChildren(...still.map((node) => node.cloneNode(true)));
    lock?.release().catch(() => {});
    lock = null;
    if (!document.hidden) timer = setTimeout(renew, RETRY_MS);
  }

  function count(left) {
    clearInterval(counting);
    const bar = place.querySelector("progress");
    counting = setInterval(() => bar && (bar.value = left = Math.max(0, left - 1)), 1000);
  }

  // A screen that goes dark before the reader has seen it helps nobody; where the browser cannot, it dims.
  async function stayAwake() {
    lock ??= await navigator.wakeLock?.request("screen").catch(() => null);
  }
}
