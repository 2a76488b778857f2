// The little arithmetic of a public form on its own page: SHA-256 over token and a number until enough leading bits are zero.

const form = document.querySelector("form[data-proof]");
form.querySelector(".form-needs")?.remove();
const K = [], H = [];
for (let n = 2; K.length < 64; n++) {
  if (![...Array(n).keys()].slice(2).some(d => n % d === 0)) {
    if (H.length < 8) H.push(frac(Math.sqrt(n)));
    K.push(frac(Math.cbrt(n)));
  }
}

function frac(x) {
  return ((x - Math.floor(x)) * 2 ** 32) | 0;
}

/** First 32 bits of the SHA-256 of an ASCII text. */
function sha(text) {
  const size = ((text.length + 72) >> 6) * 16, m = new Int32Array(size), h = H.slice(), w = new Int32Array(64);
  for (let i = 0; i < text.length; i++) m[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  m[text.length >> 2] |= 128 << (24 - (text.length & 3) * 8);
  m[size - 1] = text.length * 8;
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < size; block += 16) {
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      w[i] = i < 16 ? m[block + i] : (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10)) + w[i - 7]
        + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3)) + w[i - 16];
      const t = k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
      const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [k, g, f, e, d, c, b, a] = [g, f, e, (d + t) | 0, c, b, a, (t + u) | 0];
    }
    [a, b, c, d, e, f, g, k].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  return h[0] >>> 0;
}

form.addEventListener("submit", event => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const token = form.elements._token.value, zero = 32 - form.dataset.proof;
  let n = 0;
  (function some() {
    for (let i = 0; i < 4000; i++, n++) {
      if (sha(`${token}:${n}`) >>> zero === 0) {
        const proof = form.elements._proof || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "_proof" }));
        proof.value = n;
        form.submit();
        return;
      }
    }
    setTimeout(some);
  })();
});

// Back from the next page: it can be sent again.
addEventListener("pageshow", () => { form.querySelector("button").disabled = false; });
