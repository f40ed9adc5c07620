// Filter sentences send themselves; a form marked data-once is sent once.

export function sentences(root) {
  for (const form of root.querySelectorAll("form[data-sentence]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=date]")) send(form);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
}

// The address names only what was chosen: no empty keys.
function send(form) {
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(chosen).toString();
  const path = new URL(form.action || location.href).pathname;
  location.assign(query ? `${path}?${query}` : path);
}

export function once(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    // Coming back with the browser's button, the form may be sent again.
    addEventListener("pageshow", () => { delete form.dataset.sent; });
  }
}
