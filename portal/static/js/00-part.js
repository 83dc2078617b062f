// The one way a page renews a part of itself: ask, then take the same part out of the answer. The answer may be
// the whole page or the part alone, so no view needs to know about scripts.
globalThis.rapport = {
  async part(url, selector, options = {}) {
    const answer = await fetch(url, { credentials: "same-origin", headers: { "X-Part": "1" }, ...options });
    // A refused form (422) comes with its reasons; anything else that fails leaves the page as it is.
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    if (answer.redirected && new URL(answer.url).pathname !== new URL(url, location.href).pathname) throw new Error("moved");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector(selector) || page.body;
  },
};
