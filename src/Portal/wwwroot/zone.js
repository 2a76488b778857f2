// Pages outside of workspaces know no time zone: the server writes UTC, and this puts the browser's in its place.
const now = new Date();
const say = (parts, then) => new Intl.DateTimeFormat("en-GB", parts).format(then);
const dayOf = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate());

function ago(then) {
  const minutes = Math.floor((now - then) / 60_000);
  const days = Math.round((dayOf(now) - dayOf(then)) / 86_400_000);
  if (minutes < 1) {
    return "just now";
  }

  if (minutes < 60) {
    return `${minutes} min ago`;
  }

  if (days < 2) {
    return days === 1 ? "yesterday" : `today, ${say({ hour: "2-digit", minute: "2-digit" }, then)}`;
  }

  return say({ day: "numeric", month: "short", year: then.getFullYear() === now.getFullYear() ? undefined : "numeric" }, then);
}

for (const time of document.querySelectorAll("time[datetime]")) {
  const then = new Date(time.dateTime);
  time.textContent = ago(then);
  time.title = say({ dateStyle: "full", timeStyle: "long" }, then);
}

for (const note of document.querySelectorAll("[data-zone]")) {
  note.textContent = `Clock times are those of this browser, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`;
}
