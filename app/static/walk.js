// Tables by keyboard: j and k walk the rows, Enter opens the first link of the row.

export function walk(root) {
  const table = root.querySelector("table[data-walk]");
  if (!table) return;
  const rows = [...table.tBodies[0].rows].filter((row) => row.querySelector("a[href]"));
  let here = -1;

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step || rows.length === 0) return;
    event.preventDefault();
    rows[here]?.classList.remove("is-here");
    here = Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[here].classList.add("is-here");
    rows[here].querySelector("a[href]").focus(); // Enter then opens it, as on any link.
  });
}
