// Keys printed on their controls. The letter's place counts where the layout is another: U is also Г.
const isOff = () => document.documentElement.dataset.shortcuts === "off";

rapport.press = (key, code = "") => {
  if (isOff()) return false;
  const byPlace = code.startsWith("Key") ? code.slice(3).toLowerCase() : code === "Slash" ? "/" : "";
  for (const wanted of [key, byPlace]) {
    const control = wanted && document.querySelector(`[data-key="${CSS.escape(wanted)}"]:not(:disabled)`);
    if (!control) continue;
    if (control.matches("input, select, textarea")) control.focus();
    else control.click();
    return true;
  }
  return false;
};

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const isOurs = !document.querySelector("[data-scan], dialog[open]"); // The desk waits for silence first.
  if (isTyping || !isOurs || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
  if (rapport.press(event.key, event.code)) event.preventDefault();
});
