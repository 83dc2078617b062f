// The desk: a scanner is a keyboard. It sends a key every 7–20 ms and closes with Enter; a person does not.
// Outside a field a burst is a scan and replaces the guest, a lone key acts after 80 ms of silence.
// Inside the scan field all is text. Inside another field (a quantity) a scanned code is taken out again.
const SILENCE_MS = 80;
const REPEAT_MS = 2000;
const CODE_DIGITS = 8;
const CARD_DIGITS = 12;
const scan = document.querySelector("[data-scan]");

if (scan) {
  let burst = "";
  let timer = 0;
  let place = "";
  let before = null;
  let began = null;

  addEventListener("keydown", (event) => {
    // A held key repeats as fast as a scanner types.
    if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const field = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (event.key === "Enter") return scanned(event, field);
    if (event.key.length !== 1 || document.querySelector("dialog[open]")) return;
    if (burst === "") [began, before] = [field, field?.value ?? null];
    burst += event.key;
    place = event.code;
    clearTimeout(timer);
    timer = setTimeout(() => settle(field), SILENCE_MS);
    if (!field) event.preventDefault();
  });

  function scanned(event, field) {
    const code = burst;
    clear();
    if (code.length < 3 || (field && code.replace(/\D/g, "").length < CODE_DIGITS)) return;
    // A scan that stuttered: the burst is its tail, and all of it stands in the field. A burst that began
    // outside (the field took the focus under it, as a page opened) is whole, and the field holds more.
    const isTail = began === scan && code.length < CARD_DIGITS && scan.value.endsWith(code);
    if (field === scan && isTail && /^\d+$/.test(scan.value)) return;
    event.preventDefault();
    if (field && field !== scan) field.value = before;
    look(code);
  }

  function settle(field) {
    const typed = burst;
    clear();
    if (field) return;
    if (typed.length === 1) return rapport.press(typed, place);
    if (/^\d+$/.test(typed) && typed.length >= CODE_DIGITS) return look(typed);
    scan.value = typed;
    scan.focus();
  }

  function look(code) {
    scan.value = code;
    scan.form.requestSubmit();
  }

  function clear() {
    clearTimeout(timer);
    burst = "";
  }

  // The same card held a moment too long before the reader is one scan, not two.
  scan.form.addEventListener("submit", (event) => {
    const last = JSON.parse(sessionStorage.getItem("scan") || "[]");
    const now = Date.now();
    if (last[0] === scan.value && now - last[1] < REPEAT_MS) {
      event.preventDefault();
      scan.value = "";
    } else sessionStorage.setItem("scan", JSON.stringify([scan.value, now]));
  });
}
