// The command palette's hands: opens it, walks its lines, chooses. Which lines there are, the server says.

const dialog = () => document.getElementById("palette");
const field = () => document.getElementById("palette-text");
const list = () => document.getElementById("palette-list");
const lines = () => [...list().querySelectorAll("[role=option]")];
let waiting = false; // Enter was pressed before the lines for what was typed had come
let typed = "";      // what the chosen line was chosen under

if (/mac|iphone|ipad/i.test(navigator.platform)) {
  document.documentElement.dataset.mac = "";
}

document.addEventListener("click", event => {
  if (event.target.closest("[data-palette-open]")) {
    open();
  } else if (event.target === dialog() || event.target.closest("[data-palette-close], #palette [role=option]")) {
    dialog()?.close();
  }
});

document.addEventListener("keydown", event => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k" && dialog()) {
    event.preventDefault();
    if (dialog().open) {
      dialog().close();
    } else {
      open();
    }
  } else if (event.key === "/" && plain && !typing && !event.defaultPrevented && dialog() && !document.querySelector("dialog[open], [data-slash]")) {
    event.preventDefault();
    open();
  } else if (event.target === field() && dialog().open) {
    walk(event);
  }
});

function open() {
  if (dialog().open) {
    return;
  }

  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
  }

  waiting = false;
  field().value = "";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  dialog().showModal();
  field().focus();
  list().scrollTop = 0;
  mark(lines()[0]);
  watch();
}

function walk(event) {
  const all = lines();
  const at = all.findIndex(l => l.getAttribute("aria-selected") === "true");
  const to = {
    ArrowDown: (at + 1) % all.length,
    ArrowUp: (at - 1 + all.length) % all.length,
    PageDown: Math.min(at + 6, all.length - 1),
    PageUp: Math.max(at - 6, 0),
  }[event.key];
  if (to !== undefined && plainKey(event)) {
    event.preventDefault();
    mark(all[to]);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    waiting = list().dataset.for !== field().value;
    if (!waiting) {
      choose(event);
    }
  }
}

const plainKey = event => !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

function choose(event) {
  const line = lines().find(l => l.getAttribute("aria-selected") === "true");
  if (line && event?.ctrlKey && line.href) {
    window.open(line.href, "_blank", "noopener");
    dialog().close();
  } else {
    line?.click();
  }
}

function mark(line) {
  for (const other of lines()) {
    other.setAttribute("aria-selected", String(other === line));
  }

  if (line) {
    field().setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  } else {
    field().removeAttribute("aria-activedescendant");
  }
}

// New lines came: for new words the first one is chosen, else the one that was.
let watched;
const watcher = new MutationObserver(() => {
  if (!dialog()?.open) {
    return;
  }

  const all = lines();
  const kept = typed === field().value && all.find(l => l.id === field().getAttribute("aria-activedescendant"));
  typed = list().dataset.for;
  mark(kept || all[0]);
  if (waiting && list().dataset.for === field().value) {
    waiting = false;
    choose();
  }
});

function watch() {
  if (watched !== list()) {
    watched = list();
    watcher.disconnect();
    watcher.observe(watched, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-for"] });
  }
}
