// Puts a value at the cursor of the field that was used last.

let last = null;

document.addEventListener("focusin", event => {
  if (event.target.matches("[data-merge]")) {
    last = event.target;
  }
});

document.addEventListener("click", event => {
  const button = event.target.closest("[data-insert]");
  const field = last?.isConnected ? last : document.querySelector("textarea[data-merge]");
  if (!button || !field) {
    return;
  }

  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
