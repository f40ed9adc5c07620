// The reviewer's case page by keyboard: j and k the next and the last case, a b r choose a decision
// and move to its reason. Everything is there without it.

const page = document.querySelector("[data-decision]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio])")) return;
  const chosen = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!chosen) return;
  event.preventDefault();
  if (chosen instanceof HTMLAnchorElement) {
    location.assign(chosen.href);
    return;
  }
  chosen.checked = true;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  page?.querySelector("textarea")?.focus();
});

// Sending back opens the list of fields: without one it is not taken.
page?.addEventListener("change", () => {
  const items = page.querySelector("#items");
  if (items && page.querySelector("[value=return]")?.checked) items.open = true;
});
