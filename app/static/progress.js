// Long work on a page: an element with data-progress="URL" is asked for again and replaced
// by the element of the same id in the answer, until that one carries no data-progress.

const PAUSE = 2000; // milliseconds

export function progress(root) {
  for (const element of root.querySelectorAll("[data-progress][id]")) ask(element);
}

async function ask(element) {
  await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  let fresh = null;
  try {
    const answer = await fetch(element.dataset.progress, { credentials: "same-origin" });
    if (answer.redirected && answer.url.includes("sign-in")) return; // The session ended.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = page.getElementById(element.id);
  } catch {
    ask(element); // The line was cut; the work goes on, so we ask again.
    return;
  }
  if (!fresh) return;
  element.replaceWith(fresh);
  if (fresh.dataset.progress) ask(fresh);
}
