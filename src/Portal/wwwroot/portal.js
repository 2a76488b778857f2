// What the server cannot do: colours, clipboard, menus, keys, and loading on as the list is scrolled. No state lives here.

const root = document.documentElement;

document.addEventListener("click", event => {
  const theme = event.target.closest("[data-theme-set]");
  if (theme) {
    setTheme(theme.dataset.themeSet);
    return;
  }

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    copyText(copy);
  }

  // Links out of the workspace leave the circuit.
  const full = event.target.closest("a[data-full]");
  if (full && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    location.assign(full.href);
  }

  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || event.target.closest("[data-closes]")) {
      menu.open = false;
    }
  }
});

// A page that looks again now and then is told when nobody sees it.
document.addEventListener("visibilitychange", () => {
  for (const sight of document.querySelectorAll("[data-sight]")) {
    sight.checked = !document.hidden;
    sight.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }

  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector("[data-slash]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }

  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
    moveRow(event, typing);
  }
});

function setTheme(theme) {
  if (theme) {
    root.dataset.theme = theme;
  } else {
    delete root.dataset.theme;
  }

  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `leadgen.theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax${secure}`;
}

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const label = button.querySelector("[data-label]");
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => label.textContent = before, 2000);
}

// Arrow keys walk the rows of a list; Enter is the link's own.
function moveRow(event, typing) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0 || (typing && !typing.matches("[data-slash]"))) {
    return;
  }

  const at = rows.indexOf(document.activeElement);
  const onPage = document.activeElement === document.body || document.activeElement.matches("h1, main, [data-slash]");
  if (at < 0 && !onPage) {
    return;
  }

  const next = event.key === "ArrowDown" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
  event.preventDefault();
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

// A button that is pressed when it comes into view.
customElements.define("auto-more", class extends HTMLElement {
  connectedCallback() {
    this.watch = new IntersectionObserver(entries => {
      if (entries.some(e => e.isIntersecting)) {
        this.querySelector("button")?.click();
      }
    }, { rootMargin: "600px" });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch.disconnect();
  }
});

const reconnect = document.getElementById("components-reconnect-modal");
reconnect.addEventListener("components-reconnect-state-changed", event => {
  const state = event.detail.state;
  if (state === "show") {
    reconnect.showModal();
  } else if (state === "hide") {
    reconnect.close();
  } else if (state === "rejected") {
    location.reload();
  }
});
document.getElementById("components-reconnect-button").addEventListener("click", () => again(() => Blazor.reconnect()));
document.getElementById("components-resume-button").addEventListener("click", () => again(() => Blazor.resumeCircuit()));

async function again(attempt) {
  try {
    if (!await attempt()) {
      location.reload();
    }
  } catch {
    // Not reached: the notice with its button stays.
  }
}
