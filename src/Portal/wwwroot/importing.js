// Files go by plain HTTP beside the circuit; the form works without this too.

let sending = 0;

document.addEventListener("change", event => {
  if (event.target.matches("[data-upload] input[type=file]") && event.target.files.length > 0) {
    send(event.target.form);
  }
});

// A file may be dropped anywhere on a page that takes one.
for (const kind of ["dragover", "drop", "dragleave"]) {
  document.addEventListener(kind, event => {
    const form = document.querySelector("[data-upload]");
    if (!form || !event.dataTransfer?.types.includes("Files")) {
      return;
    }

    event.preventDefault();
    form.querySelector("[data-zone]").classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length > 0) {
      form.querySelector("input[type=file]").files = event.dataTransfer.files;
      send(form);
    }
  });
}

// A file that is half sent is lost with the page.
window.addEventListener("beforeunload", event => {
  if (sending > 0) {
    event.preventDefault();
  }
});

function send(form) {
  if (form.dataset.busy) {
    return;
  }

  const find = name => form.querySelector(`[data-${name}]`);
  const file = form.querySelector("input[type=file]").files[0];
  const request = new XMLHttpRequest();
  const started = performance.now();
  const end = problem => {
    sending--;
    delete form.dataset.busy;
    find("problem").textContent = problem;
    find("problem").hidden = !problem;
    find("sending").hidden = true;
    find("zone").hidden = false;
    form.reset();
  };
  form.dataset.busy = "yes";
  sending++;
  find("problem").hidden = true;
  find("name").textContent = file.name;
  find("sent").textContent = "";
  find("sending").hidden = false;
  find("zone").hidden = true;
  find("stop").onclick = () => request.abort();
  request.upload.addEventListener("progress", event => {
    find("sending").querySelector("progress").value = event.loaded / event.total;
    find("sent").textContent = event.loaded < event.total ? pace(event, performance.now() - started) : "Reading the file";
  });
  request.addEventListener("load", () => {
    const answer = request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.responseText) : {};
    end(answer.location ? "" : answer.problem ?? "This did not work. Load the page again and repeat.");

    // Who left the page meanwhile finds the file among those that were not started.
    if (answer.location && form.isConnected) {
      Blazor.navigateTo(answer.location);
    }
  });
  request.addEventListener("error", () => end("The connection broke. Choose the file again."));
  request.addEventListener("abort", () => end(""));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
}

function pace(event, elapsed) {
  const share = `${Math.floor(100 * event.loaded / event.total)} %`;
  const rate = event.loaded / elapsed * 1000;
  const left = Math.ceil((event.total - event.loaded) / rate);
  return elapsed < 1000 ? share : `${share}, ${(rate / 1e6).toFixed(1)} MB/s, ${left < 90 ? `${left} s` : `${Math.ceil(left / 60)} min`} left`;
}
