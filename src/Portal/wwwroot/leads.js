// The list of leads, what the server cannot do: where one had scrolled to, keys on rows, and resting on a row to ask why.

let main, table, card, page, timer, asked, listeners;

export function attach(element, popover, reference) {
  listeners?.abort();
  listeners = new AbortController();
  [table, card, page, main] = [element, popover, reference, element.closest(".main")];
  const options = { signal: listeners.signal };
  main.addEventListener("scroll", () => { hide(); remember(); }, { ...options, passive: true });
  table.addEventListener("mousemove", event => rest(event), options);
  table.addEventListener("mouseleave", hide, options);
  table.addEventListener("focusin", event => event.target.matches("[data-row]") && want(event.target.closest("tr"), 500), options);
  table.addEventListener("focusout", hide, options);
  table.addEventListener("click", event => event.target.matches("[data-row]") && leave(event.target.closest("tr")), options);
  document.addEventListener("keydown", press, options);
  comeBack();
}

export function detach() {
  listeners?.abort();
  hide();
}

// Another list: it begins at its start.
export function top(element) {
  hide();
  element.closest(".main").scrollTop = 0;
}

function key() {
  return "leads:" + location.pathname + location.search;
}

function remember() {
  sessionStorage.setItem(key(), String(main.scrollTop));
}

function leave(row) {
  remember();
  sessionStorage.setItem("leads.left", key() + " " + row.dataset.id);
}

// Back from a lead: the same rows as before, the focus on the one that was opened.
function comeBack() {
  const left = sessionStorage.getItem("leads.left") ?? "";
  if (!left.startsWith(key() + " ")) {
    return;
  }

  sessionStorage.removeItem("leads.left");
  const [wanted, id] = [Number(sessionStorage.getItem(key())), left.slice(key().length + 1)];
  let [tries, busy] = [0, false];
  for (const type of ["pointerdown", "keydown", "wheel"]) {
    document.addEventListener(type, () => busy = true, { signal: listeners.signal, capture: true, passive: true });
  }

  const step = () => {
    // Whoever has begun with something else is not torn away from it.
    if (busy || listeners.signal.aborted || tries++ > 60 || document.activeElement.matches("input, textarea, select")) {
      return;
    }

    if (main.scrollTop < wanted - 1 && main.scrollHeight - main.clientHeight >= wanted) {
      main.scrollTop = wanted;
    }

    const link = table.querySelector(`tr[data-id="${CSS.escape(id)}"] [data-row]`);
    if (link && Math.abs(main.scrollTop - wanted) <= 1) {
      link.focus({ preventScroll: true });
    } else {
      setTimeout(step, 50);
    }
  };
  step();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }

  if (event.key === "Escape" && !document.querySelector("details[data-menu][open]")) {
    if (!card.hidden) {
      hide();
    } else {
      document.querySelector("[data-unselect]")?.click();
    }
  } else if ((event.key === "x" || event.key === " ") && document.activeElement.matches("[data-row]")) {
    event.preventDefault();
    document.activeElement.closest("tr").querySelector("input[type=checkbox]").click();
  }
}

function rest(event) {
  const row = event.target.closest("tr[data-id]");
  const score = row?.querySelector(".c-score")?.getBoundingClientRect();
  if (score && event.clientX >= score.left && event.clientX <= score.right && score.width > 0) {
    want(row, 200);
  } else if (asked && document.activeElement !== asked.querySelector("[data-row]")) {
    hide();
  }
}

function want(row, delay) {
  if (asked === row) {
    return;
  }

  hide();
  asked = row;
  timer = setTimeout(async () => {
    if (listeners.signal.aborted) {
      return;
    }

    const there = await page.invokeMethodAsync("WhyAsync", row.dataset.id);
    if (there && asked === row && row.isConnected) {
      show(row);
    }
  }, delay);
}

function show(row) {
  card.hidden = false;
  const place = (row.querySelector(".c-score") ?? row).getBoundingClientRect();
  const below = place.bottom + card.offsetHeight + 8 < innerHeight;
  card.style.left = `${Math.max(8, Math.min(place.left, innerWidth - card.offsetWidth - 8))}px`;
  card.style.top = `${below ? place.bottom - 2 : place.top - card.offsetHeight + 2}px`;
  row.querySelector("[data-row]").setAttribute("aria-describedby", "why");
}

function hide() {
  clearTimeout(timer);
  asked?.querySelector("[data-row]")?.removeAttribute("aria-describedby");
  asked = undefined;
  if (card) {
    card.hidden = true;
  }
}
