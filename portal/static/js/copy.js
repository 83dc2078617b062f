// Copy buttons and print buttons: shown only where a script can serve them.
for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;

addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) return print();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
  const label = button.querySelector("span");
  const said = label.textContent;
  label.textContent = button.dataset.done;
  setTimeout(() => (label.textContent = said), 2000);
});
