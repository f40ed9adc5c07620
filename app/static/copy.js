// A button beside everything marked data-copy that copies its text.

const WORDS = {
  zh: { copy: "复制", done: "已复制" },
  en: { copy: "Copy", done: "Copied" },
};

export function copyButtons(root) {
  if (!navigator.clipboard) return; // Not a secure context: the text can still be selected.
  const words = document.documentElement.lang.startsWith("en") ? WORDS.en : WORDS.zh;
  for (const source of root.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm no-print";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.dataset.copy || source.textContent.trim());
      button.textContent = words.done;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    source.after(button);
  }
}

// A button marked data-print opens the print view of the page it stands on.
export function printButtons(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => { print(); });
  }
}
