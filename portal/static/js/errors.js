// A failed form: the summary takes the focus where the browser did not give it (an address with a fragment),
// and its links reach into the field.
addEventListener("load", () => {
  if (document.activeElement === document.body) document.querySelector("[data-error-summary]")?.focus();
});

addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const control = field.matches("fieldset") ? field.querySelector("input") : field;
  control.focus();
  field.closest(".field")?.scrollIntoView({ block: "center" });
});
