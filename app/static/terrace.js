// What improves the pages. Every page files, decides and prints without it.

import { copyButtons, printButtons } from "./copy.js";
import { numbers } from "./numbers.js";
import { once, sentences } from "./forms.js";
import { progress } from "./progress.js";
import { walk } from "./walk.js";

document.documentElement.classList.add("js");
for (const improve of [numbers, sentences, once, walk, copyButtons, printButtons, progress]) {
  improve(document);
}
