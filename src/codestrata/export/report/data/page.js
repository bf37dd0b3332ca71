"use strict";
const rows = JSON.parse(document.getElementById("rows").textContent);
const list = document.getElementById("list"), shown = document.getElementById("shown");
const language = document.getElementById("language"), search = document.getElementById("search");

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
}

function show(row, button) {
  for (const one of list.querySelectorAll("button")) one.setAttribute("aria-current", one === button);
  const about = element("dl");
  for (const [name, value] of Object.entries(row.about)) about.append(element("dt", name), element("dd", value));
  shown.replaceChildren(about);
  const texts = Object.entries(row.texts);
  for (const [name, text] of texts) {
    shown.append(element("h3", name), element("pre", text));
  }
  shown.scrollTop = 0;
}

function matches(row) {
  const asked = search.value.toLowerCase();
  if (language.value && row.language !== language.value) return false;
  return !asked || row.source.toLowerCase().includes(asked) || Object.values(row.texts).some(t => t.toLowerCase().includes(asked));
}

function fill() {
  list.replaceChildren();
  let first = null;
  for (const row of rows.filter(matches)) {
    const item = element("li"), button = element("button", row.about.path || row.source);
    button.append(element("small", [row.about.repository, row.language].filter(Boolean).join(" · ")));
    button.addEventListener("click", () => show(row, button));
    item.append(button);
    list.append(item);
    first = first || [row, button];
  }
  if (first) show(...first);
  else shown.replaceChildren(element("p", "No row here matches."));
}

for (const name of [...new Set(rows.map(row => row.language))].sort()) {
  const option = element("option", name || "(unknown)");
  option.value = name;
  if (name) language.append(option);
}
language.addEventListener("change", fill);
search.addEventListener("input", fill);
fill();
