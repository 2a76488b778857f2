// Draws a LeadGen form where its script tag stands. Font and colours are the page's own; nothing of the page can break it, and it breaks nothing.
(() => {
  const me = document.currentScript, url = me.src.replace(/\.js(\?.*)?$/, "");
  const box = document.createElement("div"), root = box.attachShadow({ mode: "open" });
  me.after(box);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{display:block;max-width:560px}
*{box-sizing:border-box}
h2,p{margin:0 0 .6em}
h2{font:inherit;font-size:1.35em;font-weight:600}
.field{margin:0 0 1em}
label{display:block;font-weight:600;margin-bottom:.25em}
small{font-weight:400;font-size:.87em;opacity:.85}
input:not([type=checkbox]),textarea,select{display:block;width:100%;min-height:2.8em;padding:.55em .75em;font:inherit;color:inherit;border:1px solid color-mix(in srgb,currentColor 60%,transparent);border-radius:6px;background:color-mix(in srgb,currentColor 3%,transparent)}
option{color:#1c1f23;background:#fff}
textarea{resize:vertical}
.box{display:flex;gap:.6em;font-weight:400}
.box input{flex:none;width:1.15em;height:1.15em;margin:.2em 0 0}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
.error{margin:.3em 0 0;font-size:.87em;font-weight:600}
.error:before{content:"! ";font-weight:700}
[aria-invalid]{border-width:2px!important}
.more{position:absolute;left:-10000px}
button{width:100%;min-height:2.9em;padding:.6em 1em;border:0;border-radius:6px;font:inherit;font-weight:600;background:var(--a);color:var(--on);cursor:pointer}
button[disabled]{opacity:.6;cursor:default}`);
  root.adoptedStyleSheets = [sheet];

  const make = (tag, props, ...inside) => {
    const e = Object.assign(document.createElement(tag), props);
    e.append(...inside.filter(x => x != null && x !== ""));
    return e;
  };
  const attr = (e, name, value) => value ? e.setAttribute(name, value) : e.removeAttribute(name);

  // The ground that the form stands on: words on the button are in its colour.
  const ground = () => {
    for (let e = box; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c && c !== "transparent" && !/, 0\)$/.test(c)) return c;
    }
    return "Canvas";
  };

  // SHA-256, its first 32 bits.
  const K = [], H = [], frac = x => ((x - Math.floor(x)) * 2 ** 32) | 0;
  for (let n = 2; K.length < 64; n++) {
    let prime = true;
    for (let d = 2; d < n; d++) if (n % d === 0) prime = false;
    if (prime) { if (H.length < 8) H.push(frac(Math.sqrt(n))); K.push(frac(Math.cbrt(n))); }
  }
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const sha = s => {
    const size = ((s.length + 72) >> 6) * 16, m = new Int32Array(size), h = H.slice(), w = new Int32Array(64);
    for (let i = 0; i < s.length; i++) m[i >> 2] |= s.charCodeAt(i) << (24 - (i & 3) * 8);
    m[s.length >> 2] |= 128 << (24 - (s.length & 3) * 8);
    m[size - 1] = s.length * 8;
    for (let at = 0; at < size; at += 16) {
      let [a, b, c, d, e, f, g, k] = h;
      for (let i = 0; i < 64; i++) {
        w[i] = i < 16 ? m[at + i] : (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10)) + w[i - 7] + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3)) + w[i - 16];
        const t = k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
        const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        [k, g, f, e, d, c, b, a] = [g, f, e, (d + t) | 0, c, b, a, (t + u) | 0];
      }
      [a, b, c, d, e, f, g, k].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
    }
    return h[0] >>> 0;
  };
  const prove = (token, bits) => new Promise(done => {
    let n = 0;
    (function some() {
      for (let i = 0; i < 4000; i++, n++) if (sha(`${token}:${n}`) >>> (32 - bits) === 0) return done(String(n));
      setTimeout(some);
    })();
  });

  const control = (f, i) => {
    const base = { id: "f" + i, name: f.name, required: f.required, autocomplete: f.autocomplete || "" };
    if (f.kind === "choice") {
      return make("select", base, make("option", { value: "" }, "Please choose"),
        ...f.choices.map(c => make("option", { value: c, selected: c === f.value }, c)));
    }
    return f.kind === "long"
      ? make("textarea", { ...base, rows: 5, maxLength: f.most, value: f.value })
      : make("input", { ...base, type: ["email", "tel", "url"].includes(f.kind) ? f.kind : "text", inputMode: f.kind === "number" ? "numeric" : "", maxLength: f.most, value: f.value });
  };

  const draw = form => {
    let token = form.token;
    const fields = form.fields.map((f, i) => {
      const input = control(f, i), error = make("p", { className: "error", id: `f${i}e`, hidden: true });
      const hint = f.hint && make("small", { id: `f${i}h` }, f.hint);
      attr(input, "aria-describedby", [hint && hint.id, error.id].filter(Boolean).join(" "));
      return { name: f.name, input, error, node: make("div", { className: "field" }, make("label", { htmlFor: input.id }, f.label, f.required ? "" : make("small", {}, " (optional)")), hint, input, error) };
    });
    if (form.consent) {
      const input = make("input", { type: "checkbox", name: "consent", value: "yes", required: true }), error = make("p", { className: "error", id: "fce", hidden: true });
      attr(input, "aria-describedby", error.id);
      fields.push({ name: "consent", input, error, node: make("div", { className: "field" }, make("label", { className: "box" }, input, make("span", {}, form.consent)), error) });
    }
    const trap = make("input", { tabIndex: -1, autocomplete: "off" }), more = make("div", { className: "more" }, trap);
    more.setAttribute("aria-hidden", "true");
    const said = make("p", {}), button = make("button", {}, form.button);
    said.setAttribute("role", "status");
    const e = make("form", { noValidate: true }, form.title && make("h2", {}, form.title), form.intro && make("p", {}, form.intro), ...fields.map(f => f.node), more, said, button);
    const say = (text, problems = {}) => {
      said.textContent = text;
      for (const f of fields) {
        const p = problems[f.name];
        f.error.textContent = p || "";
        f.error.hidden = !p;
        attr(f.input, "aria-invalid", p && "true");
      }
      fields.find(f => problems[f.name])?.input.focus();
    };
    const send = async again => {
      const body = { _token: token, _website: trap.value, _page: location.href, _referrer: document.referrer };
      for (const [k, v] of new URLSearchParams(location.search)) if (/^utm_(source|medium|campaign|term|content)$/.test(k)) body[k] = v;
      for (const f of fields) body[f.name] = f.input.type === "checkbox" ? (f.input.checked ? "yes" : "") : f.input.value;
      if (form.proof) body._proof = await prove(token, form.proof);
      const answer = await fetch(url, { method: "POST", credentials: "omit", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      const json = await answer.json();
      if (answer.status === 202) {
        if (json.redirectUrl) location.assign(json.redirectUrl);
        else { e.replaceWith(said); said.tabIndex = -1; said.textContent = json.thanks; said.focus(); }
      } else if (json.token && !again) {
        token = json.token;
        await send(true);
      } else say(json.message, json.problems);
    };
    e.addEventListener("submit", async event => {
      event.preventDefault();
      button.disabled = true;
      say("");
      try { await send(false); } catch { say("This could not be sent. Please check your connection and try again."); }
      button.disabled = false;
    });
    box.style.setProperty("--a", form.colour || "currentColor");
    if (form.colour) box.style.setProperty("--on", "#fff");
    root.replaceChildren(e);
    if (!form.colour) {
      // The button is filled with the colour of the words, its own words have the ground's.
      const ink = getComputedStyle(box).color;
      box.style.setProperty("--a", ink);
      box.style.setProperty("--on", ground());
    }
  };

  fetch(url, { credentials: "omit", headers: { accept: "application/json" } })
    .then(r => r.ok ? r.json().then(draw) : console.warn("LeadGen: this form may not be shown here."))
    .catch(() => console.warn("LeadGen: the form could not be loaded."));
})();
